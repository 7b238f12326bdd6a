package instrument

import (
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"canvass/dispatch/survey"
)

// dateBounds reads the first and the last day of a date.
func (p *parser) dateBounds(q *Question, f map[string]*yaml.Node) {
	day := func(n *yaml.Node) survey.Date {
		if n == nil {
			return survey.Date{}
		}
		d, err := survey.ParseDate(p.word(n))
		if err != nil {
			p.fail(n.Line, survey.CodeRangeInvalid, "name", q.Name, "value", p.word(n), "valid", "2026-12-31")
		}
		return d
	}
	q.From = day(f["min"])
	if q.Past = f["max"] != nil && f["max"].Value == "today"; !q.Past {
		q.To = day(f["max"])
	}
	if !q.From.IsZero() && !q.To.IsZero() && q.To.Compare(q.From) <= 0 {
		p.fail(q.Line, survey.CodeRangeInvalid, "name", q.Name, "problem", "max missing or not above min")
	}
}

// A day as people write it, day before month: 18/12/2026, 18-12-26, 18.12, ngày 18
// tháng 12 năm 2026; as machines do: 2026-12-18; as keys are pressed: 18122026, 1812.
var (
	dayForm   = regexp.MustCompile(`^([0-9]{1,2})([/.\- ])([0-9]{1,2})(?:([/.\- ])([0-9]{4}|[0-9]{2}))?$`)
	isoForm   = regexp.MustCompile(`^([0-9]{4})-([0-9]{2})-([0-9]{2})$`)
	keysForm  = regexp.MustCompile(`^([0-9]{2})([0-9]{2})([0-9]{4})?$`)
	dateNames = strings.NewReplacer("ngày", "", "ngay", "", "mùng", "", "mung", "", "tháng", "/", "thang", "/", "năm", "/", "nam", "/")
	blanks    = regexp.MustCompile(` *([/.\-]) *`)
)

// readDate reads a day in figures. Without a year it is the one that nearest says.
func (q *Question) readDate(text string, today survey.Date) Reading {
	s := strings.ToLower(clean(text))
	s = strings.Trim(blanks.ReplaceAllString(clean(dateNames.Replace(s)), "$1"), " .,")
	if m := isoForm.FindStringSubmatch(s); m != nil {
		return q.dated(figures(m[3]), figures(m[2]), figures(m[1]), today)
	}
	if m := keysForm.FindStringSubmatch(s); m != nil {
		return q.dated(figures(m[1]), figures(m[2]), figures(m[3]), today)
	}
	m := dayForm.FindStringSubmatch(s)
	switch {
	case m == nil, m[5] != "" && m[2] != m[4]: // 5-6/10 is two days
		return again("not_a_date", survey.CodeAnswerDate, q.days()...)
	case len(m[5]) == 2:
		return q.dated(figures(m[1]), figures(m[3]), q.century(figures(m[5]), today), today)
	}
	return q.dated(figures(m[1]), figures(m[3]), figures(m[5]), today)
}

// century is the year that two figures stand for: of this century, unless that is
// beyond what is asked for.
func (q *Question) century(year int, today survey.Date) int {
	switch last := q.To; {
	case q.Past && !today.IsZero() && 2000+year > today.Year, !last.IsZero() && 2000+year > last.Year && 1900+year >= q.From.Year:
		return 1900 + year
	}
	return 2000 + year
}

func figures(s string) int {
	n, _ := strconv.Atoi(s) // figures only, or none
	return n
}

// days are the arguments min and max of a date, after others.
func (q *Question) days(args ...string) []string {
	return append(args, "min", dayMonthYear(q.From), "max", dayMonthYear(q.To))
}

// dayMonthYear is a day as people here read it; empty for none.
func dayMonthYear(d survey.Date) string {
	if d.IsZero() {
		return ""
	}
	return strconv.Itoa(d.Day) + "/" + strconv.Itoa(int(d.Month)) + "/" + strconv.Itoa(d.Year)
}
