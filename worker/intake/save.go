package intake

import (
	"net/http"
	"strconv"
	"time"

	"canvass/templates"
	"canvass/worker/ingest"
)

// save answers a post of the page's script: what was answered is kept and nobody
// goes anywhere. Its status is all that the script reads: 204 saved, 422 left to
// the page's own button, 409 nothing is taken any more, 5xx try again.
func (in *intake) save(w http.ResponseWriter, r *http.Request, v *visit) {
	fields := v.fields(r, true)
	if len(fields) == 0 {
		w.WriteHeader(http.StatusUnprocessableEntity)
		return
	}
	salt := ""
	if r.PostForm.Get(templates.FieldNonce) == "" {
		salt = in.nonce()
	}
	result, err := in.Ingest.SavePage(v.ctx, v.c, v.name(r.PostForm.Encode(), salt),
		ingest.Form{Action: ingest.Save, Fields: fields, Given: v.given(r), Seal: v.seal})
	if err == nil && result.After != nil {
		err = v.saved(result)
	}
	switch {
	case err != nil:
		in.trouble(w, r, v, err)
	case result.Refused != "", result.Repeat && (v.ended() || v.submitted() || v.withdrawn() || v.waits()):
		w.WriteHeader(http.StatusConflict)
	case result.Waits:
		w.WriteHeader(http.StatusUnprocessableEntity)
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

// given is when an answer was given, by our clock when the page was written and
// by the device's since: the time of day of a telephone says nothing. What says
// neither, or a time to come, was given now.
func (v *visit) given(r *http.Request) time.Time {
	shown, err1 := strconv.ParseInt(r.PostForm.Get(templates.FieldShown), 10, 64)
	after, err2 := strconv.ParseInt(r.PostForm.Get(templates.FieldAfter), 10, 64)
	if err1 != nil || err2 != nil || after < 0 || after > longestWait.Milliseconds() {
		return v.words.Now
	}
	at := time.UnixMilli(shown).Add(v.in.Clock.BusinessFor(time.Duration(after) * time.Millisecond))
	if at.After(v.words.Now) || at.Before(v.words.Now.Add(-v.in.Clock.BusinessFor(longestWait))) {
		return v.words.Now
	}
	return at
}

// longestWait is the longest that an answer is believed to have waited, in real
// time; a browser does not keep what the script keeps for longer.
const longestWait = 30 * 24 * time.Hour
