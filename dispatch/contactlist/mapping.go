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
	Label string // as the file has it, tidied; of a column without one, what it was said to be
	Field Field
	Key   string // of an attribute
	Score int    // how sure the field is: 0 not at all, to 3; 4 if a person said so
	Said  bool   // a person said so
	// Sensitive says that the column is taken only because Options.Take asks for it.
	Sensitive bool
}

// score of what a person said
const scoreSaid = 4

// Mapping says which column holds which field. Columns without a label are in
// it too (attributes cot_1, cot_2, … by position): nothing is left out but what
// is sensitive.
type Mapping struct {
	Columns []Column
	fault   error // the first wish that cannot be granted
}

// MapHeader maps the cells of a header row, and scores how much like a header
// it is: 0 if it names no person. A score of 4 (a name and anything else that
// is known) makes a header.
func MapHeader(cells []string) (Mapping, int) { return (&wishes{}).mapHeader(cells) }

// mapHeader is MapHeader, with what a person says of the columns.
func (w *wishes) mapHeader(cells []string) (Mapping, int) {
	if len(cells) > maxColumns {
		return Mapping{}, 0
	}
	var m Mapping
	for i, cell := range cells {
		if looksLikeData(cell) || looksLikePerson(cell) {
			return Mapping{}, 0
		}
		c := classify(cell)
		m.Columns = append(m.Columns, Column{Index: i, Label: tidy(cell), Field: c.field, Score: c.strength})
	}
	hits := w.apply(&m)
	m.resolve()
	w.taken(&m)
	m.name()
	score := m.score()
	if score > 0 {
		score += hits * headerScore
	}
	return m, score
}

// looksLikeData reports whether a cell can be no label: an address, a number
// of many digits, prose.
func looksLikeData(cell string) bool {
	return strings.Contains(cell, "@") || len(digits(cell)) >= 8 || len(cell) > 400
}

// resolve settles columns that compete for one field: the surer label wins,
// then the one further left; the others become attributes.
func (m *Mapping) resolve() {
	for i := range m.Columns {
		c := &m.Columns[i]
		// "Nam" is a sex only beside "Nữ", and never when it is "Năm".
		if c.Field == FieldMale && c.Score == 1 && (strings.ToLower(norm.NFC.String(c.Label)) != "nam" || !m.has(FieldFemale)) {
			c.Field = FieldAttribute
		}
		// "DT" without the Đ is dân tộc where another column has the phone.
		if c.Field == FieldPhone && !c.Said && words(c.Label) == "dt" && !strings.ContainsAny(c.Label, "đĐ") && m.count(FieldPhone) > 1 {
			c.Field = FieldSensitive
		}
	}
	best := map[Field]int{} // column
	for i, c := range m.Columns {
		if at, ok := best[c.Field]; !ok || c.Score > m.Columns[at].Score {
			best[c.Field] = i
		}
	}
	for i := range m.Columns {
		if c := &m.Columns[i]; c.Field.isSingle() && i != best[c.Field] {
			c.Field, c.Score = FieldAttribute, 0
		}
	}
	m.resolveNames()
}

// isSingle reports whether one column at most holds the field.
func (f Field) isSingle() bool {
	switch f {
	case FieldName, FieldFamily, FieldGiven, FieldUnit, FieldCode, FieldTitle, FieldSex, FieldMale, FieldFemale, FieldBirth, FieldLanguage, FieldZone, FieldNote,
		FieldConsent, FieldConsentEmail, FieldConsentSMS, FieldConsentCall, fieldRefusal:
		return true
	}
	return false
}

// resolveNames settles whether a name stands in one column or in two.
func (m *Mapping) resolveNames() {
	switch {
	case m.has(FieldFamily) && m.has(FieldGiven): // two columns, unless a third has both
		switch {
		case m.has(FieldName) && !m.said(FieldName) && (m.said(FieldFamily) || m.said(FieldGiven)):
			m.turn(FieldName, FieldAttribute)
		case m.has(FieldName):
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
			c.Field, c.Key = FieldAttribute, unlabelled(c.Index)
		case FieldAttribute:
			if c.Key = key(c.Label); c.Key == "" {
				c.Key = unlabelled(c.Index)
			}
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

// unlabelled is the key of a column without a label.
func unlabelled(index int) string { return fmt.Sprintf("cot_%d", index+1) }

func (m *Mapping) score() int {
	if !m.has(FieldName) && !m.has(FieldFamily) {
		return 0
	}
	score := 3
	for i, c := range m.Columns {
		first := slices.IndexFunc(m.Columns, func(o Column) bool { return o.Field == c.Field }) == i
		switch c.Field {
		case FieldName, FieldFamily, FieldGiven, FieldAttribute, FieldIgnore:
		case FieldReason: // our own file, whatever else it looks like
			score += 100
		case FieldFemale: // alone it may be what stands under "Giới tính"
			if first && m.has(FieldMale) {
				score++
			}
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

func (m *Mapping) said(f Field) bool {
	return slices.ContainsFunc(m.Columns, func(c Column) bool { return c.Said && c.Field == f })
}

func (m *Mapping) has(f Field) bool { return m.count(f) > 0 }

func (m *Mapping) count(f Field) int {
	n := 0
	for i := range m.Columns {
		if m.Columns[i].Field == f {
			n++
		}
	}
	return n
}

func (m *Mapping) turn(from, to Field) {
	for i := range m.Columns {
		if c := &m.Columns[i]; c.Field == from {
			if c.Field = to; to == FieldAttribute {
				c.Score = 0
			}
		}
	}
}

// of returns the cell of the one column of f, tidied of its escapes.
func (m *Mapping) of(f Field, cells []string) string {
	for i := range m.Columns {
		if c := &m.Columns[i]; c.Field == f {
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
