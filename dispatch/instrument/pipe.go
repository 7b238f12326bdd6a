package instrument

import (
	"regexp"
	"strings"

	"canvass/dispatch/survey"
)

// A text may hold what was answered before: ${name}, or ${name|words} with what is
// said where there is no answer.
var piped = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_.-]*)(?:\|([^{}|]*))?\}`)

// pipes lists the names that the texts of a question hold, each once, in order.
func (q *Question) pipes() []string {
	var names []string
	for _, t := range [...]Texts{q.Label, q.Hint, q.SMS, q.Voice, q.Stem, q.Row} {
		for _, l := range [...]survey.Lang{survey.Vietnamese, survey.English} {
			if !strings.Contains(t[l], "${") {
				continue
			}
			for _, m := range piped.FindAllStringSubmatch(t[l], -1) {
				if !contains(names, m[1]) {
					names = append(names, m[1])
				}
			}
		}
	}
	return names
}

// checkPipes demands that a text holds the answers of earlier questions only.
func (p *parser) checkPipes(i int) {
	q := &p.q.Questions[i]
	for _, name := range q.pipes() {
		at, ok := p.q.index[name]
		switch {
		case !ok:
			p.fail(q.Line, survey.CodeExpressionUnknown, "name", name, "question", q.Name)
		case at >= i:
			p.fail(q.Line, survey.CodeExpressionForward, "name", name, "question", q.Name)
		case p.q.Questions[at].Type == Note:
			p.fail(q.Line, survey.CodeExpressionType, "name", name, "have", string(Note), "question", q.Name)
		default:
			p.apart(placing{question: i, line: q.Line}, at)
		}
	}
}

// Fill is what the texts of a question hold for somebody with the answers a, by
// name: labels of choices, numbers and words as they were given. An answer that does
// not apply, or is a missing reason, is not among them.
func (q *Questionnaire) Fill(question *Question, a survey.Answers, l survey.Lang) map[string]string {
	return q.fill(question, l, func() func(string) survey.Answer { return q.lookup(q.relevance(a), a) })
}

// fill is Fill with what was answered, which is asked for only where it matters.
func (q *Questionnaire) fill(question *Question, l survey.Lang, answers func() func(string) survey.Answer) map[string]string {
	names := question.pipes()
	if len(names) == 0 {
		return nil
	}
	fill := map[string]string{}
	lookup := answers()
	for _, name := range names {
		if said := q.said(name, lookup(name), l); said != "" {
			fill[name] = said
		}
	}
	return fill
}

// said is an answer in words.
func (q *Questionnaire) said(name string, ans survey.Answer, l survey.Lang) string {
	question, ok := q.Question(name)
	if ok && question.Type == Attachment && ans.Value != "" {
		return itoa(len(strings.Fields(string(ans.Value)))) // how many; their names are nobody's to read
	}
	if !ok || len(question.Choices) == 0 || question.Numeric() || question.Type == Date {
		return string(ans.Value)
	}
	var labels []string
	for _, code := range strings.Fields(string(ans.Value)) {
		if c, ok := question.Choice(code); ok && c.Missing == "" {
			labels = append(labels, bare(c.Label.In(l)))
		}
	}
	return strings.Join(labels, ", ")
}

// Pipe puts into a text what fill holds, and its own words where fill holds nothing.
func Pipe(text string, fill map[string]string) string {
	if !strings.Contains(text, "${") {
		return text
	}
	return piped.ReplaceAllStringFunc(text, func(mark string) string {
		m := piped.FindStringSubmatch(mark)
		if said := fill[m[1]]; said != "" {
			return said
		}
		return m[2]
	})
}
