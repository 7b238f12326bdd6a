package ingest

import (
	"testing"

	"canvass/dispatch/instrument"
)

// A landline gets no text, so none is promised and none is made: its key is no key,
// and the goodbye speaks of another call.
func TestALandlineIsPromisedNoText(t *testing.T) {
	t.Parallel()
	d := newDesk(t, newMemory(t, "urgent-storm"))
	var last CallStep
	press := func(keys ...string) {
		for _, k := range keys {
			last = d.pressAt("+842983555010", len(d.m.rows), k)
		}
	}
	press("", "1")
	if p := last.Prompts[0]; p.Kind != instrument.PromptConsent || p.Reason != instrument.NoLink {
		t.Errorf("consent: %+v", p)
	}
	press("4")
	if last.HangUp || last.Prompts[0].Kind != instrument.PromptNoKey {
		t.Errorf("the key of the link: %+v", last.Prompts)
	}
	press("1", "", "", "")
	if p := last.Prompts[0]; !last.HangUp || p.Kind != instrument.PromptByeSilence || p.Reason != instrument.NoLink {
		t.Errorf("goodbye: %+v", last.Prompts)
	}
	if len(d.m.notices) != 0 {
		t.Errorf("%d texts to a landline", len(d.m.notices))
	}
}
