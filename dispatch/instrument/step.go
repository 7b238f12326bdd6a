package instrument

import (
	"slices"

	"canvass/dispatch/survey"
)

// How many wrong keys, or silences, in a row there may be before a call lets go. For texts
// the author says, see Questionnaire.AskAgain.
const (
	keyTries  = 3 // asked, asked again, asked a last time
	doorTries = 2 // before somebody has pressed a key: it may be a machine that hears us
)

// Step takes one input of a conversation in mode m, with the answers so far,
// and says what follows. It is pure and total: any state with any input gives
// one step.
func (q *Questionnaire) Step(s State, a survey.Answers, m survey.Mode, in Input) Step {
	t := &turn{q: q, a: a, m: m, in: in, step: Step{State: s}}
	if !q.Speaks(s.Lang) {
		t.step.State.Lang = q.Languages[0]
	}
	if m == survey.Voice {
		t.voice()
	} else {
		t.text()
	}
	return t.step
}

// turn is one step in the making.
type turn struct {
	q    *Questionnaire
	a    survey.Answers // with what this step has set
	m    survey.Mode
	in   Input
	step Step
	path []*Question // of a; nil until asked for
	// unwilling: this step declined the consent.
	unwilling bool
	// relevant is what applies after a; nil until asked for.
	relevant []bool
}

func (t *turn) state() *State { return &t.step.State }

// onPath returns the questions that apply after t.a, notes included, with all of their
// choices.
func (t *turn) onPath() []*Question {
	if t.path == nil {
		t.path = t.q.barePath(t.applies(), t.a, t.m)
	}
	return t.path
}

// applies says per question whether it applies after t.a.
func (t *turn) applies() []bool {
	if t.relevant == nil {
		t.relevant = t.q.relevance(t.a)
	}
	return t.relevant
}

// lookup finds the answers so far.
func (t *turn) lookup() func(string) survey.Answer { return t.q.lookup(t.applies(), t.a) }

// say adds a prompt about a question ("" for none).
func (t *turn) say(kind PromptKind, question string) *Prompt {
	p := Prompt{Kind: kind, Question: question}
	p.Number, p.Of = t.q.place(question, t.m)
	p.Left = progress(t.onPath(), t.a).Left
	asked, ok := t.q.Question(question)
	if answered(t.a[question]) && !(ok && asked.declined(t.a[question])) {
		p.Left++ // it is asked once more
	}
	if ok {
		p.Row, p.Rows = row(t.onPath(), asked)
		p.Fill = t.q.fill(asked, t.state().Lang, t.lookup)
		if asked.Filter != nil {
			p.Offered = t.q.offered(asked, t.lookup()).codeList()
		}
	}
	t.step.Prompts = append(t.step.Prompts, p)
	return &t.step.Prompts[len(t.step.Prompts)-1]
}

// row is which row of its matrix a question is, and how many there are, on a path.
func row(path []*Question, of *Question) (nth, rows int) {
	for _, on := range path {
		if of.Matrix != "" && on.Matrix == of.Matrix {
			if rows++; on.Name == of.Name {
				nth = rows
			}
		}
	}
	return nth, rows
}

// place is the number of a question among those that mode m carries, relevant
// or not, so that a question has the same number for everybody, but in a random group,
// where it is the number of its turn.
func (q *Questionnaire) place(name string, m survey.Mode) (number, of int) {
	n := q.numbers[m]
	if i, ok := q.index[name]; ok && i < len(n) {
		number = n[i]
	}
	for _, last := range slices.Backward(n) {
		if last > 0 {
			return number, last
		}
	}
	return number, 0
}

// number gives every question its place in every mode; 0 where it has none.
func (q *Questionnaire) number() {
	q.numbers = map[survey.Mode][]int{}
	for _, m := range survey.Modes() {
		n, of := make([]int, len(q.Questions)), 0
		for turn := range q.Questions {
			if i := q.asked(turn); q.Questions[i].Type != Note && q.asks(i, m) {
				of++
				n[i] = of
			}
		}
		q.numbers[m] = n
	}
}

// current returns the open question, and whether it is its companion text that
// is open. It is nil when the state names nothing that can be open now: the
// answers may have changed by another mode.
func (t *turn) current() (question *Question, companion bool) {
	name := t.state().Current
	if owner, ok := t.q.companionOf(name); ok && t.m != survey.Voice {
		name, companion = owner.Name, true
		if !owner.choseOther(t.a[name]) {
			return nil, false
		}
	}
	for _, p := range t.onPath() {
		if p.Name == name && p.Type != Note {
			return t.q.offered(p, t.lookup()), companion
		}
	}
	return nil, false
}

// next returns the first question without an answer and the notes that stand
// directly before it; without one, nil and the notes at the end.
func (t *turn) next() (notes []*Question, question *Question) {
	for _, p := range t.onPath() {
		switch {
		case p.Type == Note:
			notes = append(notes, p)
		case answered(t.a[p.Name]) && !p.declined(t.a[p.Name]): // who declined elsewhere is asked, not taken at it
			notes = nil
		default:
			return notes, t.q.offered(p, t.lookup())
		}
	}
	return notes, nil
}

// open makes question the current one and asks it.
func (t *turn) open(question *Question) {
	s := t.state()
	s.Stage, s.Current, s.Pending, s.Offer, s.Held = StageQuestions, question.Name, PendingNone, nil, ""
	s.Misread, s.Silence = 0, 0
	t.say(PromptQuestion, question.Name)
}

// again asks the current question once more, or its companion.
func (t *turn) again(question *Question, companion bool) {
	s := t.state()
	s.Pending, s.Offer, s.Held = PendingNone, nil, ""
	if companion {
		t.sayOther(question)
		return
	}
	t.say(PromptQuestion, question.Name)
}

// advance asks the next question, or ends.
func (t *turn) advance() {
	if t.unwilling {
		t.leave(StageDeclined, EffectWithdraw, PromptDeclined)
		return
	}
	notes, question := t.next()
	for _, n := range notes {
		t.say(PromptQuestion, n.Name)
	}
	if question == nil {
		t.finish(PromptThanks)
		return
	}
	t.handOn()
	t.open(question)
}

// finish ends the conversation with everything answered. It is reached once,
// since nothing leads out of StageDone but an opt-out.
func (t *turn) finish(words PromptKind) {
	last := t.state().Last
	*t.state() = State{Stage: StageDone, Lang: t.state().Lang, Last: last}
	t.step.Effect = EffectSubmit
	t.say(words, "")
	t.step.HangUp = t.m == survey.Voice
}

// leave ends the conversation for another reason than its end.
func (t *turn) leave(stage Stage, effect Effect, words PromptKind) {
	*t.state() = State{Stage: stage, Lang: t.state().Lang}
	t.step.Effect = effect
	t.say(words, "")
	t.step.HangUp = t.m == survey.Voice
}

// store sets an answer. Answers that stop applying are set to not applicable,
// so that whoever stores the items need not know relevance.
func (t *turn) store(name string, ans survey.Answer) {
	before := t.a
	next, relevant := t.q.set(before, t.applies(), name, ans)
	t.a, t.relevant, t.path = next, relevant, nil
	if question, ok := t.q.Question(name); ok {
		t.unwilling = question.declined(ans)
	}
	t.step.Set = append(t.step.Set, survey.Item{Question: name, Answer: ans})
	var gone []string
	for other, was := range before {
		if _, still := t.a[other]; !still && other != name && t.q.has(other) && answered(was) {
			gone = append(gone, other)
		}
	}
	slices.Sort(gone)
	for _, other := range gone {
		t.step.Set = append(t.step.Set, survey.Item{Question: other, Answer: survey.Answer{Missing: survey.MissingNotApplicable}})
	}
}

// pass leaves a question that was not understood. An answer that it has
// already, because the person went back, stays. Without a word on the consent there is
// nothing to go on to: it is asked again.
func (t *turn) pass(question *Question) {
	if question.Consent {
		t.open(question)
		return
	}
	if !answered(t.a[question.Name]) {
		t.store(question.Name, survey.Answer{Missing: survey.MissingSkipped})
	}
	t.say(PromptSkipped, question.Name)
	t.advance()
}

// back asks the question before, or the same one where there is none.
func (t *turn) back(question *Question) {
	before := question
	for _, p := range t.onPath() {
		if p.Name == question.Name {
			break
		}
		if p.Type != Note {
			before = p
		}
	}
	t.open(before)
}

// tongue changes the language: to l, or without one to the next declared.
func (t *turn) tongue(l survey.Lang) bool {
	s := t.state()
	if l == "" {
		i := slices.Index(t.q.Languages, s.Lang)
		l = t.q.Languages[(i+1)%len(t.q.Languages)]
	}
	if l == s.Lang || !t.q.Speaks(l) {
		return false
	}
	s.Lang, t.step.Effect = l, EffectLanguage
	return true
}
