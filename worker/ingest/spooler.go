package ingest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"sync"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/worker/spool"
)

// SpoolStore is what storing the spool needs of the database, beside a Store.
type SpoolStore interface {
	StoreAll(ctx context.Context, arrivals []view.Arrival) ([]view.Stored, error)
	// RefusesContent reports whether an error is about what was given, and will
	// come again whenever that is given.
	RefusesContent(err error) bool
	InvitationByToken(ctx context.Context, hash []byte, purpose string) (inv survey.InvitationID, revoked bool, err error)
	BeatSpooler(ctx context.Context, b view.Beat) error
	EndSpooler(ctx context.Context, id string) error
	ForgetSpoolers(ctx context.Context) error
}

// SpoolerConfig is what a Spooler is made of. All of it is needed.
type SpoolerConfig struct {
	Ingest *Ingest
	Store  SpoolStore
	Spool  *spool.Spool // the one that Ingest was given
	Dir    string       // of all spools, to look at when ours cannot be opened
	Host   string       // the machine's name
	Logger *slog.Logger
}

// Spooler stores what waits in the spool as soon as the database takes it, and
// says every second that this process lives and how much waits: until nothing
// does, nobody sends.
type Spooler struct {
	SpoolerConfig
	standIn string // an id as long as no directory is ours

	beating sync.Mutex // a beat counts and tells in one piece
	told    int        // what the last beat told

	failures map[string]int // of files, while the database was there
	alarmed  time.Time
}

// NewSpooler returns a Spooler. Begin, then Run, then End.
func NewSpooler(cfg SpoolerConfig) *Spooler {
	b := make([]byte, 8)
	rand.Read(b) // never fails: the runtime ends the program instead
	return &Spooler{SpoolerConfig: cfg, standIn: hex.EncodeToString(b), failures: map[string]int{}}
}

// The rhythm of a Spooler, in real time.
const (
	beatEvery   = time.Second
	beatLasts   = 2 * time.Second
	lookEvery   = 10 * time.Second // at what others have left, and at a disk in trouble
	alarmEvery  = time.Minute
	forgetEvery = time.Hour
	groupLasts  = 2 * time.Minute
)

// Begin opens the spool and tells the workers of this process, so that they wait
// for what a former one has left. The error is the disk's: the process can go on,
// and tries again.
func (s *Spooler) Begin(ctx context.Context) error {
	err := s.Spool.Probe()
	if beat := s.beat(ctx); beat != nil {
		s.Logger.WarnContext(ctx, "the workers cannot be told of this process yet", "err", beat)
	}
	return err
}

// Run beats and stores until ctx ends.
func (s *Spooler) Run(ctx context.Context) {
	var wg sync.WaitGroup
	wg.Go(func() { every(ctx, beatEvery, func() { _ = s.beat(ctx) }) })
	wg.Go(func() { every(ctx, lookEvery, func() { s.look(ctx) }) })
	wg.Go(func() {
		every(ctx, forgetEvery, func() {
			if err := s.Store.ForgetSpoolers(ctx); err != nil && ctx.Err() == nil {
				s.Logger.WarnContext(ctx, "old processes are not forgotten yet", "err", err)
			}
		})
	})
	wg.Go(func() { s.replays(ctx) })
	wg.Wait()
}

// every does something now and then until ctx ends.
func every(ctx context.Context, span time.Duration, do func()) {
	t := time.NewTicker(span)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			do()
		}
	}
}

// End stores what can be stored, gives the spool up, and takes leave of the
// workers if nothing is left in it. Nothing may arrive any more.
func (s *Spooler) End(ctx context.Context) error {
	s.drain(ctx)
	s.beating.Lock()
	defer s.beating.Unlock()
	st := s.Spool.State()
	switch {
	case st.Entries > 0:
		s.Logger.WarnContext(ctx, "arrivals are left on disk; the next process stores them", "entries", st.Entries)
	case st.ID != "":
		if err := s.Store.EndSpooler(ctx, st.ID); err != nil {
			s.Logger.WarnContext(ctx, "the workers cannot be told that this process ends; they wait half a minute", "err", err)
		}
	}
	return s.Spool.Close()
}

// beat says that we live, and how much waits.
func (s *Spooler) beat(ctx context.Context) error {
	s.beating.Lock()
	defer s.beating.Unlock()
	ctx, cancel := context.WithTimeout(ctx, beatLasts)
	defer cancel()
	st := s.Spool.State()
	b := view.Beat{ID: st.ID, Host: s.Host, Waiting: st.Entries, Gone: s.Spool.Adopted()}
	if b.ID == "" {
		// What a former process has left cannot be stored now, and still counts.
		b.ID = s.standIn
		if r, err := spool.Inspect(s.Dir); err == nil {
			b.Waiting += r.Entries
		}
	} else {
		b.Gone = append(b.Gone, s.standIn)
	}
	err := s.Store.BeatSpooler(ctx, b)
	s.Ingest.aside.away.Store(err != nil)
	if err == nil {
		s.told = b.Waiting
	}
	return err
}

// beaten is what the workers know to wait for.
func (s *Spooler) beaten() int {
	s.beating.Lock()
	defer s.beating.Unlock()
	return s.told
}

// look sees to what the rest does not: what others have left, a disk in trouble.
func (s *Spooler) look(ctx context.Context) {
	st := s.Spool.State()
	if st.ID == "" || st.Trouble != nil {
		if err := s.Spool.Probe(); err != nil {
			s.Logger.ErrorContext(ctx, "the spool cannot be written to", "err", err)
			return
		}
		s.Logger.InfoContext(ctx, "the spool can be written to again")
	}
	if err := s.Spool.Adopt(); err != nil {
		s.Logger.WarnContext(ctx, "what others have left in the spool directory cannot be taken over yet", "err", err)
	}
}

// alarm says, once a minute, what waits.
func (s *Spooler) alarm(ctx context.Context, err error) {
	now := s.Ingest.clock.Real()
	if now.Sub(s.alarmed) < alarmEvery {
		return
	}
	s.alarmed = now
	st := s.Spool.State()
	s.Logger.ErrorContext(ctx, "arrivals wait on disk", "entries", st.Entries, "bytes", st.Bytes, "oldest", now.Sub(st.Oldest).Round(time.Second), "err", err)
}
