package smtpsink

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"
)

// Config says where a Sink listens and how it behaves. The zero value works:
// two free ports on loopback, no password, nothing logged.
type Config struct {
	// SMTPAddr and WebAddr are host:port; empty means 127.0.0.1:0. WebAddr must
	// be a loopback address.
	SMTPAddr, WebAddr string
	// Username and Password, when Username is not empty, must be given by AUTH
	// (which needs STARTTLS) before MAIL. When it is empty AUTH is offered, any
	// credentials are right, and MAIL needs none.
	Username, Password string
	// Keep is the most mails kept; 0 means 100,000. KeepBytes bounds their raw
	// bytes together; 0 means 256 MiB. The newest mail is always kept.
	Keep      int
	KeepBytes int64
	// MaxBytes is the largest mail accepted, in bytes; 0 means 10 MiB. Larger
	// ones are refused with 552 5.3.4.
	MaxBytes int64
	// SlowDelay is how long a slow address waits for its 250; 0 means 2 s.
	SlowDelay time.Duration
	// BounceDelay is how long after its 250 an address that answers later does so;
	// 0 means 1 s.
	BounceDelay time.Duration
	// OnBounce receives what follows a mail (a report, an answer, a complaint) on a
	// goroutine of its own: the address it is for, which is the envelope sender of
	// that mail or the abuse mailbox of its domain, and the mail. Its own envelope
	// sender is empty. Nil drops it. Close waits for calls under way and abandons
	// those still due. See Handover.
	OnBounce func(to string, mail []byte)
	// HandsetURL, when set, is linked from the mailbox beside it.
	HandsetURL string
	// Logger gets the server's own troubles; nil means none.
	Logger *slog.Logger
	// Now is the clock for received times, report dates and the certificate; nil
	// means time.Now.
	Now func() time.Time
}

// withDefaults returns c with every zero value replaced, or all that is wrong
// with it in one error.
func (c Config) withDefaults() (Config, error) {
	fill(&c.SMTPAddr, "127.0.0.1:0")
	fill(&c.WebAddr, "127.0.0.1:0")
	fill(&c.Keep, 100_000)
	fill(&c.KeepBytes, 256<<20)
	fill(&c.MaxBytes, 10<<20)
	fill(&c.SlowDelay, 2*time.Second)
	fill(&c.BounceDelay, time.Second)
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	var errs []error
	if c.Keep < 0 || c.KeepBytes < 0 || c.MaxBytes < 0 || c.SlowDelay < 0 || c.BounceDelay < 0 {
		errs = append(errs, errors.New("sizes and delays must not be negative"))
	}
	if host, _, err := net.SplitHostPort(c.WebAddr); err != nil {
		errs = append(errs, fmt.Errorf("WebAddr: %w", err))
	} else if !isLoopback(host) {
		errs = append(errs, fmt.Errorf("WebAddr: %q is not a loopback address", host))
	}
	return c, errors.Join(errs...)
}

func fill[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
