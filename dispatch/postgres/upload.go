package postgres

import (
	"context"
	"database/sql"
	"iter"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const sqlUploadColumns = `id, name, sha256, choices::text AS choices, revision, state, work, beat_at, done, report::text AS report,
	coalesce(import_id, 0) AS import_id, actor, at`

type uploadRow struct {
	ID       int64
	Name     string
	SHA256   []byte `db:"sha256"`
	Choices  string
	Revision int
	State    view.UploadState
	Work     string
	BeatAt   time.Time `db:"beat_at"`
	Done     int
	Report   string
	ImportID survey.ImportID `db:"import_id"`
	Actor    string
	At       time.Time
}

func (r uploadRow) upload() view.Upload {
	return view.Upload{ID: r.ID, Name: r.Name, SHA256: r.SHA256, Choices: r.Choices, Revision: r.Revision, State: r.State, Work: r.Work,
		BeatAt: r.BeatAt, Done: r.Done, Report: r.Report, Import: r.ImportID, Actor: r.Actor, At: r.At}
}

func noUpload(id int64) error {
	return &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound, Args: map[string]string{"name": strconv.FormatInt(id, 10)}}
}

const sqlKeepList = `
INSERT INTO import_upload (name, content, sha256, choices, state, beat_at, actor, at) VALUES ($1, $2, $3, $4::jsonb, 'unread', $5, $6, $5) RETURNING id`

const sqlDropOldLists = `DELETE FROM import_upload WHERE at < $1`

// KeepUpload keeps a list that was uploaded, with its file, and drops those that are
// older than u's day.
func (db *DB) KeepUpload(ctx context.Context, u view.Upload, content []byte) (int64, error) {
	if _, err := db.x.ExecContext(ctx, sqlDropOldLists, u.At.Add(-view.UploadKept)); err != nil {
		return 0, told(err)
	}
	var id int64
	err := db.x.GetContext(ctx, &id, sqlKeepList, u.Name, content, u.SHA256, u.Choices, u.At, u.Actor)
	return id, told(err)
}

// did reports whether a statement changed a row.
func did(res sql.Result, err error) (bool, error) {
	if err != nil {
		return false, told(err)
	}
	n, err := res.RowsAffected()
	return n > 0, told(err)
}

const sqlUpload = `SELECT ` + sqlUploadColumns + ` FROM import_upload WHERE id = $1`

// Upload is one list that was uploaded. Errors: not_found.
func (db *DB) Upload(ctx context.Context, id int64) (view.Upload, error) {
	var row uploadRow
	if err := one(db.x.SelectContext, ctx, &row, sqlUpload, id); err != nil {
		return view.Upload{}, err
	}
	if row.ID == 0 {
		return view.Upload{}, noUpload(id)
	}
	return row.upload(), nil
}

const sqlUploads = `SELECT ` + sqlUploadColumns + ` FROM import_upload WHERE state <> 'done' ORDER BY id DESC LIMIT 50`

// Uploads are the lists that were uploaded and are not imported yet, the newest
// first.
func (db *DB) Uploads(ctx context.Context) ([]view.Upload, error) {
	var rows []uploadRow
	if err := db.x.SelectContext(ctx, &rows, sqlUploads); err != nil {
		return nil, told(err)
	}
	out := make([]view.Upload, len(rows))
	for i, r := range rows {
		out[i] = r.upload()
	}
	return out, nil
}

const sqlUploadContent = `SELECT content FROM import_upload WHERE id = $1 AND state <> 'done'`

// UploadContent is the file of a list. Errors: not_found.
func (db *DB) UploadContent(ctx context.Context, id int64) ([]byte, error) {
	var content []byte
	err := one(db.x.SelectContext, ctx, &content, sqlUploadContent, id)
	if err == nil && len(content) == 0 {
		err = noUpload(id)
	}
	return content, err
}

const sqlChooseUpload = `
UPDATE import_upload SET choices = $3::jsonb, revision = revision + 1
WHERE id = $1 AND revision = $2 AND (state IN ('ready', 'unread') OR state IN ('checking', 'running') AND beat_at < $4)`

// ChooseUpload keeps what somebody said of a list, in place of the revision that u
// has, and reports whether that was still the last one and nobody works on it.
func (db *DB) ChooseUpload(ctx context.Context, u view.Upload, now time.Time) (bool, error) {
	return did(db.x.ExecContext(ctx, sqlChooseUpload, u.ID, u.Revision, u.Choices, now.Add(-view.Cut)))
}

const sqlTakeUpload = `
UPDATE import_upload SET state = $2, work = $3, beat_at = $4, done = 0
WHERE id = $1 AND (state IN ('ready', 'unread') OR state IN ('checking', 'running') AND beat_at < $5)`

// TakeUpload begins work on a list that nobody works on, and reports whether it did.
func (db *DB) TakeUpload(ctx context.Context, u view.Upload, now time.Time) (bool, error) {
	return did(db.x.ExecContext(ctx, sqlTakeUpload, u.ID, u.State, u.Work, now, now.Add(-view.Cut)))
}

const sqlBeatUpload = `UPDATE import_upload SET beat_at = $3, done = $4 WHERE id = $1 AND work = $2 AND state IN ('checking', 'running')`

// BeatUpload says that the work u.Work goes on, or with a time long ago that it was
// cut off. It reports whether it is still that work's.
func (db *DB) BeatUpload(ctx context.Context, u view.Upload) (bool, error) {
	return did(db.x.ExecContext(ctx, sqlBeatUpload, u.ID, u.Work, u.BeatAt, u.Done))
}

const (
	sqlCheckedUpload = `UPDATE import_upload SET state = $3, report = $4::jsonb, work = '' WHERE id = $1 AND work = $2`
	sqlForgetRows    = `DELETE FROM import_upload_row WHERE upload_id = $1`
	sqlKeepListRows  = `
INSERT INTO import_upload_row (upload_id, n, outcome, noted, content)
SELECT $1, * FROM unnest($2::int[], $3::text[], $4::boolean[], $5::jsonb[])`
)

// uploadBatch is how many rows of a dry run go to the server at once.
const uploadBatch = 1000

// CheckedUpload keeps what the dry run u.Work came to: u.State and what report tells
// once all rows are read; nothing if the work is no longer u.Work's.
func (db *DB) CheckedUpload(ctx context.Context, u view.Upload, rows iter.Seq2[view.UploadRow, error], report func() (string, error)) error {
	return db.within(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, sqlForgetRows, u.ID); err != nil {
			return err
		}
		if err := keepUploadRows(ctx, tx, u.ID, rows); err != nil {
			return err
		}
		doc, err := report()
		if err != nil {
			return err
		}
		mine, err := did(tx.ExecContext(ctx, sqlCheckedUpload, u.ID, u.Work, u.State, doc))
		if err == nil && !mine {
			err = noUpload(u.ID)
		}
		return err
	})
}

func keepUploadRows(ctx context.Context, tx *sqlx.Tx, id int64, rows iter.Seq2[view.UploadRow, error]) error {
	var n pq.Int64Array
	var outcome, content pq.StringArray
	var noted pq.BoolArray
	flush := func() error {
		if len(n) == 0 {
			return nil
		}
		_, err := tx.ExecContext(ctx, sqlKeepListRows, id, n, outcome, noted, content)
		n, outcome, noted, content = n[:0], outcome[:0], noted[:0], content[:0]
		return err
	}
	for row, err := range rows {
		if err != nil {
			return err
		}
		n, outcome = append(n, int64(row.N)), append(outcome, string(row.Outcome))
		noted, content = append(noted, row.Noted), append(content, row.Content)
		if len(n) == uploadBatch {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

const (
	// What is left of the choices names columns and sheets, and no cell.
	sqlEndUpload = `
UPDATE import_upload SET state = 'done', report = $3::jsonb, import_id = nullif($4::bigint, 0), content = '', choices = choices - 'mended', work = ''
WHERE id = $1 AND work = $2`
	sqlForgetTaken = `DELETE FROM import_upload_row WHERE upload_id = $1 AND outcome <> 'rejected'`
)

// EndUpload keeps that the list was imported: its file goes, and all rows but those
// that were rejected.
func (db *DB) EndUpload(ctx context.Context, u view.Upload) error {
	return db.within(ctx, func(tx *sqlx.Tx) error {
		mine, err := did(tx.ExecContext(ctx, sqlEndUpload, u.ID, u.Work, u.Report, u.Import))
		if err == nil && !mine {
			err = noUpload(u.ID)
		}
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, sqlForgetTaken, u.ID)
		return err
	})
}

const sqlUploadRows = `
SELECT n, outcome, noted, content::text AS content FROM import_upload_row
WHERE upload_id = $1 AND n > $2 AND ($3 = 'all' OR $3 = '' AND (outcome <> 'unchanged' OR noted) OR $3 = 'noted' AND noted OR outcome = $3)
ORDER BY n LIMIT $4`

// UploadRows are rows of the dry run of a list, in the order of the file.
func (db *DB) UploadRows(ctx context.Context, id int64, f view.UploadFilter) ([]view.UploadRow, error) {
	var rows []view.UploadRow
	err := db.x.SelectContext(ctx, &rows, sqlUploadRows, id, f.After, f.Kind, f.Limit)
	return rows, told(err)
}

const sqlDropList = `DELETE FROM import_upload WHERE id = $1 AND (state IN ('ready', 'unread', 'done') OR beat_at < $2)`

// DropUpload forgets a list that nobody works on, and reports whether it did.
func (db *DB) DropUpload(ctx context.Context, id int64, now time.Time) (bool, error) {
	return did(db.x.ExecContext(ctx, sqlDropList, id, now.Add(-view.Cut)))
}
