package templates

import (
	"fmt"
	"strconv"
	"strings"
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

// People are the accounts of the office.
type People struct {
	Shell
	Tabs      []Tab
	Accounts  []AccountLine
	Roles     []string
	Second    []Ticked // roles that need one-time codes
	Campaigns []Ticked // to bind an account to
	Link      string   // an invitation that was just made
	LinkRole  string
	Wrong     string

	Invitations []InvitationLine
}

// InvitationLine is a link that nobody has used yet.
type InvitationLine struct {
	ID          int64
	Role        string
	By          string // empty: by a command
	Made, Until time.Time
	Over        bool // its time is
	Bound       bool
	Campaigns   []string
}

func (People) file() string { return "people" }

// AccountLine is one account.
type AccountLine struct {
	ID          int64
	Name, Login string
	Role        string
	Ended       bool
	Own         bool // of who looks
	Second      bool // one-time codes are asked for
	Bound       bool // to so many campaigns
	Campaigns   int
}

// Ticked is something that is chosen or not.
type Ticked struct {
	Value, Label string
	Chosen       bool
}

// StaffAccount is one account, as an administrator changes it.
type StaffAccount struct {
	Shell
	Tabs      []Tab
	Account   AccountLine
	Made      time.Time
	Roles     []string
	Campaigns []Ticked
	Password  string // that was just set
	Sessions  []SessionLine
	Wrong     string
}

func (StaffAccount) file() string { return "staffaccount" }

// Own is the account of who looks.
type Own struct {
	Shell
	Login     string
	Least     int // characters of a password
	Second    bool
	Recovery  int // codes left
	Sessions  []SessionLine
	Bound     bool
	Campaigns []string
	Keyed     bool // passkeys work at this address
	Keys      []KeyLine
	Form      string // which form was refused: "password", "off", "recovery", "key"
	Wrong     string
}

func (Own) file() string { return "own" }

// SessionLine is one place where the account is signed in.
type SessionLine struct {
	ID          int64
	Began, Seen time.Time
	Own         bool
}

// SignInCode asks for the one-time code of who gave the password.
type SignInCode struct {
	Shell
	Next  string
	Wrong string
}

func (SignInCode) file() string { return "signincode" }

// Second shows the secret of one-time codes, until a first code was right.
type Second struct {
	Shell
	Action string // of its form
	Inside bool   // on one's own account, and not on the way in
	Secret string
	QR     QR
	Wrong  string
}

func (Second) file() string { return "second" }

// QR is a QR code: Path is drawn in units of a module.
type QR struct {
	Size int
	Path string
}

// Wide is the width with the quiet zone of four modules on each side.
func (q QR) Wide() int { return q.Size + 8 }

// Module adds a row of black modules to the path of a QR code.
func Module(b *strings.Builder, x, y, run int) {
	fmt.Fprintf(b, "M%d %dh%dv1h-%dz", x+4, y+4, run, run)
}

// Recovery tells recovery codes, once.
type Recovery struct {
	Shell
	Codes  []string
	Inside bool
}

func (Recovery) file() string { return "recovery" }

// Senders are our addresses.
type Senders struct {
	Shell
	Tabs    []Tab
	Senders []HouseSender
	May     bool   // a word can be sent
	Sending bool   // one is being sent
	Resting string // the reason of those that staff have rest
}

func (Senders) file() string { return "senders" }

// HouseSender is one of our addresses.
type HouseSender struct {
	ID               int64
	Channel, Address string
	Provider         string
	Receives         bool
	Unrested         bool // it was to rest, and the reason was missing
	State, Reason    string
	Until            time.Time
	Cost             int64  // đồng
	Unpriced         bool   // nobody said what it costs
	Pace             string // "0,5" a second; empty: none set
	Calls            int    // at once, at most
	Cap, Taken       int    // of today
	Warming          bool
	Trial            string // "sending", "sent", "refused"
	TrialAt          time.Time
	TrialCode        string
	Typed, Wrong     string
}

// OfficeScreen is who asks.
type OfficeScreen struct {
	Shell
	Tabs                 []Tab
	Name, NameEN         string
	Short, ShortEN       string
	Contact, Phone, Mail string
	Fixed                bool   // by the settings of the machine
	Field                string // that is missing: "name.vi", "short.en", "mail"
}

func (OfficeScreen) file() string { return "office" }

// KeyLine is one passkey.
type KeyLine struct {
	ID         int64
	Name       string
	Made, Used time.Time
}
