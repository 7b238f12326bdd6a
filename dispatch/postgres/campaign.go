package postgres

import (
	"context"
	"database/sql"
	"maps"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

type campaignRow struct {
	ID              survey.CampaignID `db:"id"`
	Name            string
	Title           document[map[survey.Lang]string]
	Purpose         survey.Purpose
	Confidentiality survey.Confidentiality
	Listed          survey.Eligibility
	State           survey.CampaignState
	QuestionnaireID survey.QuestionnaireID `db:"questionnaire_id"`
	Office          document[survey.Office]
	Eligibility     document[survey.Condition]
	Design          document[survey.Design]
	Protocol        document[survey.Protocol]
	LaunchedAt      sql.NullTime `db:"launched_at"`
	EndsAt          sql.NullTime `db:"ends_at"`
	Rate            float64
	Budget          int64
	Custody         document[survey.Custody]
	Keep            document[[]survey.Kept]
	Texts           document[survey.OwnTexts]
}

func (r campaignRow) campaign() *survey.Campaign {
	return &survey.Campaign{ID: r.ID, Name: r.Name, Title: r.Title.V, Purpose: r.Purpose,
		Confidentiality: r.Confidentiality, Listed: r.Listed, State: r.State, QuestionnaireID: r.QuestionnaireID,
		Office: r.Office.V, Eligibility: r.Eligibility.V, Design: r.Design.V, Protocol: r.Protocol.V,
		LaunchedAt: r.LaunchedAt.Time, EndsAt: r.EndsAt.Time, Rate: r.Rate, Budget: r.Budget,
		Custody: r.Custody.V, Keep: r.Keep.V, Texts: r.Texts.V}
}

const sqlCampaignColumns = `SELECT id, name, title, purpose, confidentiality, listed, state, questionnaire_id,
	office, eligibility, design, protocol, launched_at, ends_at, rate, budget, custody, keep, texts FROM campaign `

const sqlCampaign = sqlCampaignColumns + `WHERE id = $1`

// Campaign returns one campaign, or an error of kind NotFound.
func (db *DB) Campaign(ctx context.Context, id survey.CampaignID) (*survey.Campaign, error) {
	var r campaignRow
	if err := db.x.GetContext(ctx, &r, sqlCampaign, id); err != nil {
		return nil, told(err)
	}
	return r.campaign(), nil
}

const sqlCampaignByName = sqlCampaignColumns + `WHERE name = $1`

// CampaignByName returns the campaign that staff call name.
func (db *DB) CampaignByName(ctx context.Context, name string) (*survey.Campaign, error) {
	var r campaignRow
	if err := db.x.GetContext(ctx, &r, sqlCampaignByName, name); err != nil {
		err = told(err)
		if survey.KindOf(err) == survey.NotFound {
			return nil, &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound,
				Args: map[string]string{"what": "campaign", "name": name}, Err: err}
		}
		return nil, err
	}
	return r.campaign(), nil
}

const sqlCampaigns = sqlCampaignColumns + `WHERE cardinality($1::text[]) = 0 OR state = ANY($1) ORDER BY id`

// Campaigns lists campaigns in the given states, all when none is given.
func (db *DB) Campaigns(ctx context.Context, states ...survey.CampaignState) ([]*survey.Campaign, error) {
	var rows []campaignRow
	if err := db.x.SelectContext(ctx, &rows, sqlCampaigns, texts(states)); err != nil {
		return nil, told(err)
	}
	out := make([]*survey.Campaign, len(rows))
	for i, r := range rows {
		out[i] = r.campaign()
	}
	return out, nil
}

// What a campaign with a budget spends is counted.
const sqlCreateCampaign = `
WITH k AS (
	INSERT INTO campaign (name, title, purpose, confidentiality, listed, questionnaire_id, office, eligibility, design,
		protocol, created_at, created_by, rate, budget, custody, keep, texts)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) RETURNING id, budget),
counted AS (INSERT INTO campaign_spend (campaign_id, spent) SELECT id, 0 FROM k WHERE budget > 0)
SELECT id FROM k`

// CreateCampaign writes a draft. A name that is taken is a Conflict.
func (db *DB) CreateCampaign(ctx context.Context, c survey.Campaign, actor string, now time.Time) (survey.CampaignID, error) {
	return createCampaign(ctx, db.x, c, actor, now)
}

func createCampaign(ctx context.Context, x sqlx.QueryerContext, c survey.Campaign, actor string, now time.Time) (survey.CampaignID, error) {
	docs, err := campaignDocuments(c)
	if err != nil {
		return 0, err
	}
	var id survey.CampaignID
	err = sqlx.GetContext(ctx, x, &id, sqlCreateCampaign, c.Name, docs[0], c.Purpose, c.Confidentiality, c.Listed,
		c.QuestionnaireID, docs[1], docs[2], docs[3], docs[4], now, actor, c.Rate, c.Budget, docs[5], docs[6], docs[7])
	if isState(err, "23505") {
		return 0, &survey.Error{Kind: survey.Conflict, Code: survey.CodeNameTaken,
			Args: map[string]string{"name": c.Name}, Err: err}
	}
	return id, told(err)
}

// campaignDocuments are the documents of a campaign, in the order of its columns.
func campaignDocuments(c survey.Campaign) (docs [8]string, err error) {
	if c.Texts == nil {
		c.Texts = survey.OwnTexts{}
	}
	for i, v := range []any{c.Title, c.Office, c.Eligibility, c.Design, c.Protocol, c.Custody, c.Keep, c.Texts} {
		if docs[i], err = encoded(v); err != nil {
			return docs, err
		}
	}
	return docs, nil
}

// MoveCampaign is a compare-and-set on the campaign's state, with an event. A
// campaign that is not in a state that allows the move is a Conflict.
func (db *DB) MoveCampaign(ctx context.Context, m view.CampaignMove) error {
	return db.retried(ctx, func(tx *sqlx.Tx) error { return moveCampaign(ctx, tx, m) })
}

const sqlMoveCampaign = `
UPDATE campaign SET state = $2,
	launched_at = CASE WHEN $4 = 'launch' THEN $5 ELSE launched_at END,
	ends_at     = CASE WHEN $4 = 'launch' THEN $6 ELSE ends_at END,
	closed_at   = CASE WHEN $4 = 'close' THEN $5 ELSE closed_at END
WHERE id = $1 AND state = ANY($3)`

func moveCampaign(ctx context.Context, tx *sqlx.Tx, m view.CampaignMove) error {
	k, err := standing(ctx, tx, m.ID)
	if err != nil {
		return err
	}
	machine := survey.CampaignMachine()
	to, err := machine.Next(k.State, m.Event)
	if err != nil {
		return k.refuses()
	}
	if m.Event == survey.CampaignApprove {
		if err := secondPerson(ctx, tx, m, k.Name); err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, sqlMoveCampaign, m.ID, to, texts(machine.From(m.Event)), m.Event, m.Now, nullTime(m.EndsAt))
	if err != nil {
		return err
	}
	switch m.Event {
	case survey.CampaignLaunch:
		if err = launchWave(ctx, tx, m); err == nil {
			err = launchProposal(ctx, tx, m)
		}
	case survey.CampaignResume:
		_, err = wake(ctx, tx, m.ID, survey.ReasonPaused, m.Now)
	}
	if err != nil {
		return err
	}
	err = recordAct(ctx, tx, act{now: m.Now, campaign: m.ID, actor: m.Actor, reason: m.Reason, words: m.Words,
		args: map[string]string{"event": string(m.Event), "from": string(k.State), "to": string(to)}})
	if err != nil {
		return err
	}
	return recordLoosened(ctx, tx, m)
}

// recordLoosened records what of the defaults the protocol loosens, at the launch.
func recordLoosened(ctx context.Context, tx *sqlx.Tx, m view.CampaignMove) error {
	var events []survey.Event
	for _, name := range slices.Sorted(maps.Keys(m.Loosened)) {
		events = append(events, survey.Event{Kind: survey.EventProtocolLoosened, At: m.Now, CampaignID: m.ID, Actor: m.Actor,
			Reason: m.Reason, Args: map[string]string{"name": string(name), "reason": m.Loosened[name]}})
	}
	return record(ctx, tx, events...)
}

const sqlFinishedWhere = `
SELECT k.id FROM campaign k WHERE k.state IN ('fielding', 'paused') AND k.ends_at <= $1
	AND NOT EXISTS (SELECT 1 FROM invitation i WHERE i.campaign_id = k.id AND i.state IN ('open', 'started'))`

const sqlFinished = sqlFinishedWhere + ` ORDER BY k.id`

// CloseFinished closes the campaigns whose field period is over and whose
// released cases all have a disposition.
func (db *DB) CloseFinished(ctx context.Context, now time.Time) (int, error) {
	var ids []survey.CampaignID
	if err := db.x.SelectContext(ctx, &ids, sqlFinished, now); err != nil {
		return 0, told(err)
	}
	for _, id := range ids {
		err := db.retried(ctx, func(tx *sqlx.Tx) error { return closeFinished(ctx, tx, id, now) })
		if err != nil && survey.KindOf(err) != survey.Conflict { // another scheduler was faster
			return 0, err
		}
	}
	return len(ids), nil
}

const sqlStillFinished = sqlFinishedWhere + ` AND k.id = $2`

// closeFinished closes one campaign, if it is still finished under its lock:
// staff may have moved its end, or released a replicate.
func closeFinished(ctx context.Context, tx *sqlx.Tx, id survey.CampaignID, now time.Time) error {
	if _, err := standing(ctx, tx, id); err != nil {
		return err
	}
	var still []survey.CampaignID
	if err := tx.SelectContext(ctx, &still, sqlStillFinished, now, id); err != nil || len(still) == 0 {
		return err
	}
	return moveCampaign(ctx, tx, view.CampaignMove{ID: id, Event: survey.CampaignClose, Actor: "scheduler",
		Reason: survey.ReasonEnded, Now: now})
}

const sqlFrameSize = `SELECT size FROM frame WHERE campaign_id = $1`

// FrameSize is how many people the frozen frame of a campaign has, 0 before it
// is frozen.
func (db *DB) FrameSize(ctx context.Context, id survey.CampaignID) (int, error) {
	var n int
	return n, one(db.x.SelectContext, ctx, &n, sqlFrameSize, id)
}
