package intake

import (
	"net/http"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/token"
	"canvass/templates"
	"canvass/worker/ingest"
)

// Most posts come from a page that this process has just written, of a case that
// nothing happened to since. So the case is remembered for a while: a post is tried on
// what is remembered, by the statement that holds only if the case is still that one,
// and a GET asks no more than whether it is. Whatever else there is to do is done on
// the case as it is read then. Nothing is stored by memory alone; and nothing is shown
// by it but what a post was redirected to, which is the other half of its answer: once,
// at once, and as the post left it.

// remembered is the case of the visit as it was last known here.
func (v *visit) remembered() (view.Page, bool) {
	if v.purpose != token.Form {
		return view.Page{}, false
	}
	return v.in.memory.find(v.hash())
}

// followed is the case as the post left it that this request was redirected by.
func (v *visit) followed(r *http.Request) (view.Page, bool) {
	if v.purpose != token.Form || r.Method != http.MethodGet {
		return view.Page{}, false
	}
	return v.in.memory.follow(v.hash(), r.URL.RequestURI())
}

// remember keeps the case for the next request, if PageStill can tell whether it is
// still the same. What was answered anonymously is in nobody's memory.
func (v *visit) remember() {
	takesFiles := false
	for i := range v.q.Questions {
		takesFiles = takesFiles || v.q.Questions[i].Type == instrument.Attachment
	}
	if v.purpose != token.Form || takesFiles || len(v.c.Files) > 0 || len(v.c.Suppressed) > 0 || v.c.Revoked || v.c.Versions.Contact == "" ||
		v.c.ResponseState != survey.ResponseStarted || v.c.Campaign.Confidentiality == survey.Anonymous {
		v.in.memory.forget(v.hash())
		return
	}
	v.in.memory.keep(v.hash(), v.c)
}

func (v *visit) hash() string { return string(token.Hash(survey.Token(v.token))) }

// saved takes the case as it is after a page was saved.
func (v *visit) saved(result ingest.FormResult) error {
	err := v.look(*result.After)
	if err == nil {
		v.remember()
	}
	return err
}

// quick tries a post of answers on what is remembered of the case, and reports whether
// that answered it. Otherwise nothing was done, and the visit knows nothing of it.
func (in *intake) quick(w http.ResponseWriter, r *http.Request, v *visit) bool {
	before := *v
	if in.tried(w, r, v) {
		return true
	}
	before.counted = v.counted
	*v = before
	return false
}

func (in *intake) tried(w http.ResponseWriter, r *http.Request, v *visit) bool {
	do := r.PostForm.Get(templates.FieldDo)
	page, ok := v.remembered()
	if !ok || r.PostForm.Get(templates.FieldNonce) == "" || v.look(page) != nil || !v.released() {
		return false
	}
	var f ingest.Form
	switch do {
	case templates.DoNext, templates.DoBack, templates.DoSkip:
		f, _ = v.action(do, r)
	case templates.DoSave:
		f = ingest.Form{Action: ingest.Save, Fields: v.fields(r, true), Given: v.given(r)}
	}
	if len(f.Fields) == 0 || !in.posts.Take(v.inv) {
		return false
	}
	v.counted = true
	result, err := in.Ingest.SaveOn(v.ctx, v.c, v.name(r.PostForm.Encode(), ""), f)
	if err != nil || result.After == nil || v.saved(result) != nil {
		return false // should it be stored all the same, it is found to be so
	}
	switch {
	case do != templates.DoSave:
		next := v.goOn(do, r, result)
		in.memory.redirect(v.hash(), next)
		http.Redirect(w, r, next, http.StatusSeeOther)
	case result.Waits:
		w.WriteHeader(http.StatusUnprocessableEntity)
	default:
		w.WriteHeader(http.StatusNoContent)
	}
	return true
}
