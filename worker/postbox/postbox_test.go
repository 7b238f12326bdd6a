package postbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"canvass/dispatch/survey"
	"canvass/dispatch/token"
	"canvass/worker/channel"
)

const domain = "bounce.lamxuyen.example"

func testKeys(t testing.TB) *token.Keyring {
	t.Helper()
	keys, err := token.NewKeyring(token.Key{ID: "k1", Secret: []byte(strings.Repeat("k", 32))})
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// shelf keeps mails in memory; keep, if given, is asked first.
type shelf struct {
	mu   sync.Mutex
	got  []channel.Inbound
	keep func(channel.Inbound) error
}

func (s *shelf) ReceiveMail(_ context.Context, in channel.Inbound) error {
	if s.keep != nil {
		if err := s.keep(in); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.got = append(s.got, in)
	return nil
}

func (s *shelf) all() []channel.Inbound {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]channel.Inbound(nil), s.got...)
}

// lockedBuffer is a log that several goroutines write.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// box is a running server.
type box struct {
	addr net.Addr
	keys *token.Keyring
	log  *lockedBuffer
	end  func() error // ends it and waits
}

func open(t *testing.T, k Keeper) *box {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return openOn(t, ln, k)
}

func openOn(t *testing.T, ln net.Listener, k Keeper) *box {
	t.Helper()
	b := &box{addr: ln.Addr(), keys: testKeys(t), log: &lockedBuffer{}}
	s, err := New(Config{Keeper: k, Keys: b.keys, Domain: domain, Now: time.Now,
		Logger: slog.New(slog.NewTextHandler(b.log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, ln) }()
	b.end = sync.OnceValue(func() error { cancel(); return <-ended })
	t.Cleanup(func() {
		if err := b.end(); err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	return b
}

func (b *box) dial(t *testing.T) *smtp.Client {
	t.Helper()
	conn, err := net.Dial(b.addr.Network(), b.addr.String())
	if err != nil {
		t.Fatal(err)
	}
	c := smtp.NewClientLMTP(conn)
	t.Cleanup(func() { c.Close() })
	if err := c.Hello("mail.lamxuyen.example"); err != nil {
		t.Fatal(err)
	}
	return c
}

// code is the reply code of an answer, 250 for none.
func code(err error) string {
	var reply *smtp.SMTPError
	switch {
	case err == nil:
		return "250"
	case errors.As(err, &reply):
		return fmt.Sprintf("%d %d.%d.%d", reply.Code, reply.EnhancedCode[0], reply.EnhancedCode[1], reply.EnhancedCode[2])
	}
	return err.Error()
}

// bring hands a mail over and returns what is said to each recipient.
func bring(t *testing.T, c *smtp.Client, mail string, to ...string) []string {
	t.Helper()
	if err := c.Mail("", nil); err != nil {
		t.Fatal(err)
	}
	said := make([]string, len(to))
	var taken []string
	for i, rcpt := range to {
		if said[i] = code(c.Rcpt(rcpt, nil)); said[i] == "250" {
			taken = append(taken, rcpt)
		}
	}
	if len(taken) == 0 {
		if err := c.Reset(); err != nil {
			t.Fatal(err)
		}
		return said
	}
	w, err := c.Data()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(mail)); err != nil {
		t.Fatal(err)
	}
	_, err = w.CloseWithLMTPResponse()
	var each smtp.LMTPDataError
	if err != nil && !errors.As(err, &each) {
		for i := range said {
			said[i] = err.Error()
		}
		return said
	}
	for i, rcpt := range to {
		if reply := each[rcpt]; reply != nil {
			said[i] = code(reply)
		}
	}
	return said
}

const report = "Received: from a by b\r\nMessage-ID: <1@mx.example>\r\nDate: Mon, 14 Dec 2026 08:00:00 +0700\r\n" +
	"From: MAILER-DAEMON@mx.example\r\nSubject: Undelivered\r\n\r\n<huy@hopthu.example>: 550 5.1.1 no such user\r\n"

func equal(a, b []string) bool { return fmt.Sprint(a) == fmt.Sprint(b) }

func TestOnlyOurAddressesAreTaken(t *testing.T) {
	t.Parallel()
	s := &shelf{}
	b := open(t, s)
	c, good := b.dial(t), b.keys.BounceAddress("a17", domain)
	for to, want := range map[string]string{
		good:                                   "250",
		strings.ToUpper(good):                  "250",
		"postmaster@" + domain:                 "250",
		"Abuse@" + strings.ToUpper(domain):     "250",
		"bounce@" + domain:                     "250",
		strings.Replace(good, "a17", "a18", 1): "550 5.1.1",
		strings.Replace(good, domain, "other.example", 1): "550 5.1.1",
		"huy@" + domain:                 "550 5.1.1",
		"postmaster@other.example":      "550 5.1.1",
		"bounce+a17@" + domain:          "550 5.1.1",
		"bounce+a17.aaaaaaaa@" + domain: "550 5.1.1",
	} {
		if got := bring(t, c, report, to); got[0] != want {
			t.Errorf("%s: %s, want %s", to, got[0], want)
		}
	}
	for _, in := range s.all() {
		if string(in.Raw) != report || in.Provider != "smtp" || in.ProviderID == "" || in.At.IsZero() || in.Kind != "" {
			t.Errorf("kept %+v", in)
		}
	}
	if n := len(s.all()); n != 5 {
		t.Errorf("%d mails, want 5", n)
	}
}

// Each recipient has an answer of its own, and a mail that was not stored stays
// with the mail server.
func TestEachRecipientIsAnswered(t *testing.T) {
	t.Parallel()
	s := &shelf{}
	b := open(t, s)
	one, two := b.keys.BounceAddress("a1", domain), b.keys.BounceAddress("a2", domain)
	s.keep = func(in channel.Inbound) error {
		if in.To == two {
			return &survey.Error{Kind: survey.Unavailable, Code: survey.CodeDatabaseAway}
		}
		return nil
	}
	c := b.dial(t)
	if got, want := bring(t, c, report, one, "huy@"+domain, two), []string{"250", "550 5.1.1", "451 4.3.0"}; !equal(got, want) {
		t.Errorf("answers %q, want %q", got, want)
	}
	s.keep = nil
	if got := bring(t, c, report, two); got[0] != "250" {
		t.Errorf("again: %s", got[0])
	}
	if got := s.all(); len(got) != 2 || got[0].To != one || got[1].To != two {
		t.Errorf("kept %d", len(got))
	}
	if said := b.log.String(); !strings.Contains(said, "a mail cannot be stored") || strings.Contains(said, "@") {
		t.Errorf("logged %s", said)
	}
}

// The same mail is the same, by whatever way it comes again; another is another.
func TestWhatMakesAMailTheSame(t *testing.T) {
	t.Parallel()
	s := &shelf{}
	b := open(t, s)
	one, two := b.keys.BounceAddress("a1", domain), b.keys.BounceAddress("a2", domain)
	big := report + strings.Repeat("more of it\r\n", maxKept/8)
	c := b.dial(t)
	for _, m := range []struct{ to, mail string }{
		{one, report},
		{strings.ToUpper(one), report},
		{one, "Received: from c by d\r\nDelivered-To: " + one + "\r\nReturn-Path: <>\r\n" + report},
		{two, report},
		{one, strings.Replace(report, "<1@", "<2@", 1)},
		{one, strings.Replace(report, "08:00:00", "09:00:00", 1)},
		{one, report + "PS\r\n"},
		{one, big},
		{one, big + "PS\r\n"},
		{one, "no header at all"},
	} {
		if got := bring(t, c, m.mail, m.to); got[0] != "250" {
			t.Fatalf("%s", got[0])
		}
	}
	ids := map[string]int{}
	var order []string
	for _, in := range s.all() {
		if ids[in.ProviderID]++; ids[in.ProviderID] == 1 {
			order = append(order, in.ProviderID)
		}
		if len(in.Raw) > maxKept {
			t.Errorf("%d bytes are kept", len(in.Raw))
		}
	}
	if len(order) != 8 || ids[order[0]] != 3 {
		t.Errorf("%d different mails, the first %d times; want 8 and 3", len(order), ids[order[0]])
	}
}

func TestWhatIsTakenIsBounded(t *testing.T) {
	t.Parallel()
	s := &shelf{}
	b := open(t, s)
	to := b.keys.BounceAddress("a1", domain)
	if got := bring(t, b.dial(t), strings.Repeat(strings.Repeat("x", 998)+"\r\n", maxMail/1000+2), to); got[0] != "552 5.3.4" {
		t.Errorf("a large mail: %s", got[0])
	}
	many := make([]string, maxRecipients+1)
	for i := range many {
		many[i] = b.keys.BounceAddress(fmt.Sprint("a", i+1), domain)
	}
	got := bring(t, b.dial(t), report, many...)
	if got[maxRecipients-1] != "250" || !strings.HasPrefix(got[maxRecipients], "452") {
		t.Errorf("the last recipients: %q", got[maxRecipients-1:])
	}
	if n := len(s.all()); n != maxRecipients {
		t.Errorf("%d mails kept, want %d", n, maxRecipients)
	}
}

// A mail that did not come to its end is not there.
func TestHalfAMailIsNone(t *testing.T) {
	t.Parallel()
	s := &shelf{}
	b := open(t, s)
	conn, err := net.Dial("tcp", b.addr.String())
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(conn, "LHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<%s>\r\nDATA\r\n%s", b.keys.BounceAddress("a1", domain), report)
	buf := make([]byte, 4096)
	for said := ""; !strings.Contains(said, "354"); {
		n, err := conn.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		said += string(buf[:n])
	}
	conn.Close()
	if err := b.end(); err != nil {
		t.Error(err)
	}
	if n := len(s.all()); n != 0 {
		t.Errorf("%d mails", n)
	}
}

// More connections than there is room for wait, and are served in their turn.
func TestConnectionsWaitForTheirTurn(t *testing.T) {
	t.Parallel()
	b := open(t, &shelf{})
	var here []*smtp.Client
	for range maxConnections {
		here = append(here, b.dial(t))
	}
	conn, err := net.Dial("tcp", b.addr.String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	greeted := make(chan struct{})
	go func() {
		defer close(greeted)
		_, _ = conn.Read(make([]byte, 3))
	}()
	if err := here[0].Noop(); err != nil { // the others are served meanwhile
		t.Fatal(err)
	}
	select {
	case <-greeted:
		t.Error("one more was greeted at once")
	default:
	}
	if err := here[0].Quit(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-greeted:
	case <-time.After(20 * time.Second):
		t.Error("nobody was greeted after one left")
	}
}

// The process is asked to end with a mail in hand: it is stored and answered.
func TestTheEndFinishesWhatIsInHand(t *testing.T) {
	t.Parallel()
	storing, release := make(chan struct{}), make(chan struct{})
	s := &shelf{keep: func(channel.Inbound) error { close(storing); <-release; return nil }}
	b := open(t, s)
	c, idle := b.dial(t), b.dial(t)
	answered := make(chan []string, 1)
	go func() { answered <- bring(t, c, report, b.keys.BounceAddress("a1", domain)) }()
	<-storing
	ended := make(chan error, 1)
	go func() { ended <- b.end() }()
	for { // until nobody new is let in
		conn, err := net.Dial("tcp", b.addr.String())
		if err != nil {
			break
		}
		conn.Close()
	}
	select {
	case err := <-ended:
		t.Fatalf("it ended with a mail in hand: %v", err)
	default:
	}
	close(release)
	if err := <-ended; err != nil {
		t.Error(err)
	}
	// The answer may be lost with the connection; then the mail is brought again.
	if got := <-answered; got[0] != "250" && !strings.Contains(got[0], "EOF") && !strings.Contains(got[0], "reset") {
		t.Errorf("answered %s", got[0])
	}
	if len(s.all()) != 1 {
		t.Error("the mail in hand was lost")
	}
	if err := idle.Noop(); err == nil {
		t.Error("a connection outlived the server")
	}
}

// What breaks inside costs one answer, not the server.
func TestAPanicIsAnsweredAndLogged(t *testing.T) {
	t.Parallel()
	s := &shelf{keep: func(channel.Inbound) error { panic("inside") }}
	b := open(t, s)
	to := b.keys.BounceAddress("a1", domain)
	if got := bring(t, b.dial(t), report, to); !strings.HasPrefix(got[0], "421") {
		t.Errorf("answered %s", got[0])
	}
	s.keep = nil
	if got := bring(t, b.dial(t), report, to); got[0] != "250" {
		t.Errorf("the next: %s", got[0])
	}
	for deadline := time.Now().Add(20 * time.Second); !strings.Contains(b.log.String(), "level=ERROR"); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) { // the answer is out before the line
			t.Fatalf("logged %s", b.log.String())
		}
	}
	if said := b.log.String(); strings.Contains(said, "hopthu") {
		t.Errorf("logged %s", said)
	}
}

func TestOverAUnixSocket(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("unix", filepath.Join(t.TempDir(), "lmtp"))
	if err != nil {
		t.Fatal(err)
	}
	s := &shelf{}
	b := openOn(t, ln, s)
	if got := bring(t, b.dial(t), report, "postmaster@"+domain); got[0] != "250" || len(s.all()) != 1 {
		t.Errorf("%s", got[0])
	}
}

func TestAPartIsMissing(t *testing.T) {
	t.Parallel()
	if _, err := New(Config{Keeper: &shelf{}, Keys: testKeys(t), Now: time.Now, Logger: slog.Default()}); survey.CodeOf(err) != survey.CodeConfig {
		t.Errorf("%v", err)
	}
}

func FuzzIdentity(f *testing.F) {
	f.Add([]byte(report))
	f.Add([]byte("\n\n"))
	f.Add([]byte(":\r\n\r\n\r\n"))
	f.Fuzz(func(t *testing.T, mail []byte) {
		for _, most := range []int64{16, 1 << 20} {
			m, err := readMail(bytes.NewReader(mail), most)
			if err != nil || int64(len(m.kept)) > most || !bytes.HasPrefix(mail, m.kept) {
				t.Fatalf("%d bytes kept of %d, %v", len(m.kept), len(mail), err)
			}
			again, _ := readMail(bytes.NewReader(mail), most)
			if m.identity("A@b.example") != again.identity("a@b.example") || m.identity("a@b.example") == m.identity("c@b.example") {
				t.Error("not the same mail")
			}
		}
	})
}
