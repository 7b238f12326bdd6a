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
	Plan           *PollPlan
	Second         bool // a second person has to approve it
}

func (Urgent) file() string { return "urgent" }

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
