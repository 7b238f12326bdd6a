// Package series computes with the calendar of a repeated survey: it reads a
// rule of dates, gives the next date after any instant, names each wave, and
// decides what becomes of dates that have come.
//
// Everything is a pure function of its arguments. A rule is closed form: the
// next date is found by arithmetic on weeks and months and a few looks around
// it, never by counting from the beginning. Dates are days of the calendar; an
// instant comes from a date, a local time and a time zone, and only at the end.
//
// It is not storage, and it creates no campaign: package dispatch does that. It
// knows no calendar of holidays by itself; whoever loads a rule hands in those
// that it may name.
//
// It may import dispatch/survey. Read next: rule.go, parse.go, decide.go.
package series
