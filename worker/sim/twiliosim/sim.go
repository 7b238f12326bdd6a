package twiliosim

import (
	"context"
	crand "crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"
)

// What an action can meet.
var (
	// ErrClosed: the simulator is closed.
	ErrClosed = errors.New("twiliosim: closed")
	// ErrNotFound: no such call.
	ErrNotFound = errors.New("twiliosim: no such call")
	// ErrNotNow: the call is not in a state for this; for instance no key is awaited.
	ErrNotNow = errors.New("twiliosim: not possible now")
	// ErrCannotReceive: the sender takes no replies or no calls.
	ErrCannotReceive = errors.New("twiliosim: this sender takes no replies")
	// ErrInvalid: a number, text or key is not one.
	ErrInvalid = errors.New("twiliosim: invalid number, text or keys")
	// ErrFull: Config.MaxRecords is reached.
	ErrFull = errors.New("twiliosim: full")
	// ErrUndelivered: the message exists, but our webhook did not take it.
	ErrUndelivered = errors.New("twiliosim: webhook did not take the message")
)

// Sim is a running simulator. Its methods may be used from any goroutine.
type Sim struct {
	config  Config
	pages   *pages
	client  *http.Client
	slots   chan struct{} // webhook requests in flight
	ctx     context.Context
	cancel  context.CancelFunc
	running sync.WaitGroup
	servers []*http.Server
	apiURL  string
	webURL  string
	run     string // tells the pages of this run from those of others

	mu      sync.Mutex // guards all below, and what the records say is guarded by it
	chance  *rand.Rand
	closed  bool
	busy    int           // lives and outboxes under way
	settled chan struct{} // closed and replaced whenever busy falls to zero
	feeds   map[*feed]struct{}
	ledger
}

// Start listens and serves until Close. Errors name bad settings or an address
// that cannot be listened on.
func Start(config Config) (*Sim, error) {
	config, err := config.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("twiliosim: %w", err)
	}
	pages, err := newPages()
	if err != nil {
		return nil, fmt.Errorf("twiliosim: pages: %w", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &Sim{
		config: config, pages: pages, ctx: ctx, cancel: cancel,
		slots:   make(chan struct{}, 64),
		chance:  newChance(config.Seed),
		settled: make(chan struct{}),
		feeds:   make(map[*feed]struct{}),
		ledger:  newLedger(),
		run:     strconv.FormatInt(time.Now().UnixNano(), 36),
		client: &http.Client{
			Transport: &http.Transport{
				DialContext:         (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
				MaxIdleConnsPerHost: 64, IdleConnTimeout: time.Minute,
			},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	if err := s.listen(); err != nil {
		s.Close()
		return nil, fmt.Errorf("twiliosim: %w", err)
	}
	return s, nil
}

// newChance returns the source of SIDs; seed 0 takes one from the system.
func newChance(seed uint64) *rand.Rand {
	var key [32]byte
	if seed == 0 {
		crand.Read(key[:]) // never fails
	} else {
		binary.LittleEndian.PutUint64(key[:], seed)
	}
	return rand.New(rand.NewChaCha8(key))
}

// listen opens one or two listeners and starts to serve.
func (s *Sim) listen() error {
	api, web := http.NewServeMux(), http.NewServeMux()
	s.routeAPI(api)
	var err error
	if s.config.WebAddr == "" {
		s.routeWeb(api)
		s.apiURL, err = s.serve(s.config.Addr, api)
		s.webURL = s.apiURL
		return err
	}
	s.routeWeb(web)
	if s.apiURL, err = s.serve(s.config.Addr, api); err != nil {
		return err
	}
	s.webURL, err = s.serve(s.config.WebAddr, web)
	return err
}

func (s *Sim) serve(addr string, handler http.Handler) (string, error) {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return "", err
	}
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		ErrorLog: slog.NewLogLogger(s.config.Logger.Handler(), slog.LevelWarn),
	}
	s.servers = append(s.servers, server)
	s.running.Go(func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			s.config.Logger.Error("twiliosim stopped serving", "error", err)
		}
	})
	return "http://" + listener.Addr().String(), nil
}

// URL is where the API listens, without a trailing slash; requests for
// https://api.twilio.com go here.
func (s *Sim) URL() string { return s.apiURL }

// WebURL is where /handset and /sim/ are, without a trailing slash.
func (s *Sim) WebURL() string { return s.webURL }

// HandsetURL is the page of one phone.
func (s *Sim) HandsetURL(number string) string {
	return s.webURL + "/handset/" + url.PathEscape(number)
}

// SetSender adds or changes one of our numbers or names.
func (s *Sim) SetSender(number string, sender SenderConfig) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.config.Senders[number] = sender
}

// Close ends calls, drops callbacks that are not yet on their way, hangs up on
// clients and waits for every goroutine. It may be called twice.
func (s *Sim) Close() error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.cancel()
	var errs []error
	for _, server := range s.servers {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		if server.Shutdown(ctx) != nil {
			errs = append(errs, server.Close())
		}
		cancel()
	}
	s.running.Wait()
	s.client.CloseIdleConnections()
	return errors.Join(errs...)
}

// Settle waits until no message is on its way, every call has ended and every
// callback is answered or given up. It returns ctx's error, or ErrClosed.
func (s *Sim) Settle(ctx context.Context) error {
	for {
		s.mu.Lock()
		busy, settled := s.busy, s.settled
		s.mu.Unlock()
		if busy == 0 {
			return nil
		}
		select {
		case <-settled:
		case <-ctx.Done():
			return ctx.Err()
		case <-s.ctx.Done():
			return ErrClosed
		}
	}
}

// spawn runs f as something that Settle and Close wait for.
func (s *Sim) spawn(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.spawnLocked(f)
}

// spawnLocked is spawn for a caller that holds s.mu. It reports false after Close.
func (s *Sim) spawnLocked(f func()) bool {
	if s.closed {
		return false
	}
	s.busy++
	s.running.Go(func() {
		defer func() {
			s.mu.Lock()
			if s.busy--; s.busy == 0 {
				close(s.settled)
				s.settled = make(chan struct{})
			}
			s.mu.Unlock()
		}()
		f()
	})
	return true
}

// pause waits for real time and reports false if the simulator was closed.
func (s *Sim) pause(d time.Duration) bool {
	if d <= 0 {
		return s.ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-s.ctx.Done():
		return false
	}
}

// token draws 32 hexadecimal digits. The caller holds s.mu.
func (s *Sim) token() string {
	var b [16]byte
	binary.LittleEndian.PutUint64(b[:8], s.chance.Uint64())
	binary.LittleEndian.PutUint64(b[8:], s.chance.Uint64())
	return hex.EncodeToString(b[:])
}
