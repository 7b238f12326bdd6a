package email

import (
	"context"
	"time"

	"canvass/worker/channel"
)

// Sender is a channel.Sender over SMTP. It is safe for concurrent use.
type Sender struct {
	settings settings
	pool     *pool
}

var _ channel.Sender = (*Sender)(nil)

// New checks cfg and returns a Sender that has not dialled yet. The error joins
// one *survey.Error for each setting at fault.
func New(cfg Config) (*Sender, error) {
	s, err := cfg.check()
	if err != nil {
		return nil, err
	}
	return &Sender{settings: s, pool: newPool(s)}, nil
}

// Send hands m to the server. Every failure is a *channel.SendError whose Detail
// is the Phase, or the field of m, at fault. ctx is honoured up to the final dot;
// what ends before it is channel.Late and was not handed over.
func (s *Sender) Send(ctx context.Context, m channel.Message) (channel.Receipt, error) {
	l, failure := s.settings.compose(m)
	if failure != nil {
		return channel.Receipt{}, failure
	}
	defer s.settings.spaces.give(l)
	ctx, cancel := s.bound(ctx, m)
	defer cancel()
	lim := limit{ctx: ctx, over: func() bool { return ctx.Err() != nil || m.Expired(s.settings.Now()) }}
	reply, f := s.try(lim, l)
	if f != nil {
		return channel.Receipt{}, f.sendError(lim.over())
	}
	return channel.Receipt{ProviderID: queueID(reply)}, nil
}

// try delivers over a kept connection, and once more over another if the server
// had dropped it meanwhile. The pool may hold several of those: each is met once.
func (s *Sender) try(lim limit, l letter) (string, *fault) {
	for {
		if lim.over() {
			return "", &fault{Connect, errLate}
		}
		if s.pool.isClosed() {
			return "", &fault{Connect, context.Canceled}
		}
		c, f := s.pool.take(lim.ctx)
		if f != nil {
			return "", f
		}
		reply, f := c.deliver(lim, l)
		stale := c.stale(f)
		s.pool.give(c, c.reusable(f))
		if stale {
			continue
		}
		return reply, f
	}
}

// bound ends ctx when m may no longer be handed over.
func (s *Sender) bound(ctx context.Context, m channel.Message) (context.Context, context.CancelFunc) {
	if m.SendBefore.IsZero() {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, m.SendBefore.Sub(s.settings.Now()))
}

// Check dials, encrypts, logs in and says NOOP over a connection of its own. Its
// *channel.SendError tells the Phase at fault in Detail and the server's code.
func (s *Sender) Check(ctx context.Context) error {
	c, f := s.settings.dial(ctx)
	if f != nil {
		return f.sendError(ctx.Err() != nil)
	}
	defer c.quit()
	_ = c.raw.SetDeadline(time.Now().Add(s.settings.Timeout))
	if err := c.client.Noop(); err != nil {
		return (&fault{Probe, err}).sendError(false)
	}
	return nil
}

// Close takes leave of the server. Messages under way are finished; later ones
// are refused as temporary.
func (s *Sender) Close() { s.pool.close() }
