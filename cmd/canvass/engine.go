package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"canvass/cmd/canvass/datadir"
	"canvass/dispatch/postgres"
	"canvass/dispatch/postgres/cluster"
	"canvass/dispatch/queue/embedded"
	"canvass/dispatch/survey"
)

// An engine is what a command runs on: the data directory, the database, for
// processes the queue too, and business time. Close puts away, in reverse, what
// was opened.
type engine struct {
	app   *app
	cfg   Config
	log   *slog.Logger
	dir   *datadir.Dir
	db    *postgres.DB
	full  *postgres.DB // where db is of a role that sees less
	clock survey.Clock

	databaseURL, redisURL string
	upPublic              string // where the running up's public pages are, if attached
	upStaff               string // and its staff pages
	// own says that the database is the private one of the data directory, which
	// migrates by itself.
	own     bool
	cluster *cluster.Cluster // if this process has a hold on it

	closers []func()
}

// newEngine reads the settings and opens the data directory.
func (a *app) newEngine() (*engine, error) {
	cfg, err := a.config()
	if err != nil {
		return nil, err
	}
	dir, err := datadir.Open(cfg.DataDir)
	if err != nil {
		return nil, err
	}
	return &engine{app: a, cfg: cfg, log: a.logger(cfg), dir: dir, clock: survey.NewClock(time.Now),
		databaseURL: cfg.DatabaseURL, redisURL: cfg.RedisURL, own: cfg.DatabaseURL == ""}, nil
}

// closing adds something to put away at the end.
func (e *engine) closing(f func()) { e.closers = append(e.closers, f) }

// Close puts everything away.
func (e *engine) Close() {
	for i := len(e.closers) - 1; i >= 0; i-- {
		e.closers[i]()
	}
	e.closers = nil
}

// oneShot is the engine of a command that does one thing and ends. It uses the
// database that is set, else that of the running `up`, else it runs the private
// server for its own duration.
func (a *app) oneShot(ctx context.Context) (*engine, error) {
	return a.opened(ctx, func(e *engine) error { return e.findDatabase(ctx) })
}

// findDatabase chooses the database of a one-shot command.
func (e *engine) findDatabase(ctx context.Context) error {
	if !e.own {
		return nil
	}
	err := e.attach(ctx)
	if errors.Is(err, datadir.ErrNone) {
		return e.startCluster(ctx)
	}
	return err
}

// attached is the engine of a further process: what is not set it shares with
// the running `up`.
func (a *app) attached(ctx context.Context) (*engine, error) {
	return a.opened(ctx, func(e *engine) error {
		if !e.own && e.redisURL != "" {
			return nil
		}
		return e.attach(ctx)
	})
}

// held is the engine of `up`: it holds the data directory and runs what is not
// set.
func (a *app) held(ctx context.Context) (*engine, error) {
	return a.opened(ctx, func(e *engine) error {
		lock, err := e.dir.Lock("up")
		if err != nil {
			return err
		}
		e.closing(func() { _ = lock.Release() })
		if e.own {
			if err := e.startCluster(ctx); err != nil {
				return err
			}
		}
		if e.redisURL != "" {
			return nil
		}
		redis, err := embedded.Start(embedded.Config{})
		if err != nil {
			return err
		}
		e.closing(redis.Close)
		e.redisURL = redis.URL()
		return nil
	})
}

// opened makes an engine, lets find choose its servers, and opens the database.
func (a *app) opened(ctx context.Context, find func(*engine) error) (*engine, error) {
	e, err := a.newEngine()
	if err != nil {
		return nil, err
	}
	if err := find(e); err != nil {
		e.Close()
		return nil, err
	}
	if err := e.openDatabase(ctx); err != nil {
		e.Close()
		return nil, err
	}
	return e, nil
}

// attachPatience is how long a running `up` may take to say where it listens: after
// a crash PostgreSQL recovers first, and the machine may be slow.
const attachPatience = time.Minute

// attach takes what is not set from the running `up`.
func (e *engine) attach(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, attachPatience)
	defer cancel()
	for {
		at, err := e.dir.ReadEndpoints()
		switch {
		case err == nil:
			if e.databaseURL == "" {
				e.databaseURL = at.DatabaseURL
			}
			if e.redisURL == "" {
				e.redisURL = at.RedisURL
			}
			e.upPublic, e.upStaff = at.PublicURL, at.StaffURL
			return nil
		case !errors.Is(err, datadir.ErrStarting):
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// stopPatience is how long the private server may take to end.
const stopPatience = 20 * time.Second

// startCluster runs the private server, or takes a further hold on it.
func (e *engine) startCluster(ctx context.Context) error {
	c, err := cluster.Start(ctx, cluster.Config{Dir: e.dir.Cluster(), Logger: e.log, Durable: true})
	if err != nil {
		return err
	}
	e.cluster, e.databaseURL = c, c.URL()
	e.closing(func() {
		// A context of its own: the one of the command has usually ended.
		ctx, cancel := context.WithTimeout(context.Background(), stopPatience)
		defer cancel()
		if err := c.Stop(ctx); err != nil {
			e.log.Warn("the private database did not stop in order", "err", err)
		}
	})
	return nil
}

// openDatabase connects, brings a private database that this process has a hold
// on to the present schema (another one it only checks), and takes over what
// the settings say about senders and office.
func (e *engine) openDatabase(ctx context.Context) error {
	db, err := postgres.Open(ctx, e.databaseURL)
	if err != nil {
		return err
	}
	e.db, e.full = db, db
	e.closing(func() { _ = db.Close() })
	if e.cluster != nil {
		if _, _, err := db.Migrate(ctx); err != nil {
			return err
		}
	}
	if err := db.CheckSchema(ctx); err != nil {
		return err
	}
	r, rehearsing, err := db.Rehearsal(ctx)
	if err != nil {
		return err
	}
	if rehearsing {
		e.clock = survey.Rehearse(time.Now, r)
	}
	if len(e.cfg.Senders) > 0 {
		if err := db.SyncSenders(ctx, e.cfg.Senders); err != nil {
			return err
		}
	}
	if len(e.cfg.Office.Name) > 0 {
		if err := db.SetOffice(ctx, e.cfg.Office, actor(e.app)); err != nil {
			return err
		}
	}
	return e.settle(ctx)
}

// actor is who the record names for what a command does: the login of the
// person at the terminal.
func actor(a *app) string {
	for _, name := range []string{"CANVASS_ACTOR", "SUDO_USER", "USER", "LOGNAME"} {
		if v := a.getenv(name); v != "" {
			return v
		}
	}
	return "cli"
}
