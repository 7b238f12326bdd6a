package console

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/templates"
)

// contactsStore is what the screens of contacts and the help desk need of the database.
type contactsStore interface {
	dispatch.BrowseStore
	dispatch.DeskStore
	dispatch.EditStore
	dispatch.HoursStore
	dispatch.ConsentStore
	dispatch.StopStore
	dispatch.LiftStore
	dispatch.CodeStore
	dispatch.ResendOneStore
	dispatch.LinkStore
	dispatch.DossierStore
	dispatch.EraseStore
	dispatch.PairStore
	dispatch.PeopleStore
	dispatch.UnmergeStore
	dispatch.CoverageStore
	AttributeNames(ctx context.Context) ([]string, error)
}

// contactsAtOnce is how many people a page has.
const contactsAtOnce = 50

// contacts is a page of the list, as the address says.
func (v *visit) contacts() {
	q := v.r.URL.Query()
	v.showContacts("", findOf(q.Get), q.Get("after"))
}

// findContacts looks for somebody. What was typed comes by POST, so that no name or number
// ever stands in an address.
func (v *visit) findContacts() {
	text, find := strings.TrimSpace(v.r.PostFormValue("q")), findOf(v.r.PostFormValue)
	if text == "" && v.r.Header.Get("Hx-Request") == "" {
		v.goTo(find.Href(0))
		return
	}
	if text == "" {
		v.w.Header().Set("Hx-Push-Url", find.Href(0))
	}
	v.showContacts(text, find, v.r.PostFormValue("after"))
}

func findOf(value func(string) string) templates.ContactFind {
	f := templates.ContactFind{Unit: strings.TrimSpace(value("unit")), Has: value("has"), Field: value("field"), Value: strings.TrimSpace(value("value")), Left: value("left") != ""}
	if f.Field == "" || f.Value == "" {
		f.Field, f.Value = "", ""
	}
	return f
}

// conditionOf is what narrows the list, as the use case asks for it.
func conditionOf(f templates.ContactFind) dispatch.BrowseQuery {
	q := dispatch.BrowseQuery{ContactQuery: dispatch.ContactQuery{Unit: f.Unit, WithLeft: f.Left, Limit: contactsAtOnce}}
	switch f.Has {
	case "email":
		q.Email = true
	case "mobile":
		q.Mobile = true
	case "no_email":
		q.NoEmail = true
	case "no_mobile":
		q.NoMobile = true
	case "unreachable":
		q.Unreachable = true
	case "suppressed":
		q.Suppressed = true
	case "no_consent":
		q.NoConsent = survey.Channels()
	}
	if f.Field != "" {
		q.Eligible = dispatch.FieldIs(f.Field, f.Value)
	}
	return q
}

func (v *visit) showContacts(text string, find templates.ContactFind, after string) {
	page := templates.Contacts{Shell: v.shell("contacts"), Search: text, Find: find}
	if v.r.Method == http.MethodPost { // the other language has no address of its own
		page.Here = "/contacts"
	}
	var err error
	if page.Fields, err = v.columns(); err != nil {
		v.fail(err)
		return
	}
	q := conditionOf(find)
	q.Search, q.Keys = text, v.Keys.AddressKey
	n, _ := strconv.ParseInt(after, 10, 64)
	q.After, page.First = survey.ContactID(max(n, 0)), n <= 0
	store := knownUnits{contactsStore: v.Store}
	if find.Unit != "" {
		ready := false
		if store.units, ready, err = v.units(); err == nil && !ready {
			page.Reading = true
			page.Here = find.Href(n)
			v.show(http.StatusOK, page)
			return
		}
	}
	var found view.Browsed
	if err == nil {
		found, err = dispatch.BrowseContacts(v.ctx, store, q)
	}
	if kind := survey.KindOf(err); err != nil && kind == survey.Invalid {
		page.Wrong = v.words(err)
		v.show(http.StatusUnprocessableEntity, page)
		return
	}
	if err != nil {
		v.fail(err)
		return
	}
	page.People, page.Next, page.Looked = contactLines(found.Lines), int64(found.Next), found.Looked
	page.Empty = len(page.People) == 0 && page.First && page.Next == 0 && text == "" && !find.Narrows() && v.nobodyEver()
	v.show(http.StatusOK, page)
}

// nobodyEver reports whether the list is empty, those who left included.
func (v *visit) nobodyEver() bool {
	all, err := dispatch.BrowseContacts(v.ctx, v.Store, dispatch.BrowseQuery{ContactQuery: dispatch.ContactQuery{WithLeft: true, Limit: 1, Keys: v.Keys.AddressKey}})
	return err == nil && len(all.Lines) == 0
}

// columns are the columns that a list may be narrowed by: what everybody has, and the
// office's own.
func (v *visit) columns() ([]templates.FieldChoice, error) {
	own, err := v.Store.AttributeNames(v.ctx)
	var out []templates.FieldChoice
	for _, key := range append([]string{"sex", "birth", "language"}, own...) {
		if !v.attributes()[key].Dropped {
			out = append(out, templates.FieldChoice{Field: key, Text: v.fieldWords(key)})
		}
	}
	return out, err
}

func contactLines(in []view.ContactLine) []templates.ContactLine {
	out := make([]templates.ContactLine, len(in))
	for i, c := range in {
		out[i] = templates.ContactLine{ID: int64(c.ID), Name: string(c.Name), Code: c.Code, Unit: c.Unit, Mail: c.Mail, Mobile: c.Mobile, Left: c.Left,
			Merged: c.MergedInto != 0, Suppressed: c.Suppressed, Barred: words(c.Barred), NoConsent: words(c.NoConsent)}
	}
	return out
}

// words are codes as texts.
func words[S ~string](in []S) []string {
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = string(s)
	}
	return out
}

// coverage is how many can be reached, by unit or by a column: numbers only.
func (v *visit) coverage() {
	page := templates.Coverage{Shell: v.shell("contacts"), By: v.r.URL.Query().Get("by")}
	var err error
	if page.Fields, err = v.columns(); err != nil {
		v.fail(err)
		return
	}
	if !slices.ContainsFunc(page.Fields, func(f templates.FieldChoice) bool { return f.Field == page.By }) {
		page.By = "unit"
	}
	page.ByText = v.fieldWords(page.By)
	lines, at, ready, err := counted(v, v.lists.coverageBy(page.By), countFresh, func(ctx context.Context) ([]view.Coverage, error) {
		lines, err := dispatch.Coverage(ctx, v.Store, dispatch.CoverageRequest{By: page.By, Keys: v.Keys.AddressKey})
		if survey.KindOf(err) == survey.NotFound { // a list without units has one line
			err = nil
		}
		return lines, err
	})
	if err != nil && !ready {
		v.fail(err)
		return
	}
	page.Counting, page.Counted = !ready, v.local(at)
	v.coverLines(&page, lines)
	v.show(http.StatusOK, page)
}

// mostCovered is how many lines a table of coverage has.
const mostCovered = 100

// coverLines puts the largest first, and adds everybody up.
func (v *visit) coverLines(page *templates.Coverage, lines []view.Coverage) {
	lines = slices.Clone(lines)
	slices.SortStableFunc(lines, func(a, b view.Coverage) int { return b.People - a.People })
	page.All = covered(dispatch.CoverageTotal(lines))
	for i, l := range lines {
		if i == mostCovered {
			page.More = len(lines) - i
			break
		}
		page.Lines = append(page.Lines, covered(l))
	}
}

func covered(l view.Coverage) templates.CoverageLine {
	return templates.CoverageLine{Name: l.Stratum, People: l.People, Mail: l.Mail, Mobile: l.Mobile, Both: l.Both, Neither: l.Neither, Landline: l.Landline,
		Suppressed: l.Suppressed, Dead: l.Dead, Shared: l.Shared}
}
