package instrument

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"canvass/dispatch/survey"
)

// daysAway are words for a day, from today.
var daysAway = [...]struct {
	words []phrase
	days  int
}{
	{phrases("hôm nay", "bữa nay", "nay", "sáng nay", "trưa nay", "chiều nay", "tối nay", "today"), 0},
	{phrases("hôm qua", "bữa qua", "ngày hôm qua", "qua", "sáng qua", "chiều qua", "tối qua", "đêm qua", "yesterday"), -1},
	{phrases("hôm kia", "bữa kia", "the day before yesterday"), -2},
	{phrases("mai", "ngày mai", "sáng mai", "chiều mai", "tối mai", "tomorrow"), 1},
	{phrases("ngày kia", "ngày mốt", "the day after tomorrow"), 2},
}

var (
	dayLead    = phrases("ngày", "mùng", "mồng", "hôm", "bữa", "vào", "là", "sáng", "trưa", "chiều", "tối", "đêm", "em", "tôi", "tui", "họp", "họp ngày", "on", "the", "it was", "ok")
	partOfDay  = phrases("sáng", "trưa", "chiều", "tối", "đêm")
	monthWord  = phrases("tháng")
	yearWord   = phrases("năm")
	agoWords   = phrases("ngày trước", "hôm trước", "bữa trước", "days ago", "day ago")
	since      = phrases("cách đây", "cách nay")
	dayWord    = phrases("ngày", "hôm", "bữa")
	weekdays   = [...][]phrase{phrases("chủ nhật", "cn"), phrases("thứ 2", "thứ hai", "t 2"), phrases("thứ 3", "thứ ba", "t 3"), phrases("thứ 4", "thứ tư", "t 4"), phrases("thứ 5", "thứ năm", "t 5"), phrases("thứ 6", "thứ sáu", "t 6"), phrases("thứ 7", "thứ bảy", "t 7")}
	lately     = phrases("vừa rồi", "vừa qua")
	lastWeek   = phrases("tuần trước", "tuần rồi", "tuần vừa rồi", "tuần vừa qua")
	thisWeek   = phrases("tuần này")
	monthNames = [...]string{"", "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"}
)

// readDay reads a reply to a date: a missing reason by its words, or a day.
func (q *Question) readDay(m message, words []word, c ReadContext) Reading {
	if len(words) == 0 {
		return again("empty", survey.CodeAnswerDate, q.days()...)
	}
	if r, ok := c.note(LookedMissing)(q.missingSaid(words)); ok {
		return r
	}
	r := q.dayIn(m, m.words, c) // "vừa rồi" ends like politeness
	if !r.answers() && r.Reason == "not_a_date" {
		r = q.dayIn(m, words, c)
	}
	r, _ = c.note(LookedDay)(r, true)
	return r
}

// dayIn reads the words of a reply as one day.
func (q *Question) dayIn(m message, words []word, c ReadContext) Reading {
	if d, ok := relativeDay(words, c.Today); ok {
		return q.onDay(d, c.Today)
	}
	for n := longest(words, dayLead, false); n > 0 && n < len(words); n = longest(words, dayLead, false) {
		words = words[n:]
	}
	if d, ok := relativeDay(words, c.Today); ok {
		return q.onDay(d, c.Today)
	}
	if day, month, year, ok := spelledDay(m, words); ok {
		return q.dated(day, month, year, c.Today)
	}
	if len(words) == 0 {
		return again("not_a_date", survey.CodeAnswerDate, q.days()...)
	}
	text := m.text[words[0].start:words[len(words)-1].end]
	if len(text) == 4 && (strings.HasPrefix(text, "19") || strings.HasPrefix(text, "20")) {
		return again("not_a_date", survey.CodeAnswerDate, q.days("value", text)...) // a year
	}
	return q.readDate(text, c.Today)
}

// relativeDay reads a day that is told from today.
func relativeDay(words []word, today survey.Date) (survey.Date, bool) {
	if today.IsZero() || len(words) == 0 {
		return survey.Date{}, false
	}
	for _, away := range daysAway {
		if isOneOf(words, away.words) {
			return today.Add(away.days), true
		}
	}
	if n := longest(words, partOfDay, false); n > 0 && n < len(words) { // chiều hôm qua
		return relativeDay(words[n:], today)
	}
	if n, ok := daysAgo(words); ok {
		return today.Add(-n), true
	}
	return weekday(words, today)
}

// daysAgo reads "3 ngày trước" and "cách đây 3 ngày".
func daysAgo(words []word) (int, bool) {
	if n := longest(words, agoWords, true); n > 0 && n < len(words) {
		return smallNumber(words[:len(words)-n])
	}
	if n := longest(words, since, false); n > 0 {
		if end := longest(words, dayWord, true); end > 0 && n+end < len(words) {
			return smallNumber(words[n : len(words)-end])
		}
	}
	return 0, false
}

// weekday reads a day of the week where it is said of which week. A week begins on
// Monday.
func weekday(words []word, today survey.Date) (survey.Date, bool) {
	for i, names := range weekdays {
		n := longest(words, names, false)
		if n == 0 {
			continue
		}
		monday := today.Add(-(int(today.Weekday()) + 6) % 7)
		day := monday.Add((i + 6) % 7)
		switch rest := words[n:]; {
		case isOneOf(rest, thisWeek):
			return day, true
		case isOneOf(rest, lastWeek):
			return day.Add(-7), true
		case isOneOf(rest, lately):
			if day.Compare(today) >= 0 {
				day = day.Add(-7)
			}
			return day, true
		}
	}
	return survey.Date{}, false
}

// smallNumber is a number up to 99 in figures or words.
func smallNumber(words []word) (int, bool) {
	if len(words) == 1 && words[0].digit() {
		n, err := strconv.Atoi(words[0].base)
		return n, err == nil && n < 100
	}
	n, ok := spokenNumber(words)
	return n, ok && n < 100
}

// spelledDay reads a day with its month in words: "5 tháng 9 năm 2026", "năm tháng
// chín", "5 Sep", "September 5th, 2026". Months by the moon have no number here.
func spelledDay(m message, words []word) (day, month, year int, ok bool) {
	if i := slices.IndexFunc(words, func(w word) bool { return isOneOf([]word{w}, monthWord) }); i > 0 {
		rest := words[i+1:]
		if y := slices.IndexFunc(rest, func(w word) bool { return isOneOf([]word{w}, yearWord) }); y > 0 && y == len(rest)-2 {
			if year, ok = yearIn(rest[y+1]); !ok {
				return 0, 0, 0, false
			}
			rest = rest[:y]
		}
		if len(rest) == 2 && rest[0].digit() && len(rest[1].base) == 4 { // tháng 9/2026
			if year, ok = yearIn(rest[1]); !ok {
				return 0, 0, 0, false
			}
			rest = rest[:1]
		}
		d, one := smallNumber(words[:i])
		mo, two := smallNumber(rest)
		return d, mo, year, one && two
	}
	if len(words) == 3 {
		if year, ok = yearIn(words[2]); !ok {
			return 0, 0, 0, false
		}
		words = words[:2]
	}
	if len(words) != 2 {
		return 0, 0, 0, false
	}
	for i, w := range words {
		if mo := monthNamed(w); mo > 0 {
			other := words[1-i].base
			for _, ending := range [...]string{"st", "nd", "rd", "th"} {
				other = strings.TrimSuffix(other, ending)
			}
			d, err := strconv.Atoi(other)
			return d, mo, year, err == nil && d < 100
		}
	}
	return 0, 0, 0, false
}

// monthNamed is the number of a month by its English name, or the first letters of it.
func monthNamed(w word) int {
	if len(w.base) < 3 {
		return 0
	}
	for i, name := range monthNames {
		if i > 0 && strings.HasPrefix(name, w.base) || w.base == "sept" && i == 9 {
			return i
		}
	}
	return 0
}

func yearIn(w word) (int, bool) {
	n, err := strconv.Atoi(w.base)
	return n, err == nil && n >= 1900 && n < 2200
}

// dated is the reading of a day and month, and a year if there is one (else 0).
func (q *Question) dated(day, month, year int, today survey.Date) Reading {
	d, ok := dayOf(year, month, day)
	if year == 0 {
		d, ok = q.nearest(month, day, today)
	}
	if !ok {
		return again("not_a_date", survey.CodeAnswerDate, q.days("value", itoa(day)+"/"+itoa(month))...)
	}
	return q.onDay(d, today)
}

// onDay is the reading of a day, if it is within bounds.
func (q *Question) onDay(d, today survey.Date) Reading {
	switch {
	case !q.From.IsZero() && d.Compare(q.From) < 0, !q.To.IsZero() && d.Compare(q.To) > 0:
		return again("out_of_range", survey.CodeAnswerDate, q.days("value", dayMonthYear(d))...)
	case q.Past && !today.IsZero() && d.Compare(today) > 0:
		return again("future", survey.CodeAnswerFuture, "value", dayMonthYear(d), "max", dayMonthYear(today))
	}
	return Reading{Outcome: survey.ReadAnswer, Answer: survey.Answer{Value: survey.AnswerText(d.String())}, Reason: "date"}
}

// nearest is the year of a day and month without one: the only one that the bounds
// allow; where days must be over, the last that is. Without today it is the last such
// day within the bounds.
func (q *Question) nearest(month, day int, today survey.Date) (survey.Date, bool) {
	if today.IsZero() {
		return q.lastDay(month, day)
	}
	last := q.To
	if q.Past || last.IsZero() {
		last = today
	}
	var found []survey.Date
	for year := today.Year - 4; year <= max(today.Year, last.Year) && year <= today.Year+1; year++ {
		d, ok := dayOf(year, month, day)
		if ok && d.Compare(last) <= 0 && (q.From.IsZero() || d.Compare(q.From) >= 0) {
			found = append(found, d)
		}
	}
	switch n := len(found); {
	case n == 0 && q.Past: // said to be still to come, not to be no day
		return dayOf(today.Year, month, day)
	case n == 0:
		return survey.Date{}, false
	case last.Compare(today) <= 0, n == 1:
		return found[n-1], true
	}
	return survey.Date{}, false // last year's or next year's
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

// dayOf is that day, if there is one.
func dayOf(year, month, day int) (survey.Date, bool) {
	d := survey.DateOf(time.Date(year, time.Month(month), day, 12, 0, 0, 0, time.UTC))
	return d, year >= 1900 && d == survey.Date{Year: year, Month: time.Month(month), Day: day}
}
