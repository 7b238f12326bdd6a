package xlsform

import (
	"slices"

	"canvass/dispatch/contactlist"
	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
)

// listMissing is the list that gives the texts of 98 and 99 for all questions.
const listMissing = "missing"

// readFilters finds out which columns of choices any filter reads.
func (r *reader) readFilters() {
	c, ok := r.survey.column("choice_filter")
	if !ok {
		return
	}
	used := map[string]bool{}
	for _, row := range r.survey.rows {
		for _, t := range tokens(straight(r.survey.at(row, c).text)) {
			if t.kind == tokWord {
				used[t.text] = true
			}
		}
	}
	for _, c := range r.choices.columns {
		if !used[c.written] || isOwnChoiceColumn(c.key) {
			continue
		}
		if to := r.filters.name(c.written); to != c.written {
			r.remark(cell{r.choices.name, r.choices.head, c.index + 1}, survey.CodeFormRenamed, "name", c.written, "to", to)
		}
	}
}

// readChoices reads the lists of choices.
func (r *reader) readChoices() {
	s := &r.choices
	if s.name == "" {
		return
	}
	if !r.mustHave(s, "list_name", "name") {
		return
	}
	r.choiceColumns()
	ids := newNames()
	for _, row := range s.rows {
		if name := s.get(row, "list_name").text; instrument.ValidName(name) {
			ids.name(name)
		}
	}
	r.reserveCodes()
	for _, row := range s.rows {
		r.readChoice(row, ids)
	}
}

// reserveCodes gives every code that ours can have to itself, before others
// are renamed.
func (r *reader) reserveCodes() {
	s := &r.choices
	for _, row := range s.rows {
		name := s.get(row, "list_name").text
		if r.codes[name] == nil {
			r.codes[name] = newNames()
		}
		if code := s.get(row, "name").text; instrument.ValidCode(code) {
			r.codes[name].code(code)
		}
	}
}

func (r *reader) readChoice(row contactlist.Line, ids *names) {
	s := &r.choices
	name, code := s.get(row, "list_name"), s.get(row, "name")
	if name.text == "" || code.text == "" {
		r.fault(cell{s.name, row.Number, 1}, survey.CodeFormChoice)
		return
	}
	c := &choice{code: value{r.codes[name.text].code(code.text), code.at}}
	if c.code.text != code.text {
		r.remark(code.at, survey.CodeFormRenamed, "name", code.text, "to", c.code.text)
	}
	if (c.code.text == "98" || c.code.text == "99") && r.codes[listMissing] == nil {
		r.remark(code.at, survey.CodeFormMissing, "choice", c.code.text)
	}
	c.label, c.short, c.voice = r.texts(s, row, "label"), r.texts(s, row, "short"), r.texts(s, row, "voice")
	c.other, c.exclusive = r.yes(s, row, "other"), r.yes(s, row, "exclusive")
	for _, col := range s.columns {
		if key, ok := r.filters.given[col.written]; ok && s.at(row, col).text != "" {
			c.with = append(c.with, field{key, s.at(row, col)})
		}
	}
	if name.text == listMissing {
		r.q.missing = append(r.q.missing, c)
		return
	}
	l := r.q.list(ids.name(name.text))
	if l == nil {
		l = &list{name: ids.name(name.text), written: name.text, at: name.at}
		r.q.lists = append(r.q.lists, l)
		r.lists[name.text] = l.name
		if l.name != name.text {
			r.remark(name.at, survey.CodeFormRenamed, "name", name.text, "to", l.name)
		}
	}
	l.choices = append(l.choices, c)
}

func isOwnChoiceColumn(key string) bool {
	return slices.Contains([]string{"list_name", "name", "label", "short", "voice", "other", "exclusive"}, key)
}

// choiceColumns tells the columns that go nowhere.
func (r *reader) choiceColumns() {
	s := &r.choices
	for _, c := range s.columns {
		if _, filter := r.filters.given[c.written]; !filter && !isOwnChoiceColumn(c.key) {
			r.columnLeft(s, c)
		}
	}
}

// columnLeft tells the cells of a column that goes nowhere.
func (r *reader) columnLeft(s *sheet, c column) {
	for _, row := range s.rows {
		if v := s.at(row, c); v.text != "" {
			r.remark(v.at, columnCode(c.key), "name", c.key)
		}
	}
}

// columnCode says what happens in the place of a column that goes nowhere.
func columnCode(key string) survey.Code {
	switch key {
	case "media::image", "media::big-image", "media::audio", "media::video", "image", "big-image", "audio", "video":
		return survey.CodeFormPicture
	case "trigger":
		return survey.CodeFormTrigger
	case "readonly":
		return survey.CodeFormReadonly
	}
	return survey.CodeFormLeftOut
}

// yes reads a column that says yes or no; anything else is told and taken for
// no.
func (r *reader) yes(s *sheet, row contactlist.Line, key string) bool {
	v := s.get(row, key)
	yes, sure := isYes(v.text)
	if !sure {
		r.remark(v.at, survey.CodeFormCondition, "name", key)
	}
	return yes
}

// withOther returns the name of a list like the one of that name, with a choice
// that opens a text.
func (r *reader) withOther(name string, at cell) string {
	plain := r.q.list(name)
	if plain == nil {
		return name
	}
	for _, c := range plain.choices {
		if c.other {
			return name
		}
	}
	free := name + "_khac"
	if l := r.q.list(free); l != nil {
		return free
	}
	l := &list{name: free, written: plain.written, at: at}
	found := false
	for _, c := range plain.choices {
		own := *c
		if own.code.text == "other" {
			own.other, found = true, true
		}
		l.choices = append(l.choices, &own)
	}
	if !found {
		label := texts{survey.Vietnamese: {"Khác (xin ghi)", at}, survey.English: {"Other (please say)", at}}
		c := &choice{code: value{"other", at}, label: texts{}, other: true}
		for _, lang := range r.q.langs {
			c.label[lang] = label[lang]
		}
		l.choices = append(l.choices, c)
	}
	r.q.lists = append(r.q.lists, l)
	return free
}
