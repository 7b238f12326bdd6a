package drafting

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"canvass/dispatch/survey"
)

// Texts is one text by its languages.
type Texts map[survey.Lang]string

// Outline is a questionnaire as the simple form has it.
type Outline struct {
	Head
	Sketches []Sketch
}

// Head is what stands before the questions.
type Head struct {
	Name      string
	Title     Texts
	Intro     Texts
	Languages []survey.Lang // in the order of texts that stand side by side
	Minutes   string
}

// Sketch is one question as the simple form has it.
type Sketch struct {
	Name, Type, Kind    string
	Label, Hint         Texts
	SMS, Voice          Texts
	Choices             []Choice
	List                string // the shared list that Choices come from; empty: they are its own
	Min, Max, AtMost    string
	Required, Core, Key bool
	Break               bool     // the web form begins a page with it
	Relevant, Group     string   // shown, not edited
	More                []string // further keys, which an edit keeps
	Line                int      // in the text, from 1
	End                 int      // the last line of it
}

// Choice is one answer that can be chosen.
type Choice struct {
	Code  string
	Label Texts
	More  bool // it has keys beside its label, which an edit keeps
}

// Read reads the outline of a text. Errors: outline_unreadable.
func Read(src []byte) (Outline, error) {
	t, err := parse(src)
	if err != nil {
		return Outline{}, err
	}
	out := Outline{Head: Head{Name: t.word("name"), Languages: t.langs, Minutes: t.word("minutes"), Title: t.texts(find(t.root, "title")), Intro: t.texts(find(t.root, "intro"))}}
	lists := find(t.root, "lists")
	breaks := t.breaks()
	for i, item := range t.items() {
		s := t.sketch(item)
		s.Break = breaks[i]
		if s.List != "" && lists != nil {
			s.Choices = t.choices(find(lists, s.List))
		}
		s.Line = t.spans[i].dash + 1
		s.End = t.spans[i].end
		out.Sketches = append(out.Sketches, s)
	}
	return out, nil
}

// text is a questionnaire with the lines at which its parts stand.
type text struct {
	lines []string
	root  *yaml.Node
	langs []survey.Lang
	spans []span // of the questions
}

// span are the lines of one question, from 0: what stands before it, its first line, and
// the line after its last.
type span struct{ begin, dash, end int }

// placed is what stands before a problem of the library.
var placed = regexp.MustCompile(`^yaml: (?:line \d+: )?`)

// parse reads a text and finds its questions.
func parse(src []byte) (*text, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(src, &doc); err != nil {
		return nil, unreadable(placed.ReplaceAllString(err.Error(), ""))
	}
	if len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode || doc.Content[0].Style&yaml.FlowStyle != 0 {
		return nil, unreadable("not a mapping")
	}
	t := &text{root: doc.Content[0], lines: lines(src), langs: []survey.Lang{survey.Vietnamese}}
	if n := find(t.root, "languages"); n != nil && len(n.Content) > 0 {
		t.langs = nil
		for _, c := range n.Content {
			t.langs = append(t.langs, survey.Lang(c.Value))
		}
	}
	return t, t.locate()
}

// lines are those of a text, without their ends.
func lines(src []byte) []string {
	return strings.Split(strings.TrimRight(strings.ReplaceAll(string(src), "\r\n", "\n"), "\n"), "\n")
}

// locate finds the lines of the questions.
func (t *text) locate() error {
	key, n := t.key("questions")
	if key == nil || len(n.Content) == 0 {
		return nil
	}
	if n.Kind != yaml.SequenceNode || n.Style&yaml.FlowStyle != 0 {
		return unreadable("questions")
	}
	begin := key.Line
	for i, item := range n.Content {
		if item.Kind != yaml.MappingNode {
			return unreadable("questions")
		}
		dash := item.Line - 1
		for dash > begin && !strings.HasPrefix(strings.TrimSpace(t.lines[dash]), "-") {
			dash--
		}
		after := t.after(key)
		if i+1 < len(n.Content) {
			after = n.Content[i+1].Line - 1
			for after > dash+1 && !strings.HasPrefix(strings.TrimSpace(t.lines[after]), "-") {
				after--
			}
		}
		if dash < begin || after <= dash {
			return unreadable("questions")
		}
		s := span{begin: begin, dash: dash, end: t.bare(dash, after)}
		t.spans = append(t.spans, s)
		begin = s.end
	}
	return nil
}

// after is the line, from 0, of the next key of the head after key, or the end.
func (t *text) after(key *yaml.Node) int {
	next := len(t.lines)
	for i := 0; i+1 < len(t.root.Content); i += 2 {
		if line := t.root.Content[i].Line - 1; line > key.Line-1 && line < next {
			next = line
		}
	}
	return next
}

// bare is the end of what begins at a line, without the blank lines and comments that
// stand before what follows.
func (t *text) bare(from, to int) int {
	for to > from+1 {
		last := strings.TrimSpace(t.lines[to-1])
		if last != "" && !strings.HasPrefix(last, "#") {
			break
		}
		to--
	}
	return to
}

func (t *text) items() []*yaml.Node {
	_, n := t.key("questions")
	if n == nil || n.Kind != yaml.SequenceNode {
		return nil
	}
	return n.Content
}

// key is a key of the head and its value; nil if it is not there.
func (t *text) key(name string) (k, v *yaml.Node) {
	for i := 0; i+1 < len(t.root.Content); i += 2 {
		if t.root.Content[i].Value == name {
			return t.root.Content[i], t.root.Content[i+1]
		}
	}
	return nil, nil
}

func (t *text) word(name string) string {
	if _, n := t.key(name); n != nil && n.Kind == yaml.ScalarNode {
		return n.Value
	}
	return ""
}

// formKeys are the keys of a question that the simple form has, in the order in which a
// new question has them.
func formKeys() []string {
	return []string{"name", "type", "kind", "required", "core", "key", "relevant", "label", "hint", "min", "max", "at_most", "choices", "sms", "voice"}
}

// sketch reads one question.
func (t *text) sketch(n *yaml.Node) Sketch {
	s := Sketch{}
	words := map[string]*string{"name": &s.Name, "type": &s.Type, "kind": &s.Kind, "min": &s.Min, "max": &s.Max, "at_most": &s.AtMost,
		"relevant": &s.Relevant, "group": &s.Group}
	all := map[string]*Texts{"label": &s.Label, "hint": &s.Hint, "sms": &s.SMS, "voice": &s.Voice}
	flags := map[string]*bool{"required": &s.Required, "core": &s.Core, "key": &s.Key}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, v := n.Content[i].Value, n.Content[i+1]
		switch {
		case words[key] != nil:
			*words[key] = v.Value
		case all[key] != nil:
			*all[key] = t.texts(v)
		case flags[key] != nil:
			*flags[key] = v.Value == "true"
		case key == "choices" && v.Kind == yaml.ScalarNode:
			s.List = v.Value
		case key == "choices":
			s.Choices = t.choices(v)
		}
		if !slices.Contains(formKeys(), key) && key != "page" {
			s.More = append(s.More, key)
		}
	}
	return s
}

func (t *text) choices(n *yaml.Node) []Choice {
	var out []Choice
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		v := n.Content[i+1]
		c := Choice{Code: n.Content[i].Value}
		if c.More = v.Kind == yaml.MappingNode && !byLanguage(v); c.More {
			c.Label = t.texts(find(v, "label"))
		} else {
			c.Label = t.texts(v)
		}
		out = append(out, c)
	}
	return out
}

// texts reads "vi | en", or a mapping by language.
func (t *text) texts(n *yaml.Node) Texts {
	out := Texts{}
	if n == nil {
		return nil
	}
	if n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			out[survey.Lang(n.Content[i].Value)] = strings.TrimSpace(n.Content[i+1].Value)
		}
		return out
	}
	for i, part := range strings.Split(n.Value, " | ") {
		if part = strings.TrimSpace(part); part != "" && i < len(t.langs) {
			out[t.langs[i]] = part
		}
	}
	return out
}

// byLanguage reports whether every key of a mapping is a language.
func byLanguage(n *yaml.Node) bool {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if survey.Lang(n.Content[i].Value).Or("") == "" {
			return false
		}
	}
	return true
}

func find(n *yaml.Node, key string) *yaml.Node {
	for i := 0; n != nil && n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

func unreadable(problem string) error {
	return &survey.Error{Kind: survey.Invalid, Code: survey.CodeOutline, Args: map[string]string{"problem": problem}, Err: errors.New(problem)}
}
