package dispatch

import (
	"context"
	"time"

	"canvass/dispatch/contactlist"
	"canvass/dispatch/survey/view"
)

// UndoStore is what taking an import back needs of the database.
type UndoStore interface {
	UndoImport(ctx context.Context, u view.ImportUndo) (view.ImportUndone, error)
}

// UndoImport takes an import back as if it had never been, whole or not at all.
// The reason stays on record.
func UndoImport(ctx context.Context, store UndoStore, u view.ImportUndo) (view.ImportUndone, error) {
	if err := reasoned(u.Reason); err != nil {
		return view.ImportUndone{}, err
	}
	return store.UndoImport(ctx, u)
}

// MappingStore remembers what the columns of a source's lists are.
type MappingStore interface {
	ListMapping(ctx context.Context, source string) (map[string]string, error)
	SaveListMapping(ctx context.Context, source string, columns map[string]string, now time.Time, actor string) error
}

// RememberedMapping is what somebody said of the columns of a source's lists;
// nil when nobody did.
func RememberedMapping(ctx context.Context, store MappingStore, source string) (map[string]contactlist.Field, error) {
	stored, err := store.ListMapping(ctx, source)
	if err != nil || len(stored) == 0 {
		return nil, err
	}
	columns := make(map[string]contactlist.Field, len(stored))
	for label, field := range stored {
		columns[label] = contactlist.Field(field)
	}
	return columns, nil
}

// RememberMapping keeps what somebody said of the columns of a source's lists,
// for the lists of the months to come.
func RememberMapping(ctx context.Context, store MappingStore, source string, columns map[string]contactlist.Field, by Deed) error {
	stored := make(map[string]string, len(columns))
	for label, field := range columns {
		stored[label] = string(field)
	}
	return store.SaveListMapping(ctx, source, stored, by.Now, by.Actor)
}

// Deed is who does something, and when in business time.
type Deed struct {
	Actor string
	Now   time.Time
}
