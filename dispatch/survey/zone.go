package survey

import (
	"strings"
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
