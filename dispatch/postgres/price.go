package postgres

import (
	"context"
	"database/sql"
	"time"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const sqlPrices = `
SELECT p.id, p.channel, p.provider, coalesce(p.sender_id, 0) AS sender_id, coalesce(s.address, '') AS address, p.from_day, p.dong,
	p.set_by, p.set_at, p.dropped_by, p.dropped_at
FROM price p LEFT JOIN sender s ON s.id = p.sender_id WHERE $1 = 0 OR p.id < $1 ORDER BY p.id DESC LIMIT $2`

type priceRow struct {
	ID        int64
	Channel   survey.Channel
	Provider  string
	SenderID  survey.SenderID `db:"sender_id"`
	Address   string
	FromDay   time.Time `db:"from_day"`
	Dong      int64
	SetBy     string       `db:"set_by"`
	SetAt     time.Time    `db:"set_at"`
	DroppedBy string       `db:"dropped_by"`
	DroppedAt sql.NullTime `db:"dropped_at"`
}

func (r priceRow) line() view.PriceLine {
	return view.PriceLine{ID: r.ID, PriceScope: view.PriceScope{Channel: r.Channel, Provider: r.Provider, Sender: r.SenderID}, Address: r.Address,
		Price: survey.Price{From: survey.DateOf(r.FromDay), Dong: r.Dong}, SetBy: r.SetBy, SetAt: r.SetAt, DroppedBy: r.DroppedBy, DroppedAt: r.DroppedAt.Time}
}

// Prices lists prices as they were set, the last first, those before an id; 0 is from the
// last on.
func (db *DB) Prices(ctx context.Context, before int64, limit int) ([]view.PriceLine, error) {
	var rows []priceRow
	if err := db.x.SelectContext(ctx, &rows, sqlPrices, before, limit); err != nil {
		return nil, told(err)
	}
	out := make([]view.PriceLine, len(rows))
	for i, r := range rows {
		out[i] = r.line()
	}
	return out, nil
}

const sqlLockPrices = `SELECT pg_advisory_xact_lock(hashtext('canvass price'))`

const sqlDropPriceOf = `
UPDATE price SET dropped_by = $6, dropped_at = $7
WHERE dropped_at IS NULL AND channel = $1 AND provider = $2 AND coalesce(sender_id, 0) = $3 AND from_day = $4 AND from_day > $5 RETURNING dong`

const sqlAddPrice = `
INSERT INTO price (channel, provider, sender_id, from_day, dong, set_by, set_at) VALUES ($1, $2, nullif($3, 0), $4, $5, $6, $7)
ON CONFLICT (channel, provider, coalesce(sender_id, 0), from_day) WHERE dropped_at IS NULL DO NOTHING RETURNING id`

// SetPrice sets a price, on record, in place of the one that was set for the same day and
// has not begun. One that has begun stays: price_begun.
func (db *DB) SetPrice(ctx context.Context, o view.PriceOrder, by view.Audit) error {
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, sqlLockPrices); err != nil {
			return err
		}
		var before, same, made []int64
		if o.Replaces != 0 {
			var rows []priceRow
			if err := tx.SelectContext(ctx, &rows, sqlDropPrice, o.Replaces, o.Today.String(), by.Actor, by.At); err != nil {
				return err
			}
			if len(rows) == 0 {
				return &survey.Error{Kind: survey.Conflict, Code: survey.CodePriceBegun}
			}
			before = append(before, rows[0].Dong)
		}
		if err := tx.SelectContext(ctx, &same, sqlDropPriceOf, o.Channel, o.Provider, o.Sender, o.From.String(), o.Today.String(), by.Actor, by.At); err != nil {
			return err
		}
		if err := tx.SelectContext(ctx, &made, sqlAddPrice, o.Channel, o.Provider, o.Sender, o.From.String(), o.Dong, by.Actor, by.At); err != nil {
			return err
		}
		if len(made) == 0 {
			return &survey.Error{Kind: survey.Conflict, Code: survey.CodePriceBegun, Args: map[string]string{"day": o.From.String()}}
		}
		by.Act, by.Detail = "setting", priceDetail(o.PriceScope, o.Price)
		if before = append(before, same...); len(before) > 0 {
			by.Detail["before"] = before
		}
		return recordAudit(ctx, tx, by)
	})
}

func priceDetail(s view.PriceScope, p survey.Price) map[string]any {
	out := map[string]any{"price": p.Dong, "from": p.From.String(), "channel": s.Channel}
	if s.Provider != "" {
		out["provider"] = s.Provider
	}
	if s.Sender != 0 {
		out["sender"] = s.Sender
	}
	return out
}

const sqlDropPrice = `
UPDATE price SET dropped_by = $3, dropped_at = $4 WHERE id = $1 AND dropped_at IS NULL AND from_day > $2
RETURNING channel, provider, coalesce(sender_id, 0) AS sender_id, from_day, dong`

// DropPrice takes a price back whose day has not come, on record. Errors: price_begun, also
// of one that is not there.
func (db *DB) DropPrice(ctx context.Context, id int64, today survey.Date, by view.Audit) error {
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		var rows []priceRow
		if err := tx.SelectContext(ctx, &rows, sqlDropPrice, id, today.String(), by.Actor, by.At); err != nil {
			return err
		}
		if len(rows) == 0 {
			return &survey.Error{Kind: survey.Conflict, Code: survey.CodePriceBegun}
		}
		p := rows[0].line()
		by.Act, by.Detail = "setting", priceDetail(p.PriceScope, p.Price)
		by.Detail["dropped"] = true
		return recordAudit(ctx, tx, by)
	})
}
