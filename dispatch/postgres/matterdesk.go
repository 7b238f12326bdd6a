package postgres

import (
	"context"
	"database/sql"
	"encoding/json"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// sqlMatterFree is of a matter m that nobody has in hand, or for too long.
const sqlMatterFree = `(m.taken_at IS NULL OR m.taken_at < clock_timestamp() - interval '15 minutes')`

// Each count looks at no more rows than it may tell of. One at a time: so the planner
// knows how many there are of the very kind, and takes the index where they are few.
const sqlInboxCount = `SELECT count(*) FROM (SELECT 1 FROM matter WHERE state = $1 AND ($2 = '' OR kind = $2) LIMIT $3) x`

// InboxCounts counts what is in the inbox, each count up to most.
func (db *DB) InboxCounts(ctx context.Context, most int) (view.InboxCounts, error) {
	out := view.InboxCounts{Waits: map[survey.MatterKind]int{}, States: map[survey.MatterState]int{}}
	err := db.snapshot(ctx, func(tx *sqlx.Tx) error {
		for _, s := range survey.MatterMachine().States {
			var n int
			if err := tx.GetContext(ctx, &n, sqlInboxCount, s, "", most); err != nil {
				return err
			}
			out.States[s] = n
		}
		for _, k := range survey.MatterKinds() {
			var n int
			if err := tx.GetContext(ctx, &n, sqlInboxCount, survey.MatterNew, k, most); err != nil {
				return err
			}
			out.Waits[k] = n
		}
		return nil
	})
	return out, err
}

const sqlInboxWaits = `SELECT count(*) FROM (SELECT 1 FROM matter WHERE state = 'new' LIMIT $1) x`

// InboxWaits counts what waits to be read, up to most.
func (db *DB) InboxWaits(ctx context.Context, most int) (int, error) {
	var n int
	return n, told(db.x.GetContext(ctx, &n, sqlInboxWaits, most))
}

const (
	sqlTakeMatter = `
UPDATE matter m SET taken_by = $2, taken_at = clock_timestamp() WHERE m.id = $1 AND m.state = 'new' AND ($3 OR m.taken_by = $2 OR ` + sqlMatterFree + `)`
	sqlLeaveMatter = `UPDATE matter SET taken_by = '', taken_at = NULL WHERE id = $1 AND taken_by = $2`
	sqlMatterHas   = `SELECT EXISTS (SELECT 1 FROM matter WHERE id = $1)`
)

// TakeMatter has a matter in hand for one of staff, or lets it go; false if a colleague
// has it, or it waits no more. It keeps nobody from moving it. Errors: not_found.
func (db *DB) TakeMatter(ctx context.Context, t view.MatterTake) (bool, error) {
	var res sql.Result
	var err error
	if t.Leave {
		res, err = db.x.ExecContext(ctx, sqlLeaveMatter, t.ID, t.Actor)
	} else {
		res, err = db.x.ExecContext(ctx, sqlTakeMatter, t.ID, t.Actor, t.Over)
	}
	if err != nil {
		return false, told(err)
	}
	if n, _ := res.RowsAffected(); n > 0 {
		return true, nil
	}
	var has bool
	if err := db.x.GetContext(ctx, &has, sqlMatterHas, t.ID); err != nil || !has {
		return false, notFound(told(orNoRows(err)), "matter", strconv.FormatInt(int64(t.ID), 10))
	}
	return false, nil
}

func orNoRows(err error) error {
	if err == nil {
		return sql.ErrNoRows
	}
	return err
}

const sqlNextMatter = `
UPDATE matter SET taken_by = $3, taken_at = clock_timestamp() WHERE id = (
	SELECT m.id FROM matter m WHERE m.state = 'new' AND m.id > $1 AND ($2 = '' OR m.kind = $2) AND (m.taken_by = $3 OR ` + sqlMatterFree + `)
	ORDER BY m.id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id`

// NextMatter takes in hand the next matter that waits and is free; 0 if there is none.
// Two who ask at once get two.
func (db *DB) NextMatter(ctx context.Context, q view.NextMatter) (survey.MatterID, error) {
	var id survey.MatterID
	err := one(db.x.SelectContext, ctx, &id, sqlNextMatter, q.After, q.Kind, q.Actor)
	if err != nil || id != 0 || q.After == 0 {
		return id, err
	}
	return id, one(db.x.SelectContext, ctx, &id, sqlNextMatter, 0, q.Kind, q.Actor)
}

// What a campaign keeps apart from names is read by the same views as a dossier; of a
// matter that does not say whose it is, nothing around it is told.
const sqlMatterTalk = `
WITH me AS (SELECT m.invitation_id, m.inbox_id FROM matter m LEFT JOIN campaign k ON k.id = m.campaign_id
	WHERE m.id = $1 AND m.invitation_id IS NOT NULL AND NOT ` + sqlVeiled + `)
SELECT * FROM (
	(SELECT 'came' AS kind, x.received_at AS at, CASE WHEN x.kind = 'mail' THEN 'email' WHEN x.kind = 'text' THEN 'sms' ELSE 'call' END AS channel,
		'' AS state, '' AS step, coalesce(nullif(p.payload ->> 'text', ''), p.payload -> 'letter' ->> 'text', '') AS words, '[]'::jsonb AS prompts, p.id IS NULL AS apart
	FROM me JOIN inbox x ON x.invitation_id = me.invitation_id AND x.kind IN ('text', 'mail', 'keys') LEFT JOIN readable_inbox p ON p.id = x.id
	ORDER BY x.id DESC LIMIT $2)
	UNION ALL
	(SELECT 'sent', a.sent_at, a.channel, a.state, a.step, '', '[]', false FROM me JOIN attempt a ON a.invitation_id = me.invitation_id AND a.sent_at IS NOT NULL
	ORDER BY a.id DESC LIMIT $2)
	UNION ALL
	(SELECT 'notice', n.created_at, n.channel, n.state, '', coalesce(p.words, ''), coalesce(p.prompts, '[]'), p.id IS NULL
	FROM me JOIN notice n ON n.invitation_id = me.invitation_id LEFT JOIN readable_notice p ON p.id = n.id ORDER BY n.id DESC LIMIT $2)) t
ORDER BY at DESC, kind LIMIT $2`

// MatterTalk reads what happened around a matter, the latest first.
func (db *DB) MatterTalk(ctx context.Context, id survey.MatterID, most int) ([]view.TalkLine, error) {
	var rows []struct {
		Kind    view.TalkKind
		At      time.Time
		Channel survey.Channel
		State   survey.AttemptState
		Step    string
		Words   string
		Prompts json.RawMessage
		Apart   bool
	}
	if err := db.x.SelectContext(ctx, &rows, sqlMatterTalk, id, most); err != nil {
		return nil, told(err)
	}
	out := make([]view.TalkLine, len(rows))
	for i, r := range rows {
		out[i] = view.TalkLine(r)
	}
	return out, nil
}

const sqlPersonsCases = `
SELECT k.name AS campaign, k.title FROM invitation i JOIN campaign k ON k.id = i.campaign_id
WHERE i.contact_id = ANY(SELECT $1::bigint UNION SELECT o.id FROM contact o WHERE o.merged_into = $1) AND i.state NOT IN ('held', 'withdrawn')
	AND k.state IN ('fielding', 'paused', 'closed') AND k.confidentiality <> 'anonymous' ORDER BY k.id DESC LIMIT $2`

// PersonsCases lists the campaigns in which a person has a case that can still take an
// answer, the newest first.
func (db *DB) PersonsCases(ctx context.Context, who survey.ContactID, most int) ([]view.PersonsCase, error) {
	var rows []struct {
		Campaign string
		Title    document[map[survey.Lang]string]
	}
	if err := db.x.SelectContext(ctx, &rows, sqlPersonsCases, who, most); err != nil {
		return nil, told(err)
	}
	out := make([]view.PersonsCase, len(rows))
	for i, r := range rows {
		out[i] = view.PersonsCase{Campaign: r.Campaign, Title: r.Title.V}
	}
	return out, nil
}
