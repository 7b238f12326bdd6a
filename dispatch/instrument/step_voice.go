package instrument

import "canvass/dispatch/survey"

// voice takes one input of a call.
func (t *turn) voice() {
	s := t.state()
	switch {
	case t.in.Begin:
		t.pickUp()
	case s.Stage == StageDone || s.Stage == StageDeclined || s.Stage == StageStopped:
		t.step.HangUp, t.step.Reason = true, string(s.Stage)
	case s.Pending == PendingNoMore:
		t.voiceConfirm()
	case s.Stage == StageQuestions:
		t.voiceQuestion()
	default:
		t.voiceDoor()
	}
}

// silent reports that no key came.
func (t *turn) silent() bool { return t.in.Recording == "" && (t.in.Silence || t.in.Keys == "") }

// pickUp begins a call, or resumes one that was cut off among the questions.
func (t *turn) pickUp() {
	s := t.state()
	t.step.Reason = "begin"
	_, next := t.next()
	switch {
	case s.Stage == StageDeclined || s.Stage == StageStopped:
		t.step.HangUp, t.step.Reason = true, string(s.Stage)
		return
	case s.Stage == StageDone:
		t.step.HangUp, t.step.Reason = true, string(s.Stage)
		t.say(PromptAlreadyDone, "")
		return
	case next == nil:
		t.finish(PromptAlreadyDone)
		return
	}
	open, _ := t.current()
	begun := s.Stage == StageQuestions || s.Stage == StageIntro && s.Current != ""
	*s = State{Stage: StageIntro, Lang: s.Lang}
	if !begun {
		t.say(PromptIntro, "")
		return
	}
	if open == nil {
		open = next
	}
	s.Current, t.step.Reason = open.Name, "resume"
	t.say(PromptResume, open.Name)
}

// voiceDoor takes a key before the questions: at the intro, where a call that
// resumes has its question already, and at the consent.
func (t *turn) voiceDoor() {
	s := t.state()
	consent := s.Stage == StageConsent
	t.step.Reason = "key"
	switch key := t.in.Keys; {
	case t.silent():
		t.voiceUnheard(PromptSilence, "silence")
	case key == "1" && !consent && s.Current == "":
		*s = State{Stage: StageConsent, Lang: s.Lang}
		t.sayConsent()
	case key == "1":
		t.voiceEnter(consent)
	case key == "2":
		t.voiceLeave(EffectLater, PromptLater)
	case key == "3" && consent:
		t.leave(StageDeclined, EffectWrongPerson, PromptWrongPerson)
	case key == "4" && consent && !t.in.NoLink:
		t.voiceLeave(EffectLink, PromptLink)
	case key == keyBackTo:
		s.Pending, s.Misread = PendingNoMore, 0
		t.say(PromptConfirm, "")
	case key == keyTongue:
		t.tongue("")
		t.voiceDoorAgain()
	case key == keyRepeats:
		t.voiceDoorAgain()
	default:
		t.voiceUnheard(PromptNoKey, "no_such_key")
	}
}

// voiceEnter asks the first question after the consent, or the open one of a
// call that resumes.
func (t *turn) voiceEnter(consent bool) {
	open, _ := t.current()
	if consent {
		t.say(PromptGuide, "")
	}
	if open == nil || answered(t.a[open.Name]) {
		t.advance()
		return
	}
	t.open(open)
}

// voiceDoorAgain says the door's words again.
func (t *turn) voiceDoorAgain() {
	switch s := t.state(); {
	case s.Stage == StageConsent:
		t.sayConsent()
	case s.Current != "":
		t.say(PromptResume, s.Current)
	default:
		s.Stage = StageIntro
		t.say(PromptIntro, "")
	}
}

// voiceUnheard takes silence or a wrong key at the door. An answering machine is
// asked once more and no further; whoever pressed something is a person, and is asked
// twice more. Then the call ends, and the protocol has its next step.
func (t *turn) voiceUnheard(words PromptKind, reason string) {
	s := t.state()
	t.step.Reason = reason
	tries := doorTries
	if s.Stage == StageConsent || !t.silent() {
		tries = keyTries
	}
	if s.Silence++; s.Silence >= tries {
		t.voiceLeave(EffectNone, PromptByeSilence)
		return
	}
	if s.Stage == StageConsent {
		t.say(words, "")
		t.sayConsent()
		return
	}
	s.Stage = StageIntro
	t.say(PromptIntroAgain, s.Current)
}

// voiceLeave ends this call, not the conversation: the next call begins anew,
// or where this one had come to.
func (t *turn) voiceLeave(effect Effect, words PromptKind) {
	s := t.state()
	stage := StageNew
	current := s.Current
	if current != "" {
		stage = StageQuestions
	}
	t.leave(stage, effect, words)
	s.Current = current
}

// voiceConfirm takes the answer to "no more calls?". Silence is a yes.
func (t *turn) voiceConfirm() {
	s := t.state()
	s.Misread++
	switch {
	case t.silent() || t.in.Keys == keyBackTo || s.Misread > 2 && t.in.Keys != "1":
		t.step.Reason = "stop_confirmed"
		t.leave(StageStopped, EffectOptOut, PromptOptedOut)
	case t.in.Keys == "1":
		t.step.Reason = "go_on"
		s.Pending, s.Misread = PendingNone, 0
		question, _ := t.current()
		switch {
		case s.Stage != StageQuestions:
			t.voiceDoorAgain()
		case question != nil:
			t.open(question)
		default:
			t.advance()
		}
	default:
		t.step.Reason = "no_such_key"
		t.say(PromptConfirm, "")
	}
}

// voiceQuestion takes keys while a question is open.
func (t *turn) voiceQuestion() {
	s := t.state()
	_, next := t.next()
	question, _ := t.current()
	switch {
	case next == nil: // completed by another mode meanwhile
		t.step.Reason = "already_done"
		t.finish(PromptAlreadyDone)
		return
	case question == nil:
		t.step.Reason = "moved_on"
		t.advance()
		return
	case t.recorded(question):
		return
	case t.silent():
		t.voiceSilence(question)
		return
	}
	r := t.held(question, question.ReadKeys(t.in.Keys))
	t.step.Reason = r.Reason
	switch {
	case r.Outcome == survey.ReadAnswer:
		t.store(question.Name, r.Answer)
		t.advance()
	case r.Outcome == survey.ReadBack:
		t.back(question)
	case r.Outcome == survey.ReadLanguage:
		t.tongue("")
		t.say(PromptQuestion, question.Name)
	case r.Reason == "repeat":
		t.say(PromptQuestion, question.Name)
	case r.Reason == "no_key":
		t.voiceSilence(question)
	default:
		s.Misread = max(s.Misread, 0) + 1
		if s.Misread >= keyTries {
			t.voiceGiveUp(question)
			return
		}
		p := t.say(PromptNoKey, question.Name)
		p.Reason, p.Code, p.Args = r.Reason, r.Code, r.Args
		t.say(PromptQuestion, question.Name)
	}
}

// voiceSilence asks twice whether someone is there, then lets go.
func (t *turn) voiceSilence(question *Question) {
	s := t.state()
	t.step.Reason = "silence"
	if s.Silence = max(s.Silence, 0) + 1; s.Silence < keyTries {
		t.say(PromptSilence, question.Name)
		t.say(PromptQuestion, question.Name)
		return
	}
	t.voiceGiveUp(question)
}

// voiceGiveUp ends a call that comes no further, by silence or by keys that the question
// does not have. The question stays open: for whoever gets the link, or the next call.
func (t *turn) voiceGiveUp(question *Question) {
	s := t.state()
	s.Silence, s.Misread = 0, 0
	t.step.HangUp = true
	p := t.say(PromptByeSilence, question.Name)
	if t.in.NoLink {
		p.Reason = NoLink
		return
	}
	t.step.Effect = EffectLink
}

// NoLink is the reason of a prompt that must not promise a text.
const NoLink = "no_link"

// sayConsent asks for the consent, without the key of the link where none can be sent.
func (t *turn) sayConsent() {
	if p := t.say(PromptConsent, ""); t.in.NoLink {
		p.Reason = NoLink
	}
}
