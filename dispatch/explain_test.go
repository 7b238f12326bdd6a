package dispatch_test

import (
	"strings"
	"testing"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/history"
	"canvass/dispatch/protocol"
	"canvass/dispatch/survey"
)

// at14 is a time of 14 December 2026.
func at14(clock string) string { return "2026-12-14T" + clock + ":00+07:00" }

func explained(t *testing.T, p survey.Protocol, now string, lines ...string) (protocol.Decision, error) {
	t.Helper()
	events, err := history.Read("case.jsonl", strings.NewReader(strings.Join(lines, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.Parse(time.RFC3339, now)
	if err != nil {
		t.Fatal(err)
	}
	return dispatch.ExplainProtocol(dispatch.ProtocolQuestion{Protocol: p, File: "case.jsonl", Events: events, At: at})
}

// Each event says of the case what it says on record.
func TestExplainProtocol(t *testing.T) {
	t.Parallel()
	launched := `{"at": "` + at14("09:00") + `", "event": "launched"}`
	event := func(clock, rest string) string { return `{"at": "` + at14(clock) + `", ` + rest + `}` }
	attempt := func(clock, step, channel, rest string) string {
		return event(clock, `"event": "attempt", "step": "`+step+`", "channel": "`+channel+`", `+rest)
	}
	sent := attempt("09:00", "mail", "email", `"state": "sent"`)
	for name, c := range map[string]struct {
		now    string
		events []string
		action protocol.Action
		step   string
		at     string // "": zero
		reason survey.Reason
	}{
		"a launch to come":         {at14("08:00"), nil, protocol.Wait, "mail", at14("09:00"), survey.ReasonWait},
		"at launch":                {at14("09:00"), nil, protocol.Contact, "mail", at14("09:00"), survey.ReasonDue},
		"queued":                   {at14("09:01"), []string{attempt("09:00", "mail", "email", `"state": "queued"`)}, protocol.Wait, "", at14("11:00"), survey.ReasonInFlight},
		"sent":                     {at14("09:12"), []string{sent}, protocol.Wait, "conversation", at14("09:15"), survey.ReasonWait},
		"what is yet to come":      {at14("09:12"), []string{sent, event("09:13", `"event": "submitted"`)}, protocol.Wait, "conversation", at14("09:15"), survey.ReasonWait},
		"came back":                {at14("09:12"), []string{sent, attempt("09:01", "mail", "email", `"state": "undelivered", "reason": "bounce"`)}, protocol.Contact, "conversation", at14("09:12"), survey.ReasonDue},
		"nobody picked up":         {at14("09:50"), []string{sent, attempt("09:41", "call", "call", `"state": "undelivered", "reason": "no_answer"`)}, protocol.Wait, "mail-reminder", at14("10:00"), survey.ReasonWait},
		"busy twice, no more":      {at14("10:01"), []string{attempt("09:41", "call", "call", `"state": "undelivered", "reason": "busy"`), attempt("09:55", "call", "call", `"try": 2, "state": "undelivered", "reason": "busy"`)}, protocol.Contact, "mail-reminder", at14("10:01"), survey.ReasonDue},
		"a failure is no contact":  {at14("09:50"), []string{attempt("09:45", "call", "call", `"state": "failed", "reason": "permanent"`)}, protocol.Wait, "mail-reminder", at14("10:00"), survey.ReasonWait},
		"another campaign":         {at14("09:00"), []string{event("08:55", `"event": "contact", "channel": "sms"`)}, protocol.Wait, "mail", at14("09:05"), survey.ReasonWait},
		"another campaign in vain": {at14("09:00"), []string{event("08:55", `"event": "contact", "channel": "call", "state": "undelivered", "reason": "no_answer"`)}, protocol.Contact, "mail", at14("09:00"), survey.ReasonDue},
		"no mailbox":               {at14("09:00"), []string{event("08:00", `"event": "endpoint", "channel": "email", "status": "none"`)}, protocol.Contact, "conversation", at14("09:00"), survey.ReasonDue},
		"a mailbox again":          {at14("09:00"), []string{event("08:00", `"event": "endpoint", "channel": "email", "status": "dead"`), event("08:30", `"event": "endpoint", "channel": "email", "status": "unverified"`)}, protocol.Contact, "mail", at14("09:00"), survey.ReasonDue},
		"a barred mailbox":         {at14("09:00"), []string{event("08:00", `"event": "endpoint", "channel": "email", "status": "suppressed"`)}, protocol.Wait, "conversation", at14("09:15"), survey.ReasonWait},
		"a shared phone":           {at14("09:20"), []string{sent, event("09:10", `"event": "endpoint", "channel": "sms", "status": "shared"`)}, protocol.Wait, "conversation", at14("09:35"), survey.ReasonShared},
		"begun":                    {at14("09:12"), []string{sent, event("09:10", `"event": "begun"`), event("09:11", `"event": "answered", "answered": 1, "applicable": 2`)}, protocol.Wait, "conversation", at14("09:15"), survey.ReasonWait},
		"submitted":                {at14("09:12"), []string{sent, event("09:10", `"event": "submitted"`)}, protocol.Wait, "", "", survey.ReasonClosed},
		"submitted, then answers":  {at14("09:12"), []string{sent, event("09:10", `"event": "submitted"`), event("09:11", `"event": "begun"`)}, protocol.Wait, "", "", survey.ReasonClosed},
		"coded by staff":           {at14("09:12"), []string{sent, event("09:10", `"event": "coded", "code": "4.81"`)}, protocol.Wait, "", "", survey.ReasonClosed},
		"declined":                 {at14("09:12"), []string{sent, event("09:10", `"event": "refused"`)}, protocol.Close, "", at14("09:12"), survey.ReasonRefused},
		"somebody else":            {at14("09:12"), []string{sent, event("09:10", `"event": "wrong_person"`)}, protocol.Close, "", at14("09:12"), survey.ReasonRefused},
		"wants no more":            {at14("09:12"), []string{sent, event("09:10", `"event": "opted_out"`)}, protocol.Close, "", at14("09:12"), survey.ReasonRefused},
		"wants no more texts":      {at14("09:20"), []string{sent, event("09:10", `"event": "opted_out", "channel": "sms"`)}, protocol.Wait, "call", at14("09:40"), survey.ReasonWait},
		"cut short":                {at14("09:40"), []string{sent, event("09:30", `"event": "ended"`)}, protocol.Close, "", at14("09:40"), survey.ReasonEnded},
		"over":                     {at14("11:00"), []string{sent, event("11:00", `"event": "ended"`)}, protocol.Close, "", at14("11:00"), survey.ReasonEnded},
	} {
		d, err := explained(t, protocol.Short(), c.now, append(c.events, launched)...)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := ""
		if !d.At.IsZero() {
			got = d.At.In(time.FixedZone("", 7*3600)).Format(time.RFC3339)
		}
		if d.Action != c.action || d.Step.Name != c.step || got != c.at || d.Reason != c.reason {
			t.Errorf("%s: %s %s at %s (%s)", name, d.Action, d.Step.Name, got, d.Reason)
		}
	}
}

func TestExplainProtocolRefuses(t *testing.T) {
	t.Parallel()
	for problem, line := range map[string]string{
		"event: launched":           `{"at": "2026-12-14T09:00:00+07:00", "event": "begun"}`,
		"step: mail | conversation": `{"at": "2026-12-14T09:00:00+07:00", "event": "attempt", "step": "letter", "channel": "email", "state": "sent"}`,
		"step mail, channel: email": `{"at": "2026-12-14T09:00:00+07:00", "event": "attempt", "step": "mail", "channel": "sms", "state": "sent"}`,
	} {
		_, err := explained(t, protocol.Short(), at14("10:00"), line)
		if survey.CodeOf(err) != survey.CodeHistory || !strings.Contains(err.Error(), problem) || !strings.Contains(err.Error(), "case.jsonl") {
			t.Errorf("%s: %v", problem, err)
		}
	}
}

// A protocol stands alone, in a campaign, or by its name; what is wrong with it is
// told with its line.
func TestParseProtocol(t *testing.T) {
	t.Parallel()
	const own = `name: rieng
zone: Asia/Ho_Chi_Minh
length: 3d
windows:
  sms: {from: "07:00", to: "22:00"}
day_caps: {sms: 3}
steps:
  - name: tin
    channel: sms
    text: invitation
    tries: 2
    retry: {soft_bounce: [1h, 1d], tries_spent: 2h}
`
	inside := "name: khan\nprotocol:\n  " + strings.ReplaceAll(strings.TrimSpace(own), "\n", "\n  ") + "\n"
	for name, c := range map[string]struct {
		src  string
		want string // the protocol's name
	}{"alone": {own, "rieng"}, "in a campaign": {inside, "rieng"}, "by name": {"name: khan\nprotocol: urgent\n", "urgent"}} {
		p, err := dispatch.ParseProtocol("p.yaml", []byte(c.src))
		if err != nil || p.Name != c.want || len(p.Steps) == 0 {
			t.Errorf("%s: %q, %v", name, p.Name, err)
		}
	}
	change := func(from, to string) string { return strings.Replace(own, from, to, 1) }
	for name, c := range map[string]struct {
		src  string
		want map[string]string
	}{
		"nothing":            {"", map[string]string{"yaml_invalid": "p.yaml:1"}},
		"a list":             {"- a\n", map[string]string{"yaml_invalid": "p.yaml:1"}},
		"no such name":       {"name: khan\nprotocol: weekly\n", map[string]string{"protocol_invalid": "p.yaml:2"}},
		"no protocol":        {"name: khan\n", map[string]string{"protocol_invalid": "p.yaml:1"}},
		"an unknown key":     {change("length", "lenght"), map[string]string{"unknown_key": "p.yaml:3"}},
		"a window":           {change("22:00", "21"), map[string]string{"protocol_invalid": "p.yaml:5"}},
		"a default":          {change("sms: 3", "sms: 4"), map[string]string{"protocol_default": "p.yaml:6"}},
		"a step's field":     {change("text: invitation", "text: hello"), map[string]string{"protocol_invalid": "p.yaml:10"}},
		"a loosening":        {own + "loosened: {sms_hours: x}\n", map[string]string{"loosening_unneeded": "p.yaml:13"}},
		"a ladder":           {change("tries_spent: 2h", "bounce: 2h"), map[string]string{"protocol_invalid": "p.yaml:12"}},
		"a span":             {change("1d]", "soon]"), map[string]string{"yaml_invalid": "p.yaml:1"}}, // the reader of YAML does not tell where
		"inside, with lines": {strings.Replace(inside, "sms: 3", "sms: 4", 1), map[string]string{"protocol_default": "p.yaml:8"}},
	} {
		if _, err := dispatch.ParseProtocol("p.yaml", []byte(c.src)); len(codes(err)) != 1 || codes(err)[first(c.want)] != c.want[first(c.want)] {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func first(m map[string]string) string {
	for k := range m {
		return k
	}
	return ""
}

func FuzzParseProtocol(f *testing.F) {
	f.Add("name: a\nzone: UTC\nlength: 1d\nday_caps: {email: 1}\nsteps:\n  - {name: a, channel: email, text: last, retry: {busy: [1h]}}\n")
	f.Add("protocol: monthly\n")
	f.Add("steps: {a: b}\nwindows: [1]\n")
	f.Fuzz(func(t *testing.T, src string) {
		p, err := dispatch.ParseProtocol("f", []byte(src))
		if bad := protocol.Validate(p); err == nil && bad != nil {
			t.Fatalf("taken, and %v", bad)
		}
	})
}
