package email

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"mime"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"time"

	"canvass/worker/channel"
)

// Mails of one mold are not built anew: what they share is encoded once, and each
// mail fills in its blanks. A blank stands on a line of its own, between two soft
// line breaks, so that what fills it never moves the lines around it. go-mail's
// own building is the oracle: tests hold both to the same message after decoding.

// casting is a mold as quoted-printable, ready for the wire.
type casting struct {
	subject []channel.Piece
	parts   []encoded // between them the boundaries, as texts
}

// encoded is a piece as it goes over the wire.
type encoded struct {
	wire  []byte
	blank int // -1 for a text
	html  bool
}

// cast encodes a mold.
func cast(m *channel.Mold) any {
	var id [12]byte
	_, _ = rand.Read(id[:])                      // it never fails
	boundary := "=_" + hex.EncodeToString(id[:]) // quoted-printable has no such text
	c := &casting{subject: m.Pieces(m.Subject)}
	c.text("MIME-Version: 1.0\r\nContent-Type: multipart/alternative;\r\n boundary=\"" + boundary + "\"\r\n\r\n")
	for _, part := range []struct{ kind, words string }{{"text/plain", m.Text}, {"text/html", m.HTML}} {
		if part.words == "" {
			continue
		}
		c.text("--" + boundary + "\r\nContent-Type: " + part.kind + "; charset=UTF-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n")
		for _, p := range m.Pieces(part.words) {
			if p.Blank >= 0 {
				c.parts = append(c.parts, encoded{blank: p.Blank, html: part.kind == "text/html"})
			} else {
				c.parts = append(c.parts, encoded{wire: quoted(p.Text), blank: -1})
			}
		}
		c.text("\r\n")
	}
	c.text("--" + boundary + "--\r\n")
	return c
}

func (c *casting) text(s string) { c.parts = append(c.parts, encoded{wire: []byte(s), blank: -1}) }

// quoted encodes a text so that what follows begins a line, and dots at the
// beginning of a line are doubled (RFC 5321 section 4.5.2).
func quoted(text string) []byte {
	var b bytes.Buffer
	w := quotedprintable.NewWriter(&b)
	_, _ = w.Write([]byte(text)) // a buffer takes everything
	_ = w.Close()
	if !bytes.HasSuffix(b.Bytes(), []byte("\r\n")) {
		b.WriteString("=\r\n")
	}
	out := bytes.ReplaceAll(b.Bytes(), []byte("\r\n."), []byte("\r\n.."))
	if bytes.HasPrefix(out, []byte(".")) {
		out = append([]byte("."), out...)
	}
	return out
}

// molded builds a letter from its mold.
func (s settings) molded(m channel.Message) (letter, *channel.SendError) {
	if !m.Fits() {
		return letter{}, ourFault("mold")
	}
	e, fault := addressed(m)
	if fault != nil {
		return letter{}, fault
	}
	c := m.Mold.Cast(cast).(*casting)
	b := s.spaces.take()
	if fault := s.writeHead(b, m, e, c.subjectOf(m)); fault != nil {
		return letter{}, fault
	}
	plain, html := make([][]byte, len(m.Fill)), make([][]byte, len(m.Fill))
	for i, word := range m.Fill {
		plain[i], html[i] = quoted(word), quoted(channel.EscapeHTML(word))
	}
	for _, p := range c.parts {
		switch {
		case p.blank < 0:
			b.Write(p.wire)
		case p.html:
			b.Write(html[p.blank])
		default:
			b.Write(plain[p.blank])
		}
	}
	l := e.letter(b.Bytes())
	l.space = b
	return l, nil
}

func (c *casting) subjectOf(m channel.Message) string {
	var b strings.Builder
	for _, p := range c.subject {
		if p.Blank < 0 {
			b.WriteString(p.Text)
		} else {
			b.WriteString(m.Fill[p.Blank])
		}
	}
	return b.String()
}

// writeHead writes the headers that compose sets, up to those of the body.
func (s settings) writeHead(b *bytes.Buffer, m channel.Message, e addresses, subject string) *channel.SendError {
	if subject == "" || strings.ContainsAny(subject, "\r\n") {
		return ourFault("subject or text")
	}
	list, fault := s.listHeaders(m)
	if fault != nil {
		return fault
	}
	from := mail.Address{Name: m.FromName, Address: e.from.Address}
	for _, h := range append([][2]string{
		{"Date", s.Now().Format(time.RFC1123Z)},
		{"From", from.String()},
		{"To", e.to.String()},
		{"Reply-To", e.replyTo.String()},
		{"Subject", mime.QEncoding.Encode("UTF-8", subject)},
		{"Message-ID", "<" + m.MessageID + ">"},
		{"Precedence", "bulk"},
		{"X-Auto-Response-Suppress", "All"},
	}, list...) {
		b.WriteString(h[0])
		b.WriteString(": ")
		b.WriteString(h[1])
		b.WriteString("\r\n")
	}
	return nil
}
