package queue

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/hibiken/asynq"

	"canvass/dispatch/survey"
)

// Handler does what a task asks for. An error is logged here and nowhere else;
// the sweeper, not a retry, brings the work back.
type Handler func(ctx context.Context, t Task) error

// ServerConfig says how many tasks run at once.
type ServerConfig struct {
	URL       string
	Handlers  map[Kind]Handler
	Senders   int // tasks of the lanes sends and housekeeping at once; 0 means 4
	Repliers  int // tasks of the lane replies at once; 0 means 4
	Answerers int // tasks of the lane notices at once: they wait for the pace; 0 means 8
	Logger    *slog.Logger
}

// Server runs handlers. Replies and notices have workers of their own each, so
// that neither a long send nor a notice that waits for its sender's pace ever
// holds up a reply.
type Server struct {
	lanes []*asynq.Server
	drain context.CancelFunc // ends the context of every send in hand
}

// shutdownPatience is how long a handler may finish after the end was asked
// for; what is left is picked up by lease.
const shutdownPatience = 8 * time.Second

// StartServer begins to process tasks.
func StartServer(cfg ServerConfig) (*Server, error) {
	opt, err := asynq.ParseRedisURI(cfg.URL)
	if err != nil {
		return nil, &survey.Error{Kind: survey.Invalid, Code: survey.CodeConfig, Where: "CANVASS_REDIS_URL", Err: err}
	}
	mux := asynq.NewServeMux()
	ending, drain := context.WithCancel(context.Background())
	for kind, h := range cfg.Handlers {
		if kind == SendChunk {
			h = until(ending, h)
		}
		mux.HandleFunc(string(kind), adapt(kind, h, cfg.Logger))
	}
	s := &Server{drain: drain}
	for _, lane := range []struct {
		queues map[string]int
		n      int
	}{
		{map[string]int{"replies": 1}, orDefault(cfg.Repliers, 4)},
		{map[string]int{"notices": 1}, orDefault(cfg.Answerers, 8)},
		{map[string]int{"sends": 3, "housekeeping": 1}, orDefault(cfg.Senders, 4)},
	} {
		srv := asynq.NewServer(opt, asynq.Config{
			Concurrency: lane.n, Queues: lane.queues, ShutdownTimeout: shutdownPatience,
			TaskCheckInterval: 200 * time.Millisecond,
			Logger:            quiet{cfg.Logger}, LogLevel: asynq.WarnLevel,
		})
		if err := srv.Start(mux); err != nil {
			s.Shutdown()
			return nil, &survey.Error{Kind: survey.Unavailable, Code: survey.CodeQueueAway, Err: err}
		}
		s.lanes = append(s.lanes, srv)
	}
	return s, nil
}

// Shutdown stops taking tasks, asks the sends to come to an end, waits for what
// is in hand, and returns.
func (s *Server) Shutdown() {
	for _, srv := range s.lanes {
		srv.Stop()
	}
	s.drain()
	for _, srv := range s.lanes {
		srv.Shutdown()
	}
}

// until ends the context of h with ending too. A send may last long; what asynq
// does at its own end is to walk away from it.
func until(ending context.Context, h Handler) Handler { //nolint:revive // ending is not the context of a call
	return func(ctx context.Context, t Task) error {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		defer context.AfterFunc(ending, cancel)()
		return h(ctx, t)
	}
}

// adapt ends every task as done. A failed one must not be archived: it would
// hold its id, and the sweeper's next hint would be refused as a repeat.
func adapt(kind Kind, h Handler, log *slog.Logger) func(context.Context, *asynq.Task) error {
	return func(ctx context.Context, at *asynq.Task) error {
		t := Task{Kind: kind}
		err := json.Unmarshal(at.Payload(), &t)
		if err == nil {
			err = guarded(ctx, t, h)
		}
		if err != nil {
			log.WarnContext(ctx, "task failed", "task", kind, "id", t.ID, "err", err)
		}
		return nil
	}
}

// guarded turns a panic into an error, so that one bad row does not take a
// process with it.
func guarded(ctx context.Context, t Task, h Handler) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("queue: %s panicked: %v\n%s", t.Kind, r, debug.Stack())
		}
	}()
	return h(ctx, t)
}

func orDefault(n, d int) int {
	if n > 0 {
		return n
	}
	return d
}

// quiet hands asynq's own words to slog.
type quiet struct{ l *slog.Logger }

func (q quiet) Debug(args ...any) { q.l.Debug(fmt.Sprint(args...), "from", "asynq") }
func (q quiet) Info(args ...any)  { q.l.Debug(fmt.Sprint(args...), "from", "asynq") }
func (q quiet) Warn(args ...any)  { q.l.Warn(fmt.Sprint(args...), "from", "asynq") }
func (q quiet) Error(args ...any) { q.l.Error(fmt.Sprint(args...), "from", "asynq") }
func (q quiet) Fatal(args ...any) { q.l.Error(fmt.Sprint(args...), "from", "asynq") }
