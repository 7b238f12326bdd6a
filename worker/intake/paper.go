package intake

import (
	"slices"
	"strings"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
)

// paper is the web form as it lies before one person now: the questions that
// apply, in pages.
type paper struct {
	q      *instrument.Questionnaire
	a      survey.Answers
	sheets []sheet
}

// sheet is one page of questions.
type sheet []*instrument.Question

// paperOf lays out the questions that apply after the answers a. A page of
// notes alone is shown with the page after it, since nothing on it could be
// answered to go on.
func paperOf(q *instrument.Questionnaire, a survey.Answers) paper {
	p := paper{q: q, a: a}
	page, notes := 0, false
	for _, question := range q.Path(a, survey.Web) {
		if len(p.sheets) == 0 || question.Page != page && !notes {
			p.sheets, notes = append(p.sheets, nil), true
		}
		last := len(p.sheets) - 1
		p.sheets[last] = append(p.sheets[last], question)
		page, notes = question.Page, notes && question.Type == instrument.Note
	}
	if n := len(p.sheets); n > 1 && notes {
		p.sheets = append(p.sheets[:n-2], append(p.sheets[n-2], p.sheets[n-1]...))
	}
	return p
}

// unanswered reports whether the question is still to be asked.
func unanswered(a survey.Answer) bool {
	return a.Empty() || a.Missing == survey.MissingNotApplicable || a.Missing == survey.MissingNotReached
}

// open reports whether something on the sheet is still to be answered.
func (p paper) open(s sheet) bool {
	return slices.ContainsFunc(s, func(q *instrument.Question) bool {
		return q.Type != instrument.Note && unanswered(p.a[q.Name])
	})
}

// find returns the place of the sheet with a question of that name, -1 if there
// is none.
func (p paper) find(name string) int {
	return slices.IndexFunc(p.sheets, func(s sheet) bool {
		return slices.ContainsFunc(s, func(q *instrument.Question) bool { return q.Name == name })
	})
}

// place is where the first of some questions stands that still applies, -1 if
// none does.
func (p paper) place(s sheet) int {
	for _, q := range s {
		if i := p.find(q.Name); i >= 0 {
			return i
		}
	}
	return -1
}

// next is the place to go on at: the first sheet that is not answered; with all
// of them answered, the last, from which the form is sent.
func (p paper) next() int {
	if i := slices.IndexFunc(p.sheets, p.open); i >= 0 {
		return i
	}
	return len(p.sheets) - 1
}

// last reports whether answering sheet i completes the form, whatever the
// answers are: everything else is answered, and nothing that does not apply now
// depends on it.
func (p paper) last(i int) bool {
	for j, s := range p.sheets {
		if j != i && p.open(s) {
			return false
		}
	}
	here, shown := map[string]bool{}, map[string]bool{}
	for j, s := range p.sheets {
		for _, q := range s {
			shown[q.Name] = true
			if j == i {
				here[q.Name], here[q.OtherName()] = true, true
			}
		}
	}
	for k := range p.q.Questions {
		hidden := &p.q.Questions[k]
		if hidden.Relevant == nil || hidden.Type == instrument.Note || shown[hidden.Name] {
			continue
		}
		if slices.ContainsFunc(hidden.Relevant.Names(), func(name string) bool { return here[name] }) {
			return false
		}
	}
	return true
}

// number is the place of sheet i's first question among those that apply, from 1.
func (p paper) number(i int) int {
	n := 1
	for _, s := range p.sheets[:i] {
		for _, q := range s {
			if q.Type != instrument.Note {
				n++
			}
		}
	}
	return n
}

// position names the questions of a sheet, so that a post says which boxes were
// left empty.
func (s sheet) position() string {
	var names []string
	for _, q := range s {
		names = append(names, q.Name)
	}
	return strings.Join(names, ",")
}

// posted is the sheet that a post was made on: the questions it names, in their
// order, whether they still apply or not.
func posted(q *instrument.Questionnaire, position string) sheet {
	named := map[string]bool{}
	for name := range strings.SplitSeq(position, ",") {
		named[name] = true
	}
	var s sheet
	for i := range q.Questions {
		if named[q.Questions[i].Name] {
			s = append(s, &q.Questions[i])
		}
	}
	return s
}
