package dispatch_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const forecastSpec = `name: ky-2026-12
title: {vi: Kỳ tháng 12, en: December round}
questionnaire: vi_du
eligible: cum != "C9"
design: {method: stratified, size: 45, strata: [cum], minimum: 2}
protocol: %s
`

// variety fills the list with people of every kind of reach, some in other zones,
// some contacted by another campaign, some on the do-not-contact list.
func variety(t *testing.T, db *pgtest.DB) {
	t.Helper()
	other := db.MakeCampaign(survey.Campaign{Name: "khac", LaunchedAt: pgtest.Day().AddDate(0, 0, -3)})
	for i := range 60 {
		c := pgtest.Reachable(i)
		c.Attributes = map[string]string{"cum": fmt.Sprintf("C%d", i%3+1)}
		switch i % 6 {
		case 1:
			c.Endpoints = c.Endpoints[:1]
		case 2:
			c.Endpoints = c.Endpoints[1:]
		case 3:
			c.Endpoints[0].Status = survey.EndpointDead
		case 4:
			c.Zone = "Europe/Berlin"
		case 5:
			c.Endpoints = nil
		}
		if i%4 == 1 {
			c.Hours = survey.AllHours()[i/4%4]
		}
		id := db.MakeContact(c)
		if i%5 == 0 {
			inv := db.MakeInvitation(survey.Invitation{CampaignID: other.ID, ContactID: id})
			at := pgtest.Day().Add(-time.Duration(i) * time.Hour)
			db.MakeAttempt(survey.Attempt{InvitationID: inv, Channel: survey.SMS, State: survey.AttemptSent, SentAt: at, DueAt: at})
			db.Exec(`UPDATE invitation SET plan_at = NULL WHERE id = $1`, inv)
		}
		if i%11 == 7 {
			db.Exec(`INSERT INTO suppression (contact_id, channel, scope, source, at) VALUES ($1, 'sms', 'all', 'staff', now())`, id)
		}
	}
}

func foretell(t *testing.T, db *pgtest.DB, at time.Time) (dispatch.Forecast, map[string]int) {
	t.Helper()
	each, sums := map[string]int{}, map[survey.Channel]dispatch.ChannelSum{}
	f, err := dispatch.Foretell(t.Context(), db, dispatch.ForecastRequest{Campaign: "ky-2026-12", At: at,
		Word: func(_ context.Context, s view.Specimen) (dispatch.Worded, error) {
			if s.Sender.Channel == survey.SMS {
				return dispatch.Worded{Body: "VP Vi Du: moi Ong/Ba {thieu}", Segments: 2, Wide: true}, nil
			}
			return dispatch.Worded{Subject: "Mời", Body: "https://127.0.0.1/r/x https://ks.vidu.example/u/x", StopLink: "https://ks.vidu.example/u/x"}, nil
		},
		Each: func(p dispatch.Planned) error {
			for i, c := range p.Contacts {
				each[fmt.Sprintf("%d %s %d %s", p.ContactID, c.Step.Name, c.Try, c.At.UTC().Format(time.DateTime))]++
				sum := sums[c.Step.Channel]
				sum.N, sum.Segments, sum.Cost = sum.N+p.Amounts[i].N, sum.Segments+p.Amounts[i].Segments, sum.Cost+p.Amounts[i].Cost
				sums[c.Step.Channel] = sum
			}
			return nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	for ch, total := range f.Total { // what each person costs is what all cost
		if sums[ch] != total {
			t.Errorf("%s: %+v of everybody, %+v in all", ch, sums[ch], total)
		}
	}
	return f, each
}

// runs lets a campaign run to its end: what is due leaves at once and arrives,
// no call is taken, nobody answers. It returns every contact that was made.
func runs(t *testing.T, db *pgtest.DB, from, ends time.Time) map[string]int {
	t.Helper()
	for now := from; now.Before(ends); {
		tick(t, db, &heard{}, now)
		db.Exec(`WITH gone AS (UPDATE attempt SET chunk_id = NULL, sent_at = $1, claimed_at = now(),
				state = CASE channel WHEN 'email' THEN 'sent' WHEN 'sms' THEN 'delivered' ELSE 'undelivered' END,
				reason = CASE channel WHEN 'call' THEN 'no_answer' ELSE 'handed_over' END,
				ended_at = CASE channel WHEN 'email' THEN NULL ELSE $1::timestamptz END
			WHERE state = 'queued' AND due_at <= $1 AND campaign_id = (SELECT id FROM campaign WHERE name = 'ky-2026-12') RETURNING id, invitation_id),
			left_ AS (DELETE FROM attempt_waiting WHERE attempt_id IN (SELECT id FROM gone))
			UPDATE invitation SET plan_at = $1 WHERE id IN (SELECT invitation_id FROM gone)`, now)
		if db.Int(`SELECT count(*) FROM invitation WHERE plan_at <= $1 AND state = 'open'`, now) > 0 {
			continue
		}
		next := db.Text(`SELECT coalesce(least((SELECT min(plan_at) FROM invitation WHERE plan_at > $1 AND state = 'open'),
			(SELECT min(due_at) FROM attempt WHERE state = 'queued')), $2)::text`, now, ends)
		at, err := time.Parse("2006-01-02 15:04:05.999999-07", next)
		if err != nil {
			t.Fatal(err)
		}
		now = at
	}
	out := map[string]int{}
	rows := db.Text(`SELECT coalesce(string_agg(format('%s %s %s %s', i.contact_id, a.step, a.try, to_char(a.sent_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')), E'\n'), '')
		FROM attempt a JOIN invitation i ON i.id = a.invitation_id JOIN campaign k ON k.id = a.campaign_id WHERE k.name = 'ky-2026-12' AND a.sent_at IS NOT NULL`)
	for _, line := range strings.Split(rows, "\n") {
		out[line]++
	}
	return out
}

// tables is what stands in every table, and in which version of every row.
func tables(t *testing.T, db *pgtest.DB) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, table := range strings.Fields(db.Text(`SELECT string_agg(format('%I', relname), ' ') FROM pg_class
		WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`)) {
		out[table] = db.Text(`SELECT count(*) || ' ' || coalesce(md5(string_agg(r.xmin::text || r.ctid::text || r::text, ',' ORDER BY r.ctid)), '') FROM ` + table + ` r`)
	}
	return out
}

// What the forecast of a draft says is what the launch and the scheduler then do:
// who, which step, which try, at which second. Before that it has written nothing.
func TestAForecastIsWhatHappens(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"monthly", "urgent", "short"} {
		db := house(t)
		variety(t, db)
		if _, err := create(t, db, fmt.Sprintf(forecastSpec, name)); err != nil {
			t.Fatal(err)
		}
		before := tables(t, db)
		f, planned := foretell(t, db, pgtest.Day())
		if f.Refused != nil {
			t.Fatalf("%s: refused: %v", name, f.Refused)
		}
		for table, rows := range tables(t, db) {
			if before[table] != rows {
				t.Errorf("%s: a forecast wrote to %s", name, table)
			}
		}
		launched, err := dispatch.Launch(t.Context(), db, ring(t), order("ky-2026-12"))
		if err != nil {
			t.Fatal(err)
		}
		if f.Frame != launched.Frame.Size || f.Sample != launched.Sample.Size || !f.Ends.Equal(launched.EndsAt) {
			t.Errorf("%s: frame %d, sample %d, ends %v; launched with %d, %d, %v", name, f.Frame, f.Sample, f.Ends, launched.Frame.Size, launched.Sample.Size, launched.EndsAt)
		}
		happened := runs(t, db, pgtest.Day(), launched.EndsAt)
		if !maps.Equal(planned, happened) {
			for k := range happened {
				if planned[k] == 0 {
					t.Errorf("%s: not foreseen: %s", name, k)
				}
			}
			for k := range planned {
				if happened[k] == 0 {
					t.Errorf("%s: did not happen: %s", name, k)
				}
			}
		}
		if len(planned) < 60 || f.Never[survey.ReasonNoEndpoint] == 0 {
			t.Errorf("%s: %d contacts, %v never: the test proves nothing", name, len(planned), f.Never)
		}
		total := 0
		for _, sum := range f.Total {
			total += sum.N
		}
		late := 0
		for _, n := range f.Late {
			late += n
		}
		if total+late != len(planned) {
			t.Errorf("%s: %d leave, %d do not, %d are planned", name, total, late, len(planned))
		}
	}
}

// What somebody should look at is found, and said of the step.
func TestAForecastLints(t *testing.T) {
	t.Parallel()
	db := house(t)
	variety(t, db)
	if _, err := create(t, db, fmt.Sprintf(forecastSpec, "monthly")); err != nil {
		t.Fatal(err)
	}
	f, _ := foretell(t, db, pgtest.Day())
	found := map[dispatch.LintCode]string{}
	for _, l := range f.Lints {
		found[l.Code] = l.Step
	}
	for code, step := range map[dispatch.LintCode]string{dispatch.LintUnset: "conversation", dispatch.LintNoRefusal: "conversation",
		dispatch.LintWide: "conversation", dispatch.LintLocal: "mail-last"} {
		if found[code] != step {
			t.Errorf("%s is found of %q, want %q among others", code, found[code], step)
		}
	}
	if sms := f.Total[survey.SMS]; sms.Segments != 2*sms.N || sms.N == 0 {
		t.Errorf("%+v", sms)
	}
	db.Exec(`UPDATE campaign SET protocol = jsonb_set(protocol, '{steps,0,sender}', '"nobody@b.example"') WHERE name = 'ky-2026-12'`)
	if f, _ = foretell(t, db, pgtest.Day()); survey.CodeOf(f.Refused) != survey.CodeSenderMissing || f.Contacted == 0 {
		t.Errorf("refused %v, %d contacted", f.Refused, f.Contacted)
	}
	db.Exec(`UPDATE campaign SET state = 'closed', launched_at = now(), ends_at = now(), closed_at = now() WHERE name = 'ky-2026-12'`)
	_, err := dispatch.Foretell(t.Context(), db, dispatch.ForecastRequest{Campaign: "ky-2026-12", At: pgtest.Day()})
	if survey.CodeOf(err) != survey.CodeCampaignState {
		t.Errorf("of a closed one: %v", err)
	}
}

// Where nobody listens any more the forecast ends, with what the listener said.
func TestAForecastEndsWithItsListener(t *testing.T) {
	t.Parallel()
	db := house(t)
	db.Exec(`INSERT INTO contact (code, name, name_folded, unit, attributes, random_number, created_at, updated_at)
		SELECT 'C' || g, 'x', 'x', '', '{}', g, $1, $1 FROM generate_series(1, 5000) g`, pgtest.Day())
	if _, err := create(t, db, "name: ky-2026-12\ntitle: {vi: Kỳ tháng 12, en: December round}\nquestionnaire: vi_du\ndesign: {method: census}\nprotocol: monthly\n"); err != nil {
		t.Fatal(err)
	}
	full, heard := errors.New("the disk is full"), 0
	_, err := dispatch.Foretell(t.Context(), db, dispatch.ForecastRequest{Campaign: "ky-2026-12", At: pgtest.Day(), Each: func(dispatch.Planned) error {
		if heard++; heard == 700 {
			return full
		}
		return nil
	}})
	if !errors.Is(err, full) || heard != 700 {
		t.Errorf("%v after %d people", err, heard)
	}
}
