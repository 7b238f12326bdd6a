package xlsform

import (
	"maps"
	"slices"
	"strings"

	"canvass/dispatch/contactlist"
	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
)

// readSurvey reads the rows of the survey sheet in order.
func (r *reader) readSurvey() {
	s := &r.survey
	r.surveyColumns()
	_, r.ownPages = s.column("page")
	for _, row := range s.rows {
		if name := s.get(row, "name").text; instrument.ValidName(name) {
			r.names.name(name)
		}
	}
	for _, row := range s.rows {
		if r.yes(s, row, "disabled") {
			r.remark(s.get(row, "disabled").at, survey.CodeFormDisabled)
			continue
		}
		r.readRow(row)
	}
	for _, o := range r.open {
		r.fault(o.at, survey.CodeFormGroup, "problem", "begin")
	}
}

// surveyColumns tells the columns that go nowhere.
func (r *reader) surveyColumns() {
	for _, c := range r.survey.columns {
		if !isSurveyColumn(c.key) {
			r.columnLeft(&r.survey, c)
		}
	}
}

// isSurveyColumn reports whether a column of the survey sheet is read.
func isSurveyColumn(key string) bool {
	switch key {
	case "type", "name", "label", "hint", "required", "required_message", "relevant", "constraint", "constraint_message",
		"calculation", "default", "appearance", "choice_filter", "parameters", "disabled", "kind", "key", "core", "page", "random",
		"missing", "min", "max", "decimals", "at_most", "max_length", "accept", "max_size", "record", "sms", "voice", "audio", "low", "high", "consent":
		return true
	}
	return false
}

func (r *reader) readRow(row contactlist.Line) {
	at := r.survey.get(row, "type")
	t := parseType(at.text)
	switch t.class {
	case classBegin, classRepeat:
		if t.class == classRepeat {
			r.fault(at.at, survey.CodeFormRepeat)
		}
		r.begin(row, t.class)
	case classEnd, classRepeatEnd:
		r.leftOut(&r.survey, row, "type", "name")
		r.end(at.at, t.class)
	case classMeta:
		r.remark(at.at, survey.CodeFormMeta, "type", at.text)
	case classRefused:
		r.fault(at.at, t.code, "type", at.text)
	case classUnknown:
		r.fault(at.at, survey.CodeFormType, "type", at.text)
	case classAsText:
		r.remark(at.at, survey.CodeFormAsText, "type", at.text)
		r.readItem(row, t)
	default:
		r.readItem(row, t)
	}
}

func (r *reader) readItem(row contactlist.Line, t rowType) {
	s := &r.survey
	name := s.get(row, "name")
	it := &item{at: s.get(row, "type").at, name: name, shape: t.shape, kind: s.get(row, "kind"), page: s.get(row, "page"),
		relevant: s.get(row, "relevant"), constraint: s.get(row, "constraint"), calculation: s.get(row, "calculation"),
		filter: s.get(row, "choice_filter"), preset: s.get(row, "default"), min: s.get(row, "min"), max: s.get(row, "max"),
		decimals: s.get(row, "decimals"), atMost: s.get(row, "at_most"), maxLength: s.get(row, "max_length"), maxSize: s.get(row, "max_size"), record: s.get(row, "record")}
	if name.text == "" {
		if t.shape != shapeNote {
			r.fault(name.at, survey.CodeFormName)
			return
		}
		name.text = "note_" + itoa(row.Number) // other tools make one up, too
	}
	it.name = value{r.names.name(name.text), name.at}
	if it.name.text != name.text {
		r.remark(name.at, survey.CodeFormRenamed, "name", name.text, "to", it.name.text)
	}
	if len(r.open) > 0 {
		it.group = r.group()
	}
	it.label, it.hint = r.texts(s, row, "label"), r.texts(s, row, "hint")
	it.sms, it.voice, it.low, it.high = r.texts(s, row, "sms"), r.texts(s, row, "voice"), r.texts(s, row, "low"), r.texts(s, row, "high")
	it.constraintMessage, it.requiredMessage = r.texts(s, row, "constraint_message"), r.texts(s, row, "required_message")
	it.required, it.key, it.core, it.consent = r.yes(s, row, "required"), r.yes(s, row, "key"), r.yes(s, row, "core"), r.yes(s, row, "consent")
	it.audio = r.recordings(row, t.shape)
	r.readMissing(it, s.get(row, "missing"))
	r.readKind(it)
	if it.record.text != "" && it.shape != shapeText {
		r.remark(it.record.at, survey.CodeFormLeftOut, "name", "record")
		it.record.text = ""
	}
	r.readAccept(it, s.get(row, "type"), s.get(row, "accept"))
	r.readList(it, t)
	r.readAppearance(it, s.get(row, "appearance"))
	r.readParameters(it, s.get(row, "parameters"))
	if r.yes(s, row, "random") { // of a question it is what randomize is
		r.readParameters(it, value{"randomize=yes", s.get(row, "random").at})
	}
	if _, twice := r.items[name.text]; !twice {
		r.items[name.text] = it
	}
	r.q.items = append(r.q.items, it)
}

// readKind chooses a kind where nobody did, of what is asked.
func (r *reader) readKind(it *item) {
	if it.kind.text != "" || it.shape == shapeNote || it.shape == shapeCalculate || it.shape == shapeHidden {
		return
	}
	at := it.kind.at
	if _, ok := r.survey.column("kind"); !ok {
		at = it.at
	}
	it.kind = value{string(survey.OwnOpinion), at}
	r.remark(at, survey.CodeFormKind, "value", it.kind.text)
}

// readMissing reads which of 98 and 99 a question offers: "98 99", "none".
func (r *reader) readMissing(it *item, v value) {
	if v.text == "" {
		return
	}
	codes := []string{}
	for word := range strings.FieldsSeq(strings.NewReplacer(",", " ", ";", " ").Replace(v.text)) {
		switch word {
		case "98", "99":
			codes = append(codes, word)
		case "none":
		default:
			r.fault(v.at, survey.CodeFormValue, "name", "missing", "value", word, "valid", "98, 99, none")
		}
	}
	it.missing = &codes
}

// readAccept says which files a question takes: those of the column, else what the
// type means.
func (r *reader) readAccept(it *item, as, v value) {
	if it.shape != shapeFiles {
		if v.text != "" {
			r.remark(v.at, survey.CodeFormLeftOut, "name", "accept")
		}
		if it.maxSize.text != "" {
			r.remark(it.maxSize.at, survey.CodeFormLeftOut, "name", "max_size")
			it.maxSize.text = ""
		}
		return
	}
	for word := range strings.FieldsSeq(strings.NewReplacer(",", " ", ";", " ").Replace(strings.ToLower(v.text))) {
		if word != string(survey.AcceptPhoto) && word != string(survey.AcceptDocument) {
			r.fault(v.at, survey.CodeFormValue, "name", "accept", "value", word, "valid", "photo, document")
			continue
		}
		if !slices.Contains(it.accept, word) {
			it.accept = append(it.accept, word)
		}
	}
	if v.text == "" && !strings.EqualFold(as.text, "file") {
		it.accept = []string{string(survey.AcceptPhoto)}
	}
}

func (r *reader) readList(it *item, t rowType) {
	switch t.shape {
	case shapeSingle, shapeMultiple, shapeRanking:
	default:
		return
	}
	name, ok := r.lists[t.list]
	if !ok {
		r.fault(it.at, survey.CodeFormList, "list", t.list)
		return
	}
	if t.other {
		name = r.withOther(name, it.at)
		r.remark(it.at, survey.CodeFormOther, "choice", "other", "name", it.name.text+"_khac")
		r.names.given[strings.TrimSuffix(it.name.text, "_")+"_other"] = it.name.text + "_khac"
	}
	it.choices = value{name, it.at}
}

// readAppearance takes what means something to us from the appearance; the
// look of other tools is left out.
func (r *reader) readAppearance(it *item, v value) {
	it.appearance = strings.ToLower(v.text)
	if strings.Contains(it.appearance, "search(") {
		r.fault(v.at, survey.CodeFormExternal, "type", "search()")
		return
	}
	var left []string
	for word := range strings.FieldsSeq(it.appearance) {
		switch {
		case word == "likert" && it.shape == shapeSingle:
			it.shape = shapeScale
		case word == "rating" && it.shape == shapeRange:
		case isTableLook(word) && it.shape == shapeSingle && len(r.open) > 0:
		default:
			left = append(left, word)
		}
	}
	if len(left) > 0 {
		r.remark(v.at, survey.CodeFormLook, "value", strings.Join(left, " "))
	}
}

// isTableLook reports whether a select so shown is a row of a table.
func isTableLook(word string) bool {
	return word == "label" || word == "list-nolabel" || word == "list"
}

func (r *reader) readParameters(it *item, v value) {
	if it.shape == shapeRange {
		r.readRange(it, v)
		return
	}
	p := parseParameters(v.text)
	for _, name := range slices.Sorted(maps.Keys(p)) {
		given := p[name]
		yes, sure := isYes(given)
		switch {
		case name == "randomize" && sure && it.choices.text != "":
			it.random = yes
		default:
			r.remark(v.at, survey.CodeFormLeftOut, "name", "parameters "+name)
		}
	}
}

// finish does what only the whole form shows: bounds, expressions, pages.
func (r *reader) finish() {
	for _, it := range r.q.items {
		r.named[it.name.text] = it
	}
	for _, it := range r.q.items {
		r.expressions(it)
		r.bounds(it)
		for _, t := range [...]texts{it.label, it.hint, it.sms, it.voice} {
			r.pipe(t, true)
		}
		for _, t := range [...]texts{it.low, it.high, it.constraintMessage, it.requiredMessage} {
			r.pipe(t, false)
		}
		for _, row := range it.rows {
			row.relevant = r.rewritten(row.relevant, it)
			r.pipe(row.label, true)
		}
	}
	for _, g := range r.q.groups {
		g.relevant = r.rewritten(g.relevant, nil)
		r.pipe(g.label, false)
	}
	for _, l := range r.q.lists {
		for _, c := range l.choices {
			for _, t := range [...]texts{c.label, c.short, c.voice} {
				r.pipe(t, false)
			}
		}
	}
	r.pages()
	r.unused()
}

// unused tells the lists that no question takes its choices from, and leaves
// them out.
func (r *reader) unused() {
	used, written := map[string]bool{}, map[string]bool{}
	for _, it := range r.q.items {
		if l := r.q.list(it.choices.text); l != nil {
			used[l.name], written[l.written] = true, true
		}
	}
	r.q.lists = slices.DeleteFunc(r.q.lists, func(l *list) bool {
		if !used[l.name] && !written[l.written] {
			r.remark(l.at, survey.CodeFormUnused, "list", l.written)
		}
		return !used[l.name]
	})
}
