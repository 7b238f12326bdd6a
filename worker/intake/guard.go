package intake

import (
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"canvass/templates"
)

// maxForm is the longest form that is read, in bytes: many times what our pages
// can send.
const maxForm = 64 << 10

// guard stands before every route: it bounds what is read, says what a browser
// may do with the answer, keeps a panic from closing the door, and notes the
// request without its address, whose path is a person's secret.
//
// There is no token against cross-site posts, because there is nothing to ride
// on: no cookie and no login. Whoever can name the address of a form holds its
// secret already, and may post to it.
func (in *intake) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun := in.Clock.Real()
		answer := &noted{ResponseWriter: w}
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p)
				}
				in.Logger.ErrorContext(r.Context(), "a handler panicked", "route", r.Pattern, "stack", string(debug.Stack()))
				if answer.status == 0 {
					in.write(answer, r, http.StatusInternalServerError, templates.Trouble{Frame: in.bare(r), Kept: r.Method != http.MethodPost})
				}
			}
			if in.Logger.Enabled(r.Context(), slog.LevelDebug) {
				in.Logger.DebugContext(r.Context(), "request", "method", r.Method, "route", r.Pattern, "status", answer.status,
					"took", in.Clock.Real().Sub(begun).Round(time.Millisecond))
			}
		}()
		protect(w.Header(), r.URL.Path)
		most := int64(maxForm)
		if isUpload(r) {
			most = maxUpload
		}
		r.Body = http.MaxBytesReader(answer, r.Body, most)
		next.ServeHTTP(answer, r)
	})
}

// protect sets the headers of design §8.
func protect(h http.Header, path string) {
	h.Set("Content-Security-Policy",
		"default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Robots-Tag", "noindex, nofollow")
	if !strings.HasPrefix(path, templates.StaticRoot) {
		h.Set("Cache-Control", "no-store")
	}
}

// noted remembers the status of an answer.
type noted struct {
	http.ResponseWriter
	status int
}

// WriteHeader notes the first status.
func (n *noted) WriteHeader(status int) {
	if n.status == 0 {
		n.status = status
	}
	n.ResponseWriter.WriteHeader(status)
}

// Write notes that a body without a status is 200.
func (n *noted) Write(b []byte) (int, error) {
	if n.status == 0 {
		n.status = http.StatusOK
	}
	return n.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController through.
func (n *noted) Unwrap() http.ResponseWriter { return n.ResponseWriter }
