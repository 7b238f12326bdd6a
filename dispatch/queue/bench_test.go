package queue_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"

	"canvass/dispatch/queue"
	"canvass/dispatch/queue/embedded"
)

// BenchmarkThroughEmbedded is one task through the in-process Redis, from
// Enqueue to its handler.
func BenchmarkThroughEmbedded(b *testing.B) {
	s, err := embedded.Start(embedded.Config{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	var left sync.WaitGroup
	left.Add(b.N)
	done := func(context.Context, queue.Task) error { left.Done(); return nil }
	srv, err := queue.StartServer(queue.ServerConfig{URL: s.URL(), Logger: slog.New(slog.DiscardHandler),
		Handlers: map[queue.Kind]queue.Handler{queue.Ingest: done}})
	if err != nil {
		b.Fatal(err)
	}
	defer srv.Shutdown()
	c, err := queue.NewClient(s.URL())
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	b.ResetTimer()
	for i := range b.N {
		if err := c.Enqueue(context.Background(), queue.Task{Kind: queue.Ingest, ID: int64(i + 1)}); err != nil {
			b.Fatal(err)
		}
	}
	left.Wait()
}
