package templates

import "time"

// Columns are the office's own columns of the contact list, and one of them with its values.
type Columns struct {
	Shell
	Tabs     []Tab
	Counting bool // nothing is counted yet
	Counted  time.Time
	Lines    []ColumnLine
	One      *ColumnScreen
	// Do is the form that was refused, Why why, Form what had been typed.
	Do, Why string
	Form    map[string]string
}

func (Columns) file() string { return "columns" }

// ColumnLine is a column, how many have something in it, and how many different values.
type ColumnLine struct {
	Key, Text, Href string // Text: what it is called; "" while it has no name
	People, Kinds   int
	Spellings       int // that stand for another value
	Dropped         bool
}

// ColumnScreen is one column.
type ColumnScreen struct {
	ColumnLine
	Name, NameEN string
	Values       []ColumnValue
	More         int // values that are not shown
	Means        []Pair
}

// ColumnValue is a value, and a more frequent one that it may be another spelling of.
type ColumnValue struct {
	Value  string
	People int
	Alike  string
}

// Typed is what had been typed into the form that was refused, else what there is.
func (c Columns) Typed(do, field, have string) string {
	if c.Do == do {
		return c.Form[field]
	}
	return have
}

// To is what a value is to become: as typed, or what is proposed.
func (c Columns) To(v ColumnValue) string {
	if c.Do == "join" && c.Form["from"] == v.Value {
		return c.Form["to"]
	}
	return v.Alike
}

// Refused reports whether joining this value was refused.
func (c Columns) Refused(v ColumnValue) bool { return c.Do == "join" && c.Form["from"] == v.Value }
