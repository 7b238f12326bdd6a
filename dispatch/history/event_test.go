package history

import (
	"errors"
	"strings"
	"testing"

	"canvass/dispatch/survey"
)

func TestRead(t *testing.T) {
	t.Parallel()
	events, err := Read("a.jsonl", strings.NewReader(`# a made-up case
{"at": "2026-12-15T09:00:00+07:00", "event": "begun"}

{"at": "2026-12-14T08:00:00+07:00", "event": "launched"}
{"at": "2026-12-14T08:00:10+07:00", "event": "attempt", "step": "mail", "channel": "email", "state": "delivered"}
{"at": "2026-12-14T08:00:10+07:00", "event": "endpoint", "channel": "sms", "status": "none"}`))
	if err != nil || len(events) != 4 {
		t.Fatalf("%v, %v", events, err)
	}
	for i, want := range []Kind{Launched, Attempt, Endpoint, Begun} {
		if events[i].Kind != want {
			t.Errorf("event %d is %s, want %s", i, events[i].Kind, want)
		}
	}
	if events[1].Try != 1 {
		t.Errorf("a try that is not given is %d", events[1].Try)
	}
}

// What cannot be read is told with its line, and what is expected.
func TestReadRefuses(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		`{"event": "begun"}`: "at:",
		`{"at": "2026-12-14T08:00:00+07:00", "event": "slept"}`:                                                       "event:",
		`{"at": "2026-12-14T08:00:00+07:00", "event": "begun", "mood": 1}`:                                            "mood",
		`{"at": "2026-12-14T08:00:00+07:00", "event": "contact"}`:                                                     "channel:",
		`{"at": "2026-12-14T08:00:00+07:00", "event": "opted_out", "channel": "fax"}`:                                 "channel:",
		`{"at": "2026-12-14T08:00:00+07:00", "event": "attempt", "channel": "sms", "state": "sent"}`:                  "step",
		`{"at": "2026-12-14T08:00:00+07:00", "event": "attempt", "channel": "sms", "step": "a", "state": "gone"}`:     "state:",
		`{"at": "2026-12-14T08:00:00+07:00", "event": "endpoint", "channel": "sms", "status": "ill"}`:                 "status:",
		`{"at": "2026-12-14T08:00:00+07:00", "event": "answered", "answered": 3, "applicable": 2}`:                    "applicable",
		`{"at": "2026-12-14T08:00:00+07:00", "event": "refused", "by": "dog"}`:                                        "by:",
		`{"at": "2026-12-14T08:00:00+07:00", "event": "coded", "code": "9.9"}`:                                        "code:",
		`{"at": "2026-12-14T08:00:00+07:00", "event": "begun"} {"at": "2026-12-14T08:00:00+07:00", "event": "begun"}`: "one event",
		`[]`:                                    "cannot unmarshal",
		`{"at": "yesterday", "event": "begun"}`: "yesterday",
	} {
		_, err := Read("a.jsonl", strings.NewReader("\n"+line))
		var e *survey.Error
		if !errors.As(err, &e) || e.Where != "a.jsonl:2" || e.Code != survey.CodeHistory || !strings.Contains(e.Args["problem"], want) {
			t.Errorf("%s: %v, want %s", line, err, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(`{"at": "2026-12-14T08:00:00+07:00", "event": "attempt", "step": "mail", "channel": "email", "state": "delivered"}`)
	f.Add("# nothing\n\n")
	f.Fuzz(func(t *testing.T, text string) {
		events, err := Read("f", strings.NewReader(text))
		if err != nil {
			return
		}
		for i, e := range events {
			if e.problem() != "" || i > 0 && events[i].At.Before(events[i-1].At) {
				t.Fatalf("%+v is taken", e)
			}
		}
	})
}
