package console

import (
	"net/http"
	"strconv"

	"canvass/dispatch"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/dispatch/throttle"
	"canvass/templates"
)

// own shows the visitor's own account.
func (v *visit) own() { v.showOwn("", nil) }

// showOwn shows the account, and why the form of that name was refused.
func (v *visit) showOwn(form string, why error) {
	page := templates.Own{Shell: v.shell(""), Login: v.account.Login, Least: staff.LeastPassword, Second: v.account.Second, Form: form}
	sessions, err := v.Store.SessionsOf(v.ctx, v.account.ID, v.Clock.Real())
	if err == nil && page.Second {
		page.Recovery, err = v.Store.RecoveryLeft(v.ctx, v.account.ID)
	}
	if page.Keyed = v.keyed(); err == nil {
		page.Keys, err = v.keyLines()
	}
	if err != nil {
		v.fail(err)
		return
	}
	for _, s := range sessions {
		page.Sessions = append(page.Sessions, templates.SessionLine{ID: s.ID, Began: v.local(s.BeganAt), Seen: v.local(s.SeenAt), Own: s.ID == v.session.ID})
	}
	if v.account.Bound {
		page.Bound, page.Campaigns = true, v.account.Campaigns
	}
	status := http.StatusOK
	if why != nil {
		page.Wrong, status = v.words(why), http.StatusUnprocessableEntity
	}
	v.show(status, page)
}

// proven runs a change that takes the own password: not too often, and one at a time. It
// reports whether the change was made; if not, it said why.
func (v *visit) proven(form string, change func(dispatch.Door) error) bool {
	if !v.guesses.Take(throttle.PlaceOf(v.r.RemoteAddr)) {
		v.w.Header().Set("Retry-After", "60")
		v.showOwn(form, &survey.Error{Kind: survey.Forbidden, Code: survey.CodeSignInRests})
		return false
	}
	if !v.turn() {
		return false
	}
	defer v.done()
	err := change(v.door())
	switch survey.KindOf(err) {
	case "":
		return true
	case survey.Invalid, survey.Forbidden:
		v.showOwn(form, err)
	default:
		v.fail(err)
	}
	return false
}

// ownPassword changes the own password; other sessions end.
func (v *visit) ownPassword() {
	if v.proven("password", func(d dispatch.Door) error {
		return d.SetPassword(v.ctx, v.account, dispatch.NewPassword{Old: v.r.PostFormValue("old"), New: v.r.PostFormValue("new"),
			Again: v.r.PostFormValue("again"), Session: v.session.ID, Now: v.Clock.Real()})
	}) {
		v.tell("password")
		v.goTo("/account")
	}
}

// endSessions ends one of the own sessions, or all others.
func (v *visit) endSessions() {
	id, err := strconv.ParseInt(v.r.PostFormValue("session"), 10, 64)
	if v.r.PostFormValue("session") == "others" {
		err = v.Store.EndOtherSessions(v.ctx, v.account.ID, v.session.ID)
	} else if err == nil {
		err = v.Store.EndSessionOf(v.ctx, v.account.ID, id)
	} else {
		v.goTo("/account")
		return
	}
	if err != nil {
		v.fail(err)
		return
	}
	v.tell("ended")
	v.goTo("/account")
}

func (v *visit) askSecond() {
	if v.account.Second {
		v.goTo("/account")
		return
	}
	v.showSecond("/account/second", nil)
}

// second confirms one-time codes that the owner sets up, and tells the recovery codes.
func (v *visit) second() {
	if codes, ok := v.confirm("/account/second"); ok {
		v.account.Second = true
		v.show(http.StatusOK, templates.Recovery{Shell: v.shell(""), Codes: codes, Inside: true})
	}
}

// changeSecond takes one-time codes off, or makes other recovery codes.
func (v *visit) changeSecond() {
	password, now := v.r.PostFormValue("password"), v.Clock.Real()
	switch do := v.r.PathValue("do"); do {
	case "off":
		if v.proven(do, func(d dispatch.Door) error { return d.Drop(v.ctx, v.account, password, now) }) {
			v.tell("second.off")
			v.goTo("/account")
		}
	case "recovery":
		var codes []string
		if v.proven(do, func(d dispatch.Door) (err error) {
			codes, err = d.Renew(v.ctx, v.account, password, now)
			return err
		}) {
			v.show(http.StatusOK, templates.Recovery{Shell: v.shell(""), Codes: codes, Inside: true})
		}
	default:
		v.fail(&survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound})
	}
}
