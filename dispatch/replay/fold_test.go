package replay

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"canvass/dispatch/disposition"
	"canvass/dispatch/history"
	"canvass/dispatch/survey"
)

func settings() []survey.Eligibility {
	return []survey.Eligibility{survey.EligibilityKnown, survey.EligibilityAssumed, survey.EligibilityUnknown}
}

// told reads a history written in short: kinds and, behind colons, what they have.
//
//	mail:delivered  call:undelivered:busy  sms2:sent  begun  answered:5/10:keys
//	refused:other   opted_out:sms          coded:4.90
func told(t *testing.T, text string) []history.Event {
	t.Helper()
	var out []history.Event
	at := time.Date(2026, 12, 14, 8, 0, 0, 0, time.UTC)
	for i, word := range strings.Fields(text) {
		part := append(strings.Split(word, ":"), "", "")
		e := history.Event{At: at.Add(time.Duration(i) * time.Hour), Kind: history.Kind(part[0]), Try: 1}
		name := strings.TrimRight(part[0], "23")
		channel := map[string]survey.Channel{"mail": survey.Mail, "sms": survey.SMS, "call": survey.Call}[name]
		switch {
		case channel != "":
			e.Kind, e.Channel, e.Step, e.State, e.Reason = history.Attempt, channel, part[0], survey.AttemptState(part[1]), survey.Reason(part[2])
			if part[2] == "message" {
				e.Reason, e.Message = survey.ReasonMachine, true
			}
		case e.Kind == history.Answered:
			var ok bool
			if e.Answered, ok = figure(part[1], 0); !ok {
				t.Fatalf("%q", word)
			}
			e.Applicable, _ = figure(part[1], 1)
			e.Keys = part[2] == "keys"
		case e.Kind == history.Refused:
			e.By = part[1]
		case e.Kind == history.OptedOut:
			e.Channel = survey.Channel(part[1])
		case e.Kind == history.Coded:
			e.Code = survey.Disposition(part[1])
		case !slices.Contains(history.Kinds(), e.Kind):
			t.Fatalf("%q is no event", word)
		}
		out = append(out, e)
	}
	return out
}

func figure(text string, nth int) (int, bool) {
	parts := strings.Split(text, "/")
	if nth >= len(parts) {
		return 0, false
	}
	n := 0
	for _, r := range parts[nth] {
		n = n*10 + int(r-'0')
	}
	return n, parts[nth] != ""
}

// Histories and the codes they come to: for a person of unknown eligibility, and
// of one who certainly belongs to the frame.
func TestHistories(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		history        string
		unknown, known survey.Disposition
	}{
		{"", "3.11", "2.20"},
		{"launched ended", "3.11", "2.20"},
		{"launched mail:delivered ended", "3.19", "2.20"},
		{"mail:undelivered:bounce sms:failed:dead_endpoint ended", "3.30", "2.20"},
		{"mail:failed:config ended", "3.11", "2.20"},
		{"mail:sent mail:failed:config ended", "3.30", "2.20"},
		{"call:undelivered:busy call2:undelivered:no_answer ended", "3.13", "2.20"},
		{"mail:undelivered:bounce call:undelivered:message ended", "3.14", "2.222"},
		{"sms:sent call:undelivered:machine ended", "3.19", "2.221"},
		{"mail:delivered begun ended", "2.1121", "2.1121"},
		{"mail:delivered begun answered:3/10 ended", "2.12", "2.12"},
		{"mail:delivered begun answered:5/10:keys ended", "1.2", "1.2"},
		{"mail:delivered begun answered:10/10:keys submitted", "1.1", "1.1"},
		// The last attempt is not the final disposition: later silence overwrites nothing.
		{"mail:delivered begun sms:undelivered:filtered call:undelivered:no_answer ended", "2.1121", "2.1121"},
		{"mail:delivered refused call:undelivered:busy ended", "2.112", "2.112"},
		{"mail:delivered ended mail:undelivered:bounce", "3.30", "2.20"},
		{"mail:sending ended mail:cancelled", "3.11", "2.20"},
		{"mail:delivered mail:undelivered:bounce ended", "3.30", "2.20"},
		// A later complete converts anything.
		{"mail:delivered refused begun answered:9/10:keys submitted", "1.1", "1.1"},
		{"mail:delivered coded:4.90 begun answered:10/10:keys submitted", "1.1", "1.1"},
		{"call:undelivered:machine wrong_person mail:delivered begun answered:10/10:keys submitted", "1.1", "1.1"},
		{"refused answered:6/10:keys ended", "1.2", "1.2"},
		// The end. What comes later is late, but a refusal.
		{"mail:delivered ended begun", "2.27", "2.27"},
		{"mail:delivered ended answered:10/10:keys submitted", "2.27", "2.27"},
		{"mail:delivered begun ended answered:10/10:keys submitted", "2.1121", "2.1121"},
		{"mail:delivered answered:4/10:keys ended submitted", "2.12", "2.12"},
		{"mail:delivered ended opted_out", "2.112", "2.112"},
		{"mail:delivered ended wrong_person", "2.36", "2.36"},
		// Refusals: by whom, and how far; the answers that were withdrawn do not count.
		{"mail:delivered refused:other", "2.111", "2.111"},
		{"mail:delivered refused:other refused", "2.111", "2.111"},
		{"mail:delivered opted_out:sms ended", "3.19", "2.20"},
		{"mail:delivered begun answered:8/10:keys answered:0/10 refused", "2.112", "2.112"},
		{"mail:delivered begun answered:8/10:keys refused", "1.2", "1.2"},
		// A wrong number, and then the others.
		{"sms:delivered wrong_person ended", "2.36", "2.36"},
		{"sms:delivered wrong_person mail:delivered ended", "2.36", "2.36"},
		{"sms:delivered wrong_person mail:delivered begun ended", "2.36", "2.36"},
		{"sms:delivered wrong_person mail:delivered refused", "2.112", "2.112"},
		// Staff: their last word stands unless the record outranks it.
		{"mail:delivered coded:2.25", "2.25", "2.25"},
		{"mail:delivered coded:2.25 begun", "2.1121", "2.1121"},
		{"mail:delivered coded:4.90 refused", "4.90", "4.90"},
		{"mail:delivered coded:4.90 coded:2.25", "2.25", "2.25"},
		{"mail:delivered coded:4.90 coded:", "3.19", "2.20"},
		{"mail:delivered coded:4.90 begun coded:2.25", "2.1121", "2.1121"},
		{"mail:delivered begun answered:10/10:keys submitted coded:4.90", "1.1", "1.1"},
		{"mail:delivered ended coded:2.31 mail:undelivered:bounce", "2.31", "2.31"},
		{"contact endpoint launched", "3.11", "2.20"},
	} {
		for _, e := range settings() {
			want := c.unknown
			if e == survey.EligibilityKnown {
				want = c.known
			}
			if got := Fold(told(t, c.history), e); got.Code != want || got.Reason == "" {
				t.Errorf("%s (%s): %s (%s), want %s", c.history, e, got.Code, got.Reason, want)
			}
		}
	}
}

func TestStepsAndReasons(t *testing.T) {
	t.Parallel()
	out := Fold(told(t, "launched mail:delivered begun coded:2.32 ended"), survey.EligibilityAssumed)
	var codes []survey.Disposition
	for _, s := range out.Steps {
		codes = append(codes, s.Code)
	}
	if !slices.Equal(codes, []survey.Disposition{"3.11", "3.19", "2.1121", "2.32", "2.32"}) || out.Steps[1].Event != history.Attempt {
		t.Errorf("steps %v", out.Steps)
	}
	if out.Reason != survey.ReasonStaff || !out.Staff() || out.Record != survey.LoggedOnOnly || !out.Facts.Human || out.Facts.Sent != 1 {
		t.Errorf("%+v", out)
	}
	if out := Fold(told(t, "mail:delivered ended"), survey.EligibilityAssumed); out.Staff() || out.Reason != survey.ReasonEnded {
		t.Errorf("%+v", out)
	}
}

// random draws one event; a history needs not be possible to have a code.
func random(rng *rand.Rand) history.Event {
	pick := func(words ...string) string { return words[rng.IntN(len(words))] }
	e := history.Event{At: time.Date(2026, 12, 14, 8, 0, rng.IntN(1000), 0, time.UTC), Try: 1 + rng.IntN(2),
		Kind: history.Kinds()[rng.IntN(len(history.Kinds()))]}
	if rng.IntN(2) == 0 {
		e.Kind = history.Attempt
	}
	switch e.Kind {
	case history.Attempt:
		e.Channel = survey.Channels()[rng.IntN(3)]
		e.Step = pick("a", "b")
		e.State = survey.AttemptMachine().States[rng.IntN(8)]
		e.Reason = survey.Reason(pick("", "bounce", "busy", "no_answer", "machine", "hung_up", "unreachable", "filtered", "config", "permanent"))
		e.Message = rng.IntN(3) == 0
	case history.Answered:
		e.Applicable = rng.IntN(11)
		e.Answered = rng.IntN(e.Applicable + 1)
		e.Keys = rng.IntN(2) == 0
	case history.Refused:
		e.By = pick("", "person", "other")
	case history.OptedOut:
		e.Channel = survey.Channel(pick("", "sms"))
	case history.Coded:
		if may := disposition.StaffMaySet(); rng.IntN(4) > 0 {
			e.Code = may[rng.IntN(len(may))]
		}
	}
	return e
}

func histories(seed uint64, yield func(*rand.Rand, []history.Event, survey.Eligibility)) {
	rng := rand.New(rand.NewPCG(seed, 61))
	for range 20_000 {
		events := make([]history.Event, rng.IntN(9))
		for i := range events {
			events[i] = random(rng)
		}
		yield(rng, events, settings()[rng.IntN(3)])
	}
}

// The fold goes event by event: a prefix of a history has the code of its last
// step, and nothing looks ahead.
func TestEveryStepIsTheFoldSoFar(t *testing.T) {
	t.Parallel()
	histories(1, func(_ *rand.Rand, events []history.Event, e survey.Eligibility) {
		out := Fold(events, e)
		if len(out.Steps) != len(events) || !slices.Contains(survey.Dispositions(), out.Code) || out.Reason == "" {
			t.Fatalf("%+v: %+v", events, out)
		}
		for n := range events {
			if got := Fold(events[:n+1], e); got.Code != out.Steps[n].Code {
				t.Fatalf("%+v: after %d events %s, and %s on the way", events, n+1, got.Code, out.Steps[n].Code)
			}
		}
	})
}

func closes(e history.Event) bool {
	switch e.Kind {
	case history.Submitted, history.Refused, history.Coded, history.Ended:
		return true
	case history.OptedOut:
		return e.Channel == ""
	}
	return false
}

// From the closing of a case on, the record never lowers its code, whatever comes
// in whatever order: only another word of staff can, and of a silence what became
// of the contacts.
func TestAClosedCaseOnlyRises(t *testing.T) {
	t.Parallel()
	histories(2, func(_ *rand.Rand, events []history.Event, e survey.Eligibility) {
		i := slices.IndexFunc(events, closes)
		if i < 0 {
			return
		}
		steps := Fold(events, e).Steps
		for n := i + 1; n < len(steps); n++ {
			falls := disposition.Precedes(steps[n-1].Code, steps[n].Code)
			if falls && events[n].Kind != history.Coded && !(events[n].Kind == history.Attempt && disposition.Silent(steps[n-1].Code)) {
				t.Fatalf("%+v: %s turns %s into %s", events, events[n].Kind, steps[n-1].Code, steps[n].Code)
			}
		}
	})
}

// Silence, whatever became of contacts, never overwrites what a person did or
// staff knew; and a complete converts anything.
func TestSilenceOverwritesNothingAndACompleteConvertsAll(t *testing.T) {
	t.Parallel()
	histories(3, func(rng *rand.Rand, events []history.Event, e survey.Eligibility) {
		if !slices.ContainsFunc(events, closes) {
			events = append(events, history.Event{Kind: history.Refused})
		}
		before := Fold(events, e).Code
		silent := slices.Clone(events)
		for range 4 {
			a := random(rng)
			a.Kind = history.Attempt
			silent = append(silent, a)
		}
		after := Fold(append(silent, history.Event{Kind: history.Ended}), e).Code
		if disposition.Precedes(before, after) && !disposition.Silent(before) {
			t.Fatalf("%+v: silence turns %s into %s", silent, before, after)
		}
		if slices.ContainsFunc(events, func(e history.Event) bool { return e.Kind == history.Ended }) {
			return
		}
		done := append(slices.Clone(events), history.Event{Kind: history.Answered, Answered: 9, Applicable: 9, Keys: true},
			history.Event{Kind: history.Submitted})
		if got := Fold(done, e).Code; got != survey.Complete {
			t.Fatalf("%+v: a complete ends as %s", done, got)
		}
		lapse := random(rng)
		if got := Fold(append(done, lapse), e).Code; got != survey.Complete {
			t.Fatalf("%+v turns a complete into %s", lapse, got)
		}
	})
}

// In which order the signs of a closed case come is all the same: the highest
// stands.
func TestTheOrderOfSignsDoesNotMatter(t *testing.T) {
	t.Parallel()
	signs := func(e history.Event) bool {
		switch e.Kind {
		case history.Begun, history.Submitted, history.WrongPerson, history.OptedOut:
			return true
		case history.Refused:
			return e.By != "other" // who refused first is remembered
		}
		return false
	}
	histories(4, func(rng *rand.Rand, events []history.Event, e survey.Eligibility) {
		events = slices.DeleteFunc(events, func(ev history.Event) bool { return !signs(ev) })
		shuffled := slices.Clone(events)
		rng.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if a, b := Fold(events, e).Code, Fold(shuffled, e).Code; a != b {
			t.Fatalf("%+v: %s, and %s when shuffled", events, a, b)
		}
	})
}

// Of somebody who certainly belongs to the frame nothing is unknown.
func TestOfTheKnownNothingIsUnknown(t *testing.T) {
	t.Parallel()
	histories(5, func(_ *rand.Rand, events []history.Event, _ survey.Eligibility) {
		for _, s := range Fold(events, survey.EligibilityKnown).Steps {
			if disposition.ClassOf(s.Code) == disposition.U {
				t.Fatalf("%+v: %s", events, s.Code)
			}
		}
	})
}

// A case that is open has the code of its facts, in one step or in many.
func TestAnOpenCaseHasTheCodeOfItsFacts(t *testing.T) {
	t.Parallel()
	histories(6, func(_ *rand.Rand, events []history.Event, e survey.Eligibility) {
		events = slices.DeleteFunc(events, closes)
		out := Fold(events, e)
		if want, why := disposition.Code(out.Facts, e); out.Code != want || out.Reason != why {
			t.Fatalf("%+v: %s, and its facts %+v have %s", events, out.Code, out.Facts, want)
		}
	})
}

func FuzzFold(f *testing.F) {
	f.Add(`{"at": "2026-12-14T08:00:00+07:00", "event": "attempt", "step": "mail", "channel": "email", "state": "delivered"}
{"at": "2026-12-15T08:00:00+07:00", "event": "begun"}
{"at": "2026-12-16T08:00:00+07:00", "event": "coded", "code": "2.25"}`, 0)
	f.Fuzz(func(t *testing.T, text string, e int) {
		events, err := history.Read("f", strings.NewReader(text))
		if err != nil {
			return
		}
		listed := settings()[uint(e)%3]
		if out := Fold(events, listed); !slices.Contains(survey.Dispositions(), out.Code) || out.Reason == "" || len(out.Steps) != len(events) {
			t.Fatalf("%s: %+v", text, out)
		}
	})
}
