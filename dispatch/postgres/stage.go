package postgres

import (
	"bytes"
	"context"
	"database/sql/driver"
	"errors"
	"fmt"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// stagingTables are the tables of which every import has its own copy.
func stagingTables() []string { return []string{"line", "address", "key", "held"} }

const sqlStillStaged = `SELECT count(*) FROM staging.line`

// stillStaged reports whether the rows that an earlier process staged are all
// there: the copies are unlogged, and empty after a crash of the server.
func (j *importJob) stillStaged(ctx context.Context, state string, rows int) (bool, error) {
	if state != "staged" {
		return false, nil
	}
	var n int
	err := j.conn.GetContext(ctx, &n, j.sql(sqlStillStaged))
	return n == rows, err
}

const (
	sqlFreshContacts = `
SELECT nextval(pg_get_serial_sequence('contact', 'id')) FROM generate_series(1, $1::int)`
	sqlStaged = `UPDATE import_run SET state = 'staged', staged = $2 WHERE id = $1`
)

// stage copies the rows of the file to tables of the run. What an earlier
// process staged whole is not copied again, but the file is read all the same:
// what there is to say of its rows is kept nowhere.
func (j *importJob) stage(ctx context.Context) error {
	if j.staged {
		return j.readOnly()
	}
	if err := j.within(ctx, func(tx *sqlx.Tx) error { return j.makeStaging(ctx, tx) }); err != nil {
		return err
	}
	j.lines = 0
	if err := j.copyLines(ctx); err != nil {
		return err
	}
	return j.within(ctx, func(tx *sqlx.Tx) error {
		for _, t := range stagingTables() {
			if _, err := tx.ExecContext(ctx, "ANALYZE "+j.sql("staging."+t)); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, sqlStaged, j.id, j.lines)
		return err
	})
}

func (j *importJob) readOnly() error {
	n := 0
	for _, err := range j.work.Lines {
		if err != nil {
			return err
		}
		n++
		j.read(n)
	}
	return nil
}

// read tells of the n-th row read, now and then.
func (j *importJob) read(n int) {
	if n%stagedAtOnce == 0 {
		j.progress(view.ImportProgress{Phase: view.ImportReading, Done: n})
	}
}

func (j *importJob) makeStaging(ctx context.Context, tx *sqlx.Tx) error {
	if err := j.dropStaging(ctx, tx); err != nil {
		return err
	}
	for _, t := range stagingTables() {
		create := fmt.Sprintf("CREATE UNLOGGED TABLE %s (LIKE staging.%s INCLUDING INDEXES)", j.sql("staging."+t), t)
		if _, err := tx.ExecContext(ctx, create); err != nil {
			return err
		}
	}
	return nil
}

func (j *importJob) dropStaging(ctx context.Context, tx *sqlx.Tx) error {
	for _, t := range stagingTables() {
		if _, err := tx.ExecContext(ctx, "DROP TABLE IF EXISTS "+j.sql("staging."+t)); err != nil {
			return err
		}
	}
	return nil
}

// stagedAtOnce is how many rows are copied in one round.
const stagedAtOnce = 5000

// copyLines reads the rows and copies them, the one while the other is under
// way.
func (j *importJob) copyLines(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	full, empty := make(chan *stagedRows), make(chan *stagedRows, 2)
	empty <- new(stagedRows)
	empty <- new(stagedRows)
	copied := make(chan error, 1)
	go func() {
		defer close(copied)
		for rows := range full {
			if err := j.copyRows(ctx, rows); err != nil {
				copied <- err
				return
			}
			rows.reset()
			empty <- rows
		}
	}()
	readErr := j.fill(full, empty, copied)
	close(full)
	if err := <-copied; err != nil {
		return err
	}
	return readErr
}

// fill encodes the rows and hands them over by the thousand. A copy that failed
// ends it; its error stays in copied.
func (j *importJob) fill(full chan<- *stagedRows, empty <-chan *stagedRows, copied chan error) error {
	rows := <-empty
	hand := func() bool {
		select {
		case full <- rows:
		case err := <-copied:
			copied <- err
			return false
		}
		select {
		case rows = <-empty:
			return true
		case err := <-copied:
			copied <- err
			return false
		}
	}
	for line, err := range j.work.Lines {
		if err != nil {
			return err
		}
		rows.lines = append(rows.lines, line)
		j.lines++
		j.read(j.lines)
		if len(rows.lines) == stagedAtOnce && !hand() {
			return nil
		}
	}
	if len(rows.lines) > 0 {
		hand()
	}
	return nil
}

// copyRows reserves identifiers for some rows and copies them.
func (j *importJob) copyRows(ctx context.Context, rows *stagedRows) error {
	return j.within(ctx, func(tx *sqlx.Tx) error {
		var ids []survey.ContactID
		if err := tx.SelectContext(ctx, &ids, sqlFreshContacts, len(rows.lines)); err != nil {
			return err
		}
		if err := rows.encode(ids); err != nil {
			return err
		}
		for _, c := range []struct {
			table string
			data  []byte
		}{{"line", rows.line}, {"address", rows.address}, {"key", rows.key}} {
			if err := j.copyIn(ctx, j.sql("staging."+c.table), c.data); err != nil {
				return err
			}
		}
		return nil
	})
}

// copyIn hands rows in COPY's text format to the server as they are: many times
// faster than a parameter at a time.
func (j *importJob) copyIn(ctx context.Context, table string, data []byte) error {
	if len(data) == 0 {
		return nil
	}
	return j.conn.Raw(func(dc any) error {
		stmt, err := dc.(driver.ConnPrepareContext).PrepareContext(ctx, "COPY "+table+" FROM STDIN")
		if err != nil {
			return err
		}
		err = sendRows(ctx, stmt.(copier), data)
		return errors.Join(err, stmt.Close())
	})
}

// copier is the statement that lib/pq makes of a COPY.
type copier interface {
	driver.Stmt
	CopyData(ctx context.Context, line string) (driver.Result, error)
}

// sendRows sends whole rows, in pieces of the size that lib/pq sends on.
func sendRows(ctx context.Context, stmt copier, data []byte) error {
	const piece = 60 << 10
	for len(data) > 0 {
		end := bytes.IndexByte(data[min(piece, len(data)-1):], '\n') + min(piece, len(data)-1)
		if _, err := stmt.CopyData(ctx, string(data[:end])); err != nil { // it adds the line break
			return err
		}
		data = data[end+1:]
	}
	_, err := stmt.Exec(nil) //nolint:staticcheck // the context is in CopyData; this ends the COPY
	return err
}
