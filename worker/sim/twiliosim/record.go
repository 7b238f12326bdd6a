package twiliosim

import (
	"encoding/binary"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// recording is one Recording resource. It is there from the end of the recording until
// it is deleted, and then not forgotten: how many there were is part of the balance.
type recording struct {
	sid, callSID string
	seconds      int
	created      time.Time
	fetched      int // times that its media were
	deleted      bool
}

// RecordingInfo is one recording of a call.
type RecordingInfo struct {
	SID     string `json:"sid"`
	CallSID string `json:"call_sid"`
	Seconds int    `json:"seconds"`
	Fetched int    `json:"fetched"`
	Deleted bool   `json:"deleted"`
}

// Recordings returns every recording in order of creation, those that were deleted too.
func (s *Sim) Recordings() []RecordingInfo {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]RecordingInfo, len(s.recordings))
	for i, r := range s.recordings {
		out[i] = RecordingInfo{SID: r.sid, CallSID: r.callSID, Seconds: r.seconds, Fetched: r.fetched, Deleted: r.deleted}
	}
	return out
}

// record awaits a key that ends a recording. Silence records nothing, and the next verb
// runs; of whoever hangs up while speaking there is one, and the product is told, though
// nobody hears its answer.
func (l *life) record(doc document, v verb) (request, step) {
	if l.behaviour.machine {
		return request{}, l.hearOut()
	}
	l.gathers++
	waiting := &GatherInfo{Seq: l.gathers, FinishOnKey: v.attr("finishOnKey", "1234567890*#"), Record: true}
	l.sayVerbs(nil, waiting)
	if l.behaviour.hangUpAt == l.gathers {
		return request{}, callEnds
	}
	began := time.Now()
	digits, finished, s := l.listen(*waiting, l.patience(v))
	hungUp := s == callEnds
	if s == simClosed || !hungUp && finished == "" {
		return request{}, s
	}
	r := l.keepRecording(v, max(1, int(time.Since(began).Seconds())))
	form := url.Values{"RecordingSid": {r.sid}, "RecordingUrl": {"https://api.twilio.com" + l.sim.path("/Recordings/"+r.sid)},
		"RecordingDuration": {strconv.Itoa(r.seconds)}, "Digits": {digits + finished}}
	if hungUp {
		form.Set("Digits", "hangup")
	}
	following, s := l.follow(doc, v.attr("action", ""), v.attr("method", ""), form)
	if hungUp && s == goOn {
		l.tellHungUp(following)
		return request{}, callEnds
	}
	return following, s
}

// tellHungUp posts the action of a recording that a hang-up ended.
func (l *life) tellHungUp(r request) {
	l.sim.mu.Lock()
	form, token := l.sim.callParameters(l.call, statusCompleted), l.sim.token()
	l.sim.mu.Unlock()
	for key, values := range r.form {
		form[key] = values
	}
	_, _ = l.sim.post(hook{sid: l.sid, url: r.url, form: form, token: token}) // a fault is kept by post
}

// keepRecording makes the resource, and tells the product of it apart from the call.
func (l *life) keepRecording(v verb, seconds int) *recording {
	l.sim.mu.Lock()
	defer l.sim.mu.Unlock()
	r := &recording{sid: "RE" + l.sim.token(), callSID: l.sid, seconds: seconds, created: l.sim.config.Now()}
	l.sim.recordings = append(l.sim.recordings, r)
	target := v.attr("recordingStatusCallback", "")
	if target == "" {
		return r
	}
	h := hook{sid: l.sid, url: target, method: v.attr("recordingStatusCallbackMethod", http.MethodPost), token: l.sim.token(), form: url.Values{
		"AccountSid": {l.sim.config.AccountSID}, "CallSid": {l.sid}, "RecordingSid": {r.sid}, "RecordingStatus": {statusCompleted},
		"RecordingUrl": {"https://api.twilio.com" + l.sim.path("/Recordings/"+r.sid)}, "RecordingDuration": {strconv.Itoa(seconds)},
		"RecordingChannels": {"1"}, "RecordingSource": {"RecordVerb"}}}
	l.sim.spawnLocked(func() { _, _ = l.sim.post(h) })
	return r
}

// recordingOf finds the recording of a path; a deleted one is not there. The caller
// holds s.mu.
func (s *Sim) recordingOf(sid string) *recording {
	for _, r := range s.recordings {
		if r.sid == sid && !r.deleted {
			return r
		}
	}
	return nil
}

// fetchRecording is GET Recordings/{Sid}.json, or the media: .wav or no ending.
func (s *Sim) fetchRecording(r *http.Request) (reply, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sid, ending, _ := strings.Cut(r.PathValue("file"), ".")
	rec := s.recordingOf(sid)
	switch {
	case rec == nil || ending != "" && ending != "wav" && ending != "json":
		return reply{}, notFound(r)
	case ending == "json":
		return reply{status: http.StatusOK, value: map[string]any{"sid": rec.sid, "call_sid": rec.callSID, "account_sid": s.config.AccountSID,
			"status": statusCompleted, "duration": strconv.Itoa(rec.seconds), "channels": 1, "source": "RecordVerb",
			"date_created": rfc2822(rec.created), "uri": s.path("/Recordings/"+rec.sid) + ".json"}}, nil
	}
	rec.fetched++
	return reply{status: http.StatusOK, raw: tone(rec), contentType: "audio/x-wav"}, nil
}

// deleteRecording is DELETE Recordings/{Sid}.json.
func (s *Sim) deleteRecording(r *http.Request) (reply, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	rec := s.recordingOf(sidOf(r))
	if rec == nil {
		return reply{}, notFound(r)
	}
	rec.deleted = true
	return reply{status: http.StatusNoContent}, nil
}

// tone stands for what was said: a quiet hum of 8 kHz and 16 bits, of a pitch that
// differs from one recording to the next, so that two can be told apart.
func tone(r *recording) []byte {
	const rate = 8000
	n := rate * min(r.seconds, 180)
	b := append([]byte("RIFF"), binary.LittleEndian.AppendUint32(nil, uint32(36+2*n))...)
	b = append(b, "WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00data"...)
	b = binary.LittleEndian.AppendUint32(b, uint32(2*n))
	pitch := 150.0
	for _, digit := range r.sid {
		pitch = 150 + math.Mod(pitch*31+float64(digit), 150)
	}
	for i := range n {
		b = binary.LittleEndian.AppendUint16(b, uint16(int16(2300*math.Sin(2*math.Pi*pitch*float64(i)/rate))))
	}
	return b
}
