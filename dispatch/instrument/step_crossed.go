package instrument

import (
	"unicode/utf8"

	"canvass/dispatch/survey"
)

// maxHeld is the length of a reply, in runes, that can have been meant for another
// question: longer ones are sentences about one.
const maxHeld = 160

// remember notes what this reply answered, for what comes right behind it. A done
// conversation keeps no words of it.
func (t *turn) remember(question *Question, companion bool) {
	if stage := t.state().Stage; stage != StageQuestions && stage != StageDone {
		return
	}
	name := question.Name
	if companion {
		name = question.OtherName()
	}
	last := &Last{Question: name}
	if t.state().Stage == StageQuestions {
		last.Text = cutRunes(sameAs(t.in.Text), maxHeld)
	}
	t.state().Last = last
}

// sameAs is a reply as it is compared with the one before.
func sameAs(text string) string {
	m := newMessage(text)
	if len(m.words) == 0 {
		return cleanText(text)
	}
	return joined(m.words)
}

// before is the question that the reply before answered; words says that its answer is
// words. Nil when there is none, or it does not apply any more.
func (t *turn) before() (question *Question, words bool) {
	last := t.state().Last
	if last == nil {
		return nil, false
	}
	name := last.Question
	owner, companion := t.q.companionOf(name)
	if companion {
		name = owner.Name
	}
	for _, p := range t.onPath() {
		if p.Name == name && p.Type != Note {
			return t.q.offered(p, t.lookup()), companion || p.Type == Text
		}
	}
	return nil, false
}

// textCrossed takes a reply that belongs to the question before: it came again, it is
// the rest of a long text, or it fits the question before. In doubt it is asked which.
func (t *turn) textCrossed(question *Question, companion bool, r Reading) bool {
	s := t.state()
	last, words := t.before()
	if last == nil || s.Last.Question == s.Current || s.Pending != PendingNone || r.Outcome != survey.ReadAnswer && r.Outcome != survey.ReadAskAgain || r.Reason == "skip" {
		return false
	}
	if t.in.Early && s.Last.Text != "" && s.Last.Text == cutRunes(sameAs(t.in.Text), maxHeld) {
		t.step.Reason = "sent_again"
		return true
	}
	if words {
		return t.goesOn(question, companion, r)
	}
	was := last.ReadText(t.in.Text, ReadContext{Lang: s.Lang, GivenName: t.in.GivenName, Today: t.in.Today})
	if was = t.held(last, was); !was.answers() || was.Reason == "skip" {
		return false
	}
	same := was.Answer == t.a[last.Name]
	switch {
	case t.in.Early && same: // in other words
		t.step.Reason = "sent_again"
		return true
	case t.in.Early, !companion && !same && t.unfit(r):
		return t.askWhich(question, last)
	}
	return false
}

// unfit reports whether a reply is nothing that could be an answer to the open
// question, the first time.
func (t *turn) unfit(r Reading) bool {
	return t.state().Misread == 0 && (r.Reason == "not_a_choice" || r.Reason == "not_a_number" || r.Reason == "not_a_date" || r.Reason == "out_of_range")
}

// goesOn takes a text that may go on with the words of the question before: what was
// written before the next question could be read, and a sentence that comes shortly
// after and answers nothing else.
func (t *turn) goesOn(question *Question, companion bool, r Reading) bool {
	open := companion || question.Type == Text
	sentence := len(newMessage(t.in.Text).words) >= 3
	switch {
	case r.Reason == "empty" || r.Reason == "repeat" || r.Reason == "later":
		return false
	case t.in.Early && !open && r.answers():
		last, _ := t.before()
		return t.askWhich(question, last)
	case t.in.Early, t.in.Soon && !open && !r.answers() && sentence && t.unfit(r):
		return t.join()
	}
	return false
}

// join puts a text behind the words of the question before. What does not fit any more
// is cut: it is kept with the reply.
func (t *turn) join() bool {
	name := t.state().Last.Question
	have := string(t.a[name].Value)
	if have == "" {
		return false
	}
	most := maxOther
	if q, ok := t.q.Question(name); ok {
		most = q.MaxLength
	}
	t.step.Reason = "joined"
	if all := cutRunes(have+" "+cleanText(t.in.Text), most); all != have {
		t.store(name, survey.Answer{Value: survey.AnswerText(all)})
	}
	return true
}

// textJoinsLast takes the rest of a long text that answered the last question, and the
// same answer once more.
func (t *turn) textJoinsLast(r Reading) bool {
	last, words := t.before()
	if last == nil || !t.in.Early && !t.in.Soon || r.Outcome != survey.ReadAskAgain || r.Reason != "opinion" {
		return false
	}
	if words {
		return t.join()
	}
	was := last.ReadText(t.in.Text, ReadContext{Lang: t.state().Lang, GivenName: t.in.GivenName, Today: t.in.Today})
	if !was.answers() || was.Answer != t.a[last.Name] {
		return false
	}
	t.step.Reason = "sent_again"
	return true
}

// askWhich asks for which of two questions a reply is.
func (t *turn) askWhich(question, last *Question) bool {
	if utf8.RuneCountInString(t.in.Text) > maxHeld {
		return false
	}
	s := t.state()
	s.Pending, s.Held, s.Offer = PendingWhich, cleanText(t.in.Text), nil
	p := t.say(PromptAskAgain, question.Name)
	p.Reason, p.Code = "crossed", survey.CodeAnswerChoice
	p.Args = map[string]string{"value": s.Held, "last": last.Name, "a": t.numbered(last), "b": t.numbered(question)}
	t.step.Reason = "crossed"
	return true
}

// numbered names a question by its number: "câu 3", "question 3".
func (t *turn) numbered(question *Question) string {
	n, _ := t.q.place(question.Name, t.m)
	if t.state().Lang == survey.English {
		return "question " + itoa(n)
	}
	return "câu " + itoa(n)
}

// textHeld reads A and B after it was asked for which question a reply is. Whatever
// else is written is a new reply.
func (t *turn) textHeld(question *Question, companion bool) bool {
	s := t.state()
	if s.Pending != PendingWhich {
		return false
	}
	held := s.Held
	s.Pending, s.Held = PendingNone, ""
	switch letterOf(polite(newMessage(t.in.Text).words)) {
	case 0:
		return t.toLast(held)
	case 1:
		s.Last, t.in.Text, t.in.Early = nil, held, false
	}
	return false
}

// toLast takes a reply for the question before, in the place of its answer.
func (t *turn) toLast(held string) bool {
	last, words := t.before()
	if last == nil {
		return false
	}
	t.in.Text = held
	if words {
		t.join()
	} else {
		s := t.state()
		r := last.ReadText(held, ReadContext{Lang: s.Lang, GivenName: t.in.GivenName, Today: t.in.Today})
		if r = t.held(last, r); !r.answers() {
			return false
		}
		t.keep(last, r)
		t.sayNoted([]*Question{last})
	}
	t.step.Reason = "for_last"
	t.goOnAfter()
	return true
}
