package dispatch_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
)

// faraway is a provider that keeps texts until it is told, and refuses one.
type faraway struct {
	asked  []string
	refuse string
}

func (f *faraway) Redact(_ context.Context, id string) error {
	f.asked = append(f.asked, id)
	if id == f.refuse {
		return errors.New("busy")
	}
	return nil
}

// Everything that is old goes, kind by kind, and only that; what stays is told with its
// reason; and a second run finds nothing.
func TestRetentionEndsWhatIsOldAndSaysWhatStays(t *testing.T) {
	t.Parallel()
	db := house(t)
	over := db.MakeCampaign(survey.Campaign{Name: "xong", State: survey.CampaignClosed, Confidentiality: survey.Confidential,
		Custody: survey.Custody{Holder: "Lê Văn Giữ", Until: survey.Span(30 * 24 * time.Hour)}})
	now := over.EndsAt.Add(31 * 24 * time.Hour)
	field := db.MakeCampaign(survey.Campaign{Name: "dang-lam"})
	inv := db.MakeInvitation(survey.Invitation{CampaignID: over.ID, ContactID: db.MakeContact(pgtest.Reachable(1))})
	open := db.MakeInvitation(survey.Invitation{CampaignID: field.ID, ContactID: db.MakeContact(pgtest.Reachable(2))})
	response := db.MakeResponse(inv, survey.ResponseSubmitted, survey.Web, survey.Answers{"huong": {Value: "1"}})
	identified := db.MakeResponse(open, survey.ResponseSubmitted, survey.Web, nil)
	arrive := func(kind, id string, inv any, days int, outcome, reason string) {
		db.Exec(`INSERT INTO inbox (kind, provider, provider_id, received_at, invitation_id, payload, applied_at, outcome, reason)
			VALUES ($1, 'twilio', $2, clock_timestamp() - make_interval(days => $4), $3, '{"text": "Giá gạo"}', CASE WHEN $5 <> '' THEN now() END, $5, $6)`,
			kind, id, inv, days, outcome, reason)
	}
	arrive("text", "SMold", inv, 200, "applied", "")
	arrive("text", "SMstray", nil, 200, "parked", "unknown_sender")
	arrive("text", "SMnew", inv, 100, "applied", "")
	arrive("text", "SMfield", open, 200, "applied", "")
	arrive("text", "SMopen", inv, 200, "", "")
	arrive("form", "f1", inv, 40, "applied", "")
	arrive("form", "f2", inv, 20, "applied", "")
	arrive("stop", "erase", inv, 400, "parked", "erase_asked")
	db.Exec(`INSERT INTO conversation (mode, sender_id, phone, invitation_id, state, opened_at, closed_at)
		SELECT 'sms', min(id), '+84310000001', $1, '{}', $2, $2 FROM sender`, inv, now.AddDate(0, 0, -200))
	a := db.MakeAttempt(survey.Attempt{InvitationID: inv, Channel: survey.SMS, State: survey.AttemptDelivered})
	db.Exec(`UPDATE attempt SET provider_id = 'SMours', claimed_at = clock_timestamp() - interval '40 days' WHERE id = $1`, a)

	provider := &faraway{refuse: "SMstray"}
	clock := survey.Rehearse(time.Now, survey.Rehearsal{Real: time.Now(), Business: now, Speed: 1})
	run := func(dry bool) string {
		r := dispatch.NewRetention(db, dispatch.RetentionConfig{Provider: provider, Clock: clock, Lives: survey.Lives(), Logger: slog.New(slog.DiscardHandler)})
		report, err := r.Run(t.Context(), dry)
		if err != nil {
			t.Fatal(err)
		}
		out := ""
		for _, l := range report {
			out += fmt.Sprintf("%s %d", l.Kind, l.Ended)
			for _, why := range []survey.StaysFor{survey.StaysInField, survey.StaysWaits, survey.StaysRefused} {
				if l.Stays[why] > 0 {
					out += fmt.Sprintf(" %s=%d", why, l.Stays[why])
				}
			}
			out += "; "
		}
		return out
	}
	snapshot := func() string {
		return db.Text(`SELECT (SELECT string_agg(provider_id || (payload = '{}'), ' ' ORDER BY provider_id) FROM inbox) || (SELECT count(*) FROM conversation)
			|| (SELECT count(*) FROM link.response_link) || (SELECT count(*) FROM redaction)`)
	}
	before := snapshot()
	if got := run(true); got != "forms 1; texts 2 in_field=1 waits=1; notices 0; notes 0; recordings 0; talk 1; uploads 0; links 1; provider 5; " || snapshot() != before || len(provider.asked) > 0 {
		t.Errorf("dry run: %s", got)
	}
	if got := run(false); got != "forms 1; texts 2 in_field=1 waits=1; notices 0; notes 0; recordings 0; talk 1; uploads 0; links 1; provider 4 refused=1; " {
		t.Errorf("run: %s", got)
	}
	if got := snapshot(); got != "SMfieldfalse SMnewfalse SMoldtrue SMopenfalse SMstraytrue erasefalse f1true f2false014" {
		t.Errorf("left %s", got)
	}
	if !slices.Contains(provider.asked, "SMours") || !slices.Contains(provider.asked, "SMold") {
		t.Errorf("the provider was asked for %v", provider.asked)
	}
	if got := db.Text(`SELECT to_char(submitted_at AT TIME ZONE 'UTC', 'HH24:MI') FROM response WHERE id = $1`, response); got != "00:00" {
		t.Errorf("what is nobody's any more has the hour %s", got)
	}
	if n := db.Int(`SELECT count(*) FROM link.response_link WHERE response_id = $1`, identified); n != 1 {
		t.Error("an identified answer lost its link")
	}
	provider.refuse = ""
	if got := run(false); got != "forms 0; texts 0 in_field=1 waits=1; notices 0; notes 0; recordings 0; talk 0; uploads 0; links 0; provider 1; " {
		t.Errorf("again: %s", got)
	}
}
