package console

import (
	"slices"
	"strings"

	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
)

// An account may be bound to some campaigns. Then any other campaign is not there for it,
// and what is of the whole house (the contact list, the inbox, new campaigns) is not for
// it either: to it a route belongs to one of its campaigns, or shows numbers, or keeps to
// v.sees by itself and is in openToBound.

// sees reports whether the campaign of that name is there for the visitor. Every list of
// campaigns, and of what belongs to them, asks.
func (v *visit) sees(campaign string) bool { return v.account.Sees(campaign) }

// openToBound lists routes of the whole house that ask v.sees themselves.
func openToBound() []string { return []string{"GET /results"} }

// otherNames begin the routes whose {name} is no campaign's.
func otherNames() []string { return []string{"/questionnaires/", "/series/", "/units/", "/topics/"} }

// ofCampaign reports whether the {name} of a pattern is a campaign's. What nobody thought
// of is one.
func ofCampaign(pattern string) bool {
	_, path, _ := strings.Cut(pattern, " ")
	return strings.Contains(path, "{name}") && !slices.ContainsFunc(otherNames(), func(p string) bool { return strings.HasPrefix(path, p) })
}

// reaches says why a route is not there for an account that is bound.
func (v *visit) reaches(to route) error {
	switch {
	case !v.account.Bound:
		return nil
	case ofCampaign(to.pattern):
		if !v.sees(v.r.PathValue("name")) {
			return &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound, Args: map[string]string{"name": v.r.PathValue("name")}}
		}
		return nil
	case to.right == staff.See || slices.Contains(openToBound(), to.pattern):
		return nil
	}
	return &survey.Error{Kind: survey.Forbidden, Code: survey.CodeNotYourRole}
}

// opens reports whether a door of the rail leads somewhere for the visitor.
func (v *visit) opens(d door) bool {
	return !v.account.Bound || d.right == staff.See || slices.Contains(openToBound(), "GET "+d.href)
}
