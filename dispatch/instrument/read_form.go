package instrument

import (
	"slices"
	"strings"
	"unicode/utf8"

	"canvass/dispatch/survey"
)

// maxOther is the length of the words beside the other choice, in runes.
const maxOther = 300

// ReadForm reads a field of the web form: the values of its boxes or its one
// line, and the line beside the other choice. It returns the answer and those
// words. An empty field is skipped where that is allowed, otherwise the error
// is answer_required. The boxes of 98 and 99 carry FormValue.
func (q *Question) ReadForm(values []string, other string) (survey.Answer, survey.AnswerText, *survey.Error) {
	other = cleanText(other)
	values = filled(values)
	choice, hasOther := q.otherChoice()
	if len(values) == 0 && other != "" && hasOther {
		values = []string{q.FormValue(choice)}
	}
	if len(values) == 0 {
		if q.Required {
			return survey.Answer{}, "", answerError(survey.CodeAnswerRequired)
		}
		return survey.Answer{Missing: survey.MissingSkipped}, "", nil
	}
	ans, err := q.formAnswer(values)
	if err != nil {
		return survey.Answer{}, "", err
	}
	switch {
	case !q.choseOther(ans):
		return ans, "", nil
	case other == "":
		return survey.Answer{}, "", answerError(survey.CodeAnswerOther, "choice", choice.Code)
	case utf8.RuneCountInString(other) > maxOther:
		return survey.Answer{}, "", answerError(survey.CodeAnswerTooLong, "value", itoa(utf8.RuneCountInString(other)), "max", itoa(maxOther))
	}
	return ans, survey.AnswerText(other), nil
}

func filled(values []string) []string {
	var out []string
	for _, v := range values {
		if v = cleanText(v); v != "" {
			out = append(out, v)
		}
	}
	return out
}

func (q *Question) formAnswer(values []string) (survey.Answer, *survey.Error) {
	switch {
	case q.Type == Note:
		return survey.Answer{}, answerError(survey.CodeAnswerChoice)
	case q.Type == Text:
		return q.formText(strings.Join(values, "\n"))
	case q.Numeric(), q.Type == Date:
		return q.formNumber(values)
	case q.Type == Ranking:
		return q.formRanking(values)
	case q.Typed():
		return q.formTyped(values)
	case q.Type == Attachment:
		return q.formFiles(values)
	}
	slices.Sort(values)
	return q.answerOf(slices.Compact(values))
}

func (q *Question) formText(text string) (survey.Answer, *survey.Error) {
	if n := utf8.RuneCountInString(text); n > q.MaxLength {
		return survey.Answer{}, answerError(survey.CodeAnswerTooLong, "value", itoa(n), "max", itoa(q.MaxLength))
	}
	return survey.Answer{Value: survey.AnswerText(text)}, nil
}

// formNumber reads a number or a day; a ticked box of a missing reason goes before.
func (q *Question) formNumber(values []string) (survey.Answer, *survey.Error) {
	for i := range q.Choices {
		if c := &q.Choices[i]; slices.Contains(values, q.FormValue(c)) {
			return survey.Answer{Missing: c.Missing}, nil
		}
	}
	if q.Type == Date {
		r := q.readDate(values[0], survey.Date{})
		if r.Outcome != survey.ReadAnswer {
			return survey.Answer{}, answerError(r.Code, q.days("value", values[0])...)
		}
		return r.Answer, nil
	}
	m := newMessage(values[0])
	if len(m.words) == 0 {
		return survey.Answer{}, answerError(survey.CodeAnswerNumber, q.bounds()...)
	}
	r := q.readAmount(m, m.words, ReadContext{})
	if r.Outcome != survey.ReadAnswer {
		return survey.Answer{}, answerError(r.Code, q.bounds("value", values[0])...)
	}
	return r.Answer, nil
}

// Check reports whether ans may be stored as the answer to name, a question or
// a companion: nil, or what is wrong with it. Missing reasons are always
// allowed; an empty answer is not.
func (q *Questionnaire) Check(name string, ans survey.Answer) *survey.Error {
	if ans.Missing != "" && ans.Value == "" && q.has(name) {
		return nil
	}
	if ans.Missing != "" || ans.Value == "" || !q.has(name) {
		return answerError(survey.CodeAnswerChoice, "question", name)
	}
	question, ok := q.Question(name)
	if !ok {
		if utf8.RuneCountInString(string(ans.Value)) > maxOther {
			return answerError(survey.CodeAnswerTooLong, "question", name, "max", itoa(maxOther))
		}
		return nil
	}
	if n, ok := question.parseSteps(string(ans.Value)); ok && question.Numeric() && question.Number(n) == string(ans.Value) {
		if r := question.counted(n, "number"); !r.answers() { // as it is stored, its point is no doubt
			return answerError(r.Code, question.bounds("value", string(ans.Value))...)
		}
		return nil
	}
	if _, spoken := ans.Recorded(); spoken && question.Record > 0 {
		return nil
	}
	values := []string{string(ans.Value)}
	if question.Type == Multiple || question.Type == Attachment {
		values = strings.Fields(string(ans.Value))
	}
	again, err := question.formAnswer(question.sent(values))
	if err == nil && again != ans {
		err = answerError(survey.CodeAnswerChoice, "question", name)
	}
	return err
}

// sent are codes as a form sends them.
func (q *Question) sent(codes []string) []string {
	if !q.Typed() {
		return codes
	}
	out := make([]string, len(codes))
	for i, code := range codes {
		out[i] = pickedMark + code
	}
	return out
}
