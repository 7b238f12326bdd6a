package phone

import (
	"cmp"
	"errors"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/twilio/twilio-go/client"

	"canvass/dispatch/survey"
)

// ProviderName is Inbound.Provider of everything that this package decodes.
const ProviderName = "twilio"

// Config says which account we are. AccountSID and AuthToken are required.
type Config struct {
	AccountSID string
	// AuthToken signs webhooks, and API calls too unless there is an API key.
	AuthToken string
	// SecondaryToken is also accepted on webhooks, while tokens are being changed.
	SecondaryToken string
	// APIKey and APISecret, given together, authenticate API calls instead.
	APIKey, APISecret string
	// BaseURL is where the API is; empty means Twilio's. Plain http is allowed on
	// loopback only, for a simulator.
	BaseURL string
	// PublicURL is the address under which Twilio reaches us, perhaps with a path;
	// signatures are checked against it, never against the Host header. Empty means
	// that every webhook is refused. Plain http is allowed on loopback only.
	PublicURL string
	// Timeout bounds each API call; 0 means 8 s. Keep it below the task's.
	Timeout time.Duration
	// Voices are Twilio's names of voices per language; what is missing has a
	// default. Voices of others may vanish without notice, so they can be changed.
	Voices map[survey.Lang]string
	// Now is real time; nil means time.Now.
	Now func() time.Time
}

// Provider is Twilio: a channel.Sender and Finder for texts and calls, a
// Receiver of its webhooks, and a renderer of prompts. It is safe for concurrent
// use.
type Provider struct {
	config     Config
	login      *client.Credentials
	base       *url.URL
	transport  *http.Transport
	validators []validator
	public     string // PublicURL without a slash at its end; empty: none
}

// letters is what twilio-go accepts in credentials.
var letters = regexp.MustCompile(`^[A-Za-z0-9]+$`)

// New checks cfg and returns a Provider that has not connected yet. The error
// joins one *survey.Error for each setting at fault.
func New(cfg Config) (*Provider, error) {
	var faults []error
	fault := func(where, what string) {
		faults = append(faults, &survey.Error{Kind: survey.Invalid, Code: survey.CodeConfig, Where: where, Err: errors.New(what)})
	}
	cfg.Timeout = cmp.Or(cfg.Timeout, 8*time.Second)
	cfg.BaseURL = cmp.Or(cfg.BaseURL, "https://api.twilio.com")
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	user, password := cfg.AccountSID, cfg.AuthToken
	if cfg.APIKey != "" || cfg.APISecret != "" {
		user, password = cfg.APIKey, cfg.APISecret
	}
	for where, value := range map[string]string{"account sid": cfg.AccountSID, "auth token": cfg.AuthToken, "api key": user, "api secret": password} {
		if !letters.MatchString(value) {
			fault("twilio "+where, "letters and digits are needed, and nothing else")
		}
	}
	base, ok := endpoint(cfg.BaseURL)
	if !ok {
		fault("twilio base url", "an https address is needed; http is for loopback only")
	}
	if _, ok := endpoint(cfg.PublicURL); !ok && cfg.PublicURL != "" {
		fault("public url", "an https address without a query is needed; http is for loopback only")
	}
	if cfg.Timeout < 0 {
		fault("twilio timeout", "must be positive")
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	p := &Provider{
		config: cfg, login: client.NewCredentials(user, password), base: base,
		transport: newTransport(), public: strings.TrimRight(cfg.PublicURL, "/"),
	}
	for _, token := range []string{cfg.AuthToken, cfg.SecondaryToken} {
		if token != "" {
			p.validators = append(p.validators, newValidator(token))
		}
	}
	return p, nil
}

// endpoint parses an absolute address without query, https or on loopback.
func endpoint(text string) (*url.URL, bool) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, false
	}
	return u, u.Scheme == "https" || u.Scheme == "http" && loopback(u.Hostname())
}

// loopback accepts literal loopback addresses and the name localhost.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Close drops idle connections.
func (p *Provider) Close() { p.transport.CloseIdleConnections() }
