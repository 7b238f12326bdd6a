package console

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/templates"
)

// mostOffered is how many campaigns a form offers to bind an account to, the latest first.
const mostOffered = 300

func (v *visit) people() {
	page, err := v.peopleScreen()
	if err != nil {
		v.fail(err)
		return
	}
	v.show(http.StatusOK, page)
}

func (v *visit) peopleScreen() (templates.People, error) {
	page := templates.People{Shell: v.shell("people"), Tabs: adminTabs("accounts"), Roles: roleWords()}
	all, err := v.Store.Staff(v.ctx)
	if err != nil {
		return page, err
	}
	for _, a := range all {
		page.Accounts = append(page.Accounts, v.accountLine(a))
	}
	needed, err := v.Store.SecondNeeded(v.ctx)
	if err != nil {
		return page, err
	}
	for _, r := range staff.Roles() {
		page.Second = append(page.Second, templates.Ticked{Value: string(r), Chosen: slices.Contains(needed, r)})
	}
	if page.Invitations, err = v.invitations(); err != nil {
		return page, err
	}
	page.Campaigns, err = v.choices(nil)
	return page, err
}

func roleWords() []string {
	var out []string
	for _, r := range staff.Roles() {
		out = append(out, string(r))
	}
	return out
}

func (v *visit) accountLine(a staff.Account) templates.AccountLine {
	return templates.AccountLine{ID: int64(a.ID), Name: a.Name, Login: a.Login, Role: string(a.Role), Ended: !a.DisabledAt.IsZero(), Own: a.ID == v.account.ID,
		Second: a.Second, Bound: a.Bound, Campaigns: len(a.Campaigns)}
}

// choices are the campaigns that an account may be bound to; what is chosen is always
// among them.
func (v *visit) choices(chosen []string) ([]templates.Ticked, error) {
	all, err := v.Store.Campaigns(v.ctx)
	if err != nil {
		return nil, err
	}
	slices.Reverse(all)
	var out []templates.Ticked
	for i, k := range all {
		if is := slices.Contains(chosen, k.Name); is || i < mostOffered {
			out = append(out, templates.Ticked{Value: k.Name, Label: v.title(k.Title, k.Name), Chosen: is})
		}
	}
	return out, nil
}

// bounds reads whether an account is for some campaigns only, and which.
func (v *visit) bounds() (bool, []string) {
	if v.r.PostFormValue("scope") != "some" {
		return false, nil
	}
	return true, v.r.PostForm["campaign"]
}

// invite makes a link for one account, and shows it this once.
func (v *visit) invite() {
	i := staff.Invitation{Role: staff.Role(v.r.PostFormValue("role")), By: v.account.ID, Actor: v.account.Login, At: v.Clock.Real()}
	i.Bound, i.Campaigns = v.bounds()
	secret, err := dispatch.InviteTo(v.ctx, v.Store, i)
	if err != nil {
		v.refusePeople(err)
		return
	}
	page, err := v.peopleScreen()
	if err != nil {
		v.fail(err)
		return
	}
	page.Link, page.LinkRole = v.URL+"/join/"+secret, string(i.Role)
	v.show(http.StatusOK, page)
}

// mostInvited is how many open invitations are listed.
const mostInvited = 100

// invitations are the links that nobody has used yet.
func (v *visit) invitations() ([]templates.InvitationLine, error) {
	all, err := v.Store.Invitations(v.ctx, mostInvited)
	var out []templates.InvitationLine
	for _, i := range all {
		out = append(out, templates.InvitationLine{ID: i.ID, Role: string(i.Role), By: i.Inviter, Made: v.local(i.At), Until: v.local(i.Until), Over: !v.Clock.Real().Before(i.Until),
			Bound: i.Bound, Campaigns: i.Campaigns})
	}
	return out, err
}

// setInvitation withdraws an open invitation, or puts another link in its place.
func (v *visit) setInvitation() {
	id, err := strconv.ParseInt(v.r.PathValue("id"), 10, 64)
	do := v.r.PathValue("do")
	if err != nil || do != "withdraw" && do != "again" {
		v.fail(&survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound})
		return
	}
	if do == "withdraw" {
		if err := v.Store.WithdrawInvitation(v.ctx, id, view.Audit{At: v.Clock.Real(), Actor: v.account.Login}); err != nil {
			v.fail(err)
			return
		}
		v.tell("withdrawn")
		v.goTo("/people")
		return
	}
	secret, role, err := dispatch.InviteAgain(v.ctx, v.Store, staff.Invitation{ID: id, By: v.account.ID, Actor: v.account.Login, At: v.Clock.Real()})
	if err != nil {
		v.fail(err)
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

// needSecond sets which roles need one-time codes.
func (v *visit) needSecond() {
	_ = v.r.PostFormValue("role") // reads the form
	var roles []staff.Role
	for _, text := range v.r.PostForm["role"] {
		if r := staff.Role(text); r.Valid() && !slices.Contains(roles, r) {
			roles = append(roles, r)
		}
	}
	if err := v.Store.NeedSecond(v.ctx, roles, view.Audit{At: v.Clock.Real(), Actor: v.account.Login}); err != nil {
		v.fail(err)
		return
	}
	v.tell("second.roles")
	v.goTo("/people")
}

// account is the account that an address names. Errors: not_found.
func (v *visit) accountAsked() (staff.Account, error) {
	id, err := strconv.ParseInt(v.r.PathValue("id"), 10, 64)
	if err == nil {
		var all []staff.Account
		if all, err = v.Store.Staff(v.ctx); err != nil {
			return staff.Account{}, err
		}
		for _, a := range all {
			if int64(a.ID) == id {
				return a, nil
			}
		}
	}
	return staff.Account{}, &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound}
}

// person shows one account.
func (v *visit) person() {
	a, err := v.accountAsked()
	if err == nil && a.ID == v.account.ID {
		v.goTo("/account")
		return
	}
	if err != nil {
		v.fail(err)
		return
	}
	v.showPerson(a, "", nil)
}

// showPerson shows one account, a password that was just set, and why a change was
// refused.
func (v *visit) showPerson(a staff.Account, password string, why error) {
	page := templates.StaffAccount{Shell: v.shell("people"), Tabs: adminTabs("accounts"), Account: v.accountLine(a), Made: v.local(a.CreatedAt), Roles: roleWords(), Password: password}
	sessions, err := v.Store.SessionsOf(v.ctx, a.ID, v.Clock.Real())
	if err == nil {
		page.Campaigns, err = v.choices(a.Campaigns)
	}
	if err != nil {
		v.fail(err)
		return
	}
	for _, s := range sessions {
		page.Sessions = append(page.Sessions, templates.SessionLine{ID: s.ID, Began: v.local(s.BeganAt), Seen: v.local(s.SeenAt)})
	}
	status := http.StatusOK
	if why != nil {
		page.Wrong, status = v.words(why), http.StatusUnprocessableEntity
	}
	v.show(status, page)
}

// setAccount changes the role of another account, ends it, lets it work again, or gives
// it another password, which takes its one-time codes off.
func (v *visit) setAccount() {
	a, err := v.accountAsked()
	if err != nil {
		v.fail(err)
		return
	}
	if a.ID == v.account.ID { // nobody locks themselves out
		v.fail(&survey.Error{Kind: survey.Forbidden, Code: survey.CodeNotYourRole})
		return
	}
	if v.r.PostFormValue("do") == "sessions" {
		v.signOutOther(a)
		return
	}
	a.Password = "" // stays
	password := ""
	switch v.r.PostFormValue("do") {
	case "role":
		if a.Role = staff.Role(v.r.PostFormValue("role")); !a.Role.Valid() {
			v.refusePeople(&survey.Error{Kind: survey.Invalid, Code: survey.CodeRoleUnknown})
			return
		}
		a.Bound, a.Campaigns = v.bounds()
	case "end":
		a.DisabledAt = v.Clock.Real()
	case "again":
		a.DisabledAt = time.Time{}
	case "reset":
		if password, err = staff.NewPassword(nil); err == nil {
			a.Password, err = staff.Hash(password, nil)
		}
	default:
		v.fail(&survey.Error{Kind: survey.Invalid, Code: survey.CodeNotFound})
		return
	}
	if err == nil {
		err = v.Store.SetStaff(v.ctx, a, view.Audit{At: v.Clock.Real(), Actor: v.account.Login})
	}
	switch {
	case err == nil && password != "":
		a.Second = false
		v.showPerson(a, password, nil)
	case err == nil:
		v.tell("set")
		v.goTo("/people")
	case survey.KindOf(err) == survey.Invalid || survey.KindOf(err) == survey.Conflict:
		v.showPerson(a, "", err)
	default:
		v.fail(err)
	}
}

// signOutOther ends every session of another account.
func (v *visit) signOutOther(a staff.Account) {
	if _, err := v.Store.EndSessions(v.ctx, a.ID, view.Audit{At: v.Clock.Real(), Actor: v.account.Login}); err != nil {
		v.fail(err)
		return
	}
	v.tell("ended")
	v.goTo("/people/" + strconv.FormatInt(int64(a.ID), 10))
}
