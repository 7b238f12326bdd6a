package survey

// CampaignState is where one fielding stands.
type CampaignState string

// The campaign states.
const (
	// CampaignDraft is being prepared by staff; nothing is frozen. Staff move it on.
	CampaignDraft CampaignState = "draft"
	// CampaignReady is approved and waits for its start; the scheduler freezes and draws.
	CampaignReady CampaignState = "ready"
	// CampaignFielding contacts people; the scheduler plans, workers send.
	CampaignFielding CampaignState = "fielding"
	// CampaignPaused sends nothing beyond the batch in hand; replies are still taken.
	CampaignPaused CampaignState = "paused"
	// CampaignClosed has ended: every released invitation has its disposition.
	CampaignClosed CampaignState = "closed"
	// CampaignArchived can no longer be changed, reclassified included.
	CampaignArchived CampaignState = "archived"
)

// CampaignEvent moves a campaign.
type CampaignEvent string

// The campaign events.
const (
	CampaignApprove CampaignEvent = "approve"
	CampaignReturn  CampaignEvent = "return"
	CampaignLaunch  CampaignEvent = "launch"
	CampaignPause   CampaignEvent = "pause"
	CampaignResume  CampaignEvent = "resume"
	CampaignClose   CampaignEvent = "close"
	CampaignArchive CampaignEvent = "archive"
)

// CampaignMachine is the table of CampaignState.
func CampaignMachine() Machine[CampaignState, CampaignEvent] {
	return Machine[CampaignState, CampaignEvent]{
		Name: "campaign", Start: CampaignDraft,
		States: []CampaignState{CampaignDraft, CampaignReady, CampaignFielding, CampaignPaused, CampaignClosed, CampaignArchived},
		Moves: []Move[CampaignState, CampaignEvent]{
			{CampaignDraft, CampaignApprove, CampaignReady},
			{CampaignReady, CampaignReturn, CampaignDraft},
			{CampaignReady, CampaignLaunch, CampaignFielding},
			{CampaignFielding, CampaignPause, CampaignPaused},
			{CampaignPaused, CampaignResume, CampaignFielding},
			{CampaignFielding, CampaignClose, CampaignClosed},
			{CampaignPaused, CampaignClose, CampaignClosed},
			{CampaignClosed, CampaignArchive, CampaignArchived},
		},
	}
}

// EndEvent moves the end of a field period, in the states in which there is one
// to come: the campaign stays in its state.
type EndEvent string

// The events of an end.
const (
	EndExtend  EndEvent = "extend"  // later
	EndShorten EndEvent = "shorten" // earlier, and still to come
	EndNow     EndEvent = "end"     // at once
)

// CampaignRunning lists the states in which a campaign has a field period that
// can be moved, replicates to release, and people to answer.
func CampaignRunning() []CampaignState { return []CampaignState{CampaignFielding, CampaignPaused} }

// StaffActs lists what staff may do to a campaign in state s, by the commands.
func StaffActs(s CampaignState) []string {
	switch s {
	case CampaignDraft, CampaignReady:
		return []string{"launch", "set"}
	case CampaignFielding:
		return []string{"pause", "extend", "shorten", "close", "release", "resend", "set"}
	case CampaignPaused:
		return []string{"resume", "extend", "shorten", "close", "release", "resend", "set"}
	case CampaignClosed:
		return []string{"archive"}
	}
	return nil
}

// ReplicateState is where a random subsample stands.
type ReplicateState string

// The replicate states.
const (
	// ReplicateHeld is neither sample nor nonresponse; nobody in it is contacted.
	ReplicateHeld ReplicateState = "held"
	// ReplicateReleased is worked to the end of the protocol, always whole.
	ReplicateReleased ReplicateState = "released"
	// ReplicateExhausted has every invitation closed.
	ReplicateExhausted ReplicateState = "exhausted"
)

// ReplicateEvent moves a replicate.
type ReplicateEvent string

// The replicate events.
const (
	ReplicateRelease ReplicateEvent = "release"
	ReplicateExhaust ReplicateEvent = "exhaust"
)

// ReplicateMachine is the table of ReplicateState.
func ReplicateMachine() Machine[ReplicateState, ReplicateEvent] {
	return Machine[ReplicateState, ReplicateEvent]{
		Name: "replicate", Start: ReplicateHeld,
		States: []ReplicateState{ReplicateHeld, ReplicateReleased, ReplicateExhausted},
		Moves: []Move[ReplicateState, ReplicateEvent]{
			{ReplicateHeld, ReplicateRelease, ReplicateReleased},
			{ReplicateReleased, ReplicateExhaust, ReplicateExhausted},
		},
	}
}

// InvitationState is where one sampled unit's case stands.
type InvitationState string

// The invitation states.
const (
	// InvitationHeld belongs to a replicate that is not released.
	InvitationHeld InvitationState = "held"
	// InvitationOpen may be contacted; nothing answered yet. The protocol moves it.
	InvitationOpen InvitationState = "open"
	// InvitationStarted has a response begun. ingest moves it.
	InvitationStarted InvitationState = "started"
	// InvitationClosed has its final disposition, set exactly then.
	InvitationClosed InvitationState = "closed"
	// InvitationWithdrawn left before release; it has no disposition.
	InvitationWithdrawn InvitationState = "withdrawn"
)

// InvitationEvent moves an invitation.
type InvitationEvent string

// The invitation events.
const (
	InvitationRelease    InvitationEvent = "release"
	InvitationStart      InvitationEvent = "start"
	InvitationClose      InvitationEvent = "close"
	InvitationReclassify InvitationEvent = "reclassify"
	InvitationReopen     InvitationEvent = "reopen"
	InvitationWithdraw   InvitationEvent = "withdraw"
)

// InvitationMachine is the table of InvitationState.
func InvitationMachine() Machine[InvitationState, InvitationEvent] {
	return Machine[InvitationState, InvitationEvent]{
		Name: "invitation", Start: InvitationHeld,
		States: []InvitationState{InvitationHeld, InvitationOpen, InvitationStarted, InvitationClosed, InvitationWithdrawn},
		Moves: []Move[InvitationState, InvitationEvent]{
			{InvitationHeld, InvitationRelease, InvitationOpen},
			{InvitationHeld, InvitationWithdraw, InvitationWithdrawn},
			{InvitationOpen, InvitationStart, InvitationStarted},
			{InvitationOpen, InvitationClose, InvitationClosed},
			{InvitationStarted, InvitationClose, InvitationClosed},
			{InvitationClosed, InvitationReclassify, InvitationClosed},
			{InvitationClosed, InvitationReopen, InvitationOpen},
		},
	}
}

// AttemptState is where one outbound message stands, attempt and notice alike.
type AttemptState string

// The attempt states.
const (
	// AttemptQueued waits for its chunk; nothing has left.
	AttemptQueued AttemptState = "queued"
	// AttemptSending is claimed: it may be on the wire this very second.
	AttemptSending AttemptState = "sending"
	// AttemptSent was accepted by the provider.
	AttemptSent AttemptState = "sent"
	// AttemptDelivered was confirmed by the provider (not proof of reading).
	AttemptDelivered AttemptState = "delivered"
	// AttemptUndelivered was accepted and then not delivered, busy, or not answered.
	AttemptUndelivered AttemptState = "undelivered"
	// AttemptFailed was refused for good.
	AttemptFailed AttemptState = "failed"
	// AttemptUnknown may or may not have left. It is never resent blindly.
	AttemptUnknown AttemptState = "unknown"
	// AttemptCancelled was withdrawn before it left.
	AttemptCancelled AttemptState = "cancelled"
)

// AttemptEvent moves an attempt or a notice.
type AttemptEvent string

// The attempt events.
const (
	AttemptClaim     AttemptEvent = "claim"
	AttemptPutBack   AttemptEvent = "put_back"
	AttemptAccept    AttemptEvent = "accept"
	AttemptRefuse    AttemptEvent = "refuse"
	AttemptDefer     AttemptEvent = "defer"
	AttemptDoubt     AttemptEvent = "doubt"
	AttemptDeliver   AttemptEvent = "deliver"
	AttemptUndeliver AttemptEvent = "undeliver"
	AttemptCancel    AttemptEvent = "cancel"
	AttemptAbsent    AttemptEvent = "prove_absent"
	AttemptReturn    AttemptEvent = "return"
)

// AttemptMachine is the table of AttemptState. A callback may overtake the
// answer of the call that sent the message, so deliver and undeliver are
// allowed from sending too. A mail that comes back did leave, whatever was
// thought of it: one that waits to go once more does not.
func AttemptMachine() Machine[AttemptState, AttemptEvent] {
	return Machine[AttemptState, AttemptEvent]{
		Name: "attempt", Start: AttemptQueued,
		States: []AttemptState{AttemptQueued, AttemptSending, AttemptSent, AttemptDelivered,
			AttemptUndelivered, AttemptFailed, AttemptUnknown, AttemptCancelled},
		Moves: []Move[AttemptState, AttemptEvent]{
			{AttemptQueued, AttemptClaim, AttemptSending},
			{AttemptQueued, AttemptCancel, AttemptCancelled},
			{AttemptQueued, AttemptReturn, AttemptUndelivered},
			{AttemptSending, AttemptPutBack, AttemptQueued},
			{AttemptSending, AttemptDefer, AttemptQueued},
			{AttemptSending, AttemptCancel, AttemptCancelled},
			{AttemptSending, AttemptAccept, AttemptSent},
			{AttemptSending, AttemptRefuse, AttemptFailed},
			{AttemptSending, AttemptDoubt, AttemptUnknown},
			{AttemptSending, AttemptDeliver, AttemptDelivered},
			{AttemptSending, AttemptUndeliver, AttemptUndelivered},
			{AttemptSent, AttemptDeliver, AttemptDelivered},
			{AttemptSent, AttemptUndeliver, AttemptUndelivered},
			{AttemptSent, AttemptRefuse, AttemptFailed},
			{AttemptUnknown, AttemptAccept, AttemptSent},
			{AttemptUnknown, AttemptDeliver, AttemptDelivered},
			{AttemptUnknown, AttemptUndeliver, AttemptUndelivered},
			{AttemptUnknown, AttemptRefuse, AttemptFailed},
			{AttemptUnknown, AttemptAbsent, AttemptQueued},
		},
	}
}

// ResponseState is where one person's set of answers stands.
type ResponseState string

// The response states.
const (
	// ResponseStarted takes answers.
	ResponseStarted ResponseState = "started"
	// ResponseBrokenOff was left; a later answer takes it up again.
	ResponseBrokenOff ResponseState = "broken_off"
	// ResponseSubmitted is finished and counted.
	ResponseSubmitted ResponseState = "submitted"
	// ResponseVoided was taken out by staff or withdrawn by the person.
	ResponseVoided ResponseState = "voided"
)

// ResponseEvent moves a response.
type ResponseEvent string

// The response events.
const (
	ResponseBreakOff ResponseEvent = "break_off"
	ResponseResume   ResponseEvent = "resume"
	ResponseSubmit   ResponseEvent = "submit"
	ResponseVoid     ResponseEvent = "void"
)

// ResponseMachine is the table of ResponseState.
func ResponseMachine() Machine[ResponseState, ResponseEvent] {
	return Machine[ResponseState, ResponseEvent]{
		Name: "response", Start: ResponseStarted,
		States: []ResponseState{ResponseStarted, ResponseBrokenOff, ResponseSubmitted, ResponseVoided},
		Moves: []Move[ResponseState, ResponseEvent]{
			{ResponseStarted, ResponseBreakOff, ResponseBrokenOff},
			{ResponseBrokenOff, ResponseResume, ResponseStarted},
			{ResponseStarted, ResponseSubmit, ResponseSubmitted},
			{ResponseStarted, ResponseVoid, ResponseVoided},
			{ResponseBrokenOff, ResponseVoid, ResponseVoided},
			{ResponseSubmitted, ResponseVoid, ResponseVoided},
		},
	}
}

// HealthState is the circuit breaker of a sender.
type HealthState string

// The health states. Workers move it by what their messages meet.
const (
	// HealthClosed: the sender is well, and messages leave.
	HealthClosed HealthState = "closed"
	// HealthOpen: too many messages failed for a reason of the sender's; it rests.
	HealthOpen HealthState = "open"
	// HealthHalfOpen: one message tries whether the sender is well again.
	HealthHalfOpen HealthState = "half_open"
)

// HealthEvent moves the circuit breaker of a sender.
type HealthEvent string

// The health events.
const (
	HealthTrip    HealthEvent = "trip"
	HealthProbe   HealthEvent = "probe"
	HealthRecover HealthEvent = "recover"
)

// HealthMachine is the table of HealthState.
func HealthMachine() Machine[HealthState, HealthEvent] {
	return Machine[HealthState, HealthEvent]{
		Name: "sender_health", Start: HealthClosed,
		States: []HealthState{HealthClosed, HealthOpen, HealthHalfOpen},
		Moves: []Move[HealthState, HealthEvent]{
			{HealthClosed, HealthTrip, HealthOpen},
			{HealthOpen, HealthProbe, HealthHalfOpen},
			{HealthHalfOpen, HealthTrip, HealthOpen},
			{HealthHalfOpen, HealthRecover, HealthClosed},
		},
	}
}
