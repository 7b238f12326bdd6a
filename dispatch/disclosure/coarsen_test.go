package disclosure_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"canvass/dispatch/disclosure"
	"canvass/dispatch/survey"
)

// random is a design of up to three fields, with cells of any size.
func random(r *rand.Rand) (fields []string, cells []disclosure.Cell) {
	levels := []int{}
	for f := range 1 + r.IntN(3) {
		fields, levels = append(fields, fmt.Sprintf("f%d", f)), append(levels, 1+r.IntN(5))
	}
	most := []int{2, 6, 20}[r.IntN(3)]
	var fill func(values []string)
	fill = func(values []string) {
		if len(values) == len(fields) {
			if r.IntN(4) > 0 {
				cells = append(cells, disclosure.Cell{Values: slices.Clone(values), Invited: r.IntN(most)})
			}
			return
		}
		for l := range levels[len(values)] {
			fill(append(slices.Clone(values), fmt.Sprintf("v%d", l)))
		}
	}
	fill(nil)
	return fields, cells
}

// What is proposed holds, and nothing that it joins could be left apart.
func TestAProposalHoldsAndIsMinimal(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6))
	impossible := 0
	for range 800 {
		fields, cells := random(r)
		total := 0
		for _, c := range cells {
			total += c.Invited
		}
		keep, ok := disclosure.Propose(fields, cells)
		if ok != (total >= disclosure.K) {
			t.Fatalf("%d invited: %v", total, ok)
		}
		if !ok {
			impossible++
			continue
		}
		if small := disclosure.Small(disclosure.Groups(fields, keep, cells)); len(small) > 0 {
			t.Fatalf("%v of %v leaves %v too small", keep, cells, small)
		}
		for i := range keep {
			for to, from := range keep[i].Join {
				for _, value := range from {
					if left := without(keep, i, to, value); len(disclosure.Small(disclosure.Groups(fields, left, cells))) == 0 {
						t.Fatalf("%v of %v: %s could stand alone", keep, cells, value)
					}
				}
			}
		}
		if len(disclosure.Small(disclosure.Groups(fields, nil, cells))) == 0 {
			for _, k := range keep {
				if len(k.Join) > 0 || len(keep) != len(fields) {
					t.Errorf("%v joins what needs no joining: %v", keep, cells)
				}
			}
		}
	}
	if impossible == 0 {
		t.Error("never too few people: the test does not see that")
	}
}

// without is keep with one value taken out of the levels that it is joined with.
func without(keep []survey.Kept, field int, to, value string) []survey.Kept {
	out := slices.Clone(keep)
	join := maps.Clone(out[field].Join)
	join[to] = slices.DeleteFunc(slices.Clone(join[to]), func(v string) bool { return v == value })
	out[field].Join = join
	return out
}

func TestPropose(t *testing.T) {
	t.Parallel()
	cells := []disclosure.Cell{{[]string{"A", "nam"}, 20}, {[]string{"A", "nữ"}, 3}, {[]string{"B", "nam"}, 9}, {[]string{"B", "nữ"}, 8}}
	keep, ok := disclosure.Propose([]string{"cum", "sex"}, cells)
	if got := fmt.Sprint(keep); !ok || got != "[{sex map[]}]" && got != "[{cum map[]}]" {
		t.Errorf("%v, %v", got, ok)
	}
	if got := disclosure.Groups([]string{"cum", "sex"}, nil, cells); got["A · nữ"] != 3 || len(disclosure.Small(got)) != 1 {
		t.Errorf("groups %v", got)
	}
	one := []survey.Kept{{Field: "cum", Join: map[string][]string{"AB": {"A", "B"}}}}
	if got := disclosure.Groups([]string{"cum", "sex"}, one, cells); got["AB"] != 40 {
		t.Errorf("joined %v", got)
	}
	if got := disclosure.Groups([]string{"cum", "sex"}, []survey.Kept{}, cells); got[""] != 40 {
		t.Errorf("nothing kept: %v", got)
	}
	if _, ok := disclosure.Propose(nil, []disclosure.Cell{{nil, 4}}); ok {
		t.Error("four people can be told apart by nothing, and are too few all the same")
	}
}

func TestCellOf(t *testing.T) {
	t.Parallel()
	if c, ok := disclosure.CellOf([]string{"a", "b"}, "1 · 2", 7); !ok || c.Values[1] != "2" || c.Invited != 7 {
		t.Errorf("%v %v", c, ok)
	}
	if _, ok := disclosure.CellOf([]string{"a"}, "1 · 2", 7); ok {
		t.Error("a value with the sign in it is not taken apart")
	}
	if _, ok := disclosure.CellOf(nil, "", 7); !ok {
		t.Error("a design without strata has one cell")
	}
}
