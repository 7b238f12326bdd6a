package postgres

import (
	"context"
	"database/sql"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// planLock is the advisory lock that planning holds, so that caps over
// campaigns hold with any number of schedulers.
const planLock = 0x63616e76_706c616e // "canvplan"

const sqlTryPlanLock = `SELECT pg_try_advisory_xact_lock($1)`

type planRow struct {
	ID         survey.InvitationID    `db:"id"`
	CampaignID survey.CampaignID      `db:"campaign_id"`
	ContactID  survey.ContactID       `db:"contact_id"`
	Stratum    string                 `db:"stratum"`
	State      survey.InvitationState `db:"state"`
	Language   survey.Lang            `db:"language"`
	Left       bool                   `db:"gone"`
	Zone       string                 `db:"zone"`
	Hours      survey.Hours           `db:"hours"`
	factRow
}

const sqlDueCampaigns = `
SELECT k.id FROM campaign k WHERE (k.state = 'fielding' OR (k.state = 'paused' AND k.ends_at <= $1))
	AND EXISTS (SELECT 1 FROM invitation i WHERE i.campaign_id = k.id AND i.plan_at <= $1 AND i.state IN ('open', 'started'))
ORDER BY k.id`

// DueCampaigns lists the campaigns with cases to be planned at business time now.
func (db *DB) DueCampaigns(ctx context.Context, now time.Time) ([]survey.CampaignID, error) {
	var out []survey.CampaignID
	return out, told(db.x.SelectContext(ctx, &out, sqlDueCampaigns, now))
}

// The cases are taken along the index, in the order they fell due, and carried
// out of the lock as they then stood.
const sqlPlanDue = `
WITH due AS MATERIALIZED (
	SELECT i.id, i.campaign_id, i.contact_id, i.stratum, i.state, i.language, ` + sqlFactColumns + `
	FROM invitation i
	WHERE i.campaign_id = $3 AND i.plan_at <= $1 AND i.state IN ('open', 'started')
		AND EXISTS (SELECT 1 FROM campaign k WHERE k.id = $3
			AND (k.state = 'fielding' OR (k.state = 'paused' AND k.ends_at <= $1)))
	ORDER BY i.plan_at, i.id LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED)
SELECT due.*, (c.id IS NULL OR c.left_at IS NOT NULL) AS gone, coalesce(c.zone, '') AS zone,
	coalesce(c.hours, '') AS hours
FROM due LEFT JOIN contact c ON c.id = due.contact_id`

// PlanDue plans up to o.Limit invitations of a campaign that are due: decide sees
// each under lock and answers what shall happen. It returns how many were looked
// at; 0 when none is due or another scheduler is planning.
func (db *DB) PlanDue(ctx context.Context, o view.PlanOrder, decide func(view.PlanCase) view.Plan) (int, error) {
	seen := 0
	err := db.retried(ctx, func(tx *sqlx.Tx) error {
		seen = 0
		var mine bool
		if err := tx.GetContext(ctx, &mine, sqlTryPlanLock, int64(planLock)); err != nil || !mine {
			return err
		}
		var rows []planRow
		if err := tx.SelectContext(ctx, &rows, sqlPlanDue, o.Now, o.Limit, o.CampaignID); err != nil || len(rows) == 0 {
			return err
		}
		cases, err := planCases(ctx, tx, rows, o.Now)
		if err != nil {
			return err
		}
		seen = len(cases)
		w := planWriter{now: o.Now}
		for _, c := range cases {
			w.add(c.Invitation, decide(c))
		}
		return w.write(ctx, tx)
	})
	return seen, err
}

// planCases gathers campaign, attempts, other campaigns' contacts and reach of the
// locked invitations, a query each.
func planCases(ctx context.Context, tx *sqlx.Tx, rows []planRow, now time.Time) ([]view.PlanCase, error) {
	campaigns := map[survey.CampaignID]*survey.Campaign{}
	return casesOf(ctx, tx, rows, now, func(id survey.CampaignID) (*survey.Campaign, error) {
		if campaigns[id] == nil {
			var k campaignRow
			if err := tx.GetContext(ctx, &k, sqlCampaign, id); err != nil {
				return nil, err
			}
			campaigns[id] = k.campaign()
		}
		return campaigns[id], nil
	})
}

// casesOf is planCases with the campaigns as another knows them.
func casesOf(ctx context.Context, tx *sqlx.Tx, rows []planRow, now time.Time,
	campaign func(survey.CampaignID) (*survey.Campaign, error)) ([]view.PlanCase, error) {
	ids := make([]survey.InvitationID, len(rows))
	contacts := make([]survey.ContactID, len(rows))
	for i, r := range rows {
		ids[i], contacts[i] = r.ID, r.ContactID
	}
	attempts, err := attemptsOf(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	reach, err := reachOf(ctx, tx, contacts)
	if err != nil {
		return nil, err
	}
	touches, err := touchesOf(ctx, tx, contacts, nil, now)
	if err != nil {
		return nil, err
	}
	out := make([]view.PlanCase, len(rows))
	for i, r := range rows {
		k, err := campaign(r.CampaignID)
		if err != nil {
			return nil, err
		}
		out[i] = r.planCase(k, attempts[r.ID], reach[r.ContactID])
		for _, t := range touches[r.ContactID] {
			if t.InvitationID != r.ID {
				out[i].Others = append(out[i].Others, t.touch())
			}
		}
	}
	return out, nil
}

func (r planRow) planCase(k *survey.Campaign, attempts []survey.Attempt, reach map[survey.Channel]view.Reach) view.PlanCase {
	c := view.PlanCase{Campaign: k, Attempts: attempts, Reach: map[survey.Channel]view.Reach{}, Zone: r.Zone, Hours: r.Hours,
		Invitation: survey.Invitation{ID: r.ID, CampaignID: r.CampaignID, ContactID: r.ContactID,
			Stratum: r.Stratum, State: r.State, Language: r.Language}}
	for _, ch := range survey.Channels() {
		got, ok := reach[ch]
		if !ok || r.Left {
			got = view.Reach{Reason: survey.ReasonNoEndpoint}
		}
		c.Reach[ch] = got
	}
	c.Facts = r.facts(attempts)
	return c
}

type attemptRow struct {
	ID           survey.AttemptID    `db:"id"`
	CampaignID   survey.CampaignID   `db:"campaign_id"`
	InvitationID survey.InvitationID `db:"invitation_id"`
	Step         string
	Channel      survey.Channel
	Try          int
	Text         string
	State        survey.AttemptState
	Reason       survey.Reason
	DueAt        time.Time    `db:"due_at"`
	SentAt       sql.NullTime `db:"sent_at"`
	EndedAt      sql.NullTime `db:"ended_at"`
}

const sqlAttemptsOf = `
SELECT id, campaign_id, invitation_id, step, channel, try, text, state, reason, due_at, sent_at, ended_at
FROM attempt WHERE invitation_id = ANY($1) ORDER BY id`

func attemptsOf(ctx context.Context, tx *sqlx.Tx, ids []survey.InvitationID) (map[survey.InvitationID][]survey.Attempt, error) {
	var rows []attemptRow
	if err := tx.SelectContext(ctx, &rows, sqlAttemptsOf, ints(ids)); err != nil {
		return nil, err
	}
	out := map[survey.InvitationID][]survey.Attempt{}
	for _, r := range rows {
		out[r.InvitationID] = append(out[r.InvitationID], survey.Attempt{ID: r.ID, CampaignID: r.CampaignID,
			InvitationID: r.InvitationID, Step: r.Step, Channel: r.Channel, Try: r.Try, Text: r.Text, State: r.State,
			Reason: r.Reason, DueAt: r.DueAt, SentAt: r.SentAt.Time, EndedAt: r.EndedAt.Time})
	}
	return out, nil
}

type reachRow struct {
	ContactID  survey.ContactID  `db:"contact_id"`
	Channel    survey.Channel    `db:"channel"`
	EndpointID survey.EndpointID `db:"endpoint_id"`
	Suppressed bool              `db:"suppressed"`
	Dead       bool              `db:"dead"`
}

// The best endpoint per contact and channel: alive before dead, then by rank.
const sqlReachOf = `
SELECT DISTINCT ON (e.contact_id, ch.channel) e.contact_id, ch.channel, e.id AS endpoint_id,
	e.status = 'dead' AS dead,
	EXISTS (SELECT 1 FROM suppression s WHERE s.contact_id = e.contact_id AND s.lifted_at IS NULL
		AND s.scope = 'all' AND (s.channel IS NULL OR s.channel = ch.channel)) AS suppressed
FROM endpoint e
JOIN (VALUES ('email', 'email'), ('sms', 'phone'), ('call', 'phone')) AS ch (channel, kind) ON ch.kind = e.kind
WHERE e.contact_id = ANY($1) AND (ch.channel <> 'sms' OR e.sms)
ORDER BY e.contact_id, ch.channel, e.status = 'dead', e.rank, e.id`

func reachOf(ctx context.Context, tx *sqlx.Tx, contacts []survey.ContactID) (map[survey.ContactID]map[survey.Channel]view.Reach, error) {
	var rows []reachRow
	if err := tx.SelectContext(ctx, &rows, sqlReachOf, ints(contacts)); err != nil {
		return nil, err
	}
	out := map[survey.ContactID]map[survey.Channel]view.Reach{}
	for _, r := range rows {
		if out[r.ContactID] == nil {
			out[r.ContactID] = map[survey.Channel]view.Reach{}
		}
		reach := view.Reach{Endpoint: r.EndpointID}
		switch {
		case r.Suppressed:
			reach = view.Reach{Reason: survey.ReasonSuppressed}
		case r.Dead:
			reach = view.Reach{Reason: survey.ReasonDeadEndpoint}
		}
		out[r.ContactID][r.Channel] = reach
	}
	return out, nil
}

// planWriter gathers the plans of a batch and writes them in four statements.
type planWriter struct {
	now       time.Time
	contact   []plannedRow
	lookIDs   []survey.InvitationID
	lookAt    pq.StringArray
	closeIDs  []survey.InvitationID
	closeCode []survey.Disposition
	closeWhy  []survey.Reason
}

type plannedRow struct {
	inv survey.Invitation
	at  view.PlannedAttempt
}

func (w *planWriter) add(inv survey.Invitation, p view.Plan) {
	if p.Contact != nil {
		w.contact = append(w.contact, plannedRow{inv, *p.Contact})
	}
	if p.Close != "" {
		w.closeIDs = append(w.closeIDs, inv.ID)
		w.closeCode = append(w.closeCode, p.Close)
		w.closeWhy = append(w.closeWhy, p.Reason)
		return
	}
	at := ""
	if !p.LookAt.IsZero() {
		at = p.LookAt.Format(time.RFC3339Nano)
	}
	w.lookIDs = append(w.lookIDs, inv.ID)
	w.lookAt = append(w.lookAt, at)
}

const sqlLookAgain = `
UPDATE invitation i SET plan_at = nullif(u.at, '')::timestamptz
FROM unnest($1::bigint[], $2::text[]) AS u (id, at) WHERE i.id = u.id`

func (w *planWriter) write(ctx context.Context, tx *sqlx.Tx) error {
	if len(w.lookIDs) > 0 {
		if _, err := tx.ExecContext(ctx, sqlLookAgain, ints(w.lookIDs), w.lookAt); err != nil {
			return err
		}
	}
	if err := w.insert(ctx, tx); err != nil {
		return err
	}
	return closeInvitations(ctx, tx, closing{now: w.now, ids: w.closeIDs, codes: w.closeCode, why: w.closeWhy, actor: "scheduler"})
}

const sqlPlanAttempts = `
WITH planned AS (
	INSERT INTO attempt (campaign_id, invitation_id, step, channel, try, text, sender_id, endpoint_id, due_at, planned_at)
	SELECT campaign_id, invitation_id, step, channel, try, wording, sender_id, endpoint_id, due_at, $10
	FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::bigint[], $8::bigint[], $9::timestamptz[])
		AS u (campaign_id, invitation_id, step, channel, try, wording, sender_id, endpoint_id, due_at)
	ON CONFLICT (invitation_id, step, channel, try) DO NOTHING
	RETURNING id, campaign_id, step, channel, sender_id, due_at)
INSERT INTO attempt_waiting (attempt_id, campaign_id, step, channel, sender_id, due_at)
SELECT id, campaign_id, step, channel, sender_id, due_at FROM planned ORDER BY id`

func (w *planWriter) insert(ctx context.Context, tx *sqlx.Tx) error {
	if len(w.contact) == 0 {
		return nil
	}
	var campaign, invitation, try, sender, endpoint pq.Int64Array
	var step, channel, text, due pq.StringArray
	for _, p := range w.contact {
		campaign = append(campaign, int64(p.inv.CampaignID))
		invitation = append(invitation, int64(p.inv.ID))
		step = append(step, p.at.Step)
		channel = append(channel, string(p.at.Channel))
		try, text = append(try, int64(p.at.Try)), append(text, p.at.Text)
		sender = append(sender, int64(p.at.Sender))
		endpoint = append(endpoint, int64(p.at.Endpoint))
		due = append(due, p.at.DueAt.Format(time.RFC3339Nano))
	}
	_, err := tx.ExecContext(ctx, sqlPlanAttempts, campaign, invitation, step, channel, try, text, sender, endpoint, due, w.now)
	return err
}
