package postgres_test

import (
	"strings"
	"testing"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// What a person says about their hours is looked at by every open case of theirs at
// once, and stands with its time and source.
func TestAPersonSaysTheirHours(t *testing.T) {
	t.Parallel()
	f := newField(t, 2)
	_, others := f.campaign("another")
	f.Exec(`UPDATE invitation SET plan_at = $1`, f.now.Add(5*24*time.Hour))
	f.change(f.people[0], view.Change{Hours: survey.HoursEvening})
	f.want(1, "the person's hours", `SELECT count(*) FROM contact WHERE id = $1 AND hours = 'evening' AND hours_source = 'web' AND hours_at IS NOT NULL`, f.contacts[0])
	f.want(2, "cases to look at", `SELECT count(*) FROM invitation WHERE plan_at <= $1 AND id IN ($2, $3)`, f.now.Add(time.Hour), f.people[0], others[0])
	f.want(2, "cases left alone", `SELECT count(*) FROM invitation WHERE plan_at > $1`, f.now.Add(4*24*time.Hour))
	f.change(f.people[1], view.Change{Language: survey.English})
	f.want(1, "people with hours", `SELECT count(*) FROM contact WHERE hours <> ''`)
}

func TestStaffWriteHoursDown(t *testing.T) {
	t.Parallel()
	f := newField(t, 2)
	f.Exec(`UPDATE invitation SET plan_at = NULL`)
	f.Exec(`UPDATE contact SET merged_into = $1, left_at = $3 WHERE id = $2`, f.contacts[0], f.contacts[1], f.now)
	audit := view.Audit{At: f.now, Actor: "lan", Act: "hours", Reason: "gọi điện", Detail: map[string]any{"hours": "office"}}
	said := survey.SaidHours{ContactID: f.contacts[1], Hours: survey.HoursOffice, At: f.now, Source: survey.HoursFromStaff}
	if err := f.SetHours(t.Context(), said, audit); err != nil {
		t.Fatal(err)
	}
	f.want(1, "of whom they were merged into", `SELECT count(*) FROM contact WHERE hours = 'office' AND hours_source = 'staff' AND id = $1`, f.contacts[0])
	f.want(1, "cases to look at", `SELECT count(*) FROM invitation WHERE plan_at = $1`, f.now)
	f.want(1, "lines of the record", `SELECT count(*) FROM audit WHERE act = 'hours' AND contact_id = $1 AND actor = 'lan' AND detail ->> 'hours' = 'office'`, f.contacts[0])
	card := f.card(f.contacts[0])
	if card.Hours != survey.HoursOffice || card.HoursSource != survey.HoursFromStaff || !card.HoursAt.Equal(f.now) {
		t.Errorf("the card says %q %q %v", card.Hours, card.HoursSource, card.HoursAt)
	}
	d, err := f.Dossier(t.Context(), view.DossierOrder{ContactID: f.contacts[0], Reason: "đơn", Actor: "lan", Now: f.now}, noHashes)
	if err != nil || !strings.Contains(string(d.Contacts), `"hours": "office"`) || !strings.Contains(string(d.Contacts), `"hours_source": "staff"`) {
		t.Errorf("what is handed over has no hours: %s, %v", d.Contacts, err)
	}
	said.ContactID = 999
	if err := f.SetHours(t.Context(), said, audit); survey.KindOf(err) != survey.NotFound {
		t.Errorf("of nobody: %v", err)
	}
	f.refused("hours without a time", `UPDATE contact SET hours_at = NULL WHERE hours <> ''`)
	f.refused("a time without hours", `UPDATE contact SET hours = '', hours_source = ''  WHERE hours <> ''`)
}

// noHashes says that no address is barred.
func noHashes(survey.EndpointKind, string) [][]byte { return nil }

// Of two that are one person, the later wish holds.
func TestMergedPeopleKeepTheLaterWish(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ keep, drop, want string }{
		"only the other said":  {"", "2026-12-01", "evening"},
		"the other said later": {"2026-12-01", "2026-12-02", "evening"},
		"the one said later":   {"2026-12-02", "2026-12-01", "office"},
		"only the one said":    {"2026-12-02", "", "office"},
		"neither":              {"", "", ""},
	} {
		f := newField(t, 2)
		f.Exec(`UPDATE contact SET hours = CASE WHEN id = $1 THEN 'office' ELSE 'evening' END, hours_source = 'web',
			hours_at = CASE WHEN id = $1 THEN nullif($2, '') ELSE nullif($3, '') END::timestamptz
			WHERE CASE WHEN id = $1 THEN $2 ELSE $3 END <> ''`, f.contacts[0], c.keep, c.drop)
		_, err := f.MergePeople(t.Context(), view.MergeOrder{Keep: f.contacts[0], Drop: f.contacts[1], Reason: "một người", Actor: "lan", Now: f.now},
			func(keep, _ view.Twin) (view.PeopleMerge, error) { return view.PeopleMerge{Keep: keep.Contact}, nil })
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Text(`SELECT hours FROM contact WHERE id = $1`, f.contacts[0]); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
