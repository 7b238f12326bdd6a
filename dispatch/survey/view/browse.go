package view

import "canvass/dispatch/survey"

// Browse asks for a page of the contact list as staff look through it: by id, at most
// Limit people after After. Of its filter Search, SearchKey, Phones and Mail are not
// read; Words and Starts say what is looked for.
type Browse struct {
	ContactFilter
	// Words are words of a name, folded: all but the last are whole. Code is a code or
	// how one begins, in lower case. Starts are how an address begins. One of the three
	// is enough; with none everybody is meant.
	Words  []string
	Code   string
	Starts []AddressStart
	// Email and Mobile: has a live one.
	Email, Mobile bool
}

// Searches reports whether somebody is looked for by name, code or address.
func (b Browse) Searches() bool { return len(b.Words) > 0 || b.Code != "" || len(b.Starts) > 0 }

// AddressStart is how an address begins: a number in E.164, a mailbox in lower case.
type AddressStart struct {
	Kind survey.EndpointKind
	Text string
}

// Browsed is a page of the contact list.
type Browsed struct {
	Lines []ContactLine
	// Next is where the next page goes on, 0 after the last.
	Next survey.ContactID
	// Looked is how many contacts were looked at if the page ended for that, and not
	// because it was full: a rare thing is looked for in parts.
	Looked int
}
