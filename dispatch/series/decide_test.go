package series

import (
	"strings"
	"testing"
	"time"

	"canvass/dispatch/survey"
)

var (
	hour = time.Hour
	day  = 24 * time.Hour
)

func policy(start survey.WaveStart, late survey.LatePolicy) Policy {
	return Policy{Start: start, Late: late, After: 6 * hour}
}

func TestDecide(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 12, 14, 9, 0, 0, 0, time.UTC)
	dates := func(ago ...time.Duration) []Occurrence {
		var out []Occurrence
		for i, a := range ago {
			out = append(out, Occurrence{Date: survey.DateOf(now.Add(-a)), Number: i + 1, At: now.Add(-a)})
		}
		return out
	}
	for _, c := range []struct {
		what string
		p    Policy
		due  []Occurrence
		want string
	}{
		{"in time", policy(survey.StartLaunch, survey.LateAsk), dates(hour), "due/launch/due"},
		{"in time, to be asked", policy(survey.StartAsk, survey.LateSkip), dates(0), "due/ask/due"},
		{"just in time", policy(survey.StartLaunch, survey.LateSkip), dates(6 * hour), "due/launch/due"},
		{"late, ask", policy(survey.StartLaunch, survey.LateAsk), dates(6*hour + 1), "asked/launch/missed"},
		{"late, run", policy(survey.StartLaunch, survey.LateRun), dates(7 * hour), "due/launch/due"},
		{"late, skip", policy(survey.StartLaunch, survey.LateSkip), dates(7 * hour), "skipped/launch/missed"},
		{"three missed, ask", policy(survey.StartLaunch, survey.LateAsk), dates(60*day, 30*day, 2*day), "asked/launch/missed asked/launch/missed asked/launch/missed"},
		{"three missed, run", policy(survey.StartLaunch, survey.LateRun), dates(60*day, 30*day, 2*day), "skipped/launch/superseded skipped/launch/superseded due/launch/due"},
		{"three missed, skip", policy(survey.StartLaunch, survey.LateSkip), dates(60*day, 30*day, 2*day), "skipped/launch/missed skipped/launch/missed skipped/launch/missed"},
		{"two missed and one in time, ask", policy(survey.StartLaunch, survey.LateAsk), dates(60*day, 30*day, hour), "asked/launch/missed asked/launch/missed due/launch/due"},
		{"two in time at once", policy(survey.StartLaunch, survey.LateRun), dates(2*hour, hour), "skipped/launch/superseded due/launch/due"},
	} {
		var got []string
		for i, w := range c.p.Decide(c.due, now) {
			got = append(got, strings.Join([]string{string(w.State), string(w.Start), string(w.Reason)}, "/"))
			if w.Date != c.due[i].Date || !w.WantedAt.Equal(c.due[i].At) || w.Number != i+1 {
				t.Errorf("%s: wave %+v is not of %+v", c.what, w, c.due[i])
			}
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: %s, want %s", c.what, s, c.want)
		}
	}
}

// However many dates were missed and whatever the policy, each gets a wave, at
// most one is started, and it is the last.
func TestAtMostTheLastDateIsStarted(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 12, 14, 9, 0, 0, 0, time.UTC)
	for _, late := range []survey.LatePolicy{survey.LateSkip, survey.LateRun, survey.LateAsk} {
		for n := range 8 {
			for _, ago := range []time.Duration{0, hour, 6 * hour, 7 * hour, 40 * day} {
				var due []Occurrence
				for i := range n {
					due = append(due, Occurrence{At: now.Add(-ago - time.Duration(n-1-i)*hour)})
				}
				waves := policy(survey.StartLaunch, late).Decide(due, now)
				if len(waves) != n {
					t.Fatalf("%d waves of %d dates", len(waves), n)
				}
				for i, w := range waves {
					if w.State == survey.WaveDue && i != n-1 {
						t.Errorf("%s: date %d of %d is started", late, i+1, n)
					}
				}
			}
		}
	}
}

func TestPaused(t *testing.T) {
	t.Parallel()
	passed := []Occurrence{{Number: 1}, {Number: 2}}
	for why, want := range map[survey.Reason]survey.WaveState{survey.ReasonStaff: survey.WaveSkipped, survey.ReasonInDoubt: survey.WaveAsked} {
		waves := Paused(passed, why)
		if len(waves) != 2 || waves[0].State != want || waves[1].State != want {
			t.Errorf("paused for %s: %+v, want %s", why, waves, want)
		}
	}
}

func TestJudge(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 12, 14, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		what   string
		late   survey.LatePolicy
		ago    time.Duration
		newer  bool
		reason survey.Reason
		want   Verdict
	}{
		{"in time", survey.LateAsk, hour, false, survey.ReasonDue, Verdict{}},
		{"late, ask", survey.LateAsk, 7 * hour, false, survey.ReasonDue, Verdict{survey.WaveAsk, survey.ReasonMissed}},
		{"late, skip", survey.LateSkip, 7 * hour, false, survey.ReasonDue, Verdict{survey.WaveSkip, survey.ReasonMissed}},
		{"late, run", survey.LateRun, 70 * day, false, survey.ReasonDue, Verdict{}},
		{"a later one came, run", survey.LateRun, 7 * hour, true, survey.ReasonDue, Verdict{survey.WaveSkip, survey.ReasonSuperseded}},
		{"a later one came, in time", survey.LateSkip, hour, true, survey.ReasonDue, Verdict{survey.WaveSkip, survey.ReasonSuperseded}},
		{"a later one came, ask", survey.LateAsk, hour, true, survey.ReasonDue, Verdict{survey.WaveAsk, survey.ReasonMissed}},
		{"staff said run", survey.LateSkip, hour, true, survey.ReasonStaff, Verdict{}},
		{"staff said run, long ago", survey.LateSkip, 7 * hour, true, survey.ReasonStaff, Verdict{survey.WaveAsk, survey.ReasonMissed}},
		{"staff said run, long ago, and late runs", survey.LateRun, 7 * hour, true, survey.ReasonStaff, Verdict{}},
	} {
		w := survey.Wave{State: survey.WaveDue, WantedAt: now.Add(-c.ago), Reason: c.reason}
		if got := policy(survey.StartLaunch, c.late).Judge(w, c.newer, now); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.what, got, c.want)
		}
	}
}

func TestWaitsGrow(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]time.Duration{1: time.Minute, 2: 5 * time.Minute, 4: time.Hour, 99: time.Hour} {
		if got := Wait(n); got != want {
			t.Errorf("after %d failures %v, want %v", n, got, want)
		}
	}
}
