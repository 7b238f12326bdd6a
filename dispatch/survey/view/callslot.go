package view

import "canvass/dispatch/survey"

// CallSlot is a leased place for one call on the line of a number of ours. Holder tells
// one lease of it from the next.
type CallSlot struct {
	SenderID survey.SenderID
	Slot     int
	Holder   int64
}
