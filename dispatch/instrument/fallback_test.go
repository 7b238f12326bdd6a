package instrument

import (
	"fmt"
	"strings"
	"testing"

	"canvass/dispatch/survey"
)

// How often is asked back, and what then, is the author's to say; what is neither is
// an error at its line.
func TestHowOftenIsAskedBack(t *testing.T) {
	t.Parallel()
	form := func(head string) (*Questionnaire, []*survey.Error) {
		return Parse("f.yaml", []byte("name: f\ntitle: F\n"+head+"questions:\n  - {name: a, type: single, kind: fact, label: A, choices: {1: Đỏ, 2: Xanh}}\n  - {name: b, type: text, kind: fact, label: B}\n"))
	}
	for _, c := range []struct {
		head string
		asks int // times that it is asked back
		then string
	}{
		{"", 2, "skipped"}, {"ask_again: 0\n", 0, "skipped"}, {"ask_again: 4\n", 4, "skipped"},
		{"ask_again: 1\nnot_understood: staff\n", 1, "staff"}, {"not_understood: staff\n", 2, "staff"}, {"not_understood: skip\n", 2, "skipped"},
	} {
		q, errs := form(c.head)
		if len(errs) > 0 {
			t.Fatal(errs[0])
		}
		s := q.Step(State{}, nil, survey.TextMode, Input{Begin: true})
		for n := range c.asks {
			if s = q.Step(s.State, nil, survey.TextMode, Input{Text: "chịu"}); len(s.Prompts) != 1 || s.Prompts[0].Reason == "" {
				t.Errorf("%q, time %d: %+v", c.head, n+1, s.Prompts)
			}
		}
		s = q.Step(s.State, nil, survey.TextMode, Input{Text: "chịu"})
		if got := string(s.Prompts[0].Kind); got != c.then || (s.Effect == EffectStaff) != (c.then == "staff") || (len(s.Set) == 0) != (c.then == "staff") {
			t.Errorf("%q: then %s %q with %+v", c.head, got, s.Effect, s.Set)
		}
		if c.then != "staff" {
			continue
		}
		if s = q.Step(s.State, nil, survey.TextMode, Input{Text: "vẫn chịu"}); len(s.Prompts) != 0 || s.Effect != EffectStaff {
			t.Errorf("%q: said again %+v, %q", c.head, s.Prompts, s.Effect)
		}
		if s = q.Step(s.State, nil, survey.TextMode, Input{Text: "xanh"}); len(s.Set) != 1 || s.State.Current != "b" {
			t.Errorf("%q: an answer after all: %+v, at %s", c.head, s.Set, s.State.Current)
		}
	}
	for _, head := range []string{"ask_again: 6\n", "ask_again: -1\n", "ask_again: x\n", "not_understood: call\n", "not_understood: 1\n"} {
		if _, errs := form(head); len(errs) != 1 || !strings.HasSuffix(fmt.Sprint(errs[0].Where), ":3") {
			t.Errorf("%q: %v", head, errs)
		}
	}
}

// Nobody declines by not being understood: the consent is asked again, or handed over.
func TestAConsentIsNeverPassedOver(t *testing.T) {
	t.Parallel()
	for _, then := range []string{"skip", "staff"} {
		q, errs := Parse("f.yaml", []byte("name: f\ntitle: F\nask_again: 0\nnot_understood: "+then+"\nmissing: {99: Không tham gia}\nquestions:\n  - {name: a, type: acknowledge, kind: background, consent: true, missing: [99], label: \"Đồng ý?\"}\n"))
		if len(errs) > 0 {
			t.Fatal(errs[0])
		}
		s := q.Step(State{}, nil, survey.TextMode, Input{Begin: true})
		if s = q.Step(s.State, nil, survey.TextMode, Input{Text: "gì thế"}); len(s.Set) != 0 || s.Effect == EffectSubmit || s.Effect == EffectWithdraw {
			t.Errorf("%s: %+v", then, s)
		}
	}
}
