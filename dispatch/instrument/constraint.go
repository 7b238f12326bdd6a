package instrument

import "canvass/dispatch/survey"

// Holds reports whether an answer to a question keeps to its constraint, given the
// answers a: nil, or answer_constraint; and whether a day that must not be still to
// come is not after today: answer_in_future. What needs to know today is passed over where
// that is not known. Only a value is held
// to it; required and missing reasons have rules of their own.
func (q *Questionnaire) Holds(question *Question, ans survey.Answer, a survey.Answers, today survey.Date) *survey.Error {
	return question.holds(ans, today, func() func(string) survey.Answer { return q.lookup(q.relevance(a), a) })
}

// holds is Holds with what came before, which is asked for only where it matters.
func (q *Question) holds(ans survey.Answer, today survey.Date, earlier func() func(string) survey.Answer) *survey.Error {
	if d, err := survey.ParseDate(string(ans.Value)); q.Past && err == nil && !today.IsZero() && d.Compare(today) > 0 {
		return answerError(survey.CodeAnswerFuture, "value", dayMonthYear(d), "max", dayMonthYear(today))
	}
	if q.Constraint == nil || ans.Value == "" || today.IsZero() && q.Constraint.asksToday() {
		return nil
	}
	before := earlier()
	ok := q.Constraint.True(func(name string) survey.Answer {
		switch name {
		case ".", q.Name:
			return survey.Answer{Value: ans.Value}
		case todayMark:
			return survey.Answer{Value: survey.AnswerText(today.String())}
		}
		return before(name)
	})
	if ok {
		return nil
	}
	return answerError(survey.CodeAnswerConstraint)
}

// held is the reading r of a reply to q, asked again if it does not keep to the
// constraint.
func (t *turn) held(question *Question, r Reading) Reading {
	if r.Outcome != survey.ReadAnswer {
		return r
	}
	err := question.holds(r.Answer, t.in.Today, t.lookup)
	if err == nil {
		return r
	}
	reason := "constraint"
	if err.Code == survey.CodeAnswerFuture {
		reason = "future"
	}
	return Reading{Outcome: survey.ReadAskAgain, Reason: reason, Code: err.Code, Args: err.Args, Choices: r.Choices}
}
