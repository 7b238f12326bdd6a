package instrument

import (
	"os"
	"strings"
	"testing"
)

// example parses a shipped questionnaire.
func example(t testing.TB, name string) *Questionnaire {
	t.Helper()
	src, err := os.ReadFile("../../templates/questionnaire/" + name)
	if err != nil {
		src, err = os.ReadFile("testdata/" + name)
	}
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
	for name, want := range map[string]int{"monthly.yaml": 12, "urgent-storm.yaml": 2, "urgent-prices.yaml": 2, "yearly.yaml": 43} {
		q := example(t, name)
		if got := len(q.Questions); got != want {
			t.Errorf("%s: %d questions, want %d", name, got, want)
		}
	}
}

// The excerpt in doc.go is a questionnaire.
func TestDocumentedFormParses(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	var src strings.Builder
	for line := range strings.Lines(string(doc)) {
		if yaml, ok := strings.CutPrefix(line, "//\t"); ok {
			src.WriteString(yaml)
		}
	}
	q, errs := Parse("doc.go", []byte(src.String()))
	if errs != nil {
		t.Fatalf("%v\n%s", errs, src.String())
	}
	if got, want := q.Questions[1].SMS["vi"], "Đang cần gì nhất? 1 Điện 2 Nước sạch 0 Khó nói"; got != want {
		t.Errorf("SMS %q, want %q", got, want)
	}
}
