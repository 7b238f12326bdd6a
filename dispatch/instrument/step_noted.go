package instrument

import (
	"slices"
	"strings"

	"canvass/dispatch/survey"
)

// referred is an answer to a question that the reply names by its number.
type referred struct {
	number int
	text   string
}

// textReferring takes a reply that names questions by their numbers: a correction
// ("sửa câu 2: 3") or several answers ("c1 2 c2 3", "1. có 2. không", "1;2;5"). All of it
// must be understood, or nothing of it is taken. Earlier answers are replaced, and
// what depends on them is looked at again.
func (t *turn) textReferring(question *Question, companion bool, r Reading) bool {
	if companion || t.state().Pending == PendingStop || r.Outcome != survey.ReadAnswer && r.Outcome != survey.ReadAskAgain {
		return false
	}
	m := newMessage(t.in.Text)
	pairs, verb := pairsNamed(m)
	open := question.Type == Text
	switch {
	case len(pairs) > 0 && (verb || !open || len(pairs) == 1):
	case open || r.answers():
		return false
	default:
		n, _ := t.q.place(question.Name, t.m)
		if pairs = pairsListed(m, n); len(pairs) == 0 {
			pairs = t.pairsInTurn(question)
		}
	}
	if len(pairs) == 0 {
		return false
	}
	taken := t.takeReferred(question, pairs, open && !verb)
	if !taken && open && verb { // it would be taken for the words that were asked for
		t.textRead(question, companion, again("unclear_change", survey.CodeAnswerChoice))
		return true
	}
	return taken
}

// takeReferred stores the answers that a reply names, all or none, and says what was
// noted. Where the reply may be words as well, careful takes no words out of it.
func (t *turn) takeReferred(question *Question, pairs []referred, careful bool) bool {
	before := *t
	before.step.Set = slices.Clone(t.step.Set)
	var noted []*Question
	for _, p := range pairs {
		q := t.nthQuestion(p.number)
		if q == nil || q.Consent || careful && q.Type == Text {
			*t = before
			return false
		}
		r := q.ReadText(p.text, ReadContext{Lang: t.state().Lang, GivenName: t.in.GivenName, Today: t.in.Today})
		if r = t.held(q, r); !r.answers() || q.choseOther(r.Answer) && r.Other == "" {
			*t = before
			return false
		}
		t.keep(q, r)
		noted = append(noted, q)
	}
	t.step.Reason = "referred"
	if len(noted) > 1 || noted[0].Name != question.Name {
		t.sayNoted(noted)
	}
	t.state().Last = nil
	t.goOnAfter(noted...)
	return true
}

// keep stores a reading, with the words beside its other choice.
func (t *turn) keep(q *Question, r Reading) {
	t.store(q.Name, r.Answer)
	if other := cutRunes(string(r.Other), maxOther); other != "" {
		t.store(q.OtherName(), survey.Answer{Value: survey.AnswerText(other)})
	}
}

// goOnAfter asks, after others were answered, the question that is open if it was
// answered before and is looked at once more; else the next without an answer.
func (t *turn) goOnAfter(noted ...*Question) {
	question, companion := t.current()
	taken := func(q *Question) bool { return question != nil && q.Name == question.Name }
	if question != nil && !slices.ContainsFunc(noted, taken) && (companion || answered(t.a[question.Name])) {
		t.again(question, companion)
		return
	}
	t.advance()
}

// nthQuestion is the question of that number, if it applies now.
func (t *turn) nthQuestion(number int) *Question {
	for _, p := range t.onPath() {
		if n, _ := t.q.place(p.Name, t.m); n == number && p.Type != Note {
			return t.q.offered(p, t.lookup())
		}
	}
	return nil
}

// sayNoted says which answers were taken, by figures alone where words would be long.
func (t *turn) sayNoted(list []*Question) {
	var words, figures []string
	for _, q := range list {
		name := t.numbered(q)
		words = append(words, name+": "+q.inWords(t.a[q.Name], t.state().Lang))
		figures = append(figures, name+": "+q.inFigures(t.a[q.Name]))
	}
	p := t.say(PromptNoted, list[len(list)-1].Name)
	p.Args = map[string]string{"a": strings.Join(words, "; "), "b": strings.Join(figures, "; ")}
}

// inWords is an answer as it is said back: labels, a number, or the first words.
func (q *Question) inWords(a survey.Answer, l survey.Lang) string {
	if c, ok := q.missingChoice(a.Missing); ok {
		return c.short(l)
	}
	switch {
	case q.Type == Date:
		if d, err := survey.ParseDate(string(a.Value)); err == nil {
			return dayMonthYear(d)
		}
	case q.Numeric() && l != survey.English:
		return strings.ReplaceAll(string(a.Value), ".", ",")
	case len(q.Choices) > 0 && a.Missing == "":
		var said []string
		for _, code := range strings.Fields(string(a.Value)) {
			if c, ok := q.Choice(code); ok {
				said = append(said, c.short(l))
			}
		}
		return strings.Join(said, ", ")
	}
	return q.inFigures(a)
}

// inFigures is an answer by its figures; words cut short.
func (q *Question) inFigures(a survey.Answer) string {
	switch {
	case a.Missing != "":
		return "BQ"
	case q.Type == Text:
		return cutRunes(string(a.Value), 20)
	}
	var said []string
	for _, code := range strings.Fields(string(a.Value)) {
		if i := q.placeOf(code); i >= 0 && q.Figure(i) != "" {
			code = q.Figure(i)
		}
		said = append(said, code)
	}
	return strings.Join(said, ",")
}
