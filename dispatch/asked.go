package dispatch

import (
	"context"
	"strconv"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// AskedStore is what tracing a stored response needs of the database.
type AskedStore interface {
	StoredResponse(ctx context.Context, id survey.ResponseID) (view.StoredResponse, error)
	QuestionnaireByID(ctx context.Context, id survey.QuestionnaireID) (view.QuestionnaireSource, error)
}

// Asked says why a question was or was not asked in a stored response. Words
// that a person wrote are never in it, as in results: only that there are some.
type Asked struct {
	Response      survey.ResponseID    `json:"response"`
	State         survey.ResponseState `json:"state"`
	Questionnaire string               `json:"questionnaire"`
	Version       int                  `json:"version"`
	Question      string               `json:"question"`
	Mode          survey.Mode          `json:"mode"` // of its answer, else of the last answer of the response
	// Verdict is the reason in one word: answered, open, irrelevant, not_carried.
	Verdict  AskedVerdict      `json:"verdict"`
	Relevant bool              `json:"relevant"`
	Carried  bool              `json:"carried"` // the mode asks it of whom it applies to
	Value    string            `json:"value,omitempty"`
	Missing  survey.Missing    `json:"missing,omitempty"`
	Trace    *instrument.Trace `json:"trace,omitempty"` // of its condition; none: it applies to everybody
	// Looked are the answers that the condition looked at.
	Looked map[string]string `json:"looked,omitempty"`
}

// AskedVerdict is why a question was or was not asked.
type AskedVerdict string

// The verdicts.
const (
	AskedAnswered   AskedVerdict = "answered"    // it was asked, and is answered or passed over
	AskedOpen       AskedVerdict = "open"        // it applies, and has no answer yet
	AskedIrrelevant AskedVerdict = "irrelevant"  // its condition is false
	AskedNotCarried AskedVerdict = "not_carried" // the mode does not ask it
)

// AskedVerdicts lists them.
func AskedVerdicts() []AskedVerdict {
	return []AskedVerdict{AskedAnswered, AskedOpen, AskedIrrelevant, AskedNotCarried}
}

// WhyAsked traces one question of one stored response, on the version with which
// the response was begun. The error is not_found without such a response or
// question.
func WhyAsked(ctx context.Context, store AskedStore, id survey.ResponseID, question string) (Asked, error) {
	r, err := store.StoredResponse(ctx, id)
	if err != nil {
		return Asked{}, err
	}
	src, err := store.QuestionnaireByID(ctx, r.QuestionnaireID)
	if err != nil {
		return Asked{}, err
	}
	q, err := published(src)
	if err != nil {
		return Asked{}, err
	}
	mode := or(r.Modes[question], r.Mode)
	why, ok := q.Why(question, r.Answers, mode)
	if !ok {
		return Asked{}, &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound, Args: map[string]string{"what": "question", "name": question}}
	}
	own := r.Answers[question]
	out := Asked{Response: r.ID, State: r.State, Questionnaire: src.Name, Version: src.Version, Question: question, Mode: mode,
		Relevant: why.Relevant, Carried: why.Carried, Value: shown(q, question, own), Missing: own.Missing}
	switch {
	case !why.Relevant:
		out.Verdict = AskedIrrelevant
	case !own.Empty() && own.Missing != survey.MissingNotReached && own.Missing != survey.MissingNotApplicable:
		out.Verdict = AskedAnswered
	case !why.Carried:
		out.Verdict = AskedNotCarried
	default:
		out.Verdict = AskedOpen
	}
	if why.Trace != nil {
		t, _ := veiled(q, *why.Trace)
		out.Trace, out.Looked = &t, map[string]string{}
		for name, a := range why.Looked {
			out.Looked[name] = shown(q, name, a)
		}
	}
	return out, nil
}

// words stands in the place of what a person wrote.
const words = "…"

// shown is an answer without a person's own words.
func shown(q *instrument.Questionnaire, name string, a survey.Answer) string {
	if a.Value != "" && holdsWords(q, name) {
		return words
	}
	return string(a.Value)
}

// holdsWords reports whether the answers to name may be anybody's own words: of
// text questions, of companions, and of whatever is neither choice nor number.
func holdsWords(q *instrument.Questionnaire, name string) bool {
	question, ok := q.Question(name)
	return !ok || !question.Numeric() && len(question.Choices) == 0
}

// veiled is a trace in which what was made of a person's words stands as such,
// unless it is a truth value or a number; has says that there are words in it.
func veiled(q *instrument.Questionnaire, t instrument.Trace) (out instrument.Trace, has bool) {
	has = t.Name != "" && holdsWords(q, t.Name)
	parts := t.Parts
	t.Parts = nil
	for _, p := range parts {
		v, of := veiled(q, p)
		t.Parts, has = append(t.Parts, v), has || of
	}
	if _, notNumber := strconv.ParseFloat(t.Value, 64); has && t.Value != "" && t.Value != "true" && t.Value != "false" && (notNumber != nil || t.Name != "") {
		t.Value = words
	}
	return t, has
}
