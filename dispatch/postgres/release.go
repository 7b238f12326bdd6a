package postgres

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const sqlReleaseReplicate = `
UPDATE replicate SET state = 'released', released_at = $3 WHERE campaign_id = $1 AND number = $2 AND state = ANY($4)`

// All of them, in the order of the house, because a release mends every weight.
const sqlLockCases = `SELECT id FROM invitation WHERE campaign_id = $1 ORDER BY id FOR UPDATE`

const sqlOpenHeld = `
UPDATE invitation SET state = 'open', plan_at = $3 WHERE campaign_id = $1 AND replicate = $2 AND state = ANY($4)`

// After m of R replicates are out, a unit's inclusion probability is the number
// of released units of its stratum over the frame [methodology §5]. Only units
// that are out have one that counts.
const sqlReweigh = `
UPDATE invitation i SET inclusion = n.released::float8 / d.frame_size, weight = d.frame_size::float8 / n.released
FROM stratum_draw d, (
	SELECT j.stratum, count(*) AS released FROM invitation j JOIN replicate r ON r.campaign_id = j.campaign_id
		AND r.number = j.replicate AND r.state <> 'held'
	WHERE j.campaign_id = $1 AND j.state <> 'withdrawn' GROUP BY j.stratum) n
WHERE i.campaign_id = $1 AND d.campaign_id = $1 AND d.stratum = i.stratum AND n.stratum = i.stratum
	AND i.state <> 'held' AND i.weight <> d.frame_size::float8 / n.released`

// Anonymous answers are weighted when they are released.
const sqlReweighResponses = `
UPDATE response r SET weight = w.weight
FROM (SELECT DISTINCT stratum, weight FROM invitation WHERE campaign_id = $1 AND state NOT IN ('held', 'withdrawn')) w
WHERE r.campaign_id = $1 AND r.stratum = w.stratum AND r.weight <> w.weight
	AND NOT EXISTS (SELECT 1 FROM campaign k WHERE k.id = $1 AND k.confidentiality = 'anonymous')`

// ReleaseReplicate opens every case of a held replicate for contacts, and mends
// the weights of all that are out. It returns how many were opened; 0 when the
// replicate is out already. It is a part of the launch: see ReleaseHeld.
func (db *DB) ReleaseReplicate(ctx context.Context, id survey.CampaignID, number int, now time.Time) (int, error) {
	opened := 0
	err := db.within(ctx, func(tx *sqlx.Tx) (err error) {
		opened, _, err = releaseReplicate(ctx, tx, id, number, now)
		return err
	})
	return opened, err
}

// releaseReplicate does it, unless the replicate is out, or there is none.
func releaseReplicate(ctx context.Context, tx *sqlx.Tx, id survey.CampaignID, number int, now time.Time) (opened int, did bool, err error) {
	var locked pq.Int64Array
	if err := tx.SelectContext(ctx, &locked, sqlLockCases, id); err != nil {
		return 0, false, err
	}
	res, err := tx.ExecContext(ctx, sqlReleaseReplicate, id, number, now,
		texts(survey.ReplicateMachine().From(survey.ReplicateRelease)))
	if err != nil {
		return 0, false, err
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return 0, false, nil
	}
	res, err = tx.ExecContext(ctx, sqlOpenHeld, id, number, now,
		texts(survey.InvitationMachine().From(survey.InvitationRelease)))
	if err != nil {
		return 0, false, err
	}
	n, _ := res.RowsAffected()
	for _, mend := range []string{sqlReweigh, sqlReweighResponses} {
		if _, err := tx.ExecContext(ctx, mend, id); err != nil {
			return 0, false, err
		}
	}
	return int(n), true, nil
}

const sqlReplicates = `SELECT number, state FROM replicate WHERE campaign_id = $1 ORDER BY number`

// ReleaseHeld sends a held replicate of a running campaign into the field, on
// record, and returns how many cases that opened. Errors: campaign_state,
// end_passed, not_found, replicate_out.
func (db *DB) ReleaseHeld(ctx context.Context, o view.ReleaseOrder) (int, error) {
	opened := 0
	err := db.retried(ctx, func(tx *sqlx.Tx) error {
		k, err := standing(ctx, tx, o.ID)
		if err != nil {
			return err
		}
		if err := k.runs(o.Now); err != nil {
			return err
		}
		n, did, err := releaseReplicate(ctx, tx, o.ID, o.Number, o.Now)
		if err != nil {
			return err
		}
		if !did {
			return isOut(ctx, tx, k, o)
		}
		opened = n
		return recordAct(ctx, tx, act{now: o.Now, campaign: o.ID, actor: o.Actor, reason: survey.ReasonStaff, words: o.Words,
			args: map[string]string{"event": string(survey.ReplicateRelease), "replicate": strconv.Itoa(o.Number),
				"from": string(survey.ReplicateHeld), "to": string(survey.ReplicateReleased), "cases": strconv.Itoa(n)}})
	})
	return opened, err
}

// isOut says that there is no such replicate, or that it is out, and which are
// held.
func isOut(ctx context.Context, tx *sqlx.Tx, k standingRow, o view.ReleaseOrder) error {
	var rows []struct {
		Number int
		State  survey.ReplicateState
	}
	if err := tx.SelectContext(ctx, &rows, sqlReplicates, o.ID); err != nil {
		return err
	}
	e := &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound, Args: map[string]string{"name": k.Name + " " + strconv.Itoa(o.Number)}}
	var held []string
	for _, r := range rows {
		switch {
		case r.State == survey.ReplicateHeld:
			held = append(held, strconv.Itoa(r.Number))
		case r.Number == o.Number:
			e = &survey.Error{Kind: survey.Conflict, Code: survey.CodeReplicateOut,
				Args: map[string]string{"name": k.Name, "number": strconv.Itoa(o.Number)}}
		}
	}
	if len(held) > 0 && e.Code == survey.CodeReplicateOut {
		e.Args["held"] = strings.Join(held, ", ")
	}
	return e
}
