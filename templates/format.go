package templates

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Date writes t's day for people: "18/12/2026", in English running text
// "18 December 2026". The zone is t's own.
func Date(lang string, t time.Time) string {
	if lang == "en" {
		return t.Format("2 January 2006")
	}
	return t.Format("02/01/2006")
}

// Day writes t's day without its year: "18/12".
func Day(t time.Time) string { return t.Format("02/01") }

// Clock writes t's time of day for screens: "17:00".
func Clock(t time.Time) string { return t.Format("15:04") }

// Hour writes t's time of day for running text: "17 giờ", "17 giờ 30"; in
// English "17:00".
func Hour(lang string, t time.Time) string {
	if lang == "en" {
		return Clock(t)
	}
	return hourWith(t, " giờ", " ")
}

// HourSMS writes t's time of day and day for an SMS: "17h 18/12", "17h30
// 18/12"; in English "17:00 18/12".
func HourSMS(lang string, t time.Time) string {
	if lang == "en" {
		return Clock(t) + " " + Day(t)
	}
	return hourWith(t, "h", "") + " " + Day(t)
}

func hourWith(t time.Time, unit, gap string) string {
	s := strconv.Itoa(t.Hour()) + unit
	if t.Minute() > 0 {
		s += gap + t.Format("04")
	}
	return s
}

// Weekday writes t's day with its name: "thứ Sáu 18/12"; "Friday 18/12".
func Weekday(lang string, t time.Time) string {
	if lang == "en" {
		return t.Weekday().String() + " " + Day(t)
	}
	names := [...]string{"Chủ nhật", "thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy"}
	return names[t.Weekday()] + " " + Day(t)
}

// Deadline writes t in full: "17 giờ, thứ Sáu 18/12/2026"; "17:00, Friday 18
// December 2026".
func Deadline(lang string, t time.Time) string {
	if lang == "en" {
		return Clock(t) + ", " + t.Format("Monday 2 January 2006")
	}
	return Hour(lang, t) + ", " + Weekday(lang, t) + t.Format("/2006")
}

// Number writes a whole number: 1.284.500, in English 1,284,500. The minus is
// the true minus sign.
func Number(lang string, n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, digits = "−", digits[1:]
	}
	mark := "."
	if lang == "en" {
		mark = ","
	}
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(mark)
		}
		b.WriteRune(d)
	}
	return sign + b.String()
}

// Decimal writes x with the given number of places: 1.234,5, in English
// 1,234.5. NaN and infinities are a dash.
func Decimal(lang string, x float64, places int) string {
	s := strconv.FormatFloat(x, 'f', max(places, 0), 64)
	whole, rest, _ := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return "–"
	}
	out := Number(lang, n)
	if rest != "" {
		mark := ","
		if lang == "en" {
			mark = "."
		}
		out += mark + rest
	}
	if strings.HasPrefix(s, "-") && strings.Trim(out, "0,.") != "" {
		out = "−" + out
	}
	return out
}

// The blanks at which a line of a page must not end: inside a telephone number, a
// day or an hour, and between a figure and its word.
var (
	figureAfter  = regexp.MustCompile(`(?i)(^|[\s(])(ngày|tháng|năm|lúc|số|câu|thứ|bão) (\d|hai|ba|tư|năm|sáu|bảy)`)
	figureBefore = regexp.MustCompile(`(\d) (\d|giờ|phút|câu|minutes?|questions?|January|February|March|April|May|June|July|August|September|October|November|December)`)
	yearAfter    = regexp.MustCompile(`(January|February|March|April|May|June|July|August|September|October|November|December) (\d)`)
)

// unbroken puts a blank that breaks no line wherever what stands around it is
// read as one.
func unbroken(text string) string {
	const blank = "\u00a0"
	text = figureAfter.ReplaceAllString(text, "${1}${2}"+blank+"${3}")
	text = figureBefore.ReplaceAllString(text, "${1}"+blank+"${2}")
	return yearAfter.ReplaceAllString(text, "${1}"+blank+"${2}")
}

// dialled is a telephone number as a telephone takes it (RFC 3966, without its
// visual separators).
func dialled(phone string) string {
	return strings.Map(func(r rune) rune {
		if r == '+' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, phone)
}

// Percent writes a share in [0, 1] as a percentage with one place: 55,0%, in
// English 55.0%.
func Percent(lang string, share float64) string {
	s := Decimal(lang, share*100, 1)
	if s == "–" {
		return s
	}
	return s + "%"
}
