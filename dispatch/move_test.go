package dispatch_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// acts is everything that staff do to a campaign, by the commands.
func acts() map[string]func(context.Context, *pgtest.DB, dispatch.Order) error {
	end := func(do func(context.Context, dispatch.MoveStore, dispatch.End, dispatch.Order) (view.EndMoved, error)) func(context.Context, *pgtest.DB, dispatch.Order) error {
		return func(ctx context.Context, db *pgtest.DB, o dispatch.Order) error {
			_, err := do(ctx, db, dispatch.End{By: time.Hour}, o)
			return err
		}
	}
	move := func(do func(context.Context, dispatch.MoveStore, dispatch.Order) error) func(context.Context, *pgtest.DB, dispatch.Order) error {
		return func(ctx context.Context, db *pgtest.DB, o dispatch.Order) error { return do(ctx, db, o) }
	}
	return map[string]func(context.Context, *pgtest.DB, dispatch.Order) error{
		"pause": move(dispatch.Pause), "resume": move(dispatch.Resume), "close": move(dispatch.Close), "archive": move(dispatch.Archive),
		"extend": end(dispatch.Extend), "shorten": end(dispatch.Shorten),
		"release": func(ctx context.Context, db *pgtest.DB, o dispatch.Order) error {
			_, err := dispatch.Release(ctx, db, 1, o)
			return err
		},
		"resend": func(ctx context.Context, db *pgtest.DB, o dispatch.Order) error {
			_, err := dispatch.Resend(ctx, db, dispatch.GroupFailed, false, o)
			return err
		},
		"set": func(ctx context.Context, db *pgtest.DB, o dispatch.Order) error {
			budget := int64(1000)
			_, err := dispatch.Set(ctx, db, dispatch.Change{Budget: &budget}, o)
			return err
		},
	}
}

// inState is a campaign in a state, with a replicate in hand and one person in it.
func inState(db *pgtest.DB, s survey.CampaignState, name string) survey.Campaign {
	k := db.MakeCampaign(survey.Campaign{Name: name, State: s})
	if s != survey.CampaignDraft && s != survey.CampaignReady {
		db.Exec(`INSERT INTO replicate (campaign_id, number) VALUES ($1, 1)`, k.ID)
	}
	return k
}

// What may be done in which state is what survey says, and a refusal says it too;
// what is done goes on record once, with the words apart from the event.
func TestWhatStaffMayDoInWhichState(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	n := 0
	for _, s := range survey.CampaignMachine().States {
		for act, do := range acts() {
			n++
			k := inState(db, s, fmt.Sprintf("k-%d", n))
			o := order(k.Name)
			o.Now = k.LaunchedAt.Add(time.Hour)
			err := do(t.Context(), db, o)
			may := slices.Contains(survey.StaffActs(s), act)
			events := db.Int(`SELECT count(*) FROM event WHERE campaign_id = $1 AND kind = 'campaign_moved' AND actor = 'lan' AND args ? 'event'`, k.ID)
			words := db.Int(`SELECT count(*) FROM audit WHERE campaign_id = $1 AND act = 'move' AND actor = 'lan' AND reason = 'theo lịch mới'`, k.ID)
			switch {
			case may && (err != nil || events != 1 || words != 1):
				t.Errorf("%s of one that is %s: %v, %d events, %d acts", act, s, err, events, words)
			case !may && (survey.CodeOf(err) != survey.CodeCampaignState || survey.KindOf(err) != survey.Conflict || events+words != 0):
				t.Errorf("%s of one that is %s: %v, %d events, %d acts; want campaign_state", act, s, err, events, words)
			case !may:
				if told := err.(*survey.Error).Args; told["state"] != string(s) || told["may"] != strings.Join(survey.StaffActs(s), ", ") {
					t.Errorf("%s of one that is %s: told %v", act, s, told)
				}
			}
		}
	}
	if n := db.Int(`SELECT count(*) FROM event WHERE args::text LIKE '%theo lịch%'`); n != 0 {
		t.Error("the words of staff stand in an event, which no erasure empties")
	}
}

func TestNothingIsDoneWithoutAReason(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	k := inState(db, survey.CampaignFielding, "k")
	for act, do := range acts() {
		o := order(k.Name)
		o.Words = "  "
		if err := do(t.Context(), db, o); survey.CodeOf(err) != survey.CodeReasonMissing {
			t.Errorf("%s: %v, want reason_missing", act, err)
		}
		o = order("khac")
		if err := do(t.Context(), db, o); survey.CodeOf(err) != survey.CodeNotFound {
			t.Errorf("%s of no campaign: %v, want not_found", act, err)
		}
	}
	if n := db.Int(`SELECT count(*) FROM event`) + db.Int(`SELECT count(*) FROM audit`); n != 0 {
		t.Errorf("%d traces", n)
	}
}

func TestWhereAnEndMayMove(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	launched := pgtest.Day()
	ends := launched.Add(7 * 24 * time.Hour)
	for i, c := range []struct {
		name string
		do   func(context.Context, dispatch.MoveStore, dispatch.End, dispatch.Order) (view.EndMoved, error)
		end  dispatch.End
		now  time.Time
		want time.Time // the end then
		code survey.Code
		why  string
	}{
		{"by a day", dispatch.Extend, dispatch.End{By: 24 * time.Hour}, launched.Add(time.Hour), ends.Add(24 * time.Hour), "", ""},
		{"until", dispatch.Extend, dispatch.End{At: ends.Add(time.Minute)}, ends.Add(-time.Second), ends.Add(time.Minute), "", ""},
		{"to where it is", dispatch.Extend, dispatch.End{At: ends}, launched, ends, survey.CodeEndWrong, "end_not_later"},
		{"earlier", dispatch.Extend, dispatch.End{At: ends.Add(-time.Hour)}, launched, ends, survey.CodeEndWrong, "end_not_later"},
		{"into the past", dispatch.Extend, dispatch.End{At: launched}, launched.Add(time.Hour), ends, survey.CodeEndWrong, "end_past"},
		{"when it has come", dispatch.Extend, dispatch.End{By: time.Hour}, ends, ends, survey.CodeEndPassed, ""},
		{"when it is past", dispatch.Extend, dispatch.End{At: ends.Add(48 * time.Hour)}, ends.Add(time.Hour), ends, survey.CodeEndPassed, ""},
		{"shorter by a day", dispatch.Shorten, dispatch.End{By: 24 * time.Hour}, launched, ends.Add(-24 * time.Hour), "", ""},
		{"shorter until", dispatch.Shorten, dispatch.End{At: launched.Add(2 * time.Hour)}, launched.Add(time.Hour), launched.Add(2 * time.Hour), "", ""},
		{"shorter to now", dispatch.Shorten, dispatch.End{At: launched.Add(time.Hour)}, launched.Add(time.Hour), ends, survey.CodeEndWrong, "end_past"},
		{"shorter than it lasted", dispatch.Shorten, dispatch.End{By: 7 * 24 * time.Hour}, launched.Add(time.Hour), ends, survey.CodeEndWrong, "end_past"},
		{"shorter and later", dispatch.Shorten, dispatch.End{At: ends.Add(time.Hour)}, launched, ends, survey.CodeEndWrong, "end_not_earlier"},
		{"shorter when it has come", dispatch.Shorten, dispatch.End{By: time.Hour}, ends, ends, survey.CodeEndPassed, ""},
	} {
		for _, state := range survey.CampaignRunning() {
			k := inState(db, state, fmt.Sprintf("k-%d-%s", i, state))
			o := order(k.Name)
			o.Now = c.now
			done, err := c.do(t.Context(), db, c.end, o)
			if survey.CodeOf(err) != c.code || c.code == "" && err != nil {
				t.Errorf("%s: %v, want %q", c.name, err, c.code)
			}
			if c.why != "" && err != nil && err.(*survey.Error).Args["why"] != c.why {
				t.Errorf("%s: %v, want %s", c.name, err, c.why)
			}
			got, err := db.Campaign(t.Context(), k.ID)
			if err != nil || !got.EndsAt.Equal(c.want) || got.State != state {
				t.Errorf("%s: ends %v, %s (%v); want %v", c.name, got.EndsAt, got.State, err, c.want)
			}
			if c.code == "" && (!done.From.Equal(ends) || !done.To.Equal(c.want)) {
				t.Errorf("%s: told %+v", c.name, done)
			}
		}
	}
}

// Of two who do the same at once, one does it and the other is told.
func TestOfTwoAtOnceOneWins(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	n := 0
	for act, do := range acts() {
		state := survey.CampaignFielding
		switch act {
		case "resume":
			state = survey.CampaignPaused
		case "archive":
			state = survey.CampaignClosed
		}
		for range 5 {
			n++
			k := inState(db, state, fmt.Sprintf("k-%d", n))
			var mu sync.Mutex
			var won, lost int
			var wg sync.WaitGroup
			for range 3 {
				wg.Go(func() {
					o := order(k.Name)
					o.Now = k.LaunchedAt.Add(time.Hour)
					err := do(context.Background(), db, o)
					mu.Lock()
					defer mu.Unlock()
					switch {
					case err == nil:
						won++
					case survey.KindOf(err) == survey.Conflict:
						lost++
					default:
						t.Errorf("%s: %v", act, err)
					}
				})
			}
			wg.Wait()
			// Who looks after the first is done adds a second hour, or sets the
			// same again: that is no race. A resend that comes second finds nobody.
			again := act == "extend" || act == "shorten" || act == "set" || act == "resend"
			events := db.Int(`SELECT count(*) FROM event WHERE campaign_id = $1 AND kind = 'campaign_moved'`, k.ID)
			if won+lost != 3 || won < 1 || won > 1 && !again || events != won {
				t.Errorf("%s: %d won, %d lost, %d events", act, won, lost, events)
			}
			if act == "extend" || act == "shorten" {
				by := time.Duration(won) * time.Hour
				if act == "shorten" {
					by = -by
				}
				if got, err := db.Campaign(t.Context(), k.ID); err != nil || !got.EndsAt.Equal(k.EndsAt.Add(by)) {
					t.Errorf("%s: %d won, and it ends at %v", act, won, got.EndsAt)
				}
			}
		}
	}
}

// Two who saw the same end: the move of the second is not made on top.
func TestWhoSawAnOlderEndIsTold(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	k := inState(db, survey.CampaignFielding, "k")
	m := view.EndMove{ID: k.ID, Event: survey.EndExtend, From: k.EndsAt, To: k.EndsAt.Add(time.Hour), Actor: "lan", Words: "x", Now: k.LaunchedAt}
	if _, err := db.MoveEnd(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if _, err := db.MoveEnd(t.Context(), m); survey.CodeOf(err) != survey.CodeEndMoved {
		t.Errorf("again: %v, want end_moved", err)
	}
	s := view.SettingsOrder{ID: k.ID, To: view.Settings{Rate: 5}, Actor: "lan", Words: "x", Now: k.LaunchedAt}
	if _, err := db.SetCampaign(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if _, err := db.SetCampaign(t.Context(), s); survey.CodeOf(err) != survey.CodeSettingsMoved {
		t.Errorf("set again: %v, want settings_moved", err)
	}
	if got, err := db.Campaign(t.Context(), k.ID); err != nil || got.Rate != 5 || !got.EndsAt.Equal(m.To) {
		t.Errorf("%+v, %v", got, err)
	}
}

// Any acts in any order at any times: the campaign stands where a model of it
// stands, and every act that was done, and no other, is on record.
func TestActsFollowTheModel(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	names := slices.Sorted(maps.Keys(acts()))
	for seed := range uint64(12) {
		r := rand.New(rand.NewPCG(seed, 13))
		k := inState(db, survey.CampaignFielding, fmt.Sprintf("k-%d", seed))
		shadow := shadow{state: k.State, ends: k.EndsAt}
		now, done := k.LaunchedAt, 0
		for range 25 {
			now = now.Add(time.Duration(r.IntN(12)) * time.Hour)
			act := names[r.IntN(len(names))]
			want := shadow.does(act, now)
			o := order(k.Name)
			o.Now = now
			err := acts()[act](t.Context(), db, o)
			if want != (err == nil) || err != nil && survey.KindOf(err) == survey.Internal {
				t.Fatalf("seed %d: %s at %v of %+v: %v", seed, act, now, shadow, err)
			}
			if want {
				done++
			}
			if shadow.finish(now) {
				tick(t, db, &heard{}, now)
			}
		}
		got, err := db.Campaign(t.Context(), k.ID)
		if err != nil || got.State != shadow.state || !got.EndsAt.Equal(shadow.ends) {
			t.Errorf("seed %d: %s until %v, want %+v", seed, got.State, got.EndsAt, shadow)
		}
		if n := db.Int(`SELECT count(*) FROM event WHERE campaign_id = $1 AND kind = 'campaign_moved' AND actor = 'lan'`, k.ID); n != done {
			t.Errorf("seed %d: %d events of %d acts", seed, n, done)
		}
	}
}

// shadow is what a campaign without people should do.
type shadow struct {
	state    survey.CampaignState
	ends     time.Time
	released bool
}

func (m *shadow) does(act string, now time.Time) bool {
	if !slices.Contains(survey.StaffActs(m.state), act) {
		return false
	}
	over := !now.Before(m.ends)
	switch act {
	case "pause":
		m.state = survey.CampaignPaused
	case "resume":
		m.state = survey.CampaignFielding
	case "archive":
		m.state = survey.CampaignArchived
	case "close":
		if over {
			return false
		}
		m.ends = now
	case "extend":
		if over {
			return false
		}
		m.ends = m.ends.Add(time.Hour)
	case "shorten":
		if over || !m.ends.Add(-time.Hour).After(now) {
			return false
		}
		m.ends = m.ends.Add(-time.Hour)
	case "release":
		if over || m.released {
			return false
		}
		m.released = true
	}
	return true
}

// finish closes the campaign if its end has come, as the scheduler would.
func (m *shadow) finish(now time.Time) bool {
	running := slices.Contains(survey.CampaignRunning(), m.state)
	if !running || now.Before(m.ends) {
		return false
	}
	m.state = survey.CampaignClosed
	return true
}

// A contact that did not fit before the end is passed over; once the end moves, it
// is made after all. So is one that the gate withdrew.
func TestAnExtensionBringsContactsBack(t *testing.T) {
	t.Parallel()
	db, k := fielding(t, 3)
	db.Exec(`UPDATE campaign SET ends_at = $1`, k.LaunchedAt.Add(12*time.Hour)) // the text is due after a day
	k.EndsAt = k.LaunchedAt.Add(12 * time.Hour)
	tick(t, db, &heard{}, k.LaunchedAt)
	if got := sendDue(t, db, k.LaunchedAt); len(got) != 3 {
		t.Fatalf("%d mails left", len(got))
	}
	now := k.LaunchedAt.Add(time.Hour)
	tick(t, db, &heard{}, now)
	if n := db.Int(`SELECT count(*) FROM invitation WHERE state = 'open' AND plan_at = $1`, k.EndsAt); n != 3 {
		t.Fatalf("%d cases wait for the end", n)
	}
	// Of the third, a text was planned, and the gate withdrew it.
	db.MakeAttempt(survey.Attempt{InvitationID: 3, Channel: survey.SMS, Step: "sms", State: survey.AttemptCancelled, Reason: survey.ReasonEnded})
	// The second is over.
	if _, err := coding(db, t, survey.Away, func(r *dispatch.CodeRequest) { r.Contact = "CTV00002" }); err != nil {
		t.Fatal(err)
	}
	o := order(k.Name)
	o.Now = now
	done, err := dispatch.Extend(t.Context(), db, dispatch.End{By: 3 * 24 * time.Hour}, o)
	if err != nil || done.Cases != 2 || done.Back != 1 {
		t.Fatalf("%+v, %v; want 2 cases looked at again, 1 contact back", done, err)
	}
	if n := db.Int(`SELECT count(*) FROM attempt WHERE invitation_id = 3 AND step = 'sms' AND try = 2 AND state = 'queued' AND due_at = $1`, now); n != 1 {
		t.Errorf("%d further tries of what was withdrawn", n)
	}
	sent := live(t, db, now, k.LaunchedAt.Add(30*time.Hour))
	slices.Sort(sent)
	if want := []string{"1 sms sms 1", "3 sms sms 2"}; !slices.Equal(sent, want) {
		t.Errorf("sent %v, want %v", sent, want)
	}
	if n := db.Int(`SELECT count(*) FROM invitation WHERE id = 2 AND disposition = '2.25'`); n != 1 {
		t.Error("a closed case was touched")
	}
	tick(t, db, &heard{}, k.EndsAt.Add(time.Hour))
	if n := db.Int(`SELECT count(*) FROM invitation WHERE state = 'open'`); n != 2 {
		t.Errorf("%d cases are open after the old end, want 2", n)
	}
	tick(t, db, &heard{}, done.To)
	tick(t, db, &heard{}, done.To.Add(time.Minute))
	if n := db.Int(`SELECT count(*) FROM campaign WHERE state = 'closed'`); n != 1 {
		t.Error("the campaign did not close at its new end")
	}
}

// After the end moved to an earlier time, cases close then, and what waits beyond
// it never leaves.
func TestAShorterPeriodClosesAtItsNewEnd(t *testing.T) {
	t.Parallel()
	db, k := fielding(t, 2)
	tick(t, db, &heard{}, k.LaunchedAt)
	sendDue(t, db, k.LaunchedAt)
	tick(t, db, &heard{}, k.LaunchedAt.Add(time.Minute)) // the text waits for tomorrow
	late := db.MakeAttempt(survey.Attempt{InvitationID: 1, Channel: survey.SMS, Step: "sms", DueAt: k.LaunchedAt.Add(5 * time.Hour)})
	o := order(k.Name)
	o.Now = k.LaunchedAt.Add(time.Hour)
	done, err := dispatch.Shorten(t.Context(), db, dispatch.End{At: k.LaunchedAt.Add(3 * time.Hour)}, o)
	if err != nil || done.Cases != 2 {
		t.Fatalf("%+v, %v", done, err)
	}
	if sent := live(t, db, o.Now, done.To.Add(10*time.Minute)); len(sent) != 0 {
		t.Errorf("sent %v", sent)
	}
	if got := db.Text(`SELECT state || ' ' || reason FROM attempt WHERE id = $1`, late); got != "cancelled ended" {
		t.Errorf("what waited beyond the end is %s", got)
	}
	if n := db.Int(`SELECT count(*) FROM campaign k WHERE state = 'closed' AND closed_at < $1
		AND NOT EXISTS (SELECT 1 FROM invitation WHERE state <> 'closed')`, done.To.Add(10*time.Minute)); n != 1 {
		t.Error("the campaign did not close at its new end")
	}
}

// By the clock of a machine that is ahead the end has come, and cases are closed
// by it: for one that is behind it is too late to move it.
func TestAnEndThatHasBegunIsOver(t *testing.T) {
	t.Parallel()
	db, k := fielding(t, 2)
	db.Exec(`UPDATE invitation SET state = 'closed', disposition = '3.11', closed_at = $1, plan_at = NULL WHERE id = 1`, k.EndsAt)
	o := order(k.Name)
	o.Now = k.EndsAt.Add(-time.Second)
	if _, err := dispatch.Extend(t.Context(), db, dispatch.End{By: time.Hour}, o); survey.CodeOf(err) != survey.CodeEndPassed {
		t.Errorf("%v, want end_passed", err)
	}
	// A campaign with open cases is not closed, whoever thought it finished.
	if n, err := db.CloseFinished(t.Context(), k.EndsAt.Add(time.Hour)); err != nil || n != 0 {
		t.Errorf("%d closed, %v", n, err)
	}
}

// While planning goes on, no end moves under it: what the planner decides by an
// end is written before that end can move.
func TestPlanningAndMovingAnEndTakeTurns(t *testing.T) {
	t.Parallel()
	db, k := fielding(t, 40)
	db.Exec(`UPDATE campaign SET ends_at = $1`, k.LaunchedAt.Add(12*time.Hour))
	k.EndsAt = k.LaunchedAt.Add(12 * time.Hour)
	ends := k.EndsAt
	var wg sync.WaitGroup
	moved := make(chan view.EndMoved, 1)
	wg.Go(func() {
		o := order(k.Name)
		o.Now = ends.Add(-time.Millisecond)
		if done, err := dispatch.Extend(context.Background(), db, dispatch.End{By: time.Hour}, o); err == nil {
			moved <- done
		} else if code := survey.CodeOf(err); code != survey.CodeEndPassed && code != survey.CodeCampaignState { // over, or closed by now
			t.Error(err)
		}
		close(moved)
	})
	for range 3 {
		wg.Go(func() { tick(t, db, &heard{}, ends) })
	}
	wg.Wait()
	closed := db.Int(`SELECT count(*) FROM invitation WHERE state = 'closed'`)
	if done, ok := <-moved; ok && closed != 0 || !ok && closed != 40 {
		t.Errorf("moved %v (%+v), and %d cases were closed by the old end", ok, done, closed)
	}
}

func TestSettingTheRateAndTheBudget(t *testing.T) {
	t.Parallel()
	db, k := fielding(t, 3)
	five, none, million, hundred := 5.0, 0.0, int64(1_000_000), int64(100)
	for i, c := range []struct {
		change dispatch.Change
		want   view.Settings
	}{
		{dispatch.Change{Rate: &five}, view.Settings{Rate: 5}},
		{dispatch.Change{Budget: &hundred}, view.Settings{Rate: 5, Budget: 100}},
		{dispatch.Change{Rate: &none, Budget: &million}, view.Settings{Budget: 1_000_000}},
		{dispatch.Change{Budget: new(int64)}, view.Settings{}},
	} {
		if i == 1 {
			db.MakeAttempt(survey.Attempt{InvitationID: 1, Channel: survey.SMS, State: survey.AttemptSent})
			db.Exec(`UPDATE attempt SET cost = 350`)
		}
		done, err := dispatch.Set(t.Context(), db, c.change, order(k.Name))
		if err != nil || done.To != c.want || i > 0 && done.Spent != 350 {
			t.Errorf("%d: %+v, %v; want %+v", i, done, err, c.want)
		}
		got, err := db.Campaign(t.Context(), k.ID)
		if err != nil || got.Rate != c.want.Rate || got.Budget != c.want.Budget {
			t.Errorf("%d: rate %v, budget %d (%v)", i, got.Rate, got.Budget, err)
		}
	}
	if n := db.Int(`SELECT count(*) FROM event WHERE kind = 'campaign_moved' AND args->>'event' = 'set' AND args->>'rate_from' = '5' AND args->>'rate_to' = '0'
		AND args->>'budget_from' = '100' AND args->>'budget_to' = '1000000'`); n != 1 {
		t.Errorf("%d events tell before and after", n)
	}
	bad := -1.0
	for _, c := range []dispatch.Change{{Rate: &bad}, {Budget: func() *int64 { n := int64(-1); return &n }()}} {
		if _, err := dispatch.Set(t.Context(), db, c, order(k.Name)); survey.CodeOf(err) != survey.CodeCampaignInvalid {
			t.Errorf("%v, want campaign_invalid", err)
		}
	}
}

func TestReleaseOfWhatIsNotThere(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	k := inState(db, survey.CampaignFielding, "k")
	db.Exec(`INSERT INTO replicate (campaign_id, number) VALUES ($1, 2)`, k.ID)
	if _, err := dispatch.Release(t.Context(), db, 9, order("k")); survey.KindOf(err) != survey.NotFound {
		t.Errorf("no such replicate: %v", err)
	}
	_, err := dispatch.Release(t.Context(), db, 0, order("k"))
	if survey.CodeOf(err) != survey.CodeReplicateOut || err.(*survey.Error).Args["held"] != "1, 2" {
		t.Errorf("the first is out since the launch: %v", err)
	}
}
