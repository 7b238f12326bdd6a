package postgres

import (
	"context"
	"errors"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const (
	sqlImportLock = `SELECT pg_advisory_xact_lock($1)`
	// Enough to keep the joins of a million rows in memory.
	sqlImportMemory = `SET LOCAL work_mem = '64MB'`
	sqlMergedImport = `
UPDATE import_run SET state = 'merged', finished_at = $2, created = $3, updated = $4, unchanged = $5, rejected = $6,
	report = $7::jsonb, ended_by = $8 WHERE id = $1`
	sqlAuditImport = `
INSERT INTO audit (at, actor, act, import_id, detail)
SELECT $2, $3, 'import', id, jsonb_build_object('created', created, 'updated', updated, 'unchanged', unchanged,
	'rejected', rejected, 'options', options) FROM import_run WHERE id = $1`
)

var errDryRun = errors.New("postgres: dry run")

// merge brings the staged rows into the contact list, in one transaction.
func (j *importJob) merge(ctx context.Context) (view.Imported, error) {
	var out view.Imported
	err := j.within(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, sqlImportLock, int64(importLock)); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, sqlImportMemory); err != nil {
			return err
		}
		for _, step := range []func(context.Context, *sqlx.Tx, *view.Imported) error{j.hold, j.add, j.mergeHeld, j.look} {
			if err := step(ctx, tx, &out); err != nil {
				return err
			}
		}
		out.Rejected += j.work.Rejected()
		return j.end(ctx, tx, out)
	})
	return out, err
}

// end closes the run, or ends the transaction of a dry run.
func (j *importJob) end(ctx context.Context, tx *sqlx.Tx, out view.Imported) error {
	report, err := j.work.Report()
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, sqlMergedImport, j.id, j.run.Now, out.Created, out.Updated, out.Unchanged, out.Rejected,
		report, j.run.Actor)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, sqlAuditImport, j.id, j.run.Now, j.run.Actor); err != nil {
		return err
	}
	if err := j.dropStaging(ctx, tx); err != nil {
		return err
	}
	if j.run.DryRun {
		return errDryRun
	}
	return nil
}

// Held are the rows that say so, that share a key with another row, or the code
// or an address with somebody on the list. What was held by a run that was cut
// off is the same again.
const sqlHold = `
INSERT INTO staging.held (line)
SELECT line FROM staging.line WHERE held
UNION SELECT k.line FROM staging.key k
	JOIN (SELECT key FROM staging.key GROUP BY key HAVING count(*) > 1) AS twice USING (key)
UNION SELECT a.line FROM staging.address a JOIN endpoint e ON lower(e.address) = lower(a.address) AND e.kind = a.kind
UNION SELECT l.line FROM staging.line l JOIN contact c ON lower(c.code) = lower(l.code) WHERE c.code IS NOT NULL AND l.code <> ''`

// hold finds the rows that must be decided one by one.
func (j *importJob) hold(ctx context.Context, tx *sqlx.Tx, _ *view.Imported) error {
	j.progress(view.ImportProgress{Phase: view.ImportSorting, Total: j.lines})
	if _, err := tx.ExecContext(ctx, j.sql(sqlHold)); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, "ANALYZE "+j.sql("staging.held"))
	return err
}

// Whoever shares nothing with anybody is new: the rows become contacts as they
// are.
const (
	sqlAddContacts = `
INSERT INTO contact (id, code, name, name_folded, title, sex, birth, language, unit, unit_code, attributes, left_at,
	random_number, import_id, created_at, updated_at)
OVERRIDING SYSTEM VALUE
SELECT contact_id, nullif(code, ''), name, name_folded, title, sex, nullif(birth, 0), language, unit, unit_code, attributes,
	CASE WHEN gone THEN $2::timestamptz END, random_number, $1::bigint, $2::timestamptz, $2::timestamptz
FROM staging.line l WHERE NOT EXISTS (SELECT 1 FROM staging.held h WHERE h.line = l.line)`
	sqlAddAddresses = `
INSERT INTO endpoint (contact_id, kind, address, sms, rank, source, label, import_id, created_at)
SELECT contact_id, kind, address, sms, rank, 'import', label, $1::bigint, $2::timestamptz
FROM staging.address a WHERE NOT EXISTS (SELECT 1 FROM staging.held h WHERE h.line = a.line)`
	sqlAddConsents = `
INSERT INTO consent (contact_id, channel, basis, text_shown, source, actor, given_at, withdrawn_at, import_id)
SELECT l.contact_id, nullif(left(mark, -1), ''), 'consent', r.consent_text, r.consent_source, r.actor, $2::timestamptz,
	CASE WHEN right(mark, 1) = '-' THEN $2::timestamptz END, r.id
FROM staging.line l CROSS JOIN regexp_split_to_table(l.consents, ' ') AS mark JOIN import_run r ON r.id = $1
WHERE l.consents <> '' AND NOT EXISTS (SELECT 1 FROM staging.held h WHERE h.line = l.line)
ORDER BY l.line`
)

// add creates the people who share nothing with anybody.
func (j *importJob) add(ctx context.Context, tx *sqlx.Tx, out *view.Imported) error {
	j.progress(view.ImportProgress{Phase: view.ImportAdding, Total: j.lines})
	added, err := tx.ExecContext(ctx, j.sql(sqlAddContacts), j.id, j.run.Now)
	if err != nil {
		return err
	}
	n, err := added.RowsAffected()
	out.Created = int(n)
	if err != nil {
		return err
	}
	for _, query := range []string{sqlAddAddresses, sqlAddConsents} {
		if _, err := tx.ExecContext(ctx, j.sql(query), j.id, j.run.Now); err != nil {
			return err
		}
	}
	if n < newStatistics {
		return nil
	}
	_, err = tx.ExecContext(ctx, "ANALYZE contact, endpoint")
	return err
}

// newStatistics is how many new people make Postgres' picture of the list so
// wrong that it would look up the others by reading all.
const newStatistics = 10_000

const (
	// Addresses that people share were all held.
	sqlImportShared = `
SELECT e.kind, count(DISTINCT c.id) AS people, array_agg(DISTINCT c.code) FILTER (WHERE c.code IS NOT NULL) AS codes, x.places
FROM (SELECT a.kind, lower(a.address) AS address, array_agg(DISTINCT l.place) AS places
		FROM staging.held h JOIN staging.address a USING (line) JOIN staging.line l USING (line) GROUP BY a.kind, lower(a.address)) AS x
JOIN endpoint e ON e.kind = x.kind AND lower(e.address) = x.address
JOIN contact c ON c.id = e.contact_id
GROUP BY e.kind, x.address, x.places HAVING count(DISTINCT c.id) > 1
ORDER BY people DESC, min(c.id) LIMIT $1`
	// Two people who have a code each are two, so that a list with codes for
	// everybody is not gone through.
	sqlImportTwins = `
WITH same AS (
	SELECT name_folded, unit, min(id) AS first, min(id) FILTER (WHERE code IS NULL) AS bare FROM contact
	WHERE unit <> '' AND left_at IS NULL AND EXISTS (SELECT 1 FROM contact b WHERE b.code IS NULL AND b.left_at IS NULL)
	GROUP BY name_folded, unit HAVING count(*) > 1 AND bool_or(code IS NULL) AND bool_or(import_id = $1))
SELECT n.id AS contact, CASE WHEN n.code IS NULL THEN first ELSE bare END AS other, coalesce(l.place, '') AS place
FROM same JOIN contact n USING (name_folded, unit) LEFT JOIN staging.line l ON l.contact_id = n.id
WHERE n.import_id = $1 AND n.left_at IS NULL AND CASE WHEN n.code IS NULL THEN first ELSE bare END < n.id
ORDER BY n.id LIMIT $2`
)

// mostTold bounds what is told of an import one by one.
const mostTold = 1000

// look finds what a person should look at.
func (j *importJob) look(ctx context.Context, tx *sqlx.Tx, out *view.Imported) error {
	var shared []struct {
		Kind   survey.EndpointKind
		People int
		Codes  pq.StringArray
		Places pq.StringArray
	}
	if err := tx.SelectContext(ctx, &shared, j.sql(sqlImportShared), mostTold); err != nil {
		return err
	}
	for _, s := range shared {
		out.Shared = append(out.Shared, view.ImportShared{Kind: s.Kind, People: s.People, Codes: s.Codes, Places: s.Places})
	}
	var twins []struct {
		Contact, Other survey.ContactID
		Place          string
	}
	if err := tx.SelectContext(ctx, &twins, j.sql(sqlImportTwins), j.id, mostTold); err != nil {
		return err
	}
	for _, t := range twins {
		out.Twins = append(out.Twins, view.ImportTwin(t))
	}
	return nil
}
