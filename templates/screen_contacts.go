package templates

import (
	"net/url"
	"strconv"
	"time"
)

// Contacts is a page of the contact list.
type Contacts struct {
	Shell
	Search string // what was typed; it never stands in an address
	Find   ContactFind
	Fields []FieldChoice // that the list may be narrowed by
	People []ContactLine
	// Next is where the next page goes on, 0 after the last; Looked, over 0, how many were
	// looked at for this page, which is not full.
	Next    int64
	Looked  int
	First   bool // the page is the first one
	Empty   bool // nobody is on the list at all
	Reading bool // the units are being read, and the page asks again
	Wrong   string
}

func (Contacts) file() string { return "contacts" }

// ContactFind is what narrows the list, as it stands in the address.
type ContactFind struct {
	Unit, Has, Field, Value string
	Left                    bool
}

// Narrows reports whether anything does.
func (f ContactFind) Narrows() bool { return f != ContactFind{} }

// Href is the address of the list so narrowed; after is where the page goes on, 0 for the
// first.
func (f ContactFind) Href(after int64) string {
	q := url.Values{}
	for key, v := range map[string]string{"unit": f.Unit, "has": f.Has, "field": f.Field, "value": f.Value} {
		if v != "" {
			q.Set(key, v)
		}
	}
	if f.Left {
		q.Set("left", "1")
	}
	if after != 0 {
		q.Set("after", strconv.FormatInt(after, 10))
	}
	if len(q) == 0 {
		return "/contacts"
	}
	return "/contacts?" + q.Encode()
}

// ContactLine is one person in a listing.
type ContactLine struct {
	ID               int64
	Name, Code, Unit string
	Mail, Mobile     bool
	Left, Merged     bool
	Suppressed       bool     // on every channel
	Barred           []string // channels
	NoConsent        []string // channels
}

// Contact is one person as the help desk sees them.
type Contact struct {
	Shell
	ID                      int64
	Name, Title, Code, Unit string
	UnitCode, Speaks, Zone  string
	Sex                     string
	Birth                   int
	Attributes              []Pair
	Since                   time.Time
	Source                  string // list that brought them
	LeftAt                  time.Time
	MergedInto              *ContactRef
	MergedFrom              []ContactRef
	Endpoints               []EndpointLine
	Consent                 []ConsentRow
	Ledger                  []ConsentEntry
	Stops                   []StopEntry
	Hours, HoursSource      string
	HoursAt                 time.Time
	AllHours                []string
	Channels                []string
	Sources                 []string // by which the office may have heard of a stop
	Codes                   []string // that staff may give a case
	Burden                  []ModeLine
	Surveys, Answered       int
	Cases                   []CaseLine
	Lines                   []PersonLine
	// Link is a link to be read out, of the survey LinkOf.
	Link, LinkOf string
	// Do is the form that was refused, Why why, Form what had been typed; On is the survey
	// or entry that it was about.
	Do, Why, On string
	Form        map[string]string
}

func (Contact) file() string { return "contact" }

// Href is the address of the person.
func (c Contact) Href() string { return "/contacts/" + strconv.FormatInt(c.ID, 10) }

// Opens reports whether a form is open: it was refused.
func (c Contact) Opens(do string) bool { return c.Do == do }

// Typed is what had been typed into a field of the form that was refused.
func (c Contact) Typed(do, field string) string {
	if c.Do != do {
		return ""
	}
	return c.Form[field]
}

// ContactRef names another person.
type ContactRef struct {
	ID         int64
	Name, Code string
}

// Pair is a column of the list and what it says.
type Pair struct{ Key, Name, Value string }

// EndpointLine is one address of a person.
type EndpointLine struct {
	ID      int64
	Kind    string // "email", "mobile", "landline"
	Address string
	Status  string // "unverified", "ok", "dead", "suppressed"
	Source  string
	Label   string
	Since   time.Time
	Shared  []ContactRef
}

// ConsentRow is what the ledger comes to for one purpose, by channel in the order of
// Contact.Channels.
type ConsentRow struct {
	Purpose string
	Given   []bool
}

// ConsentEntry is one line of the ledger.
type ConsentEntry struct {
	At                                        time.Time
	Purpose, Channel, Basis, Source, Evidence string
	Actor                                     string
	Withdrawn                                 bool
}

// StopEntry is an entry of the do-not-contact list.
type StopEntry struct {
	ID                                        int64
	Address, Channel, Campaign, Source, Words string
	Actor                                     string
	At, Lifted                                time.Time
	LiftedBy                                  string
}

// CaseLine is the standing of a person in one survey.
type CaseLine struct {
	Campaign, Title, Href     string
	State, Disposition, Level string
	Closed                    time.Time
	Response, Mode            string
	AnsweredAt                time.Time
	Answers                   []AnswerLine
	Resend, Link, Code        bool // what may be done now
}

// AnswerLine is a question and its answer.
type AnswerLine struct {
	Question, Answer, Missing, By string
	File                          bool
}

// PersonLine is one thing that happened with a person.
type PersonLine struct {
	Kind                   string // "contact", "reply", "notice", "act"
	At                     time.Time
	Campaign, Channel      string
	Step                   string
	Try                    int
	State, Reason, Address string
	What, Words, Actor     string
	Apart, Due             bool
	Merge                  int64 // a merge that stands, to be taken back
	Other                  int64 // who went in the merge of an act
	Undoes                 bool  // the act took a merge back
}

// ContactEdit corrects one person.
type ContactEdit struct {
	Shell
	ID         int64
	Name       string // as it stands
	Seen       int64  // when it had been changed last, µs
	Form       map[string]string
	Attributes []Pair // as typed
	Endpoints  []EndpointLine
	Wrong      string // not of one field
	Field      string // which field Why is about
	Why        string
}

func (ContactEdit) file() string { return "contact-edit" }

// Href is the address of the person.
func (c ContactEdit) Href() string { return "/contacts/" + strconv.FormatInt(c.ID, 10) }

// ContactErase asks whether a person is to be erased.
type ContactErase struct {
	Shell
	ID               int64
	Name, Code       string
	Endpoints, Cases int
	Shared           int // others who have one of the addresses
	Words            string
	Wrong            string
}

func (ContactErase) file() string { return "contact-erase" }

// Href is the address of the person.
func (c ContactErase) Href() string { return "/contacts/" + strconv.FormatInt(c.ID, 10) }

// Duplicates are pairs of people who may be one.
type Duplicates struct {
	Shell
	Pairs     []PersonPair
	Counted   time.Time
	Counting  bool
	WithCodes bool
	Next      string // where the next page goes on
	First     bool
}

func (Duplicates) file() string { return "duplicates" }

// PersonPair is two people who may be one.
type PersonPair struct {
	A, B     ContactLine
	SameName bool
	Mail     bool // the same mailbox and given name
	Phone    bool
}

// Merge lays two people side by side, to become one.
type Merge struct {
	Shell
	Keep, Drop MergeSide
	Gains      []string // columns that the one kept gains
	Moved      int      // addresses
	Joined     int
	Withdrawn  int // consents
	Stops      int
	Refused    string // why they cannot become one
	Words      string
	Wrong      string
}

func (Merge) file() string { return "merge" }

// MergeSide is one of the two.
type MergeSide struct {
	Keeps            bool
	ID               int64
	Name, Code, Unit string
	Sex              string
	Birth            int
	Attributes       []Pair
	Endpoints        []EndpointLine
	Cases            int
	Since            time.Time
}

// Coverage is how many can be reached, by unit.
type Coverage struct {
	Shell
	By       string // "unit" or a column
	Fields   []FieldChoice
	ByText   string // what By is called
	Counted  time.Time
	Counting bool
	All      CoverageLine
	Lines    []CoverageLine
	More     int // lines that are not shown
}

func (Coverage) file() string { return "coverage" }

// CoverageLine is one unit.
type CoverageLine struct {
	Name                                          string
	People, Mail, Mobile, Both, Neither, Landline int
	Suppressed, Dead, Shared, NoConsent           int
}

// Part is a part of the bar: both ways (0), e-mail only (1), mobile only (2), neither (3).
func (l CoverageLine) Part(n int) int {
	return [...]int{l.Both, l.Mail - l.Both, l.Mobile - l.Both, l.Neither}[n]
}

// Wide is the width of a part, From where it begins.
func (l CoverageLine) Wide(n int) string { return wide(l.Part(n), l.People) }

// From is where a part begins.
func (l CoverageLine) From(n int) string {
	sum := 0
	for i := range n {
		sum += l.Part(i)
	}
	return wide(sum, l.People)
}

// Share is the part of the people who have it.
func (l CoverageLine) Share(n int) float64 {
	if l.People == 0 {
		return 0
	}
	return float64(n) / float64(l.People)
}
