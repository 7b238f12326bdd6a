package respondent

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"testing"

	"canvass/worker/sim/androidsim"
)

// Who is asked from a SIM answers by it, and one who is asked over Twilio by that.
func TestCrowdAnswersByTheWayThatItWasAsked(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.crowd.Stop()
	sim, err := androidsim.Start(androidsim.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	crowd, err := Start(Config{Province: w.province, Seed: 3, Twilio: w.twilio, Android: sim, Number: "+84310000010", Public: w.server.URL, Speed: 60_000})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(crowd.Stop)
	people := w.those(BySMS, w.plain)
	bySIM, byTwilio := people[0].Phone(), people[1].Phone()
	body, err := json.Marshal(map[string]any{"id": "one", "message": firstText, "phoneNumbers": []string{bySIM}})
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodPost, sim.URL()+"/messages", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.SetBasicAuth(androidsim.DefaultUser, androidsim.DefaultPassword)
	r.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode/100 != 2 {
		t.Fatal(res.Status)
	}
	w.text(w.twilio, byTwilio, firstText)
	wrote := func(number string) bool {
		return slices.ContainsFunc(sim.Thread(number), func(m androidsim.Message) bool { return m.Mine })
	}
	until(t, "both answered", func() bool { return wrote(bySIM) && crowd.Counts().SMS == 1 })
	if wrote(byTwilio) {
		t.Error("who was asked over Twilio wrote to the SIM")
	}
}
