package postgres

import (
	"context"
	"database/sql"
	"time"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// A restored database does not know what left after its backup was taken. It is
// recognised by living elsewhere: every database remembers the server and the
// place in it where processes last used it, and a copy (ours, or one made by
// anybody's pg_restore) still names the old home. Until SettleHere no process
// may plan or send. What a copy of the server's files restores is the same home
// and is not recognised.
const settingHome = "home"

const sqlHome = `
SELECT (SELECT system_identifier FROM pg_control_system())::text || '/' ||
	(SELECT oid FROM pg_database WHERE datname = current_database())::text AS here,
	coalesce((SELECT value #>> '{}' FROM setting WHERE key = $1), '') AS known`

const sqlFirstHome = `INSERT INTO setting (key, value) VALUES ($1, to_jsonb($2::text)) ON CONFLICT (key) DO NOTHING`

// Moved reports whether this database is a copy that was never settled. A
// database that is used for the first time notes its home.
func (db *DB) Moved(ctx context.Context) (bool, error) {
	var home struct{ Here, Known string }
	if err := db.x.GetContext(ctx, &home, sqlHome, settingHome); err != nil {
		return false, told(err)
	}
	if home.Known == "" {
		_, err := db.x.ExecContext(ctx, sqlFirstHome, settingHome, home.Here)
		return false, told(err)
	}
	return home.Known != home.Here, nil
}

const sqlEarliestPlan = `
SELECT min(i.plan_at) FROM invitation i JOIN campaign k ON k.id = i.campaign_id
WHERE i.plan_at IS NOT NULL AND i.state IN ('open', 'started') AND k.state = 'fielding'`

// EarliestPlan is the first business time at which the protocol looks at a case
// of a campaign in the field; false when it waits for none.
func (db *DB) EarliestPlan(ctx context.Context) (time.Time, bool, error) {
	var at sql.NullTime
	err := db.x.GetContext(ctx, &at, sqlEarliestPlan)
	return at.Time, at.Valid, told(err)
}

const sqlDueInvitations = `
SELECT DISTINCT invitation_id FROM attempt WHERE state = 'sending' OR (state = 'queued' AND due_at <= $1) ORDER BY 1`

// What was queued was claimed and handed over, or not: both moves of the state
// machine at once. Only a person can settle it, because when it may have left
// is not known, and a provider's listing is searched by time.
const sqlDoubtDue = `
WITH doubt AS (
	UPDATE attempt SET state = 'unknown', reason = $2, chunk_id = NULL
	WHERE (state = 'sending' OR (state = 'queued' AND due_at <= $1)) AND invitation_id = ANY($3)
	RETURNING id, campaign_id, invitation_id, due_at),
looked AS (
	UPDATE invitation i SET plan_at = d.due_at
	FROM (SELECT invitation_id, min(due_at) AS due_at FROM doubt GROUP BY invitation_id) d
	WHERE i.id = d.invitation_id AND i.state IN ('open', 'started')),
gone AS (DELETE FROM attempt_waiting w USING doubt d WHERE w.attempt_id = d.id),
listed AS (
	INSERT INTO attempt_doubt (attempt_id, since, look_at, needs_staff, finding)
	SELECT id, clock_timestamp(), clock_timestamp(), true, 'restored' FROM doubt
	ON CONFLICT (attempt_id) DO UPDATE SET needs_staff = true, finding = 'restored')
SELECT id, campaign_id, invitation_id FROM doubt ORDER BY id`

// DoubtDue puts in doubt every attempt that was in hand or due at business time
// at, for staff to settle, and returns how many those are. The protocol looks at
// their cases again as of when they were due.
func (db *DB) DoubtDue(ctx context.Context, at time.Time, actor string) (int, error) {
	var rows []struct {
		ID           survey.AttemptID    `db:"id"`
		CampaignID   survey.CampaignID   `db:"campaign_id"`
		InvitationID survey.InvitationID `db:"invitation_id"`
	}
	err := db.within(ctx, func(tx *sqlx.Tx) error {
		var cases []survey.InvitationID
		if err := tx.SelectContext(ctx, &cases, sqlDueInvitations, at); err != nil || len(cases) == 0 {
			return err
		}
		if err := lockInvitations(ctx, tx, cases); err != nil {
			return err
		}
		if err := tx.SelectContext(ctx, &rows, sqlDoubtDue, at, survey.ReasonInDoubt, ints(cases)); err != nil {
			return err
		}
		events := make([]survey.Event, len(rows))
		for i, r := range rows {
			events[i] = survey.Event{Kind: survey.EventAttemptUnknown, At: at, CampaignID: r.CampaignID,
				InvitationID: r.InvitationID, AttemptID: r.ID, Actor: actor, Reason: survey.ReasonInDoubt}
		}
		return record(ctx, tx, events...)
	})
	return len(rows), err
}

const sqlLockHome = `SELECT value #>> '{}' FROM setting WHERE key = $1 FOR UPDATE`

const sqlInTheField = `SELECT id FROM campaign WHERE state = 'fielding' ORDER BY id FOR UPDATE`

const sqlDoubtNotices = `UPDATE notice SET state = 'unknown', reason = $1 WHERE state IN ('queued', 'sending')`

const sqlNewHome = `UPDATE setting SET value = to_jsonb($2::text), changed_at = now() WHERE key = $1`

// SettleHere ends the settling of a copy: every campaign in the field and every
// series that runs is paused, every message that answers another is in doubt,
// staff are asked about every wave that was about to begin, and this place is the
// database's home. It returns the campaigns that it paused; of several
// processes at once one does it.
func (db *DB) SettleHere(ctx context.Context, now time.Time, actor string) ([]survey.CampaignID, error) {
	var paused []survey.CampaignID
	err := db.within(ctx, func(tx *sqlx.Tx) error {
		paused = nil
		var known string
		if err := tx.GetContext(ctx, &known, sqlLockHome, settingHome); err != nil {
			return err
		}
		var home struct{ Here, Known string }
		if err := tx.GetContext(ctx, &home, sqlHome, settingHome); err != nil || home.Here == home.Known {
			return err
		}
		if err := tx.SelectContext(ctx, &paused, sqlInTheField); err != nil {
			return err
		}
		for _, id := range paused {
			err := moveCampaign(ctx, tx, view.CampaignMove{ID: id, Event: survey.CampaignPause, Actor: actor,
				Reason: survey.ReasonInDoubt, Now: now})
			if err != nil {
				return err
			}
		}
		if _, err := tx.ExecContext(ctx, sqlDoubtNotices, survey.ReasonInDoubt); err != nil {
			return err
		}
		if err := pauseRestoredSeries(ctx, tx, now, actor); err != nil {
			return err
		}
		if err := forgetAllSpoolers(ctx, tx); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, sqlNewHome, settingHome, home.Here)
		return err
	})
	return paused, err
}
