package instrument

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"canvass/dispatch/survey"
)

// Preset is what a form shows as chosen before anything was: the author's default,
// in the values of its fields. It is stored only if it is sent.
func (q *Question) Preset() []string {
	if q.Default == "" || !q.Type.Asked() {
		return nil
	}
	if q.Type == Multiple {
		return q.sent(strings.Fields(q.Default))
	}
	return q.sent([]string{q.Default})
}

// preset reads the default of the question that is read now.
func (p *parser) preset(q *Question, n *yaml.Node) {
	if n == nil || !q.Type.Asked() || q.Type == Note {
		return
	}
	if q.Type == Attachment {
		p.fail(n.Line, survey.CodeUnknownKey, "name", "default", "type", string(q.Type))
		return
	}
	q.Default = p.word(n)
	values := []string{q.Default}
	if q.Type == Multiple {
		values = strings.Fields(q.Default)
	}
	if _, err := q.formAnswer(q.sent(values)); err != nil {
		p.fail(n.Line, survey.CodeChoiceMissing, "question", q.Name, "choice", q.Default, "valid", q.codes())
	}
}
