package twiliosim

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// voice answers /voice with documents by path; status 200, text/xml.
func voice(documents map[string]string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) {
		if document, ok := documents[r.URL.Path]; ok {
			w.Header().Set("Content-Type", "text/xml")
			w.Write([]byte(document))
		}
	}
}

const survey = `<?xml version="1.0"?><Response>
<Say language="vi-VN" voice="Google.vi-VN-Standard-A">Xin chào.</Say>
<Gather numDigits="1" action="/voice/begin?attempt=c1" timeout="7"><Say language="vi-VN">Bấm một  để
bắt đầu.</Say><Pause length="1"/></Gather>
<Say language="vi-VN">Xin chào ông, bà.</Say></Response>`

func TestCallFromDialToHangUp(t *testing.T) {
	t.Parallel()
	p := newProduct(t, voice(map[string]string{
		"/voice":       survey,
		"/voice/begin": `<Response><Gather action="next?q=2"><Say>Bao nhiêu tuổi? Rồi bấm thăng.</Say></Gather></Response>`,
		"/voice/next":  `<Response><Say>Cảm ơn.</Say><Hangup/><Say>never</Say></Response>`,
	}))
	s := start(t, p, nil)
	events, cancel := s.Subscribe()
	defer cancel()
	sid := dial(t, s, ring(patient))

	if e := await(t, events, kind(EventCall)); e.SID != sid || e.To != patient || e.From != longCode {
		t.Errorf("call event %+v", e)
	}
	if err := s.Press(sid, "1"); !errors.Is(err, ErrNotNow) {
		t.Errorf("Press while ringing: %v", err)
	}
	if err := s.Answer(sid); err != nil {
		t.Fatal(err)
	}
	if e := await(t, events, kind(EventPrompt)); e.Text != "Xin chào." || e.Language != "vi-VN" || e.Gather != nil {
		t.Errorf("first prompt %+v", e)
	}
	e := await(t, events, asked)
	if e.Text != "Bấm một để bắt đầu. …" || *e.Gather != (GatherInfo{Seq: 1, NumDigits: 1, FinishOnKey: "#"}) {
		t.Errorf("second prompt %+v %+v", e, e.Gather)
	}
	if err := s.Press(sid, "12"); err != nil { // the 2 is dropped
		t.Fatal(err)
	}
	if e = await(t, events, asked); *e.Gather != (GatherInfo{Seq: 2, FinishOnKey: "#"}) {
		t.Errorf("third prompt %+v", e.Gather)
	}
	for _, keys := range []string{"4", "5", "#"} {
		if err := s.Press(sid, keys); err != nil {
			t.Fatal(err)
		}
	}
	if e = await(t, events, kind(EventEnded)); e.Status != "completed" || e.SID != sid {
		t.Errorf("end %+v", e)
	}
	settle(t, s)
	checkVoiceRequests(t, p, sid)
	if _, c := api(t, s, "GET", "/Calls/"+sid+".json", nil); c["status"] != "completed" || c["duration"] != "1" || c["start_time"] == nil || c["end_time"] == nil {
		t.Errorf("resource %v", c)
	}
	if err := s.Hangup(sid); !errors.Is(err, ErrNotNow) {
		t.Errorf("Hangup after the end: %v", err)
	}
	if got := s.ReceivedByCallbackKey("attempt"); got["c1"] != 1 {
		t.Errorf("received %v", got)
	}
}

func checkVoiceRequests(t *testing.T, p *product, sid string) {
	t.Helper()
	if got := p.values("/hook/call", "CallStatus"); !slices.Equal(got, []string{"initiated", "ringing", "in-progress", "completed"}) {
		t.Errorf("callbacks %v", got)
	}
	if got := p.values("/hook/call", "SequenceNumber"); !slices.Equal(got, []string{"0", "1", "2", "3"}) {
		t.Errorf("sequence %v", got)
	}
	if got := p.values("/hook/call", "CallDuration"); !slices.Equal(got, []string{"", "", "", "1"}) {
		t.Errorf("duration %v", got)
	}
	var paths []string
	for _, c := range p.seen() {
		if !strings.HasPrefix(c.path, "/voice") {
			if _, err := time.Parse(time.RFC1123Z, c.form.Get("Timestamp")); err != nil || c.form.Get("CallbackSource") != "call-progress-events" {
				t.Errorf("callback %v", c.form)
			}
			continue
		}
		paths = append(paths, c.path+" "+c.form.Get("Digits"))
		for key, want := range map[string]string{"CallSid": sid, "From": longCode, "To": patient, "CallStatus": "in-progress",
			"Direction": "outbound-api", "AccountSid": DefaultAccountSID, "ApiVersion": "2010-04-01"} {
			if c.form.Get(key) != want {
				t.Errorf("%s: %s = %q, want %q", c.path, key, c.form.Get(key), want)
			}
		}
	}
	if want := []string{"/voice?attempt=c1 ", "/voice/begin?attempt=c1 1", "/voice/next?q=2 45"}; !slices.Equal(paths, want) {
		t.Errorf("documents %q, want %q", paths, want)
	}
}

// Each line: a document, what the phone does at the first Gather, which action was
// called with which keys, and the prompts that were heard after it.
func TestGather(t *testing.T) {
	t.Parallel()
	silence := func(s *Sim, sid string) error { return s.Silence(sid) }
	press := func(keys string) func(*Sim, string) error {
		return func(s *Sim, sid string) error { return s.Press(sid, keys) }
	}
	nothing := func(*Sim, string) error { return nil }
	for name, c := range map[string]struct {
		attrs string
		do    func(*Sim, string) error
		want  string // request, or prompt of the next verb
	}{
		"silence runs the next verb":        {`action="/a"`, silence, "next verb"},
		"timeout runs the next verb":        {`action="/a" timeout="0"`, nothing, "next verb"},
		"finish key alone":                  {`action="/a"`, press("#"), "next verb"},
		"empty result wanted":               {`action="/a" actionOnEmptyResult="true"`, silence, "/a Digits="},
		"finish key alone, wanted":          {`action="/a" actionOnEmptyResult="true"`, press("#"), "/a Digits="},
		"default finish key":                {`action="/a"`, press("12#3"), "/a Digits=12"},
		"other finish key":                  {`action="/a" finishOnKey="*"`, press("1#*"), "/a Digits=1#"},
		"no finish key":                     {`action="/a" finishOnKey="" numDigits="3"`, press("*0#"), "/a Digits=*0#"},
		"default action is the document":    {`numDigits="1"`, press("7"), "/voice?attempt=c1 Digits=7"},
		"relative action":                   {`numDigits="1" action="a?x=1"`, press("7"), "/a?x=1 Digits=7"},
		"absolute action":                   {`numDigits="1" action="` + publicBase + `/b"`, press("7"), "/b Digits=7"},
		"method GET":                        {`numDigits="1" action="/a" method="GET"`, press("7"), "/a?AccountSid="},
		"connection override in the action": {`numDigits="1" action="/a#rc=2"`, press("7"), "/a Digits=7"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProduct(t, nil)
			p.answer = func(w http.ResponseWriter, r *http.Request) {
				document := `<Response/>`
				if r.URL.Path == "/voice" && !r.Form.Has("Digits") {
					document = `<Response><Gather ` + c.attrs + `><Say>hỏi</Say></Gather><Say>next verb</Say></Response>`
				}
				w.Header().Set("Content-Type", "application/xml")
				w.Write([]byte(document))
			}
			s := start(t, p, nil)
			events, cancel := s.Subscribe()
			defer cancel()
			form := ring(patient)
			form.Del("StatusCallback")
			sid := dial(t, s, form)
			await(t, events, kind(EventCall))
			if err := s.Answer(sid); err != nil {
				t.Fatal(err)
			}
			await(t, events, asked)
			if err := c.do(s, sid); err != nil {
				t.Fatal(err)
			}
			e := await(t, events, func(e Event) bool { return e.Kind == EventEnded || e.Text == "next verb" })
			got := e.Text
			if requests := p.seen(); len(requests) > 1 {
				got = requests[1].path + " Digits=" + requests[1].form.Get("Digits")
			}
			if !strings.HasPrefix(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// Each line: what the voice address answers, the prompts, and the faults kept.
func TestDocuments(t *testing.T) {
	t.Parallel()
	const sorry = "We are sorry, an application error has occurred. Goodbye."
	deep := strings.Repeat("<Say>", 20) + strings.Repeat("</Say>", 20)
	for name, c := range map[string]struct {
		status      int
		contentType string
		body        string
		prompts     []string
		faults      []int
	}{
		"verbs in order":      {200, "text/xml", `<Response><Say>a</Say><Play>https://x.example/b.mp3</Play><Pause/><Say>c</Say></Response>`, []string{"a ♪ https://x.example/b.mp3 … c"}, nil},
		"empty":               {200, "text/xml; charset=utf-8", `<Response/>`, nil, nil},
		"marks inside Say":    {200, "text/xml", `<Response><Say>một <break strength="weak"/><emphasis>hai</emphasis> ba &amp; &lt;bốn&gt;</Say></Response>`, []string{"một hai ba & <bốn>"}, nil},
		"comment and CDATA":   {200, "text/xml", `<!-- x --><Response><!-- y --><Say><![CDATA[a<b]]></Say></Response>`, []string{"a<b"}, nil},
		"hang up":             {200, "text/xml", `<Response><Hangup/><Say>a</Say></Response>`, nil, nil},
		"unknown verb":        {200, "text/xml", `<Response><Dance/><Say>a</Say></Response>`, []string{"a"}, []int{12200}},
		"not XML":             {200, "text/xml", `<Response><Say>a</Response>`, []string{sorry}, []int{12100}},
		"no content":          {200, "text/xml", ``, []string{sorry}, []int{12100}},
		"two roots":           {200, "text/xml", `<Response/><Response/>`, []string{sorry}, []int{12100}},
		"text around":         {200, "text/xml", `hello <Response/>`, []string{sorry}, []int{12100}},
		"too deep":            {200, "text/xml", `<Response>` + deep + `</Response>`, []string{sorry}, []int{12100}},
		"other root":          {200, "text/xml", `<html><Say>a</Say></html>`, []string{sorry}, []int{12200}},
		"other type":          {200, "application/json", `{}`, []string{sorry}, []int{12300}},
		"bad status":          {503, "text/xml", `<Response/>`, []string{sorry}, []int{11200}},
		"endless":             {200, "text/xml", `<Response><Redirect></Redirect></Response>`, []string{sorry}, []int{11200}},
		"redirect to a fault": {200, "text/xml", `<Response><Say>a</Say><Redirect>http://[bad</Redirect></Response>`, []string{"a"}, []int{11200}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProduct(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", c.contentType)
				w.WriteHeader(c.status)
				w.Write([]byte(c.body))
			})
			s := start(t, p, nil)
			events, cancel := s.Subscribe()
			defer cancel()
			form := ring(patient)
			form.Del("StatusCallback")
			sid := dial(t, s, form)
			await(t, events, kind(EventCall))
			if err := s.Answer(sid); err != nil {
				t.Fatal(err)
			}
			var prompts []string
			await(t, events, func(e Event) bool {
				if e.Kind == EventPrompt {
					prompts = append(prompts, e.Text)
				}
				return e.Kind == EventEnded && e.Status == "completed"
			})
			if !slices.Equal(prompts, c.prompts) || !slices.Equal(faultCodes(s), c.faults) {
				t.Errorf("prompts %q, faults %v; want %q, %v", prompts, faultCodes(s), c.prompts, c.faults)
			}
		})
	}
}

// Each line: a number, and the callbacks and SIP code it leads to without a person.
func TestCallMisbehaviour(t *testing.T) {
	t.Parallel()
	for suffix, want := range map[string]string{
		"9101": "initiated ringing busy 486",
		"9102": "initiated ringing no-answer 487",
		"9103": "initiated failed 404",
		"9104": "initiated ringing in-progress completed",
	} {
		t.Run(suffix, func(t *testing.T) {
			t.Parallel()
			p := newProduct(t, voice(map[string]string{"/voice": survey}))
			s := start(t, p, nil)
			sid := dial(t, s, ring("+8435600"+suffix))
			settle(t, s)
			got := strings.Join(p.values("/hook/call", "CallStatus"), " ")
			codes := p.values("/hook/call", "SipResponseCode")
			if got = strings.TrimSpace(got + " " + codes[len(codes)-1]); got != want {
				t.Errorf("%s, want %s", got, want)
			}
			if asked := len(p.values("/voice", "Digits")); suffix == "9104" && asked != 1 || suffix != "9104" && asked != 0 {
				t.Errorf("%d documents", asked)
			}
			if err := s.Answer(sid); !errors.Is(err, ErrNotNow) {
				t.Errorf("Answer: %v", err)
			}
		})
	}
}

func TestHangsUpAtTheSecondGather(t *testing.T) {
	t.Parallel()
	p := newProduct(t, voice(map[string]string{"/voice": `<Response><Gather numDigits="1"><Say>hỏi</Say></Gather></Response>`}))
	s := start(t, p, nil)
	events, cancel := s.Subscribe()
	defer cancel()
	sid := dial(t, s, ring("+84356009105"))
	await(t, events, kind(EventCall))
	if err := s.Answer(sid); err != nil {
		t.Fatal(err)
	}
	await(t, events, asked)
	if err := s.Press(sid, "1"); err != nil {
		t.Fatal(err)
	}
	if e := await(t, events, kind(EventPrompt)); e.Gather != nil || e.Text != "hỏi" {
		t.Errorf("second prompt %+v", e)
	}
	await(t, events, kind(EventEnded))
}

func TestEndsOfACall(t *testing.T) {
	t.Parallel()
	answered := func(do func(*testing.T, *Sim, string)) func(*testing.T, *Sim, string) {
		return func(t *testing.T, s *Sim, sid string) {
			events, cancel := s.Subscribe()
			defer cancel()
			if err := s.Answer(sid); err != nil {
				t.Fatal(err)
			}
			await(t, events, asked)
			do(t, s, sid)
		}
	}
	update := func(status string, code int) func(*testing.T, *Sim, string) {
		return func(t *testing.T, s *Sim, sid string) {
			if got, body := api(t, s, "POST", "/Calls/"+sid+".json", url.Values{"Status": {status}}); got != code {
				t.Errorf("update to %s: %d %v", status, got, body)
			}
		}
	}
	for name, c := range map[string]struct {
		do   func(*testing.T, *Sim, string)
		want string
	}{
		"nobody answers":        {func(*testing.T, *Sim, string) {}, "no-answer"},
		"declined":              {func(t *testing.T, s *Sim, sid string) { mustDo(t, s.Decline(sid)) }, "busy"},
		"cancelled by the API":  {update("canceled", 200), "canceled"},
		"completed by the API":  {answered(update("completed", 200)), "completed"},
		"hung up":               {answered(func(t *testing.T, s *Sim, sid string) { mustDo(t, s.Hangup(sid)) }), "completed"},
		"cannot cancel a talk":  {answered(func(t *testing.T, s *Sim, sid string) { update("canceled", 400)(t, s, sid); mustDo(t, s.Hangup(sid)) }), "completed"},
		"cannot answer twice":   {answered(func(t *testing.T, s *Sim, sid string) { wantNotNow(t, s.Answer(sid)); mustDo(t, s.Hangup(sid)) }), "completed"},
		"no letters on the pad": {answered(func(t *testing.T, s *Sim, sid string) { wantInvalid(t, s.Press(sid, "A")); mustDo(t, s.Hangup(sid)) }), "completed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProduct(t, voice(map[string]string{"/voice": survey}))
			s := start(t, p, func(cfg *Config) {
				if c.want == "no-answer" {
					cfg.RingTimeout = 20 * time.Millisecond
				}
			})
			events, cancel := s.Subscribe()
			defer cancel()
			form := ring(patient)
			form.Del("StatusCallbackEvent") // then only completed is told
			sid := dial(t, s, form)
			await(t, events, kind(EventCall))
			c.do(t, s, sid)
			if e := await(t, events, kind(EventEnded)); e.Status != c.want {
				t.Errorf("ended %s, want %s", e.Status, c.want)
			}
			settle(t, s)
			if got := p.values("/hook/call", "CallStatus"); !slices.Equal(got, []string{c.want}) {
				t.Errorf("callbacks %v", got)
			}
			if got := p.values("/hook/call", "SequenceNumber"); !slices.Equal(got, []string{"0"}) {
				t.Errorf("sequence %v", got)
			}
		})
	}
}

func mustDo(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

func wantNotNow(t *testing.T, err error) {
	t.Helper()
	if !errors.Is(err, ErrNotNow) {
		t.Errorf("%v, want ErrNotNow", err)
	}
}

func wantInvalid(t *testing.T, err error) {
	t.Helper()
	if !errors.Is(err, ErrInvalid) {
		t.Errorf("%v, want ErrInvalid", err)
	}
}

func TestFallbackInlineAndMachineDetection(t *testing.T) {
	t.Parallel()
	p := newProduct(t, nil)
	p.answer = func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/broken" {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/xml")
		w.Write([]byte(`<Response><Say>thay</Say></Response>`))
	}
	s := start(t, p, nil)
	events, cancel := s.Subscribe()
	defer cancel()
	play := func(change func(url.Values)) string {
		form := ring(patient)
		form.Del("StatusCallback")
		change(form)
		sid := dial(t, s, form)
		await(t, events, kind(EventCall))
		mustDo(t, s.Answer(sid))
		return await(t, events, kind(EventPrompt)).Text
	}
	if got := play(func(f url.Values) { f.Set("Url", publicBase+"/broken"); f.Set("FallbackUrl", publicBase+"/fallback") }); got != "thay" {
		t.Errorf("fallback: %q", got)
	}
	if got := p.values("/fallback", "ErrorCode"); !slices.Equal(got, []string{"11200"}) {
		t.Errorf("ErrorCode %v", got)
	}
	if got := play(func(f url.Values) { f.Del("Url"); f.Set("Twiml", "<Response><Say>một lần</Say></Response>") }); got != "một lần" {
		t.Errorf("inline: %q", got)
	}
	play(func(f url.Values) { f.Set("Url", publicBase+"/human"); f.Set("MachineDetection", "Enable") })
	if got := p.values("/human", "AnsweredBy"); !slices.Equal(got, []string{"human"}) {
		t.Errorf("AnsweredBy %v", got)
	}
	form := ring("+84356009104")
	form.Set("Url", publicBase+"/machine")
	form.Set("MachineDetection", "DetectMessageEnd")
	dial(t, s, form)
	form.Set("AsyncAmd", "true")
	form.Set("AsyncAmdStatusCallback", publicBase+"/amd")
	dial(t, s, form)
	settle(t, s)
	got := p.values("/machine", "AnsweredBy")
	slices.Sort(got)
	if !slices.Equal(got, []string{"", "machine_end_beep"}) || !slices.Equal(p.values("/amd", "AnsweredBy"), []string{"machine_end_beep"}) {
		t.Errorf("AnsweredBy %v, aside %v", got, p.values("/amd", "AnsweredBy"))
	}
}

func TestRecord(t *testing.T) {
	t.Parallel()
	p := newProduct(t, voice(map[string]string{"/voice": `<Response><Record action="/recorded"/><Say>không nghe thấy</Say></Response>`}))
	s := start(t, p, nil)
	events, cancel := s.Subscribe()
	defer cancel()
	for _, keys := range []string{"#", ""} {
		form := ring(patient)
		form.Del("StatusCallback")
		sid := dial(t, s, form)
		await(t, events, kind(EventCall))
		mustDo(t, s.Answer(sid))
		if e := await(t, events, asked); !e.Gather.Record {
			t.Errorf("%+v", e.Gather)
		}
		if keys == "" {
			mustDo(t, s.Silence(sid))
			if e := await(t, events, kind(EventPrompt)); e.Text != "không nghe thấy" {
				t.Errorf("after silence %q", e.Text)
			}
		} else {
			mustDo(t, s.Press(sid, keys))
		}
		await(t, events, kind(EventEnded))
	}
	settle(t, s)
	recorded := p.values("/recorded", "RecordingSid")
	if len(recorded) != 1 || !slices.Equal(p.values("/recorded", "RecordingDuration"), []string{"1"}) {
		t.Fatalf("recordings %v", recorded)
	}
	address := p.values("/recorded", "RecordingUrl")[0]
	req, err := http.NewRequestWithContext(t.Context(), "GET", strings.Replace(address, "https://api.twilio.com", s.URL(), 1)+".wav", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth(DefaultAccountSID, DefaultAuthToken)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if sound, err := io.ReadAll(resp.Body); err != nil || resp.StatusCode != 200 || len(sound) != 16044 {
		t.Errorf("recording: %d, %d bytes, %v", resp.StatusCode, len(sound), err)
	}
}

func TestInboundCall(t *testing.T) {
	t.Parallel()
	p := newProduct(t, voice(map[string]string{"/hook/in": `<Response><Gather numDigits="1"><Say>hỏi</Say></Gather></Response>`, "/hook/no": `<Response><Reject/></Response>`}))
	s := start(t, p, nil)
	events, cancel := s.Subscribe()
	defer cancel()
	sid, err := s.Dial(patient, longCode)
	if err != nil {
		t.Fatal(err)
	}
	await(t, events, asked)
	mustDo(t, s.Hangup(sid))
	if e := await(t, events, kind(EventEnded)); e.Status != "completed" {
		t.Errorf("%+v", e)
	}
	if c := p.seen()[0].form; c.Get("Direction") != "inbound" || c.Get("From") != patient || c.Get("CallStatus") != "ringing" {
		t.Errorf("%v", c)
	}
	s.SetSender(longCode, SenderConfig{VoiceURL: publicBase + "/hook/no"})
	if _, err = s.Dial(patient, longCode); err != nil {
		t.Fatal(err)
	}
	if e := await(t, events, kind(EventEnded)); e.Status != "busy" {
		t.Errorf("rejected: %+v", e)
	}
	if c := s.Counts(); c.Inbound != 2 || c.Calls != 0 {
		t.Errorf("counts %+v", c)
	}
	if _, err = s.Dial(patient, "DLXH"); !errors.Is(err, ErrCannotReceive) {
		t.Errorf("a name: %v", err)
	}
}

func TestCallRefusals(t *testing.T) {
	t.Parallel()
	s := start(t, nil, nil)
	for name, c := range map[string]struct {
		key, value string
		code       int
	}{
		"no To":        {"To", "", 21201},
		"no From":      {"From", "", 21213},
		"invalid To":   {"To", "356000640", 21211},
		"suffix 9001":  {"To", "+84356009001", 21211},
		"name":         {"From", "DLXH", 21212},
		"unknown From": {"From", "+12025550199", 21210},
		"no Url":       {"Url", "", 21205},
		"bad Url":      {"Url", "voice.xml", 21205},
		"bad callback": {"StatusCallback", "https://a_b.example/", 21609},
	} {
		form := ring(patient)
		form.Set(c.key, c.value)
		if status, body := api(t, s, "POST", "/Calls.json", form); status != 400 || body["code"] != float64(c.code) {
			t.Errorf("%s: %d %v, want %d", name, status, body, c.code)
		}
	}
	if n := len(s.Calls()); n != 0 {
		t.Errorf("%d calls", n)
	}
	for _, do := range []func(string) error{s.Answer, s.Decline, s.Silence, s.Hangup} {
		if err := do("CA0"); !errors.Is(err, ErrNotFound) {
			t.Errorf("%v", err)
		}
	}
}
