package templates

import "time"

// Urgent asks one question at once: a form, and when Plan is there its preview.
type Urgent struct {
	Shell
	Name, Question string
	Most           int // letters of the question
	Opinion        bool
	Sort, Reach    string
	Sorts, Reaches []string
	Hours          int
	Lasting        []int
	Wrong          []string
	Areas          []PollArea // none: no units are stored
	Area, AreaName string     // that was chosen; empty is everywhere
	Plan           *PollPlan
	// Under is what is being worked out: "preview" or "launch"; Seen is how many messages
	// were looked at, Waited for how many seconds it has gone on.
	Under        string
	Seen, Waited int
	Second       bool // a second person has to approve it
}

func (Urgent) file() string { return "urgent" }

// PollArea is a unit to choose.
type PollArea struct {
	Code, Name string
	Depth      string // marks of how deep it is
}

// PollPlan is what a poll would do.
type PollPlan struct {
	People, Frame int
	Cost          int64 // đồng
	Ends          time.Time
	Others        int // campaigns in the field
	Steps         []PlannedStep
	Never         []NeverLine
	Samples       []SampleText
	Expected      int // people who may answer
	Seen          SeenRate
}

// PlannedStep is one step of a protocol: how many contacts, from when to when.
type PlannedStep struct {
	Channel     string
	N           int
	First, Last time.Time
}

// SampleText is a message as somebody gets it who does not exist.
type SampleText struct {
	Channel, Subject, Body string
	Segments               int // of a text
}
