package instrument

import (
	"fmt"
	"strconv"

	"canvass/dispatch/smstext"
	"canvass/dispatch/survey"
)

// Warnings says what a published questionnaire would do badly, though it can
// be parsed: an SMS of more than one segment when folded, with its counter; a
// folded word that reads as another; more choices than a keypad carries. A
// campaign with calls refuses what has Args["mode"] = "voice".
func (q *Questionnaire) Warnings() []*survey.Error {
	var all []*survey.Error
	for i := range q.Questions {
		question := &q.Questions[i]
		if question.Type != Note && q.asks(i, survey.TextMode) {
			all = append(all, q.warnText(question)...)
		}
		if n := question.substantive(); q.asks(i, survey.Voice) && !question.Numeric() && question.Type != Date && !question.keyable() {
			all = append(all, failure(q.file, question.Line, survey.CodeModeCannotCarry, "name", question.Name,
				"mode", string(survey.Voice), "value", strconv.Itoa(n), "max", strconv.Itoa(MaxKeys)))
		}
	}
	return all
}

// keyable reports whether every choice has a key of its own from 1 to 7.
func (q *Question) keyable() bool {
	for i, f := range q.Figures() {
		if q.Choices[i].Missing == "" && (len(f) != 1 || f[0] < '1' || f[0] > '0'+MaxKeys) {
			return false
		}
	}
	return true
}

func (q *Questionnaire) warnText(question *Question) []*survey.Error {
	var all []*survey.Error
	number, of := q.place(question.Name, survey.TextMode)
	for _, l := range q.Languages {
		folded := smstext.Fold(question.SMS[l])
		counted := fmt.Sprintf("Cau %d/%d: %s", number, of, folded)
		if size := smstext.Count(counted); size.Segments > 1 {
			all = append(all, failure(q.file, question.Line, survey.CodeSMSTooLong, "name", question.Name, "lang", string(l),
				"units", strconv.Itoa(size.Units), "segments", strconv.Itoa(size.Segments)))
		}
		if l != survey.Vietnamese {
			continue
		}
		for _, f := range smstext.Lint(folded) {
			all = append(all, failure(q.file, question.Line, survey.CodeUnsafeFolded, "name", question.Name,
				"word", f.Word, "level", string(f.Level), "hint", f.Hint))
		}
	}
	return all
}
