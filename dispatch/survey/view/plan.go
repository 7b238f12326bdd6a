package view

import (
	"time"

	"canvass/dispatch/survey"
)

// Reach says whether a person can be contacted on a channel, and why not.
type Reach struct {
	Endpoint survey.EndpointID // 0 when there is none to use
	Reason   survey.Reason     // why not, when Endpoint is 0
}

// PlanOrder asks for planning.
type PlanOrder struct {
	CampaignID survey.CampaignID
	Now        time.Time // business time
	Limit      int       // invitations in one transaction
}

// PlanCase is what planning sees of one invitation.
type PlanCase struct {
	Invitation survey.Invitation
	Campaign   *survey.Campaign
	Attempts   []survey.Attempt
	Reach      map[survey.Channel]Reach
	Facts      survey.CaseFacts
	// Zone is the person's own (IANA name), empty if none is known.
	Zone string
	// Hours are those in which the person wants to be contacted.
	Hours survey.Hours
	// Others are the person's contacts by other campaigns in the last 30 days.
	Others []survey.Touch
}

// Plan is what planning decided for one invitation: contact it, look again
// later, or close the case.
type Plan struct {
	Contact *PlannedAttempt
	// LookAt is when to plan again; zero: when something happens to the case.
	LookAt time.Time
	// Close sets the final disposition.
	Close  survey.Disposition
	Reason survey.Reason
}

// PlannedAttempt is a new line of the outbound ledger.
type PlannedAttempt struct {
	Step     string
	Channel  survey.Channel
	Try      int
	Text     string // the wording, one of survey.StepTexts
	Sender   survey.SenderID
	Endpoint survey.EndpointID
	DueAt    time.Time
}

// OpenChunk is a chunk to be put on the queue.
type OpenChunk struct {
	ID         survey.ChunkID
	Generation int
}

// OpenNotice is a notice to be put on the queue.
type OpenNotice struct {
	ID         survey.NoticeID
	Generation int
}

// Unapplied is an inbox hint: a person with rows to apply and the oldest of
// these, or a stray row.
type Unapplied struct {
	InvitationID survey.InvitationID
	InboxID      survey.InboxID
}
