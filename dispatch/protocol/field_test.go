package protocol

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"canvass/dispatch/survey"
)

// TestTheLaws plays thousands of cases under random protocols in many zones,
// with random outcomes, answers, refusals, dead addresses and late planners, and
// checks what must hold whatever happens.
func TestTheLaws(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(21, 22))
	seen := map[survey.Reason]int{}
	for range 4_000 {
		f := newField(t, rng)
		f.play()
		for r, n := range f.seen {
			seen[r] += n
		}
	}
	for _, r := range []survey.Reason{survey.ReasonDue, survey.ReasonWait, survey.ReasonWindow, survey.ReasonCap, survey.ReasonInFlight,
		survey.ReasonEnded, survey.ReasonExhausted, survey.ReasonRefused, survey.ReasonClosed, survey.ReasonShared} {
		if seen[r] == 0 {
			t.Errorf("reason %s was never met: the test plays too narrow a field", r)
		}
	}
}

// field is one case in play.
type field struct {
	t    *testing.T
	rng  *rand.Rand
	p    Loaded
	c    Case
	now  time.Time
	seen map[survey.Reason]int
}

func newField(t *testing.T, rng *rand.Rand) *field {
	p := randomProtocol(rng)
	l, err := Load(p)
	if err != nil {
		t.Fatalf("%+v: %v", p, err)
	}
	launched := time.Date(2026, time.Month(1+rng.IntN(12)), 1+rng.IntN(31), rng.IntN(24), rng.IntN(60), 0, 0, time.UTC)
	if rng.IntN(3) == 0 { // around the nights when clocks change
		launched = time.Date(2026, []time.Month{3, 10}[rng.IntN(2)], 23+rng.IntN(8), rng.IntN(24), 0, 0, 0, time.UTC)
	}
	f := &field{t: t, rng: rng, p: l, now: launched, seen: map[survey.Reason]int{}}
	f.c = Case{Launched: launched, State: survey.InvitationOpen, Reach: map[survey.Channel]Reach{}}
	for _, ch := range survey.Channels() {
		switch rng.IntN(6) {
		case 0:
		case 1:
			f.c.Reach[ch] = Reach{Reason: []survey.Reason{survey.ReasonShared, survey.ReasonSuppressed}[rng.IntN(2)]}
		default:
			f.c.Reach[ch] = Reach{OK: true}
		}
	}
	return f
}

func randomProtocol(rng *rand.Rand) survey.Protocol {
	zones := []string{zone, "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "UTC"}
	p := survey.Protocol{Name: "random", Zone: zones[rng.IntN(len(zones))],
		Length:  survey.Span(time.Duration(2+rng.IntN(200)) * time.Hour),
		Windows: map[survey.Channel]survey.Window{}, DayCaps: map[survey.Channel]int{}}
	p.Gap = survey.Span(rng.Int64N(int64(p.Length) / 4))
	for _, ch := range survey.Channels() {
		if ch != survey.Mail || rng.IntN(2) == 0 {
			w := [][2]string{{"07:00", "22:00"}, {"08:00", "17:00"}, {"02:30", "03:30"}, {"00:00", "24:00"}}[rng.IntN(4)]
			p.Windows[ch] = survey.Window{From: w[0], To: w[1], Days: []time.Weekday{time.Monday, time.Thursday, time.Sunday}[:rng.IntN(4)]}
		}
		if rng.IntN(3) > 0 {
			p.DayCaps[ch] = 1 + rng.IntN(3)
		}
	}
	after := survey.Span(0)
	for i := range 1 + rng.IntN(6) {
		s := survey.Step{Name: string(rune('a' + i)), Channel: survey.Channels()[rng.IntN(3)], Text: texts()[rng.IntN(3)], After: after,
			Only: []survey.StepCondition{"", "", survey.OnlyUnreached, survey.OnlyPartial}[rng.IntN(4)]}
		if rng.IntN(2) == 0 {
			s.Tries = 2 + rng.IntN(3)
			s.Retry = map[survey.Reason]survey.Ladder{survey.ReasonNoAnswer: {survey.Span(1 + rng.Int64N(int64(30*time.Hour)))}, survey.ReasonPaused: {1}}
		}
		p.Steps = append(p.Steps, s)
		after = min(after+survey.Span(rng.Int64N(int64(p.Length)/3)), p.Length-1)
	}
	return p
}

func (f *field) play() {
	for range 3_000 {
		d := f.p.Next(f.c, f.now)
		f.seen[d.Reason]++
		if f.c.State == survey.InvitationClosed {
			if d.Action != Wait || !d.At.IsZero() {
				f.t.Fatalf("after the end: %+v", d)
			}
			return
		}
		switch d.Action {
		case Contact:
			f.check(d)
			f.c.Attempts = append(f.c.Attempts, survey.Attempt{Step: d.Step.Name, Channel: d.Step.Channel, Try: d.Try,
				State: survey.AttemptQueued, DueAt: d.At})
		case Wait:
			if !d.At.After(f.now) || d.At.After(f.ends()) {
				f.t.Fatalf("at %v: waits until %v, the end is %v", f.now, d.At, f.ends())
			}
			f.wait(d.At)
		case Close:
			if d.Reason == survey.ReasonEnded && f.now.Before(f.ends()) {
				f.t.Fatalf("ended before the end")
			}
			f.c.State = survey.InvitationClosed
		}
	}
	f.t.Fatalf("no end: %+v", f.p.protocol)
}

func (f *field) ends() time.Time { return f.c.Launched.Add(f.p.protocol.Length.Duration()) }

// wait lets the world act until then: an attempt in flight gets an outcome, or
// the person acts, or the planner comes late.
func (f *field) wait(then time.Time) {
	if i := slices.IndexFunc(f.c.Attempts, inFlight); i >= 0 && f.rng.IntN(20) > 0 {
		a := &f.c.Attempts[i]
		soon := f.now.Add(time.Duration(f.rng.IntN(90)) * time.Second)
		a.SentAt, a.State, a.Reason = soon, survey.AttemptSent, survey.ReasonHandedOver
		switch f.rng.IntN(6) {
		case 0:
			a.State, a.Reason, a.EndedAt = survey.AttemptUndelivered, survey.ReasonNoAnswer, soon
		case 1:
			a.State, a.Reason, a.EndedAt = survey.AttemptUndelivered, survey.ReasonBounce, soon
		case 2:
			a.State, a.Reason, a.SentAt, a.EndedAt = survey.AttemptCancelled, survey.ReasonPaused, time.Time{}, soon
		case 3:
			a.State, a.Reason, a.SentAt = survey.AttemptUnknown, survey.ReasonInDoubt, soon
		}
		f.now = soon
		return
	}
	switch f.rng.IntN(40) {
	case 0:
		f.c.Refused = true
	case 1:
		f.c.State = survey.InvitationClosed
	case 2:
		f.c.State, f.c.Partial = survey.InvitationStarted, true
	case 3:
		f.c.Reach[survey.SMS] = Reach{OK: f.rng.IntN(2) == 0, Reason: survey.ReasonDeadEndpoint}
	}
	f.now = then
	if f.rng.IntN(10) == 0 {
		f.now = then.Add(time.Duration(f.rng.IntN(300)) * time.Minute)
	}
}

// check holds one contact to the laws, by reading the local clock and counting.
func (f *field) check(d Decision) {
	p := f.p.protocol
	fail := func(law string) { f.t.Fatalf("%s: %+v\n%+v\n%+v", law, d, f.c, p) }
	if !d.At.Equal(f.now) || !f.now.Before(f.ends()) || f.now.Before(f.c.Launched.Add(d.Step.After.Duration())) {
		fail("outside the field period, or before its step")
	}
	if f.c.Refused || slices.ContainsFunc(f.c.Attempts, inFlight) || !f.c.Reach[d.Step.Channel].OK {
		fail("refused, in flight or out of reach")
	}
	if !d.EndOfWindow.After(f.now) || d.EndOfWindow.After(f.ends()) || !f.reads(d.Step.Channel, f.now) ||
		!f.reads(d.Step.Channel, d.EndOfWindow.Add(-1)) {
		fail("outside the hours")
	}
	today := 0
	for _, a := range f.c.Attempts {
		if a.Step == d.Step.Name && a.Try >= d.Try {
			fail("the same try twice")
		}
		if a.Channel == d.Step.Channel && !a.SentAt.IsZero() && f.now.Sub(a.SentAt) < 24*time.Hour {
			today++
		}
		if mayHaveArrived(a) && f.now.Sub(a.SentAt) < p.Gap.Duration() {
			fail("too soon after another contact")
		}
	}
	if most, ok := p.DayCaps[d.Step.Channel]; ok && today >= most {
		fail("past the cap")
	}
	if d.Try > max(d.Step.Tries, 1) {
		fail("too many tries")
	}
}

// reads reports whether the local clock at t reads inside the channel's hours.
func (f *field) reads(ch survey.Channel, t time.Time) bool {
	w, ok := f.p.protocol.Windows[ch]
	if !ok {
		return ch == survey.Mail
	}
	local := t.In(f.p.zone)
	clock := local.Format("15:04")
	return clock >= w.From && clock < w.To && (len(w.Days) == 0 || slices.Contains(w.Days, local.Weekday()))
}
