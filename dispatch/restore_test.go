package dispatch_test

import (
	"slices"
	"testing"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/postgres/pgtest"
)

// sendDue stands in for the workers: all that is due at now is sent. It returns
// what that was, as "case step channel try".
func sendDue(t *testing.T, db *pgtest.DB, now time.Time) []string {
	t.Helper()
	rows, err := db.SQL().QueryContext(t.Context(), `
		WITH gone AS (UPDATE attempt SET state = 'sent', sent_at = $1 WHERE state = 'queued' AND due_at <= $1 RETURNING *),
		waiting AS (DELETE FROM attempt_waiting w USING gone g WHERE w.attempt_id = g.id),
		look AS (UPDATE invitation i SET plan_at = $1 FROM gone g WHERE i.id = g.invitation_id)
		SELECT invitation_id || ' ' || step || ' ' || channel || ' ' || try FROM gone ORDER BY id`, now)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	return out
}

// live lets a campaign run from one business time to another, and returns what
// it sent.
func live(t *testing.T, db *pgtest.DB, from, to time.Time) []string {
	t.Helper()
	var sent []string
	for now := from; !now.After(to); now = now.Add(5 * time.Minute) {
		tick(t, db, &heard{}, now)
		sent = append(sent, sendDue(t, db, now)...)
	}
	return sent
}

// inTheField is a launched campaign of eight people; made twice, it is the same
// to the last id.
func inTheField(t *testing.T) *pgtest.DB {
	t.Helper()
	db := house(t)
	people(db, 8)
	if _, err := create(t, db, "name: ky-2026-12\ntitle: {vi: Kỳ tháng 12, en: December round}\nquestionnaire: vi_du\nprotocol: short\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := dispatch.Launch(t.Context(), db, ring(t), order("ky-2026-12")); err != nil {
		t.Fatal(err)
	}
	return db
}

// The restored copy of a system sends nothing that the original sent after the
// backup, whenever the backup was taken, and goes on where the original ended.
func TestARestoredSystemSendsNothingTwice(t *testing.T) {
	t.Parallel()
	begin := pgtest.Day()
	original := inTheField(t)
	all := live(t, original, begin, begin.Add(50*time.Minute))
	if len(all) != 24 {
		t.Fatalf("the original sent %d messages, want mail, text and call to 8 people", len(all))
	}
	for _, tc := range []struct {
		name   string
		backup time.Duration // after the launch
		tick   bool          // planned, and not yet sent
	}{
		{"before anything left", 0, false},
		{"while the mails were queued", 0, true},
		{"between two steps", 10 * time.Minute, false},
		{"while the texts were queued", 15 * time.Minute, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			copied := inTheField(t)
			var before []string
			if tc.backup > 0 {
				before = live(t, copied, begin, begin.Add(tc.backup-5*time.Minute))
			}
			if tc.tick {
				tick(t, copied, &heard{}, begin.Add(tc.backup))
			}
			after := restoredRun(t, copied, begin.Add(50*time.Minute))
			if len(after) == 0 {
				t.Error("the restored system never went on")
			}
			for _, s := range after {
				if slices.Contains(all, s) {
					t.Errorf("%q was sent twice", s)
				}
			}
			if len(before) >= len(all) {
				t.Error("the original sent nothing after the backup: the test shows nothing")
			}
		})
	}
}

// restoredRun settles db as a copy at now, lets staff say that all doubtful
// messages were sent, resumes, and returns what is sent from then on.
func restoredRun(t *testing.T, db *pgtest.DB, now time.Time) []string {
	t.Helper()
	db.Exec(`INSERT INTO setting (key, value) VALUES ('home', '"elsewhere"')`)
	got, err := dispatch.SettleRestored(t.Context(), db, at(now))
	if err != nil || !got.Moved || len(got.Paused) != 1 || got.InDoubt == 0 {
		t.Fatalf("settled %+v, %v", got, err)
	}
	if again, err := dispatch.SettleRestored(t.Context(), db, at(now)); err != nil || again.Moved {
		t.Errorf("settling again: %+v, %v; want nothing to do", again, err)
	}
	if n := db.Int(`SELECT count(*) FROM attempt WHERE state IN ('queued', 'sending')`); n != 0 {
		t.Errorf("%d attempts are still queued", n)
	}
	if sent := live(t, db, now, now); len(sent) != 0 {
		t.Errorf("before staff resumed, %d messages left", len(sent))
	}
	done, err := dispatch.SettleDoubts(t.Context(), db, dispatch.Settling{All: true, Sent: true}, order("ky-2026-12"))
	if err != nil || len(done.Settled) != got.InDoubt {
		t.Errorf("staff settled %v of %d, %v", done.Settled, got.InDoubt, err)
	}
	o := order("ky-2026-12")
	o.Now = now
	if err := dispatch.Resume(t.Context(), db, o); err != nil {
		t.Fatal(err)
	}
	return live(t, db, now.Add(5*time.Minute), now.Add(40*time.Minute))
}

func TestADatabaseAtHomeIsLeftAlone(t *testing.T) {
	t.Parallel()
	db := inTheField(t)
	for range 2 {
		got, err := dispatch.SettleRestored(t.Context(), db, at(pgtest.Day()))
		if err != nil || got.Moved {
			t.Fatalf("settled %+v, %v", got, err)
		}
	}
	if n := db.Int(`SELECT count(*) FROM campaign WHERE state = 'fielding'`); n != 1 {
		t.Error("the campaign was paused")
	}
}

func TestDoubtsThatWereNeverSentGoOut(t *testing.T) {
	t.Parallel()
	db := inTheField(t)
	tick(t, db, &heard{}, pgtest.Day())
	db.Exec(`INSERT INTO setting (key, value) VALUES ('home', '"elsewhere"')`)
	if _, err := dispatch.SettleRestored(t.Context(), db, at(pgtest.Day())); err != nil {
		t.Fatal(err)
	}
	done, err := dispatch.SettleDoubts(t.Context(), db, dispatch.Settling{All: true}, order("ky-2026-12"))
	if err != nil || len(done.Settled) != 8 {
		t.Fatalf("staff settled %v, %v", done.Settled, err)
	}
	if err := dispatch.Resume(t.Context(), db, order("ky-2026-12")); err != nil {
		t.Fatal(err)
	}
	if sent := sendDue(t, db, pgtest.Day()); len(sent) != 8 {
		t.Errorf("%d mails left, want 8", len(sent))
	}
	if n := db.Int(`SELECT count(*) FROM attempt_doubt`); n != 0 {
		t.Errorf("%d doubts are left", n)
	}
}

// A copy does not know which waves were begun after its backup was taken: none is
// begun, and staff are asked about each.
func TestARestoredSeriesBeginsNothingByItself(t *testing.T) {
	t.Parallel()
	db := running(t, monthly+"late: run\n")
	hold(t, db, date(12, 14))
	db.Exec(`UPDATE sender SET active = false`)
	hold(t, db, date(13, 14)) // could not be begun yet when the backup was taken
	db.Exec(`UPDATE sender SET active = true`)
	db.Exec(`INSERT INTO setting (key, value) VALUES ('home', '"elsewhere"')`)
	for range 2 { // settled once
		if _, err := dispatch.SettleRestored(t.Context(), db, at(date(14, 20))); err != nil {
			t.Fatal(err)
		}
	}
	hold(t, db, date(14, 20))
	stands(t, db, "12-14 launched due thang-2026-12:paused, 01-14 asked in_doubt")
	if got := db.Text(`SELECT state || ' ' || pause_reason FROM series`); got != "paused in_doubt" {
		t.Errorf("the series is %s", got)
	}
	if err := dispatch.ResumeSeries(t.Context(), db, staff("đã đối chiếu", date(14, 21))); err != nil {
		t.Fatal(err)
	}
	hold(t, db, date(14, 21))
	stands(t, db, "12-14 launched due thang-2026-12:paused, 01-14 asked in_doubt, 02-14 asked in_doubt")
	if n := db.Int(`SELECT count(*) FROM event WHERE kind IN ('series_moved', 'wave_moved') AND reason = 'in_doubt' AND actor = 'restore'`); n != 2 {
		t.Errorf("%d events of the settling, want the pause and the wave", n)
	}
}
