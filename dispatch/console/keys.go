package console

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"

	"canvass/dispatch"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/throttle"
	"canvass/templates"
)

// keyed reports whether browsers give passkeys to pages at the console's address.
func (c *console) keyed() bool {
	_, ok := staff.RelyingAt(c.URL)
	return ok
}

// challenge is what a browser is told to have a device sign.
type challenge struct {
	Challenge string `json:"challenge"`
	Host      string `json:"host"`
	User      string `json:"user,omitempty"` // of a new passkey: who, as the device keeps it
	Login     string `json:"login,omitempty"`
	Name      string `json:"name,omitempty"`
}

// ask gives out a challenge.
func (v *visit) ask(id staff.ID, a challenge) {
	at, ok := staff.RelyingAt(v.URL)
	if !ok {
		v.fail(&survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound})
		return
	}
	if !v.guesses.Take(throttle.PlaceOf(v.r.RemoteAddr)) {
		v.w.Header().Set("Retry-After", "60")
		http.Error(v.w, "429", http.StatusTooManyRequests)
		return
	}
	challenge, err := dispatch.Challenge(v.ctx, v.Store, id, v.Clock.Real())
	if err != nil {
		v.fail(err)
		return
	}
	a.Challenge, a.Host = base64.RawURLEncoding.EncodeToString(challenge), at.Host
	v.w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(v.w).Encode(a); err != nil {
		v.Logger.InfoContext(v.ctx, "a challenge was not taken", "error", err.Error())
	}
}

func (v *visit) beginKey() { v.ask(0, challenge{}) }

func (v *visit) beginOwnKey() {
	user := "canvass " + strconv.FormatInt(int64(v.account.ID), 10)
	v.ask(v.account.ID, challenge{User: base64.RawURLEncoding.EncodeToString([]byte(user)), Login: v.account.Login, Name: v.account.Name})
}

// ceremony reads what the script put into the form.
func (v *visit) ceremony() staff.Ceremony {
	field := func(name string) []byte {
		b, err := base64.RawURLEncoding.DecodeString(v.r.PostFormValue(name))
		if err != nil {
			return nil
		}
		return b
	}
	return staff.Ceremony{Credential: field("credential"), Client: field("client"), Device: field("device"), Key: field("key"), Signature: field("signature")}
}

// signInByKey signs in with a passkey.
func (v *visit) signInByKey() {
	next := ownPath(v.r.PostFormValue("next"))
	at, ok := staff.RelyingAt(v.URL)
	if !ok {
		v.fail(&survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound})
		return
	}
	in, err := dispatch.SignInByPasskey(v.ctx, v.Store, at, v.ceremony(), dispatch.Guess{Instead: v.secret, Now: v.Clock.Real()})
	if survey.KindOf(err) == survey.Forbidden {
		v.Logger.InfoContext(v.ctx, "a passkey was refused")
		v.show(http.StatusForbidden, templates.SignIn{Shell: v.shell(""), Next: next, Wrong: v.words(err), Keys: true})
		return
	}
	if err != nil {
		v.fail(err)
		return
	}
	v.enter(in, next)
}

// addKey keeps a new passkey, for who knows the password.
func (v *visit) addKey() {
	at, ok := staff.RelyingAt(v.URL)
	if !ok {
		v.fail(&survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound})
		return
	}
	now := v.Clock.Real()
	if v.proven("key", func(d dispatch.Door) error {
		if err := d.Prove(v.ctx, v.account, v.r.PostFormValue("password"), now); err != nil {
			return err
		}
		return dispatch.MakePasskey(v.ctx, v.Store, at, dispatch.NewPasskey{Account: v.account, Name: v.r.PostFormValue("name"), Now: now}, v.ceremony())
	}) {
		v.tell("key")
		v.goTo("/account")
	}
}

// dropKey takes an own passkey away.
func (v *visit) dropKey() {
	id, err := strconv.ParseInt(v.r.PostFormValue("key"), 10, 64)
	if err == nil {
		err = v.Store.DropPasskey(v.ctx, v.account.ID, id, view.Audit{At: v.Clock.Real(), Actor: v.account.Login})
		if err != nil {
			v.fail(err)
			return
		}
		v.tell("key.gone")
	}
	v.goTo("/account")
}

func (v *visit) keyLines() ([]templates.KeyLine, error) {
	all, err := v.Store.PasskeysOf(v.ctx, v.account.ID)
	var out []templates.KeyLine
	for _, k := range all {
		out = append(out, templates.KeyLine{ID: k.ID, Name: k.Name, Made: v.local(k.MadeAt), Used: v.local(k.UsedAt)})
	}
	return out, err
}
