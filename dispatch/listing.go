package dispatch

import (
	"context"
	"iter"
	"slices"
	"strings"

	"canvass/dispatch/contactlist"
	"canvass/dispatch/sampling"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// ContactStore is what a listing needs of the database.
type ContactStore interface {
	UnitStore
	ListContacts(ctx context.Context, f view.ContactFilter, keys view.AddressKeys) ([]view.ContactLine, error)
	ContactNames(ctx context.Context, f view.ContactFilter, keys view.AddressKeys) iter.Seq2[view.ContactName, error]
	ContactLines(ctx context.Context, ids []survey.ContactID, keys view.AddressKeys) ([]view.ContactLine, error)
}

// UnitStore knows the units that contacts have.
type UnitStore interface {
	ListUnits(ctx context.Context) ([]view.ListUnit, error)
}

// ContactQuery says which contacts to list.
type ContactQuery struct {
	// Search is a part of a name or of a unit's code, with or without accents, a
	// telephone number however it is written, or a part of a mailbox.
	Search   string
	Eligible string // a condition as sampling.ParseCondition reads it
	// Unit is a part of a unit's name, with or without accents, or its code.
	Unit string
	// The rest is as view.ContactFilter has it.
	NoEmail, NoMobile, Unreachable, Shared, Dead, Suppressed, Twins, WithLeft bool
	NoConsent                                                                 []survey.Channel
	Import                                                                    survey.ImportID
	// ByName puts the page in the order of names instead of ids.
	ByName bool
	After  survey.ContactID // the last one of the page before, in either order
	Limit  int              // 0 is 100
	Keys   view.AddressKeys
}

// ListContacts lists a page of the contact list, by id or by name.
func ListContacts(ctx context.Context, store ContactStore, q ContactQuery) ([]view.ContactLine, error) {
	f, some, err := q.filter(ctx, store)
	if err != nil || !some {
		return nil, err
	}
	const page = 100
	f.After, f.Limit = q.After, q.Limit
	if f.Limit <= 0 {
		f.Limit = page
	}
	if q.ByName {
		return listByName(ctx, store, f, q.Keys)
	}
	return store.ListContacts(ctx, f, q.Keys)
}

// filter reads what was asked for; some is false when nobody can be meant.
func (q ContactQuery) filter(ctx context.Context, store UnitStore) (f view.ContactFilter, some bool, err error) {
	condition, bad := sampling.ParseCondition(q.Eligible)
	if bad != nil {
		return f, false, bad
	}
	f = view.ContactFilter{Search: strings.TrimSpace(q.Search), SearchKey: contactlist.SearchKey(q.Search), Condition: condition,
		NoEmail: q.NoEmail, NoMobile: q.NoMobile, Unreachable: q.Unreachable, Shared: q.Shared, Dead: q.Dead,
		Suppressed: q.Suppressed, NoConsent: q.NoConsent, Import: q.Import, Twins: q.Twins, WithLeft: q.WithLeft}
	if f.Search != "" {
		if f.SearchKey == "" { // nothing but signs: nobody has that
			return f, false, nil
		}
		f.Phones, f.Mail = addressesIn(f.Search)
	}
	if q.Unit != "" {
		units, err := store.ListUnits(ctx)
		if err != nil {
			return f, false, err
		}
		f.Units, f.UnitCodes = unitsLike(units, q.Unit)
		return f, len(f.Units)+len(f.UnitCodes) > 0, nil
	}
	return f, true, nil
}

// addressesIn are the addresses that a text may be: what is dialled, or a part of
// a mailbox.
func addressesIn(text string) (phones []string, mail string) {
	for _, n := range contactlist.ParsePhone(text).Numbers {
		phones = append(phones, n.E164)
	}
	if strings.Contains(text, "@") || strings.Contains(text, ".") && !strings.ContainsAny(text, " \t") {
		mail = strings.ToLower(text)
	}
	return phones, mail
}

// unitsLike are the units whose name has part in it, accents aside, or whose code
// it is: by the text of the list, and by code.
func unitsLike(units []view.ListUnit, part string) (texts, codes []string) {
	key := contactlist.SearchKey(part)
	if key == "" {
		return nil, nil
	}
	for _, u := range units {
		if strings.Contains(contactlist.SearchKey(u.Text), key) && !slices.Contains(texts, u.Text) {
			texts = append(texts, u.Text)
		}
		known := u.Code != "" && (contactlist.SearchKey(u.Code) == key || strings.Contains(contactlist.SearchKey(u.Name), key))
		if known && !slices.Contains(codes, u.Code) {
			codes = append(codes, u.Code)
		}
	}
	return texts, codes
}
