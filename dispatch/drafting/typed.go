package drafting

import (
	"regexp"
	"strconv"
	"strings"

	"canvass/dispatch/smstext"
	"canvass/dispatch/survey"
)

// coded is a line that begins with the code of its choice: "1 = Tốt", "1. Tốt", "1) Tốt".
var coded = regexp.MustCompile(`^(?:([0-9]{1,9})\s*[=.)]|([A-Za-z0-9][A-Za-z0-9_-]{0,31})\s*=)\s+(.*)$`)

// Choices reads choices as people type them, one a line: "1 = Tốt | Good". A line without
// a code keeps the code that its words had before, else gets the next number.
func Choices(typed string, langs []survey.Lang, before []Choice) []Choice {
	var out []Choice
	taken := map[string]bool{}
	for line := range strings.SplitSeq(typed, "\n") {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		c := Choice{Label: Texts{}}
		if m := coded.FindStringSubmatch(line); m != nil {
			c.Code, line = m[1]+m[2], m[3]
		}
		for i, part := range strings.Split(line, " | ") {
			if part = strings.TrimSpace(part); part != "" && i < len(langs) {
				c.Label[langs[i]] = part
			}
		}
		taken[c.Code] = taken[c.Code] || c.Code != ""
		out = append(out, c)
	}
	for i := range out {
		for _, b := range before {
			if out[i].Code == "" && !taken[b.Code] && equal(b.Label, out[i].Label) {
				out[i].Code, taken[b.Code] = b.Code, true
			}
		}
	}
	next := 1
	for i := range out {
		for out[i].Code == "" {
			if code := strconv.Itoa(next); !taken[code] {
				out[i].Code, taken[code] = code, true
			}
			next++
		}
	}
	return out
}

// Typed writes choices as Choices reads them.
func Typed(list []Choice, langs []survey.Lang) string {
	var b strings.Builder
	for _, c := range list {
		var parts []string
		for _, l := range langs {
			parts = append(parts, c.Label[l])
		}
		for len(parts) > 1 && parts[len(parts)-1] == "" {
			parts = parts[:len(parts)-1]
		}
		b.WriteString(c.Code + " = " + strings.Join(parts, " | ") + "\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// mostWords is how much of its words goes into the name that a question gets.
const mostWords = 4

// NameOf makes a name for a question of its words, unlike those that are taken.
func NameOf(label string, taken []string) string {
	words := strings.FieldsFunc(strings.ToLower(smstext.Fold(smstext.Normalize(label))), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	base := strings.Join(words[:min(len(words), mostWords)], "_")
	base = strings.Trim(base[:min(len(base), 40)], "_")
	if base == "" || base[0] >= '0' && base[0] <= '9' {
		base = strings.TrimSuffix("cau_"+base, "_")
	}
	used := map[string]bool{}
	for _, t := range taken {
		used[t] = true
	}
	name := base
	for i := 2; used[name]; i++ {
		name = base + "_" + strconv.Itoa(i)
	}
	return name
}
