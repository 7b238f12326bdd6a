package smtpsink

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// What follows a mail that was taken, and to whom it goes.
func TestWhatFollowsLater(t *testing.T) {
	t.Parallel()
	type call struct{ to, mail string }
	calls := make(chan call, 1)
	s := start(t, Config{BounceDelay: time.Millisecond, OnBounce: func(to string, mail []byte) { calls <- call{to, string(mail)} }})
	c := dial(t, s)
	abuse := "abuse" + sender[strings.LastIndexByte(sender, '@'):]
	for tag, want := range map[string]struct {
		to   string
		says []string
	}{
		TagLateBounce:  {sender, []string{"Action: failed\r\n", "Status: 5.1.1\r\n", "Diagnostic-Code: smtp; 550 5.1.1 "}},
		TagLateSoft:    {sender, []string{"Action: failed\r\n", "Status: 4.4.7\r\n"}},
		TagLateFull:    {sender, []string{"Action: failed\r\n", "Status: 5.2.2\r\n"}},
		TagLatePolicy:  {sender, []string{"Action: failed\r\n", "Status: 5.7.1\r\n"}},
		TagLateDelayed: {sender, []string{"Action: delayed\r\n", "Status: 4.4.1\r\n", "Subject: Delayed Mail"}},
		TagAutoReply:   {sender, []string{"Auto-Submitted: auto-replied\r\n", "Return-Path: <>\r\n", "In-Reply-To: <m-autoreply@x.example>\r\n"}},
		TagComplaint: {abuse, []string{"Feedback-Type: abuse\r\n", "Original-Mail-From: <" + sender + ">\r\n",
			"Original-Rcpt-To: <lan+complaint@x.example>\r\n", "Message-ID: <m-complaint@x.example>"}},
	} {
		if err := send(c, "m-"+tag+"@x.example", "lan+"+tag+"@x.example"); err != nil {
			t.Fatal(err)
		}
		got := <-calls
		if got.to != want.to {
			t.Errorf("%s goes to %s, want %s", tag, got.to, want.to)
		}
		for _, w := range want.says {
			if !strings.Contains(got.mail, w) {
				t.Errorf("%s lacks %q:\n%s", tag, w, got.mail)
			}
		}
		if strings.Contains(strings.ReplaceAll(got.mail, "\r\n", ""), "\n") {
			t.Errorf("%s: a line ends without CR", tag)
		}
	}
	if n := s.Counts(); n.LateBounces != 7 || n.Accepted != 7 || n.Rejected+n.Deferred != 0 {
		t.Errorf("counts %+v", n)
	}
}

// errGone has an LMTP server hang up.
var errGone = errors.New("hang up")

// serveLMTP runs a server whose n-th mail is answered by script[n].
func serveLMTP(t *testing.T, script ...error) (addr string, took func() []string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var mails []string
	n := 0
	srv := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &scripted{conn: c, next: func(mail string) error {
			mu.Lock()
			defer mu.Unlock()
			say := script[min(n, len(script)-1)]
			if n++; say == nil {
				mails = append(mails, mail)
			}
			return say
		}}, nil
	}))
	srv.LMTP, srv.Domain, srv.ErrorLog = true, "lmtp.example", serverLog{slog.New(slog.DiscardHandler)}
	served := make(chan struct{})
	go func() { defer close(served); _ = srv.Serve(ln) }()
	t.Cleanup(func() { srv.Close(); <-served })
	return ln.Addr().String(), func() []string {
		mu.Lock()
		defer mu.Unlock()
		return append([]string(nil), mails...)
	}
}

// scripted is a conversation that answers each mail as it is told.
type scripted struct {
	conn *smtp.Conn
	next func(mail string) error
	to   string
}

func (s *scripted) Reset()                                    {}
func (s *scripted) Logout() error                             { return nil }
func (s *scripted) Mail(string, *smtp.MailOptions) error      { return nil }
func (s *scripted) Rcpt(to string, _ *smtp.RcptOptions) error { s.to = to; return nil }

func (s *scripted) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err = s.next(s.to + " " + string(b)); errors.Is(err, errGone) {
		return s.conn.Conn().Close()
	}
	return err
}

// A mail server keeps a mail through refusals for now, lost connections and a
// server that is not there, and gives it up when it is refused for good.
func TestHandover(t *testing.T) {
	t.Parallel()
	away := &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "later"}
	never := &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no"}
	addr, took := serveLMTP(t, away, errGone, away, nil)
	h := Handover{Network: "tcp", Addr: addr, Pause: time.Millisecond}
	if err := h.Deliver(t.Context(), "b@x.example", []byte("Subject: x\r\n\r\n.dot\r\n")); err != nil {
		t.Fatal(err)
	}
	if got := took(); len(got) != 1 || got[0] != "b@x.example Subject: x\r\n\r\n.dot\r\n" {
		t.Errorf("took %q", got)
	}
	addr, _ = serveLMTP(t, never)
	var reply *smtp.SMTPError
	if err := (Handover{Network: "tcp", Addr: addr}).Deliver(t.Context(), "b@x.example", []byte("x")); !errors.As(err, &reply) || reply.Code != 550 {
		t.Errorf("refused for good: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	nobody, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody.Close()
	h.Addr = nobody.Addr().String()
	if err := h.Deliver(ctx, "b@x.example", []byte("x")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("nobody there: %v", err)
	}
	if err := (Handover{Network: "tcp", Addr: "192.0.2.1:24"}).Deliver(t.Context(), "b@x.example", nil); err == nil || !strings.Contains(fmt.Sprint(err), "loopback") {
		t.Errorf("another machine: %v", err)
	}
}
