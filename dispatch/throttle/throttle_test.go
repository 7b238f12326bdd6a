package throttle

import (
	"fmt"
	"net/netip"
	"testing"
	"time"
)

func TestThrottleIsBounded(t *testing.T) {
	t.Parallel()
	const burst, most = 20, 4096
	now := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	th := New[netip.Prefix](func() time.Time { return now }, Bound{Burst: burst, Pace: 3 * time.Second, Most: most})
	remote := ""
	for i := range 3 * most {
		remote = fmt.Sprintf("[2001:db8:%x:%x::1]:1", i>>8, i&0xff)
		if !th.Take(PlaceOf(remote)) {
			t.Fatal("somebody new is refused")
		}
	}
	if len(th.until) > most {
		t.Errorf("%d places remembered", len(th.until))
	}
	// Who is near the bound is not forgotten for others who come and go.
	busy := PlaceOf("192.0.2.1:1")
	for th.Take(busy) {
	}
	for i := range 3 * most {
		th.Take(PlaceOf(fmt.Sprintf("[2001:db8:%x:%x::1]:1", 0x1000+i>>8, i&0xff)))
	}
	if th.Take(busy) {
		t.Error("a crowd lets through whoever had to wait")
	}
	// One subscriber's addresses are one place; so are those that say nothing.
	for _, form := range []string{"[2001:db8:ffff:1::%x]:1", "@%x"} {
		taken := 0
		for i := range 100 {
			remote = fmt.Sprintf(form, i)
			if th.Take(PlaceOf(remote)) {
				taken++
			}
		}
		if taken != burst {
			t.Errorf("%q: %d in a row", form, taken)
		}
	}
	now = now.Add(3 * time.Second)
	if !th.Take(PlaceOf(remote)) || th.Take(PlaceOf(remote)) {
		t.Error("one more after a while, and only one")
	}
}
