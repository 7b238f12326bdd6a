package survey

import "time"

// Series is a repeated survey: a file with everything that a campaign file has,
// and a rule of dates. Each date is a wave.
type Series struct {
	ID   SeriesID
	Name string // unique, for commands: hang-thang
	// Source is the file as written; dispatch.ParseSeries reads it.
	Source string
	// Seed is that of every wave: it decides where draws begin, and the rotation
	// groups.
	Seed  uint64
	State SeriesState
	// NextDate is the first date that is not decided yet, NextAt when it begins;
	// zero when the rule has no more.
	NextDate Date
	NextAt   time.Time
	// PausedAt is the business time since which it is paused, PauseReason why;
	// zero when it is not.
	PausedAt    time.Time
	PauseReason Reason
	Note        string // what the person who moved it last gave as the reason
	CreatedAt   time.Time
	CreatedBy   string
}

// Wave is one round of a series: one date, and the campaign that it becomes.
type Wave struct {
	ID       WaveID
	SeriesID SeriesID
	// Date names it, unique in its series. It is the date that the rule gives;
	// At may be later, when the rule moves a wave to a working day.
	Date   Date
	Number int // of its date in the rule, from 1
	At     time.Time
	State  WaveState
	// Start says what becomes of it once it has its campaign.
	Start WaveStart
	// WantedAt is since when it should be started: At, or when staff said so.
	// Whether it is late is counted from here.
	WantedAt   time.Time
	CampaignID CampaignID // 0 before it has one
	Reason     Reason     // why it stands where it stands
	Actor      string     // who moved it there
	Note       string     // what a member of staff gave as the reason
	// Failures counts the times that its campaign could not be created or
	// launched; RetryAt is when the next try is due, in business time, and
	// Faults is what was wrong at the last one.
	Failures int
	RetryAt  time.Time
	Faults   []Fault
}

// Fault is an error that is kept, to be told later: its code and arguments.
type Fault struct {
	Kind  Kind              `json:"kind"`
	Code  Code              `json:"code"`
	Args  map[string]string `json:"args,omitempty"`
	Where string            `json:"where,omitempty"`
}

// Err is the fault as an error.
func (f Fault) Err() *Error {
	return &Error{Kind: f.Kind, Code: f.Code, Args: f.Args, Where: f.Where}
}

// WaveStart is what becomes of a wave whose time has come.
type WaveStart string

// The ways to start.
const (
	StartLaunch WaveStart = "launch" // it is launched by itself
	StartAsk    WaveStart = "ask"    // it is prepared as a draft and waits for staff
)

// LatePolicy is what becomes of a wave whose time passed while nobody was there
// to start it.
type LatePolicy string

// The late policies.
const (
	LateSkip LatePolicy = "skip" // it is not held
	LateRun  LatePolicy = "run"  // the latest one is held, late
	LateAsk  LatePolicy = "ask"  // staff decide
)

// LateAfter is how late a wave may begin without being late, when the series
// says nothing else.
const LateAfter = Span(6 * time.Hour)

// RecurUnit is what a rule counts in.
type RecurUnit string

// The units of a rule.
const (
	EveryWeek    RecurUnit = "week"
	EveryMonth   RecurUnit = "month"
	EveryQuarter RecurUnit = "quarter"
	EveryYear    RecurUnit = "year"
)

// Recurrence is the rule that gives a series its dates: in every Every-th Unit,
// counted from the one that From is in, the day On. dispatch/series computes
// with it.
type Recurrence struct {
	Every int       `json:"every"` // at least 1
	Unit  RecurUnit `json:"unit"`
	// Month is the month of the year (1–12) or of the quarter (1–3); 0 in weeks
	// and months.
	Month int      `json:"month,omitempty"`
	On    RecurDay `json:"on"`
	At    string   `json:"at"`   // local time, "08:00"
	Zone  string   `json:"zone"` // IANA
	From  Date     `json:"from"` // the first date is this one or later
	// Until is the last day that may be a date, Count the most dates; zero for no
	// end.
	Until Date `json:"until,omitzero"`
	Count int  `json:"count,omitempty"`
	// WorkingDay moves each date to the first working day on or after it:
	// Monday to Friday, and none of Holidays (days, ranges, names of calendars,
	// as in Protocol.Holidays).
	WorkingDay bool     `json:"working_day,omitempty"`
	Holidays   []string `json:"holidays,omitempty"`
}

// LastOne is a RecurDay's Day or Nth that counts from the end.
const LastOne = -1

// RecurDay is a day within a week, or within a month: its day of the month, or
// its n-th weekday.
type RecurDay struct {
	// Day of the month, 1 to 31: a month that is shorter gives its last day;
	// LastOne is the last day; 0 for a rule by Weekday.
	Day int `json:"day,omitempty"`
	// Nth weekday of the month, 1 to 4, or LastOne; 0 in weeks.
	Nth     int          `json:"nth,omitempty"`
	Weekday time.Weekday `json:"weekday,omitempty"`
}

// Rotation says how the waves of a series share the frame among them
// [Ohlsson 1995]. Either Overlap or Groups.
type Rotation struct {
	// Overlap is the share of a stratum's sample that is expected to be in the
	// next one too, 0 to 1, as far as the frame is large enough: 1 keeps the
	// start of the draw, 0 advances it past the last person of the wave before.
	Overlap *float64 `json:"overlap,omitempty" yaml:"overlap"`
	// Groups splits the frame at random into so many groups; each wave asks Stay
	// of them, the next wave one group further on.
	Groups int `json:"groups,omitempty" yaml:"groups"`
	Stay   int `json:"stay,omitempty" yaml:"stay"`
}
