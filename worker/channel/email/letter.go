package email

import (
	"bufio"
	"bytes"
	"io"
	"net/mail"
	"net/textproto"
	"net/url"
	"regexp"
	"strings"
	"sync"

	gomail "github.com/wneessen/go-mail"

	"canvass/worker/channel"
)

// letter is a message as it goes over the wire.
type letter struct {
	from, to string // envelope, in angle brackets
	utf8     bool   // an address needs SMTPUTF8
	wire     []byte // lines end in CRLF, dots that begin one are doubled, no final dot
	space    *bytes.Buffer
}

// spaces keeps the memory of letters for the next ones.
type spaces struct{ pool sync.Pool }

func (s *spaces) take() *bytes.Buffer {
	if b, ok := s.pool.Get().(*bytes.Buffer); ok {
		b.Reset()
		return b
	}
	return bytes.NewBuffer(make([]byte, 0, 16<<10))
}

// give takes a letter back that nobody reads any more.
func (s *spaces) give(l letter) {
	if l.space != nil {
		s.pool.Put(l.space)
	}
}

// addresses are those of a message, parsed.
type addresses struct{ from, replyTo, envelope, to *mail.Address }

func (a addresses) letter(wire []byte) letter {
	return letter{from: bracketed(a.envelope), to: bracketed(a.to), wire: wire,
		utf8: !ascii(a.envelope.Address) || !ascii(a.to.Address)}
}

// messageID is what we accept as one: RFC 5322 dot-atoms, without brackets.
var messageID = regexp.MustCompile(`^[A-Za-z0-9._=+-]{1,64}@[A-Za-z0-9.-]{1,190}$`)

// signedHeaders are covered by DKIM. RFC 8058 section 4 demands the
// List-Unsubscribe pair, which go-mail's default leaves out.
var signedHeaders = []string{
	"From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Content-Type", "MIME-Version",
	"List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "Auto-Submitted",
}

// addressed parses the addresses of m; failures name the field at fault.
func addressed(m channel.Message) (a addresses, fault *channel.SendError) {
	var ok bool
	if a.from, ok = address(m.From); !ok {
		return a, ourFault("from")
	}
	if a.replyTo, ok = address(m.ReplyTo); !ok {
		return a, ourFault("reply_to")
	}
	a.envelope = a.from
	if m.EnvelopeFrom != "" {
		if a.envelope, ok = address(m.EnvelopeFrom); !ok {
			return a, ourFault("envelope_from")
		}
	}
	if a.to, ok = address(m.To); !ok {
		return a, &channel.SendError{Class: channel.Permanent, Code: "5.1.3", Detail: "to", DeadEndpoint: true}
	}
	if !messageID.MatchString(m.MessageID) {
		return a, ourFault("message_id")
	}
	return a, nil
}

// compose builds the letter before any command is sent, so that our own
// mistakes never meet an open connection. Failures name the field at fault.
func (s settings) compose(m channel.Message) (letter, *channel.SendError) {
	if m.Mold != nil && s.dkimKey == nil {
		return s.molded(m)
	}
	if !m.Fits() {
		return letter{}, ourFault("mold")
	}
	m = m.Filled()
	e, fault := addressed(m)
	if fault != nil {
		return letter{}, fault
	}
	if m.Subject == "" || m.Text == "" {
		return letter{}, ourFault("subject or text")
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	from := *e.from
	from.Name = m.FromName
	msg.FromMailAddress(&from)
	msg.ToMailAddress(e.to)
	msg.ReplyToMailAddress(e.replyTo)
	msg.Subject(m.Subject)
	msg.SetMessageIDWithValue(m.MessageID)
	msg.SetDateWithValue(s.Now())
	msg.SetBulk()
	list, fault := s.listHeaders(m)
	if fault != nil {
		return letter{}, fault
	}
	for _, h := range list {
		msg.SetGenHeaderPreformatted(gomail.Header(h[0]), h[1])
	}
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	}
	if s.dkimKey != nil {
		msg.SetDKIM(s.signer())
	}
	var wire bytes.Buffer
	dots := stuffing(&wire)
	_, err := msg.WriteTo(dots)
	if err != nil || dots.Close() != nil {
		return letter{}, ourFault("build")
	}
	return e.letter(bytes.TrimSuffix(wire.Bytes(), []byte(".\r\n"))), nil
}

// stuffing doubles dots and ends lines in CRLF on the way into b, and ends in the
// final dot.
func stuffing(b *bytes.Buffer) io.WriteCloser {
	return textproto.NewWriter(bufio.NewWriter(b)).DotWriter()
}

// listHeaders say that a machine wrote this, on behalf of a list that one click
// leaves (RFC 2919, RFC 3834, RFC 8058). What they hold is written as it is.
func (s settings) listHeaders(m channel.Message) ([][2]string, *channel.SendError) {
	out := [][2]string{{"Auto-Submitted", "auto-generated"}}
	if m.Lang != "" {
		out = append(out, [2]string{"Content-Language", string(m.Lang)})
	}
	listID := s.ListID
	if listID == "" {
		listID = "canvass." + m.From[strings.LastIndexByte(m.From, '@')+1:]
	}
	if out = append(out, [2]string{"List-Id", "<" + listID + ">"}); !ascii(listID) || !ascii(string(m.Lang)) {
		return nil, ourFault("list_id")
	}
	if m.UnsubscribeURL == "" {
		return out, nil
	}
	// url.Parse has refused control characters, and the rest is checked here.
	u, err := url.Parse(m.UnsubscribeURL)
	if err != nil || !ascii(m.UnsubscribeURL) || strings.ContainsAny(m.UnsubscribeURL, "<> ,") {
		return nil, ourFault("unsubscribe_url")
	}
	if u.Scheme != "https" && !(u.Scheme == "http" && loopback(u.Hostname())) {
		return nil, ourFault("unsubscribe_url")
	}
	return append(out, [2]string{"List-Unsubscribe", "<" + m.UnsubscribeURL + ">"},
		[2]string{"List-Unsubscribe-Post", "List-Unsubscribe=One-Click"}), nil
}

// signer is new for every message: go-mail's remembers its algorithm on first
// use without a lock.
func (s settings) signer() *gomail.DKIMSigner {
	signer := gomail.NewDKIMSigner(s.DKIM.Domain, s.DKIM.Selector, s.dkimKey)
	signer.SignHeaders(signedHeaders...)
	signer.NowFunc = s.Now
	return signer
}

// address parses a bare address: no display name, no comment, no list.
func address(text string) (*mail.Address, bool) {
	a, err := mail.ParseAddress(text)
	if err != nil || a.Address != text || a.Name != "" {
		return nil, false
	}
	return a, true
}

func bracketed(a *mail.Address) string { return (&mail.Address{Address: a.Address}).String() }

func ascii(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r > 0x7e || r < 0x20 }) < 0
}

// ourFault is a message that we built badly; the next one would be no better.
func ourFault(field string) *channel.SendError {
	return &channel.SendError{Class: channel.Config, Code: "compose", Detail: field}
}
