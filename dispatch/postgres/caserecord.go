package postgres

import (
	"context"
	"database/sql"
	"iter"
	"time"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// recordsAtOnce is how many cases are read in one snapshot.
const recordsAtOnce = 500

const sqlRecordedCases = `
SELECT i.id, i.contact_id, coalesce(c.code, '') AS contact, i.disposition, i.refused_at, ` + sqlFactColumns + `
FROM invitation i LEFT JOIN contact c ON c.id = i.contact_id
WHERE i.campaign_id = $1 AND i.state = 'closed' AND i.id > $2 ORDER BY i.id LIMIT $3`

type recordedRow struct {
	ID          survey.InvitationID
	ContactID   survey.ContactID `db:"contact_id"`
	Contact     string
	Disposition survey.Disposition
	RefusedAt   sql.NullTime `db:"refused_at"`
	factRow
}

func (r recordedRow) view() view.CaseRecord {
	out := view.CaseRecord{ID: r.ID, ContactID: r.ContactID, Contact: r.Contact, Disposition: r.Disposition, HumanAt: r.HumanAt.Time,
		LateAt: r.LateAt.Time, WrongPersonAt: r.WrongPersonAt.Time, MessageLeftAt: r.MessageLeftAt.Time,
		ByOther: r.Refusal.String == "other", Progress: r.Progress.V}
	if r.Refusal.Valid {
		out.RefusedAt = r.RefusedAt.Time
	}
	return out
}

// CaseRecords reads the record of every closed case of a campaign, each as it
// stood at one moment.
func (db *DB) CaseRecords(ctx context.Context, id survey.CampaignID) iter.Seq2[view.CaseRecord, error] {
	return func(yield func(view.CaseRecord, error) bool) {
		after := survey.InvitationID(0)
		for {
			var batch []view.CaseRecord
			err := db.snapshot(ctx, func(tx *sqlx.Tx) (err error) {
				batch, err = caseRecords(ctx, tx, id, after)
				return err
			})
			if err != nil {
				yield(view.CaseRecord{}, err)
				return
			}
			for _, r := range batch {
				if !yield(r, nil) {
					return
				}
				after = r.ID
			}
			if len(batch) < recordsAtOnce {
				return
			}
		}
	}
}

const sqlRecordedEvents = `
SELECT invitation_id, kind, at, coalesce(attempt_id, 0) AS attempt_id, actor, reason, args FROM event
WHERE invitation_id = ANY($1) AND kind IN ('attempt_put_back', 'attempt_deferred', 'attempt_cancelled', 'attempt_failed',
	'invitation_closed', 'invitation_coded', 'refused', 'answered', 'submitted') ORDER BY id`

func caseRecords(ctx context.Context, tx *sqlx.Tx, id survey.CampaignID, after survey.InvitationID) ([]view.CaseRecord, error) {
	var rows []recordedRow
	if err := tx.SelectContext(ctx, &rows, sqlRecordedCases, id, after, recordsAtOnce); err != nil || len(rows) == 0 {
		return nil, err
	}
	ids := make([]survey.InvitationID, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	attempts, err := attemptsOf(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	var events []struct {
		InvitationID survey.InvitationID `db:"invitation_id"`
		Kind         survey.EventKind
		At           time.Time
		AttemptID    survey.AttemptID `db:"attempt_id"`
		Actor        string
		Reason       survey.Reason
		Args         document[map[string]string]
	}
	if err := tx.SelectContext(ctx, &events, sqlRecordedEvents, ints(ids)); err != nil {
		return nil, err
	}
	of := map[survey.InvitationID][]survey.Event{}
	for _, e := range events {
		of[e.InvitationID] = append(of[e.InvitationID], survey.Event{Kind: e.Kind, At: e.At, CampaignID: id, InvitationID: e.InvitationID,
			AttemptID: e.AttemptID, Actor: e.Actor, Reason: e.Reason, Args: e.Args.V})
	}
	out := make([]view.CaseRecord, len(rows))
	for i, r := range rows {
		out[i] = r.view()
		out[i].Attempts, out[i].Events = attempts[r.ID], of[r.ID]
	}
	return out, nil
}

const sqlArchivedAt = `
SELECT max(at) FROM event WHERE campaign_id = $1 AND kind = 'campaign_moved' AND args->>'event' = 'archive'`

// ArchivedAt is when a campaign was archived, zero if it is not.
func (db *DB) ArchivedAt(ctx context.Context, id survey.CampaignID) (time.Time, error) {
	var at sql.NullTime
	err := db.x.GetContext(ctx, &at, sqlArchivedAt, id)
	return at.Time, told(err)
}
