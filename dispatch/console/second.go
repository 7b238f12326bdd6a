package console

import (
	"net/http"
	"strings"

	"rsc.io/qr"

	"canvass/dispatch"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/dispatch/throttle"
	"canvass/templates"
)

// stepOf is where somebody goes who is halfway in.
func stepOf(w staff.Waits) string {
	if w == staff.WaitsSetup {
		return "/sign-in/setup"
	}
	return "/sign-in/code"
}

// door opens accounts beside the password.
func (c *console) door() dispatch.Door { return dispatch.Door{Store: c.Store, Keys: c.Keys} }

// halfway reports whether the visitor waits for just this; who does not is sent where
// they belong.
func (v *visit) halfway(want staff.Waits) bool {
	switch {
	case v.session.ID == 0:
		v.goTo("/sign-in")
	case v.session.Waits == staff.WaitsNothing:
		v.goTo("/")
	case v.session.Waits != want:
		v.goTo(stepOf(v.session.Waits))
	default:
		return true
	}
	return false
}

func (v *visit) askCode() {
	if v.halfway(staff.WaitsCode) {
		v.show(http.StatusOK, templates.SignInCode{Shell: v.shell(""), Next: ownPath(v.r.URL.Query().Get("next"))})
	}
}

// code takes the second step of signing in.
func (v *visit) code() {
	if !v.halfway(staff.WaitsCode) {
		return
	}
	next := ownPath(v.r.PostFormValue("next"))
	refuse := func(status int, err error) {
		v.show(status, templates.SignInCode{Shell: v.shell(""), Next: next, Wrong: v.words(err)})
	}
	if !v.guesses.Take(throttle.PlaceOf(v.r.RemoteAddr)) {
		v.w.Header().Set("Retry-After", "60")
		refuse(http.StatusTooManyRequests, &survey.Error{Kind: survey.Forbidden, Code: survey.CodeSignInRests})
		return
	}
	in, err := v.door().Second(v.ctx, v.session, v.r.PostFormValue("code"), dispatch.Guess{Instead: v.secret, Now: v.Clock.Real()})
	if survey.KindOf(err) == survey.Forbidden {
		v.Logger.InfoContext(v.ctx, "a one-time code was refused", "staff", v.session.Account.ID)
		refuse(http.StatusForbidden, err)
		return
	}
	if err != nil {
		v.fail(err)
		return
	}
	v.enter(in, next)
}

// secondScreen shows the secret of one-time codes that wait for their first code.
func (v *visit) secondScreen(action string) (templates.Second, error) {
	page := templates.Second{Shell: v.shell(""), Action: action, Inside: v.account.ID != 0}
	secret, err := v.door().Begin(v.ctx, v.session.Account)
	if err != nil {
		return page, err
	}
	issuer := "Canvass"
	if page.Office != "" {
		issuer += " " + page.Office
	}
	page.Secret = staff.SecretText(secret)
	page.QR, err = qrOf(staff.TOTPAddress(issuer, v.session.Account.Login, secret))
	return page, err
}

// qrOf draws a text as a QR code: one path of an SVG, a unit a module.
func qrOf(text string) (templates.QR, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return templates.QR{}, err
	}
	var b strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			run := 0
			for code.Black(x+run, y) {
				run++
			}
			if run > 0 {
				templates.Module(&b, x, y, run)
				x += run
			}
		}
	}
	return templates.QR{Size: code.Size, Path: b.String()}, nil
}

func (v *visit) askSetup() {
	if v.halfway(staff.WaitsSetup) {
		v.showSecond("/sign-in/setup", nil)
	}
}

// showSecond shows the secret, and why the code before was refused.
func (v *visit) showSecond(action string, why error) {
	page, err := v.secondScreen(action)
	if err != nil {
		v.fail(err)
		return
	}
	status := http.StatusOK
	if why != nil {
		page.Wrong, status = v.words(why), http.StatusUnprocessableEntity
	}
	v.show(status, page)
}

// setup confirms codes that the role needs, and lets in.
func (v *visit) setup() {
	if !v.halfway(staff.WaitsSetup) {
		return
	}
	codes, ok := v.confirm("/sign-in/setup")
	if !ok {
		return
	}
	in, err := v.door().Whole(v.ctx, v.session, dispatch.Guess{Instead: v.secret, Now: v.Clock.Real()})
	if err != nil {
		v.fail(err)
		return
	}
	v.Logger.InfoContext(v.ctx, "signed in", "staff", in.Account.ID)
	v.cookie(v.w, v.sessionName(), in.Secret, int(staff.Whole.Seconds()))
	v.show(http.StatusOK, templates.Recovery{Shell: v.shell(""), Codes: codes})
}

// confirm takes the first code; false if something was shown instead.
func (v *visit) confirm(action string) ([]string, bool) {
	if !v.guesses.Take(throttle.PlaceOf(v.r.RemoteAddr)) {
		v.w.Header().Set("Retry-After", "60")
		v.showSecond(action, &survey.Error{Kind: survey.Forbidden, Code: survey.CodeSignInRests})
		return nil, false
	}
	codes, err := v.door().Confirm(v.ctx, v.session.Account, v.r.PostFormValue("code"), v.Clock.Real())
	switch survey.KindOf(err) {
	case "":
		return codes, true
	case survey.Invalid, survey.Conflict:
		v.showSecond(action, err)
	default:
		v.fail(err)
	}
	return nil, false
}
