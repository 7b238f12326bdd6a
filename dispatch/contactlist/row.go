package contactlist

import (
	"fmt"
	"strings"

	"canvass/dispatch/survey"
)

// Row is one row of a list and what it says. It is rejected if it has errors.
type Row struct {
	Sheet string // empty in CSV
	Line  int    // from 1
	// Cells as the file has them, in the order of Reader.Header.
	Cells []string
	// Contact has endpoints in order of preference (e-mails, then phones, each
	// as listed), without identifiers or random number. It is as complete as
	// the row allows, also when the row is rejected.
	Contact survey.Contact
	// Errors say why the row is rejected; Where is "Sheet!12:Column", or
	// "12:Column" in CSV.
	Errors []*survey.Error
	// Warnings say what was mended, left out or should be looked at.
	Warnings []*survey.Error
	// Consents is what the columns of consent say, by channel.
	Consents []survey.ConsentMark
	// OptedOut says that the office's remarks name a person who wants no
	// contact: a suppression is due (warning opted_out).
	OptedOut bool
	// Left says that the remarks speak of someone retired, moved or dead:
	// listed for a decision, not invited silently (warning note_says_left).
	Left bool
}

// Rejected reports whether the row cannot be taken.
func (r *Row) Rejected() bool { return len(r.Errors) > 0 }

// rowReader turns lines of one table into rows.
type rowReader struct {
	t     *table
	width int // columns of the whole file
	sheet int // position of the column with the sheet's name, -1 without
}

func (rr *rowReader) read(l line) Row {
	b := rowBuilder{m: &rr.t.mapping, cells: l.cells, Row: Row{Sheet: rr.t.name, Line: l.number}}
	b.Cells = rr.place(l.asTyped())
	b.Contact.Language = survey.Vietnamese
	switch {
	case l.broken:
		b.fail(invalid(survey.CodeRowBroken, "why", "quote"), "")
		return b.Row
	case rr.t.name == "" && hasMore(l.cells, len(rr.t.mapping.Columns)):
		b.fail(invalid(survey.CodeRowBroken, "why", "columns"), "")
		return b.Row
	}
	b.fonts(l.found)
	b.attributes()
	b.name()
	b.person()
	b.endpoints()
	b.consents()
	b.notes()
	if rr.sheet >= 0 {
		if _, taken := b.Contact.Attributes[sheetKey]; !taken {
			b.attribute(sheetKey, rr.t.name)
		}
	}
	return b.Row
}

const sheetKey = "sheet"

// place puts the cells of a line under the header of the whole file.
func (rr *rowReader) place(cells []string) []string {
	placed := make([]string, rr.width)
	for i, to := range rr.t.target {
		if to >= 0 && i < len(cells) {
			placed[to] = kept(cells[i])
		}
	}
	if rr.sheet >= 0 {
		placed[rr.sheet] = rr.t.name
	}
	for _, extra := range cells[min(len(cells), len(rr.t.target)):] {
		if rr.t.name == "" && strings.TrimSpace(extra) != "" {
			placed = append(placed, kept(extra))
		}
	}
	return placed
}

// kept is a cell as it can be written again: text, with line breaks of one kind.
func kept(cell string) string {
	cell = strings.ToValidUTF8(cell, "\uFFFD")
	if !strings.ContainsAny(cell, "\r\x00") {
		return cell
	}
	return strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "\uFFFD").Replace(cell)
}

// SaysNone reports whether a cell for a phone or an e-mail says that there is
// none ("không có", a dash, nothing): the import takes it for an empty one.
func SaysNone(cell string) bool { return isBlank(cell) }

func hasMore(cells []string, n int) bool { return len(cells) > n && !isBlankLine(cells[n:]) }

// rowBuilder fills one row.
type rowBuilder struct {
	Row
	m       *Mapping
	cells   []string
	refused []Field // whose cells are in an encoding that cannot be read
}

func (b *rowBuilder) at(e *survey.Error, label string) *survey.Error {
	e.Where = fmt.Sprint(b.Line)
	if b.Sheet != "" {
		e.Where = b.Sheet + "!" + e.Where
	}
	if label != "" {
		e.Where += ":" + label
	}
	return e
}

func (b *rowBuilder) fail(e *survey.Error, label string) { b.Errors = append(b.Errors, b.at(e, label)) }

func (b *rowBuilder) warn(e *survey.Error, label string) {
	b.Warnings = append(b.Warnings, b.at(e, label))
}

func (b *rowBuilder) attribute(key, value string) {
	if b.Contact.Attributes == nil {
		b.Contact.Attributes = map[string]string{}
	}
	b.Contact.Attributes[key] = value
}

// attributes keeps the columns we do not know, and the remarks. Text in a
// legacy encoding is never stored.
func (b *rowBuilder) attributes() {
	for i := range b.m.Columns {
		c := &b.m.Columns[i]
		if c.Field != FieldAttribute && c.Field != FieldNote {
			continue
		}
		value := tidy(cellAt(b.cells, c.Index))
		if value == "" {
			continue
		}
		b.attribute(c.Key, value)
	}
}

func (b *rowBuilder) name() {
	if b.isRefused(FieldName, FieldFamily, FieldGiven) {
		return
	}
	s := sieve{m: b.m}
	raw := s.personName(b.cells)
	label := b.label(FieldName, FieldFamily)
	name, title, err := ParseName(raw)
	if err != nil {
		if raw != "" {
			withValue(err, raw)
		}
		b.fail(err, label)
		return
	}
	b.Contact.Name = name
	b.Contact.Title = honorific(title)
	if t := tidy(b.m.of(FieldTitle, b.cells)); t != "" {
		if _, known, ok := cutTitle(t+" Nguyễn Văn", false); ok {
			b.Contact.Title = honorific(known)
		} else {
			b.attribute(key(b.label(FieldTitle)), t) // a job, not a form of address
		}
	}
}

func (b *rowBuilder) label(fields ...Field) string {
	for _, f := range fields {
		for i := range b.m.Columns {
			if c := &b.m.Columns[i]; c.Field == f {
				return c.Label
			}
		}
	}
	return ""
}

func (b *rowBuilder) person() {
	c := &b.Contact
	c.Code = tidy(b.m.of(FieldCode, b.cells))
	c.Unit = tidy(b.m.of(FieldUnit, b.cells))
	c.Language = parseLanguage(b.m.of(FieldLanguage, b.cells))
	b.zone()
	c.Sex = parseSex(b.m.of(FieldSex, b.cells))
	birth, label := b.m.of(FieldBirth, b.cells), b.label(FieldBirth)
	if sex, year := parseSexes(b.m.of(FieldMale, b.cells), b.m.of(FieldFemale, b.cells)); c.Sex == "" {
		if c.Sex = sex; isBlank(birth) && year != "" {
			birth, label = year, b.label(FieldMale)
		}
	}
	if !isBlank(birth) {
		year, ok := parseBirth(birth)
		if !ok {
			b.warn(withValue(invalid(survey.CodeBirthInvalid, "", ""), birth), label)
			return
		}
		c.Birth = year
	}
}

// zone keeps the person's time zone, and leaves it empty if nobody knows which
// one is meant: the protocol's holds then, and the person is contacted.
func (b *rowBuilder) zone() {
	cell := b.m.of(FieldZone, b.cells)
	if isBlank(cell) {
		return
	}
	zone, ok := parseZone(cell)
	if !ok {
		b.warn(withValue(invalid(survey.CodeZoneUnknown, "", ""), cell), b.label(FieldZone))
		return
	}
	b.Contact.Zone = zone
}

// notes weighs the remarks, and columns that tell a person's standing.
func (b *rowBuilder) notes() {
	left := ""
	for _, k := range [...]string{noteKey, "trang_thai", "tinh_trang", "status"} {
		note := b.Contact.Attributes[k]
		if note == "" {
			continue
		}
		switch {
		case saysOut(note):
			b.optOut(b.label(FieldNote))
		case saysLeft(note) && left == "":
			left = note
		}
	}
	if left != "" {
		b.Left = true
		b.warn(withValue(invalid(survey.CodeNoteLeft, "", ""), left), b.label(FieldNote))
	}
}

// optOut notes, once, that the person wants no contact.
func (b *rowBuilder) optOut(label string) {
	if !b.OptedOut {
		b.OptedOut = true
		b.warn(invalid(survey.CodeOptedOut, "", ""), label)
	}
}

// withValue adds the cell as it was written to what is said of it. It is for the
// person who gave the list, and never for a log.
func withValue(e *survey.Error, cell string) *survey.Error {
	if e.Args == nil {
		e.Args = map[string]string{}
	}
	e.Args["value"] = shown(cell)
	return e
}
