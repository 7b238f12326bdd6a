package queue_test

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os/exec"
	"sync/atomic"
	"testing"
	"time"

	"canvass/dispatch/queue"
	"canvass/dispatch/queue/embedded"
)

// onBoth runs a test on the in-process Redis and on a real redis-server.
func onBoth(t *testing.T, test func(t *testing.T, url string)) {
	t.Run("embedded", func(t *testing.T) { test(t, redisURL(t)) })
	t.Run("redis-server", func(t *testing.T) { test(t, realRedis(t)) })
}

func redisURL(t *testing.T) string {
	t.Helper()
	s, err := embedded.Start(embedded.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s.URL()
}

// realRedis starts a redis-server of the test's own; make test installs it.
func realRedis(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	l.Close()
	cmd := exec.Command("redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", t.TempDir())
	if err := cmd.Start(); err != nil {
		t.Fatalf("redis-server is needed (make test installs it): %v", err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	p, err := queue.NewPace("redis://127.0.0.1:" + port + "/0")
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	for deadline := time.Now().Add(10 * time.Second); p.Ping(t.Context()) != nil; {
		if time.Now().After(deadline) {
			t.Fatal("redis-server does not answer")
		}
		time.Sleep(20 * time.Millisecond)
	}
	return "redis://127.0.0.1:" + port + "/0"
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
	onBoth(t, tasksTravelWithKindIDAndGeneration)
}

func tasksTravelWithKindIDAndGeneration(t *testing.T, url string) {
	got := make(chan queue.Task, 10)
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
func TestAFailedTaskCanBeEnqueuedAgain(t *testing.T) { onBoth(t, aFailedTaskCanBeEnqueuedAgain) }

func aFailedTaskCanBeEnqueuedAgain(t *testing.T, url string) {
	got := make(chan queue.Task, 10)
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
	onBoth(t, reserveSpacesMessagesWithoutBurst)
}

func reserveSpacesMessagesWithoutBurst(t *testing.T, url string) {
	p, err := queue.NewPace(url)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	ctx := context.Background()
	reserve := func(most time.Duration, limits ...queue.Limit) (time.Duration, bool) {
		t.Helper()
		wait, ok, err := p.Reserve(ctx, most, limits...)
		if err != nil {
			t.Fatal(err)
		}
		return wait, ok
	}
	slow := queue.Limit{Name: "slow", Rate: 0.5, Cost: 1} // one message every two seconds
	var last time.Duration
	for n := range 5 {
		wait, ok := reserve(time.Hour, slow)
		if n == 0 && wait != 0 || !ok {
			t.Errorf("the first message waits %v, %t", wait, ok)
		}
		// Real time passes between the calls, a little; the spacing is two
		// seconds and a trifle less that little.
		if n > 0 && (wait-last > 2100*time.Millisecond || wait <= last) {
			t.Errorf("message %d waits %v after %v", n, wait, last)
		}
		last = wait
	}
	if wait, ok := reserve(time.Second, slow); ok || wait < last {
		t.Errorf("a wait of %v was taken by who waits a second at most", wait)
	}
	if again, ok := reserve(time.Hour, slow); !ok || again-last > 2100*time.Millisecond {
		t.Errorf("what was refused was taken all the same: %v after %v", again, last)
	}
	if other, _ := reserve(time.Hour, queue.Limit{Name: "other", Rate: 0.5, Cost: 1}); other != 0 {
		t.Errorf("another sender waits %v", other)
	}
	if free, _ := reserve(0, queue.Limit{Name: "slow", Cost: 1}); free != 0 {
		t.Errorf("an unpaced sender waits %v", free)
	}
	reserve(time.Hour, queue.Limit{Name: "ten", Rate: 10, Cost: 5})
	if wait, _ := reserve(time.Hour, queue.Limit{Name: "ten", Rate: 10, Cost: 1}); wait < 300*time.Millisecond || wait > 510*time.Millisecond {
		t.Errorf("after five units at 10 a second the next waits %v", wait)
	}
}

// Who is held to several limits waits for the slowest, but does not hold up
// those who share the others with it.
func TestReserveHoldsToEveryLimit(t *testing.T) {
	onBoth(t, reserveHoldsToEveryLimit)
}

func reserveHoldsToEveryLimit(t *testing.T, url string) {
	p, err := queue.NewPace(url)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	sender, provider := queue.Limit{Name: "s", Rate: 1, Cost: 1}, queue.Limit{Name: "p", Rate: 0.1, Cost: 1}
	campaign := queue.Limit{Name: "k", Rate: 0.01, Cost: 1, Own: true}
	reserve := func(limits ...queue.Limit) (time.Duration, bool) {
		t.Helper()
		wait, ok, err := p.Reserve(t.Context(), time.Hour, limits...)
		if err != nil {
			t.Fatal(err)
		}
		return wait, ok
	}
	if wait, ok := reserve(sender, campaign); wait != 0 || !ok {
		t.Errorf("the first waits %v, %t", wait, ok)
	}
	if wait, ok := reserve(sender, campaign); ok || wait < 90*time.Second {
		t.Errorf("the campaign's second message waits %v, %t", wait, ok)
	}
	if wait, ok := reserve(sender); !ok || wait > 1100*time.Millisecond {
		t.Errorf("it holds up another campaign for %v, %t", wait, ok)
	}
	reserve(provider)
	if wait, ok := reserve(sender, provider); !ok || wait < 8*time.Second {
		t.Errorf("behind the provider's pace it waits %v, %t", wait, ok)
	}
	if got := queue.Spacing([]queue.Limit{sender, campaign, {Name: "x"}}); got < 100*time.Second || got > 102*time.Second {
		t.Errorf("spacing %v", got)
	}
}

// A destination that asks to slow down rests, longer each time it asks again.
func TestADestinationRests(t *testing.T) {
	onBoth(t, aDestinationRests)
}

func aDestinationRests(t *testing.T, url string) {
	p, err := queue.NewPace(url)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	rests := func() map[string]queue.Rest {
		t.Helper()
		out, err := p.Rests(t.Context(), []string{"thu.example", "khac.example"})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	if got := rests(); len(got) != 0 {
		t.Errorf("nobody asked: %v", got)
	}
	for range 3 { // messages of one batch
		if d, err := p.Slow(t.Context(), "thu.example"); err != nil || d <= 29*time.Second || d > 30*time.Second {
			t.Errorf("rests %v, %v", d, err)
		}
	}
	got := rests()
	if r := got["thu.example"]; r.Level != 1 || r.For <= 29*time.Second || r.For > 30*time.Second || len(got) != 1 {
		t.Errorf("rests %v", got)
	}
	if err := p.Recovered(t.Context(), "thu.example"); err != nil {
		t.Fatal(err)
	}
	if got := rests(); len(got) != 0 {
		t.Errorf("it recovered: %v", got)
	}
}

// At the end a send is asked to finish and waited for; a reply is let finish.
func TestShutdownAsksSendsToEndAndWaitsForThem(t *testing.T) {
	onBoth(t, shutdownAsksSendsToEndAndWaitsForThem)
}

func shutdownAsksSendsToEndAndWaitsForThem(t *testing.T, url string) {
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
