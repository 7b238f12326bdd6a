package email

import (
	"cmp"
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"strconv"
	"strings"
	"time"

	mail "github.com/wneessen/go-mail"

	"canvass/dispatch/survey"
)

// The values of Config.TLS.
const (
	StartTLS    = "starttls" // plain first, then encrypted or nothing; port 587
	ImplicitTLS = "tls"      // encrypted from the first byte; port 465
	NoTLS       = "none"     // plain, on loopback only; port 25
)

// DKIM signs outgoing mail. The zero value does not.
type DKIM struct {
	Domain, Selector string
	// KeyPEM is an RSA or Ed25519 private key (PKCS #1 or PKCS #8).
	KeyPEM string
}

// Config says which server takes our mail and how. Host is required.
type Config struct {
	Host string
	Port int // 0: what TLS usually has
	// TLS is StartTLS (also when empty), ImplicitTLS or NoTLS.
	TLS string
	// Username and Password log in; an empty Username does not.
	Username, Password string
	// HELO is how we greet, best the name that our address resolves to; empty
	// means localhost, which submission servers accept.
	HELO string
	// RootCAs are PEM certificates to trust instead of the system's.
	RootCAs []byte
	// Connections is how many are open at once; 0 means 4.
	Connections int
	// Timeout bounds the handshake, and each wait for a reply; 0 means 15 s. A
	// message with a SendBefore takes at most until then and one Timeout more.
	Timeout time.Duration
	DKIM    DKIM
	// ListID names our mailings to filters (RFC 2919), such as
	// surveys.office.example; empty means canvass at the domain of From.
	ListID string
	// Now is real time; nil means time.Now.
	Now func() time.Time
}

// settings is a Config that was found good.
type settings struct {
	Config
	addr      string
	tlsConfig *tls.Config
	dkimKey   crypto.Signer
	spaces    *spaces
}

// check completes c, or names everything wrong with it in one joined error.
func (c Config) check() (settings, error) {
	var faults []error
	fault := func(where string, err error) {
		faults = append(faults, &survey.Error{Kind: survey.Invalid, Code: survey.CodeConfig, Where: where, Err: err})
	}
	c.TLS = cmp.Or(c.TLS, StartTLS)
	c.HELO = cmp.Or(c.HELO, "localhost")
	c.Connections = cmp.Or(c.Connections, 4)
	c.Timeout = cmp.Or(c.Timeout, 15*time.Second)
	if c.Now == nil {
		c.Now = time.Now
	}
	ports := map[string]int{StartTLS: 587, ImplicitTLS: 465, NoTLS: 25}
	usual, known := ports[c.TLS]
	c.Port = cmp.Or(c.Port, usual)

	if c.Host == "" {
		fault("smtp host", errors.New("missing"))
	}
	if c.Port < 1 || c.Port > 65535 {
		fault("smtp port", errors.New("not between 1 and 65535"))
	}
	if !known {
		fault("smtp tls", errors.New("neither starttls, tls nor none"))
	}
	if c.TLS == NoTLS && !loopback(c.Host) {
		fault("smtp tls", errors.New("unencrypted mail is allowed on loopback only"))
	}
	if c.Connections < 1 || c.Timeout < 0 {
		fault("smtp connections", errors.New("connections and timeout must be positive"))
	}
	if strings.ContainsAny(c.HELO+c.ListID, "\r\n <>") {
		fault("smtp helo", errors.New("HELO and ListID must be plain names"))
	}
	s := settings{Config: c, addr: net.JoinHostPort(c.Host, strconv.Itoa(c.Port)), spaces: &spaces{}}
	s.tlsConfig = &tls.Config{ServerName: c.Host, MinVersion: tls.VersionTLS12}
	if len(c.RootCAs) > 0 {
		s.tlsConfig.RootCAs = x509.NewCertPool()
		if !s.tlsConfig.RootCAs.AppendCertsFromPEM(c.RootCAs) {
			fault("smtp root certificates", errors.New("no certificate in the PEM text"))
		}
	}
	if c.DKIM != (DKIM{}) {
		key, err := mail.PrivKeyFromPEM([]byte(c.DKIM.KeyPEM))
		if err == nil {
			err = mail.NewDKIMSigner(c.DKIM.Domain, c.DKIM.Selector, key).ValidateConfig()
		}
		if err != nil {
			fault("dkim", err)
		}
		s.dkimKey = key
	}
	return s, errors.Join(faults...)
}

// loopback accepts literal loopback addresses and the name localhost.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
