package console

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/dispatch/throttle"
	"canvass/templates"
)

func (v *visit) askSignIn() {
	if v.account.ID != 0 {
		v.goTo("/")
		return
	}
	v.show(http.StatusOK, templates.SignIn{Shell: v.shell(""), Next: ownPath(v.r.URL.Query().Get("next")), Keys: v.keyed()})
}

func (v *visit) signIn() {
	login, next := v.r.PostFormValue("login"), ownPath(v.r.PostFormValue("next"))
	refuse := func(status int, err error) {
		v.show(status, templates.SignIn{Shell: v.shell(""), Login: login, Next: next, Wrong: v.words(err), Keys: v.keyed()})
	}
	if !v.guesses.Take(throttle.PlaceOf(v.r.RemoteAddr)) {
		v.w.Header().Set("Retry-After", "60")
		refuse(http.StatusTooManyRequests, &survey.Error{Kind: survey.Forbidden, Code: survey.CodeSignInRests})
		return
	}
	if !v.turn() {
		return
	}
	defer v.done()
	in, err := dispatch.SignIn(v.ctx, v.Store, dispatch.Guess{Login: login, Password: v.r.PostFormValue("password"), Instead: v.secret, Now: v.Clock.Real()})
	if survey.KindOf(err) == survey.Forbidden {
		v.Logger.InfoContext(v.ctx, "a sign-in was refused")
		refuse(http.StatusForbidden, err)
		return
	}
	if err != nil {
		v.fail(err)
		return
	}
	v.enter(in, next)
}

// enter gives the browser its session, and goes where it leads: on to the next step as
// long as something is missing.
func (v *visit) enter(in dispatch.SignedIn, next string) {
	v.cookie(v.w, v.sessionName(), in.Secret, int(staff.Whole/time.Second))
	if in.Waits != staff.WaitsNothing {
		v.goTo(stepOf(in.Waits) + "?next=" + url.QueryEscape(next))
		return
	}
	v.Logger.InfoContext(v.ctx, "signed in", "staff", in.Account.ID)
	v.goTo(next)
}

// turn waits until a password may be looked at; false if the visitor left.
func (v *visit) turn() bool {
	select {
	case v.looking <- struct{}{}:
		return true
	case <-v.ctx.Done():
		return false
	}
}

func (v *visit) done() { <-v.looking }

func (v *visit) signOut() {
	if v.secret != "" {
		if err := v.Store.EndSession(v.ctx, staff.HashSecret(v.secret)); err != nil {
			v.fail(err)
			return
		}
	}
	v.cookie(v.w, v.sessionName(), "", -1)
	v.w.Header().Set("Clear-Site-Data", `"cache"`)
	v.tell("out")
	v.goTo("/sign-in")
}

// speak sets the language, of the account or of this browser.
func (v *visit) speak() {
	lang := survey.Lang(v.r.PostFormValue("lang")).Or(survey.Vietnamese)
	if v.account.ID != 0 {
		if err := v.Store.SpeakToStaff(v.ctx, v.account.ID, lang); err != nil {
			v.fail(err)
			return
		}
	}
	v.cookie(v.w, cookieLang, string(lang), 365*24*3600)
	v.goTo(ownPath(v.r.PostFormValue("back")))
}

func (v *visit) askJoin() {
	i, err := v.Store.Invited(v.ctx, staff.HashSecret(v.r.PathValue("secret")), v.Clock.Real())
	if err != nil {
		v.refuseStranger(err)
		return
	}
	v.show(http.StatusOK, v.joinScreen(i))
}

// refuseStranger answers who guesses at links, and lets nobody guess fast.
func (v *visit) refuseStranger(err error) {
	if !v.guesses.Take(throttle.PlaceOf(v.r.RemoteAddr)) {
		v.w.Header().Set("Retry-After", "60")
		http.Error(v.w, "429", http.StatusTooManyRequests)
		return
	}
	v.fail(err)
}

func (v *visit) joinScreen(i staff.Invitation) templates.Join {
	s := v.shell("")
	s.Here = "/sign-in" // no link to this page: its address is a secret
	return templates.Join{Shell: s, Self: v.r.URL.Path, Gives: string(i.Role), Least: staff.LeastPassword}
}

func (v *visit) join() {
	i, err := v.Store.Invited(v.ctx, staff.HashSecret(v.r.PathValue("secret")), v.Clock.Real())
	if err != nil {
		v.refuseStranger(err)
		return
	}
	if !v.turn() {
		return
	}
	defer v.done()
	j := dispatch.Joining{Secret: v.r.PathValue("secret"), Login: v.r.PostFormValue("login"), Name: v.r.PostFormValue("name"),
		Password: v.r.PostFormValue("password"), Lang: v.lang(), Now: v.Clock.Real()}
	a, err := dispatch.Join(v.ctx, v.Store, j)
	var e *survey.Error
	if errors.As(err, &e) {
		field := map[survey.Code]string{survey.CodeLoginInvalid: "login", survey.CodeLoginTaken: "login", survey.CodeStaffNameInvalid: "name", survey.CodePasswordWeak: "password"}[e.Code]
		if field != "" {
			page := v.joinScreen(i)
			page.Login, page.Name, page.Field, page.Wrong = j.Login, j.Name, field, v.words(e)
			v.show(http.StatusUnprocessableEntity, page)
			return
		}
	}
	if err != nil {
		v.fail(err)
		return
	}
	v.Logger.InfoContext(v.ctx, "an account was made", "staff", a.ID)
	v.tell("joined")
	v.goTo("/sign-in")
}
