package main

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"canvass/dispatch/survey"
)

// staffPages are what the staff listener serves: whether the process lives
// (/healthz), whether it can do its work (/readyz), and the console, if it has one.
func (h *house) staffPages(console http.Handler) http.Handler {
	mux := http.NewServeMux()
	if console != nil {
		mux.Handle("/", console)
	}
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

// ready asks each part, and says "ok" or the code of what is wrong. A process
// whose spool takes what arrives is ready without the database: whoever took it
// out of the way of providers then would lose what they say.
func (h *house) ready(ctx context.Context) (map[string]any, bool) {
	ctx, cancel := context.WithTimeout(ctx, readyPatience)
	defer cancel()
	ready, spools := true, false
	parts := map[string]any{}
	if h.spool != nil {
		parts["spool"], spools = healthOf(h.spool.State(), time.Now())
	}
	for name, check := range map[string]func(context.Context) error{
		"database": h.db.Ping, "schema": h.db.CheckSchema, "redis": h.pace.Ping,
	} {
		parts[name] = "ok"
		err := check(ctx)
		if err == nil {
			continue
		}
		code := survey.CodeOf(err)
		if code == "" {
			code = "away"
		}
		parts[name] = string(code)
		away := code == survey.CodeDatabaseAway || code == "away" // of the schema, too, nothing can be said then
		ready = ready && spools && away && name != "redis"
	}
	return parts, ready
}
