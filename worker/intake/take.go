package intake

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"slices"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/dispatch/wording"
	"canvass/templates"
	"canvass/worker/ingest"
)

// take answers a post of the form. What was done is stored before anything is
// answered; the answer is then a redirect to a GET, so that reload, Back and
// two tabs do no harm.
func (in *intake) take(w http.ResponseWriter, r *http.Request, v *visit) {
	if in.tooMany(w, r, v) {
		return
	}
	do := r.PostForm.Get(templates.FieldDo)
	if do == templates.DoSave {
		in.save(w, r, v)
		return
	}
	f, ok, err := v.ownAction(do, r)
	if err != nil {
		in.trouble(w, r, v, err)
		return
	}
	if !ok {
		f, ok = v.action(do, r)
	}
	if !ok {
		http.Redirect(w, r, v.at(v.lang), http.StatusSeeOther)
		return
	}
	if do == templates.DoStop && f.Action == "" {
		in.write(w, r, http.StatusUnprocessableEntity, v.stopPage(true))
		return
	}
	if page := v.lostFiles(r, f); page != nil {
		in.write(w, r, http.StatusUnprocessableEntity, page)
		return
	}
	result, err := v.post(r, f)
	if err != nil {
		in.trouble(w, r, v, err)
		return
	}
	if len(result.Errors) > 0 {
		in.write(w, r, http.StatusUnprocessableEntity, v.faulty(r, f, result.Errors))
		return
	}
	http.Redirect(w, r, v.goOn(do, r, result), http.StatusSeeOther)
}

// action is what a press asks for; false if it is no button of ours. A stop of
// nothing has no Action.
func (v *visit) action(do string, r *http.Request) (ingest.Form, bool) {
	switch do {
	case templates.DoBegin:
		return ingest.Form{Action: ingest.Begin, Lang: v.lang}, true
	case templates.DoNext:
		return ingest.Form{Action: ingest.AnswerPage, Fields: v.fields(r, true)}, true
	case templates.DoBack:
		return ingest.Form{Action: ingest.Back, Fields: v.fields(r, false)}, true
	case templates.DoSkip:
		f := ingest.Form{Action: ingest.AnswerPage, Fields: map[string]ingest.Field{}}
		for _, q := range instrument.Posted(v.q, r.PostForm.Get(templates.FieldPage)) {
			f.Fields[q.Name] = ingest.Field{}
		}
		return f, true
	case templates.DoDecline:
		return ingest.Form{Action: ingest.Decline}, true
	case templates.DoWithdraw:
		return ingest.Form{Action: ingest.Withdraw}, true
	case templates.DoAgain:
		return ingest.Form{Action: ingest.Again}, true
	case templates.DoStop:
		return stopOf(r.PostForm[templates.FieldStop]), true
	case doLanguage:
		return ingest.Form{Action: ingest.SetLang, Lang: v.lang}, true
	}
	return ingest.Form{}, false
}

// doLanguage sets the person's language. The link on our pages only shows a
// page in the other one; what follows is kept when Begin is pressed.
const doLanguage = "language"

// fields are what was entered on the sheet of a post. Going back, what was left
// empty is not an answer.
func (v *visit) fields(r *http.Request, empty bool) map[string]ingest.Field {
	out := map[string]ingest.Field{}
	for _, q := range instrument.Posted(v.q, r.PostForm.Get(templates.FieldPage)) {
		f := ingest.Field{Values: r.PostForm[q.Name], Other: r.PostForm.Get(q.OtherName())}
		said := f.Other != "" || slices.ContainsFunc(f.Values, func(s string) bool { return s != "" })
		if said || empty {
			out[q.Name] = f
		}
	}
	return out
}

// post gives what was pressed to ingest, once: a double press has the same
// content and the same nonce, so the same name. But the same press can also be
// meant anew. Who goes back in a page that the browser kept, chooses another
// answer, goes back again and chooses the first, posts the first post twice: it
// is taken again if what is stored is not what it says.
func (v *visit) post(r *http.Request, f ingest.Form) (ingest.FormResult, error) {
	f.Seal = v.seal
	content, salt := r.PostForm.Encode(), ""
	if r.PostForm.Get(templates.FieldNonce) == "" {
		salt = v.in.nonce() // not from a page of ours: nothing tells a second press
	}
	result, err := v.in.Ingest.SavePage(v.ctx, v.c, v.name(content, salt), f)
	if err != nil {
		return result, err
	}
	if result.After != nil {
		return result, v.saved(result)
	}
	if err := v.read(); err != nil {
		return result, err
	}
	if !result.Repeat {
		return result, nil
	}
	if _, wrong := v.in.Ingest.Read(v.q, v.c.Case, f.Fields, v.in.Clock.Now()); len(wrong) > 0 && f.Action == ingest.AnswerPage {
		result.Errors = wrong
		return result, nil
	}
	if v.holds(f) {
		return result, nil
	}
	if result, err = v.in.Ingest.Post(v.ctx, v.inv, v.name(content, v.in.nonce()), f); err != nil {
		return result, err
	}
	return result, v.read()
}

// name is what tells a post from every other, for ever. It covers the link, so
// that nobody can use up the name of somebody else's post.
func (v *visit) name(content, salt string) string {
	sum := sha256.Sum256([]byte(v.self + "\x00" + salt + "\x00" + content))
	return base64.RawURLEncoding.EncodeToString(sum[:18])
}

// holds reports whether the case is as f would leave it.
func (v *visit) holds(f ingest.Form) bool {
	switch f.Action {
	case ingest.AnswerPage, ingest.Back:
		items, _ := v.in.Ingest.Read(v.q, v.c.Case, f.Fields, v.in.Clock.Now())
		return !slices.ContainsFunc(items, func(it survey.Item) bool { return v.c.Answers[it.Question] != it.Answer })
	case ingest.Decline:
		return v.c.Facts.Refused
	case ingest.Withdraw:
		return v.withdrawn()
	case ingest.Again:
		return len(v.c.Suppressed) == 0
	case ingest.Stop:
		return v.stopHolds(f)
	case ingest.SetLang, ingest.Speak:
		return v.c.Invitation.Language == f.Lang
	case ingest.Reach:
		return v.reachHolds(f)
	case ingest.Keep:
		m, err := v.in.Store.Mine(v.ctx, v.inv)
		return err == nil && m.EraseAsked.IsZero()
	case ingest.Hours:
		return v.hoursHold(f.Hours)
	}
	return true
}

// faulty is the page of a post with what was typed and what is wrong with it.
func (v *visit) faulty(r *http.Request, f ingest.Form, wrong map[string]*survey.Error) templates.Page {
	typed := map[string]wording.Typed{}
	for name, field := range f.Fields {
		values := field.Values
		if values == nil {
			values = []string{} // nothing was typed, which is not what is stored
		}
		typed[name] = wording.Typed{Values: values, Other: field.Other, Fault: wrong[name]}
	}
	p := instrument.PaperOf(v.q, v.c.Answers)
	return v.sheetPage(p, max(p.Place(instrument.Posted(v.q, r.PostForm.Get(templates.FieldPage))), 0), typed)
}

// goOn is where the person goes after a press.
func (v *visit) goOn(do string, r *http.Request, result ingest.FormResult) string {
	switch {
	case do == templates.DoStop:
		return v.at(v.lang, askPage, doorStopped)
	case do == templates.DoAgain:
		return v.at(v.lang, askPage, doorResumed)
	case do == templates.DoSpeak, do == templates.DoReach, do == templates.DoHours, do == templates.DoKeep:
		return v.at(v.lang, askPage, doorMine, askSaved, "1")
	case do == templates.DoErase:
		return v.at(v.lang, askPage, doorErase)
	case v.seal.Valid() && result.Refused == survey.ReasonSubmitted:
		return v.at(v.lang, askPage, doorThanks) // the last press, twice
	case do == doLanguage, result.Refused != "":
		return v.at(v.lang)
	case v.submitted():
		return v.at(v.lang, askPage, doorThanks)
	case do == templates.DoDecline:
		return v.at(v.lang, askPage, doorDecline)
	case do == templates.DoWithdraw:
		return v.at(v.lang)
	}
	p := instrument.PaperOf(v.q, v.c.Answers)
	if len(p.Sheets) == 0 {
		return v.at(v.lang)
	}
	return v.at(v.lang, askName, p.Sheets[v.after(p, do, r)][0].Name)
}

// after is the place of the sheet that follows a press on another.
func (v *visit) after(p instrument.Paper, do string, r *http.Request) int {
	if do == templates.DoBegin {
		return p.Next()
	}
	at := p.Place(instrument.Posted(v.q, r.PostForm.Get(templates.FieldPage)))
	switch {
	case do == templates.DoBack:
		return max(at-1, 0)
	case at < 0 || at+1 >= len(p.Sheets) || p.Open(p.Sheets[at]):
		return p.Next()
	}
	return at + 1
}
