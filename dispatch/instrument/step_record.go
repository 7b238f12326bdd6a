package instrument

import (
	"strings"

	"canvass/dispatch/survey"
)

// keyRecord agrees to being recorded: nobody is before they pressed it.
const keyRecord = "1"

// recorded takes what concerns a question that is answered by speaking: the key that
// agrees to it, and what was said. False: it is an input like any other.
func (t *turn) recorded(question *Question) bool {
	s := t.state()
	speaking := s.Pending == PendingRecord
	s.Pending = PendingNone
	switch {
	case question.Record == 0:
		return t.in.Recording != "" && t.unasked()
	case t.in.Recording != "":
		t.step.Reason = "recorded"
		t.store(question.Name, survey.Answer{Value: survey.AnswerText(t.in.Recording)})
		t.advance()
		return true
	case strings.TrimSuffix(t.in.Keys, "#") != keyRecord || speaking:
		return false
	}
	t.step.Reason = "record"
	s.Pending, s.Misread, s.Silence = PendingRecord, 0, 0
	t.say(PromptRecord, question.Name)
	return true
}

// unasked goes on after a recording that belongs to no open question: by another mode
// the person is elsewhere meanwhile.
func (t *turn) unasked() bool {
	t.step.Reason = "moved_on"
	t.advance()
	return true
}

// Records is how many seconds a call records now, in this state; 0: it listens to keys.
func (q *Questionnaire) Records(s State) int {
	if s.Stage != StageQuestions || s.Pending != PendingRecord {
		return 0
	}
	question, ok := q.Question(s.Current)
	if !ok {
		return 0
	}
	return question.Record
}
