package respondent

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// purpose is why somebody opens a link.
type purpose int

const (
	toAnswer purpose = iota
	toLook
	toDecline
	toStop     // by the page that the form links to
	toOneClick // by the mail program's button (RFC 8058)
)

// visit is somebody at the web form. Only one step of it is under way at a time.
type visit struct {
	why        purpose
	next       request
	leaveAfter int // pages of questions; 0 stays to the end
	asked      int // pages of questions answered
	steps      int
	print      string // of the page answered last
	tries      int    // of that page
	failing    time.Time
	failures   int
}

type request struct {
	post   bool
	target *url.URL
	form   url.Values
}

// Bounds of a visit.
const (
	maxSteps   = 120
	maxTries   = 4
	maxHops    = 10
	patience   = 60 * time.Second // real: how long somebody reloads a dead page
	firstPause = 250 * time.Millisecond
	maxPause   = 5 * time.Second
)

// pause is how long to wait, in real time, after so many failures in a row.
func pause(failures int) time.Duration {
	d := firstPause
	for range failures {
		d = min(2*d, maxPause)
	}
	return d
}

// open begins a visit after some time. The caller holds s.mu.
func (c *Crowd) open(s *someone, link string, v *visit, mean float64) {
	target, err := c.local(link)
	if err != nil {
		c.log.Debug("respondent: a link is unreadable", "person", s.ID)
		return
	}
	v.next.target = target
	s.visit = v
	c.later(s.minutes(mean), func(ctx context.Context) { c.step(ctx, s, v) })
}

// step opens the next page of a visit and decides what to do there.
func (c *Crowd) step(ctx context.Context, s *someone, v *visit) {
	pressed := v.next.post // a redirect turns it into a page to open
	p, status, err := c.fetch(ctx, &v.next)
	if ctx.Err() != nil {
		return
	}
	if pressed && err == nil {
		c.tally.add(func(c *Counts) *int { return &c.Pages })
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil || status >= 500 || status == http.StatusTooManyRequests || p.isTrouble() {
		c.reload(s, v)
		return
	}
	v.failing, v.failures = time.Time{}, 0
	if v.steps++; v.steps > maxSteps {
		c.giveUp(s)
		return
	}
	switch {
	case v.why == toOneClick && status < 400:
		c.left(s)
	case status >= 400:
		c.tally.note(s, func(c *Counts) *int { return &c.TurnedAway })
		s.visit = nil
	case v.why == toLook:
		c.tally.note(s, func(c *Counts) *int { return &c.Looked })
		s.visit = nil
	case v.why == toAnswer:
		c.answer(s, v, &p)
	default:
		c.leave(s, v, &p)
	}
}

// reload tries the same page again, as long as somebody would. The caller holds
// s.mu.
func (c *Crowd) reload(s *someone, v *visit) {
	if v.failing.IsZero() {
		v.failing = time.Now()
	}
	if time.Since(v.failing) > patience {
		c.giveUp(s)
		return
	}
	c.tally.add(func(c *Counts) *int { return &c.Retries })
	c.agenda.add(pause(v.failures), func(ctx context.Context) { c.step(ctx, s, v) })
	v.failures++
}

// giveUp ends a visit that leads nowhere; the next contact may begin another.
// The caller holds s.mu.
func (c *Crowd) giveUp(s *someone) {
	c.tally.note(s, func(c *Counts) *int { return &c.GaveUp })
	s.visit = nil
}

// answer reads a page and presses a button on it, or leaves. The caller holds
// s.mu.
func (c *Crowd) answer(s *someone, v *visit, p *page) {
	f := p.main()
	switch {
	case p.isThanks():
		s.visit = nil
		c.end(s, Web)
	case p.isClosed() || f == nil:
		s.visit = nil
		c.tally.note(s, func(c *Counts) *int { return &c.TurnedAway })
	case len(f.fields) == 0: // the first page, a note
		c.push(s, v, f.action, f.press(f.forward(), nil))
	case v.leaveAfter > 0 && v.asked >= v.leaveAfter:
		s.visit = nil
		c.tally.note(s, func(c *Counts) *int { return &c.BrokenOff })
	default:
		c.fillIn(s, v, f)
	}
}

// fillIn answers the questions of a page, again if it came back. The caller
// holds s.mu.
func (c *Crowd) fillIn(s *someone, v *visit, f *form) {
	if print := f.print(); print == v.print {
		v.tries++
	} else {
		v.print, v.tries = print, 0
		v.asked++
	}
	if s.begun == "" {
		s.begun = Web
	}
	i := f.forward()
	if skip := f.skip(); v.tries == maxTries-1 && skip >= 0 {
		i = skip
	}
	if v.tries >= maxTries {
		c.giveUp(s)
		return
	}
	c.push(s, v, f.action, f.press(i, s.fill(f)))
}

// push presses a button after the time that a page takes. The caller holds s.mu.
func (c *Crowd) push(s *someone, v *visit, action string, sent url.Values) {
	target, err := v.next.target.Parse(action)
	if err == nil {
		target, err = c.local(target.String())
	}
	if err != nil {
		c.giveUp(s)
		return
	}
	v.next = request{post: true, target: target, form: sent}
	c.later(s.minutes(perPage), func(ctx context.Context) { c.step(ctx, s, v) })
}

// leave walks to the page that declines or stops, and presses its button. The
// caller holds s.mu.
func (c *Crowd) leave(s *someone, v *visit, p *page) {
	phrases := []string{"khong tham gia", "khong gui bao cao", "not this time", "no report"}
	if v.why == toStop {
		phrases = []string{"ngung nhan", "no more invitations"}
	}
	switch v.asked++; v.asked {
	case 1:
		target, err := v.next.target.Parse(p.follow(phrases...))
		if err == nil {
			target, err = c.local(target.String())
		}
		if err != nil || target.Path == v.next.target.Path {
			c.giveUp(s)
			return
		}
		v.next = request{target: target}
		c.later(s.minutes(perPage), func(ctx context.Context) { c.step(ctx, s, v) })
	case 2:
		f := p.main()
		if f == nil {
			c.giveUp(s)
			return
		}
		ticked := url.Values{}
		for _, x := range f.fields {
			for _, box := range x.choices {
				ticked.Add(x.name, box.value)
			}
		}
		c.push(s, v, f.action, f.press(f.forward(), ticked))
	default:
		c.left(s)
	}
}

// left notes that somebody is out, for this round or for good. The caller holds
// s.mu.
func (c *Crowd) left(s *someone) {
	s.visit, s.talk, s.gone = nil, nil, true
	if s.Habit == OptsOut {
		c.tally.note(s, func(c *Counts) *int { return &c.OptedOut })
	} else {
		c.tally.note(s, func(c *Counts) *int { return &c.Declined })
	}
}

// fetch opens a page and follows where it leads. r becomes the request at which
// it arrived, or failed, so that trying again repeats no press that was heard.
func (c *Crowd) fetch(ctx context.Context, r *request) (page, int, error) {
	for range maxHops {
		response, err := c.send(ctx, r)
		if err != nil {
			return page{}, 0, err
		}
		to := response.Header.Get("Location")
		if response.StatusCode < 300 || response.StatusCode > 399 || to == "" {
			p, err := readPage(response.Body)
			_ = response.Body.Close() // everything wanted was read
			return p, response.StatusCode, err
		}
		_ = response.Body.Close() // nobody reads the body of a redirect
		target, err := r.target.Parse(to)
		if err == nil {
			target, err = c.local(target.String())
		}
		if err != nil {
			return page{}, 0, err
		}
		if response.StatusCode >= http.StatusTemporaryRedirect {
			r.target = target
		} else {
			*r = request{target: target}
		}
	}
	return page{}, 0, errors.New("respondent: a page leads in circles")
}

func (c *Crowd) send(ctx context.Context, r *request) (*http.Response, error) {
	method, body := http.MethodGet, io.Reader(nil)
	if r.post {
		method, body = http.MethodPost, strings.NewReader(r.form.Encode())
	}
	request, err := http.NewRequestWithContext(ctx, method, r.target.String(), body)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept-Language", "vi")
	if r.post {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return c.client.Do(request)
}
