package drafting

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"canvass/dispatch/survey"
)

// merge writes a sketch into the mapping of a question.
func (t *text) merge(item *yaml.Node, s Sketch) {
	for _, one := range []struct{ key, value string }{{"name", s.Name}, {"type", s.Type}, {"kind", s.Kind}, {"min", s.Min}, {"max", s.Max}, {"at_most", s.AtMost}, {"relevant", s.Relevant}} {
		if one.value == "" {
			set(item, one.key, nil)
		} else if old := find(item, one.key); old == nil || old.Value != one.value {
			set(item, one.key, scalar(one.value))
		}
	}
	for _, one := range []struct {
		key string
		on  bool
	}{{"required", s.Required}, {"core", s.Core}, {"key", s.Key}} {
		if !one.on {
			set(item, one.key, nil)
		} else if old := find(item, one.key); old == nil || old.Value != "true" {
			set(item, one.key, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: "true"})
		}
	}
	for _, one := range []struct {
		key   string
		texts Texts
	}{{"label", s.Label}, {"hint", s.Hint}, {"sms", s.SMS}, {"voice", s.Voice}} {
		set(item, one.key, t.node(one.texts, find(item, one.key)))
	}
	switch {
	case s.List != "":
		set(item, "choices", scalar(s.List))
	case len(s.Choices) == 0:
		set(item, "choices", nil)
	default:
		set(item, "choices", t.options(s.Choices, find(item, "choices")))
	}
}

// options is the mapping of some choices; what old has of a code beside its label stays.
func (t *text) options(list []Choice, old *yaml.Node) *yaml.Node {
	out := &yaml.Node{Kind: yaml.MappingNode}
	if old != nil && old.Kind == yaml.MappingNode {
		out.Style = old.Style
	}
	for _, c := range list {
		key := scalar(c.Code)
		var before *yaml.Node
		for i := 0; old != nil && old.Kind == yaml.MappingNode && i+1 < len(old.Content); i += 2 {
			if old.Content[i].Value == c.Code {
				key, before = old.Content[i], old.Content[i+1]
			}
		}
		value := before
		if before != nil && before.Kind == yaml.MappingNode && !byLanguage(before) {
			set(before, "label", t.node(c.Label, find(before, "label")))
		} else {
			value = t.node(c.Label, before)
		}
		if value == nil {
			value = scalar("")
		}
		out.Content = append(out.Content, key, value)
	}
	return out
}

// node is a text in the style of old, which stays itself if it says the same: a mapping by
// language, or side by side. nil for no text.
func (t *text) node(texts Texts, old *yaml.Node) *yaml.Node {
	var parts []string
	split := false
	for _, l := range t.langs {
		parts = append(parts, texts[l])
		split = split || strings.Contains(texts[l], " | ") || strings.ContainsAny(texts[l], "\n\r")
	}
	for len(parts) > 0 && parts[len(parts)-1] == "" {
		parts = parts[:len(parts)-1]
	}
	if len(parts) == 0 {
		return nil
	}
	if old != nil && equal(t.texts(old), texts) {
		return old
	}
	if old != nil && old.Kind == yaml.MappingNode || split || slices.Contains(parts, "") {
		out := &yaml.Node{Kind: yaml.MappingNode}
		for i, l := range t.langs {
			if i < len(parts) && parts[i] != "" {
				out.Content = append(out.Content, scalar(string(l)), scalar(parts[i]))
			}
		}
		return out
	}
	return scalar(strings.Join(parts, " | "))
}

// equal reports whether two texts say the same.
func equal(a, b Texts) bool {
	for _, l := range []survey.Lang{survey.Vietnamese, survey.English} {
		if a[l] != b[l] {
			return false
		}
	}
	return true
}

// set writes a key of a mapping; a nil value takes it out. A new key stands before the
// next one that a new question would have after it.
func set(item *yaml.Node, key string, value *yaml.Node) {
	for i := 0; i+1 < len(item.Content); i += 2 {
		if item.Content[i].Value != key {
			continue
		}
		if value == nil {
			item.Content = slices.Delete(item.Content, i, i+2)
		} else {
			if old := item.Content[i+1]; value != old && old.Kind == yaml.ScalarNode && value.Kind == yaml.ScalarNode {
				value.LineComment = old.LineComment
			}
			item.Content[i+1] = value
		}
		return
	}
	if value == nil {
		return
	}
	rank := slices.Index(formKeys(), key)
	at := len(item.Content)
	for i := 0; i+1 < len(item.Content); i += 2 {
		if rank >= 0 && slices.Index(formKeys(), item.Content[i].Value) > rank {
			at = i
			break
		}
	}
	item.Content = slices.Insert(item.Content, at, scalar(key), value)
}

// scalar is a word or a text, quoted where YAML would take it for something else. Numbers
// stay bare, as people write codes and bounds.
func scalar(value string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Value: value}
	if !whole(value) {
		n.Tag = "!!str"
	}
	return n
}

// whole reports whether a text is a number without leading noughts.
func whole(s string) bool {
	digits := strings.TrimPrefix(s, "-")
	return digits != "" && len(digits) < 16 && strings.Trim(digits, "0123456789") == "" && (digits == "0" || digits[0] != '0')
}
