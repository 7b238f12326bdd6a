package smtpsink

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"net/mail"
	"net/textproto"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

const sender = "bounce+k7@khaosat.example"

func start(t *testing.T, cfg Config) *Sink {
	t.Helper()
	s, err := Start(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return s
}

func dial(t *testing.T, s *Sink) *smtp.Client {
	t.Helper()
	c, err := smtp.Dial(s.SMTPAddr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func dialTLS(t *testing.T, s *Sink) *smtp.Client {
	t.Helper()
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(s.CertPEM()) {
		t.Fatal("CertPEM holds no certificate")
	}
	c, err := smtp.DialStartTLS(s.SMTPAddr(), &tls.Config{RootCAs: roots, ServerName: "127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func letter(id, to string) string {
	return "Message-ID: <" + id + ">\r\nFrom: Van phong <khaosat@lamxuyen.example>\r\nTo: <" + to + ">\r\n" +
		"Subject: =?utf-8?q?M=E1=BB=9Di_tr=E1=BA=A3_l=E1=BB=9Di?=\r\n\r\nhttps://khaosat.example/r/abc\r\n"
}

func send(c *smtp.Client, id, to string) error {
	return c.SendMail(sender, []string{to}, strings.NewReader(letter(id, to)))
}

// wantReply checks the code and enhanced code of a refusal; code 0 means taken.
func wantReply(t *testing.T, err error, code int, enhanced smtp.EnhancedCode) {
	t.Helper()
	if code == 0 {
		if err != nil {
			t.Fatalf("got %v, want acceptance", err)
		}
		return
	}
	var reply *smtp.SMTPError
	if !errors.As(err, &reply) || reply.Code != code || reply.EnhancedCode != enhanced {
		t.Fatalf("got %v, want %d %v", err, code, enhanced)
	}
}

func TestStartTLSAndAuth(t *testing.T) {
	t.Parallel()
	s := start(t, Config{Username: "canvass", Password: "sesame"})

	plain := dial(t, s)
	wantReply(t, send(plain, "early@x.example", "lan@x.example"), 530, smtp.EnhancedCode{5, 7, 0})
	if ok, _ := plain.Extension("AUTH"); ok {
		t.Error("AUTH offered on an unencrypted connection")
	}

	wrong := dialTLS(t, s)
	wantReply(t, wrong.Auth(sasl.NewPlainClient("", "canvass", "open")), 535, smtp.EnhancedCode{5, 7, 8})
	wantReply(t, send(wrong, "wrong@x.example", "lan@x.example"), 530, smtp.EnhancedCode{5, 7, 0})

	for i, auth := range []sasl.Client{
		sasl.NewPlainClient("", "canvass", "sesame"),
		sasl.NewLoginClient("canvass", "sesame"),
	} {
		c := dialTLS(t, s)
		if err := c.Auth(auth); err != nil {
			t.Fatal(err)
		}
		if err := send(c, fmt.Sprintf("ok%d@x.example", i), "lan@x.example"); err != nil {
			t.Fatal(err)
		}
	}
	got := s.Messages()
	if len(got) != 2 || !got[0].TLS || got[0].From != sender || got[0].MessageID != "ok0@x.example" {
		t.Fatalf("kept %+v", got)
	}
	if want := letter("ok0@x.example", "lan@x.example"); string(got[0].Raw) != want {
		t.Errorf("raw = %q, want %q", got[0].Raw, want)
	}
}

func TestExtensions(t *testing.T) {
	t.Parallel()
	c := dial(t, start(t, Config{MaxBytes: 5000}))
	for _, name := range []string{"STARTTLS", "PIPELINING", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", "DSN", "SIZE"} {
		if ok, _ := c.Extension(name); !ok {
			t.Errorf("%s is not offered", name)
		}
	}
	if size, _ := c.MaxMessageSize(); size != 5000 {
		t.Errorf("SIZE %d, want 5000", size)
	}
}

// reply is what a client hears; code 0 means taken, -1 the connection cut.
type reply struct {
	code int
	enh  smtp.EnhancedCode
}

// story is one mail sent again and again to one address.
type story struct {
	to      string
	replies []reply
	times   int // how often it was taken in the end
	counts  Counts
}

func TestMisbehaviour(t *testing.T) {
	t.Parallel()
	taken, cutOff := reply{}, reply{code: -1}
	grey := reply{450, smtp.EnhancedCode{4, 7, 1}}
	gone := reply{550, smtp.EnhancedCode{5, 1, 1}}
	policy := reply{550, smtp.EnhancedCode{5, 7, 1}}
	full := reply{452, smtp.EnhancedCode{4, 2, 2}}
	busy := reply{421, smtp.EnhancedCode{4, 3, 2}}
	for _, tc := range []story{
		{"lan@x.example", []reply{taken, taken}, 2, Counts{Accepted: 2, Repeats: 1}},
		{"xgreylist@x.example", []reply{taken}, 1, Counts{Accepted: 1}},
		{"greylist@x.example", []reply{grey, taken, taken}, 2, Counts{Accepted: 2, Repeats: 1, Deferred: 1, Greylisted: 1}},
		{"lan.nguyen+GreyList@x.example", []reply{grey, taken}, 1, Counts{Accepted: 1, Deferred: 1, Greylisted: 1}},
		{"greylist2@x.example", []reply{grey, grey, taken}, 1, Counts{Accepted: 1, Deferred: 2, Greylisted: 2}},
		{"bounce@x.example", []reply{gone, gone}, 0, Counts{Rejected: 2}},
		{"a+b+policy@x.example", []reply{policy, policy}, 0, Counts{Rejected: 2}},
		{"full@x.example", []reply{full, full}, 0, Counts{Deferred: 2}},
		{"busy421@x.example", []reply{busy, taken}, 1, Counts{Accepted: 1, Deferred: 1}},
		{"dropbefore@x.example", []reply{cutOff, taken}, 1, Counts{Accepted: 1, Dropped: 1}},
		{"dropafter@x.example", []reply{cutOff, taken, taken}, 3, Counts{Accepted: 3, Repeats: 2, Dropped: 1, DroppedAfter: 1}},
	} {
		for _, encrypted := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s tls=%v", tc.to, encrypted), func(t *testing.T) {
				t.Parallel()
				tc.play(t, encrypted)
			})
		}
	}
}

func (tc story) play(t *testing.T, encrypted bool) {
	s := start(t, Config{})
	for _, want := range tc.replies {
		c := dial(t, s)
		if encrypted {
			c = dialTLS(t, s)
		}
		err := send(c, "m1@x.example", tc.to)
		if want.code < 0 {
			if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Fatalf("got %v, want the connection cut", err)
			}
			continue
		}
		wantReply(t, err, want.code, want.enh)
		if closed := c.Noop() != nil; closed != (want.code == 421) {
			t.Errorf("after %d the connection is closed: %v", want.code, closed)
		}
	}
	if got := s.ReceivedByMessageID()["m1@x.example"]; got != tc.times {
		t.Errorf("taken %d times, want %d", got, tc.times)
	}
	if got := s.Counts(); got != tc.counts {
		t.Errorf("counts %+v, want %+v", got, tc.counts)
	}
	refusals := tc.counts.Rejected + tc.counts.Deferred + tc.counts.Dropped - tc.counts.DroppedAfter
	if got := s.Refusals(); int64(len(got)) != refusals {
		t.Errorf("%d refusals remembered, want %d", len(got), refusals)
	}
}

// TestFirstTimeIsPerMail: another mail to the same address starts its own story.
func TestFirstTimeIsPerMail(t *testing.T) {
	t.Parallel()
	s := start(t, Config{})
	c := dial(t, s)
	grey := smtp.EnhancedCode{4, 7, 1}
	wantReply(t, send(c, "one@x.example", "greylist@x.example"), 450, grey)
	wantReply(t, send(c, "one@x.example", "greylist@x.example"), 0, grey)
	wantReply(t, send(c, "two@x.example", "greylist@x.example"), 450, grey)
	wantReply(t, send(c, "two@x.example", "greylist@x.example"), 0, grey)
	nameless := "Subject: no id\r\n\r\nx\r\n"
	for _, code := range []int{450, 0} {
		err := c.SendMail(sender, []string{"greylist@x.example"}, strings.NewReader(nameless))
		wantReply(t, err, code, grey)
	}
	if m, _ := s.Get(3); m.MessageID != "" || m.Refused != 1 || m.Times != 1 {
		t.Errorf("mail without Message-ID kept as %+v", m)
	}
}

func TestRefusedRecipientLeavesTheOthers(t *testing.T) {
	t.Parallel()
	s := start(t, Config{})
	c := dial(t, s)
	if err := c.Mail(sender, nil); err != nil {
		t.Fatal(err)
	}
	for to, code := range map[string]int{"lan@x.example": 0, "bounce@x.example": 550} {
		wantReply(t, c.Rcpt(to, nil), code, smtp.EnhancedCode{5, 1, 1})
	}
	w, err := c.Data()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, letter("m@x.example", "lan@x.example")); err != nil {
		t.Fatal(err)
	}
	reply, err := w.CloseWithResponse()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(reply.StatusText, "Queued as 1") {
		t.Errorf("reply %q names no queue id", reply.StatusText)
	}
	if got := s.MessagesTo("LAN@x.example"); len(got) != 1 || !slices.Equal(got[0].To, []string{"lan@x.example"}) {
		t.Errorf("kept %+v", got)
	}
}

func TestTooLarge(t *testing.T) {
	t.Parallel()
	s := start(t, Config{MaxBytes: 1000})
	c := dial(t, s)
	big := letter("big@x.example", "lan@x.example") + strings.Repeat("0123456789\r\n", 200)
	err := c.SendMail(sender, []string{"lan@x.example"}, strings.NewReader(big))
	wantReply(t, err, 552, smtp.EnhancedCode{5, 3, 4})
	wantReply(t, send(c, "small@x.example", "lan@x.example"), 0, smtp.EnhancedCode{})
	if got := s.Counts(); got.Rejected != 1 || got.Accepted != 1 {
		t.Errorf("counts %+v", got)
	}
}

// TestSlow: the mail is there before its reply; Close does not wait out the delay.
func TestSlow(t *testing.T) {
	t.Parallel()
	s := start(t, Config{SlowDelay: time.Hour})
	arrivals, cancel := s.Subscribe()
	defer cancel()
	replied := make(chan error, 1)
	c := dial(t, s)
	go func() { replied <- send(c, "slow@x.example", "lan+slow@x.example") }()
	if m := next(t, arrivals); m.Tag != TagSlow {
		t.Errorf("tag %q", m.Tag)
	}
	select {
	case err := <-replied:
		t.Fatalf("replied at once: %v", err)
	default:
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-replied; err != nil {
		t.Errorf("Close took away the reply of a mail that was taken: %v", err)
	}
}

func next(t *testing.T, arrivals <-chan Message) Message {
	t.Helper()
	select {
	case m, ok := <-arrivals:
		if !ok {
			t.Fatal("subscription ended")
		}
		return m
	case <-time.After(10 * time.Second):
		t.Fatal("no mail within 10 s")
	}
	return Message{}
}

func TestLateBounce(t *testing.T) {
	t.Parallel()
	type call struct {
		to  string
		dsn []byte
	}
	calls := make(chan call, 8)
	s := start(t, Config{
		BounceDelay: time.Millisecond,
		OnBounce:    func(to string, dsn []byte) { calls <- call{to, dsn} },
	})
	c := dial(t, s)
	// Neither a report nor a mail with NOTIFY=NEVER is bounced.
	if err := c.SendMail("", []string{"latebounce@x.example"}, strings.NewReader(letter("r@x.example", "y@x.example"))); err != nil {
		t.Fatal(err)
	}
	transmit(t, c, &smtp.MailOptions{}, "latebounce@x.example", &smtp.RcptOptions{Notify: []smtp.DSNNotify{smtp.DSNNotifyNever}})
	transmit(t, c, &smtp.MailOptions{EnvelopeID: "a+b", Return: smtp.DSNReturnFull}, "lan+latebounce@x.example",
		&smtp.RcptOptions{OriginalRecipientType: smtp.DSNAddressTypeRFC822, OriginalRecipient: "lan@x.example"})

	got := <-calls
	if got.to != sender {
		t.Errorf("report goes to %q", got.to)
	}
	parts := checkReport(t, got.dsn)
	for _, want := range []string{
		"Original-Envelope-Id: a+2Bb\r\n", "Original-Recipient: rfc822; lan@x.example\r\n",
		"Final-Recipient: rfc822; lan+latebounce@x.example\r\n", "Action: failed\r\n", "Status: 5.1.1\r\n",
	} {
		if !strings.Contains(parts[1].body, want) {
			t.Errorf("delivery-status lacks %q:\n%s", want, parts[1].body)
		}
	}
	if parts[2].kind != "message/rfc822" || !strings.Contains(parts[2].body, "\r\n\r\nhttps://khaosat.example/r/abc") {
		t.Errorf("RET=FULL returned %s %q", parts[2].kind, parts[2].body)
	}

	if err := send(c, "headers@x.example", "latebounce@x.example"); err != nil {
		t.Fatal(err)
	}
	parts = checkReport(t, (<-calls).dsn)
	if parts[2].kind != "text/rfc822-headers" || !strings.Contains(parts[2].body, "Message-ID: <headers@x.example>") ||
		strings.Contains(parts[2].body, "khaosat.example/r/") {
		t.Errorf("part 3 is %s %q", parts[2].kind, parts[2].body)
	}
	if got := s.Counts(); got.LateBounces != 2 || got.Accepted != 4 || got.Rejected != 0 {
		t.Errorf("counts %+v", got)
	}
}

func transmit(t *testing.T, c *smtp.Client, m *smtp.MailOptions, to string, r *smtp.RcptOptions) {
	t.Helper()
	if err := errors.Join(c.Mail(sender, m), c.Rcpt(to, r)); err != nil {
		t.Fatal(err)
	}
	w, err := c.Data()
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.WriteString(w, letter("full@x.example", to))
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
}

type reportPart struct{ kind, body string }

// checkReport reads a report with the standard library and checks its shape.
func checkReport(t *testing.T, dsn []byte) []reportPart {
	t.Helper()
	if bytes.Contains(bytes.ReplaceAll(dsn, []byte("\r\n"), nil), []byte("\n")) {
		t.Error("a line ends without CR")
	}
	msg, err := mail.ReadMessage(bytes.NewReader(dsn))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := msg.Header.Date(); err != nil {
		t.Error(err)
	}
	kind, params, err := mime.ParseMediaType(msg.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/report" || params["report-type"] != "delivery-status" {
		t.Fatalf("Content-Type %q %v %v", kind, params, err)
	}
	if msg.Header.Get("Return-Path") != "<>" || msg.Header.Get("Auto-Submitted") != "auto-replied" {
		t.Errorf("header %v", msg.Header)
	}
	var parts []reportPart
	for r := multipart.NewReader(msg.Body, params["boundary"]); ; {
		p, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(p)
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, reportPart{p.Header.Get("Content-Type"), string(body)})
	}
	if len(parts) != 3 || parts[1].kind != "message/delivery-status" {
		t.Fatalf("parts %+v", parts)
	}
	return parts
}

func TestReportForUnicodeAddress(t *testing.T) {
	t.Parallel()
	m := Message{From: sender, Raw: []byte("Subject: Mời\r\n\r\n")}
	parts := checkReport(t, report(m, recipient{address: "lụa+latebounce@x.example"}, reportOptions{nonce: "N", what: behaviours[TagLateBounce].later}))
	if want := `Final-Recipient: utf-8; l\x{1EE5}a\x{2B}latebounce@x.example`; !strings.Contains(parts[1].body, want) {
		t.Errorf("no %s in\n%s", want, parts[1].body)
	}
}

// TestKeepIsBounded: memory is bounded by number and by bytes; tallies are not forgotten.
func TestKeepIsBounded(t *testing.T) {
	t.Parallel()
	one := int64(len(letter("m0@x.example", "lan@x.example")))
	for name, cfg := range map[string]Config{"by number": {Keep: 3}, "by bytes": {KeepBytes: 3*one + 1}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, cfg)
			c := dial(t, s)
			for i := range 8 {
				if err := send(c, fmt.Sprintf("m%d@x.example", i), "lan@x.example"); err != nil {
					t.Fatal(err)
				}
			}
			got := s.Messages()
			if len(got) != 3 || got[0].Seq != 6 || got[2].Seq != 8 {
				t.Fatalf("kept %d mails from %d", len(got), got[0].Seq)
			}
			if _, ok := s.Get(5); ok {
				t.Error("mail 5 is still kept")
			}
			if _, ok := s.Get(6); !ok {
				t.Error("mail 6 is not kept")
			}
			if c := s.Counts(); c.Accepted != 8 || c.Forgotten != 5 || len(s.ReceivedByMessageID()) != 8 {
				t.Errorf("counts %+v", c)
			}
		})
	}
}

// TestManyConnections: every mail is taken once, and every subscriber, however
// late it reads, gets each of them in order although Keep forgets most.
func TestManyConnections(t *testing.T) {
	t.Parallel()
	const connections, mails = 20, 15
	s := start(t, Config{Keep: 10})
	lagging, cancel := s.Subscribe()
	defer cancel()
	prompt, cancelPrompt := s.Subscribe()
	defer cancelPrompt()
	seen := make(chan int)
	go func() {
		n := 0
		for range prompt {
			n++
		}
		seen <- n
	}()
	var senders sync.WaitGroup
	for i := range connections {
		c := dial(t, s)
		senders.Go(func() {
			for j := range mails {
				if err := send(c, fmt.Sprintf("%d.%d@x.example", i, j), "lan@x.example"); err != nil {
					t.Error(err)
				}
				s.Messages()
			}
		})
	}
	senders.Wait()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if n := <-seen; n != connections*mails {
		t.Errorf("the prompt subscriber got %d mails", n)
	}
	want := int64(0)
	for m := range lagging {
		if want++; m.Seq != want {
			t.Fatalf("got mail %d, want %d", m.Seq, want)
		}
	}
	if want != connections*mails || len(s.ReceivedByMessageID()) != connections*mails {
		t.Errorf("%d mails delivered, %d Message-IDs", want, len(s.ReceivedByMessageID()))
	}
}

func TestSubscribeCancel(t *testing.T) {
	t.Parallel()
	s := start(t, Config{})
	arrivals, cancel := s.Subscribe()
	c := dial(t, s)
	if err := send(c, "1@x.example", "lan@x.example"); err != nil {
		t.Fatal(err)
	}
	cancel()
	cancel()
	for range arrivals { // at most the mail that was on its way; then it is closed
	}
	if err := send(c, "2@x.example", "lan@x.example"); err != nil {
		t.Fatal(err)
	}
}

func TestPipelining(t *testing.T) {
	t.Parallel()
	s := start(t, Config{})
	c, err := textproto.Dial("tcp", s.SMTPAddr())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, _, err := c.ReadResponse(220); err != nil {
		t.Fatal(err)
	}
	if err := c.PrintfLine("EHLO x.example\r\nMAIL FROM:<%s>\r\nRCPT TO:<bounce@x.example>\r\nRCPT TO:<lan@x.example>\r\nDATA", sender); err != nil {
		t.Fatal(err)
	}
	for _, code := range []int{250, 250, 550, 250, 354} {
		if _, _, err := c.ReadResponse(code); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.PrintfLine("Message-ID: <p@x.example>\r\n\r\nx\r\n.\r\nQUIT"); err != nil {
		t.Fatal(err)
	}
	for _, code := range []int{250, 221} {
		if _, _, err := c.ReadResponse(code); err != nil {
			t.Fatal(err)
		}
	}
	if s.ReceivedByMessageID()["p@x.example"] != 1 {
		t.Error("the pipelined mail was not taken")
	}
}

func TestStartRefusesBadConfig(t *testing.T) {
	t.Parallel()
	busy := start(t, Config{})
	for name, cfg := range map[string]Config{
		"web beyond loopback": {WebAddr: "0.0.0.0:0"},
		"web without port":    {WebAddr: "127.0.0.1"},
		"negative":            {Keep: -1},
		"smtp port taken":     {SMTPAddr: busy.SMTPAddr()},
		"web port taken":      {WebAddr: strings.TrimPrefix(busy.WebURL(), "http://")},
	} {
		if s, err := Start(cfg); err == nil {
			t.Errorf("%s: started", name)
			_ = s.Close()
		}
	}
}

func TestCloseRightAfterStart(t *testing.T) {
	t.Parallel()
	for range 50 {
		s, err := Start(Config{})
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(s.Close(), s.Close()); err != nil {
			t.Fatal(err)
		}
	}
}

// TestLogKeepsSecrets lets connections break in every way and greps the log.
func TestLogKeepsSecrets(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s, err := Start(Config{Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	if err != nil {
		t.Fatal(err)
	}
	for _, tag := range []string{TagBounce, TagGreylist, TagBusy421, TagDropBefore, TagDropAfter} {
		if err := send(dial(t, s), "secret-id@x.example", "kim.oanh+"+tag+"@secret.example"); err == nil {
			t.Errorf("%s was taken", tag)
		}
	}
	c := dial(t, s)
	if err := errors.Join(c.Mail("secret@khaosat.example", nil), c.Rcpt("kim.oanh@secret.example", nil), c.Close()); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"secret", "oanh", "khaosat"} {
		if strings.Contains(log.String(), word) {
			t.Errorf("%q reached the log:\n%s", word, log.String())
		}
	}
}
