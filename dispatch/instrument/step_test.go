package instrument

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"canvass/dispatch/survey"
)

// randomQuestionnaire writes and parses a questionnaire of up to 12 questions
// of all types, with relevance that looks back.
func randomQuestionnaire(t testing.TB, r *rand.Rand) *Questionnaire {
	t.Helper()
	var b strings.Builder
	b.WriteString("name: r\ntitle: R | R\nlanguages: [vi, en]\nmissing: {98: Khó nói | Hard to say, 99: Không muốn trả lời | Prefer not}\nquestions:\n")
	var earlier []string
	b.WriteString("  - {name: q, type: text, kind: fact, label: Q | Q, core: true}\n")
	for i := range 1 + r.IntN(11) {
		fmt.Fprintf(&b, "  - {name: q%d, label: \"Câu %d | Question %d\", ", i, i, i)
		if len(earlier) > 0 && r.IntN(2) == 0 {
			op := []string{"=", "!=", "<", ">="}[r.IntN(4)]
			fmt.Fprintf(&b, "relevant: \"${%s} %s 1\", ", earlier[r.IntN(len(earlier))], op)
		}
		if r.IntN(3) == 0 {
			b.WriteString("core: true, ")
		}
		if r.IntN(3) == 0 {
			b.WriteString("required: true, key: true, ")
		}
		switch r.IntN(7) {
		case 0:
			b.WriteString("type: text, kind: fact, max_length: 30}\n")
			continue
		case 1:
			b.WriteString("type: note}\n")
			continue
		case 2:
			b.WriteString("type: multiple, kind: fact, at_most: 2, choices: {1: Một phần | Part, 2: {label: Hài lòng | Content, exclusive: true}, 3: {label: Khác | Other, other: true}}}\n")
			continue
		case 3:
			b.WriteString("type: integer, kind: fact, min: 0, max: 9}\n")
		case 4:
			b.WriteString("type: scale, kind: fact, min: 0, max: 10, missing: [99]}\n")
		case 5:
			b.WriteString("type: single, kind: fact, missing: [], choices: {1: Có | Yes, 2: Không | No}}\n")
		default:
			b.WriteString("type: single, kind: fact, choices: {0: Hài lòng | Content, 1: Không hài lòng | Not, 2: {label: Khác | Other, other: true}}}\n")
		}
		earlier = append(earlier, fmt.Sprintf("q%d", i))
	}
	q, errs := Parse("r.yaml", []byte(b.String()))
	if errs != nil {
		t.Fatalf("%v\n%s", errs, b.String())
	}
	return q
}

var (
	randomTexts = []string{"0", "1", "2", "3", "7", "10", "1,2", "1 3", "có", "khong", "hai long gi dau", "Không hài lòng", "khác: x y", "3 karaoke",
		"BQ", "bq", "LAI", "TRUOC", "TRUOC", "TG", "?", "LINK", "EN", "VI", "BD", "SAI", "DK", "START", "để sau", "dung", "thoi", "A", "B", "STOP", "TC", "huy",
		"một câu trả lời bằng chữ", "", "👍", "x", "mười", "98", "99", strings.Repeat("dài ", 200)}
	randomKeys = []string{"1", "1", "2", "3", "12#", "10", "0", "8", "9", "*", "#", "", "7", "123", "4", "x"}
)

func randomInput(r *rand.Rand) Input {
	return Input{
		Begin: r.IntN(15) == 0, Silence: r.IntN(12) == 0,
		Text: randomTexts[r.IntN(len(randomTexts))], Keys: randomKeys[r.IntN(len(randomKeys))],
		GivenName: []survey.PersonName{"", "Huy", "Trần Thị Hai"}[r.IntN(3)],
	}
}

// asks reports whether a prompt wants an answer.
func asks(k PromptKind) bool {
	switch k {
	case PromptQuestion, PromptAskAgain, PromptAskAgainLast, PromptResume, PromptIntro, PromptIntroAgain, PromptConsent:
		return true
	}
	return false
}

// walker checks one conversation step by step.
type walker struct {
	t       testing.TB
	q       *Questionnaire
	m       survey.Mode
	state   State
	answers survey.Answers
	submits int
	stopped bool
}

func (w *walker) step(in Input) {
	before, done := w.state, w.state.Stage == StageDone
	s := w.q.Step(w.state, w.answers, w.m, in)
	if again := w.q.Step(w.state, w.answers, w.m, in); !reflect.DeepEqual(s, again) {
		w.t.Fatalf("the same step twice differs: %+v %+v", s, again)
	}
	for _, item := range s.Set {
		if err := w.q.Check(item.Question, item.Answer); err != nil {
			w.t.Fatalf("%+v: stored %s %q: %v", in, item.Question, string(item.Answer.Value), err)
		}
		if item.Answer.Missing == survey.MissingNotApplicable {
			w.answers = w.q.Set(w.answers, item.Question, survey.Answer{})
			continue
		}
		w.answers = w.q.Set(w.answers, item.Question, item.Answer)
	}
	w.state = s.State
	if s.Reason == "" {
		w.t.Fatalf("%+v in %+v: no reason", in, before)
	}
	switch s.Effect {
	case EffectSubmit:
		w.submits++
	case EffectOptOut:
		w.stopped = true
	case EffectOptIn:
		w.stopped = false
	}
	if (w.state.Stage == StageDone) != done && w.state.Stage == StageDone && s.Effect != EffectSubmit && s.Effect != EffectOptIn || w.submits > 1 {
		w.t.Fatalf("%+v: done with effect %q after %d submits", in, s.Effect, w.submits)
	}
	if s.Effect == EffectSubmit && !w.q.Progress(w.answers, w.m).Done {
		w.t.Fatalf("%+v: submitted with %+v", in, w.q.Progress(w.answers, w.m))
	}
	for _, p := range s.Prompts {
		if w.stopped && asks(p.Kind) {
			w.t.Fatalf("%+v: asked %s after a stop", in, p.Kind)
		}
	}
	raw, err := json.Marshal(w.state)
	var back State
	if err != nil || json.Unmarshal(raw, &back) != nil || !reflect.DeepEqual(back, w.state) {
		w.t.Fatalf("state %s does not survive storing: %v", raw, err)
	}
}

func TestStepProperties(t *testing.T) {
	t.Parallel()
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 1))
		q := randomQuestionnaire(t, r)
		for _, m := range []survey.Mode{survey.TextMode, survey.Voice} {
			w := &walker{t: t, q: q, m: m, answers: survey.Answers{}}
			w.step(Input{Begin: true})
			for range 60 {
				w.step(randomInput(r))
			}
		}
	}
}

// Whoever answers, whatever the answers, comes to the end: a question is left
// after at most three replies that were not understood.
func TestStepEnds(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 2))
		q := randomQuestionnaire(t, r)
		for _, m := range []survey.Mode{survey.TextMode, survey.Voice} {
			w := &walker{t: t, q: q, m: m, answers: survey.Answers{}}
			w.step(Input{Begin: true})
			for range 2 { // intro and consent
				if m == survey.Voice {
					w.step(Input{Keys: "1"})
				}
			}
			texts, keys := []string{"1", "2", "gì?", "x"}, []string{"1", "2", "7", "5"}
			for range 4 * len(q.Questions) {
				w.step(Input{Text: texts[r.IntN(4)], Keys: keys[r.IntN(4)]})
			}
			if w.submits != 1 || w.state.Stage != StageDone {
				t.Fatalf("seed %d by %s: %d submits, %+v", seed, m, w.submits, w.state)
			}
		}
	}
}

// A state that nobody could have reached, or from another version of the
// questionnaire, is taken without a panic and leads on.
func TestStepTakesAnyState(t *testing.T) {
	t.Parallel()
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 3))
		q := randomQuestionnaire(t, r)
		s := State{
			Stage:   []Stage{"", StageIntro, StageConsent, StageQuestions, StageDone, StageDeclined, StageStopped, "nonsense"}[r.IntN(8)],
			Current: []string{"", "q", "q1", "q2_khac", "nobody", "_khac"}[r.IntN(6)], Misread: r.IntN(7) - 3, Silence: r.IntN(7) - 3,
			Pending: []Pending{"", PendingStop, PendingNoMore, PendingChoose, "nonsense"}[r.IntN(5)],
			Offer:   [][]string{nil, {"1"}, {"1", "nothing"}, {"98", "99", "1"}}[r.IntN(4)],
			Lang:    []survey.Lang{"", "vi", "en", "fr"}[r.IntN(4)],
		}
		answers := survey.Answers{"q1": {Value: "3 2"}, "q2": {Value: "nonsense"}, "nobody": {Value: "1"}, "q3": {Missing: "nonsense"}}
		for _, m := range survey.Modes() {
			state := s
			for range 5 {
				state = q.Step(state, answers, m, randomInput(r)).State
			}
		}
	}
}

// Set never keeps an answer that does not apply, nor a companion without its
// choice, and leaves its argument alone.
func TestSetDropsWhatDoesNotApply(t *testing.T) {
	t.Parallel()
	q := example(t, "urgent-storm.yaml")
	a := q.Set(nil, "sinh_hoat", survey.Answer{Value: "3"})
	a = q.Set(a, "can_nhat", survey.Answer{Value: "7"})
	a = q.Set(a, "can_nhat_khac", survey.Answer{Value: "áo phao"})
	a = q.Set(a, "nobody", survey.Answer{Value: "1"})
	if len(a) != 3 {
		t.Fatalf("%d answers", len(a))
	}
	if b := q.Set(a, "can_nhat", survey.Answer{Value: "1"}); len(b) != 2 || b["can_nhat_khac"].Value != "" {
		t.Errorf("companion kept: %d answers", len(b))
	}
	if b := q.Set(a, "sinh_hoat", survey.Answer{Value: "1"}); len(b) != 1 {
		t.Errorf("irrelevant answers kept: %d", len(b))
	}
	if b := q.Set(a, "sinh_hoat", survey.Answer{}); len(b) != 0 || len(a) != 3 {
		t.Errorf("taken away: %d answers, %d before", len(b), len(a))
	}
}

func TestGoingBackSetsNotApplicable(t *testing.T) {
	t.Parallel()
	q := example(t, "urgent-storm.yaml")
	a := survey.Answers{"sinh_hoat": {Value: "3"}, "can_nhat": {Value: "7"}, "can_nhat_khac": {Value: "áo phao"}}
	s := q.Step(State{Stage: StageQuestions, Current: "sinh_hoat"}, a, survey.TextMode, Input{Text: "1"})
	var got []string
	for _, item := range s.Set {
		got = append(got, item.Question+"="+string(item.Answer.Value)+string(item.Answer.Missing))
	}
	if strings.Join(got, " ") != "sinh_hoat=1 can_nhat=not_applicable can_nhat_khac=not_applicable" {
		t.Errorf("stored %q", got)
	}
	if a["can_nhat"].Value != "7" {
		t.Error("the caller's answers were changed")
	}
}

// A question that was answered keeps its answer when the person goes back and
// is not understood.
func TestMisreadKeepsAnAnswer(t *testing.T) {
	t.Parallel()
	q := example(t, "monthly.yaml")
	a := survey.Answers{"huong": {Value: "1"}}
	s := Step{State: State{Stage: StageQuestions, Current: "huong"}}
	for range askAgainDefault + 1 {
		s = q.Step(s.State, a, survey.TextMode, Input{Text: "gì vậy"})
	}
	if len(s.Set) != 0 || s.State.Current != "chuyen_ban" {
		t.Errorf("%+v", s)
	}
}

// S27: two candidates are offered as A and B, and B is understood.
func TestNegationOffersAandB(t *testing.T) {
	t.Parallel()
	q := example(t, "monthly.yaml")
	a := survey.Answers{"lam_thu_tuc": {Value: "1"}}
	s := State{Stage: StageQuestions, Current: "hl_thu_tuc"}
	hl, _ := q.Question("hl_thu_tuc")
	// The question is not core; ask it as a questionnaire without a core would.
	all := *q
	all.cores = false
	step := all.Step(s, a, survey.TextMode, Input{Text: "hai long gi dau"})
	p := step.Prompts[0]
	if p.Kind != PromptAskAgain || p.Args["a"] != "Hài lòng" || p.Args["b"] != "Không hài lòng" || step.State.Pending != PendingChoose {
		t.Fatalf("%+v", step)
	}
	step = all.Step(step.State, a, survey.TextMode, Input{Text: "B"})
	if len(step.Set) != 1 || step.Set[0].Question != hl.Name || step.Set[0].Answer.Value != "4" {
		t.Errorf("%+v", step)
	}
}

func TestAskAgainArgs(t *testing.T) {
	t.Parallel()
	q := example(t, "monthly.yaml")
	s := State{Stage: StageQuestions, Current: "huong"}
	p := q.Step(s, nil, survey.TextMode, Input{Text: "gì"}).Prompts[0]
	if p.Args["figures"] != "1, 2, 3 hoặc 0" || p.Args["options"] != "1 Tốt lên 2 Như trước 3 Xấu đi 0 Khó nói" || p.Code != survey.CodeAnswerChoice {
		t.Errorf("%+v", p)
	}
	s.Current = "chuyen_ban"
	p = q.Step(s, nil, survey.TextMode, Input{Text: "1,2,3,4"}).Prompts[0]
	if p.Args["max"] != "3" || p.Args["value"] != "4" || p.Code != survey.CodeAnswerTooMany {
		t.Errorf("%+v", p)
	}
}

func TestProgress(t *testing.T) {
	t.Parallel()
	q := example(t, "monthly.yaml")
	a := survey.Answers{"huong": {Value: "1"}, "chuyen_ban": {Missing: survey.MissingRefused}}
	if p := q.Progress(a, survey.TextMode); p != (Progress{Applicable: 5, Answered: 2, Left: 3}) {
		t.Errorf("%+v", p)
	}
	a["gia_ca"] = survey.Answer{Missing: survey.MissingSkipped}
	if p := q.Progress(a, survey.Web); p.Keys || p.Applicable != 10 || p.Answered != 3 {
		t.Errorf("%+v", p)
	}
	a["gia_ca"] = survey.Answer{Missing: survey.MissingDontKnow}
	if p := q.Progress(a, survey.Web); !p.Keys || p.Done {
		t.Errorf("%+v", p)
	}
}

func BenchmarkStep(b *testing.B) {
	var src strings.Builder
	src.WriteString("name: b\ntitle: B\nmissing: {98: Khó nói, 99: Không muốn trả lời}\nquestions:\n")
	answers := survey.Answers{}
	for i := range 60 {
		fmt.Fprintf(&src, "  - {name: q%d, type: single, kind: fact, label: Câu hỏi %d, choices: {1: Tốt lên, 2: Như trước, 3: Xấu đi}", i, i)
		if i > 0 {
			fmt.Fprintf(&src, ", relevant: \"${q%d} = 1 or ${q%d} != 3 and not(selected(${q0}, '2'))\"", i-1, i/2)
		}
		src.WriteString("}\n")
		if i < 40 {
			answers[fmt.Sprintf("q%d", i)] = survey.Answer{Value: "1"}
		}
	}
	q, errs := Parse("b.yaml", []byte(src.String()))
	if errs != nil {
		b.Fatal(errs)
	}
	s := State{Stage: StageQuestions, Current: "q40"}
	b.ReportAllocs()
	for b.Loop() {
		if step := q.Step(s, answers, survey.TextMode, Input{Text: "tốt lên"}); step.State.Current != "q41" {
			b.Fatalf("%+v", step)
		}
	}
}
