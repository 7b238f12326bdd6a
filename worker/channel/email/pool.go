package email

import (
	"context"
	"slices"
	"sync"
	"time"
)

// When a connection is retired. Servers cut idle ones after a few minutes, and
// many count messages per connection.
const (
	maxMessages = 100
	maxAge      = 5 * time.Minute
	maxIdle     = 30 * time.Second
)

// pool keeps connections between messages and bounds how many are open.
type pool struct {
	settings settings
	slots    chan struct{} // one token per connection in use

	mu     sync.Mutex
	idle   []*conn // the most recently used is last
	closed bool
}

func newPool(s settings) *pool {
	return &pool{settings: s, slots: make(chan struct{}, s.Connections)}
}

// take waits for a slot and returns a connection that looks alive, or a new one.
// Every conn taken is given back.
func (p *pool) take(ctx context.Context) (*conn, *fault) {
	select {
	case p.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, &fault{Connect, errLate}
	}
	if c := p.waiting(); c != nil {
		return c, nil
	}
	c, f := p.settings.dial(ctx)
	if f != nil {
		<-p.slots
	}
	return c, f
}

func (p *pool) waiting() *conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.idle) > 0 {
		c := p.idle[len(p.idle)-1]
		p.idle = p.idle[:len(p.idle)-1]
		if c.idle.Stop() && time.Since(c.born) < maxAge {
			return c
		}
		go c.quit()
	}
	return nil
}

// give returns a connection. Unless it is fit for another message it is closed
// without a word, which is the only safe way in the middle of one.
func (p *pool) give(c *conn, fit bool) {
	defer func() { <-p.slots }()
	if !fit {
		c.raw.Close()
		return
	}
	p.mu.Lock()
	keep := !p.closed && c.used < maxMessages && time.Since(c.born) < maxAge
	if keep {
		c.idle = time.AfterFunc(maxIdle, func() { p.expire(c) })
		p.idle = append(p.idle, c)
	}
	p.mu.Unlock()
	if !keep {
		c.quit()
	}
}

// expire closes c if it still waits.
func (p *pool) expire(c *conn) {
	p.mu.Lock()
	at := slices.Index(p.idle, c)
	if at >= 0 {
		p.idle = slices.Delete(p.idle, at, at+1)
	}
	p.mu.Unlock()
	if at >= 0 {
		c.quit()
	}
}

// close ends the idle connections now and the others when they are given back.
func (p *pool) close() {
	p.mu.Lock()
	idle := p.idle
	p.idle, p.closed = nil, true
	p.mu.Unlock()
	for _, c := range idle {
		c.idle.Stop()
		c.quit()
	}
}

func (p *pool) isClosed() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.closed
}
