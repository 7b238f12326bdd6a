package androidsim

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// ear keeps what it is told, and takes it only after some tries.
type ear struct {
	mu    sync.Mutex
	deaf  int // requests to be refused first
	heard []map[string]any
	bad   int // with a wrong signature
}

func (e *ear) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	e.mu.Lock()
	defer e.mu.Unlock()
	if Sign(DefaultHookKey, body, r.Header.Get("X-Timestamp")) != r.Header.Get("X-Signature") {
		e.bad++
	}
	if e.deaf--; e.deaf >= 0 {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	var told map[string]any
	_ = json.Unmarshal(body, &told)
	e.heard = append(e.heard, told)
}

func (e *ear) events() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	var out []string
	for _, told := range e.heard {
		out = append(out, strings.TrimPrefix(told["event"].(string), "sms:"))
	}
	return strings.Join(out, " ")
}

type rig struct {
	testing.TB
	*Sim
	ear *ear
}

func start(t testing.TB, config Config) *rig {
	t.Helper()
	r := &rig{TB: t, ear: &ear{}}
	server := httptest.NewServer(r.ear)
	t.Cleanup(server.Close)
	config.RewriteHook = func(address string) string { return strings.Replace(address, "https://us.example", server.URL, 1) }
	s, err := Start(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	r.Sim = s
	for _, event := range []string{"received", "sent", "delivered", "failed"} {
		if code, body := r.call("POST", "/webhooks", `{"id":"w-`+event+`","url":"https://us.example/hook","event":"sms:`+event+`"}`); code != 201 {
			t.Fatalf("%d %s", code, body)
		}
	}
	return r
}

func (r *rig) call(method, path, body string) (int, string) {
	r.Helper()
	req, err := http.NewRequestWithContext(r.Context(), method, r.ServerURL()+path, bytes.NewReader([]byte(body)))
	if err != nil {
		r.Fatal(err)
	}
	req.SetBasicAuth(DefaultUser, DefaultPassword)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, ""
	}
	defer resp.Body.Close()
	b, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(b)
}

func (r *rig) settle() {
	r.Helper()
	if err := r.Settle(r.Context()); err != nil {
		r.Fatal(err)
	}
}

func text(id, to string) string {
	return `{"id":"` + id + `","textMessage":{"text":"Xin chao"},"phoneNumbers":["` + to + `"],"withDeliveryReport":true,"ttl":60}`
}

func TestALifeOfAText(t *testing.T) {
	t.Parallel()
	r := start(t, Config{})
	if code, body := r.call("POST", "/messages", text("m1", "+84312000001")); code != 202 || !strings.Contains(body, `"Pending"`) {
		t.Fatalf("%d %s", code, body)
	}
	r.settle()
	if code, body := r.call("GET", "/messages/m1", ""); code != 200 || !strings.Contains(body, `"state":"Delivered"`) {
		t.Errorf("%d %s", code, body)
	}
	if got := r.ear.events(); got != "sent delivered" && got != "delivered sent" || r.ear.bad > 0 {
		t.Errorf("told %s, %d wrongly signed", got, r.ear.bad)
	}
	if code, body := r.call("POST", "/messages", text("m1", "+84312000001")); code != 409 {
		t.Errorf("the same id: %d %s", code, body)
	}
	if code, _ := r.call("GET", "/messages/m2", ""); code != 404 {
		t.Errorf("a message that is not there: %d", code)
	}
	if got, err := r.Await(t.Context(), "+84312000001", 1); err != nil || len(got) != 1 || got[0].Body != "Xin chao" {
		t.Errorf("%v, %v", got, err)
	}
}

func TestItIsToldUntilItIsTaken(t *testing.T) {
	t.Parallel()
	r := start(t, Config{RetryDelay: time.Millisecond, Retries: 4})
	r.ear.deaf = 3
	if err := r.Write(Text{From: "0312000001", Body: "1"}); err != nil {
		t.Fatal(err)
	}
	r.settle()
	if c := r.Counts(); r.ear.events() != "received" || c.Tries != 4 || c.Told != 1 || c.Lost != 0 {
		t.Errorf("%s %+v", r.ear.events(), c)
	}
	r.ear.deaf = 100
	if err := r.Write(Text{From: "0312000001", Body: "2"}); err != nil {
		t.Fatal(err)
	}
	r.settle()
	if c := r.Counts(); c.Lost != 1 || c.Tries != 9 {
		t.Errorf("given up: %+v", c)
	}
}

func TestHeldEventsAreToldInAnyOrder(t *testing.T) {
	t.Parallel()
	r := start(t, Config{})
	r.Hold()
	r.call("POST", "/messages", text("m1", "+84312000001"))
	r.settle()
	if err := r.Write(Text{From: "0312000001", Body: "1"}); err != nil {
		t.Fatal(err)
	}
	if got := r.ear.events(); got != "" {
		t.Errorf("told %s while held", got)
	}
	r.Release(func(n int) []int { return []int{2, 1, 0, 1} })
	if got := r.ear.events(); got != "received delivered sent delivered" {
		t.Errorf("told %s", got)
	}
}

// Every line of the table does what it says.
func TestBehaviours(t *testing.T) {
	t.Parallel()
	r := start(t, Config{LateDelay: time.Millisecond})
	want := map[string][3]int{ // the first answer, the second, texts at the handset
		"9001": {400, 400, 0}, "9002": {400, 400, 0}, "9003": {202, 409, 0}, "9004": {202, 409, 0}, "9005": {202, 409, 0},
		"9006": {503, 202, 1}, "9007": {400, 202, 1}, "9008": {0, 409, 1}, "9009": {0, 0, 0}, "9010": {202, 409, 1},
		"9011": {202, 409, 1}, "9012": {202, 409, 1}, "9013": {202, 409, 1}, "9014": {202, 409, 1}, "9015": {502, 409, 1},
		"9016": {403, 403, 0}, "9017": {429, 202, 1}, "9018": {500, 500, 0},
	}
	for _, b := range Behaviours() {
		to := "+8431234" + b.Suffix
		first, _ := r.call("POST", "/messages", text("m"+b.Suffix, to))
		second, _ := r.call("POST", "/messages", text("m"+b.Suffix, to))
		r.settle()
		if got := [3]int{first, second, len(r.Got(to))}; got != want[b.Suffix] || b.Does == "" {
			t.Errorf("%s (%s): %v, want %v", b.Suffix, b.Does, got, want[b.Suffix])
		}
	}
}

func TestAPhoneThatIsOff(t *testing.T) {
	t.Parallel()
	late := time.Now()
	var mu sync.Mutex
	r := start(t, Config{Now: func() time.Time { mu.Lock(); defer mu.Unlock(); return late }})
	r.SetAway(true)
	if code, _ := r.call("POST", "/messages", text("m1", "+84312000001")); code != 202 {
		t.Errorf("its server answers %d", code)
	}
	mu.Lock()
	late = late.Add(time.Hour)
	mu.Unlock()
	r.SetAway(false)
	r.settle()
	if _, body := r.call("GET", "/messages/m1", ""); !strings.Contains(body, "TTL expired") {
		t.Errorf("%s", body)
	}
}

// The page of a handset shows what came and takes an answer; another site's page
// cannot write for it.
func TestThePageOfAHandset(t *testing.T) {
	t.Parallel()
	r := start(t, Config{})
	r.call("POST", "/messages", text("m1", "+84312000001"))
	r.settle()
	do := func(method, address, host, origin string) (int, string) {
		req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader("body=%3Cb%3E1"))
		if err != nil {
			t.Fatal(err)
		}
		req.Host = host
		req.Header.Set("Origin", origin)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		b, _ := io.ReadAll(resp.Body)
		return resp.StatusCode, string(b)
	}
	page, own := r.HandsetURL("+84312000001"), r.URL()
	if code, body := do("POST", page, "", own); code != 200 || !strings.Contains(body, "Xin chao") || !strings.Contains(body, "&lt;b&gt;1") {
		t.Errorf("%d %s", code, body)
	}
	if code, body := do("GET", own+"/handset", "", own); code != 200 || !strings.Contains(body, "+84312000001") && !strings.Contains(body, "&#43;84312000001") {
		t.Errorf("%d %s", code, body)
	}
	if code, _ := do("POST", page, "", "https://elsewhere.example"); code != 403 {
		t.Errorf("another site writes: %d", code)
	}
	if code, _ := do("GET", page, "elsewhere.example:80", own); code != 403 {
		t.Errorf("under another name: %d", code)
	}
	r.settle()
	if n := strings.Count(r.ear.events(), "received"); n != 1 {
		t.Errorf("%d answers", n)
	}
}

// It posts to nobody but this machine, and takes no webhook without TLS.
func TestItStaysAtHome(t *testing.T) {
	t.Parallel()
	if _, err := Start(Config{Addr: "0.0.0.0:0"}); err == nil {
		t.Error("it listens to the world")
	}
	s, err := Start(Config{Retries: 1, RetryDelay: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	if s.once("https://us.example/hook", []byte("{}")) {
		t.Error("it posted to the world")
	}
	r := start(t, Config{})
	if code, _ := r.call("POST", "/webhooks", `{"url":"http://us.example","event":"sms:sent"}`); code != 400 {
		t.Errorf("plain http: %d", code)
	}
	for _, bad := range []string{"{", `{"phoneNumbers":["+84312000001"]}`, text(strings.Repeat("x", 37), "+84312000001"), text("m", "0312"),
		`{"textMessage":{"text":"x"},"phoneNumbers":["+84312000001"],"ttl":1}`, `{"textMessage":{"text":"x"},"phoneNumbers":["+84312000001"],"simNumber":7}`} {
		if code, _ := r.call("POST", "/messages", bad); code != 400 {
			t.Errorf("%s: %d", bad, code)
		}
	}
	if err := r.Write(Text{From: " ", Body: "x"}); err == nil {
		t.Error("a text of nobody")
	}
}
