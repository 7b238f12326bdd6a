package androidsim

import (
	"crypto/subtle"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"
)

// serverBase is where the API of a private server is.
const serverBase = "/3rdparty/v1"

// maxBody bounds what is read of a request, in bytes.
const maxBody = 64 << 10

// webhook is a registered address of ours.
type webhook struct {
	ID     string `json:"id"`
	Device string `json:"deviceId,omitempty"`
	URL    string `json:"url"`
	Event  string `json:"event"`
}

// routes are the API, in both modes, and the pages.
func (s *Sim) routes() http.Handler {
	mux := http.NewServeMux()
	for _, base := range []string{"", serverBase} {
		for pattern, serve := range map[string]http.HandlerFunc{
			"POST /messages": s.create, "GET /messages/{id}": s.fetch, "POST /message": s.create, "GET /message/{id}": s.fetch,
			"GET /webhooks": s.listHooks, "POST /webhooks": s.addHook, "DELETE /webhooks/{id}": s.dropHook,
			"GET /devices": s.devices,
		} {
			method, path, _ := strings.Cut(pattern, " ")
			mux.HandleFunc(method+" "+base+path, s.guarded(base, serve))
		}
		mux.HandleFunc("GET "+base+"/health", func(w http.ResponseWriter, _ *http.Request) {
			reply(w, http.StatusOK, map[string]string{"status": "pass"})
		})
	}
	s.routeWeb(mux)
	return mux
}

// guarded asks for the password; a phone that is off does not answer at all.
func (s *Sim) guarded(base string, serve http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		away := s.away
		s.mu.Unlock()
		if away && base == "" {
			hangUp(w)
			return
		}
		user, password, ok := r.BasicAuth()
		right := subtle.ConstantTimeCompare([]byte(user+":"+password), []byte(s.config.User+":"+s.config.Password))
		if !ok || right != 1 {
			w.Header().Set("WWW-Authenticate", `Basic realm="sms"`)
			fail(w, http.StatusUnauthorized, "Unauthorized")
			return
		}
		w.Header().Set("Date", s.config.Now().UTC().Format(http.TimeFormat))
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		serve(w, r)
	}
}

// hangUp breaks the connection without an answer.
func hangUp(w http.ResponseWriter) {
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		_ = conn.Close()
	}
}

func reply(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

func fail(w http.ResponseWriter, status int, words string) {
	reply(w, status, map[string]string{"message": words})
}

func read(r *http.Request, v any) bool {
	b, err := io.ReadAll(r.Body)
	return err == nil && json.Unmarshal(b, v) == nil
}

func (s *Sim) listHooks(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	reply(w, http.StatusOK, append([]webhook{}, s.hooks...))
}

// addHook registers a webhook, or replaces the one of its id.
func (s *Sim) addHook(w http.ResponseWriter, r *http.Request) {
	var h webhook
	if !read(r, &h) || !strings.HasPrefix(h.URL, "https://") || !strings.Contains(h.Event, ":") || len(h.ID) > 36 {
		fail(w, http.StatusBadRequest, "validation failed: url must start with https://")
		return
	}
	if h.ID == "" {
		h.ID = token()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.hooks {
		if s.hooks[i].ID == h.ID {
			s.hooks[i] = h
			reply(w, http.StatusCreated, h)
			return
		}
	}
	s.hooks = append(s.hooks, h)
	reply(w, http.StatusCreated, h)
}

func (s *Sim) dropHook(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	kept := s.hooks[:0]
	for _, h := range s.hooks {
		if h.ID != r.PathValue("id") {
			kept = append(kept, h)
		}
	}
	s.hooks = kept
	w.WriteHeader(http.StatusNoContent)
}

func (s *Sim) devices(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.config.Now()
	if s.away {
		now = now.Add(-3 * time.Hour)
	}
	var out []map[string]any
	for _, id := range s.config.Devices {
		out = append(out, map[string]any{"id": id, "name": "sim", "lastSeen": now.UTC().Format(time.RFC3339Nano)})
	}
	reply(w, http.StatusOK, out)
}
