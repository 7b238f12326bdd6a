package postgres

import (
	"context"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// health is the circuit breaker of a sender. A sender without a row is well.
type health struct {
	State survey.HealthState
	Over  bool // until has passed
	// Watched says that bad outcomes were counted within the last minute.
	Watched bool
}

// resting says that nothing may leave by the sender now.
func (h health) resting() bool { return h.State != survey.HealthClosed && !h.Over }

// probes says that one message may try whether the sender is well again.
func (h health) probes() bool { return h.State != survey.HealthClosed && h.Over }

const sqlHealth = `
SELECT state, until <= clock_timestamp() AS over,
	bad > 0 AND counted_at > clock_timestamp() - interval '1 minute' AS watched FROM sender_health WHERE sender_id = $1`

func healthOf(ctx context.Context, tx *sqlx.Tx, id survey.SenderID) (health, error) {
	h := health{State: survey.HealthClosed}
	return h, one(tx.SelectContext, ctx, &h, sqlHealth, id)
}

// One worker tries; if it vanishes, another does after the same while.
const sqlTakeProbe = `
UPDATE sender_health SET state = 'half_open', until = clock_timestamp() + interval '30 seconds'
WHERE sender_id = $1 AND state <> 'closed' AND until <= clock_timestamp() RETURNING sender_id`

func takeProbe(ctx context.Context, tx *sqlx.Tx, id survey.SenderID) (bool, error) {
	var got []survey.SenderID
	err := tx.SelectContext(ctx, &got, sqlTakeProbe, id)
	return len(got) == 1, err
}

const sqlReturnProbe = `
UPDATE sender_health SET state = 'open', until = clock_timestamp() WHERE sender_id = $1 AND state = 'half_open'`

// ReturnProbe lets another message try, since the one that should did not.
func (db *DB) ReturnProbe(ctx context.Context, id survey.SenderID) error {
	_, err := db.x.ExecContext(ctx, sqlReturnProbe, id)
	return told(err)
}

const sqlLockHealth = `
INSERT INTO sender_health AS h (sender_id) VALUES ($1)
ON CONFLICT (sender_id) DO UPDATE SET sender_id = excluded.sender_id
RETURNING h.state, h.openings, h.good, h.bad, h.counted_at > clock_timestamp() - make_interval(secs => $2) AS counting`

type healthRow struct {
	State     survey.HealthState
	Openings  int
	Good, Bad int
	Counting  bool
}

const sqlKeepHealth = `
UPDATE sender_health SET state = $2, reason = $3, code = $4, openings = $5, good = $6, bad = $7,
	counted_at = CASE WHEN $8 THEN clock_timestamp() ELSE counted_at END,
	since = CASE WHEN state <> $2 THEN clock_timestamp() ELSE since END,
	until = clock_timestamp() + make_interval(secs => $9)
WHERE sender_id = $1`

// ReportHealth counts what became of the messages of a batch and lets judge
// decide whether the sender is to rest, or is well again; a change is an event.
// What comes late, while the sender rests, changes nothing.
func (db *DB) ReportHealth(ctx context.Context, now time.Time, r view.HealthReport, judge func(view.Health) view.Health) error {
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		var row healthRow
		if err := tx.GetContext(ctx, &row, sqlLockHealth, r.Sender, r.Window.Seconds()); err != nil {
			return err
		}
		h := view.Health{State: row.State, Openings: row.Openings, Good: r.Good, Bad: r.Bad}
		if row.Counting {
			h.Good, h.Bad = h.Good+row.Good, h.Bad+row.Bad
		}
		next := judge(h)
		if next.State == h.State && h.State != survey.HealthClosed {
			return nil
		}
		if next.State == survey.HealthClosed {
			r.Reason, r.Code = "", ""
		}
		_, err := tx.ExecContext(ctx, sqlKeepHealth, r.Sender, next.State, r.Reason, r.Code, next.Openings, next.Good,
			next.Bad, !row.Counting, next.Rest.Seconds())
		if err != nil || next.State == h.State {
			return err
		}
		kind := survey.EventSenderHalted
		if next.State == survey.HealthClosed {
			kind = survey.EventSenderResumed
		}
		return record(ctx, tx, survey.Event{Kind: kind, At: now, Actor: "worker", Reason: r.Reason, Args: map[string]string{
			"sender": strconv.FormatInt(int64(r.Sender), 10), "code": r.Code}})
	})
}
