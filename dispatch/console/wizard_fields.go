package console

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"canvass/dispatch/survey"
)

// How numbers, dates and names are read that people type.

var grouped = regexp.MustCompile(`^-?\d{1,3}([.,  ]\d{3})+$`)

// number reads 1.234,5 as Vietnamese has it, or 1,234.5, and a share with its sign: what
// separates thousands is told from what separates the fraction by what stands there.
func number(lang survey.Lang, text string) (float64, bool) {
	text = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(text), "%"))
	thousands, fraction := ".", ","
	if lang == survey.English {
		thousands, fraction = ",", "."
	}
	if grouped.MatchString(text) && !strings.Contains(text, fraction) {
		text = strings.NewReplacer(thousands, "", " ", "", " ", "").Replace(text)
	}
	if strings.Contains(text, fraction) {
		text = strings.ReplaceAll(strings.ReplaceAll(text, thousands, ""), fraction, ".")
	}
	n, err := strconv.ParseFloat(text, 64)
	return n, err == nil && !math.IsNaN(n) && !math.IsInf(n, 0)
}

// whole reads a whole number between two bounds. An empty field is otherwise.
func whole(lang survey.Lang, text string, between [2]int, otherwise int) (int, error) {
	if strings.TrimSpace(text) == "" {
		return otherwise, nil
	}
	n, ok := number(lang, text)
	if !ok || n != math.Trunc(n) || n < float64(between[0]) || n > float64(between[1]) {
		return otherwise, wantsNumber(between[0], between[1])
	}
	return int(n), nil
}

func wantsNumber(from, to int) error {
	return &survey.Error{Kind: survey.Invalid, Code: survey.CodeFieldNumber, Args: map[string]string{"min": strconv.Itoa(from), "max": strconv.Itoa(to)}}
}

// moment reads a date and a time of day on the office's wall clock: 14/12/2026 and 8:00.
func moment(date, clock string, zone *time.Location) (time.Time, error) {
	text := strings.TrimSpace(date) + " " + strings.TrimSpace(clock)
	for _, form := range []string{"2/1/2006 15:04", "2-1-2006 15:04", "2006-01-02 15:04", "2/1/2006 15h04", "2/1/2006 15"} {
		if t, err := time.ParseInLocation(form, text, zone); err == nil && t.Year() > 2000 && t.Year() < 2200 {
			return t, nil
		}
	}
	return time.Time{}, &survey.Error{Kind: survey.Invalid, Code: survey.CodeFieldDate}
}

// slug makes a name for commands of a title: Dư luận tháng 12/2026 is
// du-luan-thang-12-2026.
func slug(title string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFD.String(strings.ToLower(title)) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == 'đ':
			r = 'd'
			fallthrough
		case r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			b.WriteRune(r)
			gap = false
		default:
			gap = true
		}
	}
	out := b.String()
	return strings.TrimRight(out[:min(len(out), 60)], "-")
}
