package dispatch_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/results"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/token"
)

func ring(t *testing.T) *token.Keyring {
	t.Helper()
	r, err := token.NewKeyring(token.Key{ID: "k1", Secret: []byte(strings.Repeat("s", 32))})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// people fills the list with n reachable collaborators in three clusters.
func people(db *pgtest.DB, n int) {
	for i := range n {
		c := pgtest.Reachable(i)
		c.Attributes = map[string]string{"cum": fmt.Sprintf("C%d", i%3+1)}
		if i%7 == 0 {
			c.Language = survey.English
		}
		db.MakeContact(c)
	}
}

func order(name string) dispatch.Order {
	return dispatch.Order{Campaign: name, Actor: "lan", Words: "theo lịch mới", Now: pgtest.Day()}
}

func TestLaunch(t *testing.T) {
	t.Parallel()
	db := house(t)
	people(db, 60)
	if _, err := create(t, db, decemberSpec); err != nil {
		t.Fatal(err)
	}
	keys := ring(t)
	got, err := dispatch.Launch(t.Context(), db, keys, order("ky-2026-12"))
	if err != nil {
		t.Fatal(err)
	}
	if got.Frame.Size != 60 || got.Sample.Size != 20 || len(got.Sample.Strata) != 3 {
		t.Errorf("frame %d, sample %d in %d strata; want 60, 20, 3", got.Frame.Size, got.Sample.Size, len(got.Sample.Strata))
	}
	k, err := db.CampaignByName(t.Context(), "ky-2026-12")
	if err != nil || k.State != survey.CampaignFielding || !k.LaunchedAt.Equal(pgtest.Day()) || !k.EndsAt.Equal(pgtest.Day().Add(2*time.Hour)) {
		t.Errorf("campaign %s from %v to %v, %v", k.State, k.LaunchedAt, k.EndsAt, err)
	}
	if n := db.Int(`SELECT count(*) FROM invitation WHERE state = 'open' AND plan_at = $1 AND inclusion * weight BETWEEN 0.999 AND 1.001`, pgtest.Day()); n != 20 {
		t.Errorf("%d cases are open, due and weighted, want 20", n)
	}
	if n := db.Int(`SELECT round(sum(weight)) FROM invitation`); n != 60 {
		t.Errorf("the weights add up to %d, want the frame", n)
	}
	if n := db.Int(`SELECT count(*) FROM invitation i JOIN contact c ON c.id = i.contact_id WHERE i.language <> c.language`); n != 0 {
		t.Errorf("%d cases are in the wrong language", n)
	}
	tokensOpen(t, db, keys)
	if _, err := dispatch.Launch(t.Context(), db, keys, order("ky-2026-12")); survey.KindOf(err) != survey.Conflict {
		t.Errorf("launching again: %v, want a conflict", err)
	}
}

// tokensOpen checks that every case has the three tokens that the ring makes.
func tokensOpen(t *testing.T, db *pgtest.DB, keys *token.Keyring) {
	t.Helper()
	rows, err := db.SQL().QueryContext(t.Context(), `SELECT invitation_id, purpose, version, key_id, hash FROM token`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	n := 0
	for rows.Next() {
		var inv survey.InvitationID
		var purpose token.Purpose
		var version int
		var key string
		var hash []byte
		if err := rows.Scan(&inv, &purpose, &version, &key, &hash); err != nil {
			t.Fatal(err)
		}
		tok, ok := keys.Make(key, purpose, inv, version)
		if sum := sha256.Sum256([]byte(string(tok))); !ok || version != 1 || string(sum[:]) != string(hash) {
			t.Errorf("the %s token of case %d does not open", purpose, inv)
		}
		n++
	}
	if want := 3 * db.Int(`SELECT count(*) FROM invitation`); n != want {
		t.Errorf("%d tokens, want %d", n, want)
	}
}

// crash fails the nth call that would change something, before it does.
type crash struct {
	*pgtest.DB
	left int
}

var errCrash = errors.New("killed")

func (c *crash) step() error {
	if c.left--; c.left < 0 {
		return errCrash
	}
	return nil
}

func (c *crash) MoveCampaign(ctx context.Context, m view.CampaignMove) error {
	if err := c.step(); err != nil {
		return err
	}
	return c.DB.MoveCampaign(ctx, m)
}

func (c *crash) FreezeFrame(ctx context.Context, f view.Freeze, seal func([]survey.FrameUnit) (string, error)) (view.Frame, error) {
	if err := c.step(); err != nil {
		return view.Frame{}, err
	}
	return c.DB.FreezeFrame(ctx, f, seal)
}

func (c *crash) DrawSample(ctx context.Context, o view.DrawOrder) (view.Sample, error) {
	if err := c.step(); err != nil {
		return view.Sample{}, err
	}
	return c.DB.DrawSample(ctx, o)
}

func (c *crash) ReleaseReplicate(ctx context.Context, id survey.CampaignID, number int, now time.Time) (int, error) {
	if err := c.step(); err != nil {
		return 0, err
	}
	return c.DB.ReleaseReplicate(ctx, id, number, now)
}

func (c *crash) IssueTokens(ctx context.Context, o view.TokenOrder) (int, error) {
	if err := c.step(); err != nil {
		return 0, err
	}
	return c.DB.IssueTokens(ctx, o)
}

func TestALaunchThatWasKilledIsTakenUpByLaunchingAgain(t *testing.T) {
	t.Parallel()
	const steps = 6
	for n := range steps {
		db := house(t)
		people(db, 30)
		if _, err := create(t, db, decemberSpec); err != nil {
			t.Fatal(err)
		}
		keys := ring(t)
		if _, err := dispatch.Launch(t.Context(), &crash{DB: db, left: n}, keys, order("ky-2026-12")); !errors.Is(err, errCrash) {
			t.Fatalf("killed after %d steps: %v; count the steps", n, err)
		}
		again := order("ky-2026-12")
		again.Now = again.Now.Add(time.Hour)
		people(db, 0)
		got, err := dispatch.Launch(t.Context(), db, keys, again)
		if err != nil {
			t.Fatalf("after %d steps: %v", n, err)
		}
		if got.Sample.Size != 20 || db.Int(`SELECT count(*) FROM invitation WHERE state = 'open'`) != 20 {
			t.Errorf("after %d steps: a sample of %d", n, got.Sample.Size)
		}
		tokensOpen(t, db, keys)
		if n := db.Int(`SELECT count(*) FROM event WHERE kind IN ('frame_frozen', 'sample_drawn')`); n != 2 {
			t.Errorf("%d events of freezing and drawing, want one each", n)
		}
	}
}

func TestALaunchThatCannotBeIsRefusedAndCanBeMended(t *testing.T) {
	t.Parallel()
	db := house(t)
	if _, err := create(t, db, decemberSpec); err != nil {
		t.Fatal(err)
	}
	keys := ring(t)
	launch := func() error {
		_, err := dispatch.Launch(t.Context(), db, keys, order("ky-2026-12"))
		return err
	}
	if err := launch(); survey.CodeOf(err) != survey.CodeFrameEmpty {
		t.Errorf("nobody on the list: %v, want frame_empty", err)
	}
	people(db, 10)
	if err := launch(); survey.CodeOf(err) != survey.CodeSampleSize {
		t.Errorf("20 of 10: %v, want sample_size", err)
	}
	db.Exec(`UPDATE sender SET can_receive = false`)
	if err := launch(); survey.CodeOf(err) != survey.CodeCannotReceive {
		t.Errorf("a sender that cannot receive any more: %v", err)
	}
	db.Exec(`UPDATE sender SET can_receive = true`)
	for i := 10; i < 40; i++ {
		c := pgtest.Reachable(i)
		c.Attributes = map[string]string{"cum": "C1"}
		db.MakeContact(c)
	}
	if err := launch(); err != nil {
		t.Errorf("mended: %v", err)
	}
	if _, err := dispatch.Launch(t.Context(), db, keys, order("no such")); survey.KindOf(err) != survey.NotFound {
		t.Errorf("no such campaign: %v", err)
	}
}

func TestReplicatesAreReleasedWholeAndReweighed(t *testing.T) {
	t.Parallel()
	db := house(t)
	people(db, 60)
	if _, err := create(t, db, strings.Replace(decemberSpec, "size: 20", "size: 24, replicates: 2", 1)); err != nil {
		t.Fatal(err)
	}
	if _, err := dispatch.Launch(t.Context(), db, ring(t), order("ky-2026-12")); err != nil {
		t.Fatal(err)
	}
	weigh := func() float64 {
		var sum float64
		if err := db.SQL().QueryRow(`SELECT sum(weight) FROM invitation WHERE state = 'open'`).Scan(&sum); err != nil {
			t.Fatal(err)
		}
		return sum
	}
	if n := db.Int(`SELECT count(*) FROM invitation WHERE state = 'open'`); n != 12 || math.Abs(weigh()-60) > 1e-9 {
		t.Errorf("%d cases are out and weigh %v, want 12 and the frame", n, weigh())
	}
	one := db.Int(`SELECT min(id) FROM invitation WHERE state = 'open'`)
	db.MakeResponse(survey.InvitationID(one), survey.ResponseSubmitted, survey.Web, nil)
	n, err := dispatch.Release(t.Context(), db, 1, order("ky-2026-12"))
	if err != nil || n != 12 || math.Abs(weigh()-60) > 1e-9 {
		t.Errorf("released %d, %v; all weigh %v, want the frame", n, err, weigh())
	}
	if n := db.Int(`SELECT count(*) FROM response r JOIN invitation i ON i.id = $1 WHERE r.weight <> i.weight`, one); n != 0 {
		t.Error("the response kept its weight of before")
	}
	if n, err := dispatch.Release(t.Context(), db, 1, order("ky-2026-12")); n != 0 || survey.CodeOf(err) != survey.CodeReplicateOut {
		t.Errorf("released twice: %d, %v; want replicate_out", n, err)
	}
}

func TestPauseResumeClose(t *testing.T) {
	t.Parallel()
	db := house(t)
	k := db.MakeCampaign(survey.Campaign{})
	db.MakeInvitation(survey.Invitation{CampaignID: k.ID, ContactID: db.MakeContact(pgtest.Reachable(1))})
	steps := []struct {
		do   func(context.Context, dispatch.MoveStore, dispatch.Order) error
		want survey.CampaignState
		kind survey.Kind
	}{
		{dispatch.Resume, survey.CampaignFielding, survey.Conflict},
		{dispatch.Pause, survey.CampaignPaused, ""},
		{dispatch.Pause, survey.CampaignPaused, survey.Conflict},
		{dispatch.Resume, survey.CampaignFielding, ""},
		{dispatch.Close, survey.CampaignFielding, ""}, // the scheduler closes it when every case is
	}
	for i, s := range steps {
		if err := s.do(t.Context(), db, order(k.Name)); survey.KindOf(err) != s.kind {
			t.Errorf("step %d: %v, want %q", i, err, s.kind)
		}
		got, err := db.Campaign(t.Context(), k.ID)
		if err != nil || got.State != s.want {
			t.Errorf("step %d: %s, want %s (%v)", i, got.State, s.want, err)
		}
	}
	if n := db.Int(`SELECT count(*) FROM campaign WHERE ends_at = $1`, pgtest.Day()); n != 1 {
		t.Error("the field period did not end")
	}
	if n := db.Int(`SELECT count(*) FROM event WHERE kind = 'campaign_moved' AND actor = 'lan'`); n != 3 {
		t.Errorf("%d events, want 3", n)
	}
}

// Who was invited rests, as long as the design of the next campaign says.
func TestWhoWasInvitedRestsFromTheNextCampaign(t *testing.T) {
	t.Parallel()
	db := house(t)
	people(db, 60)
	for i, c := range []struct {
		rest                  string
		after                 time.Duration
		frame, resting, drawn int
	}{
		{"", 0, 60, 0, 20},
		{", rest: 60d", 24 * time.Hour, 40, 20, 20},
		{", rest: 60d", 59 * 24 * time.Hour, 20, 40, 20},
		{", rest: 60d", (60*24 + 12) * time.Hour, 20, 40, 20}, // the first sample is back, the second and third rest
		{"", 62 * 24 * time.Hour, 60, 0, 20},
	} {
		name := fmt.Sprintf("k%d", i)
		spec := strings.NewReplacer("ky-2026-12", name, "minimum: 2", "minimum: 2"+c.rest).Replace(decemberSpec)
		if _, err := create(t, db, spec); err != nil {
			t.Fatal(err)
		}
		o := order(name)
		o.Now = o.Now.Add(c.after)
		got, err := dispatch.Launch(t.Context(), db, ring(t), o)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got.Frame.Size != c.frame || got.Frame.Resting != c.resting || got.Sample.Size != c.drawn {
			t.Errorf("%s: a frame of %d with %d resting, a sample of %d; want %d, %d, %d", name, got.Frame.Size, got.Frame.Resting,
				got.Sample.Size, c.frame, c.resting, c.drawn)
		}
		if n := db.Int(`SELECT round(sum(weight)) FROM invitation WHERE campaign_id = $1`, got.Campaign.ID); n != c.frame {
			t.Errorf("%s: the weights add up to %d, want those who do not rest", name, n)
		}
		r, err := dispatch.Tabulate(t.Context(), db, name)
		if err != nil || r.Resting != c.resting || slices.Contains(r.Inference, results.InferRested) != (c.rest != "") {
			t.Errorf("%s: the results say %v, %d resting, %v", name, r.Inference, r.Resting, err)
		}
	}
}
