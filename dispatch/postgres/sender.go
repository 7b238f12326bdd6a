package postgres

import (
	"context"
	"database/sql"

	"github.com/lib/pq"

	"canvass/dispatch/survey"
)

type senderRow struct {
	ID         survey.SenderID `db:"id"`
	Channel    survey.Channel  `db:"channel"`
	Address    string          `db:"address"`
	Provider   string          `db:"provider"`
	CanReceive bool            `db:"can_receive"`
	Rate       float64         `db:"rate"`
	Cost       int64           `db:"cost"`
	DayCap     int             `db:"day_cap"`
	Warmup     int             `db:"warmup"`
	FirstDay   sql.NullTime    `db:"first_day"`
	Calls      int             `db:"calls"`
	Prices     document[[]survey.Price]
}

func (r senderRow) sender() survey.Sender {
	return survey.Sender{ID: r.ID, Channel: r.Channel, Address: r.Address, Provider: r.Provider, CanReceive: r.CanReceive,
		Rate: r.Rate, Cost: r.Cost, Prices: r.Prices.V, DayCap: r.DayCap, Warmup: r.Warmup, FirstDay: r.FirstDay.Time, Calls: r.Calls}
}

const sqlSenders = `
SELECT id, channel, address, provider, can_receive, rate, cost, day_cap, warmup, first_day, calls, prices_of(s) AS prices
FROM sender s WHERE active ORDER BY id`

// Senders lists our active addresses, by id: who is assigned to a person does
// not change as long as the set does not.
func (db *DB) Senders(ctx context.Context) ([]survey.Sender, error) {
	var rows []senderRow
	if err := db.x.SelectContext(ctx, &rows, sqlSenders); err != nil {
		return nil, told(err)
	}
	out := make([]survey.Sender, len(rows))
	for i, r := range rows {
		out[i] = r.sender()
	}
	return out, nil
}

const sqlSyncSenders = `
WITH given AS (
	SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::boolean[], $5::double precision[], $6::bigint[], $7::int[], $8::int[], $9::int[])
		AS u (channel, address, provider, can_receive, rate, cost, day_cap, warmup, calls)),
gone AS (
	UPDATE sender s SET active = false
	WHERE active AND NOT EXISTS (SELECT 1 FROM given g WHERE g.channel = s.channel AND g.address = s.address))
INSERT INTO sender (channel, address, provider, can_receive, rate, cost, day_cap, warmup, calls)
SELECT channel, address, provider, can_receive, rate, cost, day_cap, warmup, calls FROM given
ON CONFLICT (channel, address) DO UPDATE SET provider = excluded.provider, can_receive = excluded.can_receive,
	rate = excluded.rate, cost = excluded.cost, day_cap = excluded.day_cap, warmup = excluded.warmup, calls = excluded.calls, active = true`

// SyncSenders makes the senders of the configuration the active ones. A sender
// keeps its id for ever; one that is not given any more becomes inactive.
// Giving a channel and address twice is an error.
func (db *DB) SyncSenders(ctx context.Context, senders []survey.Sender) error {
	var channel, address, provider pq.StringArray
	var receive pq.BoolArray
	var rate pq.Float64Array
	var cost, dayCap, warmup, calls pq.Int64Array
	for _, s := range senders {
		channel, address = append(channel, string(s.Channel)), append(address, s.Address)
		provider, receive = append(provider, s.Provider), append(receive, s.CanReceive)
		rate, cost = append(rate, s.Rate), append(cost, s.Cost)
		dayCap, warmup = append(dayCap, int64(s.DayCap)), append(warmup, int64(s.Warmup))
		calls = append(calls, int64(s.Calls))
	}
	_, err := db.x.ExecContext(ctx, sqlSyncSenders, channel, address, provider, receive, rate, cost, dayCap, warmup, calls)
	return told(err)
}
