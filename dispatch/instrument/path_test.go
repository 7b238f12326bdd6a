package instrument

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"canvass/dispatch/survey"
)

// What applies after an answer is the same whether all of it is looked at again, or only
// what stands behind the question.
func TestWhatAppliesIsTheSameFromAnywhere(t *testing.T) {
	t.Parallel()
	q := parsed(t, large(120, 80))
	r := rand.New(rand.NewPCG(6, 6))
	a, known := survey.Answers{}, q.relevance(nil)
	for range 2_000 {
		question := &q.Questions[r.IntN(len(q.Questions))]
		value := fmt.Sprint(r.IntN(4))
		switch {
		case question.Name == "tinh":
			value = fmt.Sprint("t", r.IntN(34))
		case len(question.Choices) > MostListed:
			value = fmt.Sprint("x", r.IntN(80))
		case question.Name == "tuoi":
			value = fmt.Sprint(18 + r.IntN(60))
		}
		next, relevant := q.set(a, known, question.Name, survey.Answer{Value: survey.AnswerText(value)})
		if again := q.relevance(next); !slices.Equal(relevant, again) {
			t.Fatalf("after %s = %s of %v:\n%v, from the start\n%v", question.Name, value, a, relevant, again)
		}
		if full, path := q.Path(next, survey.Web), q.barePath(relevant, next, survey.Web); names(full) != names(path) {
			t.Fatalf("after %v: %s\nand %s", next, names(full), names(path))
		}
		a, known = next, relevant
	}
}
