package intake

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"canvass/dispatch/survey"
	"canvass/dispatch/wording"
	"canvass/templates"
)

// bare is a frame for a page that knows no case: the office of the house, in
// the language that was asked for.
func (in *intake) bare(r *http.Request) templates.Frame {
	c := wording.Context{Now: in.Clock.Now(), Lang: survey.Lang(r.URL.Query().Get(askLang)).Or(survey.Vietnamese)}
	if r.Method == http.MethodPost && r.PostForm != nil {
		c.Lang = survey.Lang(r.PostForm.Get(templates.FieldLang)).Or(c.Lang)
	}
	if office, ok, err := in.Store.Office(r.Context()); err == nil && ok {
		c.Campaign.Office = office
	}
	return in.Words.Frame(c)
}

// unknown tells that no form has this address, and nothing else: a link that
// never was, one of another purpose and one that is not released look the same.
func (in *intake) unknown(w http.ResponseWriter, r *http.Request) {
	if !in.knows(r) {
		// Without the office: that would be a look into the database.
		w.Header().Set("Retry-After", "60")
		in.write(w, r, http.StatusTooManyRequests, templates.Throttled{Frame: in.Words.Frame(wording.Context{Now: in.Clock.Now()})})
		return
	}
	in.write(w, r, http.StatusNotFound, templates.UnknownLink{Frame: in.bare(r)})
}

// trouble tells that something of ours is away. What was posted goes back to
// the person in the page, whole, to be sent once more by one press; being the
// same post, it is taken once even if the first one did arrive.
func (in *intake) trouble(w http.ResponseWriter, r *http.Request, v *visit, cause error) {
	status := http.StatusInternalServerError
	if survey.KindOf(cause) == survey.Unavailable || errors.Is(cause, r.Context().Err()) {
		status = http.StatusServiceUnavailable
		in.memory.clear() // what comes back may be another database: the backup of this one
		w.Header().Set("Retry-After", "10")
	}
	if r.Context().Err() == nil { // else they went away
		in.Logger.ErrorContext(r.Context(), "a page cannot be answered", "route", r.Pattern, "err", cause)
	}
	page := templates.Trouble{Frame: in.bare(r), Kept: r.Method != http.MethodPost}
	page.Self = v.self
	if r.Method == http.MethodPost {
		page.Posted, page.Files = carried(r), len(v.lost) > 0
		for _, name := range v.lost {
			page.Posted = append(page.Posted, templates.Carried{Name: templates.FieldLost, Value: name})
		}
	}
	in.write(w, r, status, page)
}

// carried lists what was posted, field by field.
func carried(r *http.Request) []templates.Carried {
	var out []templates.Carried
	for name, values := range r.PostForm {
		for _, value := range values {
			out = append(out, templates.Carried{Name: name, Value: value})
		}
	}
	slices.SortStableFunc(out, func(a, b templates.Carried) int {
		switch {
		case a.Name < b.Name:
			return -1
		case a.Name > b.Name:
			return 1
		}
		return 0
	})
	return out
}

// readForm reads a post, or answers why it cannot be read.
func (in *intake) readForm(w http.ResponseWriter, r *http.Request, v *visit) bool {
	err := r.ParseForm()
	if kind := r.Header.Get("Content-Type"); err == nil && strings.HasPrefix(kind, "multipart/form-data") {
		err = r.ParseMultipartForm(maxForm) // mail programs may post so (RFC 8058)
	}
	if err == nil {
		v.lang = survey.Lang(r.PostForm.Get(templates.FieldLang))
		return true
	}
	in.refuseForm(w, r, v, err)
	return false
}

// refuseForm says that a post cannot be read.
func (in *intake) refuseForm(w http.ResponseWriter, r *http.Request, v *visit, err error) {
	status := http.StatusBadRequest
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		status = http.StatusRequestEntityTooLarge
	}
	page := templates.Trouble{Frame: in.bare(r)}
	page.Self = v.self
	in.write(w, r, status, page)
}
