package postbox

import (
	"context"
	"errors"
	"io"
	"slices"
	"sync"

	"github.com/emersion/go-smtp"

	"canvass/dispatch/survey"
	"canvass/worker/channel"
)

// What a mail server is told. A mail server that hears 4xx keeps the mail and comes
// again; 5xx sends it back to its sender.
var (
	notOurs   = &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "No such address here"}
	comeAgain = &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "Cannot be stored now, try again later"}
	tooLarge  = &smtp.SMTPError{Code: 552, EnhancedCode: smtp.EnhancedCode{5, 3, 4}, Message: "Larger than what is taken here"}
	badLines  = &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 0}, Message: "A line is too long"}
)

// session is one conversation. go-smtp calls it from the connection's goroutine,
// and LMTPData from one of its own under BDAT.
type session struct {
	Config
	hands chan struct{}

	mu         sync.Mutex
	from       string
	recipients []string
}

var _ smtp.LMTPSession = (*session)(nil)

// Mail begins a mail.
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.from, s.recipients = from, nil
	return nil
}

// Rcpt takes a recipient if the address is ours.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if !s.ours(to) {
		return notOurs
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.recipients = append(s.recipients, to)
	return nil
}

// Data is what go-smtp asks for beside LMTPData, and never calls.
func (s *session) Data(io.Reader) error { return comeAgain }

// LMTPData reads the mail once and stores it for each recipient, whose answer says
// whether that was done.
func (s *session) LMTPData(r io.Reader, status smtp.StatusCollector) error {
	select {
	case s.hands <- struct{}{}:
		defer func() { <-s.hands }()
	default:
		return comeAgain // the process ends
	}
	s.mu.Lock()
	from, recipients := s.from, slices.Clone(s.recipients)
	s.mu.Unlock()
	m, err := readMail(r, maxKept)
	if err != nil {
		return s.unread(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), storeLasts)
	defer cancel()
	for _, to := range recipients {
		err := s.Keeper.ReceiveMail(ctx, channel.Inbound{Provider: "smtp", ProviderID: m.identity(to), Envelope: from, To: to,
			Raw: m.kept, At: s.Now()})
		if err != nil {
			s.Logger.ErrorContext(ctx, "a mail cannot be stored", "code", survey.CodeOf(err), "err", err)
			status.SetStatus(to, comeAgain)
			continue
		}
		status.SetStatus(to, nil)
	}
	return nil
}

// unread says why a mail was not read to its end. A connection that broke leaves
// nothing behind: the mail server has the mail.
func (s *session) unread(err error) error {
	switch {
	case errors.Is(err, smtp.ErrDataTooLarge):
		s.Logger.Warn("a mail was refused", "why", "size", "most", maxMail)
		return tooLarge
	case errors.Is(err, smtp.ErrTooLongLine):
		s.Logger.Warn("a mail was refused", "why", "line", "most", maxLine)
		return badLines
	}
	return comeAgain
}

// Reset forgets a mail that was begun.
func (s *session) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.from, s.recipients = "", nil
}

// Logout ends the conversation.
func (s *session) Logout() error { return nil }
