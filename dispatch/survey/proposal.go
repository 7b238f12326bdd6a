package survey

// ProposalID identifies a campaign that is being made.
type ProposalID int64

// ProposalState is where a campaign that is being made stands.
type ProposalState string

// The proposal states.
const (
	// ProposalWriting is being written; any change of another state leads back here.
	ProposalWriting ProposalState = "writing"
	// ProposalAsked waits for a second person, who approves it or returns it.
	ProposalAsked ProposalState = "asked"
	// ProposalReturned came back with remarks.
	ProposalReturned ProposalState = "returned"
	// ProposalApproved may be launched as it is, and only so.
	ProposalApproved ProposalState = "approved"
	// ProposalLaunched has its campaign in the field, or past it.
	ProposalLaunched ProposalState = "launched"
	// ProposalDropped is not held; it can be taken up again.
	ProposalDropped ProposalState = "dropped"
)

// ProposalStates lists every state of a proposal.
func ProposalStates() []ProposalState {
	return []ProposalState{ProposalWriting, ProposalAsked, ProposalReturned, ProposalApproved, ProposalLaunched, ProposalDropped}
}

// ProposalEvent is what somebody does to a proposal, beside changing it.
type ProposalEvent string

// The proposal events.
const (
	ProposalAsk     ProposalEvent = "ask"
	ProposalApprove ProposalEvent = "approve"
	ProposalReturn  ProposalEvent = "return"
	ProposalOrder   ProposalEvent = "order" // launch it when its time comes
	ProposalStop    ProposalEvent = "stop"  // and do not
	ProposalDrop    ProposalEvent = "drop"
	ProposalReopen  ProposalEvent = "reopen"
)

// Next is the state that an event leads to, and whether it may happen in s. What a
// second person has to have approved is not looked at here.
func (s ProposalState) Next(ev ProposalEvent) (ProposalState, bool) {
	open := s == ProposalWriting || s == ProposalAsked || s == ProposalReturned || s == ProposalApproved
	switch ev {
	case ProposalAsk:
		return ProposalAsked, s == ProposalWriting || s == ProposalReturned
	case ProposalApprove:
		return ProposalApproved, open && s != ProposalApproved
	case ProposalReturn:
		return ProposalReturned, s == ProposalAsked || s == ProposalApproved
	case ProposalOrder, ProposalStop:
		return s, open
	case ProposalDrop:
		return ProposalDropped, open
	case ProposalReopen:
		return ProposalWriting, s == ProposalDropped
	}
	return s, false
}
