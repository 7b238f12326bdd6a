package view

import (
	"time"

	"canvass/dispatch/survey"
)

// Proposal is a campaign that is being made, as it is kept.
type Proposal struct {
	ID      survey.ProposalID
	Name    string // of the campaign to be; may be empty
	Title   string // in Vietnamese; may be empty
	State   survey.ProposalState
	Version int
	// Plan is what dispatch makes of it, in JSON; Hash its SHA-256 in hexadecimal.
	Plan []byte
	Hash string
	// Trial is the last dry run, of the plan with the hash TrialHash.
	Trial     []byte
	TrialHash string
	TrialAt   time.Time

	AskedBy      string
	AskedAt      time.Time
	Remarks      string // with which it came back
	ApprovedBy   string
	ApprovedAt   time.Time
	ApprovedHash string
	Outside      OutsideApproval // zero unless it was approved on paper
	// Of a launch that is ordered for StartsAt; Faults are why it was refused.
	StartsAt   time.Time
	OrderedBy  string
	OrderedAt  time.Time
	Faults     []survey.Fault
	CampaignID survey.CampaignID
	Campaign   string // name of the draft or the campaign, "" before there is one

	MadeBy, ChangedBy string
	MadeAt, ChangedAt time.Time
}

// OutsideApproval is an approval that stands on paper.
type OutsideApproval struct {
	Number string `json:"number,omitempty"` // of the document
	Date   string `json:"date,omitempty"`   // of the signature: 2006-01-02
	Name   string `json:"name,omitempty"`   // of who signed
}

// ProposalChange saves the plan of a proposal. It voids what was asked or approved.
type ProposalChange struct {
	ID      survey.ProposalID
	Version int // that was seen; another one is a Conflict
	Name    string
	Title   string
	Plan    []byte
	Hash    string
	Step    string // that was saved, for the record
	Actor   string
	Now     time.Time
}

// ProposalMove is one event of a proposal.
type ProposalMove struct {
	ID      survey.ProposalID
	Hash    string // of the plan as it was seen; another one is a Conflict
	Event   survey.ProposalEvent
	Actor   string
	Words   string // remarks
	Outside OutsideApproval
	Starts  time.Time // with order
	Now     time.Time
}

// ProposalTrial keeps a dry run with its proposal.
type ProposalTrial struct {
	ID    survey.ProposalID
	Trial []byte
	Hash  string // of the plan it is of
	At    time.Time
}

// ProposalDraft keeps the draft of a proposal as its plan is.
type ProposalDraft struct {
	ID       survey.ProposalID
	Hash     string // of the plan it is made of; another one is a Conflict
	Campaign survey.Campaign
	Actor    string
	Now      time.Time
}

// CampaignsPage asks for campaigns, the newest first.
type CampaignsPage struct {
	States []survey.CampaignState // empty: all
	Before survey.CampaignID      // 0: from the newest on
	Bound  bool                   // to Only
	Only   []string               // names
	Most   int
}

// CampaignLine is a campaign in one line.
type CampaignLine struct {
	ID                 survey.CampaignID
	Name               string
	Title              map[survey.Lang]string
	State              survey.CampaignState
	Questionnaire      string
	LaunchedAt, EndsAt time.Time
	Sample             int
}

// FrameOrder asks what a frame, and a sample from it, would be.
type FrameOrder struct {
	Freeze Freeze
	Draw   DrawOrder
	By     []string // fields to count by: unit, language, sex or an attribute
	Most   int      // people of whom each is told whether it is drawn; more: nobody is
}

// FrameLook is what a frame would be now.
type FrameLook struct {
	Frame       Frame
	Unreachable int // of the frame: without an address that works
	Strata      []StratumLook
	By          []FrameCount
	Refused     error // why the draw would be refused
}

// StratumLook is one stratum of a frame, and what would be drawn from it.
type StratumLook struct {
	Name string
	Size int
	Draw int
	// Drawn says of each person, in the order of ids, whether it is drawn; nil where
	// nobody is told.
	Drawn []bool
}

// FrameCount counts a frame by the values of a field, the largest first, at most
// thirty.
type FrameCount struct {
	Field  string
	Values []ValueCount
}

// ValueCount is a value and how many have it; "" are those without.
type ValueCount struct {
	Value string
	N     int
}
