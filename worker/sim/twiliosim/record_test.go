package twiliosim

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// rest asks the API for a path below the account.
func rest(t *testing.T, s *Sim, method, path string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL()+s.path(path), nil)
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth(DefaultAccountSID, DefaultAuthToken)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

// A recording is told of apart from the call, also of somebody who hangs up while
// speaking; it is there until it is deleted, and two are not alike.
func TestRecordingsAsResources(t *testing.T) {
	t.Parallel()
	p := newProduct(t, voice(map[string]string{}))
	s := start(t, p, nil)
	document := `<Response><Record action="` + publicBase + `/recorded" finishOnKey="#" recordingStatusCallback="` + publicBase + `/spoken?ref=a1"/></Response>`
	events, cancel := s.Subscribe()
	defer cancel()
	for _, hangUp := range []bool{false, true} {
		form := ring(patient)
		form.Del("StatusCallback")
		form.Del("Url")
		form.Set("Twiml", document)
		sid := dial(t, s, form)
		await(t, events, kind(EventCall))
		mustDo(t, s.Answer(sid))
		await(t, events, asked)
		if hangUp {
			mustDo(t, s.Hangup(sid))
		} else {
			mustDo(t, s.Press(sid, "#"))
		}
		await(t, events, kind(EventEnded))
	}
	settle(t, s)
	list := s.Recordings()
	if len(list) != 2 || !slices.Equal(p.values("/recorded", "Digits"), []string{"#", "hangup"}) || len(p.values("/spoken?ref=a1", "RecordingStatus")) != 2 {
		t.Fatalf("%+v, told %v and %v", list, p.values("/recorded", "Digits"), p.values("/spoken?ref=a1", "RecordingSid"))
	}
	media := "/Recordings/" + list[0].SID
	_, first := rest(t, s, "GET", media+".wav")
	if _, second := rest(t, s, "GET", "/Recordings/"+list[1].SID+".wav"); first == second || !strings.HasPrefix(first, "RIFF") {
		t.Error("two recordings are alike")
	}
	if code, body := rest(t, s, "GET", media+".json"); code != 200 || !strings.Contains(body, `"duration":"1"`) {
		t.Errorf("%d %s", code, body)
	}
	for _, want := range []int{204, 404} {
		if code, _ := rest(t, s, "DELETE", media+".json"); code != want {
			t.Errorf("deleted: %d, want %d", code, want)
		}
	}
	if code, _ := rest(t, s, "GET", media+".wav"); code != 404 {
		t.Errorf("after its deletion: %d", code)
	}
	if got := s.Recordings()[0]; !got.Deleted || got.Fetched != 1 {
		t.Errorf("%+v", got)
	}
}

// Staff who rehearse decide how a ringing call ends: nobody comes, or a machine.
func TestACallThatNobodyOrAMachineTakes(t *testing.T) {
	t.Parallel()
	p := newProduct(t, voice(map[string]string{"/voice": `<Response><Gather numDigits="1"><Say>hỏi</Say></Gather></Response>`}))
	s := start(t, p, nil)
	events, cancel := s.Subscribe()
	defer cancel()
	for status, do := range map[string]func(string) error{statusNoAnswer: s.Ignore, statusCompleted: s.Voicemail} {
		sid := dial(t, s, ring(patient))
		await(t, events, kind(EventCall))
		mustDo(t, do(sid))
		if e := await(t, events, kind(EventEnded)); e.Status != status {
			t.Errorf("ends as %s, want %s", e.Status, status)
		}
		if err := do(sid); err != ErrNotNow {
			t.Errorf("once more: %v", err)
		}
	}
}

// The page shows what is said in its order, and recordings as something that can be
// played from where the product is.
func TestAPageOfACallThatPlays(t *testing.T) {
	t.Parallel()
	p := newProduct(t, voice(map[string]string{"/voice": `<Response><Gather numDigits="1"><Say language="vi-VN">Xin nghe.</Say><Play>` + publicBase + `/sound/ab.wav</Play><Say language="en-US">Now.</Say></Gather></Response>`}))
	s := start(t, p, nil)
	events, cancel := s.Subscribe()
	defer cancel()
	sid := dial(t, s, ring(patient))
	await(t, events, kind(EventCall))
	if _, page := get(t, s, "/handset/"+patient, nil); !strings.Contains(page, `action="/sim/ignore"`) || !strings.Contains(page, `action="/sim/voicemail"`) {
		t.Error("a call that rings cannot be left to a machine")
	}
	mustDo(t, s.Answer(sid))
	await(t, events, asked)
	resp, page := get(t, s, "/handset/"+patient, nil)
	at := -1
	for _, part := range []string{`<p lang="vi-VN">Xin nghe.</p>`, `<audio controls preload="none" src="` + p.server.URL + `/sound/ab.wav">`, `<p lang="en-US">Now.</p>`} {
		if i := strings.Index(page, part); i <= at {
			t.Errorf("%s is missing, or out of order", part)
		} else {
			at = i
		}
	}
	if csp := resp.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "media-src http://127.0.0.1:*") {
		t.Errorf("policy %s", csp)
	}
	mustDo(t, s.Hangup(sid))
}
