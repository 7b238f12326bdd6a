package smtpsink

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/emersion/go-smtp"
)

// Handover brings mail to an LMTP server (RFC 2033) as a mail server does: it keeps
// a mail until it is taken or refused for good.
type Handover struct {
	// Network and Addr are where: "tcp" and host:port on loopback, or "unix" and a
	// path.
	Network, Addr string
	// Pause is the first wait before it comes again, doubled up to 20 times as long;
	// 0 means 100 ms.
	Pause time.Duration
}

// Deliver hands over one mail with an empty envelope sender. It comes again after
// 4xx, and while nobody listens, until ctx ends. An error is a refusal for good, or
// that of ctx.
func (h Handover) Deliver(ctx context.Context, to string, mail []byte) error {
	if host, _, err := net.SplitHostPort(h.Addr); h.Network == "tcp" && (err != nil || !isLoopback(host)) {
		return fmt.Errorf("smtpsink: %q is not a loopback address", h.Addr)
	}
	pause := h.Pause
	fill(&pause, 100*time.Millisecond)
	longest := 20 * pause
	for {
		err := h.try(ctx, to, mail)
		var reply *smtp.SMTPError
		if err == nil || errors.As(err, &reply) && reply.Code/100 == 5 {
			return err
		}
		wait := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			wait.Stop()
			return ctx.Err()
		case <-wait.C:
		}
		pause = min(2*pause, longest)
	}
}

func (h Handover) try(ctx context.Context, to string, mail []byte) error {
	conn, err := (&net.Dialer{}).DialContext(ctx, h.Network, h.Addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	c := smtp.NewClientLMTP(conn)
	defer c.Close()
	if err := c.Hello(hostname); err != nil {
		return err
	}
	if err := c.Mail("", nil); err != nil {
		return err
	}
	if err := c.Rcpt(to, nil); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(mail); err != nil {
		return err
	}
	_, err = w.CloseWithLMTPResponse()
	var each smtp.LMTPDataError
	if errors.As(err, &each) && each[to] != nil {
		return each[to]
	}
	if err == nil {
		_ = c.Quit() // it is taken, whatever is said to that
	}
	return err
}
