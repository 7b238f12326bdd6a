package console

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/dispatch/throttle"
	"canvass/templates"
)

// The interface for programs of the office reads, and opens to a token only: a session
// gives nothing here, and a token gives nothing elsewhere. It shows what an analyst's
// screens show, from the same counts behind the same guards.

// apiRoot begins every address of it, whatever the version.
const apiRoot = "/api/"

// How often a token may ask, and how often whoever shows a wrong one hears so before they
// are told to wait. Exports of one campaign by one token go on record once an hour.
const (
	askBurst   = 60
	askPace    = time.Second
	mostTokens = 4096
	noteEvery  = time.Hour
)

// apiDoors bound how much is asked.
type apiDoors struct {
	asking  *throttle.Throttle[int64]
	refused *throttle.Throttle[netip.Prefix]
	noted   *throttle.Throttle[exported]
}

// exported is results that left by a token.
type exported struct {
	token    int64
	campaign survey.CampaignID
}

func newAPIDoors(now func() time.Time) apiDoors {
	return apiDoors{asking: throttle.New[int64](now, throttle.Bound{Burst: askBurst, Pace: askPace, Most: mostTokens}),
		refused: throttle.New[netip.Prefix](now, throttle.Bound{Burst: guessBurst, Pace: guessPace, Most: guessPlaces}),
		noted:   throttle.New[exported](now, throttle.Bound{Burst: 1, Pace: noteEvery, Most: mostTokens})}
}

// apiRoute is one address for programs, and the right that it takes.
type apiRoute struct {
	pattern string
	right   staff.Right
	do      func(*call)
}

// call is one request by a program.
type call struct {
	*console
	w     http.ResponseWriter
	r     *http.Request
	token staff.APIToken
}

// api answers everything below apiRoot.
func (c *console) api() http.Handler {
	mux := http.NewServeMux()
	for _, r := range apiTable() {
		mux.HandleFunc(r.pattern, c.called(r))
	}
	mux.HandleFunc(apiRoot, c.called(apiRoute{right: staff.See, do: (*call).nowhere}))
	return mux
}

// called finds out which token is shown, and whether it may.
func (c *console) called(to apiRoute) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		k := &call{console: c, w: w, r: r}
		if inAddress(r.URL) {
			k.fail(&survey.Error{Kind: survey.Invalid, Code: survey.CodeTokenAddress})
			return
		}
		var err error
		if k.token, err = dispatch.OpenAPI(r.Context(), c.Store, bearer(r.Header), c.Clock.Real()); err != nil {
			if survey.CodeOf(err) == survey.CodeTokenRefused && !c.doors.refused.Take(throttle.PlaceOf(r.RemoteAddr)) {
				err = busy()
			}
			k.fail(err)
			return
		}
		switch {
		case !c.doors.asking.Take(k.token.ID):
			k.fail(busy())
		case !k.token.May(to.right):
			k.fail(&survey.Error{Kind: survey.Forbidden, Code: survey.CodeTokenMay})
		case strings.Contains(to.pattern, "{name}") && !k.token.Sees(r.PathValue("name")):
			k.fail(&survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound})
		default:
			to.do(k)
		}
	}
}

func busy() error {
	return &survey.Error{Kind: survey.Unavailable, Code: survey.CodeTokenBusy}
}

// bearer is the token of the one Authorization; "" where there is none, or two.
func bearer(h http.Header) string {
	all := h.Values("Authorization")
	if len(all) != 1 {
		return ""
	}
	scheme, token, _ := strings.Cut(all[0], " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// inAddress reports whether an address has a token, or says that it has one.
func inAddress(u *url.URL) bool {
	if strings.Contains(u.Path, staff.TokenPrefix) || strings.Contains(u.RawQuery, staff.TokenPrefix) {
		return true
	}
	asked := u.Query()
	for _, name := range []string{"token", "access_token", "api_key", "apikey", "key"} {
		if asked.Has(name) {
			return true
		}
	}
	return false
}

// nowhere answers what is no address of ours, and what does not read.
func (k *call) nowhere() {
	if k.r.Method != http.MethodGet && k.r.Method != http.MethodHead {
		k.w.Header().Set("Allow", "GET, HEAD")
		k.fail(&survey.Error{Kind: survey.Invalid, Code: survey.CodeAPIMethod})
		return
	}
	k.fail(&survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound})
}

// apiFault is what is told where something is refused.
type apiFault struct {
	Code    survey.Code `json:"code"`
	Message string      `json:"message"`
}

// fail tells why not. What is not there and what the token does not open are told alike.
func (k *call) fail(err error) {
	fault := apiFault{Code: survey.CodeOf(err)}
	status := http.StatusServiceUnavailable
	switch survey.KindOf(err) {
	case survey.NotFound:
		status, err = http.StatusNotFound, &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound}
		fault.Code = survey.CodeNotFound
	case survey.Forbidden:
		status = http.StatusForbidden
	case survey.Conflict:
		status = http.StatusConflict
	case survey.Invalid:
		status = http.StatusBadRequest
	case survey.Internal:
		status = http.StatusInternalServerError
		k.Logger.ErrorContext(k.r.Context(), "a program was not answered", "route", k.r.Pattern, "error", err.Error())
	}
	switch fault.Code {
	case survey.CodeTokenRefused:
		status = http.StatusUnauthorized
		k.w.Header().Set("WWW-Authenticate", `Bearer realm="canvass"`)
	case survey.CodeAPIMethod:
		status = http.StatusMethodNotAllowed
	case survey.CodeTokenBusy:
		status = http.StatusTooManyRequests
		k.w.Header().Set("Retry-After", "60")
	case survey.CodeAPICounting:
		k.w.Header().Set("Retry-After", "5")
	}
	fault.Message = k.words(err)
	k.answer(status, fault)
}

// answer writes what was asked for.
func (k *call) answer(status int, what any) {
	h := k.w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Content-Language", string(k.lang()))
	k.w.WriteHeader(status)
	enc := json.NewEncoder(k.w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(what) // who asked may have left
}

// words is what an error says, in the language that is asked for.
func (k *call) words(err error) string {
	var e *survey.Error
	if errors.As(err, &e) && e.Kind != survey.Internal {
		if words, ok := templates.Words(string(e.Code), string(k.lang()), e.Args); ok {
			return words
		}
	}
	return k.Templates.Sentence(string(k.lang()), "refusal.fault")
}

// lang is the one of our languages that Accept-Language likes best; Vietnamese where it
// likes none.
func (k *call) lang() survey.Lang {
	best, weight := survey.Vietnamese, 0.0
	for _, part := range strings.Split(k.r.Header.Get("Accept-Language"), ",") {
		tag, more, _ := strings.Cut(part, ";")
		primary, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
		q := 1.0
		if text, ok := strings.CutPrefix(strings.TrimSpace(more), "q="); ok {
			q, _ = strconv.ParseFloat(text, 64)
		}
		if l := survey.Lang(primary); (l == survey.Vietnamese || l == survey.English) && q > weight {
			best, weight = l, q
		}
	}
	return best
}
