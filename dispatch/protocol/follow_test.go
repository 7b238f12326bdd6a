package protocol

import (
	"math/rand/v2"
	"testing"
	"time"

	"canvass/dispatch/survey"
)

// Whenever what is under way leaves, as long as it is prompt, nothing can follow it before the instant
// that was foreseen.
func TestNothingFollowsEarlierThanForeseen(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(4, 15))
	foreseen := 0
	for range 40_000 {
		p := randomProtocol(rng)
		l, err := Load(p)
		if err != nil {
			t.Fatal(err)
		}
		c := Case{Launched: randomLaunch(rng), State: survey.InvitationOpen, Zone: zonesOfTest()[rng.IntN(6)], Hours: wishesOfTest()[rng.IntN(6)], Reach: map[survey.Channel]Reach{}}
		c.Ends = c.Launched.Add(p.Length.Duration())
		for _, ch := range survey.Channels() {
			c.Reach[ch] = Reach{OK: rng.IntN(4) > 0, Reason: survey.ReasonNoEndpoint}
		}
		c.Others = randomTouches(rng, c.Launched)
		now := c.Launched
		for range rng.IntN(3) { // what went before
			d := l.Next(c, now)
			if d.Action == Wait && !d.At.IsZero() && d.At.Before(c.Ends) {
				now = d.At
				d = l.Next(c, now)
			}
			if d.Action != Contact {
				break
			}
			state := []survey.AttemptState{survey.AttemptSent, survey.AttemptDelivered, survey.AttemptUndelivered, survey.AttemptFailed}[rng.IntN(4)]
			c.Attempts = append(c.Attempts, survey.Attempt{Step: d.Step.Name, Channel: d.Step.Channel, Try: d.Try, State: state, DueAt: now, SentAt: now, EndedAt: now})
			now = now.Add(time.Duration(rng.Int64N(int64(p.Length))) / 4)
		}
		d := l.Next(c, now)
		if d.Action != Contact {
			continue
		}
		c.Attempts = append(c.Attempts, survey.Attempt{Step: d.Step.Name, Channel: d.Step.Channel, Try: d.Try,
			State: []survey.AttemptState{survey.AttemptQueued, survey.AttemptSending, survey.AttemptUnknown}[rng.IntN(3)], DueAt: d.At})
		follows := l.Follows(c, now)
		if follows.Before(now) {
			t.Fatalf("it follows at %v, before %v", follows, now)
		}
		sent := now.Add(time.Duration(rng.Int64N(int64(survey.Prompt) + 1)))
		if !sent.Before(c.Ends) {
			continue
		}
		last := &c.Attempts[len(c.Attempts)-1]
		last.State, last.SentAt = survey.AttemptSent, sent
		real := l.Next(c, sent)
		at := sent
		if real.Action == Wait {
			if at = real.At; at.IsZero() {
				at = c.Ends
			}
		}
		if at.Before(follows) {
			t.Fatalf("foreseen for %v, but sent at %v something follows at %v: %+v\n%+v\n%+v", follows, sent, at, real, p, c)
		}
		foreseen++
	}
	if foreseen < 2000 {
		t.Errorf("only %d cases say anything", foreseen)
	}
}

func TestFollows(t *testing.T) {
	t.Parallel()
	l, err := Load(Monthly())
	if err != nil {
		t.Fatal(err)
	}
	launched := time.Date(2026, 12, 14, 1, 30, 0, 0, time.UTC)
	c := Case{Launched: launched, Ends: launched.Add(Monthly().Length.Duration()), State: survey.InvitationOpen,
		Reach: map[survey.Channel]Reach{survey.Mail: {OK: true}, survey.SMS: {OK: true}, survey.Call: {OK: true}}}
	d := l.Next(c, launched)
	if d.Action != Contact {
		t.Fatalf("%+v", d)
	}
	c.Attempts = []survey.Attempt{{Step: d.Step.Name, Channel: d.Step.Channel, Try: 1, State: survey.AttemptQueued, DueAt: d.At}}
	if got := l.Follows(c, launched); !got.After(launched.Add(12*time.Hour)) || !got.Before(c.Ends) {
		t.Errorf("the second contact follows at %v", got)
	}
	if l.Next(c, launched).Reason != survey.ReasonInFlight || c.Attempts[0].State != survey.AttemptQueued {
		t.Error("to look ahead changed the case")
	}
	if got := (Loaded{}).Follows(c, launched); !got.Equal(c.Ends) {
		t.Errorf("without a protocol: %v", got)
	}
}
