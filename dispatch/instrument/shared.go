package instrument

import (
	"slices"
	"strings"

	"canvass/dispatch/survey"
)

// shared is what questions of one list have together while a source is read, so that
// three hundred questions about one commune each hold its list once.
type shared struct {
	registers map[listKey]*register
	extended  map[listKey][]Choice
	columns   map[listKey]map[string][]int
	holds     map[listKey]bool
}

// listKey is a list of choices, and what was made of it.
type listKey struct {
	first *Choice
	size  int
	made  string
}

func keyOf(list []Choice, made string) listKey {
	if len(list) == 0 {
		return listKey{made: made}
	}
	return listKey{&list[0], len(list), made}
}

func newShared() shared {
	return shared{map[listKey]*register{}, map[listKey][]Choice{}, map[listKey]map[string][]int{}, map[listKey]bool{}}
}

// register is that of the choices of q. A number says more than its choices, so it has
// its own.
func (s shared) register(q *Question, langs []survey.Lang) *register {
	of := *q
	if len(q.Choices) == 0 || q.Numeric() || q.Type == Date {
		return newRegister(&of, langs)
	}
	key := keyOf(q.Choices, "")
	if s.registers[key] == nil {
		s.registers[key] = newRegister(&of, langs)
	}
	return s.registers[key]
}

// has reports whether a list has a code.
func (s shared) has(list []Choice, code string) bool {
	key := keyOf(list, code)
	holds, known := s.holds[key]
	if !known {
		holds = slices.ContainsFunc(list, func(c Choice) bool { return c.Code == code })
		s.holds[key] = holds
	}
	return holds
}

// with is a list with more at its end.
func (s shared) with(list, more []Choice) []Choice {
	if len(more) == 0 {
		return list
	}
	if len(list) == 0 {
		return more
	}
	var made strings.Builder
	for i := range more {
		made.WriteString(more[i].Code + " ")
	}
	key := keyOf(list, made.String())
	if s.extended[key] == nil {
		s.extended[key] = slices.Concat(list, more)
	}
	return s.extended[key]
}

// filterIndex finds the choices that a filter "column = …" can leave, without looking
// at the others.
type filterIndex struct {
	value  *node            // what the column is compared with
	places map[string][]int // by what stands in the column
	always []int            // missing reasons
	whole  bool             // the filter demands nothing else
}

// filter is the index of a filter of q, nil where it compares no column with something
// that is the same for all choices.
func (s shared) filter(q *Question, e *Expr) *filterIndex {
	column, value := equalColumn(e.root)
	if value == nil {
		return nil
	}
	f := &filterIndex{value: value, whole: e.root.op == opEq && !e.root.call}
	key := keyOf(q.Choices, column)
	if f.places = s.columns[key]; f.places == nil {
		f.places = map[string][]int{}
		for i := range q.Choices {
			if q.Choices[i].Missing == "" {
				v := q.Choices[i].With[column]
				f.places[v] = append(f.places[v], i)
			}
		}
		s.columns[key] = f.places
	}
	for i := range q.Choices {
		if q.Choices[i].Missing != "" {
			f.always = append(f.always, i)
		}
	}
	return f
}

// equalColumn finds, among what an expression demands, a column that is to equal
// something without columns.
func equalColumn(n *node) (column string, value *node) {
	if n.call {
		return "", nil
	}
	switch n.op {
	case opAnd:
		for _, a := range n.args {
			if column, value = equalColumn(a); value != nil {
				return column, value
			}
		}
	case opEq:
		for i, a := range n.args {
			other := n.args[1-i]
			plain := true
			other.walk(func(n *node) { plain = plain && n.op != opColumn })
			if a.op == opColumn && plain {
				return a.text, other
			}
		}
	}
	return "", nil
}

// candidates are the places of the choices that may be offered, in order; ok is false
// where any may be, because a number equals many texts.
func (f *filterIndex) candidates(lookup func(string) survey.Answer) (places []int, ok bool) {
	if f == nil {
		return nil, false
	}
	v := f.value.eval(lookup)
	if v.kind == kindNumber || v.kind == kindBool {
		return nil, false
	}
	places = slices.Concat(f.places[v.text], f.always)
	slices.Sort(places)
	return places, true
}
