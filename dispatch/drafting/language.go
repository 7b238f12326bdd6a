package drafting

import (
	"bytes"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"canvass/dispatch/survey"
)

// InVietnamese takes out of a text what is said in another language than Vietnamese, and
// the other languages of its head. The whole is written anew: comments stay, and what is
// quoted or broken into lines may be so in another way. Errors: outline_unreadable.
func InVietnamese(src []byte) ([]byte, error) {
	t, err := parse(src)
	if err != nil {
		return nil, err
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(src, &doc); err != nil {
		return nil, unreadable(err.Error())
	}
	at := max(slices.Index(t.langs, survey.Vietnamese), 0)
	root := doc.Content[0]
	set(root, "languages", &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle, Content: []*yaml.Node{scalar(string(survey.Vietnamese))}})
	only(root, at)
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(&doc); err != nil {
		return nil, unreadable(err.Error())
	}
	_, err = parse(b.Bytes())
	return b.Bytes(), err
}

// only leaves of the texts beneath n the one at the place at of those that stand side by
// side, and the Vietnamese one of those by language.
func only(n *yaml.Node, at int) {
	switch n.Kind {
	case yaml.ScalarNode:
		if parts := strings.Split(n.Value, " | "); len(parts) > 1 {
			n.Value = strings.TrimSpace(parts[min(at, len(parts)-1)])
			n.Style, n.Tag = 0, "!!str"
		}
	case yaml.MappingNode:
		if len(n.Content) > 2 && byLanguage(n) {
			if own := find(n, string(survey.Vietnamese)); own != nil {
				n.Content = []*yaml.Node{scalar(string(survey.Vietnamese)), own}
			}
		}
		for i := 1; i < len(n.Content); i += 2 {
			only(n.Content[i], at)
		}
	case yaml.SequenceNode:
		for _, c := range n.Content {
			only(c, at)
		}
	}
}
