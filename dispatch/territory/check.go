package territory

import "canvass/dispatch/survey"

// longest is how many bytes a code or a name may have.
const longest = 200

// check tells what is wrong with the units of one version. The argument of an
// error says what: missing (a column), long, twice (a code), parent (there is no
// such unit), loop (it is a part of itself), alias (it is the name of another).
func check(units []survey.Unit, where func(i int) string) faults {
	var out faults
	at := map[string]int{}
	full, bare := map[string][]int{}, map[string][]int{}
	for i, u := range units {
		f := formOf(u.Name)
		switch {
		case codeKey(u.Code) == "":
			out.add(where(i), "missing", "mã/code")
		case f.blank():
			out.add(where(i), "missing", "tên/name")
		case len(u.Code) > longest:
			out.add(where(i), "long", u.Code)
		case len(u.Name) > longest:
			out.add(where(i), "long", u.Name)
		}
		if _, ok := at[codeKey(u.Code)]; ok && codeKey(u.Code) != "" {
			out.add(where(i), "twice", u.Code)
		}
		at[codeKey(u.Code)] = i
		put(full, f.full, i)
		put(bare, f.bare, i)
	}
	for i, u := range units {
		if _, ok := at[codeKey(u.Parent)]; u.Parent != "" && !ok {
			out.add(where(i), "parent", u.Parent)
		}
		for _, alias := range u.Aliases {
			f := formOf(alias)
			taken := full[f.full]
			if f.kind == "" {
				taken = bare[f.bare]
			}
			switch other := at[codeKey(alias)]; {
			case f.blank() || len(alias) > longest:
				out.add(where(i), "long", alias)
			case len(taken) > 0 && !(len(taken) == 1 && taken[0] == i), codeKey(units[other].Code) == codeKey(alias) && other != i:
				out.add(where(i), "alias", alias)
			}
		}
	}
	if len(out) == 0 {
		out = loops(units, at, where)
	}
	return out
}

// loops finds units that are a part of themselves, or of one that is.
func loops(units []survey.Unit, at map[string]int, where func(i int) string) faults {
	const (
		walked = iota + 1 // on the way up from the unit at hand
		ends
		endless
	)
	var out faults
	state := make([]int, len(units))
	for i := range units {
		var way []int
		n := i
		for state[n] == 0 {
			state[n], way = walked, append(way, n)
			if units[n].Parent == "" {
				break
			}
			n = at[codeKey(units[n].Parent)]
		}
		found := ends
		if state[n] == endless || state[n] == walked && units[n].Parent != "" {
			found = endless
		}
		for _, w := range way {
			if state[w] = found; found == endless {
				out.add(where(w), "loop", units[w].Code)
			}
		}
	}
	return out
}
