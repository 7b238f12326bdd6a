package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"canvass/dispatch/survey"
)

// listen opens an address that a setting names.
func (e *engine) listen(ctx context.Context, setting, addr string) (net.Listener, error) {
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, &survey.Error{Kind: survey.Invalid, Code: survey.CodeConfig, Err: err,
			Args: map[string]string{"name": setting, "value": addr}}
	}
	e.closing(func() { _ = ln.Close() })
	return ln, nil
}

// newServer cuts off whoever dribbles: a phone on a bad line has time for what our
// pages send and get, and nobody has more.
func newServer(h http.Handler) *http.Server {
	return &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 20 * time.Second,
		WriteTimeout: 40 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 32 << 10}
}

// serveHTTP answers on ln until ctx ends, and then finishes the requests in
// hand.
func serveHTTP(ctx context.Context, ln net.Listener, h http.Handler) error {
	srv := newServer(h)
	stopped := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 8*time.Second)
		defer cancel()
		stopped <- srv.Shutdown(ctx)
	})
	err := srv.Serve(ln)
	if stop() || !errors.Is(err, http.ErrServerClosed) {
		return err // it ended by itself
	}
	if err := <-stopped; err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}
