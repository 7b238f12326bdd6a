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
	Needs  []Need
	Fields []Fielding // in the field or paused
	Rest   []Listed   // drafts, closed, archived
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
	Left               int // days until then
}

// Listed is another campaign.
type Listed struct {
	Title, Href, State string
	At                 time.Time // end or creation
}

// Campaign is one campaign while it runs, and after.
type Campaign struct {
	Shell
	Title, Href, State, Purpose, Level string
	Launched, Ends                     time.Time
	Stopped                            int
	Rate                               float64
	Spent, Budget                      int64
	Needs                              []Need
	Modes                              []ModeLine
	Strata                             []StratumLine
	All                                StratumLine
	Attempts                           []AttemptLine
	Channels                           []string
	Senders                            []SenderLine
	Waits                              []WaitLine
	Finish                             time.Time
	Moves                              []string // what may be done now: "pause", "resume", "extend", "close"
	Wrong, Move                        string   // why a move was refused, and which
	Words                              string   // what was typed as its reason
}

func (Campaign) file() string { return "campaign" }

// May reports whether a move can be made.
func (c Campaign) May(move string) bool {
	for _, m := range c.Moves {
		if m == move {
			return true
		}
	}
	return false
}

// ModeLine is how many responses one way of answering brought.
type ModeLine struct {
	Mode string
	N    int
}

// StratumLine is one stratum: its cases, each in one column.
type StratumLine struct {
	Name                                  string
	Sample, Submitted, Begun, Waits, Over int
}

// From is where a part of the bar begins: what waits (2), what is over (3).
func (s StratumLine) From(part int) string {
	n := s.Submitted + s.Begun
	if part > 2 {
		n += s.Waits
	}
	return wide(n, s.Sample)
}

// Rate is the share of the cases that were submitted.
func (s StratumLine) Rate() float64 {
	if s.Sample == 0 {
		return 0
	}
	return float64(s.Submitted) / float64(s.Sample)
}

// AttemptLine is one state of attempts, by channel in the order of Campaign.Channels.
type AttemptLine struct {
	State string
	N     []int
	Sum   int
}

// SenderLine is one sender by which the campaign sends.
type SenderLine struct {
	Name, Channel, State, Reason string
	Until                        time.Time
}

// WaitLine is why something that is queued does not leave now.
type WaitLine struct {
	Why     string
	N       int
	Next    time.Time
	Pending bool
}
