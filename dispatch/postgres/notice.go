package postgres

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const sqlInsertNotice = `
INSERT INTO notice (inbox_id, ordinal, campaign_id, invitation_id, channel, sender_id, address, prompts,
	pass_suppression, created_at, lease_until)
SELECT $1::bigint, $2, nullif($3::bigint, 0), nullif($4::bigint, 0), $5, $6::bigint, $7::text, $8::jsonb, $9::boolean, $10::timestamptz,
	clock_timestamp() + interval '15 seconds'
WHERE NOT ($11 AND EXISTS (
	SELECT 1 FROM notice n JOIN inbox b ON b.id = n.inbox_id
	WHERE n.address = $7 AND n.sender_id = $6 AND n.prompts = $8::jsonb AND n.inbox_id <> $1
		AND n.state NOT IN ('failed', 'cancelled') AND b.received_at > clock_timestamp() - interval '24 hours'))
	AND NOT ($12 AND EXISTS (SELECT 1 FROM notice n WHERE n.invitation_id = $4 AND n.sender_id = $6 AND n.address = $7
		AND n.prompts = $8::jsonb AND n.inbox_id <> $1 AND n.state NOT IN ('failed', 'cancelled')))
ON CONFLICT (inbox_id, ordinal) DO UPDATE SET ordinal = excluded.ordinal RETURNING id`

// noticeFor says whom the notices of one inbox row are for.
type noticeFor struct {
	inbox      survey.InboxID
	campaign   survey.CampaignID
	invitation survey.InvitationID
	now        time.Time
}

// insertNotices writes what is to be sent; what was said today already, and is
// to be said once a day, is left out.
func insertNotices(ctx context.Context, tx *sqlx.Tx, f noticeFor, ns []view.NewNotice) ([]view.OpenNotice, error) {
	var out []view.OpenNotice
	for i, n := range ns {
		var ids []survey.NoticeID
		err := tx.SelectContext(ctx, &ids, sqlInsertNotice, f.inbox, i+1, f.campaign, f.invitation, n.Channel, n.SenderID,
			n.Address, string(n.Prompts), n.PassSuppression, f.now, n.Daily, n.Once)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			out = append(out, view.OpenNotice{ID: id, Generation: 1})
		}
	}
	return out, nil
}

const sqlClaimNotice = `
UPDATE notice SET state = 'sending', tries = tries + 1, claimed_at = clock_timestamp(), lease_until = clock_timestamp() + interval '20 seconds'
WHERE id = $1 AND generation = $2 AND state = 'queued'
RETURNING id, coalesce(invitation_id, 0) AS invitation_id, coalesce(campaign_id, 0) AS campaign_id, channel,
	sender_id, address, prompts, words, pass_suppression, tries`

type noticeRow struct {
	ID           survey.NoticeID     `db:"id"`
	InvitationID survey.InvitationID `db:"invitation_id"`
	CampaignID   survey.CampaignID   `db:"campaign_id"`
	Channel      survey.Channel      `db:"channel"`
	SenderID     survey.SenderID     `db:"sender_id"`
	Address      string              `db:"address"`
	Prompts      json.RawMessage     `db:"prompts"`
	Words        string              `db:"words"`
	Pass         bool                `db:"pass_suppression"`
	Tries        int                 `db:"tries"`
}

const sqlNoticeFacts = `
SELECT s.address, s.provider, s.can_receive, s.rate, s.cost, prices_of(s) AS prices,
	EXISTS (SELECT 1 FROM suppression x WHERE x.lifted_at IS NULL AND x.scope = 'all'
		AND (x.channel IS NULL OR x.channel = s.channel)
		AND (x.contact_id = i.contact_id OR x.address_key = ANY($3))) AS suppressed,
	i.language, coalesce(i.token_version, 0) AS token_version, i.progress, c.name, c.title,
	(SELECT t.key_id FROM token t WHERE t.invitation_id = i.id AND t.purpose = 'form' AND t.version = i.token_version) AS token_key
FROM sender s LEFT JOIN invitation i ON i.id = $2 LEFT JOIN contact c ON c.id = i.contact_id WHERE s.id = $1`

type noticeFactsRow struct {
	Address      string  `db:"address"`
	Provider     string  `db:"provider"`
	CanReceive   bool    `db:"can_receive"`
	Rate         float64 `db:"rate"`
	Cost         int64   `db:"cost"`
	Prices       document[[]survey.Price]
	Suppressed   bool           `db:"suppressed"`
	Language     sql.NullString `db:"language"`
	TokenVersion int            `db:"token_version"`
	Progress     document[view.Progress]
	Name         sql.NullString `db:"name"`
	Title        sql.NullString `db:"title"`
	TokenKey     sql.NullString `db:"token_key"`
}

const sqlCancelNotice = `UPDATE notice SET state = 'cancelled', reason = $2, ended_at = $3 WHERE id = $1`

// ClaimNotice takes one notice in hand. A stale generation is NotFound. A
// person who opted out gets nothing but the confirmation of just that: such a
// notice is cancelled and reported as NotFound too.
func (db *DB) ClaimNotice(ctx context.Context, n view.OpenNotice, now time.Time, keysOf func(survey.EndpointKind, string) [][]byte) (view.ClaimedNotice, error) {
	var out view.ClaimedNotice
	cancelled := false
	err := db.retried(ctx, func(tx *sqlx.Tx) error {
		cancelled = false
		var r noticeRow
		if err := tx.GetContext(ctx, &r, sqlClaimNotice, n.ID, n.Generation); err != nil {
			return err
		}
		n, suppressed, err := noticeOf(ctx, tx, r, keysOf(r.Channel.EndpointKind(), r.Address))
		if err != nil {
			return err
		}
		if suppressed && !r.Pass {
			cancelled = true
			_, err := tx.ExecContext(ctx, sqlCancelNotice, r.ID, survey.ReasonSuppressed, now)
			return err
		}
		out = n
		return nil
	})
	if err == nil && cancelled {
		return out, &survey.Error{Kind: survey.NotFound, Code: survey.CodeOptedOut}
	}
	return out, err
}

// noticeOf gathers what a notice's words depend on, and whether its address or
// its person is barred.
func noticeOf(ctx context.Context, tx *sqlx.Tx, r noticeRow, keys [][]byte) (n view.ClaimedNotice, suppressed bool, err error) {
	var f noticeFactsRow
	if err := tx.GetContext(ctx, &f, sqlNoticeFacts, r.SenderID, r.InvitationID, pq.ByteaArray(keys)); err != nil {
		return n, false, err
	}
	return view.ClaimedNotice{ID: r.ID, InvitationID: r.InvitationID, CampaignID: r.CampaignID, Channel: r.Channel,
		Sender: survey.Sender{ID: r.SenderID, Channel: r.Channel, Address: f.Address, Provider: f.Provider,
			CanReceive: f.CanReceive, Rate: f.Rate, Cost: f.Cost, Prices: f.Prices.V},
		Address: r.Address, Prompts: r.Prompts, Words: r.Words, Tries: r.Tries, Language: survey.Lang(f.Language.String),
		Name: survey.PersonName(f.Name.String), Title: f.Title.String, TokenVersion: f.TokenVersion,
		TokenKey: f.TokenKey.String, Progress: f.Progress.V}, f.Suppressed, nil
}

const sqlNoticeOutcome = `
UPDATE notice SET state = $2, reason = $3, generation = CASE WHEN $2 = 'queued' THEN generation + 1 ELSE generation END,
	provider_id = coalesce(nullif($4, ''), provider_id), provider_code = coalesce(nullif($5, ''), provider_code),
	segments = greatest(segments, $6), cost = CASE WHEN $2 = 'sent' THEN $9 ELSE cost END,
	sent_at = CASE WHEN $2 IN ('sent', 'delivered', 'undelivered') OR $2 = 'failed' AND $4 <> '' THEN coalesce(sent_at, $7) ELSE sent_at END,
	ended_at = CASE WHEN $2 IN ('delivered', 'undelivered', 'failed', 'cancelled') THEN $7 ELSE ended_at END,
	tries = CASE WHEN $10 > 0 THEN tries - 1 ELSE tries END,
	lease_until = clock_timestamp() + CASE WHEN $10 > 0 THEN make_interval(secs => $10)
		ELSE interval '5 seconds' * power(2, least(greatest(tries, 1), 8) - 1) END
WHERE id = $1 AND state = ANY($8) RETURNING coalesce(campaign_id, 0) AS campaign_id, cost`

// RecordNotice writes what became of a notice; states move forward only. One
// that is queued again waits for the sweeper: 5 seconds of real time, 10, 20, …
func (db *DB) RecordNotice(ctx context.Context, now time.Time, o view.NoticeOutcome) error {
	return db.retried(ctx, func(tx *sqlx.Tx) error { return recordNotice(ctx, tx, now, o) })
}

func recordNotice(ctx context.Context, tx *sqlx.Tx, now time.Time, o view.NoticeOutcome) error {
	to, from, err := move(o.Event)
	if err != nil {
		return err
	}
	var rows []struct {
		CampaignID survey.CampaignID `db:"campaign_id"`
		Cost       int64
	}
	err = tx.SelectContext(ctx, &rows, sqlNoticeOutcome, o.ID, to, o.Reason, o.ProviderID, o.Code, o.Segments, now,
		texts(from), o.Cost, o.Wait.Seconds())
	if err != nil || to != survey.AttemptSent || len(rows) == 0 {
		return err
	}
	return spend(ctx, tx, map[survey.CampaignID]int64{rows[0].CampaignID: rows[0].Cost})
}

// A notice whose worker vanished after the claim may have left: it becomes
// unknown, not queued again.
const sqlSweepNotices = `
WITH lost AS (
	UPDATE notice SET state = 'unknown', reason = 'lease_lost', lease_until = clock_timestamp() + interval '5 seconds'
	WHERE state = 'sending' AND NOT needs_staff AND lease_until < clock_timestamp() RETURNING id)
UPDATE notice SET generation = generation + 1, lease_until = clock_timestamp() + interval '15 seconds'
WHERE id IN (SELECT id FROM notice WHERE state = 'queued' AND NOT needs_staff AND lease_until < clock_timestamp()
	ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED)
RETURNING id, generation`

// SweepNotices gives every queued notice without a lease its next generation.
func (db *DB) SweepNotices(ctx context.Context, limit int) ([]view.OpenNotice, error) {
	var rows []struct {
		ID         survey.NoticeID `db:"id"`
		Generation int             `db:"generation"`
	}
	if err := db.x.SelectContext(ctx, &rows, sqlSweepNotices, limit); err != nil {
		return nil, told(err)
	}
	out := make([]view.OpenNotice, len(rows))
	for i, r := range rows {
		out[i] = view.OpenNotice(r)
	}
	return out, nil
}
