package survey

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// Contact is a collaborator and how to reach them, on the living list.
type Contact struct {
	ID       ContactID
	Code     string // the office's own code, may be empty
	Name     PersonName
	Title    string // form of address: Ông, Bà or empty
	Sex      string // nam, nữ or empty
	Birth    int    // year, 0 unknown
	Language Lang
	Zone     string // their own time zone by its IANA name, may be empty
	Hours    Hours  // when they want to be contacted, empty: they did not say
	Unit     string // as the list has it
	UnitCode string // which one that is, empty while nobody knows
	// Attributes are the columns of the office's list that we do not know;
	// strata and eligibility may use them. Keys are folded snake_case.
	Attributes map[string]string
	// Random is the permanent random number: drawn at import, never redrawn.
	Random    RandomNumber
	Endpoints []Endpoint
}

// EndpointKind is the kind of an address.
type EndpointKind string

// The kinds of endpoints.
const (
	EmailAddress EndpointKind = "email"
	PhoneNumber  EndpointKind = "phone"
)

// EndpointStatus says what is known of an address.
type EndpointStatus string

// The statuses. A suppression is a fact of its own, not a status.
const (
	EndpointUnverified EndpointStatus = "unverified"
	EndpointOK         EndpointStatus = "ok"
	EndpointDead       EndpointStatus = "dead"
)

// Endpoint is one address of a contact. Address is secret: it is a phone in
// E.164 or an e-mail address, by Kind.
type Endpoint struct {
	ID        EndpointID
	ContactID ContactID
	Kind      EndpointKind
	Address   string
	SMS       bool // a phone that can take SMS (mobile)
	Status    EndpointStatus
	Rank      int // 0 is preferred
	Shared    bool
	Label     string // of the column it stood in, may be empty
}

// RandomNumber is a permanent random number, uniform over all uint64 [Ohlsson
// 1995]. Postgres has no unsigned integers: it is stored in a bigint by the
// map that keeps the order (the sign bit flipped).
type RandomNumber uint64

// Value implements driver.Valuer.
func (r RandomNumber) Value() (driver.Value, error) { return int64(r ^ 1<<63), nil }

// Scan implements sql.Scanner.
func (r *RandomNumber) Scan(src any) error {
	v, ok := src.(int64)
	if !ok {
		return fmt.Errorf("survey: random number from %T", src)
	}
	*r = RandomNumber(uint64(v) ^ 1<<63)
	return nil
}

// Consent records on what basis a person may be contacted, append-only. A
// withdrawal is another record with WithdrawnAt set.
type Consent struct {
	ContactID   ContactID
	Purpose     Purpose // empty: every purpose
	Channel     Channel // empty: every channel
	Basis       string  // for example: appointment, consent, legal_duty
	TextShown   string
	Source      string
	Evidence    string // what proves it: the number of a document, a form
	Actor       string // who recorded it
	GivenAt     time.Time
	WithdrawnAt time.Time
}

// ConsentMark is what a list says of a person's consent to one channel.
type ConsentMark struct {
	Channel Channel // empty: every channel
	Given   bool    // false: withdrawn, or never given
	Taken   bool    // a merge took it over, or found it: nobody said it of the one person
}

// SuppressionScope says how far a do-not-contact fact reaches.
type SuppressionScope string

// The scopes.
const (
	SuppressCampaign SuppressionScope = "campaign"
	SuppressAll      SuppressionScope = "all"
)

// The sources of a do-not-contact fact: by which way we heard of it.
const (
	StopBySMS       = "sms"       // the person texted it
	StopByWeb       = "web"       // on their page, or by the button of their mail program
	StopByMail      = "mail"      // wrote a letter or a mail
	StopByCall      = "call"      // pressed a key, or said it on the telephone
	StopByComplaint = "complaint" // complained, or called a mail spam
	StopByStaff     = "staff"     // a member of staff decided
	StopByImport    = "import"    // a list says so
	StopByProvider  = "provider"  // takes no more messages for them
	StopByErasure   = "erased"    // the person was erased
)

// StopSources lists every source of a do-not-contact fact.
func StopSources() []string {
	return []string{StopBySMS, StopByWeb, StopByMail, StopByCall, StopByComplaint, StopByStaff, StopByImport, StopByProvider, StopByErasure}
}

// Suppression is a do-not-contact fact with its source, words and time.
// Addresses are kept as keyed hashes, so that it outlives the erasure of a person.
type Suppression struct {
	ContactID  ContactID // 0 when only the address is known
	AddressKey []byte    // HMAC of the normalised address; nil when the person is meant
	Channel    Channel   // empty: every channel
	Scope      SuppressionScope
	CampaignID CampaignID // with SuppressCampaign
	Source     string     // one of StopSources
	// Words are what the person wrote, or why staff put them on the list; of a
	// fact that came with an arrival they are the text that arrived.
	Words string
	Actor string // the member of staff; empty when nobody did
	At    time.Time
}
