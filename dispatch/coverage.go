package dispatch

import (
	"context"
	"strings"

	"canvass/dispatch/contactlist"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// CoverageStore is what a look at reach needs of the database.
type CoverageStore interface {
	CampaignByName(ctx context.Context, name string) (*survey.Campaign, error)
	Coverage(ctx context.Context, q view.CoverageQuery) ([]view.Coverage, error)
}

// CoverageRequest says of whom, and by what, the reach is wanted.
type CoverageRequest struct {
	Campaign string // its frozen frame; "" is the living list
	// By is "unit", another field that conditions know, or an attribute; "" is the
	// strata of a frame, and the list in one line.
	By   string
	Keys view.AddressKeys
}

// stratumMissing stands where a person has no value.
const stratumMissing = "–"

// Coverage says how people can be reached, line by line. An attribute that nobody
// has is not found.
func Coverage(ctx context.Context, store CoverageStore, r CoverageRequest) ([]view.Coverage, error) {
	// As attributes are called: Cụm is cum.
	by := strings.ReplaceAll(contactlist.SearchKey(r.By), " ", "_")
	q := view.CoverageQuery{By: by, AddressKeys: r.Keys}
	if r.Campaign != "" {
		k, err := store.CampaignByName(ctx, r.Campaign)
		if err != nil {
			return nil, err
		}
		q.Campaign = k.ID
	}
	lines, err := store.Coverage(ctx, q)
	if err == nil && r.By != "" && len(lines) == 1 && lines[0].Stratum == stratumMissing {
		err = &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound, Where: "by", Args: map[string]string{"name": r.By}}
	}
	return lines, err
}

// CoverageTotal adds the lines of a coverage up.
func CoverageTotal(lines []view.Coverage) view.Coverage {
	var total view.Coverage
	for _, l := range lines {
		total = total.Plus(l)
	}
	return total
}
