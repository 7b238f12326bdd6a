package survey

import "time"

// Disposition is the final code of an invitation, as AAPOR Standard
// Definitions (9th ed. 2016) number it.
type Disposition string

// The dispositions in use; labels live in templates. What leads to each stands
// in dispatch/disposition.
const (
	Complete          Disposition = "1.1"
	PartialSufficient Disposition = "1.2"
	RefusalByOther    Disposition = "2.111"
	RefusalByPerson   Disposition = "2.112"
	LoggedOnOnly      Disposition = "2.1121"
	BreakOff          Disposition = "2.12"
	NonContact        Disposition = "2.20"
	NonContactMachine Disposition = "2.221" // a machine, and nothing left on it
	NonContactMessage Disposition = "2.222" // a machine, which has our message
	Away              Disposition = "2.25"
	NotReturnedInTime Disposition = "2.27"
	Deceased          Disposition = "2.31"
	Unable            Disposition = "2.32"
	OtherLanguage     Disposition = "2.33"
	ReadingOrHearing  Disposition = "2.34"
	PlaceOrActivity   Disposition = "2.35"
	WrongPerson       Disposition = "2.36"
	OtherEligible     Disposition = "2.90"
	NothingSent       Disposition = "3.11"
	Busy              Disposition = "3.12"
	NoAnswer          Disposition = "3.13"
	MachineOfUnknown  Disposition = "3.14"
	CallBarred        Disposition = "3.15"
	CallFailed        Disposition = "3.16"
	NothingReturned   Disposition = "3.19"
	Undelivered       Disposition = "3.30"
	ScreenedOut       Disposition = "4.10"
	Duplicate         Disposition = "4.81"
	NotEligible       Disposition = "4.90"
)

// Dispositions lists every code, highest precedence first: the mixed-mode
// precedence of methodology §7. Where that names a family only, its members
// stand so that what tells more about the person comes first; 4.90 stands with
// the other codes of not belonging to the frame.
func Dispositions() []Disposition {
	return []Disposition{Complete, PartialSufficient, ScreenedOut, Duplicate, NotEligible, RefusalByPerson, RefusalByOther,
		BreakOff, Deceased, Unable, OtherLanguage, ReadingOrHearing, PlaceOrActivity, WrongPerson, OtherEligible, LoggedOnOnly,
		NotReturnedInTime, Away, NonContactMessage, NonContactMachine, NonContact,
		NothingReturned, MachineOfUnknown, NoAnswer, Busy, CallFailed, CallBarred, Undelivered, NothingSent}
}

// CaseFacts is what is known of one invitation when its disposition is set:
// the fold of its events.
type CaseFacts struct {
	Sent        int // contacts handed to a provider, or that may have been
	Undelivered int // of these, the ones proved not to have arrived for good
	// Unmet are the ones, of those sent, that were calls which met nobody; the
	// flags say how those ended. What is neither undelivered nor unmet may have
	// arrived.
	Unmet       int
	Busy        bool // a line was busy
	NoAnswer    bool // a telephone rang, and nobody picked up
	Machine     bool // a call was answered, and no key was ever pressed
	MessageLeft bool // and that call was spoken to its end: the machine has it
	CallFailed  bool // a telephone was switched off or out of reach, or the line failed
	CallBarred  bool // a call was not put through: blocked by the network or the number

	Human      bool // a person acted before the end: pressed Begin, a key, or texted
	Submitted  bool // sent off before the end
	Late       bool // what a person wrote or sent off came after the end
	Applicable int  // questions on the person's path that count
	Answered   int  // of these, with a value or a given missing reason
	// KeyAnswered says that every key item is answered.
	KeyAnswered bool
	Refused     bool // declined this round, or asked for no more contacts
	ByOther     bool // the refusal came from someone else
	// WrongPerson says that whoever has one of the person's addresses is somebody
	// else.
	WrongPerson bool
}

// EventKind names a thing that happened to an invitation or an attempt beyond
// the happy path, or that staff did.
type EventKind string

// The event kinds.
const (
	EventCampaignMoved    EventKind = "campaign_moved"
	EventProtocolLoosened EventKind = "protocol_loosened"
	EventFrameFrozen      EventKind = "frame_frozen"
	EventSampleDrawn      EventKind = "sample_drawn"
	EventAttemptPutBack   EventKind = "attempt_put_back"
	EventAttemptDeferred  EventKind = "attempt_deferred"
	EventAttemptCancelled EventKind = "attempt_cancelled"
	EventAttemptUnknown   EventKind = "attempt_unknown"
	EventAttemptResolved  EventKind = "attempt_resolved"
	EventAttemptFailed    EventKind = "attempt_failed"
	EventInvitationClosed EventKind = "invitation_closed"
	EventReclassified     EventKind = "invitation_reclassified"
	EventReopened         EventKind = "invitation_reopened" // closed in silence, and contacted again because staff ask
	EventCoded            EventKind = "invitation_coded"    // staff set its disposition
	EventRefused          EventKind = "refused"
	EventOptedOut         EventKind = "opted_out"
	EventOptedIn          EventKind = "opted_in"
	EventHoursSaid        EventKind = "hours_said" // when the person wants to be contacted
	EventWrongPerson      EventKind = "wrong_person"
	EventHumanEvidence    EventKind = "human_evidence"
	EventAnswered         EventKind = "answered" // answers of a closed case that change its disposition
	EventSubmitted        EventKind = "submitted"
	EventReleased         EventKind = "released" // the last anonymous answers of a campaign, at its end
	EventEndpointDead     EventKind = "endpoint_dead"
	EventStaffNote        EventKind = "staff_note"
	EventSenderHalted     EventKind = "sender_halted"
	EventSenderResumed    EventKind = "sender_resumed"
	EventSeriesMoved      EventKind = "series_moved"
	EventWaveMoved        EventKind = "wave_moved"
)

// Event is one line of the record beside the time columns of the ledgers.
type Event struct {
	Kind         EventKind
	At           time.Time // business time
	CampaignID   CampaignID
	InvitationID InvitationID
	AttemptID    AttemptID
	Actor        string // staff login, "scheduler", "worker", "respondent"
	Reason       Reason
	Args         map[string]string // never personal
}

// WithAttempts is f with what these attempts say in the place of what it had
// from others.
func (f CaseFacts) WithAttempts(attempts ...Attempt) CaseFacts {
	f.Sent, f.Undelivered, f.Unmet = 0, 0, 0
	f.Busy, f.NoAnswer, f.Machine, f.CallFailed, f.CallBarred = false, false, false, false, false
	for _, a := range attempts {
		f.AddAttempt(a)
	}
	return f
}

// AddAttempt folds one attempt of the outbound ledger into the facts. One that
// never left (queued, cancelled, or failed by our own fault) adds nothing; one
// that is being sent this second may have left.
func (f *CaseFacts) AddAttempt(a Attempt) {
	switch a.State {
	case AttemptSending, AttemptSent, AttemptDelivered, AttemptUnknown:
		f.Sent++
	case AttemptUndelivered, AttemptFailed:
		if ours := a.Reason == ReasonConfig || a.Reason == ReasonStaff; ours && a.SentAt.IsZero() {
			return
		}
		f.Sent++
		f.cameBack(a)
	}
}

// cameBack folds an attempt that ended badly. A call that somebody took and
// broke off did meet a person; one that was taken and that we could not go on
// with may have.
func (f *CaseFacts) cameBack(a Attempt) {
	call := a.Channel == Call
	met := a.Reason == ReasonHungUp || a.Reason == ReasonOurSide
	switch {
	case met:
		return
	case a.Reason == ReasonMachine:
		f.Machine = true
	case a.Reason == ReasonNoAnswer:
		f.NoAnswer = true
	case a.Reason == ReasonBusy:
		f.Busy = true
	case call && (a.Reason == ReasonUnreachable || a.Reason == ReasonTemporary):
		f.CallFailed = true
	case call && (a.Reason == ReasonFiltered || a.Reason == ReasonPermanent):
		f.CallBarred = true
	default:
		f.Undelivered++
		return
	}
	f.Unmet++
}
