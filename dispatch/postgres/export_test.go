package postgres

import (
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// Eligible is the SQL of a condition over contact c, with its parameters.
func Eligible(c survey.Condition) (string, []any) {
	e := eligible{}
	return e.where(c), e.args
}

// FreezeQuery and ExcludedQuery are what freezing a frame runs.
func FreezeQuery(f view.Freeze) (string, []any)        { return freezeQuery(f) }
func ExcludedQuery(c survey.Condition) (string, []any) { return excludedQuery(c) }
