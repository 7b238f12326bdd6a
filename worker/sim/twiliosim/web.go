package twiliosim

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"html/template"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

//go:embed web
var webFiles embed.FS

// pages are the handset pages, parsed once.
type pages struct{ templates *template.Template }

func newPages() (*pages, error) {
	t, err := template.ParseFS(webFiles, "web/*.html")
	return &pages{templates: t}, err
}

// routeWeb is the one page of routes for people and for other processes.
func (s *Sim) routeWeb(mux *http.ServeMux) {
	guard := func(next http.HandlerFunc) http.Handler {
		return loopbackOnly(http.NewCrossOriginProtection().Handler(next))
	}
	mux.Handle("GET /{$}", guard(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/handset", http.StatusSeeOther)
	}))
	mux.Handle("GET /handset", guard(s.showList))
	mux.Handle("GET /handset/{number}", guard(s.showHandset))
	mux.Handle("GET /handset/web/{file}", guard(serveFile))
	for path, value := range map[string]func() any{
		"messages":   func() any { return s.Messages() },
		"calls":      func() any { return s.Calls() },
		"recordings": func() any { return s.Recordings() },
		"counts":     func() any { return s.Counts() },
		"errors":     func() any { return s.Errors() },
		"table":      func() any { return Behaviours() },
	} {
		mux.Handle("GET /sim/"+path, guard(func(w http.ResponseWriter, _ *http.Request) {
			writeJSON(w, http.StatusOK, value())
		}))
	}
	mux.Handle("GET /sim/received", guard(func(w http.ResponseWriter, r *http.Request) {
		writeJSON(w, http.StatusOK, s.ReceivedByCallbackKey(r.URL.Query().Get("key")))
	}))
	for path, do := range s.webActions() {
		mux.Handle("POST /sim/"+path, guard(acting(do)))
	}
}

// webActions are the actions of a phone as forms: fields handset, sender, body for
// reply, reply-twice and dial; sid and digits for the others.
func (s *Sim) webActions() map[string]func(url.Values) (string, error) {
	onCall := func(do func(string) error) func(url.Values) (string, error) {
		return func(f url.Values) (string, error) { return f.Get("sid"), do(f.Get("sid")) }
	}
	return map[string]func(url.Values) (string, error){
		"reply": func(f url.Values) (string, error) {
			return s.Reply(f.Get("handset"), f.Get("sender"), f.Get("body"))
		},
		"reply-twice": func(f url.Values) (string, error) {
			return s.ReplyTwice(f.Get("handset"), f.Get("sender"), f.Get("body"))
		},
		"dial": func(f url.Values) (string, error) { return s.Dial(f.Get("handset"), f.Get("sender")) },
		"press": func(f url.Values) (string, error) {
			return f.Get("sid"), s.Press(f.Get("sid"), f.Get("digits"))
		},
		"answer":    onCall(s.Answer),
		"decline":   onCall(s.Decline),
		"ignore":    onCall(s.Ignore),
		"voicemail": onCall(s.Voicemail),
		"silence":   onCall(s.Silence),
		"hangup":    onCall(s.Hangup),
	}
}

// acting answers a program with JSON {sid, error, wrong}, and a page's form (which has a
// field back) with the way back to the page.
func acting(do func(url.Values) (string, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxDocument)
		if err := r.ParseForm(); err != nil {
			writeJSON(w, http.StatusBadRequest, map[string]string{"error": "the form could not be read"})
			return
		}
		sid, err := do(r.PostForm)
		if back, ok := wayBack(r.PostForm.Get("back"), err); ok {
			http.Redirect(w, r, back, http.StatusSeeOther)
			return
		}
		body := map[string]string{"sid": sid}
		if err != nil {
			body["error"], body["wrong"] = err.Error(), wrongWord(err)
		}
		writeJSON(w, statusOf(err), body)
	}
}

// wayBack accepts only addresses of handset pages, and adds what went wrong.
func wayBack(raw string, err error) (string, bool) {
	u, parseErr := url.Parse(raw)
	if parseErr != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(u.Path, "/handset/") {
		return "", false
	}
	q := u.Query()
	q.Del("wrong")
	if err != nil {
		q.Set("wrong", wrongWord(err))
	}
	return (&url.URL{Path: u.Path, RawQuery: q.Encode()}).String(), true
}

// statusOf is the HTTP status of an action's error.
func statusOf(err error) int {
	switch {
	case err == nil:
		return http.StatusOK
	case errors.Is(err, ErrNotFound):
		return http.StatusNotFound
	case errors.Is(err, ErrInvalid):
		return http.StatusUnprocessableEntity
	case errors.Is(err, ErrNotNow), errors.Is(err, ErrCannotReceive):
		return http.StatusConflict
	case errors.Is(err, ErrUndelivered):
		return http.StatusBadGateway
	}
	return http.StatusServiceUnavailable
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(value) // an error means that the client has gone
}

// loopbackOnly refuses other host names, so that no page of the web can reach the
// simulator through a name of its own, and sets the headers of every answer.
func loopbackOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		if !loopbackHost(strings.Trim(host, "[]")) {
			http.Error(w, "this simulator answers on its own machine only", http.StatusMisdirectedRequest)
			return
		}
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "+
			"img-src data:; media-src http://127.0.0.1:* http://localhost:*; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		next.ServeHTTP(w, r)
	})
}

func serveFile(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	if strings.HasSuffix(name, ".html") {
		http.NotFound(w, r)
		return
	}
	http.ServeFileFS(w, r, webFiles, "web/"+name)
}

// render writes a page whole, or nothing of it.
func (s *Sim) render(w http.ResponseWriter, name string, page any) {
	var b bytes.Buffer
	if err := s.pages.templates.ExecuteTemplate(&b, name, page); err != nil {
		s.config.Logger.Error("twiliosim page", "page", name, "error", err)
		http.Error(w, "page could not be made", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	w.Write(b.Bytes())
}

// unchanged answers 304 if the page in the browser shows this version.
func (s *Sim) unchanged(w http.ResponseWriter, r *http.Request, version uint64) bool {
	tag := `"` + s.run + "-" + strconv.FormatUint(version, 36) + `"`
	w.Header().Set("ETag", tag)
	if r.Header.Get("If-None-Match") != tag {
		return false
	}
	w.WriteHeader(http.StatusNotModified)
	return true
}
