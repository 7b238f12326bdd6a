package instrument

import (
	"testing"

	"canvass/dispatch/survey"
)

const consenting = `
name: n
title: T
missing: {98: Khó nói, 99: Không muốn trả lời}
questions:
  - {name: dong_y, type: acknowledge, kind: background, required: true, consent: true, missing: [99], label: "Tham gia?"}
  - {name: a, type: single, kind: fact, label: A, choices: {1: m, 2: n}, relevant: "${dong_y} = 'OK'"}
`

// A conversation ends when the consent is declined, and not when nothing is understood
// or another mode has the refusal; only an acknowledge that can be declined asks it.
func TestConsentInConversation(t *testing.T) {
	t.Parallel()
	q, errs := Parse("thu.yaml", []byte(consenting))
	if errs != nil {
		t.Fatal(errs)
	}
	no := survey.Answers{"dong_y": {Missing: survey.MissingRefused}}
	at := State{Stage: StageQuestions, Current: "dong_y"}
	if s := q.Step(at, nil, survey.TextMode, Input{Text: "BQ"}); s.Effect != EffectWithdraw || s.State.Stage != StageDeclined {
		t.Errorf("declined: %+v", s)
	}
	if s := q.Step(at, nil, survey.TextMode, Input{Text: "1"}); s.Effect != EffectNone || s.State.Current != "a" {
		t.Errorf("agreed: %+v", s)
	}
	if s := q.Step(State{}, no, survey.TextMode, Input{Begin: true}); s.Effect != EffectNone || s.State.Current != "dong_y" {
		t.Errorf("declined elsewhere: %+v", s)
	}
	s := Step{State: at}
	for range askAgainDefault + 1 + 1 {
		if s = q.Step(s.State, nil, survey.TextMode, Input{Text: "xyzzy"}); s.Effect != EffectNone || s.State.Current != "dong_y" || len(s.Set) > 0 {
			t.Errorf("not understood: %+v", s)
		}
	}
	checkErrors(t, "name: n\ntitle: T\nquestions:\n  - {name: a, type: text, kind: fact, label: A, consent: true}", []string{"4 yaml_invalid name=a"})
	checkErrors(t, "name: n\ntitle: T\nquestions:\n  - {name: a, type: acknowledge, kind: fact, label: A, consent: true}", []string{"4 yaml_invalid name=a"})
}
