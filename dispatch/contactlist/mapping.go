package contactlist

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Column is one column of a list and what it is taken for.
type Column struct {
	Index int    // from 0, in the sheet
	Label string // as the file has it, tidied
	Field Field
	Key   string // of an attribute
}

// Mapping says which column holds which field. Columns without a label are in
// it too (attributes cot_1, cot_2, … by position): nothing is left out but what
// is sensitive.
type Mapping struct {
	Columns []Column
}

// MapHeader maps the cells of a header row, and scores how much like a header
// it is: 0 if it names no person. A score of 4 (a name and anything else that
// is known) makes a header.
func MapHeader(cells []string) (Mapping, int) {
	var m Mapping
	strength := make([]int, len(cells))
	for i, cell := range cells {
		if looksLikeData(cell) {
			return Mapping{}, 0
		}
		c := classify(cell)
		strength[i] = c.strength
		m.Columns = append(m.Columns, Column{Index: i, Label: tidy(cell), Field: c.field})
	}
	m.resolve(strength)
	m.name()
	return m, m.score()
}

// looksLikeData reports whether a cell can be no label: an address, a number
// of many digits, prose.
func looksLikeData(cell string) bool {
	return strings.Contains(cell, "@") || len(digits(cell)) >= 8 || len(cell) > 400
}

// resolve settles columns that compete for one field: the surer label wins,
// then the one further left; the others become attributes.
func (m *Mapping) resolve(strength []int) {
	for i := range m.Columns {
		c := &m.Columns[i]
		// "Nam" is a sex only beside "Nữ", and never when it is "Năm".
		if c.Field == FieldMale && strength[i] == 1 && (strings.ToLower(norm.NFC.String(c.Label)) != "nam" || !m.has(FieldFemale)) {
			c.Field = FieldAttribute
		}
		// "DT" without the Đ is dân tộc where another column has the phone.
		if c.Field == FieldPhone && words(c.Label) == "dt" && !strings.ContainsAny(c.Label, "đĐ") && m.count(FieldPhone) > 1 {
			c.Field = FieldSensitive
		}
	}
	for _, f := range []Field{FieldName, FieldFamily, FieldGiven, FieldUnit, FieldCode, FieldTitle, FieldSex, FieldMale, FieldFemale, FieldBirth, FieldLanguage, FieldNote} {
		best := -1
		for i, c := range m.Columns {
			if c.Field == f && (best < 0 || strength[i] > strength[best]) {
				best = i
			}
		}
		for i := range m.Columns {
			if m.Columns[i].Field == f && i != best {
				m.Columns[i].Field = FieldAttribute
			}
		}
	}
	switch {
	case m.has(FieldFamily) && m.has(FieldGiven): // two columns, unless a third has both
		if m.has(FieldName) {
			m.turn(FieldFamily, FieldAttribute)
			m.turn(FieldGiven, FieldAttribute)
		}
	case m.has(FieldName):
		m.turn(FieldFamily, FieldAttribute)
		m.turn(FieldGiven, FieldAttribute)
	default: // "Tên" alone, or "Họ" alone, is the whole name
		m.turn(FieldFamily, FieldName)
		m.turn(FieldGiven, FieldName)
	}
}

// name gives every attribute its key, each its own.
func (m *Mapping) name() {
	taken := map[string]int{}
	for i := range m.Columns {
		c := &m.Columns[i]
		switch c.Field {
		case fieldUnlabelled:
			c.Field, c.Key = FieldAttribute, fmt.Sprintf("cot_%d", c.Index+1)
		case FieldAttribute:
			c.Key = key(c.Label)
		case FieldNote:
			c.Key = noteKey
		default:
			continue
		}
		taken[c.Key]++
		if n := taken[c.Key]; n > 1 {
			c.Key = fmt.Sprintf("%s_%d", c.Key, n)
		}
	}
}

func (m *Mapping) score() int {
	if !m.has(FieldName) && !m.has(FieldFamily) {
		return 0
	}
	score := 3
	for i, c := range m.Columns {
		first := slices.IndexFunc(m.Columns, func(o Column) bool { return o.Field == c.Field }) == i
		switch c.Field {
		case FieldName, FieldFamily, FieldGiven, FieldAttribute, FieldReason:
		case FieldPhone, FieldEmail:
			if first {
				score += 2
			}
			score++
		default:
			if first {
				score++
			}
		}
	}
	return score
}

func (m *Mapping) has(f Field) bool { return m.count(f) > 0 }

func (m *Mapping) count(f Field) int {
	n := 0
	for _, c := range m.Columns {
		if c.Field == f {
			n++
		}
	}
	return n
}

func (m *Mapping) turn(from, to Field) {
	for i := range m.Columns {
		if m.Columns[i].Field == from {
			m.Columns[i].Field = to
		}
	}
}

// of returns the cell of the one column of f, tidied of its escapes.
func (m *Mapping) of(f Field, cells []string) string {
	for _, c := range m.Columns {
		if c.Field == f {
			return cellAt(cells, c.Index)
		}
	}
	return ""
}

func cellAt(cells []string, i int) string {
	if i >= len(cells) {
		return ""
	}
	return unescape(cells[i])
}
