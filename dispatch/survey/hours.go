package survey

import (
	"slices"
	"time"
)

// Hours are the hours in which a person wants to be written to and called, in
// their own time zone. They narrow what a protocol permits and never widen it.
type Hours string

// The hours that a person can ask for.
const (
	HoursAny     Hours = "any"     // whenever the protocol permits
	HoursOffice  Hours = "office"  // 08:00–17:00 on Monday to Friday
	HoursEvening Hours = "evening" // 17:00–22:00 on every day
	HoursWeekday Hours = "weekday" // at any hour, but not on Saturday and Sunday
)

// AllHours lists them, in the order in which they are offered.
func AllHours() []Hours { return []Hours{HoursAny, HoursOffice, HoursEvening, HoursWeekday} }

// Valid reports whether h is one of AllHours.
func (h Hours) Valid() bool { return slices.Contains(AllHours(), h) }

// Window is when h lets a person be contacted; narrows is false where h leaves
// every hour open, as HoursAny and none at all do.
func (h Hours) Window() (w Window, narrows bool) {
	week := []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
	switch h {
	case HoursOffice:
		return Window{From: "08:00", To: "17:00", Days: week}, true
	case HoursEvening:
		return Window{From: "17:00", To: "22:00"}, true
	case HoursWeekday:
		return Window{From: "00:00", To: "24:00", Days: week}, true
	}
	return Window{}, false
}

// The ways in which a person's hours come to be known.
const (
	HoursFromWeb   = "web"   // the person chose them on their own page
	HoursFromStaff = "staff" // a member of staff wrote them down
)

// SaidHours are the hours of one person, with when and how they came to be known.
type SaidHours struct {
	ContactID ContactID
	Hours     Hours
	At        time.Time // business time
	Source    string    // HoursFromWeb or HoursFromStaff
}
