package xlsform

import (
	"regexp"
	"sort"
	"strconv"
	"strings"
	"unicode"

	"canvass/dispatch/survey"
)

// lines is YAML text in the making, with the cell that each line came from.
type lines struct {
	b     strings.Builder
	cells []cell
}

func (l *lines) add(at cell, depth int, text string) {
	for range depth {
		l.b.WriteString("  ")
	}
	l.b.WriteString(text)
	l.b.WriteByte('\n')
	l.cells = append(l.cells, at)
}

// pair writes "key: value", unless the value is empty.
func (l *lines) pair(depth int, key string, v value) {
	if v.text != "" {
		l.add(v.at, depth, key+": "+scalar(v.text, false))
	}
}

func (l *lines) flag(at cell, depth int, key string, on bool) {
	if on {
		l.add(at, depth, key+": true")
	}
}

// texts writes a text: in one line if there is one language.
func (l *lines) texts(depth int, key string, t texts, langs []survey.Lang) {
	if len(t) == 0 {
		return
	}
	if v, ok := t[langs[0]]; ok && len(langs) == 1 && !strings.Contains(v.text, " | ") {
		l.pair(depth, key, v)
		return
	}
	first := cell{}
	for _, lang := range langs {
		if v, ok := t[lang]; ok && first.sheet == "" {
			first = v.at
		}
	}
	l.add(first, depth, key+":")
	for _, lang := range langs {
		if v, ok := t[lang]; ok {
			l.add(v.at, depth+1, string(lang)+": "+scalar(v.text, false))
		}
	}
}

// scalar writes s as YAML: plain where nothing in it can be taken for syntax.
func scalar(s string, flow bool) string {
	if isPlain(s, flow) {
		return s
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\t' || r == '\n':
			b.WriteByte(' ')
		case !isKept(r):
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// isKept reports whether YAML can hold r as it is [YAML 1.2, 5.1].
func isKept(r rune) bool {
	return !unicode.IsControl(r) && r != '\ufeff' && r != unicode.ReplacementChar && r&0xfffe != 0xfffe && r != '\u2028' && r != '\u2029'
}

var plainNumber = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)

func isPlain(s string, flow bool) bool {
	if plainNumber.MatchString(s) {
		return true
	}
	for i, r := range s {
		switch {
		case unicode.IsLetter(r), r >= '0' && r <= '9':
		case i == 0:
			return false
		case unicode.Is(unicode.Mn, r), strings.ContainsRune(" ._-/()?!", r):
		case r == ',' && !flow:
		default:
			return false
		}
	}
	return s != "" && !strings.HasSuffix(s, " ")
}

// write writes the whole questionnaire.
func (q *questionnaire) write() *lines {
	l := &lines{}
	l.pair(0, "name", q.name)
	l.texts(0, "title", q.title, q.langs)
	l.texts(0, "intro", q.intro, q.langs)
	names := make([]string, len(q.langs))
	for i, lang := range q.langs {
		names[i] = string(lang)
	}
	l.add(cell{sheet: sheetSettings}, 0, "languages: ["+strings.Join(names, ", ")+"]")
	l.pair(0, "minutes", q.minutes)
	l.pair(0, "ask_again", q.askAgain)
	l.pair(0, "not_understood", q.fallback)
	if len(q.missing) > 0 {
		l.add(q.missing[0].code.at, 0, "missing:")
		l.choices(1, q.missing, q.langs)
	}
	l.lists(q)
	l.groups(q)
	l.add(cell{}, 0, "")
	l.add(cell{sheet: sheetSurvey}, 0, "questions:")
	for i, it := range q.items {
		if i > 0 {
			l.add(cell{}, 0, "")
		}
		l.item(it, q.langs)
	}
	return l
}

func (l *lines) lists(q *questionnaire) {
	if len(q.lists) == 0 {
		return
	}
	l.add(cell{}, 0, "")
	l.add(cell{sheet: sheetChoices}, 0, "lists:")
	for _, list := range q.lists {
		l.add(list.at, 1, scalar(list.name, false)+":")
		l.choices(2, list.choices, q.langs)
	}
}

func (l *lines) groups(q *questionnaire) {
	if len(q.groups) == 0 {
		return
	}
	l.add(cell{}, 0, "")
	l.add(cell{sheet: sheetSurvey}, 0, "groups:")
	for _, g := range q.groups {
		body := len(g.label) > 0 || g.relevant.text != "" || g.page || g.random || g.in != ""
		if !body {
			l.add(g.name.at, 1, g.name.text+": {}")
			continue
		}
		l.add(g.name.at, 1, g.name.text+":")
		l.pair(2, "in", value{g.in, g.name.at})
		l.texts(2, "label", g.label, q.langs)
		l.pair(2, "relevant", g.relevant)
		l.flag(g.name.at, 2, "page", g.page)
		l.flag(g.name.at, 2, "random", g.random)
	}
}

// choices writes choices one a line.
func (l *lines) choices(depth int, list []*choice, langs []survey.Lang) {
	for _, c := range list {
		l.add(c.code.at, depth, scalar(c.code.text, false)+": "+c.inline(langs))
	}
}

// inline is the choice without its code, in one line.
func (c *choice) inline(langs []survey.Lang) string {
	label := c.label.inline(langs)
	var parts []string
	part := func(key, text string) {
		if text != "" {
			parts = append(parts, key+": "+text)
		}
	}
	part("short", c.short.inline(langs))
	part("voice", c.voice.inline(langs))
	if c.relevant.text != "" {
		part("relevant", scalar(c.relevant.text, true))
	}
	if c.other {
		part("other", "true")
	}
	if c.exclusive {
		part("exclusive", "true")
	}
	if len(c.with) > 0 {
		var with []string
		for _, f := range c.with {
			with = append(with, scalar(f.key, true)+": "+scalar(f.text, true))
		}
		part("with", "{"+strings.Join(with, ", ")+"}")
	}
	if label == "" {
		label = `""`
	}
	if len(parts) == 0 {
		return label
	}
	return "{label: " + label + ", " + strings.Join(parts, ", ") + "}"
}

// inline is a text in one line, "" without any.
func (t texts) inline(langs []survey.Lang) string {
	var parts []string
	for _, lang := range langs {
		if v, ok := t[lang]; ok {
			parts = append(parts, string(lang)+": "+scalar(v.text, true))
		}
	}
	switch {
	case len(parts) == 0:
		return ""
	case len(langs) == 1 && !strings.Contains(t[langs[0]].text, " | "):
		return scalar(t[langs[0]].text, true)
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func (l *lines) item(it *item, langs []survey.Lang) {
	l.add(it.name.at, 1, "- name: "+scalar(it.name.text, false))
	l.pair(2, "type", value{it.shape, it.at})
	l.pair(2, "kind", it.kind)
	l.pair(2, "group", value{it.group, it.at})
	l.pair(2, "page", it.page)
	l.flag(it.at, 2, "required", it.required)
	l.flag(it.at, 2, "key", it.key)
	l.flag(it.at, 2, "core", it.core)
	l.flag(it.at, 2, "consent", it.consent)
	l.pair(2, "relevant", it.relevant)
	l.texts(2, "label", it.label, langs)
	l.texts(2, "hint", it.hint, langs)
	l.texts(2, "sms", it.sms, langs)
	l.texts(2, "voice", it.voice, langs)
	l.texts(2, "audio", it.audio, langs)
	if len(it.rows) > 0 {
		l.add(it.at, 2, "rows:")
		l.choices(3, it.rows, langs)
	}
	l.pair(2, "choices", it.choices)
	if len(it.accept) > 0 {
		l.add(it.at, 2, "accept: ["+strings.Join(it.accept, ", ")+"]")
	}
	l.flag(it.at, 2, "random", it.random)
	if it.missing != nil {
		codes := append([]string{}, *it.missing...)
		sort.Strings(codes)
		l.add(it.at, 2, "missing: ["+strings.Join(codes, ", ")+"]")
	}
	for _, p := range [...]struct {
		key string
		v   value
	}{{"min", it.min}, {"max", it.max}, {"step", it.step}, {"decimals", it.decimals}, {"at_most", it.atMost}, {"max_length", it.maxLength}, {"max_size", it.maxSize}, {"record", it.record},
		{"filter", it.filter}, {"calculation", it.calculation}, {"default", it.preset}, {"constraint", it.constraint}} {
		l.pair(2, p.key, p.v)
	}
	l.texts(2, "low", it.low, langs)
	l.texts(2, "high", it.high, langs)
	l.texts(2, "constraint_message", it.constraintMessage, langs)
	l.texts(2, "required_message", it.requiredMessage, langs)
}

// cellOf returns the cell that a line of the text came from, numbers from 1.
func (l *lines) cellOf(line int) cell {
	if line < 1 || line > len(l.cells) {
		return cell{}
	}
	return l.cells[line-1]
}

func itoa(n int) string { return strconv.Itoa(n) }
