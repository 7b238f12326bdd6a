package disclosure

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// K is the least number of people that anything which stands beside answers may fit, and
// of answers that are released together: methodology §12, anonymity sets.
const K = 5

// share is the least part of what is released that is released together: all are
// written anew each time, and this keeps the work of a campaign in proportion to its size.
const share = 10

// Due says how many of the answers of a stratum that wait may be released while the
// campaign is in the field, when so many of it are out already: 0, or at least K and a
// tenth of those. K others stay, so that whatever comes last has company; they are
// released when the campaign is closed. Which ones stay is drawn by lot.
func Due(waiting, released int) int {
	n := waiting - K
	if n < K || n < released/share {
		return 0
	}
	return n
}

// Gather says under which name the answers of every stratum stand at the end of a
// campaign, from how many there are in each. A stratum of fewer than K is joined with the
// other such strata, and these with the smallest of the others if they are still too few.
// It is false when there are fewer than K in all: then nothing may be released.
//
// Who answered is known, and what is not: in a stratum where one person answered, the
// answer would be theirs.
func Gather(answers map[string]int) (map[string]string, bool) {
	out, total := map[string]string{}, 0
	var few, enough []string
	for _, name := range slices.Sorted(maps.Keys(answers)) {
		n := answers[name]
		total += n
		switch {
		case n >= K:
			out[name] = name
			enough = append(enough, name)
		case n > 0:
			few = append(few, name)
		}
	}
	if total < K {
		return nil, false
	}
	joined := 0
	for _, name := range few {
		joined += answers[name]
	}
	slices.SortStableFunc(enough, func(a, b string) int { return cmp.Compare(answers[a], answers[b]) })
	if joined > 0 && joined < K {
		few = append(few, enough[0])
		slices.Sort(few)
	}
	label := strings.Join(few, " + ")
	for _, name := range few {
		out[name] = label
	}
	return out, true
}
