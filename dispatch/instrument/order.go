package instrument

import (
	"hash/fnv"
	"math/rand/v2"
	"strings"

	"go.yaml.in/yaml/v3"

	"canvass/dispatch/survey"
)

// Order is in which order a page shows the choices of a question to the person of a
// seed: as they are written, or, of a Random question, by lot, the same for the same
// seed for ever. What is exclusive, the other choice and missing reasons stay where
// they are. SMS and calls keep the written order, whose figures are the answers.
func (q *Question) Order(seed uint64) []int {
	order := make([]int, len(q.Choices))
	var free []int
	for i := range order {
		order[i] = i
		if c := &q.Choices[i]; c.Missing == "" && !c.Exclusive && !c.Other {
			free = append(free, i)
		}
	}
	if !q.Random || q.Type == Scale {
		return order
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(q.Name)) // a hash takes everything
	drawn := rand.New(rand.NewPCG(seed, h.Sum64())).Perm(len(free))
	for i, at := range free {
		order[at] = free[drawn[i]]
	}
	return order
}

// Preset is what a form shows as chosen before anything was: the author's default,
// in the values of its fields. It is stored only if it is sent.
func (q *Question) Preset() []string {
	if q.Default == "" || !q.Type.Asked() {
		return nil
	}
	if q.Type == Multiple {
		return strings.Fields(q.Default)
	}
	return []string{q.Default}
}

// preset reads the default of the question that is read now.
func (p *parser) preset(q *Question, n *yaml.Node) {
	if n == nil || !q.Type.Asked() || q.Type == Note {
		return
	}
	q.Default = p.word(n)
	values := []string{q.Default}
	if q.Type == Multiple {
		values = strings.Fields(q.Default)
	}
	if _, err := q.formAnswer(values); err != nil {
		p.fail(n.Line, survey.CodeChoiceMissing, "question", q.Name, "choice", q.Default, "valid", q.codes())
	}
}
