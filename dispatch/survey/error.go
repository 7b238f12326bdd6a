package survey

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Kind is the family of a failure. One table maps kinds to HTTP statuses and
// exit codes.
type Kind string

// The kinds of failures.
const (
	Invalid     Kind = "invalid"     // what was given is wrong; the giver can mend it
	NotFound    Kind = "not_found"   // there is no such thing
	Conflict    Kind = "conflict"    // the thing is not in a state that allows this
	Forbidden   Kind = "forbidden"   // known, and not allowed
	Unavailable Kind = "unavailable" // something outside is away; try again
	Internal    Kind = "internal"    // our own fault
)

// Code names one failure or warning. The words per code, in both languages and
// with the remedy, live in templates; a test walks all codes.
type Code string

// Error is a failure told by code and arguments, never by a sentence. Args may
// hold only what is safe to show to the person who gave the input; Where is the
// row, line, field or option; Err is the cause, for the log.
type Error struct {
	Kind  Kind
	Code  Code
	Args  map[string]string
	Where string
	Err   error
}

// Error renders the code, place and arguments for a log; people read the words
// of templates instead. What the input had stays out: it may be somebody's
// number, mailbox or name.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(string(e.Code))
	if e.Where != "" {
		fmt.Fprintf(&b, " at %s", e.Where)
	}
	for _, k := range slices.Sorted(maps.Keys(e.Args)) {
		if value := e.Args[k]; isInput(k) {
			fmt.Fprintf(&b, " %s=%s", k, masked)
		} else {
			fmt.Fprintf(&b, " %s=%q", k, value)
		}
	}
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	return b.String()
}

// isInput reports whether an argument repeats what was given: a cell, what it
// may have been meant to be, what it was read as.
func isInput(key string) bool {
	switch key {
	case "value", "guess", "from", "to":
		return true
	}
	return false
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the kind of the first *Error in err's chain, Internal for any
// other error, and "" for nil.
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// CodeOf returns the code of the first *Error in err's chain, or "".
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}
