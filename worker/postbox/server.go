package postbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"time"

	"github.com/emersion/go-smtp"
	"golang.org/x/net/netutil"

	"canvass/dispatch/survey"
	"canvass/dispatch/token"
	"canvass/worker/channel"
)

// The bounds of what is taken.
const (
	maxConnections = 10
	maxRecipients  = 50
	maxMail        = 4 << 20   // bytes on the wire; a larger mail is refused with 552
	maxKept        = 256 << 10 // bytes of it that are kept: a report says what it has to say first
	maxLine        = 64 << 10  // bytes of a line

	idleLasts  = 2 * time.Minute // for one command, and for a whole mail
	replyLasts = 30 * time.Second
	storeLasts = 25 * time.Second // until the inbox has it; then 451
	closeLasts = 8 * time.Second  // for mails in hand
)

// Keeper stores a mail; worker/ingest is one. When it returns nil the mail is safe.
type Keeper interface {
	ReceiveMail(ctx context.Context, in channel.Inbound) error
}

// Config is what a Server is made of. All of it is needed.
type Config struct {
	Keeper Keeper
	// Keys know our bounce addresses at Domain.
	Keys   *token.Keyring
	Domain string
	Now    func() time.Time // real time
	Logger *slog.Logger
}

// Server takes mail over LMTP.
type Server struct {
	lmtp *smtp.Server
	// hands has a token for each mail that is being taken.
	hands chan struct{}
}

// New returns a Server that does not listen yet.
func New(cfg Config) (*Server, error) {
	if cfg.Keeper == nil || cfg.Keys == nil || cfg.Domain == "" || cfg.Now == nil || cfg.Logger == nil {
		return nil, &survey.Error{Kind: survey.Internal, Code: survey.CodeConfig, Err: errors.New("postbox: a part is missing")}
	}
	s := &Server{hands: make(chan struct{}, maxConnections)}
	s.lmtp = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) {
		return &session{Config: cfg, hands: s.hands}, nil
	}))
	s.lmtp.LMTP = true
	s.lmtp.Domain = cfg.Domain
	s.lmtp.MaxRecipients, s.lmtp.MaxMessageBytes, s.lmtp.MaxLineLength = maxRecipients, maxMail, maxLine
	s.lmtp.ReadTimeout, s.lmtp.WriteTimeout = idleLasts, replyLasts
	s.lmtp.EnableSMTPUTF8 = true
	s.lmtp.ErrorLog = libraryLog{cfg.Logger}
	return s, nil
}

// Serve takes mail on ln until ctx ends, and then finishes the mails in hand. It
// closes ln, and every connection: whoever loses an answer so brings the mail
// again, and it is the same mail.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	stopped := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(stopped)
		_ = ln.Close() // it was to end, however it ends
		s.finish()
		_ = s.lmtp.Close()
	})
	err := s.lmtp.Serve(netutil.LimitListener(ln, maxConnections))
	if stop() {
		return errors.Join(err, s.lmtp.Close()) // it ended by itself
	}
	<-stopped
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// finish waits until no mail is in hand, and lets none begin.
func (s *Server) finish() {
	end := time.NewTimer(closeLasts)
	defer end.Stop()
	for range cap(s.hands) {
		select {
		case s.hands <- struct{}{}:
		case <-end.C:
			return
		}
	}
}

// Role addresses that a domain must have (RFC 5321 section 4.5.1, RFC 2142), and
// that of mail which lost its mark on the way.
var roles = map[string]bool{"postmaster": true, "abuse": true, "bounce": true}

// ours reports whether a recipient is an address of ours.
func (c Config) ours(recipient string) bool {
	if _, ok := c.Keys.ReadBounceAddress(recipient, c.Domain); ok {
		return true
	}
	local, domain, _ := strings.Cut(strings.ToLower(recipient), "@")
	return roles[local] && (domain == strings.ToLower(c.Domain) || domain == "" && local == "postmaster")
}

// libraryLog passes on go-smtp's own troubles, which hold nothing of a mail.
type libraryLog struct{ log *slog.Logger }

// Printf logs: that a client hangs up is no news, a panic is.
func (l libraryLog) Printf(format string, args ...any) {
	level := slog.LevelDebug
	if strings.HasPrefix(format, "panic") {
		level = slog.LevelError
	}
	l.log.Log(context.Background(), level, "a mail server's conversation broke off", "err", fmt.Sprintf(format, args...))
}

// Println logs as Printf does.
func (l libraryLog) Println(args ...any) { l.Printf("%s", fmt.Sprint(args...)) }
