package templates

import "time"

// The screens of the console.

// SignIn asks who somebody is.
type SignIn struct {
	Shell
	Login string // what was typed
	Next  string // where to go then
	Wrong string // why it was refused
	Keys  bool   // passkeys work at this address
}

func (SignIn) file() string { return "signin" }

// Join makes the account of an invitation.
type Join struct {
	Shell
	Self        string
	Gives       string // role
	Login, Name string // what was typed
	Wrong       string // why it was refused
	Field       string // which field it is about: "login", "name", "password"
	Least       int    // characters of a password
}

func (Join) file() string { return "join" }

// Trouble says that a page is not there, is not for this role, or cannot be shown now.
type Refusal struct {
	Shell
	Head string // key of the sentence
	Why  string
	Back string
}

func (Refusal) file() string { return "refusal" }

// Home is what needs a person, and the campaigns in the field.
type Home struct {
	Shell
	Needs   []Need
	Fields  []Fielding // in the field or paused
	Rest    []Listed   // drafts, closed, archived
	Series  []SeriesLine
	Conduct bool // the visitor may make campaigns
}

func (Home) file() string { return "home" }

// Need is something that only a person can settle.
type Need struct {
	Count int
	Key   string // sentences [need.KEY], [need.KEY.more]
	Where string // title of the campaign, may be empty
	Href  string // empty: said only
	Bad   bool
}

// Fielding is a campaign in the field in one line.
type Fielding struct {
	Title, Href, State string
	Line               StratumLine // the whole sample
	Rate               float64     // AAPOR RR1
	Ends               time.Time
	Left               int  // days until then
	Counting           bool // there are no figures yet
}

// Listed is another campaign.
type Listed struct {
	Title, Href, State string
	At                 time.Time // end or creation
}
