package instrument

import (
	"regexp"
	"strconv"
	"strings"
	"time"

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
	dayForm   = regexp.MustCompile(`^([0-9]{1,2})[/.\- ]([0-9]{1,2})(?:[/.\- ]([0-9]{4}|[0-9]{2}))?$`)
	isoForm   = regexp.MustCompile(`^([0-9]{4})-([0-9]{2})-([0-9]{2})$`)
	keysForm  = regexp.MustCompile(`^([0-9]{2})([0-9]{2})([0-9]{4})?$`)
	dateNames = strings.NewReplacer("ngày", "", "ngay", "", "mùng", "", "mung", "", "tháng", "/", "thang", "/", "năm", "/", "nam", "/")
	blanks    = regexp.MustCompile(` *([/.\-]) *`)
)

// readDate reads a day. Without a year it is the last such day within the bounds.
func (q *Question) readDate(text string) Reading {
	s := strings.ToLower(clean(text))
	s = strings.Trim(blanks.ReplaceAllString(clean(dateNames.Replace(s)), "$1"), " .,")
	var year, month, day int
	switch m := [3][]string{isoForm.FindStringSubmatch(s), keysForm.FindStringSubmatch(s), dayForm.FindStringSubmatch(s)}; {
	case m[0] != nil:
		year, month, day = figures(m[0][1]), figures(m[0][2]), figures(m[0][3])
	case m[1] != nil:
		day, month, year = figures(m[1][1]), figures(m[1][2]), figures(m[1][3])
	case m[2] != nil:
		day, month, year = figures(m[2][1]), figures(m[2][2]), figures(m[2][3])
		if len(m[2][3]) == 2 {
			year += 2000
		}
	default:
		return again("not_a_date", survey.CodeAnswerDate, q.days()...)
	}
	d, ok := dayOf(year, month, day)
	if year == 0 {
		d, ok = q.lastDay(month, day)
	}
	switch {
	case !ok:
		return again("not_a_date", survey.CodeAnswerDate, q.days("value", s)...)
	case !q.From.IsZero() && d.Compare(q.From) < 0, !q.To.IsZero() && d.Compare(q.To) > 0:
		return again("out_of_range", survey.CodeAnswerDate, q.days("value", s)...)
	}
	return Reading{Outcome: survey.ReadAnswer, Answer: survey.Answer{Value: survey.AnswerText(d.String())}, Reason: "date"}
}

// readDay reads a reply to a date: a missing reason by its words, or a day.
func (q *Question) readDay(m message, words []word) Reading {
	if len(words) == 0 {
		return again("empty", survey.CodeAnswerDate, q.days()...)
	}
	if choices, n := q.words().labelAt(words); n == len(words) && len(choices) == 1 {
		return q.chose([]string{q.Choices[choices[0]].Code}, "label")
	}
	return q.readDate(m.text[words[0].start:words[len(words)-1].end])
}

func figures(s string) int {
	n, _ := strconv.Atoi(s) // figures only, or none
	return n
}

// dayOf is that day, if there is one.
func dayOf(year, month, day int) (survey.Date, bool) {
	d := survey.DateOf(time.Date(year, time.Month(month), day, 12, 0, 0, 0, time.UTC))
	return d, year >= 1900 && d == survey.Date{Year: year, Month: time.Month(month), Day: day}
}

// lastDay is the last such day up to To, if it is not before From.
func (q *Question) lastDay(month, day int) (survey.Date, bool) {
	if q.To.IsZero() {
		return survey.Date{}, false
	}
	for back := range 5 { // the 29th of February comes again
		d, ok := dayOf(q.To.Year-back, month, day)
		if ok && d.Compare(q.To) <= 0 {
			return d, q.From.IsZero() || d.Compare(q.From) >= 0
		}
	}
	return survey.Date{}, false
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
