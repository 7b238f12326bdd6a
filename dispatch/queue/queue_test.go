package queue_test

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"canvass/dispatch/queue"
	"canvass/dispatch/queue/embedded"
)

func redisURL(t *testing.T) string {
	t.Helper()
	s, err := embedded.Start(embedded.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s.URL()
}

func start(t *testing.T, url string, h queue.Handler) {
	t.Helper()
	srv, err := queue.StartServer(queue.ServerConfig{URL: url, Logger: slog.New(slog.DiscardHandler),
		Handlers: map[queue.Kind]queue.Handler{queue.SendChunk: h, queue.Ingest: h}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(srv.Shutdown)
}

func TestTasksTravelWithKindIDAndGeneration(t *testing.T) {
	url, got := redisURL(t), make(chan queue.Task, 10)
	start(t, url, func(_ context.Context, task queue.Task) error { got <- task; return nil })
	c, err := queue.NewClient(url)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	want := queue.Task{Kind: queue.SendChunk, ID: 7, Generation: 2}
	if err := c.Enqueue(context.Background(), want); err != nil {
		t.Fatal(err)
	}
	if task := await(t, got); task != want {
		t.Errorf("got %+v, want %+v", task, want)
	}
}

// A failed or panicking task must free its id: the sweeper's hint for the same
// work has the same id.
func TestAFailedTaskCanBeEnqueuedAgain(t *testing.T) {
	url, got := redisURL(t), make(chan queue.Task, 10)
	var calls atomic.Int64
	start(t, url, func(_ context.Context, task queue.Task) error {
		got <- task
		if calls.Add(1) == 1 {
			return errors.New("broken")
		}
		panic("worse")
	})
	c, err := queue.NewClient(url)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for range 3 {
		deadline := time.Now().Add(10 * time.Second)
		for delivered := false; !delivered; { // the id is free a moment after the handler returns
			if err := c.Enqueue(context.Background(), queue.Task{Kind: queue.Ingest, ID: 1}); err != nil {
				t.Fatal(err)
			}
			select {
			case <-got:
				delivered = true
			case <-time.After(50 * time.Millisecond):
				if time.Now().After(deadline) {
					t.Fatal("the task never came back")
				}
			}
		}
	}
}

func await(t *testing.T, ch <-chan queue.Task) queue.Task {
	t.Helper()
	select {
	case task := <-ch:
		return task
	case <-time.After(10 * time.Second):
		t.Fatal("no task arrived")
		return queue.Task{}
	}
}

func TestReserveSpacesMessagesWithoutBurst(t *testing.T) {
	p, err := queue.NewPace(redisURL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	ctx := context.Background()
	var last time.Duration
	for n := range 5 {
		wait, err := p.Reserve(ctx, 1, 0.5, 1) // one message every two seconds
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 && wait != 0 {
			t.Errorf("the first message waits %v", wait)
		}
		// Real time passes between the calls, a little; the spacing is two
		// seconds less that little.
		if n > 0 && (wait-last > 2*time.Second || wait <= last) {
			t.Errorf("message %d waits %v after %v", n, wait, last)
		}
		last = wait
	}
	if other, _ := p.Reserve(ctx, 2, 0.5, 1); other != 0 {
		t.Errorf("another sender waits %v", other)
	}
	if free, _ := p.Reserve(ctx, 1, 0, 1); free != 0 {
		t.Errorf("an unpaced sender waits %v", free)
	}
	if _, err := p.Reserve(ctx, 3, 10, 5); err != nil {
		t.Fatal(err)
	}
	if wait, _ := p.Reserve(ctx, 3, 10, 1); wait < 300*time.Millisecond || wait > 500*time.Millisecond {
		t.Errorf("after five units at 10 a second the next waits %v", wait)
	}
}

// At the end a send is asked to finish and waited for; a reply is let finish.
func TestShutdownAsksSendsToEndAndWaitsForThem(t *testing.T) {
	url := redisURL(t)
	begun, answered, recorded := make(chan struct{}, 2), make(chan error, 1), make(chan struct{}, 1)
	ended := make(chan struct{})
	srv, err := queue.StartServer(queue.ServerConfig{URL: url, Logger: slog.New(slog.DiscardHandler), Handlers: map[queue.Kind]queue.Handler{
		queue.SendChunk: func(ctx context.Context, _ queue.Task) error {
			begun <- struct{}{}
			<-ctx.Done()
			close(ended)
			recorded <- struct{}{}
			return nil
		},
		queue.Ingest: func(ctx context.Context, _ queue.Task) error {
			begun <- struct{}{}
			<-ended // the end was asked for by now
			answered <- ctx.Err()
			return nil
		},
	}})
	if err != nil {
		t.Fatal(err)
	}
	c, err := queue.NewClient(url)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Enqueue(t.Context(), queue.Task{Kind: queue.SendChunk, ID: 1}, queue.Task{Kind: queue.Ingest, ID: 1}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		select {
		case <-begun:
		case <-time.After(10 * time.Second):
			t.Fatal("a task did not begin")
		}
	}
	srv.Shutdown()
	if len(recorded) != 1 {
		t.Error("Shutdown walked away from a send")
	}
	if len(answered) != 1 {
		t.Fatal("Shutdown walked away from a reply")
	}
	if err := <-answered; err != nil {
		t.Errorf("a reply was cut off: %v", err)
	}
}
