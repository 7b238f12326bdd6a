package instrument

import (
	"os"
	"testing"
)

// example parses a shipped questionnaire.
func example(t testing.TB, name string) *Questionnaire {
	t.Helper()
	src, err := os.ReadFile("../../templates/questionnaire/" + name)
	if err != nil {
		t.Fatal(err)
	}
	q, errs := Parse(name, src)
	for _, e := range errs {
		t.Error(e)
	}
	if q == nil {
		t.Fatal("not parsed")
	}
	return q
}

func TestExamplesParse(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]int{"monthly.yaml": 12, "urgent-storm.yaml": 2, "urgent-prices.yaml": 2} {
		q := example(t, name)
		if got := len(q.Questions); got != want {
			t.Errorf("%s: %d questions, want %d", name, got, want)
		}
	}
}
