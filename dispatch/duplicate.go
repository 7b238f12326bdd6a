package dispatch

import (
	"context"

	"canvass/dispatch/survey/view"
)

// PairStore finds contacts that may be one person.
type PairStore interface {
	Pairs(ctx context.Context, f view.PairFilter) ([]view.PeoplePair, error)
}

// Duplicates lists contacts that may be one person, for staff to look at: who has
// one name in one unit, and who shares an address and the given name. They merge
// them, or give each a code: two people with codes of their own are two, and are
// listed only if asked for. A Limit of 0 is 100.
func Duplicates(ctx context.Context, store PairStore, f view.PairFilter) ([]view.PeoplePair, error) {
	const page = 100
	if f.Limit <= 0 {
		f.Limit = page
	}
	return store.Pairs(ctx, f)
}
