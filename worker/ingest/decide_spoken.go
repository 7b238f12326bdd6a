package ingest

import (
	"slices"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// recorded is our name of what was said in this step, "" if nothing was.
func (s *stored) recorded() survey.RecordingID {
	if s.Recording == nil || s.Recording.Failed {
		return ""
	}
	return survey.NewRecordingID(s.Provider, s.Recording.ProviderID)
}

// pressed reports whether a person did something in this step of a call.
func (s *stored) pressed() bool { return s.Text != "" || s.recorded() != "" }

// spokenTo is the question that the items answer by a recording, "" if none does.
func spokenTo(items []survey.Item, id survey.RecordingID) string {
	i := slices.IndexFunc(items, func(it survey.Item) bool { return id != "" && it.Answer.Value == survey.AnswerText(id) })
	if i < 0 {
		return ""
	}
	return items[i].Question
}

// spokenFor puts a recording on our list: to be fetched if it answers a question, and in
// any case to be removed at the provider. Nothing that was recorded is forgotten there.
func (d *decision) spokenFor(ch *view.Change, s stored, question string) {
	id := s.recorded()
	if id == "" {
		return
	}
	ch.Recordings = append(ch.Recordings, view.NewRecording{ID: id, Provider: s.Provider, ProviderID: s.Recording.ProviderID,
		Question: question, Seconds: s.Recording.Seconds})
}

// spokenReady decides on a provider's word that a recording is ready. Mostly the step of
// the call has told already; of somebody who hung up while speaking this may be the only
// word. It answers the question if nothing else does meanwhile.
func (d *decision) spokenReady(s stored) view.Change {
	ch := view.Change{}
	id := s.recorded()
	if id == "" {
		return view.Change{Outcome: outcomeIgnored}
	}
	name := s.Recording.Question
	q, known := d.q.Question(name)
	_, taken := d.taking()
	if !known || q.Record == 0 || !taken || !d.c.Answers[name].Empty() && d.c.Answers[name].Value != survey.AnswerText(id) {
		name = ""
	}
	if name != "" && d.c.Answers[name].Empty() {
		ch.Human = true
		d.set(&ch, survey.Voice, []survey.Item{{Question: name, Answer: survey.Answer{Value: survey.AnswerText(id)}}})
	}
	d.spokenFor(&ch, s, name)
	return ch
}
