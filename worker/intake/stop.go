package intake

import (
	"net/http"
	"slices"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/wording"
	"canvass/templates"
	"canvass/worker/ingest"
)

// The post of a mail program's own button (RFC 8058, section 3.1).
const (
	oneClickField = "List-Unsubscribe"
	oneClickValue = "One-Click"
)

// showStop answers a GET of the way out. It asks and does nothing: whoever
// follows links in mails to look for danger must not stop anybody.
func (in *intake) showStop(w http.ResponseWriter, r *http.Request, v *visit) {
	page := v.wayOut(v.query.Get(askPage))
	if page == nil {
		page = v.wayOut(doorStop)
	}
	in.write(w, r, http.StatusOK, page)
}

// takeStop answers a post of the way out. The button of a mail program acts at
// once and is answered without a redirect, which its program need not follow.
func (in *intake) takeStop(w http.ResponseWriter, r *http.Request, v *visit) {
	if isOneClick(r) {
		if _, err := v.oneClick(); err != nil {
			in.keepClick(w, r, v, err)
			return
		}
		in.write(w, r, http.StatusOK, templates.Stopped{Frame: v.frame(askPage, doorStopped)})
		return
	}
	switch r.PostForm.Get(templates.FieldDo) {
	case templates.DoStop, templates.DoAgain:
		in.take(w, r, v)
	default:
		http.Redirect(w, r, v.at(v.lang), http.StatusSeeOther)
	}
}

// oneClick stops mails. The button posts the same every time, so the post is
// named after the link; who came back and stops again is stopped again.
func (v *visit) oneClick() (ingest.FormResult, error) {
	f := ingest.Form{Action: ingest.Stop, OneClick: true}
	result, err := v.in.Ingest.Post(v.ctx, v.inv, v.name("one-click", ""), f)
	if err != nil || !result.Repeat {
		return result, err
	}
	if err := v.read(); err != nil || v.stopHolds(f) {
		return result, err
	}
	return v.in.Ingest.Post(v.ctx, v.inv, v.name("one-click", v.in.nonce()), f)
}

// isOneClick tells the post of a mail program's button from a person's.
func isOneClick(r *http.Request) bool { return r.PostForm.Get(oneClickField) == oneClickValue }

// clickPatience is how long a press waits for the database, in real time: its
// program does not wait for ever, and does not try again.
const clickPatience = 4 * time.Second

// keepClick keeps a press on our disk that the database could not be asked about
// or did not take. A link that is nobody's looks the same now, and will be found
// to be nothing.
func (in *intake) keepClick(w http.ResponseWriter, r *http.Request, v *visit, cause error) {
	err := in.Ingest.KeepClick(r.Context(), ingest.Click{Token: survey.Token(v.token), Name: v.name("one-click", ""),
		Again: v.name("one-click", in.nonce()), Known: v.inv != 0})
	if err != nil {
		in.trouble(w, r, v, err)
		return
	}
	in.Logger.WarnContext(r.Context(), "a mail program's stop is kept on disk", "route", r.Pattern, "err", cause)
	// Without the office: that would be a look into the database.
	in.write(w, r, http.StatusOK, templates.Stopped{Frame: in.Words.Frame(wording.Context{Now: in.Clock.Now()})})
}

// stopPage asks which invitations shall stop, of those that have not.
func (v *visit) stopPage(empty bool) templates.Stop {
	page := templates.Stop{Frame: v.frame(askPage, doorStop), Empty: empty}
	for _, c := range survey.Channels() {
		if !slices.Contains(v.c.Suppressed, c) {
			page.Channels = append(page.Channels, string(c))
		}
	}
	return page
}

// stoppedAll reports whether nothing is left to stop.
func (v *visit) stoppedAll() bool {
	return slices.Contains(v.c.Suppressed, "") || !slices.ContainsFunc(survey.Channels(),
		func(c survey.Channel) bool { return !slices.Contains(v.c.Suppressed, c) })
}

// stopOf reads the boxes of the stop page; without a box it has no Action.
func stopOf(boxes []string) ingest.Form {
	f := ingest.Form{Action: ingest.Stop}
	if slices.Contains(boxes, stopAll) {
		return f
	}
	for _, c := range survey.Channels() {
		if slices.Contains(boxes, string(c)) {
			f.Channels = append(f.Channels, c)
		}
	}
	if len(f.Channels) == 0 {
		return ingest.Form{}
	}
	return f
}

// stopAll is the value of the box for all channels.
const stopAll = "all"

// stopHolds reports whether everything that f stops is stopped.
func (v *visit) stopHolds(f ingest.Form) bool {
	if f.OneClick {
		f.Channels = []survey.Channel{survey.Mail}
	}
	if slices.Contains(v.c.Suppressed, "") {
		return true
	}
	return len(f.Channels) > 0 && !slices.ContainsFunc(f.Channels,
		func(c survey.Channel) bool { return !slices.Contains(v.c.Suppressed, c) })
}
