package templates

import (
	"strconv"
	"time"
)

// Tokens are what opens the interface for programs.
type Tokens struct {
	Shell
	TokenForm
	Tabs        []Tab
	Token       string // that was just made; shown this once
	TokenName   string
	TokenLast   time.Time // its last day
	URL         string    // where programs come to
	Rights      []string
	Campaigns   []Ticked // to bind a token to
	First, Last string   // days between which the last day is
	Lines       []TokenLine
	Next        string
}

func (Tokens) file() string { return "tokens" }

// TokenForm is what is filled in for a token.
type TokenForm struct {
	Name, Right, Day string
	Some             bool // for some campaigns only
	Chosen           []string
	Field, Wrong     string // which field is wrong: "name", "right", "day", "campaign"
}

// TokenLine is one token.
type TokenLine struct {
	ID        int64
	Name      string
	Right     string
	State     string // "works", "expired", "revoked"
	Made      time.Time
	By        string
	Used      time.Time
	Last      time.Time // its last day
	Revoked   time.Time
	RevokedBy string
	Bound     bool
	Campaigns []string
}

// Number is the id, which is no count and has no dots.
func (t TokenLine) Number() string { return strconv.FormatInt(t.ID, 10) }
