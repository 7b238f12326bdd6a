package dispatch_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// storedOne is a store of one response.
type storedOne struct {
	response view.StoredResponse
	source   string
}

func (s storedOne) StoredResponse(_ context.Context, id survey.ResponseID) (view.StoredResponse, error) {
	if id != s.response.ID {
		return view.StoredResponse{}, &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound}
	}
	return s.response, nil
}

func (s storedOne) QuestionnaireByID(context.Context, survey.QuestionnaireID) (view.QuestionnaireSource, error) {
	return view.QuestionnaireSource{Name: "q", Version: 3, Source: s.source}, nil
}

func TestWhyAsked(t *testing.T) {
	t.Parallel()
	store := storedOne{response: view.StoredResponse{ID: "r", State: survey.ResponseStarted, Mode: survey.Voice,
		Answers: survey.Answers{"a": {Value: "1"}, "t": {Value: "lời riêng"}}, Modes: map[string]survey.Mode{"a": survey.Web, "t": survey.Web}},
		source: `name: q
title: T
questions:
  - {name: a, type: single, kind: fact, label: A, choices: {1: m, 2: n}}
  - {name: t, type: text, kind: fact, label: T}
  - {name: c, type: single, kind: fact, label: C, choices: {1: m, 2: n}, relevant: "${a} = 2"}
  - {name: d, type: single, kind: fact, label: D, choices: {1: m, 2: n}, relevant: "${a} = 1 and concat(${t}, 'x') != ''"}
  - {name: e, type: text, kind: fact, label: E}
`}
	for question, want := range map[string]dispatch.AskedVerdict{"a": dispatch.AskedAnswered, "t": dispatch.AskedAnswered,
		"c": dispatch.AskedIrrelevant, "d": dispatch.AskedOpen, "e": dispatch.AskedNotCarried} {
		got, err := dispatch.WhyAsked(t.Context(), store, "r", question)
		if err != nil || got.Verdict != want || got.Version != 3 {
			t.Errorf("%s: %+v %v, want %s", question, got, err, want)
		}
		b, _ := json.Marshal(got)
		if strings.Contains(string(b), "lời riêng") {
			t.Errorf("%s shows a person's words: %s", question, b)
		}
	}
	got, _ := dispatch.WhyAsked(t.Context(), store, "r", "c")
	if got.Trace == nil || got.Trace.Value != "false" || got.Looked["a"] != "1" {
		t.Errorf("trace %+v looked %v", got.Trace, got.Looked)
	}
	if _, err := dispatch.WhyAsked(t.Context(), store, "r", "nowhere"); survey.KindOf(err) != survey.NotFound {
		t.Errorf("no such question: %v", err)
	}
	if _, err := dispatch.WhyAsked(t.Context(), store, "x", "a"); survey.KindOf(err) != survey.NotFound {
		t.Errorf("no such response: %v", err)
	}
}
