package console_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"canvass/dispatch/console"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// counted is a store that counts how often a standing is read, and may make that slow.
type counted struct {
	*pgtest.DB
	n    atomic.Int32
	slow func()
}

func (c *counted) Status(ctx context.Context, q view.StatusAsk) (view.Status, error) {
	c.n.Add(1)
	if c.slow != nil {
		c.slow()
	}
	return c.DB.Status(ctx, q)
}

// over serves the same desk from another store.
func (d *desk) over(store console.Store) { d.impatient(store, 0) }

func (d *desk) impatient(store console.Store, patience time.Duration) {
	d.Helper()
	cfg := d.cfg
	cfg.Store, cfg.Patience, cfg.Logger = store, patience, slog.New(slog.DiscardHandler)
	ending := make(chan struct{})
	cfg.Ending = ending
	h, err := console.New(cfg)
	if err != nil {
		d.Fatal(err)
	}
	d.srv = httptest.NewServer(h)
	d.Cleanup(d.srv.Close)
	d.Cleanup(func() { close(ending) })
}

// Who looks first at a campaign that takes long to count sees that it is being counted,
// and no figures that are none.
func TestAFirstCountIsNotWaitedForWithoutEnd(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.fielding()
	d.db.Exec(`UPDATE campaign SET state = 'closed', closed_at = now()`) // what is in the field is counted ahead
	hold := make(chan struct{})
	store := &counted{DB: d.db, slow: func() { <-hold }}
	d.impatient(store, time.Millisecond)
	b := d.signedIn("mai", staff.Manager)
	got := b.get("/campaigns/thang-12").body
	if !strings.Contains(got, "Đang đếm lần đầu") || !strings.Contains(got, "Dư luận &lt;tháng 12&gt;") || !strings.Contains(got, "Đã kết thúc") || strings.Contains(got, `class="facts"`) {
		t.Errorf("while it is counted: %s", got)
	}
	if got := b.get("/campaigns/khong-co"); got.status != 404 {
		t.Errorf("none: %d", got.status)
	}
	close(hold)
	for deadline := time.Now().Add(time.Minute); !strings.Contains(b.get("/campaigns/thang-12").body, "trên 10 lời mời"); {
		if time.Now().After(deadline) {
			t.Fatal("never counted")
		}
	}
}

// Fifty who look at once cost one look at the database.
func TestManyWhoWatchAreOneLook(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.busy()
	store := &counted{DB: d.db}
	d.over(store)
	b := d.signedIn("xem", staff.Viewer)
	before := store.n.Load()
	done := make(chan int)
	for range 50 {
		go func() {
			req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, b.srv.URL+"/campaigns/thang-12", nil)
			res, err := b.Do(req)
			if err != nil {
				done <- 0
				return
			}
			_ = res.Body.Close()
			done <- res.StatusCode
		}()
	}
	for range 50 {
		if got := <-done; got != 200 {
			t.Errorf("%d", got)
		}
	}
	if n := store.n.Load() - before; n > 1 {
		t.Errorf("%d looks", n)
	}
}

// Where counting takes long nobody waits for it: what was counted last is shown, with the
// state of now, until the new count is there.
func TestNobodyWaitsForALongCount(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	k := d.fielding()
	store := &counted{DB: d.db}
	store.slow = func() { d.later(time.Second) }
	d.over(store)
	b := d.signedIn("mai", staff.Manager)
	if got := b.get("/campaigns/thang-12").body; !strings.Contains(got, "trên 10 lời mời") {
		t.Fatal("not counted")
	}
	hold, held := make(chan struct{}), make(chan struct{}, 10)
	store.slow = func() { held <- struct{}{}; <-hold; d.later(time.Second) }
	d.later(time.Minute)
	d.db.MakeInvitation(survey.Invitation{CampaignID: k.ID, ContactID: d.db.MakeContact(pgtest.Reachable(99))})
	for range 3 { // while it is counted
		if got := b.get("/campaigns/thang-12").body; !strings.Contains(got, "trên 10 lời mời") {
			t.Error("somebody waited")
		}
	}
	if got := b.post("/campaigns/thang-12/pause", url.Values{"words": {"mưa"}}).body; !strings.Contains(got, `/resume"`) {
		t.Error("the state is an old one")
	}
	<-held
	close(hold)
	for deadline := time.Now().Add(time.Minute); ; {
		d.later(time.Minute)
		if strings.Contains(b.get("/campaigns/thang-12").body, "trên 11 lời mời") {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("never counted again")
		}
	}
	select {
	case <-held: // the second count
	default:
	}
}
