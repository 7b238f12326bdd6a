package postgres

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// An arrival makes one matter, however often it is applied.
const sqlInsertMatter = `
INSERT INTO matter (inbox_id, kind, came_at, contact_id, campaign_id, invitation_id, question)
SELECT x.id, $2, x.received_at, coalesce(nullif($3::bigint, 0), CASE WHEN x.kind = 'mail' AND x.invitation_id IS NULL THEN
	(SELECT e.contact_id FROM endpoint e WHERE lower(e.address) = lower(x.payload ->> 'from') AND e.kind = 'email' AND e.not_theirs_at IS NULL
		ORDER BY e.rank, e.contact_id LIMIT 1) END), nullif($4::bigint, 0), x.invitation_id, $5 FROM inbox x WHERE x.id = $1
ON CONFLICT (inbox_id) DO NOTHING`

// matterOf has an arrival read by a person, if a change says so.
func matterOf(ctx context.Context, tx *sqlx.Tx, inbox survey.InboxID, k survey.CampaignID, m *view.NewMatter) error {
	if m == nil {
		return nil
	}
	_, err := tx.ExecContext(ctx, sqlInsertMatter, inbox, m.Kind, m.Contact, k, m.Question)
	return err
}

// matter has the arrival of a case read by a person. Who was erased meanwhile has
// nothing to be read any more.
func (w *changeWriter) matter() error {
	if w.ch.Matter == nil || w.c.Gone {
		return nil
	}
	m := *w.ch.Matter
	m.Contact = w.c.ContactID
	return matterOf(w.ctx, w.tx, w.inbox, w.c.Invitation.CampaignID, &m)
}

// What somebody wrote: the text of an SMS, of a mail what was understood of it.
const sqlMatterWords = `coalesce(nullif(x.payload ->> 'text', ''), x.payload -> 'letter' ->> 'text', '')`

// Where names are kept apart from answers, the words of a reply are read without
// saying whose they are: they can be settled all the same.
const sqlVeiled = `(coalesce(k.confidentiality, 'identified') <> 'identified' AND m.kind IN ('unread', 'late'))`

const sqlMatterColumns = `
SELECT m.id, m.kind, m.state, m.came_at, CASE WHEN ` + sqlVeiled + ` THEN 0 ELSE coalesce(m.contact_id, 0) END AS contact_id,
	CASE WHEN ` + sqlVeiled + ` THEN '' ELSE coalesce(c.code, '') END AS contact, ` + sqlVeiled + ` AS veiled,
	coalesce(k.name, '') AS campaign, m.question, m.handled_by, m.handled_at, m.note,
	CASE WHEN NOT ` + sqlMatterFree + ` THEN m.taken_by ELSE '' END AS taken_by, m.taken_at`

const sqlMatters = sqlMatterColumns + `, left(` + sqlMatterWords + `, 200) AS words
FROM matter m JOIN inbox x ON x.id = m.inbox_id LEFT JOIN contact c ON c.id = m.contact_id LEFT JOIN campaign k ON k.id = m.campaign_id
WHERE m.id > $1 AND ($2 = '' OR m.state = $2) AND ($3 = '' OR m.kind = $3) AND ($4::bigint = 0 OR m.campaign_id = $4)
	AND ($5::bigint = 0 OR NOT ` + sqlVeiled + ` AND m.contact_id = ANY(SELECT $5::bigint UNION SELECT o.id FROM contact o WHERE o.merged_into = $5))
ORDER BY m.id LIMIT $6`

type matterRow struct {
	ID        survey.MatterID
	Kind      survey.MatterKind
	State     survey.MatterState
	CameAt    time.Time        `db:"came_at"`
	ContactID survey.ContactID `db:"contact_id"`
	Contact   string
	Veiled    bool
	Campaign  string
	Question  string
	HandledBy string       `db:"handled_by"`
	HandledAt sql.NullTime `db:"handled_at"`
	Note      string
	TakenBy   string       `db:"taken_by"`
	TakenAt   sql.NullTime `db:"taken_at"`
	Words     string
}

func (r matterRow) line() view.MatterLine {
	taken := r.TakenAt.Time
	if r.TakenBy == "" {
		taken = time.Time{}
	}
	return view.MatterLine{TakenBy: r.TakenBy, TakenAt: taken, ID: r.ID, Kind: r.Kind, State: r.State, CameAt: r.CameAt, ContactID: r.ContactID, Contact: r.Contact, Veiled: r.Veiled,
		Campaign: r.Campaign, Question: r.Question, HandledBy: r.HandledBy, HandledAt: r.HandledAt.Time, Note: r.Note, Words: r.Words}
}

// Matters reads a page of what people of the office read, the oldest first.
func (db *DB) Matters(ctx context.Context, q view.MatterQuery) ([]view.MatterLine, error) {
	var rows []matterRow
	if err := db.x.SelectContext(ctx, &rows, sqlMatters, q.After, q.State, q.Kind, q.Campaign, q.Contact, q.Limit); err != nil {
		return nil, told(err)
	}
	out := make([]view.MatterLine, len(rows))
	for i, r := range rows {
		out[i] = r.line()
	}
	return out, nil
}

const sqlMatter = sqlMatterColumns + `, left(` + sqlMatterWords + `, 200) AS words, m.inbox_id, coalesce(m.invitation_id, 0) AS invitation_id,
	coalesce(m.campaign_id, 0) AS campaign_id, CASE WHEN ` + sqlVeiled + ` THEN '' ELSE coalesce(c.name, '') END AS name, coalesce(i.language, c.language, 'vi') AS language, m.moves, x.payload,
	CASE WHEN m.state = 'assigned' THEN a.payload -> 'assigned' END AS assigned, coalesce(a.invitation_id, 0) AS assigned_to
FROM matter m JOIN inbox x ON x.id = m.inbox_id LEFT JOIN contact c ON c.id = m.contact_id LEFT JOIN campaign k ON k.id = m.campaign_id
LEFT JOIN invitation i ON i.id = m.invitation_id LEFT JOIN inbox a ON a.id = m.assigned_id
WHERE m.id = $1`

const sqlMatterAnswers = `
SELECT id, created_at, channel, state, reason, words FROM notice WHERE inbox_id = (SELECT inbox_id FROM matter WHERE id = $1) AND words <> '' ORDER BY id`

// Matter reads one matter whole.
func (db *DB) Matter(ctx context.Context, id survey.MatterID) (view.Matter, error) {
	var out view.Matter
	err := db.snapshot(ctx, func(tx *sqlx.Tx) error {
		var r struct {
			matterRow
			InboxID      survey.InboxID      `db:"inbox_id"`
			InvitationID survey.InvitationID `db:"invitation_id"`
			CampaignID   survey.CampaignID   `db:"campaign_id"`
			Name         string
			Language     survey.Lang
			Moves        int
			Payload      json.RawMessage
			Assigned     document[*view.Assigned]
			AssignedTo   survey.InvitationID `db:"assigned_to"`
		}
		if err := tx.GetContext(ctx, &r, sqlMatter, id); err != nil {
			return err
		}
		out = view.Matter{MatterLine: r.line(), InboxID: r.InboxID, InvitationID: r.InvitationID, CampaignID: r.CampaignID,
			Name: survey.PersonName(r.Name), Language: r.Language, Moves: r.Moves, Payload: r.Payload, Assigned: r.Assigned.V, AssignedTo: r.AssignedTo}
		var answers []struct {
			ID        survey.NoticeID
			CreatedAt time.Time `db:"created_at"`
			Channel   survey.Channel
			State     survey.AttemptState
			Reason    survey.Reason
			Words     string
		}
		if err := tx.SelectContext(ctx, &answers, sqlMatterAnswers, id); err != nil {
			return err
		}
		for _, a := range answers {
			out.Answers = append(out.Answers, view.MatterAnswer{Notice: a.ID, At: a.CreatedAt, Channel: a.Channel, State: a.State, Reason: a.Reason, Words: a.Words})
		}
		return nil
	})
	return out, err
}

const sqlMattersCase = `
SELECT i.id FROM invitation i JOIN contact c ON c.id = i.contact_id
WHERE i.campaign_id = $1 AND (c.id = $2 OR c.merged_into = $2) AND i.state NOT IN ('held', 'withdrawn') ORDER BY i.id LIMIT 1`

// CaseOf is the case of a person in a campaign, once it is released.
func (db *DB) CaseOf(ctx context.Context, k survey.CampaignID, who survey.ContactID) (survey.InvitationID, error) {
	var out survey.InvitationID
	return out, told(db.x.GetContext(ctx, &out, sqlMattersCase, k, who))
}

// EndpointsOf lists the addresses of a person, the preferred first, the dead too.
func (db *DB) EndpointsOf(ctx context.Context, who survey.ContactID) (out []survey.Endpoint, err error) {
	err = db.within(ctx, func(tx *sqlx.Tx) (err error) {
		out, err = endpointsOf(ctx, tx, who)
		return err
	})
	return out, err
}

const sqlCountMatters = `
SELECT kind, count(*) AS n, min(came_at) AS since FROM matter
WHERE state = 'new' AND ($1::bigint = 0 OR campaign_id = $1) GROUP BY kind ORDER BY kind`

type matterCountRow struct {
	Kind  survey.MatterKind
	N     int
	Since time.Time
}

func countNew(ctx context.Context, sel selector, k survey.CampaignID) ([]view.MatterCount, error) {
	var rows []matterCountRow
	if err := sel(ctx, &rows, sqlCountMatters, k); err != nil {
		return nil, err
	}
	var out []view.MatterCount
	for _, r := range rows {
		out = append(out, view.MatterCount(r))
	}
	return out, nil
}

// NewMatters counts what waits to be read, of every campaign and of none.
func (db *DB) NewMatters(ctx context.Context) ([]view.MatterCount, error) {
	out, err := countNew(ctx, db.x.SelectContext, 0)
	return out, told(err)
}

// countMatters counts what waits to be read of a campaign.
func countMatters(ctx context.Context, tx *sqlx.Tx, id survey.CampaignID, out *view.Status) (err error) {
	out.Matters, err = countNew(ctx, tx.SelectContext, id)
	return err
}

const sqlNobodys = `
SELECT reason, count(*) AS n FROM inbox x WHERE outcome = 'parked' AND invitation_id IS NULL
	AND NOT EXISTS (SELECT 1 FROM matter m WHERE m.inbox_id = x.id) GROUP BY reason ORDER BY reason`

// Nobodys counts the arrivals that are kept for staff, belong to no case and are no
// matter: what providers say of no message of ours, and calls that nobody made.
func (db *DB) Nobodys(ctx context.Context) ([]view.NobodysCount, error) {
	var rows []struct {
		Reason survey.Reason
		N      int
	}
	if err := db.x.SelectContext(ctx, &rows, sqlNobodys); err != nil {
		return nil, told(err)
	}
	var out []view.NobodysCount
	for _, r := range rows {
		out = append(out, view.NobodysCount(r))
	}
	return out, nil
}
