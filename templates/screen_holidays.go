package templates

import "time"

// Holidays are the days on which nobody is contacted, and those that staff set.
type Holidays struct {
	Shell
	Tabs    []Tab
	Today   time.Time
	Ahead   []HolidayLine
	Own     []OwnDay
	Running []Listed // campaigns in the field that keep to the calendar
	// The form.
	From, Until, Name string
	Work              bool
	Field             string // "from", "until", "title", "off", "work"
}

func (Holidays) file() string { return "holidays" }

// OwnDay is a day that staff set.
type OwnDay struct {
	ID        int64
	Day       time.Time
	Off       bool
	Name      string
	SetBy     string
	SetAt     time.Time
	Campaigns int // in the field on that day, that keep to it
}

// HolidayLine is a run of days on which nobody is contacted.
type HolidayLine struct {
	From, Until time.Time
	Tet         bool
}

// Days is how many.
func (h HolidayLine) Days() int { return int(h.Until.Sub(h.From).Hours()/24) + 1 }
