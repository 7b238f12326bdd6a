package console

import (
	"net/http"
	"strconv"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/templates"
)

func (v *visit) people() {
	page, err := v.peopleScreen()
	if err != nil {
		v.fail(err)
		return
	}
	v.show(http.StatusOK, page)
}

func (v *visit) peopleScreen() (templates.People, error) {
	all, err := v.Store.Staff(v.ctx)
	page := templates.People{Shell: v.shell("people"), Tabs: adminTabs("accounts")}
	for _, a := range all {
		page.Accounts = append(page.Accounts, templates.AccountLine{ID: int64(a.ID), Name: a.Name, Login: a.Login, Role: string(a.Role),
			Ended: !a.DisabledAt.IsZero(), Own: a.ID == v.account.ID})
	}
	for _, r := range staff.Roles() {
		page.Roles = append(page.Roles, string(r))
	}
	return page, err
}

// invite makes a link for one account, and shows it this once.
func (v *visit) invite() {
	role := staff.Role(v.r.PostFormValue("role"))
	secret, err := dispatch.InviteStaff(v.ctx, v.Store, role, v.account.ID, v.Clock.Real())
	if err != nil {
		v.refusePeople(err)
		return
	}
	page, err := v.peopleScreen()
	if err != nil {
		v.fail(err)
		return
	}
	page.Link, page.LinkRole = v.URL+"/join/"+secret, string(role)
	v.show(http.StatusOK, page)
}

func (v *visit) refusePeople(why error) {
	page, err := v.peopleScreen()
	if err != nil || survey.KindOf(why) == survey.Internal {
		v.fail(why)
		return
	}
	page.Wrong = v.words(why)
	v.show(http.StatusUnprocessableEntity, page)
}

// setAccount changes the role of another account, ends it, or lets it work again.
func (v *visit) setAccount() {
	id, err := strconv.ParseInt(v.r.PathValue("id"), 10, 64)
	all, errAll := v.Store.Staff(v.ctx)
	if errAll != nil {
		v.fail(errAll)
		return
	}
	a, found := staff.Account{}, false
	for _, one := range all {
		if err == nil && int64(one.ID) == id {
			a, found = one, true
		}
	}
	if !found {
		v.fail(&survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound})
		return
	}
	if a.ID == v.account.ID { // nobody locks themselves out
		v.fail(&survey.Error{Kind: survey.Forbidden, Code: survey.CodeNotYourRole})
		return
	}
	a.Password = "" // stays
	switch v.r.PostFormValue("do") {
	case "role":
		if a.Role = staff.Role(v.r.PostFormValue("role")); !a.Role.Valid() {
			v.refusePeople(&survey.Error{Kind: survey.Invalid, Code: survey.CodeRoleUnknown})
			return
		}
	case "end":
		a.DisabledAt = v.Clock.Real()
	case "again":
		a.DisabledAt = time.Time{}
	}
	if err := v.Store.SetStaff(v.ctx, a, view.Audit{At: v.Clock.Real(), Actor: v.account.Login}); err != nil {
		v.refusePeople(err)
		return
	}
	v.tell("set")
	v.goTo("/people")
}
