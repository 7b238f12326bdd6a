package postgres

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"

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

// importJob is one run of an import, on a connection of its own: its locks end
// with the connection, whatever becomes of the process.
type importJob struct {
	conn    *sqlx.Conn
	run     view.ImportRun
	work    view.ImportWork
	id      survey.ImportID
	staged  bool // by an earlier run that was cut off after it had read the file
	resumed bool
	names   *strings.Replacer // staging tables → those of this run
	lines   int
}

// ImportContacts merges a list into the contact list. The rows are copied to
// staging tables of the run; then one transaction adds the people who share
// nothing with anybody set by set, and asks work.Merge about all others: a list
// is merged whole or not at all. A run that was cut off is taken over by the
// next one with the same file and options; a dry run does everything and keeps
// nothing. Errors: import_running when another process works on the same file,
// and whatever the rows say.
func (db *DB) ImportContacts(ctx context.Context, run view.ImportRun, work view.ImportWork) (view.Imported, error) {
	conn, err := db.x.Connx(ctx)
	if err != nil {
		return view.Imported{}, told(err)
	}
	j := &importJob{conn: conn, run: run, work: work}
	defer j.leave()
	out, err := j.do(ctx)
	if err != nil && j.id != 0 && ctx.Err() == nil {
		err = errors.Join(err, j.forget(ctx)) // it would fail again
	}
	return out, told(err)
}

func (j *importJob) do(ctx context.Context) (view.Imported, error) {
	if err := j.begin(ctx); err != nil {
		return view.Imported{}, err
	}
	if err := j.stage(ctx); err != nil {
		return view.Imported{}, err
	}
	out, err := j.merge(ctx)
	out.Import, out.Resumed = j.id, j.resumed
	if errors.Is(err, errDryRun) {
		out.Import, err = 0, j.forget(ctx)
	}
	return out, err
}

const (
	sqlUnfinishedImports = `
SELECT id, state, staged, file_sha256 = $1 AND source = $2 AND basis = $3 AND consent_source = $4 AND consent_text = $5
	AND options = $6::jsonb AS same
FROM import_run WHERE state IN ('staging', 'staged') ORDER BY id`
	sqlBeginImport = `
INSERT INTO import_run (source, file_sha256, basis, consent_source, consent_text, options, actor, started_at, state)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'staging') RETURNING id`
	sqlTryImportRun   = `SELECT pg_try_advisory_lock($1, $2)`
	sqlLeaveImportRun = `SELECT pg_advisory_unlock($1, $2)`
)

// begin takes over the run of an earlier process that was cut off, or begins
// one. Runs of other files whose process is gone are cleared away.
func (j *importJob) begin(ctx context.Context) error {
	var rows []struct {
		ID     survey.ImportID `db:"id"`
		State  string
		Staged int
		Same   bool
	}
	r := j.run
	sha := append([]byte{}, r.SHA256...)
	err := j.conn.SelectContext(ctx, &rows, sqlUnfinishedImports, sha, r.Source, r.Basis, r.ConsentSource, r.ConsentText, r.Options)
	if err != nil {
		return err
	}
	for _, row := range rows {
		mine, err := j.take(ctx, row.ID)
		switch {
		case err != nil:
			return err
		case !mine && row.Same && !r.DryRun:
			return &survey.Error{Kind: survey.Conflict, Code: survey.CodeImportRunning, Args: map[string]string{"import": fmt.Sprint(row.ID)}}
		case !mine:
		case row.Same && j.id == 0 && !r.DryRun:
			j.own(row.ID)
			j.resumed, j.lines = true, row.Staged
			if j.staged, err = j.stillStaged(ctx, row.State, row.Staged); err != nil {
				return err
			}
		default:
			if err := j.abandon(ctx, row.ID); err != nil {
				return err
			}
		}
	}
	if j.id != 0 {
		return nil
	}
	// Its lock is taken before anybody can see it.
	return j.within(ctx, func(tx *sqlx.Tx) error {
		var id survey.ImportID
		err := tx.GetContext(ctx, &id, sqlBeginImport, r.Source, sha, r.Basis, r.ConsentSource, r.ConsentText, r.Options, r.Actor, r.Now)
		if err != nil {
			return err
		}
		j.own(id)
		_, err = tx.ExecContext(ctx, sqlTryImportRun, importRunLock, int32(id))
		return err
	})
}

func (j *importJob) take(ctx context.Context, id survey.ImportID) (bool, error) {
	var mine bool
	err := j.conn.GetContext(ctx, &mine, sqlTryImportRun, importRunLock, int32(id))
	return mine, err
}

// own makes id the run of the job.
func (j *importJob) own(id survey.ImportID) {
	j.id = id
	var pairs []string
	for _, t := range stagingTables() {
		pairs = append(pairs, "staging."+t, fmt.Sprintf("staging.%s_%d", t, id))
	}
	j.names = strings.NewReplacer(pairs...)
}

// sql is a statement about the staging tables of this run.
func (j *importJob) sql(query string) string { return j.names.Replace(query) }

const (
	sqlAbandonImport = `UPDATE import_run SET state = 'abandoned' WHERE id = $1 AND state IN ('staging', 'staged')`
	sqlForgetImport  = `DELETE FROM import_run WHERE id = $1`
)

// abandon clears away a run whose process is gone, and gives its lock back.
func (j *importJob) abandon(ctx context.Context, id survey.ImportID) error {
	old := importJob{conn: j.conn}
	old.own(id)
	err := j.within(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, sqlAbandonImport, id); err != nil {
			return err
		}
		return old.dropStaging(ctx, tx)
	})
	_, left := j.conn.ExecContext(ctx, sqlLeaveImportRun, importRunLock, int32(id))
	return errors.Join(err, left)
}

// forget leaves nothing of a dry run.
func (j *importJob) forget(ctx context.Context) error {
	return j.within(ctx, func(tx *sqlx.Tx) error {
		if err := j.dropStaging(ctx, tx); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, sqlForgetImport, j.id)
		return err
	})
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
