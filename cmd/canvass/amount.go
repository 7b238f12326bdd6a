package main

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"canvass/templates"
)

// nothing is how somebody says that there shall be no limit.
const nothing = "none"

// parseRate reads a rate in messages a second: 5/s, 30/m, 600/h, or none, which
// is 0.
func parseRate(text string) (perSecond float64, ok bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	if text == nothing {
		return 0, true
	}
	number, unit, cut := strings.Cut(text, "/")
	seconds, known := map[string]float64{"s": 1, "m": 60, "h": 3600}[strings.TrimSpace(unit)]
	n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if !cut || !known || err != nil || !(n > 0) || n > 1e9 {
		return 0, false
	}
	return n / seconds, true
}

var (
	figures = regexp.MustCompile(`^[0-9]{1,15}$`)
	grouped = regexp.MustCompile(`^[0-9]{1,3}([.,_ ])[0-9]{3}(?:[.,_ ][0-9]{3}){0,4}$`)
)

// parseDong reads an amount in đồng: 2000000, 2.000.000, 2,000,000, or none, which
// is 0. There are no parts of a đồng.
func parseDong(text string) (dong int64, ok bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	for _, unit := range []string{"đồng", "dong", "vnd", "đ"} {
		text = strings.TrimSpace(strings.TrimSuffix(text, unit))
	}
	if text == nothing {
		return 0, true
	}
	if m := grouped.FindStringSubmatch(text); m != nil {
		text = strings.ReplaceAll(text, m[1], "")
	}
	if !figures.MatchString(text) {
		return 0, false
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil && n > 0
}

// momentForms are how people write a time, in the zone of the offices unless it
// says its own.
var momentForms = []string{time.RFC3339, "2006-01-02T15:04", "2006-01-02 15:04", "02/01/2006 15:04", "15:04 02/01/2006"}

// readMoment reads a time as somebody types it. A day without an hour is not one.
func readMoment(text string) (time.Time, bool) {
	text = strings.Join(strings.Fields(text), " ")
	for _, form := range momentForms {
		if t, err := time.ParseInLocation(form, text, local(time.Time{}).Location()); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// decimal writes a number with one place at most, as the language does.
func (a *app) decimal(x float64) string {
	if x == math.Trunc(x) {
		return templates.Number(string(a.lang), int64(x))
	}
	return templates.Decimal(string(a.lang), x, 1)
}

// amount writes a sum of money.
func (a *app) amount(n int64) string {
	return a.number(int(n)) + a.t(" đồng", " VND")
}

// number writes a count for people.
func (a *app) number(n int) string { return templates.Number(string(a.lang), int64(n)) }
