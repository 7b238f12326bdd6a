package templates

import (
	"fmt"
	"strings"
)

// OwnWords is a mail in the office's own words. What stands around them, the greeting, the
// signature and the way out, is that of every mail.
type OwnWords struct {
	Envelope
	Subject string
	Blocks  []Block
}

func (OwnWords) file() string { return "own" }

// Block is one part of a mail: the button with the link, the first question, or lines,
// which are a list if each begins with a hyphen.
type Block struct {
	Button bool
	First  *First
	Lines  []string
	Items  []string // Lines of a list, without their hyphens
}

// The lines of a text of the office that stand for more than a value.
const (
	buttonLine = "{link}"
	firstLine  = "{cau_hoi}"
)

// OwnMail renders a mail in the office's own words: text with merge fields, whose
// paragraphs are parted by empty lines. A line {link} alone is the button, a line
// {cau_hoi} alone the first question, or nothing where none fits into a mail.
func (s *Set) OwnMail(e Envelope, subject, body string, first *First) (Mail, error) {
	t := known(e.Tongue)
	head, err := s.Merged(t, subject, e.Fields)
	if err != nil {
		return Mail{}, err
	}
	letter := OwnWords{Envelope: e, Subject: head}
	var lines []string
	end := func() {
		if len(lines) > 0 {
			letter.Blocks = append(letter.Blocks, block(lines))
		}
		lines = nil
	}
	for line := range strings.SplitSeq(body, "\n") {
		switch line = strings.TrimSpace(line); line {
		case "":
			end()
		case buttonLine:
			end()
			letter.Blocks = append(letter.Blocks, Block{Button: true})
		case firstLine:
			if end(); first != nil {
				letter.Blocks = append(letter.Blocks, Block{First: first})
			}
		default:
			if line, err = s.Merged(t, line, e.Fields); err != nil {
				return Mail{}, err
			}
			lines = append(lines, line)
		}
	}
	end()
	return s.Mail(letter)
}

func block(lines []string) Block {
	b := Block{Lines: lines}
	for _, l := range lines {
		item, ok := strings.CutPrefix(l, "- ")
		if !ok {
			return Block{Lines: lines}
		}
		b.Items = append(b.Items, item)
	}
	return b
}

// Merged fills the merge fields of a text of the office. It wraps ErrMissing if one has
// no value.
func (s *Set) Merged(t Tongue, text string, f Fields) (string, error) {
	out, err := merge(text, f.values())
	if err != nil {
		return "", fmt.Errorf("own text: %w", err)
	}
	if t.English() {
		out = singular(out)
	}
	return out, nil
}

// BuiltIn is a text of ours as an office would write it: with merge fields, and a mail
// without its greeting and signature. Occasion, channel and language are words of survey;
// both parts are empty if there is no such text.
func (s *Set) BuiltIn(occasion, channel, lang string) (subject, body string) {
	raw := func(key string) string { return s.words[key].in(lang) }
	switch channel {
	case "sms":
		key := map[string]string{"invitation": "S01", "opening": "S03", "urgent": "S04", "reminder": "S05", "partial": "S06", "last": "S07", "thanks": "S37.final"}[occasion]
		return "", strings.Replace(raw(key), raw("stop.keyword"), "{thoi_nhan}", 1)
	case "call":
		return "", raw(map[string]string{"invitation": "V01", "thanks": "V22"}[occasion])
	}
	join := func(parts ...string) string { return strings.Join(parts, "\n\n") }
	switch occasion {
	case "invitation", "urgent":
		ask := map[string]string{"invitation": "invite.ask", "urgent": "invite.ask.other"}[occasion]
		list := []string{"- " + raw("invite.why.head") + " {vi_sao}", "- " + raw("invite.free.head") + " " + raw("invite.free"),
			"- " + raw("invite.keep.head") + " {cau_giu_kin}", "- " + raw("invite.ends.head") + " {ngay_han_day_du}."}
		return raw("invite.subject"), join(raw(ask), firstLine, buttonLine, strings.Join(list, "\n"), raw("invite.yours"))
	case "reminder":
		return raw("reminder.subject"), join(raw("reminder.sent"), raw("reminder.few"), buttonLine, raw("reminder.fine"))
	case "partial":
		return raw("begun.subject"), join(raw("begun.kept"), buttonLine, raw("begun.leave"))
	case "last":
		return raw("last.subject"), join(raw("last.is"), buttonLine, raw("last.minute"))
	}
	return "", ""
}
