package templates

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"
)

var update = flag.Bool("update", false, "write the golden files anew")

func newSet(t testing.TB) *Set {
	t.Helper()
	s, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// tongueName names a tongue in file names.
func tongueName(t Tongue) string {
	if t.Duty {
		return t.Lang + ".duty"
	}
	return t.Lang
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", "golden", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs from what was looked at; run go test -update, and look again", name)
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	s := newSet(t)
	for _, tongue := range tongues() {
		for name, page := range samplePages(tongue) {
			t.Run(name+"."+tongueName(tongue), func(t *testing.T) {
				var b bytes.Buffer
				if err := s.Write(&b, page); err != nil {
					t.Fatal(err)
				}
				checkPage(t, s, b.String(), tongue)
				if !tongue.Duty || name == "start" {
					golden(t, name+"."+tongueName(tongue)+".html", b.Bytes())
				}
			})
		}
	}
}

// checkPage holds what must be true of every page of the form.
func checkPage(t *testing.T, s *Set, page string, tongue Tongue) {
	t.Helper()
	size := len(page)
	for asset, public := range s.assets.public {
		body, err := fs.ReadFile(s.Static(), public)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(page, StaticRoot+public); n > 1 {
			t.Errorf("%s is loaded %d times", asset, n)
		} else if n == 1 {
			size += len(body)
		}
	}
	if size > 30_000 {
		t.Errorf("the page and all that it loads weigh %d bytes, more than 30,000", size)
	}
	if loads := regexp.MustCompile(`(?:src|href)="([a-z]+:|//)[^"]*"`).FindString(strings.ReplaceAll(page, `href="tel:`, "")); loads != "" {
		t.Errorf("the page leads elsewhere: %s", loads)
	}
	script := fmt.Sprintf(`<script src="%s%s" defer></script>`, StaticRoot, s.assets.public["form.js"])
	page = strings.Replace(page, script, "", 1) // the one script that there is
	if n := strings.Count(page, "<h1"); n != 1 {
		t.Errorf("%d h1, want one", n)
	}
	for _, never := range []string{"style=", "<script", "<style", "ZgotmplZ", "<no value>", "{", "!</", "onclick"} {
		if strings.Contains(page, never) {
			t.Errorf("page holds %q", never)
		}
	}
	for _, always := range []string{`<html lang="` + tongue.Lang + `">`, `name="viewport"`, `class="skip" href="#main"`, `<main id="main"`, "<title>"} {
		if !strings.Contains(page, always) {
			t.Errorf("page lacks %q", always)
		}
	}
	checkLabels(t, page)
	ids := regexp.MustCompile(` id="([^"]*)"`).FindAllStringSubmatch(page, -1)
	seen := map[string]bool{}
	for _, id := range ids {
		if seen[id[1]] {
			t.Errorf("id %q stands twice", id[1])
		}
		seen[id[1]] = true
	}
	for _, ref := range regexp.MustCompile(`(?:aria-describedby|aria-labelledby|for)="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		for id := range strings.FieldsSeq(ref[1]) {
			if !seen[id] {
				t.Errorf("reference to %q, which is not on the page", id)
			}
		}
	}
}

// checkLabels requires a label around or for every field that a person sees.
func checkLabels(t *testing.T, page string) {
	t.Helper()
	for _, tag := range regexp.MustCompile(`<(?:input|textarea)[^>]*>`).FindAllStringIndex(page, -1) {
		field := page[tag[0]:tag[1]]
		if strings.Contains(field, `type="hidden"`) {
			continue
		}
		if id := regexp.MustCompile(` id="([^"]*)"`).FindStringSubmatch(field); id != nil {
			if !strings.Contains(page, `<label for="`+id[1]+`"`) {
				t.Errorf("no label for %s", field)
			}
			continue
		}
		before := page[:tag[0]]
		if strings.LastIndex(before, "<label") <= strings.LastIndex(before, "</label") {
			t.Errorf("no label around %s", field)
		}
	}
}

func TestEveryPageHasSample(t *testing.T) {
	t.Parallel()
	seen := map[reflect.Type]bool{}
	for _, p := range samplePages(Tongue{Lang: "vi"}) {
		seen[reflect.TypeOf(p)] = true
	}
	for _, l := range sampleLetters(Tongue{Lang: "vi"}) {
		seen[reflect.TypeOf(l)] = true
	}
	for _, p := range Pages() {
		if !seen[reflect.TypeOf(p)] {
			t.Errorf("no sample of %T", p)
		}
	}
	for _, l := range Letters() {
		if !seen[reflect.TypeOf(l)] {
			t.Errorf("no sample of %T", l)
		}
	}
}

func TestMails(t *testing.T) {
	t.Parallel()
	s := newSet(t)
	for _, tongue := range tongues() {
		for name, letter := range sampleLetters(tongue) {
			t.Run(name+"."+tongueName(tongue), func(t *testing.T) {
				m, err := s.Mail(letter)
				if err != nil {
					t.Fatal(err)
				}
				if n := utf8.RuneCountInString(m.Subject); n > 60 {
					t.Errorf("subject of %d characters: %s", n, m.Subject)
				}
				e := letter.envelope()
				for _, part := range []string{m.Text, strings.ReplaceAll(m.HTML, "\u00a0", " ")} { // no line ends inside a number
					if !strings.Contains(part, e.Link) && name[:13] != "mail-received" {
						t.Error("a part without the link")
					}
					if !strings.Contains(part, e.StopLink) || !strings.Contains(part, e.Phone) {
						t.Error("a part without the way out")
					}
				}
				for _, never := range []string{"<img", "<script", "<style", "class=", "ZgotmplZ", "<no value>", "{"} {
					if strings.Contains(m.HTML, never) {
						t.Errorf("mail holds %q", never)
					}
				}
				if tongue.Duty && (strings.Contains(m.Text, "đánh giá") || strings.Contains(m.Text, "assess")) {
					t.Error("a duty report promises not to assess")
				}
				golden(t, name+"."+tongueName(tongue)+".txt", []byte(m.Subject+"\n\n"+m.Text))
				if !tongue.Duty {
					golden(t, name+"."+tongueName(tongue)+".html", []byte(m.HTML))
				}
			})
		}
	}
}

func TestMissingFieldIsError(t *testing.T) {
	t.Parallel()
	s := newSet(t)
	e := Envelope{Tongue{Lang: "vi"}, sampleFields("vi")}
	e.Link = ""
	if _, err := s.Text(e.Tongue, "S01", e.Fields); !errors.Is(err, ErrMissing) {
		t.Errorf("SMS without its link: %v", err)
	}
	e = Envelope{Tongue{Lang: "vi"}, sampleFields("vi")}
	e.EndsFull = ""
	if _, err := s.Mail(Reminder{e}); !errors.Is(err, ErrMissing) {
		t.Errorf("mail without its date: %v", err)
	}
	f := sampleFrame(Tongue{Lang: "en"})
	f.Minutes = ""
	var b bytes.Buffer
	if err := s.Write(&b, Start{Frame: f}); !errors.Is(err, ErrMissing) || b.Len() > 0 {
		t.Errorf("page without its length: %v, %d bytes", err, b.Len())
	}
	if _, err := s.Text(e.Tongue, "no.such.key", e.Fields); !errors.Is(err, ErrMissing) {
		t.Errorf("unknown sentence: %v", err)
	}
}

func TestCatalogueFaults(t *testing.T) {
	t.Parallel()
	for name, src := range map[string]string{
		"one language":  "[a]\nvi: x\n",
		"twice":         "[a]\nvi: x\nen: y\n[a]\nvi: x\nen: y\n",
		"no key":        "vi: x\nen: y\n",
		"third line":    "[a]\nvi: x\nen: y\nvi: z\n",
		"stray":         "[a]\nvi: x\nen: y\nnonsense\n",
		"unknown field": "[a]\nvi: {nope}\nen: y\n",
	} {
		_, err := readCatalogue(fstest.MapFS{"words/a.txt": {Data: []byte(src)}})
		if err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// Every sentence that a template names exists, and every sentence is used: by a
// template, or by its number or code.
func TestSentencesAndTemplatesMatch(t *testing.T) {
	t.Parallel()
	words, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	var sources []string
	for _, files := range []fs.FS{formFiles, messageFiles} {
		_ = fs.WalkDir(files, ".", func(p string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			src, err := fs.ReadFile(files, p)
			sources = append(sources, string(src))
			return err
		})
	}
	for _, src := range sources {
		for _, m := range regexp.MustCompile(`(?:say [^"{}]*|word )"([a-z.]+)"`).FindAllStringSubmatch(src, -1) {
			used[m[1]] = true
			if strings.HasSuffix(m[1], ".") {
				continue // the rest of the key is chosen while rendering
			}
			if _, ok := words[m[1]]; !ok {
				t.Errorf("template names [%s], which does not exist", m[1])
			}
		}
	}
	prefixes := []string{"already.", "stop.", "keep.", "mend.", "why.", "field.", "endpoint.", "import.", "basis.", "source.", "lang.", "start.you.", "machine.", "finding.", "lint.", "arrival.", "mine.", "copy.", "how.", "comparable.", "hours.", "accept.", "attached.", "matter.", "matter_kind.", "staff.", "keeping.", "stays.", "act.", "problem."}
	for key := range words {
		if strings.HasPrefix(key, ofConsole) {
			continue // TestSentencesOfScreens
		}
		base := strings.TrimSuffix(key, ".duty")
		if _, ok := words[base]; !ok {
			t.Errorf("[%s] replaces nothing", key)
		}
		free := slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(base, p) })
		if !used[base] && !free && !slices.Contains(otherKeys(words), base) {
			t.Errorf("[%s] is used by nothing", key)
		}
	}
}

// otherKeys are the sentences that Go asks for by name: subjects, and whole
// files of messages and codes.
func otherKeys(words catalogue) []string {
	var out []string
	for _, l := range Letters() {
		out = append(out, subject(l))
	}
	for key := range words {
		if regexp.MustCompile(`^[SV]\d\d|^[a-z_]+$|^(reason|kind|disposition|class|campaign|replicate|invitation|attempt|call|response|series|wave|sender_health|event|channel|mode)\.`).MatchString(key) {
			out = append(out, key)
		}
	}
	return out
}

func TestUnknownFieldOfPageIsRefused(t *testing.T) {
	t.Parallel()
	s := newSet(t)
	broken, err := s.pages[Tongue{Lang: "vi"}]["paused"].Lookup("main").Clone()
	if err == nil {
		_, err = broken.New("probe").Parse(`{{.Nope}}`)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := broken.ExecuteTemplate(&bytes.Buffer{}, "probe", Paused{}); err == nil {
		t.Error("a template may name a field that its page does not have")
	}
}

func TestStatic(t *testing.T) {
	t.Parallel()
	s := newSet(t)
	name := s.assets.public["form.css"]
	body, err := fs.ReadFile(s.Static(), name)
	if err != nil || !bytes.Contains(body, []byte(".ans")) {
		t.Fatalf("%s: %v", name, err)
	}
	if _, err := s.Static().Open("form.css"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the name without hash opens: %v", err)
	}
	var page bytes.Buffer
	if err := s.Write(&page, Paused{sampleFrame(Tongue{Lang: "vi"})}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(page.String(), fmt.Sprintf(`href="%s%s"`, StaticRoot, name)) {
		t.Error("the page does not load the stylesheet by its hashed name")
	}
}
