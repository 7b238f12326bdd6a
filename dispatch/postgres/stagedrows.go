package postgres

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// stagedRows gathers rows and writes them in COPY's text format, for the
// staging tables line, address and key.
type stagedRows struct {
	lines              []view.ImportLine
	line, address, key []byte
}

func (s *stagedRows) reset() {
	clear(s.lines) // so that the people of the last rows can be forgotten
	s.lines, s.line, s.address, s.key = s.lines[:0], s.line[:0], s.address[:0], s.key[:0]
}

// encode writes the rows; a row that turns out to be somebody new gets its
// identifier of ids.
func (s *stagedRows) encode(ids []survey.ContactID) error {
	for i, l := range s.lines {
		attributes := []byte("{}")
		if len(l.Contact.Attributes) > 0 {
			var err error
			if attributes, err = json.Marshal(l.Contact.Attributes); err != nil {
				return err
			}
		}
		s.encodeLine(l, ids[i], string(attributes))
		for rank, e := range l.Contact.Endpoints {
			c := copyLine{s.address}
			c.int(int64(l.Line)).int(int64(ids[i])).text(string(e.Kind)).text(e.Address).bool(e.SMS).int(int64(rank)).text(e.Label)
			s.address = c.end()
		}
		for _, k := range l.Keys {
			c := copyLine{s.key}
			c.int(int64(l.Line)).int(int64(k))
			s.key = c.end()
		}
	}
	return nil
}

func (s *stagedRows) encodeLine(l view.ImportLine, id survey.ContactID, attributes string) {
	p, line := l.Contact, copyLine{s.line}
	line.int(int64(l.Line)).text(l.Place).int(int64(id)).text(p.Code).text(string(p.Name)).text(l.SearchKey)
	line.text(p.Title).text(p.Sex).int(int64(p.Birth)).text(string(p.Language.Or(survey.Vietnamese)))
	line.text(p.Unit).text(p.UnitCode).text(attributes)
	line.int(int64(p.Random ^ 1<<63)) // as RandomNumber.Value stores it
	line.bool(l.OptedOut).bool(l.Left).text(marksText(l.Consents)).bool(l.Held)
	s.line = line.end()
}

// marksText writes marks of consent for the staging table: "email+ sms-"; + and
// - alone are for every channel.
func marksText(marks []survey.ConsentMark) string {
	var words []string
	for _, m := range marks {
		sign := "-"
		if m.Given {
			sign = "+"
		}
		words = append(words, string(m.Channel)+sign)
	}
	return strings.Join(words, " ")
}

// marksOf reads what marksText wrote.
func marksOf(text string) []survey.ConsentMark {
	var marks []survey.ConsentMark
	for word := range strings.FieldsSeq(text) {
		marks = append(marks, survey.ConsentMark{Channel: survey.Channel(word[:len(word)-1]), Given: strings.HasSuffix(word, "+")})
	}
	return marks
}

// copyLine appends the fields of one row in COPY's text format.
type copyLine struct{ buf []byte }

func (c *copyLine) int(v int64) *copyLine {
	c.buf = append(strconv.AppendInt(c.buf, v, 10), '\t')
	return c
}

func (c *copyLine) bool(v bool) *copyLine {
	c.buf = append(c.buf, "ft"[b2i(v)], '\t')
	return c
}

func b2i(v bool) int {
	if v {
		return 1
	}
	return 0
}

// text writes a text, its separators escaped. PostgreSQL has no NUL in texts.
func (c *copyLine) text(s string) *copyLine {
	c.buf = slices.Grow(c.buf, len(s)+1)
	for i := range len(s) {
		switch b := s[i]; b {
		case '\\':
			c.buf = append(c.buf, '\\', '\\')
		case '\t':
			c.buf = append(c.buf, '\\', 't')
		case '\n':
			c.buf = append(c.buf, '\\', 'n')
		case '\r':
			c.buf = append(c.buf, '\\', 'r')
		case 0:
		default:
			c.buf = append(c.buf, b)
		}
	}
	c.buf = append(c.buf, '\t')
	return c
}

// end closes the row and gives the buffer back.
func (c *copyLine) end() []byte {
	c.buf[len(c.buf)-1] = '\n'
	return c.buf
}
