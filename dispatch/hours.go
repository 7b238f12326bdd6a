package dispatch

import (
	"context"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/token"
)

// HoursStore is what a person's hours need of the database.
type HoursStore interface {
	PersonStore
	SetHours(ctx context.Context, h survey.SaidHours, a view.Audit) error
}

// SetHours writes down in which hours a person wants to be contacted, as they said
// it to staff, with the reason on record, and returns the person. Every campaign
// keeps to it from then on, within its own hours. Errors: reason_missing, not_found,
// usage for hours that are not.
func SetHours(ctx context.Context, store HoursStore, keys *token.Keyring, r PersonRequest, h survey.Hours) (view.ContactCard, error) {
	if !h.Valid() {
		return view.ContactCard{}, &survey.Error{Kind: survey.Invalid, Code: survey.CodeUsage, Where: "hours",
			Args: map[string]string{"command": "contacts hours"}}
	}
	if err := reasoned(r.Reason); err != nil {
		return view.ContactCard{}, err
	}
	id, err := store.FindContact(ctx, ParseContactRef(r.Ref))
	if err != nil {
		return view.ContactCard{}, err
	}
	err = store.SetHours(ctx, survey.SaidHours{ContactID: id, Hours: h, At: r.Now, Source: survey.HoursFromStaff},
		view.Audit{At: r.Now, Actor: r.Actor, Act: "hours", ContactID: id, Reason: r.Reason, Detail: map[string]any{"hours": h}})
	if err != nil {
		return view.ContactCard{}, err
	}
	return ShowContact(ctx, store, keys, r.Ref)
}
