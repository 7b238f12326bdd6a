package postgres

import (
	"context"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// importRows merges the rows of one import.
type importRows struct {
	*importJob
	tx     *sqlx.Tx
	out    *view.Imported
	met    *filter
	shared sharedAddresses
}

// rowsAtOnce is how many rows are merged in one round.
const rowsAtOnce = 5000

// The list grows while it is looked up, and Postgres does not know how much:
// left alone, it would read all of it for every few rows.
const (
	sqlLookUpByIndex = `SET LOCAL enable_seqscan = off`
	sqlLookUpAsIs    = `SET LOCAL enable_seqscan = on`
)

// merge reads the rows and merges them, the one while the other is under way.
func (r *importRows) merge(ctx context.Context) error {
	if err := r.meetTheList(ctx); err != nil {
		return err
	}
	if _, err := r.tx.ExecContext(ctx, sqlLookUpByIndex); err != nil {
		return err
	}
	full, empty, ended := make(chan *rowBatch), make(chan *rowBatch, batchesUnderWay), make(chan struct{})
	for range batchesUnderWay {
		empty <- new(rowBatch)
	}
	var failed error // guarded by ended
	go func() {
		defer close(ended)
		failed = newRowCopier(ctx, r).merge(full, empty)
	}()
	read := r.read(full, empty, ended)
	close(full)
	<-ended
	if failed != nil {
		return failed
	}
	if read != nil {
		return read
	}
	_, err := r.tx.ExecContext(ctx, sqlLookUpAsIs)
	return err
}

// One batch is read while one is encoded and one is on its way to the server.
const batchesUnderWay = 3

// read hands the rows over, some thousands at once. It stops when merging has
// ended, which then has failed.
func (r *importRows) read(full chan<- *rowBatch, empty <-chan *rowBatch, ended <-chan struct{}) error {
	b := <-empty
	hand := func() bool {
		select {
		case full <- b:
		case <-ended:
			return false
		}
		select {
		case b = <-empty:
			return true
		case <-ended:
			return false
		}
	}
	done := 0
	for line, err := range r.work.Lines {
		if err != nil {
			return err
		}
		b.lines = append(b.lines, line)
		if len(b.lines) < rowsAtOnce {
			continue
		}
		done += len(b.lines)
		r.progress(view.ImportProgress{Phase: view.ImportReading, Done: done})
		if !hand() {
			return nil
		}
	}
	if len(b.lines) > 0 {
		hand()
	}
	return nil
}

const (
	sqlCodesMet = `
SELECT 'code', code FROM contact WHERE code IS NOT NULL
UNION ALL SELECT 'code', corrected ->> 'code' FROM contact WHERE corrected ? 'code'`
	sqlAddressesMet = `SELECT kind, address FROM endpoint`
)

// meetTheList fills the filter with the codes and addresses that are there.
func (r *importRows) meetTheList(ctx context.Context) error {
	r.met, r.shared = newFilter(), sharedAddresses{}
	for _, query := range []string{sqlCodesMet, sqlAddressesMet} {
		if err := r.meetAll(ctx, query); err != nil {
			return err
		}
	}
	return nil
}

func (r *importRows) meetAll(ctx context.Context, query string) error {
	rows, err := r.tx.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var kind, value string
		if err := rows.Scan(&kind, &value); err != nil {
			return err
		}
		r.met.meet(kind, value)
	}
	return rows.Err()
}

// mostTold bounds what is told of an import one by one.
const mostTold = 1000

// sharedAddresses are addresses that several people of an import have, at most
// mostTold of them.
type sharedAddresses map[addressRow]bool

func (s sharedAddresses) add(e survey.Endpoint) {
	if len(s) < mostTold {
		s[addressRow{Kind: e.Kind, Address: e.Address}] = true
	}
}

const (
	sqlImportShared = `
SELECT u.kind, count(DISTINCT c.id) AS people, array_agg(DISTINCT c.code) FILTER (WHERE c.code IS NOT NULL) AS codes,
	array_agg(DISTINCT e.place) FILTER (WHERE e.import_id = $3 AND e.place <> '') AS places
FROM unnest($1::text[], $2::text[]) AS u (kind, address)
JOIN endpoint e ON lower(e.address) = lower(u.address) AND e.kind = u.kind JOIN contact c ON c.id = e.contact_id
GROUP BY u.kind, u.address HAVING count(DISTINCT c.id) > 1 ORDER BY people DESC, min(c.id)`
	// Two people who have a code each are two, so that a list with codes for
	// everybody is not gone through.
	sqlImportTwins = `
WITH same AS (
	SELECT name_folded, unit, min(id) AS first, min(id) FILTER (WHERE code IS NULL) AS bare FROM contact
	WHERE unit <> '' AND left_at IS NULL AND EXISTS (SELECT 1 FROM contact b WHERE b.code IS NULL AND b.left_at IS NULL)
	GROUP BY name_folded, unit HAVING count(*) > 1 AND bool_or(code IS NULL) AND bool_or(import_id = $1))
SELECT n.id AS contact, CASE WHEN n.code IS NULL THEN first ELSE bare END AS other,
	coalesce((SELECT min(e.place) FROM endpoint e WHERE e.contact_id = n.id AND e.import_id = $1), '') AS place
FROM same JOIN contact n USING (name_folded, unit)
WHERE n.import_id = $1 AND n.left_at IS NULL AND CASE WHEN n.code IS NULL THEN first ELSE bare END < n.id
ORDER BY n.id LIMIT $2`
)

// look finds what a person should look at.
func (r *importRows) look(ctx context.Context) error {
	var kinds, addresses pq.StringArray
	for a := range r.shared {
		kinds, addresses = append(kinds, string(a.Kind)), append(addresses, a.Address)
	}
	var shared []struct {
		Kind   survey.EndpointKind
		People int
		Codes  pq.StringArray
		Places pq.StringArray
	}
	if err := r.tx.SelectContext(ctx, &shared, sqlImportShared, kinds, addresses, r.id); err != nil {
		return err
	}
	for _, s := range shared {
		r.out.Shared = append(r.out.Shared, view.ImportShared{Kind: s.Kind, People: s.People, Codes: s.Codes, Places: s.Places})
	}
	var twins []struct {
		Contact, Other survey.ContactID
		Place          string
	}
	if err := r.tx.SelectContext(ctx, &twins, sqlImportTwins, r.id, mostTold); err != nil {
		return err
	}
	for _, t := range twins {
		r.out.Twins = append(r.out.Twins, view.ImportTwin(t))
	}
	return nil
}
