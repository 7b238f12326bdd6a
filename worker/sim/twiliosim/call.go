package twiliosim

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// call is one Call resource. Fields above the gap are set once; those below are
// guarded by Sim.mu. The goroutine of its life (talk.go) alone moves it.
type call struct {
	sid, from, to, direction, callback string
	first                              request // the document that answers the call
	twiml                              string  // or the document itself
	fallback                           request
	events                             []string      // wanted callbacks
	ringTime                           time.Duration // from the Timeout parameter; 0: not given
	detect, amdCallback                string        // MachineDetection, AsyncAmdStatusCallback
	asyncAMD                           bool
	behaviour                          Behaviour
	out                                *outbox
	created                            time.Time
	commands                           chan command
	over                               chan struct{} // closed at the end of its life

	status     string
	answeredBy string
	sequence   int // of the next callback
	updated    time.Time
	started    time.Time
	answered   time.Time
	ended      time.Time
	heard      []line
	said       int // lines so far
	waiting    *GatherInfo
	keys       string // pressed in the current Gather
}

// line is one thing said in a call: by the product, or by the phone's keys.
type line struct {
	Text, Language string
	Mine           bool
	Parts          []heardPart // of what the product says, in order
}

// heardPart is one thing that is said, or one recording that is played.
type heardPart struct{ Text, Language, Play string }

// request is a document to fetch.
type request struct {
	url, method string
	form        url.Values // beyond the voice parameters
}

// phone is the end of the call that is not ours.
func (c *call) phone() string {
	if c.direction == inbound {
		return c.from
	}
	return c.to
}

// createCall is POST Calls.json.
func (s *Sim) createCall(r *http.Request) (reply, error) {
	form := r.PostForm
	if err := s.checkCall(form); err != nil {
		return reply{}, err
	}
	b := behaviourOf(form.Get("To"), ForCall)
	if a, err := s.misbehave(b, ForCall, form.Get("To")); a.silent || err != nil {
		return a, err
	}
	c := &call{
		to: form.Get("To"), from: form.Get("From"), direction: outboundAPI, behaviour: b, status: statusQueued,
		first:    request{url: form.Get("Url"), method: form.Get("Method")},
		fallback: request{url: form.Get("FallbackUrl"), method: form.Get("FallbackMethod")},
		callback: form.Get("StatusCallback"), events: form["StatusCallbackEvent"],
		detect: form.Get("MachineDetection"), amdCallback: form.Get("AsyncAmdStatusCallback"),
		asyncAMD: form.Get("AsyncAmd") == "true",
		commands: make(chan command), over: make(chan struct{}),
	}
	if c.first.url == "" {
		c.twiml = form.Get("Twiml")
	}
	if seconds, err := strconv.Atoi(form.Get("Timeout")); err == nil && seconds > 0 {
		c.ringTime = time.Duration(min(seconds, 600)) * time.Second
	}
	if len(c.events) == 0 {
		c.events = []string{statusCompleted}
	}
	s.mu.Lock()
	resource, err := s.beginCall(c, form.Get("StatusCallbackMethod"))
	s.mu.Unlock()
	if err != nil {
		return reply{}, err
	}
	return s.afterCreation(r, b, c.out, resource)
}

// beginCall records a call and starts its life. The caller holds s.mu.
func (s *Sim) beginCall(c *call, callbackMethod string) (map[string]any, error) {
	c.sid = "CA" + s.token()
	c.out = s.newOutbox(c.sid, c.callback, cmp.Or(callbackMethod, http.MethodPost), c.behaviour.callbacks)
	if err := s.addCall(c); err != nil {
		return nil, err
	}
	if !s.spawnLocked(func() { s.live(c) }) {
		return nil, ErrClosed
	}
	return s.callResource(c), nil
}

// checkCall refuses what Twilio refuses.
func (s *Sim) checkCall(form url.Values) error {
	to, from := form.Get("To"), form.Get("From")
	s.mu.Lock()
	_, known := s.config.Senders[from]
	known = known || len(s.config.Senders) == 0
	s.mu.Unlock()
	address, inline, callback := form.Get("Url"), form.Get("Twiml"), form.Get("StatusCallback")
	switch {
	case to == "":
		return badRequest(21201, "No 'To' number is specified")
	case from == "":
		return badRequest(21213, "No 'From' number is specified")
	case !e164.MatchString(to):
		return badRequest(21211, "Invalid 'To' Phone Number")
	case !e164.MatchString(from):
		return badRequest(21212, "Invalid 'From' Phone Number")
	case !known:
		return badRequest(21210, "The source phone number provided is not yet verified for your account")
	case address == "" && inline == "" || address != "" && !webAddress(address):
		return badRequest(21205, "Url is not a valid URL")
	case callback != "" && !webAddress(callback):
		return badRequest(21609, "The StatusCallback URL is not a valid URL.")
	}
	return nil
}

// callResource is the JSON of a call. The caller holds s.mu.
func (s *Sim) callResource(c *call) map[string]any {
	path := s.path("/Calls/" + c.sid)
	var duration any
	if !c.answered.IsZero() && !c.ended.IsZero() {
		duration = strconv.Itoa(c.seconds())
	}
	sub := make(map[string]string)
	for _, name := range []string{"events", "notifications", "recordings"} {
		sub[name] = path + "/" + strings.ToUpper(name[:1]) + name[1:] + ".json"
	}
	return map[string]any{
		"sid": c.sid, "account_sid": s.config.AccountSID, "api_version": apiVersion, "parent_call_sid": nil,
		"to": c.to, "to_formatted": c.to, "from": c.from, "from_formatted": c.from, "direction": c.direction,
		"status": c.status, "answered_by": orNull(c.answeredBy), "queue_time": "0", "duration": duration,
		"date_created": rfc2822(c.created), "date_updated": rfc2822(c.updated),
		"start_time": rfc2822(c.started), "end_time": rfc2822(c.ended),
		"price": nil, "price_unit": "USD", "phone_number_sid": nil, "annotation": nil, "caller_name": nil,
		"forwarded_from": nil, "group_sid": nil, "trunk_sid": nil, "uri": path + ".json", "subresource_uris": sub,
	}
}

// seconds is the length of a finished call, rounded up, at least 1. The caller
// holds s.mu.
func (c *call) seconds() int {
	return max(1, int((c.ended.Sub(c.answered)+time.Second-1)/time.Second))
}

// callParameters are what every voice request and callback carries. The caller
// holds s.mu.
func (s *Sim) callParameters(c *call, status string) url.Values {
	form := url.Values{
		"CallSid": {c.sid}, "AccountSid": {s.config.AccountSID}, "ApiVersion": {apiVersion},
		"From": {c.from}, "Caller": {c.from}, "To": {c.to}, "Called": {c.to},
		"Direction": {c.direction}, "CallStatus": {status},
	}
	for _, end := range []string{"From", "Caller", "To", "Called"} {
		for _, part := range []string{"City", "State", "Zip", "Country"} {
			form.Set(end+part, "")
		}
	}
	if c.answeredBy != "" {
		form.Set("AnsweredBy", c.answeredBy)
	}
	return form
}

// enter sets the status of a call and queues the callback of the event, if it is
// wanted. status is what the callback says; the resource says queued for initiated.
func (s *Sim) enter(c *call, event, status string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.config.Now()
	c.updated = now
	if status != statusInitiated {
		c.status = status
	}
	switch event {
	case statusInitiated:
		c.started = now
	case "answered":
		c.answered = now
	case statusCompleted:
		c.ended = now
	}
	s.handset(c.phone())
	if !slices.Contains(c.events, event) {
		return
	}
	form := s.callParameters(c, status)
	form.Set("Timestamp", now.UTC().Format(time.RFC1123Z))
	form.Set("CallbackSource", "call-progress-events")
	form.Set("SequenceNumber", strconv.Itoa(c.sequence))
	c.sequence++
	if event == statusCompleted {
		length := 0
		if !c.answered.IsZero() {
			length = c.seconds()
		}
		form.Set("CallDuration", strconv.Itoa(length))
		form.Set("Duration", strconv.Itoa((length+59)/60))
		if status != statusCompleted && c.behaviour.sipCode != 0 {
			form.Set("SipResponseCode", strconv.Itoa(c.behaviour.sipCode))
		}
	}
	c.out.put(form, event == statusCompleted)
}

// callOf finds the call of a path. The caller holds s.mu.
func (s *Sim) callOf(r *http.Request) (*call, error) {
	if c := s.callBySID[sidOf(r)]; c != nil {
		return c, nil
	}
	return nil, notFound(r)
}

// fetchCall is GET Calls/{Sid}.json.
func (s *Sim) fetchCall(r *http.Request) (reply, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.callOf(r)
	if err != nil {
		return reply{}, err
	}
	return reply{status: http.StatusOK, value: s.callResource(c)}, nil
}

// updateCall is POST Calls/{Sid}.json: Status=canceled before the answer,
// Status=completed at any time.
func (s *Sim) updateCall(r *http.Request) (reply, error) {
	s.mu.Lock()
	c, err := s.callOf(r)
	s.mu.Unlock()
	if err != nil {
		return reply{}, err
	}
	kind, ok := map[string]commandKind{statusCanceled: doCancel, statusCompleted: doComplete}[r.PostForm.Get("Status")]
	if !ok {
		return reply{}, badRequest(20001, "The simulator only sets Status to canceled or completed")
	}
	if err := s.order(c, command{kind: kind}); err != nil {
		return reply{}, badRequest(21220, "Call is not in-progress. Cannot redirect.")
	}
	select {
	case <-c.over:
	case <-s.ctx.Done():
	}
	return s.fetchCall(r)
}

// listCalls is GET Calls.json, newest first.
func (s *Sim) listCalls(r *http.Request) (reply, error) {
	q := r.URL.Query()
	started, err := datesOf(q, "StartTime")
	if err != nil {
		return reply{}, err
	}
	ended, err := datesOf(q, "EndTime")
	if err != nil {
		return reply{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []*call
	for _, c := range slices.Backward(s.calls) {
		at := c.started
		if at.IsZero() {
			at = c.created
		}
		if matches(q, "To", c.to) && matches(q, "From", c.from) && matches(q, "Status", c.status) &&
			started.has(at) && ended.has(c.ended) {
			found = append(found, c)
		}
	}
	page, list, err := pageOf(found, func(c *call) string { return c.sid }, s.path("/Calls.json"), q)
	if err != nil {
		return reply{}, err
	}
	resources := make([]map[string]any, len(page))
	for i, c := range page {
		resources[i] = s.callResource(c)
	}
	list["calls"] = resources
	return reply{status: http.StatusOK, value: list}, nil
}

// inlineDocument wraps the Twiml parameter's text for the interpreter.
func inlineDocument(twiml string) answer {
	return answer{status: http.StatusOK, contentType: "text/xml", body: []byte(twiml)}
}
