package survey

import "time"

// Unit is an administrative unit as it is in one version.
type Unit struct {
	Code   string
	Name   string // with its kind: xã Vân Trạch
	Parent string // code of the unit it is a part of, empty at the top
	// Aliases are other names that lists give it, and that the office says mean
	// this unit and no other.
	Aliases []string
}

// UnitSet is a version of the administrative units. Once stored it never
// changes, save that aliases are added to the newest.
type UnitSet struct {
	Version   string
	ValidFrom time.Time // the day, at midnight UTC; zero when nobody knows
	Units     []Unit
}

// UnitSuccession says that a unit of a former version became one of a later
// version, or a part of one. A unit that was split has several successions.
type UnitSuccession struct {
	FromVersion, FromCode string
	ToVersion, ToCode     string
}

// Territory is every version of the units and the crosswalk between them.
type Territory struct {
	Sets        []UnitSet
	Successions []UnitSuccession
}
