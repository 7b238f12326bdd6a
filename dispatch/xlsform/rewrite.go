package xlsform

import (
	"strings"

	"canvass/dispatch/survey"
)

// expressions puts all expressions of a question in our names and codes.
func (r *reader) expressions(it *item) {
	it.relevant, it.constraint = r.rewritten(it.relevant, it), r.rewritten(it.constraint, it)
	it.filter = r.rewritten(it.filter, it)
	if it.filter.text != "" && it.choices.text == "" {
		r.remark(it.filter.at, survey.CodeFormLeftOut, "name", "choice_filter")
		it.filter.text = ""
	}
	r.filterCodes(it)
	r.calculations(it)
	r.preset(it)
}

// calculations keeps a calculation where our form has one.
func (r *reader) calculations(it *item) {
	if it.calculation.text == "" {
		return
	}
	switch it.shape {
	case shapeHidden:
		it.shape = shapeCalculate
		fallthrough
	case shapeCalculate:
		it.calculation = r.rewritten(it.calculation, it)
	default:
		r.remark(it.calculation.at, survey.CodeFormLeftOut, "name", "calculation")
		it.calculation.text = ""
	}
}

// preset keeps a default that is a value; one that is computed is told.
func (r *reader) preset(it *item) {
	v := &it.preset
	if v.text == "" {
		return
	}
	list := tokens(straight(v.text))
	computed := len(list) > 2 && list[0].kind == tokWord && list[1].text == "(" && list[len(list)-1].text == ")"
	for _, t := range list {
		computed = computed || t.kind == tokRef
	}
	switch {
	case computed:
		r.remark(v.at, survey.CodeFormDefault)
		v.text = ""
	case it.shape == shapeNote || it.shape == shapeCalculate || it.shape == shapeMatrix:
		r.remark(v.at, survey.CodeFormLeftOut, "name", "default")
		v.text = ""
	case it.choices.text != "":
		words := strings.Fields(v.text)
		for i, w := range words {
			words[i] = r.codeOf(it, w)
		}
		v.text = strings.Join(words, " ")
	}
}

// rewritten is an expression in our names and codes, with straight quotes. own
// is the question that "." means.
func (r *reader) rewritten(v value, own *item) value {
	if v.text == "" {
		return v
	}
	plain := straight(v.text)
	if plain != v.text {
		r.remark(v.at, survey.CodeFormQuotes)
	}
	list := tokens(plain)
	compared(list, func(ref, literal *token) {
		of := own
		if ref.kind == tokRef {
			of = r.items[ref.text]
		}
		literal.text = r.codeOf(of, literal.text)
	})
	for i := range list {
		if list[i].kind == tokRef {
			if to, ok := r.names.given[list[i].text]; ok {
				list[i].text = to
			}
		}
		if to, ok := r.filters.given[list[i].text]; ok && list[i].kind == tokWord {
			list[i].text = to
		}
		r.refuse(v.at, list, i)
	}
	v.text = joinTokens(list)
	return v
}

// codeOf is what a code of the list that a question takes its choices from is
// called now.
func (r *reader) codeOf(of *item, code string) string {
	if of == nil || of.choices.text == "" {
		return code
	}
	l := r.q.list(of.choices.text)
	if l == nil || r.codes[l.written] == nil {
		return code
	}
	if to, ok := r.codes[l.written].given[code]; ok {
		return to
	}
	return code
}

// filterCodes renames the values of a filter's column that are codes of the
// list it is compared with.
func (r *reader) filterCodes(it *item) {
	l := r.q.list(it.choices.text)
	if l == nil || it.filter.text == "" {
		return
	}
	list := tokens(it.filter.text)
	for i := 0; i+2 < len(list); i++ {
		column, ref := list[i], list[i+2]
		if column.kind == tokRef {
			column, ref = ref, column
		}
		if list[i+1].text != "=" || column.kind != tokWord || ref.kind != tokRef {
			continue
		}
		of := r.named[ref.text]
		for _, c := range l.choices {
			for j := range c.with {
				if c.with[j].key == column.text {
					c.with[j].text = r.codeOf(of, c.with[j].text)
				}
			}
		}
	}
}

// refuse faults the functions that our expressions cannot have, with what to
// do instead; what else is wrong is found when the form is parsed.
func (r *reader) refuse(at cell, list []token, i int) {
	t := list[i]
	switch {
	case t.kind == tokSign && (t.text == ".." || t.text == "/"):
		r.fault(at, survey.CodeFormPath, "name", t.text)
	case t.kind == tokWord && i+1 < len(list) && list[i+1].text == "(":
		switch t.text {
		case "pulldata", "instance":
			r.fault(at, survey.CodeFormExternal, "type", t.text+"()")
		case "now":
			r.fault(at, survey.CodeFormNow)
		case "once":
			r.fault(at, survey.CodeFormOnce)
		case "jr:choice-name":
			r.fault(at, survey.CodeFormChoiceName)
		case "position", "indexed-repeat", "count", "sum":
			r.fault(at, survey.CodeFormRepeat, "name", t.text+"()")
		}
	}
}
