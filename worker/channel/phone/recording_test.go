package phone_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"canvass/dispatch/survey"
	"canvass/worker/channel/phone"
	"canvass/worker/sim/twiliosim"
)

const recordedSID = "RE0123456789abcdef0123456789abcdef"

// Recordings are asked for by their id, at our own API, with our credentials; what is not
// there is told from what cannot be reached, and too much is not read.
func TestRecordingsAtTheProvider(t *testing.T) {
	t.Parallel()
	var status atomic.Int64
	var asked atomic.Value
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		asked.Store(r.Method + " " + r.URL.Path + " " + user + ":" + password)
		switch status.Load() {
		case 1: // more than is taken
			for range survey.MaxRecording/1024 + 2 {
				if _, err := w.Write(make([]byte, 1024)); err != nil {
					return
				}
			}
		case 200:
			_, _ = w.Write([]byte("sound"))
		default:
			w.WriteHeader(int(status.Load()))
		}
	}))
	t.Cleanup(server.Close)
	p, err := phone.New(phone.Config{AccountSID: "AC1", AuthToken: "t0ken", BaseURL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	for code, want := range map[int64]survey.Kind{404: survey.NotFound, 500: survey.Unavailable, 401: survey.Unavailable, 1: survey.Invalid} {
		status.Store(code)
		if _, err := p.Recording(t.Context(), recordedSID); survey.KindOf(err) != want || strings.Contains(err.Error(), "127.0.0.1") {
			t.Errorf("%d: %v", code, err)
		}
	}
	status.Store(200)
	if b, err := p.Recording(t.Context(), recordedSID); err != nil || string(b) != "sound" || asked.Load() != "GET /2010-04-01/Accounts/AC1/Recordings/"+recordedSID+".wav AC1:t0ken" {
		t.Errorf("%q %v, asked %v", b, err, asked.Load())
	}
	for code, gone := range map[int64]bool{204: true, 404: true, 500: false, 401: false} {
		status.Store(code)
		if err := p.RemoveRecording(t.Context(), recordedSID); (err == nil) != gone || asked.Load() != "DELETE /2010-04-01/Accounts/AC1/Recordings/"+recordedSID+".json AC1:t0ken" {
			t.Errorf("removed, %d: %v, asked %v", code, err, asked.Load())
		}
	}
	for _, bad := range []string{"", "RE1", "../Calls/CA1", recordedSID + "/x"} {
		if _, err := p.Recording(context.Background(), bad); survey.KindOf(err) != survey.Invalid {
			t.Errorf("%q: %v", bad, err)
		}
		if err := p.RemoveRecording(context.Background(), bad); survey.KindOf(err) != survey.Invalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// What a request says of a recording is decoded if it is signed, and its address is never
// looked at.
func TestAWordOfARecording(t *testing.T) {
	t.Parallel()
	const base = "https://ks.example"
	p, err := phone.New(phone.Config{AccountSID: "AC1", AuthToken: "t0ken", PublicURL: base})
	if err != nil {
		t.Fatal(err)
	}
	request := func(path string, form url.Values, secret string) *http.Request {
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("X-Twilio-Signature", twiliosim.Signature(secret, base+path, form))
		return r
	}
	form := url.Values{"RecordingSid": {recordedSID}, "CallSid": {"CA1"}, "RecordingStatus": {"completed"}, "RecordingDuration": {"12"}, "RecordingUrl": {"https://evil.example/x"}}
	const path = "/hook/twilio/spoken?question=y_kien&ref=a17"
	in, err := p.Spoken(request(path, form, "t0ken"))
	if err != nil || in.Ref != "a17" || in.CallID != "CA1" || in.ProviderID != recordedSID+":spoken" || in.Recording.ProviderID != recordedSID ||
		in.Recording.Seconds != 12 || in.Recording.Question != "y_kien" || in.Recording.Failed {
		t.Errorf("%+v %+v %v", in, in.Recording, err)
	}
	if _, err := p.Spoken(request(path, form, "forged")); survey.KindOf(err) != survey.Forbidden {
		t.Errorf("forged: %v", err)
	}
	form.Set("RecordingStatus", "absent")
	if in, err := p.Spoken(request(path, form, "t0ken")); err != nil || !in.Recording.Failed {
		t.Errorf("absent: %+v %v", in.Recording, err)
	}
	for _, bad := range []string{"", "RE1", "../x"} {
		form.Set("RecordingSid", bad)
		if _, err := p.Spoken(request(path, form, "t0ken")); survey.KindOf(err) != survey.Invalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
	step := url.Values{"CallSid": {"CA1"}, "From": {"+84900000001"}, "To": {"+84310000001"}, "Direction": {"outbound-api"}, "Digits": {"hangup"}, "RecordingSid": {recordedSID}, "RecordingDuration": {"3"}}
	in, err = p.Keys(request("/hook/twilio/voice?ref=a17&turn=5", step, "t0ken"))
	if err != nil || in.Text != "" || in.Recording == nil || in.Recording.ProviderID != recordedSID || in.From != "+84310000001" {
		t.Errorf("%+v %v", in, err)
	}
}
