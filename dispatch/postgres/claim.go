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

// campaignLock is the class of the advisory locks that claims of a campaign share
// and that a move of it takes alone.
const campaignLock = 0x6669656c // "fiel"

// Whoever pauses or ends the campaign waits for the claims that are under way, and
// later ones wait for it: nothing is claimed after a pause is written. Unlike locks
// of a row, this one is granted in the order of asking: no flood of claims holds a
// pause up.
const sqlShareCampaign = `SELECT pg_advisory_xact_lock_shared($2, hashint8(campaign_id)) FROM chunk WHERE id = $1`

const sqlLockQueued = `
SELECT id FROM attempt WHERE chunk_id = $1 AND id > $3 AND state = 'queued' ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED`

// claimLock is the class of the advisory locks under which a person is claimed,
// so that two campaigns do not both take the last contact of the day.
const claimLock = 0x636c696d // "clim"

// In the order of the locks, each once: two claims do not wait for each other.
const sqlLockPeople = `
SELECT pg_advisory_xact_lock($2, who) FROM (
	SELECT DISTINCT hashint8(coalesce(c.merged_into, i.contact_id)) AS who
	FROM attempt a JOIN invitation i ON i.id = a.invitation_id LEFT JOIN contact c ON c.id = i.contact_id
	WHERE a.id = ANY($1) ORDER BY who OFFSET 0) AS people`

// ClaimAttempts takes up to Limit queued attempts in hand. It holds their campaign
// as it is, locks them in id order, then their people, then reads the gate facts in
// a statement of its own (a fresh snapshot: a STOP that committed while we waited is
// seen), asks the gate, and commits the answers. Only what it returns may be handed
// over. seen is 0 when the chunk has nothing queued any more.
func (db *DB) ClaimAttempts(ctx context.Context, c view.Claim) (claimed []view.Candidate, seen int, err error) {
	var replan []survey.InvitationID
	err = db.retried(ctx, func(tx *sqlx.Tx) error {
		claimed, seen, replan = nil, 0, nil
		if _, err := tx.ExecContext(ctx, sqlShareCampaign, c.Chunk, campaignLock); err != nil {
			return err
		}
		var ids pq.Int64Array
		if err := tx.SelectContext(ctx, &ids, sqlLockQueued, c.Chunk, c.Limit, c.After); err != nil || len(ids) == 0 {
			return err
		}
		if _, err := tx.ExecContext(ctx, sqlLockPeople, ids, claimLock); err != nil {
			return err
		}
		candidates, err := candidatesOf(ctx, tx, ids, c)
		if err != nil {
			return err
		}
		seen = len(candidates)
		if seen > 0 { // staff may have set a budget, or taken it away, since the worker looked
			c.Budgeted = candidates[0].Budgeted
		}
		verdicts := make([]view.Verdict, len(candidates))
		for i, k := range candidates {
			verdicts[i] = c.Gate(k)
		}
		if err := holdToLimits(ctx, tx, c, candidates, verdicts); err != nil {
			return err
		}
		if err := openConversations(ctx, tx, candidates, verdicts, c.Now); err != nil {
			return err
		}
		if err := take(ctx, tx, c, candidates, verdicts); err != nil {
			return err
		}
		w := claimWriter{now: c.Now, price: c.Price}
		for i, k := range candidates {
			w.add(k, verdicts[i])
		}
		claimed, replan = w.claimed, w.replan
		return w.write(ctx, tx)
	})
	if err != nil || len(replan) == 0 {
		return claimed, seen, err
	}
	// Outside the transaction, because the house locks invitations first. If
	// this is lost, the case is looked at again at the end of the field period;
	// what was claimed must reach the wire all the same.
	if err = db.replan(ctx, replan, c.Now); len(claimed) > 0 {
		err = nil
	}
	return claimed, seen, err
}

type candidateRow struct {
	AttemptID       survey.AttemptID       `db:"id"`
	InvitationID    survey.InvitationID    `db:"invitation_id"`
	ContactID       survey.ContactID       `db:"contact_id"`
	CampaignID      survey.CampaignID      `db:"campaign_id"`
	SenderID        survey.SenderID        `db:"sender_id"`
	Step            string                 `db:"step"`
	Channel         survey.Channel         `db:"channel"`
	Try             int                    `db:"try"`
	Tries           int                    `db:"tries"`
	DueAt           time.Time              `db:"due_at"`
	CampaignState   survey.CampaignState   `db:"campaign_state"`
	EndsAt          time.Time              `db:"ends_at"`
	Budgeted        bool                   `db:"budgeted"`
	InvitationState survey.InvitationState `db:"invitation_state"`
	Refused         bool                   `db:"refused"`
	Left            bool                   `db:"gone"`
	Suppressed      bool                   `db:"suppressed"`
	Consented       bool                   `db:"consented"`
	Endpoint        sql.NullString         `db:"endpoint_status"`
	Address         sql.NullString         `db:"address"`
	Talking         bool                   `db:"talking"`
	Zone            string                 `db:"zone"`
	Hours           survey.Hours           `db:"hours"`
	Text            string                 `db:"text"`
	Name            sql.NullString         `db:"name"`
	Title           sql.NullString         `db:"title"`
	Language        survey.Lang            `db:"language"`
	TokenVersion    int                    `db:"token_version"`
	TokenKey        sql.NullString         `db:"token_key"`
	Progress        document[view.Progress]
}

// What the last gate asks of a person i in a campaign k on the channel of a: are
// they barred, and is there a ground for contacting c.
const (
	sqlIsBarred = `EXISTS (SELECT 1 FROM suppression s WHERE s.contact_id = i.contact_id AND s.lifted_at IS NULL
		AND (s.channel IS NULL OR s.channel = a.channel)
		AND (s.scope = 'all' OR s.campaign_id = a.campaign_id))`
	sqlHasConsent = `coalesce((SELECT o.withdrawn_at IS NULL FROM consent o WHERE o.contact_id = i.contact_id
		AND (o.purpose IS NULL OR o.purpose = k.purpose) AND (o.channel IS NULL OR o.channel = a.channel)
		ORDER BY o.id DESC LIMIT 1), c.import_id IS NOT NULL, false)`
)

const sqlCandidates = `
SELECT a.id, a.invitation_id, i.contact_id, a.campaign_id, a.sender_id, a.step, a.channel, a.try, a.tries, a.due_at,
	k.state AS campaign_state, k.ends_at, k.budget > 0 AS budgeted, i.state AS invitation_state, i.refusal IS NOT NULL AS refused,
	c.id IS NULL OR c.left_at IS NOT NULL AS gone,
	` + sqlIsBarred + ` AS suppressed,
	` + sqlHasConsent + ` AS consented,
	e.status AS endpoint_status, e.address,
	EXISTS (SELECT 1 FROM conversation t JOIN invitation o ON o.id = t.invitation_id WHERE t.mode = 'sms' AND t.closed_at IS NULL
		AND t.phone = e.address AND t.sender_id = a.sender_id AND t.invitation_id <> a.invitation_id
		AND (o.contact_id <> i.contact_id OR t.held_at IS NULL AND t.spoken_at > $2::timestamptz - make_interval(secs => $3))) AS talking,
	coalesce(c.zone, '') AS zone, coalesce(c.hours, '') AS hours, a.text, c.name, c.title, i.language, i.token_version, i.progress,
	(SELECT t.key_id FROM token t WHERE t.invitation_id = i.id AND t.purpose = 'form'
		AND t.version = i.token_version) AS token_key
FROM attempt a
JOIN campaign k ON k.id = a.campaign_id
JOIN invitation i ON i.id = a.invitation_id
LEFT JOIN contact c ON c.id = i.contact_id
LEFT JOIN endpoint e ON e.id = a.endpoint_id
WHERE a.id = ANY($1) ORDER BY a.id`

func candidatesOf(ctx context.Context, tx *sqlx.Tx, ids pq.Int64Array, c view.Claim) ([]view.Candidate, error) {
	var rows []candidateRow
	if err := tx.SelectContext(ctx, &rows, sqlCandidates, ids, c.Now, survey.TalkRests.Seconds()); err != nil {
		return nil, err
	}
	blocked, err := blockedAddresses(ctx, tx, rows, c.AddressKeys)
	if err != nil {
		return nil, err
	}
	touches, err := candidateTouches(ctx, tx, rows, c.Now)
	if err != nil {
		return nil, err
	}
	out := make([]view.Candidate, len(rows))
	for i, r := range rows {
		out[i] = view.Candidate{AttemptID: r.AttemptID, InvitationID: r.InvitationID, ContactID: r.ContactID,
			CampaignID: r.CampaignID, SenderID: r.SenderID, Step: r.Step, Channel: r.Channel, Try: r.Try,
			Tries: r.Tries, DueAt: r.DueAt, CampaignState: r.CampaignState, EndsAt: r.EndsAt, Budgeted: r.Budgeted,
			InvitationState: r.InvitationState, Refused: r.Refused, Left: r.Left, Suppressed: r.Suppressed || blocked[r.AttemptID],
			Consented: r.Consented, Endpoint: survey.EndpointStatus(r.Endpoint.String), Address: r.Address.String,
			Talking: r.Talking, Zone: r.Zone, Hours: r.Hours, Touches: touches[i], Text: r.Text, Name: survey.PersonName(r.Name.String), Title: r.Title.String,
			Language: r.Language, TokenVersion: r.TokenVersion, TokenKey: r.TokenKey.String, Progress: r.Progress.V}
	}
	return out, nil
}

// candidateTouches lists the contacts of every candidate's person.
func candidateTouches(ctx context.Context, tx *sqlx.Tx, rows []candidateRow, now time.Time) ([][]survey.Touch, error) {
	contacts, cases := make([]survey.ContactID, len(rows)), make([]survey.InvitationID, len(rows))
	for i, r := range rows {
		contacts[i], cases[i] = r.ContactID, r.InvitationID
	}
	found, err := touchesOf(ctx, tx, contacts, cases, now)
	if err != nil {
		return nil, err
	}
	out := make([][]survey.Touch, len(rows))
	for i, r := range rows {
		for _, t := range found[r.ContactID] {
			touch := t.touch()
			touch.Own = t.InvitationID == r.InvitationID
			out[i] = append(out[i], touch)
		}
	}
	return out, nil
}

const sqlBlockedKeys = `
SELECT u.n FROM unnest($1::bytea[], $2::int[], $3::text[], $4::bigint[]) AS u (key, n, channel, campaign_id)
JOIN suppression s ON s.address_key = u.key AND s.lifted_at IS NULL
	AND (s.channel IS NULL OR s.channel = u.channel) AND (s.scope = 'all' OR s.campaign_id = u.campaign_id)`

// blockedAddresses finds the candidates whose very address is on the
// do-not-contact list, whoever it belongs to today.
func blockedAddresses(ctx context.Context, tx *sqlx.Tx, rows []candidateRow, keysOf func(survey.EndpointKind, string) [][]byte) (map[survey.AttemptID]bool, error) {
	var keys pq.ByteaArray
	var nth, campaigns pq.Int64Array
	var channels pq.StringArray
	for n, r := range rows {
		for _, k := range keysOf(r.Channel.EndpointKind(), r.Address.String) {
			keys, nth = append(keys, k), append(nth, int64(n))
			channels, campaigns = append(channels, string(r.Channel)), append(campaigns, int64(r.CampaignID))
		}
	}
	var hits []int
	if err := tx.SelectContext(ctx, &hits, sqlBlockedKeys, keys, nth, channels, campaigns); err != nil {
		return nil, err
	}
	out := map[survey.AttemptID]bool{}
	for _, n := range hits {
		out[rows[n].AttemptID] = true
	}
	return out, nil
}

// claimWriter gathers the verdicts of a batch.
type claimWriter struct {
	now             time.Time
	price           int64
	claimed         []view.Candidate
	back, cancelled []view.Candidate
	backAt          pq.StringArray
	backWhy, why    []survey.Reason
	replan          []survey.InvitationID
}

func (w *claimWriter) add(k view.Candidate, v view.Verdict) {
	switch v.Event {
	case survey.AttemptClaim:
		w.claimed = append(w.claimed, k)
	case survey.AttemptPutBack:
		w.back = append(w.back, k)
		w.backAt = append(w.backAt, v.DueAt.Format(time.RFC3339Nano))
		w.backWhy = append(w.backWhy, v.Reason)
	default:
		w.cancelled = append(w.cancelled, k)
		w.why = append(w.why, v.Reason)
		w.replan = append(w.replan, k.InvitationID)
	}
}

func attemptIDs(ks []view.Candidate) pq.Int64Array {
	out := make(pq.Int64Array, len(ks))
	for i, k := range ks {
		out[i] = int64(k.AttemptID)
	}
	return out
}

const sqlMarkClaimed = `
UPDATE attempt SET state = 'sending', reason = '', tries = tries + 1, cost = $2, claimed_at = clock_timestamp() WHERE id = ANY($1)`

const sqlMarkCancelled = `
UPDATE attempt a SET state = 'cancelled', reason = u.why, ended_at = $3, chunk_id = NULL
FROM unnest($1::bigint[], $2::text[]) AS u (id, why) WHERE a.id = u.id`

func (w *claimWriter) write(ctx context.Context, tx *sqlx.Tx) error {
	if _, err := tx.ExecContext(ctx, sqlMarkClaimed, attemptIDs(w.claimed), w.price); err != nil {
		return err
	}
	if err := putBack(ctx, tx, attemptIDs(w.back), w.backAt, w.backWhy); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, sqlMarkCancelled, attemptIDs(w.cancelled), texts(w.why), w.now); err != nil {
		return err
	}
	var events []survey.Event
	for i, k := range w.back {
		events = append(events, survey.Event{Kind: survey.EventAttemptPutBack, At: w.now, CampaignID: k.CampaignID,
			InvitationID: k.InvitationID, AttemptID: k.AttemptID, Actor: "worker", Reason: w.backWhy[i]})
	}
	for i, k := range w.cancelled {
		events = append(events, survey.Event{Kind: survey.EventAttemptCancelled, At: w.now, CampaignID: k.CampaignID,
			InvitationID: k.InvitationID, AttemptID: k.AttemptID, Actor: "worker", Reason: w.why[i]})
	}
	return record(ctx, tx, events...)
}

const sqlPutBack = `
WITH back AS (
	UPDATE attempt a SET state = 'queued', reason = u.why, due_at = u.at, chunk_id = NULL
	FROM unnest($1::bigint[], $2::timestamptz[], $3::text[]) AS u (id, at, why)
	WHERE a.id = u.id AND a.state IN ('queued', 'sending', 'unknown')
	RETURNING a.id, a.campaign_id, a.step, a.channel, a.sender_id, a.due_at)
INSERT INTO attempt_waiting (attempt_id, campaign_id, step, channel, sender_id, due_at)
SELECT id, campaign_id, step, channel, sender_id, due_at FROM back
ON CONFLICT (attempt_id) DO UPDATE SET due_at = excluded.due_at`

// putBack takes attempts out of their chunk until they are due again.
func putBack(ctx context.Context, tx *sqlx.Tx, ids pq.Int64Array, at pq.StringArray, why []survey.Reason) error {
	if len(ids) == 0 {
		return nil
	}
	_, err := tx.ExecContext(ctx, sqlPutBack, ids, at, texts(why))
	return err
}

const sqlReplan = `
UPDATE invitation SET plan_at = $2 WHERE id = ANY($1) AND state IN ('open', 'started')`

func (db *DB) replan(ctx context.Context, ids []survey.InvitationID, now time.Time) error {
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		if err := lockInvitations(ctx, tx, ids); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, sqlReplan, ints(ids), now)
		return err
	})
}

const sqlLoseClaims = `
SELECT id, invitation_id FROM attempt WHERE chunk_id = $1 AND state = 'sending' ORDER BY id`

// LoseClaims marks what a vanished worker had on the wire as unknown: it may
// or may not have left. A worker calls it when it takes over a chunk.
func (db *DB) LoseClaims(ctx context.Context, chunk survey.ChunkID, now time.Time) (int, error) {
	var rows []struct {
		ID           survey.AttemptID    `db:"id"`
		InvitationID survey.InvitationID `db:"invitation_id"`
	}
	if err := db.x.SelectContext(ctx, &rows, sqlLoseClaims, chunk); err != nil {
		return 0, told(err)
	}
	out := make([]view.AttemptOutcome, len(rows))
	for i, r := range rows {
		out[i] = view.AttemptOutcome{ID: r.ID, Event: survey.AttemptDoubt, Reason: survey.ReasonLease}
	}
	return len(out), db.RecordOutcomes(ctx, now, out)
}
