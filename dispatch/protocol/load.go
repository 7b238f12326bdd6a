package protocol

import (
	"sync"
	"time"

	"canvass/dispatch/survey"
)

// Loaded is a protocol with its zone, hours and holidays looked up: what a caller
// with many cases keeps. It may be used by several goroutines at once. The zero
// Loaded contacts nobody.
type Loaded struct {
	protocol survey.Protocol
	zone     *time.Location
	hours    map[survey.Channel]hours
	wished   map[survey.Hours]hours // those that narrow
	holidays holidays
	zones    *zones
}

// Load makes p ready. It fails on the first error in the form of p (see Check),
// and does not ask whether p keeps to the defaults: what was launched on record
// goes on.
func Load(p survey.Protocol) (Loaded, error) {
	if errs := Check(p); len(errs) > 0 {
		return Loaded{}, errs[0]
	}
	l := Loaded{protocol: p, hours: map[survey.Channel]hours{}, wished: map[survey.Hours]hours{}, zones: &zones{known: map[string]*time.Location{}}}
	// Check has read all of these.
	l.zone, _ = survey.Zone(p.Zone)
	l.holidays, _ = parseHolidays(p.Holidays)
	for channel, w := range p.Windows {
		l.hours[channel], _ = parseWindow(w)
	}
	for _, h := range survey.AllHours() {
		if w, narrows := h.Window(); narrows {
			l.wished[h], _ = parseWindow(w)
		}
	}
	return l, nil
}

// With is l with the days by which the calendar vn differs from the one that is computed;
// a protocol that does not name vn is not concerned.
func (l Loaded) With(own survey.OwnDays) Loaded {
	l.holidays.own = own
	return l
}

// Step is the step of a name.
func (l Loaded) Step(name string) (survey.Step, bool) {
	for _, s := range l.protocol.Steps {
		if s.Name == name {
			return s, true
		}
	}
	return survey.Step{}, false
}

// zoneOf is a person's zone: the protocol's if they have none, or one that does
// not exist.
func (l Loaded) zoneOf(name string) *time.Location {
	if name == "" || name == l.protocol.Zone {
		return l.zone
	}
	if z := l.zones.find(name); z != nil {
		return z
	}
	return l.zone
}

// zones remembers the zones that were looked up: the database of zones is a file.
type zones struct {
	mu    sync.RWMutex
	known map[string]*time.Location // nil: there is no such zone
}

// mostZones bounds what is remembered. The world has some 600.
const mostZones = 1000

func (z *zones) find(name string) *time.Location {
	z.mu.RLock()
	found, known := z.known[name]
	z.mu.RUnlock()
	if known {
		return found
	}
	found, _ = survey.Zone(name)
	z.mu.Lock()
	defer z.mu.Unlock()
	if len(z.known) < mostZones {
		z.known[name] = found
	}
	return found
}
