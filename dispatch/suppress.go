package dispatch

import (
	"context"
	"iter"
	"slices"
	"strings"
	"time"

	"canvass/dispatch/contactlist"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// StopStore is what the do-not-contact list needs of the database.
type StopStore interface {
	FindContact(ctx context.Context, ref view.ContactRef) (survey.ContactID, error)
	CampaignByName(ctx context.Context, name string) (*survey.Campaign, error)
	PutStops(ctx context.Context, o view.StopOrder) (view.StopsPut, error)
}

// StopRequest asks for a person or an address to be put on the do-not-contact
// list.
type StopRequest struct {
	Who      string         // ID, code, phone number or e-mail address
	Channel  survey.Channel // empty: every channel
	Campaign string         // its name; empty: everything
	// Source is how the office heard of it: one of StaffStopSources. Words are what
	// the person said, or why the office decides so; needed.
	Source string
	Words  string
	Actor  string
	Now    time.Time // business time
}

// StaffStopSources lists the sources that staff may name: their own decision, a
// complaint, or the way by which the person told them.
func StaffStopSources() []string {
	return []string{survey.StopByStaff, survey.StopByComplaint, survey.StopByCall, survey.StopByMail, survey.StopBySMS, survey.StopByWeb}
}

// Suppress puts a person, or an address whoever has it, on the do-not-contact
// list. It acts from its commit on: what waits for them is withdrawn, every claim
// sees it, and only an explicit opt-in undoes it. An address that nobody on the
// contact list has is kept as a keyed hash alone. Errors: reason_missing, usage,
// stop_who, stop_channel, phone_*, email_invalid, not_found.
func Suppress(ctx context.Context, store StopStore, keys view.AddressKeys, r StopRequest) (view.StopsPut, error) {
	o, err := r.order(ctx, store)
	if err != nil {
		return view.StopsPut{}, err
	}
	t, err := stopTarget(ctx, store, keys, r.Who)
	if err != nil {
		return view.StopsPut{}, err
	}
	if err := carries(t, r.Channel); err != nil {
		return view.StopsPut{}, err
	}
	o.Targets = []view.StopTarget{t}
	return store.PutStops(ctx, o)
}

// order checks what does not hang on who is meant.
func (r StopRequest) order(ctx context.Context, store StopStore) (view.StopOrder, error) {
	o := view.StopOrder{Channel: r.Channel, Source: r.Source, Words: strings.TrimSpace(r.Words), Actor: r.Actor, Now: r.Now}
	switch {
	case o.Words == "":
		return o, &survey.Error{Kind: survey.Invalid, Code: survey.CodeReasonMissing, Args: map[string]string{"flag": "--words"}}
	case r.Channel != "" && !r.Channel.Valid():
		return o, &survey.Error{Kind: survey.Invalid, Code: survey.CodeUsage, Where: "channel", Args: map[string]string{"command": "suppress"}}
	case r.Source != survey.StopByImport && !slices.Contains(StaffStopSources(), r.Source):
		return o, &survey.Error{Kind: survey.Invalid, Code: survey.CodeUsage, Where: "source", Args: map[string]string{"command": "suppress"}}
	}
	if r.Campaign == "" {
		return o, nil
	}
	var err error
	o.Campaign, err = store.CampaignByName(ctx, r.Campaign)
	return o, err
}

// stopTarget finds out who is meant: somebody on the contact list, else an
// address.
func stopTarget(ctx context.Context, store interface {
	FindContact(ctx context.Context, ref view.ContactRef) (survey.ContactID, error)
}, keys view.AddressKeys, who string) (view.StopTarget, error) {
	if !strings.Contains(who, "@") {
		id, err := store.FindContact(ctx, ParseContactRef(who))
		if err == nil || survey.KindOf(err) != survey.NotFound {
			return view.StopTarget{Person: id}, err
		}
	}
	found, bad := contactlist.ReadAddresses(who)
	switch {
	case bad != nil && bad.Code == survey.CodePhoneInvalid, bad == nil && len(found) == 0:
		return view.StopTarget{}, &survey.Error{Kind: survey.NotFound, Code: survey.CodeStopWho, Args: map[string]string{"value": who}}
	case bad != nil:
		return view.StopTarget{}, bad
	case len(found) > 1:
		return view.StopTarget{}, &survey.Error{Kind: survey.Invalid, Code: survey.CodePhoneSeveral, Args: map[string]string{"value": who}}
	}
	return addressTarget(keys, found[0]), nil
}

func addressTarget(keys view.AddressKeys, e survey.Endpoint) view.StopTarget {
	return view.StopTarget{Kind: e.Kind, Address: e.Address, Keys: keys(e.Kind, e.Address)}
}

// carries refuses a channel that an address does not have.
func carries(t view.StopTarget, ch survey.Channel) error {
	if t.Person != 0 || ch == "" || ch.EndpointKind() == t.Kind {
		return nil
	}
	return &survey.Error{Kind: survey.Invalid, Code: survey.CodeStopChannel, Args: map[string]string{"channel": string(ch), "value": t.Address}}
}

// StopListStore is what looking at the do-not-contact list needs of the database.
type StopListStore interface {
	CampaignByName(ctx context.Context, name string) (*survey.Campaign, error)
	Stops(ctx context.Context, f view.StopFilter) iter.Seq2[view.StopRow, error]
	StopHolders(ctx context.Context, keys view.AddressKeys) (map[string][]view.Housemate, error)
}

// StopQuery says which entries are wanted; what is empty leaves none out.
type StopQuery struct {
	Channel  survey.Channel // that bar this channel
	Campaign string         // of this campaign alone
	Source   string
	Lifted   bool // those that were lifted, too
}

// Stops lists the do-not-contact list, the oldest entry first, with the contacts
// who have an address that is on it.
func Stops(ctx context.Context, store StopListStore, keys view.AddressKeys, q StopQuery) iter.Seq2[view.StopRow, error] {
	return func(yield func(view.StopRow, error) bool) {
		f := view.StopFilter{Channel: q.Channel, Source: q.Source, Lifted: q.Lifted}
		if q.Campaign != "" {
			k, err := store.CampaignByName(ctx, q.Campaign)
			if err != nil {
				yield(view.StopRow{}, err)
				return
			}
			f.Campaign = k.ID
		}
		holders, err := store.StopHolders(ctx, keys)
		if err != nil {
			yield(view.StopRow{}, err)
			return
		}
		for row, err := range store.Stops(ctx, f) {
			row.Holders = holders[string(row.Key)]
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}

// StopShowStore is what looking at one person or address on the list needs of the
// database.
type StopShowStore interface {
	PersonStore
	StopsAbout(ctx context.Context, person survey.ContactID, keys [][]byte) ([]view.StopRow, error)
	StopHolders(ctx context.Context, keys view.AddressKeys) (map[string][]view.Housemate, error)
}

// ShownStops is all that the list says of one person, with their addresses, or of
// one address, the lifted entries too.
type ShownStops struct {
	// ContactID and Contact are the person, 0 when an address was named.
	ContactID survey.ContactID `json:"contact_id,omitempty"`
	Contact   string           `json:"contact,omitempty"`
	Entries   []ShownStop      `json:"entries"`
}

// ShownStop is an entry with the address that it is about, as it was named or as
// the person has it.
type ShownStop struct {
	view.StopRow
	Address string `json:"address,omitempty"`
}

// ShowStops is what the do-not-contact list says of somebody. Errors: stop_who and
// those of reading an address.
func ShowStops(ctx context.Context, store StopShowStore, keys view.AddressKeys, who string) (ShownStops, error) {
	t, err := stopTarget(ctx, store, keys, who)
	if err != nil {
		return ShownStops{}, err
	}
	out := ShownStops{ContactID: t.Person, Entries: []ShownStop{}}
	addresses := map[string]string{}
	hashes := t.Keys
	for _, k := range t.Keys {
		addresses[string(k)] = t.Address
	}
	if t.Person != 0 {
		card, err := store.ContactCard(ctx, t.Person, keys)
		if err != nil {
			return out, err
		}
		out.Contact = card.Code
		for _, e := range card.Endpoints {
			for _, k := range keys(e.Kind, e.Address) {
				hashes, addresses[string(k)] = append(hashes, k), e.Address
			}
		}
	}
	rows, err := store.StopsAbout(ctx, t.Person, hashes)
	if err != nil {
		return out, err
	}
	holders, err := store.StopHolders(ctx, keys)
	for _, r := range rows {
		r.Holders = holders[string(r.Key)]
		out.Entries = append(out.Entries, ShownStop{StopRow: r, Address: addresses[string(r.Key)]})
	}
	return out, err
}

// LiftStore is what lifting an entry needs of the database.
type LiftStore interface {
	LiftStop(ctx context.Context, o view.LiftOrder) (view.StopLifted, error)
}

// LiftRequest asks for an entry of the list to be lifted.
type LiftRequest struct {
	ID int64
	// Proof is what proves that the person asked to be contacted again, Words what
	// they said; both are needed.
	Proof, Words string
	Actor        string
	Now          time.Time // business time
}

// Lift lifts one entry of the do-not-contact list by the person's own explicit
// wish, which staff attest. Nothing else lifts one: no import, no merge. Other
// entries about the same person or address stand. Errors: opt_in_proof, not_found,
// stop_lifted.
func Lift(ctx context.Context, store LiftStore, r LiftRequest) (view.StopLifted, error) {
	proof, words := strings.TrimSpace(r.Proof), strings.TrimSpace(r.Words)
	if proof == "" || words == "" {
		return view.StopLifted{}, &survey.Error{Kind: survey.Invalid, Code: survey.CodeOptInProof}
	}
	return store.LiftStop(ctx, view.LiftOrder{ID: r.ID, Source: proof, Words: words, Actor: r.Actor, Now: r.Now})
}
