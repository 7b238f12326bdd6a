package console

import (
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"canvass/dispatch/survey"
	"canvass/templates"
)

// guard stands before every route: it says what a browser may do
// with the answer, refuses posts that other pages sent, and keeps a panic from closing
// the door.
func (c *console) guard(next http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun := c.Clock.Real()
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p)
				}
				c.Logger.ErrorContext(r.Context(), "a handler panicked", "route", r.Pattern, "stack", string(debug.Stack()))
				http.Error(w, "500", http.StatusInternalServerError)
			}
			if c.Logger.Enabled(r.Context(), slog.LevelDebug) {
				c.Logger.DebugContext(r.Context(), "request", "method", r.Method, "route", r.Pattern, "took", c.Clock.Real().Sub(begun).Round(time.Millisecond))
			}
		}()
		protect(w.Header(), r.URL.Path, c.secure())
		cross.Handler(next).ServeHTTP(w, r)
	})
}

// secure reports whether staff come by https.
func (c *console) secure() bool { return strings.HasPrefix(c.URL, "https://") }

// protect sets the headers of every answer.
func protect(h http.Header, path string, secure bool) {
	h.Set("Content-Security-Policy",
		"default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), publickey-credentials-get=(self), publickey-credentials-create=(self)")
	h.Set("X-Robots-Tag", "noindex, nofollow")
	if secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	if !strings.HasPrefix(path, templates.StaticRoot) {
		h.Set("Cache-Control", "no-store")
	}
}

// The cookies. With https the session's is bound to this host by its name.
const (
	cookieSession = "canvass_session"
	cookieLang    = "canvass_lang"
	cookieTold    = "canvass_told"
	hostOnly      = "__Host-"
)

func (c *console) sessionName() string {
	if c.secure() {
		return hostOnly + cookieSession
	}
	return cookieSession
}

// cookie sets a cookie that no script reads and no other site sends.
func (c *console) cookie(w http.ResponseWriter, name, value string, age int) {
	http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: age, HttpOnly: true, Secure: c.secure(), SameSite: http.SameSiteLaxMode})
}

// tell keeps what was done for the next screen, which says it once.
func (v *visit) tell(key string) { v.cookie(v.w, cookieTold, key, 60) }

// told is what the screen before left to say: one of our sentences, or nothing.
func (v *visit) told() string {
	c, err := v.r.Cookie(cookieTold)
	if err != nil {
		return ""
	}
	v.cookie(v.w, cookieTold, "", -1)
	key := "told." + c.Value
	if v.Templates.Sentence(string(v.lang()), key) == "" {
		return ""
	}
	return key
}

// show writes a screen.
func (v *visit) show(status int, s templates.Screen) {
	v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	v.w.WriteHeader(status)
	if err := v.Templates.WriteScreen(v.w, s); err != nil {
		v.Logger.ErrorContext(v.ctx, "a screen cannot be written", "route", v.r.Pattern, "error", err.Error())
	}
}

// fail shows why a screen cannot be shown.
func (v *visit) fail(err error) {
	head, status := "refusal.later", http.StatusServiceUnavailable
	switch survey.KindOf(err) {
	case survey.NotFound:
		head, status = "refusal.none", http.StatusNotFound
	case survey.Forbidden:
		head, status = "refusal.role", http.StatusForbidden
	case survey.Invalid, survey.Conflict:
		status = http.StatusConflict
	case survey.Internal:
		status = http.StatusInternalServerError
		v.Logger.ErrorContext(v.ctx, "a screen failed", "route", v.r.Pattern, "error", err.Error())
	}
	if survey.CodeOf(err) == survey.CodeInvitationOver {
		head = "refusal.over"
	}
	v.show(status, templates.Refusal{Shell: v.shell(""), Head: head, Why: v.words(err), Back: "/"})
}

// goTo answers a post: the browser loads another screen.
func (v *visit) goTo(where string) { http.Redirect(v.w, v.r, where, http.StatusSeeOther) }
