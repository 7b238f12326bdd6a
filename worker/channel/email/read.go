package email

import (
	"regexp"
	"strings"

	"canvass/worker/channel"
)

// Bounds of what is told of a mail that came in.
const (
	maxWords      = 32 << 10 // bytes of its text that are weighed: what it says itself comes first
	maxTold       = 4 << 10  // bytes of its text
	maxDiagnostic = 500      // bytes of a server's sentence
	maxSubject    = 250      // bytes
	maxReports    = 50       // recipients that a report speaks of
	maxMarks      = 10       // Message-IDs and addresses that it names
)

// Reader is a channel.MailReader.
type Reader struct{}

var _ channel.MailReader = Reader{}

// ReadMail reads a mail that came in: what a program wrote for programs first
// (RFC 3464, RFC 5965), then free text, and only then whether a machine answers,
// because a third of the true reports call themselves auto-replied. It looks at
// the first 256 KiB.
func (Reader) ReadMail(from string, raw []byte) channel.Letter {
	top := readEntity(lines(string(raw[:min(len(raw), maxRaw)])))
	r := reading{top: top, envelope: from}
	r.walk(top, 0)
	l := r.letter()
	l.Subject = told(words(top.get("subject")), maxSubject)
	l.Text = told(l.Text, maxTold)
	l.From = told(l.From, maxSubject)
	l.MessageIDs, l.Envelopes = r.marks(l)
	for i := range l.Reports {
		p := &l.Reports[i]
		p.Recipient, p.Action = told(p.Recipient, maxSubject), told(p.Action, 40)
		p.Diagnostic = told(p.Diagnostic, maxDiagnostic)
	}
	return l
}

// reading gathers what the parts of a mail hold.
type reading struct {
	top      entity
	envelope string

	seen     int      // parts looked at
	status   []string // bodies of delivery-status parts
	feedback []string // of feedback-report parts
	returned []entity // mails, or their headers, that are about to be sent back
	texts    []string // for people
	page     string   // the first HTML part
}

// walk looks into a part and the parts within it.
func (r *reading) walk(e entity, depth int) {
	if r.seen++; r.seen > maxParts || depth > maxDepth {
		return
	}
	kind, params := e.contentType()
	switch {
	case strings.HasPrefix(kind, "multipart/"):
		within := parts(e.body, params["boundary"])
		for _, p := range within {
			r.walk(readEntity(p), depth+1)
		}
		if len(within) == 0 { // the boundary is not what the header says
			r.texts = append(r.texts, e.text())
		}
	case kind == "message/delivery-status", kind == "message/global-delivery-status":
		r.status = append(r.status, e.decoded())
	case kind == "message/feedback-report":
		r.feedback = append(r.feedback, e.decoded())
	case kind == "message/rfc822", kind == "message/global", kind == "text/rfc822-headers", kind == "message/rfc822-headers",
		kind == "message/global-headers":
		r.enclosed(readEntity(e.decoded()), depth)
	case kind == "text/plain":
		r.texts = append(r.texts, e.text())
	case kind == "text/html" && r.page == "":
		r.page = e.text()
	}
}

// enclosed is a mail within the mail: one that is sent back, or a report that
// somebody passed on.
func (r *reading) enclosed(e entity, depth int) {
	kind, _ := e.contentType()
	if kind == "multipart/report" && len(r.status) == 0 && len(r.feedback) == 0 {
		r.walk(e, depth+1)
		return
	}
	r.returned = append(r.returned, e)
}

// letter says what it all comes to.
func (r *reading) letter() channel.Letter {
	text := strings.Join(r.texts, "\n")
	if strings.TrimSpace(text) == "" {
		text = withoutTags(clip(r.page, 2*maxWords))
	}
	own := r.own(text)
	if l, ok := r.complaint(); ok {
		l.Text = own
		return l
	}
	if reports := r.byField(own, text); len(reports) > 0 {
		return reported(reports, own)
	}
	if report, ok := r.byText(own); ok {
		return reported([]channel.Report{report}, own)
	}
	l := channel.Letter{Kind: channel.LetterWritten, From: bare(words(r.top.get("from"))), Text: withoutQuote(own)}
	if r.automatic() {
		l.Kind = channel.LetterAuto
	}
	return l
}

func reported(reports []channel.Report, text string) channel.Letter {
	l := channel.Letter{Kind: channel.LetterReport, Reports: reports, Text: text}
	l.From = l.Report().Recipient
	return l
}

// belowHere marks where a server's own words end and the mail that it returns
// begins, when both are one text.
var belowHere = regexp.MustCompile(`(?im)^[\s>*=_-]*(?:below this line is a copy of the message|this is a copy of (?:the|your) message|` +
	`this is a copy of the headers|a copy of the (?:original )?message|(?:the )?original message|message header|headers of the message|` +
	`returned message|included is a copy|the headers of the returned message|unsent message below|original e-?mail|` +
	`noi dung thu goc|nội dung thư gốc|thư gốc|bản sao thư)\b|^return-path:\s*<`)

// own is what the mail says itself.
func (r *reading) own(text string) string {
	text = clip(text, maxWords)
	if at := belowHere.FindStringIndex(text); at != nil && at[0] > 0 {
		return text[:at[0]]
	}
	return text
}

// Answers quote what they answer below such a line, or behind such marks.
var quoteBelow = regexp.MustCompile(`(?im)^\s*(?:>|on .{1,200} wrote:\s*$|v(?:à|a)o .{1,200}(?:đ|d)(?:ã|a) vi(?:ế|e)t:\s*$|ng(?:à|a)y .{1,200} vi(?:ế|e)t:\s*$|_{10,}\s*$|-{2,}\s*(?:original message|forwarded message|thư gốc)|from: .*@)`)

// withoutQuote is a person's own text.
func withoutQuote(text string) string {
	if at := quoteBelow.FindStringIndex(text); at != nil {
		return text[:at[0]]
	}
	return text
}

// addressIn finds a mail address in a text.
var addressIn = regexp.MustCompile(`[\pL\pN._%+=/'-]{1,64}@[\pL\pN-]{1,63}(?:\.[\pL\pN-]{1,63})+`)

// bare is the first address of a field without its display name.
func bare(field string) string {
	if i := strings.LastIndexByte(field, '<'); i >= 0 {
		field = field[i:]
	}
	return addressIn.FindString(field)
}

// What may be ours in free text, and the fields that name an envelope sender.
var (
	idsIn        = regexp.MustCompile(`(?i)message-id:\s*(<[^<>\s]{1,250}>)`)
	bouncesIn    = regexp.MustCompile(`(?i)\bbounce\+[a-z0-9.]{1,60}@[a-z0-9.-]{1,190}`)
	senderFields = []string{"return-path", "x-envelope-from", "x-original-mail-from"}
)

// marks are the Message-IDs and envelope senders that the mail names of the one
// it is about. What is returned comes before what is only answered.
func (r *reading) marks(l channel.Letter) (ids, envelopes []string) {
	for _, e := range r.returned {
		ids = appendMark(ids, e.get("message-id"))
		for _, name := range senderFields {
			envelopes = appendMark(envelopes, bare(e.get(name)))
		}
	}
	for _, body := range r.feedback {
		h, _ := readHeader(body)
		envelopes = appendMark(envelopes, bare(h.get("original-mail-from")))
	}
	for _, text := range append(r.texts, r.page) {
		for _, m := range idsIn.FindAllStringSubmatch(text, maxMarks) {
			ids = appendMark(ids, m[1])
		}
		for _, m := range bouncesIn.FindAllString(text, maxMarks) {
			envelopes = appendMark(envelopes, m)
		}
	}
	for _, name := range []string{"in-reply-to", "references"} {
		for id := range strings.FieldsSeq(r.top.get(name)) {
			ids = appendMark(ids, id)
		}
	}
	return ids, envelopes
}

func appendMark(marks []string, mark string) []string {
	if mark == "" || len(marks) == maxMarks {
		return marks
	}
	return append(marks, clip(mark, maxSubject))
}

// Our own links open a person's form; what is kept of a mail has none.
var linksIn = regexp.MustCompile(`(?i)\b(https?://[^\s/<>"']{1,200})/[^\s<>"']*`)

// told makes text fit to be kept: bounded, on plain lines, without what a link
// leads to.
func told(text string, most int) string {
	text = linksIn.ReplaceAllString(clip(text, 4*most), "$1/…")
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r < ' ' || r == 0x7f || r == '\u2028' || r == '\u2029':
			return ' '
		}
		return r
	}, text)
	var b strings.Builder
	blank := 0
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimRight(line, " "); line == "" {
			blank++
			continue
		}
		if b.Len() > 0 {
			b.WriteString(strings.Repeat("\n", min(blank, 1)+1))
		}
		blank = 0
		b.WriteString(line)
	}
	return clip(b.String(), most)
}
