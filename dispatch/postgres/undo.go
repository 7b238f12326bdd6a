package postgres

import (
	"context"
	"database/sql"
	"errors"
	"strconv"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const (
	sqlImportToUndo = `SELECT state FROM import_run WHERE id = $1 FOR UPDATE`
	// What somebody did since with the people of an import, most telling first.
	// A contact that was erased since has nothing left to undo; that a new version
	// of the units ties people anew is nobody's change.
	sqlUndoneUnder = `
SELECT
	(SELECT count(*) FROM contact c WHERE c.import_id = $1 AND (EXISTS (SELECT 1 FROM invitation i WHERE i.contact_id = c.id)
		OR EXISTS (SELECT 1 FROM frame_unit f WHERE f.contact_id = c.id))) AS fielded,
	(SELECT count(*) FROM contact c WHERE c.import_id = $1 AND (c.merged_into IS NOT NULL
		OR EXISTS (SELECT 1 FROM contact m WHERE m.merged_into = c.id))) AS merged,
	(SELECT count(*) FROM import_change i JOIN contact c ON c.id = i.contact_id
		WHERE i.import_id = $1 AND i.after - 'unit_code' <> ` + sqlContactState + ` - 'unit_code')
	+ (SELECT count(*) FROM import_change i JOIN contact c ON c.id = i.contact_id WHERE c.import_id = $1 AND i.import_id <> $1)
	+ (SELECT count(*) FROM endpoint e JOIN contact c ON c.id = e.contact_id
		WHERE c.import_id = $1 AND e.import_id IS DISTINCT FROM $1)
	+ (SELECT count(*) FROM consent o JOIN contact c ON c.id = o.contact_id
		WHERE c.import_id = $1 AND o.import_id IS DISTINCT FROM $1)
	+ (SELECT count(*) FROM suppression s JOIN contact c ON c.id = s.contact_id
		WHERE c.import_id = $1 AND s.import_id IS DISTINCT FROM $1) AS changed`
	sqlUndoChanges = `
UPDATE contact c SET code = i.before ->> 'code', name = i.before ->> 'name', name_folded = i.before ->> 'name_folded',
	title = i.before ->> 'title', sex = i.before ->> 'sex', birth = (i.before ->> 'birth')::int, language = i.before ->> 'language',
	zone = i.before ->> 'zone', unit = i.before ->> 'unit', unit_code = i.before ->> 'unit_code', attributes = i.before -> 'attributes',
	left_at = (i.before ->> 'left_at')::timestamptz, updated_at = $2
FROM import_change i WHERE i.import_id = $1 AND c.id = i.contact_id`
	sqlUndoEndpoints = `DELETE FROM endpoint WHERE import_id = $1`
	sqlUndoConsents  = `DELETE FROM consent WHERE import_id = $1`
	sqlUndoStops     = `UPDATE suppression SET lifted_at = $2, lifted_by = $3 WHERE import_id = $1 AND lifted_at IS NULL`
	// Endpoints of others would be there only if the import had changed since.
	sqlUndoContacts = `DELETE FROM contact WHERE import_id = $1`
	sqlForgetChange = `DELETE FROM import_change WHERE import_id = $1`
	sqlUndone       = `UPDATE import_run SET state = 'undone', ended_by = $2 WHERE id = $1`
	sqlAuditUndo    = `
INSERT INTO audit (at, actor, act, import_id, reason, detail)
VALUES ($1, $2, 'undo', $3, $4, jsonb_build_object('removed', $5::int, 'restored', $6::int))`
)

// UndoImport takes an import back as if it had never been: the people it made
// are removed, those it changed are as before, its stops are lifted. Errors:
// not_found, import_not_undoable (Args why: undo_state, undo_fielded,
// undo_merged, undo_changed; people how many) — then nothing is changed.
func (db *DB) UndoImport(ctx context.Context, u view.ImportUndo) (view.ImportUndone, error) {
	var out view.ImportUndone
	err := db.within(ctx, func(tx *sqlx.Tx) error {
		out = view.ImportUndone{}
		if _, err := tx.ExecContext(ctx, sqlImportLock, int64(importLock)); err != nil {
			return err
		}
		if err := mayUndo(ctx, tx, u.Import); err != nil {
			return err
		}
		steps := []struct {
			query string
			args  []any
			count *int
		}{
			{sqlUndoChanges, []any{u.Import, u.Now}, &out.Restored},
			{sqlUndoEndpoints, []any{u.Import}, new(int)},
			{sqlUndoConsents, []any{u.Import}, new(int)},
			{sqlUndoStops, []any{u.Import, u.Now, u.Actor}, new(int)},
			{sqlUndoContacts, []any{u.Import}, &out.Removed},
			{sqlForgetChange, []any{u.Import}, new(int)},
			{sqlUndone, []any{u.Import, u.Actor}, new(int)},
		}
		for _, s := range steps {
			done, err := tx.ExecContext(ctx, s.query, s.args...)
			if err != nil {
				return err
			}
			n, err := done.RowsAffected()
			if err != nil {
				return err
			}
			*s.count = int(n)
		}
		_, err := tx.ExecContext(ctx, sqlAuditUndo, u.Now, u.Actor, u.Import, u.Reason, out.Removed, out.Restored)
		return err
	})
	return out, err
}

// mayUndo refuses what cannot be taken back without touching what others did.
func mayUndo(ctx context.Context, tx *sqlx.Tx, id survey.ImportID) error {
	var state string
	if err := tx.GetContext(ctx, &state, sqlImportToUndo, id); errors.Is(err, sql.ErrNoRows) {
		return &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound, Args: map[string]string{"name": strconv.FormatInt(int64(id), 10)}, Err: err}
	} else if err != nil {
		return err
	}
	if state != "merged" {
		return notUndoable(id, "undo_state", 0)
	}
	var since struct{ Fielded, Merged, Changed int }
	if err := tx.GetContext(ctx, &since, sqlUndoneUnder, id); err != nil {
		return err
	}
	switch {
	case since.Fielded > 0:
		return notUndoable(id, "undo_fielded", since.Fielded)
	case since.Merged > 0:
		return notUndoable(id, "undo_merged", since.Merged)
	case since.Changed > 0:
		return notUndoable(id, "undo_changed", since.Changed)
	}
	return nil
}

func notUndoable(id survey.ImportID, why string, people int) error {
	e := &survey.Error{Kind: survey.Conflict, Code: survey.CodeImportUndo,
		Args: map[string]string{"import": strconv.FormatInt(int64(id), 10), "why": why}}
	if people > 0 {
		e.Args["people"] = strconv.Itoa(people)
	}
	return e
}
