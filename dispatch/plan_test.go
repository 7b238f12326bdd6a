package dispatch_test

import (
	"testing"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
)

// planned is one case in the field under a protocol.
func planned(t *testing.T, p survey.Protocol, c survey.Contact) (*pgtest.DB, survey.Campaign, survey.InvitationID) {
	t.Helper()
	db := pgtest.New(t)
	db.MakeSenders()
	k := db.MakeCampaign(survey.Campaign{Protocol: p})
	return db, k, db.MakeInvitation(survey.Invitation{CampaignID: k.ID, ContactID: db.MakeContact(c)})
}

// A step leaves from the sender that it names; one whose sender is not there is
// passed over, and the case waits if nothing else is left.
func TestAStepLeavesFromItsSender(t *testing.T) {
	t.Parallel()
	p := pgtest.Protocol()
	p.Gap = survey.Span(time.Minute)
	p.Steps[0].Sender = "phong2@VIDU.example"
	db, k, inv := planned(t, p, pgtest.Reachable(1))
	now := k.LaunchedAt.Add(time.Minute)
	tick(t, db, &heard{}, now)
	if n := db.Int(`SELECT count(*) FROM attempt`); n != 0 {
		t.Errorf("%d attempts by another sender", n)
	}
	if n := db.Int(`SELECT count(*) FROM invitation WHERE id = $1 AND state = 'open' AND plan_at = $2`, inv, k.LaunchedAt.Add(24*time.Hour)); n != 1 {
		t.Errorf("the next step is not waited for: %s", db.Text(`SELECT plan_at::text FROM invitation`))
	}
	second := db.MakeSender(survey.Sender{Channel: survey.Mail, Address: "phong2@vidu.example", Provider: "smtp"})
	db.Exec(`UPDATE invitation SET plan_at = $1`, now)
	tick(t, db, &heard{}, now)
	if n := db.Int(`SELECT count(*) FROM attempt WHERE step = 'mail' AND sender_id = $1 AND text = 'invitation'`, second); n != 1 {
		t.Errorf("%d attempts by the sender that the step names, want 1", n)
	}
}

// Whom nothing can have reached is sent the invitation by the reminder's step, and
// at once, because the mailbox is dead.
func TestADeadMailboxBringsTheInvitationByText(t *testing.T) {
	t.Parallel()
	c := pgtest.Reachable(1)
	c.Endpoints[0].Status = survey.EndpointDead
	db, k, _ := planned(t, pgtest.Protocol(), c)
	tick(t, db, &heard{}, k.LaunchedAt.Add(time.Minute))
	if n := db.Int(`SELECT count(*) FROM attempt WHERE step = 'sms' AND text = 'invitation' AND due_at = $1`, k.LaunchedAt.Add(time.Minute)); n != 1 {
		t.Error("the text waits for its day, or reads as a reminder")
	}
}

// A contact of another campaign is waited for to the second, not looked for again
// and again; and a person abroad is contacted by their own clock.
func TestPlanningWaitsForTheExactInstant(t *testing.T) {
	t.Parallel()
	p := pgtest.Protocol()
	p.Steps = p.Steps[1:]
	p.Steps[0].After, p.MonthCap, p.Gap = 0, 1, survey.Span(time.Hour)
	c := pgtest.Reachable(1)
	c.Zone = "Europe/Berlin"
	db, k, inv := planned(t, p, c)
	other := db.MakeCampaign(survey.Campaign{Name: "khac"})
	theirs := db.MakeInvitation(survey.Invitation{CampaignID: other.ID, ContactID: 1})
	sent := k.LaunchedAt.AddDate(0, 0, -27).Add(-3*time.Hour - 7*time.Second)
	db.MakeAttempt(survey.Attempt{InvitationID: theirs, Channel: survey.Mail, State: survey.AttemptSent, SentAt: sent, DueAt: sent})
	db.Exec(`UPDATE invitation SET plan_at = NULL WHERE id = $1`, theirs)
	tick(t, db, &heard{}, k.LaunchedAt.Add(time.Minute))
	// 30 days later it is 05:59:53 in Berlin: the hours begin at seven.
	want := time.Date(2026, 12, 4, 6, 0, 0, 0, time.UTC)
	if n := db.Int(`SELECT count(*) FROM invitation WHERE id = $1 AND plan_at = $2`, inv, want); n != 1 {
		t.Errorf("waits until %s, want %s", db.Text(`SELECT plan_at::text FROM invitation WHERE id = $1`, inv), want)
	}
	tick(t, db, &heard{}, want)
	if n := db.Int(`SELECT count(*) FROM attempt WHERE invitation_id = $1`, inv); n != 1 {
		t.Errorf("%d attempts at that instant, want 1", n)
	}
}

// What a protocol loosens goes on record at launch, by whom and why; what it does
// not say, or whose sender is not there, is refused when the campaign is made and
// again when it is launched.
func TestALaunchPutsLooseningsOnRecord(t *testing.T) {
	t.Parallel()
	db := house(t)
	people(db, 60)
	if _, err := create(t, db, decemberSpec); err != nil {
		t.Fatal(err)
	}
	launch := func() error {
		_, err := dispatch.Launch(t.Context(), db, ring(t), order("ky-2026-12"))
		return err
	}
	keep := db.Text(`SELECT protocol::text FROM campaign`)
	for change, want := range map[string]survey.Code{
		`protocol - 'loosened'`: survey.CodeProtocolDefault,
		`jsonb_set(protocol, '{steps,0,sender}', '"a@b.example"')`: survey.CodeSenderMissing,
	} {
		db.Exec(`UPDATE campaign SET protocol = ` + change)
		if err := launch(); survey.CodeOf(err) != want {
			t.Errorf("%s: %v, want %s", change, err, want)
		}
		db.Exec(`UPDATE campaign SET protocol = $1::jsonb`, keep)
	}
	if n := db.Int(`SELECT count(*) FROM event`); n != 0 {
		t.Errorf("%d events of launches that were refused", n)
	}
	if err := launch(); err != nil {
		t.Fatal(err)
	}
	if n := db.Int(`SELECT count(*) FROM event WHERE kind = 'protocol_loosened'`); n != 1 {
		t.Errorf("%d loosenings on record, want 1", n)
	}
	if n := db.Int(`SELECT count(*) FROM event WHERE kind = 'protocol_loosened' AND actor = 'lan' AND at = $1 AND args->>'name' = 'call_per_day'
		AND args->>'reason' = 'diễn tập với máy mô phỏng và người tình nguyện'`, pgtest.Day()); n != 1 {
		t.Errorf("on record: %s", db.Text(`SELECT args::text FROM event WHERE kind = 'protocol_loosened'`))
	}
}

func TestASpecThatNamesASender(t *testing.T) {
	t.Parallel()
	db := house(t)
	db.MakeSender(survey.Sender{Channel: survey.SMS, Address: "+84900000002", Provider: "twilio"})
	for sender, want := range map[string]survey.Code{
		"+84900000001": "", "+84900000003": survey.CodeSenderMissing, "khaosat@vidu.example": survey.CodeSenderMissing,
		"+84900000002": survey.CodeCannotReceive,
	} {
		_, err := create(t, db, `
name: khan-`+sender[len(sender)-2:]+`
title: {vi: Khẩn}
questionnaire: vi_du
protocol:
  name: hoi
  zone: Asia/Ho_Chi_Minh
  length: 2d
  day_caps: {sms: 3}
  windows: {sms: {from: "07:00", to: "22:00"}}
  steps:
    - {name: hoi, channel: sms, text: invitation, conversation: true, sender: "`+sender+`"}
`)
		if survey.CodeOf(err) != want {
			t.Errorf("%s: %v, want %q", sender, err, want)
		}
	}
}

// What follows a contact that leaves promptly is foreseen when it is planned; a
// contact in doubt is not looked at again and again until somebody settles it.
func TestWhatFollowsIsForeseen(t *testing.T) {
	t.Parallel()
	db, k, inv := planned(t, pgtest.Protocol(), pgtest.Reachable(1))
	now := k.LaunchedAt.Add(time.Minute)
	look := func() string {
		return db.Text(`SELECT to_char(plan_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') FROM invitation WHERE id = $1`, inv)
	}
	utc := func(at time.Time) string { return at.UTC().Format(time.DateTime) }
	tick(t, db, &heard{}, now)
	next := now.Add(pgtest.Protocol().Gap.Duration()) // the gap holds up the second step
	if second := k.LaunchedAt.Add(pgtest.Protocol().Steps[1].After.Duration()); second.After(next) {
		next = second
	}
	if got := look(); got != utc(next) {
		t.Errorf("after planning it is looked at again at %s, want %s", got, utc(next))
	}
	// A look meanwhile leaves it so, as long as it may leave promptly.
	db.Exec(`UPDATE invitation SET plan_at = $1`, now)
	tick(t, db, &heard{}, now.Add(survey.Prompt))
	if got := look(); got == utc(k.EndsAt) || got < utc(next) {
		t.Errorf("a look while it is on its way: again at %s", got)
	}
	// In doubt since long, it rests until it is settled.
	db.Exec(`UPDATE attempt SET state = 'unknown'`)
	db.Exec(`UPDATE invitation SET plan_at = $1`, now)
	tick(t, db, &heard{}, now.Add(survey.Prompt+time.Second))
	if got := look(); got != utc(k.EndsAt) {
		t.Errorf("in doubt it is looked at again at %s, want %s", got, utc(k.EndsAt))
	}
}
