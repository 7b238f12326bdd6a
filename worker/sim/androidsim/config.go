package androidsim

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"slices"
	"time"
)

// Credentials that the simulator takes when Config names none. They open nothing
// but a simulator.
const (
	DefaultUser     = "sms"
	DefaultPassword = "70ce-70ce-70ce"
	DefaultHookKey  = "5167-5167-5167"
	DefaultDevice   = "sim0000000000000phone"
)

// Config sets up a simulator. The zero value works. Durations of zero take the
// default that is named; a negative delay means none.
type Config struct {
	// Addr is where it listens, a loopback address; default 127.0.0.1:0.
	Addr string
	// User and Password of the API, and the key that webhooks are signed with.
	User, Password, HookKey string
	// Devices are the ids of the account's phones; default one, DefaultDevice.
	Devices []string
	// SIM is the slot that texts come in at; default 1.
	SIM int
	// RewriteHook turns the public address of a webhook into the loopback address
	// that really listens. Nil: unchanged.
	RewriteHook func(rawURL string) string

	// QueueDelay passes before a text is sent; default 2 ms.
	QueueDelay time.Duration
	// DeliverDelay passes between sent and delivered; default 2 ms.
	DeliverDelay time.Duration
	// LateDelay passes before each event of a number that is late; default 2 s.
	LateDelay time.Duration
	// RetryDelay passes before an event is told again, twice as long each time; the
	// phone's own is 10 s, the default here 5 ms.
	RetryDelay time.Duration
	// Retries bounds them; default 14, as on the phone.
	Retries int

	// MaxRecords bounds messages; default 100,000.
	MaxRecords int
	// Now is the clock of all stamps; default time.Now.
	Now func() time.Time
}

// withDefaults returns the settings complete, or what is wrong with them.
func (c Config) withDefaults() (Config, error) {
	c.Addr = cmp.Or(c.Addr, "127.0.0.1:0")
	c.User, c.Password = cmp.Or(c.User, DefaultUser), cmp.Or(c.Password, DefaultPassword)
	c.HookKey = cmp.Or(c.HookKey, DefaultHookKey)
	c.SIM = cmp.Or(c.SIM, 1)
	if c.Devices = slices.Clone(c.Devices); len(c.Devices) == 0 {
		c.Devices = []string{DefaultDevice}
	}
	c.LateDelay = cmp.Or(c.LateDelay, 2*time.Second)
	c.RetryDelay = cmp.Or(c.RetryDelay, 5*time.Millisecond)
	c.Retries = cmp.Or(c.Retries, 14)
	c.MaxRecords = cmp.Or(c.MaxRecords, 100_000)
	for _, d := range []*time.Duration{&c.QueueDelay, &c.DeliverDelay} {
		*d = cmp.Or(*d, 2*time.Millisecond)
	}
	if c.RewriteHook == nil {
		c.RewriteHook = func(rawURL string) string { return rawURL }
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	var faults []error
	if host, _, err := net.SplitHostPort(c.Addr); err != nil || !loopbackHost(host) {
		faults = append(faults, fmt.Errorf("the address %q is not a loopback host:port", c.Addr))
	}
	if c.SIM < 1 || c.SIM > 3 {
		faults = append(faults, errors.New("SIM is 1, 2 or 3"))
	}
	return c, errors.Join(faults...)
}

// loopbackHost accepts literal loopback addresses and the name localhost, so that
// no name is ever resolved outside this machine.
func loopbackHost(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
