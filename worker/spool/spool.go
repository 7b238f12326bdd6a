package spool

import (
	"context"
	"crypto/cipher"
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"sync"
	"time"
)

// Class says how far an entry can be trusted.
type Class byte

// The classes.
const (
	Known  Class = 'k' // its sender was authenticated
	Unsure Class = 'u' // it cannot be verified now: anybody may have sent it
)

// The bounds beside Config.MaxBytes.
const (
	maxEntries   = 1_000_000
	unsurePart   = 16        // entries that cannot be verified get one part in so many
	batchEntries = 1000      // of one file
	batchBytes   = 1 << 20   // of one file, before sealing
	maxEntry     = 512 << 10 // of one entry
	lineEntries  = 10_000    // that wait for a sync, in memory
	lineBytes    = 16 << 20  // of these
	block        = 4096      // what a file takes at least, and a multiple of which it takes
)

// The errors of Append that are not the disk's.
var (
	ErrFull   = errors.New("spool: it is full")
	ErrLarge  = errors.New("spool: the entry is too large")
	ErrClosed = errors.New("spool: it is closed")
)

// Key seals and opens files.
type Key struct {
	ID     string
	Secret []byte // 32 bytes
}

// Config is what a spool is made of. All of it is needed.
type Config struct {
	Dir      string // of all spools of the installation; made if missing
	Keys     []Key  // the first seals, all of them open
	MaxBytes int64
	Now      func() time.Time // real time
	Logger   *slog.Logger     // told the names of files, never what is in them
}

// Spool is one process' part of the spool directory. Its methods may be called
// from several goroutines.
type Spool struct {
	cfg    Config
	disk   disk
	sealer string // id of the key that seals
	keys   map[string]cipher.AEAD
	log    *slog.Logger

	opening sync.Mutex // over the steps that look for a home, adopt, or probe

	mu      sync.Mutex
	id      string // "" while no directory is ours
	lock    io.Closer
	last    int64  // order of the last file
	files   []file // oldest first
	all     tally  // of files and pending
	unsure  tally  // of these, what cannot be verified
	aside   tally
	trouble error // of the last write; nil after one that worked
	pending []*entry
	line    int // bytes of pending
	adopted []string
	closed  bool

	wake    chan struct{} // something is pending, or the spool is closed
	arrived chan struct{} // something can be taken out
	done    chan struct{} // nothing is written any more
}

// entry is one entry on its way to the disk.
type entry struct {
	class Class
	body  []byte
	safe  chan error // takes one
}

// tally is what an entry counts as long as it is in no file.
func (e *entry) tally() tally { return tally{entries: 1, bytes: int64(len(e.body))} }

// tally counts.
type tally struct{ files, entries, bytes int64 }

// New returns a spool that has not looked at the disk yet: Open does, and every
// Append until one worked. An error means that the configuration is wrong. Every
// New wants its Close.
func New(cfg Config) (*Spool, error) { return newOn(osDisk{}, cfg) }

func newOn(d disk, cfg Config) (*Spool, error) {
	if cfg.Dir == "" || cfg.MaxBytes <= 0 || cfg.Now == nil || cfg.Logger == nil {
		return nil, errors.New("spool: a part is missing")
	}
	keys, err := ring(cfg.Keys)
	if err != nil {
		return nil, err
	}
	s := &Spool{cfg: cfg, disk: d, sealer: cfg.Keys[0].ID, keys: keys, log: cfg.Logger,
		wake: make(chan struct{}, 1), arrived: make(chan struct{}, 1), done: make(chan struct{})}
	go s.commits()
	return s, nil
}

// Append keeps an entry. When it returns nil, the entry is safe; the package
// says how far. ctx bounds the wait; body must not be changed any more.
func (s *Spool) Append(ctx context.Context, class Class, body []byte) error {
	e := &entry{class: class, body: body, safe: make(chan error, 1)}
	if err := s.enqueue(e); err != nil {
		return err
	}
	signal(s.wake)
	select {
	case err := <-e.safe:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// enqueue puts e in line for the next sync, if there is room.
func (s *Spool) enqueue(e *entry) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return ErrClosed
	case len(e.body) > maxEntry:
		return ErrLarge
	case !s.room(e), len(s.pending) >= lineEntries, s.line+len(e.body) > lineBytes:
		return ErrFull
	}
	s.pending, s.line = append(s.pending, e), s.line+len(e.body)
	s.book(e.class, e.tally(), 1)
	return nil
}

// room reports whether e fits. What is pending may still share a file, and is
// counted as if it did not take a block each.
func (s *Spool) room(e *entry) bool {
	need := int64(len(e.body))
	if e.class == Unsure && (s.unsure.entries >= maxEntries/unsurePart || s.unsure.bytes+need > s.cfg.MaxBytes/unsurePart) {
		return false
	}
	return s.all.entries < maxEntries && s.all.bytes+s.aside.bytes+need <= s.cfg.MaxBytes
}

// book notes that something has come, or gone if n is -1.
func (s *Spool) book(class Class, t tally, n int64) {
	t = tally{t.files * n, t.entries * n, t.bytes * n}
	s.all.add(t)
	if class == Unsure {
		s.unsure.add(t)
	}
}

func (t *tally) add(u tally) {
	t.files, t.entries, t.bytes = t.files+u.files, t.entries+u.entries, t.bytes+u.bytes
}

// Waiting is how many entries wait to be taken out, those included that are on
// their way to the disk.
func (s *Spool) Waiting() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return int(s.all.entries)
}

// State is how a spool stands.
type State struct {
	ID      string // of the directory; "" while none is ours
	Entries int    // that wait
	Bytes   int64  // on disk, the quarantine included
	Oldest  time.Time
	Aside   int // files in quarantine
	// Full says that an entry would not be taken for want of room.
	Full bool
	// Trouble is the error of the last write, nil if it worked.
	Trouble error
}

// State tells how the spool stands.
func (s *Spool) State() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := State{ID: s.id, Entries: int(s.all.entries), Bytes: s.all.bytes + s.aside.bytes, Aside: int(s.aside.files), Trouble: s.trouble,
		Full: !s.room(&entry{class: Known, body: make([]byte, block)})}
	if len(s.files) > 0 {
		out.Oldest = time.Unix(0, s.files[0].order)
	}
	return out
}

// Arrived yields when there may be something to take out.
func (s *Spool) Arrived() <-chan struct{} { return s.arrived }

// Close writes what is pending and gives the directory up. What is in it stays.
func (s *Spool) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	s.mu.Unlock()
	signal(s.wake)
	<-s.done
	s.opening.Lock()
	defer s.opening.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lock == nil {
		return nil
	}
	lock := s.lock
	s.lock, s.id = nil, ""
	return lock.Close()
}

// home is our directory.
func (s *Spool) home() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return filepath.Join(s.cfg.Dir, s.id)
}

func (s *Spool) quarantine() string { return filepath.Join(s.cfg.Dir, "quarantine") }

// signal wakes whoever waits, once.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
