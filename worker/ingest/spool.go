package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"canvass/dispatch/survey"
	"canvass/worker/channel"
	"canvass/worker/spool"
)

// How long an arrival is given, in real time. Together they are less than a
// provider waits for its answer (Twilio: 15 s).
const (
	directPatience = 4 * time.Second // the database; a mail program's button too
	spoolPatience  = 8 * time.Second // the disk
	stepPatience   = 8 * time.Second // a step of a call, of which nothing is spooled
)

// aside is where arrivals go that the database cannot take.
type aside struct {
	spool *spool.Spool
	log   *slog.Logger
	// away says that the database did not take the last thing that it was given.
	away atomic.Bool
	kept atomic.Int64 // when it was last told that things go to the disk
	lost atomic.Int64 // when it was last told that things are refused; both in nanoseconds of real time
}

// Spooled has g keep in s what the database does not take, and tell log. It is
// called before g is used. Whoever calls it also runs a Spooler, which stores
// these things later.
func (g *Ingest) Spooled(s *spool.Spool, log *slog.Logger) *Ingest {
	g.aside = &aside{spool: s, log: log}
	return g
}

// spooled is an entry of the spool: one of the two, and when it came.
type spooled struct {
	At      time.Time        `json:"at"` // real
	Inbound *channel.Inbound `json:"inbound,omitempty"`
	Click   *Click           `json:"click,omitempty"`
}

// Click is a press of the button that a mail program shows by its own (RFC 8058):
// no more mails. The program does not try again.
type Click struct {
	Token survey.Token `json:"token"` // of the way out
	// Name is what tells the press from every other thing, for ever; Again what
	// tells it if that name is used up, because who came back stops once more.
	Name  string `json:"name"`
	Again string `json:"again"`
	// Known says that the token was found to be somebody's. Else it may be
	// anybody's invention, and there is room for few of these.
	Known bool `json:"-"`
}

// Receive makes an inbound SMS or callback safe: in the database, or, if that
// does not take it, on our disk. When it returns nil the provider may be told
// so; applying follows.
//
// As long as something waits on the disk, what comes goes behind it: a STOP and a
// later START of one person do not change places. Only what has no place in any
// order passes by, once the database is there: most of a storm is that.
func (g *Ingest) Receive(ctx context.Context, in channel.Inbound) error {
	if g.aside == nil {
		return g.receive(ctx, in)
	}
	e := spooled{At: g.clock.Real(), Inbound: &in}
	if g.aside.spool.Waiting() > 0 && (g.aside.away.Load() || !orderless(in)) {
		return g.toSpool(ctx, spool.Known, e)
	}
	// A provider that hangs up has told us all the same.
	direct, cancel := context.WithTimeout(context.WithoutCancel(ctx), directPatience)
	defer cancel()
	err := g.receive(direct, in)
	g.aside.away.Store(err != nil)
	if err == nil {
		return nil
	}
	g.tellOf(ctx, &g.aside.kept, "the database does not take what arrives; it is kept on disk", err)
	return g.toSpool(ctx, spool.Known, e)
}

// orderless reports whether it is all the same when a thing is stored, before or
// after any other: a status of a text. Its state machine only moves forward. An
// opt-out bars, and how a call ended is judged by its steps.
func orderless(in channel.Inbound) bool {
	return in.Kind == channel.InboundStatus && in.Status != nil && !in.Status.OptedOut && !in.Status.Call
}

// KeepClick keeps a press on the disk, because the database could not be asked.
// When it returns nil the press is safe.
func (g *Ingest) KeepClick(ctx context.Context, c Click) error {
	if g.aside == nil {
		return &survey.Error{Kind: survey.Unavailable, Code: survey.CodeDatabaseAway}
	}
	class := spool.Unsure
	if c.Known {
		class = spool.Known
	}
	return g.toSpool(ctx, class, spooled{At: g.clock.Real(), Click: &c})
}

// Unheard notes that a step of a call could not be answered but by our apology,
// so that how the call ends is not taken for the person's doing.
func (g *Ingest) Unheard(ctx context.Context, in channel.Inbound) error {
	in.Unheard = true
	in.ProviderID += ":unheard" // the step itself may have been stored
	return g.Receive(ctx, in)
}

// toSpool writes one entry to the disk.
func (g *Ingest) toSpool(ctx context.Context, class spool.Class, e spooled) error {
	body, err := json.Marshal(e)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), spoolPatience)
	defer cancel()
	if err = g.aside.spool.Append(ctx, class, body); err == nil {
		return nil
	}
	code := survey.CodeSpoolUnwritable
	if errors.Is(err, spool.ErrFull) {
		code = survey.CodeSpoolFull
	}
	err = &survey.Error{Kind: survey.Unavailable, Code: code, Err: err}
	g.tellOf(ctx, &g.aside.lost, "neither the database nor the disk takes what arrives; it is refused", err)
	return err
}

// tellEvery is how often one and the same trouble is told.
const tellEvery = 10 * time.Second

// tellOf tells of trouble, now and then: it may come with every arrival.
func (g *Ingest) tellOf(ctx context.Context, last *atomic.Int64, what string, err error) {
	now, was := g.clock.Real().UnixNano(), last.Load()
	if now-was >= int64(tellEvery) && last.CompareAndSwap(was, now) {
		g.aside.log.ErrorContext(ctx, what, "err", err)
	}
}
