package postgres

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// Of whom anything else waits, the statuses wait with it: whoever applies that is told of
// it when it comes. They are not even locked here, lest looking at what waits keeps it
// from being applied.
const sqlSomeStatuses = `
SELECT x.id, x.invitation_id FROM inbox x
WHERE x.applied_at IS NULL AND x.kind = 'status' AND x.invitation_id IS NOT NULL AND x.id > $1
	AND NOT EXISTS (SELECT 1 FROM inbox y WHERE y.invitation_id = x.invitation_id AND y.applied_at IS NULL AND y.kind <> 'status')
ORDER BY x.id LIMIT $2`

const sqlUnappliedOf = `
SELECT id, invitation_id, kind, received_at, payload FROM inbox
WHERE invitation_id = ANY($1) AND applied_at IS NULL ORDER BY id`

// An answered call is judged by what its conversation came to, which takes the
// case.
const sqlCallsAmong = `SELECT id FROM attempt WHERE id = ANY($1) AND channel = 'call'`

type unappliedRow struct {
	inboxRow
	InvitationID survey.InvitationID `db:"invitation_id"`
}

// ApplyStatuses applies the next statuses of messages in one transaction. decide
// says what a row does, or false if that cannot be said without the person's
// case; then all rows of that person are left to ApplyInbox, and so are those of
// a person of whom anything else is unapplied.
func (db *DB) ApplyStatuses(ctx context.Context, o view.StatusOrder, decide func(view.InboxRow) (view.Change, bool)) (view.StatusesApplied, error) {
	var out view.StatusesApplied
	err := db.retried(ctx, func(tx *sqlx.Tx) error {
		out = view.StatusesApplied{}
		var some []struct {
			ID           survey.InboxID      `db:"id"`
			InvitationID survey.InvitationID `db:"invitation_id"`
		}
		if err := tx.SelectContext(ctx, &some, sqlSomeStatuses, o.After, o.Limit); err != nil || len(some) == 0 {
			return err
		}
		people := make([]survey.InvitationID, len(some))
		for i, s := range some {
			people[i] = s.InvitationID
		}
		if err := lockInvitations(ctx, tx, people); err != nil {
			return err
		}
		var rows []unappliedRow
		if err := tx.SelectContext(ctx, &rows, sqlUnappliedOf, ints(people)); err != nil {
			return err
		}
		b, err := plainStatuses(ctx, tx, rows, decide)
		if err != nil {
			return err
		}
		out = view.StatusesApplied{Applied: len(b.rows), Left: lastOf(rows, b.left), Last: some[len(some)-1].ID}
		return b.write(ctx, tx, o.Now)
	})
	return out, err
}

// lastOf are the people who are left with the last of their rows, which come in order.
func lastOf(rows []unappliedRow, left map[survey.InvitationID]bool) []view.LeftRow {
	last := map[survey.InvitationID]survey.InboxID{}
	for _, r := range rows {
		if left[r.InvitationID] {
			last[r.InvitationID] = r.ID
		}
	}
	var out []view.LeftRow
	for _, inv := range slices.Sorted(maps.Keys(last)) {
		out = append(out, view.LeftRow{Invitation: inv, Row: last[inv]})
	}
	return out
}

// statuses are rows that can be applied at once.
type statuses struct {
	rows     []survey.InboxID
	outcomes []string
	attempts []view.AttemptOutcome
	notices  []view.NoticeOutcome
	left     map[survey.InvitationID]bool
}

// plainStatuses decides on the rows, and leaves out everybody of whom one cannot
// be decided.
func plainStatuses(ctx context.Context, tx *sqlx.Tx, rows []unappliedRow, decide func(view.InboxRow) (view.Change, bool)) (statuses, error) {
	changes := make([]view.Change, len(rows))
	left := map[survey.InvitationID]bool{}
	var answered []survey.AttemptID
	for i, r := range rows {
		var plain bool
		if changes[i], plain = decide(r.row()); !plain {
			left[r.InvitationID] = true
		} else if a := changes[i].Attempt; a != nil && a.Event == survey.AttemptDeliver {
			answered = append(answered, a.ID)
		}
	}
	var calls []survey.AttemptID
	if err := tx.SelectContext(ctx, &calls, sqlCallsAmong, ints(answered)); err != nil {
		return statuses{}, err
	}
	called := map[survey.AttemptID]bool{}
	for _, id := range calls {
		called[id] = true
	}
	for i, r := range rows {
		if a := changes[i].Attempt; a != nil && called[a.ID] {
			left[r.InvitationID] = true
		}
	}
	b := statuses{left: left}
	at := map[survey.AttemptID]int{}
	for i, r := range rows {
		if !left[r.InvitationID] {
			b.add(r.ID, changes[i], at)
		}
	}
	return b, nil
}

// add takes a row along. Of several words on one attempt the first final one
// counts, as it would one by one: the statement that writes them takes one each.
func (b *statuses) add(id survey.InboxID, ch view.Change, at map[survey.AttemptID]int) {
	b.rows, b.outcomes = append(b.rows, id), append(b.outcomes, ch.Outcome)
	if ch.Notice != nil {
		b.notices = append(b.notices, *ch.Notice)
	}
	if ch.Attempt == nil {
		return
	}
	i, known := at[ch.Attempt.ID]
	switch {
	case !known:
		at[ch.Attempt.ID], b.attempts = len(b.attempts), append(b.attempts, *ch.Attempt)
	case b.attempts[i].Event == survey.AttemptAccept:
		b.attempts[i] = *ch.Attempt
	}
}

const sqlMarkAllApplied = `
UPDATE inbox x SET applied_at = clock_timestamp(), outcome = u.outcome,
	payload = CASE WHEN EXISTS (SELECT 1 FROM invitation i WHERE i.id = x.invitation_id
		AND NOT EXISTS (SELECT 1 FROM contact c WHERE c.id = i.contact_id)) THEN '{}' ELSE x.payload END
FROM unnest($1::bigint[], $2::text[]) AS u (id, outcome) WHERE x.id = u.id AND x.applied_at IS NULL`

func (b *statuses) write(ctx context.Context, tx *sqlx.Tx, now time.Time) error {
	if len(b.rows) == 0 {
		return nil
	}
	if len(b.attempts) > 0 {
		if err := recordOutcomes(ctx, tx, now, b.attempts); err != nil {
			return err
		}
	}
	for _, n := range b.notices {
		if err := recordNotice(ctx, tx, now, n); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, sqlMarkAllApplied, ints(b.rows), pq.StringArray(b.outcomes))
	return err
}
