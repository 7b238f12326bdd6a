package twiliosim

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"regexp"
	"time"
)

// Credentials that the simulator takes when Config names none. They open nothing
// but a simulator.
const (
	DefaultAccountSID = "AC" + "5111a7e05111a7e05111a7e05111a7e0"
	DefaultAuthToken  = "70ce0000" + "70ce0000" + "70ce0000" + "70ce0000"
)

// SenderConfig says what happens to what phones send to one of our numbers.
type SenderConfig struct {
	// SmsURL is the public address that Twilio posts inbound messages to.
	SmsURL string
	// VoiceURL is the public address that answers inbound calls with TwiML.
	VoiceURL string
	// CanReceive is false for senders that phones cannot reply to, such as names
	// and every sender in Viet Nam.
	CanReceive bool
}

// Config sets up a simulator. The zero value works. Durations of zero take the
// default that is named; a negative delay means none.
type Config struct {
	// Addr is where the API listens, a loopback address; default 127.0.0.1:0.
	Addr string
	// WebAddr is where the handset pages and /sim/ listen, a loopback address.
	// Empty: they share the listener of the API.
	WebAddr string
	// AccountSID and AuthToken are letters and digits only, as twilio-go demands;
	// default DefaultAccountSID and DefaultAuthToken.
	AccountSID, AuthToken string
	// Senders are our numbers and names. If it is empty any From is taken;
	// otherwise others are refused with 21606 (messages) or 21210 (calls).
	Senders map[string]SenderConfig
	// RewriteHook turns a public webhook address into the loopback address that
	// really listens. Signatures are computed over the public one. Nil: unchanged.
	RewriteHook func(rawURL string) string

	// QueueDelay passes before a message is sent or a call dialled; default 2 ms.
	QueueDelay time.Duration
	// DeliverDelay passes between sent and delivered; default 2 ms.
	DeliverDelay time.Duration
	// RingDelay passes between dialling and ringing; default 2 ms.
	RingDelay time.Duration
	// AnswerDelay is how long a line that decides by itself (busy, machine) takes;
	// default 2 ms.
	AnswerDelay time.Duration
	// CallbackDelay passes before each callback; default 1 ms.
	CallbackDelay time.Duration
	// LateDelay passes before each callback of a number that is late; default 2 s.
	LateDelay time.Duration
	// RingTimeout ends ringing; default the call's Timeout parameter, else 10 s.
	RingTimeout time.Duration
	// GatherTimeout ends an unattended Gather or Record; default its own timeout.
	GatherTimeout time.Duration

	// MaxRecords bounds messages and calls together; default 250,000.
	MaxRecords int
	// Seed makes the SIDs repeatable. Zero draws a random one: SIDs must not repeat
	// over runs that share a database.
	Seed uint64
	// Now is the clock of all stamps; default time.Now.
	Now func() time.Time
	// Logger never sees numbers or texts; default discards.
	Logger *slog.Logger
}

var alphanumeric = regexp.MustCompile(`^[A-Za-z0-9]+$`)

// withDefaults returns the settings complete, or every fault found in them.
func (c Config) withDefaults() (Config, error) {
	c.Addr = cmp.Or(c.Addr, "127.0.0.1:0")
	c.AccountSID = cmp.Or(c.AccountSID, DefaultAccountSID)
	c.AuthToken = cmp.Or(c.AuthToken, DefaultAuthToken)
	c.LateDelay = cmp.Or(c.LateDelay, 2*time.Second)
	c.CallbackDelay = cmp.Or(c.CallbackDelay, time.Millisecond)
	for _, d := range []*time.Duration{&c.QueueDelay, &c.DeliverDelay, &c.RingDelay, &c.AnswerDelay} {
		*d = cmp.Or(*d, 2*time.Millisecond)
	}
	c.MaxRecords = cmp.Or(c.MaxRecords, 250_000)
	if c.RewriteHook == nil {
		c.RewriteHook = func(rawURL string) string { return rawURL }
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	c.Senders = maps.Clone(c.Senders)
	if c.Senders == nil {
		c.Senders = make(map[string]SenderConfig)
	}

	var faults []error
	for name, addr := range map[string]string{"Addr": c.Addr, "WebAddr": c.WebAddr} {
		if host, _, err := net.SplitHostPort(addr); addr != "" && (err != nil || !loopbackHost(host)) {
			faults = append(faults, fmt.Errorf("%s %q is not a loopback host:port", name, addr))
		}
	}
	if !alphanumeric.MatchString(c.AccountSID) || !alphanumeric.MatchString(c.AuthToken) {
		faults = append(faults, errors.New("AccountSID and AuthToken take letters and digits only"))
	}
	return c, errors.Join(faults...)
}

// loopbackHost accepts literal loopback addresses and the name localhost, so that
// no name is ever resolved outside this machine.
func loopbackHost(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
