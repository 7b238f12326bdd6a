package templates

import (
	"maps"
	"strings"
)

// Words returns the sentence for a code of an error, or the label of
// "reason.X", "disposition.X", "class.X", "kind.X", "channel.X", "mode.X", or of a state:
// "campaign.X", "replicate.X", "invitation.X", "attempt.X", "call.X" (an
// attempt by phone), "response.X", "series.X", "wave.X",
// "sender_health.X", "event.X", "why.X", "field.X", "endpoint.X", "import.X",
// "source.X", "machine.X", "finding.X", "hours.X", "act.X" (of the record). Args are the arguments of the error;
// what is not given is left out of the sentence. Some arguments are codes of
// their own: "why" has the words of "why.X"; "machine" and "state", together,
// those of "machine.X" and of the state; "problem" those of "problem.X"; "mode", "lang" and "accept" those of
// "mode.X", "lang.X" and "accept.X". It reports whether there is such a code.
func Words(code, lang string, args map[string]string) (string, bool) {
	words, err := shipped()
	if err != nil {
		return "", false
	}
	s, ok := words[code]
	if !ok {
		return "", false
	}
	args = maps.Clone(args)
	for name, key := range map[string]string{"why": "why." + args["why"], "machine": "machine." + args["machine"],
		"mode": "mode." + args["mode"], "lang": "lang." + args["lang"], "accept": "accept." + args["accept"], "problem": "problem." + slug(args["problem"]),
		"state": args["machine"] + "." + args["state"]} {
		if named, ok := words[key]; ok {
			args[name] = named.in(lang)
		}
	}
	return fill(s.in(lang), args), true
}

// slug is a problem as a key has it: what is no letter or figure is an underscore.
func slug(problem string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, problem)
}

// fill merges args into text, in which "[a|b]" is a if a's fields are all
// given, else b; b may be left out. A field outside brackets that is not given
// becomes "…", because an error must be told even where its room forgot a part.
func fill(text string, args map[string]string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "[")
		b.WriteString(orDots(before, args))
		if !found {
			return b.String()
		}
		segment, after, _ := strings.Cut(rest, "]")
		main, otherwise, _ := strings.Cut(segment, "|")
		if given, err := merge(main, args); err == nil {
			b.WriteString(given)
		} else {
			b.WriteString(orDots(otherwise, args))
		}
		text = after
	}
}

// orDots merges args into text and writes "…" for a field that is not given.
func orDots(text string, args map[string]string) string {
	values := make(map[string]string, len(args))
	for _, name := range holes(text) {
		values[name] = "…"
		if v := args[name]; v != "" {
			values[name] = v
		}
	}
	out, err := merge(text, values)
	if err != nil {
		return text // not a field: the text holds a brace of its own
	}
	return out
}
