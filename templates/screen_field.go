package templates

import "time"

// The screens of campaigns in the field.

// Campaign is one campaign while it runs, and after.
type Campaign struct {
	Shell
	Name, Title, Href, State, Purpose, Level string
	Launched, Ends                           time.Time
	Counted                                  time.Time // when the figures were counted
	Done, Begun, Refused                     Figure
	Rate                                     float64
	Spent, Budget                            int64
	Expected                                 int64 // with what waits now; 0: nothing waits
	Needs                                    []Need
	Counting                                 bool // there are no figures yet
	Course                                   Course
	Strata                                   []StratumLine
	All                                      StratumLine
	Attempts                                 []AttemptLine
	Channels                                 []string
	Reasons                                  []ReasonLine
	Cross                                    Cross
	Notices                                  []AttemptLine // our answers, by NoticeChannels
	NoticeChannels                           []string
	NoticesElsewhere                         int // to whoever has no case here
	Replicates                               []ReplicateLine
	Senders                                  []SenderLine
	Waits                                    []WaitLine
	Finish                                   time.Time
	Moves                                    []Move            // what may be done now
	Resend                                   bool              // may be asked for
	Results                                  bool              // may be looked at
	Wrong, Move                              string            // why a move was refused, and which
	Words                                    string            // what was typed as its reason
	Typed                                    map[string]string // and in its other fields
}

func (Campaign) file() string { return "campaign" }

// Offered reports whether the move that was refused is one of those on the screen: its
// form says why then.
func (c Campaign) Offered() bool {
	for _, m := range c.Moves {
		if m.Key == c.Move {
			return true
		}
	}
	return false
}

// Figure is a number; Href leads to the people behind it, and is empty for who may not
// see them.
type Figure struct {
	N    int
	Href string
}

// Move is something that can be done with a campaign, and in numbers what it would do.
type Move struct {
	Key    string // sentences [move.KEY], [move.KEY.more]
	Open   int    // cases that are open
	Queued int    // contacts that wait
	Begun  int    // who is answering
	Held   []ReplicateLine
	Rate   string // messages a second, as it is typed
	Budget int64
	Sure   string // is typed to confirm; empty: nothing is
}

// ModeLine is how many responses one way of answering brought.
type ModeLine struct {
	Mode string
	N    int
}

// StratumLine is one stratum: its cases, each in one column. Over has all that are closed
// without an answer, of whom Refused said no.
type StratumLine struct {
	Name                                           string
	Sample, Submitted, Begun, Waits, Refused, Over int
	Behind                                         string // address of its people; empty: not shown
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

// In is the number of the cases of a part, with its people.
func (s StratumLine) In(part string) Figure {
	n := map[string]int{"invited": s.Sample, "done": s.Submitted, "begun": s.Begun, "waits": s.Waits, "refused": s.Refused, "over": s.Over - s.Refused}[part]
	if s.Behind == "" {
		return Figure{N: n}
	}
	return Figure{N: n, Href: s.Behind + "&part=" + part}
}

// AttemptLine is one state of attempts, by channel in the order of Campaign.Channels.
type AttemptLine struct {
	State string
	Cells []Figure
	Sum   Figure
}

// Cross is what was done in every stratum by every channel, and what came back by every
// mode.
type Cross struct {
	Channels, Modes []string
	Rows            []CrossRow
}

// CrossRow is one stratum.
type CrossRow struct {
	Name      string
	Cells     []CrossCell
	Responses []int
}

// CrossCell counts the contacts of a stratum by a channel, and those that arrived.
type CrossCell struct{ Of, Delivered Figure }

// ReasonLine is why contacts did not arrive, did not leave or were withdrawn.
type ReasonLine struct {
	State, Reason string
	Of            Figure
}

// ReplicateLine is one random part of the sample.
type ReplicateLine struct {
	Number int
	State  string
	Of     Figure
}

// SenderLine is one sender by which the campaign sends.
type SenderLine struct {
	Name, Channel, State, Reason, Code string
	Since, Until, Last                 time.Time
	Waiting, Taken, DayCap             int
}

// WaitLine is why something that is queued does not leave now.
type WaitLine struct {
	Why        string
	Of         Figure
	Next, Last time.Time
}

// Behind are the people behind a number of a campaign.
type Behind struct {
	Shell
	Title, Href string // of the campaign
	Of          string // "cases", "attempts", "notices", "arrivals"
	// What is asked for, as codes; empty is not asked.
	Part, Case, Disposition, Channel, Step, State, Reason, Why, Arrival string
	NoReason                                                            bool
	Stratum                                                             string
	Replicate                                                           string
	Kept                                                                string // confidentiality
	Lines                                                               []BehindLine
	N                                                                   int // of all pages; -1: not counted
	After                                                               bool
	First, Next                                                         string // addresses
}

func (Behind) file() string { return "field-people" }

// BehindLine is one of what is counted, and whose it is.
type BehindLine struct {
	ID                                   int64
	Code, Name, Unit                     string
	Case, Disposition, Stratum           string
	Channel, Step, State, Reason, Detail string
	Try                                  int
	At                                   time.Time
}

// Doubts are the messages of a campaign of which nobody can tell whether they left.
type Doubts struct {
	Shell
	Title, Href string // of the campaign
	Lines       []DoubtRow
	N           int // that wait for staff
	Looked      int // that are looked for at the provider
	Words       string
	Wrong       string
	Meanwhile   int // that were settled by somebody else
	// What is about to be recorded, asked once more.
	Ask    bool
	Sent   bool
	All    bool
	Chosen []ChannelLine
	Refs   []string
}

func (Doubts) file() string { return "field-doubts" }

// DoubtRow is one message in doubt.
type DoubtRow struct {
	Ref, Contact, Channel, Step, Finding, Code string
	ContactID                                  int64
	Try, Looks                                 int
	At                                         time.Time
	Chosen                                     bool
}

// ChannelLine counts messages of one channel.
type ChannelLine struct {
	Channel string
	N       int
}

// Resend asks for the last contact of some people to be made again.
type Resend struct {
	Shell
	Title, Href string // of the campaign
	Groups      []string
	To, Words   string
	Wrong       string
	// What it would do, counted.
	Ask      bool
	People   int
	Planned  int
	Channels []ChannelLine
	Reopened int
	Left     []ReasonLine
}

func (Resend) file() string { return "field-resend" }
