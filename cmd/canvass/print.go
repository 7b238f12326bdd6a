package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"canvass/dispatch/survey"
	"canvass/templates"
)

// table lines columns up for people.
type table struct{ w *tabwriter.Writer }

// table begins a table with its header.
func (a *app) table(header ...any) table {
	t := table{tabwriter.NewWriter(a.out, 0, 4, 2, ' ', 0)}
	t.row(header...)
	return t
}

// row adds a line.
func (t table) row(cells ...any) {
	texts := make([]string, len(cells))
	for i, c := range cells {
		// A tab or a line break in somebody's data must not move the columns.
		texts[i] = strings.Map(func(r rune) rune {
			if r == '\t' || r == '\n' || r == '\r' {
				return ' '
			}
			return r
		}, fmt.Sprint(c))
	}
	_, _ = io.WriteString(t.w, strings.Join(texts, "\t")+"\n")
}

// end prints the table; one that was never begun has nothing to print.
func (t table) end() error {
	if t.w == nil {
		return nil
	}
	return t.w.Flush()
}

// each prints the items of a list as JSON, one per line.
func each[T any](a *app, items []T) error {
	for _, item := range items {
		if err := a.data(item); err != nil {
			return err
		}
	}
	return nil
}

// zone is the time zone of offices; times for people are told in it.
const zone = "Asia/Ho_Chi_Minh"

// local is t in the zone of the offices.
func local(t time.Time) time.Time {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return t // cannot be: the zones are built in
	}
	return t.In(loc)
}

// day and moment write times for people.
func day(t time.Time) string { return local(t).Format("02/01/2006") }

func moment(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return local(t).Format("15:04 02/01/2006")
}

// span writes a length of time for people: in days if it is whole days.
func (a *app) span(s survey.Span) string {
	d := s.Duration()
	if days := d / (24 * time.Hour); days > 0 && d%(24*time.Hour) == 0 {
		if days == 1 {
			return a.t("1 ngày", "1 day")
		}
		return fmt.Sprintf(a.t("%d ngày", "%d days"), days)
	}
	if d%time.Hour == 0 && d > 0 {
		if d == time.Hour {
			return a.t("1 giờ", "1 hour")
		}
		return fmt.Sprintf(a.t("%d giờ", "%d hours"), d/time.Hour)
	}
	return d.String()
}

// label is the word for a state, a reason or a code of the house.
func (a *app) label(family, code string) string {
	if words, ok := templates.Words(family+"."+code, string(a.lang), nil); ok {
		return words
	}
	return code
}
