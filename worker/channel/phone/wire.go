package phone

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/twilio/twilio-go/client"
	openapi "github.com/twilio/twilio-go/rest/api/v2010"

	"canvass/worker/channel"
)

// errLate is the limit of a message, met before its body was handed over.
var errLate = errors.New("late")

// newTransport is what all requests share. Its dial is short, so that a dead
// network is known while there is time left.
func newTransport() *http.Transport {
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: 4 * time.Second}).DialContext,
		TLSHandshakeTimeout: 4 * time.Second,
		ForceAttemptHTTP2:   true,
		MaxIdleConnsPerHost: 32,
		IdleConnTimeout:     time.Minute,
		TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12},
	}
}

// exchange is one API call on its way: the RoundTripper below twilio-go.
type exchange struct {
	provider *Provider
	ctx      context.Context
	over     func() bool // the message may no longer be handed over

	begun  atomic.Bool // a connection was in hand: something may have left
	status int         // of the HTTP answer; 0: none came
	wait   time.Duration
}

// begin makes an exchange and the API client for it. Its context ends with
// cancel, or after the timeout.
func (p *Provider) begin(ctx context.Context, m channel.Message) (*exchange, *openapi.ApiService, context.CancelFunc) {
	inner, cancel := context.WithTimeout(ctx, p.config.Timeout)
	x := &exchange{provider: p, ctx: inner}
	x.over = func() bool { return ctx.Err() != nil || m.Expired(p.config.Now()) }
	c := &client.Client{Credentials: p.login, HTTPClient: &http.Client{
		Transport:     x,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	c.SetAccountSid(p.config.AccountSID)
	return x, openapi.NewApiServiceWithClient(c), cancel
}

// RoundTrip sends a request of twilio-go's to where our API is, under our
// context. The transport repeats a POST only when nothing of it was written, and
// then asks for a connection anew.
func (x *exchange) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := httptrace.WithClientTrace(x.ctx, &httptrace.ClientTrace{
		GetConn: func(string) { x.begun.Store(false) },
		GotConn: func(httptrace.GotConnInfo) { x.begun.Store(true) },
	})
	out := req.Clone(ctx)
	base := x.provider.base
	out.URL.Scheme, out.URL.Host, out.Host = base.Scheme, base.Host, base.Host
	out.URL.Path = strings.TrimRight(base.Path, "/") + req.URL.Path
	if body := req.GetBody; body != nil && req.ContentLength > 0 {
		out.Body = &gate{x: x, open: body}
		out.GetBody = func() (io.ReadCloser, error) { return &gate{x: x, open: body}, nil }
	}
	resp, err := x.provider.transport.RoundTrip(out)
	if err != nil {
		return nil, err
	}
	x.status = resp.StatusCode
	if seconds, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && seconds > 0 {
		x.wait = time.Duration(min(seconds, 3600)) * time.Second
	}
	return resp, nil
}

// gate is a request body that is not handed over once it is too late. A request
// cut before its body is none to the other side.
type gate struct {
	x    *exchange
	open func() (io.ReadCloser, error)
	body io.ReadCloser
}

// Read checks the limit before the first byte.
func (g *gate) Read(p []byte) (int, error) {
	if g.body == nil {
		if g.x.over() {
			return 0, errLate
		}
		body, err := g.open()
		if err != nil {
			return 0, err
		}
		g.body = body
	}
	return g.body.Read(p)
}

// Close closes the body, if it was opened.
func (g *gate) Close() error {
	if g.body == nil {
		return nil
	}
	return g.body.Close()
}

// failure classes an API call that failed.
func (x *exchange) failure(err error) *channel.SendError {
	var refused *client.TwilioRestError
	var certificate *tls.CertificateVerificationError
	e := &channel.SendError{RetryAfter: x.wait}
	switch {
	case errors.Is(err, errLate):
		e.Class, e.Detail = channel.Late, "limit"
	case errors.As(err, &refused) && refused.Code != 0:
		v := verdictOf(refused.Code, x.status)
		e.Class, e.DeadEndpoint = v.class, v.dead
		e.Code, e.Detail = strconv.Itoa(refused.Code), "refused"
	case x.status != 0:
		e.Class, e.Code, e.Detail = strangeAnswer(x.status), "http "+strconv.Itoa(x.status), "answer"
	case x.begun.Load():
		e.Class, e.Detail = channel.Unknown, "no answer"
	case x.over():
		e.Class, e.Detail = channel.Late, "limit"
	case errors.As(err, &certificate):
		e.Class, e.Detail = channel.Config, "certificate"
	default:
		e.Class, e.Detail = channel.Temporary, "connect"
	}
	return e
}

// strangeAnswer classes an HTTP answer that is not Twilio's JSON: something
// between us and them spoke, or the answer broke off. Only what surely stopped
// the request is not in doubt.
func strangeAnswer(status int) channel.Class {
	switch {
	case status == http.StatusTooManyRequests:
		return channel.Throttled
	case status == http.StatusRequestTimeout:
		return channel.Unknown
	case status >= 300 && status < 500:
		return channel.Config
	}
	return channel.Unknown
}
