package twiliosim

import (
	"cmp"
	"net/url"
	"strings"
	"time"
)

// play runs the verbs of a document. It returns the next document to fetch, or how
// the call ended. The end of a document ends the call.
func (l *life) play(doc document) (request, step) {
	for i := 0; i < len(doc.verbs); i++ {
		v := doc.verbs[i]
		switch v.name {
		case "Say", "Play", "Pause":
			from := i
			for i+1 < len(doc.verbs) && heardOnly(doc.verbs[i+1]) {
				i++ // what follows at once is heard as one
			}
			l.sayVerbs(doc.verbs[from:i+1], nil)
		case "Gather":
			if r, s := l.gather(doc, v); s != goOn || r.url != "" {
				return r, s
			}
		case "Record":
			if r, s := l.record(doc, v); s != goOn || r.url != "" {
				return r, s
			}
		case "Redirect":
			return l.follow(doc, v.spoken(), v.attr("method", ""), nil)
		case "Hangup", "Reject":
			return request{}, callEnds
		default:
			l.sim.fault(l.sid, &hookError{12200, "verb is not known to the simulator"})
		}
	}
	return request{}, callEnds
}

// heardOnly reports whether a verb is heard and waits for nothing.
func heardOnly(v verb) bool { return v.name == "Say" || v.name == "Play" || v.name == "Pause" }

// follow resolves an address against its document. An inline document has no
// address, so a missing one there is a fault that ends the call.
func (l *life) follow(doc document, target, method string, form url.Values) (request, step) {
	base, baseErr := url.Parse(doc.base)
	relative, err := url.Parse(target)
	if err != nil || baseErr != nil || doc.base == "" && !relative.IsAbs() {
		l.sim.fault(l.sid, &hookError{11200, "address of the next document cannot be read"})
		return request{}, callEnds
	}
	if target == "" {
		return request{url: doc.base, method: method, form: form}, goOn
	}
	if relative.IsAbs() {
		return request{url: target, method: method, form: form}, goOn
	}
	return request{url: base.ResolveReference(relative).String(), method: method, form: form}, goOn
}

// sayVerbs speaks Say, Play and Pause at once, and tells what is then awaited.
func (l *life) sayVerbs(verbs []verb, waiting *GatherInfo) {
	var words []string
	var parts []heardPart
	language := ""
	for _, v := range verbs {
		switch v.name {
		case "Say":
			words = append(words, v.spoken())
			language = v.attr("language", "en-US")
			parts = append(parts, heardPart{Text: v.spoken(), Language: language})
		case "Play":
			words = append(words, "♪ "+cmp.Or(v.spoken(), v.attr("digits", "")))
			if address := v.spoken(); webAddress(address) {
				parts = append(parts, heardPart{Play: l.sim.config.RewriteHook(address)})
			}
		case "Pause":
			words = append(words, "…")
		default:
			l.sim.fault(l.sid, &hookError{12200, "verb is not allowed in Gather"})
		}
	}
	l.say(line{Text: strings.Join(words, " "), Language: language, Parts: parts}, waiting)
}

// say puts a prompt on the phone. waiting is set before anybody hears of it, so
// that a key pressed on hearing it is never too early.
func (l *life) say(said line, waiting *GatherInfo) {
	l.sim.mu.Lock()
	defer l.sim.mu.Unlock()
	l.waiting, l.keys = waiting, ""
	if said.Text != "" || waiting == nil {
		l.note(said)
	} else {
		l.sim.handset(l.phone()) // a tone follows what was said before
	}
	event := Event{Kind: EventPrompt, SID: l.sid, To: l.to, From: l.from, Text: said.Text, Language: said.Language}
	if waiting != nil {
		copied := *waiting
		event.Gather = &copied
	}
	l.sim.emit(event)
}

// note adds a line to the transcript. The caller holds sim.mu.
func (l *life) note(said line) {
	const most = 100
	if len(l.heard) == most {
		l.heard = l.heard[1:]
	}
	l.heard = append(l.heard, said)
	l.said++
	l.sim.handset(l.phone())
}

// gather speaks the prompt and collects keys. It returns the action to call, or a
// zero request if the next verb runs.
func (l *life) gather(doc document, v verb) (request, step) {
	l.gathers++
	waiting := &GatherInfo{
		Seq: l.gathers, NumDigits: v.number("numDigits", 0, 1), FinishOnKey: v.attr("finishOnKey", "#"),
	}
	switch {
	case l.behaviour.hangUpAt == l.gathers:
		l.sayVerbs(v.children, nil)
		return request{}, callEnds
	case l.behaviour.machine:
		l.sayVerbs(v.children, nil)
		return request{}, l.hearOut()
	}
	l.sayVerbs(v.children, waiting)
	digits, finished, s := l.listen(*waiting, l.patience(v))
	if s != goOn || digits == "" && !v.isTrue("actionOnEmptyResult") {
		return request{}, s
	}
	return l.follow(doc, v.attr("action", ""), v.attr("method", ""), url.Values{
		"Digits": {digits}, "FinishedOnKey": {finished}, "msg": {"Gather End"},
	})
}

// hearOut is what a machine does with a prompt: it lets it play, then hangs up.
func (l *life) hearOut() step {
	wake, stop := after(l.sim.config.AnswerDelay)
	defer stop()
	if _, why := l.next(wake, doComplete, doHangUp); why == onClosed {
		return simClosed
	}
	return callEnds
}

// patience is how long an input waits for a key.
func (l *life) patience(v verb) time.Duration {
	if l.sim.config.GatherTimeout > 0 {
		return l.sim.config.GatherTimeout
	}
	return v.seconds("timeout", 5)
}

// listen collects keys until the input is complete, the patience between two keys
// is over, or Silence says so. finished is the key that ended it; keys after the
// end are dropped.
func (l *life) listen(waiting GatherInfo, patience time.Duration) (digits, finished string, s step) {
	for {
		wake, stop := after(patience)
		cmd, why := l.next(wake, doPress, doSilence, doHangUp, doComplete)
		stop()
		switch {
		case why == onClosed:
			return "", "", simClosed
		case why == onCommand && (cmd.kind == doHangUp || cmd.kind == doComplete):
			return "", "", callEnds
		case why == onTimer || cmd.kind == doSilence:
			l.stopListening(digits)
			return digits, "", goOn
		}
		for _, key := range cmd.digits {
			if strings.ContainsRune(waiting.FinishOnKey, key) {
				l.stopListening(digits + string(key))
				return digits, string(key), goOn
			}
			digits += string(key)
			if len(digits) == waiting.NumDigits {
				l.stopListening(digits)
				return digits, "", goOn
			}
		}
		l.sim.mu.Lock()
		l.keys = digits
		l.sim.handset(l.phone())
		l.sim.mu.Unlock()
	}
}

// stopListening notes the keys in the transcript.
func (l *life) stopListening(keys string) {
	l.sim.mu.Lock()
	defer l.sim.mu.Unlock()
	l.waiting, l.keys = nil, ""
	l.sim.handset(l.phone())
	if keys != "" {
		l.note(line{Text: keys, Mine: true})
	}
}
