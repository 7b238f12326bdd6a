package series

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"canvass/dispatch/survey"
)

// Fill puts a date into a pattern: {yyyy} its year, {mm} and {dd} month and day
// in two digits, {m} and {d} without a zero, {q} the quarter, {n} the number of
// the date. Other braces stay as they are; CheckPattern refuses them.
func Fill(pattern string, o Occurrence) string {
	month := int(o.Date.Month)
	return strings.NewReplacer(
		"{yyyy}", fmt.Sprintf("%04d", o.Date.Year),
		"{mm}", fmt.Sprintf("%02d", month), "{m}", strconv.Itoa(month),
		"{dd}", fmt.Sprintf("%02d", o.Date.Day), "{d}", strconv.Itoa(o.Date.Day),
		"{q}", strconv.Itoa((month+2)/3), "{n}", strconv.Itoa(o.Number),
	).Replace(pattern)
}

// The parts that a title may have, and of these the ones of a fixed width, and
// the number: those that a name may have, because then no two dates read alike.
const (
	titleParts = "{yyyy} {mm} {m} {dd} {d} {q} {n}"
	nameParts  = "{yyyy} {mm} {dd} {q} {n}"
)

// CheckTitle refuses a pattern with parts that no title has.
func CheckTitle(pattern string) *survey.Error { return checkParts(pattern, titleParts) }

// CheckName refuses a pattern of names that has unknown parts, or that gives two
// dates of a rule in unit the same name.
func CheckName(pattern string, unit survey.RecurUnit) *survey.Error {
	if bad := checkParts(pattern, nameParts); bad != nil {
		return bad
	}
	has := func(part string) bool { return strings.Contains(pattern, part) }
	if has("{n}") {
		return nil
	}
	// What tells the dates of a unit apart.
	needs, told := "{yyyy}", has("{yyyy}")
	switch unit {
	case survey.EveryQuarter:
		needs, told = "{yyyy} {q}", told && (has("{q}") || has("{mm}"))
	case survey.EveryMonth:
		needs, told = "{yyyy} {mm}", told && has("{mm}")
	case survey.EveryWeek:
		needs, told = "{yyyy} {mm} {dd}", told && has("{mm}") && has("{dd}")
	}
	if told {
		return nil
	}
	return &survey.Error{Kind: survey.Invalid, Code: survey.CodePatternSame, Args: map[string]string{"given": pattern, "expected": needs + " | {n}"}}
}

func checkParts(pattern, allowed string) *survey.Error {
	rest := pattern
	for {
		open := strings.IndexAny(rest, "{}")
		if open < 0 {
			return nil
		}
		end := strings.IndexByte(rest[open:], '}')
		part := rest[open:]
		if end >= 0 {
			part = rest[open : open+end+1]
		}
		if !slices.Contains(strings.Fields(allowed), part) {
			return &survey.Error{Kind: survey.Invalid, Code: survey.CodePattern, Args: map[string]string{"given": part, "expected": allowed}}
		}
		rest = rest[open+end+1:]
	}
}
