package main

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"time"

	"canvass/cmd/canvass/datadir"
	"canvass/dispatch/survey"
	"canvass/worker/ingest"
	"canvass/worker/spool"
)

// spoolDir is where a data directory has its spools.
func spoolDir(d *datadir.Dir) string { return filepath.Join(d.Path(), "spool") }

// openSpool gives the process a place on disk for what arrives while the database
// is away.
//
// A process does not start without the database: whether our keys are those of
// its links can be seen only there. So when it starts nothing is lost yet, and a
// spool that cannot be written to is told loudly and does not keep people from
// their forms; it is tried again every ten seconds, and by every arrival.
func (h *house) openSpool(ctx context.Context) error {
	var keys []spool.Key
	for _, k := range h.keys.SealKeys("spool") {
		keys = append(keys, spool.Key(k))
	}
	dir := spoolDir(h.dir)
	var err error
	h.spool, err = spool.New(spool.Config{Dir: dir, Keys: keys, MaxBytes: h.cfg.SpoolMax, Now: time.Now, Logger: h.log})
	if err != nil {
		return err
	}
	h.closing(func() { _ = h.spool.Close() })
	h.ingest.Spooled(h.spool, h.log)
	host, _ := os.Hostname() // for staff to read; it may be empty
	h.spooler = ingest.NewSpooler(ingest.SpoolerConfig{Ingest: h.ingest, Store: h.db, Spool: h.spool, Dir: dir, Host: host, Logger: h.log})
	if err := h.spooler.Begin(ctx); err != nil {
		h.app.tell(&survey.Error{Kind: survey.Unavailable, Code: survey.CodeSpoolUnwritable, Where: dir, Err: err})
	}
	return nil
}

// spoolEnds is how long a process may take, at its end, to store what waits.
const spoolEnds = 8 * time.Second

// servePublic answers respondents and providers, and stores what it had to keep
// on disk, also what arrives while it ends.
func (h *house) servePublic(ctx context.Context, ln net.Listener) error {
	pages, err := h.publicPages()
	if err != nil {
		return err
	}
	// Of its own: when ctx ends, requests are still in hand.
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		h.spooler.Run(running)
	}()
	err = serveHTTP(ctx, ln, pages)
	stop()
	<-stopped
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), spoolEnds)
	defer cancel()
	return errors.Join(err, h.spooler.End(end))
}

// spoolHealth is the spool in /readyz.
type spoolHealth struct {
	State         string `json:"state"` // ok, waiting, or the code of what is wrong
	Entries       int    `json:"entries"`
	Bytes         int64  `json:"bytes"`
	OldestSeconds int64  `json:"oldest_seconds"`
	Quarantine    int    `json:"quarantine"`
}

// healthOf says how a spool stands, and whether it takes what arrives.
func healthOf(s spool.State, now time.Time) (spoolHealth, bool) {
	out := spoolHealth{State: "ok", Entries: s.Entries, Bytes: s.Bytes, Quarantine: s.Aside}
	if !s.Oldest.IsZero() {
		out.OldestSeconds = int64(max(now.Sub(s.Oldest), 0).Seconds())
	}
	switch {
	case s.Trouble != nil || s.ID == "":
		out.State = string(survey.CodeSpoolUnwritable)
		return out, false
	case s.Full:
		out.State = string(survey.CodeSpoolFull)
		return out, false
	case s.Entries > 0:
		out.State = "waiting"
	}
	return out, true
}
