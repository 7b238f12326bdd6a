package smtpsink

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // bodies in any charset, not only UTF-8
	"golang.org/x/net/html"
)

// maxDepth is how deep multiparts are followed; an honest mail has three levels.
const maxDepth = 10

// Letter is a mail read as its recipient would. All text is UTF-8.
type Letter struct {
	// Subject, From, To and ReplyTo are the header's lines, decoded.
	Subject, From, To, ReplyTo string
	// Header is all of its lines in order, decoded.
	Header []HeaderLine
	// Text and HTML are the first text/plain and text/html part that is not an
	// attachment; empty if there is none.
	Text, HTML string
	// Links are the http and https addresses of the text part, then those of the
	// HTML part's anchors, each once.
	Links []string
}

// HeaderLine is one line of a mail's header.
type HeaderLine struct{ Name, Value string }

// Get returns the first header line of that name, in any case, or "".
func (l Letter) Get(name string) string {
	for _, h := range l.Header {
		if strings.EqualFold(h.Name, name) {
			return h.Value
		}
	}
	return ""
}

// Letter parses the mail. With an error comes what could be read before it.
func (m Message) Letter() (Letter, error) {
	entity, err := message.Read(bytes.NewReader(m.Raw))
	if entity == nil {
		return Letter{}, fmt.Errorf("mail %d: %w", m.Seq, err)
	}
	var l Letter
	for fields := entity.Header.Fields(); fields.Next(); {
		value, err := fields.Text()
		if err != nil {
			value = fields.Value() // an encoded word in an unknown charset is shown as it is
		}
		l.Header = append(l.Header, HeaderLine{fields.Key(), strings.ToValidUTF8(value, "\uFFFD")})
	}
	l.Subject, l.From, l.To, l.ReplyTo = l.Get("Subject"), l.Get("From"), l.Get("To"), l.Get("Reply-To")
	if unreadable(err) {
		return l, fmt.Errorf("mail %d: %w", m.Seq, err)
	}
	err = l.read(entity, 0)
	l.Links = links(l.Text, l.HTML)
	if err != nil {
		return l, fmt.Errorf("mail %d: %w", m.Seq, err)
	}
	return l, nil
}

// unreadable is false for an unknown charset, whose bytes are shown as they are.
func unreadable(err error) bool { return err != nil && !message.IsUnknownCharset(err) }

// read takes the text and HTML parts from e and the parts within it.
func (l *Letter) read(e *message.Entity, depth int) error {
	if depth > maxDepth {
		return errors.New("multiparts nested too deep")
	}
	if parts := e.MultipartReader(); parts != nil {
		for {
			part, err := parts.NextPart()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if unreadable(err) {
				return err
			}
			if err := l.read(part, depth+1); err != nil {
				return err
			}
		}
	}
	kind, _, err := e.Header.ContentType()
	if err != nil {
		kind = "text/plain" // RFC 2045 §5.2: what cannot be understood is plain text
	}
	if disposition, _, err := e.Header.ContentDisposition(); err == nil && disposition == "attachment" {
		return nil
	}
	switch {
	case kind == "text/plain" && l.Text == "":
		l.Text, err = body(e)
	case kind == "text/html" && l.HTML == "":
		l.HTML, err = body(e)
	default:
		return nil
	}
	return err
}

func body(e *message.Entity) (string, error) {
	b, err := io.ReadAll(e.Body)
	return strings.ToValidUTF8(string(b), "\uFFFD"), err
}

var address = regexp.MustCompile(`(?i)\bhttps?://[^\s<>"'` + "`" + `{}|\\^]+`)

// links lists the absolute addresses of a text, then of a page, each once.
func links(text, page string) []string {
	var found []string
	seen := make(map[string]bool)
	add := func(link string) {
		if !seen[link] {
			seen[link] = true
			found = append(found, link)
		}
	}
	for _, link := range address.FindAllString(text, -1) {
		add(trimmed(link))
	}
	for z := html.NewTokenizer(strings.NewReader(page)); z.Next() != html.ErrorToken; {
		token := z.Token()
		if token.Data != "a" && token.Data != "area" {
			continue
		}
		for _, attr := range token.Attr {
			href := strings.TrimSpace(attr.Val)
			lower := strings.ToLower(href)
			if attr.Key == "href" && (strings.HasPrefix(lower, "http://") || strings.HasPrefix(lower, "https://")) {
				add(href)
			}
		}
	}
	return found
}

// trimmed takes off the punctuation of the sentence around a link; a closing
// bracket stays if the link opened it.
func trimmed(link string) string {
	for {
		cut := strings.TrimRight(link, ".,;:!?*»”’…")
		for _, pair := range []string{"()", "[]"} {
			if strings.HasSuffix(cut, pair[1:]) && strings.Count(cut, pair[1:]) > strings.Count(cut, pair[:1]) {
				cut = cut[:len(cut)-1]
			}
		}
		if cut == link {
			return link
		}
		link = cut
	}
}
