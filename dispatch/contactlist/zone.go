package contactlist

import (
	"strconv"
	"strings"

	"canvass/dispatch/survey"
)

// homeZone is what lists mean that name the country, or one of its cities.
const homeZone = "Asia/Ho_Chi_Minh"

// parseZone reads a time zone as a list may have it: an IANA name in any case,
// with blanks for its underscores (Asia/Ho Chi Minh); whole hours from Greenwich
// (GMT+7, UTC+07:00); or a name of home. What else people write (EST, giờ Mỹ) may
// be several zones, and is none.
func parseZone(cell string) (name string, ok bool) {
	cell = tidy(cell)
	switch words(cell) {
	case "viet nam", "vietnam", "vn", "ict", "ha noi", "hanoi", "sai gon", "saigon", "ho chi minh", "tp ho chi minh", "tp hcm", "hcm", "indochina time",
		"gio viet nam", "gio ha noi":
		return homeZone, true
	}
	if name, ok = offsetZone(cell); ok {
		return name, true
	}
	for _, name := range [...]string{cell, zoneName(cell)} {
		if _, ok := survey.Zone(name); ok {
			return name, true
		}
	}
	return "", false
}

// zoneName writes a name as the time zone database does: Asia/Ho_Chi_Minh,
// America/Port_of_Spain.
func zoneName(cell string) string {
	b := []byte(strings.ReplaceAll(strings.ToLower(cell), " ", "_"))
	start := true
	for i, c := range b {
		if start && c >= 'a' && c <= 'z' && !isSmallWord(b[i:]) {
			b[i] = c - 'a' + 'A'
		}
		start = c == '/' || c == '_' || c == '-'
	}
	if name := string(b); name == "Utc" || name == "Gmt" {
		return strings.ToUpper(name)
	}
	return string(b)
}

// isSmallWord reports whether a name goes on with a word that it writes small.
func isSmallWord(rest []byte) bool {
	word, _, more := strings.Cut(string(rest), "_")
	if !more {
		word, _, more = strings.Cut(string(rest), "-")
	}
	return more && (word == "of" || word == "es" || word == "au")
}

// offsetZone reads whole hours from Greenwich. East of it, IANA counts them
// backwards: Etc/GMT-7 is seven hours ahead.
func offsetZone(cell string) (name string, ok bool) {
	rest, ok := strings.CutPrefix(strings.ReplaceAll(strings.ToUpper(cell), " ", ""), "UTC")
	if !ok {
		if rest, ok = strings.CutPrefix(rest, "GMT"); !ok {
			return "", false
		}
	}
	if len(rest) < 2 || rest[0] != '+' && rest[0] != '-' {
		return "", false
	}
	hours, err := strconv.ParseUint(strings.TrimSuffix(rest[1:], ":00"), 10, 8)
	switch {
	case err != nil:
		return "", false
	case hours == 0:
		return "UTC", true
	case rest[0] == '+':
		name = "Etc/GMT-" + strconv.FormatUint(hours, 10)
	default:
		name = "Etc/GMT+" + strconv.FormatUint(hours, 10)
	}
	_, ok = survey.Zone(name)
	return name, ok
}
