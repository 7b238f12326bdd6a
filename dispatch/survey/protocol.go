package survey

import "time"

// Protocol is the contact protocol of a campaign, as data: which step follows
// which, when, in which hours, how often again. dispatch/protocol decides by it.
type Protocol struct {
	Name string `json:"name" yaml:"name"`
	// Zone is the IANA time zone of windows and dates.
	Zone string `json:"zone" yaml:"zone"`
	// Steps in the order in which they are considered.
	Steps []Step `json:"steps" yaml:"steps"`
	// Windows are the permitted hours per channel; a channel without one is
	// open at all hours only if it is e-mail.
	Windows map[Channel]Window `json:"windows" yaml:"windows"`
	// Length of the field period, counted from launch.
	Length Span `json:"length" yaml:"length"`
	// Gap is the least time between two contacts of one person.
	Gap Span `json:"gap" yaml:"gap"`
	// DayCaps limits contacts of one person per channel in 24 hours.
	DayCaps map[Channel]int `json:"day_caps" yaml:"day_caps"`
}

// Step is one planned contact.
type Step struct {
	Name    string  `json:"name" yaml:"name"`
	Channel Channel `json:"channel" yaml:"channel"`
	// Text names the wording: invitation, reminder, last.
	Text string `json:"text" yaml:"text"`
	// After is the offset from launch.
	After Span `json:"after" yaml:"after"`
	// Conversation makes an SMS step ask question by question; else it carries
	// the link.
	Conversation bool `json:"conversation,omitempty" yaml:"conversation"`
	// Only limits the step: "" everybody open, "unreached" nobody whom an
	// earlier channel may have reached, "partial" only who began.
	Only StepCondition `json:"only,omitempty" yaml:"only"`
	// Retry is the wait before try+1 per outcome; an outcome that is not
	// listed is not tried again.
	Retry map[Reason]Span `json:"retry,omitempty" yaml:"retry"`
	// Tries is the most tries of this step; 0 means 1.
	Tries int `json:"tries,omitempty" yaml:"tries"`
}

// StepCondition limits a step to some cases.
type StepCondition string

// The step conditions.
const (
	OnlyAnyone    StepCondition = ""
	OnlyUnreached StepCondition = "unreached"
	OnlyPartial   StepCondition = "partial"
)

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
