package intake

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/dispatch/wording"
	"canvass/templates"
)

func parsed(t *testing.T, src string) *instrument.Questionnaire {
	t.Helper()
	q, errs := instrument.Parse("x.yaml", []byte(src))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return q
}

const noted3 = `name: x
title: X | X
languages: [vi, en]
minutes: 1
questions:
  - {name: chao, type: note, label: Chào | Hello}
  - {name: a, type: single, kind: fact, page: 2, label: A | A, choices: {1: Có | Yes, 2: Không | No}}
  - {name: giua, type: note, page: 3, label: Giữa | Midway}
  - {name: giua2, type: note, page: 4, label: Giữa hai | Midway two}
  - {name: b, type: text, kind: fact, page: 5, label: B | B, sms: B | B}
  - {name: c, type: text, kind: fact, page: 5, relevant: "${a} = 1", label: C | C, sms: C | C}
  - {name: xong, type: note, page: 6, label: Xong | Done}
`

func layout(p instrument.Paper) string {
	var out []string
	for _, s := range p.Sheets {
		out = append(out, s.Position())
	}
	return strings.Join(out, " | ")
}

// Nobody is ever on a page that cannot be answered and so never left.
func TestNotesGoWithAQuestion(t *testing.T) {
	t.Parallel()
	q := parsed(t, noted3)
	for _, tc := range []struct {
		a    survey.Answers
		want string
		next int
	}{
		{nil, "chao,a | giua,giua2,b,xong", 0},
		{survey.Answers{"a": {Value: "1"}}, "chao,a | giua,giua2,b,c,xong", 1},
		{survey.Answers{"b": {Value: "x"}}, "chao,a | giua,giua2,b,xong", 0},
		{survey.Answers{"a": {Value: "2"}, "b": {Missing: survey.MissingSkipped}}, "chao,a | giua,giua2,b,xong", 1},
		{survey.Answers{"a": {Value: "1"}, "b": {Value: "x"}, "c": {Missing: survey.MissingNotReached}}, "chao,a | giua,giua2,b,c,xong", 1},
	} {
		p := instrument.PaperOf(q, tc.a)
		if got := layout(p); got != tc.want || p.Next() != tc.next {
			t.Errorf("%q, next %d; want %q, %d", got, p.Next(), tc.want, tc.next)
		}
	}
	p := instrument.PaperOf(q, survey.Answers{"a": {Value: "1"}})
	if p.Number(0) != 1 || p.Number(1) != 2 || p.Find("c") != 1 || p.Find("no_such") != -1 {
		t.Errorf("numbers %d and %d", p.Number(0), p.Number(1))
	}
}

func TestWhichSheetSendsTheForm(t *testing.T) {
	t.Parallel()
	q := parsed(t, noted3)
	for _, tc := range []struct {
		a    survey.Answers
		want []bool
	}{
		{nil, []bool{false, false}},
		{survey.Answers{"b": {Value: "x"}}, []bool{false, false}}, // a may open c
		{survey.Answers{"a": {Value: "2"}}, []bool{false, true}},
		{survey.Answers{"a": {Value: "1"}}, []bool{false, true}},
		{survey.Answers{"a": {Value: "1"}, "b": {Value: "x"}, "c": {Value: "y"}}, []bool{true, true}},
	} {
		p := instrument.PaperOf(q, tc.a)
		for i, want := range tc.want {
			if p.Last(i) != want {
				t.Errorf("%d answers, sheet %d: %v, want %v", len(tc.a), i, p.Last(i), want)
			}
		}
	}
}

func TestEveryShippedQuestionnaireComesToAnEnd(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"monthly", "urgent-prices", "urgent-storm"} {
		src, err := os.ReadFile("../../templates/questionnaire/" + name + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		q := parsed(t, string(src))
		a := survey.Answers{}
		for range 50 {
			p := instrument.PaperOf(q, a)
			for _, question := range p.Sheets[p.Next()] {
				a = q.Set(a, question.Name, survey.Answer{Missing: survey.MissingRefused})
			}
			if q.Progress(a, survey.Web).Done {
				break
			}
		}
		if !q.Progress(a, survey.Web).Done {
			t.Errorf("%s: always asks on", name)
		}
	}
}

func TestWellFormedTokens(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{"AAAAAAAAAAAAAAAAAAAAAA": true, "": false, "AAAAAAAAAAAAAAAAAAAAA": false,
		"AAAAAAAAAAAAAAAAAAAAAB": false, "AAAAAAAAAAAAAAAAAAAA+/": false, "AAAAAAAAAAAAAAAAAAAAAA==": false, "\x00": false} {
		if wellFormed(s) != want {
			t.Errorf("%q: want %v", s, want)
		}
	}
}

// A panic is our fault, not the end of the server, and tells nobody anything.
func TestAPanicIsAPage(t *testing.T) {
	t.Parallel()
	set, err := templates.New()
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	in := &intake{Config: Config{Words: wording.New(set), Templates: set, Clock: survey.NewClock(time.Now), Store: office{},
		Logger: slog.New(slog.NewTextHandler(&log, nil))}}
	w := httptest.NewRecorder()
	in.guard(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("0912345678") })).
		ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/r/secret", nil))
	if w.Code != 500 || !strings.Contains(w.Body.String(), "Hệ thống đang bận") || w.Header().Get("Content-Security-Policy") == "" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if s := log.String(); strings.Contains(s, "0912345678") || strings.Contains(s, "secret") || !strings.Contains(s, "a handler panicked") {
		t.Errorf("the log says %s", s)
	}
	defer func() {
		if recover() != http.ErrAbortHandler {
			t.Error("an aborted answer must stay aborted")
		}
	}()
	in.guard(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })).
		ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
}

func TestNewNeedsItsParts(t *testing.T) {
	t.Parallel()
	if _, err := New(Config{}); survey.CodeOf(err) != survey.CodeConfig {
		t.Errorf("%v", err)
	}
}

// office is a Store that knows no link.
type office struct{ Store }

func (office) Office(context.Context) (survey.Office, bool, error) {
	return survey.Office{}, false, nil
}
