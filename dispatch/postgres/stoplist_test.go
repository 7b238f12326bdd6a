package postgres_test

import (
	"context"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

func (f *field) stops(filter view.StopFilter) []view.StopRow {
	f.t.Helper()
	var out []view.StopRow
	for r, err := range f.Stops(f.t.Context(), filter) {
		if err != nil {
			f.t.Fatal(err)
		}
		out = append(out, r)
	}
	return out
}

func TestTheListAndWhoHasItsAddresses(t *testing.T) {
	t.Parallel()
	f := newField(t, 3)
	f.Exec(`UPDATE endpoint SET address = '+84910000001' WHERE kind = 'phone' AND contact_id = 3`)
	f.stopped(nil, person(1))
	f.stopped(func(o *view.StopOrder) { o.Channel, o.Source = survey.SMS, survey.StopByComplaint }, numberOf("+84910000001"))
	f.stopped(func(o *view.StopOrder) { o.Campaign = &f.k }, person(2))
	f.stopped(func(o *view.StopOrder) { o.Channel = survey.Mail }, person(2))
	f.Exec(`UPDATE suppression SET lifted_at = now(), lifted_by = 'mai', lifted_source = 'phiếu 3', lifted_words = 'nhận lại' WHERE id = 4`)
	all := f.stops(view.StopFilter{})
	if len(all) != 3 || all[0].ContactID != 1 || all[0].Contact != "CTV00001" || all[0].ByAddress || all[0].Words != "gọi lên xin thôi nhận" ||
		all[0].Actor != "lan" || all[1].ContactID != 0 || !all[1].ByAddress || all[1].Source != survey.StopByComplaint || all[2].Campaign != "vi-du" {
		t.Errorf("entries %+v", all)
	}
	holders, err := f.StopHolders(t.Context(), twoKeys)
	if who := holders[string(all[1].Key)]; err != nil || len(who) != 2 || who[0].Code != "CTV00001" || who[1].Code != "CTV00003" || len(holders) != 1 {
		t.Errorf("holders %v, %v", holders, err)
	}
	for want, filter := range map[int]view.StopFilter{
		4: {Lifted: true}, 3: {Channel: survey.SMS}, 2: {Channel: survey.Call}, 1: {Campaign: f.k.ID}, 0: {Source: survey.StopByErasure},
	} {
		if got := f.stops(filter); len(got) != want {
			t.Errorf("%+v: %d entries, want %d", filter, len(got), want)
		}
	}
	about, err := f.StopsAbout(t.Context(), 2, nil)
	if err != nil || len(about) != 2 || about[1].LiftedBy != "mai" || about[1].LiftedSource != "phiếu 3" || about[1].LiftedWords != "nhận lại" {
		t.Errorf("about the second: %+v, %v", about, err)
	}
	if about, err := f.StopsAbout(t.Context(), 0, twoKeys(survey.PhoneNumber, "+84910000001")); err != nil || len(about) != 1 {
		t.Errorf("about the number: %+v, %v", about, err)
	}
}

// An entry is lifted once, by whom and with what proof on record, and no other
// with it; then the protocol looks again.
func TestAnEntryIsLiftedOnce(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	first := f.stopped(nil, person(1)).IDs[0]
	second := f.stopped(func(o *view.StopOrder) { o.Channel = survey.SMS }, person(1)).IDs[0]
	f.Exec(`UPDATE invitation SET plan_at = $1`, f.k.EndsAt)
	o := view.LiftOrder{ID: first, Source: "phiếu 12", Words: "muốn nhận lại", Actor: "mai", Now: f.now.Add(time.Hour)}
	var won, lost int
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			got, err := f.LiftStop(context.Background(), o)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				won++
				if len(got.Still) != 1 || got.Still[0] != second || got.LiftedBy != "mai" {
					t.Errorf("lifted %+v", got)
				}
			case survey.CodeOf(err) == survey.CodeStopLifted:
				lost++
			default:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if won != 1 || lost != 3 {
		t.Errorf("%d lifted it, %d were told", won, lost)
	}
	f.want(1, "on record", `SELECT count(*) FROM suppression WHERE id = $1 AND lifted_at = $2 AND lifted_by = 'mai' AND lifted_source = 'phiếu 12'
		AND lifted_words = 'muốn nhận lại'`, first, o.Now)
	f.want(1, "acts", `SELECT count(*) FROM audit WHERE act = 'lift' AND contact_id = 1 AND actor = 'mai' AND reason = 'muốn nhận lại'`)
	f.want(1, "planned again", `SELECT count(*) FROM invitation WHERE plan_at = $1`, o.Now)
	f.queue(survey.SMS)
	f.queue(survey.Mail)
	if got := f.claimAll(); len(got) != 1 {
		t.Errorf("%d leave, want the mail", len(got))
	}
	if _, err := f.LiftStop(t.Context(), view.LiftOrder{ID: 99}); survey.KindOf(err) != survey.NotFound {
		t.Errorf("no such entry: %v", err)
	}
}

// A text of STOP, one of START, staff who add and staff who lift, all at once about
// the same people: no deadlock surfaces, and whoever is barred is barred.
func TestStopsAndLiftsAtOnce(t *testing.T) {
	t.Parallel()
	f := newField(t, 6)
	ctx := context.Background()
	var wg sync.WaitGroup
	for n := range 6 {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(5, uint64(n)))
			for i := range 25 {
				who := f.contacts[r.IntN(6)]
				inv := f.people[who-1]
				var err error
				switch r.IntN(4) {
				case 0:
					f.stopped(nil, person(who))
				case 1:
					var id int64
					_ = f.SQL().QueryRow(`SELECT coalesce(max(id), 0) FROM suppression WHERE contact_id = $1 AND lifted_at IS NULL`, who).Scan(&id)
					_, err = f.LiftStop(ctx, view.LiftOrder{ID: id, Source: "x", Words: "x", Actor: "mai", Now: f.now})
					if survey.KindOf(err) == survey.NotFound || survey.KindOf(err) == survey.Conflict {
						err = nil
					}
				default:
					ch := view.Change{Lift: i%2 == 0}
					if i%2 == 1 {
						ch.Suppress = []survey.Suppression{{ContactID: who, Scope: survey.SuppressAll, Source: survey.StopBySMS}}
						ch.Cancel = survey.ReasonOptedOut
					}
					if _, err = f.Store(ctx, view.Arrival{Kind: "text", Provider: "t", ProviderID: strings.Repeat("x", n+1) + f.Text(`SELECT $1::text`, i),
						ReceivedAt: time.Now(), InvitationID: inv, Payload: []byte(`{}`)}); err == nil {
						_, err = f.ApplyInbox(ctx, inv, f.now, func(view.Case, view.InboxRow) (view.Change, error) { return ch, nil })
					}
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	f.want(0, "lifted without anybody's word", `SELECT count(*) FROM suppression WHERE lifted_at IS NOT NULL AND lifted_by NOT IN ('respondent', 'mai')`)
	f.nothingStranded()
}
