package twiliosim

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestMessageLifecycle(t *testing.T) {
	t.Parallel()
	p := newProduct(t, nil)
	s := start(t, p, nil)
	events, cancel := s.Subscribe()
	defer cancel()

	m := send(t, s, patient, "Mời ông/bà trả lời")
	sid := m["sid"].(string)
	for key, want := range map[string]any{"status": "queued", "num_segments": "1", "price": nil, "error_code": nil,
		"date_sent": nil, "direction": "outbound-api", "to": patient, "from": longCode, "body": "Mời ông/bà trả lời"} {
		if m[key] != want {
			t.Errorf("%s = %v, want %v", key, m[key], want)
		}
	}
	if _, err := time.Parse(time.RFC1123Z, m["date_created"].(string)); err != nil {
		t.Errorf("date_created: %v", err)
	}
	e := await(t, events, kind(EventMessage))
	if e.SID != sid || e.To != patient || e.From != longCode || e.Body != "Mời ông/bà trả lời" {
		t.Errorf("event %+v", e)
	}
	settle(t, s)
	if got := p.values("/hook/status", "MessageStatus"); !slices.Equal(got, []string{"sent", "delivered"}) {
		t.Errorf("callbacks %v", got)
	}
	last := p.seen()[1]
	for key, want := range map[string]string{"MessageSid": sid, "SmsSid": sid, "SmsStatus": "delivered", "To": patient,
		"From": longCode, "AccountSid": DefaultAccountSID, "ApiVersion": "2010-04-01", "ErrorCode": ""} {
		if last.form.Get(key) != want {
			t.Errorf("%s = %q, want %q", key, last.form.Get(key), want)
		}
	}
	if len(last.form.Get("RawDlrDoneDate")) != 10 || last.path != "/hook/status?attempt=a1" {
		t.Errorf("callback %+v", last)
	}
	if first := p.seen()[0]; first.token == "" || first.token == last.token {
		t.Error("two events share an idempotency token")
	}
	status, again := api(t, s, "GET", "/Messages/"+sid+".json", nil)
	if status != 200 || again["status"] != "delivered" || again["date_sent"] == nil {
		t.Errorf("fetch: %d %v", status, again)
	}
	if got := s.ReceivedByCallbackKey("attempt"); !maps.Equal(got, map[string]int{"a1": 1}) {
		t.Errorf("received %v", got)
	}
	if c := s.Counts(); c.Messages != 1 || c.MessagesByStatus["delivered"] != 1 || c.HooksAnswered != 2 {
		t.Errorf("counts %+v", c)
	}
}

func TestMessageRefusals(t *testing.T) {
	t.Parallel()
	s := start(t, nil, nil)
	for name, c := range map[string]struct {
		key, value string
		code       int
	}{
		"no To":           {"To", "", 21604},
		"no From":         {"From", "", 21603},
		"no body":         {"Body", "", 21602},
		"too long":        {"Body", strings.Repeat("ư", 1601), 21617},
		"invalid To":      {"To", "0356000640", 21211},
		"landline":        {"To", "+842983555010", 21614},
		"invalid From":    {"From", "???", 21212},
		"unknown From":    {"From", "+12025550199", 21606},
		"same ends":       {"To", longCode, 21266},
		"no service":      {"MessagingServiceSid", "MG1", 21701},
		"bad callback":    {"StatusCallback", "https://with_underscore.example/x", 21609},
		"not an address":  {"StatusCallback", "/hook", 21609},
		"suffix 9001":     {"To", "+84356009001", 21211},
		"suffix 9002":     {"To", "+84356009002", 21614},
		"suffix 9015":     {"To", "+84356009015", 21610},
		"longest is good": {"Body", strings.Repeat("ư", 1600), 0},
		"name as sender":  {"From", "DLXH", 0},
	} {
		form := text(patient, "x")
		form.Del("StatusCallback")
		form.Set(c.key, c.value)
		status, body := api(t, s, "POST", "/Messages.json", form)
		if c.code == 0 {
			if status != http.StatusCreated {
				t.Errorf("%s: %d %v", name, status, body)
			}
			continue
		}
		if status != http.StatusBadRequest || body["code"] != float64(c.code) || body["status"] != float64(400) ||
			body["message"] == "" || !strings.HasPrefix(body["more_info"].(string), "https://www.twilio.com/docs/errors/") {
			t.Errorf("%s: %d %v, want %d", name, status, body, c.code)
		}
	}
	if got := s.Counts().Refused[21211]; got != 2 {
		t.Errorf("refused with 21211: %d", got)
	}
}

// Each line: number, callbacks in order of arrival, error code of the last.
func TestMessageMisbehaviour(t *testing.T) {
	t.Parallel()
	for suffix, want := range map[string][]string{
		"9003": {"sent", "undelivered 30003"},
		"9004": {"sent", "undelivered 30005"},
		"9005": {"failed 30007"},
		"9010": {"sent", "sent", "delivered", "delivered"},
		"9011": {"delivered", "sent"},
		"9013": {"sent", "delivered"},
		"9014": {"sent"},
		"9101": {"sent", "delivered"}, // a line of the call half
	} {
		t.Run(suffix, func(t *testing.T) {
			t.Parallel()
			p := newProduct(t, nil)
			s := start(t, p, nil)
			send(t, s, "+8435600"+suffix, "x")
			settle(t, s)
			var got []string
			for _, c := range p.seen() {
				got = append(got, strings.TrimSpace(c.form.Get("MessageStatus")+" "+c.form.Get("ErrorCode")))
			}
			if !slices.Equal(got, want) {
				t.Errorf("callbacks %v, want %v", got, want)
			}
		})
	}
}

func TestDuplicateCallbacksShareAToken(t *testing.T) {
	t.Parallel()
	p := newProduct(t, nil)
	s := start(t, p, nil)
	send(t, s, "+84356009010", "x")
	settle(t, s)
	c := p.seen()
	if c[0].token != c[1].token || c[1].token == c[2].token {
		t.Errorf("tokens %q %q %q", c[0].token, c[1].token, c[2].token)
	}
}

func TestRefusedOnceThenAccepted(t *testing.T) {
	t.Parallel()
	s := start(t, newProduct(t, nil), nil)
	for _, c := range []struct {
		path, number string
		form         func(string) url.Values
		status, code int
	}{
		{"/Messages.json", "+84356009006", func(n string) url.Values { return text(n, "x") }, 429, 20429},
		{"/Messages.json", "+84356009007", func(n string) url.Values { return text(n, "x") }, 500, 20500},
		{"/Calls.json", "+84356009006", ring, 429, 20429},
		{"/Calls.json", "+84356009106", ring, 500, 20500},
	} {
		status, body := api(t, s, "POST", c.path, c.form(c.number))
		if status != c.status || body["code"] != float64(c.code) {
			t.Errorf("%s %s first: %d %v", c.path, c.number, status, body)
		}
		if status, body = api(t, s, "POST", c.path, c.form(c.number)); status != 201 {
			t.Errorf("%s %s second: %d %v", c.path, c.number, status, body)
		}
	}
}

func TestUnansweredCreation(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		path, number string
		form         func(string) url.Values
		exists       int
	}{
		{"/Messages.json", "+84356009008", func(n string) url.Values { return text(n, "x") }, 1},
		{"/Messages.json", "+84356009009", func(n string) url.Values { return text(n, "x") }, 0},
		{"/Calls.json", "+84356009008", ring, 1},
		{"/Calls.json", "+84356009009", ring, 0},
		{"/Calls.json", "+84356009107", ring, 1},
	} {
		t.Run(c.path+c.number, func(t *testing.T) {
			t.Parallel()
			s := start(t, newProduct(t, nil), nil)
			if status, body := apiWithin(t, s, "POST", c.path, c.form(c.number), 200*time.Millisecond); status != 0 {
				t.Fatalf("answered %d %v", status, body)
			}
			_, list := api(t, s, "GET", c.path, url.Values{"To": {c.number}})
			records, _ := list[strings.ToLower(c.path[1:len(c.path)-5])].([]any)
			if len(records) != c.exists {
				t.Errorf("%d records, want %d", len(records), c.exists)
			}
		})
	}
}

func TestEarlyCallbackComesBeforeTheReply(t *testing.T) {
	t.Parallel()
	p := newProduct(t, nil)
	s := start(t, p, nil)
	m := send(t, s, "+84356009013", "x")
	if got := p.values("/hook/status", "MessageStatus"); len(got) == 0 || m["status"] != "queued" {
		t.Errorf("reply %v came with callbacks %v", m["status"], got)
	}
}

func TestLateCallbacks(t *testing.T) {
	t.Parallel()
	p := newProduct(t, nil)
	s := start(t, p, func(c *Config) { c.LateDelay = 150 * time.Millisecond })
	began := time.Now()
	send(t, s, "+84356009012", "x")
	settle(t, s)
	if took := time.Since(began); took < 300*time.Millisecond || len(p.seen()) != 2 {
		t.Errorf("%d callbacks after %v", len(p.seen()), took)
	}
}

func TestStopBlocksThePair(t *testing.T) {
	t.Parallel()
	p := newProduct(t, nil)
	s := start(t, p, nil)
	for _, c := range []struct {
		says    string
		blocked bool
	}{
		{"stop please", false}, {"TC", false}, {" Stop\n", true}, {"2", true}, {"start", false}, {"UNSUBSCRIBE", true}, {"Yes", false}, {"END", true},
	} {
		sid, err := s.Reply(patient, longCode, c.says)
		if err != nil {
			t.Fatal(err)
		}
		last := p.seen()[len(p.seen())-1]
		if last.form.Get("MessageSid") != sid || last.form.Get("Body") != c.says || last.form.Has("OptOutType") {
			t.Errorf("%q: webhook saw %v", c.says, last.form)
		}
		status, body := api(t, s, "POST", "/Messages.json", text(patient, "x"))
		if got := status == 400 && body["code"] == float64(21610); got != c.blocked {
			t.Errorf("after %q blocked = %v, want %v (%d)", c.says, got, c.blocked, status)
		}
		settle(t, s)
	}
	form := text(patient, "x")
	form.Set("From", "DLXH")
	if status, body := api(t, s, "POST", "/Messages.json", form); status != 201 {
		t.Errorf("another sender is blocked too: %v", body)
	}
}

func TestInboundMessage(t *testing.T) {
	t.Parallel()
	p := newProduct(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/hook/sms" {
			w.Header().Set("Content-Type", "text/xml; charset=utf-8")
			w.Write([]byte(`<?xml version="1.0" encoding="UTF-8"?><Response><Message action="/hook/reply">Cảm ơn &lt;ông/bà&gt;</Message></Response>`))
		}
	})
	s := start(t, p, nil)
	events, cancel := s.Subscribe()
	defer cancel()
	sid, err := s.Reply(patient, longCode, "Tốt lên")
	if err != nil {
		t.Fatal(err)
	}
	if e := await(t, events, kind(EventMessage)); e.Body != "Cảm ơn <ông/bà>" || e.To != patient || e.From != longCode {
		t.Errorf("reply %+v", e)
	}
	settle(t, s)
	in := p.seen()[0].form
	for key, want := range map[string]string{"MessageSid": sid, "SmsSid": sid, "SmsMessageSid": sid, "From": patient, "To": longCode,
		"Body": "Tốt lên", "NumSegments": "1", "NumMedia": "0", "SmsStatus": "received", "ApiVersion": "2010-04-01",
		"AccountSid": DefaultAccountSID} {
		if in.Get(key) != want {
			t.Errorf("%s = %q, want %q", key, in.Get(key), want)
		}
	}
	if !in.Has("FromCity") || !in.Has("ToCountry") {
		t.Error("geographic parameters are missing")
	}
	if got := p.values("/hook/reply", "MessageStatus"); !slices.Equal(got, []string{"sent", "delivered"}) {
		t.Errorf("callbacks of the reply %v", got)
	}
	if c := s.Counts(); c.Inbound != 1 || c.Messages != 1 {
		t.Errorf("counts %+v", c)
	}
	if _, m := api(t, s, "GET", "/Messages/"+sid+".json", nil); m["direction"] != "inbound" || m["status"] != "received" {
		t.Errorf("resource %v", m)
	}
	if sid, err = s.ReplyTwice(patient, longCode, "1"); err != nil {
		t.Fatal(err)
	}
	twice := slices.DeleteFunc(p.seen(), func(c seen) bool { return c.form.Get("Body") != "1" })
	if len(twice) != 2 || twice[0].form.Get("MessageSid") != sid || twice[0].token != twice[1].token || twice[1].form.Get("MessageSid") != sid {
		t.Errorf("twice: %+v", twice)
	}
}

func TestReplyErrors(t *testing.T) {
	t.Parallel()
	p := newProduct(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
	s := start(t, p, nil)
	for name, c := range map[string]struct {
		from, to, body string
		want           error
	}{
		"name":     {patient, "DLXH", "1", ErrCannotReceive},
		"unknown":  {patient, "+12025550100", "1", ErrCannotReceive},
		"number":   {"0356000640", longCode, "1", ErrInvalid},
		"encoding": {patient, longCode, "\xff", ErrInvalid},
		"webhook":  {patient, longCode, "1", ErrUndelivered},
	} {
		if _, err := s.Reply(c.from, c.to, c.body); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	if got := faultCodes(s); !slices.Equal(got, []int{11200}) || len(p.seen()) != 1 {
		t.Errorf("faults %v after %d requests; a 5xx is not tried again by default", got, len(p.seen()))
	}
}

func TestUpdateAndDeleteMessage(t *testing.T) {
	t.Parallel()
	p := newProduct(t, nil)
	s := start(t, p, func(c *Config) { c.QueueDelay = time.Hour })
	path := "/Messages/" + send(t, s, patient, "bí mật")["sid"].(string) + ".json"
	if status, _ := api(t, s, "DELETE", path, nil); status != http.StatusConflict {
		t.Errorf("delete of a queued message: %d", status)
	}
	if status, m := api(t, s, "POST", path, url.Values{"Status": {"canceled"}}); status != 200 || m["status"] != "canceled" {
		t.Errorf("cancel: %d %v", status, m)
	}
	if status, m := api(t, s, "POST", path, url.Values{"Status": {"canceled"}}); status != 400 || m["code"] != float64(30409) {
		t.Errorf("second cancel: %d %v", status, m)
	}
	if status, m := api(t, s, "POST", path, url.Values{"Body": {""}}); status != 200 || m["body"] != "" {
		t.Errorf("redact: %d %v", status, m)
	}
	if status, _ := api(t, s, "DELETE", path, nil); status != http.StatusNoContent {
		t.Errorf("delete: %d", status)
	}
	if status, _ := api(t, s, "GET", path, nil); status != http.StatusNotFound {
		t.Errorf("fetch after delete: %d", status)
	}
	if m := s.Messages(); len(m) != 1 || m[0].Body != "" {
		t.Errorf("the balance lost a message: %v", m)
	}
}

func TestFullSimulator(t *testing.T) {
	t.Parallel()
	s := start(t, newProduct(t, nil), func(c *Config) { c.MaxRecords = 1 })
	send(t, s, patient, "x")
	if status, body := api(t, s, "POST", "/Messages.json", text(patient, "y")); status != 503 || body["code"] != float64(20503) {
		t.Errorf("message: %d %v", status, body)
	}
	if status, _ := api(t, s, "POST", "/Calls.json", ring(patient)); status != 503 {
		t.Errorf("call: %d", status)
	}
	if _, err := s.Reply(patient, longCode, "1"); !errors.Is(err, ErrFull) {
		t.Errorf("reply: %v", err)
	}
}
