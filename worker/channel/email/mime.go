package email

import (
	"encoding/base64"
	"io"
	"mime"
	"mime/quotedprintable"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/encoding/htmlindex"
)

// Mail that comes in is written by anybody, and reports by programs that were
// never tested against a reader. What follows reads what can be read of it: it
// has no errors, only bounds.
const (
	maxRaw    = 256 << 10 // bytes of a mail that are looked at
	maxHeader = 32 << 10  // bytes of one header
	maxFields = 300       // fields of one header
	maxField  = 4 << 10   // bytes of one field
	maxParts  = 64        // parts of a mail, over all levels
	maxDepth  = 8         // levels of parts within parts
)

// field is one line of a header, unfolded.
type field struct{ name, value string } // name in lower case

type header []field

// get is the first value of a name in lower case, "" if there is none.
func (h header) get(name string) string {
	for _, f := range h {
		if f.name == name {
			return f.value
		}
	}
	return ""
}

// has reports whether a field of that name is there, even an empty one.
func (h header) has(name string) bool {
	for _, f := range h {
		if f.name == name {
			return true
		}
	}
	return false
}

// entity is a mail or a part of one: a header and what follows it.
type entity struct {
	header
	body string // undecoded
}

// lines makes all line ends the same.
func lines(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
}

// readEntity parts the header from the body. Text that begins with no header is
// all body.
func readEntity(text string) entity {
	h, rest := readHeader(strings.TrimLeft(text, "\n"))
	if len(h) == 0 {
		return entity{body: text}
	}
	return entity{h, rest}
}

// readHeader reads fields up to an empty line, and returns what follows it. Lines
// that are no field are passed over, like the From line of a mailbox file.
func readHeader(text string) (h header, rest string) {
	for read := 0; text != ""; {
		line, after, _ := strings.Cut(text, "\n")
		if strings.TrimSpace(line) == "" {
			return h, after
		}
		text, read = after, read+len(line)+1
		switch name, value, colon := strings.Cut(line, ":"); {
		case read > maxHeader || len(h) >= maxFields:
		case line[0] == ' ' || line[0] == '\t':
			if n := len(h); n > 0 && len(h[n-1].value) < maxField {
				h[n-1].value = clip(strings.TrimSpace(h[n-1].value+" "+strings.TrimSpace(line)), maxField)
			}
		case colon && fieldName.MatchString(name):
			h = append(h, field{strings.ToLower(name), clip(strings.TrimSpace(value), maxField)})
		}
	}
	return h, ""
}

var fieldName = regexp.MustCompile(`^[A-Za-z0-9-]{1,80}$`)

// boundaryIn finds a boundary in a Content-Type that mime does not read.
var boundaryIn = regexp.MustCompile(`(?i)boundary\s*=\s*"?([^";\s]+)`)

// contentType is the media type in lower case, text/plain if there is none (RFC
// 2045 section 5.2), and its parameters.
func (e entity) contentType() (kind string, params map[string]string) {
	value := e.get("content-type")
	kind, params, err := mime.ParseMediaType(value)
	if err != nil {
		kind, _, _ = strings.Cut(value, ";")
		kind, params = strings.ToLower(strings.TrimSpace(kind)), map[string]string{}
		if m := boundaryIn.FindStringSubmatch(value); m != nil {
			params["boundary"] = m[1]
		}
	}
	if kind == "" {
		kind = "text/plain"
	}
	return kind, params
}

// parts cuts a multipart body at its boundary; none if it is not there.
func parts(body, boundary string) []string {
	if boundary == "" {
		return nil
	}
	var out []string
	open, begun := "--"+boundary, -1
	for at := 0; at < len(body); {
		end := strings.IndexByte(body[at:], '\n')
		next := len(body)
		if end >= 0 {
			next = at + end + 1
		}
		line := strings.TrimRight(body[at:next], " \t\n")
		if line == open || line == open+"--" {
			if begun >= 0 {
				out = append(out, body[begun:at])
			}
			if begun = next; line != open {
				return out
			}
			if len(out) == maxParts {
				return out
			}
		}
		at = next
	}
	if begun >= 0 {
		out = append(out, body[begun:]) // never closed
	}
	return out
}

// decoded undoes the transfer encoding, as far as it goes.
func (e entity) decoded() string {
	switch strings.ToLower(strings.TrimSpace(e.get("content-transfer-encoding"))) {
	case "base64":
		return lines(fromBase64(e.body))
	case "quoted-printable":
		b, _ := io.ReadAll(quotedprintable.NewReader(strings.NewReader(e.body))) // what came before an error counts
		return lines(string(b))
	}
	return e.body
}

// fromBase64 decodes what is base64 in text, up to where it stops to be.
func fromBase64(text string) string {
	clean := strings.Map(func(r rune) rune {
		if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '+' || r == '/') {
			return r
		}
		return -1
	}, text)
	b, _ := base64.RawStdEncoding.DecodeString(clean[:len(clean)/4*4])
	tail, _ := base64.RawStdEncoding.DecodeString(clean[len(clean)/4*4:])
	return string(append(b, tail...))
}

// text is the decoded body in UTF-8.
func (e entity) text() string {
	_, params := e.contentType()
	return toUTF8(e.decoded(), params["charset"])
}

func toUTF8(text, charset string) string {
	switch strings.ToLower(charset) {
	case "", "utf-8", "utf8", "us-ascii":
	default:
		if enc, err := htmlindex.Get(charset); err == nil {
			if s, err := enc.NewDecoder().String(text); err == nil {
				text = s
			}
		}
	}
	return strings.ToValidUTF8(text, "\uFFFD")
}

// words decodes the encoded words of a header field (RFC 2047).
func words(value string) string {
	d := mime.WordDecoder{CharsetReader: func(charset string, r io.Reader) (io.Reader, error) {
		b, err := io.ReadAll(r)
		return strings.NewReader(toUTF8(string(b), charset)), err
	}}
	if s, err := d.DecodeHeader(value); err == nil {
		value = s
	}
	return strings.ToValidUTF8(value, "\uFFFD")
}

// clip keeps at most n bytes of text, and no half letter.
func clip(text string, n int) string {
	if len(text) <= n {
		return text
	}
	return strings.ToValidUTF8(text[:n], "")
}

// What of a page is no text, and where its lines end.
var (
	unseen = regexp.MustCompile(`(?is)<(style|script|head)\b.*?</(style|script|head)>`)
	breaks = regexp.MustCompile(`(?i)<(br|/p|/div|/tr|/h\d)\b[^>]*>`)
	tags   = regexp.MustCompile(`<[^>]{0,900}>`)
)

// withoutTags is a page as text.
func withoutTags(page string) string {
	page = breaks.ReplaceAllString(unseen.ReplaceAllString(page, " "), "\n")
	return entities.Replace(tags.ReplaceAllString(page, " "))
}

var entities = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&quot;", `"`, "&#39;", "'", "&nbsp;", " ", "&amp;", "&")
