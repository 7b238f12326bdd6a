package embedded

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/url"
	"sync"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// tick is how often the keys' time to live is brought up to date. Each tick
// visits every key, so it is a compromise between accuracy and idle work;
// miniredis' own ClockTTL visits every key at every command instead.
const tick = 100 * time.Millisecond

// ErrNotLoopback is returned when Config.Addr names an interface that other
// machines can reach.
var ErrNotLoopback = errors.New("embedded redis: the address is not on the loopback interface")

// Config says where the server listens.
type Config struct {
	// Addr is host:port on the loopback interface; the host must be an IP
	// address. Empty means 127.0.0.1 and a free port.
	Addr string
}

// Server is a running in-process Redis. Its methods may be called from several
// goroutines.
type Server struct {
	redis *miniredis.Miniredis
	addr  string
	pass  string
	stop  chan struct{}
	once  sync.Once
	clock sync.WaitGroup
}

// Start begins to listen. It returns ErrNotLoopback for an address that other
// machines could reach, or the operating system's error if the port is taken.
func Start(cfg Config) (*Server, error) {
	addr := cfg.Addr
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	if err := onLoopback(addr); err != nil {
		return nil, err
	}
	s := &Server{redis: miniredis.NewMiniRedis(), pass: rand.Text(), stop: make(chan struct{})}
	// The password is set before the port opens: there is no moment without it.
	s.redis.RequireAuth(s.pass)
	if err := s.redis.StartAddr(addr); err != nil {
		return nil, fmt.Errorf("embedded redis: %w", err)
	}
	s.addr = s.redis.Addr()
	s.clock.Go(s.keepTime)
	return s, nil
}

// URL is the address with its password, as redis://:PASSWORD@HOST:PORT/0. It
// is a secret: it opens the server to whoever holds it.
func (s *Server) URL() string {
	u := url.URL{Scheme: "redis", User: url.UserPassword("", s.pass), Host: s.addr, Path: "/0"}
	return u.String()
}

// Close ends the server and drops what it holds. A second call does nothing.
func (s *Server) Close() {
	s.once.Do(func() {
		close(s.stop)
		s.clock.Wait()
		s.redis.Close()
	})
}

// keepTime ages the keys by the time that really passed. It measures with the
// monotonic clock, so setting the machine's clock expires nothing. The TIME
// command and EXPIREAT need no help: miniredis asks the wall clock for them.
func (s *Server) keepTime() {
	t := time.NewTicker(tick)
	defer t.Stop()
	last := time.Now()
	for {
		select {
		case <-s.stop:
			return
		case <-t.C:
			now := time.Now()
			s.redis.FastForward(now.Sub(last))
			last = now
		}
	}
}

func onLoopback(addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("embedded redis: %w", err)
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return fmt.Errorf("%w: %s", ErrNotLoopback, addr)
	}
	return nil
}
