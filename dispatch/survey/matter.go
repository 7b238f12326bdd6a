package survey

// MatterID identifies one matter.
type MatterID int64

// A matter is something that a person of the office must read: words that no
// program settles. Each hangs on the arrival that brought them.

// MatterKind says what came.
type MatterKind string

// The kinds of matters.
const (
	MatterUnread    MatterKind = "unread"    // a reply that was not understood, or did nothing
	MatterOpinion   MatterKind = "opinion"   // of their own accord
	MatterCallback  MatterKind = "callback"  // asks to be called
	MatterWho       MatterKind = "who"       // asks who we are
	MatterLate      MatterKind = "late"      // came after the end, or after the case was closed
	MatterStranger  MatterKind = "stranger"  // from nobody on the list
	MatterNetwork   MatterKind = "network"   // from an operator or a shop; it cannot be answered
	MatterMail      MatterKind = "mail"      // somebody wrote a mail
	MatterComplaint MatterKind = "complaint" // about the survey itself, as staff found
)

// MatterKinds lists every kind.
func MatterKinds() []MatterKind {
	return []MatterKind{MatterComplaint, MatterUnread, MatterOpinion, MatterCallback, MatterWho, MatterLate, MatterStranger, MatterNetwork, MatterMail}
}

// MatterState is where a matter stands.
type MatterState string

// The matter states. Staff move it; an erasure takes it away.
const (
	// MatterNew waits to be read.
	MatterNew MatterState = "new"
	// MatterAssigned was taken as the answer to a question of a campaign.
	MatterAssigned MatterState = "assigned"
	// MatterAnswered was written back to.
	MatterAnswered MatterState = "answered"
	// MatterDone was settled otherwise, or needs nothing.
	MatterDone MatterState = "done"
)

// MatterEvent moves a matter.
type MatterEvent string

// The matter events.
const (
	MatterAssign MatterEvent = "assign"
	MatterAnswer MatterEvent = "answer"
	MatterFinish MatterEvent = "finish"
	// MatterReopen undoes: what was assigned is taken back, what was written stays.
	MatterReopen MatterEvent = "reopen"
)

// MatterMachine is the table of MatterState.
func MatterMachine() Machine[MatterState, MatterEvent] {
	return Machine[MatterState, MatterEvent]{
		Name: "matter", Start: MatterNew,
		States: []MatterState{MatterNew, MatterAssigned, MatterAnswered, MatterDone},
		Moves: []Move[MatterState, MatterEvent]{
			{MatterNew, MatterAssign, MatterAssigned},
			{MatterNew, MatterAnswer, MatterAnswered},
			{MatterNew, MatterFinish, MatterDone},
			{MatterAnswered, MatterAnswer, MatterAnswered},
			{MatterAnswered, MatterFinish, MatterDone},
			{MatterAssigned, MatterReopen, MatterNew},
			{MatterAnswered, MatterReopen, MatterNew},
			{MatterDone, MatterReopen, MatterNew},
		},
	}
}
