package history

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"time"

	"canvass/dispatch/survey"
)

// Kind is what happened.
type Kind string

// The kinds of events.
const (
	Launched    Kind = "launched"     // the campaign went into the field
	Attempt     Kind = "attempt"      // a contact of this case, with Step, Channel, Try, State, Reason
	Contact     Kind = "contact"      // a contact of the same person by another campaign, with Channel
	Endpoint    Kind = "endpoint"     // what is known of an address, with Channel and Status
	Begun       Kind = "begun"        // a person acted: pressed Begin or a key, or texted
	Answered    Kind = "answered"     // answers so far, with Answered, Applicable, Keys
	Submitted   Kind = "submitted"    // sent off; after Ended it is late
	Refused     Kind = "refused"      // declined this round; By says who
	OptedOut    Kind = "opted_out"    // asked for no more contacts, on Channel or on all
	WrongPerson Kind = "wrong_person" // the address belongs to somebody else
	Coded       Kind = "coded"        // staff set Code; without one they took theirs back
	Reopened    Kind = "reopened"     // closed in silence, and contacted again because staff asked
	Ended       Kind = "ended"        // the field period was over
)

// Kinds lists every kind.
func Kinds() []Kind {
	return []Kind{Launched, Attempt, Contact, Endpoint, Begun, Answered, Submitted, Refused, OptedOut, WrongPerson, Coded, Reopened, Ended}
}

// Event is one thing that happened, at a business time.
type Event struct {
	At   time.Time `json:"at"`
	Kind Kind      `json:"event"`

	Channel survey.Channel      `json:"channel,omitempty"`
	Step    string              `json:"step,omitempty"`
	Try     int                 `json:"try,omitempty"` // 0 means 1
	State   survey.AttemptState `json:"state,omitempty"`
	Reason  survey.Reason       `json:"reason,omitempty"`
	// Message says of a call that met a machine that our words were spoken to
	// their end.
	Message bool `json:"message,omitempty"`
	// Status of an endpoint: ok, unverified, dead, none, shared, suppressed.
	Status string `json:"status,omitempty"`

	Answered   int  `json:"answered,omitempty"`
	Applicable int  `json:"applicable,omitempty"`
	Keys       bool `json:"keys,omitempty"` // every key item is answered

	By   string             `json:"by,omitempty"` // person or other
	Code survey.Disposition `json:"code,omitempty"`
}

// maxLine bounds a line; an event has some hundred characters.
const maxLine = 64 << 10

// Read reads events, one JSON object a line; blank lines and lines that begin
// with # are passed over. They come back in order of time, equal times as they
// stand. An error is a *survey.Error that names file:line.
func Read(file string, r io.Reader) ([]Event, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	var out []Event
	n := 0
	for lines.Scan() {
		n++
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		e, problem := parse(line)
		if problem != "" {
			return nil, failure(file, n, problem)
		}
		out = append(out, e)
	}
	if err := lines.Err(); err != nil {
		return nil, failure(file, n+1, err.Error())
	}
	slices.SortStableFunc(out, func(a, b Event) int { return a.At.Compare(b.At) })
	return out, nil
}

func failure(file string, line int, problem string) error {
	return &survey.Error{Kind: survey.Invalid, Code: survey.CodeHistory, Where: file + ":" + strconv.Itoa(line),
		Args: map[string]string{"problem": problem}}
}

// parse reads one event and says what is wrong with it.
func parse(line []byte) (e Event, problem string) {
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&e); err != nil {
		return e, err.Error()
	}
	if dec.More() {
		return e, "one event a line"
	}
	if e.Try == 0 {
		e.Try = 1
	}
	return e, e.problem()
}

// problem says what an event lacks for its kind, "" if nothing.
func (e Event) problem() string {
	needsChannel := e.Kind == Attempt || e.Kind == Contact || e.Kind == Endpoint
	switch {
	case !slices.Contains(Kinds(), e.Kind):
		return "event: " + list(Kinds())
	case e.At.IsZero():
		return "at: 2026-12-14T08:00:00+07:00"
	case needsChannel && !e.Channel.Valid(), e.Channel != "" && !e.Channel.Valid():
		return "channel: " + list(survey.Channels())
	case e.Kind == Attempt && (e.Step == "" || e.Try < 1):
		return "step, try ≥ 1"
	case e.Kind == Attempt && !slices.Contains(survey.AttemptMachine().States, e.State):
		return "state: " + list(survey.AttemptMachine().States)
	case e.Kind == Endpoint && !slices.Contains(statuses(), e.Status):
		return "status: " + list(statuses())
	case e.Kind == Answered && (e.Answered < 0 || e.Applicable < e.Answered):
		return "0 ≤ answered ≤ applicable"
	case e.Kind == Refused && e.By != "" && e.By != "person" && e.By != "other":
		return "by: person | other"
	case e.Kind == Coded && e.Code != "" && !slices.Contains(survey.Dispositions(), e.Code):
		return "code: " + list(survey.Dispositions())
	}
	return ""
}

func statuses() []string {
	return []string{string(survey.EndpointOK), string(survey.EndpointUnverified), string(survey.EndpointDead), "none", "shared", "suppressed"}
}

func list[S ~string](all []S) string {
	out := ""
	for i, s := range all {
		if i > 0 {
			out += " | "
		}
		out += string(s)
	}
	return out
}
