package smtpsink

import (
	"embed"
	"fmt"
	"html/template"
	"net"
	"net/http"
	"time"
)

//go:embed web
var webFiles embed.FS

const (
	// pagePolicy lets the mailbox load its own style sheets and its own frame.
	pagePolicy = "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

	// bodyPolicy is for a mail's own HTML: inline styles and inline pictures, no
	// script, no request of any kind, no form, an origin of its own. Its links
	// may open a window, which is then an ordinary one.
	bodyPolicy = "sandbox " + bodySandbox + "; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

	// bodySandbox is the frame's sandbox attribute as well, so that neither the
	// page nor the address alone decides.
	bodySandbox = "allow-popups allow-popups-to-escape-sandbox"
)

func (s *Sink) webServer() (*http.Server, error) {
	pages, err := template.ParseFS(webFiles, "web/*.html")
	if err != nil {
		return nil, fmt.Errorf("mailbox page: %w", err)
	}
	box := &mailbox{sink: s, pages: pages}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", box.list)
	mux.HandleFunc("GET /m/{seq}", box.letter)
	mux.HandleFunc("GET /m/{seq}/body", box.body)
	mux.HandleFunc("GET /m/{seq}/raw", box.raw)
	mux.HandleFunc("GET /web/{file}", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFileFS(w, r, webFiles, "web/"+r.PathValue("file"))
	})
	mux.HandleFunc("GET /api/messages", s.apiMessages)
	mux.HandleFunc("GET /api/counts", s.apiCounts)
	mux.HandleFunc("GET /api/received", s.apiReceived)
	return &http.Server{
		Handler:           guarded(mux),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      time.Minute,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    16 << 10,
	}, nil
}

// guarded sets the strict headers that every response starts from, and refuses
// requests under another name than loopback's: a foreign page whose name was
// pointed at this machine must not read the mail.
func guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		if !isLoopback(host) {
			http.Error(w, "only on loopback", http.StatusMisdirectedRequest)
			return
		}
		h := w.Header()
		h.Set("Content-Security-Policy", pagePolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		next.ServeHTTP(w, r)
	})
}
