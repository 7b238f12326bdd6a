package ingest

import (
	"testing"

	"canvass/dispatch/survey"
	"canvass/worker/channel"
)

const spokenForm = `name: noi
title: Nói
questions:
  - {name: y, type: text, kind: own_opinion, record: 60, label: "Gì nữa?"}
  - {name: z, type: text, kind: own_opinion, label: "Viết gì?"}
`

// ready is the provider's word that a recording of the call is there.
func (d *desk) ready(sid, question string, failed bool) {
	d.Helper()
	d.receive(channel.Inbound{Kind: channel.InboundSpoken, Provider: "twilio", ProviderID: sid + ":spoken", Ref: "a17",
		Recording: &channel.Recording{ProviderID: sid, Seconds: 9, Question: question, Failed: failed}})
}

// The provider's own word answers a question that nothing else answers, and no other;
// whatever it is, the recording is on the list, to be removed there.
func TestTheWordThatARecordingIsReady(t *testing.T) {
	t.Parallel()
	id := survey.NewRecordingID("twilio", "RE1")
	for name, tc := range map[string]struct {
		set      func(m *memory)
		question string
		answer   survey.AnswerText
		wanted   bool
	}{
		"nothing else":             {func(*memory) {}, "y", survey.AnswerText(id), true},
		"answered meanwhile":       {func(m *memory) { m.c.Answers = survey.Answers{"y": {Value: "viết rồi"}} }, "y", "viết rồi", false},
		"passed over":              {func(m *memory) { m.c.Answers = survey.Answers{"y": {Missing: survey.MissingSkipped}} }, "y", "", false},
		"told by the step":         {func(m *memory) { m.c.Answers = survey.Answers{"y": {Value: survey.AnswerText(id)}} }, "y", survey.AnswerText(id), true},
		"a question in writing":    {func(*memory) {}, "z", "", false},
		"no question of ours":      {func(*memory) {}, "nobody", "", false},
		"after the end":            {func(m *memory) { m.c.Campaign.EndsAt = noon() }, "y", "", false},
		"taken back by the person": {func(m *memory) { m.c.ResponseState = survey.ResponseVoided }, "y", "", false},
	} {
		m := newMemory(t, spokenForm)
		tc.set(m)
		d := newDesk(t, m)
		d.ready("RE1", tc.question, false)
		ch := d.m.changes[len(d.m.changes)-1]
		if len(ch.Recordings) != 1 || ch.Recordings[0].ID != id || ch.Recordings[0].ProviderID != "RE1" || (ch.Recordings[0].Question != "") != tc.wanted {
			t.Errorf("%s: on the list %+v", name, ch.Recordings)
		}
		if got := d.m.c.Answers[tc.question].Value; got != tc.answer {
			t.Errorf("%s: answered %q, want %q", name, string(got), string(tc.answer))
		}
	}
	d := newDesk(t, newMemory(t, spokenForm))
	d.ready("RE2", "y", true)
	if ch := d.m.changes[len(d.m.changes)-1]; len(ch.Recordings) > 0 || ch.Outcome != outcomeIgnored {
		t.Errorf("there is none after all: %+v", ch)
	}
}

// An empty field on the web keeps what was said in a call, and words replace it.
func TestAPageKeepsWhatWasSpoken(t *testing.T) {
	t.Parallel()
	id := survey.AnswerText(survey.NewRecordingID("twilio", "RE1"))
	for text, want := range map[string]survey.AnswerText{"": id, "viết": "viết"} {
		m := newMemory(t, spokenForm)
		m.c.Answers = survey.Answers{"y": {Value: id}}
		d := newDesk(t, m)
		f := Form{Action: AnswerPage, Fields: map[string]Field{"y": {}, "z": field("x")}}
		if text != "" {
			f.Fields["y"] = field(text)
		}
		d.post("n", f)
		if got := d.m.c.Answers["y"].Value; got != want {
			t.Errorf("%q: %s", text, string(got))
		}
	}
}
