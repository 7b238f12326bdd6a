package view

import (
	"time"

	"canvass/dispatch/survey"
)

// Edited is what becomes of one contact that staff correct: decided by dispatch on what
// stands under lock, written in one transaction.
type Edited struct {
	Contact   survey.Contact // its endpoints are not read
	SearchKey string
	// Corrected is what lists say that staff know better, by field.
	Corrected map[string]string
	// Fields name what changed, for the record.
	Fields []string
	// Add are addresses that come before the others of their kind, the last one first;
	// Retire are used no more, Revive are used again.
	Add            []survey.Endpoint
	Retire, Revive []survey.EndpointID
}

// EditOrder asks for one contact to be corrected.
type EditOrder struct {
	ContactID survey.ContactID
	Seen      time.Time // when it had been changed last, as staff saw it; zero: whenever
	Reason    string
	Actor     string
	Now       time.Time // business time
}

// Correct notes that staff wrote to where from stood. What lists said first is
// what they will say again; who takes a correction back believes lists again.
func (e *Edited) Correct(field, from, to string) {
	e.Fields = append(e.Fields, field)
	said, was := e.Corrected[field]
	switch {
	case was && said == to:
		delete(e.Corrected, field)
	case !was && from != "":
		e.Corrected[field] = from
	}
}
