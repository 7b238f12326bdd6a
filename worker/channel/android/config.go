package android

import (
	"cmp"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"canvass/dispatch/survey"
	"canvass/worker/channel"
)

// ProviderName is Inbound.Provider of everything that this package decodes, and
// Sender.Provider of what leaves through it.
const ProviderName = "android"

// An ordinary SIM has no published limits: these are ours, on the safe side. A
// sender that names none of its own gets them.
const (
	// UsualRate is texts (segments) a second: 12 a minute, where Android stops an app
	// at 30.
	UsualRate = 0.2
	// UsualDay is attempts a day; answers to people come on top.
	UsualDay = 200
	// UsualWarmup is attempts on a sender's first day, twice as many on each one
	// after it.
	UsualWarmup = 50
)

// Config says where the gateway is and which SIM is ours. URL, User, Password,
// Number and IDKeys are required.
type Config struct {
	// URL is the base of the API: http://192.168.1.20:8080 of a phone,
	// https://sms.office.example/3rdparty/v1 of a private server.
	URL string
	// PlainHTTP allows http to a private address that is written as one: password
	// and texts are then readable on that network. Loopback is always allowed.
	PlainHTTP bool
	// User and Password authenticate API calls.
	User, Password string
	// WebhookKey is what the phone signs with; empty means that every webhook is
	// refused.
	WebhookKey string
	// SIM is the slot that texts leave from, 1 to 3; 0 leaves it to the phone.
	SIM int
	// Device is the id of our phone on a server with several; empty: the only one.
	Device string
	// Number is the SIM's own number in E.164: phones mostly do not know it.
	Number string
	// IDKeys make the ids of messages, 32 bytes each: the first one those of new
	// messages. All of them are known to be ours.
	IDKeys [][]byte
	// Timeout bounds each API call; 0 means 8 s. Keep it below the task's.
	Timeout time.Duration
	// Now is real time; nil means time.Now.
	Now func() time.Time
}

// Provider is the gateway: a channel.Sender and Finder for texts, and the Hook of
// its webhooks. It is safe for concurrent use.
type Provider struct {
	config    Config
	base      *url.URL
	marks     []mark
	transport *http.Transport
}

var (
	_ channel.Sender = (*Provider)(nil)
	_ channel.Finder = (*Provider)(nil)
	_ channel.Hook   = (*Provider)(nil)
)

// New checks cfg and returns a Provider that has not connected yet. The error
// joins one *survey.Error for each setting at fault, and tells no value.
func New(cfg Config) (*Provider, error) {
	var faults []error
	fault := func(where, what string) {
		faults = append(faults, &survey.Error{Kind: survey.Invalid, Code: survey.CodeConfig, Where: where, Err: errors.New(what)})
	}
	cfg.Timeout = cmp.Or(cfg.Timeout, 8*time.Second)
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	base, ok := endpoint(cfg.URL, cfg.PlainHTTP)
	if !ok {
		fault("android url", "an https address without a query is needed; http is for loopback, and for a private address when that is set")
	}
	if cfg.User == "" || cfg.Password == "" || strings.Contains(cfg.User, ":") {
		fault("android user", "user and password are needed")
	}
	if cfg.SIM < 0 || cfg.SIM > 3 {
		fault("android sim", "1, 2 or 3")
	}
	if len(cfg.Device) > 21 {
		fault("android device", "at most 21 characters")
	}
	if normal(cfg.Number) != cfg.Number || !strings.HasPrefix(cfg.Number, "+") {
		fault("android number", "a number in E.164 is needed")
	}
	p := &Provider{config: cfg, base: base, transport: newTransport(base)}
	for _, key := range cfg.IDKeys {
		m, err := newMark(key)
		if err != nil {
			fault("android id key", "32 bytes are needed")
			continue
		}
		p.marks = append(p.marks, m)
	}
	if len(cfg.IDKeys) == 0 {
		fault("android id key", "32 bytes are needed")
	}
	if cfg.Timeout < 0 {
		fault("android timeout", "must be positive")
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return p, nil
}

// endpoint parses the base of the API.
func endpoint(text string, plain bool) (*url.URL, bool) {
	u, err := url.Parse(strings.TrimRight(text, "/"))
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, false
	}
	switch u.Scheme {
	case "https":
		return u, true
	case "http":
		return u, loopback(u.Hostname()) || plain && private(u.Hostname())
	}
	return nil, false
}

// loopback accepts literal loopback addresses and the name localhost.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// private accepts literal addresses of private networks: what a name means is said
// elsewhere.
func private(host string) bool {
	ip := net.ParseIP(host)
	return ip != nil && (ip.IsPrivate() || ip.IsLinkLocalUnicast())
}

// Close drops idle connections.
func (p *Provider) Close() { p.transport.CloseIdleConnections() }
