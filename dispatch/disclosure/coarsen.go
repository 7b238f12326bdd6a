package disclosure

import (
	"maps"
	"slices"
	"strings"

	"canvass/dispatch/survey"
)

// between stands between the values in the name of a stratum.
const between = " · "

// A Cell is one combination of values of the design's fields, with the people who are
// invited in it.
type Cell struct {
	Values  []string // in the order of the fields
	Invited int
}

// CellOf takes the name of a stratum apart. It is false where the name does not have a
// value for every field: a value has the sign between two in it.
func CellOf(fields []string, stratum string, invited int) (Cell, bool) {
	if len(fields) == 0 {
		return Cell{Invited: invited}, stratum == ""
	}
	values := strings.Split(stratum, between)
	return Cell{Values: values, Invited: invited}, len(values) == len(fields)
}

// Name is how a cell reads when keep is kept of it: the stratum of its answers. Fields
// that are not kept are left out; without any it is empty. nil keeps every field.
func Name(fields []string, keep []survey.Kept, c Cell) string {
	if keep == nil {
		return strings.Join(c.Values, between)
	}
	var parts []string
	for _, k := range keep {
		if i := slices.Index(fields, k.Field); i >= 0 {
			parts = append(parts, level(k, c.Values[i]))
		}
	}
	return strings.Join(parts, between)
}

// level is what becomes of a value.
func level(k survey.Kept, value string) string {
	for _, to := range slices.Sorted(maps.Keys(k.Join)) {
		if slices.Contains(k.Join[to], value) {
			return to
		}
	}
	return value
}

// Groups counts the people invited under every name.
func Groups(fields []string, keep []survey.Kept, cells []Cell) map[string]int {
	out := map[string]int{}
	for _, c := range cells {
		if c.Invited > 0 {
			out[Name(fields, keep, c)] += c.Invited
		}
	}
	return out
}

// Small lists the names that fewer than K people stand under, in order.
func Small(groups map[string]int) []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		if groups[name] < K {
			out = append(out, name)
		}
	}
	return out
}

// Propose says what to keep so that every combination has at least K invited people. It
// starts from everything, joins two levels of a field at a time, those that leave the
// fewest people in combinations that are too small, and then takes back every joining
// that was not needed. So what it proposes is minimal in this sense: no level can be
// taken out of the levels that it is joined with, to stand alone, without a combination
// of fewer than K. A field whose levels are all joined is dropped. It is false when
// fewer than K people are invited in all.
func Propose(fields []string, cells []Cell) ([]survey.Kept, bool) {
	total := 0
	for _, c := range cells {
		total += c.Invited
	}
	if total < K {
		return nil, false
	}
	p := proposal{fields: fields, cells: cells, of: make([]map[string]int, len(fields))}
	for f := range fields {
		p.of[f] = map[string]int{}
		for _, c := range cells {
			if c.Invited > 0 {
				p.of[f][c.Values[f]] = 0
			}
		}
		for i, value := range slices.Sorted(maps.Keys(p.of[f])) {
			p.of[f][value] = i
		}
	}
	for p.exposed() > 0 {
		p.join()
	}
	p.takeBack()
	return p.keep(), true
}

// proposal is a way of joining levels: of every field, in which part each value is.
type proposal struct {
	fields []string
	cells  []Cell
	of     []map[string]int
}

// exposed is how many people are in combinations that are too small.
func (p *proposal) exposed() int {
	counts := map[string]int{}
	var key []byte
	for _, c := range p.cells {
		if c.Invited == 0 {
			continue
		}
		key = key[:0]
		for f, v := range c.Values {
			n := p.of[f][v]
			key = append(key, byte(n>>16), byte(n>>8), byte(n))
		}
		counts[string(key)] += c.Invited
	}
	n := 0
	for _, people := range counts {
		if people < K {
			n += people
		}
	}
	return n
}

// parts are the parts of a field that are in use, in order.
func (p *proposal) parts(f int) []int {
	seen := map[int]bool{}
	for _, part := range p.of[f] {
		seen[part] = true
	}
	return slices.Sorted(maps.Keys(seen))
}

// move puts every value of a part into another, and returns which were moved.
func (p *proposal) move(f, from, to int) []string {
	var moved []string
	for value, part := range p.of[f] {
		if part == from {
			p.of[f][value] = to
			moved = append(moved, value)
		}
	}
	return moved
}

// join joins the two parts of a field that leave the fewest people exposed; of several,
// those with the fewest people themselves.
func (p *proposal) join() {
	best := struct{ f, a, b, exposed, people int }{f: -1}
	for f := range p.fields {
		size, parts := p.sizes(f), p.parts(f)
		for i, a := range parts {
			for _, b := range parts[i+1:] {
				moved := p.move(f, b, a)
				left, people := p.exposed(), size[a]+size[b]
				for _, v := range moved {
					p.of[f][v] = b
				}
				if best.f < 0 || left < best.exposed || left == best.exposed && people < best.people {
					best = struct{ f, a, b, exposed, people int }{f, a, b, left, people}
				}
			}
		}
	}
	p.move(best.f, best.b, best.a)
}

// sizes are the people of every part of a field.
func (p *proposal) sizes(f int) map[int]int {
	out := map[int]int{}
	for _, c := range p.cells {
		if c.Invited > 0 {
			out[p.of[f][c.Values[f]]] += c.Invited
		}
	}
	return out
}

// takeBack lets every level stand alone that can.
func (p *proposal) takeBack() {
	alone := 0
	for f := range p.fields {
		alone = max(alone, len(p.of[f])) // a part that no value has
	}
	for again := true; again; {
		again = false
		for f := range p.fields {
			for _, value := range slices.Sorted(maps.Keys(p.of[f])) {
				part, shared := p.of[f][value], 0
				for _, other := range p.of[f] {
					if other == part {
						shared++
					}
				}
				if shared < 2 {
					continue
				}
				p.of[f][value] = alone
				if p.exposed() > 0 {
					p.of[f][value] = part
					continue
				}
				alone++
				again = true
			}
		}
	}
}

// keep writes the proposal as a campaign has it.
func (p *proposal) keep() []survey.Kept {
	out := []survey.Kept{}
	for f, name := range p.fields {
		parts := p.parts(f)
		if len(parts) < 2 && len(p.of[f]) > 1 {
			continue // dropped
		}
		k := survey.Kept{Field: name}
		for _, part := range parts {
			var values []string
			for _, value := range slices.Sorted(maps.Keys(p.of[f])) {
				if p.of[f][value] == part {
					values = append(values, value)
				}
			}
			if len(values) > 1 {
				if k.Join == nil {
					k.Join = map[string][]string{}
				}
				k.Join[strings.Join(values, "+")] = values
			}
		}
		out = append(out, k)
	}
	return out
}
