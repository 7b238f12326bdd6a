package drill

import (
	"context"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/results"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// What is still to be done for a campaign before its end: something planned,
// queued, on its way, in doubt on a channel that can be asked, or a code that is to
// be looked at again.
const sqlUnfinished = `
SELECT (SELECT count(*) FROM attempt a JOIN campaign k ON k.id = a.campaign_id WHERE k.name = $1
		AND (a.state IN ('queued', 'sending') OR a.state = 'unknown' AND a.channel <> 'email'))
	+ (SELECT count(*) FROM invitation i JOIN campaign k ON k.id = i.campaign_id WHERE k.name = $1
		AND i.state IN ('open', 'started') AND i.plan_at < k.ends_at)
	+ (SELECT count(*) FROM invitation WHERE state = 'closed' AND plan_at IS NOT NULL)
	+ (SELECT count(*) FROM inbox WHERE applied_at IS NULL)
	+ (SELECT count(*) FROM notice WHERE state IN ('queued', 'sending'))`

// exhaust waits until nothing is left to do for the campaigns but to wait for
// their end.
func (w *world) exhaust(names ...string) {
	w.t.Helper()
	for _, name := range names {
		w.await("everybody is contacted for "+name, func() bool { return w.count(sqlUnfinished, name) == 0 })
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	w.must(w.sim.Settle(ctx))
	if w.android != nil {
		w.must(w.android.Settle(ctx))
	}
}

// finish ends the campaigns by staff and waits until they are closed and settled.
func (w *world) finish(names ...string) {
	w.t.Helper()
	w.exhaust(names...)
	for _, name := range names {
		w.must(w.canvass("campaign", "close", name, "--reason", "drill"))
	}
	for _, name := range names {
		w.await(name+" is closed", func() bool {
			return w.count(`SELECT count(*) FROM campaign WHERE name = $1 AND state = 'closed'`, name) == 1
		})
	}
	w.exhaust(names...)
}

// balanced holds the campaigns to the conservation laws, against what the
// simulators received, and their dispositions to the record. The simulators saw
// these campaigns and no others.
func (w *world) balanced(names ...string) view.Ledger {
	w.t.Helper()
	ctx := context.Background()
	var sum view.Ledger
	attempts, notices := w.received()
	var planned, certain, doubtful, resent int
	for _, name := range names {
		l, err := dispatch.Ledger(ctx, w.db, name)
		w.must(err)
		s := l.Attempts.States
		planned += l.Attempts.Planned
		certain += s[survey.AttemptSent] + s[survey.AttemptDelivered] + s[survey.AttemptUndelivered] + l.Attempts.RefusedLater
		doubtful += s[survey.AttemptUnknown] + l.Attempts.Perhaps
		resent += l.Attempts.Resent
		if len(names) == 1 {
			l.Attempts.Received, l.Notices.Received = attempts, notices
		}
		for _, v := range results.Balance(l) {
			w.t.Errorf("%s: %s", name, v)
		}
		w.replayed(name)
		sum = l
		w.t.Logf("%s: %d planned, %v; notices %v", name, l.Attempts.Planned, s, l.Notices.States)
	}
	if attempts.Distinct < certain || attempts.Distinct > certain+doubtful {
		w.t.Errorf("the simulators took %d contacts; the ledger knows of %d, and %d in doubt", attempts.Distinct, certain, doubtful)
	}
	if attempts.Repeats > resent {
		w.t.Errorf("%d contacts were received again; %d were sent again", attempts.Repeats, resent)
	}
	if n := w.phoneRepeats(); n > 0 {
		w.t.Errorf("%d texts and calls were received twice", n)
	}
	if planned == 0 {
		w.t.Error("nothing was planned: the drill proves nothing")
	}
	return sum
}

// replayed derives every disposition again.
func (w *world) replayed(name string) {
	w.t.Helper()
	r, err := dispatch.Replay(context.Background(), w.db, name)
	w.must(err)
	if len(r.Differ) > 0 {
		w.t.Errorf("%s: %d of %d dispositions differ from the record, such as %+v", name, len(r.Differ), r.Cases, r.Differ[0])
	}
}

// received counts what the simulators took.
func (w *world) received() (attempts, notices *view.Received) {
	return results.Received(w.sink.ReceivedByMessageID(), w.texted())
}

// phoneRepeats counts the texts and calls that came more than once.
func (w *world) phoneRepeats() int {
	repeats := 0
	for _, n := range w.texted() {
		repeats += n - 1
	}
	return repeats
}
