package drafting

import (
	"bytes"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"canvass/dispatch/survey"
)

// Put writes a question in the place of the one at the place at, from 0, or adds it if
// there is none. Keys that the sketch does not have stay. Errors: outline_unreadable,
// not_found.
func Put(src []byte, at int, s Sketch) ([]byte, error) {
	t, err := parse(src)
	if err != nil {
		return nil, err
	}
	if at < 0 || at > len(t.spans) {
		return nil, noSuch()
	}
	breaks := t.breaks()
	if at == len(t.spans) {
		out, err := t.add(s)
		if err != nil {
			return nil, err
		}
		return paged(out, append(breaks, s.Break))
	}
	list, indent, err := t.own(t.spans[at])
	if err != nil {
		return nil, err
	}
	t.merge(list.Content[0], s)
	if breaks[at] && !s.Break {
		set(list.Content[0], "page", nil)
	}
	breaks[at] = s.Break
	made, err := written(list, indent)
	if err != nil {
		return nil, err
	}
	out, err := t.with(t.spans[at].dash, t.spans[at].end, made)
	if err != nil {
		return nil, err
	}
	return paged(out, breaks)
}

// own reads the lines of one question by themselves, as a list of one.
func (t *text) own(s span) (list *yaml.Node, indent int, err error) {
	indent = len(t.lines[s.dash]) - len(strings.TrimLeft(t.lines[s.dash], " "))
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(dedented(t.lines[s.dash:s.end], indent)), &doc); err != nil || len(doc.Content) == 0 || len(doc.Content[0].Content) != 1 {
		return nil, 0, unreadable("questions")
	}
	doc.Content[0].Content[0].Style = 0
	return doc.Content[0], indent, nil
}

// add writes a new question after the last.
func (t *text) add(s Sketch) ([]byte, error) {
	item := &yaml.Node{Kind: yaml.MappingNode}
	t.merge(item, s)
	indent := 2
	if len(t.spans) > 0 {
		last := t.lines[t.spans[len(t.spans)-1].dash]
		indent = len(last) - len(strings.TrimLeft(last, " "))
	}
	made, err := written(&yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{item}}, indent)
	if err != nil {
		return nil, err
	}
	if n := len(t.spans); n > 0 {
		end := t.spans[n-1].end
		return t.with(end, end, append([]string{""}, made...))
	}
	key, _ := t.key("questions")
	if key == nil {
		return t.with(len(t.lines), len(t.lines), append([]string{"", "questions:"}, made...))
	}
	return t.with(key.Line-1, key.Line, append([]string{"questions:"}, made...))
}

// Move puts the question at the place at, from 0, by places further down, or up if by is
// negative; what stands before it goes with it. Beyond the ends it stays.
func Move(src []byte, at, by int) ([]byte, error) {
	t, err := parse(src)
	if err != nil {
		return nil, err
	}
	if at < 0 || at >= len(t.spans) {
		return nil, noSuch()
	}
	to := min(max(at+by, 0), len(t.spans)-1)
	var order []span
	for i, s := range t.spans {
		if i != at {
			order = append(order, s)
		}
	}
	order = slices.Insert(order, to, t.spans[at])
	var out []string
	for _, s := range order {
		out = append(out, t.lines[s.begin:s.end]...)
	}
	breaks := t.breaks()
	own := breaks[at]
	breaks = slices.Insert(slices.Delete(breaks, at, at+1), to, own)
	moved, err := t.with(t.spans[0].begin, t.spans[len(t.spans)-1].end, out)
	if err != nil {
		return nil, err
	}
	return paged(moved, breaks)
}

// Remove takes the question at the place at, from 0, out, with what stands before it.
func Remove(src []byte, at int) ([]byte, error) {
	t, err := parse(src)
	if err != nil {
		return nil, err
	}
	if at < 0 || at >= len(t.spans) {
		return nil, noSuch()
	}
	out, err := t.with(t.spans[at].begin, t.spans[at].end, nil)
	if err != nil {
		return nil, err
	}
	return paged(out, slices.Delete(t.breaks(), at, at+1))
}

// SetHead writes what stands before the questions; a text that is empty goes.
func SetHead(src []byte, h Head) ([]byte, error) {
	t, err := parse(src)
	if err != nil {
		return nil, err
	}
	langs := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, l := range h.Languages {
		langs.Content = append(langs.Content, scalar(string(l)))
	}
	t.langs = h.Languages
	minutes := scalar(h.Minutes)
	if h.Minutes == "" {
		minutes = nil
	}
	for _, one := range []struct {
		key   string
		value *yaml.Node
	}{{"minutes", minutes}, {"languages", langs}, {"intro", t.node(h.Intro, find(t.root, "intro"))}, {"title", t.node(h.Title, find(t.root, "title"))}, {"name", scalar(h.Name)}} {
		if src, err = setKey(src, one.key, one.value); err != nil {
			return nil, err
		}
	}
	return src, nil
}

// setKey writes one key of the head; a nil value takes it out.
func setKey(src []byte, key string, value *yaml.Node) ([]byte, error) {
	t, err := parse(src)
	if err != nil {
		return nil, err
	}
	var made []string
	if value != nil {
		if made, err = written(&yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{scalar(key), value}}, 0); err != nil {
			return nil, err
		}
	}
	if k, old := t.key(key); k != nil {
		if value != nil && same(old, value) {
			return src, nil
		}
		return t.with(k.Line-1, t.bare(k.Line-1, t.after(k)), made)
	}
	if value == nil {
		return src, nil
	}
	at := 0 // before the first key, whatever is said above it
	if k, _ := t.key("name"); k != nil {
		at = t.bare(k.Line-1, t.after(k))
	} else if len(t.root.Content) > 0 {
		at = t.root.Content[0].Line - 1
	}
	return t.with(at, at, made)
}

// same reports whether two values say the same.
func same(a, b *yaml.Node) bool {
	if a.Kind != b.Kind || a.Value != b.Value || len(a.Content) != len(b.Content) {
		return false
	}
	for i := range a.Content {
		if !same(a.Content[i], b.Content[i]) {
			return false
		}
	}
	return true
}

// with is the text with other lines in the place of some.
func (t *text) with(from, to int, made []string) ([]byte, error) {
	out := slices.Concat(t.lines[:from], made, t.lines[to:])
	src := []byte(strings.Join(out, "\n") + "\n")
	if _, err := parse(src); err != nil {
		return nil, err
	}
	return src, nil
}

// dedented are lines without their indent.
func dedented(list []string, indent int) string {
	var b strings.Builder
	for _, l := range list {
		b.WriteString(l[min(indent, len(l)-len(strings.TrimLeft(l, " "))):] + "\n")
	}
	return b.String()
}

// written are the lines of a node, further in by indent.
func written(n *yaml.Node, indent int) ([]string, error) {
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(n); err != nil {
		return nil, unreadable(err.Error())
	}
	out := lines(b.Bytes())
	for i, l := range out {
		if l != "" {
			out[i] = strings.Repeat(" ", indent) + l
		}
	}
	return out, nil
}

func noSuch() error { return &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound} }
