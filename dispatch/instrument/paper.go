package instrument

import (
	"slices"
	"strings"

	"canvass/dispatch/survey"
)

// Paper is the web form as it lies before one person now: the questions that
// apply, in pages.
type Paper struct {
	Sheets []Sheet

	q *Questionnaire
	a survey.Answers
}

// Sheet is one page of questions.
type Sheet []*Question

// PaperOf lays out the questions that apply after the answers a. A page of
// notes alone is shown with the page after it, since nothing on it could be
// answered to go on.
func PaperOf(q *Questionnaire, a survey.Answers) Paper {
	p := Paper{q: q, a: a}
	page, notes := 0, false
	for _, question := range q.Path(a, survey.Web) {
		if len(p.Sheets) == 0 || question.Page != page && !notes {
			p.Sheets, notes = append(p.Sheets, nil), true
		}
		last := len(p.Sheets) - 1
		p.Sheets[last] = append(p.Sheets[last], question)
		page, notes = question.Page, notes && question.Type == Note
	}
	if n := len(p.Sheets); n > 1 && notes {
		p.Sheets = append(p.Sheets[:n-2], append(p.Sheets[n-2], p.Sheets[n-1]...))
	}
	return p
}

// With is the paper with one sheet alone, whether or not its questions apply: to look at
// it.
func (p Paper) With(s Sheet) Paper {
	p.Sheets = []Sheet{s}
	return p
}

// Answers are those that it was laid out by. They are not to be changed.
func (p Paper) Answers() survey.Answers { return p.a }

// Unanswered reports whether the question is still to be asked.
func Unanswered(a survey.Answer) bool {
	return a.Empty() || a.Missing == survey.MissingNotApplicable || a.Missing == survey.MissingNotReached
}

// Open reports whether something on the sheet is still to be answered.
func (p Paper) Open(s Sheet) bool {
	return slices.ContainsFunc(s, func(q *Question) bool {
		return q.Type != Note && Unanswered(p.a[q.Name])
	})
}

// Find returns the place of the sheet with a question of that name, -1 if there
// is none.
func (p Paper) Find(name string) int {
	return slices.IndexFunc(p.Sheets, func(s Sheet) bool {
		return slices.ContainsFunc(s, func(q *Question) bool { return q.Name == name })
	})
}

// Place is where the first of some questions stands that still applies, -1 if
// none does.
func (p Paper) Place(s Sheet) int {
	for _, q := range s {
		if i := p.Find(q.Name); i >= 0 {
			return i
		}
	}
	return -1
}

// Next is the place to go on at: the first sheet that is not answered; with all
// of them answered, the last, from which the form is sent.
func (p Paper) Next() int {
	if i := slices.IndexFunc(p.Sheets, p.Open); i >= 0 {
		return i
	}
	return len(p.Sheets) - 1
}

// Last reports whether answering sheet i completes the form, whatever the
// answers are: everything else is answered, and nothing that does not apply now
// depends on it.
func (p Paper) Last(i int) bool {
	for j, s := range p.Sheets {
		if j != i && p.Open(s) {
			return false
		}
	}
	here, shown := map[string]bool{}, map[string]bool{}
	for j, s := range p.Sheets {
		for _, q := range s {
			shown[q.Name] = true
			if j == i {
				here[q.Name], here[q.OtherName()] = true, true
			}
		}
	}
	for k := range p.q.Questions {
		hidden := &p.q.Questions[k]
		if hidden.Relevant == nil || hidden.Type == Note || shown[hidden.Name] {
			continue
		}
		if slices.ContainsFunc(hidden.Relevant.Names(), func(name string) bool { return here[name] }) {
			return false
		}
	}
	return true
}

// Number is the place of sheet i's first question among those that apply, from 1.
func (p Paper) Number(i int) int {
	n := 1
	for _, s := range p.Sheets[:i] {
		for _, q := range s {
			if q.Type != Note {
				n++
			}
		}
	}
	return n
}

// Position names the questions of a sheet, so that a post says which boxes were
// left empty.
func (s Sheet) Position() string {
	var names []string
	for _, q := range s {
		names = append(names, q.Name)
	}
	return strings.Join(names, ",")
}

// Posted is the sheet that a post was made on: the questions it names, in their
// order, whether they still apply or not.
func Posted(q *Questionnaire, position string) Sheet {
	named := map[string]bool{}
	for name := range strings.SplitSeq(position, ",") {
		named[name] = true
	}
	var s Sheet
	for i := range q.Questions {
		if named[q.Questions[i].Name] {
			s = append(s, &q.Questions[i])
		}
	}
	return s
}
