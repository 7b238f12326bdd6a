package xlsform

import (
	"maps"
	"slices"
	"strings"

	"canvass/dispatch/contactlist"
	"canvass/dispatch/survey"
)

// opened is a group or a repeat that has begun and not ended.
type opened struct {
	at    cell
	class class
	group *group // nil for a repeat
	first int    // of its items
	table bool
	row   contactlist.Line
}

// group is the name of the innermost group.
func (r *reader) group() string {
	for i := len(r.open) - 1; i >= 0; i-- {
		if r.open[i].group != nil {
			return r.open[i].group.name.text
		}
	}
	return ""
}

func (r *reader) begin(row contactlist.Line, c class) {
	s := &r.survey
	at := s.get(row, "type").at
	o := opened{at: at, class: c, first: len(r.q.items), row: row}
	if c == classBegin {
		given := s.get(row, "name")
		if given.text == "" {
			given.text = "group_" + itoa(row.Number)
			r.remark(given.at, survey.CodeFormRenamed, "name", "", "to", given.text)
		}
		look := s.get(row, "appearance")
		words := strings.Fields(strings.ToLower(look.text))
		o.table = slices.Contains(words, "table-list")
		r.leftOut(s, row, "type", "name", "label", "relevant", "appearance", "disabled", "sms", "voice", "random")
		o.group = &group{name: value{r.names.name(given.text), given.at}, label: r.texts(s, row, "label"),
			relevant: s.get(row, "relevant"), page: slices.Contains(words, "field-list"),
			random: r.yes(s, row, "random"), in: r.group()}
		if o.group.name.text != given.text {
			r.remark(given.at, survey.CodeFormRenamed, "name", given.text, "to", o.group.name.text)
		}
		left := slices.DeleteFunc(words, func(w string) bool { return w == "table-list" || w == "field-list" })
		if len(left) > 0 {
			r.remark(look.at, survey.CodeFormLook, "value", strings.Join(left, " "))
		}
		r.q.groups = append(r.q.groups, o.group)
	}
	r.open = append(r.open, o)
}

func (r *reader) end(at cell, c class) {
	want := classBegin
	if c == classRepeatEnd {
		want = classRepeat
	}
	last := len(r.open) - 1
	if last < 0 || r.open[last].class != want {
		r.fault(at, survey.CodeFormGroup, "problem", "end")
		return
	}
	o := r.open[last]
	r.open = r.open[:last]
	if o.group != nil {
		r.table(o)
	}
}

// table makes a matrix of a group that is shown as a table, where its rows are
// alike; else they stay single questions, and that is told.
func (r *reader) table(o opened) {
	rows := r.q.items[o.first:]
	head := (*item)(nil)
	if len(rows) > 1 && hasWord(rows[0].appearance, "label") {
		head, rows = rows[0], rows[1:]
		o.table = o.table || hasWord(rows[0].appearance, "list-nolabel")
	}
	why := ""
	if o.table {
		if why = unlike(rows, o.group); why != "" {
			r.remark(o.at, survey.CodeFormTable, "problem", why)
		}
	}
	if !o.table || why != "" {
		r.noTable(o)
		return
	}
	first := rows[0]
	m := &item{at: o.at, name: o.group.name, shape: shapeMatrix, kind: first.kind, page: first.page, group: o.group.in, label: o.group.label,
		hint: first.hint, choices: first.choices, missing: first.missing, required: first.required, key: first.key, core: first.core,
		random: o.group.random, relevant: o.group.relevant, requiredMessage: first.requiredMessage,
		sms: r.texts(&r.survey, o.row, "sms"), voice: r.texts(&r.survey, o.row, "voice")}
	if first.random { // in a table the choices stand once, above all rows
		r.remark(first.at, survey.CodeFormLeftOut, "name", "randomize")
	}
	if head != nil {
		r.remark(head.name.at, survey.CodeFormTableHead, "name", head.name.text)
		if len(m.label) == 0 {
			m.label = head.label
		}
	}
	for _, row := range rows {
		r.matrixRow(m, row)
	}
	r.q.items = append(r.q.items[:o.first], m)
	r.q.groups = slices.DeleteFunc(r.q.groups, func(g *group) bool { return g == o.group })
}

// noTable tells what only a matrix would carry: the look of its rows, and texts
// of the group for SMS and calls.
func (r *reader) noTable(o opened) {
	for _, it := range r.q.items[o.first:] {
		if slices.ContainsFunc(strings.Fields(it.appearance), isTableLook) && it.group == o.group.name.text && it.shape == shapeSingle {
			r.remark(it.at, survey.CodeFormLook, "value", it.appearance)
		}
	}
	r.leftOut(&r.survey, o.row, "type", "name", "label", "relevant", "appearance", "disabled", "random")
}

// matrixRow makes a question a row of m; its name begins with that of m.
func (r *reader) matrixRow(m, row *item) {
	code := strings.TrimPrefix(row.name.text, m.name.text+"_")
	m.rows = append(m.rows, &choice{code: value{code, row.name.at}, label: row.label, short: row.sms, voice: row.voice, relevant: row.relevant})
	full := m.name.text + "_" + code
	if full == row.name.text {
		return
	}
	r.remark(row.name.at, survey.CodeFormRenamed, "name", row.name.text, "to", full)
	for old, now := range r.names.given {
		if now == row.name.text {
			r.names.given[old] = full
		}
	}
}

// unlike tells why questions cannot be the rows of one matrix, or "".
func unlike(rows []*item, g *group) string {
	if len(rows) < 2 {
		return "few"
	}
	for _, it := range rows {
		first := rows[0]
		switch {
		case it.shape != shapeSingle || it.choices.text != first.choices.text || it.group != g.name.text:
			return "type"
		case it.constraint.text != "" || it.filter.text != "" || it.preset.text != "":
			return "own_rules"
		case it.required != first.required || it.key != first.key || it.core != first.core || it.kind.text != first.kind.text || it.random != first.random:
			return "marks"
		case !maps.Equal(said(it.requiredMessage), said(first.requiredMessage)) || !slices.Equal(codes(it.missing), codes(first.missing)):
			return "marks"
		case it.page.text != "" && it != first || len(it.hint) > 0 && it != first, len(it.audio) > 0, it.consent:
			return "texts"
		case !isRowCode(strings.TrimPrefix(it.name.text, g.name.text+"_")):
			return "name"
		}
	}
	return ""
}

// said is a text without its places.
func said(t texts) map[survey.Lang]string {
	out := map[survey.Lang]string{}
	for l, v := range t {
		out[l] = v.text
	}
	return out
}

func codes(list *[]string) []string {
	if list == nil {
		return []string{"all"}
	}
	return *list
}

// isRowCode reports whether s can be the code of a row.
func isRowCode(s string) bool {
	for i, r := range s {
		plain := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		if !plain && (i == 0 || r != '_' && r != '-') {
			return false
		}
	}
	return s != "" && len(s) <= 32
}

func hasWord(s, word string) bool { return slices.Contains(strings.Fields(s), word) }

// pages gives every question a page of its own, a group shown as a list one
// together, and a note that of the question behind it, unless the form has
// pages of its own. One page is for all that come after the last there can be.
func (r *reader) pages() {
	if r.ownPages {
		return
	}
	const most = 500
	page, group, note := 0, "", false
	for _, it := range r.q.items {
		if it.shape == shapeCalculate || it.shape == shapeHidden {
			continue // nobody sees it
		}
		g := r.listed(it.group)
		if !(note && g == group) && (g == "" || g != group) && page < most {
			page++
			it.page = value{itoa(page), it.at}
		}
		group, note = g, it.shape == shapeNote
	}
	if page > 1 {
		r.remark(cell{r.survey.name, r.survey.head, 1}, survey.CodeFormPages, "n", itoa(page))
	}
}

// listed is the outermost group around that is shown on one page.
func (r *reader) listed(name string) string {
	found := ""
	for g := r.q.group(name); g != nil; g = r.q.group(g.in) {
		if g.page {
			found = g.name.text
		}
	}
	return found
}
