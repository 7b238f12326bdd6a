package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/token"
	"canvass/worker/channel"
	"canvass/worker/channel/email"
	"canvass/worker/postbox"
)

// returnsOf is what the doctor says of mail that returns, check by check.
func returnsOf(t *testing.T, change func(*doctor)) map[string]diagnosis {
	t.Helper()
	d := &doctor{app: newApp(strings.NewReader(""), io.Discard, io.Discard, func(string) string { return "" }),
		cfg: Config{SMTP: email.Config{Host: "mail.office.vn"}, BounceDomain: "bounce.office.vn",
			Senders: []survey.Sender{{Channel: survey.Mail, Address: "ks@office.vn"}}},
		lookupMX: func(context.Context, string) ([]*net.MX, error) { return []*net.MX{{Host: "mail.office.vn."}}, nil }}
	change(d)
	d.returns(t.Context())
	out := map[string]diagnosis{}
	for _, f := range d.found {
		out[f.Check] = f
	}
	return out
}

// nowhere is a keeper that is never reached: the doctor sends no mail.
type nowhere struct{ t *testing.T }

func (n nowhere) ReceiveMail(context.Context, channel.Inbound) error {
	n.t.Error("the doctor sent a mail")
	return nil
}

// takeMail runs an LMTP server for a domain.
func takeMail(t *testing.T, domain string) string {
	t.Helper()
	keys, err := token.NewKeyring(token.Key{ID: "k", Secret: []byte(strings.Repeat("k", 32))})
	if err != nil {
		t.Fatal(err)
	}
	box, err := postbox.New(postbox.Config{Keeper: nowhere{t}, Keys: keys, Domain: domain, Now: time.Now, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- box.Serve(ctx, ln) }()
	t.Cleanup(func() { cancel(); <-ended })
	return ln.Addr().String()
}

func TestTheDoctorOnMailThatReturns(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, check string
		change      func(*doctor)
		state       string
		says        string // in the detail or the remedy
	}{
		{"no mail", "mail that returns", func(d *doctor) { d.cfg.SMTP.Host = "" }, skipped, ""},
		{"no domain", "mail that returns", func(d *doctor) { d.cfg.BounceDomain = "" }, warning, "CANVASS_BOUNCE_DOMAIN"},
		{"a subdomain", "bounce domain", func(*doctor) {}, healthy, "bounce.office.vn"},
		{"a sibling", "bounce domain", func(d *doctor) { d.cfg.Senders[0].Address = "ks@thu.office.vn" }, healthy, ""},
		{"another's", "bounce domain", func(d *doctor) { d.cfg.Senders[0].Address = "ks@elsewhere.vn" }, warning, "DMARC"},
		{"beside it under gov.vn", "bounce domain", func(d *doctor) {
			d.cfg.BounceDomain, d.cfg.Senders[0].Address = "lamxuyen.gov.vn", "ks@khac.gov.vn"
		}, warning, "khac.gov.vn"},
		{"no listener", "lmtp", func(*doctor) {}, warning, "CANVASS_LMTP_ADDR"},
		{"not running", "lmtp", func(d *doctor) { d.cfg.LMTPAddr = "unix:/nowhere/lmtp" }, skipped, "/nowhere/lmtp"},
		{"running", "lmtp", func(d *doctor) { d.cfg.LMTPAddr = takeMail(t, "bounce.office.vn") }, healthy, "127.0.0.1"},
		{"another domain's", "lmtp", func(d *doctor) { d.cfg.LMTPAddr = takeMail(t, "bounce.other.vn") }, wrong, "550"},
		{"routed", "bounce route", func(d *doctor) { d.cfg.LMTPAddr = "127.0.0.1:8024" }, healthy,
			"MX mail.office.vn; Postfix: bounce.office.vn lmtp:inet:127.0.0.1:8024"},
		{"routed to a socket", "bounce route", func(d *doctor) { d.cfg.LMTPAddr = "unix:/run/canvass/lmtp" }, healthy, "bounce.office.vn lmtp:unix:/run/canvass/lmtp"},
		{"no route", "bounce route", func(d *doctor) {
			d.lookupMX = func(context.Context, string) ([]*net.MX, error) { return nil, errors.New("no such host") }
		}, warning, "bounce.office.vn lmtp:inet:127.0.0.1:8024"},
		{"a name for trials", "bounce route", func(d *doctor) {
			d.cfg.BounceDomain = "bounce.office.example"
			d.lookupMX = func(context.Context, string) ([]*net.MX, error) { t.Error("asked DNS for .example"); return nil, nil }
		}, skipped, "relay_domains"},
	} {
		got, ok := returnsOf(t, c.change)[c.check]
		if !ok || got.State != c.state || !strings.Contains(got.Detail+" "+got.Remedy, c.says) {
			t.Errorf("%s: %+v, want %s with %q", c.name, got, c.state, c.says)
		}
	}
}

// A socket that was left behind is replaced; one that is in use is not, nor is a
// file that is no socket.
func TestListenOnASocket(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "lmtp")
	e := &engine{cfg: Config{LMTPAddr: "unix:" + path}}
	defer e.Close()
	left, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.listenMail(t.Context()); survey.CodeOf(err) != survey.CodeConfig {
		t.Errorf("in use: %v", err)
	}
	left.SetUnlinkOnClose(false)
	left.Close()
	ln, err := e.listenMail(t.Context())
	if err != nil {
		t.Fatalf("left behind: %v", err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o666 {
		t.Errorf("the socket: %v, %v", info, err)
	}
	ln.Close()
	if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := e.listenMail(t.Context()); survey.CodeOf(err) != survey.CodeConfig {
		t.Errorf("a file: %v", err)
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != "x" {
		t.Errorf("the file is %q, %v", b, err)
	}
}

func TestReturnsAreSet(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		domain, addr string
		fault        string // the setting at fault
	}{
		{"", "", ""},
		{"bounce.office.vn", "", ""},
		{"Bounce.Office.vn", "127.0.0.1:8024", ""},
		{"bounce.office.vn", "[::1]:8024", ""},
		{"bounce.office.vn", "localhost:8024", ""},
		{"bounce.office.vn", "unix:/run/canvass/lmtp", ""},
		{"", "127.0.0.1:8024", "CANVASS_BOUNCE_DOMAIN"},
		{"office", "", "CANVASS_BOUNCE_DOMAIN"},
		{"ks@office.vn", "", "CANVASS_BOUNCE_DOMAIN"},
		{"bounce.office.vn.", "", "CANVASS_BOUNCE_DOMAIN"},
		{"thư.office.vn", "", "CANVASS_BOUNCE_DOMAIN"},
		{strings.Repeat("a.", 100) + "vn", "", "CANVASS_BOUNCE_DOMAIN"},
		{"bounce.office.vn", "0.0.0.0:8024", "CANVASS_LMTP_ADDR"},
		{"bounce.office.vn", ":8024", "CANVASS_LMTP_ADDR"},
		{"bounce.office.vn", "192.0.2.7:8024", "CANVASS_LMTP_ADDR"},
		{"bounce.office.vn", "127.0.0.1", "CANVASS_LMTP_ADDR"},
		{"bounce.office.vn", "unix:lmtp", "CANVASS_LMTP_ADDR"},
	} {
		cfg, err := configOf(map[string]string{"HOME": "/h", "CANVASS_BOUNCE_DOMAIN": c.domain, "CANVASS_LMTP_ADDR": c.addr})
		if (err != nil) != (c.fault != "") || err != nil && !strings.Contains(err.Error(), c.fault) {
			t.Errorf("%q %q: %v, want a fault of %q", c.domain, c.addr, err, c.fault)
		}
		if err == nil && (cfg.BounceDomain != strings.ToLower(c.domain) || cfg.LMTPAddr != c.addr) {
			t.Errorf("%q %q: read as %q %q", c.domain, c.addr, cfg.BounceDomain, cfg.LMTPAddr)
		}
	}
}

// The alarms of a campaign's status are said in words, and only when they count.
func TestStatusRaisesTheAlarms(t *testing.T) {
	t.Parallel()
	a := newApp(strings.NewReader(""), io.Discard, io.Discard, func(name string) string { return map[string]string{"CANVASS_LANG": "en"}[name] })
	for n, want := range map[int]bool{2: false, 3: true} {
		s := statusWith(n)
		if got := strings.Contains(a.statusText(s, time.Now()), fmt.Sprintf("! %d of 100 e-mails were blocked", n)); got != want {
			t.Errorf("%d blocked: alarm %t, want %t", n, got, want)
		}
	}
}

// statusWith is a campaign of 100 e-mails of which n were blocked.
func statusWith(n int) dispatch.Standing {
	return dispatch.Standing{Status: view.Status{Attempts: []view.AttemptCount{{Channel: survey.Mail, State: survey.AttemptSent, N: 100 - n},
		{Channel: survey.Mail, State: survey.AttemptUndelivered, Reason: survey.ReasonFiltered, N: n}}}}
}
