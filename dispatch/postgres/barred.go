package postgres

import (
	"context"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const sqlSuppressedKeys = `
SELECT DISTINCT address_key FROM suppression
WHERE address_key IS NOT NULL AND lifted_at IS NULL AND (scope = 'all' OR campaign_id = $1)`

const sqlEveryEndpoint = `SELECT id, kind, address FROM endpoint`

// barredEndpoints finds the endpoints whose very address is on the do-not-contact
// list, on any channel, of the list or of campaign. The database has no keys: it
// tells which hashes are suppressed, and the addresses are hashed here, row by
// row.
func barredEndpoints(ctx context.Context, x sqlx.QueryerContext, campaign survey.CampaignID, keys view.AddressKeys) ([]survey.EndpointID, error) {
	var hashes pq.ByteaArray
	if err := sqlx.SelectContext(ctx, x, &hashes, sqlSuppressedKeys, campaign); err != nil || len(hashes) == 0 {
		return nil, told(err)
	}
	suppressed := make(map[string]bool, len(hashes))
	for _, h := range hashes {
		suppressed[string(h)] = true
	}
	rows, err := x.QueryContext(ctx, sqlEveryEndpoint)
	if err != nil {
		return nil, told(err)
	}
	defer rows.Close()
	var out []survey.EndpointID
	for rows.Next() {
		var id survey.EndpointID
		var kind survey.EndpointKind
		var address string
		if err := rows.Scan(&id, &kind, &address); err != nil {
			return nil, told(err)
		}
		for _, k := range keys(kind, address) {
			if suppressed[string(k)] {
				out = append(out, id)
				break
			}
		}
	}
	return out, told(rows.Err())
}

const sqlAddressesOf = `SELECT contact_id, kind, address FROM endpoint WHERE contact_id = ANY($1)`

const sqlBarredKeys = `
SELECT u.n, coalesce(s.channel, '') AS channel FROM unnest($1::bytea[], $2::int[]) AS u (key, n)
JOIN suppression s ON s.address_key = u.key AND s.lifted_at IS NULL AND s.scope = 'all'`

// barredChannels says on which channels an address of each of these contacts is
// suppressed.
func barredChannels(ctx context.Context, x sqlx.QueryerContext, ids []survey.ContactID, keys view.AddressKeys) (map[survey.ContactID][]string, error) {
	var addresses []struct {
		ContactID survey.ContactID `db:"contact_id"`
		Kind      survey.EndpointKind
		Address   string
	}
	if err := sqlx.SelectContext(ctx, x, &addresses, sqlAddressesOf, ints(ids)); err != nil {
		return nil, err
	}
	var hashes pq.ByteaArray
	var nth pq.Int64Array
	for n, a := range addresses {
		for _, k := range keys(a.Kind, a.Address) {
			hashes, nth = append(hashes, k), append(nth, int64(n))
		}
	}
	var hits []struct {
		N       int
		Channel string
	}
	if err := sqlx.SelectContext(ctx, x, &hits, sqlBarredKeys, hashes, nth); err != nil {
		return nil, err
	}
	out := map[survey.ContactID][]string{}
	for _, h := range hits {
		a := addresses[h.N]
		for _, c := range survey.Channels() {
			if c.EndpointKind() == a.Kind && (h.Channel == "" || h.Channel == string(c)) {
				out[a.ContactID] = append(out[a.ContactID], string(c))
			}
		}
	}
	return out, nil
}
