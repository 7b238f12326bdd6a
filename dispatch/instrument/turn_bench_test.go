package instrument

import (
	"syscall"
	"testing"
	"time"

	"canvass/dispatch/survey"
)

// A turn of a questionnaire of 60 questions, in the middle of it: the reply is read,
// stored, and the next question asked. The goal is less than 50 µs.
func BenchmarkTurnOfSixty(b *testing.B) {
	for _, m := range []survey.Mode{survey.TextMode, survey.Voice} {
		b.Run(string(m), func(b *testing.B) {
			q := parsed(b, large(60, 40))
			a := survey.Answers{}
			var s State
			in := Input{Begin: true}
			for n := 0; n < 30; n++ {
				step := q.Step(s, a, m, in)
				s = step.State
				for _, item := range step.Set {
					a = q.Set(a, item.Question, item.Answer)
				}
				in = answerFor(q, s, m)
			}
			if s.Stage != StageQuestions || len(q.Path(a, m)) < 50 {
				b.Fatalf("the middle of the questionnaire is %+v, with %d questions", s, len(q.Path(a, m)))
			}
			b.ReportAllocs()
			began := busy(b)
			for b.Loop() {
				if step := q.Step(s, a, m, in); len(step.Set) == 0 || step.State.Current == s.Current {
					b.Fatalf("no turn: %+v", step)
				}
			}
			// On a machine that does other work beside this, the time of the processor is
			// what the turn itself takes; it counts that of collecting garbage too.
			b.ReportMetric(float64((busy(b)-began).Microseconds())/float64(b.N), "cpu-µs/turn")
		})
	}
}

// busy is how long the processor has worked for this process.
func busy(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// answerFor is an answer to what is open.
func answerFor(q *Questionnaire, s State, m survey.Mode) Input {
	said := "1"
	if question, ok := q.Question(s.Current); ok && question.Numeric() {
		said = question.Number(min(question.Max, 118))
	}
	if m == survey.Voice {
		if s.Stage == StageQuestions {
			said += "#"
		}
		return Input{Keys: said}
	}
	return Input{Text: said}
}
