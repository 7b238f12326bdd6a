package instrument

import (
	"maps"
	"slices"
	"strings"

	"canvass/dispatch/survey"
)

// text takes one input of an SMS conversation.
func (t *turn) text() {
	s := t.state()
	switch {
	case t.in.Silence && !t.in.Begin:
		t.step.Reason = "silence"
	case s.Stage == StageDone || s.Stage == StageDeclined || s.Stage == StageStopped:
		t.textClosed()
	case t.in.Begin:
		t.textBegin()
	default:
		t.textReply()
	}
}

// textBegin asks the first question, or the one that was open.
func (t *turn) textBegin() {
	s := t.state()
	resumed := s.Stage == StageQuestions
	t.step.Reason = "begin"
	question, _ := t.current()
	if question == nil || !resumed {
		resumed = false
		_, question = t.next()
	}
	switch {
	case question == nil:
		t.finish(PromptAlreadyDone)
	case resumed:
		t.step.Reason = "resume"
		t.open(question)
		t.step.Prompts[len(t.step.Prompts)-1].Kind = PromptResume
	default:
		t.advance()
	}
}

// textClosed takes what comes after the end. Someone who stopped hears nothing
// more, unless to come back; stopping counts at any time.
func (t *turn) textClosed() {
	s := t.state()
	if t.in.Begin {
		t.step.Reason = string(s.Stage)
		if s.Stage == StageDone {
			t.say(PromptAlreadyDone, "")
		}
		return
	}
	r := ReadIdle(t.in.Text, ReadContext{Lang: s.Lang, GivenName: t.in.GivenName, Pending: s.Pending})
	t.step.Reason = r.Reason
	switch {
	case s.Stage == StageDone && t.textJoinsLast(r):
	case r.Outcome == survey.ReadOptOut && s.Stage == StageStopped:
		t.step.Effect = EffectOptOut // said once; the caller's list is what counts
	case r.Outcome == survey.ReadOptOut:
		t.leave(StageStopped, EffectOptOut, PromptOptedOut)
	case r.Outcome == survey.ReadOptIn && s.Stage != StageDone:
		stage := StageNew
		if _, question := t.next(); question == nil {
			stage = StageDone // it was submitted before, or by another mode
		}
		t.leave(stage, EffectOptIn, PromptOptedIn)
	case s.Stage == StageStopped:
	default:
		t.textAfterwards(r)
	}
}

// textAfterwards answers someone who is done or declined the round.
func (t *turn) textAfterwards(r Reading) {
	s := t.state()
	switch {
	case r.Outcome == survey.ReadHelp && r.Reason == "help":
		t.say(PromptHelp, "")
	case r.Outcome == survey.ReadHelp && r.Reason == "link":
		t.step.Effect = EffectLink
		t.say(PromptLink, "")
	case r.Outcome == survey.ReadHelp && r.Reason == "wrong_person":
		t.leave(StageDeclined, EffectWrongPerson, PromptWrongPerson)
	case r.Outcome == survey.ReadLanguage && t.tongue(r.Lang):
		t.say(PromptLanguage, "")
	case s.Stage == StageDone:
		t.say(PromptAlreadyDone, "")
	}
}

// textReply takes a reply while a question is open.
func (t *turn) textReply() {
	s := t.state()
	if s.Stage != StageQuestions { // a reply to an invitation that held the question
		s.Stage, s.Current = StageQuestions, ""
	}
	question, companion := t.current()
	if question == nil && s.Current == "" {
		if _, question = t.next(); question != nil {
			s.Current = question.Name
		}
	}
	if question == nil {
		t.textAstray()
		return
	}
	if t.textHeld(question, companion) {
		return
	}
	r := t.readText(question, companion)
	if !companion {
		r = t.held(question, r)
	}
	if t.textReferring(question, companion, r) || t.textCrossed(question, companion, r) {
		return
	}
	t.textRead(question, companion, r)
}

// textRead acts on the reading of a reply to the open question.
func (t *turn) textRead(question *Question, companion bool, r Reading) {
	t.step.Reason = r.Reason
	switch r.Outcome {
	case survey.ReadAnswer:
		t.textAnswer(question, companion, r)
		t.remember(question, companion)
	case survey.ReadAskAgain:
		t.textAgain(question, companion, r)
	default:
		t.textKeyword(question, companion, r)
	}
}

// textAstray takes a reply when what was open does not apply any more: the
// reply cannot be an answer, but it can be a keyword.
func (t *turn) textAstray() {
	s := t.state()
	r := ReadIdle(t.in.Text, ReadContext{Lang: s.Lang, GivenName: t.in.GivenName, Pending: s.Pending})
	t.step.Reason = r.Reason
	_, question := t.next()
	switch {
	case r.Outcome == survey.ReadOptOut:
		t.leave(StageStopped, EffectOptOut, PromptOptedOut)
	case question == nil:
		t.finish(PromptAlreadyDone)
	case r.Outcome == survey.ReadAskAgain || r.Outcome == survey.ReadBack:
		t.advance()
	default:
		s.Current = question.Name
		t.textKeyword(question, false, r)
	}
}

// readText reads the reply as an answer to question, or as the words beside
// its other choice.
func (t *turn) readText(question *Question, companion bool) Reading {
	s := t.state()
	c := ReadContext{Lang: s.Lang, GivenName: t.in.GivenName, Pending: s.Pending, Offer: s.Offer, Today: t.in.Today}
	if !companion {
		return question.ReadText(t.in.Text, c)
	}
	words := Question{Name: question.OtherName(), Type: Text, MaxLength: maxOther}
	return words.ReadText(t.in.Text, c)
}

func (t *turn) textAnswer(question *Question, companion bool, r Reading) {
	if companion {
		t.store(question.OtherName(), r.Answer)
		t.advance()
		return
	}
	t.store(question.Name, r.Answer)
	other := cutRunes(string(r.Other), maxOther)
	switch {
	case other != "":
		t.store(question.OtherName(), survey.Answer{Value: survey.AnswerText(other)})
	case question.choseOther(r.Answer):
		s := t.state()
		*s = State{Stage: StageQuestions, Current: question.OtherName(), Lang: s.Lang}
		t.sayOther(question)
		return
	}
	if r.Reason == "skip" {
		t.say(PromptSkipped, question.Name)
	}
	t.advance()
}

func cutRunes(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return strings.TrimSpace(string(r[:most]))
	}
	return s
}

// sayOther asks for the words beside the other choice.
func (t *turn) sayOther(question *Question) {
	p := t.say(PromptAskAgain, question.Name)
	p.Reason, p.Code = "other", survey.CodeAnswerOther
	i := slices.IndexFunc(question.Choices, func(c Choice) bool { return c.Other })
	p.Args = map[string]string{"figure": question.Figure(i), "label": question.Choices[i].short(t.state().Lang)}
}

// textAgain takes a reply that is no answer.
func (t *turn) textAgain(question *Question, companion bool, r Reading) {
	s := t.state()
	switch {
	case r.Reason == "repeat", r.Reason == "go_on":
		t.again(question, companion)
	case s.Pending == PendingStop:
		// We asked "stop or go on?" and stay silent until that is answered.
	case r.Reason == "later":
		t.step.Effect = EffectLater
	case companion:
		t.store(question.OtherName(), survey.Answer{Missing: survey.MissingSkipped})
		t.advance()
	default:
		t.misread(question, r)
	}
}

// misread asks again, as often as the author wants, then leaves the question or hands
// the reply to staff.
func (t *turn) misread(question *Question, r Reading) {
	s := t.state()
	s.Pending, s.Offer = PendingNone, nil
	s.Misread = max(s.Misread, 0) + 1
	kind := PromptAskAgain
	switch {
	case s.Misread > t.q.AskAgain && t.q.NotUnderstood == ToStaff:
		t.handOver(question)
		return
	case s.Misread > t.q.AskAgain:
		t.pass(question)
		return
	case s.Misread > 1:
		kind = PromptAskAgainLast
	}
	p := t.say(kind, question.Name)
	p.Reason, p.Code = r.Reason, r.Code
	p.Args = question.askArgs(s.Lang, r)
	if question.twoWays(r) {
		s.Pending, s.Offer = PendingChoose, r.Choices
	}
}

// twoWays reports whether a reply can be understood in just two ways, so that it is
// asked which. Two figures of a single choice are two ways; of them, hard to say is
// none.
func (q *Question) twoWays(r Reading) bool {
	switch {
	case len(r.Choices) != 2 || r.Outcome != survey.ReadAskAgain:
		return false
	case r.Reason == "separator":
		return true
	case r.Reason != "negation" && r.Reason != "several" && r.Reason != "ambiguous" || q.Type == Multiple || q.Type == Ranking:
		return false
	}
	for _, code := range r.Choices {
		if c, ok := q.Choice(code); !ok || c.Missing != "" {
			return false
		}
	}
	return true
}

// handOver gives a question up to staff, once: the question stays open, and whoever
// writes an answer after all goes on.
func (t *turn) handOver(question *Question) {
	s := t.state()
	t.step.Effect = EffectStaff
	if s.Misread == t.q.AskAgain+1 {
		t.say(PromptStaff, question.Name)
	}
}

// askArgs are the arguments of the words that ask again.
func (q *Question) askArgs(l survey.Lang, r Reading) map[string]string {
	args := map[string]string{}
	maps.Copy(args, r.Args)
	if options := q.Options(l, survey.TextMode); options != "" {
		args["options"] = options
		args["figures"] = q.figureList(l)
	}
	if q.Numeric() {
		args["low"], args["high"] = q.Low.In(l), q.High.In(l)
	}
	if q.Type == Multiple && args["max"] == "" {
		args["max"] = itoa(q.MaxChoices)
	}
	switch {
	case r.Reason == "separator" && q.twoWays(r):
		args["a"], args["b"] = r.Choices[0], r.Choices[1]
	case q.twoWays(r):
		a, _ := q.Choice(r.Choices[0])
		b, _ := q.Choice(r.Choices[1])
		args["a"], args["b"] = a.short(l), b.short(l)
	}
	return args
}

// figureList is "1, 2, 3 hoặc 0".
func (q *Question) figureList(l survey.Lang) string {
	var list []string
	for _, f := range q.Figures() {
		if f != "" {
			list = append(list, f)
		}
	}
	last := len(list) - 1
	if last < 1 {
		return strings.Join(list, "")
	}
	or := " hoặc "
	if l == survey.English {
		or = " or "
	}
	return strings.Join(list[:last], ", ") + or + list[last]
}

// textKeyword takes our keywords while a question is open.
func (t *turn) textKeyword(question *Question, companion bool, r Reading) {
	s := t.state()
	switch o := r.Outcome; {
	case o == survey.ReadOptOut:
		t.leave(StageStopped, EffectOptOut, PromptOptedOut)
	case o == survey.ReadDoubtfulStop:
		s.Pending, s.Offer = PendingStop, nil
		t.say(PromptDoubtfulStop, question.Name)
	case o == survey.ReadOptIn:
		t.step.Effect = EffectOptIn
		t.say(PromptOptedIn, "")
		t.again(question, companion)
	case o == survey.ReadBack && companion:
		t.open(question)
	case o == survey.ReadBack:
		t.back(question)
	case o == survey.ReadLanguage:
		if t.tongue(r.Lang) {
			t.say(PromptLanguage, "")
		}
		t.again(question, companion)
	case o == survey.ReadHelp:
		t.textHelp(question, r)
	}
}

func (t *turn) textHelp(question *Question, r Reading) {
	switch r.Reason {
	case "decline":
		t.leave(StageDeclined, EffectRefuse, PromptDeclined)
	case "wrong_person":
		t.leave(StageDeclined, EffectWrongPerson, PromptWrongPerson)
	case "link":
		t.step.Effect = EffectLink
		t.say(PromptLink, question.Name)
	default:
		t.say(PromptHelp, question.Name)
	}
}
