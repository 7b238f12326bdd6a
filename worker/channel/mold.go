package channel

import (
	"html"
	"slices"
	"strings"
	"sync"
)

// A Mold is what many mails have in common: their words with blanks in them. It
// spares rendering and encoding the same for everybody.
type Mold struct {
	Subject, Text, HTML string
	// Blanks are the marks that stand in the words for what differs: letters and
	// digits that stand nowhere else. Message.Fill has a word for each.
	Blanks []string

	once sync.Once
	cast any
}

// Cast returns what make returned when it was first asked: what a channel keeps of
// the mold to fill it quickly.
func (m *Mold) Cast(make func(*Mold) any) any {
	m.once.Do(func() { m.cast = make(m) })
	return m.cast
}

// Piece is a part of a mold's words: a text, or the blank of that number.
type Piece struct {
	Text  string
	Blank int // -1 for a text
}

// Pieces cuts words at their blanks.
func (m *Mold) Pieces(words string) []Piece {
	var out []Piece
	for words != "" {
		at, which := -1, -1
		for i, mark := range m.Blanks {
			if n := strings.Index(words, mark); mark != "" && n >= 0 && (at < 0 || n < at) {
				at, which = n, i
			}
		}
		if at < 0 {
			return append(out, Piece{words, -1})
		}
		if at > 0 {
			out = append(out, Piece{words[:at], -1})
		}
		out = append(out, Piece{Blank: which})
		words = words[at+len(m.Blanks[which]):]
	}
	return out
}

// Filled returns the message with its words written out.
func (m Message) Filled() Message {
	if m.Mold == nil {
		return m
	}
	fill := func(words string, how func(string) string) string {
		var b strings.Builder
		for _, p := range m.Mold.Pieces(words) {
			if p.Blank < 0 {
				b.WriteString(p.Text)
				continue
			}
			b.WriteString(how(m.Fill[p.Blank]))
		}
		return b.String()
	}
	plain := func(s string) string { return s }
	m.Subject, m.Text, m.HTML = fill(m.Mold.Subject, plain), fill(m.Mold.Text, plain), fill(m.Mold.HTML, EscapeHTML)
	m.Mold, m.Fill = nil, nil
	return m
}

// Fits reports whether every blank has its word.
func (m Message) Fits() bool {
	return m.Mold == nil || len(m.Fill) == len(m.Mold.Blanks) && !slices.Contains(m.Mold.Blanks, "")
}

// EscapeHTML writes a word so that it is read as itself between tags, as
// html/template does.
func EscapeHTML(s string) string {
	return strings.ReplaceAll(html.EscapeString(strings.ReplaceAll(s, "\x00", "\uFFFD")), "+", "&#43;")
}
