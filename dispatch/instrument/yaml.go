package instrument

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
	"golang.org/x/text/unicode/norm"

	"canvass/dispatch/survey"
)

// source reads YAML nodes and collects every error with its line.
type source struct {
	file   string
	langs  []survey.Lang
	errors []*survey.Error
}

// fail notes an error at line. Args are key, value pairs.
func (s *source) fail(line int, code survey.Code, args ...string) {
	s.errors = append(s.errors, failure(s.file, line, code, args...))
}

func failure(file string, line int, code survey.Code, args ...string) *survey.Error {
	e := &survey.Error{Kind: survey.Invalid, Code: code, Args: map[string]string{}}
	e.Where = fmt.Sprintf("%s:%d", file, line)
	for i := 0; i+1 < len(args); i += 2 {
		e.Args[args[i]] = args[i+1]
	}
	return e
}

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)`)

// yamlProblem finds the line in an error of the library. It counts lines of
// the grammar's errors from 0, of the scanner's from 1.
func yamlProblem(err error) (line int, problem string) {
	line, problem = 1, err.Error()
	m := yamlLine.FindStringSubmatch(problem)
	if m == nil {
		return line, problem
	}
	if n, err := strconv.Atoi(m[1]); err == nil {
		line = n
		if strings.HasPrefix(m[2], "did not find expected") {
			line++
		}
	}
	return line, m[2]
}

// root parses src into its one mapping. Aliases are refused: they hide what a
// reader of the file sees, and can blow up.
func (s *source) root(src []byte) *yaml.Node {
	var doc yaml.Node
	if err := yaml.Unmarshal(src, &doc); err != nil {
		line, problem := yamlProblem(err)
		s.fail(line, survey.CodeYAML, "problem", problem)
		return nil
	}
	if len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		s.fail(1, survey.CodeYAML, "problem", "not a mapping")
		return nil
	}
	if alias := findAlias(&doc); alias != nil {
		s.fail(alias.Line, survey.CodeYAML, "problem", "alias")
		return nil
	}
	return doc.Content[0]
}

func findAlias(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		return n
	}
	for _, c := range n.Content {
		if a := findAlias(c); a != nil {
			return a
		}
	}
	return nil
}

// pair is one key of a mapping and its value.
type pair struct {
	key   *yaml.Node
	value *yaml.Node
}

// pairs lists the keys of a mapping in order. A key that appears twice is an
// error of the given code, and its later value is left out.
func (s *source) pairs(n *yaml.Node, twice survey.Code) []pair {
	if n.Kind != yaml.MappingNode {
		s.fail(n.Line, survey.CodeYAML, "problem", "not a mapping")
		return nil
	}
	var all []pair
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		switch {
		case k.Kind != yaml.ScalarNode:
			s.fail(k.Line, survey.CodeYAML, "problem", "key is not a word")
		case seen[k.Value]:
			s.fail(k.Line, twice, "name", k.Value, "problem", "key twice")
		default:
			seen[k.Value] = true
			all = append(all, pair{k, v})
		}
	}
	return all
}

// fields are the keys of a mapping by name. Keys outside known are errors.
func (s *source) fields(n *yaml.Node, known ...string) map[string]*yaml.Node {
	found := map[string]*yaml.Node{}
	for _, p := range s.pairs(n, survey.CodeYAML) {
		if !contains(known, p.key.Value) {
			s.fail(p.key.Line, survey.CodeUnknownKey, "name", p.key.Value, "valid", strings.Join(known, ", "))
			continue
		}
		found[p.key.Value] = p.value
	}
	return found
}

func contains(list []string, s string) bool {
	for _, have := range list {
		if have == s {
			return true
		}
	}
	return false
}

// word reads a scalar; nil gives "".
func (s *source) word(n *yaml.Node) string {
	if n == nil {
		return ""
	}
	if n.Kind != yaml.ScalarNode {
		s.fail(n.Line, survey.CodeYAML, "problem", "not a single value")
		return ""
	}
	return clean(n.Value)
}

// flag reads true or false; nil gives false.
func (s *source) flag(n *yaml.Node) bool {
	switch v := s.word(n); v {
	case "", "false":
		return false
	case "true":
		return true
	default:
		s.fail(n.Line, survey.CodeYAML, "problem", "neither true nor false", "value", v)
		return false
	}
}

// number reads a whole number between low and high; nil gives otherwise.
func (s *source) number(n *yaml.Node, otherwise, low, high int64) int64 {
	if n == nil {
		return otherwise
	}
	v := s.word(n)
	x, err := strconv.ParseInt(v, 10, 64)
	if err != nil || x < low || x > high {
		s.fail(n.Line, survey.CodeRangeInvalid, "value", v,
			"min", strconv.FormatInt(low, 10), "max", strconv.FormatInt(high, 10))
		return otherwise
	}
	return x
}

// texts reads a text in the declared languages: "Tốt lên | Getting better" in
// their order, or a mapping by language. What is required must be there in
// each of them.
func (s *source) texts(n *yaml.Node, required bool, what string) Texts {
	if n == nil {
		return nil
	}
	t := Texts{}
	if n.Kind == yaml.MappingNode {
		for _, p := range s.pairs(n, survey.CodeYAML) {
			lang := survey.Lang(p.key.Value)
			if !containsLang(s.langs, lang) {
				s.fail(p.key.Line, survey.CodeUnknownKey, "name", p.key.Value, "valid", joinLangs(s.langs))
				continue
			}
			if v := s.word(p.value); v != "" {
				t[lang] = v
			}
		}
	} else if !s.sideBySide(n, t) {
		return t
	}
	if required {
		s.complete(n.Line, t, what)
	}
	return t
}

// sideBySide reads "vi | en" into t, unless there are too many.
func (s *source) sideBySide(n *yaml.Node, t Texts) bool {
	parts := strings.Split(s.word(n), " | ")
	if len(parts) > len(s.langs) {
		s.fail(n.Line, survey.CodeYAML, "problem", "more texts than languages", "valid", joinLangs(s.langs))
		return false
	}
	for i, part := range parts {
		if part = strings.TrimSpace(part); part != "" {
			t[s.langs[i]] = part
		}
	}
	return true
}

// complete demands t in every declared language.
func (s *source) complete(line int, t Texts, what string) {
	for _, l := range s.langs {
		if t[l] == "" {
			s.fail(line, survey.CodeLabelMissing, "name", what, "lang", string(l))
		}
	}
}

func containsLang(list []survey.Lang, l survey.Lang) bool {
	for _, have := range list {
		if have == l {
			return true
		}
	}
	return false
}

func joinLangs(list []survey.Lang) string {
	words := make([]string, len(list))
	for i, l := range list {
		words[i] = string(l)
	}
	return strings.Join(words, ", ")
}

// clean is s in NFC as valid UTF-8, its blanks joined and trimmed.
func clean(s string) string {
	return norm.NFC.String(strings.Join(strings.Fields(strings.ToValidUTF8(s, "")), " "))
}
