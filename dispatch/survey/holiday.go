package survey

// OwnDays are the days by which the calendar of public holidays of an office differs from
// the one that is computed: true is a day off more, false a working day after all.
type OwnDays map[Date]bool

// MostHolidayRun is how many days in a row are set at once, MostHolidayName how many
// letters say what they are.
const (
	MostHolidayRun  = 31
	MostHolidayName = 80
	HolidaysAhead   = 3 * 366 // days
)
