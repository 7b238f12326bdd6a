package dispatch

import (
	"context"
	"crypto/subtle"
	"slices"
	"strconv"
	"time"

	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// TokenStore is what tokens of programs need of the database.
type TokenStore interface {
	MakeAPIToken(ctx context.Context, t staff.APIToken, hash []byte) (int64, error)
	APITokens(ctx context.Context, before int64, most int) ([]staff.APIToken, error)
	APIToken(ctx context.Context, hash []byte, now time.Time) (staff.APIToken, []byte, error)
	RevokeAPIToken(ctx context.Context, id int64, by view.Audit) error
}

// TokenOrder asks for a token. Day is its last day, at any hour, and Now real time, both on
// the office's wall clock.
type TokenOrder struct {
	Name      string
	Right     staff.Right
	Bound     bool
	Campaigns []string
	Day       time.Time
	By        string
	Now       time.Time
}

// MakeAPIToken makes a token, on record. The token is told this once: its hash is kept.
// Errors: api_token_name, api_token_right, api_token_day, api_token_campaigns.
func MakeAPIToken(ctx context.Context, store TokenStore, o TokenOrder) (string, staff.APIToken, error) {
	t := staff.APIToken{Right: o.Right, Bound: o.Bound, MadeBy: o.By, MadeAt: o.Now}
	var err error
	if t.Name, err = staff.CheckTokenName(o.Name); err != nil {
		return "", t, err
	}
	if !slices.Contains(staff.TokenRights(), o.Right) {
		return "", t, &survey.Error{Kind: survey.Invalid, Code: survey.CodeTokenRight}
	}
	if t.Until, err = lastDay(o.Day, o.Now); err != nil {
		return "", t, err
	}
	if t.Bound {
		t.Campaigns = slices.Compact(slices.Sorted(slices.Values(o.Campaigns)))
		if len(t.Campaigns) == 0 {
			return "", t, &survey.Error{Kind: survey.Invalid, Code: survey.CodeTokenCampaigns}
		}
	}
	token, hash, err := staff.NewAPIToken(nil)
	if err != nil {
		return "", t, err
	}
	if t.ID, err = store.MakeAPIToken(ctx, t, hash); err != nil {
		return "", t, err
	}
	return token, t, nil
}

// lastDay is the midnight at which a day ends.
func lastDay(day, now time.Time) (time.Time, error) {
	y, m, d := day.Date()
	end := time.Date(y, m, d+1, 0, 0, 0, 0, now.Location())
	ty, tm, td := now.Date()
	if day.IsZero() || !end.After(now) || end.After(time.Date(ty, tm, td+1+staff.MostTokenDays, 0, 0, 0, 0, now.Location())) {
		return end, &survey.Error{Kind: survey.Invalid, Code: survey.CodeTokenDay, Args: map[string]string{"max": strconv.Itoa(staff.MostTokenDays)}}
	}
	return end, nil
}

// OpenAPI returns the token that somebody shows, and notes that it was used. One that is
// none, that nobody made, that has expired and that was revoked are told alike. Errors:
// api_token_refused.
func OpenAPI(ctx context.Context, store TokenStore, shown string, now time.Time) (staff.APIToken, error) {
	refused := &survey.Error{Kind: survey.Forbidden, Code: survey.CodeTokenRefused}
	hash, ok := staff.ReadAPIToken(shown)
	if !ok {
		return staff.APIToken{}, refused
	}
	t, kept, err := store.APIToken(ctx, hash, now)
	switch {
	case err != nil:
		return staff.APIToken{}, err
	case subtle.ConstantTimeCompare(hash, kept) != 1 || t.State(now) != staff.TokenWorks:
		return staff.APIToken{}, refused
	}
	return t, nil
}
