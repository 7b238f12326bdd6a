package console

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/templates"
)

// unitStore is what the screens of units need of the database.
type unitStore interface {
	dispatch.UnitListStore
	dispatch.UnitChangeStore
	RecordAudit(ctx context.Context, a view.Audit) error
}

const unitsPath = "/units"

// tree is what was counted.
type tree struct {
	list      dispatch.UnitListing
	unmatched []dispatch.UnmatchedUnit
}

// mostUnmatched is how many names that mean no unit are listed.
const mostUnmatched = 100

// unitTree is what was counted last; it reads every contact, so nobody waits for it.
func (v *visit) unitTree() (tree, bool) {
	t, _, ready, err := counted(v, &v.lists.tree, unitsFresh, func(ctx context.Context) (t tree, err error) {
		if t.list, err = dispatch.ListUnits(ctx, v.Store); err == nil {
			t.unmatched, err = dispatch.UnmatchedUnits(ctx, v.Store, mostUnmatched)
		}
		return t, err
	})
	if err != nil {
		v.Logger.ErrorContext(v.ctx, "units cannot be counted", "code", survey.CodeOf(err))
	}
	return t, ready
}

func (v *visit) showUnits() { v.show(http.StatusOK, v.unitsScreen()) }

func (v *visit) unitsScreen() templates.Units {
	t, ok := v.unitTree()
	page := templates.Units{Shell: v.shell("contacts"), Counting: !ok, Untied: t.list.Untied, Nowhere: t.list.Nowhere, MayImport: v.account.Role.May(staff.Administer)}
	for _, x := range t.list.Versions {
		page.Versions = append(page.Versions, templates.UnitVersion{Name: strings.TrimPrefix(x.Version, "<"), Before: strings.HasPrefix(x.Version, "<"), Since: x.ValidFrom, Units: x.Units})
	}
	for _, u := range t.list.Units {
		page.Lines = append(page.Lines, templates.UnitLine{Code: u.Code, Name: u.Name, Depth: strings.Repeat("· ", u.Depth), People: u.People, All: u.All,
			Aliases: strings.Join(u.Aliases, "; "), Formerly: strings.Join(u.Formerly, "; ")})
	}
	for _, u := range t.unmatched {
		line := templates.UnmatchedUnit{Text: u.Text, People: u.People, Ambiguous: len(u.Candidates) > 0}
		for _, label := range u.Candidates {
			line.Candidates = append(line.Candidates, templates.UnitChoice{Code: codeOfLabel(label), Label: label})
		}
		page.Unmatched = append(page.Unmatched, line)
	}
	return page
}

// codeOfLabel is the code at the end of what a unit is told from its namesakes by.
func codeOfLabel(label string) string {
	at := strings.LastIndexByte(label, '(')
	return strings.TrimSuffix(label[at+1:], ")")
}

// alias gives a unit another name, and tells the units of people anew; where many
// people are looked at, that goes on after the answer.
func (v *visit) alias() {
	text, code := v.r.PostFormValue("text"), v.r.PostFormValue("code")
	if label := strings.TrimSpace(code); strings.HasSuffix(label, ")") && strings.Contains(label, "(") {
		code = codeOfLabel(label)
	}
	r := dispatch.AliasRequest{Code: code, Alias: text, Actor: v.account.Login, Now: v.Clock.Now()}
	audit := view.Audit{At: r.Now, Actor: r.Actor, Act: "setting", Detail: map[string]any{"unit": r.Code, "alias": r.Alias}}
	err, over := v.beside(func(ctx context.Context) error {
		defer v.lists.tree.forget()
		_, err := dispatch.AddUnitAlias(ctx, v.Store, r)
		if err == nil {
			err = v.Store.RecordAudit(ctx, audit)
		}
		return err
	})
	if !over {
		v.tell("units.goes")
		v.goTo(unitsPath)
		return
	}
	if err != nil {
		v.refuseUnits(err, func(page *templates.Units) { page.Text, page.Code = text, code })
		return
	}
	v.tell("units.alias")
	v.goTo(unitsPath)
}

// beside does work on the whole list, waits a little for its end, and leaves it to go on
// after the answer; over is false then.
func (v *visit) beside(work func(context.Context) error) (err error, over bool) { //nolint:revive // over says whether there is an error yet
	ended := make(chan error, 1)
	go func() {
		err := work(v.importing.alive)
		if err != nil && survey.KindOf(err) != survey.Invalid && survey.KindOf(err) != survey.Conflict {
			v.Logger.Error("work on the list failed", "route", v.r.Pattern, "code", survey.CodeOf(err))
		}
		ended <- err
	}()
	wait := time.NewTimer(lookFor)
	defer wait.Stop()
	select {
	case err = <-ended:
		return err, true
	case <-wait.C:
		return nil, false
	}
}

// refuseUnits says why nothing was done, and keeps what was typed.
func (v *visit) refuseUnits(why error, typed func(*templates.Units)) {
	switch kind := survey.KindOf(why); {
	case errors.Is(why, errTooLarge), errors.Is(why, errNoFile):
	case kind == survey.Internal, kind == survey.Unavailable:
		v.fail(why)
		return
	}
	page := v.unitsScreen()
	switch {
	case errors.Is(why, errTooLarge):
		page.Wrong = v.Templates.Sentence(string(v.lang()), "units.wrong.large")
	case errors.Is(why, errNoFile):
		page.Wrong = v.Templates.Sentence(string(v.lang()), "units.wrong.empty")
	default:
		page.Wrong = v.unitWords(why)
	}
	typed(&page)
	v.show(http.StatusUnprocessableEntity, page)
}

// unitWords is what is wrong with a list of units, line by line.
func (v *visit) unitWords(err error) string {
	var several interface{ Unwrap() []error }
	if errors.As(err, &several) {
		var all []string
		const most = 5
		for _, one := range several.Unwrap()[:min(len(several.Unwrap()), most)] {
			all = append(all, v.unitWords(one))
		}
		return strings.Join(all, " ")
	}
	words := v.words(err)
	var e *survey.Error
	if errors.As(err, &e) && e.Where != "" {
		words = e.Where + ": " + words
	}
	return words
}

// importUnits stores a version of the units, or tries it.
func (v *visit) importUnits() {
	f, err := readUploadForm(v.r)
	if err != nil {
		v.refuseUnits(err, func(*templates.Units) {})
		return
	}
	version := strings.TrimSpace(f.fields["version"])
	from, dated := dayOf(cmp.Or(strings.TrimSpace(f.fields["from"]), version))
	typed := func(page *templates.Units) { page.Version, page.From = version, f.fields["from"] }
	if !dated {
		v.refuseUnits(&survey.Error{Kind: survey.Invalid, Code: survey.CodeUsage, Where: "valid_from"}, func(page *templates.Units) {
			typed(page)
			page.Wrong = v.Templates.Sentence(string(v.lang()), "units.wrong.day")
		})
		return
	}
	r, err := dispatch.ImportUnits(v.ctx, v.Store, dispatch.UnitImport{Source: f.name, List: bytes.NewReader(f.content), Version: version, ValidFrom: from,
		Actor: v.account.Login, DryRun: f.fields["try"] != "", Now: v.Clock.Now()})
	if err != nil {
		v.refuseUnits(err, typed)
		return
	}
	if r.Stored {
		err = v.Store.RecordAudit(v.ctx, view.Audit{At: v.Clock.Now(), Actor: v.account.Login, Act: "setting", Detail: map[string]any{"units": version, "n": r.Units}})
		if err != nil {
			v.fail(err)
			return
		}
	}
	v.lists.tree.forget()
	page := v.unitsScreen()
	page.Report = &templates.UnitReport{Version: r.Version, Units: r.Units, Ties: r.Ties, Ended: strings.Join(r.Ended, "; "), Stored: r.Stored, Tried: r.DryRun,
		Tied: r.Rematch.Tied, Moved: r.Rematch.Moved, Untied: r.Rematch.Untied}
	if r.DryRun {
		typed(&page)
	}
	v.show(http.StatusOK, page)
}

// dayOf reads a day as offices or browsers write it.
func dayOf(text string) (time.Time, bool) {
	for _, layout := range []string{time.DateOnly, "02/01/2006"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}
