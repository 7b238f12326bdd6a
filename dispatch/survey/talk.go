package survey

import "time"

// Of conversations by SMS, in business time.
const (
	// TalkRests is how long a person must have been silent in the conversation of one
	// campaign until another campaign opens its own.
	TalkRests = 30 * time.Minute
	// IdleAfter is how long a person may be silent, from when the prompt was really
	// sent, until they are reminded once of the question that is open.
	IdleAfter = 4 * time.Hour
)
