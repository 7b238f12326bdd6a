package main

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// Whoever sends a request a crumb at a time is cut off, in its head and in its
// body, and so is a head without end; others are served meanwhile.
func TestWhoeverDribblesIsCutOff(t *testing.T) {
	t.Parallel()
	gone := make(chan error, 1)
	srv := newServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			_, err := io.ReadAll(r.Body)
			gone <- err
		}
	}))
	for name, d := range map[string]time.Duration{"header": srv.ReadHeaderTimeout, "read": srv.ReadTimeout, "write": srv.WriteTimeout, "idle": srv.IdleTimeout} {
		if d <= 0 || d > time.Minute {
			t.Errorf("%s: %v", name, d)
		}
	}
	if srv.MaxHeaderBytes <= 0 || srv.MaxHeaderBytes > 64<<10 {
		t.Errorf("a head of %d bytes", srv.MaxHeaderBytes)
	}
	// The same server in a hurry, so that the test need not wait.
	srv.ReadHeaderTimeout, srv.ReadTimeout = 100*time.Millisecond, 200*time.Millisecond
	ts := httptest.NewUnstartedServer(nil)
	ts.Config = srv
	ts.Start()
	t.Cleanup(ts.Close)
	dial := func(send string) net.Conn {
		c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", ts.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		if _, err := io.WriteString(c, send); err != nil {
			t.Fatal(err)
		}
		return c
	}
	head := dial("GET /r/x HTTP/1.1\r\nHost: a.example\r\nX-")
	body := dial("POST /r/x HTTP/1.1\r\nHost: a.example\r\nContent-Length: 50000\r\n\r\ndo=next")
	if res, err := http.Get(ts.URL); err != nil || res.StatusCode != 200 {
		t.Errorf("somebody else: %v", err)
	} else {
		_ = res.Body.Close()
	}
	for name, c := range map[string]net.Conn{"head": head, "body": body} {
		_ = c.SetReadDeadline(time.Now().Add(time.Minute))
		if _, err := io.ReadAll(c); err != nil {
			t.Errorf("%s: not cut off: %v", name, err)
		}
	}
	if err := <-gone; err == nil {
		t.Error("half a body was taken for a whole one")
	}
	long := dial("GET /" + strings.Repeat("a", 64<<10) + " HTTP/1.1\r\nHost: a.example\r\n\r\n")
	_ = long.SetReadDeadline(time.Now().Add(time.Minute))
	if b, _ := io.ReadAll(long); !strings.Contains(string(b), "431") {
		t.Errorf("a long head: %.80q", b)
	}
}
