package survey

import "time"

// Disposition is the final code of an invitation, as AAPOR Standard
// Definitions (9th ed. 2016) number it.
type Disposition string

// The dispositions in use; labels live in templates.
const (
	Complete          Disposition = "1.1"
	PartialSufficient Disposition = "1.2"
	RefusalByOther    Disposition = "2.111"
	RefusalByPerson   Disposition = "2.112"
	LoggedOnOnly      Disposition = "2.1121"
	BreakOff          Disposition = "2.12"
	NonContact        Disposition = "2.20"
	NonContactMachine Disposition = "2.221"
	NotReturnedInTime Disposition = "2.27"
	WrongPerson       Disposition = "2.36"
	NothingSent       Disposition = "3.11"
	Busy              Disposition = "3.12"
	NoAnswer          Disposition = "3.13"
	NothingReturned   Disposition = "3.19"
	Undelivered       Disposition = "3.30"
	ScreenedOut       Disposition = "4.10"
	Duplicate         Disposition = "4.81"
	NotEligible       Disposition = "4.90"
)

// Dispositions lists every code, highest precedence first (mixed-mode
// precedence of methodology §7).
func Dispositions() []Disposition {
	return []Disposition{Complete, PartialSufficient, ScreenedOut, Duplicate, RefusalByPerson, RefusalByOther,
		BreakOff, WrongPerson, LoggedOnOnly, NotReturnedInTime, NonContactMachine, NonContact,
		NothingReturned, NoAnswer, Busy, Undelivered, NothingSent, NotEligible}
}

// CaseFacts is what is known of one invitation when its disposition is set:
// the fold of its events.
type CaseFacts struct {
	Sent        int  // contacts handed to a provider (sent, delivered, undelivered or unknown)
	Undelivered int  // of these, the ones proved not to have arrived for good
	Delivered   int  // of these, confirmed or not contradicted
	Machine     bool // a call was answered, and no key was ever pressed
	Human       bool // a person acted: pressed Begin, a key, or texted
	Submitted   bool
	Late        bool // the submission came after the end
	Applicable  int  // questions on the person's path that count
	Answered    int  // of these, with a value or a given missing reason
	KeyAnswered bool // every key item is answered
	Refused     bool // declined this round, or asked for no more contacts
	ByOther     bool // the refusal came from someone else
	WrongPerson bool
}

// EventKind names a thing that happened to an invitation or an attempt beyond
// the happy path, or that staff did.
type EventKind string

// The event kinds.
const (
	EventCampaignMoved    EventKind = "campaign_moved"
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
	EventRefused          EventKind = "refused"
	EventOptedOut         EventKind = "opted_out"
	EventOptedIn          EventKind = "opted_in"
	EventWrongPerson      EventKind = "wrong_person"
	EventHumanEvidence    EventKind = "human_evidence"
	EventSubmitted        EventKind = "submitted"
	EventEndpointDead     EventKind = "endpoint_dead"
	EventStaffNote        EventKind = "staff_note"
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

// AddAttempt folds one attempt of the outbound ledger into the facts. An
// attempt that never left (queued, sending, cancelled) adds nothing; a busy or
// unanswered call was a contact with a working address.
func (f *CaseFacts) AddAttempt(a Attempt) {
	switch a.State {
	case AttemptSent, AttemptDelivered, AttemptUnknown:
		f.Sent++
		f.Delivered++
	case AttemptUndelivered, AttemptFailed:
		f.Sent++
		switch a.Reason {
		case ReasonMachine:
			f.Machine = true
			f.Delivered++
		case ReasonBusy, ReasonNoAnswer, ReasonHungUp:
			f.Delivered++
		default:
			f.Undelivered++
		}
	}
}
