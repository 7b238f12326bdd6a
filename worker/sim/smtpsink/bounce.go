package smtpsink

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-smtp"
)

// bounceLater hands what follows a mail that was accepted for such a recipient to
// Config.OnBounce, after a while. A mail with an empty envelope sender is itself a
// report and nothing follows it (RFC 5321 §6.1), nor does a report follow one whose
// sender asked for NOTIFY=NEVER (RFC 3461 §4.1).
func (s *Sink) bounceLater(m Message, to recipient, opts smtp.MailOptions) {
	never := slices.Contains(to.opts.Notify, smtp.DSNNotifyNever)
	what := behaviourOf(to.address).later
	if m.From == "" || never && what.form == statusReport || !s.reports.begin() {
		return
	}
	go func() {
		defer s.reports.done()
		due := time.NewTimer(s.cfg.BounceDelay)
		defer due.Stop()
		select {
		case <-due.C:
		case <-s.stop:
			return
		}
		s.store.lateBounce()
		if s.cfg.OnBounce != nil {
			o := reportOptions{mail: opts, now: s.cfg.Now(), nonce: rand.Text(), what: what}
			s.cfg.OnBounce(o.write(m, to))
		}
	}()
}

type reportOptions struct {
	mail  smtp.MailOptions
	now   time.Time
	nonce string // makes the Message-ID and the boundary unlike any other
	what  later
}

// report writes a delivery status notification (RFC 3464 in the multipart/report
// of RFC 6522): a sentence for people, the status for programs, and the mail it
// is about, whole if RET=FULL was asked for, else its header.
func report(m Message, to recipient, o reportOptions) []byte {
	boundary := "report-" + o.nonce
	var b bytes.Buffer
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\r\n", args...) }

	line("Return-Path: <>")
	line("From: Mail Delivery System <MAILER-DAEMON@%s>", hostname)
	line("To: <%s>", m.From)
	line("Subject: %s", o.what.subject())
	line("Date: %s", o.now.Format(time.RFC1123Z))
	line("Message-ID: <%s@%s>", o.nonce, hostname)
	if m.MessageID != "" {
		line("In-Reply-To: <%s>", m.MessageID)
	}
	line("Auto-Submitted: auto-replied")
	line("MIME-Version: 1.0")
	line("Content-Type: multipart/report; report-type=delivery-status;\r\n boundary=%q", boundary)
	line("")
	line("--%s", boundary)
	line("Content-Type: text/plain; charset=utf-8")
	line("Content-Transfer-Encoding: 8bit")
	line("")
	line("Your message could not be delivered to <%s>:", to.address)
	line("%s", o.what.says)
	line("")
	line("--%s", boundary)
	writeStatus(line, m, to, o)
	line("")
	line("--%s", boundary)
	kind, original := "text/rfc822-headers", headerOf(m.Raw)
	if o.mail.Return == smtp.DSNReturnFull {
		kind, original = "message/rfc822", m.Raw
	}
	line("Content-Type: %s", kind)
	if !ascii(string(original)) {
		line("Content-Transfer-Encoding: 8bit")
	}
	line("")
	b.Write(original)
	line("")
	line("--%s--", boundary)
	return b.Bytes()
}

// writeStatus writes the part for programs: one block on the mail, one on the recipient.
func writeStatus(line func(string, ...any), m Message, to recipient, o reportOptions) {
	line("Content-Type: message/delivery-status")
	line("")
	line("Reporting-MTA: dns; %s", hostname)
	if o.mail.EnvelopeID != "" {
		line("Original-Envelope-Id: %s", xtext(o.mail.EnvelopeID))
	}
	line("Arrival-Date: %s", m.ReceivedAt.Format(time.RFC1123Z))
	line("")
	if to.opts.OriginalRecipient != "" {
		line("Original-Recipient: %s; %s", strings.ToLower(string(to.opts.OriginalRecipientType)), xtext(to.opts.OriginalRecipient))
	}
	line("Final-Recipient: %s", typedAddress(to.address))
	line("Action: %s", o.what.action)
	line("Status: %s", o.what.status)
	line("Remote-MTA: dns; mx.%s", hostname)
	line("Diagnostic-Code: smtp; %s", o.what.reply)
	line("Last-Attempt-Date: %s", o.now.Format(time.RFC1123Z))
}

// headerOf returns a mail up to the end of its last header line.
func headerOf(raw []byte) []byte {
	if i := bytes.Index(raw, []byte("\r\n\r\n")); i >= 0 {
		return raw[:i+2]
	}
	return raw
}

// typedAddress writes an address as RFC 3464 wants it, and one that is not ASCII
// as RFC 6533 §3 (utf-8-addr-xtext) wants it in a 7-bit report.
func typedAddress(address string) string {
	if ascii(address) {
		return "rfc822; " + address
	}
	var b strings.Builder
	for _, r := range address {
		if r > ' ' && r < 0x7f && !strings.ContainsRune(`+=\`, r) {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, `\x{%02X}`, r)
		}
	}
	return "utf-8; " + b.String()
}

// xtext is RFC 3461 §4's encoding, undone by go-smtp on the way in.
func xtext(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		if c > ' ' && c < 0x7f && c != '+' && c != '=' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "+%02X", c)
		}
	}
	return b.String()
}

func ascii(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= 0x80 }) < 0
}
