package intake_test

import (
	"encoding/xml"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"canvass/dispatch/survey"
	"canvass/worker/sim/twiliosim"
)

// hook is a request as the provider makes it, signed with secret.
func (p *place) hook(path string, form url.Values, secret string) *httptest.ResponseRecorder {
	p.Helper()
	target := "/hook/twilio/" + path
	r := p.request(target, form)
	r.Header.Set("X-Twilio-Signature", twiliosim.Signature(secret, public+target, form))
	w := httptest.NewRecorder()
	p.pages.ServeHTTP(w, r)
	return w
}

// heard is a document of a call.
type heard struct {
	Gather *struct {
		Action    string   `xml:"action,attr"`
		NumDigits int      `xml:"numDigits,attr"`
		Says      []string `xml:"Say"`
	}
	Says   []string  `xml:"Say"`
	Hangup *struct{} `xml:"Hangup"`
}

func (h heard) text() string {
	if h.Gather != nil {
		return strings.Join(h.Gather.Says, " ")
	}
	return strings.Join(h.Says, " ")
}

// step takes one step of a call at a path that a document named.
func (p *place) step(path, digits string) heard {
	p.Helper()
	form := url.Values{"CallSid": {"CA1"}, "From": {ours}, "To": {hers}, "Direction": {"outbound-api"}}
	if digits != "" {
		form.Set("Digits", digits)
	}
	w := p.hook(path, form, authToken)
	if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/xml") {
		p.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	var h heard
	p.must(xml.Unmarshal(w.Body.Bytes(), &h))
	return h
}

func (p *place) ring() string {
	id := p.db.MakeAttempt(survey.Attempt{InvitationID: p.inv, Channel: survey.Call, State: survey.AttemptSent, SentAt: p.now})
	return "voice?ref=a" + p.db.Text(`SELECT id FROM attempt WHERE id = $1`, id) + "&turn=0"
}

func (h heard) next() string { return strings.TrimPrefix(h.Gather.Action, public+"/hook/twilio/") }

func TestACallOverTheHook(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "urgent-storm")
	begin := p.ring()
	h := p.step(begin, "")
	if h.Gather == nil || h.Gather.NumDigits != 1 || !strings.Contains(h.text(), "phím một") {
		t.Fatalf("first words: %+v", h)
	}
	if !strings.Contains(h.Gather.Action, "turn=1") || !strings.Contains(h.Gather.Action, "ref=a") {
		t.Errorf("goes on at %s", h.Gather.Action)
	}
	consent := p.step(h.next(), "1")
	question := p.step(consent.next(), "1")
	if !strings.Contains(question.text(), "Sau bão số chín") {
		t.Errorf("asks %q", question.text())
	}
	silent := p.step(question.next(), "")
	if silent.next() == question.next() {
		t.Error("a repeated prompt needs a number of its own")
	}
	end := p.step(silent.next(), "1")
	if end.Gather != nil || end.Hangup == nil || !strings.Contains(end.text(), "Xin cảm ơn") {
		t.Errorf("ends with %+v", end)
	}
	if again := p.step(silent.next(), "1"); again.text() != end.text() || again.Hangup == nil {
		t.Errorf("the last step once more: %q", again.text())
	}
	if got := p.answers(); got != "sinh_hoat=1" {
		t.Errorf("stored %s", got)
	}
	if got := p.db.Text(`SELECT mode || ' ' || state FROM response`); got != "voice submitted" {
		t.Errorf("response %s", got)
	}
	// The call's own end, which says no more than that the line was answered.
	status := strings.Replace(strings.TrimSuffix(begin, "&turn=0"), "voice", "status", 1)
	if w := p.hook(status, url.Values{"CallSid": {"CA1"}, "CallStatus": {"completed"}, "To": {hers}}, authToken); w.Code != 204 {
		t.Errorf("status: %d", w.Code)
	}
	late := p.step(begin, "")
	if late.text() == "" {
		t.Error("a repeated beginning hears nothing")
	}
}

func TestACallAfterTheEnd(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "urgent-storm")
	begin := p.ring()
	p.mu.Lock()
	p.now = p.campaign.EndsAt.Add(time.Second)
	p.mu.Unlock()
	if h := p.step(begin, ""); h.Gather != nil || !strings.Contains(h.text(), "vừa kết thúc") {
		t.Errorf("%+v", h)
	}
}

// Whatever is away, a call hears a sentence and is not left hanging.
func TestACallWithoutTheDatabase(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "urgent-storm")
	begin := p.ring()
	first := p.step(begin, "")
	p.lose()
	if h := p.step(first.next(), "1"); h.Gather != nil || h.Hangup == nil || !strings.Contains(h.text(), "Chúng tôi sẽ gọi lại") {
		t.Errorf("%+v", h)
	}
	p.find()
	if h := p.step("voice?ref=a999&turn=7", ""); h.Gather != nil || h.text() == "" {
		t.Errorf("a call of nobody: %+v", h)
	}
}

func TestTextsOverTheHook(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "urgent-storm")
	form := url.Values{"MessageSid": {"SM1"}, "From": {hers}, "To": {ours}, "Body": {"TC"}}
	for range 3 {
		w := p.hook("sms", form, authToken)
		if w.Code != 200 || !strings.Contains(w.Body.String(), "<Response></Response>") {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	}
	if n := p.db.Int(`SELECT count(*) FROM inbox WHERE kind = 'text' AND invitation_id IS NOT NULL`); n != 1 {
		t.Errorf("%d rows", n)
	}
	p.lose()
	form.Set("MessageSid", "SM2")
	if w := p.hook("sms", form, authToken); w.Code != 503 {
		t.Errorf("not stored and answered %d", w.Code)
	}
}

func TestWhoIsNotTheProvider(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "urgent-storm")
	form := url.Values{"MessageSid": {"SM1"}, "From": {hers}, "To": {ours}, "Body": {"TC"}, "MessageStatus": {"sent"}, "CallSid": {"CA1"},
		"RecordingSid": {"RE0123456789abcdef0123456789abcdef"}}
	for _, path := range []string{"sms", "status", "voice?ref=a1", "spoken?ref=a1&question=y"} {
		if w := p.hook(path, form, "forged"); w.Code != 403 || w.Body.Len() != 0 {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
		if w := p.hook(path, url.Values{"x": {"1"}}, authToken); w.Code != 400 {
			t.Errorf("%s without its fields: %d", path, w.Code)
		}
		twice := p.request("/hook/twilio/"+path, nil)
		twice.Body = http.NoBody
		if g := p.do(twice); g.status == 200 {
			t.Errorf("%s unsigned: %d", path, g.status)
		}
		if g := p.get("/hook/twilio/" + path); g.status == 200 {
			t.Errorf("GET %s: %d", path, g.status)
		}
	}
	repeated := url.Values{"MessageSid": {"SM1", "SM2"}, "From": {hers}}
	if w := p.hook("sms", repeated, authToken); w.Code == 200 {
		t.Error("a repeated key was taken")
	}
	if n := p.db.Int(`SELECT count(*) FROM inbox`); n != 0 {
		t.Errorf("%d rows", n)
	}
}

func TestTheWayOut(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "monthly")
	g := p.get(p.out).wants(200, "Ngừng nhận lời mời khảo sát?", "Thư điện tử", "Tin nhắn", "Cuộc gọi", "Tất cả")
	if strings.Contains(g.body, "/r/") {
		t.Error("the way out leads to the form")
	}
	g.press("stop").wants(422, "Chưa chọn nơi nào")
	g.press("stop", "stop=sms").wants(200, "Đã ngừng từ bây giờ")
	if got := p.db.Text(`SELECT string_agg(channel || source, ' ') FROM suppression`); got != "smsweb" {
		t.Errorf("suppressed %s", got)
	}
	rest := p.get(p.out).wants(200, "Thư điện tử")
	if strings.Contains(rest.text(), "Tin nhắn") {
		t.Error("offers what is stopped")
	}
	all := rest.press("stop", "stop=all").wants(200, "Đã ngừng từ bây giờ", "Nhận lại")
	p.get(p.form+"?p=stop").wants(200, "Đã ngừng từ bây giờ")
	all.press("again").wants(200, "Đã nhận lại lời mời")
	if n := p.db.Int(`SELECT count(*) FROM suppression WHERE lifted_at IS NULL`); n != 0 {
		t.Errorf("%d suppressions left", n)
	}
	p.get(p.form+"?p=stop").press("stop", "stop=email", "stop=sms", "stop=call").wants(200, "Đã ngừng")
	if n := p.db.Int(`SELECT count(*) FROM suppression WHERE lifted_at IS NULL AND channel IS NULL`); n != 1 {
		t.Errorf("all three boxes are all: %d", n)
	}
	for _, do := range []string{"begin", "next", "decline", "withdraw", ""} {
		p.do(p.request(p.out, url.Values{"do": {do}, "page": {"huong"}, "huong": {"1"}})).wants(303)
	}
	if p.answers() != "" || p.db.Int(`SELECT count(*) FROM inbox WHERE kind = 'form'`) != 0 {
		t.Error("the way out takes answers")
	}
}

// The button of a mail program: RFC 8058.
func TestOneClick(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "monthly")
	live := func() int {
		return p.db.Int(`SELECT count(*) FROM suppression WHERE channel = 'email' AND lifted_at IS NULL`)
	}
	form := url.Values{"List-Unsubscribe": {"One-Click"}}
	for range 3 { // programs repeat it
		g := p.do(p.request(p.out, form)).wants(200, "Đã ngừng từ bây giờ")
		if g.header.Get("Location") != "" || len(g.header.Values("Set-Cookie")) != 0 {
			t.Error("a redirect or a cookie")
		}
	}
	if live() != 1 || p.db.Int(`SELECT count(*) FROM inbox`) != 1 {
		t.Errorf("%d suppressions, %d rows", live(), p.db.Int(`SELECT count(*) FROM inbox`))
	}
	if got := p.db.Text(`SELECT disposition FROM invitation`); got != "2.112" {
		t.Errorf("disposition %s", got)
	}
	// Who came back and presses again, in the same mail, is stopped again.
	p.get(p.out+"?p=stopped").press("again").wants(200, "Đã nhận lại")
	if live() != 0 {
		t.Fatal("not lifted")
	}
	var b strings.Builder
	m := multipart.NewWriter(&b)
	p.must(m.WriteField("List-Unsubscribe", "One-Click"))
	p.must(m.Close())
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, p.out, strings.NewReader(b.String()))
	r.Header.Set("Content-Type", m.FormDataContentType())
	p.do(r).wants(200, "Đã ngừng")
	if live() != 1 {
		t.Errorf("%d suppressions after the second time", live())
	}
	p.lose()
	p.do(p.request(p.out, form)).wants(503)
}
