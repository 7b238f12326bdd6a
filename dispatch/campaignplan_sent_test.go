package dispatch_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/queue"
	"canvass/dispatch/smstext"
	"canvass/dispatch/survey"
	"canvass/dispatch/wording"
	"canvass/templates"
	"canvass/worker"
	"canvass/worker/channel"
	"canvass/worker/ingest"
)

// carrier takes everything, brings every mail and text to its place, and finds
// nobody at home.
type carrier struct {
	mu  sync.Mutex
	out []channel.Message
}

func (c *carrier) Send(_ context.Context, m channel.Message) (channel.Receipt, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.out = append(c.out, m)
	r := channel.Receipt{ProviderID: "p-" + m.Ref}
	if m.Channel == survey.SMS {
		r.Segments = m.Units()
	}
	return r, nil
}

// told is what the carrier says of what it took since it was last asked.
func (c *carrier) told() []channel.Inbound {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []channel.Inbound
	for _, m := range c.out {
		st := channel.Status{Ref: m.Ref, Event: survey.AttemptDeliver, Reason: survey.ReasonHandedOver, Call: m.Channel == survey.Call}
		if st.Call {
			st.Event, st.Reason = survey.AttemptUndeliver, survey.ReasonNoAnswer
		}
		if m.Channel != survey.Mail {
			out = append(out, channel.Inbound{Kind: channel.InboundStatus, Provider: "twilio", ProviderID: "st-" + m.Ref, Ref: m.Ref, Status: &st})
		}
	}
	c.out = nil
	return out
}

// unpaced holds nothing up.
type unpaced struct{}

func (unpaced) Reserve(context.Context, time.Duration, ...queue.Limit) (time.Duration, bool, error) {
	return 0, true, nil
}
func (unpaced) Slow(context.Context, string) (time.Duration, error)            { return 0, nil }
func (unpaced) Recovered(context.Context, string) error                        { return nil }
func (unpaced) Rests(context.Context, []string) (map[string]queue.Rest, error) { return nil, nil }

// works is the engine in one process: scheduler, worker and the inbox, on a clock
// that a test moves.
type works struct {
	*pgtest.DB
	t     *testing.T
	now   time.Time
	queue heard
	wire  carrier
	take  *ingest.Ingest
	sched *dispatch.Scheduler
	*worker.Worker
}

func newWorks(t *testing.T, db *pgtest.DB) *works {
	t.Helper()
	set, err := templates.New()
	if err != nil {
		t.Fatal(err)
	}
	w := &works{DB: db, t: t, now: pgtest.Day()}
	clock, quiet, keys := survey.NewClock(func() time.Time { return w.now }), slog.New(slog.DiscardHandler), ring(t)
	w.take = ingest.New(db.DB, &w.queue, clock, keys)
	w.sched = dispatch.NewScheduler(db.DB, &w.queue, clock, quiet)
	w.Worker = worker.New(worker.Config{Store: db.DB, Ingest: w.take, Pace: unpaced{}, Keys: keys, Words: wording.New(set), Clock: clock,
		Channels:  map[survey.Channel]channel.Sender{survey.Mail: &w.wire, survey.SMS: &w.wire, survey.Call: &w.wire},
		PublicURL: "https://ks.vidu.example", Logger: quiet})
	return w
}

func (w *works) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// turn does all that there is to do now.
func (w *works) turn() {
	w.t.Helper()
	for {
		w.must(w.sched.Tick(w.t.Context()))
		w.queue.mu.Lock()
		tasks := w.queue.tasks
		w.queue.tasks = nil
		w.queue.mu.Unlock()
		for _, task := range tasks {
			w.must(w.Handlers()[task.Kind](w.t.Context(), task))
		}
		said := w.wire.told()
		for _, in := range said {
			w.must(w.take.Receive(w.t.Context(), in))
		}
		if len(tasks)+len(said) == 0 && w.Int(`SELECT count(*) FROM invitation WHERE plan_at <= $1 AND state IN ('open', 'started')`, w.now) == 0 {
			return
		}
	}
}

// run lets the field period pass, from one thing that is due to the next.
func (w *works) run(ends time.Time) {
	w.t.Helper()
	for w.now.Before(ends) {
		w.turn()
		next := w.Text(`SELECT to_char(coalesce(least((SELECT min(plan_at) FROM invitation WHERE plan_at > $1 AND state IN ('open', 'started')),
			(SELECT min(due_at) FROM attempt WHERE state = 'queued' AND due_at > $1)), $2) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')`, w.now, ends)
		at, err := time.Parse("2006-01-02 15:04:05.000000", next)
		w.must(err)
		w.now = at
	}
}

// sent are the contacts that were made, and by step what they took.
func (w *works) sent() (contacts map[string]int, taken map[string]string) {
	w.t.Helper()
	contacts, taken = map[string]int{}, map[string]string{}
	rows, err := w.SQL().QueryContext(w.t.Context(), `SELECT i.contact_id, a.step, a.try, a.sent_at, coalesce(a.segments, 0), coalesce(a.cost, 0)
		FROM attempt a JOIN invitation i ON i.id = a.invitation_id JOIN campaign k ON k.id = a.campaign_id
		WHERE k.name = 'ky-2026-12' AND a.sent_at IS NOT NULL`)
	w.must(err)
	defer rows.Close()
	n, segments, cost := map[string]int{}, map[string]int{}, map[string]int{}
	for rows.Next() {
		var who, try, size, price int
		var step string
		var at time.Time
		w.must(rows.Scan(&who, &step, &try, &at, &size, &price))
		contacts[contactLine(int64(who), step, try, at)]++
		n[step]++
		segments[step] += size
		cost[step] += price
	}
	w.must(rows.Err())
	for step := range n {
		taken[step] = fmt.Sprintf("%d messages, %d segments, %d đồng", n[step], segments[step], cost[step])
	}
	return contacts, taken
}

func contactLine(who int64, step string, try int, at time.Time) string {
	return fmt.Sprintf("%d %s %d %s", who, step, try, at.UTC().Format(time.DateTime))
}

// everyKind fills the list with people of every kind of reach, form of address and
// language; the last gate bars some of them.
func everyKind(db *pgtest.DB) {
	for i := range 48 {
		c := pgtest.Reachable(i)
		c.Attributes = map[string]string{"cum": fmt.Sprintf("C%d", i%3+1)}
		c.Title = []string{"", "Ông", "Bà"}[i%3]
		if i%4 == 3 {
			c.Language = survey.English
		}
		switch i % 7 {
		case 1:
			c.Endpoints = c.Endpoints[:1]
		case 2:
			c.Endpoints = c.Endpoints[1:]
		case 3:
			c.Endpoints[0].Status = survey.EndpointDead
		case 4:
			c.Zone = "Europe/Berlin"
		}
		id := db.MakeContact(c)
		switch i % 11 {
		case 7:
			db.Exec(`INSERT INTO suppression (contact_id, channel, scope, source, at) VALUES ($1, 'sms', 'all', 'staff', now())`, id)
		case 9:
			db.Exec(`UPDATE consent SET withdrawn_at = $2 WHERE contact_id = $1`, id, pgtest.Day())
		}
	}
	db.Exec(`UPDATE sender SET cost = CASE channel WHEN 'sms' THEN 350 WHEN 'call' THEN 1200 ELSE 0 END`)
}

// What the forecast of a draft says, the engine itself then does: the last gate and
// the words of the worker, the scheduler and the inbox. Who gets which step when,
// and what that takes in segments and đồng.
func TestAForecastIsWhatTheWorkerSends(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"monthly", "short"} {
		db := house(t)
		everyKind(db)
		if _, err := create(t, db, "name: ky-2026-12\ntitle: {vi: Kỳ tháng 12, en: December round}\nquestionnaire: vi_du\n"+
			"design: {method: stratified, size: 36, strata: [cum], minimum: 2}\nprotocol: "+name+"\n"); err != nil {
			t.Fatal(err)
		}
		w := newWorks(t, db)
		planned := map[string]int{}
		f, err := dispatch.Foretell(t.Context(), db, dispatch.ForecastRequest{Campaign: "ky-2026-12", At: w.now, AddressKeys: w.Keys.AddressKey,
			Word: w.wordsOf,
			Each: func(p dispatch.Planned) error {
				for _, c := range p.Contacts {
					planned[contactLine(int64(p.ContactID), c.Step.Name, c.Try, c.At)]++
				}
				return nil
			}})
		if err != nil || f.Refused != nil {
			t.Fatal(err, f.Refused)
		}
		launched, err := dispatch.Launch(t.Context(), db, w.Keys, order("ky-2026-12"))
		if err != nil {
			t.Fatal(err)
		}
		w.run(launched.EndsAt)
		happened, taken := w.sent()
		for line := range happened {
			if planned[line] != happened[line] {
				t.Errorf("%s: not foreseen: %s", name, line)
			}
		}
		for line := range planned {
			if happened[line] == 0 {
				t.Errorf("%s: did not happen: %s", name, line)
			}
		}
		var segments int
		var cost int64
		for _, sum := range f.Total {
			segments, cost = segments+sum.Segments, cost+sum.Cost
		}
		if got, want := db.Int(`SELECT sum(segments) FROM attempt WHERE sent_at IS NOT NULL`), segments; got != want {
			t.Errorf("%s: %d segments were sent, %d foreseen: %v", name, got, want, taken)
		}
		if got := db.Int(`SELECT sum(cost) FROM attempt WHERE sent_at IS NOT NULL`); int64(got) != cost {
			t.Errorf("%s: %d đồng were spent, %d foreseen: %v", name, got, cost, taken)
		}
		if len(happened) < 60 || f.Never[survey.ReasonNoConsent] == 0 || len(f.Late) > 0 {
			t.Errorf("%s: %d contacts, never %v, late %v: the test proves little", name, len(happened), f.Never, f.Late)
		}
	}
}

// wordsOf words a step as the command does.
func (w *works) wordsOf(ctx context.Context, k *survey.Campaign, s survey.Sender, step survey.Step, l survey.Lang) (dispatch.Worded, error) {
	m, err := w.Example(ctx, k, s, step, l)
	if err != nil || s.Channel == survey.Mail {
		return dispatch.Worded{Subject: m.Subject, Body: m.Text, StopLink: m.UnsubscribeURL}, err
	}
	size := smstext.Count(m.Body)
	return dispatch.Worded{Body: m.Body, Segments: size.Segments, Wide: size.Encoding != smstext.GSM7}, nil
}
