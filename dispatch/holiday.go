package dispatch

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"canvass/dispatch/protocol"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// CalendarStore has the days by which the calendar of public holidays differs from the one
// that is computed. Who needs them reads them once for a unit of work.
type CalendarStore interface {
	OwnDays(ctx context.Context) (survey.OwnDays, error)
}

// HolidayStore is what setting days off needs of the database.
type HolidayStore interface {
	CalendarStore
	Holidays(ctx context.Context, from survey.Date) ([]view.HolidayLine, error)
	SetHolidays(ctx context.Context, o view.HolidayOrder, by view.Audit) error
	DropHoliday(ctx context.Context, id int64, today survey.Date, move view.SeriesMover, by view.Audit) error
}

// HolidayRequest asks for days off, or for computed ones to be worked on.
type HolidayRequest struct {
	From, Until string // 2026-12-14 or 14/12/2026; without Until it is one day
	Work        bool   // people work on them
	Name        string // what they are
	Now         time.Time
	By          view.Audit
}

// SetHolidays adds days off to the calendar vn, or takes computed ones out of it. Protocols
// and series that name vn take them up with the next turn. Days of a run that are as they
// are wanted already are left out. Errors: holiday_wrong, with the field in Args["name"]
// (from, until, title, work, off).
func SetHolidays(ctx context.Context, store HolidayStore, r HolidayRequest) (view.HolidayOrder, error) {
	o := view.HolidayOrder{Off: !r.Work, Name: strings.Join(strings.Fields(r.Name), " "), Move: moveAhead}
	today := survey.HomeDay(r.Now)
	wrong := func(name string) error {
		return &survey.Error{Kind: survey.Invalid, Code: survey.CodeHolidayWrong, Args: map[string]string{"name": name}}
	}
	from, ok := ReadDay(r.From, survey.Date{})
	if !ok || from.IsZero() || from.Before(today) || from.Since(today) > survey.HolidaysAhead {
		return o, wrong("from")
	}
	until, ok := ReadDay(r.Until, from)
	if !ok || until.Before(from) || until.Since(from) >= survey.MostHolidayRun {
		return o, wrong("until")
	}
	if n := utf8.RuneCountInString(o.Name); n == 0 || n > survey.MostHolidayName {
		return o, wrong("title")
	}
	own, err := store.OwnDays(ctx)
	if err != nil {
		return o, err
	}
	computed := protocol.Calendars(nil)["vn"]
	for d := from; !until.Before(d); d = d.Add(1) {
		if _, set := own[d]; !set && computed(d) == r.Work {
			o.Days = append(o.Days, d)
		}
	}
	if len(o.Days) == 0 {
		return o, wrong(map[bool]string{true: "work", false: "off"}[r.Work])
	}
	return o, store.SetHolidays(ctx, o, r.By)
}

// DropHoliday takes a day back that was set: the computed calendar holds again. Errors:
// holiday_past.
func DropHoliday(ctx context.Context, store HolidayStore, id int64, now time.Time, by view.Audit) error {
	return store.DropHoliday(ctx, id, survey.HomeDay(now), moveAhead, by)
}

// moveAhead is when the next wave of a series begins by the days that hold.
func moveAhead(s survey.Series, own survey.OwnDays) (survey.Date, time.Time, error) {
	spec, err := specOf(s, own)
	if err != nil {
		return survey.Date{}, time.Time{}, err
	}
	o, _ := spec.rule.After(s.NextDate.Add(-1))
	return o.Date, o.At, nil
}

// ByCalendar reports whether a protocol keeps to the calendar vn, and so to the days that
// staff set.
func ByCalendar(p survey.Protocol) bool { return slices.Contains(p.Holidays, "vn") }
