package instrument

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"canvass/dispatch/survey"
)

// columnMark stands before the name of a column of the choices where a filter asks
// for its value. No question is named so.
const columnMark = "\x00"

// ParseFilter reads a choice filter: an expression that may also name the columns
// of the choices.
func ParseFilter(src string) (*Expr, *survey.Error) { return parseExpr(src, true) }

// columns lists the columns that a filter names.
func (e *Expr) columns() []string {
	var names []string
	e.root.walk(func(n *node) {
		if n.op == opColumn && !contains(names, n.text) {
			names = append(names, n.text)
		}
	})
	return names
}

// filter reads the choice filter of the question that is read now.
func (p *parser) filter(q *Question, n *yaml.Node) {
	if n == nil {
		return
	}
	e, err := ParseFilter(p.word(n))
	if err != nil {
		err.Where = failure(p.file, n.Line, "").Where
		p.errors = append(p.errors, err)
		return
	}
	for _, name := range e.columns() {
		if !slices.ContainsFunc(q.Choices, func(c Choice) bool { return c.With[name] != "" }) {
			p.fail(n.Line, survey.CodeExpressionUnknown, "name", name, "question", q.Name, "expression", e.source)
		}
	}
	p.filters = append(p.filters, placed{question: len(p.q.Questions), line: n.Line, expr: e})
}

// with reads the columns of a choice.
func (p *parser) with(n *yaml.Node) map[string]string {
	if n == nil {
		return nil
	}
	out := map[string]string{}
	for _, pr := range p.pairs(n, survey.CodeYAML) {
		if !nameForm.MatchString(pr.key.Value) {
			p.fail(pr.key.Line, survey.CodeYAML, "problem", "not a name", "name", pr.key.Value)
		}
		out[pr.key.Value] = p.word(pr.value)
	}
	return out
}

// Offered is the question with the choices that its filter leaves for somebody with
// the answers a; the question itself if it has no filter. Its short texts are still
// those of all choices: see Narrowed.
func (q *Questionnaire) Offered(question *Question, a survey.Answers) *Question {
	if question.Filter == nil {
		return question
	}
	return q.offered(question, q.lookup(q.relevance(a), a))
}

func (q *Questionnaire) offered(question *Question, lookup func(string) survey.Answer) *Question {
	if question.Filter == nil {
		return question
	}
	places, some := question.filtered.candidates(lookup)
	if !some {
		places = make([]int, len(question.Choices))
		for i := range places {
			places[i] = i
		}
	}
	out := *question
	out.Choices, out.filtered = make([]Choice, 0, min(len(places), MostListed)), nil
	kept := make([]int, 0, len(places))
	for _, i := range places {
		if c := &question.Choices[i]; some && question.filtered.whole || question.offers(c, lookup) {
			out.Choices, kept = append(out.Choices, *c), append(kept, i)
		}
	}
	q.narrowed(&out, question, kept)
	return &out
}

// Narrowed is a question with only those of its choices that have these codes, and
// with the short texts of these alone.
func (q *Questionnaire) Narrowed(question *Question, codes []string) *Question {
	out := *question
	out.Choices, out.filtered = nil, nil
	kept := make(map[string]bool, len(codes))
	for _, code := range codes {
		kept[code] = true
	}
	var places []int
	for i := range question.Choices {
		if kept[question.Choices[i].Code] {
			out.Choices, places = append(out.Choices, question.Choices[i]), append(places, i)
		}
	}
	q.narrowed(&out, question, places)
	out.SMS = q.compose(&out, out.authored[survey.TextMode], survey.TextMode)
	out.Voice = q.compose(&out, out.authored[survey.Voice], survey.Voice)
	return &out
}

// narrowed completes a question whose choices are those of full at some places.
func (q *Questionnaire) narrowed(out, full *Question, places []int) {
	out.register = newRegister(out, q.Languages)
	out.register.full, out.register.places = full, places
	if n := out.substantive(); out.MaxChoices > n {
		out.MaxChoices = n
	}
}

// codeList are the codes of the choices.
func (q *Question) codeList() []string {
	codes := make([]string, len(q.Choices))
	for i := range q.Choices {
		codes[i] = q.Choices[i].Code
	}
	return codes
}

// unoffered reports whether an answer holds a choice that is not offered any more.
func (q *Question) unoffered(a survey.Answer, lookup func(string) survey.Answer) bool {
	for code := range strings.FieldsSeq(string(a.Value)) {
		if c, ok := q.Choice(code); !ok || !q.offers(c, lookup) {
			return true
		}
	}
	return false
}

// offers reports whether the filter leaves a choice.
func (q *Question) offers(c *Choice, lookup func(string) survey.Answer) bool {
	return c.Missing != "" || q.Filter == nil || q.Filter.True(func(name string) survey.Answer {
		if column, ok := strings.CutPrefix(name, columnMark); ok {
			return survey.Answer{Value: survey.AnswerText(c.With[column])}
		}
		return lookup(name)
	})
}

// offersAny reports whether the filter leaves anything to choose.
func (q *Question) offersAny(lookup func(string) survey.Answer) bool {
	if q.Filter == nil {
		return true
	}
	if v := q.filtered; v != nil {
		if is := v.value.eval(lookup); is.kind != kindNumber && is.kind != kindBool {
			return slices.ContainsFunc(v.places[is.text], func(i int) bool { return v.whole || q.offers(&q.Choices[i], lookup) })
		}
	}
	for i := range q.Choices {
		if c := &q.Choices[i]; c.Missing == "" && q.offers(c, lookup) {
			return true
		}
	}
	return false
}
