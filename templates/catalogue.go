package templates

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
)

//go:embed words/*.txt
var wordFiles embed.FS

// ErrMissing is wrapped by every error about a sentence that does not exist or
// a merge field that has no value: a gap is never sent.
var ErrMissing = errors.New("templates: missing")

// Tongue is how we speak to one person.
type Tongue struct {
	// Lang is "vi" or "en"; anything else is read as "vi".
	Lang string
	// Duty is a collaborator's duty report, not a voluntary survey.
	Duty bool
}

// English reports whether the tongue is English.
func (t Tongue) English() bool { return t.Lang == "en" }

// sentence is one text in both languages, still with its merge fields.
type sentence struct{ vi, en string }

func (s sentence) in(lang string) string {
	if lang == "en" {
		return s.en
	}
	return s.vi
}

// codeFile holds the words of codes, with free argument names.
const codeFile = "words/code.txt"

// ofConsole stands before the keys of the console's files, one for each part of it: they
// are short, and others have them. The fields of their sentences have free names too.
const ofConsole = "console "

// forConsole reports whether a file of words is one of those.
func forConsole(name string) bool { return strings.HasPrefix(name, "words/console") }

// catalogue is every sentence of the house by key. It is never written after
// loading.
type catalogue map[string]sentence

var shipped = sync.OnceValues(func() (catalogue, error) { return readCatalogue(wordFiles) })

// readCatalogue reads every words/*.txt of files and refuses an incomplete one.
func readCatalogue(files fs.FS) (catalogue, error) {
	names, err := fs.Glob(files, "words/*.txt")
	if err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	c := catalogue{}
	var faults []error
	closed := Fields{}.values()
	for _, name := range names {
		src, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("templates: %w", err)
		}
		faults = append(faults, c.add(name, string(src))...)
		if name == codeFile || forConsole(name) {
			continue // they name the arguments of their error, or of their screen
		}
		for _, field := range holes(string(src)) {
			if _, ok := closed[field]; !ok {
				faults = append(faults, fmt.Errorf("templates: %s: no merge field {%s}", name, field))
			}
		}
	}
	for key, s := range c {
		if s.vi == "" || s.en == "" {
			faults = append(faults, fmt.Errorf("%w: [%s] in one of its languages", ErrMissing, key))
		}
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return c, nil
}

// add reads one catalogue file: "[key]" lines, each followed by one "vi:" and
// one "en:" line; "#" opens a comment line.
func (c catalogue) add(name, src string) (faults []error) {
	key := ""
	for i, line := range strings.Split(src, "\n") {
		fault := func(why string) {
			faults = append(faults, fmt.Errorf("templates: %s:%d: %s", name, i+1, why))
		}
		line = strings.TrimSpace(line)
		head, text, found := strings.Cut(line, ":")
		s := c[key]
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "["):
			key = strings.Trim(line, "[]")
			if forConsole(name) {
				key = ofConsole + key
			}
			if _, twice := c[key]; twice || key == "" {
				fault("this key stands twice or is empty: " + line)
			}
			c[key] = sentence{}
		case key == "" || !found:
			fault("want [key], vi: or en:")
		case head == "vi" && s.vi == "":
			s.vi = strings.TrimSpace(text)
			c[key] = s
		case head == "en" && s.en == "":
			s.en = strings.TrimSpace(text)
			c[key] = s
		default:
			fault("want one vi: and one en: under " + key)
		}
	}
	return faults
}

// find returns the sentence under key in tongue t; in a duty report the variant
// key+".duty" wins where there is one.
func (c catalogue) find(t Tongue, key string) (string, bool) {
	if t.Duty {
		if s, ok := c[key+".duty"]; ok {
			return s.in(t.Lang), true
		}
	}
	s, ok := c[key]
	return s.in(t.Lang), ok
}

// merge replaces every {field} of text by its value. A field without a value is
// an error, never an empty gap.
func merge(text string, values map[string]string) (string, error) {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		b.WriteString(before)
		if !found {
			return b.String(), nil
		}
		name, after, closed := strings.Cut(rest, "}")
		value := values[name]
		if !closed || value == "" {
			return "", fmt.Errorf("%w: merge field {%s} in %q", ErrMissing, name, text)
		}
		b.WriteString(value)
		text = after
	}
}

// holes lists the merge fields of text, in order, each once.
func holes(text string) []string {
	var out []string
	for {
		_, rest, found := strings.Cut(text, "{")
		if !found {
			return out
		}
		name, after, _ := strings.Cut(rest, "}")
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
		text = after
	}
}
