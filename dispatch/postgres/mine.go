package postgres

import (
	"context"
	"database/sql"
	"time"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const sqlWhose = `
SELECT i.contact_id, k.confidentiality FROM invitation i JOIN campaign k ON k.id = i.campaign_id WHERE i.id = $1`

const sqlContactsLeft = `
SELECT count(*) FROM attempt a JOIN invitation i ON i.id = a.invitation_id WHERE i.contact_id = $1 AND a.sent_at IS NOT NULL`

const sqlEraseAsked = `
SELECT max(x.applied_at) FROM inbox x JOIN invitation i ON i.id = x.invitation_id
WHERE i.contact_id = $1 AND x.outcome = 'parked' AND x.reason = $2`

// Mine reads what a person sees of themself behind the link of an invitation, in
// one snapshot.
func (db *DB) Mine(ctx context.Context, inv survey.InvitationID) (view.Mine, error) {
	var out view.Mine
	err := db.snapshot(ctx, func(tx *sqlx.Tx) error {
		out = view.Mine{}
		var who struct {
			ContactID       survey.ContactID `db:"contact_id"`
			Confidentiality survey.Confidentiality
		}
		if err := tx.GetContext(ctx, &who, sqlWhose, inv); err != nil {
			return err
		}
		r := cardReader{ctx: ctx, tx: tx, id: who.ContactID, card: &out.Card}
		for _, part := range []func() error{r.contact, r.endpoints, r.consents} {
			if err := part(); err != nil {
				return err
			}
		}
		if err := tx.GetContext(ctx, &out.Contacts, sqlContactsLeft, who.ContactID); err != nil {
			return err
		}
		var asked sql.NullTime
		if err := tx.GetContext(ctx, &asked, sqlEraseAsked, who.ContactID, survey.ReasonEraseAsked); err != nil {
			return err
		}
		out.EraseAsked = asked.Time
		var err error
		out.Surveys, err = ownSurveys(ctx, tx, inv, who.ContactID, who.Confidentiality == survey.Identified)
		return err
	})
	return out, err
}

// Whether an answer was sent is joined only where the survey is identified, or
// behind its own link.
const sqlOwnSurveys = `
SELECT i.id, k.name, k.title, i.state, k.state AS campaign, k.ends_at,
	coalesce(r.submitted_at, CASE WHEN i.sealed = 'submitted' THEN i.sealed_on::timestamp AT TIME ZONE 'UTC' + interval '12 hours' END) AS submitted_at, i.refused_at,
	coalesce((i.progress->>'answered')::int, 0) > 0 AS answered
FROM invitation i JOIN campaign k ON k.id = i.campaign_id
LEFT JOIN link.response_link l ON l.invitation_id = i.id
LEFT JOIN response r ON r.id = l.response_id AND r.state = 'submitted'
WHERE i.contact_id = $2 AND i.state NOT IN ('held', 'withdrawn') AND k.state NOT IN ('draft', 'ready')
	AND (i.id = $1 OR ($3 AND k.confidentiality = 'identified'))
ORDER BY i.id = $1 DESC, i.id DESC LIMIT 50`

func ownSurveys(ctx context.Context, tx *sqlx.Tx, inv survey.InvitationID, contact survey.ContactID, others bool) ([]view.OwnSurvey, error) {
	var rows []struct {
		ID          survey.InvitationID
		Name        string
		Title       document[map[survey.Lang]string]
		State       survey.InvitationState
		Campaign    survey.CampaignState
		EndsAt      time.Time    `db:"ends_at"`
		SubmittedAt sql.NullTime `db:"submitted_at"`
		RefusedAt   sql.NullTime `db:"refused_at"`
		Answered    bool
	}
	if err := tx.SelectContext(ctx, &rows, sqlOwnSurveys, inv, contact, others); err != nil {
		return nil, err
	}
	out := make([]view.OwnSurvey, len(rows))
	for i, r := range rows {
		out[i] = view.OwnSurvey{ID: r.ID, Name: r.Name, Title: r.Title.V, State: r.State, Campaign: r.Campaign, EndsAt: r.EndsAt,
			SubmittedAt: r.SubmittedAt.Time, RefusedAt: r.RefusedAt.Time, AnsweredBefore: r.Answered}
	}
	return out, nil
}

const sqlSpeak = `UPDATE contact SET language = $2, updated_at = $3 WHERE id = $1 AND language <> $2`

// language is what the person wants to be written to in from now on.
func (w *changeWriter) language() error {
	if !w.ch.Speaks {
		return nil
	}
	return w.exec(sqlSpeak, w.c.ContactID, w.ch.Language, w.now)
}
