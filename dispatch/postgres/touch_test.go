package postgres_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"canvass/dispatch/postgres"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// Planning sees what other campaigns handed over to the person in 30 days, by
// when, and whether it may have arrived; nothing else.
func TestPlanSeesOtherCampaignsContacts(t *testing.T) {
	t.Parallel()
	f := newField(t, 2)
	_, others := f.campaign("khac")
	old, olds := f.campaign("cu")
	f.Exec(`UPDATE campaign SET ends_at = $1, state = 'closed', closed_at = $1 WHERE id = $2`, f.now.Add(-32*24*time.Hour), old.ID)
	ago := func(d time.Duration) time.Time { return f.now.Add(-d) }
	const days = 24 * time.Hour
	attempt := func(inv survey.InvitationID, step string, s survey.AttemptState, why survey.Reason, sent, due time.Time) {
		f.MakeAttempt(survey.Attempt{InvitationID: inv, Step: step, Channel: survey.SMS, State: s, Reason: why, SentAt: sent, DueAt: due})
	}
	attempt(f.people[0], "own", survey.AttemptSent, "", ago(time.Hour), ago(time.Hour))
	attempt(others[0], "sent", survey.AttemptSent, survey.ReasonHandedOver, ago(2*time.Hour), ago(3*time.Hour))
	attempt(others[0], "arrived", survey.AttemptDelivered, "", ago(29*days), ago(29*days))
	attempt(others[0], "missed", survey.AttemptUndelivered, survey.ReasonNoAnswer, ago(3*days), ago(3*days))
	attempt(others[0], "broke off", survey.AttemptUndelivered, survey.ReasonHungUp, ago(4*days), ago(4*days))
	attempt(others[0], "in doubt", survey.AttemptUnknown, survey.ReasonInDoubt, time.Time{}, ago(5*days))
	attempt(others[0], "leaving", survey.AttemptSending, "", time.Time{}, ago(6*days))
	attempt(others[0], "refused later", survey.AttemptFailed, survey.ReasonPermanent, ago(7*days), ago(7*days))
	attempt(others[0], "refused at once", survey.AttemptFailed, survey.ReasonPermanent, time.Time{}, ago(time.Hour))
	attempt(others[0], "queued", survey.AttemptQueued, "", time.Time{}, ago(time.Hour))
	attempt(others[0], "withdrawn", survey.AttemptCancelled, survey.ReasonPaused, time.Time{}, ago(time.Hour))
	attempt(others[0], "long ago", survey.AttemptSent, "", ago(31*days), ago(31*days))
	attempt(olds[0], "of a campaign long over", survey.AttemptSent, "", ago(33*days), ago(33*days))
	f.Exec(`UPDATE contact SET zone = 'Europe/Berlin', hours = 'evening', hours_at = now(), hours_source = 'web' WHERE id = $1`, f.contacts[0])
	want := []survey.Touch{{At: ago(0), Arrived: true}, {At: ago(2 * time.Hour), Arrived: true}, {At: ago(3 * days)}, {At: ago(4 * days), Arrived: true},
		{At: ago(5 * days), Arrived: true}, {At: ago(7 * days)}, {At: ago(29 * days), Arrived: true}}
	f.Exec(`UPDATE invitation SET plan_at = NULL WHERE campaign_id <> $1`, f.k.ID)
	f.plan(f.now, func(c view.PlanCase) view.Plan {
		if c.Invitation.ID == f.people[1] {
			if len(c.Others) > 0 || c.Zone != "" || c.Hours != "" {
				t.Errorf("somebody else has %v in %q", c.Others, c.Zone)
			}
			return view.Plan{}
		}
		got := slices.Clone(c.Others)
		slices.SortFunc(got, func(a, b survey.Touch) int { return b.At.Compare(a.At) })
		if len(got) != len(want) || c.Zone != "Europe/Berlin" || c.Hours != survey.HoursEvening {
			t.Errorf("%d contacts in %q, want %d: %v", len(got), c.Zone, len(want), got)
			return view.Plan{}
		}
		for i, w := range want {
			if !got[i].At.Equal(w.At) || got[i].Arrived != w.Arrived || got[i].Own || got[i].Channel != survey.SMS {
				t.Errorf("contact %d: %+v, want %+v", i, got[i], w)
			}
		}
		return view.Plan{}
	})
}

// Whoever was merged into a contact is the same person, also where both had a
// case in one campaign.
func TestPlanSeesContactsOfWhoWasMerged(t *testing.T) {
	t.Parallel()
	f := newField(t, 2)
	_, others := f.campaign("khac")
	for _, inv := range []survey.InvitationID{f.people[1], others[1]} {
		f.MakeAttempt(survey.Attempt{InvitationID: inv, Channel: survey.Mail, State: survey.AttemptSent, SentAt: f.now, DueAt: f.now})
	}
	f.Exec(`UPDATE contact SET merged_into = $1, left_at = $3 WHERE id = $2`, f.contacts[0], f.contacts[1], f.now)
	f.plan(f.now, func(c view.PlanCase) view.Plan {
		if c.Invitation.ID == f.people[0] && len(c.Others) != 2 {
			t.Errorf("%d contacts of the person, want 2", len(c.Others))
		}
		return view.Plan{}
	})
}

// The wording that was planned is kept, and read with the attempt.
func TestPlanKeepsTheWording(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	f.plan(f.now, func(c view.PlanCase) view.Plan {
		p := f.contact(c)
		p.Contact.Text = survey.TextInvitation
		p.LookAt = f.now
		return p
	})
	f.plan(f.now, func(c view.PlanCase) view.Plan {
		if len(c.Attempts) != 1 || c.Attempts[0].Text != survey.TextInvitation {
			t.Errorf("attempts %+v", c.Attempts)
		}
		return view.Plan{}
	})
}

// explained is how the server carries out a query, and did.
func (f *field) explained(query string) string {
	f.t.Helper()
	rows, err := f.SQL().QueryContext(f.t.Context(), `EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) `+query)
	if err != nil {
		f.t.Fatal(err)
	}
	defer rows.Close()
	var out strings.Builder
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			f.t.Fatal(err)
		}
		out.WriteString(line + "\n")
	}
	if err := rows.Err(); err != nil {
		f.t.Fatal(err)
	}
	return out.String()
}

// A batch is planned without reading the whole ledger: with some years of
// campaigns in it, only the few of this month are looked into, by their indexes.
func TestTouchesAreFoundByIndex(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("fills a ledger of 100,000 lines")
	}
	f := newField(t, 0)
	f.Exec(`INSERT INTO contact (name, name_folded, random_number) SELECT 'Ví Dụ', 'vi du', n FROM generate_series(1, 10000) AS n`)
	for i := range 10 {
		k, _ := f.campaign("ky-" + string(rune('a'+i)))
		f.Exec(`UPDATE campaign SET launched_at = $1, ends_at = $2 WHERE id = $3`, f.now.AddDate(0, -i, -7), f.now.AddDate(0, -i, 0), k.ID)
		f.Exec(`INSERT INTO invitation (campaign_id, contact_id, stratum, replicate, inclusion, weight, state)
			SELECT $1, id, '', 0, 1, 1, 'open' FROM contact`, k.ID)
		f.Exec(`INSERT INTO attempt (campaign_id, invitation_id, step, channel, try, sender_id, state, due_at, planned_at, sent_at)
			SELECT i.campaign_id, i.id, 'mail', 'email', 1, $2, 'sent', $3, $3, $3 FROM invitation i WHERE i.campaign_id = $1`,
			k.ID, f.senders[survey.Mail], f.now.AddDate(0, -i, -2))
	}
	f.Exec(`ANALYZE`)
	f.want(100_000, "lines of the ledger", `SELECT count(*) FROM attempt`)
	ids := f.Text(`SELECT string_agg(id::text, ',' ORDER BY random_number DESC) FROM (SELECT id, random_number FROM contact ORDER BY id LIMIT 500) AS c`)
	query := strings.NewReplacer("$1", "'{"+ids+"}'::bigint[]", "$2", "'"+f.now.Format(time.RFC3339)+"'",
		"$3", "'"+f.now.AddDate(0, 0, -30).Format(time.RFC3339)+"'", "$4", "'{1,2,3}'::bigint[]").Replace(postgres.TouchesQuery())
	plan := f.explained(query)
	for _, whole := range []string{"Seq Scan on attempt", "Seq Scan on invitation", "Seq Scan on contact"} {
		if strings.Contains(plan, whole) {
			t.Errorf("%s:\n%s", whole, plan)
		}
	}
	n := f.Int(`SELECT count(*) FROM (` + query + `) AS t`)
	if n != 500 { // those of three cases are of this month anyway
		t.Errorf("%d contacts of 500 people in a month, want 500", n)
	}
}
