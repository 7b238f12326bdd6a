package dispatch_test

import (
	"context"
	"fmt"
	"iter"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/disposition"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/queue"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/worker/channel"
	"canvass/worker/ingest"
)

// round is a campaign that chance befalls: everything that the parts of the house
// can do to a case, in any order, on a clock of its own.
type round struct {
	*pgtest.DB
	t     *testing.T
	rng   *rand.Rand
	k     survey.Campaign
	now   time.Time
	queue heard
	take  *ingest.Ingest
	sched *dispatch.Scheduler
	n     int // arrivals so far
	// lively is how likely, in percent, something befalls a case in six hours.
	lively int
	// hand are attempts that a worker holds from one step to the next.
	hand []view.AttemptOutcome
}

func newRound(t *testing.T, seed uint64, listed survey.Eligibility) *round {
	r := &round{DB: pgtest.New(t), t: t, rng: rand.New(rand.NewPCG(seed, 71)), now: pgtest.Day()}
	r.MakeSenders()
	p := pgtest.Protocol()
	day := survey.Span(24 * time.Hour)
	p.Windows[survey.Call] = survey.Window{From: "08:00", To: "17:00"}
	p.Steps = append(p.Steps, survey.Step{Name: "call", Channel: survey.Call, Text: "invitation", After: 3 * day, Tries: 2,
		Retry: map[survey.Reason]survey.Ladder{survey.ReasonBusy: {day / 4}, survey.ReasonNoAnswer: {day / 2}}})
	r.k = r.MakeCampaign(survey.Campaign{Protocol: p, Listed: listed})
	for i := range 60 {
		c := pgtest.Reachable(i + 1)
		switch i % 5 {
		case 1:
			c.Endpoints = c.Endpoints[:1] // a mailbox only
		case 2:
			c.Endpoints = c.Endpoints[1:] // a mobile only
		case 3:
			c.Endpoints[1].SMS, c.Endpoints = false, c.Endpoints[1:] // a landline only
		case 4:
			c.Endpoints = append(c.Endpoints, survey.Endpoint{Kind: survey.PhoneNumber, Address: fmt.Sprintf("+8495%07d", i), SMS: true})
		}
		if i == 59 {
			c.Endpoints = nil
		}
		r.MakeInvitation(survey.Invitation{CampaignID: r.k.ID, ContactID: r.MakeContact(c)})
	}
	clock := survey.NewClock(func() time.Time { return r.now })
	r.take = ingest.New(r, &r.queue, clock, ring(t))
	r.sched = dispatch.NewScheduler(r.DB, &r.queue, clock, slog.New(slog.DiscardHandler))
	return r
}

func (r *round) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *round) chance(percent int) bool { return r.rng.IntN(100) < percent }

func pick[T any](r *round, of ...T) T { return of[r.rng.IntN(len(of))] }

// ids are the numbers that a query gives.
func (r *round) ids(query string, args ...any) []int64 {
	r.t.Helper()
	rows, err := r.SQL().QueryContext(r.t.Context(), query, args...)
	r.must(err)
	defer rows.Close()
	var out []int64
	for rows.Next() {
		var id int64
		r.must(rows.Scan(&id))
		out = append(out, id)
	}
	r.must(rows.Err())
	return out
}

// step lets six hours pass, in which everything happens that may.
func (r *round) step() {
	r.now = r.now.Add(6 * time.Hour)
	r.must(r.sched.Tick(r.t.Context()))
	r.outcomes(r.hand)
	r.hand = nil
	for _, id := range r.ids(`SELECT id FROM chunk WHERE state = 'open' ORDER BY id`) {
		r.work(survey.ChunkID(id))
	}
	r.callbacks()
	for _, id := range r.ids(`SELECT id FROM invitation ORDER BY id`) {
		if r.chance(r.lively) {
			r.befall(survey.InvitationID(id))
		}
	}
	r.apply()
	r.must(r.sched.Tick(r.t.Context()))
}

// work claims a chunk as a worker does, and hands most of it over.
func (r *round) work(id survey.ChunkID) {
	gate := func(k view.Candidate) view.Verdict {
		open := k.InvitationState == survey.InvitationOpen || k.InvitationState == survey.InvitationStarted
		if !open || k.Refused || k.Suppressed || k.Endpoint == survey.EndpointDead || k.Endpoint == "" {
			return view.Verdict{Event: survey.AttemptCancel, Reason: survey.ReasonClosed}
		}
		return view.Verdict{Event: survey.AttemptClaim, Reason: survey.ReasonDue}
	}
	claimed, _, err := r.ClaimAttempts(r.t.Context(), view.Claim{Chunk: id, Limit: 500, Now: r.now, Gate: gate, AddressKeys: noKeys})
	r.must(err)
	var done []view.AttemptOutcome
	for _, k := range claimed {
		o := view.AttemptOutcome{ID: k.AttemptID, Event: survey.AttemptAccept, Reason: survey.ReasonHandedOver, DueAt: r.now.Add(time.Hour)}
		switch r.rng.IntN(12) {
		case 0:
			o.Event, o.Reason = survey.AttemptDoubt, survey.ReasonInDoubt
		case 1:
			o.Event, o.Reason = survey.AttemptRefuse, pick(r, survey.ReasonPermanent, survey.ReasonConfig, survey.ReasonDeadEndpoint)
			o.DeadEndpoint = o.Reason == survey.ReasonDeadEndpoint
		case 2:
			o.Event, o.Reason = survey.AttemptPutBack, survey.ReasonRate
		case 3:
			o.Event, o.Reason = survey.AttemptDefer, survey.ReasonTemporary
		}
		if r.chance(25) {
			r.hand = append(r.hand, o)
			continue
		}
		done = append(done, o)
	}
	r.outcomes(done)
	r.must(r.FinishChunk(r.t.Context(), view.OpenChunk{ID: id, Generation: 1}))
}

func (r *round) outcomes(of []view.AttemptOutcome) {
	r.must(r.RecordOutcomes(r.t.Context(), r.now, of))
}

// callbacks brings a provider's word on some of what was sent, on some of it late,
// and settles some doubts.
func (r *round) callbacks() {
	for _, id := range r.ids(`SELECT id FROM attempt WHERE state IN ('sent', 'unknown') ORDER BY id`) {
		if !r.chance(40) {
			continue
		}
		a := survey.AttemptID(id)
		st := channel.Status{Ref: "a" + strconv.FormatInt(id, 10), Event: survey.AttemptDeliver, Reason: survey.ReasonHandedOver}
		switch r.Text(`SELECT channel || ' ' || state FROM attempt WHERE id = $1`, a) {
		case "call sent":
			st.Event = survey.AttemptUndeliver
			st.Reason = pick(r, survey.ReasonBusy, survey.ReasonNoAnswer, survey.ReasonUnreachable, survey.ReasonMachine, survey.ReasonFiltered)
			if r.chance(40) {
				r.call(a)
				st.Event, st.Reason = survey.AttemptDeliver, survey.ReasonHandedOver
			}
		case "email sent", "sms sent":
			if r.chance(40) {
				st.Event, st.Reason = survey.AttemptUndeliver, pick(r, survey.ReasonBounce, survey.ReasonFiltered)
			}
		default:
			r.outcomes([]view.AttemptOutcome{{ID: a, Event: pick(r, survey.AttemptAccept, survey.AttemptAbsent), Reason: survey.ReasonFound, DueAt: r.now}})
			continue
		}
		r.arrive(channel.Inbound{Kind: channel.InboundStatus, Ref: st.Ref, Status: &st})
	}
}

// call is what is heard of a call that was answered: nothing, silence, or keys.
func (r *round) call(a survey.AttemptID) {
	from := r.Text(`SELECT e.address FROM attempt a JOIN endpoint e ON e.id = a.endpoint_id WHERE a.id = $1`, a)
	turns := pick(r, nil, []string{""}, []string{"", "", ""}, []string{"", "1", "3"}, []string{"", "1", "1", "2"}, []string{"", "0", "0"},
		[]string{"", "1", "1", "1", "3#"})
	for i, keys := range turns {
		_, err := r.take.Keys(r.t.Context(), channel.Inbound{Kind: channel.InboundKeys, Provider: "twilio", Ref: fmt.Sprintf("a%d", a),
			From: from, To: "+84900000001", CallID: "CA", ProviderID: fmt.Sprintf("CA%d:%d", a, i), First: i == 0, Text: keys})
		r.must(err)
	}
}

func (r *round) arrive(in channel.Inbound) {
	r.n++
	in.Provider, in.ProviderID = "twilio", strconv.Itoa(r.n)
	r.must(r.take.Receive(r.t.Context(), in))
}

// apply does what the workers do with the hints.
func (r *round) apply() {
	r.queue.mu.Lock()
	tasks := r.queue.tasks
	r.queue.tasks = nil
	r.queue.mu.Unlock()
	for _, t := range tasks {
		if t.Kind == queue.Ingest || t.Kind == queue.IngestStray || t.Kind == queue.IngestStatuses {
			r.must(r.take.Handle(r.t.Context(), t))
		}
	}
}

// befall lets a person or a member of staff do something.
func (r *round) befall(inv survey.InvitationID) {
	switch r.rng.IntN(12) {
	case 0, 1:
		if phone := r.Text(`SELECT coalesce(min(e.address), '') FROM endpoint e JOIN invitation i ON i.contact_id = e.contact_id
			WHERE i.id = $1 AND e.kind = 'phone'`, inv); phone != "" {
			r.arrive(channel.Inbound{Kind: channel.InboundText, From: phone, To: "+84900000001", Text: pick(r, "help", "2", "BD", "nham so", "TC", "LINK", "cam on")})
		}
	case 2, 3:
		r.post(inv, ingest.Form{Action: ingest.Begin})
	case 4, 5, 6:
		fields := map[string]ingest.Field{"huong": {Values: []string{"1"}}, "nghe": {Values: []string{"3"}}}
		if r.chance(60) {
			delete(fields, pick(r, "huong", "nghe"))
		}
		r.post(inv, ingest.Form{Action: ingest.AnswerPage, Fields: fields})
	case 7:
		r.post(inv, ingest.Form{Action: pick(r, ingest.Decline, ingest.Withdraw, ingest.Back)})
	case 8:
		r.post(inv, ingest.Form{Action: ingest.Stop, Channels: pick(r, nil, []survey.Channel{survey.SMS}), OneClick: r.chance(30)})
	case 9, 10:
		may := disposition.StaffMaySet()
		_, err := dispatch.SetCode(r.t.Context(), r, dispatch.CodeRequest{Campaign: r.k.Name, Contact: r.Text(`SELECT contact_id::text FROM invitation WHERE id = $1`, inv),
			Code: may[r.rng.IntN(len(may))], Withdraw: r.chance(30), Reason: "gọi điện hỏi", Actor: "lan", Now: r.now})
		if err != nil && survey.KindOf(err) != survey.Conflict {
			r.t.Fatal(err)
		}
	}
}

func (r *round) post(inv survey.InvitationID, f ingest.Form) {
	r.n++
	_, err := r.take.Post(r.t.Context(), inv, fmt.Sprintf("n%d", r.n), f)
	r.must(err)
}

// Whatever befalls the cases of a campaign, the codes that they have in the end
// are those to which the record leads.
func TestReplayFindsEveryCodeAgain(t *testing.T) {
	t.Parallel()
	seen, staff := map[survey.Disposition]bool{}, 0
	for seed, listed := range []survey.Eligibility{survey.EligibilityKnown, survey.EligibilityAssumed, survey.EligibilityUnknown} {
		r := newRound(t, uint64(seed), listed)
		r.lively = 2 + 3*seed
		for range 44 { // seven days in the field, and four after
			r.step()
		}
		if state := r.Text(`SELECT state FROM campaign`); state != "closed" {
			t.Fatalf("the campaign is %s", state)
		}
		got, err := dispatch.Replay(t.Context(), r, r.k.Name)
		r.must(err)
		if got.Cases != 60 || got.Agree != 60 || len(got.Differ) != 0 {
			t.Errorf("%s: %+v", listed, got)
		}
		staff += got.Staff
		for _, d := range survey.Dispositions() {
			seen[d] = seen[d] || r.Int(`SELECT count(*) FROM invitation WHERE disposition = $1`, d) > 0
		}
	}
	var reached []survey.Disposition
	for _, d := range survey.Dispositions() {
		if seen[d] {
			reached = append(reached, d)
		}
	}
	if staff == 0 || len(reached) < 15 || !slices.Contains(reached, survey.Complete) || !slices.Contains(reached, survey.WrongPerson) {
		t.Errorf("only %v came to pass: the test tests little", reached)
	}
}

// records is a store of made-up records.
type records struct {
	of       []view.CaseRecord
	archived time.Time
}

func (records) CampaignByName(context.Context, string) (*survey.Campaign, error) {
	return &survey.Campaign{ID: 1, Name: "vi-du", Listed: survey.EligibilityAssumed}, nil
}

func (s records) ArchivedAt(context.Context, survey.CampaignID) (time.Time, error) {
	return s.archived, nil
}

func (s records) CaseRecords(context.Context, survey.CampaignID) iter.Seq2[view.CaseRecord, error] {
	return func(yield func(view.CaseRecord, error) bool) {
		for _, r := range s.of {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// What the record of one case comes to.
func TestReplayReadsTheRecord(t *testing.T) {
	t.Parallel()
	day := func(n int) time.Time { return pgtest.Day().AddDate(0, 0, n) }
	mail := survey.Attempt{ID: 1, Step: "mail", Channel: survey.Mail, Try: 1, State: survey.AttemptDelivered, SentAt: day(1)}
	failing := func(state survey.AttemptState, why survey.Reason, sent time.Time) survey.Attempt {
		a := mail
		a.State, a.Reason, a.SentAt, a.EndedAt = state, why, sent, day(9)
		return a
	}
	event := func(kind survey.EventKind, at time.Time, why survey.Reason, args ...string) survey.Event {
		e := survey.Event{Kind: kind, At: at, Reason: why, Args: map[string]string{}}
		for i := 0; i < len(args); i += 2 {
			e.Args[args[i]] = args[i+1]
		}
		if kind == survey.EventAttemptFailed || kind == survey.EventAttemptPutBack {
			e.AttemptID = 1
		}
		return e
	}
	ended := event(survey.EventInvitationClosed, day(7), survey.ReasonEnded)
	for name, c := range map[string]struct {
		r        view.CaseRecord
		archived time.Time
		want     survey.Disposition
	}{
		"silence":            {r: view.CaseRecord{Attempts: []survey.Attempt{mail}, Events: []survey.Event{ended}}, want: "3.19"},
		"never contacted":    {r: view.CaseRecord{Events: []survey.Event{ended}}, want: "3.11"},
		"came back in time":  {r: view.CaseRecord{Attempts: []survey.Attempt{failing("undelivered", "bounce", day(1))}, Events: []survey.Event{event(survey.EventAttemptFailed, day(2), "bounce"), ended}}, want: "3.30"},
		"came back later":    {r: view.CaseRecord{Attempts: []survey.Attempt{failing("undelivered", "bounce", day(1))}, Events: []survey.Event{ended, event(survey.EventAttemptFailed, day(8), "bounce")}}, want: "3.30"},
		"came back, unheard": {r: view.CaseRecord{Attempts: []survey.Attempt{failing("undelivered", "bounce", day(1))}, Events: []survey.Event{ended}}, want: "3.30"},
		"in hand, put back":  {r: view.CaseRecord{Attempts: []survey.Attempt{failing("cancelled", "closed", time.Time{})}, Events: []survey.Event{ended, event(survey.EventAttemptPutBack, day(7), "rate")}}, want: "3.11"},
		"in hand when staff coded it": {r: view.CaseRecord{Attempts: []survey.Attempt{failing("cancelled", "closed", time.Time{})},
			Events: []survey.Event{event(survey.EventInvitationClosed, day(2), "staff"), event(survey.EventCoded, day(2), "staff", "code", "2.25"),
				event(survey.EventAttemptPutBack, day(2), "rate"), event(survey.EventCoded, day(3), "staff", "code", "")}}, want: "3.11"},
		"put back, withdrawn": {r: view.CaseRecord{Attempts: []survey.Attempt{failing("cancelled", "closed", time.Time{})}, Events: []survey.Event{event(survey.EventAttemptPutBack, day(6), "rate"), ended}}, want: "3.11"},
		"put back, then sent": {r: view.CaseRecord{Attempts: []survey.Attempt{mail}, Events: []survey.Event{event(survey.EventAttemptPutBack, day(0), "rate"), ended}}, want: "3.19"},
		"our own fault":       {r: view.CaseRecord{Attempts: []survey.Attempt{failing("failed", "config", time.Time{})}, Events: []survey.Event{event(survey.EventAttemptFailed, day(2), "config"), ended}}, want: "3.11"},
		"the machine has the message": {r: view.CaseRecord{MessageLeftAt: day(2), Attempts: []survey.Attempt{{ID: 1, Step: "call", Channel: survey.Call, Try: 1, State: "undelivered", Reason: "machine", SentAt: day(2)}},
			Events: []survey.Event{event(survey.EventAttemptFailed, day(2), "machine"), ended}}, want: "3.14"},
		"refused, and far on later": {r: view.CaseRecord{RefusedAt: day(2), HumanAt: day(2), Progress: view.Progress{Answered: 5, Applicable: 12, Keys: true},
			Events: []survey.Event{event(survey.EventRefused, day(2), "refused", "answered", "0", "applicable", "10", "keys", "false"),
				event(survey.EventAnswered, day(3), "started", "answered", "5", "applicable", "10", "keys", "true")}}, want: "1.2"},
		"refused, and not so far": {r: view.CaseRecord{RefusedAt: day(2), HumanAt: day(2), Progress: view.Progress{Answered: 5, Applicable: 12, Keys: true},
			Events: []survey.Event{event(survey.EventRefused, day(2), "refused", "answered", "0", "applicable", "10", "keys", "false")}}, want: "2.112"},
		"erased":                 {r: view.CaseRecord{RefusedAt: day(3), HumanAt: day(2), Progress: view.Progress{Answered: 1, Applicable: 9}}, want: "2.112"},
		"erased, half answered":  {r: view.CaseRecord{RefusedAt: day(3), HumanAt: day(2), Progress: view.Progress{Answered: 6, Applicable: 9, Keys: true}}, want: "1.2"},
		"somebody else refused":  {r: view.CaseRecord{RefusedAt: day(3), ByOther: true}, want: "2.111"},
		"STOP after the end":     {r: view.CaseRecord{RefusedAt: day(8), Progress: view.Progress{Answered: 1, Applicable: 9}, Events: []survey.Event{ended, event(survey.EventRefused, day(8), "refused", "answered", "1", "applicable", "9", "keys", "false")}}, want: "2.112"},
		"late":                   {r: view.CaseRecord{LateAt: day(8), Attempts: []survey.Attempt{mail}, Events: []survey.Event{ended}}, want: "2.27"},
		"late, after a refusal":  {r: view.CaseRecord{LateAt: day(8), RefusedAt: day(2)}, want: "2.112"},
		"late, after archiving":  {r: view.CaseRecord{LateAt: day(9), HumanAt: day(9), WrongPersonAt: day(9), RefusedAt: day(9), Attempts: []survey.Attempt{mail}, Events: []survey.Event{ended}}, archived: day(8), want: "3.19"},
		"wrong number":           {r: view.CaseRecord{WrongPersonAt: day(2), Attempts: []survey.Attempt{mail}, Events: []survey.Event{ended}}, want: "2.36"},
		"staff":                  {r: view.CaseRecord{Attempts: []survey.Attempt{mail}, Events: []survey.Event{event(survey.EventCoded, day(2), "staff", "code", "2.25")}}, want: "2.25"},
		"staff, taken back":      {r: view.CaseRecord{Attempts: []survey.Attempt{mail}, Events: []survey.Event{event(survey.EventCoded, day(2), "staff", "code", "2.25"), event(survey.EventCoded, day(3), "staff", "code", "")}}, want: "3.19"},
		"staff, after archiving": {r: view.CaseRecord{Attempts: []survey.Attempt{mail}, Events: []survey.Event{ended, event(survey.EventCoded, day(9), "staff", "code", "2.25")}}, archived: day(8), want: "3.19"},
	} {
		c.r.Disposition, c.r.ContactID = c.want, 17
		got, err := dispatch.Replay(t.Context(), records{[]view.CaseRecord{c.r}, c.archived}, "vi-du")
		if err != nil || got.Agree != 1 || len(got.Differ) != 0 {
			t.Errorf("%s: %+v, %v; want %s", name, got.Differ, err, c.want)
		}
		c.r.Disposition = "9.99"
		got, err = dispatch.Replay(t.Context(), records{[]view.CaseRecord{c.r}, c.archived}, "vi-du")
		if err != nil || len(got.Differ) != 1 || got.Differ[0].Contact != "17" || got.Differ[0].Derived != c.want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}
