package dispatch_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/queue"
	"canvass/dispatch/smstext"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
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
		PublicURL: "https://khao-sat-y-kien-nhan-dan-hang-thang.van-phong.vidu.example", Logger: quiet})
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
		next := w.Text(`SELECT to_char(least((SELECT min(plan_at) FROM invitation WHERE plan_at > $1 AND state IN ('open', 'started')),
			(SELECT min(due_at) FROM attempt WHERE state = 'queued' AND due_at > $1), $2) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')`, w.now, ends)
		at, err := time.Parse("2006-01-02 15:04:05.000000", next)
		w.must(err)
		w.now = at
	}
}

// happened are the contacts that were made from a time on, and what they took.
type happened struct {
	contacts map[string]int
	segments int
	cost     int64
}

func (w *works) sent(from time.Time) happened {
	w.t.Helper()
	out := happened{contacts: map[string]int{}}
	rows, err := w.SQL().QueryContext(w.t.Context(), `SELECT i.contact_id, a.step, a.try, a.sent_at, coalesce(a.segments, 0), coalesce(a.cost, 0)
		FROM attempt a JOIN invitation i ON i.id = a.invitation_id JOIN campaign k ON k.id = a.campaign_id
		WHERE k.name = 'ky-2026-12' AND a.sent_at >= $1`, from)
	w.must(err)
	defer rows.Close()
	for rows.Next() {
		var who int64
		var try, size int
		var cost int64
		var step string
		var at time.Time
		w.must(rows.Scan(&who, &step, &try, &at, &size, &cost))
		out.contacts[contactLine(who, step, try, at)]++
		out.segments, out.cost = out.segments+size, out.cost+cost
	}
	w.must(rows.Err())
	return out
}

// foreseen is what the dry run says of now on.
func (w *works) foreseen() (dispatch.Forecast, happened) {
	w.t.Helper()
	out := happened{contacts: map[string]int{}}
	f, err := dispatch.Foretell(w.t.Context(), w.DB, dispatch.ForecastRequest{Campaign: "ky-2026-12", At: w.now, AddressKeys: w.Keys.AddressKey,
		Word: w.wordsOf,
		Each: func(p dispatch.Planned) error {
			for _, c := range p.Contacts {
				out.contacts[contactLine(int64(p.ContactID), c.Step.Name, c.Try, c.At)]++
			}
			return nil
		}})
	w.must(err)
	for _, sum := range f.Total {
		out.segments, out.cost = out.segments+sum.Segments, out.cost+sum.Cost
	}
	return f, out
}

// agree compares what was said with what came of it.
func agree(t *testing.T, of string, said, came happened) {
	t.Helper()
	for line, n := range came.contacts {
		if said.contacts[line] != n {
			t.Errorf("%s: not foreseen: %s", of, line)
		}
	}
	for line := range said.contacts {
		if came.contacts[line] == 0 {
			t.Errorf("%s: did not happen: %s", of, line)
		}
	}
	if said.segments != came.segments || said.cost != came.cost {
		t.Errorf("%s: %d segments and %d đồng were foreseen, %d and %d were spent", of, said.segments, said.cost, came.segments, came.cost)
	}
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
		case 5:
			c.Hours = survey.AllHours()[i/7%4]
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

func (w *works) draft(protocol string) {
	w.t.Helper()
	everyKind(w.DB)
	for _, e := range strings.Fields(w.Text(`SELECT string_agg(kind || ':' || address, ' ') FROM endpoint WHERE contact_id % 9 = 4`)) {
		kind, address, _ := strings.Cut(e, ":")
		w.Exec(`INSERT INTO suppression (address_key, scope, source, at) VALUES ($1, 'all', 'staff', now())`,
			w.Keys.AddressKey(survey.EndpointKind(kind), address)[0])
	}
	// The second question makes a conversation that is taken up again longer than one
	// that begins.
	w.MakeQuestionnaire("vi_du", strings.Replace(pgtest.QuestionnaireSource, "Bao nhiêu người đã nói với Ông/Bà về giá cả?",
		"Trong bảy ngày qua bao nhiêu người ở chợ, ở cơ quan hay trong nhà đã nói với Ông/Bà về giá gạo, giá xăng, giá điện, giá nước hay giá thuốc?", 1))
	_, err := create(w.t, w.DB, "name: ky-2026-12\ntitle: {vi: Kỳ tháng 12, en: December round}\nquestionnaire: vi_du\n"+
		"design: {method: stratified, size: 36, strata: [cum], minimum: 2}\nprotocol: "+protocol+"\n")
	w.must(err)
}

// What the forecast of a draft says, the engine itself then does: the last gate and
// the words of the worker, the scheduler and the inbox. Who gets which step when,
// and what that takes in segments and đồng.
func TestAForecastIsWhatTheWorkerSends(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"monthly", "short"} {
		w := newWorks(t, house(t))
		w.draft(name)
		f, said := w.foreseen()
		w.must(f.Refused)
		launched, err := dispatch.Launch(t.Context(), w.DB, w.Keys, order("ky-2026-12"))
		w.must(err)
		w.run(launched.EndsAt)
		came := w.sent(launched.Campaign.LaunchedAt)
		agree(t, name, said, came)
		if len(came.contacts) < 60 || f.Never[survey.ReasonNoConsent] == 0 || f.Never[survey.ReasonSuppressed] == 0 || len(f.Late) > 0 {
			t.Errorf("%s: %d contacts, never %v, late %v: the test proves little", name, len(came.contacts), f.Never, f.Late)
		}
	}
}

// So does the forecast of what is left of a campaign in the field: some have begun,
// some are done, one refused, and from then on nobody does anything.
func TestAForecastOfTheRestIsWhatIsSent(t *testing.T) {
	t.Parallel()
	w := newWorks(t, house(t))
	w.draft("monthly")
	launched, err := dispatch.Launch(t.Context(), w.DB, w.Keys, order("ky-2026-12"))
	w.must(err)
	w.run(launched.Campaign.LaunchedAt.Add(30 * time.Hour))
	w.turn()
	for i := range w.Int(`SELECT max(id) FROM invitation`) {
		inv := survey.InvitationID(i + 1)
		fields := map[string]ingest.Field{"huong": {Values: []string{"1"}}, "nghe": {Values: []string{"3"}}}
		form := ingest.Form{Action: ingest.AnswerPage, Fields: fields}
		switch i % 5 {
		case 0:
			continue
		case 1, 2:
			delete(fields, "nghe")
		case 3:
			form = ingest.Form{Action: ingest.Decline}
		}
		_, err := w.take.Post(t.Context(), inv, fmt.Sprintf("n%d", i), form)
		w.must(err)
	}
	w.now = w.now.Add(time.Minute)
	w.Exec(`UPDATE contact SET left_at = $1 WHERE id = (SELECT min(contact_id) FROM invitation WHERE state = 'open')`, w.now)
	f, said := w.foreseen()
	if f.Never[survey.ReasonLeft] != 1 {
		t.Errorf("one has left: %v", f.Never)
	}
	from := w.now
	w.run(launched.EndsAt)
	agree(t, "the rest", said, w.sent(from))
	if began := w.Int(`SELECT count(*) FROM invitation i JOIN attempt a ON a.invitation_id = i.id WHERE i.progress IS NOT NULL AND a.channel = 'sms' AND a.sent_at >= $1`, from); began < 5 || len(said.contacts) < 20 {
		t.Errorf("%d contacts, %d texts to people who have begun: the test proves little", len(said.contacts), began)
	}
}

// wordsOf words a step as the command does.
func (w *works) wordsOf(ctx context.Context, s view.Specimen) (dispatch.Worded, error) {
	m, err := w.Example(ctx, s)
	if err != nil || s.Sender.Channel == survey.Mail {
		return dispatch.Worded{Subject: m.Subject, Body: m.Text, StopLink: m.UnsubscribeURL}, err
	}
	size := smstext.Count(m.Body)
	return dispatch.Worded{Body: m.Body, Segments: size.Segments, Wide: size.Encoding != smstext.GSM7}, nil
}
