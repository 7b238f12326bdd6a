package email

import (
	"context"
	"errors"
	"net/textproto"
	"sync"
	"time"
)

// delivery is one letter on its way over a connection.
type delivery struct {
	*conn
	lim limit
}

// step does one thing on the wire, unless the limit of the message is reached.
func (d delivery) step(phase Phase, do func() error) *fault {
	_ = d.raw.SetDeadline(time.Now().Add(d.timeout))
	if d.lim.over() {
		return &fault{phase, errLate}
	}
	if err := do(); err != nil {
		return &fault{phase, err}
	}
	return nil
}

// deliver hands one letter over and returns the server's acceptance.
func (c *conn) deliver(lim limit, l letter) (string, *fault) {
	c.used++
	// A wait that outlives the limit is cut short, up to the final dot.
	stop := sync.OnceValue(context.AfterFunc(lim.ctx, func() { _ = c.raw.SetDeadline(time.Unix(1, 0)) }))
	defer func() { c.cut = !stop() }()
	d := delivery{c, lim}
	open := d.stepwise
	if together, _ := c.client.Extension("PIPELINING"); together {
		open = d.together
	}
	if f := open(l); f != nil {
		return "", f
	}
	return d.content(l.wire, stop)
}

// joined is how long a mail may be, in octets, that is written together with its
// dot: one that a socket takes at once, so that the dot waits for nothing.
const joined = 64 << 10

// content writes the mail and its dot, and returns the server's acceptance. Once
// the dot is out, the limit of the message holds no more: stop lifts it, unless it
// was reached.
func (d delivery) content(wire []byte, stop func() bool) (reply string, f *fault) {
	text := d.client.Text
	if len(wire) > joined {
		if f := d.step(Content, func() error { _, err := text.W.Write(wire); return err }); f != nil {
			return "", f
		}
		wire = nil
	}
	if !stop() {
		return "", &fault{FinalDot, errLate}
	}
	wire = append(wire, ".\r\n"...)
	written := 0
	f = d.step(FinalDot, func() (err error) {
		if written, err = text.W.Write(wire); err == nil {
			err = text.W.Flush()
		}
		if err == nil {
			_, reply, err = text.ReadResponse(250)
		}
		return err
	})
	if f != nil && written < len(wire) { // the dot is the last that is written
		f.phase = Content
	}
	return reply, f
}

// command writes one line and sends what is written.
func (c *conn) command(line string) error {
	if _, err := c.client.Text.W.WriteString(line + "\r\n"); err != nil {
		return err
	}
	return c.client.Text.W.Flush()
}

// mailFrom is the command that opens an envelope.
func (c *conn) mailFrom(l letter) string {
	line := "MAIL FROM:" + l.from
	if eight, _ := c.client.Extension("8BITMIME"); eight {
		line += " BODY=8BITMIME"
	}
	if wide, _ := c.client.Extension("SMTPUTF8"); wide && l.utf8 {
		line += " SMTPUTF8"
	}
	return line
}

// stepwise opens an envelope command by command, as every server takes it.
func (d delivery) stepwise(l letter) *fault {
	for _, s := range []struct {
		phase  Phase
		line   string
		expect int
	}{{MailFrom, d.mailFrom(l), 250}, {RcptTo, "RCPT TO:" + l.to, 25}, {Data, "DATA", 354}} {
		f := d.step(s.phase, func() error {
			if err := d.command(s.line); err != nil {
				return err
			}
			_, _, err := d.client.Text.ReadResponse(s.expect)
			return err
		})
		if f != nil {
			return f
		}
	}
	return nil
}

// together opens an envelope with all its commands in one write (RFC 2920), and
// reads their replies in order. A server may ask for the content although it
// refused the recipient: then it gets none.
func (d delivery) together(l letter) *fault {
	if f := d.step(MailFrom, func() error { return d.command(d.mailFrom(l) + "\r\nRCPT TO:" + l.to + "\r\nDATA") }); f != nil {
		return f
	}
	var first *fault
	asked := false
	for _, s := range []struct {
		phase  Phase
		expect int
	}{{MailFrom, 250}, {RcptTo, 25}, {Data, 354}} {
		_ = d.raw.SetDeadline(time.Now().Add(d.timeout))
		if d.lim.over() { // the commands are out: this connection is in the middle of a mail
			return &fault{RcptTo, errLate}
		}
		_, _, err := d.client.Text.ReadResponse(s.expect)
		if err != nil && first == nil {
			first = &fault{s.phase, err}
		}
		var refused *textproto.Error
		if err != nil && !errors.As(err, &refused) {
			return first // nothing more comes
		}
		asked = err == nil
	}
	if first == nil || !asked {
		return first
	}
	if err := d.command("."); err == nil {
		_, _, _ = d.client.Text.ReadResponse(0) // whatever it says of nothing
	}
	return first
}
