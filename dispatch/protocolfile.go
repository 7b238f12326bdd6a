package dispatch

import (
	"errors"
	"iter"

	"go.yaml.in/yaml/v3"

	"canvass/dispatch/survey"
)

// ParseProtocol reads a contact protocol from YAML: one written out, or that of a
// campaign file, and checks it. It returns all errors at once, joined; each is a
// *survey.Error with Where "file:line".
func ParseProtocol(file string, src []byte) (survey.Protocol, error) {
	top, err := mapping(file, src)
	if err != nil {
		return survey.Protocol{}, err
	}
	c := specCheck{}
	written := false
	for k := range pairs(top) {
		written = written || k.Value == "steps"
	}
	if written {
		c.spec = Spec{file: file, lines: map[string]int{}}
		protocolLines(c.spec.lines, top)
		c.spec.Protocol, err = strictly[survey.Protocol](file, src)
	} else {
		c.spec, err = ParseSpec(file, src)
	}
	if err != nil {
		return survey.Protocol{}, err
	}
	c.protocol(&c.spec.Protocol)
	return c.spec.Protocol, errors.Join(c.errors...)
}

// mapping reads a YAML document that is a mapping.
func mapping(file string, src []byte) (*yaml.Node, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(src, &doc); err != nil {
		return nil, yamlErrors(file, err)
	}
	if len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, yamlErrors(file, errors.New("line 1: not a mapping"))
	}
	return doc.Content[0], nil
}

// pairs are the keys of a mapping with their values.
func pairs(of *yaml.Node) iter.Seq2[*yaml.Node, *yaml.Node] {
	return func(yield func(k, v *yaml.Node) bool) {
		for i := 0; of.Kind == yaml.MappingNode && i+1 < len(of.Content); i += 2 {
			if !yield(of.Content[i], of.Content[i+1]) {
				return
			}
		}
	}
}

// protocolLines notes where the fields of a protocol stand, by the names that its
// errors have: protocol.windows[sms], protocol.steps[call].tries.
func protocolLines(lines map[string]int, p *yaml.Node) {
	for k, v := range pairs(p) {
		at := "protocol." + k.Value
		lines[at] = k.Line
		for key := range pairs(v) {
			lines[at+"["+key.Value+"]"] = key.Line
		}
		if k.Value != "steps" || v.Kind != yaml.SequenceNode {
			continue
		}
		for _, step := range v.Content {
			name := ""
			for key, value := range pairs(step) {
				if key.Value == "name" {
					name = value.Value
				}
			}
			lines[at+"["+name+"]"] = step.Line
			for key := range pairs(step) {
				lines[at+"["+name+"]."+key.Value] = key.Line
			}
		}
	}
}
