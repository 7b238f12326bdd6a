package worker

import (
	"context"
	"testing"
	"time"

	"canvass/dispatch/queue"
	"canvass/dispatch/survey"
	"canvass/worker/channel"
	"canvass/worker/channel/android"
	"canvass/worker/sim/androidsim"
)

func (p *province) state(number string) string {
	return p.db.Text(`SELECT a.state || ' ' || a.reason FROM attempt a JOIN endpoint e ON e.id = a.endpoint_id WHERE e.address = $1`, number)
}

// look looks at once for everything in doubt.
func (p *province) look() {
	p.Helper()
	p.db.Exec(`UPDATE attempt_doubt SET look_at = clock_timestamp() - interval '1 second'`)
	p.must(p.Handlers()[queue.Resolve](p.Context(), queue.Task{Kind: queue.Resolve}))
}

// An answer that was lost is found by the id of the message, and what never came
// to the phone leaves again: nobody has it twice, nobody goes without.
func TestDoubtIsResolvedByTheID(t *testing.T) {
	t.Parallel()
	const taken, broken, never = "+84312349008", "+84312349015", "+84312349009"
	p := newProvince(t, taken, broken, never)
	p.sim.Hold() // no event may settle it
	p.work()
	for _, number := range p.numbers {
		if got := p.state(number); got != "unknown in_doubt" {
			t.Errorf("%s: %s", number, got)
		}
	}
	p.look()
	for number, want := range map[string]string{taken: "delivered handed_over", broken: "delivered handed_over", never: "queued absent"} {
		if got := p.state(number); got != want {
			t.Errorf("%s: %s, want %s", number, got, want)
		}
	}
	p.sim.Release(nil)
	p.work()
	for number, want := range map[string]int{taken: 1, broken: 1, never: 0} {
		if got := len(p.sim.Got(number)); got != want {
			t.Errorf("%s has %d texts, want %d", number, got, want)
		}
	}
}

// Events that come before the answer, or instead of it, settle a text by the id
// alone.
func TestEventsSettleWhatWasNotAnswered(t *testing.T) {
	t.Parallel()
	p := newProvince(t, "+84312349008", "+84312349013", "+84312349003", "+84312349004", "+84312349001")
	p.work()
	for number, want := range map[string]string{
		"+84312349008": "delivered handed_over", "+84312349013": "delivered handed_over", "+84312349003": "undelivered unreachable",
		"+84312349004": "undelivered throttled", "+84312349001": "failed permanent",
	} {
		if got := p.state(number); got != want {
			t.Errorf("%s: %s, want %s", number, got, want)
		}
	}
	if n := p.db.Int(`SELECT count(*) FROM endpoint WHERE status = 'dead'`); n != 1 {
		t.Errorf("%d dead numbers", n)
	}
}

// Who is on no list is answered once a day; an operator that writes from its name
// or a short code is kept for staff, and never answered.
func TestStrangersAndOperators(t *testing.T) {
	t.Parallel()
	p := newProvince(t, "+84312000001")
	p.work()
	for _, text := range []androidsim.Text{
		{From: "0312000077", Body: "Ai đấy?"}, {From: "Viettel", Body: "Quy khach con 0 dong"}, {From: "191", Body: "1"},
	} {
		p.must(p.sim.Write(text))
		p.must(p.sim.Settle(p.Context()))
		p.work()
	}
	if got := p.db.Int(`SELECT count(*) FROM inbox WHERE kind = 'text' AND outcome = 'parked' AND reason = 'unknown_sender'`); got != 3 {
		t.Errorf("%d kept for staff", got)
	}
	if got := p.db.Text(`SELECT string_agg(address, ' ') FROM notice`); got != "+84312000077" {
		t.Errorf("answered %s", got)
	}
}

// A reply that the phone tells a day late, after it was off, is taken all the
// same; and a text that waited too long on the way out fails, and says so.
func TestThePhoneWasOff(t *testing.T) {
	t.Parallel()
	p := newProvince(t, "+84312000001")
	p.work()
	p.sim.SetAway(true)
	p.must(p.sim.Write(androidsim.Text{From: "0312000001", Body: "2", At: time.Now().Add(-24 * time.Hour), Times: 2}))
	p.sim.SetAway(false)
	p.must(p.sim.Settle(p.Context()))
	p.work()
	if got := p.db.Text(`SELECT string_agg(question || '=' || value::text, ' ') FROM answer_item`); got != "huong=2" && got != `huong="2"` {
		t.Errorf("stored %s", got)
	}
	if n := p.db.Int(`SELECT count(*) FROM inbox WHERE kind = 'text'`); n != 1 {
		t.Errorf("%d texts", n)
	}
}

// What leaves from a SIM leaves by its phone and never another way; everything else
// goes by its channel.
func TestCarriers(t *testing.T) {
	t.Parallel()
	twilio, phone := &wire{}, &wire{}
	w := New(Config{Channels: map[survey.Channel]channel.Sender{survey.SMS: twilio}, Carriers: map[string]channel.Sender{android.ProviderName: phone}})
	without := New(Config{Channels: w.Channels, Carriers: map[string]channel.Sender{android.ProviderName: nil}})
	for _, tc := range []struct {
		w    *Worker
		s    survey.Sender
		want channel.Sender
	}{
		{w, survey.Sender{Channel: survey.SMS, Provider: "android"}, phone},
		{w, survey.Sender{Channel: survey.SMS, Provider: "twilio"}, twilio},
		{w, survey.Sender{Channel: survey.SMS, Provider: "viettel"}, twilio},
		{w, survey.Sender{Channel: survey.Call, Provider: "twilio"}, nil},
		{without, survey.Sender{Channel: survey.SMS, Provider: "android"}, nil},
	} {
		if got := tc.w.carrier(tc.s); got != tc.want {
			t.Errorf("%+v: %v", tc.s, got)
		}
	}
}

// A trial goes to the phone too, and stands in no ledger.
func TestATrialBySIM(t *testing.T) {
	t.Parallel()
	p := newProvince(t, "+84312000001")
	senders, err := p.db.Senders(context.Background())
	p.must(err)
	tried, err := p.Try(t.Context(), Trial{Campaign: &p.campaign, Senders: senders, To: "+84312000050", Channels: []survey.Channel{survey.SMS},
		Lang: survey.Vietnamese})
	if err != nil || len(tried) != 1 || !tried[0].Sent {
		t.Fatalf("%+v, %v", tried, err)
	}
	p.must(p.sim.Settle(t.Context()))
	if got := p.sim.Got("+84312000050"); len(got) != 1 {
		t.Errorf("%d texts", len(got))
	}
	if n := p.db.Int(`SELECT count(*) FROM inbox`); n != 0 {
		t.Errorf("%d events of a trial are kept", n)
	}
}
