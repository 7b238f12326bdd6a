package postgres

import (
	"context"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// It may have been told of before, by the step of the call or by the provider's own word.
const sqlTellRecording = `
INSERT INTO recording (id, provider, provider_id, response_id, question, wanted, seconds)
VALUES ($1, $2, $3, nullif($4, '')::uuid, $5, $5 <> '' AND $4 <> '', $6)
ON CONFLICT (provider, provider_id) DO UPDATE SET response_id = excluded.response_id, question = excluded.question, wanted = true
WHERE excluded.wanted AND recording.state = 'waiting'`

// tellRecordings puts recordings on our list.
func tellRecordings(ctx context.Context, tx *sqlx.Tx, response survey.ResponseID, list []view.NewRecording) error {
	for _, r := range list {
		if _, err := tx.ExecContext(ctx, sqlTellRecording, r.ID, r.Provider, r.ProviderID, string(response), r.Question, r.Seconds); err != nil {
			return err
		}
	}
	return nil
}

const (
	sqlDropRecordings = `
UPDATE recording r SET wanted = false, content = NULL, look_at = clock_timestamp() WHERE r.response_id = $1 AND r.wanted AND NOT EXISTS (
	SELECT 1 FROM answer_item i WHERE i.response_id = $1 AND i.question = r.question AND i.value = r.id)`
	sqlForgetDropped = `DELETE FROM recording WHERE response_id = $1 AND NOT wanted AND state = 'removed'`
)

// recordings puts what was said on our list, and lets go of what no answer holds any
// more: said anew, written instead, or withdrawn.
func (w *changeWriter) recordings() error {
	if err := tellRecordings(w.ctx, w.tx, w.c.ResponseID, w.ch.Recordings); err != nil {
		return err
	}
	held := len(w.ch.Recordings) > 0
	for _, a := range w.c.Answers {
		_, is := a.Recorded()
		held = held || is
	}
	if !held || w.c.ResponseID == "" {
		return nil
	}
	if err := w.exec(sqlDropRecordings, string(w.c.ResponseID)); err != nil {
		return err
	}
	return w.exec(sqlForgetDropped, string(w.c.ResponseID))
}

// What failed is looked at again after 10 seconds, then twice as long each time, every
// three hours at last.
const sqlTakeRecordings = `
UPDATE recording SET looks = looks + 1,
	look_at = clock_timestamp() + least(interval '10 seconds' * (1::bigint << least(looks, 20)), interval '3 hours')
WHERE id IN (SELECT id FROM recording WHERE state <> 'removed' AND look_at <= clock_timestamp() ORDER BY look_at LIMIT $1 FOR UPDATE SKIP LOCKED)
RETURNING id, provider, provider_id, wanted, state = 'kept' AS kept, looks`

// TakeRecordings returns recordings that something is to be done about now.
func (db *DB) TakeRecordings(ctx context.Context, limit int) ([]view.OpenRecording, error) {
	var rows []struct {
		ID         survey.RecordingID
		Provider   string
		ProviderID string `db:"provider_id"`
		Wanted     bool
		Kept       bool
		Looks      int
	}
	if err := db.x.SelectContext(ctx, &rows, sqlTakeRecordings, limit); err != nil {
		return nil, told(err)
	}
	out := make([]view.OpenRecording, len(rows))
	for i, r := range rows {
		out[i] = view.OpenRecording(r)
	}
	return out, nil
}

const sqlKeepRecording = `
UPDATE recording SET state = 'kept', kind = $2, sha256 = $3, seconds = $4, content = $5, kept_at = clock_timestamp(),
	look_at = clock_timestamp(), looks = 0
WHERE id = $1 AND wanted AND state = 'waiting'`

// KeepRecording keeps what was fetched, unless nobody wants it any more.
func (db *DB) KeepRecording(ctx context.Context, k view.KeptRecording) error {
	_, err := db.x.ExecContext(ctx, sqlKeepRecording, k.ID, k.Kind, k.Sum[:], k.Seconds, k.Content)
	return told(err)
}

const (
	sqlRecordingRemoved = `UPDATE recording SET state = 'removed', removed_at = clock_timestamp() WHERE id = $1 AND state <> 'removed'`
	sqlForgetRecording  = `DELETE FROM recording WHERE id = $1 AND NOT wanted`
)

// RecordingRemoved notes that the provider has a recording no more. What nobody wants is
// off our list then.
func (db *DB) RecordingRemoved(ctx context.Context, id survey.RecordingID) error {
	return db.within(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, sqlRecordingRemoved, id); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, sqlForgetRecording, id)
		return err
	})
}

const sqlAnsweredRecording = `
SELECT coalesce(r.kind, '') AS kind, coalesce(r.content, '') AS content, r.seconds FROM recording r JOIN response p ON p.id = r.response_id
WHERE r.id = $2 AND p.campaign_id = $1 AND p.state <> 'voided'`

// AnsweredRecording reads a recording that an answer of the campaign holds; without
// content while it is not fetched, or after it was deleted; or NotFound.
func (db *DB) AnsweredRecording(ctx context.Context, campaign survey.CampaignID, id survey.RecordingID) (view.KeptRecording, error) {
	var r struct {
		Kind    survey.SoundKind
		Content []byte
		Seconds float64
	}
	err := db.x.GetContext(ctx, &r, sqlAnsweredRecording, campaign, id)
	return view.KeptRecording{ID: id, Kind: r.Kind, Content: r.Content, Seconds: r.Seconds}, told(err)
}

const sqlRecordingsOpen = `SELECT count(*) FROM recording WHERE state <> 'removed'`

// RecordingsOpen counts the recordings that the provider may still have.
func (db *DB) RecordingsOpen(ctx context.Context) (int, error) {
	var n int
	err := db.x.GetContext(ctx, &n, sqlRecordingsOpen)
	return n, told(err)
}

const (
	sqlUnappliedSpoken = `
SELECT provider, payload->'recording'->>'provider_id' AS provider_id FROM inbox
WHERE invitation_id = ANY($1) AND applied_at IS NULL AND payload->'recording'->>'provider_id' <> ''`
	sqlReleaseRecordings = `
UPDATE recording SET wanted = false, content = NULL, sha256 = NULL, question = '', seconds = 0, response_id = NULL, look_at = clock_timestamp()
WHERE response_id IN (SELECT response_id FROM link.response_link WHERE invitation_id = ANY($1))`
	sqlForgetReleased = `DELETE FROM recording WHERE NOT wanted AND response_id IS NULL AND state = 'removed'`
)

// recordings deletes what the person said, and leaves on our list, with nothing of whom
// it was, what the provider still has: also what it told of and nobody has applied yet.
func (e *eraser) recordings() error {
	var rows []struct {
		Provider   string
		ProviderID string `db:"provider_id"`
	}
	if err := e.tx.SelectContext(e.ctx, &rows, sqlUnappliedSpoken, ints(e.cases)); err != nil {
		return err
	}
	var list []view.NewRecording
	for _, r := range rows {
		list = append(list, view.NewRecording{ID: survey.NewRecordingID(r.Provider, r.ProviderID), Provider: r.Provider, ProviderID: r.ProviderID})
	}
	if err := tellRecordings(e.ctx, e.tx, "", list); err != nil {
		return err
	}
	if err := e.exec(&e.out.Recordings, sqlReleaseRecordings, ints(e.cases)); err != nil {
		return err
	}
	return e.exec(nil, sqlForgetReleased)
}
