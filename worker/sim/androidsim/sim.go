package androidsim

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// What an action can meet.
var (
	// ErrClosed: the simulator is closed.
	ErrClosed = errors.New("androidsim: closed")
	// ErrInvalid: a number or a text is not one.
	ErrInvalid = errors.New("androidsim: invalid number or text")
)

// Sim is a running simulator. Its methods may be used from any goroutine.
type Sim struct {
	config  Config
	client  *http.Client
	server  *http.Server
	url     string
	ctx     context.Context
	cancel  context.CancelFunc
	running sync.WaitGroup

	mu       sync.Mutex // guards all below
	closed   bool
	away     bool
	back     chan struct{} // closed when the phone is on
	busy     int           // lives and events under way
	settled  chan struct{} // closed and replaced whenever busy falls to zero
	arrived  chan struct{} // closed and replaced whenever a text arrives at a handset
	messages map[string]*message
	order    []*message // in the order of creation
	refused  map[string]bool
	handsets map[string][]Message
	feeds    map[*feed]bool
	hooks    []webhook
	held     []event
	holding  bool
	counts   Counts
}

// Counts are what a simulator has seen.
type Counts struct {
	Created    int // messages
	Duplicates int // creations refused because the id was there
	Told       int // events that our webhook took
	Tries      int // requests to our webhook
	Lost       int // events given up
}

// Start listens and serves until Close.
func Start(config Config) (*Sim, error) {
	config, err := config.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("androidsim: %w", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &Sim{config: config, ctx: ctx, cancel: cancel, settled: make(chan struct{}), arrived: make(chan struct{}), back: make(chan struct{}),
		messages: map[string]*message{}, refused: map[string]bool{}, handsets: map[string][]Message{},
		client: &http.Client{
			Transport: &http.Transport{DialContext: (&net.Dialer{Timeout: 5 * time.Second}).DialContext, MaxIdleConnsPerHost: 16},
			Timeout:   30 * time.Second, // the phone's own
			CheckRedirect: func(*http.Request, []*http.Request) error {
				return http.ErrUseLastResponse
			},
		}}
	close(s.back)
	listener, err := net.Listen("tcp", config.Addr)
	if err != nil {
		cancel()
		return nil, fmt.Errorf("androidsim: %w", err)
	}
	s.url = "http://" + listener.Addr().String()
	s.server = &http.Server{Handler: s.routes(), ReadHeaderTimeout: 10 * time.Second}
	s.running.Go(func() { _ = s.server.Serve(listener) })
	return s, nil
}

// URL is the base of the API in local mode, without a slash at its end.
func (s *Sim) URL() string { return s.url }

// ServerURL is the base of the API in server mode.
func (s *Sim) ServerURL() string { return s.url + serverBase }

// Close drops what is under way, hangs up on clients and waits for every
// goroutine. It may be called twice.
func (s *Sim) Close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.cancel()
	_ = s.server.Close()
	s.running.Wait()
	s.client.CloseIdleConnections()
}

// Counts returns what was seen so far.
func (s *Sim) Counts() Counts {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counts
}

// SetAway switches the phone off, or on again. While it is off its server takes
// messages still, and local mode does not answer.
func (s *Sim) SetAway(away bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case away && !s.away:
		s.back = make(chan struct{})
	case !away && s.away:
		close(s.back)
	}
	s.away = away
}

// Settle waits until no text is on its way and every event was told or given up;
// events that are held are neither. It returns ctx's error, or ErrClosed.
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

// spawn runs f as something that Settle and Close wait for. The caller holds s.mu.
func (s *Sim) spawn(f func()) {
	if s.closed {
		return
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

// present waits until the phone is on.
func (s *Sim) present() bool {
	s.mu.Lock()
	back := s.back
	s.mu.Unlock()
	select {
	case <-back:
		return true
	case <-s.ctx.Done():
		return false
	}
}

// token draws an id.
func token() string { return strings.ToLower(rand.Text()[:21]) }
