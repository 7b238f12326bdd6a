package console

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/protocol"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/templates"
)

// holidays shows the days of the year ahead on which nobody is contacted, and those that
// staff set.
func (v *visit) holidays() {
	page, err := v.holidaysScreen()
	if err != nil {
		v.fail(err)
		return
	}
	v.show(http.StatusOK, page)
}

func (v *visit) holidaysScreen() (templates.Holidays, error) {
	today := survey.HomeDay(v.Clock.Now())
	page := templates.Holidays{Shell: v.shell("people"), Tabs: adminTabs("holidays"), Today: dateOf(today), From: today.Add(1).String()}
	own, err := v.Store.OwnDays(v.ctx)
	if err != nil {
		return page, err
	}
	page.Ahead = holidaysAhead(own, today)
	days, err := v.Store.Holidays(v.ctx, today)
	if err != nil {
		return page, err
	}
	all, err := v.Store.Campaigns(v.ctx, survey.CampaignFielding, survey.CampaignPaused)
	if err != nil {
		return page, err
	}
	var ends []survey.Date
	for _, k := range all {
		if dispatch.ByCalendar(k.Protocol) {
			page.Running = append(page.Running, templates.Listed{Title: v.title(k.Title, k.Name), Href: "/campaigns/" + k.Name, State: string(k.State)})
			ends = append(ends, survey.HomeDay(k.EndsAt))
		}
	}
	for _, d := range days {
		line := templates.OwnDay{ID: d.ID, Day: dateOf(d.Day), Off: d.Off, Name: d.Name, SetBy: d.SetBy, SetAt: v.local(d.SetAt)}
		for _, end := range ends {
			if !end.Before(d.Day) {
				line.Campaigns++
			}
		}
		page.Own = append(page.Own, line)
	}
	return page, nil
}

// holidaysAhead are the days off of a year from a day on, each run of days in one line.
func holidaysAhead(own survey.OwnDays, from survey.Date) []templates.HolidayLine {
	calendars := protocol.Calendars(own)
	on, tet := calendars["vn"], calendars["tet"]
	var out []templates.HolidayLine
	for n := range 365 {
		date := from.Add(n)
		day := dateOf(date)
		if !on(date) {
			continue
		}
		if last := len(out) - 1; last >= 0 && day.Sub(out[last].Until) == 24*time.Hour {
			out[last].Until, out[last].Tet = day, out[last].Tet || tet(date)
			continue
		}
		out = append(out, templates.HolidayLine{From: day, Until: day, Tet: tet(date)})
	}
	return out
}

// setHolidays adds days off, or takes computed ones out.
func (v *visit) setHolidays() {
	text := v.r.PostFormValue
	r := dispatch.HolidayRequest{From: text("from"), Until: text("until"), Work: text("kind") == "work", Name: text("title"), Now: v.Clock.Now(),
		By: view.Audit{At: v.Clock.Real(), Actor: v.account.Login}}
	_, err := dispatch.SetHolidays(v.ctx, v.Store, r)
	if err == nil {
		v.tell("holiday")
		v.goTo("/holidays")
		return
	}
	var e *survey.Error
	if !errors.As(err, &e) || e.Kind != survey.Invalid {
		v.fail(err)
		return
	}
	page, bad := v.holidaysScreen()
	if bad != nil {
		v.fail(bad)
		return
	}
	page.From, page.Until, page.Name, page.Work, page.Field = r.From, r.Until, r.Name, r.Work, e.Args["name"]
	v.show(http.StatusUnprocessableEntity, page)
}

// dropHoliday takes a day back that was set. Setting it again undoes that.
func (v *visit) dropHoliday() {
	id, err := strconv.ParseInt(v.r.PathValue("id"), 10, 64)
	if err != nil {
		v.fail(&survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound})
		return
	}
	if err := dispatch.DropHoliday(v.ctx, v.Store, id, v.Clock.Now(), view.Audit{At: v.Clock.Real(), Actor: v.account.Login}); err != nil {
		v.fail(err)
		return
	}
	v.tell("holiday.gone")
	v.goTo("/holidays")
}
