package templates

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"path"
	"regexp"
	"strings"
	"sync"
	text "text/template"
)

//go:embed form/*.html
var formFiles embed.FS

//go:embed message/*.html message/*.txt
var messageFiles embed.FS

// Set is every page and message, parsed. It is safe for concurrent use.
type Set struct {
	words  catalogue
	pages  map[Tongue]map[string]*template.Template
	html   map[Tongue]map[string]*template.Template
	plain  map[Tongue]map[string]*text.Template
	assets assets
	// screens are those of the console, by language.
	screens map[string]map[string]*template.Template
	kept    keptPages
}

// New parses everything that ships. It fails only if what ships is broken, so
// a test that calls it is enough for the caller to trust it.
func New() (*Set, error) {
	words, err := shipped()
	if err != nil {
		return nil, err
	}
	s := &Set{
		words:  words,
		pages:  map[Tongue]map[string]*template.Template{},
		html:   map[Tongue]map[string]*template.Template{},
		plain:  map[Tongue]map[string]*text.Template{},
		assets: newAssets(), screens: map[string]map[string]*template.Template{},
	}
	for _, lang := range []string{"vi", "en"} {
		if s.screens[lang], err = s.parseConsole(lang); err != nil {
			return nil, err
		}
	}
	for _, t := range tongues() {
		if s.pages[t], err = s.parseHTML(t, formFiles, "form"); err != nil {
			return nil, err
		}
		if s.html[t], err = s.parseHTML(t, messageFiles, "message"); err != nil {
			return nil, err
		}
		if s.plain[t], err = s.parseText(t); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// tongues lists every way of speaking; each has its own parsed copies, so that
// say knows its language without being told.
func tongues() []Tongue {
	return []Tongue{{"vi", false}, {"vi", true}, {"en", false}, {"en", true}}
}

// known returns t with a language of ours.
func known(t Tongue) Tongue {
	if t.Lang != "en" {
		t.Lang = "vi"
	}
	return t
}

// funcs are the functions of the templates in tongue t. The small ones make the
// Fields of a sentence that names one thing of the page.
func (s *Set) funcs(t Tongue) map[string]any {
	count := func(n int) string { return Number(t.Lang, int64(n)) }
	return map[string]any{
		"say":   func(f Fields, key string) (string, error) { return s.Text(t, key, f) },
		"word":  func(key string) (string, error) { return s.Text(t, key, Fields{}) },
		"asset": s.assets.path,
		"other": func() string { return map[string]string{"vi": "en", "en": "vi"}[t.Lang] },

		"turn":    func(n, of int) Fields { return Fields{Number: count(n), Questions: count(of)} },
		"left":    func(n int) Fields { return Fields{Left: count(n)} },
		"counted": func(n int) Fields { return Fields{Questions: count(n)} },
		"upto":    func(n int) Fields { return Fields{Max: count(n)} },
		"between": func(r Range) Fields { return Fields{From: r.Min, To: r.Max} },
		"files":   func(a Asked) Fields { return Fields{Max: count(a.MaxCount), To: a.Mega()} },
		"typed":   func(v string) Fields { return Fields{Typed: v} },
		"at":      func(v string) Fields { return Fields{When: v} },
		"posed":   func(v string) Fields { return Fields{Asked: v} },
		"alone":   func(a Asked, alone bool) asked { return asked{a, alone} },
	}
}

// asked is a question as its template sees it: alone on its page, or not.
type asked struct {
	Asked
	Alone bool
}

// onPage are the functions of the pages of the form: the same, with no line that ends
// inside a number or a day.
func (s *Set) onPage(t Tongue) map[string]any {
	out := s.funcs(t)
	out["say"] = func(f Fields, key string) (string, error) {
		words, err := s.Text(t, key, f)
		return unbroken(words), err
	}
	var said sync.Map // what has no fields is the same on every page
	out["word"] = func(key string) (string, error) {
		if words, ok := said.Load(key); ok {
			return words.(string), nil
		}
		words, err := s.Text(t, key, Fields{})
		if words = unbroken(words); err == nil {
			said.Store(key, words)
		}
		return words, err
	}
	out["whole"], out["dial"] = unbroken, dialled
	return out
}

func (s *Set) parseHTML(t Tongue, files embed.FS, dir string) (map[string]*template.Template, error) {
	funcs := s.funcs(t)
	if dir == "form" {
		funcs = s.onPage(t)
	}
	layout, err := template.New("layout").Option("missingkey=error").Funcs(funcs).
		ParseFS(files, dir+"/layout.html")
	if err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	entries, err := files.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	out := map[string]*template.Template{}
	for _, e := range entries {
		name, isPage := strings.CutSuffix(e.Name(), ".html")
		if !isPage || name == "layout" {
			continue
		}
		page, err := template.Must(layout.Clone()).ParseFS(files, path.Join(dir, e.Name()))
		if err != nil {
			return nil, fmt.Errorf("templates: %w", err)
		}
		out[name] = page.Lookup("layout.html")
	}
	return out, nil
}

func (s *Set) parseText(t Tongue) (map[string]*text.Template, error) {
	layout, err := text.New("layout").Option("missingkey=error").Funcs(s.funcs(t)).
		ParseFS(messageFiles, "message/layout.txt")
	if err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	out := map[string]*text.Template{}
	for _, l := range append(Letters(), OwnWords{}) {
		page, err := text.Must(layout.Clone()).ParseFS(messageFiles, "message/"+l.file()+".txt")
		if err != nil {
			return nil, fmt.Errorf("templates: %w", err)
		}
		out[l.file()] = page.Lookup("layout.txt")
	}
	return out, nil
}

// Write renders page to w; nothing is written unless all of it could be.
func (s *Set) Write(w io.Writer, page Page) error {
	draw := s.draw
	if q, ok := page.(Question); ok {
		draw = func(Page) ([]byte, error) { return s.question(q) }
	}
	drawn, err := draw(page)
	if err != nil {
		return err
	}
	_, err = w.Write(drawn)
	return err
}

// draw renders a page by its template.
func (s *Set) draw(page Page) ([]byte, error) {
	var b bytes.Buffer
	if err := s.pages[known(page.frame().Tongue)][page.file()].Execute(&b, page); err != nil {
		return nil, fmt.Errorf("templates: page %s: %w", page.file(), err)
	}
	return b.Bytes(), nil
}

// Text returns the sentence under key in tongue t with its merge fields filled.
// It wraps ErrMissing if there is no such sentence or a field has no value.
func (s *Set) Text(t Tongue, key string, f Fields) (string, error) {
	sentence, ok := s.words.find(t, key)
	if !ok {
		return "", fmt.Errorf("%w: sentence [%s]", ErrMissing, key)
	}
	out, err := merge(sentence, f.values())
	if err != nil {
		return "", fmt.Errorf("[%s]: %w", key, err)
	}
	if t.English() {
		out = singular(out)
	}
	return out, nil
}

// plural finds a noun of ours in the plural behind a one.
var plural = regexp.MustCompile(`(?i)\b(There are )?(1|one) (minute|question|answer)s\b`)

// singular mends the number of English nouns; Vietnamese ones have none.
func singular(text string) string {
	return strings.ReplaceAll(plural.ReplaceAllString(text, "$1$2 $3"), "There are one ", "There is one ")
}
