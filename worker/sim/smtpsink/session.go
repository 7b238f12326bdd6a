package smtpsink

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emersion/go-message/textproto"
	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

var (
	errAuthFirst = &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "Authentication required"}
	errClosing   = &smtp.SMTPError{Code: 421, EnhancedCode: smtp.EnhancedCode{4, 3, 2}, Message: "Shutting down"}
)

// session is one connection's conversation. go-smtp calls it from the
// connection's goroutine, except that Logout comes from whoever closes the
// connection and Data from a goroutine of its own under BDAT.
type session struct {
	sink   *Sink
	conn   *smtp.Conn
	authed bool
	inData atomic.Bool

	mu  sync.Mutex
	env envelope
}

// envelope is what MAIL and RCPT said of one mail.
type envelope struct {
	from string
	mail smtp.MailOptions
	to   []recipient
}

type recipient struct {
	address string
	opts    smtp.RcptOptions
}

func (e envelope) addresses() []string {
	to := make([]string, len(e.to))
	for i, r := range e.to {
		to[i] = r.address
	}
	return to
}

// AuthMechanisms is asked by go-smtp on encrypted connections only.
func (s *session) AuthMechanisms() []string { return []string{sasl.Plain, sasl.Login} }

// Auth begins one exchange.
func (s *session) Auth(mechanism string) (sasl.Server, error) {
	switch mechanism {
	case sasl.Plain:
		return sasl.NewPlainServer(func(_, username, password string) error {
			return s.authenticate(username, password)
		}), nil
	case sasl.Login:
		return &loginServer{authenticate: s.authenticate}, nil
	}
	return nil, smtp.ErrAuthUnknownMechanism
}

func (s *session) authenticate(username, password string) error {
	want := s.sink.cfg
	if want.Username != "" && !(equal(username, want.Username) && equal(password, want.Password)) {
		return smtp.ErrAuthFailed
	}
	s.authed = true
	return nil
}

func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// Mail begins an envelope.
func (s *session) Mail(from string, opts *smtp.MailOptions) error {
	if s.sink.cfg.Username != "" && !s.authed {
		return errAuthFirst
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.env = envelope{from: from, mail: *opts}
	return nil
}

// Rcpt adds a recipient, or refuses it if its address asks for that here.
func (s *session) Rcpt(to string, opts *smtp.RcptOptions) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b := behaviourOf(to); b.rcpt {
		s.sink.store.refused(Message{ReceivedAt: s.sink.cfg.Now(), From: s.env.from, To: []string{to}}, b)
		return &b.reply
	}
	s.env.to = append(s.env.to, recipient{to, *opts})
	return nil
}

// Data reads the mail, lets the store decide, and carries that out.
func (s *session) Data(r io.Reader) error {
	if !s.sink.mails.begin() {
		return errClosing
	}
	s.inData.Store(true) // ends in Reset or Logout, when the reply is out
	s.mu.Lock()
	env := s.env
	env.to = slices.Clone(env.to)
	s.mu.Unlock()
	raw, err := io.ReadAll(r)
	_, encrypted := s.conn.TLSConnectionState()
	m := Message{
		ReceivedAt: s.sink.cfg.Now(), From: env.from, To: env.addresses(),
		MessageID: messageID(raw), Raw: raw, TLS: encrypted,
	}
	if errors.Is(err, smtp.ErrDataTooLarge) {
		s.sink.store.refused(m, behaviour{reply: *smtp.ErrDataTooLarge})
	}
	if err != nil {
		return err
	}
	m, b := s.sink.store.receive(m, identity(m))
	return s.carryOut(m, b, env)
}

// carryOut does to the client what the store decided.
func (s *session) carryOut(m Message, b behaviour, env envelope) error {
	switch b.act {
	case refuse:
		return &b.reply
	case refuseClose:
		// go-smtp cannot close after a reply, so this reply is written past it;
		// nothing of its own is buffered, since it flushes every line.
		_, err := fmt.Fprintf(s.conn.Conn(), "%d %s %s\r\n", b.reply.Code, status(b.reply), b.reply.Message)
		return errors.Join(err, s.conn.Conn().Close())
	case cutBefore, cutAfter:
		return cut(s.conn)
	}
	for _, r := range env.to {
		if behaviourOf(r.address).later.form != nothing {
			s.sink.bounceLater(m, r, env.mail)
		}
	}
	if b.act == acceptSlow {
		wait := time.NewTimer(s.sink.cfg.SlowDelay)
		defer wait.Stop()
		select {
		case <-wait.C:
		case <-s.sink.stop:
		}
	}
	return &smtp.SMTPError{Code: 250, EnhancedCode: smtp.EnhancedCode{2, 0, 0}, Message: fmt.Sprintf("Queued as %d", m.Seq)}
}

// cut ends the connection below TLS, without the farewell of close_notify, as a
// dead server or a broken line would.
func cut(c *smtp.Conn) error {
	conn := c.Conn()
	if t, ok := conn.(*tls.Conn); ok {
		conn = t.NetConn()
	}
	return conn.Close()
}

// Reset forgets the envelope. go-smtp calls it after the reply to DATA too.
func (s *session) Reset() {
	s.mu.Lock()
	s.env = envelope{}
	s.mu.Unlock()
	s.replied()
}

// Logout ends the session, also when STARTTLS begins another.
func (s *session) Logout() error {
	s.replied()
	return nil
}

func (s *session) replied() {
	if s.inData.CompareAndSwap(true, false) {
		s.sink.mails.done()
	}
}

// messageID reads a mail's Message-ID without angle brackets; "" if it has none.
func messageID(raw []byte) string {
	header, err := textproto.ReadHeader(bufio.NewReader(bytes.NewReader(raw)))
	if err != nil {
		return ""
	}
	id := strings.Join(strings.Fields(header.Get("Message-Id")), " ") // no line break survives
	return strings.TrimSuffix(strings.TrimPrefix(id, "<"), ">")
}

// identity tells a mail across its attempts.
func identity(m Message) string {
	if m.MessageID != "" {
		return m.MessageID
	}
	sum := sha256.Sum256(m.Raw)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// status is a reply's enhanced code, as in "5.1.1".
func status(reply smtp.SMTPError) string {
	e := reply.EnhancedCode
	return fmt.Sprintf("%d.%d.%d", e[0], e[1], e[2])
}

// loginServer is the server's side of AUTH LOGIN (draft-murchison-sasl-login):
// two prompts, a user name and a password. go-sasl has only the client's.
type loginServer struct {
	authenticate func(username, password string) error
	username     *string
}

// Next takes the client's last answer and gives the next prompt. The user name
// may come with the command.
func (l *loginServer) Next(response []byte) (challenge []byte, done bool, err error) {
	switch {
	case response == nil && l.username == nil:
		return []byte("Username:"), false, nil
	case l.username == nil:
		name := string(response)
		l.username = &name
		return []byte("Password:"), false, nil
	}
	return nil, true, l.authenticate(*l.username, string(response))
}
