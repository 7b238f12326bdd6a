package view

// AttributeUse is how a column of the office's own is used on the living list.
type AttributeUse struct {
	Key    string
	People int // who have something in it
	Kinds  int // different values
	Values []AttributeValue
}

// AttributeValue is one of the most frequent values of a column.
type AttributeValue struct {
	Value  string
	People int
}

// AttributeRewrite changes a column of every contact: From becomes To, or the column goes
// (Drop).
type AttributeRewrite struct {
	Key, From, To string
	Drop          bool
}
