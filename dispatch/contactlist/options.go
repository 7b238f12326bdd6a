package contactlist

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"canvass/dispatch/survey"
)

// Options say what a person knows of a list that its file does not tell.
type Options struct {
	// Columns says what columns hold, over the guess; a column it does not name
	// keeps the guess. A key is a label as the file has it (case, accents and
	// spacing aside), or a position: a letter as in Excel ("A", "AB"), or a
	// number from 1. What is a label in a sheet is no position there.
	Columns map[string]Field
	// Lenient passes over what of Columns does not fit the file: a mapping
	// remembered for a source outlives its columns.
	Lenient bool
	// Take are the labels of sensitive columns that are taken all the same: as
	// attributes, if Columns says nothing else.
	Take []string
	// Skip are sheets that are left out; Mended are cells that a person put right,
	// read in place of what the file has.
	Skip   []string
	Mended []Mend
}

// Fields lists the fields that a person may say a column holds. FieldIgnore
// leaves it out, FieldAttribute keeps it as it is.
func Fields() []Field {
	return []Field{FieldName, FieldFamily, FieldGiven, FieldPhone, FieldEmail, FieldUnit, FieldCode, FieldTitle,
		FieldSex, FieldBirth, FieldLanguage, FieldZone, FieldNote, FieldConsent, FieldConsentEmail, FieldConsentSMS, FieldConsentCall,
		FieldIgnore, FieldAttribute}
}

// ParseMapping reads what a person says of columns, such as
// "Cột A=name,Số máy=phone": labels or positions, as in Options.Columns. A
// label may have commas and equals signs of its own; a field may be called by
// its usual Vietnamese name. Semicolons and line breaks part as commas do. The
// error is mapping_invalid, with Args name (the part that is wrong), and
// problem or fields.
func ParseMapping(text string) (map[string]Field, error) {
	said := map[string]Field{}
	pending := ""
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(",;\n\r", r) }) {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		if pending != "" {
			part, pending = pending+", "+part, ""
		}
		i := strings.LastIndexByte(part, '=')
		if i < 0 {
			pending = part // a comma inside a label
			continue
		}
		key, name := tidy(part[:i]), part[i+1:]
		field, ok := parseField(name)
		if !ok {
			return nil, unknownField(part)
		}
		if before, again := said[key]; key == "" || again && before != field {
			return nil, badMapping(part, "…=…")
		}
		said[key] = field
	}
	if pending != "" {
		return nil, badMapping(pending, "…=…")
	}
	return said, nil
}

func parseField(name string) (Field, bool) {
	f := Field(strings.ToLower(strings.TrimSpace(name)))
	if slices.Contains(Fields(), f) {
		return f, true
	}
	m := labels[words(name)]
	return m.field, m.strength == 3 && slices.Contains(Fields(), m.field)
}

func badMapping(name, problem string) *survey.Error {
	e := invalid(survey.CodeMappingInvalid, "name", shown(name))
	e.Args["problem"] = problem
	return e
}

func unknownField(name string) *survey.Error {
	names := make([]string, 0, len(Fields()))
	for _, f := range Fields() {
		names = append(names, string(f))
	}
	e := invalid(survey.CodeMappingInvalid, "name", shown(name))
	e.Args["fields"] = strings.Join(names, ", ")
	return e
}

// wish is one key of Options.Columns.
type wish struct {
	key   string
	label string // as labelKey gives it
	place int    // column from 0, -1 if the key is no position
	field Field
}

// wishes are Options made ready. The zero value wishes nothing.
type wishes struct {
	said    []wish   // by key
	take    []string // as typed
	lenient bool
	// oneColumn says that a list without names will do: see OpenColumn.
	oneColumn bool
}

// wishFor checks what was asked, apart from any file.
func wishFor(o Options) (*wishes, error) {
	w := &wishes{lenient: o.Lenient, take: o.Take}
	for _, key := range slices.Sorted(maps.Keys(o.Columns)) {
		field := o.Columns[key]
		if !slices.Contains(Fields(), field) {
			return nil, unknownField(key + "=" + string(field))
		}
		w.said = append(w.said, wish{key: key, label: labelKey(key), place: parsePlace(key), field: field})
	}
	return w, nil
}

// labelKey is what two spellings of a label have in common.
func labelKey(label string) string { return cmp.Or(words(label), tidy(label)) }

// parsePlace reads a position, a letter as in Excel or a number from 1; the
// answer is from 0, or -1.
func parsePlace(key string) int {
	key = strings.ToUpper(strings.TrimSpace(key))
	if n, err := strconv.Atoi(key); err == nil {
		if n < 1 || n > maxColumns {
			return -1
		}
		return n - 1
	}
	n, _, ok := parseRef(key + "1")
	if !ok || n > maxColumns || digits(key) != "" {
		return -1
	}
	return n - 1
}

// placeName is a column as Excel names it, for an index from 0.
func placeName(i int) string {
	name := ""
	for i++; i > 0; i = (i - 1) / 26 {
		name = string(rune('A'+(i-1)%26)) + name
	}
	return name
}

// places reports whether every key is a position and one of them has the name:
// then no header is needed.
func (w *wishes) places() bool {
	named := false
	for _, s := range w.said {
		if s.place < 0 {
			return false
		}
		named = named || s.field == FieldName || s.field == FieldFamily || s.field == FieldGiven
	}
	return named
}

// apply writes the wishes into a mapping, before columns compete. It returns how
// many keys are labels of it.
func (w *wishes) apply(m *Mapping) (hits int) {
	by := map[Field]string{}
	for _, s := range w.said {
		labelled := false
		for i := range m.Columns {
			if m.Columns[i].Label != "" && labelKey(m.Columns[i].Label) == s.label {
				labelled = true
				w.say(m, i, s, by)
			}
		}
		switch {
		case labelled && len([]rune(s.key)) > 1 && digits(s.key) != s.key: // "A" and "3" also stand in rows that number columns
			hits++
		case !labelled && s.place >= 0 && s.place < len(m.Columns):
			w.say(m, s.place, s, by)
		}
	}
	return hits
}

// say writes one wish. A sensitive column is given only to who asks for it in
// Take.
func (w *wishes) say(m *Mapping, i int, s wish, by map[Field]string) {
	c := &m.Columns[i]
	if c.Field == FieldSensitive {
		switch {
		case s.field == FieldIgnore:
			return // left out as it is
		case !w.takes(c.Label):
			m.blame(w, invalid(survey.CodeSensitiveReason, "name", c.Label))
			return
		}
		c.Sensitive = true
	}
	if first, taken := by[s.field]; taken && first != s.key && s.field.isSingle() {
		m.blame(w, badMapping(s.key, first+"="+string(s.field)))
		return
	}
	by[s.field] = s.key
	c.Field, c.Score, c.Said = s.field, scoreSaid, true
	if c.Label == "" {
		c.Label = labelOf(s.field)
	}
}

// blame remembers the first wish that cannot be granted.
func (m *Mapping) blame(w *wishes, e *survey.Error) {
	if m.fault == nil && !w.lenient {
		m.fault = e
	}
}

func (w *wishes) takes(label string) bool {
	return slices.ContainsFunc(w.take, func(t string) bool { return labelKey(t) == labelKey(label) })
}

// taken turns the sensitive columns that were asked for into attributes.
func (w *wishes) taken(m *Mapping) {
	for i := range m.Columns {
		if c := &m.Columns[i]; c.Field == FieldSensitive && w.takes(c.Label) {
			c.Field, c.Sensitive = FieldAttribute, true
		}
	}
}

// unmet returns an error for the first key that no table of the file has.
func (w *wishes) unmet(tables []table) error {
	has := func(label string, place int) bool {
		return slices.ContainsFunc(tables, func(t table) bool {
			return place >= 0 && place < len(t.mapping.Columns) ||
				slices.ContainsFunc(t.mapping.Columns, func(c Column) bool { return labelKey(c.Label) == label })
		})
	}
	for _, s := range w.said {
		if !w.lenient && !has(s.label, s.place) {
			return badMapping(s.key, labelsOf(tables))
		}
	}
	for _, label := range w.take {
		if !has(labelKey(label), -1) {
			return badMapping(label, labelsOf(tables))
		}
	}
	return nil
}

// labelsOf lists the columns there are.
func labelsOf(tables []table) string {
	var names []string
	for _, t := range tables {
		for _, c := range t.mapping.Columns {
			if c.Label != "" && !slices.Contains(names, c.Label) {
				names = append(names, c.Label)
			}
		}
	}
	return strings.Join(names, ", ")
}

// labelOf is a label that means a field, for columns that have none.
func labelOf(f Field) string {
	switch f {
	case FieldName:
		return "Họ và tên"
	case FieldFamily:
		return "Họ đệm"
	case FieldGiven:
		return "Tên"
	case FieldPhone:
		return "Điện thoại"
	case FieldEmail:
		return "E-mail"
	case FieldUnit:
		return "Đơn vị"
	case FieldCode:
		return "Mã"
	case FieldTitle:
		return "Danh xưng"
	case FieldSex:
		return "Giới tính"
	case FieldBirth:
		return "Năm sinh"
	case FieldLanguage:
		return "Ngôn ngữ"
	case FieldZone:
		return "Múi giờ"
	case FieldNote:
		return "Ghi chú"
	case FieldConsent:
		return "Đồng ý"
	case FieldConsentEmail:
		return "Đồng ý nhận e-mail"
	case FieldConsentSMS:
		return "Đồng ý nhận tin nhắn"
	case FieldConsentCall:
		return "Đồng ý nhận cuộc gọi"
	case FieldIgnore:
		return "Bỏ qua"
	}
	return ""
}
