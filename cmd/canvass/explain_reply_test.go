package main

import (
	"os"
	"strings"
	"testing"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
)

// Every way of reading, every outcome and every reason that the table of replies leads
// to has its words in both languages.
func TestEveryReadingHasWords(t *testing.T) {
	t.Parallel()
	const table = "../../dispatch/instrument/testdata/replies."
	q, _, err := readQuestionnaire(table + "yaml")
	if err != nil {
		t.Fatal(err)
	}
	src, err := os.ReadFile(table + "tsv")
	if err != nil {
		t.Fatal(err)
	}
	missing, n := map[string]bool{}, 0
	has := func(what string, words [2]string) {
		if words[0] == "" || words[1] == "" {
			missing[what] = true
		}
	}
	for line := range strings.Lines(string(src)) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		question, ok := q.Question(f[0])
		if !ok || len(f) != 5 {
			continue
		}
		n++
		for _, c := range []instrument.ReadContext{{Today: survey.Date{Year: 2026, Month: 9, Day: 18}}, {Pending: instrument.PendingStop}, {Pending: instrument.PendingChoose, Offer: []string{"2", "4"}}} {
			e := question.Explain(f[2], c)
			if got := question.ReadText(f[2], c); got.Outcome != e.Reading.Outcome || got.Reason != e.Reading.Reason {
				t.Fatalf("%q is read otherwise when it is explained", f[2])
			}
			taken := 0
			for _, l := range append(e.Looked, instrument.Considered{As: instrument.LookedStop, Reading: e.Reading}) {
				has("as "+string(l.As), replyLooked[l.As])
				if l.Reading.Outcome != "" {
					has("outcome "+string(l.Reading.Outcome), replyOutcomes[l.Reading.Outcome])
					has("reason "+l.Reading.Reason, replyReasons[l.Reading.Reason])
				}
				if l.Taken {
					taken++
				}
			}
			if taken > 1 {
				t.Errorf("%q: %d readings were taken", f[2], taken)
			}
		}
	}
	if n < 500 {
		t.Errorf("only %d replies", n)
	}
	for what := range missing {
		t.Errorf("no words for %s", what)
	}
}
