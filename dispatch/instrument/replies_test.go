package instrument

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"canvass/dispatch/survey"
)

// tableReply is one line of testdata/replies.tsv.
type tableReply struct {
	line                  int
	question, state, text string
	want, note            string
}

// today is the day on which the replies of the table come: a Friday.
var today = survey.Date{Year: 2026, Month: 9, Day: 18}

// readTable reads a table of replies with its questionnaire.
func readTable(t testing.TB) (*Questionnaire, []tableReply) {
	t.Helper()
	src, err := os.ReadFile("testdata/replies.yaml")
	if err != nil {
		t.Fatal(err)
	}
	q, errs := Parse("replies.yaml", src)
	for _, e := range errs {
		t.Fatal(e)
	}
	table, err := os.ReadFile("testdata/replies.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var all []tableReply
	n := 0
	for line := range strings.Lines(string(table)) {
		n++
		line = strings.TrimSuffix(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != 5 {
			t.Fatalf("replies.tsv:%d: %d columns", n, len(f))
		}
		if _, ok := q.Question(f[0]); !ok {
			t.Fatalf("replies.tsv:%d: no question %s", n, f[0])
		}
		all = append(all, tableReply{n, f[0], f[1], f[2], f[3], f[4]})
	}
	return q, all
}

// context is what is known when a reply of the table comes.
func (r tableReply) context() ReadContext {
	c := ReadContext{Lang: survey.Vietnamese, Today: today}
	switch what, rest, _ := strings.Cut(r.state, " "); what {
	case "en":
		c.Lang = survey.English
	case "name":
		c.GivenName = survey.PersonName(rest)
	case "stop":
		c.Pending = PendingStop
	case "choose":
		c.Pending, c.Offer = PendingChoose, strings.Fields(rest)
	}
	return c
}

// said writes a reading as the table does.
func said(r Reading, text string) string {
	switch r.Outcome {
	case survey.ReadAnswer:
		switch {
		case r.Reason == "skip":
			return "skip"
		case r.Reason == "text" && string(r.Answer.Value) == cleanText(text):
			return "text"
		case r.Other != "":
			return r.Value() + " / " + string(r.Other)
		}
		return r.Value()
	case survey.ReadOptOut:
		return "stop"
	case survey.ReadDoubtfulStop:
		return "stop?"
	case survey.ReadOptIn:
		return "optin"
	case survey.ReadBack:
		return "back"
	case survey.ReadLanguage:
		return "lang " + string(r.Lang)
	case survey.ReadHelp:
		return map[string]string{"help": "help", "link": "link", "decline": "decline", "wrong_person": "wrong"}[r.Reason]
	}
	switch r.Reason {
	case "repeat", "later":
		return r.Reason
	case "go_on":
		return "go on"
	}
	return "ask"
}

// judged says how bad a reading is against the one that a person would give: "right";
// "needless", asked back where it was clear; "severe", a wrong value stored, a stop
// missed or made up, or somebody sent away.
func judged(want, got string) string {
	asked := func(s string) bool { return s == "ask" || s == "stop?" || s == "repeat" }
	switch {
	case want == got:
		return "right"
	case got == "stop?" && want == "stop":
		return "needless" // in doubt, and silent until it is answered
	case got == "stop" || want == "stop" || want == "stop?" || got == "decline" || got == "wrong":
		return "severe"
	case asked(got), got == "help", got == "later", got == "go on":
		return "needless"
	}
	return "severe"
}

// score reads the whole table with read, and counts.
func score(q *Questionnaire, table []tableReply, read func(*Question, string, ReadContext) Reading) (counts map[string]int, bad []string) {
	counts = map[string]int{}
	for _, r := range table {
		question, _ := q.Question(r.question)
		reading := read(question, r.text, r.context())
		got := said(reading, r.text)
		verdict := judged(r.want, got)
		counts[verdict]++
		if verdict != "right" {
			bad = append(bad, fmt.Sprintf("replies.tsv:%d: %s: %s [%s] %q read as %q (%s), a person reads %q %s", r.line, verdict, r.question, r.state, r.text, got, reading.Reason, r.want, r.note))
		}
	}
	return counts, bad
}

// mostNeedless is how many replies of the table may be asked back though a person would
// understand them. It may only go down.
const mostNeedless = 1

// The table holds what people text, written before the parser was: no wrong value, no
// missed or invented stop, and few needless questions.
func TestReplies(t *testing.T) {
	t.Parallel()
	q, table := readTable(t)
	if len(table) < 500 {
		t.Fatalf("only %d replies", len(table))
	}
	counts, bad := score(q, table, (*Question).ReadText)
	t.Logf("%d replies: %d right, %d asked back needlessly, %d severe", len(table), counts["right"], counts["needless"], counts["severe"])
	for _, line := range bad {
		t.Log(line)
	}
	if counts["severe"] > 0 || counts["needless"] > mostNeedless {
		t.Errorf("%d severe errors, %d needless questions (most %d)", counts["severe"], counts["needless"], mostNeedless)
	}
}

// The table must be able to go red: each of these readers lacks one thing that the
// parser takes care of, and reads some reply as something that it is not.
func TestTheTableSeesACrippledParser(t *testing.T) {
	t.Parallel()
	q, table := readTable(t)
	without := func(drop []phrase) func(*Question, string, ReadContext) Reading {
		return func(q *Question, text string, c ReadContext) Reading {
			m := newMessage(text)
			var kept []string
			for _, w := range m.words {
				if !isOneOf([]word{w}, drop) {
					kept = append(kept, m.text[w.start:w.end])
				}
			}
			return q.ReadText(strings.Join(kept, " "), c)
		}
	}
	for name, read := range map[string]func(*Question, string, ReadContext) Reading{
		"accents do not count":    func(q *Question, text string, c ReadContext) Reading { return q.ReadText(unmarked(text), c) },
		"negations do not count":  without(negations),
		"unknown words are noise": without(append(phrases("nhà", "số", "thôn", "tổ", "nghìn", "lần", "hoặc", "hơn", "hộ", "tháng", "trước"), amountLead...)),
		"our questions are forgotten": func(q *Question, text string, c ReadContext) Reading {
			c.Pending, c.Offer = PendingNone, nil
			return q.ReadText(text, c)
		},
		"names are forgotten": func(q *Question, text string, c ReadContext) Reading { c.GivenName = ""; return q.ReadText(text, c) },
		"the first figure is taken": func(q *Question, text string, c ReadContext) Reading {
			if i := strings.IndexAny(text, "0123456789"); i >= 0 && q.Type != Text {
				text = text[i : i+1]
			}
			return q.ReadText(text, c)
		},
	} {
		if counts, _ := score(q, table, read); counts["severe"] == 0 {
			t.Errorf("%s, and the table stays green", name)
		}
	}
}
