package postgres_test

import (
	"context"
	"encoding/json"
	"sync"
	"sync/atomic"
	"testing"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// reply is a text that answers a person's text.
func (f *field) reply(pass bool) view.NewNotice {
	return view.NewNotice{Channel: survey.SMS, SenderID: f.senders[survey.SMS], Address: "+84910000001",
		Prompts: json.RawMessage(`[{"kind": "thanks"}]`), PassSuppression: pass}
}

func (f *field) claimNotice(n view.OpenNotice) (view.ClaimedNotice, error) {
	return f.ClaimNotice(f.t.Context(), n, f.now, func(survey.EndpointKind, string) [][]byte { return [][]byte{[]byte("key")} })
}

func TestANoticeIsClaimedOnce(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	n := f.change(f.people[0], view.Change{Notices: []view.NewNotice{f.reply(false)}}).Notices[0]
	var claimed atomic.Int64
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() {
			got, err := f.ClaimNotice(context.Background(), n, f.now, noKeys)
			switch {
			case err == nil && got.InvitationID == f.people[0] && got.CampaignID == f.k.ID && got.Tries == 1 && got.Address != "":
				claimed.Add(1)
			case survey.KindOf(err) != survey.NotFound:
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
	wg.Wait()
	if claimed.Load() != 1 {
		t.Errorf("claimed %d times", claimed.Load())
	}
}

// Who opted out gets the confirmation of just that and nothing else, whether
// the person or only the number is known.
func TestAfterAnOptOutOnlyItsConfirmationLeaves(t *testing.T) {
	t.Parallel()
	for _, fact := range []survey.Suppression{
		{ContactID: 1, Scope: survey.SuppressAll, Source: "sms"},
		{ContactID: 1, Channel: survey.SMS, Scope: survey.SuppressAll, Source: "sms"},
		{AddressKey: []byte("key"), Scope: survey.SuppressAll, Source: "sms"},
	} {
		f := newField(t, 1)
		early := f.change(f.people[0], view.Change{Notices: []view.NewNotice{f.reply(false)}}).Notices[0]
		stop := f.change(f.people[0], view.Change{Suppress: []survey.Suppression{fact}, Refusal: "person",
			Close: survey.RefusalByPerson, Notices: []view.NewNotice{f.reply(true), f.reply(false)}})
		if _, err := f.claimNotice(stop.Notices[0]); err != nil {
			t.Errorf("the confirmation is held up: %v", err)
		}
		for _, n := range []view.OpenNotice{early, stop.Notices[1]} {
			if _, err := f.claimNotice(n); survey.KindOf(err) != survey.NotFound {
				t.Errorf("another notice was claimed: %v", err)
			}
		}
		f.want(2, "withdrawn", `SELECT count(*) FROM notice WHERE state = 'cancelled' AND reason = 'suppressed' AND ended_at = $1`, f.now)
	}
}

func TestASuppressionElsewhereDoesNotHoldUpANotice(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	err := f.Suppress(t.Context(), f.now, survey.Suppression{ContactID: 1, Channel: survey.Mail, Scope: survey.SuppressAll, Source: "t"},
		survey.Suppression{ContactID: 1, Scope: survey.SuppressCampaign, CampaignID: f.k.ID, Source: "t"})
	if err != nil {
		t.Fatal(err)
	}
	n := f.change(f.people[0], view.Change{Notices: []view.NewNotice{f.reply(false)}}).Notices[0]
	if _, err := f.claimNotice(n); err != nil {
		t.Error(err)
	}
}

func (f *field) sweepNotices() []view.OpenNotice {
	f.t.Helper()
	f.Exec(`UPDATE notice SET lease_until = clock_timestamp() - interval '1 second'`)
	out, err := f.SweepNotices(f.t.Context(), 10)
	if err != nil {
		f.t.Fatal(err)
	}
	return out
}

func TestALostNoticeIsInDoubtUntilItsCallback(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	n := f.change(f.people[0], view.Change{Notices: []view.NewNotice{f.reply(false)}}).Notices[0]
	if early, err := f.SweepNotices(t.Context(), 10); err != nil || len(early) != 0 {
		t.Errorf("swept %v, %v though its lease holds", early, err)
	}
	if _, err := f.claimNotice(n); err != nil {
		t.Fatal(err)
	}
	if swept := f.sweepNotices(); len(swept) != 0 {
		t.Errorf("what may have left was swept up: %v", swept)
	}
	f.want(1, "unknown", `SELECT count(*) FROM notice WHERE state = 'unknown' AND reason = 'lease_lost'`)
	f.change(f.people[0], view.Change{Notice: &view.NoticeOutcome{ID: n.ID, Event: survey.AttemptDeliver, ProviderID: "SM1"}})
	// The worker's own word is late.
	if err := f.RecordNotice(t.Context(), f.now, view.NoticeOutcome{ID: n.ID, Event: survey.AttemptAccept, ProviderID: "SM1", Segments: 2}); err != nil {
		t.Fatal(err)
	}
	f.want(1, "delivered", `SELECT count(*) FROM notice WHERE state = 'delivered' AND sent_at IS NOT NULL AND ended_at IS NOT NULL AND provider_id = 'SM1'`)
}

func TestALostHintForANoticeIsSaidAgain(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	n := f.change(f.people[0], view.Change{Notices: []view.NewNotice{f.reply(false)}}).Notices[0]
	swept := f.sweepNotices()
	if len(swept) != 1 || swept[0] != (view.OpenNotice{ID: n.ID, Generation: 2}) {
		t.Fatalf("swept %v", swept)
	}
	if _, err := f.claimNotice(n); survey.KindOf(err) != survey.NotFound {
		t.Errorf("a stale generation was claimed: %v", err)
	}
	if _, err := f.claimNotice(swept[0]); err != nil {
		t.Error(err)
	}
}

// A notice that cannot leave now waits twice as long each time.
func TestADeferredNoticeWaitsLonger(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	f.change(f.people[0], view.Change{Notices: []view.NewNotice{f.reply(false)}})
	for _, seconds := range []int{5, 10, 20, 40} {
		swept := f.sweepNotices()
		if len(swept) != 1 {
			t.Fatalf("swept %v", swept)
		}
		got, err := f.claimNotice(swept[0])
		if err != nil {
			t.Fatal(err)
		}
		if err := f.RecordNotice(t.Context(), f.now, view.NoticeOutcome{ID: got.ID, Event: survey.AttemptDefer, Reason: survey.ReasonTemporary}); err != nil {
			t.Fatal(err)
		}
		f.want(1, "waiting about as long", `SELECT count(*) FROM notice WHERE state = 'queued'
			AND lease_until - clock_timestamp() BETWEEN make_interval(secs => $1 - 3) AND make_interval(secs => $1)`, seconds)
	}
}

// A notice moves as the table says, whoever reports.
func TestNoticesMoveWhatTheTableSays(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	machine := survey.AttemptMachine()
	id := f.change(f.people[0], view.Change{Notices: []view.NewNotice{f.reply(false)}}).Notices[0].ID
	for _, from := range machine.States {
		for _, ev := range attemptEvents() {
			f.Exec(`UPDATE notice SET state = $1`, from)
			if err := f.RecordNotice(t.Context(), f.now, view.NoticeOutcome{ID: id, Event: ev}); err != nil {
				t.Fatal(err)
			}
			to, _ := machine.Next(from, ev)
			if got := f.Text(`SELECT state FROM notice`); got != string(to) {
				t.Errorf("%s by %s is %s, want %s", from, ev, got, to)
			}
		}
	}
}

// Two machines that answer each other come to an end: what is said once a day
// is said again to nobody else, by nobody else, and not before tomorrow.
func TestWhatIsSaidOnceADayIsSaidOnceADay(t *testing.T) {
	t.Parallel()
	f := newField(t, 2)
	once := f.reply(false)
	once.Daily = true
	say := func(what string, n view.NewNotice, want int) {
		t.Helper()
		if got := len(f.change(f.people[0], view.Change{Notices: []view.NewNotice{n}}).Notices); got != want {
			t.Errorf("%s: %d notices, want %d", what, got, want)
		}
	}
	say("for the first time", once, 1)
	say("again", once, 0)
	say("always", f.reply(false), 1)
	other := once
	other.Address = "+84910000002"
	say("to somebody else", other, 1)
	other = once
	other.Prompts = json.RawMessage(`[{"kind": "late"}]`)
	say("something else", other, 1)
	f.Exec(`UPDATE inbox SET received_at = received_at - interval '25 hours'`)
	say("tomorrow", once, 1)
	f.Exec(`UPDATE notice SET state = 'cancelled' WHERE id = (SELECT max(id) FROM notice)`)
	say("after it was withdrawn", once, 1)
	row := f.arrive(0, "stranger")
	done, err := f.ApplyStray(t.Context(), row.ID, f.now, func(view.InboxRow) (view.Change, error) {
		return view.Change{Notices: []view.NewNotice{once}}, nil
	})
	if err != nil || len(done.Notices) != 0 {
		t.Errorf("to a stranger with this number: %v, %v", done.Notices, err)
	}
}
