package main

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"canvass/dispatch/survey"
)

// staffPages are what the staff listener serves: whether the process lives
// (/healthz) and whether it can do its work (/readyz).
func (h *house) staffPages() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte("ok\n"))
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		parts, ready := h.ready(r.Context())
		w.Header().Set("Content-Type", "application/json")
		if !ready {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_ = json.NewEncoder(w).Encode(parts)
	})
	return mux
}

// readyPatience is how long a part may take to answer.
const readyPatience = 2 * time.Second

// ready asks each part, and says "ok" or the code of what is wrong.
func (h *house) ready(ctx context.Context) (map[string]string, bool) {
	ctx, cancel := context.WithTimeout(ctx, readyPatience)
	defer cancel()
	ready := true
	parts := map[string]string{}
	for name, check := range map[string]func(context.Context) error{
		"database": h.db.Ping, "schema": h.db.CheckSchema, "redis": h.pace.Ping,
	} {
		parts[name] = "ok"
		if err := check(ctx); err != nil {
			ready = false
			if parts[name] = string(survey.CodeOf(err)); parts[name] == "" {
				parts[name] = "away"
			}
		}
	}
	return parts, ready
}
