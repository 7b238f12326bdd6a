package twiliosim

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// commandKind is what somebody wants of a call.
type commandKind int

const (
	doAnswer commandKind = iota
	doDecline
	doIgnore    // before the answer: nobody comes
	doVoicemail // before the answer: a machine does
	doPress
	doSilence
	doHangUp
	doCancel   // the API, before the answer
	doComplete // the API, at any time
)

// command is one wish, answered as soon as the call has taken or refused it.
type command struct {
	kind   commandKind
	digits string
	answer chan error
}

// order hands a command to the goroutine of a call and waits until it is taken.
func (s *Sim) order(c *call, cmd command) error {
	cmd.answer = make(chan error, 1)
	select {
	case c.commands <- cmd:
		return <-cmd.answer
	case <-c.over:
		return ErrNotNow
	case <-s.ctx.Done():
		return ErrClosed
	}
}

// signal is what ended a wait.
type signal int

const (
	onTimer   signal = iota
	onCommand        // one of the allowed commands
	onClosed         // the simulator
)

// life is the goroutine of one call.
type life struct {
	*call
	sim       *Sim
	gathers   int
	documents int
}

// maxDocuments ends a call that turns in circles.
const maxDocuments = 500

// next waits for wake or for a command of an allowed kind, refusing all others. A
// nil wake never comes.
func (l *life) next(wake <-chan struct{}, allowed ...commandKind) (command, signal) {
	for {
		select {
		case <-wake:
			return command{}, onTimer
		case <-l.sim.ctx.Done():
			return command{}, onClosed
		case cmd := <-l.commands:
			for _, kind := range allowed {
				if kind == cmd.kind {
					cmd.answer <- nil
					return cmd, onCommand
				}
			}
			cmd.answer <- ErrNotNow
		}
	}
}

// after returns a channel that closes after d.
func after(d time.Duration) (<-chan struct{}, func() bool) {
	done := make(chan struct{})
	timer := time.AfterFunc(d, func() { close(done) })
	return done, timer.Stop
}

// live is the life of a call from queue to end.
func (s *Sim) live(c *call) {
	l := &life{call: c, sim: s}
	defer close(c.over)
	status, closed := statusCompleted, false
	if c.direction == outboundAPI {
		status, closed = l.connect()
	}
	if closed {
		return
	}
	if status == statusCompleted {
		status, closed = l.talk()
	}
	if closed {
		return
	}
	s.enter(c, statusCompleted, status)
	s.mu.Lock()
	defer s.mu.Unlock()
	c.waiting = nil
	s.emit(Event{Kind: EventEnded, SID: c.sid, To: c.to, From: c.from, Status: status})
}

// connect dials, rings and waits for an answer. It returns completed if the call
// was answered, else the last status.
func (l *life) connect() (status string, closed bool) {
	stages := []struct {
		delay         time.Duration
		event, status string // entered after the delay
	}{
		{l.sim.config.QueueDelay, statusInitiated, statusInitiated},
		{l.sim.config.RingDelay, statusRinging, statusRinging},
	}
	for _, stage := range stages {
		wake, stop := after(stage.delay)
		_, why := l.next(wake, doCancel, doComplete)
		stop()
		switch {
		case why == onClosed:
			return "", true
		case why == onCommand:
			return statusCanceled, false
		case stage.event == statusRinging && l.behaviour.final == statusFailed:
			return statusFailed, false
		}
		l.sim.enter(l.call, stage.event, stage.status)
	}
	return l.ring()
}

// ring waits for whoever decides: the table's line, a person, or the clock.
func (l *life) ring() (status string, closed bool) {
	limit, otherwise := l.ringLimit(), statusNoAnswer
	decided := l.behaviour.machine || l.behaviour.final != ""
	allowed := []commandKind{doCancel, doComplete}
	if decided {
		limit = l.sim.config.AnswerDelay
		otherwise = l.behaviour.final // empty for a machine: it answers
	} else {
		allowed = append(allowed, doAnswer, doDecline, doIgnore, doVoicemail)
		l.sim.mu.Lock()
		l.sim.emit(Event{Kind: EventCall, SID: l.sid, To: l.to, From: l.from})
		l.sim.mu.Unlock()
	}
	wake, stop := after(limit)
	defer stop()
	cmd, why := l.next(wake, allowed...)
	switch {
	case why == onClosed:
		return "", true
	case why == onTimer && otherwise != "":
		return otherwise, false
	case why == onCommand && cmd.kind == doDecline:
		return statusBusy, false
	case why == onCommand && cmd.kind == doIgnore:
		return statusNoAnswer, false
	case why == onCommand && cmd.kind == doVoicemail:
		l.behaviour.machine = true
		return statusCompleted, false
	case why == onCommand && cmd.kind != doAnswer:
		return statusCanceled, false
	}
	return statusCompleted, false
}

func (l *life) ringLimit() time.Duration {
	switch {
	case l.sim.config.RingTimeout > 0:
		return l.sim.config.RingTimeout
	case l.ringTime > 0:
		return l.ringTime
	}
	return 10 * time.Second
}

// detectMachine says who answered, if the product asked for it.
func (l *life) detectMachine() {
	if l.detect == "" {
		return
	}
	who := "human"
	if l.behaviour.machine && l.detect == "DetectMessageEnd" {
		who = "machine_end_beep"
	} else if l.behaviour.machine {
		who = "machine_start"
	}
	l.sim.mu.Lock()
	defer l.sim.mu.Unlock()
	if !l.asyncAMD {
		l.answeredBy = who
		return
	}
	if l.amdCallback == "" {
		return
	}
	h := hook{sid: l.sid, url: l.amdCallback, token: l.sim.token(), form: url.Values{
		"CallSid": {l.sid}, "AccountSid": {l.sim.config.AccountSID},
		"AnsweredBy": {who}, "MachineDetectionDuration": {"1500"},
	}}
	l.sim.spawnLocked(func() { l.sim.post(h) })
}

// talk plays documents until one ends the call, or somebody does.
func (l *life) talk() (status string, closed bool) {
	l.detectMachine()
	status = statusInProgress
	if l.direction == inbound {
		status = statusRinging // until the first document is there
	} else {
		l.sim.enter(l.call, "answered", statusInProgress)
	}
	doc, step := l.open(l.first, status)
	if l.direction == inbound && step == goOn {
		if len(doc.verbs) > 0 && doc.verbs[0].name == "Reject" {
			return statusBusy, false
		}
		l.sim.enter(l.call, "answered", statusInProgress)
	}
	for step == goOn {
		var following request
		following, step = l.play(doc)
		if step == goOn {
			doc, step = l.open(following, statusInProgress)
		}
	}
	return statusCompleted, step == simClosed
}

// step is how a part of a conversation ended.
type step int

const (
	goOn      step = iota
	callEnds       // by the document, the person or the API
	simClosed      // by Close
)

// stepAfter turns the end of a wait that allowed only enders into a step.
func stepAfter(why signal) step {
	switch why {
	case onClosed:
		return simClosed
	case onCommand:
		return callEnds
	}
	return goOn
}

// document is a fetched document and the address that relative ones refer to.
type document struct {
	base  string
	verbs []verb
}

// open fetches and parses a document, while the person may hang up. If that fails
// it takes the fallback address, and else says so and ends the call, as Twilio does.
func (l *life) open(r request, status string) (document, step) {
	doc, failure, s := l.load(r, status)
	if s == goOn && failure != nil && l.fallback.url != "" && r.url != l.fallback.url {
		l.fallback.form = url.Values{"ErrorCode": {strconv.Itoa(failure.code)}, "ErrorUrl": {r.url}}
		doc, failure, s = l.load(l.fallback, status)
	}
	if s == goOn && failure != nil {
		sorry := heardPart{Text: "We are sorry, an application error has occurred. Goodbye.", Language: "en-US"}
		l.say(line{Text: sorry.Text, Language: sorry.Language, Parts: []heardPart{sorry}}, nil)
		return doc, callEnds
	}
	return doc, s
}

// load fetches and parses one document; faults are kept for Errors.
func (l *life) load(r request, status string) (document, *hookError, step) {
	if l.documents++; l.documents > maxDocuments {
		failure := &hookError{11200, "call turns in circles"}
		l.sim.fault(l.sid, failure)
		return document{}, failure, goOn
	}
	a, failure := inlineDocument(l.twiml), (*hookError)(nil)
	if r.url != "" {
		l.twiml = "" // the current document now has an address of its own
		var s step
		if a, failure, s = l.fetch(r, status); s != goOn || failure != nil {
			return document{}, failure, s
		}
	}
	verbs, failure := documentOf(a)
	if failure != nil {
		l.sim.fault(l.sid, failure)
		return document{}, failure, goOn
	}
	address, _, _ := strings.Cut(r.url, "#")
	return document{base: address, verbs: verbs}, nil, goOn
}

// fetch posts the voice parameters and waits for the answer or a hang-up.
func (l *life) fetch(r request, status string) (answer, *hookError, step) {
	l.sim.mu.Lock()
	form := l.sim.callParameters(l.call, status)
	token := l.sim.token()
	l.sim.mu.Unlock()
	for key, values := range r.form {
		form[key] = values
	}
	method := http.MethodPost
	if strings.EqualFold(r.method, http.MethodGet) {
		method = http.MethodGet
	}
	var a answer
	var err error
	done := make(chan struct{})
	l.sim.spawn(func() {
		defer close(done)
		a, err = l.sim.post(hook{sid: l.sid, url: r.url, method: method, form: form, token: token})
	})
	if _, why := l.next(done, doHangUp, doComplete); why != onTimer {
		return answer{}, nil, stepAfter(why)
	}
	if err != nil {
		return answer{}, failureOf(err), goOn
	}
	return a, nil, goOn
}

// failureOf gives every fault of post a number.
func failureOf(err error) *hookError {
	if known, ok := err.(*hookError); ok {
		return known
	}
	return &hookError{11200, "no answer"}
}
