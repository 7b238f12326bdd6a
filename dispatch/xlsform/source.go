package xlsform

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"canvass/dispatch/survey"
)

// source reads our YAML, of which instrument.Parse has found that it is right,
// or will.
type source struct {
	findings
	file string
	q    *questionnaire
}

// readSource takes the text apart. What it does not know is told by line.
func readSource(file string, src []byte) (*source, *survey.Error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(src, &doc); err != nil || len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, &survey.Error{Kind: survey.Invalid, Code: survey.CodeYAML, Args: map[string]string{"problem": "not a mapping"}, Where: file, Err: err}
	}
	s := &source{file: file, q: &questionnaire{langs: []survey.Lang{survey.Vietnamese}}}
	root := doc.Content[0]
	if n := find(root, "languages"); n != nil && len(n.Content) > 0 {
		s.q.langs = nil
		for _, c := range n.Content {
			s.q.langs = append(s.q.langs, survey.Lang(c.Value))
		}
	}
	each(root, s.key)
	return s, nil
}

// key reads one key of the file.
func (s *source) key(key string, k, n *yaml.Node) {
	switch key {
	case "languages":
	case "name":
		s.q.name.text = n.Value
	case "title":
		s.q.title = s.texts(n)
	case "intro":
		s.q.intro = s.texts(n)
	case "minutes":
		s.q.minutes.text = n.Value
	case "ask_again":
		s.q.askAgain.text = n.Value
	case "not_understood":
		s.q.fallback.text = n.Value
	case "missing":
		s.q.missing = s.choices(n)
	case "lists":
		each(n, func(name string, _, c *yaml.Node) {
			s.q.lists = append(s.q.lists, &list{name: name, choices: s.choices(c)})
		})
	case "groups":
		each(n, s.group)
	case "questions":
		for _, c := range n.Content {
			s.item(c)
		}
	default:
		s.unknown(k)
	}
}

// unknown tells a key that no column carries, at its line.
func (s *source) unknown(k *yaml.Node) {
	s.list = append(s.list, Finding{Level: Remark, Error: failure(s.file+":"+strconv.Itoa(k.Line), survey.CodeFormKey, "name", k.Value)})
}

func (s *source) group(name string, _, n *yaml.Node) {
	g := &group{name: value{text: name}}
	s.q.groups = append(s.q.groups, g)
	each(n, func(key string, k, n *yaml.Node) {
		switch key {
		case "label":
			g.label = s.texts(n)
		case "relevant":
			g.relevant.text = n.Value
		case "page":
			g.page = n.Value == "true"
		case "random":
			g.random = n.Value == "true"
		case "in":
			g.in = n.Value
		default:
			s.unknown(k)
		}
	})
}

func (s *source) item(n *yaml.Node) {
	it := &item{}
	s.q.items = append(s.q.items, it)
	values := map[string]*value{"name": &it.name, "kind": &it.kind, "page": &it.page, "min": &it.min, "max": &it.max, "step": &it.step,
		"decimals": &it.decimals, "at_most": &it.atMost, "max_length": &it.maxLength, "max_size": &it.maxSize, "record": &it.record, "relevant": &it.relevant, "constraint": &it.constraint,
		"calculation": &it.calculation, "filter": &it.filter, "default": &it.preset}
	all := map[string]*texts{"label": &it.label, "hint": &it.hint, "sms": &it.sms, "voice": &it.voice, "audio": &it.audio, "low": &it.low, "high": &it.high,
		"constraint_message": &it.constraintMessage, "required_message": &it.requiredMessage}
	flags := map[string]*bool{"required": &it.required, "key": &it.key, "core": &it.core, "consent": &it.consent, "random": &it.random}
	each(n, func(key string, k, n *yaml.Node) {
		switch {
		case values[key] != nil:
			values[key].text = n.Value
		case all[key] != nil:
			*all[key] = s.texts(n)
		case flags[key] != nil:
			*flags[key] = n.Value == "true"
		case key == "type":
			it.shape = n.Value
		case key == "group":
			it.group = n.Value
		case key == "rows":
			it.rows = s.choices(n)
		case key == "choices":
			it.choices.text = s.ownList(it, n)
		case key == "accept":
			for _, c := range n.Content {
				it.accept = append(it.accept, c.Value)
			}
		case key == "missing":
			codes := []string{}
			for _, c := range n.Content {
				codes = append(codes, c.Value)
			}
			it.missing = &codes
		default:
			s.unknown(k)
		}
	})
}

// ownList is the name of a shared list, or of one made of the choices that
// stand with the question.
func (s *source) ownList(it *item, n *yaml.Node) string {
	if n.Kind == yaml.ScalarNode {
		return n.Value
	}
	name := it.name.text
	for i := 2; s.q.list(name) != nil || name == listMissing; i++ {
		name = it.name.text + "_" + itoa(i)
	}
	s.q.lists = append(s.q.lists, &list{name: name, choices: s.choices(n)})
	return name
}

func (s *source) choices(n *yaml.Node) []*choice {
	var out []*choice
	each(n, func(code string, _, n *yaml.Node) {
		c := &choice{code: value{text: code}}
		out = append(out, c)
		if n.Kind != yaml.MappingNode || s.isByLanguage(n) {
			c.label = s.texts(n)
			return
		}
		each(n, func(key string, k, n *yaml.Node) {
			switch key {
			case "label":
				c.label = s.texts(n)
			case "short":
				c.short = s.texts(n)
			case "voice":
				c.voice = s.texts(n)
			case "other":
				c.other = n.Value == "true"
			case "exclusive":
				c.exclusive = n.Value == "true"
			case "relevant":
				c.relevant.text = n.Value
			case "with":
				each(n, func(column string, _, n *yaml.Node) {
					c.with = append(c.with, field{column, value{text: n.Value}})
				})
			default:
				s.unknown(k)
			}
		})
	})
	return out
}

func (s *source) isByLanguage(n *yaml.Node) bool {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if survey.Lang(n.Content[i].Value).Or("") == "" {
			return false
		}
	}
	return true
}

// texts reads "vi | en" or a mapping by language.
func (s *source) texts(n *yaml.Node) texts {
	t := texts{}
	if n.Kind == yaml.MappingNode {
		each(n, func(lang string, _, n *yaml.Node) {
			t[survey.Lang(lang)] = value{text: oneLine(n.Value)}
		})
		return t
	}
	for i, part := range strings.Split(oneLine(n.Value), " | ") {
		if part = strings.TrimSpace(part); part != "" && i < len(s.q.langs) {
			t[s.q.langs[i]] = value{text: part}
		}
	}
	return t
}

// each visits the keys of a mapping.
func each(n *yaml.Node, visit func(key string, k, v *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		visit(n.Content[i].Value, n.Content[i], n.Content[i+1])
	}
}

func find(n *yaml.Node, key string) *yaml.Node {
	var found *yaml.Node
	each(n, func(k string, _, v *yaml.Node) {
		if k == key {
			found = v
		}
	})
	return found
}
