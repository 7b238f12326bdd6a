package view

import "canvass/dispatch/survey"

// ContactFilter says which contacts to list. What is empty or false leaves
// nobody out; all that is given must hold.
type ContactFilter struct {
	// Search is looked for in codes as it is, and in names folded by
	// contactlist.SearchKey (SearchKey). It may be an address, too: Phones are the
	// numbers in E.164 that it was read as, Mail is a part of a mailbox in lower
	// case.
	Search, SearchKey string
	Phones            []string
	Mail              string
	Condition         survey.Condition
	// Units and UnitCodes: the unit as the list has it, or the one it was found to
	// be, is among them.
	Units, UnitCodes []string
	NoEmail          bool // has no live mailbox
	NoMobile         bool // has no live mobile
	Unreachable      bool // has no live address at all
	Shared           bool // shares a live address with somebody
	Dead             bool // has a dead address
	Suppressed       bool // is barred on some channel, in person or by an address
	// NoConsent: there is no ground for contacting them on one of these channels
	// for a survey.
	NoConsent []survey.Channel
	Import    survey.ImportID  // created or changed by this import
	Twins     bool             // somebody of the same unit has the same name, accents aside
	WithLeft  bool             // those who left the network, too
	After     survey.ContactID // the last one of the page before
	Limit     int              // 0 is everybody
}

// AddressKeys are the keyed hashes under which an address may be suppressed.
type AddressKeys func(kind survey.EndpointKind, address string) [][]byte

// ContactLine is one contact in a listing.
type ContactLine struct {
	ID         survey.ContactID  `json:"id"`
	Code       string            `json:"code,omitempty"`
	Name       survey.PersonName `json:"name"`
	Unit       string            `json:"unit,omitempty"`
	UnitCode   string            `json:"unit_code,omitempty"`
	Language   survey.Lang       `json:"language"`
	Attributes map[string]string `json:"attributes,omitempty"`
	Mail       bool              `json:"mail"`   // has a live mailbox
	Mobile     bool              `json:"mobile"` // has a live mobile
	Left       bool              `json:"left,omitempty"`
	MergedInto survey.ContactID  `json:"merged_into,omitempty"`
	Suppressed bool              `json:"suppressed,omitempty"` // on every channel
	// Barred are the channels with a do-not-contact fact, of the person or of one
	// of their addresses.
	Barred []survey.Channel `json:"barred,omitempty"`
	// NoConsent are the channels without a ground for a survey.
	NoConsent []survey.Channel `json:"no_consent,omitempty"`
}

// ContactName is a contact by name, for what is put in the order of names.
type ContactName struct {
	ID   survey.ContactID
	Name survey.PersonName
}

// ListUnit is a unit as contacts have it: the text of the list, the code of the
// unit it was found to be, and that one's name; the last two may be empty.
type ListUnit struct{ Text, Code, Name string }

// CoverageQuery says of whom, and by what, the reach is wanted.
type CoverageQuery struct {
	Campaign survey.CampaignID // its frozen frame; 0 is the living list
	// By is an attribute, or a field that a condition knows; "unit" is the unit
	// that the list's text was found to be, else the text. Empty: a frame by its
	// strata, the list in one line.
	By          string
	AddressKeys AddressKeys
}

// Coverage says how the people of a list, or of one stratum, can be reached. Dead
// addresses count for nothing but Dead.
type Coverage struct {
	Stratum    string `json:"stratum,omitempty"`
	UnitCode   string `json:"unit_code,omitempty"` // by unit, where it is known
	People     int    `json:"people"`
	Mail       int    `json:"mail"`
	Mobile     int    `json:"mobile"`
	Both       int    `json:"both"`
	Neither    int    `json:"neither"`
	Landline   int    `json:"landline"`   // of these, with a phone that takes calls only
	Shared     int    `json:"shared"`     // share a mailbox or phone with somebody
	Dead       int    `json:"dead"`       // have an address that is dead
	Suppressed int    `json:"suppressed"` // not to be contacted on some channel, in person or by an address
	// Without a ground for contacting them, by channel.
	NoConsentMail int `json:"no_consent_email"`
	NoConsentSMS  int `json:"no_consent_sms"`
	NoConsentCall int `json:"no_consent_call"`
}

// Plus adds the people of another stratum.
func (c Coverage) Plus(o Coverage) Coverage {
	return Coverage{Stratum: c.Stratum, UnitCode: c.UnitCode, People: c.People + o.People, Mail: c.Mail + o.Mail,
		Mobile: c.Mobile + o.Mobile, Both: c.Both + o.Both, Neither: c.Neither + o.Neither, Landline: c.Landline + o.Landline,
		Shared: c.Shared + o.Shared, Dead: c.Dead + o.Dead, Suppressed: c.Suppressed + o.Suppressed,
		NoConsentMail: c.NoConsentMail + o.NoConsentMail, NoConsentSMS: c.NoConsentSMS + o.NoConsentSMS,
		NoConsentCall: c.NoConsentCall + o.NoConsentCall}
}

// SharedAddress is a phone or mailbox of several contacts, without the address.
type SharedAddress struct {
	Kind     survey.EndpointKind `json:"kind"`
	Contacts []survey.ContactID  `json:"contacts"`
	Codes    []string            `json:"codes"` // in the same order, "" without one
}
