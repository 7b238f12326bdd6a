package survey

// Reason says why something was decided or happened. Every decision carries
// one; "why was this person not contacted" is answered by reading it.
type Reason string

// Reasons of the protocol, the gate, and outcomes.
const (
	ReasonDue           Reason = "due"             // the step is due now
	ReasonWait          Reason = "wait"            // not due yet
	ReasonWindow        Reason = "window"          // outside the hours of the channel
	ReasonHours         Reason = "hours"           // outside the hours that the person asked for
	ReasonCap           Reason = "cap"             // a cap on contacts is reached
	ReasonRate          Reason = "rate"            // the sender's pace is spent
	ReasonBudget        Reason = "budget"          // the budget is spent
	ReasonSenderCap     Reason = "sender_cap"      // the sender has sent its share of the day
	ReasonDestination   Reason = "destination"     // its mail server asks to slow down
	ReasonLeft          Reason = "left"            // left the network
	ReasonPaused        Reason = "paused"          // the campaign is paused
	ReasonHalted        Reason = "halted"          // the sender rests: too many failures, or staff said so
	ReasonEnded         Reason = "ended"           // the field period is over
	ReasonExhausted     Reason = "exhausted"       // no step is left
	ReasonCondition     Reason = "condition"       // the step is for cases that stand otherwise
	ReasonAnswered      Reason = "answered"        // a response was submitted
	ReasonStarted       Reason = "started"         // a response is under way
	ReasonRefused       Reason = "refused"         // declined this round
	ReasonOptedOut      Reason = "opted_out"       // asked for no more contacts
	ReasonSuppressed    Reason = "suppressed"      // on the do-not-contact list
	ReasonNoConsent     Reason = "no_consent"      // no basis for this channel
	ReasonNoEndpoint    Reason = "no_endpoint"     // no such address
	ReasonDeadEndpoint  Reason = "dead_endpoint"   // the address is dead
	ReasonShared        Reason = "shared_endpoint" // another open case uses the address
	ReasonConversation  Reason = "conversation"    // an SMS conversation is open with this phone
	ReasonInFlight      Reason = "in_flight"       // an earlier contact has no outcome yet
	ReasonClosed        Reason = "closed"          // the case has its disposition
	ReasonWrongPerson   Reason = "wrong_person"    // the number belongs to someone else
	ReasonHandedOver    Reason = "handed_over"     // the provider took it
	ReasonLease         Reason = "lease_lost"      // its worker vanished
	ReasonDeadline      Reason = "send_before"     // too late to send within the claim
	ReasonTemporary     Reason = "temporary"       // the provider asks to try later
	ReasonThrottled     Reason = "throttled"       // the provider asks to slow down
	ReasonPermanent     Reason = "permanent"       // refused for good
	ReasonConfig        Reason = "config"          // our own set-up is wrong
	ReasonInDoubt       Reason = "in_doubt"        // may or may not have left
	ReasonFound         Reason = "found"           // the listing or a callback proved it left
	ReasonAbsent        Reason = "absent"          // the listing proved it never left
	ReasonResend        Reason = "resend"          // in doubt, and sent once more by policy
	ReasonBusy          Reason = "busy"            // line busy
	ReasonNoAnswer      Reason = "no_answer"       // nobody picked up
	ReasonMachine       Reason = "machine"         // an answering machine, or nobody pressed a key
	ReasonUnreachable   Reason = "unreachable"     // switched off or out of reach
	ReasonBounce        Reason = "bounce"          // the mail came back: no such mailbox
	ReasonSoftBounce    Reason = "soft_bounce"     // the mail came back for now: the mailbox is full, its server away
	ReasonFiltered      Reason = "filtered"        // the carrier or the mail server filtered it
	ReasonDelayed       Reason = "delayed"         // the mail is still on its way
	ReasonComplaint     Reason = "complaint"       // reported as spam by who got it
	ReasonAutoReply     Reason = "auto_reply"      // a machine answered, such as a holiday notice
	ReasonMailReply     Reason = "mail_reply"      // a person wrote a mail
	ReasonHungUp        Reason = "hung_up"         // the call ended before the end
	ReasonOurSide       Reason = "our_side"        // the call was taken, and we could not go on with it
	ReasonSubmitted     Reason = "submitted"       // all was answered and sent
	ReasonStaff         Reason = "staff"           // a member of staff decided
	ReasonTriesSpent    Reason = "tries_spent"     // temporary refusals used up the tries
	ReasonUnknownSender Reason = "unknown_sender"  // nobody on the list has this number
	ReasonDuplicate     Reason = "duplicate"       // it was applied before
	ReasonLate          Reason = "late"            // it came after the end
	ReasonInvalid       Reason = "invalid"         // it could not be understood
	ReasonUnmatched     Reason = "unmatched"       // it speaks of no message of ours
	ReasonMissed        Reason = "missed"          // nobody was there to start it in time
	ReasonSuperseded    Reason = "superseded"      // a later wave is held in its place
	ReasonNotUnderstood Reason = "not_understood"  // a reply that staff must read
	ReasonEraseAsked    Reason = "erase_asked"     // the person asks to be erased
	ReasonAnonymous     Reason = "anonymous"       // nobody knows which answers are the person's
	ReasonForStaff      Reason = "for_staff"       // said to the office, not to the survey
	ReasonStale         Reason = "stale"           // somebody was faster, or it is over
	ReasonResting       Reason = "resting"         // invited too short a time ago
)
