package view

import "canvass/dispatch/survey"

// ContactFilter says which contacts to list.
type ContactFilter struct {
	// Search is looked for in names, folded by contactlist.SearchKey, and in
	// codes as it is.
	Search, SearchKey string
	Condition         survey.Condition
	WithLeft          bool             // those who left the network, too
	After             survey.ContactID // the last one of the page before
	Limit             int
}

// ContactLine is one contact in a listing.
type ContactLine struct {
	ID         survey.ContactID  `json:"id"`
	Code       string            `json:"code,omitempty"`
	Name       survey.PersonName `json:"name"`
	Unit       string            `json:"unit,omitempty"`
	Language   survey.Lang       `json:"language"`
	Attributes map[string]string `json:"attributes,omitempty"`
	Mail       bool              `json:"mail"`   // has a live mailbox
	Mobile     bool              `json:"mobile"` // has a live mobile
	Left       bool              `json:"left,omitempty"`
	Suppressed bool              `json:"suppressed,omitempty"` // on every channel
}

// Coverage says how the people of a list, or of one stratum of a frame, can be
// reached. Dead addresses do not count.
type Coverage struct {
	Stratum    string `json:"stratum,omitempty"`
	People     int    `json:"people"`
	Mail       int    `json:"mail"`
	Mobile     int    `json:"mobile"`
	Both       int    `json:"both"`
	Neither    int    `json:"neither"`
	Landline   int    `json:"landline"`   // of these, with a phone that takes calls only
	Shared     int    `json:"shared"`     // share a mailbox or phone with somebody
	Suppressed int    `json:"suppressed"` // not to be contacted on some channel, or any
}

// SharedAddress is a phone or mailbox of several contacts, without the address.
type SharedAddress struct {
	Kind     survey.EndpointKind `json:"kind"`
	Contacts []survey.ContactID  `json:"contacts"`
	Codes    []string            `json:"codes"` // in the same order, "" without one
}
