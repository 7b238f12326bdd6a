package xlsform

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"canvass/dispatch/survey"
)

// Write writes a questionnaire, given as our YAML that instrument.Parse takes,
// as an XLSForm workbook. Read of it gives a questionnaire that means the same.
// The findings say what other tools will not understand, and what was left
// out; Where is a cell of the workbook or a line of the source. The error is
// that of a text that is no YAML (*survey.Error, yaml_invalid).
func Write(file string, src []byte) ([]byte, []Finding, error) {
	s, bad := readSource(file, src)
	if bad != nil {
		return nil, nil, bad
	}
	w := &writer{findings: s.findings, q: s.q, lists: map[string]string{}}
	w.offerMissing()
	w.items()
	w.choices()
	book, err := w.workbook()
	return book, w.list, err
}

// writer makes a workbook of a questionnaire.
type writer struct {
	findings
	q      *questionnaire
	lists  map[string]string // question → its list
	open   []string          // groups
	names  names             // of groups that were written
	survey []record
	chosen []record
}

// record is a row: column → text.
type record map[string]string

func (r record) set(column, text string) {
	if text != "" {
		r[column] = text
	}
}

func (r record) flag(column string, on bool) {
	if on {
		r[column] = "yes"
	}
}

func (w *writer) texts(r record, key string, t texts) {
	for _, l := range w.q.langs {
		r.set(key+"::"+languageName(l), t[l].text)
	}
}

// offerMissing puts 98 and 99 into the lists of the questions that offer them,
// so that other tools do, too. A list that questions offer with different ones
// becomes several.
func (w *writer) offerMissing() {
	if len(w.q.missing) == 0 {
		return
	}
	first := map[string]string{} // list → what the first question offers
	for _, it := range w.q.items {
		l := w.q.list(it.choices.text)
		if l == nil {
			continue
		}
		var add []*choice
		offered := ""
		for _, c := range w.q.missing {
			own := slices.ContainsFunc(l.choices, func(have *choice) bool { return have.code.text == c.code.text && have != c })
			if !own && (it.missing == nil || slices.Contains(*it.missing, c.code.text)) {
				add = append(add, c)
				offered += "_" + c.code.text
			}
		}
		was, seen := first[l.name]
		name := l.name
		if seen && was != offered {
			name = l.name + "_voi" + offered
		}
		if !seen {
			first[l.name] = offered
		}
		if into := w.q.list(name); into == nil {
			plain := slices.DeleteFunc(slices.Clone(l.choices), func(c *choice) bool { return slices.Contains(w.q.missing, c) })
			w.q.lists = append(w.q.lists, &list{name: name, choices: append(plain, add...)})
		} else if !seen {
			into.choices = append(slices.Clone(into.choices), add...)
		}
		w.lists[it.name.text] = name
	}
}

// listOf is the list that a question is written with.
func (w *writer) listOf(it *item) string {
	if name, ok := w.lists[it.name.text]; ok {
		return name
	}
	return it.choices.text
}

func (w *writer) items() {
	w.names = *newNames()
	for _, it := range w.q.items {
		w.enter(it.group)
		if it.shape == shapeMatrix {
			w.matrix(it)
			continue
		}
		w.survey = append(w.survey, w.record(it))
	}
	w.enter("")
}

// enter ends and begins groups until the innermost is the one named.
func (w *writer) enter(name string) {
	var path []string
	for g := w.q.group(name); g != nil && len(path) < 100; g = w.q.group(g.in) {
		path = append([]string{g.name.text}, path...)
	}
	shared := 0
	for shared < len(path) && shared < len(w.open) && path[shared] == w.open[shared] {
		shared++
	}
	for range w.open[shared:] {
		w.survey = append(w.survey, record{"type": "end_group"})
	}
	w.open = path
	for _, name := range path[shared:] {
		w.begin(w.q.group(name))
	}
}

func (w *writer) begin(g *group) {
	r := record{"type": "begin_group"}
	name := g.name.text
	for i := 2; w.names.taken[name]; i++ {
		name = g.name.text + "_" + itoa(i)
	}
	if name != g.name.text {
		w.remark(w.here(), survey.CodeFormReopened, "name", g.name.text, "to", name)
	}
	w.names.taken[name] = true
	r.set("name", name)
	w.texts(r, "label", g.label)
	r.set("relevant", g.relevant.text)
	if g.page {
		r.set("appearance", "field-list")
	}
	r.flag("random", g.random)
	w.survey = append(w.survey, r)
}

// here is the row that comes next.
func (w *writer) here() cell { return cell{sheetSurvey, len(w.survey) + 2, 1} }

// fallback is an answer in a text with the words that stand for it.
var fallback = regexp.MustCompile(`\$\{[^{}|]*\|`)

// record is the row of one question.
func (w *writer) record(it *item) record {
	r := record{"type": it.shape}
	r.set("name", it.name.text)
	r.set("kind", it.kind.text)
	r.set("page", it.page.text)
	r.set("relevant", it.relevant.text)
	r.set("constraint", it.limits())
	r.set("calculation", it.calculation.text)
	r.set("default", it.preset.text)
	r.set("choice_filter", it.filter.text)
	r.flag("required", it.required)
	r.flag("key", it.key)
	r.flag("core", it.core)
	r.flag("consent", it.consent)
	r.set("record", it.record.text)
	if it.random {
		r.set("parameters", "randomize=true")
	}
	if it.missing != nil {
		r["missing"] = strings.Join(*it.missing, " ")
		if len(*it.missing) == 0 {
			r["missing"] = "none"
		}
	}
	for key, t := range map[string]texts{"label": it.label, "hint": it.hint, "sms": it.sms, "voice": it.voice, "audio": it.audio, "low": it.low, "high": it.high,
		"constraint_message": it.constraintMessage, "required_message": it.requiredMessage} {
		w.texts(r, key, t)
	}
	for _, text := range r {
		if fallback.MatchString(text) {
			w.remark(w.here(), survey.CodeFormFallback, "name", it.name.text)
			break
		}
	}
	w.shape(r, it)
	return r
}

// shape writes the type as XLSForm names it.
func (w *writer) shape(r record, it *item) {
	l := w.listOf(it)
	switch it.shape {
	case shapeSingle:
		r["type"] = "select_one " + l
	case shapeMultiple:
		r["type"] = "select_multiple " + l
	case shapeRanking:
		r["type"] = "rank " + l
	case shapeFiles:
		w.files(r, it)
	case shapeScale:
		if l != "" {
			r["type"], r["appearance"] = "select_one "+l, "likert"
			return
		}
		w.ranged(r, it)
		r["appearance"] = "rating"
	case shapeDecimal:
		r.set("decimals", it.decimals.text)
		if it.step.text != "" {
			w.ranged(r, it)
		}
	case shapeInteger:
		if it.step.text != "" && it.step.text != "1" {
			w.ranged(r, it)
		}
	}
}

// files writes a question for files as one for a picture where it takes nothing else.
// How many and how large is in columns of ours.
func (w *writer) files(r record, it *item) {
	r["type"] = "file"
	if len(it.accept) == 1 {
		if r.set("accept", it.accept[0]); it.accept[0] == string(survey.AcceptPhoto) {
			r["type"] = "image"
			delete(r, "accept")
		}
	}
	r.set("at_most", it.atMost.text)
	r.set("max_size", it.maxSize.text)
}

func (w *writer) ranged(r record, it *item) {
	step := it.step.text
	if step == "" {
		step = "1"
	}
	r["type"] = "range"
	r["parameters"] = "start=" + it.low0() + " end=" + it.max.text + " step=" + step
	delete(r, "constraint")
	r.set("constraint", it.constraint.text)
	if it.shape == shapeDecimal && it.decimals.text == "" {
		r["decimals"] = "2" // without, whole steps would be read as whole numbers
	}
}

// low0 is the least number, which is 0 where none is given.
func (it *item) low0() string {
	if it.min.text == "" {
		return "0"
	}
	return it.min.text
}

// limits is the constraint with the bounds, which XLSForm has no columns for.
func (it *item) limits() string {
	own := conjuncts(tokens(it.constraint.text))
	has := &item{shape: it.shape} // the bounds that the constraint says already
	for _, part := range own {
		has.take(part, cell{})
	}
	var parts []string
	say := func(what, limit, said string) {
		if limit != "" && limit != said {
			parts = append(parts, what+limit)
		}
	}
	switch it.shape {
	case shapeInteger, shapeDecimal:
		say(". >= ", it.low0(), has.min.text)
		say(". <= ", it.max.text, has.max.text)
	case shapeDate:
		say(". >= ", dateLimit(it.min.text), dateLimit(has.min.text))
		say(". <= ", dateLimit(it.max.text), dateLimit(has.max.text))
	case shapeMultiple, shapeRanking:
		say("count-selected(.) <= ", it.atMost.text, has.atMost.text)
	case shapeText:
		say("string-length(.) <= ", it.maxLength.text, has.maxLength.text)
	}
	if it.constraint.text == "" || len(parts) == 0 {
		return it.constraint.text + strings.Join(parts, " and ")
	}
	whole := it.constraint.text
	if len(own) == 1 {
		whole = "(" + whole + ")"
	}
	return whole + " and " + strings.Join(parts, " and ")
}

func dateLimit(s string) string {
	switch s {
	case "":
		return ""
	case "today":
		return "today()"
	}
	return "date('" + s + "')"
}

// choices writes the lists, and 98 and 99 as one of their own.
func (w *writer) choices() {
	for _, l := range w.q.lists {
		w.choiceRows(l.name, l.choices)
	}
	w.choiceRows(listMissing, w.q.missing)
}

func (w *writer) choiceRows(name string, list []*choice) {
	for _, c := range list {
		r := record{"list_name": name}
		r.set("name", c.code.text)
		w.texts(r, "label", c.label)
		w.texts(r, "short", c.short)
		w.texts(r, "voice", c.voice)
		r.flag("other", c.other)
		r.flag("exclusive", c.exclusive)
		for _, f := range c.with {
			r.set(f.key, f.text)
		}
		w.chosen = append(w.chosen, r)
		if c.other {
			w.remark(cell{sheetChoices, len(w.chosen) + 1, 2}, survey.CodeFormOwnOther, "choice", c.code.text)
		}
	}
}

// workbook writes the three sheets.
func (w *writer) workbook() ([]byte, error) {
	f := excelize.NewFile()
	settings := record{"form_id": w.q.name.text, "default_language": languageName(w.q.langs[0])}
	w.texts(settings, "form_title", w.q.title)
	w.texts(settings, "intro", w.q.intro)
	settings.set("minutes", w.q.minutes.text)
	settings.set("ask_again", w.q.askAgain.text)
	settings.set("not_understood", w.q.fallback.text)
	for _, s := range [...]struct {
		name    string
		rows    []record
		columns []string
	}{
		{sheetSurvey, w.survey, w.surveyColumns()},
		{sheetChoices, w.chosen, w.choiceColumns()},
		{sheetSettings, []record{settings}, w.inLanguages("form_title", "form_id", "default_language", "intro", "minutes", "ask_again", "not_understood")},
	} {
		if err := putSheet(f, s.name, table(s.rows, s.columns)); err != nil {
			return nil, err
		}
	}
	if err := f.DeleteSheet("Sheet1"); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err := f.Write(&b)
	return b.Bytes(), err
}
