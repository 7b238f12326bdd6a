package dispatch

import (
	"context"

	"canvass/dispatch/staff"
)

// RecordStore is what looking through the record of acts needs of the database.
type RecordStore interface {
	AuditChain(ctx context.Context, after int64, most int) ([]staff.Act, error)
	AuditHead(ctx context.Context) (staff.Head, error)
	OutsideChain(ctx context.Context) (int64, error)
	Acts(ctx context.Context, f staff.ActFilter) ([]staff.Act, error)
	Actors(ctx context.Context) ([]string, error)
}

// linesAtOnce is how many lines of the record are read with one statement.
const linesAtOnce = 1000

// VerifyRecord goes on through the record from where c stands, over at most so many
// lines, and reports whether it came to the end. Lines that come meanwhile belong to it.
// Errors: audit_broken, with the place and why.
func VerifyRecord(ctx context.Context, store RecordStore, c *staff.Chain, most int) (bool, error) {
	for most > 0 {
		lines, err := store.AuditChain(ctx, c.Place, min(linesAtOnce, most))
		if err != nil {
			return false, err
		}
		for _, l := range lines {
			if err := c.Add(l); err != nil {
				return false, err
			}
		}
		most -= len(lines)
		if len(lines) > 0 {
			continue
		}
		head, err := store.AuditHead(ctx)
		if err != nil {
			return false, err
		}
		if head.Place > c.Place { // a line came between the two looks, or one is gone
			lines, err := store.AuditChain(ctx, c.Place, 1)
			if err != nil {
				return false, err
			}
			if len(lines) > 0 {
				continue
			}
		}
		if err := c.End(head); err != nil {
			return false, err
		}
		id, err := store.OutsideChain(ctx)
		if err == nil && id != 0 {
			err = staff.Outside(id)
		}
		return err == nil, err
	}
	return false, nil
}
