package postgres_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/postgres"
	"canvass/dispatch/postgres/cluster"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// verified looks through the whole record, and returns "" or where and why it breaks.
func verified(t *testing.T, db dispatch.RecordStore, anchor staff.Head) (*staff.Chain, string) {
	t.Helper()
	c := staff.NewChain(anchor)
	done, err := dispatch.VerifyRecord(t.Context(), db, c, 1<<30)
	if err == nil && done {
		return c, ""
	}
	e, ok := err.(*survey.Error) //nolint:errorlint // it is ours, unwrapped
	if !ok || e.Code != survey.CodeAuditBroken {
		t.Fatalf("not a broken chain: %v, %v", done, err)
	}
	return c, e.Args["place"] + " " + e.Args["why"]
}

func act(n int) view.Audit {
	return view.Audit{At: pgtest.Day().Add(time.Duration(n) * time.Microsecond), Actor: "lan\n" + fmt.Sprint(n), Act: "move", ContactID: survey.ContactID(n % 3),
		CampaignID: survey.CampaignID(n % 2), Reason: strings.Repeat("vì bão số 9 ", n%4), Detail: map[string]any{"n": n, "chữ": "ờ", "z": 1.5}}
}

// Many write at once, some in long transactions, some by snapshots: one chain.
func TestConcurrentActsMakeOneChain(t *testing.T) {
	t.Parallel()
	f := newField(t, 8)
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for n := range 12 {
				if err := f.RecordAudit(t.Context(), act(w*100+n)); err != nil {
					t.Error(err)
				}
			}
		})
		wg.Go(func() { // what reads a person whole writes in a snapshot
			for range 3 {
				for tries := 0; ; tries++ {
					_, err := f.Dossier(t.Context(), view.DossierOrder{ContactID: f.contacts[w], Actor: "mai", Reason: "đơn", Now: pgtest.Day()}, noKeys)
					if err == nil {
						break
					}
					if tries == 20 {
						t.Error(err)
						break
					}
				}
			}
		})
	}
	wg.Wait()
	c, bad := verified(t, f, staff.Head{})
	if bad != "" || c.Place != 8*15 || c.Emptied != 0 {
		t.Errorf("%s after %d lines, %d of them emptied", bad, c.Place, c.Emptied)
	}
	f.want(8*15, "places without a gap", `SELECT count(DISTINCT place) FROM audit WHERE place BETWEEN 1 AND 120`)
}

// Who has written a line and goes on working keeps nobody from writing another: the head
// is locked when the transaction commits.
func TestTheHeadIsLockedLast(t *testing.T) {
	t.Parallel()
	f := newField(t, 2)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	one, err := f.SQL().BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer one.Rollback() //nolint:errcheck // after Commit it has nothing to do
	if _, err := one.ExecContext(ctx, `INSERT INTO audit (at, actor, act) VALUES (now(), 'lan', 'move')`); err != nil {
		t.Fatal(err)
	}
	if err := f.RecordAudit(ctx, act(1)); err != nil { // does not wait for the first
		t.Fatal(err)
	}
	if err := one.Commit(); err != nil {
		t.Fatal(err)
	}
	if _, bad := verified(t, f, staff.Head{}); bad != "" {
		t.Error(bad)
	}
}

// The record refuses to be changed; whoever goes around that is found, at the line.
func TestWhatIsDoneToTheRecordIsFound(t *testing.T) {
	t.Parallel()
	const around = `ALTER TABLE audit DISABLE TRIGGER USER; ` // the owner can, and so can an intruder
	for name, c := range map[string]struct{ do, want string }{
		"another actor":             {`UPDATE audit SET actor = 'mai' WHERE place = 3`, "3 audit_changed"},
		"a moment later":            {`UPDATE audit SET at = at + interval '1 microsecond' WHERE place = 3`, "3 audit_changed"},
		"another contact":           {`UPDATE audit SET contact_id = 77 WHERE place = 5`, "5 audit_changed"},
		"other words":               {`UPDATE audit SET reason = reason || '.' WHERE place = 3`, "3 audit_words"},
		"another detail":            {`UPDATE audit SET detail = detail || '{"n": 9}' WHERE place = 4`, "4 audit_words"},
		"words and digest":          {`UPDATE audit SET reason = 'x', reason_digest = sha256(reason_salt || 'x') WHERE place = 4`, "4 audit_changed"},
		"a bit of a hash":           {`UPDATE audit SET hash = set_bit(hash, 17, 1 - get_bit(hash, 17)) WHERE place = 6`, "6 audit_changed"},
		"a bit of a digest":         {`UPDATE audit SET detail_digest = set_bit(detail_digest, 0, 1 - get_bit(detail_digest, 0)) WHERE place = 6`, "6 audit_changed"},
		"emptied without erasure":   {`UPDATE audit SET reason = '', reason_salt = NULL WHERE place = 7`, "7 audit_unerased"},
		"a line is gone":            {`DELETE FROM audit WHERE place = 4`, "4 audit_gone"},
		"gone and closed up":        {`DELETE FROM audit WHERE place = 4; UPDATE audit SET place = -place WHERE place > 4; UPDATE audit SET place = -place - 1 WHERE place < 0`, "4 audit_changed"},
		"the last is gone":          {`DELETE FROM audit WHERE place = 8`, "8 audit_short"},
		"all is gone":               {`DELETE FROM audit`, "1 audit_short"},
		"two changed places":        {`UPDATE audit SET place = 100 WHERE place = 2; UPDATE audit SET place = 2 WHERE place = 3; UPDATE audit SET place = 3 WHERE place = 100`, "2 audit_changed"},
		"two changed all but place": {`UPDATE audit SET actor = 'x' WHERE place = 2; UPDATE audit SET actor = 'y' WHERE place = 3`, "2 audit_changed"},
		"one came in between":       {`INSERT INTO audit (at, actor, act) VALUES (now(), 'mai', 'export')`, "9 audit_outside"},
		"cut short with the head": {`DELETE FROM audit WHERE place > 6; UPDATE audit_head SET (place, hash) = (SELECT place, hash FROM audit WHERE place = 6)`,
			"7 audit_anchored"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := pgtest.New(t)
			for n := range 8 {
				if err := db.RecordAudit(t.Context(), act(n)); err != nil {
					t.Fatal(err)
				}
			}
			whole, bad := verified(t, db, staff.Head{})
			if bad != "" || whole.Place != 8 {
				t.Fatalf("%s, %d lines", bad, whole.Place)
			}
			if _, bad := verified(t, db, whole.Head); bad != "" {
				t.Fatalf("with the anchor: %s", bad)
			}
			tx, err := db.SQL().BeginTx(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer tx.Rollback()                                                              //nolint:errcheck // after Commit it has nothing to do
			if !strings.HasPrefix(name, "emptied") && !strings.HasPrefix(name, "one came") { // those look lawful to the database
				if _, err := db.SQL().ExecContext(t.Context(), c.do); err == nil || !strings.Contains(err.Error(), "only grows") && !strings.Contains(err.Error(), "unique") {
					t.Errorf("the record was changed: %v", err)
				}
			}
			if _, err := tx.ExecContext(t.Context(), around+c.do); err != nil {
				t.Fatal(err)
			}
			if err := tx.Commit(); err != nil {
				t.Fatal(err)
			}
			if _, got := verified(t, db, whole.Head); got != c.want {
				t.Errorf("found %q, want %q", got, c.want)
			}
		})
	}
}

func TestTheRecordOnlyGrows(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	if err := db.RecordAudit(t.Context(), act(3)); err != nil {
		t.Fatal(err)
	}
	for _, do := range []string{`DELETE FROM audit`, `TRUNCATE audit`, `UPDATE audit SET reason = 'khác'`, `UPDATE audit SET hash = NULL`,
		`UPDATE audit SET place = 7`, `UPDATE audit SET detail = '{"n": 4}'`, `UPDATE audit SET act = 'undo'`} {
		if _, err := db.SQL().ExecContext(t.Context(), do); err == nil || !strings.Contains(err.Error(), "only grows") {
			t.Errorf("%s: %v", do, err)
		}
	}
	db.Exec(`INSERT INTO audit (at, actor, act, place, hash) VALUES (now(), 'x', 'move', 700, sha256('x'))`) // its place is given, not taken
	if c, bad := verified(t, db, staff.Head{}); bad != "" || c.Place != 2 {
		t.Errorf("%s, %d lines", bad, c.Place)
	}
}

// An erasure empties words, and the chain holds; what the words were cannot be guessed.
func TestTheChainSurvivesAnErasure(t *testing.T) {
	t.Parallel()
	s := seedPerson(t)
	before, bad := verified(t, s, staff.Head{})
	if bad != "" || before.Place < 3 || before.Emptied != 0 {
		t.Fatalf("%s, %d lines, %d emptied", bad, before.Place, before.Emptied)
	}
	s.erase(s.id)
	after, bad := verified(t, s, before.Head)
	if bad != "" || after.Emptied < 2 || after.Place <= before.Place {
		t.Errorf("%s, %d lines, %d emptied", bad, after.Place, after.Emptied)
	}
	s.want(0, "emptied lines that keep their chance", `SELECT count(*) FROM audit WHERE reason = '' AND reason_salt IS NOT NULL AND reason_digest <> sha256(reason_salt)`)
}

// A backup that is restored elsewhere has the same chain, and goes on with it.
func TestTheChainSurvivesARestore(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	for n := range 5 {
		if err := db.RecordAudit(t.Context(), act(n)); err != nil {
			t.Fatal(err)
		}
	}
	c, _ := verified(t, db, staff.Head{})
	bin, err := cluster.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var dump bytes.Buffer
	if err := cluster.Dump(t.Context(), bin, db.URL, &dump); err != nil {
		t.Fatal(err)
	}
	empty := pgtest.New(t)
	empty.Exec(`DROP SCHEMA public, link, door CASCADE; CREATE SCHEMA public`)
	if err := cluster.Restore(t.Context(), bin, empty.URL, &dump); err != nil {
		t.Fatal(err)
	}
	there, err := postgres.Open(t.Context(), empty.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = there.Close() })
	if _, bad := verified(t, there, c.Head); bad != "" {
		t.Error(bad)
	}
	if err := there.RecordAudit(t.Context(), act(6)); err != nil {
		t.Fatal(err)
	}
	if c, bad := verified(t, there, c.Head); bad != "" || c.Place != 6 {
		t.Errorf("%s, %d lines", bad, c.Place)
	}
}
