package postgres_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// Whoever is about to send sees the processes that may hold something, and no
// others.
func TestSpoolers(t *testing.T) {
	t.Parallel()
	f := newField(t, 0)
	id := func(n int) string { return fmt.Sprintf("%016x", n) }
	beat := func(n, waiting int, gone ...string) {
		t.Helper()
		if err := f.BeatSpooler(t.Context(), view.Beat{ID: id(n), Host: "may-chu", Waiting: waiting, Gone: gone}); err != nil {
			t.Fatal(err)
		}
	}
	seen := func() string {
		t.Helper()
		rows, err := f.Spoolers(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, r := range rows {
			out = append(out, fmt.Sprintf("%s:%d:%v", strings.TrimLeft(r.ID, "0"), r.Waiting, r.Silent))
		}
		return strings.Join(out, " ")
	}
	want := func(what, list string) {
		t.Helper()
		if got := seen(); got != list {
			t.Errorf("%s: %q, want %q", what, got, list)
		}
	}
	want("nobody", "")
	beat(1, 0)
	beat(2, 3)
	want("one holds something", "2:3:false")
	f.Exec(`UPDATE spooler SET seen_at = seen_at - interval '6 seconds'`)
	want("both silent", "1:0:true 2:3:true")
	beat(1, 0)
	beat(2, 0)
	want("both well", "")
	// An outage that was shorter than the silence: the server came back, the
	// process has not.
	f.Exec(`UPDATE spooler SET seen_at = pg_postmaster_start_time() - interval '1 millisecond' WHERE id = $1`, id(1))
	want("not since the server started", "1:0:true")
	beat(1, 0)
	beat(3, 7)
	beat(1, 7, id(3), id(1))
	want("one took over another, and never itself", "1:7:false")
	if err := f.EndSpooler(t.Context(), id(2)); err != nil {
		t.Fatal(err)
	}
	f.want(1, "rows", `SELECT count(*) FROM spooler`)

	beat(2, 0)
	beat(4, 1)
	f.Exec(`UPDATE spooler SET seen_at = seen_at - interval '25 hours'`)
	if err := f.ForgetSpoolers(t.Context()); err != nil {
		t.Fatal(err)
	}
	want("after a day: what held something", "1:7:true 4:1:true")
	f.Exec(`UPDATE spooler SET seen_at = seen_at - interval '30 days' WHERE id = $1`, id(4))
	if err := f.ForgetSpoolers(t.Context()); err != nil {
		t.Fatal(err)
	}
	want("after a month", "1:7:true")
	f.refused("CHECK (id", `INSERT INTO spooler (id, host, seen_at, waiting) VALUES ('x', 'h', now(), 0)`)
	f.refused("CHECK (waiting", `INSERT INTO spooler (id, host, seen_at, waiting) VALUES ($1, 'h', now(), -1)`, id(9))
}

// refused fails the test unless the server refuses the statement.
func (f *field) refused(what, statement string, args ...any) {
	f.t.Helper()
	if _, err := f.SQL().ExecContext(f.t.Context(), statement, args...); err == nil {
		f.t.Errorf("%s: taken", what)
	}
}

// In a copy no process of the original is waited for.
func TestACopyKnowsNoSpooler(t *testing.T) {
	t.Parallel()
	f := newField(t, 0)
	if moved, err := f.Moved(t.Context()); err != nil || moved {
		t.Fatal(moved, err)
	}
	if err := f.BeatSpooler(t.Context(), view.Beat{ID: strings.Repeat("a", 16), Host: "h", Waiting: 4}); err != nil {
		t.Fatal(err)
	}
	f.Exec(`UPDATE setting SET value = '"elsewhere"' WHERE key = 'home'`)
	if _, err := f.SettleHere(t.Context(), f.now, "test"); err != nil {
		t.Fatal(err)
	}
	f.want(0, "spoolers", `SELECT count(*) FROM spooler`)
}

func arrivals(n int) []view.Arrival {
	out := make([]view.Arrival, n)
	for i := range out {
		out[i] = view.Arrival{Kind: "status", Provider: "twilio", ProviderID: fmt.Sprint("SM", i), ReceivedAt: time.Unix(int64(i), 0),
			Payload: json.RawMessage(fmt.Sprintf(`{"n":%d}`, i))}
	}
	return out
}

// What is stored together is stored in order, once, and at its own time.
func TestStoreAll(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	all := arrivals(1200)
	all[7].InvitationID = f.people[0]
	first, err := f.StoreAll(t.Context(), all[:700])
	if err != nil {
		t.Fatal(err)
	}
	if !slices.IsSortedFunc(first, func(a, b view.Stored) int { return int(a.ID - b.ID) }) || !first[699].Fresh {
		t.Error("not in order, or not fresh")
	}
	again, err := f.StoreAll(t.Context(), all)
	if err != nil || again[0].ID != first[0].ID || again[0].Fresh || !again[700].Fresh || again[7].InvitationID != f.people[0] {
		t.Errorf("once more: %+v, %v", again[:8], err)
	}
	f.want(1200, "rows", `SELECT count(*) FROM inbox WHERE provider_id = 'SM' || (payload->>'n') AND received_at = to_timestamp((payload->>'n')::int)`)
	if none, err := f.StoreAll(t.Context(), nil); err != nil || len(none) != 0 {
		t.Errorf("nothing: %v, %v", none, err)
	}
}

// One that the server does not take spoils all of them, and is told from a
// server that is away.
func TestAContentThatIsRefused(t *testing.T) {
	t.Parallel()
	f := newField(t, 0)
	all := arrivals(3)
	all[1].Payload = json.RawMessage(`{"text":"\u0000"}`)
	_, err := f.StoreAll(t.Context(), all)
	if err == nil || !f.RefusesContent(err) {
		t.Errorf("NUL: %v", err)
	}
	f.want(0, "rows", `SELECT count(*) FROM inbox`)
	all[1].Payload, all[1].Kind = json.RawMessage(`{}`), "pigeon"
	if _, err = f.StoreAll(t.Context(), all); !f.RefusesContent(err) {
		t.Errorf("a kind that is none: %v", err)
	}
	f.Exec(`ALTER TABLE inbox RENAME TO gone`)
	if _, err = f.StoreAll(t.Context(), arrivals(1)); err == nil || f.RefusesContent(err) {
		t.Errorf("no table: %v", err)
	}
	for _, err := range []error{nil, errors.New("x"), &survey.Error{Kind: survey.Unavailable, Code: survey.CodeDatabaseAway}} {
		if f.RefusesContent(err) {
			t.Errorf("%v is about content", err)
		}
	}
}

// A wish to be contacted again that came before an opt-out does not end it,
// however late it is stored.
func TestAnEarlierWishDoesNotEndALaterOptOut(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	stop := view.Change{Suppress: []survey.Suppression{{ContactID: f.contacts[0], Scope: survey.SuppressAll, Source: "sms"}}}
	for i, step := range []struct {
		change view.Change
		at     int // when it was received
		live   int // suppressions afterwards
	}{{stop, 100, 1}, {view.Change{Lift: true}, 90, 1}, {view.Change{Lift: true}, 100, 0}, {stop, 110, 1}, {view.Change{Lift: true}, 120, 0}} {
		row, err := f.StoreAll(t.Context(), []view.Arrival{{Kind: "text", Provider: "twilio", ProviderID: fmt.Sprint(i),
			ReceivedAt: time.Unix(int64(step.at), 0), InvitationID: f.people[0], Payload: json.RawMessage(`{}`)}})
		if err != nil {
			t.Fatal(err)
		}
		done, err := f.ApplyInbox(t.Context(), f.people[0], f.now, func(view.Case, view.InboxRow) (view.Change, error) { return step.change, nil })
		if err != nil || len(done) != 1 || done[0].InboxID != row[0].ID {
			t.Fatalf("applied %v, %v", done, err)
		}
		f.want(step.live, fmt.Sprint("in force after step ", i), `SELECT count(*) FROM suppression WHERE lifted_at IS NULL`)
	}
}
