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
	sent := func(n int) survey.CaseFacts { return survey.CaseFacts{Sent: n} }
	calls := func(n int, set func(*survey.CaseFacts)) survey.CaseFacts {
		f := survey.CaseFacts{Sent: n, Unmet: n}
		set(&f)
		return f
	}
	busy := func(f *survey.CaseFacts) { f.Busy = true }
	machine := func(f *survey.CaseFacts) { f.Machine = true }
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
		"all answered, sent off too late": {survey.CaseFacts{Sent: 1, Human: true, Late: true, Applicable: 10, Answered: 10, KeyAnswered: true}, "1.2", "1.2"},
		"half answered, more came late":   {survey.CaseFacts{Sent: 1, Human: true, Late: true, Applicable: 10, Answered: 3}, "2.12", "2.12"},
		"began in time, sent off late":    {survey.CaseFacts{Sent: 1, Human: true, Late: true, Applicable: 10}, "2.1121", "2.1121"},
		"wrote after the end only":        {survey.CaseFacts{Sent: 1, Late: true}, "2.27", "2.27"},
		"refused after the end":           {survey.CaseFacts{Sent: 1, Refused: true, Late: true}, "2.112", "2.112"},
		"refused":                         {survey.CaseFacts{Sent: 1, Human: true, Refused: true}, "2.112", "2.112"},
		"someone else refused":            {survey.CaseFacts{Sent: 1, Human: true, Refused: true, ByOther: true}, "2.111", "2.111"},
		"began, then refused":             {survey.CaseFacts{Sent: 1, Human: true, Refused: true, Applicable: 10, Answered: 2}, "2.112", "2.112"},
		"one answer":                      {survey.CaseFacts{Sent: 1, Human: true, Applicable: 10, Answered: 1}, "2.12", "2.12"},
		"one answer, then wrong person":   {survey.CaseFacts{Sent: 1, Human: true, Applicable: 10, Answered: 1, WrongPerson: true}, "2.12", "2.12"},
		"wrong person":                    {survey.CaseFacts{Sent: 2, WrongPerson: true}, "2.36", "2.36"},
		"wrong person, then silence":      {survey.CaseFacts{Sent: 4, WrongPerson: true, Machine: true, Unmet: 1}, "2.36", "2.36"},
		"wrong person, then Begin":        {survey.CaseFacts{Sent: 4, WrongPerson: true, Human: true}, "2.36", "2.36"},
		"pressed Begin and left":          {survey.CaseFacts{Sent: 3, Human: true, Applicable: 10}, "2.1121", "2.1121"},
		"a machine took the call":         {calls(2, machine), "2.221", "3.14"},
		"a machine has the message":       {calls(2, func(f *survey.CaseFacts) { f.Machine, f.MessageLeft = true, true }), "2.222", "3.14"},
		"a machine, and a mail":           {survey.CaseFacts{Sent: 3, Unmet: 2, Machine: true}, "2.221", "3.19"},
		"nobody picked up":                {calls(1, func(f *survey.CaseFacts) { f.NoAnswer = true }), "2.20", "3.13"},
		"busy, then nobody picked up":     {calls(2, func(f *survey.CaseFacts) { f.NoAnswer, f.Busy = true, true }), "2.20", "3.13"},
		"busy":                            {calls(3, busy), "2.20", "3.12"},
		"busy, and the mail came back":    {survey.CaseFacts{Sent: 2, Undelivered: 1, Unmet: 1, Busy: true}, "2.20", "3.12"},
		"busy, and a mail that did not":   {survey.CaseFacts{Sent: 2, Unmet: 1, Busy: true}, "2.20", "3.19"},
		"out of reach":                    {calls(1, func(f *survey.CaseFacts) { f.CallFailed = true }), "2.20", "3.16"},
		"blocked":                         {calls(1, func(f *survey.CaseFacts) { f.CallBarred = true }), "2.20", "3.15"},
		"silence":                         {sent(4), "2.20", "3.19"},
		"silence, one address is dead":    {survey.CaseFacts{Sent: 4, Undelivered: 1}, "2.20", "3.19"},
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

// What one attempt of the ledger says, alone, of a person of unknown eligibility.
func TestOneAttempt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		channel survey.Channel
		state   survey.AttemptState
		reason  survey.Reason
		want    survey.Disposition
	}{
		{survey.Mail, survey.AttemptQueued, "", "3.11"},
		{survey.Mail, survey.AttemptCancelled, survey.ReasonSuppressed, "3.11"},
		{survey.Mail, survey.AttemptSending, "", "3.19"},
		{survey.Mail, survey.AttemptSent, survey.ReasonHandedOver, "3.19"},
		{survey.Mail, survey.AttemptUnknown, survey.ReasonInDoubt, "3.19"},
		{survey.Mail, survey.AttemptUndelivered, survey.ReasonBounce, "3.30"},
		{survey.Mail, survey.AttemptFailed, survey.ReasonPermanent, "3.30"},
		{survey.Mail, survey.AttemptFailed, survey.ReasonTriesSpent, "3.30"},
		{survey.Mail, survey.AttemptFailed, survey.ReasonConfig, "3.11"},
		{survey.SMS, survey.AttemptUndelivered, survey.ReasonUnreachable, "3.30"},
		{survey.SMS, survey.AttemptFailed, survey.ReasonFiltered, "3.30"},
		{survey.SMS, survey.AttemptFailed, survey.ReasonStaff, "3.11"},
		{survey.Call, survey.AttemptDelivered, survey.ReasonHandedOver, "3.19"},
		{survey.Call, survey.AttemptUndelivered, survey.ReasonHungUp, "3.19"},
		{survey.Call, survey.AttemptUndelivered, survey.ReasonMachine, "3.14"},
		{survey.Call, survey.AttemptUndelivered, survey.ReasonNoAnswer, "3.13"},
		{survey.Call, survey.AttemptUndelivered, survey.ReasonBusy, "3.12"},
		{survey.Call, survey.AttemptUndelivered, survey.ReasonUnreachable, "3.16"},
		{survey.Call, survey.AttemptFailed, survey.ReasonPermanent, "3.15"},
		{survey.Call, survey.AttemptFailed, survey.ReasonFiltered, "3.15"},
		{survey.Call, survey.AttemptFailed, survey.ReasonDeadEndpoint, "3.30"},
	} {
		f := survey.CaseFacts{Sent: 9, Undelivered: 1, Busy: true}.WithAttempts(survey.Attempt{Channel: c.channel, State: c.state, Reason: c.reason})
		if got, _ := Code(f, survey.EligibilityUnknown); got != c.want {
			t.Errorf("%s %s (%s): %s, want %s", c.channel, c.state, c.reason, got, c.want)
		}
	}
}

// randomFacts draws facts: small counts, and flags of which few are set.
func randomFacts(rng *rand.Rand) survey.CaseFacts {
	on := func() bool { return rng.IntN(4) == 0 }
	return survey.CaseFacts{Sent: rng.IntN(4), Undelivered: rng.IntN(3), Unmet: rng.IntN(3), Busy: on(), NoAnswer: on(), Machine: on(),
		MessageLeft: on(), CallFailed: on(), CallBarred: on(), Human: on(), Submitted: on(), Late: on(), Applicable: rng.IntN(4),
		Answered: rng.IntN(3), KeyAnswered: on(), Refused: on(), ByOther: on(), WrongPerson: on()}
}

const draws = 200_000

func TestEveryCodeIsReachedOrStaffs(t *testing.T) {
	t.Parallel()
	seen := map[survey.Disposition]bool{}
	rng := rand.New(rand.NewPCG(21, 22))
	for range draws {
		f := randomFacts(rng)
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
	}
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
		"an unmet call":    func(f *survey.CaseFacts) { f.Sent, f.Unmet, f.NoAnswer = f.Sent+1, f.Unmet+1, true },
		"a machine":        func(f *survey.CaseFacts) { f.Sent, f.Unmet, f.Machine = f.Sent+1, f.Unmet+1, true },
		"the message":      func(f *survey.CaseFacts) { f.MessageLeft = true },
		"a late word":      func(f *survey.CaseFacts) { f.Late = true },
		"a dead address":   func(f *survey.CaseFacts) { f.Sent, f.Undelivered = f.Sent+1, f.Undelivered+1 },
	}
	rng := rand.New(rand.NewPCG(23, 24))
	for range draws / 4 {
		f := randomFacts(rng)
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
	}
}

// Staff may set what only they can know, and what is said on the telephone; never
// that somebody answered, nor that nobody did.
func TestWhatStaffMaySet(t *testing.T) {
	t.Parallel()
	may := StaffMaySet()
	if !slices.IsSortedFunc(may, func(a, b survey.Disposition) int { return rank(a) - rank(b) }) {
		t.Errorf("%v is not in order of precedence", may)
	}
	for _, d := range ByStaff() {
		if !slices.Contains(may, d) {
			t.Errorf("nobody can set %s", d)
		}
	}
	for _, d := range may {
		if class := ClassOf(d); class == I || class == P || class == U || d == survey.BreakOff || d == survey.NonContact {
			t.Errorf("staff may set %s (%s)", d, class)
		}
	}
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
	order := []survey.Disposition{"1.1", "1.2", "4.10", "4.81", "2.112", "2.111", "2.12", "2.31", "2.36", "2.90", "2.1121", "2.27", "2.25",
		"2.222", "2.221", "2.20", "3.19", "3.14", "3.12", "3.15", "3.30", "3.11"}
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
		{survey.NothingReturned, survey.Undelivered, survey.Undelivered, true}, // it came back after the end
		{survey.NothingReturned, survey.NothingSent, survey.NothingSent, true}, // it was never handed over
		{survey.NothingReturned, "9.99", survey.NothingReturned, false},
		{survey.Away, survey.Undelivered, survey.Away, false},
	} {
		if got, moved := Reclassify(c.current, c.later); got != c.want || moved != c.moved {
			t.Errorf("%s, then %s: got %s %v", c.current, c.later, got, moved)
		}
	}
	// Whatever comes in whatever order, the highest stands; of silences the last.
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
			if Precedes(d, stands) && !Silent(d) {
				t.Fatalf("%v ends as %s", came, stands)
			}
		}
		if last := came[len(came)-1]; Silent(stands) && stands != last {
			t.Fatalf("%v ends as %s", came, stands)
		}
	}
}

func FuzzCode(f *testing.F) {
	f.Add(3, 1, 0, 10, 8, uint16(0b0001_0110), 0)
	f.Add(-1, 1<<60, -1<<60, -1<<60, 1<<60, uint16(1<<13-1), 2)
	f.Fuzz(func(t *testing.T, sent, undelivered, unmet, applicable, answered int, b uint16, e int) {
		on := func(i int) bool { return b>>i&1 == 1 }
		facts := survey.CaseFacts{Sent: sent, Undelivered: undelivered, Unmet: unmet, Applicable: applicable, Answered: answered,
			Machine: on(0), Human: on(1), Submitted: on(2), Late: on(3), KeyAnswered: on(4), Refused: on(5), ByOther: on(6), WrongPerson: on(7),
			Busy: on(8), NoAnswer: on(9), MessageLeft: on(10), CallFailed: on(11), CallBarred: on(12)}
		d, reason := Code(facts, settings[uint(e)%3])
		if ClassOf(d) == "" || reason == "" || slices.Contains(ByStaff(), d) {
			t.Fatalf("%+v: %q (%q)", facts, d, reason)
		}
	})
}
