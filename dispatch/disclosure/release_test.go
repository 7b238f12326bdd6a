package disclosure_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"canvass/dispatch/disclosure"
)

// However answers come in, a release is never of fewer than K, and K wait for the end.
func TestWhateverIsReleasedHasCompany(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		waiting, released, writes := 0, 0, 0
		for range r.IntN(400) {
			waiting++
			n := disclosure.Due(waiting, released)
			if n == 0 {
				continue
			}
			if n < disclosure.K || waiting-n < disclosure.K {
				t.Fatalf("%d of %d released, %d before", n, waiting, released)
			}
			waiting, released = waiting-n, released+n
			writes += released
		}
		if waiting > 0 && released > 0 && waiting < disclosure.K {
			t.Fatalf("%d are left alone", waiting)
		}
		if released > 0 && writes > 15*released+400 {
			t.Errorf("%d rows written for %d", writes, released)
		}
	}
}

func TestGatherLeavesNobodyAlone(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		answers, total := map[string]int{}, 0
		for i := range 1 + r.IntN(7) {
			n := r.IntN(12)
			answers[fmt.Sprintf("s%d", i)] = n
			total += n
		}
		labels, ok := disclosure.Gather(answers)
		if ok != (total >= disclosure.K) {
			t.Fatalf("%v: %v", answers, ok)
		}
		of, joined := map[string]int{}, map[string]bool{}
		for name, n := range answers {
			if ok && n > 0 && labels[name] == "" {
				t.Fatalf("%v: %s stands nowhere", answers, name)
			}
			of[labels[name]] += n
			if labels[name] != name {
				joined[labels[name]] = true
			}
		}
		for label, n := range of {
			if ok && label != "" && n < disclosure.K {
				t.Errorf("%v: %s has %d", answers, label, n)
			}
		}
		enough := 0
		for name, n := range answers {
			if n >= disclosure.K && ok && labels[name] != name {
				enough++
			}
		}
		if enough > 1 {
			t.Errorf("%v: %d strata were joined without need: %v", answers, enough, labels)
		}
	}
}

func TestGather(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ answers, want map[string]int }{
		{map[string]int{"a": 5, "b": 9}, map[string]int{"a": 5, "b": 9}},
		{map[string]int{"a": 3, "b": 2, "c": 9}, map[string]int{"a + b": 5, "c": 9}},
		{map[string]int{"a": 1, "b": 7, "c": 9}, map[string]int{"a + b": 8, "c": 9}},
		{map[string]int{"a": 2, "b": 2}, map[string]int{}},
		{map[string]int{"a": 0, "b": 5}, map[string]int{"b": 5}},
	} {
		labels, _ := disclosure.Gather(tc.answers)
		got := map[string]int{}
		for name, label := range labels {
			got[label] += tc.answers[name]
		}
		if fmt.Sprint(got) != fmt.Sprint(tc.want) {
			t.Errorf("%v: %v, want %v", tc.answers, got, tc.want)
		}
	}
}
