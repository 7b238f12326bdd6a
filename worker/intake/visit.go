package intake

import (
	"context"
	"encoding/base64"
	"io"
	"net/http"
	"net/url"
	"time"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/token"
	"canvass/dispatch/wording"
	"canvass/templates"
	"canvass/worker/ingest"
)

// The fields of a page's address.
const (
	askPage = "p" // one of the doors below; none: where the person stands
	askName = "q" // the page of this question
	askLang = "l" // in this language
)

// The doors beside the questions.
const (
	doorDecline  = "decline"
	doorWithdraw = "withdraw"
	doorStop     = "stop"
	doorStopped  = "stopped"
	doorResumed  = "resumed"
	doorThanks   = "thanks"
)

// visit is one request of somebody who holds a link, with the case as it was
// read for this request.
type visit struct {
	in      *intake
	ctx     context.Context
	inv     survey.InvitationID
	purpose token.Purpose
	token   string
	self    string // address of the link without query
	lang    survey.Lang
	query   url.Values

	c       view.Page
	seal    token.Seal // of an anonymous campaign
	counted bool       // as one of the posts of this link
	q       *instrument.Questionnaire
	words   wording.Context
	lost    []string // questions whose files could not be kept
}

// behind opens the door of a route to whoever holds a token of its purpose. A
// way out that was replaced still leads out.
func (in *intake) behind(purpose token.Purpose, next func(http.ResponseWriter, *http.Request, *visit)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v := in.visitOf(r, purpose)
		if r.Method == http.MethodPost && !in.readForm(w, r, v) {
			return
		}
		in.enter(w, r, v, next)
	}
}

// visitOf is a request of whoever has a link, before anything is looked up.
func (in *intake) visitOf(r *http.Request, purpose token.Purpose) *visit {
	secret := r.PathValue("token")
	v := &visit{in: in, ctx: r.Context(), purpose: purpose, token: secret, query: r.URL.Query()}
	v.self = "/" + map[token.Purpose]string{token.Form: "r", token.Unsubscribe: "u"}[purpose] + "/" + secret
	return v
}

// enter looks up whose link it is and goes on, or says why it does not open.
func (in *intake) enter(w http.ResponseWriter, r *http.Request, v *visit, next func(http.ResponseWriter, *http.Request, *visit)) {
	click := v.purpose == token.Unsubscribe && r.Method == http.MethodPost && isOneClick(r)
	if click {
		var cancel context.CancelFunc
		v.ctx, cancel = context.WithTimeout(context.WithoutCancel(v.ctx), clickPatience)
		defer cancel()
	}
	if r.Method == http.MethodPost && in.quick(w, r, v) {
		return
	}
	var err error
	if page, ok := v.followed(r); ok {
		err = v.look(page)
	} else if wellFormed(v.token) {
		err = v.read()
	}
	switch {
	case err != nil && click:
		in.keepClick(w, r, v, err)
	case err != nil:
		in.trouble(w, r, v, err)
	case v.inv == 0 || !v.released():
		in.unknown(w, r)
	case v.c.Revoked && v.purpose == token.Form:
		in.write(w, r, http.StatusGone, templates.Revoked{Frame: in.Words.Frame(v.words)})
	default:
		next(w, r, v)
	}
}

// lastAnswer is the business time of the person's last answer, zero before it.
func (v *visit) lastAnswer() (last time.Time) {
	for _, at := range v.c.AnsweredAt {
		if at.After(last) {
			last = at
		}
	}
	return last
}

// wellFormed reports whether s can be a token at all: 16 bytes in base64url.
func wellFormed(s string) bool {
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	return err == nil && len(b) == 16
}

// read reads the case, and again after something was done to it. What is remembered
// is asked for no more than whether it still holds.
func (v *visit) read() error {
	hash := token.Hash(survey.Token(v.token))
	if page, ok := v.remembered(); ok {
		still, err := v.in.Store.PageStill(v.ctx, hash, string(v.purpose), page.Versions)
		if err == nil && still {
			return v.look(page)
		}
	}
	page, err := v.in.Store.Page(v.ctx, hash, string(v.purpose))
	if err != nil || page.Invitation.ID == 0 {
		v.in.memory.forget(string(hash))
		return err
	}
	if err := v.look(page); err != nil {
		return err
	}
	v.remember()
	return nil
}

// look takes the case as it is now.
func (v *visit) look(page view.Page) (err error) {
	v.c, v.inv = page, page.Invitation.ID
	if v.c.Campaign.Confidentiality == survey.Anonymous && v.purpose == token.Form {
		if v.seal, err = token.LinkSeal(survey.Token(v.token), v.inv); err != nil {
			return err
		}
		if err = ingest.Unseal(&v.c.Case, v.seal); err != nil {
			return err
		}
	}
	if v.q, err = v.in.Ingest.Parsed(v.c.Questionnaire); err != nil {
		return err
	}
	v.q = v.q.For(v.inv.Seed())
	asked := v.query.Get(askLang)
	if asked == "" && v.lang != "" {
		asked = string(v.lang)
	}
	v.lang = survey.Lang(asked).Or(v.c.Invitation.Language.Or(survey.Vietnamese))
	v.words, err = v.in.context(v.c.Case, v.q, v.lang)
	return err
}

// context is what is known of a case when something is said.
func (in *intake) context(c view.Case, q *instrument.Questionnaire, lang survey.Lang) (wording.Context, error) {
	zone, err := in.zones.Load(c.Campaign.Protocol.Zone)
	if err != nil {
		return wording.Context{}, &survey.Error{Kind: survey.Internal, Code: survey.CodeProtocolInvalid, Where: "zone", Err: err}
	}
	return wording.Context{Campaign: *c.Campaign, Zone: zone, Now: in.Clock.Now(), Lang: lang, Name: c.Name, Title: c.Title,
		Questionnaire: q, Seed: c.Invitation.ID.Seed(), Progress: q.Progress(c.Answers, survey.Web), SubmittedAt: c.SubmittedAt}, nil
}

// released reports whether the case was ever meant to be contacted.
func (v *visit) released() bool {
	switch v.c.Campaign.State {
	case survey.CampaignDraft, survey.CampaignReady:
		return false
	}
	return v.c.Invitation.State != survey.InvitationHeld && v.c.Invitation.State != survey.InvitationWithdrawn
}

// ended reports whether nothing is taken any more.
func (v *visit) ended() bool {
	k := v.c.Campaign
	return k.State != survey.CampaignFielding && k.State != survey.CampaignPaused || !v.words.Now.Before(k.EndsAt)
}

func (v *visit) submitted() bool { return v.c.ResponseState == survey.ResponseSubmitted }
func (v *visit) withdrawn() bool { return v.c.ResponseState == survey.ResponseVoided }

// waits reports whether the person has to wait for the end of a pause.
func (v *visit) waits() bool {
	return v.c.Campaign.State == survey.CampaignPaused && v.c.ResponseID == "" && v.c.ResponseState == ""
}

// at is an address under the link, with pairs of query fields. It keeps the
// language where that is not the one the person is known to speak.
func (v *visit) at(lang survey.Lang, pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	if lang != v.c.Invitation.Language.Or(survey.Vietnamese) {
		q.Set(askLang, string(lang))
	}
	if len(q) == 0 {
		return v.self
	}
	return v.self + "?" + q.Encode()
}

// other is the language that the person does not read now.
func (v *visit) other() survey.Lang {
	if v.lang == survey.English {
		return survey.Vietnamese
	}
	return survey.English
}

// frame is the frame of a page that has the address of pairs. The way out knows
// no address of the form: its holder need not be the person.
func (v *visit) frame(pairs ...string) templates.Frame {
	f := v.in.Words.Frame(v.words)
	f.Self, f.Nonce = v.self, v.in.nonce()
	if len(v.q.Languages) > 1 {
		f.Other = v.at(v.other(), pairs...)
	}
	if v.purpose != token.Form {
		return f
	}
	f.Stop, f.Mine = v.at(v.lang, askPage, doorStop), v.at(v.lang, askPage, doorMine)
	if v.ended() || v.submitted() || v.withdrawn() {
		return f
	}
	if !v.waits() {
		f.About = v.at(v.lang) // the start page says who asks, and what for
	}
	f.Decline = v.at(v.lang, askPage, doorDecline)
	if len(v.c.Answers) > 0 {
		f.Withdraw = v.at(v.lang, askPage, doorWithdraw)
	}
	return f
}

// nonce is what tells one rendered page from another.
func (in *intake) nonce() string {
	b := make([]byte, 12)
	if _, err := io.ReadFull(in.Random, b); err != nil {
		panic(err) // crypto/rand never fails; a test's source must not either
	}
	return base64.RawURLEncoding.EncodeToString(b)
}
