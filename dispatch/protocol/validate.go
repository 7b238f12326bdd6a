package protocol

import (
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
)

// Validate finds what is wrong with p: nil means that it can be used. Each error
// has code CodeProtocolInvalid, in Where the field (steps[call].tries), and in
// Args given and expected.
func Validate(p survey.Protocol) []*survey.Error {
	v := &validation{}
	v.check(p.Name != "", "name", p.Name, "monthly")
	_, err := time.LoadLocation(p.Zone)
	v.check(err == nil && p.Zone != "" && p.Zone != "Local", "zone", p.Zone, "Asia/Ho_Chi_Minh")
	length := p.Length.Duration()
	v.check(length > 0 && length <= maxDays*24*time.Hour, "length", p.Length.String(), "0 < length ≤ 2208h")
	v.check(p.Gap >= 0 && p.Gap < p.Length, "gap", p.Gap.String(), "0 ≤ gap < length")
	v.check(len(p.Steps) >= 1 && len(p.Steps) <= maxSteps, "steps", strconv.Itoa(len(p.Steps)), "1–"+strconv.Itoa(maxSteps))
	for channel, w := range p.Windows {
		_, ok := parseWindow(w)
		v.check(channel.Valid() && ok, "windows["+string(channel)+"]", w.From+"–"+w.To, "07:00–22:00")
	}
	for channel, most := range p.DayCaps {
		v.check(channel.Valid() && most >= 1, "day_caps["+string(channel)+"]", strconv.Itoa(most), "≥ 1")
	}
	after := survey.Span(0)
	for i, s := range p.Steps {
		earlier := slices.ContainsFunc(p.Steps[:i], func(o survey.Step) bool { return o.Name == s.Name })
		v.check(s.Name != "" && !earlier, "steps["+strconv.Itoa(i)+"].name", s.Name, "a-b-c")
		v.check(s.After >= after && s.After < p.Length, "steps["+s.Name+"].after", s.After.String(),
			after.String()+" ≤ after < "+p.Length.String())
		after = max(after, s.After)
		v.step(p, s)
	}
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

func (v *validation) step(p survey.Protocol, s survey.Step) {
	at := "steps[" + s.Name + "]."
	v.check(s.Channel.Valid(), at+"channel", string(s.Channel), "email | sms | call")
	_, hours := p.Windows[s.Channel]
	v.check(hours || s.Channel == survey.Mail || !s.Channel.Valid(), at+"channel", string(s.Channel), "windows["+string(s.Channel)+"]")
	v.check(slices.Contains(texts(), s.Text), at+"text", s.Text, strings.Join(texts(), " | "))
	v.check(!s.Conversation || s.Channel == survey.SMS, at+"conversation", "true", string(survey.SMS))
	v.check(slices.Contains([]survey.StepCondition{survey.OnlyAnyone, survey.OnlyUnreached, survey.OnlyPartial}, s.Only),
		at+"only", string(s.Only), string(survey.OnlyUnreached)+" | "+string(survey.OnlyPartial))
	v.check(s.Tries >= 0 && s.Tries <= maxTries, at+"tries", strconv.Itoa(s.Tries), "0–"+strconv.Itoa(maxTries))
	for reason, ladder := range s.Retry {
		v.check(len(ladder) > 0, at+"retry["+string(reason)+"]", "", "10m")
		for _, wait := range ladder {
			v.check(wait > 0, at+"retry["+string(reason)+"]", wait.String(), "> 0")
		}
	}
	v.check(len(s.Retry) == 0 || s.Tries > 1, at+"tries", strconv.Itoa(s.Tries), "≥ 2")
	v.check(len(s.Retry) > 0 || s.Tries <= 1, at+"retry", "", string(survey.ReasonBusy)+" | "+string(survey.ReasonNoAnswer))
}

// texts are the wordings that a step may name.
func texts() []string { return []string{"invitation", "reminder", "last"} }
