package smtpsink

import (
	"bytes"
	"fmt"
	"strings"
	"time"
)

// lateForm is what follows a mail that was taken.
type lateForm int

const (
	nothing        lateForm = iota
	statusReport            // a delivery status notification (RFC 3464), to the envelope sender
	awayNotice              // a holiday notice (RFC 3834), to the envelope sender
	feedbackReport          // a complaint (RFC 5965), to the abuse mailbox of the envelope sender's domain
)

// later is what follows, in words and in fields.
type later struct {
	form           lateForm
	action, status string
	reply          string // of the server that is said to have refused
	says           string // for people
}

func (l later) subject() string {
	if l.action == "delayed" {
		return "Delayed Mail (still being retried)"
	}
	return "Undelivered Mail Returned to Sender"
}

// write writes what follows m, and says to whom it goes.
func (o reportOptions) write(m Message, to recipient) (address string, mail []byte) {
	switch o.what.form {
	case awayNotice:
		return m.From, away(m, to, o)
	case feedbackReport:
		return "abuse" + m.From[strings.LastIndexByte(m.From, '@'):], complaint(m, to, o)
	}
	return m.From, report(m, to, o)
}

// away is what a mailbox answers whose owner is on holiday.
func away(m Message, to recipient, o reportOptions) []byte {
	var b bytes.Buffer
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\r\n", args...) }
	line("Return-Path: <>")
	line("From: <%s>", to.address)
	line("To: <%s>", m.From)
	line("Subject: =?utf-8?q?Tr=E1=BA=A3_l=E1=BB=9Di_t=E1=BB=B1_=C4=91=E1=BB=99ng?=")
	line("Date: %s", o.now.Format(time.RFC1123Z))
	line("Message-ID: <%s@%s>", o.nonce, hostname)
	if m.MessageID != "" {
		line("In-Reply-To: <%s>", m.MessageID)
	}
	line("Auto-Submitted: auto-replied")
	line("MIME-Version: 1.0")
	line("Content-Type: text/plain; charset=utf-8")
	line("Content-Transfer-Encoding: 8bit")
	line("")
	line("Tôi nghỉ phép đến hết tuần, việc gấp xin gọi văn phòng.")
	return b.Bytes()
}

// complaint is what a mailbox provider sends on when somebody presses "spam".
func complaint(m Message, to recipient, o reportOptions) []byte {
	boundary := "feedback-" + o.nonce
	var b bytes.Buffer
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\r\n", args...) }
	line("Return-Path: <feedback@%s>", hostname)
	line("From: <feedback@%s>", hostname)
	line("Subject: FW: complaint")
	line("Date: %s", o.now.Format(time.RFC1123Z))
	line("Message-ID: <%s@%s>", o.nonce, hostname)
	line("MIME-Version: 1.0")
	line("Content-Type: multipart/report; report-type=feedback-report;\r\n boundary=%q", boundary)
	line("")
	line("--%s", boundary)
	line("Content-Type: text/plain; charset=us-ascii")
	line("")
	line("This is a complaint about a mail that was received here.")
	line("")
	line("--%s", boundary)
	line("Content-Type: message/feedback-report")
	line("")
	line("Feedback-Type: abuse")
	line("User-Agent: smtpsink/1")
	line("Version: 1")
	line("Original-Mail-From: <%s>", m.From)
	line("Original-Rcpt-To: <%s>", to.address)
	line("Arrival-Date: %s", m.ReceivedAt.Format(time.RFC1123Z))
	line("")
	line("--%s", boundary)
	line("Content-Type: message/rfc822")
	if !ascii(string(m.Raw)) {
		line("Content-Transfer-Encoding: 8bit")
	}
	line("")
	b.Write(m.Raw)
	line("")
	line("--%s--", boundary)
	return b.Bytes()
}
