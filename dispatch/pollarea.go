package dispatch

import (
	"context"
	"strings"
	"time"

	"canvass/dispatch/survey"
)

// PollArea is a unit that a poll may be kept to.
type PollArea struct {
	Code, Name string
	Depth      int // below the top
}

// PollAreas are the units of today from the top, each with its parts behind it; none if
// no units are stored.
func PollAreas(ctx context.Context, store TerritoryStore) ([]PollArea, error) {
	t, err := store.Territory(ctx)
	if err != nil {
		return nil, err
	}
	below := map[string][]survey.Unit{}
	for _, u := range UnitsOfToday(t) {
		below[strings.ToLower(u.Parent)] = append(below[strings.ToLower(u.Parent)], u)
	}
	var out []PollArea
	var list func(parent string, depth int)
	list = func(parent string, depth int) {
		for _, u := range below[strings.ToLower(parent)] {
			out = append(out, PollArea{Code: u.Code, Name: u.Name, Depth: depth})
			list(u.Code, depth+1)
		}
	}
	list("", 0)
	return out, nil
}

// within is the part of the condition that keeps the poll to its area; "" if there is none.
func (p Poll) within(ctx context.Context, store PollStore) (string, error) {
	if p.Area == "" {
		return "", nil
	}
	codes, err := FocalUnits(ctx, store, p.Area)
	if survey.KindOf(err) == survey.NotFound {
		return "", &survey.Error{Kind: survey.Invalid, Code: survey.CodePollInvalid, Where: "area", Args: map[string]string{"name": "area", "given": p.Area}}
	}
	if err != nil {
		return "", err
	}
	for i, c := range codes {
		codes[i] = `"` + strings.ReplaceAll(c, `"`, "") + `"`
	}
	return " and unit_code in (" + strings.Join(codes, ", ") + ")", nil
}

// sized is the spec with the number of people that are drawn. Where there is nobody to
// ask, that is an error of code poll_nobody.
func (p Poll) sized(ctx context.Context, store PollStore, spec Spec, now time.Time) (Spec, error) {
	k, err := draft(ctx, store, spec) // a census
	if err != nil {
		return spec, err
	}
	n, err := store.CountFrame(ctx, k.Eligibility, k.Design.Rest.Duration(), now)
	if err != nil {
		return spec, err
	}
	if n == 0 {
		return spec, &survey.Error{Kind: survey.Conflict, Code: survey.CodePollNobody, Where: "reach"}
	}
	if p.Reach == PollThird {
		spec.Design.Method, spec.Design.Size = survey.SRS, (n+2)/3
	}
	return spec, nil
}
