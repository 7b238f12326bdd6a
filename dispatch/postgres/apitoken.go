package postgres

import (
	"context"
	"database/sql"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

type apiTokenRow struct {
	ID        int64
	Hash      []byte
	Name      string
	May       staff.Right
	Bound     bool
	Campaigns pq.StringArray
	MadeBy    string       `db:"made_by"`
	MadeAt    time.Time    `db:"made_at"`
	Until     time.Time    `db:"until"`
	UsedAt    sql.NullTime `db:"used_at"`
	RevokedAt sql.NullTime `db:"revoked_at"`
	RevokedBy string       `db:"revoked_by"`
}

func (r apiTokenRow) token() staff.APIToken {
	return staff.APIToken{ID: r.ID, Name: r.Name, Right: r.May, Bound: r.Bound, Campaigns: r.Campaigns, MadeBy: r.MadeBy, MadeAt: r.MadeAt,
		Until: r.Until, UsedAt: r.UsedAt.Time, RevokedAt: r.RevokedAt.Time, RevokedBy: r.RevokedBy}
}

const sqlAPITokenColumns = `
SELECT t.id, t.hash, t.name, t.may, t.bound, t.made_by, t.made_at, t.until, t.used_at, t.revoked_at, t.revoked_by,
	ARRAY(SELECT k.name FROM door.api_token_campaign b JOIN campaign k ON k.id = b.campaign_id WHERE b.token_id = t.id ORDER BY k.name) AS campaigns
FROM door.api_token t `

const (
	sqlMakeAPIToken = `INSERT INTO door.api_token (hash, name, may, bound, made_by, made_at, until) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`
	sqlBindAPIToken = `INSERT INTO door.api_token_campaign (token_id, campaign_id) SELECT $1, id FROM campaign WHERE name = ANY($2)`
)

// MakeAPIToken keeps a token by its hash, on record. Errors: api_token_campaigns where one
// of its campaigns does not exist.
func (db *DB) MakeAPIToken(ctx context.Context, t staff.APIToken, hash []byte) (int64, error) {
	var id int64
	err := db.retried(ctx, func(tx *sqlx.Tx) error {
		if err := tx.GetContext(ctx, &id, sqlMakeAPIToken, hash, t.Name, t.Right, t.Bound, t.MadeBy, t.MadeAt, t.Until); err != nil {
			return err
		}
		detail := map[string]any{"made": id, "may": t.Right, "until": t.Until.AddDate(0, 0, -1).Format(time.DateOnly)}
		if t.Bound {
			res, err := tx.ExecContext(ctx, sqlBindAPIToken, id, texts(t.Campaigns))
			if err != nil {
				return err
			}
			if n, _ := res.RowsAffected(); n == 0 || int(n) != len(t.Campaigns) {
				return &survey.Error{Kind: survey.Invalid, Code: survey.CodeTokenCampaigns}
			}
			detail["campaigns"] = t.Campaigns
		}
		return recordAudit(ctx, tx, view.Audit{At: t.MadeAt, Actor: t.MadeBy, Act: "token", Detail: detail})
	})
	return id, err
}

const sqlAPITokens = sqlAPITokenColumns + `WHERE $1 = 0 OR t.id < $1 ORDER BY t.id DESC LIMIT $2`

// APITokens lists tokens, the newest first, before a given one unless that is 0, at most
// so many.
func (db *DB) APITokens(ctx context.Context, before int64, most int) ([]staff.APIToken, error) {
	var rows []apiTokenRow
	if err := db.x.SelectContext(ctx, &rows, sqlAPITokens, before, most); err != nil {
		return nil, told(err)
	}
	out := make([]staff.APIToken, len(rows))
	for i, r := range rows {
		out[i] = r.token()
	}
	return out, nil
}

const (
	sqlAPITokenByHash = sqlAPITokenColumns + `WHERE t.hash = $1`
	sqlUsedAPIToken   = `UPDATE door.api_token SET used_at = $2 WHERE id = $1 AND (used_at IS NULL OR used_at <= $3)`
)

// usedEvery is how exactly it is known when a token was last used: a write an hour and not
// one a request.
const usedEvery = time.Hour

// APIToken returns the token of a hash, whatever its state, with the hash that is kept; none
// where nobody made it. One that works is noted as used.
func (db *DB) APIToken(ctx context.Context, hash []byte, now time.Time) (staff.APIToken, []byte, error) {
	var row apiTokenRow
	if err := one(db.x.SelectContext, ctx, &row, sqlAPITokenByHash, hash); err != nil || row.ID == 0 {
		return staff.APIToken{}, nil, err
	}
	t := row.token()
	if t.State(now) == staff.TokenWorks && (t.UsedAt.IsZero() || now.Sub(t.UsedAt) >= usedEvery) {
		if _, err := db.x.ExecContext(ctx, sqlUsedAPIToken, t.ID, now, now.Add(-usedEvery)); err != nil {
			return staff.APIToken{}, nil, told(err)
		}
	}
	return t, row.Hash, nil
}

const (
	sqlRevokeAPIToken = `UPDATE door.api_token SET revoked_at = $2, revoked_by = $3 WHERE id = $1 AND revoked_at IS NULL RETURNING id`
	sqlIsAPIToken     = `SELECT id FROM door.api_token WHERE id = $1`
)

// RevokeAPIToken has a token open nothing any more, on record; of one that was revoked
// before nothing changes. Errors: not_found.
func (db *DB) RevokeAPIToken(ctx context.Context, id int64, by view.Audit) error {
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		var done int64
		if err := one(tx.SelectContext, ctx, &done, sqlRevokeAPIToken, id, by.At, by.Actor); err != nil {
			return err
		}
		if done != 0 {
			by.Act, by.Detail = "token", map[string]any{"revoked": id}
			return recordAudit(ctx, tx, by)
		}
		if err := one(tx.SelectContext, ctx, &done, sqlIsAPIToken, id); err != nil || done != 0 {
			return err
		}
		return &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound, Args: map[string]string{"name": strconv.FormatInt(id, 10)}}
	})
}
