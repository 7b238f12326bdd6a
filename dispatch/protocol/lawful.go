package protocol

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"canvass/dispatch/survey"
)

// The defaults are the hours and daily ceilings of Decree 91/2020/NĐ-CP for
// advertising. A survey is not advertising; they are kept all the same, until an
// office's legal officer says otherwise. A protocol that goes beyond one of them
// names it under loosened, with the ground; a launch puts that on record.

// lawfulHours are the hours in which a channel may be used.
func lawfulHours() map[survey.Channel]survey.Window {
	return map[survey.Channel]survey.Window{
		survey.SMS:  {From: "07:00", To: "22:00"},
		survey.Call: {From: "08:00", To: "17:00"},
	}
}

// lawfulPerDay is how many contacts a person may have by channel in 24 hours.
func lawfulPerDay() map[survey.Channel]int {
	return map[survey.Channel]int{survey.Mail: 3, survey.SMS: 3, survey.Call: 1}
}

// beyond is one default that a protocol goes beyond.
type beyond struct {
	loosening              survey.Loosening
	where, given, expected string
}

// exceeded lists the defaults that p goes beyond, in the order of Loosenings.
func exceeded(p survey.Protocol) []beyond {
	var out []beyond
	for _, o := range []struct {
		channel   survey.Channel
		loosening survey.Loosening
	}{{survey.SMS, survey.LoosenSMSHours}, {survey.Call, survey.LoosenCallHours}} {
		given, listed := p.Windows[o.channel]
		lawful := lawfulHours()[o.channel]
		if listed && !isWithin(given, lawful) {
			out = append(out, beyond{o.loosening, "windows[" + string(o.channel) + "]", given.From + "–" + given.To, lawful.From + "–" + lawful.To})
		}
	}
	for _, o := range []struct {
		channel   survey.Channel
		loosening survey.Loosening
	}{{survey.Mail, survey.LoosenMailPerDay}, {survey.SMS, survey.LoosenSMSPerDay}, {survey.Call, survey.LoosenCallPerDay}} {
		given, capped := p.DayCaps[o.channel]
		used := slices.ContainsFunc(p.Steps, func(s survey.Step) bool { return s.Channel == o.channel })
		lawful := lawfulPerDay()[o.channel]
		if !capped && used || given > lawful {
			text := ""
			if capped {
				text = strconv.Itoa(given)
			}
			out = append(out, beyond{o.loosening, "day_caps[" + string(o.channel) + "]", text, strconv.Itoa(lawful)})
		}
	}
	return out
}

// isWithin reports whether a window lies in another. One that cannot be read is
// an error of its own.
func isWithin(w, outer survey.Window) bool {
	inner, ok := parseWindow(w)
	bounds, _ := parseWindow(outer)
	return !ok || inner.from >= bounds.from && inner.to <= bounds.to
}

// defaults refuses every default that is exceeded without a loosening that says
// why, with code CodeProtocolDefault, in Where the field, and Args given, expected
// (the default) and loosening (what to write; given is missing where nothing is
// written); and every loosening that loosens nothing, does not exist, or has no
// ground.
func (v *validation) defaults(p survey.Protocol) {
	needed := map[survey.Loosening]bool{}
	for _, b := range exceeded(p) {
		needed[b.loosening] = true
		if _, said := p.Loosened[b.loosening]; !said {
			v.errors = append(v.errors, &survey.Error{Kind: survey.Invalid, Code: survey.CodeProtocolDefault, Where: b.where,
				Args: map[string]string{"given": b.given, "expected": b.expected, "loosening": string(b.loosening)}})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.Loosened)) {
		where := "loosened[" + string(name) + "]"
		switch known := slices.Contains(survey.Loosenings(), name); {
		case !known:
			v.check(known, where, string(name), list(survey.Loosenings()))
		case !needed[name]:
			v.errors = append(v.errors, &survey.Error{Kind: survey.Invalid, Code: survey.CodeLooseningUnneeded, Where: where, Args: map[string]string{}})
		default:
			v.check(strings.TrimSpace(p.Loosened[name]) != "", where, "", string(name)+`: "…"`)
		}
	}
}
