package templates

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"math"
	"path"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

//go:embed console/*.html
var consoleFiles embed.FS

// Screen is a whole page of the staff console: one of the structs of screen.go.
type Screen interface {
	shell() Shell
	file() string
}

// Shell is what every screen shares. Times are those of the office's wall clock.
type Shell struct {
	Lang   string // "vi" or "en"
	Office string // short name, may be empty
	Here   string // address of the screen, for the other language
	Now    time.Time
	Told   string    // what was just done, said once
	Undo   *Undo     // and how it is taken back; nil: not here
	User   string    // name of who is signed in; empty: nobody
	Role   string    // "administrator", "manager", "analyst", "viewer"
	Nav    []NavItem // what the role may open
}

func (s Shell) shell() Shell { return s }

// Undo is a form of one press that takes back what was just done.
type Undo struct {
	Href, Do string // where it is sent, and the value of its button
	Merge    int64
}

// NavItem is a door of the rail.
type NavItem struct {
	Key     string // word [nav.KEY]
	Href    string
	Count   int
	Due     bool // the count waits for a person
	Current bool
}

// WriteScreen renders screen to w; nothing is written unless all of it could be.
func (s *Set) WriteScreen(w io.Writer, screen Screen) error {
	return s.writeConsole(w, screen, "layout.html")
}

// WritePart renders the part of a screen that changes while one looks at it.
func (s *Set) WritePart(w io.Writer, screen Screen) error {
	return s.writeConsole(w, screen, "live")
}

func (s *Set) writeConsole(w io.Writer, screen Screen, name string) error {
	lang := known(Tongue{Lang: screen.shell().Lang}).Lang
	var b bytes.Buffer
	if err := s.screens[lang][screen.file()].ExecuteTemplate(&b, name, screen); err != nil {
		return fmt.Errorf("templates: screen %s: %w", screen.file(), err)
	}
	_, err := b.WriteTo(w)
	return err
}

// parseConsole reads the screens in one language.
func (s *Set) parseConsole(lang string) (map[string]*template.Template, error) {
	layout, err := template.New("layout").Option("missingkey=error").Funcs(s.onScreen(lang)).ParseFS(consoleFiles, "console/layout.html", "console/parts*.html")
	if err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	entries, err := consoleFiles.ReadDir("console")
	if err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	out := map[string]*template.Template{}
	for _, e := range entries {
		name, _ := strings.CutSuffix(e.Name(), ".html")
		if name == "layout" || strings.HasPrefix(name, "parts") {
			continue
		}
		if out[name], err = template.Must(layout.Clone()).ParseFS(consoleFiles, path.Join("console", e.Name())); err != nil {
			return nil, fmt.Errorf("templates: %w", err)
		}
	}
	return out, nil
}

// onScreen are the functions of the screens. say takes the names and values of the
// fields of a sentence in turn: {{say "key" "n" .N}}.
func (s *Set) onScreen(lang string) map[string]any {
	say := func(key string, pairs ...any) (string, error) {
		sentence, ok := s.words[ofConsole+key]
		if !ok {
			return "", fmt.Errorf("%w: sentence [%s]", ErrMissing, key)
		}
		values := map[string]string{}
		for i := 0; i+1 < len(pairs); i += 2 {
			values[fmt.Sprint(pairs[i])] = screenText(lang, pairs[i+1])
		}
		out, err := merge(sentence.in(lang), values)
		if err != nil {
			return "", fmt.Errorf("[%s]: %w", key, err)
		}
		return unbroken(out), nil
	}
	return map[string]any{
		"say": say, "word": say, "asset": s.assets.path,
		"other":   func() string { return map[string]string{"vi": "en", "en": "vi"}[lang] },
		"cap":     Capital,
		"pair":    func(a, b any) []any { return []any{a, b} }, // for a block that needs both
		"n":       func(v int) string { return Number(lang, int64(v)) },
		"dong":    func(v int64) string { return Number(lang, v) },
		"pct":     func(part float64) string { return Percent(lang, part) },
		"secs":    func(v float64) string { return Number(lang, int64(math.Round(v))) },
		"day":     func(t time.Time) string { return screenDay(lang, t) },
		"decimal": func(x float64, places int) string { return Decimal(lang, x, places) },
		"hundred": func(x float64) float64 { return 100 * x },
		"add":     func(a, b int) int { return a + b },
		"wide":    func(part, of int) string { return wide(part, of) },
		"at":      func(t time.Time) string { return screenTime(lang, t) },
		"label": func(kind, code string) (string, error) {
			words, ok := Words(kind+"."+code, lang, nil)
			if !ok {
				return "", fmt.Errorf("%w: label %s.%s", ErrMissing, kind, code)
			}
			return words, nil
		},
	}
}

// screenText is a value as a sentence of a screen has it.
func screenText(lang string, v any) string {
	switch v := v.(type) {
	case int:
		return Number(lang, int64(v))
	case int64:
		return Number(lang, v)
	case time.Time:
		return screenTime(lang, v)
	}
	return fmt.Sprint(v)
}

// screenTime writes a moment as screens do: 20/11/2026 14:32, in English 20 Nov 2026
// 14:32; a dash where there is none.
func screenTime(lang string, t time.Time) string {
	switch {
	case t.IsZero():
		return "–"
	case lang == "en":
		return t.Format("2 Jan 2006 15:04")
	}
	return t.Format("02/01/2006 15:04")
}

// screenDay writes a day: 20/11/2026, in English 20 Nov 2026; a dash where there is none.
func screenDay(lang string, t time.Time) string {
	switch {
	case t.IsZero():
		return "–"
	case lang == "en":
		return t.Format("2 Jan 2006")
	}
	return t.Format("02/01/2006")
}

// wide is a share as the width of a bar.
func wide(part, of int) string {
	if of <= 0 {
		return "0%"
	}
	return fmt.Sprintf("%.2f%%", 100*float64(part)/float64(of))
}

// Sentence is a sentence of the console without fields; "" if there is none.
func (s *Set) Sentence(lang, key string) string {
	sentence := s.words[ofConsole+key]
	return sentence.in(known(Tongue{Lang: lang}).Lang)
}

// Capital writes a label as a heading of a column.
func Capital(text string) string {
	r, n := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(r)) + text[n:]
}
