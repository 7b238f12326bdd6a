package instrument

import (
	"slices"
	"strings"

	"canvass/dispatch/survey"
)

// Trace is an expression with what it came to, and its parts with what they
// came to. Parts are all evaluated, also those that "or", "and", "if" and
// "coalesce" pass over.
type Trace struct {
	Expression string  `json:"expression"`
	Value      string  `json:"value"`          // as XPath 1.0 §4.2 string() writes it
	Name       string  `json:"name,omitempty"` // of the question whose answer it is
	Parts      []Trace `json:"parts,omitempty"`
}

// Trace evaluates e as Eval does, part by part. Literals are not parts.
func (e *Expr) Trace(lookup func(name string) survey.Answer) Trace {
	return e.root.trace(lookup)
}

func (n *node) trace(lookup func(string) survey.Answer) Trace {
	t := Trace{Expression: n.write(), Value: n.eval(lookup).Text()}
	if n.op == opRef {
		t.Name = n.text
	}
	for _, a := range n.args {
		if a.op != opNumber && a.op != opText {
			t.Parts = append(t.Parts, a.trace(lookup))
		}
	}
	return t
}

// write is the source of a part, with the parentheses that it needs.
func (n *node) write() string {
	switch {
	case n.op == opNumber:
		return n.text
	case n.op == opText && strings.Contains(n.text, "'"):
		return `"` + n.text + `"`
	case n.op == opText:
		return "'" + n.text + "'"
	case n.op == opRef && n.text == ".":
		return "."
	case n.op == opRef:
		return "${" + n.text + "}"
	case n.call:
		args := make([]string, len(n.args))
		for i, a := range n.args {
			args[i] = a.write()
		}
		return string(n.op) + "(" + strings.Join(args, ", ") + ")"
	case n.op == opNegate:
		return "-" + n.args[0].within(len(levels))
	}
	level := n.level()
	// A chain leans to the left: what stands right binds tighter.
	return n.args[0].within(level) + " " + string(n.op) + " " + n.args[1].within(level+1)
}

// within writes n as an argument of an operator of that level.
func (n *node) within(level int) string {
	if n.level() < level {
		return "(" + n.write() + ")"
	}
	return n.write()
}

// level is how tight the operator of n binds; what is no binary operator binds
// tightest.
func (n *node) level() int {
	if !n.call {
		for i, ops := range levels {
			if slices.Contains(ops, n.op) {
				return i
			}
		}
	}
	return len(levels)
}

// Asked says whether a question was on the path of the answers a in mode m,
// and by what: the carrying of the mode, then relevance.
type Asked struct {
	Question *Question
	Relevant bool
	Carried  bool   // the mode asks it of whom it applies to
	Trace    *Trace // of its relevance; nil: always relevant
	// Looked are the answers that the expression looked at, as it saw them:
	// those of questions that do not apply are empty.
	Looked survey.Answers
}

// Why traces whether the question name applies after the answers a. ok is
// false when there is no such question.
func (q *Questionnaire) Why(name string, a survey.Answers, m survey.Mode) (out Asked, ok bool) {
	i, ok := q.index[name]
	if !ok {
		return Asked{}, false
	}
	relevant := q.relevance(a)
	out = Asked{Question: &q.Questions[i], Relevant: relevant[i], Carried: q.asks(i, m)}
	if e := q.Questions[i].Relevant; e != nil {
		out.Looked = survey.Answers{}
		t := e.Trace(func(name string) survey.Answer {
			ans := q.seen(a, relevant, name)
			out.Looked[name] = ans
			return ans
		})
		out.Trace = &t
	}
	return out, true
}

// seen is the answer to name as expressions see it, when relevant says what
// applies.
func (q *Questionnaire) seen(a survey.Answers, relevant []bool, name string) survey.Answer {
	i, ok := q.index[name]
	if !ok {
		i, ok = q.index[strings.TrimSuffix(name, otherSuffix)]
	}
	switch {
	case !ok || !relevant[i]:
		return survey.Answer{}
	case q.Questions[i].Name != name:
		return survey.Answer{Value: a[name].Value}
	}
	return q.Questions[i].comparable(a[name])
}

// Carries reports whether mode m asks question at all, whomever: SMS and voice
// ask the core only, where there is one, and voice asks no texts.
func (q *Questionnaire) Carries(question *Question, m survey.Mode) bool {
	i, ok := q.index[question.Name]
	return ok && q.asks(i, m)
}

// HasCore reports whether SMS and voice ask a part of the questions only.
func (q *Questionnaire) HasCore() bool { return q.cores }

// Place is the number of a question among those that mode m carries, from 1,
// and how many these are; a note has number 0.
func (q *Questionnaire) Place(name string, m survey.Mode) (number, of int) { return q.place(name, m) }

// Where is the place of a question in its source, "file:line".
func (q *Questionnaire) Where(question *Question) string {
	return failure(q.file, question.Line, "").Where
}
