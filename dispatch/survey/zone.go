package survey

import (
	"strings"
	"sync"
	"time"
)

// Zone looks up a time zone by its IANA name (Asia/Ho_Chi_Minh); ok is false if
// there is none. The zone of the machine is no zone: a campaign must not change
// with the machine that runs it.
func Zone(name string) (zone *time.Location, ok bool) {
	// Names that the time zone database has for itself, and files that happen to
	// lie beside it, begin in lower case.
	if name == "" || name[0] < 'A' || name[0] > 'Z' || name == "Local" || strings.ContainsAny(name, `.\ `) {
		return nil, false
	}
	zone, err := time.LoadLocation(name)
	return zone, err == nil
}

// Zones remembers time zones that were looked up: reading one takes as long as
// putting a page together. The zero value is ready, and safe for concurrent use.
type Zones struct{ found sync.Map }

// Load is time.LoadLocation, of names that are few: those of campaigns.
func (z *Zones) Load(name string) (*time.Location, error) {
	if zone, ok := z.found.Load(name); ok {
		return zone.(*time.Location), nil
	}
	zone, err := time.LoadLocation(name)
	if err == nil {
		z.found.Store(name, zone)
	}
	return zone, err
}
