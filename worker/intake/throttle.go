package intake

import (
	"net/http"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/throttle"
	"canvass/templates"
)

// What is let through: so many in a row, and one more every so often.
const (
	strangerBurst = 20              // unknown links from one place
	strangerPace  = 3 * time.Second // real time
	strangerMost  = 4096            // places remembered

	// Every post is stored before it is looked at, for ever. Somebody who answers a
	// form of several hundred questions, each saved as it is given, and goes back
	// through it, stays far below; a script that goes on for ever writes some 1,400
	// rows a day and not more, in each process.
	postBurst = 1000        // posts by one link
	postPace  = time.Minute // real time
	postMost  = 1 << 16     // links remembered
)

// knows reports whether another unknown link from there is answered at length. Known
// links never ask it: behind the one address of an office or a proxy, somebody's mistyped
// links must not keep everybody else from their form. Guessing is hopeless
// anyway (a token has 128 bits); what is spared is our work.
func (in *intake) knows(r *http.Request) bool {
	return in.strangers.Take(throttle.PlaceOf(r.RemoteAddr))
}

// tooMany answers a post beyond what one link may write, and reports whether it
// did. What was typed goes back in the page, to be sent by one press when there is
// room; the page's script waits by itself. A stop that would stop something is never
// one too many.
func (in *intake) tooMany(w http.ResponseWriter, r *http.Request, v *visit) bool {
	if f := stopOf(r.PostForm[templates.FieldStop]); r.PostForm.Get(templates.FieldDo) == templates.DoStop &&
		f.Action != "" && !v.stopHolds(f) || v.counted || in.posts.Take(v.inv) {
		return false
	}
	w.Header().Set("Retry-After", "60")
	if r.PostForm.Get(templates.FieldDo) == templates.DoSave {
		w.WriteHeader(http.StatusTooManyRequests)
		return true
	}
	in.Logger.WarnContext(r.Context(), "a link posts without end", "invitation", v.inv)
	in.write(w, r, http.StatusTooManyRequests, templates.Throttled{Frame: v.frame(), Posted: carried(r)})
	return true
}

// newPosts counts the posts of each link.
func newPosts(now func() time.Time) *throttle.Throttle[survey.InvitationID] {
	return throttle.New[survey.InvitationID](now, throttle.Bound{Burst: postBurst, Pace: postPace, Most: postMost})
}
