package smtpsink

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// get asks the mailbox and returns the response with its whole body.
func get(t *testing.T, s *Sink, path string) (*http.Response, string) {
	t.Helper()
	client := http.Client{Timeout: 10 * time.Second}
	r, err := client.Get(s.WebURL() + path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r, string(body)
}

// elements returns the attributes of every element of that name in a page.
func elements(page, name string) []map[string]string {
	var found []map[string]string
	for z := html.NewTokenizer(strings.NewReader(page)); z.Next() != html.ErrorToken; {
		if token := z.Token(); token.Data == name && token.Type != html.EndTagToken {
			attrs := make(map[string]string)
			for _, a := range token.Attr {
				attrs[a.Key] = a.Val
			}
			found = append(found, attrs)
		}
	}
	return found
}

const hostile = `Message-ID: <h@x.example>
From: "<script>alert('from')</script>" <a@x.example>
To: "<img src=x onerror=alert(1)>" <lan@x.example>
Reply-To: <script>alert('reply')</script>
Subject: <script>alert("subject")</script></title>
X-Evil: "><script>alert('header')</script>
Content-Type: multipart/alternative; boundary=b

--b
Content-Type: text/plain

<script>alert('text')</script> https://khaosat.example/"onmouseover=alert(1)
--b
Content-Type: text/html

<!doctype html><html><head><base href="https://evil.example/"><script>alert('html')</script></head>
<body onload="alert(2)"><a href="javascript:alert(3)">x</a><a href="https://khaosat.example/r/1">tra loi</a></body></html>
--b--
`

// TestHostileMail: whatever a mail contains, no page of the mailbox holds its
// markup, and the one response that does forbids script in every way there is.
func TestHostileMail(t *testing.T) {
	t.Parallel()
	s := start(t, Config{})
	if err := dial(t, s).SendMail(`"<script>"@x.example`, []string{"lan@x.example"}, strings.NewReader(string(crlf(hostile)))); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/", "/?q=%3Cscript%3Elan", "/m/1", "/m/1?view=html", "/m/1?view=text", "/m/1?view=source", "/m/1?view=header", `/m/1?view="><script>`, "/?lang=en&show=refused&q=%22%3E%3Cscript%3E"} {
		r, page := get(t, s, path)
		if got := r.Header.Get("Content-Security-Policy"); got != pagePolicy {
			t.Errorf("%s: policy %q", path, got)
		}
		if found := elements(page, "script"); found != nil || r.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d, script elements %v", path, r.StatusCode, found)
		}
		if found := elements(page, "img"); found != nil {
			t.Errorf("%s: pictures %v", path, found)
		}
		for _, a := range elements(page, "a") {
			if strings.HasPrefix(a["href"], "javascript:") || a["onmouseover"] != "" {
				t.Errorf("%s: link %v", path, a)
			}
		}
	}

	_, page := get(t, s, "/m/1")
	frames := elements(page, "iframe")
	if len(frames) != 1 || frames[0]["src"] != "/m/1/body" || frames[0]["srcdoc"] != "" {
		t.Fatalf("frames %v", frames)
	}
	r, body := get(t, s, "/m/1/body")
	policy := r.Header.Get("Content-Security-Policy")
	for name, sandbox := range map[string]string{"frame": frames[0]["sandbox"], "policy": policy} {
		for _, word := range []string{"allow-scripts", "allow-same-origin", "allow-forms", "allow-top-navigation"} {
			if strings.Contains(sandbox, word) {
				t.Errorf("the %s has %s", name, word)
			}
		}
	}
	for _, want := range []string{"sandbox", "default-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'self'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("policy of the body lacks %s: %s", want, policy)
		}
	}
	if strings.Contains(policy, "script-src") || r.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("headers of the body: %v", r.Header)
	}
	if bases := elements(body, "base"); len(bases) != 2 || bases[0]["target"] != "_blank" {
		t.Errorf("the mail's own <base> comes first: %v", bases)
	}

	r, raw := get(t, s, "/m/1/raw")
	if raw != string(crlf(hostile)) || !strings.HasPrefix(r.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("raw: %v %q", r.Header, raw)
	}
}

func TestMailboxPages(t *testing.T) {
	t.Parallel()
	s := start(t, Config{HandsetURL: "http://127.0.0.1:1/handset"})
	_, page := get(t, s, "/")
	if !strings.Contains(page, vietnamese().Empty) || !strings.Contains(page, `href="http://127.0.0.1:1/handset"`) {
		t.Errorf("empty mailbox:\n%s", page)
	}
	c := dial(t, s)
	for i := range listPage + 1 {
		if err := send(c, fmt.Sprintf("%d@x.example", i), fmt.Sprintf("n%d@x.example", i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := send(c, "b@x.example", "oanh+bounce@x.example"); err == nil {
		t.Fatal("bounce was taken")
	}
	for _, tc := range []struct {
		path   string
		status int
		has    []string
		lacks  []string
	}{
		{"/", 200, []string{`<html lang="vi">`, "Mời trả lời", "n50@x.example", "n1@x.example", "before=2", "Không nhận 1"}, []string{"n0@x.example"}},
		{"/?before=2", 200, []string{"n0@x.example", vietnamese().Newest}, []string{"n1@x.example"}},
		{"/?before=abc", 200, []string{"n50@x.example"}, nil},
		{"/?lang=en", 200, []string{`<html lang="en">`, english().Search, "/m/51?lang=en", `href="/?lang=vi"`}, []string{vietnamese().Search}},
		{"/?q=N4@X", 200, []string{"n4@x.example", `value="N4@X"`, "/m/5?q=N4%40X"}, []string{"n5@x.example"}},
		{"/?q=nobody", 200, []string{vietnamese().NoMatch}, []string{"/m/"}},
		{"/?show=refused", 200, []string{"oanh+bounce@x.example", "từ chối 550 5.1.1"}, []string{"/m/1", "n50@x.example"}},
		{"/m/3", 200, []string{"n2@x.example", "https://khaosat.example/r/abc", vietnamese().NoHTML, `class="at-letter"`}, []string{"iframe"}},
		{"/m/3?view=header&lang=en", 200, []string{"Subject", sender, `href="/m/3?lang=vi&view=header"`}, nil},
		{"/m/99", 404, []string{vietnamese().Missing}, nil},
		{"/m/x", 404, []string{vietnamese().Missing}, nil},
		{"/m/99/raw", 404, nil, nil},
		{"/m/3/body", 404, nil, nil},
		{"/nowhere", 404, nil, nil},
		{"/web/tokens.css", 200, []string{"--paper"}, nil},
		{"/web/mailbox.css", 200, []string{".letter"}, nil},
	} {
		r, source := get(t, s, tc.path)
		page := html.UnescapeString(source)
		if r.StatusCode != tc.status {
			t.Errorf("%s: status %d, want %d", tc.path, r.StatusCode, tc.status)
		}
		for _, want := range tc.has {
			if !strings.Contains(page, want) {
				t.Errorf("%s lacks %q", tc.path, want)
			}
		}
		for _, unwanted := range tc.lacks {
			if strings.Contains(page, unwanted) {
				t.Errorf("%s has %q", tc.path, unwanted)
			}
		}
		if strings.Contains(page, "style=") {
			t.Errorf("%s has an inline style, which the policy forbids", tc.path)
		}
	}
}

func TestOnlyLoopbackNames(t *testing.T) {
	t.Parallel()
	s := start(t, Config{})
	for host, status := range map[string]int{
		"localhost:1": 200, "127.0.0.1": 200, "[::1]:80": 200,
		"evil.example": 421, "evil.example:80": 421, "10.0.0.1:80": 421,
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.WebURL()+"/api/counts", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = host
		r, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = r.Body.Close()
		if r.StatusCode != status {
			t.Errorf("Host %s: %d, want %d", host, r.StatusCode, status)
		}
	}
	r, err := http.Post(s.WebURL()+"/api/counts", "text/plain", nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Body.Close()
	if r.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", r.StatusCode)
	}
}

func TestAPI(t *testing.T) {
	t.Parallel()
	s := start(t, Config{})
	c := dial(t, s)
	for _, id := range []string{"1@x.example", "2@x.example", "2@x.example"} {
		if err := send(c, id, "lan+greylist@x.example"); err == nil {
			continue
		}
		if err := send(c, id, "lan+greylist@x.example"); err != nil {
			t.Fatal(err)
		}
	}
	if err := send(c, "3@x.example", "minh@x.example"); err != nil {
		t.Fatal(err)
	}
	checkPages(t, s)
	checkTotals(t, s)
}

type answer struct {
	Messages []apiMessage
	Last     int64
}

func checkPages(t *testing.T, s *Sink) {
	t.Helper()
	for path, want := range map[string]struct {
		seqs []int64
		last int64
	}{
		"/api/messages":                                     {[]int64{1, 2, 3, 4}, 4},
		"/api/messages?after=2":                             {[]int64{3, 4}, 4},
		"/api/messages?after=4":                             {[]int64{}, 4},
		"/api/messages?after=99":                            {[]int64{}, 99},
		"/api/messages?limit=2":                             {[]int64{1, 2}, 2},
		"/api/messages?to=MINH@x.example":                   {[]int64{4}, 4},
		"/api/messages?to=lan%2Bgreylist@x.example":         {[]int64{1, 2, 3}, 4},
		"/api/messages?to=lan%2Bgreylist@x.example&limit=1": {[]int64{1}, 1},
		"/api/messages?to=nobody@x.example":                 {[]int64{}, 4},
	} {
		r, body := get(t, s, path)
		var got answer
		if err := json.Unmarshal([]byte(body), &got); err != nil || r.Header.Get("Content-Type") != "application/json" {
			t.Fatalf("%s: %v %s", path, err, body)
		}
		seqs := []int64{}
		for _, m := range got.Messages {
			seqs = append(seqs, m.Seq)
		}
		if !reflect.DeepEqual(seqs, want.seqs) || got.Last != want.last {
			t.Errorf("%s: %v last %d, want %v", path, seqs, got.Last, want)
		}
	}
	for _, path := range []string{"/api/messages?after=x", "/api/messages?after=-1", "/api/messages?limit=0", "/api/messages?after=99999999999999999999"} {
		if r, _ := get(t, s, path); r.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: %d", path, r.StatusCode)
		}
	}
	_, body := get(t, s, "/api/messages?after=2&limit=1")
	var got answer
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatal(err)
	}
	if m := got.Messages[0]; m.Times != 2 || m.Subject != "Mời trả lời" || m.From != sender || len(m.Links) != 1 || m.Tag != TagGreylist {
		t.Errorf("mail 3: %+v", m)
	}

}

func checkTotals(t *testing.T, s *Sink) {
	t.Helper()
	_, body := get(t, s, "/api/counts")
	var counts Counts
	if err := json.Unmarshal([]byte(body), &counts); err != nil || counts != (Counts{Accepted: 4, Repeats: 1, Deferred: 2, Greylisted: 2}) {
		t.Errorf("%v %s", err, body)
	}
	_, body = get(t, s, "/api/received")
	if want := `{"1@x.example":1,"2@x.example":2,"3@x.example":1}` + "\n"; body != want {
		t.Errorf("received %s, want %s", body, want)
	}
}

// TestWordsComplete: every word is there in both languages.
func TestWordsComplete(t *testing.T) {
	t.Parallel()
	vi, en := reflect.ValueOf(vietnamese()), reflect.ValueOf(english())
	for i := range vi.NumField() {
		name := vi.Type().Field(i).Name
		if vi.Field(i).String() == "" || en.Field(i).String() == "" {
			t.Errorf("%s is missing", name)
		}
		if strings.Contains(vi.Field(i).String(), "{n}") != strings.Contains(en.Field(i).String(), "{n}") {
			t.Errorf("%s takes a value in one language only", name)
		}
	}
}

func TestOutcomes(t *testing.T) {
	t.Parallel()
	w := english()
	for _, tc := range []struct {
		m    Message
		want string
	}{
		{Message{Times: 1}, "taken"},
		{Message{Times: 3, Tag: TagDropAfter}, "taken, time 3"},
		{Message{Times: 1, Tag: TagDropAfter}, "taken, then cut off"},
		{Message{Times: 1, Tag: TagGreylist2, Refused: 2}, "taken at attempt 3"},
		{Message{Times: 1, Tag: TagSlow}, "taken, slow reply"},
		{Message{Times: 1, Tag: TagLateBounce}, "taken, then bounced 5.1.1"},
		{Message{Times: 1, Tag: TagLateFull}, "taken, then bounced 5.2.2"},
		{Message{Times: 1, Tag: TagLateDelayed}, "taken, then reported late 4.4.1"},
		{Message{Times: 1, Tag: TagAutoReply}, "taken, answered by a machine"},
		{Message{Times: 1, Tag: TagComplaint}, "taken, then called spam"},
	} {
		if got := w.outcomeOf(tc.m).Words; got != tc.want {
			t.Errorf("%+v: %q, want %q", tc.m, got, tc.want)
		}
	}
	for code, want := range map[int]string{450: "deferred 450 4.7.1", 550: "refused 550 4.7.1", 0: "cut off without a reply"} {
		if got := w.outcomeOfRefusal(Refusal{Code: code, Status: "4.7.1"}).Words; got != want {
			t.Errorf("%d: %q, want %q", code, got, want)
		}
	}
	if vi, en := vietnamese().count(1284500), w.count(999); vi != "1.284.500" || en != "999" {
		t.Errorf("counts %q %q", vi, en)
	}
}
