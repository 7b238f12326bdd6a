package protocol

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"canvass/dispatch/survey"
)

// Limits that no real protocol comes near; they keep a slip of the keyboard
// from becoming a thousand calls.
const (
	maxSteps = 20
	maxTries = 5
	maxDays  = 92
	maxCap   = 100
)

// Validate finds what is wrong with p: nil means that it can be used. Beside what
// Check finds, each default that p goes beyond without saying so is an error, and
// each loosening that it does not need: see lawful.go.
func Validate(p survey.Protocol) []*survey.Error {
	v := &validation{errors: Check(p)}
	v.defaults(p)
	return v.errors
}

// Check finds what is wrong with the form of p: nil means that it can be carried
// out. Each error has code CodeProtocolInvalid, in Where the field
// (steps[call].tries), and in Args given and expected.
func Check(p survey.Protocol) []*survey.Error {
	v := &validation{}
	v.check(p.Name != "", "name", p.Name, "monthly")
	_, ok := survey.Zone(p.Zone)
	v.check(ok, "zone", p.Zone, "Asia/Ho_Chi_Minh")
	length := p.Length.Duration()
	v.check(length > 0 && length <= maxDays*24*time.Hour, "length", p.Length.String(), "0 < length ≤ 2208h")
	v.check(p.Gap >= 0 && p.Gap < p.Length, "gap", p.Gap.String(), "0 ≤ gap < length")
	v.check(len(p.Steps) >= 1 && len(p.Steps) <= maxSteps, "steps", strconv.Itoa(len(p.Steps)), "1–"+strconv.Itoa(maxSteps))
	for _, channel := range slices.Sorted(maps.Keys(p.Windows)) {
		w := p.Windows[channel]
		_, ok := parseWindow(w)
		v.check(channel.Valid() && ok, "windows["+string(channel)+"]", w.From+"–"+w.To, "07:00–22:00")
	}
	for _, channel := range slices.Sorted(maps.Keys(p.DayCaps)) {
		most := p.DayCaps[channel]
		v.check(channel.Valid() && most >= 1 && most <= maxCap, "day_caps["+string(channel)+"]", strconv.Itoa(most), "1–"+strconv.Itoa(maxCap))
	}
	v.check(p.WaveCap >= 0 && p.WaveCap <= maxCap, "wave_cap", strconv.Itoa(p.WaveCap), "0–"+strconv.Itoa(maxCap))
	v.check(p.MonthCap >= 0 && p.MonthCap <= maxCap, "month_cap", strconv.Itoa(p.MonthCap), "0–"+strconv.Itoa(maxCap))
	v.check(p.InDoubt == survey.DoubtAsk || p.InDoubt == survey.DoubtResend, "in_doubt", string(p.InDoubt), string(survey.DoubtResend))
	_, wrong := parseHolidays(p.Holidays)
	v.check(wrong == "", "holidays", wrong, "vn | tet | 2027-04-30 | 2027-02-03..2027-02-10")
	v.check(len(p.Holidays) <= maxHolidays, "holidays", strconv.Itoa(len(p.Holidays)), "0–"+strconv.Itoa(maxHolidays))
	v.steps(p)
	return v.errors
}

type validation struct {
	errors []*survey.Error
}

func (v *validation) check(ok bool, where, given, expected string) {
	if !ok {
		v.errors = append(v.errors, &survey.Error{Kind: survey.Invalid, Code: survey.CodeProtocolInvalid, Where: where,
			Args: map[string]string{"given": given, "expected": expected}})
	}
}

// steps checks each step, and that their offsets ascend and end within the field
// period. The offset of a step that follows the one before is at least the sum.
func (v *validation) steps(p survey.Protocol) {
	after := survey.Span(0)
	for i, s := range p.Steps {
		taken := slices.ContainsFunc(p.Steps[:i], func(o survey.Step) bool { return o.Name == s.Name })
		v.check(s.Name != "" && !taken, "steps["+strconv.Itoa(i)+"].name", s.Name, "a-b-c")
		least, at := after, s.After
		if s.Since == survey.SincePrevious {
			least, at = 0, after+s.After
		}
		v.check(s.After >= least && s.After < p.Length && at < p.Length, "steps["+s.Name+"].after", s.After.String(),
			least.String()+" ≤ after < "+(p.Length-(at-s.After)).String())
		after = max(after, at)
		v.step(p, s)
		v.only(p.Steps[:i], s)
	}
}

func (v *validation) step(p survey.Protocol, s survey.Step) {
	at := "steps[" + s.Name + "]."
	v.check(s.Channel.Valid(), at+"channel", string(s.Channel), list(survey.Channels()))
	_, hours := p.Windows[s.Channel]
	v.check(hours || s.Channel == survey.Mail || !s.Channel.Valid(), at+"channel", string(s.Channel), "windows["+string(s.Channel)+"]")
	v.check(slices.Contains(survey.StepTexts(), s.Text), at+"text", s.Text, list(survey.StepTexts()))
	v.check(s.Since == survey.SinceLaunch || s.Since == survey.SincePrevious, at+"since", string(s.Since), string(survey.SincePrevious))
	v.check(!s.Conversation || s.Channel == survey.SMS, at+"conversation", "true", string(survey.SMS))
	v.check(s.Tries >= 0 && s.Tries <= maxTries, at+"tries", strconv.Itoa(s.Tries), "0–"+strconv.Itoa(maxTries))
	for _, reason := range slices.Sorted(maps.Keys(s.Retry)) {
		ladder := s.Retry[reason]
		v.check(slices.Contains(survey.RetryReasons(), reason), at+"retry", string(reason), list(survey.RetryReasons()))
		v.check(len(ladder) > 0 && len(ladder) <= maxTries, at+"retry["+string(reason)+"]", strconv.Itoa(len(ladder)), "10m | [10m, 2h]")
		for _, wait := range ladder {
			v.check(wait > 0 && wait.Duration() <= maxDays*24*time.Hour, at+"retry["+string(reason)+"]", wait.String(), "> 0")
		}
	}
	v.check(len(s.Retry) == 0 || s.Tries > 1, at+"tries", strconv.Itoa(s.Tries), "≥ 2")
	v.check(len(s.Retry) > 0 || s.Tries <= 1, at+"retry", "", list(survey.RetryReasons()))
}

// only checks a step's condition: one that looks at the steps before it needs such
// a step, or it would hold for nobody, or for everybody.
func (v *validation) only(before []survey.Step, s survey.Step) {
	at := "steps[" + s.Name + "].only"
	v.check(s.Only == survey.OnlyAnyone || slices.Contains(survey.StepConditions(), s.Only), at, string(s.Only), list(survey.StepConditions()))
	switch s.Only {
	case survey.OnlyUndelivered:
		v.check(len(before) > 0, at, string(s.Only), "steps[1…]")
	case survey.OnlyNoEndpoint:
		other := slices.ContainsFunc(before, func(o survey.Step) bool { return o.Channel != s.Channel })
		v.check(other, at, string(s.Only), "channel ≠ "+string(s.Channel))
	}
}

// list is a choice of words as errors show it.
func list[S ~string](all []S) string {
	words := make([]string, len(all))
	for i, s := range all {
		words[i] = string(s)
	}
	return strings.Join(words, " | ")
}
