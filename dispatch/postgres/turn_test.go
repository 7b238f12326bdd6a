package postgres_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// turn asks for the right to claim up to want mails for a campaign.
func (f *field) turn(k survey.CampaignID, want int) view.Granted {
	f.t.Helper()
	out, err := f.TakeTurn(f.t.Context(), view.SendTurn{Sender: f.senders[survey.Mail], Campaign: k, Want: want, Now: f.now,
		Newcomers: f.now.Add(-5 * time.Second)})
	if err != nil {
		f.t.Fatal(err)
	}
	return out
}

func TestWhoIsAloneTakesWhatItWants(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	for range 3 {
		if got := f.turn(f.k.ID, 100); got.N != 100 || got.Resting || got.Probe {
			t.Errorf("granted %+v", got)
		}
	}
}

// Two campaigns on one sender take turns, in small batches; whoever stops
// holds up nobody.
func TestTwoCampaignsTakeTurns(t *testing.T) {
	t.Parallel()
	f := newField(t, 3)
	f.queue(survey.Mail)
	first := f.k.ID
	k, people := f.campaign("another")
	f.k, f.people = k, people
	f.queue(survey.Mail)
	if _, err := f.ChunkDue(t.Context(), f.now, 500, 4); err != nil {
		t.Fatal(err)
	}
	f.turn(first, 100)
	f.turn(k.ID, 100)
	served := map[survey.CampaignID]int{}
	for range 20 {
		for _, id := range []survey.CampaignID{first, first, k.ID} {
			served[id] += f.turn(id, 100).N
		}
	}
	if d := served[first] - served[k.ID]; d > 25 || d < -25 || served[k.ID] < 200 {
		t.Errorf("served %v", served)
	}
	// A batch that takes two seconds does not lose its campaign the place.
	f.Exec(`UPDATE share SET claimed_at = clock_timestamp() - interval '2 seconds' WHERE campaign_id = $1`, k.ID)
	if got := f.turn(first, 100); got.N > 25 {
		t.Errorf("beside a campaign under way: %+v", got)
	}
	f.Exec(`UPDATE share SET claimed_at = clock_timestamp() - interval '4 seconds' WHERE campaign_id = $1`, k.ID)
	if got := f.turn(first, 100); got.N != 100 {
		t.Errorf("held up by a campaign that stopped: %+v", got)
	}
	// It comes back level, not with a debt to be made good.
	for range 8 {
		f.turn(first, 100)
	}
	back := 0
	for range 4 {
		back += f.turn(k.ID, 100).N
	}
	if back > 50 {
		t.Errorf("who comes back is served %d before others are", back)
	}
}

// From the instant of its launch on, a small campaign holds up a big one: before
// anything of it is planned.
func TestANewcomerHoldsUpTheOthersAtOnce(t *testing.T) {
	t.Parallel()
	f := newField(t, 2)
	f.queue(survey.Mail)
	f.Exec(`UPDATE campaign SET launched_at = $1`, f.now.Add(-time.Hour))
	f.chunk()
	for range 5 {
		f.turn(f.k.ID, 100)
	}
	small, _ := f.campaign("small")
	f.Exec(`UPDATE campaign SET launched_at = $2 WHERE id = $1`, small.ID, f.now)
	total := 0
	for range 10 {
		total += f.turn(f.k.ID, 100).N
	}
	if total != view.FairBatch {
		t.Errorf("the big one took %d after the launch", total)
	}
	if got := f.turn(small.ID, 100); got.N != view.FairBatch {
		t.Errorf("the newcomer is granted %+v", got)
	}
	// With nothing left to do it holds up nobody.
	f.Exec(`UPDATE invitation SET plan_at = $2 WHERE campaign_id = $1`, small.ID, f.now.Add(time.Hour))
	f.Exec(`UPDATE share SET claimed_at = '-infinity' WHERE campaign_id = $1`, small.ID)
	if got := f.turn(f.k.ID, 100); got.N != 100 {
		t.Errorf("held up by who has nothing to do: %+v", got)
	}
}

// Who is held to a pace of its own does not hold up the others.
func TestASlowCampaignHoldsUpNobody(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	slow, _ := f.campaign("slow")
	f.Exec(`UPDATE campaign SET rate = 1 WHERE id = $1`, slow.ID)
	f.Exec(`UPDATE campaign SET launched_at = $1`, f.now)
	f.Exec(`UPDATE invitation SET plan_at = $1 WHERE campaign_id = $2`, f.now.Add(time.Hour), f.k.ID)
	for range 4 {
		if got := f.turn(f.k.ID, 100); got.N != 100 {
			t.Fatalf("granted %+v", got)
		}
	}
}

func TestManyLanesAskingAtOnceAreCounted(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	var granted atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 10 {
				got, err := f.TakeTurn(context.Background(), view.SendTurn{Sender: f.senders[survey.Mail], Campaign: f.k.ID, Want: 7, Now: f.now})
				if err != nil {
					t.Error(err)
				}
				granted.Add(int64(got.N))
			}
		})
	}
	wg.Wait()
	f.want(int(granted.Load()), "served", `SELECT served FROM share`)
}

// ill reports bad messages, and rests the sender for so many seconds.
func (f *field) ill(rest time.Duration) {
	f.t.Helper()
	err := f.ReportHealth(f.t.Context(), f.now, view.HealthReport{Sender: f.senders[survey.Mail], Bad: 5, Reason: survey.ReasonConfig,
		Code: "535", Window: time.Minute}, func(h view.Health) view.Health {
		return view.Health{State: survey.HealthOpen, Openings: h.Openings + 1, Rest: rest}
	})
	if err != nil {
		f.t.Fatal(err)
	}
}

func TestASenderInTroubleRestsThenOneMessageTries(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	f.ill(time.Hour)
	if got := f.turn(f.k.ID, 100); !got.Resting || got.N != 0 {
		t.Errorf("granted %+v while it rests", got)
	}
	f.want(1, "told", `SELECT count(*) FROM event WHERE kind = 'sender_halted' AND reason = 'config' AND args->>'code' = '535' AND campaign_id IS NULL`)
	f.Exec(`UPDATE sender_health SET until = clock_timestamp()`)
	probes := 0
	for range 5 {
		switch got := f.turn(f.k.ID, 100); {
		case got.Probe && got.N == 1:
			probes++
		case !got.Resting:
			t.Errorf("granted %+v beside the one that tries", got)
		}
	}
	if probes != 1 {
		t.Errorf("%d messages try", probes)
	}
	// The one that tries is lost: another does.
	f.Exec(`UPDATE sender_health SET until = clock_timestamp()`)
	if got := f.turn(f.k.ID, 100); !got.Probe {
		t.Errorf("granted %+v", got)
	}
	err := f.ReportHealth(t.Context(), f.now, view.HealthReport{Sender: f.senders[survey.Mail], Good: 1, Window: time.Minute},
		func(h view.Health) view.Health {
			if h.State != survey.HealthHalfOpen || h.Good != 1 {
				t.Errorf("judged %+v", h)
			}
			return view.Health{State: survey.HealthClosed}
		})
	if err != nil {
		t.Fatal(err)
	}
	if got := f.turn(f.k.ID, 100); got.N != 100 {
		t.Errorf("granted %+v to a sender that is well again", got)
	}
	f.want(1, "told", `SELECT count(*) FROM event WHERE kind = 'sender_resumed'`)
}

func TestOutcomesAreCountedWithinTheWindow(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	var judged view.Health
	report := func(good, bad int) {
		t.Helper()
		err := f.ReportHealth(t.Context(), f.now, view.HealthReport{Sender: f.senders[survey.Mail], Good: good, Bad: bad, Window: time.Minute},
			func(h view.Health) view.Health { judged = h; return h })
		if err != nil {
			t.Fatal(err)
		}
	}
	report(3, 1)
	report(2, 2)
	if judged.Good != 5 || judged.Bad != 3 {
		t.Errorf("counted %+v", judged)
	}
	if !f.turn(f.k.ID, 1).Watched {
		t.Error("good outcomes are not asked for")
	}
	f.Exec(`UPDATE sender_health SET counted_at = clock_timestamp() - interval '61 seconds'`)
	if f.turn(f.k.ID, 1).Watched {
		t.Error("good outcomes are asked for for ever")
	}
	report(1, 0)
	if judged.Good != 1 || judged.Bad != 0 {
		t.Errorf("the window did not begin anew: %+v", judged)
	}
}
