package console

import (
	"slices"

	"canvass/dispatch/staff"
)

// Route is one line of the table.
type Route struct {
	Pattern string
	Right   staff.Right
}

// Routes are all lines of the table.
func Routes() []Route {
	var out []Route
	for _, r := range table() {
		out = append(out, Route{r.pattern, r.right})
	}
	return out
}

// OpenToBound reports whether a route asks v.sees itself.
func OpenToBound(pattern string) bool { return slices.Contains(openToBound(), pattern) }

// APIRoutes are all lines of the table for programs.
func APIRoutes() []Route {
	var out []Route
	for _, r := range apiTable() {
		out = append(out, Route{r.pattern, r.right})
	}
	return out
}
