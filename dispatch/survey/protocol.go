package survey

import "time"

// Protocol is the contact protocol of a campaign, as data: which step follows
// which, when, in which hours, how often again. dispatch/protocol decides by it.
type Protocol struct {
	Name string `json:"name" yaml:"name"`
	// Zone is the IANA time zone of windows and dates, for whoever has none of
	// their own.
	Zone string `json:"zone" yaml:"zone"`
	// Steps in the order in which they are considered.
	Steps []Step `json:"steps" yaml:"steps"`
	// Windows are the permitted hours per channel; a channel without one is
	// open at all hours only if it is e-mail.
	Windows map[Channel]Window `json:"windows" yaml:"windows"`
	// Holidays are days on which nobody is contacted on any channel: calendars
	// (vn: the public holidays of Viet Nam, tet: those of the lunar new year),
	// days (2027-04-30) and ranges (2027-02-03..2027-02-10). They are days of the
	// person's zone.
	Holidays []string `json:"holidays,omitempty" yaml:"holidays"`
	// Length of the field period, counted from launch.
	Length Span `json:"length" yaml:"length"`
	// Gap is the least time from a contact of one person that may have arrived to
	// the next, over all campaigns.
	Gap Span `json:"gap" yaml:"gap"`
	// DayCaps limits contacts of one person per channel in 24 hours, over all
	// campaigns, also those that did not arrive.
	DayCaps map[Channel]int `json:"day_caps" yaml:"day_caps"`
	// WaveCap limits the contacts of one person in this campaign that may have
	// arrived: a call that nobody takes is none, its step's Tries bound it. 0: no
	// limit.
	WaveCap int `json:"wave_cap,omitempty" yaml:"wave_cap"`
	// MonthCap limits the contacts of one person in 30 days that may have arrived,
	// over all campaigns and channels; 0: no limit.
	MonthCap int `json:"month_cap,omitempty" yaml:"month_cap"`
	// InDoubt says what becomes of a mail of which nobody can tell whether it
	// left.
	InDoubt InDoubt `json:"in_doubt,omitempty" yaml:"in_doubt"`
	// Loosened names every default that this protocol goes beyond, each with
	// the ground for it: see the Loosen constants. A launch puts them on record.
	Loosened map[Loosening]string `json:"loosened,omitempty" yaml:"loosened"`
}

// MonthSpan is the span of MonthCap.
const MonthSpan = Span(30 * 24 * time.Hour)

// InDoubt is the policy for mails in doubt.
type InDoubt string

// The policies.
const (
	DoubtAsk    InDoubt = ""       // staff decide
	DoubtResend InDoubt = "resend" // it leaves once more, with the same Message-ID
)

// Loosening names a default of Decree 91/2020 that a protocol may go beyond only
// by saying so.
type Loosening string

// The loosenings.
const (
	LoosenSMSHours   Loosening = "sms_hours"     // texts outside 07:00–22:00
	LoosenCallHours  Loosening = "call_hours"    // calls outside 08:00–17:00
	LoosenMailPerDay Loosening = "email_per_day" // more than three mails in 24 hours
	LoosenSMSPerDay  Loosening = "sms_per_day"   // more than three texts in 24 hours
	LoosenCallPerDay Loosening = "call_per_day"  // more than one call in 24 hours
)

// Loosenings lists every loosening.
func Loosenings() []Loosening {
	return []Loosening{LoosenSMSHours, LoosenCallHours, LoosenMailPerDay, LoosenSMSPerDay, LoosenCallPerDay}
}

// Step is one planned contact.
type Step struct {
	Name    string  `json:"name" yaml:"name"`
	Channel Channel `json:"channel" yaml:"channel"`
	// Sender is the address of ours that it leaves from; empty picks one.
	Sender string `json:"sender,omitempty" yaml:"sender"`
	// Text names the wording: see the Text constants. Whoever no earlier contact
	// can have reached gets the invitation instead.
	Text string `json:"text" yaml:"text"`
	// After is the offset from launch, or from the step before.
	After Span      `json:"after" yaml:"after"`
	Since StepSince `json:"since,omitempty" yaml:"since"`
	// Conversation makes an SMS step ask question by question; else it carries
	// the link.
	Conversation bool `json:"conversation,omitempty" yaml:"conversation"`
	// Only limits the step to some cases.
	Only StepCondition `json:"only,omitempty" yaml:"only"`
	// Retry is the ladder of waits per outcome, one of RetryReasons: after the
	// n-th try that ended so, the n-th wait; an outcome that is not listed is not
	// tried again.
	Retry map[Reason]Ladder `json:"retry,omitempty" yaml:"retry"`
	// Tries is the most tries of this step; 0 means 1.
	Tries int `json:"tries,omitempty" yaml:"tries"`
}

// The wordings that a step may name.
const (
	TextInvitation = "invitation"
	TextReminder   = "reminder"
	TextLast       = "last"
)

// StepTexts lists every wording of a step.
func StepTexts() []string { return []string{TextInvitation, TextReminder, TextLast} }

// RetryReasons lists the outcomes after which a step may be tried again. What a
// dead address refuses is not among them: the next channel takes over.
func RetryReasons() []Reason {
	return []Reason{ReasonBusy, ReasonNoAnswer, ReasonMachine, ReasonHungUp, ReasonOurSide, ReasonUnreachable, ReasonTriesSpent, ReasonSoftBounce}
}

// StepSince is what a step's offset is counted from.
type StepSince string

// The origins.
const (
	SinceLaunch   StepSince = ""
	SincePrevious StepSince = "previous" // the last contact of an earlier step; the launch if there was none
)

// StepCondition limits a step to some cases.
type StepCondition string

// The step conditions, judged from when the step is due.
const (
	OnlyAnyone      StepCondition = ""
	OnlyUnreached   StepCondition = "unreached"   // whom no earlier contact may have reached
	OnlyUndelivered StepCondition = "undelivered" // of these, to whom something was sent that did not arrive
	OnlyNoEndpoint  StepCondition = "no_endpoint" // who can be reached for no earlier step of another channel
	OnlyUnanswered  StepCondition = "unanswered"  // who has not begun
	OnlyPartial     StepCondition = "partial"     // who has begun
)

// StepConditions lists every condition that a step may name.
func StepConditions() []StepCondition {
	return []StepCondition{OnlyUnreached, OnlyUndelivered, OnlyNoEndpoint, OnlyUnanswered, OnlyPartial}
}

// Window is when a channel may be used: local hours [From, To) on Days.
type Window struct {
	From string         `json:"from" yaml:"from"` // "07:00"
	To   string         `json:"to" yaml:"to"`     // "22:00"
	Days []time.Weekday `json:"days,omitempty" yaml:"days"`
}

// Span is a duration written as Go writes it ("90m", "24h"), or in days ("7d").
type Span time.Duration

// Duration returns s as a time.Duration.
func (s Span) Duration() time.Duration { return time.Duration(s) }
