package view

import (
	"time"

	"canvass/dispatch/survey"
)

// PersonHistory is what passed between the office and one person, with the contacts that
// were merged into them. Of campaigns that keep names apart from answers it has neither
// answers nor words.
type PersonHistory struct {
	Cases []PersonCase  // the newest first
	Lines []HistoryLine // the newest first, at most HistoryMost
	// Burden is what left for them since the time that was asked for, Surveys in how
	// many campaigns, Answered how many of these they answered.
	Burden            []ChannelCount
	Surveys, Answered int
}

// HistoryMost is how many lines of each kind a history has at most.
const HistoryMost = 200

// ChannelCount is a number by channel.
type ChannelCount struct {
	Channel survey.Channel
	N       int
}

// PersonCase is the standing of one person in one campaign.
type PersonCase struct {
	ID            survey.InvitationID
	CampaignID    survey.CampaignID
	Campaign      string // name
	Title         map[survey.Lang]string
	CampaignState survey.CampaignState
	Level         survey.Confidentiality
	Questionnaire survey.QuestionnaireID
	State         survey.InvitationState
	Disposition   survey.Disposition
	ClosedAt      time.Time
	TokenKey      string // with which its link was made; empty: it has none
	TokenVersion  int
	// Answers are those of an identified campaign; Response says how they stand.
	Answers    []PersonAnswer
	Response   survey.ResponseState
	Mode       survey.Mode
	AnsweredAt time.Time // submitted, else the last answer
}

// PersonAnswer is the answer to one question.
type PersonAnswer struct {
	Question string
	Answer   survey.Answer
	At       time.Time
	By       string // of staff who took it from the person's words
}

// HistoryKind is what a line of a history is about.
type HistoryKind string

// The kinds of lines.
const (
	HistoryContact HistoryKind = "contact" // an attempt: we wrote or called
	HistoryReply   HistoryKind = "reply"   // they wrote, or something came back
	HistoryNotice  HistoryKind = "notice"  // what answered it
	HistoryAct     HistoryKind = "act"     // what staff did
)

// HistoryLine is one thing that happened.
type HistoryLine struct {
	Kind     HistoryKind
	At       time.Time
	Campaign string // name, may be empty
	Channel  survey.Channel
	Step     string // of a contact
	Try      int
	State    survey.AttemptState // of a contact or a notice
	Reason   survey.Reason
	Address  string // of a contact
	What     string // of a reply the kind of arrival, of an act its word
	Words    string // as they were written; empty where they are kept apart
	Apart    bool   // there are words, which are kept apart
	Actor    string // of an act
	Due      bool   // At is when it is due
	// Merge is the merge that an act made, or took back (Undoes); Other is who went. Stands: it
	// was not taken back, and what takes it back is kept.
	Merge          int64
	Other          survey.ContactID
	Undoes, Stands bool
}
