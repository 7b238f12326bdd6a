package dispatch

import (
	"context"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"canvass/dispatch/contactlist"
	"canvass/dispatch/disposition"
	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/token"
)

// ParseContactRef reads how somebody named a contact: by ID or by code. Figures
// alone are an ID first; with a zero before them they are a code only, because
// nobody writes an ID so.
func ParseContactRef(text string) view.ContactRef {
	ref := view.ContactRef{Code: strings.TrimSpace(text)}
	if n, err := strconv.ParseUint(ref.Code, 10, 63); err == nil && ref.Code[0] != '0' {
		ref.ID = survey.ContactID(n)
	}
	return ref
}

// PersonStore is what looking at one person needs of the database.
type PersonStore interface {
	FindContact(ctx context.Context, ref view.ContactRef) (survey.ContactID, error)
	ContactCard(ctx context.Context, id survey.ContactID, keysOf func(survey.EndpointKind, string) [][]byte) (view.ContactCard, error)
}

// ShowContact looks at one person, named by ID or code: all but their answers
// and their words.
func ShowContact(ctx context.Context, store PersonStore, keys *token.Keyring, ref string) (view.ContactCard, error) {
	id, err := store.FindContact(ctx, ParseContactRef(ref))
	if err != nil {
		return view.ContactCard{}, err
	}
	return store.ContactCard(ctx, id, keys.AddressKey)
}

// PersonRequest asks for something to be done about one person that goes on
// record.
type PersonRequest struct {
	Ref    string // ID or code
	Reason string
	Actor  string
	Now    time.Time // business time
}

// reasoned refuses what is to go on record without a reason.
func reasoned(reason string) error {
	if strings.TrimSpace(reason) == "" {
		return &survey.Error{Kind: survey.Invalid, Code: survey.CodeReasonMissing}
	}
	return nil
}

// DossierStore is what exporting a person needs of the database.
type DossierStore interface {
	FindContact(ctx context.Context, ref view.ContactRef) (survey.ContactID, error)
	Dossier(ctx context.Context, o view.DossierOrder, keysOf func(survey.EndpointKind, string) [][]byte) (view.Dossier, error)
}

// WriteDossier writes everything held about one person as one JSON document,
// for the person. That it was done is on record before a byte is written.
func WriteDossier(ctx context.Context, store DossierStore, keys *token.Keyring, r PersonRequest, w io.Writer) error {
	if err := reasoned(r.Reason); err != nil {
		return err
	}
	id, err := store.FindContact(ctx, ParseContactRef(r.Ref))
	if err != nil {
		return err
	}
	d, err := store.Dossier(ctx, view.DossierOrder{ContactID: id, Reason: r.Reason, Actor: r.Actor, Now: r.Now}, keys.AddressKey)
	if err != nil {
		return err
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(d)
}

// EraseStore is what erasing a person needs of the database.
type EraseStore interface {
	PersonStore
	ErasePerson(ctx context.Context, o view.Erasure) (view.Erased, error)
}

// ErasePerson erases one person across everything that can name them. Frames,
// draws, outcome rates and the answers to closed questions stay, and name nobody.
// The reason stays too, so one that names the person is refused with
// reason_names_person. Whoever was erased is not_found from then on.
func ErasePerson(ctx context.Context, store EraseStore, keys *token.Keyring, r PersonRequest) (view.Erased, error) {
	if err := reasoned(r.Reason); err != nil {
		return view.Erased{}, err
	}
	card, err := ShowContact(ctx, store, keys, r.Ref)
	if err != nil {
		return view.Erased{}, err
	}
	if names(r.Reason, card) {
		return view.Erased{}, &survey.Error{Kind: survey.Invalid, Code: survey.CodeReasonNames}
	}
	return store.ErasePerson(ctx, view.Erasure{ContactID: card.ID, Reason: r.Reason, Actor: r.Actor, Now: r.Now,
		AddressKeys: keys.AddressKey, Names: func(words string) bool { return names(words, card) }, End: endErased})
}

// leastCode is the shortest code that is looked for in a reason: a shorter one
// is an everyday word or figure.
const leastCode = 4

// names reports whether text holds the person's name, code or an address of
// theirs, however spelt. Contacts that were merged are one person.
func names(text string, c view.ContactCard) bool {
	folded := " " + contactlist.SearchKey(text) + " "
	has := func(word string) bool {
		word = contactlist.SearchKey(word)
		return word != "" && strings.Contains(folded, " "+word+" ")
	}
	if has(string(c.Name)) || len(c.Code) >= leastCode && has(c.Code) {
		return true
	}
	same := c.MergedFrom
	if c.MergedInto != nil {
		same = append(slices.Clone(same), *c.MergedInto)
	}
	if slices.ContainsFunc(same, func(h view.Housemate) bool {
		return has(string(h.Name)) || len(h.Code) >= leastCode && has(h.Code)
	}) {
		return true
	}
	figures := figuresOf(text)
	return slices.ContainsFunc(c.Endpoints, func(e view.EndpointCard) bool {
		if e.Kind == survey.EmailAddress {
			return strings.Contains(strings.ToLower(text), strings.ToLower(e.Address))
		}
		phone := figuresOf(e.Address)
		return strings.Contains(figures, phone[max(len(phone)-nationalDigits, 0):])
	})
}

// nationalDigits is how many last figures of a Vietnamese number tell it apart,
// whether it begins with +84 or 0.
const nationalDigits = 9

func figuresOf(text string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
}

// endErased decides what an erasure does to one case. An open one ends as the
// person's refusal, by the rules of dispositions: who had answered enough before
// counts as a partial all the same. Words beside a choice and answers to open
// questions are blanked; codes and numbers stay.
func endErased(c view.Case) (view.CaseEnd, error) {
	var end view.CaseEnd
	if len(c.Answers) > 0 {
		q, err := published(c.Questionnaire)
		if err != nil {
			return end, err
		}
		for name, a := range c.Answers {
			if asked, ok := q.Question(name); a.Value != "" && (!ok || asked.Type == instrument.Text || asked.Type == instrument.Attachment) {
				end.Blank = append(end.Blank, name)
			}
		}
		slices.Sort(end.Blank)
	}
	if s := c.Invitation.State; s == survey.InvitationOpen || s == survey.InvitationStarted {
		f := c.Facts
		f.Refused = true
		end.Close, end.Reason = disposition.Code(f, c.Campaign.Listed)
	}
	return end, nil
}
