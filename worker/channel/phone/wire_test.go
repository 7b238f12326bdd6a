package phone

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"canvass/dispatch/survey"
	"canvass/worker/channel"
)

func message() channel.Message {
	return channel.Message{Ref: "a1", Channel: survey.SMS, From: "+842983555010", To: "+84912340001", Body: "Moi Ong/Ba tra loi"}
}

func at(t *testing.T, base string, change func(*Config)) *Provider {
	t.Helper()
	cfg := Config{AccountSID: "AC1", AuthToken: "t0ken", BaseURL: base, Timeout: 5 * time.Second}
	if change != nil {
		change(&cfg)
	}
	p, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

func failed(t *testing.T, err error) *channel.SendError {
	t.Helper()
	var e *channel.SendError
	if !errors.As(err, &e) {
		t.Fatalf("%v is no *channel.SendError", err)
	}
	if strings.Contains(err.Error(), "+84") {
		t.Errorf("the error tells a number: %v", err)
	}
	return e
}

// What an answer becomes that is not the simulator's.
func TestAnswers(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		status int
		body   string
		class  channel.Class
		code   string
		wait   time.Duration
	}{
		{"twilio's refusal", 400, `{"code":21211,"message":"Invalid 'To' +84912340001","status":400}`, channel.Permanent, "21211", 0},
		{"too fast", 429, `{"code":20429,"message":"x","status":429}`, channel.Throttled, "20429", 7 * time.Second},
		{"their fault", 500, `{"code":20500,"message":"x","status":500}`, channel.Temporary, "20500", 0},
		{"a proxy's 429", 429, `slow down`, channel.Throttled, "http 429", 7 * time.Second},
		{"a gateway's 502", 502, `<html>bad gateway</html>`, channel.Unknown, "http 502", 0},
		{"json of a stranger", 503, `{}`, channel.Unknown, "http 503", 0},
		{"a proxy's 407", 407, `<html>`, channel.Config, "http 407", 0},
		{"somewhere else", 302, ``, channel.Config, "http 302", 0},
		{"taken, then gibberish", 201, `<html>`, channel.Unknown, "http 201", 0},
		{"taken without a sid", 201, `{}`, channel.Unknown, "", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if tt.wait != 0 {
					w.Header().Set("Retry-After", "7")
				}
				w.Header().Set("Location", "/elsewhere")
				w.WriteHeader(tt.status)
				fmt.Fprint(w, tt.body)
			}))
			defer server.Close()
			_, err := at(t, server.URL, nil).Send(t.Context(), message())
			e := failed(t, err)
			if e.Class != tt.class || e.Code != tt.code || e.RetryAfter != tt.wait {
				t.Errorf("%s %q after %v, want %s %q after %v", e.Class, e.Code, e.RetryAfter, tt.class, tt.code, tt.wait)
			}
		})
	}
}

// Up to the connection nothing can have left; from then on only an answer tells.
func TestLostOnTheWay(t *testing.T) {
	t.Parallel()
	t.Run("nobody listens", func(t *testing.T) {
		t.Parallel()
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		p := at(t, "http://"+listener.Addr().String(), nil)
		listener.Close()
		_, err = p.Send(t.Context(), message())
		if e := failed(t, err); e.Class != channel.Temporary || e.Detail != "connect" {
			t.Errorf("%v", e)
		}
		if e := failed(t, p.Check(t.Context())); e.Class != channel.Temporary {
			t.Errorf("Check: %v", e)
		}
	})
	t.Run("cut while answering", func(t *testing.T) {
		t.Parallel()
		server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
		defer server.Close()
		p := at(t, server.URL, nil)
		_, err := p.Send(t.Context(), message())
		if e := failed(t, err); e.Class != channel.Unknown {
			t.Errorf("%v", e)
		}
		if e := failed(t, p.Check(t.Context())); e.Class != channel.Temporary {
			t.Errorf("reading leaves no doubt: %v", e)
		}
	})
	t.Run("cancelled while waiting", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		release := make(chan struct{})
		server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			cancel()
			<-release
		}))
		defer server.Close()
		defer close(release)
		_, err := at(t, server.URL, nil).Send(ctx, message())
		if e := failed(t, err); e.Class != channel.Unknown {
			t.Errorf("%v", e)
		}
	})
	t.Run("a certificate of nobody", func(t *testing.T) {
		t.Parallel()
		server := httptest.NewUnstartedServer(http.NotFoundHandler())
		server.Config.ErrorLog = log.New(io.Discard, "", 0)
		server.StartTLS()
		defer server.Close()
		_, err := at(t, server.URL, nil).Send(t.Context(), message())
		if e := failed(t, err); e.Class != channel.Config || e.Detail != "certificate" {
			t.Errorf("%v", e)
		}
	})
}

// The limit is read once more when the body is about to leave.
func TestLateOnTheWay(t *testing.T) {
	t.Parallel()
	var bodies atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if body, err := io.ReadAll(r.Body); err == nil && len(body) > 0 {
			bodies.Add(1)
		}
	}))
	defer server.Close()
	start := time.Now()
	var asked atomic.Int64
	p := at(t, server.URL, func(c *Config) {
		c.Now = func() time.Time { return start.Add(time.Duration(asked.Add(1)) * time.Minute) }
	})
	m := message()
	m.SendBefore = start.Add(90 * time.Second) // after the first look, before the second
	_, err := p.Send(t.Context(), m)
	if e := failed(t, err); e.Class != channel.Late {
		t.Errorf("%v", e)
	}
	if asked.Load() < 2 || bodies.Load() != 0 {
		t.Errorf("looked %d times, %d bodies left", asked.Load(), bodies.Load())
	}
}

// What the wire carries: our login, our account, the address below a path, and
// callbacks that are asked to be repeated.
func TestRequest(t *testing.T) {
	t.Parallel()
	got := make(chan *http.Request, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		got <- r
		w.WriteHeader(http.StatusCreated)
		fmt.Fprint(w, `{"sid":"XX1","num_segments":"2"}`)
	}))
	defer server.Close()
	p := at(t, server.URL+"/edge", func(c *Config) { c.APIKey, c.APISecret = "SK1", "s3cret" })

	m := message()
	m.StatusURL = "https://khaosat.lamxuyen.example/s?ref=a1"
	receipt, err := p.Send(t.Context(), m)
	if err != nil || receipt.ProviderID != "XX1" || receipt.Segments != 2 {
		t.Fatalf("%+v %v", receipt, err)
	}
	r := <-got
	user, password, _ := r.BasicAuth()
	if user != "SK1" || password != "s3cret" || r.URL.Path != "/edge/2010-04-01/Accounts/AC1/Messages.json" {
		t.Errorf("%s %s %s", user, password, r.URL.Path)
	}
	if url := r.PostForm.Get("StatusCallback"); url != m.StatusURL+"#rc=3&rp=ct,rt,5xx" {
		t.Errorf("callback %s", url)
	}
	if r.PostForm.Get("ValidityPeriod") != "3600" || r.PostForm.Get("From") != m.From || r.PostForm.Get("Body") != m.Body {
		t.Errorf("form %v", r.PostForm)
	}

	m.Channel, m.AnswerURL = survey.Call, "https://khaosat.lamxuyen.example/v?ref=a1"
	if _, err := p.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	r = <-got
	if r.PostForm.Get("Url") != m.AnswerURL || r.PostForm.Get("Timeout") != "30" || r.PostForm.Has("MachineDetection") ||
		strings.Join(r.PostForm["StatusCallbackEvent"], " ") != "answered completed" {
		t.Errorf("form %v", r.PostForm)
	}

	m.Channel, m.From = survey.SMS, "MG"+strings.Repeat("0", 32)
	if _, err := p.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if r = <-got; r.PostForm.Get("MessagingServiceSid") != m.From || r.PostForm.Has("From") {
		t.Errorf("form %v", r.PostForm)
	}
	m.Channel = survey.Mail
	_, err = p.Send(t.Context(), m)
	if e := failed(t, err); e.Class != channel.Config {
		t.Errorf("a mail by phone: %v", e)
	}
}
