package templates

import (
	"embed"
	"regexp"
	"strings"
)

//go:embed manuscript/*.yaml
var manuscriptFiles embed.FS

// Starter is the text that an empty questionnaire begins with.
func Starter() string { return manuscript("starter") }

// Snippets lists the ready questions, by their keys.
func Snippets() []string {
	return []string{"single", "multiple", "scale", "ranking", "integer", "decimal", "date", "text", "matrix", "attachment", "acknowledge", "note", "when"}
}

// english is what stands in English beside a text.
var english = regexp.MustCompile(` \| [^\n]*`)

// Snippet is a ready question as a text has it that is asked in the languages, of which
// there may be only Vietnamese. "" for a key that there is none of.
func Snippet(key string, languages int) string {
	for _, k := range Snippets() {
		if k != key {
			continue
		}
		text := manuscript("snippet-" + key)
		if languages < 2 {
			text = english.ReplaceAllString(text, "")
		}
		return text
	}
	return ""
}

func manuscript(name string) string {
	src, err := manuscriptFiles.ReadFile("manuscript/" + name + ".yaml")
	if err != nil {
		panic("templates: " + err.Error()) // embedded: only a broken build lacks it
	}
	return strings.ReplaceAll(string(src), "\r\n", "\n")
}
