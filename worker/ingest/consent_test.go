package ingest

import (
	"testing"

	"canvass/dispatch/survey"
)

// Declining the consent of the yearly survey is a refusal by the person in every mode,
// not a complete interview, and nothing that was answered is kept.
func TestDecliningTheConsentIsARefusal(t *testing.T) {
	t.Parallel()
	for mode, decline := range map[string]func(*desk){
		"web":  func(d *desk) { d.post("n1", Form{Action: AnswerPage, Fields: map[string]Field{"dong_y": field("99")}}) },
		"text": func(d *desk) { d.text("BQ") },
		"voice": func(d *desk) {
			for turn, key := range []string{"", "1", "1", "*"} {
				d.press(turn, key)
			}
		},
	} {
		m := newMemory(t, "yearly")
		if mode == "text" {
			m = m.talking()
		}
		d := newDesk(t, m)
		decline(d)
		ch := d.last()
		if ch.Submit || !ch.Void || ch.Close != survey.RefusalByPerson || len(ch.Items) > 0 {
			t.Errorf("%s: submit %v, void %v, items %d, disposition %q", mode, ch.Submit, ch.Void, len(ch.Items), ch.Close)
		}
		if len(d.m.c.Answers) > 0 {
			t.Errorf("%s: %d answers are kept", mode, len(d.m.c.Answers))
		}
	}
	// Who agrees goes on, and who has only had the refusal saved has answered nothing yet.
	d := newDesk(t, newMemory(t, "yearly"))
	d.post("n1", Form{Action: AnswerPage, Fields: map[string]Field{"dong_y": field("OK")}})
	if ch := d.last(); ch.Close != "" || len(ch.Items) != 1 {
		t.Errorf("agreed: %+v", ch)
	}
	d = newDesk(t, newMemory(t, "yearly"))
	d.post("n1", Form{Action: Save, Fields: map[string]Field{"dong_y": field("99")}})
	if ch := d.last(); ch.Close != "" || ch.Progress == nil || ch.Progress.Answered != 0 {
		t.Errorf("saved: %+v", ch)
	}
}
