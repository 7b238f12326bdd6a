package dispatch

import (
	"context"
	"strings"

	"canvass/dispatch/contactlist"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// BrowseStore is what looking through the contact list needs of the database.
type BrowseStore interface {
	UnitStore
	Browse(ctx context.Context, b view.Browse, keys view.AddressKeys) (view.Browsed, error)
}

// BrowseQuery is a page of the contact list as staff ask for it while they type. Of the
// query Search is the beginning of a mailbox or of a number, words of a name of which the
// last may be begun, or a code; Shared, Dead, Twins, Import and ByName are not looked at.
type BrowseQuery struct {
	ContactQuery
	Email, Mobile bool // has a live one
}

// leastFigures is from how many figures on a text is taken for a telephone number.
const leastFigures = 4

// BrowseContacts lists a page of the contact list in a time that does not grow with the
// list: names and addresses are found by their indexes, and any other filter looks at some
// thousands of contacts at once and says where to go on. Errors: eligibility.
func BrowseContacts(ctx context.Context, store BrowseStore, q BrowseQuery) (view.Browsed, error) {
	text := strings.TrimSpace(q.Search)
	q.Search = ""
	f, some, err := q.filter(ctx, store)
	if err != nil || !some {
		return view.Browsed{}, err
	}
	f.After, f.Limit = q.After, q.Limit
	const page = 50
	if f.Limit <= 0 {
		f.Limit = page
	}
	b := view.Browse{ContactFilter: f, Email: q.Email, Mobile: q.Mobile}
	if text != "" {
		lookFor(&b, text)
		if !b.Searches() { // nothing but signs: nobody has that
			return view.Browsed{}, nil
		}
	}
	return store.Browse(ctx, b, q.Keys)
}

// lookFor reads what somebody typed.
func lookFor(b *view.Browse, text string) {
	lower := strings.ToLower(text)
	spaced := strings.ContainsAny(text, " \t\u00a0")
	if strings.Contains(text, "@") {
		b.Starts = []view.AddressStart{{Kind: survey.EmailAddress, Text: lower}}
		return
	}
	b.Words = strings.Fields(contactlist.SearchKey(text))
	if !spaced {
		b.Code = lower
	}
	if strings.Contains(text, ".") && !spaced {
		b.Starts = append(b.Starts, view.AddressStart{Kind: survey.EmailAddress, Text: lower})
	}
	for _, start := range phoneStarts(text) {
		b.Starts = append(b.Starts, view.AddressStart{Kind: survey.PhoneNumber, Text: start})
	}
}

// phoneStarts are the beginnings in E.164 that a text may be, when it is a number however
// it is written, whole or not yet. A whole one is read as lists are: old prefixes become
// the new ones.
func phoneStarts(text string) []string {
	if strings.Trim(text, "0123456789 \t\u00a0+.-–/()") != "" {
		return nil
	}
	figures := figuresOf(text)
	if len(figures) < leastFigures {
		return nil
	}
	var out []string
	for _, n := range contactlist.ParsePhone(text).Numbers {
		out = append(out, n.E164)
	}
	if len(out) > 0 {
		return out
	}
	const home = "+84"
	switch {
	case strings.HasPrefix(figures, "00"):
		return []string{"+" + figures[2:]}
	case strings.HasPrefix(strings.TrimLeft(text, " \t("), "+"):
		return []string{"+" + figures}
	case figures[0] == '0':
		return []string{home + figures[1:]}
	case strings.HasPrefix(figures, home[1:]):
		return []string{"+" + figures, home + figures}
	}
	return []string{home + figures}
}

// FieldIs is the condition that a field of the list has a value, whatever signs are in it.
func FieldIs(field, value string) string {
	return "[" + strings.ReplaceAll(field, "]", "") + `] = "` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value) + `"`
}
