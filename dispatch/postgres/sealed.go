package postgres

import (
	"context"
	"database/sql"
	"time"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// Of an anonymous campaign no row joins answers to a case, at any time. What somebody
// has answered is one sealed lump, written anew with every post; what they sent is one
// sealed lump in the pool. How many posts there were, how many questions they answered
// and when is written nowhere: the path through a questionnaire would tell it from the
// others'. So a post leaves no row in the inbox, the case has a day and no hour, and its
// progress is the same for everybody who came as far (worker/ingest/sealed.go).

const sqlSealed = `
SELECT i.sealed, i.sealed_on, p.content FROM invitation i LEFT JOIN link.partial p ON p.invitation_id = i.id WHERE i.id = $1`

// sealedOf adds to a case of an anonymous campaign what is known of its answers.
func sealedOf(ctx context.Context, x sqlx.QueryerContext, c *view.Case) error {
	if c.Campaign.Confidentiality != survey.Anonymous {
		return nil
	}
	var r struct {
		Sealed  sql.NullString
		On      sql.NullTime `db:"sealed_on"`
		Content []byte
	}
	if err := sqlx.GetContext(ctx, x, &r, sqlSealed, c.Invitation.ID); err != nil || !r.Sealed.Valid {
		return err
	}
	if c.ResponseState == "" { // else: erased
		c.ResponseState = survey.ResponseState(r.Sealed.String)
	}
	c.Sealed = r.Content
	if c.ResponseState == survey.ResponseSubmitted {
		c.SubmittedAt, c.SubmittedByMode, c.Facts.Submitted = r.On.Time.Add(12*time.Hour), survey.Web, true // noon is the same day everywhere here
	}
	return nil
}

// ApplySealed applies a post of an anonymous form in one transaction, under the locks of
// the case. decide opens what it finds and seals what it leaves; nothing else of the post
// is kept. Whoever comes after the campaign was closed is refused by decide, and nobody
// comes in between: see sealed.
func (db *DB) ApplySealed(ctx context.Context, o view.SealedOrder, decide func(view.Case) (view.Change, error)) error {
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		if err := lockInvitations(ctx, tx, []survey.InvitationID{o.Invitation}); err != nil {
			return err
		}
		var state survey.CampaignState
		if err := tx.GetContext(ctx, &state, sqlStandStill, o.Invitation); err != nil {
			return err
		}
		c, err := caseOf(ctx, tx, o.Invitation)
		if err != nil {
			return err
		}
		change, err := decide(c)
		if err != nil {
			return err
		}
		change.Items, change.Drop, change.Submit, change.Void = nil, nil, false, false
		w := changeWriter{ctx: ctx, tx: tx, c: c, ch: change, now: o.At, day: o.Day}
		if _, err := w.write(); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, sqlBlurEvents, o.Invitation)
		return err
	})
}

const (
	// The campaign is not closed while somebody sends: what comes into the pool is there
	// when the last of it is released.
	sqlStandStill = `
SELECT k.state FROM campaign k JOIN invitation i ON i.campaign_id = k.id WHERE i.id = $1 FOR SHARE OF k`
	// The end of the day, so that nothing that was handed over before seems to come after.
	sqlBlurEvents = `
UPDATE event SET recorded_at = date_trunc('day', recorded_at) + interval '1 day' WHERE invitation_id = $1 AND recorded_at >= now()`

	sqlSealCase = `UPDATE invitation SET sealed = $2, sealed_on = $3 WHERE id = $1`

	sqlKeepPartial = `
INSERT INTO link.partial (invitation_id, content) VALUES ($1, $2)
ON CONFLICT (invitation_id) DO UPDATE SET content = excluded.content`
	sqlDropPartial = `DELETE FROM link.partial WHERE invitation_id = $1`
	sqlIntoPool    = `
INSERT INTO pool (campaign_id, stratum, content)
SELECT i.campaign_id, coalesce((SELECT d.kept FROM stratum_draw d WHERE d.campaign_id = i.campaign_id AND d.stratum = i.stratum),
	i.stratum), $2 FROM invitation i WHERE i.id = $1`
)

const sqlForgetPartials = `DELETE FROM link.partial WHERE invitation_id = ANY($1)`

// sealed writes what becomes of anonymous answers, and lets none of them be written
// otherwise: not by a text, a call, or a form that came another way.
func (w *changeWriter) sealed() error {
	if w.c.Campaign.Confidentiality != survey.Anonymous {
		return nil
	}
	if len(w.ch.Items) > 0 || len(w.ch.Drop) > 0 || w.ch.Submit {
		return &survey.Error{Kind: survey.Internal, Code: survey.CodeState, Args: map[string]string{
			"machine": "response", "state": string(survey.Anonymous)}}
	}
	s := w.ch.Sealed
	if s == nil {
		return nil
	}
	state, inv := survey.ResponseVoided, w.c.Invitation.ID
	switch {
	case s.Pool != nil:
		state = survey.ResponseSubmitted
		if err := w.exec(sqlIntoPool, inv, s.Pool); err != nil {
			return err
		}
	case s.Partial != nil:
		if err := w.exec(sqlKeepPartial, inv, s.Partial); err != nil {
			return err
		}
		return w.exec(sqlSealCase, inv, survey.ResponseStarted, w.day.String())
	}
	if err := w.exec(sqlDropPartial, inv); err != nil {
		return err
	}
	return w.exec(sqlSealCase, inv, state, w.day.String())
}
