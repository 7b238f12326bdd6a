package twiliosim

import (
	"io"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// get fetches a page of the web listener without following redirects.
func get(t *testing.T, s *Sim, path string, change func(*http.Request)) (*http.Response, string) {
	t.Helper()
	return browse(t, s, "GET", path, nil, change)
}

func browse(t *testing.T, s *Sim, method, path string, form url.Values, change func(*http.Request)) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.WebURL()+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if change != nil {
		change(req)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

const hostile = `<script>alert(1)</script><img src=x onerror=alert(1)> javascript:alert(1) "'` + "`" + ` http://x.example/"onmouseover=alert(1) &amp;`

func TestHandsetEscapesHostileText(t *testing.T) {
	t.Parallel()
	p := newProduct(t, voice(map[string]string{"/voice": `<Response><Gather numDigits="1"><Say language="&quot;&gt;&lt;script&gt;">&lt;script&gt;alert(2)&lt;/script&gt;</Say></Gather></Response>`}))
	s := start(t, p, nil)
	events, cancel := s.Subscribe()
	defer cancel()
	send(t, s, patient, hostile)
	if _, err := s.Reply(patient, longCode, hostile); err != nil {
		t.Fatal(err)
	}
	sid := dial(t, s, ring(patient))
	await(t, events, kind(EventCall))
	if _, page := get(t, s, "/handset/"+patient, nil); !strings.Contains(page, "/sim/answer") {
		t.Error("a ringing phone shows no way to answer")
	}
	mustDo(t, s.Answer(sid))
	await(t, events, asked)
	for _, path := range []string{"/handset/" + patient, "/handset/" + patient + "?lang=en&with=" + url.QueryEscape(`"><script>`), "/handset", "/handset?number=%22%3E%3Cscript%3E", "/handset/" + patient + "?wrong=%3Cscript%3E"} {
		resp, page := get(t, s, path, nil)
		if resp.StatusCode != 200 {
			t.Fatalf("%s: %d", path, resp.StatusCode)
		}
		if strings.Count(page, "<script") != 1 || strings.Contains(page, "<img") || strings.Contains(page, `href="javascript:`) || strings.Contains(page, ` onmouseover=`) {
			t.Errorf("%s lets markup through:\n%s", path, page)
		}
		csp := resp.Header.Get("Content-Security-Policy")
		if !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") || resp.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: policy %q", path, csp)
		}
		if strings.Contains(page, "style=") || strings.Contains(page, "<no value>") {
			t.Errorf("%s: inline style or missing value", path)
		}
	}
	mustDo(t, s.Hangup(sid))
}

// A person without script: everything works by forms and reload.
func TestHandsetByForms(t *testing.T) {
	t.Parallel()
	p := newProduct(t, voice(map[string]string{"/voice": `<Response><Gather><Say language="vi-VN">Mời bấm phím.</Say></Gather></Response>`}))
	s := start(t, p, nil)
	events, cancel := s.Subscribe()
	defer cancel()
	page := "/handset/" + url.PathEscape(patient)
	if _, body := get(t, s, page, nil); !strings.Contains(body, "Chưa có tin nhắn nào") || !strings.Contains(body, `name="body"`) {
		t.Error("an empty phone does not say so, or cannot write")
	}
	send(t, s, patient, "Mo phieu: khaosat.lamxuyen.example/r/abc-123. Cam on")
	await(t, events, kind(EventMessage))
	_, body := get(t, s, page, nil)
	if want := `<a href="` + p.server.URL + `/r/abc-123" rel="noopener noreferrer" target="_blank">khaosat.lamxuyen.example/r/abc-123</a>. Cam on`; !strings.Contains(body, want) {
		t.Errorf("no link that works:\n%s", body)
	}
	post := func(action string, form url.Values) string {
		form.Set("back", page+"?lang=en")
		resp, _ := browse(t, s, "POST", "/sim/"+action, form, nil)
		if resp.StatusCode != http.StatusSeeOther {
			t.Errorf("%s: %d", action, resp.StatusCode)
		}
		return resp.Header.Get("Location")
	}
	if to := post("reply", url.Values{"handset": {patient}, "sender": {longCode}, "body": {"2 nhé"}}); to != "/handset/+84356000640?lang=en" {
		t.Errorf("leads to %s", to)
	}
	if _, body = get(t, s, page, nil); !strings.Contains(body, "2 nhé") || s.Counts().Inbound != 1 {
		t.Error("the reply is not in the thread")
	}
	sid := dial(t, s, ring(patient))
	await(t, events, kind(EventCall))
	call := url.Values{"sid": {sid}}
	post("answer", call)
	await(t, events, asked)
	call.Set("digits", "4")
	post("press", call)
	if _, body = get(t, s, page, nil); !strings.Contains(body, "Mời bấm phím.") || !strings.Contains(body, "<b>4</b>") {
		t.Errorf("the call does not show prompt and keys:\n%s", body)
	}
	post("hangup", call)
	await(t, events, kind(EventEnded))
	to := post("press", call)
	if !strings.Contains(to, "wrong=not-now") {
		t.Errorf("leads to %s", to)
	}
	if _, body = get(t, s, to, nil); !strings.Contains(body, english.NotNow) {
		t.Error("the page does not say what went wrong")
	}
}

func TestWebForPrograms(t *testing.T) {
	t.Parallel()
	p := newProduct(t, nil)
	s := start(t, p, func(c *Config) { c.WebAddr = "127.0.0.1:0" })
	send(t, s, patient, "x")
	settle(t, s)
	if s.URL() == s.WebURL() {
		t.Error("one listener for both addresses")
	}
	for path, want := range map[string]string{
		"/sim/messages":             `"status":"delivered"`,
		"/sim/calls":                `[]`,
		"/sim/counts":               `"messages":1`,
		"/sim/errors":               `[]`,
		"/sim/table":                `"suffix":"9001"`,
		"/sim/received?key=attempt": `{"a1":1}`,
	} {
		if resp, body := get(t, s, path, nil); resp.StatusCode != 200 || !strings.Contains(body, want) {
			t.Errorf("%s: %d %s", path, resp.StatusCode, body)
		}
	}
	for action, c := range map[string]struct {
		form   url.Values
		status int
	}{
		"reply":       {url.Values{"handset": {patient}, "sender": {longCode}, "body": {"1"}}, 200},
		"reply-twice": {url.Values{"handset": {patient}, "sender": {"DLXH"}, "body": {"1"}}, 409},
		"answer":      {url.Values{"sid": {"CA0"}}, 404},
		"press":       {url.Values{"sid": {"CA0"}, "digits": {"x"}}, 422},
		"silence":     {url.Values{"back": {"https://outside.example/handset/x"}}, 404},
		"decline":     {url.Values{"back": {"//outside.example/handset/x"}}, 404},
	} {
		if resp, body := browse(t, s, "POST", "/sim/"+action, c.form, nil); resp.StatusCode != c.status || !strings.HasPrefix(body, "{") {
			t.Errorf("%s: %d %s", action, resp.StatusCode, body)
		}
	}
}

func TestWebIsGuarded(t *testing.T) {
	t.Parallel()
	s := start(t, newProduct(t, nil), nil)
	if resp, _ := get(t, s, "/sim/messages", func(r *http.Request) { r.Host = "rebound.example" }); resp.StatusCode != http.StatusMisdirectedRequest {
		t.Errorf("foreign host: %d", resp.StatusCode)
	}
	form := url.Values{"handset": {patient}, "sender": {longCode}, "body": {"1"}}
	if resp, _ := browse(t, s, "POST", "/sim/reply", form, func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }); resp.StatusCode != http.StatusForbidden {
		t.Errorf("cross-site form: %d", resp.StatusCode)
	}
	if n := s.Counts().Inbound; n != 0 {
		t.Errorf("%d messages came in", n)
	}
	for _, path := range []string{"/handset/abc", "/handset/web/list.html", "/handset/web/nothing.css", "/nothing"} {
		if resp, _ := get(t, s, path, nil); resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", path, resp.StatusCode)
		}
	}
}

func TestPagesAreFetchedOnlyWhenChanged(t *testing.T) {
	t.Parallel()
	p := newProduct(t, nil)
	s := start(t, p, nil)
	send(t, s, patient, "một")
	settle(t, s)
	for _, path := range []string{"/handset", "/handset/" + patient} {
		resp, _ := get(t, s, path, nil)
		tag := resp.Header.Get("ETag")
		same := func(r *http.Request) { r.Header.Set("If-None-Match", tag) }
		if resp, body := get(t, s, path, same); resp.StatusCode != http.StatusNotModified || body != "" {
			t.Errorf("%s: %d", path, resp.StatusCode)
		}
		send(t, s, patient, "hai")
		settle(t, s)
		if resp, body := get(t, s, path, same); resp.StatusCode != 200 || !strings.Contains(body, "hai") {
			t.Errorf("%s after a message: %d", path, resp.StatusCode)
		}
	}
}

func TestListFindsPhones(t *testing.T) {
	t.Parallel()
	s := start(t, newProduct(t, nil), nil)
	for typed, want := range map[string]string{
		"0356 000 640":     "/handset/+84356000640",
		"+84 356.000.640":  "/handset/+84356000640",
		"+1 202-555-0123 ": "/handset/+12025550123",
		"abc":              "",
	} {
		resp, body := get(t, s, "/handset?number="+url.QueryEscape(typed), nil)
		location, err := url.PathUnescape(resp.Header.Get("Location"))
		if err != nil || location != want {
			t.Errorf("%q leads to %q, want %q", typed, location, want)
		}
		if want == "" && !strings.Contains(body, "Chưa đọc được số này") {
			t.Errorf("%q: the page does not say that it is no number", typed)
		}
	}
	var f frame
	for number, want := range map[string]string{"+84356000640": "0356 000 640", "+842983555010": "0298 3555 010", longCode: longCode, "DLXH": "DLXH"} {
		if got := f.Pretty(number); got != want {
			t.Errorf("%s: %q, want %q", number, got, want)
		}
	}
}

func TestLinks(t *testing.T) {
	t.Parallel()
	s := start(t, nil, nil)
	for text, want := range map[string][]string{
		"khong co":                              nil,
		"Xem https://a.example/r/x?y=1&z=2.":    {"https://a.example/r/x?y=1&z=2"},
		"a.example/r/AbC-_9, hoac b.example/q!": {"https://a.example/r/AbC-_9", "https://b.example/q"},
		"http://127.0.0.1:8080/r/x":             {"http://127.0.0.1:8080/r/x"},
		"gia 1.500/2.000 dong, 17h 18/12":       nil,
		"javascript:alert(1)":                   nil,
	} {
		var got []string
		whole := ""
		for _, part := range s.partsOf(text) {
			whole += part.Text
			if part.URL != "" {
				got = append(got, part.URL)
			}
		}
		if !slices.Equal(got, want) || whole != text {
			t.Errorf("%q: links %v, want %v; text %q", text, got, want, whole)
		}
	}
}

// What has arrived on a phone stays there when the API forgets it.
func TestPhoneKeepsRedactedText(t *testing.T) {
	t.Parallel()
	s := start(t, newProduct(t, nil), nil)
	sid := send(t, s, patient, "Moi Ong/Ba")["sid"].(string)
	settle(t, s)
	if status, _ := api(t, s, "DELETE", "/Messages/"+sid+".json", nil); status != http.StatusNoContent {
		t.Fatalf("delete: %d", status)
	}
	if _, body := get(t, s, "/handset/"+patient, nil); !strings.Contains(body, "Moi Ong/Ba") {
		t.Error("the text has left the phone")
	}
}

// Both languages say something for every word.
func TestWordsAreComplete(t *testing.T) {
	t.Parallel()
	for _, w := range []words{vietnamese, english} {
		for i, value := range w.all() {
			if value == "" {
				t.Errorf("%s: word %d is missing", w.Lang, i)
			}
		}
	}
}

// all lists the fields of w.
func (w words) all() []string {
	v := reflect.ValueOf(w)
	list := make([]string, v.NumField())
	for i := range list {
		list[i] = v.Field(i).String()
	}
	return list
}
