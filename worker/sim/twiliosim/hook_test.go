package twiliosim

import (
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"testing"
	"time"
)

func TestSignature(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		token, url string
		form       url.Values
		want       string
	}{
		// From the tests of twilio-go v1.31.0.
		"library": {"12345", "https://mycompany.com/myapp.php?foo=1&bar=2", url.Values{
			"CallSid": {"CA1234567890ABCDE"}, "Caller": {"+14158675309"}, "From": {"+14158675309"}, "Digits": {"1234"},
			"To": {"+18005551212"}, "ReasonConferenceEnded": {"test"}, "Reason": {"Participant"},
		}, "vOEb5UThFn24KEfnOFLQY2AE5FY="},
		// printf 'https://a.example/x?b=2A1A2Za0' | openssl dgst -sha1 -hmac 12345 -binary | base64
		// Capitals sort before small letters; values of one key sort and count once.
		"order and repetition": {"12345", "https://a.example/x?b=2", url.Values{"a": {"0"}, "Z": {""}, "A": {"2", "1", "2"}},
			"LrQ7QowooTAIGRRAn6H7tmiSkVM="},
		// printf 'https://a.example/x' | openssl dgst -sha1 -hmac 12345 -binary | base64
		"GET": {"12345", "https://a.example/x", nil, "YvHFDexh+EP8cKckEWSk3NgtyiQ="},
	} {
		if got := Signature(c.token, c.url, c.form); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestPolicyOf(t *testing.T) {
	t.Parallel()
	for fragment, want := range map[string]struct {
		retries int
		on      []string
		read    time.Duration
		bad     bool
	}{
		"":                       {1, []string{"ct"}, 15 * time.Second, false},
		"rc=3&rp=5xx,ct,rt":      {3, []string{"5xx", "ct", "rt"}, 15 * time.Second, false},
		"rc=6&rt=99&tt=20000":    {1, []string{"ct"}, 15 * time.Second, false},
		"rc=0&rt=100":            {0, []string{"ct"}, 100 * time.Millisecond, false},
		"rp=sometimes":           {1, []string{"ct"}, 15 * time.Second, true},
		"rc=5&rp=all&unknown=ok": {5, []string{"all"}, 15 * time.Second, false},
	} {
		p, bad := policyOf(fragment)
		if (bad != nil) != want.bad || p.retries != want.retries || p.read != want.read || len(p.on) != len(want.on) {
			t.Errorf("%q: %+v %v", fragment, p, bad)
		}
		for _, word := range want.on {
			if !p.on[word] {
				t.Errorf("%q: %s is missing", fragment, word)
			}
		}
	}
}

func TestRetriesAndFragment(t *testing.T) {
	t.Parallel()
	for fragment, want := range map[string]int{"": 1, "#rc=2&rp=5xx": 3, "#rc=2&rp=4xx,ct": 1, "#rc=1&rp=all": 2, "#rc=0&rp=all": 1} {
		p := newProduct(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
		s := start(t, p, nil)
		h := hook{sid: "SM1", url: publicBase + "/hook?x=1" + fragment, form: url.Values{"A": {"1"}}, token: "one"}
		if _, err := s.post(h); err == nil {
			t.Error("a status of 500 was taken")
		}
		calls := p.seen() // newProduct has checked each signature over the address without fragment
		if len(calls) != want {
			t.Errorf("%q: %d requests, want %d", fragment, len(calls), want)
		}
		for _, c := range calls {
			if c.token != "one" || c.path != "/hook?x=1" {
				t.Errorf("%q: %+v", fragment, c)
			}
		}
		if got := faultCodes(s); !slices.Equal(got, []int{11200}) {
			t.Errorf("%q: faults %v", fragment, got)
		}
	}
}

func TestHookGET(t *testing.T) {
	t.Parallel()
	p := newProduct(t, nil)
	s := start(t, p, nil)
	for _, address := range []string{"/hook", "/hook?x=1"} {
		if _, err := s.post(hook{url: publicBase + address, method: http.MethodGet, form: url.Values{"CallSid": {"CA1"}}}); err != nil {
			t.Fatal(err)
		}
	}
	if c := p.seen(); c[0].path != "/hook?CallSid=CA1" || c[1].path != "/hook?x=1&CallSid=CA1" {
		t.Errorf("%+v", c)
	}
}

func TestHookFaults(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := "http://" + listener.Addr().String()
	listener.Close()
	slow := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	t.Cleanup(slow.Close)
	large := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write(make([]byte, maxDocument+1)) }))
	t.Cleanup(large.Close)
	moved := httptest.NewServer(http.RedirectHandler("http://elsewhere.example/", http.StatusFound))
	t.Cleanup(moved.Close)
	s := start(t, nil, nil)
	for address, code := range map[string]int{
		closed + "/x":                    11205,
		slow.URL + "/x#rt=100":           11200,
		large.URL:                        11750,
		moved.URL:                        11200,
		"https://outside.example/x":      11210,
		"http://192.0.2.1/x":             11210,
		"ftp://127.0.0.1/x":              11210,
		"http://127.0.0.1.example/":      11210,
		"http://user@outside.example:80": 11210,
	} {
		var fault *hookError
		if _, err := s.post(hook{sid: "SM1", url: address}); !errors.As(err, &fault) || fault.code != code {
			t.Errorf("%s: %v, want %d", address, err, code)
		}
	}
}

func TestFaultListIsBounded(t *testing.T) {
	t.Parallel()
	s := start(t, nil, nil)
	for range 3 * maxFaults {
		s.fault("SM1", &hookError{11200, "x"})
	}
	if n := len(s.Errors()); n > maxFaults || n < maxFaults/2 {
		t.Errorf("%d faults kept", n)
	}
}
