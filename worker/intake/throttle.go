package intake

import (
	"net/http"
	"net/netip"
	"sync"
	"time"
)

const (
	strangerBurst = 20              // unknown links in a row from one place
	strangerPace  = 3 * time.Second // one more every so often
	strangerMost  = 4096            // places remembered
)

// throttle counts the unknown links that come from a place. Known links never
// ask it: behind the one address of an office or a proxy, somebody's mistyped
// links must not keep everybody else from their form. Guessing is hopeless
// anyway (a token has 128 bits); what is spared is our work.
type throttle struct {
	now func() time.Time // real

	mu    sync.Mutex
	until map[netip.Prefix]time.Time // when the place has nothing left to wait off
}

func newThrottle(now func() time.Time) *throttle {
	return &throttle{now: now, until: map[netip.Prefix]time.Time{}}
}

// take reports whether one more unknown link from there is answered at length.
func (t *throttle) take(r *http.Request) bool {
	place := placeOf(r.RemoteAddr)
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	if len(t.until) >= strangerMost {
		for p, until := range t.until {
			if !until.After(now) {
				delete(t.until, p)
			}
		}
		if len(t.until) >= strangerMost {
			clear(t.until) // everybody anew rather than a map without bound
		}
	}
	owed := t.until[place]
	if owed.Before(now) {
		owed = now
	}
	if owed.Sub(now) >= strangerBurst*strangerPace {
		return false
	}
	t.until[place] = owed.Add(strangerPace)
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
