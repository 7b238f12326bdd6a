package console

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"canvass/dispatch"
	"canvass/dispatch/contactlist"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/templates"
)

// columnStore is what the screen of the office's own columns needs of the database.
type columnStore interface {
	dispatch.AttributeStore
	AttributeUse(ctx context.Context, most int) ([]view.AttributeUse, error)
}

// mostValues is how many values of a column are shown, the most frequent first.
const mostValues = 50

// attributes is what was said of the office's own columns, read once a visit. A screen that
// cannot read it shows keys.
func (v *visit) attributes() survey.Attributes {
	if v.said == nil {
		all, err := v.Store.Attributes(v.ctx)
		if err != nil {
			v.Logger.ErrorContext(v.ctx, "the names of columns cannot be read", "code", survey.CodeOf(err))
		}
		v.said = &all
	}
	return *v.said
}

// columnsOfList shows the office's own columns, and one of them with its values.
func (v *visit) columnsOfList() { v.showColumns(v.r.URL.Query().Get("of"), "", nil) }

// columnHref is the address of a column.
func columnHref(key string) string { return "/columns?of=" + url.QueryEscape(key) }

func (v *visit) showColumns(of, do string, why error) {
	page := templates.Columns{Shell: v.shell("people"), Tabs: adminTabs("columns"), Do: do, Form: map[string]string{}}
	use, at, ready, err := counted(v, &v.lists.columns, countFresh, func(ctx context.Context) ([]view.AttributeUse, error) {
		return v.Store.AttributeUse(ctx, mostValues)
	})
	if err != nil && !ready {
		v.fail(err)
		return
	}
	page.Counting, page.Counted = !ready, v.local(at)
	said := v.attributes()
	for _, u := range use {
		page.Lines = append(page.Lines, templates.ColumnLine{Key: u.Key, Text: said.Called(u.Key, v.lang()), Href: columnHref(u.Key), People: u.People, Kinds: u.Kinds,
			Spellings: len(said[u.Key].Means), Dropped: said[u.Key].Dropped})
	}
	for key, a := range said {
		if !slices.ContainsFunc(use, func(u view.AttributeUse) bool { return u.Key == key }) {
			page.Lines = append(page.Lines, templates.ColumnLine{Key: key, Text: said.Called(key, v.lang()), Href: columnHref(key), Spellings: len(a.Means), Dropped: a.Dropped})
		}
	}
	slices.SortFunc(page.Lines, func(a, b templates.ColumnLine) int { return strings.Compare(a.Key, b.Key) })
	if i := slices.IndexFunc(page.Lines, func(l templates.ColumnLine) bool { return l.Key == of }); i >= 0 {
		page.One = columnOf(page.Lines[i], use, said[of])
	} else if of != "" && ready && why == nil {
		v.fail(&survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound})
		return
	}
	status := http.StatusOK
	if why != nil {
		status, page.Why = http.StatusUnprocessableEntity, v.words(why)
		for name, typed := range v.r.PostForm {
			page.Form[name] = typed[0]
		}
	}
	v.show(status, page)
}

// columnOf is a column with its values. A value that differs from a more frequent one in
// accents and case only is proposed for it.
func columnOf(line templates.ColumnLine, use []view.AttributeUse, said survey.Attribute) *templates.ColumnScreen {
	one := &templates.ColumnScreen{ColumnLine: line, Name: said.Name[survey.Vietnamese], NameEN: said.Name[survey.English]}
	alike := map[string]string{}
	for _, u := range use {
		if u.Key != line.Key {
			continue
		}
		one.More = u.Kinds - len(u.Values)
		for _, value := range u.Values {
			fold := contactlist.SearchKey(value.Value)
			one.Values = append(one.Values, templates.ColumnValue{Value: value.Value, People: value.People, Alike: alike[fold]})
			if alike[fold] == "" {
				alike[fold] = value.Value
			}
		}
	}
	for spelling, value := range said.Means {
		one.Means = append(one.Means, templates.Pair{Name: spelling, Value: value})
	}
	slices.SortFunc(one.Means, func(a, b templates.Pair) int { return strings.Compare(a.Name, b.Name) })
	return one
}

// setColumn names a column, joins spellings of a value, drops a column, or takes it again.
// Many people are rewritten after the answer.
func (v *visit) setColumn() {
	text := v.r.PostFormValue
	key, do := text("key"), text("do")
	r := dispatch.AttributeRequest{Key: key, By: view.Audit{At: v.Clock.Real(), Actor: v.account.Login}}
	var work func(context.Context) error
	switch do {
	case "name":
		names := map[survey.Lang]string{survey.Vietnamese: text("name"), survey.English: text("name_en")}
		work = func(ctx context.Context) error { return dispatch.NameAttribute(ctx, v.Store, r, names) }
	case "join":
		from, to := text("from"), text("to")
		work = func(ctx context.Context) error {
			_, err := dispatch.JoinValues(ctx, v.Store, r, from, to)
			return err
		}
	case "take":
		work = func(ctx context.Context) error { return dispatch.TakeAttribute(ctx, v.Store, r) }
	case "drop":
		if strings.TrimSpace(text("typed")) != key {
			v.showColumns(key, do, &survey.Error{Kind: survey.Invalid, Code: survey.CodeAttributeInvalid, Where: "typed", Args: map[string]string{"key": key}})
			return
		}
		work = func(ctx context.Context) error {
			_, err := dispatch.DropAttribute(ctx, v.Store, r)
			return err
		}
	default:
		v.fail(&survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound})
		return
	}
	err, over := v.beside(func(ctx context.Context) error {
		defer v.lists.forgetColumns()
		return work(ctx)
	})
	switch kind := survey.KindOf(err); {
	case !over:
		v.tell("columns.goes")
	case err == nil:
		v.tell("columns." + do)
	case kind == survey.Invalid:
		v.showColumns(key, do, err)
		return
	default:
		v.fail(err)
		return
	}
	v.goTo(columnHref(key))
}
