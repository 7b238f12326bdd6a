package postgres

import (
	"context"
	"database/sql"
	"strconv"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// pastImportRow is one import of the past.
type pastImportRow struct {
	ID                                    survey.ImportID `db:"id"`
	Source, State, Basis, Actor           string
	StartedAt                             time.Time    `db:"started_at"`
	FinishedAt                            sql.NullTime `db:"finished_at"`
	Created, Updated, Unchanged, Rejected int
}

func (r pastImportRow) past() view.PastImport {
	out := view.PastImport{ID: r.ID, Source: r.Source, State: r.State, Basis: r.Basis, Actor: r.Actor, StartedAt: r.StartedAt,
		ImportCounts: view.ImportCounts{Created: r.Created, Updated: r.Updated, Unchanged: r.Unchanged, Rejected: r.Rejected}}
	if r.FinishedAt.Valid {
		out.FinishedAt = &r.FinishedAt.Time
	}
	return out
}

const sqlImportColumns = `id, source, state, basis, actor, started_at, finished_at, created, updated, unchanged, rejected`

const sqlImports = `SELECT ` + sqlImportColumns + ` FROM import_run WHERE $2::bigint = 0 OR id < $2 ORDER BY id DESC LIMIT $1`

// Imports lists the last imports, the newest first.
func (db *DB) Imports(ctx context.Context, limit int) ([]view.PastImport, error) {
	return db.ImportsBefore(ctx, 0, limit)
}

// ImportsBefore lists imports older than that one, the newest first; 0 is from the
// last one on.
func (db *DB) ImportsBefore(ctx context.Context, before survey.ImportID, limit int) ([]view.PastImport, error) {
	var rows []pastImportRow
	if err := db.x.SelectContext(ctx, &rows, sqlImports, limit, before); err != nil {
		return nil, told(err)
	}
	out := make([]view.PastImport, len(rows))
	for i, r := range rows {
		out[i] = r.past()
	}
	return out, nil
}

const sqlPastImport = `SELECT ` + sqlImportColumns + ` FROM import_run WHERE id = $1`

// PastImport is one import. Errors: not_found.
func (db *DB) PastImport(ctx context.Context, id survey.ImportID) (view.PastImport, error) {
	var row pastImportRow
	if err := one(db.x.SelectContext, ctx, &row, sqlPastImport, id); err != nil {
		return view.PastImport{}, err
	}
	if row.ID == 0 {
		return view.PastImport{}, &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound, Args: map[string]string{"name": strconv.FormatInt(int64(id), 10)}}
	}
	return row.past(), nil
}
