package throttle

import (
	"net/netip"
	"sync"
	"time"
)

// Bound is how much is let through: Burst in a row, and one more every Pace. Most are
// remembered.
type Bound struct {
	Burst int
	Pace  time.Duration
	Most  int
}

// Throttle counts what comes from each of many, and lets through a burst and then
// a pace. It is safe for concurrent use.
type Throttle[K comparable] struct {
	now   func() time.Time
	bound Bound

	mu    sync.Mutex
	until map[K]time.Time // when nothing is left to wait off
}

// New returns a Throttle that nobody owes anything. now is real time.
func New[K comparable](now func() time.Time, b Bound) *Throttle[K] {
	return &Throttle[K]{now: now, bound: b, until: map[K]time.Time{}}
}

// Take reports whether one more is let through.
func (t *Throttle[K]) Take(who K) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	now, bound := t.now(), time.Duration(t.bound.Burst)*t.bound.Pace
	if len(t.until) >= t.bound.Most {
		t.forget(now)
		if len(t.until) >= t.bound.Most {
			t.forget(now.Add(bound / 2)) // who is near the bound is kept longest
		}
		if len(t.until) >= t.bound.Most {
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
	t.until[who] = owed.Add(t.bound.Pace)
	return true
}

// forget drops whoever owes nothing after that time.
func (t *Throttle[K]) forget(after time.Time) {
	for who, until := range t.until {
		if !until.After(after) {
			delete(t.until, who)
		}
	}
}

// PlaceOf is the address of a remote end, of IPv6 the /64 that one subscriber
// has. What cannot be read is one place.
func PlaceOf(remote string) netip.Prefix {
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
