package dispatch

import (
	"context"
	"slices"
	"strings"
	"time"

	"canvass/dispatch/disposition"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// CodeStore is what coding a case by hand needs of the database.
type CodeStore interface {
	CampaignByName(ctx context.Context, name string) (*survey.Campaign, error)
	FindContact(ctx context.Context, ref view.ContactRef) (survey.ContactID, error)
	CodeCase(ctx context.Context, o view.CodeOrder, decide func(view.Case, view.StaffCode) (view.Coding, error)) (view.Coded, error)
}

// CodeRequest asks for the case of one person to be coded as staff know better.
type CodeRequest struct {
	Campaign string
	Contact  string             // ID or code
	Code     survey.Disposition // one of disposition.StaffMaySet
	// Withdraw takes the word of staff back instead: what the record gives stands.
	Withdraw bool
	Reason   string // why, in words; needed
	Actor    string
	Now      time.Time // business time
}

// SetCode gives a case the code that staff set. An open case closes with it, and
// nothing more is sent; a closed one gets it unless the record has a code that
// ranks as high: answers are never overwritten. The last word of staff counts, so
// that a mistake can be mended; a case that was closed stays closed. Of an
// archived campaign nothing changes.
//
// Whoever has died (2.31) is put on the do-not-contact list too: their family
// hears from us no more.
//
// Errors: reason_missing, disposition_not_for_staff, disposition_outranked,
// disposition_not_by_staff, not_in_sample, state_conflict, not_found.
func SetCode(ctx context.Context, store CodeStore, r CodeRequest) (view.Coded, error) {
	if err := r.check(); err != nil {
		return view.Coded{}, err
	}
	k, err := store.CampaignByName(ctx, r.Campaign)
	if err != nil {
		return view.Coded{}, err
	}
	who, err := store.FindContact(ctx, ParseContactRef(r.Contact))
	if err != nil {
		return view.Coded{}, err
	}
	return store.CodeCase(ctx, view.CodeOrder{Campaign: k, ContactID: who, Actor: r.Actor, Words: r.Reason, Now: r.Now}, r.decide)
}

func (r CodeRequest) check() error {
	may := disposition.StaffMaySet()
	switch {
	case strings.TrimSpace(r.Reason) == "":
		return &survey.Error{Kind: survey.Invalid, Code: survey.CodeReasonMissing}
	case !r.Withdraw && !slices.Contains(may, r.Code):
		codes := make([]string, len(may))
		for i, d := range may {
			codes[i] = string(d)
		}
		return &survey.Error{Kind: survey.Invalid, Code: survey.CodeNotForStaff,
			Args: map[string]string{"disposition": string(r.Code), "valid": strings.Join(codes, ", ")}}
	}
	return nil
}

// decide weighs the word of staff against the record of the case.
func (r CodeRequest) decide(c view.Case, last view.StaffCode) (view.Coding, error) {
	inv := c.Invitation
	if c.Campaign.State == survey.CampaignArchived {
		return view.Coding{}, codeConflict("campaign", string(c.Campaign.State))
	}
	record, why := disposition.Code(c.Facts, c.Campaign.Listed)
	byStaff := false
	switch inv.State {
	case survey.InvitationOpen, survey.InvitationStarted:
	case survey.InvitationClosed:
		byStaff = last.Code != "" && last.Code == inv.Disposition
		floor := inv.Disposition
		if byStaff {
			floor = last.Record
		}
		record, _ = disposition.Reclassify(floor, record)
	default:
		return view.Coding{}, codeConflict("invitation", string(inv.State))
	}
	switch {
	case r.Withdraw && !byStaff:
		return view.Coding{}, &survey.Error{Kind: survey.Conflict, Code: survey.CodeNotByStaff}
	case r.Withdraw:
		return view.Coding{Code: record, Reason: why, Said: view.StaffCode{Record: record}}, nil
	case !disposition.Precedes(r.Code, record):
		return view.Coding{}, &survey.Error{Kind: survey.Conflict, Code: survey.CodeOutranked,
			Args: map[string]string{"from": string(record), "disposition": string(r.Code)}}
	}
	return view.Coding{Code: r.Code, Reason: survey.ReasonStaff, Said: view.StaffCode{Code: r.Code, Record: record},
		Bar: r.Code == survey.Deceased}, nil
}

func codeConflict(machine, state string) error {
	return &survey.Error{Kind: survey.Conflict, Code: survey.CodeState, Args: map[string]string{
		"machine": machine, "state": state, "event": string(survey.InvitationReclassify)}}
}
