package postgres

import (
	"context"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const (
	sqlMarkMatter = `
UPDATE matter SET kind_before = kind, kind = 'complaint', moves = moves + 1 WHERE id = $1 AND kind <> 'complaint'`
	sqlUnmarkMatter = `
UPDATE matter SET kind = kind_before, kind_before = '', moves = moves + 1 WHERE id = $1 AND kind = 'complaint'`
)

// MarkMatter keeps a matter as a complaint about the survey, or as what it was before,
// on record; how it stands is left alone. One that is so already stays. Errors: not_found,
// inbox_moved.
func (db *DB) MarkMatter(ctx context.Context, o view.MatterOrder, complaint bool) error {
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		m, err := heldMatter(ctx, tx, o)
		if err != nil {
			return err
		}
		query := sqlUnmarkMatter
		if complaint {
			query = sqlMarkMatter
		}
		done, err := tx.ExecContext(ctx, query, o.ID)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return recordAudit(ctx, tx, view.Audit{At: o.Now, Actor: o.Actor, Act: "inbox", ContactID: m.ContactID, CampaignID: m.CampaignID,
			Detail: map[string]any{"matter": o.ID, "complaint": complaint, "kind": survey.MatterComplaint}})
	})
}
