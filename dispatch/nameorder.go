package dispatch

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strings"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// nameOrder puts people in the order of a Vietnamese list: by given name, then
// family name, then what stands between; in each of them letters count before
// tones, and tones in their usual order (CLDR, vi). Equal names go by id.
type nameOrder struct {
	c *collate.Collator
	b collate.Buffer
}

func newNameOrder() *nameOrder { return &nameOrder{c: collate.New(language.Vietnamese)} }

// namePlace is somebody's place in the order.
type namePlace struct {
	id    survey.ContactID
	parts [3][]byte // sort keys of given, family and middle name
}

func (o *nameOrder) place(n view.ContactName) namePlace {
	words := strings.Fields(strings.ToLower(string(n.Name)))
	var parts [3]string
	if last := len(words) - 1; last >= 0 {
		parts[0] = words[last]
		if last > 0 {
			parts[1], parts[2] = words[0], strings.Join(words[1:last], " ")
		}
	}
	p := namePlace{id: n.ID}
	for i, s := range parts {
		p.parts[i] = bytes.Clone(o.c.KeyFromString(&o.b, s))
		o.b.Reset()
	}
	return p
}

func (p namePlace) compare(o namePlace) int {
	for i := range p.parts {
		if c := bytes.Compare(p.parts[i], o.parts[i]); c != 0 {
			return c
		}
	}
	return cmp.Compare(p.id, o.id)
}

// listByName lists the page that follows f.After in the order of names. Every
// name of the filter passes by, and no more than twice the page is kept; whoever
// comes or goes between two pages, nobody else is listed twice or missed.
func listByName(ctx context.Context, store ContactStore, f view.ContactFilter, keys view.AddressKeys) ([]view.ContactLine, error) {
	order := newNameOrder()
	var after *namePlace
	if f.After != 0 {
		last, err := store.ContactLines(ctx, []survey.ContactID{f.After}, keys)
		if err != nil {
			return nil, err
		}
		if len(last) == 0 {
			return nil, &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound, Where: "after"}
		}
		p := order.place(view.ContactName{ID: f.After, Name: last[0].Name})
		after = &p
	}
	limit := f.Limit
	f.After, f.Limit = 0, 0
	var page []namePlace
	for n, err := range store.ContactNames(ctx, f, keys) {
		if err != nil {
			return nil, err
		}
		if p := order.place(n); after == nil || after.compare(p) < 0 {
			page = append(page, p)
		}
		if len(page) == 2*limit {
			page = first(page, limit)
		}
	}
	page = first(page, limit)
	ids := make([]survey.ContactID, len(page))
	for i, p := range page {
		ids[i] = p.id
	}
	return store.ContactLines(ctx, ids, keys)
}

// first are the first n in order.
func first(page []namePlace, n int) []namePlace {
	slices.SortFunc(page, namePlace.compare)
	return page[:min(n, len(page))]
}
