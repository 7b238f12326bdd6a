package intake

import (
	"net/http"
	"net/netip"
	"sync"
	"time"

	"canvass/dispatch/survey"
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

// throttle counts what comes from each of many, and lets through a burst and then
// a pace.
type throttle[K comparable] struct {
	now   func() time.Time // real
	burst int
	pace  time.Duration
	most  int // of those remembered

	mu    sync.Mutex
	until map[K]time.Time // when nothing is left to wait off
}

func newThrottle[K comparable](now func() time.Time, burst int, pace time.Duration, most int) *throttle[K] {
	return &throttle[K]{now: now, burst: burst, pace: pace, most: most, until: map[K]time.Time{}}
}

// take reports whether one more is let through.
func (t *throttle[K]) take(who K) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	now, bound := t.now(), time.Duration(t.burst)*t.pace
	if len(t.until) >= t.most {
		t.forget(now)
		if len(t.until) >= t.most {
			t.forget(now.Add(bound / 2)) // who is near the bound is kept longest
		}
		if len(t.until) >= t.most {
			clear(t.until) // everybody anew rather than a map without bound
		}
	}
	owed := t.until[who]
	if owed.Before(now) {
		owed = now
	}
	if owed.Sub(now) >= bound {
		return false
	}
	t.until[who] = owed.Add(t.pace)
	return true
}

// forget drops whoever owes nothing after that time.
func (t *throttle[K]) forget(after time.Time) {
	for who, until := range t.until {
		if !until.After(after) {
			delete(t.until, who)
		}
	}
}

// knows reports whether another unknown link from there is answered at length. Known
// links never ask it: behind the one address of an office or a proxy, somebody's mistyped
// links must not keep everybody else from their form. Guessing is hopeless
// anyway (a token has 128 bits); what is spared is our work.
func (in *intake) knows(r *http.Request) bool { return in.strangers.take(placeOf(r.RemoteAddr)) }

// tooMany answers a post beyond what one link may write, and reports whether it
// did. What was typed goes back in the page, to be sent by one press when there is
// room; the page's script waits by itself. A stop that would stop something is never
// one too many.
func (in *intake) tooMany(w http.ResponseWriter, r *http.Request, v *visit) bool {
	if f := stopOf(r.PostForm[templates.FieldStop]); r.PostForm.Get(templates.FieldDo) == templates.DoStop &&
		f.Action != "" && !v.stopHolds(f) || v.counted || in.posts.take(v.inv) {
		v.counted = true
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

// placeOf is the address of a remote end, of IPv6 the /64 that one subscriber
// has. What cannot be read is one place.
func placeOf(remote string) netip.Prefix {
	ap, err := netip.ParseAddrPort(remote)
	if err != nil {
		return netip.Prefix{}
	}
	addr, bits := ap.Addr().Unmap().WithZone(""), 32
	if addr.Is6() {
		bits = 64
	}
	p, _ := addr.Prefix(bits)
	return p
}

// newPosts counts the posts of each link.
func newPosts(now func() time.Time) *throttle[survey.InvitationID] {
	return newThrottle[survey.InvitationID](now, postBurst, postPace, postMost)
}
