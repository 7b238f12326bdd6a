package drill

import (
	"strings"

	"github.com/lib/pq"

	"canvass/worker/sim/androidsim"
)

const (
	// simNumber is the number of the SIM.
	simNumber = "+84310000010"
	// phonePublic is the address that the world is told: a phone calls https only.
	phonePublic = "https://ks.dien-tap.example"
)

// rewrite leads the address that the world is told to where we listen.
func (w *world) rewrite(address string) string {
	return strings.Replace(address, phonePublic, w.public(), 1)
}

// startPhone starts a phone with a SIM.
func (w *world) startPhone() {
	sim, err := androidsim.Start(androidsim.Config{RewriteHook: w.rewrite})
	w.must(err)
	w.android = sim
}

// phoneSettings adds the phone to the settings. A SIM of a drill sends as fast as a
// provider.
func (w *world) phoneSettings(senders string) {
	w.env = append(w.env, "CANVASS_PUBLIC_URL="+phonePublic,
		"CANVASS_ANDROID_URL="+w.android.ServerURL(), "CANVASS_ANDROID_USER="+androidsim.DefaultUser,
		"CANVASS_ANDROID_PASSWORD="+androidsim.DefaultPassword, "CANVASS_ANDROID_WEBHOOK_KEY="+androidsim.DefaultHookKey,
		"CANVASS_SENDERS=email drill@vanphong.example; "+senders+"; sms "+simNumber+" provider=android receive rate=1000 day=1000000 warmup=1000000")
}

// texted counts what Twilio and the phone took, by our references. The phone knows
// ids of ours, which the ledgers have.
func (w *world) texted() map[string]int {
	w.t.Helper()
	out := w.sim.ReceivedByCallbackKey("ref")
	if w.android == nil {
		return out
	}
	ids := w.android.IDs()
	rows, err := w.sql.Query(`SELECT 'a' || id, provider_id FROM attempt WHERE provider_id = ANY($1)
		UNION ALL SELECT 'n' || id, provider_id FROM notice WHERE provider_id = ANY($1)`, pq.StringArray(ids))
	w.must(err)
	defer rows.Close()
	refs := map[string]string{}
	for rows.Next() {
		var ref, id string
		w.must(rows.Scan(&ref, &id))
		refs[id] = ref
	}
	w.must(rows.Err())
	for _, id := range ids {
		if refs[id] == "" {
			w.t.Errorf("the phone has a text that no ledger knows")
			continue
		}
		out[refs[id]]++
	}
	return out
}
