package dispatch

import (
	"bufio"
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"canvass/dispatch/contactlist"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/territory"
)

// FocalStore is what the focal persons of units need of the database.
type FocalStore interface {
	TerritoryStore
	InviteFocal(ctx context.Context, f view.Focal, old time.Time, by view.Audit) error
	Focals(ctx context.Context) ([]view.Focal, error)
	FocalOfLink(ctx context.Context, hash []byte, now time.Time) (view.Focal, bool, error)
	EndFocal(ctx context.Context, id int64, by view.Audit) (bool, error)
	UnitContacts(ctx context.Context, units []string, after survey.ContactID, limit int) ([]view.UnitContact, error)
	UnitContact(ctx context.Context, units []string, id survey.ContactID) (view.UnitContact, error)
	ProposeFocal(ctx context.Context, c view.FocalChange, most int) (bool, error)
	FocalChanges(ctx context.Context, focal, after int64, limit int) ([]view.FocalChange, error)
	DecideFocal(ctx context.Context, d view.FocalDecision, units func(unit string) []string,
		decide func(view.FocalChange, view.UnitContact) (view.FocalWrite, error)) error
}

// FocalInvited is how long the link of a focal person works; FocalKept how long it is
// known after it ended.
const (
	FocalInvited = 30 * 24 * time.Hour
	FocalKept    = 180 * 24 * time.Hour
)

const (
	mostProposals = 500 // of one focal person that wait for staff
	longestFocal  = 200 // characters of a field
)

// FocalRequest asks for the link of a focal person. Now is real time.
type FocalRequest struct {
	Name, Unit string
	Actor      string
	Now        time.Time
}

// InviteFocal makes the link of a unit's focal person and returns its secret, which is
// nowhere kept. Errors: staff_name_invalid, not_found (of the unit).
func InviteFocal(ctx context.Context, store FocalStore, r FocalRequest) (string, error) {
	name, err := staff.CheckName(r.Name)
	if err != nil {
		return "", err
	}
	units, err := FocalUnits(ctx, store, r.Unit)
	if err != nil {
		return "", err
	}
	secret, hash, err := staff.NewSecret(nil)
	if err != nil {
		return "", err
	}
	f := view.Focal{Name: name, Unit: units[0], Hash: hash, By: r.Actor, At: r.Now, Until: r.Now.Add(FocalInvited)}
	return secret, store.InviteFocal(ctx, f, r.Now.Add(-FocalKept), view.Audit{At: r.Now, Actor: r.Actor, Act: "focal"})
}

// FocalUnits are the codes of a unit of today and of all that is part of it, itself
// first. Errors: not_found.
func FocalUnits(ctx context.Context, store TerritoryStore, code string) ([]string, error) {
	t, err := store.Territory(ctx)
	if err != nil {
		return nil, err
	}
	if units := unitsWithin(t, code); len(units) > 0 {
		return units, nil
	}
	return nil, &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound, Args: map[string]string{"name": code}}
}

func unitsWithin(t survey.Territory, code string) []string {
	below := map[string][]string{}
	var out []string
	for _, u := range UnitsOfToday(t) {
		if strings.EqualFold(u.Code, strings.TrimSpace(code)) {
			out = []string{u.Code}
		}
		below[strings.ToLower(u.Parent)] = append(below[strings.ToLower(u.Parent)], u.Code)
	}
	for i := 0; i < len(out); i++ {
		for _, part := range below[strings.ToLower(out[i])] {
			if !slices.Contains(out, part) {
				out = append(out, part)
			}
		}
	}
	return out
}

// UnitsOfToday are the units of the newest version, by code.
func UnitsOfToday(t survey.Territory) []survey.Unit {
	if len(t.Sets) == 0 {
		return nil
	}
	sets := slices.SortedFunc(slices.Values(t.Sets), territory.InOrder)
	return slices.SortedFunc(slices.Values(sets[len(sets)-1].Units), func(a, b survey.Unit) int { return strings.Compare(a.Code, b.Code) })
}

// UnitName is the name of a unit of today; its code where there is none.
func UnitName(t survey.Territory, code string) string {
	for _, u := range UnitsOfToday(t) {
		if u.Code == code {
			return u.Name
		}
	}
	return code
}

// FieldsOf are what a focal person may write of somebody, as the list has it.
func FieldsOf(c view.UnitContact) view.FocalFields {
	phones := make([]string, len(c.Phones))
	for i, p := range c.Phones {
		phones[i] = dialled(p)
	}
	return view.FocalFields{Name: string(c.Name), Phone: strings.Join(phones, "; "), Mail: strings.Join(c.Mails, "; "), Position: c.Position}
}

// FocalFault is what is wrong with a field: "name", "phone" or "mail".
type FocalFault struct {
	Field string
	Err   *survey.Error
}

// CheckFocal reads what a focal person wrote of somebody, as an import reads it.
func CheckFocal(f view.FocalFields) (view.FocalFields, []FocalFault) {
	f = view.FocalFields{Name: short(f.Name), Phone: short(f.Phone), Mail: short(f.Mail), Position: short(f.Position)}
	var wrong []FocalFault
	if name, _, err := contactlist.ParseName(f.Name); err != nil {
		wrong = append(wrong, FocalFault{"name", err})
	} else {
		f.Name = string(name)
	}
	if _, err := focalPhones(f.Phone); err != nil {
		wrong = append(wrong, FocalFault{"phone", err})
	}
	if _, err := focalMails(f.Mail); err != nil {
		wrong = append(wrong, FocalFault{"mail", err})
	}
	return f, wrong
}

// short is a field in one line, of so many characters at most.
func short(text string) string {
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "")), " ")
	if utf8.RuneCountInString(text) > longestFocal {
		text = string([]rune(text)[:longestFocal])
	}
	return text
}

func focalPhones(text string) ([]survey.Endpoint, *survey.Error) {
	if contactlist.SaysNone(text) {
		return nil, nil
	}
	r := contactlist.ParsePhone(text)
	if len(r.Numbers) == 0 {
		return nil, &survey.Error{Kind: survey.Invalid, Code: r.Reason, Args: map[string]string{"value": text}}
	}
	var out []survey.Endpoint
	for _, n := range r.Numbers {
		out = append(out, survey.Endpoint{Kind: survey.PhoneNumber, Address: n.E164, SMS: n.SMS})
	}
	return out, nil
}

func focalMails(text string) ([]survey.Endpoint, *survey.Error) {
	var out []survey.Endpoint
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ';' || r == ',' || r == ' ' }) {
		mail, _, err := contactlist.ParseEmail(part)
		if err != nil {
			return nil, err
		}
		out = append(out, survey.Endpoint{Kind: survey.EmailAddress, Address: string(mail)})
	}
	return out, nil
}

// ProposeFocal keeps what a focal person proposes for staff to decide; the list stays
// as it is. c has the focal person, the kind, and what is proposed. units are those
// that the focal person looks after. It reports false where nothing would change.
// Errors: not_found (somebody of another unit, too), and too_many_proposals.
func ProposeFocal(ctx context.Context, store FocalStore, units []string, c view.FocalChange) (bool, error) {
	if c.Kind != view.FocalNew {
		who, err := store.UnitContact(ctx, units, c.Contact)
		if err != nil {
			return false, err
		}
		c.Before = FieldsOf(who)
		if c.Kind == view.FocalLeft {
			c.After = view.FocalFields{}
		} else if c.After == c.Before {
			return false, nil
		}
	}
	kept, err := store.ProposeFocal(ctx, c, mostProposals)
	if err == nil && !kept {
		err = &survey.Error{Kind: survey.Conflict, Code: survey.CodeTooManyProposals}
	}
	return err == nil, err
}

// DecideFocal accepts or refuses a proposal. Errors: not_found, maybe_same_person.
func DecideFocal(ctx context.Context, store FocalStore, d view.FocalDecision) error {
	t, err := store.Territory(ctx)
	if err != nil {
		return err
	}
	if d.Random, err = permanent(bufio.NewReader(rand.Reader)); err != nil {
		return err
	}
	within := func(unit string) []string { return unitsWithin(t, unit) }
	return store.DecideFocal(ctx, d, within, func(c view.FocalChange, who view.UnitContact) (view.FocalWrite, error) {
		return decideFocal(c, who, UnitName(t, c.Unit))
	})
}

// decideFocal is what an accepted proposal does. Of addresses only those change that
// the proposal speaks of: what came to the list since stays.
func decideFocal(c view.FocalChange, who view.UnitContact, unit string) (view.FocalWrite, error) {
	if c.Kind == view.FocalLeft {
		return view.FocalWrite{Left: true}, nil
	}
	w := view.FocalWrite{SearchKey: contactlist.SearchKey(c.After.Name)}
	if c.After.Name != c.Before.Name {
		w.Contact.Name = survey.PersonName(c.After.Name)
	}
	if c.After.Position != c.Before.Position {
		w.Position = &c.After.Position
	}
	before, after, err := focalAddresses(c)
	if err != nil {
		return w, err
	}
	has := func(list []survey.Endpoint, e survey.Endpoint) bool {
		return slices.ContainsFunc(list, func(o survey.Endpoint) bool { return o.Kind == e.Kind && strings.EqualFold(o.Address, e.Address) })
	}
	for _, e := range after {
		if !has(before, e) {
			w.Add = append(w.Add, e)
		}
	}
	for _, e := range before {
		if !has(after, e) {
			w.Dead = append(w.Dead, e)
		}
	}
	if c.Kind == view.FocalNew {
		w.Contact.Unit, w.Contact.UnitCode = unit, c.Unit
	}
	return w, nil
}

func focalAddresses(c view.FocalChange) (before, after []survey.Endpoint, err error) {
	for _, side := range []struct {
		f  view.FocalFields
		to *[]survey.Endpoint
	}{{c.Before, &before}, {c.After, &after}} {
		phones, e := focalPhones(side.f.Phone)
		if e != nil {
			return nil, nil, e
		}
		mails, e := focalMails(side.f.Mail)
		if e != nil {
			return nil, nil, e
		}
		*side.to = slices.Concat(phones, mails)
	}
	return before, after, nil
}
