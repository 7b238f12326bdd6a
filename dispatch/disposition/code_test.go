package disposition

import (
	"math/rand/v2"
	"slices"
	"testing"

	"canvass/dispatch/survey"
)

var settings = []survey.Eligibility{survey.EligibilityKnown, survey.EligibilityAssumed, survey.EligibilityUnknown}

func TestCode(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		facts          survey.CaseFacts
		known, unknown survey.Disposition
	}{
		"submitted":                       {survey.CaseFacts{Sent: 1, Human: true, Submitted: true, Applicable: 10, Answered: 10, KeyAnswered: true}, "1.1", "1.1"},
		"the core, sent off":              {survey.CaseFacts{Sent: 1, Submitted: true, Applicable: 12, Answered: 5, KeyAnswered: true}, "1.2", "1.2"},
		"submitted, 80 %":                 {survey.CaseFacts{Sent: 1, Submitted: true, Applicable: 10, Answered: 8}, "1.1", "1.1"},
		"submitted, 79 %":                 {survey.CaseFacts{Sent: 1, Submitted: true, Applicable: 100, Answered: 79}, "2.12", "2.12"},
		"submitted, nothing applies":      {survey.CaseFacts{Sent: 1, Submitted: true, KeyAnswered: true}, "1.1", "1.1"},
		"submitted empty":                 {survey.CaseFacts{Sent: 1, Submitted: true, Applicable: 5, KeyAnswered: true}, "2.1121", "2.1121"},
		"submitted without being asked":   {survey.CaseFacts{Submitted: true, Applicable: 5, Answered: 5, KeyAnswered: true}, "1.1", "1.1"},
		"submitted, then texted STOP":     {survey.CaseFacts{Sent: 1, Submitted: true, Refused: true, Applicable: 5, Answered: 5, KeyAnswered: true}, "1.1", "1.1"},
		"half with the key items":         {survey.CaseFacts{Sent: 1, Human: true, Applicable: 10, Answered: 5, KeyAnswered: true}, "1.2", "1.2"},
		"half without a key item":         {survey.CaseFacts{Sent: 1, Human: true, Applicable: 10, Answered: 9}, "2.12", "2.12"},
		"a little less than half":         {survey.CaseFacts{Sent: 1, Human: true, Applicable: 100, Answered: 49, KeyAnswered: true}, "2.12", "2.12"},
		"all answered, never sent off":    {survey.CaseFacts{Sent: 1, Human: true, Applicable: 10, Answered: 10, KeyAnswered: true}, "1.2", "1.2"},
		"sent off after the end":          {survey.CaseFacts{Sent: 1, Human: true, Submitted: true, Late: true, Applicable: 10, Answered: 10, KeyAnswered: true}, "2.27", "2.27"},
		"refused after the end":           {survey.CaseFacts{Sent: 1, Refused: true, Submitted: true, Late: true, Applicable: 10, Answered: 10}, "2.112", "2.112"},
		"refused":                         {survey.CaseFacts{Sent: 1, Human: true, Refused: true}, "2.112", "2.112"},
		"someone else refused":            {survey.CaseFacts{Sent: 1, Human: true, Refused: true, ByOther: true}, "2.111", "2.111"},
		"began, then refused":             {survey.CaseFacts{Sent: 1, Human: true, Refused: true, Applicable: 10, Answered: 2}, "2.112", "2.112"},
		"one answer":                      {survey.CaseFacts{Sent: 1, Human: true, Applicable: 10, Answered: 1}, "2.12", "2.12"},
		"one answer, then wrong person":   {survey.CaseFacts{Sent: 1, Human: true, Applicable: 10, Answered: 1, WrongPerson: true}, "2.12", "2.12"},
		"wrong person":                    {survey.CaseFacts{Sent: 2, Human: true, WrongPerson: true}, "2.36", "2.36"},
		"pressed Begin and left":          {survey.CaseFacts{Sent: 3, Delivered: 3, Human: true, Applicable: 10}, "2.1121", "2.1121"},
		"a machine took the call":         {survey.CaseFacts{Sent: 2, Delivered: 2, Machine: true}, "2.221", "3.19"},
		"silence":                         {survey.CaseFacts{Sent: 4, Delivered: 4}, "2.20", "3.19"},
		"silence, one address is dead":    {survey.CaseFacts{Sent: 4, Undelivered: 1, Delivered: 3}, "2.20", "3.19"},
		"every address is dead":           {survey.CaseFacts{Sent: 2, Undelivered: 2}, "2.20", "3.30"},
		"nothing was ever sent":           {survey.CaseFacts{}, "2.20", "3.11"},
		"nothing was sent, but pressed":   {survey.CaseFacts{Human: true}, "2.1121", "2.1121"},
		"facts that make no sense at all": {survey.CaseFacts{Sent: -1, Undelivered: 7, Answered: -3, Applicable: -9}, "2.20", "3.11"},
	} {
		for _, e := range settings {
			want := c.unknown
			if e == survey.EligibilityKnown {
				want = c.known
			}
			if got, reason := Code(c.facts, e); got != want || reason == "" {
				t.Errorf("%s (%s): got %s (%s), want %s", name, e, got, reason, want)
			}
		}
	}
}

// everyFacts walks all facts with counts from 0 to 2.
func everyFacts(yield func(survey.CaseFacts)) {
	flags := 1 << 8
	for b := range flags {
		on := func(i int) bool { return b>>i&1 == 1 }
		for n := range 81 {
			yield(survey.CaseFacts{Machine: on(0), Human: on(1), Submitted: on(2), Late: on(3), KeyAnswered: on(4),
				Refused: on(5), ByOther: on(6), WrongPerson: on(7),
				Sent: n % 3, Undelivered: n / 3 % 3, Applicable: n / 9 % 3, Answered: n / 27 % 3})
		}
	}
}

func TestEveryCodeIsReachedOrStaffs(t *testing.T) {
	t.Parallel()
	seen := map[survey.Disposition]bool{}
	everyFacts(func(f survey.CaseFacts) {
		for _, e := range settings {
			d, reason := Code(f, e)
			seen[d] = true
			if ClassOf(d) == "" || reason == "" {
				t.Fatalf("%+v: %q (%q)", f, d, reason)
			}
			if e == survey.EligibilityKnown && ClassOf(d) == U {
				t.Fatalf("%+v: %s is of unknown eligibility, and the frame is known", f, d)
			}
		}
	})
	for _, d := range survey.Dispositions() {
		if staff := slices.Contains(ByStaff(), d); seen[d] == staff {
			t.Errorf("%s: reached %v, by staff %v", d, seen[d], staff)
		}
		if ClassOf(d) == "" {
			t.Errorf("%s has no class", d)
		}
	}
	if ClassOf("9.99") != "" {
		t.Error("9.99 has a class")
	}
}

// What comes to be known besides never lowers a code.
func TestMoreFactsNeverLowerTheCode(t *testing.T) {
	t.Parallel()
	more := map[string]func(*survey.CaseFacts){
		"a person acted":   func(f *survey.CaseFacts) { f.Human = true },
		"refused":          func(f *survey.CaseFacts) { f.Refused = true },
		"wrong person":     func(f *survey.CaseFacts) { f.WrongPerson = true },
		"a key item":       func(f *survey.CaseFacts) { f.KeyAnswered = true },
		"another answer":   func(f *survey.CaseFacts) { f.Answered++ },
		"sent off in time": func(f *survey.CaseFacts) { f.Submitted = true },
		"another contact":  func(f *survey.CaseFacts) { f.Sent++ },
	}
	everyFacts(func(f survey.CaseFacts) {
		for name, add := range more {
			g := f
			add(&g)
			for _, e := range settings {
				before, _ := Code(f, e)
				after, _ := Code(g, e)
				if Precedes(before, after) {
					t.Fatalf("%s turns %s into %s: %+v", name, before, after, f)
				}
			}
		}
	})
}

func TestPrecedenceIsATotalOrder(t *testing.T) {
	t.Parallel()
	all := append(survey.Dispositions(), "9.99")
	for _, a := range all {
		for _, b := range all {
			if (a == b) == (Precedes(a, b) != Precedes(b, a)) {
				t.Errorf("%s and %s", a, b)
			}
			for _, c := range all {
				if Precedes(a, b) && Precedes(b, c) && !Precedes(a, c) {
					t.Errorf("%s, %s, %s", a, b, c)
				}
			}
		}
	}
	// The order of methodology §7.
	order := []survey.Disposition{"1.1", "1.2", "4.10", "2.112", "2.12", "2.36", "2.1121", "2.27", "2.20", "3.19", "3.30", "3.11"}
	if !slices.IsSortedFunc(order, func(a, b survey.Disposition) int {
		if Precedes(a, b) {
			return -1
		}
		return 1
	}) {
		t.Error("not the published order")
	}
}

func TestReclassify(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		current, later, want survey.Disposition
		moved                bool
	}{
		{"", survey.NothingSent, survey.NothingSent, true},
		{survey.RefusalByPerson, survey.Complete, survey.Complete, true},
		{survey.NothingReturned, survey.NotReturnedInTime, survey.NotReturnedInTime, true},
		{survey.Complete, survey.RefusalByPerson, survey.Complete, false},
		{survey.BreakOff, survey.NothingReturned, survey.BreakOff, false},
		{survey.NonContact, survey.NonContact, survey.NonContact, false},
		{survey.Complete, "9.99", survey.Complete, false},
	} {
		if got, moved := Reclassify(c.current, c.later); got != c.want || moved != c.moved {
			t.Errorf("%s, then %s: got %s %v", c.current, c.later, got, moved)
		}
	}
	// Whatever comes in whatever order, the highest stands.
	rng := rand.New(rand.NewPCG(31, 32))
	for range 1_000 {
		var came []survey.Disposition
		stands := survey.Disposition("")
		for range 1 + rng.IntN(6) {
			d := survey.Dispositions()[rng.IntN(len(survey.Dispositions()))]
			came = append(came, d)
			stands, _ = Reclassify(stands, d)
		}
		for _, d := range came {
			if Precedes(d, stands) {
				t.Fatalf("%v ends as %s", came, stands)
			}
		}
	}
}

func FuzzCode(f *testing.F) {
	f.Add(3, 1, 10, 8, uint8(0b0001_0110), 0)
	f.Add(-1, 1<<60, -1<<60, 1<<60, uint8(255), 2)
	f.Fuzz(func(t *testing.T, sent, undelivered, applicable, answered int, b uint8, e int) {
		on := func(i int) bool { return b>>i&1 == 1 }
		facts := survey.CaseFacts{Sent: sent, Undelivered: undelivered, Applicable: applicable, Answered: answered,
			Machine: on(0), Human: on(1), Submitted: on(2), Late: on(3), KeyAnswered: on(4), Refused: on(5), ByOther: on(6), WrongPerson: on(7)}
		d, reason := Code(facts, settings[uint(e)%3])
		if ClassOf(d) == "" || reason == "" || slices.Contains(ByStaff(), d) {
			t.Fatalf("%+v: %q (%q)", facts, d, reason)
		}
	})
}
