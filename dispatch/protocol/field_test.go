package protocol

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"canvass/dispatch/survey"
)

// TestTheLaws plays thousands of cases under random protocols for people in many
// zones, with other campaigns, holidays, random outcomes, answers, refusals, dead
// addresses, missing senders and late planners, and checks what must hold whatever
// happens.
func TestTheLaws(t *testing.T) {
	t.Parallel()
	cases := 4_000
	if testing.Short() {
		cases = 800
	}
	rng := rand.New(rand.NewPCG(21, 22))
	seen := map[survey.Reason]int{}
	pulled, made := 0, 0
	for range cases {
		f := newField(t, rng)
		f.play()
		for r, n := range f.seen {
			seen[r] += n
		}
		pulled, made = pulled+f.pulled, made+f.made
	}
	if made == 0 {
		t.Error("nothing was ever made again")
	}
	for _, r := range []survey.Reason{survey.ReasonDue, survey.ReasonWait, survey.ReasonWindow, survey.ReasonHours, survey.ReasonCap, survey.ReasonInFlight,
		survey.ReasonEnded, survey.ReasonExhausted, survey.ReasonRefused, survey.ReasonClosed, survey.ReasonShared, survey.ReasonConfig,
		survey.ReasonCondition, survey.ReasonStarted, survey.ReasonHandedOver, survey.ReasonNoEndpoint, survey.ReasonSuppressed} {
		if seen[r] == 0 {
			t.Errorf("reason %s was never met: the test plays too narrow a field", r)
		}
	}
	if pulled == 0 {
		t.Error("no step was ever pulled")
	}
}

// field is one case in play.
type field struct {
	t      *testing.T
	rng    *rand.Rand
	p      Loaded
	c      Case
	now    time.Time
	seen   map[survey.Reason]int // in decisions, and of steps passed over
	pulled int                   // contacts before their step's own time
	made   int                   // further tries that staff asked for
}

func newField(t *testing.T, rng *rand.Rand) *field {
	p := randomProtocol(rng)
	l, err := Load(p)
	if err != nil {
		t.Fatalf("%+v: %v", p, err)
	}
	launched := randomLaunch(rng)
	f := &field{t: t, rng: rng, p: l, now: launched, seen: map[survey.Reason]int{}}
	f.c = Case{Launched: launched, State: survey.InvitationOpen, Reach: map[survey.Channel]Reach{}, Others: randomTouches(rng, launched)}
	switch rng.IntN(4) {
	case 0:
		f.c.Zone = zonesOfTest()[rng.IntN(6)]
	case 1:
		f.c.Zone = "Nowhere/Atall"
	}
	f.c.Hours = wishesOfTest()[rng.IntN(6)]
	for _, ch := range survey.Channels() {
		switch rng.IntN(6) {
		case 0:
		case 1:
			f.c.Reach[ch] = Reach{Reason: []survey.Reason{survey.ReasonShared, survey.ReasonSuppressed}[rng.IntN(2)]}
		default:
			f.c.Reach[ch] = Reach{OK: true}
		}
	}
	if rng.IntN(10) == 0 {
		f.c.Barred = map[string]survey.Reason{"a": survey.ReasonConfig}
	}
	return f
}

func (f *field) play() {
	for range 3_000 {
		d := f.p.Next(f.c, f.now)
		f.seen[d.Reason]++
		for _, p := range d.Passed {
			f.seen[p.Reason]++
		}
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
			f.checkWait(d)
			f.wait(d.At)
		case Close:
			f.checkClose(d)
			f.c.State = survey.InvitationClosed
		}
	}
	f.t.Fatalf("no end: %+v", f.p.protocol)
}

func (f *field) ends() time.Time { return f.c.Launched.Add(f.p.protocol.Length.Duration()) }

// wait lets the world act until then: an attempt in flight gets an outcome, or
// the person or another campaign acts, or the planner comes late.
func (f *field) wait(then time.Time) {
	if i := slices.IndexFunc(f.c.Attempts, inFlight); i >= 0 && f.rng.IntN(20) > 0 {
		f.now = f.now.Add(time.Duration(f.rng.IntN(90)) * time.Second)
		f.outcome(&f.c.Attempts[i])
		return
	}
	switch f.rng.IntN(40) {
	case 0:
		f.c.Refused = true
	case 1:
		f.c.State = survey.InvitationClosed
	case 2, 3:
		f.c.State, f.c.Partial = survey.InvitationStarted, true
	case 4:
		f.c.Reach[survey.SMS] = Reach{OK: f.rng.IntN(2) == 0, Reason: survey.ReasonDeadEndpoint}
	case 5, 6:
		f.c.Others = append(f.c.Others, survey.Touch{Channel: survey.Channels()[f.rng.IntN(3)], At: f.now, Arrived: f.rng.IntN(2) == 0})
	case 7:
		f.c.Barred = nil
	case 8, 9, 10:
		if f.again() {
			return
		}
	}
	f.now = then
	if f.rng.IntN(10) == 0 {
		f.now = then.Add(time.Duration(f.rng.IntN(300)) * time.Minute)
	}
}

// again asks for the last contact once more, as staff may, and holds what is
// decided to the laws that no staff can loosen. It reports whether it is made.
func (f *field) again() bool {
	d := f.p.Again(f.c, f.now)
	if d.Action != Contact {
		if d.Reason == "" || d.Action != Wait {
			f.fail("no reason", d)
		}
		return false
	}
	last := f.c.Attempts[len(f.c.Attempts)-1]
	switch {
	case d.At.Before(f.now) || !d.At.Before(f.ends()):
		f.fail("again outside the field period", d)
	case f.c.Refused || slices.ContainsFunc(f.c.Attempts, inFlight) || f.c.Barred[d.Step.Name] != "" || d.Step.Name != last.Step:
		f.fail("again: refused, in flight, barred or another step", d)
	case !f.c.Reach[d.Step.Channel].OK && !passing(f.c.Reach[d.Step.Channel].Reason):
		f.fail("again: out of reach", d)
	case slices.ContainsFunc(f.c.Attempts, func(a survey.Attempt) bool { return a.Step == d.Step.Name && a.Try >= d.Try }):
		f.fail("again: the same try", d)
	}
	if why := rulesOf(f.p.protocol, f.ask(d.Step.Channel)).broken(d.At); why != "" {
		f.fail("again: "+why, d)
	}
	f.made++
	f.now = d.At
	f.c.Attempts = append(f.c.Attempts, survey.Attempt{Step: d.Step.Name, Channel: d.Step.Channel, Try: d.Try, State: survey.AttemptQueued, DueAt: d.At})
	return true
}

// outcome decides what becomes of an attempt in flight.
func (f *field) outcome(a *survey.Attempt) {
	a.SentAt, a.State, a.Reason = f.now, survey.AttemptSent, survey.ReasonHandedOver
	ends := func(s survey.AttemptState, why survey.Reason) {
		a.State, a.Reason, a.EndedAt = s, why, f.now
	}
	switch f.rng.IntN(12) {
	case 0, 1:
		ends(survey.AttemptUndelivered, survey.ReasonNoAnswer)
	case 2:
		ends(survey.AttemptUndelivered, survey.ReasonSoftBounce)
	case 3:
		ends(survey.AttemptUndelivered, survey.ReasonBounce)
	case 4:
		ends(survey.AttemptFailed, survey.ReasonPermanent)
		f.c.Reach[a.Channel] = Reach{Reason: survey.ReasonDeadEndpoint}
	case 5:
		a.SentAt = time.Time{}
		ends(survey.AttemptFailed, survey.ReasonTriesSpent)
	case 6:
		a.SentAt = time.Time{}
		ends(survey.AttemptCancelled, survey.ReasonDeadEndpoint)
	case 7:
		a.State, a.Reason = survey.AttemptUnknown, survey.ReasonInDoubt
	}
}

func (f *field) fail(law string, d Decision) {
	f.t.Helper()
	f.t.Fatalf("at %v: %s: %+v\n%+v\n%+v", f.now, law, d, f.c, f.p.protocol)
}

// ask is the question that a contact must answer.
func (f *field) ask(ch survey.Channel) Ask {
	q := Ask{Channel: ch, Zone: f.c.Zone, Hours: f.c.Hours, From: f.now, Touches: slices.Clone(f.c.Others)}
	for _, a := range f.c.Attempts {
		arrived := a.State == survey.AttemptSent || a.State == survey.AttemptUnknown
		if arrived || a.State == survey.AttemptUndelivered || !a.SentAt.IsZero() {
			q.Touches = append(q.Touches, survey.Touch{Channel: a.Channel, At: a.SentAt, Arrived: arrived, Own: true})
		}
	}
	return q
}

// check holds one contact to the laws.
func (f *field) check(d Decision) {
	p := f.p.protocol
	if !d.At.Equal(f.now) || !f.now.Before(f.ends()) {
		f.fail("outside the field period", d)
	}
	if f.c.Refused || slices.ContainsFunc(f.c.Attempts, inFlight) || !f.c.Reach[d.Step.Channel].OK || f.c.Barred[d.Step.Name] != "" {
		f.fail("refused, in flight, out of reach or barred", d)
	}
	r := rulesOf(p, f.ask(d.Step.Channel))
	if why := r.broken(f.now); why != "" {
		f.fail(why, d)
	}
	if last := d.EndOfWindow.Add(-1); !d.EndOfWindow.After(f.now) || d.EndOfWindow.After(f.ends()) || !r.reads(last) || !r.wished(last) || r.holiday(last) {
		f.fail("the end of the window", d)
	}
	for _, a := range f.c.Attempts {
		if a.Step == d.Step.Name && a.Try >= d.Try {
			f.fail("the same try twice", d)
		}
	}
	if d.Try > max(d.Step.Tries, 1) {
		f.fail("too many tries", d)
	}
	f.checkCondition(d)
	f.checkOffset(d)
}

// checkCondition holds a contact to its step's condition and wording.
func (f *field) checkCondition(d Decision) {
	arrived := slices.ContainsFunc(f.c.Attempts, survey.Attempt.MayHaveArrived)
	began := f.c.State == survey.InvitationStarted
	vain := slices.ContainsFunc(f.c.Attempts, func(a survey.Attempt) bool {
		return a.State == survey.AttemptUndelivered || a.State == survey.AttemptFailed
	})
	met := map[survey.StepCondition]bool{survey.OnlyAnyone: true, survey.OnlyUnreached: !arrived, survey.OnlyUndelivered: !arrived && vain,
		survey.OnlyUnanswered: !began, survey.OnlyPartial: began, survey.OnlyNoEndpoint: true}
	for _, s := range f.p.protocol.Steps {
		if s.Name == d.Step.Name {
			break
		}
		if reach := f.c.Reach[s.Channel]; s.Channel != d.Step.Channel && (reach.OK || reach.Reason == survey.ReasonShared) {
			met[survey.OnlyNoEndpoint] = false
		}
	}
	if !met[d.Step.Only] {
		f.fail("its condition", d)
	}
	if want := map[bool]string{true: d.Step.Text, false: survey.TextInvitation}[arrived || began]; d.Text != want {
		f.fail("its wording, want "+want, d)
	}
}

// checkOffset holds a first try to its step's offset; before that only a failed
// address brings it.
func (f *field) checkOffset(d Decision) {
	if d.Try > 1 {
		return
	}
	from := f.c.Launched
	failed := false
	for _, s := range f.p.protocol.Steps {
		if s.Name == d.Step.Name {
			break
		}
		for _, a := range f.c.Attempts {
			if _, left := a.Touch(); left && a.Step == s.Name && d.Step.Since == survey.SincePrevious {
				from = later(from, a.SentAt)
			}
			failed = failed || a.Step == s.Name && (a.Reason == survey.ReasonBounce || a.Reason == survey.ReasonDeadEndpoint || a.Reason == survey.ReasonPermanent)
		}
		if reach := f.c.Reach[s.Channel]; !reach.OK && (reach.Reason == "" || reach.Reason == survey.ReasonDeadEndpoint) {
			failed = true
		}
	}
	if !f.now.Before(from.Add(d.Step.After.Duration())) {
		return
	}
	f.pulled++
	if !failed {
		f.fail("before its time", d)
	}
	for _, a := range f.c.Attempts {
		if a.Channel == d.Step.Channel && a.State != survey.AttemptCancelled {
			f.fail("pulled to a channel that was used", d)
		}
	}
}

// checkWait holds a wait to its law: it names an instant after now, and at no
// earlier one would the case have been contacted.
func (f *field) checkWait(d Decision) {
	if !d.At.After(f.now) || d.At.After(f.ends()) {
		f.fail("waits until then", d)
	}
	if f.rng.IntN(8) > 0 {
		return
	}
	span := d.At.Sub(f.now)
	for range 12 {
		at := f.now.Add(time.Duration(f.rng.Int64N(int64(span))))
		if e := f.p.Next(f.c, at); e.Action == Contact {
			f.fail("would have been contacted at "+at.String(), d)
		}
	}
	if e := f.p.Next(f.c, d.At.Add(-1)); e.Action == Contact {
		f.fail("would have been contacted just before", d)
	}
}

// checkClose holds a close to its law: it comes of a refusal, at the end, or where
// nobody could answer any more.
func (f *field) checkClose(d Decision) {
	reached := slices.ContainsFunc(f.c.Attempts, survey.Attempt.MayHaveArrived) || f.c.State == survey.InvitationStarted
	switch d.Reason {
	case survey.ReasonEnded:
		if f.now.Before(f.ends()) {
			f.fail("ended before the end", d)
		}
	case survey.ReasonRefused:
		if !f.c.Refused {
			f.fail("not refused", d)
		}
	case survey.ReasonExhausted:
		if reached || f.c.Barred != nil && slices.Contains(d.Passed, Passed{"a", survey.ReasonConfig}) {
			f.fail("closed though somebody may answer, or we may mend it", d)
		}
	default:
		f.fail("closed for this", d)
	}
}
