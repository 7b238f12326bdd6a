package postgres

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// The classes of the advisory locks of imports: one import merges at a time, so
// that two do not make the same person twice, and one process works on a run.
const (
	importLock    = 0x63616e76_696d7074 // "canvimpt"
	importRunLock = 0x696d7074          // "impt", with the run's id
)

const sqlImportLock = `SELECT pg_advisory_xact_lock($1)`

// importJob is one run of an import, on a connection of its own: its locks end
// with the connection, whatever becomes of the process.
type importJob struct {
	conn    *sqlx.Conn
	run     view.ImportRun
	work    view.ImportWork
	id      survey.ImportID
	resumed bool
}

// ImportContacts merges a list into the contact list in one transaction: whole
// or not at all. A filter that knows every code and address of the list and of
// the rows before tells who shares nothing with anybody; those rows go in by
// COPY as they are, many at once, and work.Merge is asked about the others only.
// Memory does not grow with the list. A run that was cut off is taken over by
// the next one with the same file and options; a dry run does everything and
// keeps nothing. Errors: import_running when another process works on the same
// file, and whatever the rows say.
func (db *DB) ImportContacts(ctx context.Context, run view.ImportRun, work view.ImportWork) (view.Imported, error) {
	conn, err := db.x.Connx(ctx)
	if err != nil {
		return view.Imported{}, told(err)
	}
	j := &importJob{conn: conn, run: run, work: work}
	defer j.leave()
	out, err := j.do(ctx)
	if errors.Is(err, errDryRun) {
		out.Import, err = 0, j.forget(ctx)
	} else if err != nil && j.id != 0 && ctx.Err() == nil { // it would fail again
		if lost := j.forget(ctx); lost != nil { // the connection is gone: the next import takes the run over
			err = &survey.Error{Kind: survey.Unavailable, Code: survey.CodeDatabaseAway, Err: errors.Join(err, lost)}
		}
	}
	db.recount(ctx, out.Created, `contact, endpoint`)
	return out, told(err)
}

func (j *importJob) do(ctx context.Context) (view.Imported, error) {
	if err := j.begin(ctx); err != nil {
		return view.Imported{}, err
	}
	out := view.Imported{Import: j.id, Resumed: j.resumed}
	err := j.within(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, sqlImportLock, int64(importLock)); err != nil {
			return err
		}
		rows := importRows{importJob: j, tx: tx, out: &out}
		if err := rows.merge(ctx); err != nil {
			return err
		}
		j.progress(view.ImportProgress{Phase: view.ImportChecking})
		if err := rows.look(ctx); err != nil {
			return err
		}
		out.Rejected += j.work.Rejected()
		return j.end(ctx, tx, out)
	})
	return out, err
}

const (
	sqlUnfinishedImports = `
SELECT id, file_sha256 = $1 AND source = $2 AND basis = $3 AND consent_source = $4 AND consent_text = $5
	AND options = $6::jsonb AS same
FROM import_run WHERE state = 'running' ORDER BY id`
	sqlBeginImport = `
INSERT INTO import_run (source, file_sha256, basis, consent_source, consent_text, options, actor, started_at, state)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'running') RETURNING id`
	sqlTryImportRun   = `SELECT pg_try_advisory_lock($1, $2)`
	sqlAbandonImport  = `UPDATE import_run SET state = 'abandoned' WHERE id = $1 AND state = 'running'`
	sqlLeaveImportRun = `SELECT pg_advisory_unlock($1, $2)`
)

// begin takes over the run of an earlier process that was cut off, or begins
// one. Runs of other files whose process is gone are given up: nothing of them
// is on the list.
func (j *importJob) begin(ctx context.Context) error {
	var rows []struct {
		ID   survey.ImportID `db:"id"`
		Same bool
	}
	r := j.run
	sha := append([]byte{}, r.SHA256...)
	err := j.conn.SelectContext(ctx, &rows, sqlUnfinishedImports, sha, r.Source, r.Basis, r.ConsentSource, r.ConsentText, r.Options)
	if err != nil {
		return err
	}
	for _, row := range rows {
		same := row.Same && !r.DryRun
		mine, err := j.take(ctx, row.ID, same)
		switch {
		case err != nil:
			return err
		case !mine && same:
			return &survey.Error{Kind: survey.Conflict, Code: survey.CodeImportRunning, Args: map[string]string{"import": fmt.Sprint(row.ID)}}
		case !mine:
		case same && j.id == 0:
			j.id, j.resumed = row.ID, true
		default:
			_, err := j.conn.ExecContext(ctx, sqlAbandonImport, row.ID)
			_, left := j.conn.ExecContext(ctx, sqlLeaveImportRun, importRunLock, int32(row.ID))
			if err := errors.Join(err, left); err != nil {
				return err
			}
		}
	}
	if j.id != 0 {
		return nil
	}
	// Its lock is taken before anybody can see it.
	return j.within(ctx, func(tx *sqlx.Tx) error {
		err := tx.GetContext(ctx, &j.id, sqlBeginImport, r.Source, sha, r.Basis, r.ConsentSource, r.ConsentText, r.Options, r.Actor, r.Now)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, sqlTryImportRun, importRunLock, int32(j.id))
		return err
	})
}

// The server takes a moment to notice that the process which held a run is gone.
const (
	takePatience = 3 * time.Second
	takeEvery    = 50 * time.Millisecond
)

// take takes the lock of a run; a run that is wanted is waited for a little.
func (j *importJob) take(ctx context.Context, id survey.ImportID, wanted bool) (bool, error) {
	for deadline := time.Now().Add(takePatience); ; {
		var mine bool
		err := j.conn.GetContext(ctx, &mine, sqlTryImportRun, importRunLock, int32(id))
		if err != nil || mine || !wanted || time.Now().After(deadline) {
			return mine, err
		}
		select {
		case <-ctx.Done():
			return false, ctx.Err()
		case <-time.After(takeEvery):
		}
	}
}

const (
	sqlMergedImport = `
UPDATE import_run SET state = 'merged', finished_at = $2, created = $3, updated = $4, unchanged = $5, rejected = $6,
	report = $7::jsonb, ended_by = $8 WHERE id = $1`
	sqlAuditImport = `
INSERT INTO audit (at, actor, act, import_id, detail)
SELECT $2, $3, 'import', id, jsonb_build_object('created', created, 'updated', updated, 'unchanged', unchanged,
	'rejected', rejected, 'options', options) FROM import_run WHERE id = $1`
)

// end closes the run, or ends the transaction of a dry run.
func (j *importJob) end(ctx context.Context, tx *sqlx.Tx, out view.Imported) error {
	if j.run.DryRun {
		return errDryRun
	}
	report, err := j.work.Report()
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, sqlMergedImport, j.id, j.run.Now, out.Created, out.Updated, out.Unchanged, out.Rejected,
		report, j.run.Actor)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, sqlAuditImport, j.id, j.run.Now, j.run.Actor)
	return err
}

const sqlForgetImport = `DELETE FROM import_run WHERE id = $1`

// forget leaves nothing of a run.
func (j *importJob) forget(ctx context.Context) error {
	_, err := j.conn.ExecContext(ctx, sqlForgetImport, j.id)
	return err
}

// leave closes the connection of the job, and its locks with it.
func (j *importJob) leave() {
	_ = j.conn.Raw(func(any) error { return driver.ErrBadConn }) // which is what it returns
}

// within runs do in a transaction on the connection of the job.
func (j *importJob) within(ctx context.Context, do func(tx *sqlx.Tx) error) error {
	tx, err := j.conn.BeginTxx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it has nothing to do
	if err := do(tx); err != nil {
		return err
	}
	return tx.Commit()
}

func (j *importJob) progress(p view.ImportProgress) {
	if j.work.Progress != nil {
		j.work.Progress(p)
	}
}
