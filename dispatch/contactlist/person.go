package contactlist

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"canvass/dispatch/survey"
)

// noteKey is the attribute that keeps the office's remarks.
const noteKey = "ghi_chu"

// parseSex reads a sex: nam, nữ or "".
func parseSex(s string) string {
	switch words(s) {
	case "nam", "male", "m", "trai", "man", "ong":
		return male
	case "nu", "female", "f", "gai", "woman", "ba":
		return female
	}
	return ""
}

const (
	male   = "nam"
	female = "nữ"
)

// isMark reports whether a cell ticks its column.
func isMark(s string) bool {
	switch strings.TrimSpace(fold(s)) {
	case "x", "v", "1", "*", "+", "✓", "✔", "☑", "co", "true", "yes":
		return true
	}
	return false
}

// parseSexes reads a pair of columns, one per sex: ticked, or holding the sex,
// or the year of birth as electoral lists have it. birth is the cell to read
// the year from, "" if the columns do not hold it.
func parseSexes(man, woman string) (sex, birth string) {
	isMan, isWoman := !isBlank(man), !isBlank(woman)
	switch {
	case isMan == isWoman:
		return "", ""
	case isMan:
		sex, birth = male, man
	default:
		sex, birth = female, woman
	}
	switch {
	case isMark(birth), parseSex(birth) == sex:
		return sex, ""
	case digits(birth) == "":
		return "", ""
	}
	return sex, birth
}

var (
	dayFirst = regexp.MustCompile(`^(?:\d{1,2}\s*[/.\-]\s*)?(?:\d{1,2}\s*[/.\-]\s*)?(\d{4})$`)
	yearLast = regexp.MustCompile(`^\d{1,2}[/.\-]\d{1,2}[/.\-](\d{2})$`)
	isoDate  = regexp.MustCompile(`^(\d{4})-\d{1,2}-\d{1,2}(?:[ T].*)?$`)
	twoDigit = regexp.MustCompile(`^(\d{2})$`)
)

// parseBirth reads a year of birth from a year, a date, or the day number that
// a spreadsheet keeps for a date. Two digits are taken when only one century
// fits a grown-up who may be on a list (30 to 99); the rest are asked.
func parseBirth(s string) (int, bool) {
	s = strings.TrimSuffix(strings.TrimSpace(s), ".0")
	if len(s) == 4 && digits(s) == s { // as nearly every list has it
		return inLifetime(s, 0)
	}
	for _, shape := range []*regexp.Regexp{dayFirst, isoDate} {
		if m := shape.FindStringSubmatch(s); m != nil {
			return inLifetime(m[1], 0)
		}
	}
	for _, shape := range []*regexp.Regexp{yearLast, twoDigit} {
		if m := shape.FindStringSubmatch(s); m != nil && m[1] >= "30" {
			return inLifetime(m[1], 1900)
		}
	}
	if len(s) == 5 && digits(s) == s {
		days, _ := strconv.Atoi(s) // five digits always fit
		// Day 1 is 1 January 1900, and 1900 is taken for a leap year.
		return inLifetime(strconv.Itoa(time.Date(1899, time.December, 30+days, 0, 0, 0, 0, time.UTC).Year()), 0)
	}
	return 0, false
}

func inLifetime(year string, century int) (int, bool) {
	y, err := strconv.Atoi(year)
	y += century
	return y, err == nil && y >= 1900 && y <= 2020
}

// parseLanguage reads a language of ours, Vietnamese unless another is named.
func parseLanguage(s string) survey.Lang {
	switch words(s) {
	case "en", "eng", "english", "tieng anh", "anh", "anh ngu":
		return survey.English
	}
	return survey.Vietnamese
}

// Remarks that say a person is not to be invited, as words() gives them.
var (
	leftWords = []string{"nghi huu", "huu tri", "ve huu", "chuyen ct", "chuyen cong tac", "chuyen don vi", "da chuyen", "thoi viec", "nghi viec", "da nghi", "nghi ctv",
		"thoi ctv", "khong con", "da mat", "tu tran", "qua doi", "da chet", "retired", "left", "died", "deceased", "moved away"}
	outWords = []string{"ngung nhan", "khong tham gia", "ko tham gia", "k tham gia", "khong nhan", "thoi nhan", "tu choi", "khong lien he", "dung gui", "opt out", "opted out", "do not contact", "unsubscribed"}
)

func saysLeft(note string) bool { return hasAnyWords(words(note), leftWords) }

func saysOut(note string) bool { return hasAnyWords(words(note), outWords) }
