package phone_test

import (
	"testing"

	"canvass/dispatch/survey"
)

// What is redacted is at the provider without its words, and once is enough.
func TestRedact(t *testing.T) {
	t.Parallel()
	sim, p, _ := open(t)
	receipt, err := p.Send(t.Context(), maker(survey.SMS)("+84310000001"))
	if err != nil {
		t.Fatal(err)
	}
	body := func() string {
		for _, m := range sim.Messages() {
			if m.SID == receipt.ProviderID {
				return m.Body
			}
		}
		t.Fatal("the text is gone")
		return ""
	}
	if body() == "" {
		t.Fatal("there were no words")
	}
	until(t, sim)
	for range 2 {
		if err := p.Redact(t.Context(), receipt.ProviderID); err != nil {
			t.Fatal(err)
		}
	}
	if body() != "" {
		t.Errorf("the provider still has %q", body())
	}
	if err := p.Redact(t.Context(), "SM00000000000000000000000000000000"); err != nil {
		t.Errorf("one that is not there: %v", err)
	}
}
