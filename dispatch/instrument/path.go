package instrument

import (
	"maps"
	"strings"

	"canvass/dispatch/survey"
)

// Progress is how far a person has come, counted over the questions that
// apply to them in one mode; notes do not count.
type Progress struct {
	Applicable int
	Answered   int
	Left       int  // Applicable − Answered
	Keys       bool // every applicable key question has a value, 98 or 99
	Done       bool // nothing is left
}

// Path returns the questions that apply after the answers a, in order, as the
// mode asks them, notes included. SMS and voice ask the core only, where there
// is one; neither takes files, and voice asks only those texts that are recorded.
func (q *Questionnaire) Path(a survey.Answers, m survey.Mode) []*Question {
	return q.pathOf(q.relevance(a), a, m)
}

// pathOf is the path where so much is relevant. A question with a filter is on it
// with the choices that are offered, and is passed over if there are none.
func (q *Questionnaire) pathOf(relevant []bool, a survey.Answers, m survey.Mode) []*Question {
	path := make([]*Question, 0, len(q.Questions))
	lookup := q.lookup(relevant, a)
	for turn := range q.Questions {
		i := q.asked(turn)
		if !relevant[i] || !q.asks(i, m) {
			continue
		}
		if q.Questions[i].offersAny(lookup) {
			path = append(path, q.offered(&q.Questions[i], lookup))
		}
	}
	return path
}

// barePath is the path without looking at what filters leave of choices.
func (q *Questionnaire) barePath(relevant []bool, a survey.Answers, m survey.Mode) []*Question {
	path := make([]*Question, 0, len(q.Questions))
	lookup := q.lookup(relevant, a)
	for turn := range q.Questions {
		if i := q.asked(turn); relevant[i] && q.asks(i, m) && q.Questions[i].offersAny(lookup) {
			path = append(path, &q.Questions[i])
		}
	}
	return path
}

// asks reports whether mode m carries question i at all.
func (q *Questionnaire) asks(i int, m survey.Mode) bool {
	question := &q.Questions[i]
	switch {
	case !question.Type.Asked():
		return false
	case m == survey.Web:
		return true
	case q.cores && !question.Core:
		return false
	default:
		return question.Type != Attachment && (m != survey.Voice || question.Speakable())
	}
}

// Speakable reports whether a call can take the answer: no words that are not recorded, and no number with a
// fraction, and no file.
func (q *Question) Speakable() bool {
	return (q.Type != Text || q.Record > 0) && q.Type != Decimal && q.Type != Attachment
}

// relevance says per question whether it applies. One pass suffices, because
// an expression may only look back; an irrelevant question counts as empty.
func (q *Questionnaire) relevance(a survey.Answers) []bool { return q.relevanceFrom(0, nil, a) }

// relevanceFrom is relevance where it is known of the questions before from.
func (q *Questionnaire) relevanceFrom(from int, known []bool, a survey.Answers) []bool {
	relevant := make([]bool, len(q.Questions))
	copy(relevant, known[:min(from, len(known))])
	lookup := q.lookup(relevant, a)
	// What groups demand looks at nothing behind the first question of a run of theirs,
	// so it is looked at once for all of it.
	var last *Expr
	holds := true
	for i := min(from, len(known)); i < len(q.Questions); i++ {
		question := &q.Questions[i]
		if question.within != last {
			last = question.within
			holds = last == nil || last.True(lookup)
		}
		relevant[i] = holds && (question.own == nil || question.own.True(lookup))
	}
	return relevant
}

// lookup finds answers as expressions see them, of those that apply. It calculates
// each calculation once: others may look at it many times.
func (q *Questionnaire) lookup(relevant []bool, a survey.Answers) func(name string) survey.Answer {
	var known map[int]survey.Answer
	var look func(name string) survey.Answer
	look = func(name string) survey.Answer {
		i, ok := q.owner(name)
		if !ok || !relevant[i] {
			return survey.Answer{}
		}
		question := &q.Questions[i]
		switch {
		case question.Name != name: // the companion of a question that counts
			return survey.Answer{Value: a[name].Value}
		case question.Type.Asked():
			return question.comparable(a[name])
		}
		v, ok := known[i]
		if !ok {
			if v = question.derive(look); known == nil {
				known = map[int]survey.Answer{}
			}
			known[i] = v
		}
		return v
	}
	return look
}

// comparable is the answer as expressions see it: a missing reason that is a
// choice has that choice's code, as in XLSForm; any other is empty.
func (q *Question) comparable(a survey.Answer) survey.Answer {
	if c, ok := q.missingChoice(a.Missing); ok && !q.Numeric() && q.Type != Date {
		return survey.Answer{Value: survey.AnswerText(c.Code)}
	}
	return survey.Answer{Value: a.Value}
}

// Set returns a copy of a with the answer to name, and without the answers
// that do not apply any more. An empty answer takes the question's answer
// away; a name that is not in the questionnaire changes nothing. The
// companion text of an other choice is set under its own name.
func (q *Questionnaire) Set(a survey.Answers, name string, ans survey.Answer) survey.Answers {
	next, _ := q.set(a, nil, name, ans)
	return next
}

// set is Set; it also says what applies now. known is what applied before, or nil: an
// answer changes nothing about the questions before its own. Taking irrelevant answers
// away does not change what applies, since they count as empty.
func (q *Questionnaire) set(a survey.Answers, known []bool, name string, ans survey.Answer) (survey.Answers, []bool) {
	next := make(survey.Answers, len(a)+1)
	maps.Copy(next, a)
	if q.has(name) {
		if ans.Empty() {
			delete(next, name)
		} else {
			next[name] = ans
		}
	}
	from, _ := q.owner(name)
	relevant := q.relevanceFrom(from, known, next)
	if q.withdraw(next, relevant) {
		relevant = q.relevance(next)
	}
	for i := range q.Questions {
		question := &q.Questions[i]
		if !relevant[i] {
			delete(next, question.Name)
		}
		if _, opens := question.otherChoice(); opens && !question.choseOther(next[question.Name]) {
			delete(next, question.OtherName())
		}
	}
	return next, relevant
}

// withdraw takes away the answers that are not offered any more, and reports whether
// there were any.
func (q *Questionnaire) withdraw(a survey.Answers, relevant []bool) bool {
	took := false
	lookup := q.lookup(relevant, a)
	for i := range q.Questions {
		question := &q.Questions[i]
		if question.Filter != nil && relevant[i] && a[question.Name].Value != "" && question.unoffered(a[question.Name], lookup) {
			delete(a, question.Name)
			took = true
		}
	}
	return took
}

// has reports whether name is a question that is answered, or a companion.
func (q *Questionnaire) has(name string) bool {
	if question, ok := q.Question(name); ok {
		return question.Type != Note && question.Type.Asked()
	}
	_, ok := q.companionOf(name)
	return ok
}

// companionOf returns the question whose companion text is stored under name.
func (q *Questionnaire) companionOf(name string) (*Question, bool) {
	owner, ok := strings.CutSuffix(name, otherSuffix)
	if !ok {
		return nil, false
	}
	question, ok := q.Question(owner)
	if !ok {
		return nil, false
	}
	_, ok = question.otherChoice()
	return question, ok
}

// choseOther reports whether the answer holds the other choice.
func (q *Question) choseOther(a survey.Answer) bool {
	other, ok := q.otherChoice()
	return ok && hasField(string(a.Value), other.Code)
}

// Progress counts how far the answers a have come in mode m.
func (q *Questionnaire) Progress(a survey.Answers, m survey.Mode) Progress {
	return progress(q.barePath(q.relevance(a), a, m), a)
}

func progress(path []*Question, a survey.Answers) Progress {
	p := Progress{Keys: true}
	for _, question := range path {
		if question.Type == Note {
			continue
		}
		p.Applicable++
		ans := a[question.Name]
		if answered(ans) && !question.declined(ans) { // who declines has answered nothing yet: see Declined
			p.Answered++
		}
		if question.Key && (!answered(ans) || ans.Missing == survey.MissingSkipped) {
			p.Keys = false
		}
	}
	p.Left = p.Applicable - p.Answered
	p.Done = p.Left == 0
	return p
}

// answered reports whether the question need not be asked again.
func answered(a survey.Answer) bool {
	return !a.Empty() && a.Missing != survey.MissingNotApplicable && a.Missing != survey.MissingNotReached
}
