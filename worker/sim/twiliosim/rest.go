package twiliosim

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// apiVersion is in paths, resources and webhooks.
const apiVersion = "2010-04-01"

// restError is the body of a refusal.
type restError struct {
	Code     int    `json:"code"`
	Message  string `json:"message"`
	MoreInfo string `json:"more_info"`
	Status   int    `json:"status"`
}

func (e *restError) Error() string { return strconv.Itoa(e.Code) + " " + e.Message }

func badRequest(code int, message string) *restError {
	return &restError{Code: code, Message: message, Status: http.StatusBadRequest}
}

func notFound(r *http.Request) *restError {
	return &restError{Code: 20404, Message: "The requested resource " + r.URL.Path + " was not found", Status: http.StatusNotFound}
}

// routeAPI is the one page of API routes.
func (s *Sim) routeAPI(mux *http.ServeMux) {
	const account = "/" + apiVersion + "/Accounts/{account}"
	for pattern, handle := range map[string]func(*http.Request) (reply, error){
		"GET /" + apiVersion + "/Accounts/{file}":  s.fetchAccount,
		"POST " + account + "/Messages.json":       s.createMessage,
		"GET " + account + "/Messages.json":        s.listMessages,
		"GET " + account + "/Messages/{file}":      s.fetchMessage,
		"POST " + account + "/Messages/{file}":     s.updateMessage,
		"DELETE " + account + "/Messages/{file}":   s.deleteMessage,
		"POST " + account + "/Calls.json":          s.createCall,
		"GET " + account + "/Calls.json":           s.listCalls,
		"GET " + account + "/Calls/{file}":         s.fetchCall,
		"POST " + account + "/Calls/{file}":        s.updateCall,
		"GET " + account + "/Recordings/{file}":    s.fetchRecording,
		"DELETE " + account + "/Recordings/{file}": s.deleteRecording,
		"/" + apiVersion + "/":                     func(r *http.Request) (reply, error) { return reply{}, notFound(r) },
	} {
		mux.HandleFunc(pattern, s.guarded(handle))
	}
}

// reply is a successful API answer. A reply that is silent is never sent.
type reply struct {
	status      int
	value       any // encoded as JSON unless raw is set
	raw         []byte
	contentType string
	silent      bool
}

// guarded checks credentials, reads the form and writes the answer.
func (s *Sim) guarded(handle func(*http.Request) (reply, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxDocument)
		user, password, _ := r.BasicAuth()
		name := subtle.ConstantTimeCompare([]byte(user), []byte(s.config.AccountSID))
		key := subtle.ConstantTimeCompare([]byte(password), []byte(s.config.AuthToken))
		if name&key != 1 {
			w.Header().Set("WWW-Authenticate", `Basic realm="Twilio API"`)
			writeError(w, &restError{Code: 20003, Message: "Authenticate", Status: http.StatusUnauthorized})
			return
		}
		if account := r.PathValue("account"); account != "" && account != s.config.AccountSID {
			writeError(w, notFound(r))
			return
		}
		if err := r.ParseForm(); err != nil {
			writeError(w, badRequest(20001, "The request could not be read"))
			return
		}
		answer, err := handle(r)
		if err != nil {
			writeError(w, s.refusal(r, err))
			return
		}
		if answer.silent {
			s.hang(r)
		}
		writeReply(w, answer)
	}
}

// refusal finds the API's words for an error and counts refused creations.
func (s *Sim) refusal(r *http.Request, err error) *restError {
	var refused *restError
	if !errors.As(err, &refused) {
		refused = &restError{Code: 20503, Message: "The simulator holds all the records it may", Status: http.StatusServiceUnavailable}
	}
	if strings.HasSuffix(r.URL.Path, "s.json") && r.Method == http.MethodPost {
		s.mu.Lock()
		s.refused[refused.Code]++
		s.mu.Unlock()
	}
	return refused
}

// hang leaves the client without an answer until it gives up.
func (s *Sim) hang(r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-s.ctx.Done():
	}
	panic(http.ErrAbortHandler)
}

func writeError(w http.ResponseWriter, e *restError) {
	body := *e
	body.MoreInfo = "https://www.twilio.com/docs/errors/" + strconv.Itoa(e.Code)
	writeReply(w, reply{status: e.Status, value: body})
}

// writeReply ignores write errors: they mean that the client has gone.
func writeReply(w http.ResponseWriter, a reply) {
	w.Header().Set("X-Twilio-Api-Version", apiVersion)
	if a.status == http.StatusNoContent {
		w.WriteHeader(a.status)
		return
	}
	if a.raw != nil {
		w.Header().Set("Content-Type", a.contentType)
		w.WriteHeader(a.status)
		w.Write(a.raw)
		return
	}
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	w.WriteHeader(a.status)
	json.NewEncoder(w).Encode(a.value)
}

// sidOf returns the SID of a path that ends in SID.json.
func sidOf(r *http.Request) string {
	sid, _ := strings.CutSuffix(r.PathValue("file"), ".json")
	return sid
}

func (s *Sim) fetchAccount(r *http.Request) (reply, error) {
	if sidOf(r) != s.config.AccountSID {
		return reply{}, notFound(r)
	}
	return reply{status: http.StatusOK, value: map[string]any{
		"sid": s.config.AccountSID, "owner_account_sid": s.config.AccountSID, "friendly_name": "Simulator",
		"status": "active", "type": "Full", "uri": s.path("") + ".json",
	}}, nil
}

// path is the address of a resource relative to the API's host.
func (s *Sim) path(tail string) string {
	return "/" + apiVersion + "/Accounts/" + s.config.AccountSID + tail
}

// rfc2822 writes a time as the API does, or nil for the zero time.
func rfc2822(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format(time.RFC1123Z)
}

// orNull turns a zero value into JSON's null.
func orNull[T comparable](v T) any {
	if v == *new(T) {
		return nil
	}
	return v
}

var (
	e164        = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)
	senderName  = regexp.MustCompile(`^[A-Za-z0-9 ]{1,11}$`)
	oneLetter   = regexp.MustCompile(`[A-Za-z]`)
	vnLandline  = regexp.MustCompile(`^\+842`)
	hostAllowed = regexp.MustCompile(`^[A-Za-z0-9.:\[\]-]+$`)
)

// webAddress reports whether Twilio would take a webhook address: absolute, http
// or https, a host without underscores.
func webAddress(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && hostAllowed.MatchString(u.Host)
}

// misbehave applies the part of a behaviour that the API itself shows: a refusal,
// or a creation that is lost.
func (s *Sim) misbehave(b Behaviour, medium Medium, to string) (reply, error) {
	if b.answer == answerLost {
		return reply{silent: true}, nil
	}
	if b.refusal == nil {
		return reply{}, nil
	}
	if b.once {
		s.mu.Lock()
		defer s.mu.Unlock()
		key := string(medium) + to
		if s.faulted[key] {
			return reply{}, nil
		}
		s.faulted[key] = true
	}
	return reply{}, b.refusal
}

// afterCreation is the API's answer to a creation, in the manner of b. resource
// must be what the record looked like before its life began.
func (s *Sim) afterCreation(r *http.Request, b Behaviour, out *outbox, resource any) (reply, error) {
	if b.callbacks == callbackEarly && out.target != "" {
		limit := time.NewTimer(2 * time.Second) // a call that asks for no early event has no callback to wait for
		defer limit.Stop()
		select {
		case <-out.first:
		case <-limit.C:
		case <-r.Context().Done():
		case <-s.ctx.Done():
		}
	}
	return reply{status: http.StatusCreated, value: resource, silent: b.answer == answerNever}, nil
}
