package instrument

import (
	"slices"

	"canvass/dispatch/survey"
)

// handOn gives whoever has just answered that there are files to send the link where they
// can be: only the web takes them. A call says so in the words of its question.
func (t *turn) handOn() {
	if t.m == survey.Web || t.m == survey.Voice && t.in.NoLink || !t.filesWanted() {
		return
	}
	t.step.Effect = EffectLink
	if t.m == survey.TextMode {
		t.say(PromptLink, "")
	}
}

// filesWanted reports whether a question for files applies now by what was just answered.
func (t *turn) filesWanted() bool {
	for i := range t.q.Questions {
		on := &t.q.Questions[i]
		if on.Type != Attachment || on.own == nil || !t.applies()[i] || answered(t.a[on.Name]) {
			continue
		}
		if slices.ContainsFunc(t.step.Set, func(it survey.Item) bool { return slices.Contains(on.own.Names(), it.Question) }) {
			return true
		}
	}
	return false
}
