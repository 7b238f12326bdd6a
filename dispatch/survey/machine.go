package survey

import (
	"fmt"
	"slices"
)

// Move is one line of a transition table: in state From, the event On leads to
// state To.
type Move[S ~string, E ~string] struct {
	From S
	On   E
	To   S
}

// Machine is a transition table. The same table is repeated by the CHECK
// constraints of the schema and by the WHERE clause of every state change, and
// tests hold the three together.
type Machine[S ~string, E ~string] struct {
	Name   string
	Start  S
	States []S
	Moves  []Move[S, E]
}

// Next returns the state that follows from on ev, or a *Error of Kind Conflict
// with code CodeState that names the machine, the state and the event.
func (m Machine[S, E]) Next(from S, ev E) (S, error) {
	for _, mv := range m.Moves {
		if mv.From == from && mv.On == ev {
			return mv.To, nil
		}
	}
	return from, &Error{Kind: Conflict, Code: CodeState, Args: map[string]string{
		"machine": m.Name, "state": string(from), "event": string(ev),
	}}
}

// From returns the states in which ev is allowed, in table order: the ANY($2)
// of the guarding UPDATE.
func (m Machine[S, E]) From(ev E) []S {
	var out []S
	for _, mv := range m.Moves {
		if mv.On == ev && !slices.Contains(out, mv.From) {
			out = append(out, mv.From)
		}
	}
	return out
}

// Final reports whether no move leads out of s.
func (m Machine[S, E]) Final(s S) bool {
	return !slices.ContainsFunc(m.Moves, func(mv Move[S, E]) bool { return mv.From == s })
}

// Mermaid renders the machine as a Mermaid state diagram.
func (m Machine[S, E]) Mermaid() string {
	out := fmt.Sprintf("%%%% %s\nstateDiagram-v2\n  [*] --> %s\n", m.Name, m.Start)
	for _, mv := range m.Moves {
		out += fmt.Sprintf("  %s --> %s: %s\n", mv.From, mv.To, mv.On)
	}
	for _, s := range m.States {
		if m.Final(s) {
			out += fmt.Sprintf("  %s --> [*]\n", s)
		}
	}
	return out
}
