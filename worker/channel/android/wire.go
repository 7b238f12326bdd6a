package android

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"canvass/worker/channel"
)

// maxAnswer bounds what is read of an answer, in bytes.
const maxAnswer = 256 << 10

// errLate is the limit of a message, met before its body was handed over.
var errLate = errors.New("late")

// newTransport is what all requests share. A password that goes unencrypted goes
// through no proxy.
func newTransport(base *url.URL) *http.Transport {
	t := &http.Transport{
		DialContext:         (&net.Dialer{Timeout: 4 * time.Second}).DialContext,
		TLSHandshakeTimeout: 4 * time.Second,
		ForceAttemptHTTP2:   true,
		MaxIdleConnsPerHost: 16,
		IdleConnTimeout:     30 * time.Second,
		TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12},
	}
	if base != nil && base.Scheme == "https" {
		t.Proxy = http.ProxyFromEnvironment
	}
	return t
}

// A question is one API call.
type question struct {
	method, path string
	query        url.Values
	body         []byte
	over         func() bool // the message may no longer be handed over; nil: there is none
}

// An answer is what the gateway said to a call.
type answer struct {
	status int
	body   []byte // cut at maxAnswer, and at what came of it
	wait   time.Duration
	date   time.Time // the other side's clock; zero if it did not say
}

// good reports whether the call did what was asked.
func (a answer) good() bool { return a.status >= 200 && a.status < 300 }

// ask makes one call. It follows no redirect: the password is for the gateway
// alone. An error says that no answer came.
func (p *Provider) ask(ctx context.Context, q question) (answer, *channel.SendError) {
	over := func() bool { return ctx.Err() != nil || q.over != nil && q.over() }
	inner, cancel := context.WithTimeout(ctx, p.config.Timeout)
	defer cancel()
	var begun atomic.Bool // a connection was in hand: something may have left
	inner = httptrace.WithClientTrace(inner, &httptrace.ClientTrace{
		GetConn: func(string) { begun.Store(false) },
		GotConn: func(httptrace.GotConnInfo) { begun.Store(true) },
	})
	req, err := p.request(inner, q, over)
	if err != nil {
		return answer{}, &channel.SendError{Class: channel.Config, Code: "request", Detail: "cannot be made"}
	}
	resp, err := p.transport.RoundTrip(req)
	if err != nil {
		return answer{}, failure(err, begun.Load(), over())
	}
	defer resp.Body.Close()
	a := answer{status: resp.StatusCode}
	a.body, _ = io.ReadAll(io.LimitReader(resp.Body, maxAnswer)) // the status has said what matters
	if seconds, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && seconds > 0 {
		a.wait = time.Duration(min(seconds, 3600)) * time.Second
	}
	a.date, _ = http.ParseTime(resp.Header.Get("Date"))
	return a, nil
}

func (p *Provider) request(ctx context.Context, q question, over func() bool) (*http.Request, error) {
	address := *p.base
	address.Path = strings.TrimRight(address.Path, "/") + "/" + q.path
	address.RawQuery = q.query.Encode()
	req, err := http.NewRequestWithContext(ctx, q.method, address.String(), nil)
	if err != nil {
		return nil, err
	}
	req.SetBasicAuth(p.config.User, p.config.Password)
	req.Header.Set("Accept", "application/json")
	if q.body != nil {
		open := func() (io.ReadCloser, error) { return &gate{over: over, body: bytes.NewReader(q.body)}, nil }
		req.Body, _ = open()
		req.GetBody, req.ContentLength = open, int64(len(q.body))
		req.Header.Set("Content-Type", "application/json")
	}
	return req, nil
}

// gate is a request body that is not handed over once it is too late. A request
// cut before its body is none to the other side.
type gate struct {
	over   func() bool
	opened bool
	body   *bytes.Reader
}

// Read checks the limit before the first byte.
func (g *gate) Read(b []byte) (int, error) {
	if !g.opened && g.over() {
		return 0, errLate
	}
	g.opened = true
	return g.body.Read(b)
}

// Close does nothing: the body is in memory.
func (g *gate) Close() error { return nil }

// failure classes a call without an answer.
func failure(err error, begun, over bool) *channel.SendError {
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.Is(err, errLate):
		return &channel.SendError{Class: channel.Late, Detail: "limit"}
	case begun:
		return &channel.SendError{Class: channel.Unknown, Detail: "no answer"}
	case over:
		return &channel.SendError{Class: channel.Late, Detail: "limit"}
	case errors.As(err, &certificate):
		return &channel.SendError{Class: channel.Config, Code: "certificate", Detail: "not trusted"}
	}
	return &channel.SendError{Class: channel.Temporary, Detail: "connect"} // the phone, or its network, is off
}
