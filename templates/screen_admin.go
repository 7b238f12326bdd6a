package templates

import (
	"strconv"
	"time"
)

// The screens of administration.

// Tab is one of the pages of administration.
type Tab struct {
	Key, Href string // word [admin.tab.KEY]
	Current   bool
}

// Audit is a page of the record of acts, and whether its chain holds.
type Audit struct {
	Shell
	Tabs                    []Tab
	Chain                   ChainLine
	Lines                   []ActLine
	Actors, Acts            []string // to choose from
	Actor, Act, From, Until string   // what is shown
	Next                    string   // address of the next page
}

func (Audit) file() string { return "audit" }

// ChainLine is how far the record was looked through.
type ChainLine struct {
	State     string // "holds", "part", "broken"
	Place, Of int64
	At        time.Time
	Why       string
	Anchor    string
}

// ActLine is a line of the record.
type ActLine struct {
	Place           int64
	At              time.Time
	Actor, Act      string
	Campaign        string // its name
	Contact, Import int64
	Reason, Detail  string
	Emptied         bool
}

// Line is the place as a count.
func (l ActLine) Line() int { return int(l.Place) }

// ContactText is the id, which is no count and has no dots.
func (l ActLine) ContactText() string { return strconv.FormatInt(l.Contact, 10) }

// ImportText is the id of the import.
func (l ActLine) ImportText() string { return strconv.FormatInt(l.Import, 10) }
