package survey

import "time"

// Clock is business time: protocol, windows and dates. Leases, timeouts,
// signatures and pacing use real time instead. In a rehearsal business time
// runs faster, by one setting that all processes share.
type Clock struct {
	real           func() time.Time
	realOrigin     time.Time
	businessOrigin time.Time
	speed          float64
}

// NewClock returns a clock on which business time is real time.
func NewClock(real func() time.Time) Clock {
	return Clock{real: real, speed: 1}
}

// MaxSpeed is the fastest rehearsal.
const MaxSpeed = 240

// Rehearsal says that business time was Business when real time was Real, and
// runs Speed times as fast (1 to MaxSpeed).
type Rehearsal struct {
	Real     time.Time `json:"real"`
	Business time.Time `json:"business"`
	Speed    float64   `json:"speed"`
}

// Rehearse returns a clock that follows r.
func Rehearse(real func() time.Time, r Rehearsal) Clock {
	return Clock{real: real, realOrigin: r.Real, businessOrigin: r.Business, speed: min(max(r.Speed, 1), MaxSpeed)}
}

// Now is the business time.
func (c Clock) Now() time.Time {
	now := c.real()
	if c.businessOrigin.IsZero() {
		return now
	}
	return c.businessOrigin.Add(time.Duration(float64(now.Sub(c.realOrigin)) * c.speed))
}

// Real is the real time.
func (c Clock) Real() time.Time { return c.real() }

// BusinessFor is how much business time passes in the real span d.
func (c Clock) BusinessFor(d time.Duration) time.Duration {
	return time.Duration(float64(d) * c.speed)
}

// RealFor is how long business span d lasts in real time.
func (c Clock) RealFor(d time.Duration) time.Duration {
	return time.Duration(float64(d) / c.speed)
}
