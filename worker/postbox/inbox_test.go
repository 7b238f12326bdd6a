package postbox

import (
	"context"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"canvass/dispatch/postgres"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/queue"
	"canvass/dispatch/survey"
	"canvass/worker/channel"
	"canvass/worker/channel/email"
	"canvass/worker/ingest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }

// silent enqueues nothing: the row is found without a hint.
type silent struct{}

func (silent) Enqueue(context.Context, ...queue.Task) error { return nil }

// switched is a keeper that can be exchanged, as a database is that comes back.
type switched struct{ to Keeper }

func (s *switched) ReceiveMail(ctx context.Context, in channel.Inbound) error {
	return s.to.ReceiveMail(ctx, in)
}

// A mail server that keeps coming while the database is away: nothing is
// acknowledged that is not committed, and in the end the mail is there once.
func TestTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	k := db.MakeCampaign(survey.Campaign{})
	db.MakeSenders()
	inv := db.MakeInvitation(survey.Invitation{CampaignID: k.ID, ContactID: db.MakeContact(pgtest.Reachable(1))})
	id := db.MakeAttempt(survey.Attempt{InvitationID: inv, Channel: survey.Mail, State: survey.AttemptSent})
	over := func(to *postgres.DB) *ingest.Ingest {
		return ingest.New(to, silent{}, survey.NewClock(time.Now), testKeys(t)).WithMail(email.Reader{}, domain)
	}
	away, err := postgres.Open(t.Context(), db.URL)
	if err != nil {
		t.Fatal(err)
	}
	if err := away.Close(); err != nil {
		t.Fatal(err)
	}
	live := over(db.DB)
	k2 := &switched{to: over(away)}
	b := open(t, k2)
	to := b.keys.BounceAddress("a"+strconv.FormatInt(int64(id), 10), domain)
	c := b.dial(t)
	for range 3 {
		if got := bring(t, c, report, to); got[0] != "451 4.3.0" {
			t.Errorf("with the database away: %s", got[0])
		}
	}
	if n := db.Int(`SELECT count(*) FROM inbox`); n != 0 {
		t.Errorf("%d rows", n)
	}
	k2.to = live
	for range 3 {
		if got := bring(t, c, report, to); got[0] != "250" {
			t.Errorf("with the database back: %s", got[0])
		}
	}
	if got := db.Text(`SELECT concat_ws(' ', count(*), max(kind), max(provider), max(invitation_id)) FROM inbox`); got != "1 bounce smtp "+strconv.FormatInt(int64(inv), 10) {
		t.Errorf("the inbox has %s", got)
	}
	if err := live.Handle(t.Context(), queue.Task{Kind: queue.Ingest, ID: int64(inv)}); err != nil {
		t.Fatal(err)
	}
	if got := db.Text(`SELECT concat_ws(' ', state, reason) FROM attempt WHERE id = $1`, id); got != "undelivered bounce" {
		t.Errorf("the attempt is %s", got)
	}
	if strings.Contains(b.log.String(), "@") {
		t.Errorf("the log names an address: %s", b.log)
	}
}
