package main

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"regexp"
	"strings"
	"syscall"

	"canvass/dispatch/survey"
	"canvass/worker/postbox"
)

// Mail that comes back: CANVASS_BOUNCE_DOMAIN is where it comes back to, and
// CANVASS_LMTP_ADDR where the office's mail server hands it over.

// domainName is a name as DNS and mail servers write it.
var domainName = regexp.MustCompile(`^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$`)

// postbox reads and checks the two settings.
func (s *settings) postbox(c *Config) {
	c.BounceDomain, c.LMTPAddr = strings.ToLower(s.text("CANVASS_BOUNCE_DOMAIN")), s.text("CANVASS_LMTP_ADDR")
	if d := c.BounceDomain; d != "" && (!domainName.MatchString(d) || len(d) > 190) {
		s.fault("CANVASS_BOUNCE_DOMAIN", "phải là một tên miền, như thutrave.coquan.gov.vn", "a domain name is needed, such as bounce.office.example")
	}
	if c.LMTPAddr == "" {
		return
	}
	if c.BounceDomain == "" {
		s.fault("CANVASS_BOUNCE_DOMAIN", "cần đặt khi có CANVASS_LMTP_ADDR", "must be set with CANVASS_LMTP_ADDR")
	}
	network, address := lmtpAddress(c.LMTPAddr)
	if network == "unix" {
		if !strings.HasPrefix(address, "/") {
			s.fault("CANVASS_LMTP_ADDR", "sau unix: là một đường dẫn tuyệt đối, như unix:/run/canvass/lmtp", "an absolute path follows unix:, such as unix:/run/canvass/lmtp")
		}
		return
	}
	s.address("CANVASS_LMTP_ADDR", address)
	if host, _, err := net.SplitHostPort(address); err == nil && !loopback(host) {
		s.fault("CANVASS_LMTP_ADDR", "chỉ nhận thư từ máy này: dùng 127.0.0.1:cổng hoặc unix:/đường-dẫn",
			"mail is taken from this machine only: use 127.0.0.1:port or unix:/path")
	}
}

// lmtpAddress is the network and the address of CANVASS_LMTP_ADDR.
func lmtpAddress(setting string) (network, address string) {
	if path, ok := strings.CutPrefix(setting, "unix:"); ok {
		return "unix", path
	}
	return "tcp", setting
}

// listenMail opens CANVASS_LMTP_ADDR. A socket that a process left behind when it
// was killed is taken away; one that somebody answers on is not.
func (e *engine) listenMail(ctx context.Context) (net.Listener, error) {
	network, address := lmtpAddress(e.cfg.LMTPAddr)
	if network == "tcp" {
		return e.listen(ctx, "CANVASS_LMTP_ADDR", address)
	}
	refused := func(err error) error {
		return &survey.Error{Kind: survey.Invalid, Code: survey.CodeConfig, Err: err,
			Args: map[string]string{"name": "CANVASS_LMTP_ADDR", "value": e.cfg.LMTPAddr}}
	}
	if err := removeDeadSocket(address); err != nil {
		return nil, refused(err)
	}
	ln, err := (&net.ListenConfig{}).Listen(ctx, network, address)
	if err != nil {
		return nil, refused(err)
	}
	e.closing(func() { _ = ln.Close() })
	// The mail server has an account of its own. Who may reach the socket is for its
	// directory to say; whoever does can bring mail for addresses of ours, and no more.
	if err := os.Chmod(address, 0o666); err != nil {
		return nil, refused(err)
	}
	return ln, nil
}

func removeDeadSocket(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Mode()&fs.ModeSocket == 0 {
		return nil // nothing, or something that is not ours to remove
	}
	if err != nil {
		return err
	}
	conn, err := net.Dial("unix", path)
	if err == nil {
		return errors.Join(conn.Close(), syscall.EADDRINUSE)
	}
	if errors.Is(err, syscall.ECONNREFUSED) {
		return os.Remove(path)
	}
	return err
}

// servePostbox takes mail that comes back until ctx ends.
func (h *house) servePostbox(ctx context.Context, ln net.Listener) error {
	box, err := postbox.New(postbox.Config{Keeper: h.ingest, Keys: h.keys, Domain: h.cfg.BounceDomain, Now: h.clock.Real, Logger: h.log})
	if err != nil {
		return err
	}
	return box.Serve(ctx, ln)
}
