package dispatch

import (
	"context"
	"maps"
	"regexp"
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

// Labelled adds to what somebody said of columns by their place the labels that
// those columns have in a list: in its file of rejects they stand elsewhere, for
// what is sensitive is left out there. A label that says the same by itself needs
// no adding; nor has a list without a header any other.
func Labelled(said map[string]contactlist.Field, list *contactlist.Reader) map[string]contactlist.Field {
	out := maps.Clone(said)
	for _, sheet := range list.Sheets() {
		m, _ := list.Mapping(sheet)
		for _, c := range m.Columns {
			if _, there := out[c.Label]; c.Said && c.Label != "" && !there && !speaks(c) {
				out[c.Label] = c.Field
			}
		}
	}
	return out
}

// speaks reports whether the label of a column alone says what it was said to be.
func speaks(c contactlist.Column) bool {
	if c.Field == contactlist.FieldIgnore && c.Label == ignoredLabel {
		return true
	}
	for _, beside := range []string{"Họ và tên", "Họ đệm", "Tên"} {
		if m, _ := contactlist.MapHeader([]string{beside, c.Label}); len(m.Columns) == 2 && m.Columns[1].Field == c.Field {
			return true
		}
	}
	m, _ := contactlist.MapHeader([]string{c.Label})
	return len(m.Columns) == 1 && m.Columns[0].Field == c.Field
}

// ignoredLabel is what contactlist calls a column without a label that is passed over.
const ignoredLabel = "Bỏ qua"

// byPosition is a column as people name it by its position: "C", "AB", "3".
var byPosition = regexp.MustCompile(`^(?:[A-Za-z]{1,2}|[0-9]{1,4})$`)

// WithoutPlaces is what somebody said of columns, but for what is said by place:
// for a file of rejects, whose columns may stand elsewhere.
func WithoutPlaces(said map[string]contactlist.Field) map[string]contactlist.Field {
	out := maps.Clone(said)
	maps.DeleteFunc(out, func(key string, _ contactlist.Field) bool { return byPosition.MatchString(key) })
	return out
}

// Deed is who does something, and when in business time.
type Deed struct {
	Actor string
	Now   time.Time
}
