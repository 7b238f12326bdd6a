package templates

// KeepLook is what stands beside the answers of an anonymous campaign: the groups that the
// kept fields make in the sample as it is planned, and what would do where some are small.
type KeepLook struct {
	Under        bool // the frame is being counted
	Wrong        string
	Unread       bool // strata whose names cannot be taken apart
	Enough       bool // there are Least people at all
	Least, Small int
	Groups       []KeptGroup // the smallest first
	More         int         // groups that are not listed
	Joins        []KeptJoin  // as the plan has them
	May          bool        // something is proposed
	Would        []KeptJoin  // that
	Proposed     []KeptGroup // its groups
	ProposedMore int
}

// KeptGroup is one group of answers.
type KeptGroup struct {
	Name  string // empty: nothing stands beside them
	N     int
	Small bool
}

// KeptJoin are levels of a field that become one, or a field that is left out.
type KeptJoin struct {
	Field, To string
	From      []string
	Dropped   bool
}

// SeenRate is what the last campaigns of the same kind say of how many will answer.
type SeenRate struct {
	N     int     // of them; 0: none is over yet
	Rate  float64 // AAPOR RR1, in whole percent
	Waves bool
	Taken bool // the plan has that rate
}
