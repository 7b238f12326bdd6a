package dispatch

import (
	"context"
	"slices"
	"strings"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// ConsentStore is what the consent ledger needs of the database.
type ConsentStore interface {
	FindContact(ctx context.Context, ref view.ContactRef) (survey.ContactID, error)
	// ConsentLedger and AppendConsent follow a contact to the one it was merged
	// into.
	ConsentLedger(ctx context.Context, id survey.ContactID) (view.ConsentLedger, error)
	AppendConsent(ctx context.Context, row survey.Consent, a view.Audit) error
}

// ConsentRequest asks for a row of the ledger.
type ConsentRequest struct {
	Ref      string         // ID or code
	Withdraw bool           // else it is given
	Purpose  survey.Purpose // empty: every purpose
	Channel  survey.Channel // empty: every channel
	// Basis is the ground on which it is given: appointment, consent, legal_duty.
	Basis    string
	Text     string // the words the person was shown
	Evidence string // what proves it; consent is nothing without
	Actor    string
	Now      time.Time // business time
}

// Bases lists the grounds on which a person may be contacted.
func Bases() []string { return []string{"appointment", basisConsent, "legal_duty"} }

// sourceStaff says that a member of staff wrote a row.
const sourceStaff = "staff"

// ShowConsent is the ledger of one person, named by ID or code.
func ShowConsent(ctx context.Context, store ConsentStore, ref string) (view.ConsentLedger, error) {
	id, err := store.FindContact(ctx, ParseContactRef(ref))
	if err != nil {
		return view.ConsentLedger{}, err
	}
	l, err := store.ConsentLedger(ctx, id)
	l.States = consentStates(l)
	return l, err
}

// RecordConsent appends a row to a person's ledger and returns the ledger. From
// its commit on every claim sees it: nothing that was not claimed before is sent
// on a channel that was withdrawn.
func RecordConsent(ctx context.Context, store ConsentStore, r ConsentRequest) (view.ConsentLedger, error) {
	if err := r.check(); err != nil {
		return view.ConsentLedger{}, err
	}
	id, err := store.FindContact(ctx, ParseContactRef(r.Ref))
	if err != nil {
		return view.ConsentLedger{}, err
	}
	row := survey.Consent{ContactID: id, Purpose: r.Purpose, Channel: r.Channel, Basis: r.Basis, TextShown: r.Text,
		Source: sourceStaff, Evidence: r.Evidence, Actor: r.Actor, GivenAt: r.Now}
	if r.Withdraw {
		row.Basis, row.WithdrawnAt = basisConsent, r.Now
	}
	err = store.AppendConsent(ctx, row, view.Audit{At: r.Now, Actor: r.Actor, Act: "consent", ContactID: id, Detail: map[string]any{
		"withdrawn": r.Withdraw, "purpose": r.Purpose, "channel": r.Channel}})
	if err != nil {
		return view.ConsentLedger{}, err
	}
	return ShowConsent(ctx, store, r.Ref)
}

func (r ConsentRequest) check() error {
	where := ""
	switch {
	case r.Channel != "" && !r.Channel.Valid():
		where = "channel"
	case r.Purpose != "" && !slices.Contains(purposes(), r.Purpose):
		where = "purpose"
	case r.Withdraw: // the easiest thing of all: no proof, no words
	case !slices.Contains(Bases(), r.Basis):
		where = "basis"
	case r.Basis == basisConsent && strings.TrimSpace(r.Evidence) == "":
		where = "evidence"
	}
	if where == "" {
		return nil
	}
	return &survey.Error{Kind: survey.Invalid, Code: survey.CodeUsage, Where: where, Args: map[string]string{"command": "contacts consent"}}
}

func purposes() []survey.Purpose {
	return []survey.Purpose{survey.PurposeSurvey, survey.PurposeDutyReport}
}

// consentStates is what a ledger comes to: for every purpose and channel the last
// row that speaks of both decides, and where none does, that an import brought the
// person.
func consentStates(l view.ConsentLedger) []view.ConsentState {
	var out []view.ConsentState
	for _, p := range purposes() {
		for _, c := range survey.Channels() {
			s := view.ConsentState{Purpose: p, Channel: c, Given: l.ImportID != 0}
			for _, r := range slices.Backward(l.Rows) {
				if (r.Purpose == "" || r.Purpose == p) && (r.Channel == "" || r.Channel == c) {
					s.Given, s.By = r.WithdrawnAt == nil, r.ID
					break
				}
			}
			out = append(out, s)
		}
	}
	return out
}
