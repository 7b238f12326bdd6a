package console

import (
	"context"
	"net/http"
	"strconv"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/templates"
)

// focalStore is what the screens of focal persons need of the database.
type focalStore interface {
	dispatch.FocalStore
	DoubtfulContacts(ctx context.Context, units []string, limit int) ([]view.UnitContact, error)
}

const (
	focalPath    = "/focal"
	changesPath  = "/focal/changes"
	focalRows    = 50
	mostDoubtful = 500
)

func (v *visit) focal() {
	page, err := v.focalScreen()
	if err != nil {
		v.fail(err)
		return
	}
	v.show(http.StatusOK, page)
}

func (v *visit) focalScreen() (templates.Focal, error) {
	all, err := v.Store.Focals(v.ctx)
	if err != nil {
		return templates.Focal{}, err
	}
	t, err := v.Store.Territory(v.ctx)
	if err != nil {
		return templates.Focal{}, err
	}
	page := templates.Focal{Shell: v.shell("contacts"), Days: int(dispatch.FocalInvited.Hours() / 24)}
	now := v.Clock.Real()
	for _, f := range all {
		page.Waiting += f.Open
		page.People = append(page.People, templates.FocalAccount{ID: f.ID, Name: f.Name, Unit: dispatch.UnitName(t, f.Unit), Code: f.Unit, Until: f.Until.In(v.Zone), Seen: v.local(f.SeenAt),
			Waiting: f.Open, Ended: !f.EndedAt.IsZero() || !f.Until.After(now)})
	}
	for _, u := range dispatch.UnitsOfToday(t) {
		page.Units = append(page.Units, templates.UnitChoice{Code: u.Code, Label: u.Name + " (" + u.Code + ")"})
	}
	return page, nil
}

// inviteFocal makes the link of a unit's focal person, and shows it this once.
func (v *visit) inviteFocal() {
	name, unit := v.r.PostFormValue("name"), v.r.PostFormValue("unit")
	secret, err := dispatch.InviteFocal(v.ctx, v.Store, dispatch.FocalRequest{Name: name, Unit: unit, Actor: v.account.Login, Now: v.Clock.Real()})
	kind := survey.KindOf(err)
	if err != nil && kind != survey.Invalid && kind != survey.NotFound {
		v.fail(err)
		return
	}
	page, bad := v.focalScreen()
	if bad != nil {
		v.fail(bad)
		return
	}
	if err != nil {
		page.Typed, page.Unit = name, unit
		page.Wrong = v.words(err)
		if kind == survey.NotFound {
			page.Wrong = v.Templates.Sentence(string(v.lang()), "focal.wrong.unit")
		}
		v.show(http.StatusUnprocessableEntity, page)
		return
	}
	page.Link, page.LinkName = v.Public+focalRoot+secret, name
	v.show(http.StatusOK, page)
}

// focalRoot is where the pages of focal persons are on the public listener: see
// dispatch/focal, which this room does not import.
const focalRoot = "/d/"

func (v *visit) endFocal() {
	id, err := strconv.ParseInt(v.r.PathValue("id"), 10, 64)
	if err != nil {
		v.fail(notFound())
		return
	}
	ended, err := v.Store.EndFocal(v.ctx, id, view.Audit{At: v.Clock.Real(), Actor: v.account.Login, Act: "focal"})
	if err == nil && !ended {
		err = notFound()
	}
	if err != nil {
		v.fail(err)
		return
	}
	v.tell("focal.ended")
	v.goTo(focalPath)
}

func (v *visit) changes() {
	page, err := v.changesScreen()
	if err != nil {
		v.fail(err)
		return
	}
	v.show(http.StatusOK, page)
}

func (v *visit) changesScreen() (templates.FocalChanges, error) {
	after, _ := strconv.ParseInt(v.r.FormValue("after"), 10, 64)
	all, err := v.Store.FocalChanges(v.ctx, 0, max(after, 0), focalRows+1)
	if err != nil {
		return templates.FocalChanges{}, err
	}
	t, err := v.Store.Territory(v.ctx)
	page := templates.FocalChanges{Shell: v.shell("contacts"), After: max(after, 0)}
	if len(all) > focalRows {
		all = all[:focalRows]
		page.Next = all[focalRows-1].ID
	}
	for _, c := range all {
		name := c.Before.Name
		if c.Kind == view.FocalNew {
			name = c.After.Name
		}
		line := templates.FocalChange{ID: c.ID, Kind: string(c.Kind), Name: name, Unit: dispatch.UnitName(t, c.Unit), By: c.FocalName, At: c.At.In(v.Zone)}
		for _, f := range []templates.ImportChange{{Field: "name", From: c.Before.Name, To: c.After.Name}, {Field: "phone", From: c.Before.Phone, To: c.After.Phone},
			{Field: "mail", From: c.Before.Mail, To: c.After.Mail}, {Field: "position", From: c.Before.Position, To: c.After.Position}} {
			if c.Kind != view.FocalLeft && f.From != f.To {
				line.Fields = append(line.Fields, f)
			}
		}
		page.Changes = append(page.Changes, line)
	}
	return page, err
}

// decideFocal accepts or refuses one proposal.
func (v *visit) decideFocal() {
	id, err := strconv.ParseInt(v.r.PathValue("id"), 10, 64)
	do := v.r.PostFormValue("do")
	if err != nil || do != "accept" && do != "refuse" {
		v.fail(notFound())
		return
	}
	err = dispatch.DecideFocal(v.ctx, v.Store, view.FocalDecision{ID: id, Accept: do == "accept", Actor: v.account.Login, Now: v.Clock.Now()})
	if kind := survey.KindOf(err); err != nil && (kind == survey.Conflict || kind == survey.Invalid) {
		page, bad := v.changesScreen()
		if bad != nil {
			v.fail(bad)
			return
		}
		page.Wrong = v.Templates.Sentence(string(v.lang()), "focal.wrong.same")
		v.show(http.StatusUnprocessableEntity, page)
		return
	}
	if err != nil {
		v.fail(err)
		return
	}
	v.tell("focal." + do)
	where := changesPath
	if after, err := strconv.ParseInt(v.r.PostFormValue("after"), 10, 64); err == nil && after > 0 {
		where += "?after=" + strconv.FormatInt(after, 10)
	}
	v.goTo(where)
}

// doubtful is the list of a unit's people who cannot be reached, or have an address that
// died: printed, sent, and taken back.
func (v *visit) doubtful() {
	units, err := dispatch.FocalUnits(v.ctx, v.Store, v.r.FormValue("unit"))
	if err != nil {
		v.fail(err)
		return
	}
	people, err := v.Store.DoubtfulContacts(v.ctx, units, mostDoubtful+1)
	if err != nil {
		v.fail(err)
		return
	}
	t, err := v.Store.Territory(v.ctx)
	if err != nil {
		v.fail(err)
		return
	}
	page := templates.FocalDoubtful{Shell: v.shell("contacts"), Unit: dispatch.UnitName(t, units[0]), More: len(people) > mostDoubtful}
	for _, p := range people[:min(len(people), mostDoubtful)] {
		f := dispatch.FieldsOf(p)
		page.People = append(page.People, templates.FocalLine{ID: int64(p.ID), Name: f.Name, Phone: f.Phone, Mail: f.Mail, Position: f.Position, Dead: p.Dead > 0})
	}
	v.show(http.StatusOK, page)
}
