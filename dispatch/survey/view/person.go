package view

import (
	"encoding/json"
	"time"

	"canvass/dispatch/survey"
)

// ContactRef is a contact as somebody named it.
type ContactRef struct {
	ID   survey.ContactID // 0 when it can be no id
	Code string           // as it was written
}

// ContactCard is what the help desk sees of one person: everything but what
// they answered and wrote. Times are business time, zero when there is none.
type ContactCard struct {
	ID       survey.ContactID  `json:"id"`
	Code     string            `json:"code,omitempty"`
	Name     survey.PersonName `json:"name"`
	Title    string            `json:"title,omitempty"`
	Sex      string            `json:"sex,omitempty"`
	Birth    int               `json:"birth,omitempty"`
	Language survey.Lang       `json:"language"`
	Zone     string            `json:"zone,omitempty"`
	// Hours are those in which the person wants to be contacted, empty if they did
	// not say; HoursSource is web or staff.
	Hours       survey.Hours      `json:"hours,omitempty"`
	HoursAt     time.Time         `json:"hours_at,omitzero"`
	HoursSource string            `json:"hours_source,omitempty"`
	Unit        string            `json:"unit,omitempty"`
	UnitCode    string            `json:"unit_code,omitempty"`
	Attributes  map[string]string `json:"attributes,omitempty"`
	CreatedAt   time.Time         `json:"created_at"`
	UpdatedAt   time.Time         `json:"updated_at"`
	LeftAt      time.Time         `json:"left_at,omitzero"`
	Import      *ImportMark       `json:"import,omitempty"`      // that created the contact
	MergedInto  *Housemate        `json:"merged_into,omitempty"` // who this one turned out to be
	MergedFrom  []Housemate       `json:"merged_from,omitempty"`

	Endpoints   []EndpointCard   `json:"endpoints"`
	Consents    []ConsentLine    `json:"consents"`
	Stops       []StopLine       `json:"stops"`
	Invitations []InvitationCard `json:"invitations"`
	Changes     []ImportChange   `json:"changes"`
}

// ImportMark names one import of a list.
type ImportMark struct {
	ID     survey.ImportID `json:"id"`
	Source string          `json:"source"`
	At     time.Time       `json:"at"`
}

// Housemate is another contact, to be named on the staff screen only.
type Housemate struct {
	ID   survey.ContactID  `json:"id"`
	Code string            `json:"code,omitempty"`
	Name survey.PersonName `json:"-"`
}

// EndpointSuppressed is the status of an address that stands on the
// do-not-contact list for a channel of its kind, whoever has it.
const EndpointSuppressed survey.EndpointStatus = "suppressed"

// EndpointCard is one address with where it comes from and who else has it.
type EndpointCard struct {
	ID      survey.EndpointID     `json:"id"`
	Kind    survey.EndpointKind   `json:"kind"`
	Address string                `json:"address"`
	SMS     bool                  `json:"sms"`    // a phone that takes texts; one that does not is a landline
	Status  survey.EndpointStatus `json:"status"` // EndpointSuppressed too
	Rank    int                   `json:"rank"`   // 0 is preferred
	Source  string                `json:"source"` // import, staff, merge
	Label   string                `json:"label,omitempty"`
	Import  *ImportMark           `json:"import,omitempty"`
	Since   time.Time             `json:"since"`
	Shared  []Housemate           `json:"shared,omitempty"`
}

// ConsentLine is one line of the consent ledger, the oldest first. The last one
// that fits purpose and channel counts.
type ConsentLine struct {
	Purpose     survey.Purpose `json:"purpose,omitempty"` // empty: every purpose
	Channel     survey.Channel `json:"channel,omitempty"` // empty: every channel
	Basis       string         `json:"basis"`
	TextShown   string         `json:"text_shown,omitempty"`
	Source      string         `json:"source"`
	Evidence    string         `json:"evidence,omitempty"`
	Actor       string         `json:"actor,omitempty"`
	GivenAt     time.Time      `json:"given_at"`
	WithdrawnAt time.Time      `json:"withdrawn_at,omitzero"`
	// OfImport says that it is the ground of the import that created the contact,
	// which counts where no line of the contact's own fits.
	OfImport bool `json:"of_import,omitempty"`
}

// StopLine is one do-not-contact fact about the person or an address of theirs.
type StopLine struct {
	Address  string                  `json:"address,omitempty"` // empty: the person is meant
	Channel  survey.Channel          `json:"channel,omitempty"` // empty: every channel
	Scope    survey.SuppressionScope `json:"scope"`
	Campaign string                  `json:"campaign,omitempty"` // with scope campaign
	Source   string                  `json:"source"`
	At       time.Time               `json:"at"`
	LiftedAt time.Time               `json:"lifted_at,omitzero"`
}

// InvitationCard is one case of the person.
type InvitationCard struct {
	ID          survey.InvitationID    `json:"id"`
	Campaign    string                 `json:"campaign"`
	State       survey.InvitationState `json:"state"`
	Disposition survey.Disposition     `json:"disposition,omitempty"`
	ClosedAt    time.Time              `json:"closed_at,omitzero"`
	Attempts    []AttemptCard          `json:"attempts,omitempty"`
}

// AttemptCard is one contact of a case. At is when it ended, was sent or is due,
// whatever it came to.
type AttemptCard struct {
	Channel survey.Channel      `json:"channel"`
	Step    string              `json:"step"`
	Try     int                 `json:"try"`
	State   survey.AttemptState `json:"state"`
	Reason  survey.Reason       `json:"reason,omitempty"`
	At      time.Time           `json:"at"`
}

// ImportChange is what one import changed of a contact that was there.
type ImportChange struct {
	Import ImportMark      `json:"import"`
	Place  string          `json:"place"` // sheet and row
	Before json.RawMessage `json:"before"`
	After  json.RawMessage `json:"after"`
}

// DossierOrder asks for everything held about one person. It goes on record.
type DossierOrder struct {
	ContactID survey.ContactID
	Reason    string
	Actor     string
	Now       time.Time
}

// Dossier is everything held about one person, for the person: the rows of each
// table as JSON objects named by their columns. Other people are not in it. A
// contact that was merged into this one is the same person.
type Dossier struct {
	MadeAt        time.Time       `json:"made_at"`
	Contacts      json.RawMessage `json:"contacts"`
	Endpoints     json.RawMessage `json:"endpoints"`
	Consents      json.RawMessage `json:"consents"`
	Stops         json.RawMessage `json:"stops"`
	ImportChanges json.RawMessage `json:"import_changes"`
	Frames        json.RawMessage `json:"frames"`
	Invitations   json.RawMessage `json:"invitations"`
	Attempts      json.RawMessage `json:"attempts"`
	Notices       json.RawMessage `json:"notices"`
	Inbox         json.RawMessage `json:"inbox"`
	Conversations json.RawMessage `json:"conversations"`
	Events        json.RawMessage `json:"events"`
	// Answers are those of identified campaigns.
	Answers json.RawMessage `json:"answers"`
	// AnswersKeptApart are the campaigns of other kinds in which answers of the
	// person exist: nothing here joins them to a name, and what was written to
	// these campaigns is left out too.
	AnswersKeptApart json.RawMessage `json:"answers_kept_apart"`
	Audit            json.RawMessage `json:"audit"`
}

// Erasure asks for one person to be erased.
type Erasure struct {
	ContactID survey.ContactID
	Reason    string // names nobody: it stays
	Actor     string
	Now       time.Time
	// AddressKeys are the keyed hashes under which an address is barred, the
	// active key's first.
	AddressKeys func(survey.EndpointKind, string) [][]byte
	// Names reports whether words of staff name the person.
	Names func(words string) bool
	// End decides about one case of the person, under its lock.
	End func(Case) (CaseEnd, error)
}

// CaseEnd is what an erasure does to one case.
type CaseEnd struct {
	Close  survey.Disposition // empty: the case has its disposition, or was never out
	Reason survey.Reason
	// Blank are the questions whose words are taken out of the answers, because
	// words may name people.
	Blank []string
}

// Erased is what an erasure did.
type Erased struct {
	// Contacts are the contact and those that were merged into it.
	Contacts  []survey.ContactID `json:"contacts"`
	Addresses int                `json:"addresses"` // barred for everybody, by keyed hash
	// Shared are the other contacts who have one of these addresses: they are not
	// reached there any more either.
	Shared      []survey.ContactID `json:"shared,omitempty"`
	Invitations int                `json:"invitations"`
	Closed      int                `json:"closed"`      // of these, by this erasure
	Cancelled   int                `json:"cancelled"`   // contacts that had not left
	OnTheWire   int                `json:"on_the_wire"` // contacts that may be leaving this second
	Inbox       int                `json:"inbox"`       // rows emptied
	Notices     int                `json:"notices"`     // rows emptied
	Responses   int                `json:"responses"`   // unlinked
	Texts       int                `json:"texts"`       // answers in words and in files, blanked
	Files       int                `json:"files"`       // photos and documents, deleted
	Recordings  int                `json:"recordings"`  // of what was said in calls, deleted
}
