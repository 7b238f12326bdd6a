package console

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"canvass/templates"
)

// The detail of a line of the record are names and values, as the act wrote them. Here
// they are said in words: [record.is.ACT.NAME] or [record.is.NAME], and what values mean.
// What has no words stays as it is.

// recordWords is the key of what a name is called in an act; "" where nobody said.
func recordWords(set *templates.Set, act, name string) string {
	for _, key := range []string{"record.is." + act + "." + name, "record.is." + name} {
		if set.Sentence("vi", key) != "" {
			return key
		}
	}
	return ""
}

// detailText says the detail of a line, the names in their order.
func (v *visit) detailText(act, text string) string {
	var all map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		return text
	}
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		value := v.detailValue(act, name, all[name])
		if value == "" { // there was none
			continue
		}
		if key := recordWords(v.Templates, act, name); key != "" {
			name = v.Templates.Sentence(string(v.lang()), key) + ":"
		}
		parts = append(parts, name+" "+value)
	}
	return strings.Join(parts, " · ")
}

// detailValue says one value; "" where it is empty.
func (v *visit) detailValue(act, name string, raw json.RawMessage) string {
	var value any
	if err := json.Unmarshal(raw, &value); err != nil {
		return string(raw)
	}
	switch x := value.(type) {
	case nil:
		return ""
	case bool:
		return v.Templates.Sentence(string(v.lang()), "record."+strconv.FormatBool(x))
	case string:
		return v.detailWord(act, name, x)
	case float64:
		if slices.Contains(counts(), name) && x == float64(int64(x)) {
			return templates.Number(string(v.lang()), int64(x))
		}
	case []any:
		var parts []string
		for _, one := range x {
			b, err := json.Marshal(one)
			if err != nil {
				return string(raw)
			}
			parts = append(parts, v.detailValue(act, name, b))
		}
		return strings.Join(parts, ", ")
	case map[string]any:
		if len(x) == 0 {
			return ""
		}
		return "(" + v.detailText(act, string(raw)) + ")"
	}
	return string(raw)
}

// counts lists the names of what is counted; other numbers name something.
func counts() []string {
	return []string{"created", "updated", "unchanged", "rejected", "removed", "restored", "people", "addresses", "rows", "n", "entries", "cancelled", "cases",
		"planned", "invitations", "closed", "responses", "answers", "sessions", "left", "added", "retired", "revived", "endpoints_moved", "endpoints_joined",
		"budget_from", "budget_to"}
}

// detailWord says a text: a code by its words, a time on the office's clock.
func (v *visit) detailWord(act, name, text string) string {
	lang := string(v.lang())
	if slices.Contains(counts(), name) {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return templates.Number(lang, n)
		}
	}
	for _, kind := range labelsOf(act, name) {
		if words, ok := templates.Words(kind+"."+text, lang, nil); ok {
			return words
		}
	}
	for _, begin := range sentencesOf(name) {
		if words := v.Templates.Sentence(lang, begin+"."+text); words != "" {
			return words
		}
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		if t.IsZero() {
			return ""
		}
		return v.local(t).Format("02/01/2006 15:04")
	}
	if t, err := time.Parse(time.DateOnly, text); err == nil {
		return templates.Date(lang, t)
	}
	return text
}

// labelsOf are the kinds of labels that a value of a name may be a code of, in an act.
func labelsOf(act, name string) []string {
	switch name {
	case "from", "to", "disposition":
		switch act {
		case "code":
			return []string{"disposition"}
		case "inbox":
			return []string{"matter"}
		}
		return []string{"campaign", "replicate"}
	case "channel", "source", "hours":
		return []string{name}
	case "fields", "columns":
		return []string{"field"}
	}
	return nil
}

// sentencesOf begin the sentences that a value of a name may be a code of.
func sentencesOf(name string) []string {
	switch name {
	case "event", "move", "did", "office":
		return []string{"record.did"}
	case "role", "second_step":
		return []string{"role"}
	case "may":
		return []string{"tokens.right"}
	case "to":
		return []string{"resend.to"}
	case "step":
		return []string{"wizard.step"}
	case "voids":
		return []string{"wizard.state"}
	case "purpose":
		return []string{"wizard.purpose"}
	case "kind":
		return []string{"focal.kind"}
	case "filters":
		return []string{"record.filter"}
	case "file":
		return []string{"record.file"}
	}
	return nil
}
