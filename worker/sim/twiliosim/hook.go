package twiliosim

import (
	"cmp"
	"context"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxDocument is what Twilio reads of a webhook's answer, and what we read of a
// request, in bytes.
const maxDocument = 64 << 10

// hook is one request to a webhook of ours.
type hook struct {
	sid    string // the message or call it is about
	url    string // public, as our product gave it, perhaps with a fragment
	method string // POST or GET; empty means POST
	form   url.Values
	token  string // I-Twilio-Idempotency-Token, the same over all tries
}

// answer is what a webhook said.
type answer struct {
	status      int
	contentType string
	body        []byte
}

// hookError is why a webhook could not be used, with the number that Twilio's
// debugger gives it: 11200 bad status or no answer, 11205 no connection, 11210 bad
// host, 11243 bad connection override, 11750 too large, 12100 not XML, 12200 not
// TwiML, 12300 wrong content type.
type hookError struct {
	code   int
	detail string
}

func (e *hookError) Error() string { return strconv.Itoa(e.code) + " " + e.detail }

// policy is what the fragment of a webhook address asks for (providers' sheet A5).
type policy struct {
	retries     int
	on          map[string]bool
	read, total time.Duration
}

// policyOf reads a fragment like rc=3&rp=5xx,ct,rt. Values out of range are
// ignored; an unknown retry policy is reported and the default kept.
func policyOf(fragment string) (policy, *hookError) {
	p := policy{retries: 1, on: map[string]bool{"ct": true}, read: 15 * time.Second, total: 15 * time.Second}
	values, err := url.ParseQuery(fragment)
	if err != nil {
		return p, &hookError{11243, "connection override cannot be read"}
	}
	number := func(key string, low, high int, set func(int)) {
		if n, err := strconv.Atoi(values.Get(key)); err == nil && n >= low && n <= high {
			set(n)
		}
	}
	number("rc", 0, 5, func(n int) { p.retries = n })
	number("rt", 100, 15_000, func(n int) { p.read = time.Duration(n) * time.Millisecond })
	number("tt", 100, 15_000, func(n int) { p.total = time.Duration(n) * time.Millisecond })
	if rp := values.Get("rp"); rp != "" {
		on := make(map[string]bool)
		for word := range strings.SplitSeq(rp, ",") {
			if !slices.Contains([]string{"4xx", "5xx", "ct", "rt", "all"}, word) {
				return p, &hookError{11243, "retry policy is not known"}
			}
			on[word] = true
		}
		p.on = on
	}
	return p, nil
}

// post calls a webhook: signed over the public address, sent to the local one,
// tried again as its fragment says. Faults are kept for Errors.
func (s *Sim) post(h hook) (answer, error) {
	public, fragment, _ := strings.Cut(h.url, "#")
	p, bad := policyOf(fragment)
	if bad != nil {
		s.fault(h.sid, bad)
	}
	ctx, cancel := context.WithTimeout(s.ctx, p.total)
	defer cancel()
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	case <-ctx.Done():
		return answer{}, ctx.Err()
	}
	for try := 0; ; try++ {
		a, class, err := s.try(ctx, h, public, p.read)
		again := class != "" && (p.on[class] || p.on["all"])
		if err != nil && again && try < p.retries && ctx.Err() == nil {
			continue
		}
		s.countHook(err == nil)
		if err != nil && s.ctx.Err() == nil {
			s.fault(h.sid, err)
		}
		if err != nil {
			return a, err
		}
		return a, nil
	}
}

// try makes one request. class is the word of the retry policy that a failure
// belongs to, or empty if no retry can help.
func (s *Sim) try(ctx context.Context, h hook, public string, limit time.Duration) (a answer, class string, failure *hookError) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	req, failure := s.request(ctx, h, public)
	if failure != nil {
		return answer{}, "", failure
	}
	resp, err := s.client.Do(req)
	if err != nil {
		if dial := new(net.OpError); errors.As(err, &dial) && dial.Op == "dial" {
			return answer{}, "ct", &hookError{11205, "no connection"}
		}
		return answer{}, "rt", &hookError{11200, "no answer"}
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxDocument+1))
	a = answer{status: resp.StatusCode, contentType: resp.Header.Get("Content-Type"), body: body}
	switch {
	case err != nil:
		return a, "rt", &hookError{11200, "answer broken off"}
	case a.status < 200 || a.status > 299:
		return a, strconv.Itoa(a.status/100) + "xx", &hookError{11200, "HTTP status " + strconv.Itoa(a.status)}
	case len(body) > maxDocument:
		return a, "", &hookError{11750, "answer larger than 64 KiB"}
	}
	return a, "", nil
}

// request builds what goes over the wire. It refuses every host but loopback, so
// that a forgotten RewriteHook cannot post to the world.
func (s *Sim) request(ctx context.Context, h hook, public string) (*http.Request, *hookError) {
	form, method := h.form, cmp.Or(h.method, http.MethodPost)
	if method == http.MethodGet {
		public, form = withQuery(public, form), nil
	}
	local, err := url.Parse(s.config.RewriteHook(public))
	if err != nil || !loopbackHost(local.Hostname()) || local.Scheme != "http" && local.Scheme != "https" {
		return nil, &hookError{11210, "host is not on this machine"}
	}
	req, err := http.NewRequestWithContext(ctx, method, local.String(), strings.NewReader(form.Encode()))
	if err != nil {
		return nil, &hookError{11210, "address cannot be used"}
	}
	if original, err := url.Parse(public); err == nil {
		req.Host = original.Host
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	}
	req.Header.Set("Accept", "*/*")
	req.Header.Set("User-Agent", "TwilioProxy/1.1")
	req.Header.Set("X-Twilio-Signature", Signature(s.config.AuthToken, public, form))
	req.Header.Set("I-Twilio-Idempotency-Token", h.token)
	return req, nil
}

func withQuery(address string, form url.Values) string {
	if strings.Contains(address, "?") {
		return address + "&" + form.Encode()
	}
	return address + "?" + form.Encode()
}

// outbox sends the callbacks of one message or one call in its style, one after
// the other, without holding up whoever put them in.
type outbox struct {
	sim    *Sim
	sid    string
	target string
	method string
	style  callbackStyle
	first  chan struct{} // closed when the first callback has been answered or given up

	// guarded by sim.mu
	queue   []hook
	held    []hook
	running bool
	opened  bool // first is closed
}

func (s *Sim) newOutbox(sid, target, method string, style callbackStyle) *outbox {
	return &outbox{sim: s, sid: sid, target: target, method: method, style: style, first: make(chan struct{})}
}

// put queues one callback; last says that none follows. The caller holds sim.mu.
func (o *outbox) put(form url.Values, last bool) {
	if o.target == "" {
		return
	}
	h := hook{sid: o.sid, url: o.target, method: o.method, form: maps.Clone(form), token: o.sim.token()}
	switch {
	case o.style == callbackSwapped && !last:
		o.held = append(o.held, h)
		return
	case o.style == callbackSwapped:
		slices.Reverse(o.held)
		o.queue = append(append(o.queue, h), o.held...)
		o.held = nil
	case o.style == callbackTwice:
		o.queue = append(o.queue, h, h)
	default:
		o.queue = append(o.queue, h)
	}
	if !o.running {
		o.running = o.sim.spawnLocked(o.drain)
	}
}

// drain posts until the queue is empty.
func (o *outbox) drain() {
	for {
		o.sim.mu.Lock()
		if len(o.queue) == 0 {
			o.running = false
			o.sim.mu.Unlock()
			return
		}
		next := o.queue[0]
		o.queue = o.queue[1:]
		o.sim.mu.Unlock()

		delay := o.sim.config.CallbackDelay
		if o.style == callbackLate {
			delay = o.sim.config.LateDelay
		}
		if o.sim.pause(delay) {
			o.sim.post(next) // a failed callback stays lost, as with Twilio; post keeps the fault
		}
		o.sim.mu.Lock()
		if !o.opened {
			o.opened = true
			close(o.first)
		}
		o.sim.mu.Unlock()
	}
}
