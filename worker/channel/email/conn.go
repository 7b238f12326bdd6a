package email

import (
	"context"
	"crypto/tls"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"
)

// conn is one connection to the server, greeted, encrypted and logged in.
type conn struct {
	raw     net.Conn // under any TLS: deadlines and closing go here
	client  *smtp.Client
	timeout time.Duration
	born    time.Time
	used    int         // messages tried
	cut     bool        // a limit may yet shorten its deadline: not to be used again
	idle    *time.Timer // closes it while it waits in the pool
}

// limit is how long a message may still be handed over.
type limit struct {
	ctx context.Context
	// over reports that the limit was reached.
	over func() bool
}

// dial opens a connection. It closes the socket whatever fails.
func (s settings) dial(ctx context.Context) (*conn, *fault) {
	ctx, cancel := context.WithTimeout(ctx, s.Timeout)
	defer cancel()
	raw, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.addr)
	if err != nil {
		return nil, &fault{Connect, err}
	}
	deadline, _ := ctx.Deadline()
	_ = raw.SetDeadline(deadline)
	cut := context.AfterFunc(ctx, func() { raw.Close() })
	c := &conn{raw: raw, timeout: s.Timeout, born: time.Now()}
	if f := c.greet(ctx, s); f != nil {
		raw.Close()
		return nil, f
	}
	if !cut() {
		return nil, &fault{Greeting, ctx.Err()}
	}
	return c, nil
}

// greet takes a fresh socket to where MAIL may follow.
func (c *conn) greet(ctx context.Context, s settings) *fault {
	wire := c.raw
	if s.TLS == ImplicitTLS {
		encrypted := tls.Client(c.raw, s.tlsConfig)
		if err := encrypted.HandshakeContext(ctx); err != nil {
			return &fault{Encrypt, err}
		}
		wire = encrypted
	}
	var err error
	if c.client, err = smtp.NewClient(wire, s.Host); err != nil {
		return &fault{Greeting, err}
	}
	if err = c.client.Hello(s.HELO); err != nil {
		return &fault{Greeting, err}
	}
	if s.TLS == StartTLS {
		if offered, _ := c.client.Extension("STARTTLS"); !offered {
			return &fault{Encrypt, errMissing}
		}
		if err = c.client.StartTLS(s.tlsConfig); err != nil {
			return &fault{Encrypt, err}
		}
	}
	if s.Username == "" {
		return nil
	}
	auth := s.mechanism(c.client)
	if auth == nil {
		return &fault{Login, errMissing}
	}
	if err = c.client.Auth(auth); err != nil {
		return &fault{Login, err}
	}
	return nil
}

// mechanism picks how to log in, strongest first; nil if the server offers none
// of ours. A password in clear needs TLS, or loopback, which check has seen to.
func (s settings) mechanism(client *smtp.Client) smtp.Auth {
	_, offer := client.Extension("AUTH")
	offered := strings.Fields(strings.ToUpper(offer))
	plain := s.TLS == NoTLS
	switch {
	case slices.Contains(offered, "SCRAM-SHA-256"):
		return smtp.ScramSHA256Auth(s.Username, s.Password)
	case slices.Contains(offered, "SCRAM-SHA-1"):
		return smtp.ScramSHA1Auth(s.Username, s.Password)
	case slices.Contains(offered, "PLAIN"):
		return smtp.PlainAuth("", s.Username, s.Password, s.Host, plain)
	case slices.Contains(offered, "LOGIN"):
		return smtp.LoginAuth(s.Username, s.Password, s.Host, plain)
	case slices.Contains(offered, "CRAM-MD5"):
		return smtp.CRAMMD5Auth(s.Username, s.Password)
	}
	return nil
}

// reusable reports whether the next message may go over c after f, and clears
// what f left behind. A connection that failed in the middle of DATA must never
// be spoken to again: the library would end the half-written mail first, and the
// server would take it.
func (c *conn) reusable(f *fault) bool {
	switch {
	case c.cut:
		return false
	case f == nil:
		return true
	case f.err == errLate:
		return f.phase == MailFrom
	case f.reply() == 0, f.reply() == 421:
		return false
	case f.phase == FinalDot:
		return true
	}
	_ = c.raw.SetDeadline(time.Now().Add(c.timeout))
	return c.client.Reset() == nil
}

// stale reports whether f only says that the server had dropped a connection
// that was waiting in the pool: nothing of the message was taken.
func (c *conn) stale(f *fault) bool {
	return f != nil && c.used > 1 && f.phase == MailFrom && f.err != errLate && (f.reply() == 0 || f.reply() == 421)
}

// quit takes leave of a server that waits for a command.
func (c *conn) quit() {
	_ = c.raw.SetDeadline(time.Now().Add(time.Second))
	_ = c.client.Quit()
	c.raw.Close()
}
