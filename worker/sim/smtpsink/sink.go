package smtpsink

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

const (
	hostname = "smtpsink.example" // how the server names itself

	// closeGrace is how long Close waits for mails under way and for OnBounce.
	closeGrace = 5 * time.Second
	// idleTimeout is RFC 5321 §4.5.3.2.7's minimum for a server.
	idleTimeout  = 5 * time.Minute
	writeTimeout = time.Minute
)

// Sink is a running server. Its methods may be called from any goroutine, also
// after Close.
type Sink struct {
	cfg     Config
	store   *store
	certPEM []byte
	smtp    *smtp.Server
	smtpLn  *listener
	web     *http.Server
	webLn   net.Listener

	stop     chan struct{} // closed when Close begins
	accepted chan struct{} // closed when no SMTP connection is accepted any more
	answered chan struct{} // the same for the mailbox
	mails    underway      // DATA begun, reply not yet written
	reports  underway      // OnBounce due or running
	close    func() error
}

// Start opens both listeners and serves until Close. It fails if an address
// cannot be listened on or the configuration is wrong.
func Start(cfg Config) (*Sink, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("smtpsink: %w", err)
	}
	cert, certPEM, err := selfSigned(cfg.Now())
	if err != nil {
		return nil, fmt.Errorf("smtpsink: %w", err)
	}
	s := &Sink{
		cfg: cfg, certPEM: certPEM, store: newStore(cfg.Keep, cfg.KeepBytes),
		stop: make(chan struct{}), accepted: make(chan struct{}), answered: make(chan struct{}),
	}
	s.close = sync.OnceValue(s.shutDown)
	s.smtp = s.smtpServer(cert)
	if s.web, err = s.webServer(); err != nil {
		return nil, fmt.Errorf("smtpsink: %w", err)
	}
	if s.smtpLn, err = listen(cfg.SMTPAddr); err != nil {
		return nil, fmt.Errorf("smtpsink: %w", err)
	}
	if s.webLn, err = net.Listen("tcp", cfg.WebAddr); err != nil {
		return nil, errors.Join(fmt.Errorf("smtpsink: %w", err), s.smtpLn.Close())
	}
	go s.serve("smtp", s.accepted, func() error { return s.smtp.Serve(s.smtpLn) })
	go s.serve("web", s.answered, func() error { return s.web.Serve(s.webLn) })
	return s, nil
}

func (s *Sink) smtpServer(cert tls.Certificate) *smtp.Server {
	srv := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &session{sink: s, conn: c}, nil
	}))
	srv.Domain = hostname
	srv.TLSConfig = &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	srv.MaxMessageBytes = s.cfg.MaxBytes
	srv.MaxRecipients = 100
	srv.EnableSMTPUTF8 = true
	srv.EnableDSN = true
	srv.ReadTimeout = idleTimeout
	srv.WriteTimeout = writeTimeout
	srv.ErrorLog = serverLog{s.cfg.Logger}
	return srv
}

// Close stops accepting, lets mails under way get their reply and OnBounce calls
// return (5 s at most), abandons reports not yet due, closes all connections
// and ends subscriptions once they are read out. Later calls return the same.
func (s *Sink) Close() error { return s.close() }

func (s *Sink) shutDown() error {
	close(s.stop)
	ctx, cancel := context.WithTimeout(context.Background(), closeGrace)
	defer cancel()
	err := s.smtpLn.Close()
	<-s.accepted
	err = errors.Join(err, s.mails.shut(ctx))
	s.smtpLn.hangUp()
	if waitErr := s.smtp.Shutdown(ctx); !errors.Is(waitErr, net.ErrClosed) { // its listener is closed already
		err = errors.Join(err, waitErr)
	}
	err = errors.Join(err, s.reports.shut(ctx), s.web.Shutdown(ctx))
	<-s.answered
	s.store.end()
	return err
}

func (s *Sink) serve(what string, ended chan<- struct{}, loop func() error) {
	defer close(ended)
	if err := loop(); err != nil && !errors.Is(err, http.ErrServerClosed) && !errors.Is(err, net.ErrClosed) {
		s.cfg.Logger.Error("smtpsink stopped serving", "listener", what, "error", err)
	}
}

// SMTPAddr is the host:port where SMTP is spoken.
func (s *Sink) SMTPAddr() string { return s.smtpLn.Addr().String() }

// WebURL is the address of the mailbox, without a slash at the end.
func (s *Sink) WebURL() string { return "http://" + s.webLn.Addr().String() }

// CertPEM is the certificate of STARTTLS, for a client's roots. It holds for
// 127.0.0.1, ::1 and localhost.
func (s *Sink) CertPEM() []byte { return s.certPEM }

// Messages returns the mails kept, oldest first.
func (s *Sink) Messages() []Message {
	return s.store.after(0, 0, func(*Message) bool { return true })
}

// MessagesTo returns the kept mails with this envelope recipient, in any case,
// oldest first.
func (s *Sink) MessagesTo(address string) []Message {
	return s.store.after(0, 0, func(m *Message) bool { return m.isTo(address) })
}

// Get returns the mail with this number; false if there is none or no longer.
func (s *Sink) Get(seq int64) (Message, bool) { return s.store.get(seq) }

// Refusals returns the last 1000 mails and recipients not taken, oldest first.
func (s *Sink) Refusals() []Refusal { return s.store.refusalList() }

// Counts returns what happened since Start.
func (s *Sink) Counts() Counts { return s.store.totals() }

// ReceivedByMessageID returns how many times each Message-ID, without angle
// brackets, was taken since Start, also of mails no longer kept. Mails without
// one are tallied under "".
func (s *Sink) ReceivedByMessageID() map[string]int { return s.store.received() }

// Subscribe delivers every mail taken from now on, once and in order, however
// slowly it is read, without ever holding up the server: unread mails stay in
// memory for this reader even when Keep has forgotten them. The channel is
// closed by cancel, which must be called and may be called again, or after Close
// once the last mail is read.
func (s *Sink) Subscribe() (messages <-chan Message, cancel func()) { return s.store.subscribe() }

// underway counts things that Close should let finish. The zero value is open.
type underway struct {
	mu       sync.Mutex
	shutting bool
	wg       sync.WaitGroup
}

// begin reports false, and counts nothing, once shut was called.
func (u *underway) begin() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.shutting {
		return false
	}
	u.wg.Add(1)
	return true
}

func (u *underway) done() { u.wg.Done() }

// shut refuses new beginnings and waits until all are done or ctx ends.
func (u *underway) shut(ctx context.Context) error {
	u.mu.Lock()
	u.shutting = true
	u.mu.Unlock()
	all := make(chan struct{})
	go func() {
		u.wg.Wait()
		close(all)
	}()
	select {
	case <-all:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// serverLog passes on go-smtp's own troubles: accept errors, broken connections
// and panics. None of them holds anything from a mail.
type serverLog struct{ log *slog.Logger }

func (l serverLog) Printf(format string, args ...any) {
	level := slog.LevelDebug // clients hang up all the time
	if strings.HasPrefix(format, "panic") {
		level = slog.LevelError
	}
	l.log.Log(context.Background(), level, "smtpsink connection", "error", fmt.Sprintf(format, args...))
}

func (l serverLog) Println(args ...any) { l.Printf("%s", fmt.Sprint(args...)) }
