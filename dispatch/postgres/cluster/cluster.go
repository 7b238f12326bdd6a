package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// Config says where the cluster lies and how it runs. Only Dir is needed.
type Config struct {
	// Dir holds the cluster and all that belongs to it; made if missing.
	Dir string
	// Bin is the installation to use; nil looks for one. An existing cluster
	// demands the major version that made it.
	Bin *Binaries
	// Logger tells of starts and stops, never of data; nil is silence.
	Logger *slog.Logger
	// Durable makes a commit survive a power cut. False is for tests: faster,
	// and safe against killed processes only.
	Durable bool
	// Port opens 127.0.0.1:Port besides the socket; 0 means socket only. A
	// running server that is adopted keeps the port it has.
	Port int
}

// Cluster is one user's hold on a running private server. Its methods may be
// called from several goroutines.
type Cluster struct {
	home     home
	bin      Binaries
	account  account
	log      *slog.Logger
	durable  bool
	port     int
	password string

	endpoint endpoint
	adopted  bool
	stop     sync.Once
	stopped  error
	users    flock
	child    *child // the server, if this handle started it
}

// Start makes the cluster if there is none, starts its server if none runs, and
// returns when it answers. A server that runs already, because another process
// uses it or was killed while using it, is adopted. The errors worth telling
// apart are *MissingError (no PostgreSQL, or not the version that made this
// cluster) and ctx's. Every successful Start wants its Stop.
func Start(ctx context.Context, cfg Config) (*Cluster, error) {
	began := time.Now()
	c, err := prepare(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("embedded postgres: %w", err)
	}
	starting, err := c.home.lock(ctx, "starting.lock")
	if err != nil {
		return nil, fmt.Errorf("embedded postgres: waiting for another start or stop: %w", err)
	}
	defer starting.release()
	if c.users, err = c.home.tryLock("users.lock", syscall.LOCK_SH); err != nil {
		return nil, fmt.Errorf("embedded postgres: %w", err)
	}
	if err := c.run(ctx); err != nil {
		c.users.release()
		return nil, fmt.Errorf("embedded postgres: %w", err)
	}
	c.log.Info("embedded postgres answers", "adopted", c.adopted, "major", c.bin.Major, "took", time.Since(began).Round(time.Millisecond))
	return c, nil
}

func prepare(ctx context.Context, cfg Config) (*Cluster, error) {
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	c := &Cluster{home: home(dir), log: cfg.Logger, durable: cfg.Durable, port: cfg.Port}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	if c.account, err = serverAccount(c.home); err != nil {
		return nil, err
	}
	major, err := c.home.major()
	if err != nil {
		return nil, err
	}
	switch {
	case cfg.Bin == nil && major == 0:
		c.bin, err = Find(ctx)
	case cfg.Bin == nil:
		c.bin, err = FindMajor(ctx, major)
	case cfg.Bin.Major < MinMajor || major != 0 && cfg.Bin.Major != major:
		err = &MissingError{Major: major, Found: []int{cfg.Bin.Major}}
	default:
		c.bin = *cfg.Bin
	}
	return c, err
}

// run brings the server to where it answers. The caller holds starting.lock.
func (c *Cluster) run(ctx context.Context) error {
	var err error
	if c.password, err = c.home.password(); err != nil {
		return err
	}
	if c.adopted, err = c.adopt(ctx); err != nil || c.adopted {
		return err
	}
	if major, err := c.home.major(); err != nil {
		return err
	} else if major == 0 {
		if err := c.create(ctx); err != nil {
			return err
		}
	}
	return c.launch(ctx)
}

// URL is the connection string of the database canvass, for lib/pq and for
// PostgreSQL's own programs. It holds the password: it is a secret.
func (c *Cluster) URL() string {
	return (&url.URL{
		Scheme: "postgres", User: url.UserPassword("canvass", c.password), Path: "/canvass",
		RawQuery: url.Values{
			"host": {c.endpoint.Socket}, "port": {strconv.Itoa(c.endpoint.Port)}, "sslmode": {"disable"},
		}.Encode(),
	}).String()
}

// Adopted reports whether the server was running when Start came.
func (c *Cluster) Adopted() bool { return c.adopted }

// Binaries is the installation that the server runs from.
func (c *Cluster) Binaries() Binaries { return c.bin }

// Stop gives up this handle, and ends the server (PostgreSQL's fast shutdown:
// open transactions are rolled back) unless another handle, here or in another
// process, is in use. If ctx ends first, the server is ended without a
// checkpoint, which costs the next start a recovery, and ctx's error is
// returned. Further calls return what the first did.
func (c *Cluster) Stop(ctx context.Context) error {
	c.stop.Do(func() {
		if err := c.leave(ctx); err != nil {
			c.stopped = fmt.Errorf("embedded postgres: stopping: %w", err)
		}
	})
	return c.stopped
}

func (c *Cluster) leave(ctx context.Context) error {
	defer c.users.release()
	starting, err := c.home.lock(ctx, "starting.lock")
	if err != nil {
		return err
	}
	defer starting.release()
	switch err := c.users.change(syscall.LOCK_EX); {
	case errors.Is(err, syscall.EWOULDBLOCK):
		c.log.Info("embedded postgres goes on: others use it")
		return nil
	case err != nil:
		return err
	}
	if err := c.halt(ctx); err != nil {
		return err
	}
	c.log.Info("embedded postgres stopped")
	return c.home.forgetEndpoint()
}

// lock waits for an exclusive lock until ctx ends.
func (h home) lock(ctx context.Context, name string) (flock, error) {
	for {
		l, err := h.tryLock(name, syscall.LOCK_EX)
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return l, err
		}
		if err := pause(ctx); err != nil {
			return flock{}, err
		}
	}
}

// pause is the rhythm of asking again for what the kernel does not announce.
func pause(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(10 * time.Millisecond):
		return nil
	}
}

// Dump writes the database canvass as Dump does.
func (c *Cluster) Dump(ctx context.Context, w io.Writer) error {
	return Dump(ctx, c.bin, c.URL(), w)
}

// Restore fills the database canvass as Restore does.
func (c *Cluster) Restore(ctx context.Context, r io.Reader) error {
	return Restore(ctx, c.bin, c.URL(), r)
}
