package intake

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"canvass/dispatch/survey"
	"canvass/dispatch/wording"
	"canvass/templates"
	"canvass/worker/ingest"
)

// The doors of the person's own page. They are open whatever the case is like:
// what we know of somebody does not end with a survey.
const (
	doorMine  = "mine"
	doorErase = "erase"
	doorData  = "data" // the own page as a file
	doorCopy  = "copy" // the answers as a file
)

// askSaved says that what was chosen on the own page is stored.
const askSaved = "saved"

// own is a door of the person's own page; nil for another door.
func (v *visit) own(door string) (templates.Page, error) {
	switch door {
	case doorMine:
		return v.mine()
	case doorErase:
		m, err := v.in.Store.Mine(v.ctx, v.inv)
		return templates.EraseAsk{Frame: v.frame(askPage, door), Done: !m.EraseAsked.IsZero(), Back: v.at(v.lang, askPage, doorMine)}, err
	}
	return nil, nil
}

func (v *visit) mine() (templates.Page, error) {
	m, err := v.in.Store.Mine(v.ctx, v.inv)
	if err != nil {
		return nil, err
	}
	page, err := v.in.Words.Mine(v.words, m, v.inv, v.c.Answers)
	if err != nil {
		return nil, err
	}
	page.Frame = v.frame(askPage, doorMine)
	page.Saved = v.query.Get(askSaved) != ""
	page.Download, page.Erase = v.at(v.lang, askPage, doorData), v.at(v.lang, askPage, doorErase)
	for i := range page.Channels {
		page.Channels[i].Checked = !v.stopped(survey.Channel(page.Channels[i].Code))
	}
	return page, nil
}

// stopped reports whether the person asked for no more on that channel.
func (v *visit) stopped(ch survey.Channel) bool {
	return slices.Contains(v.c.Suppressed, "") || slices.Contains(v.c.Suppressed, ch)
}

// ownFile answers with a file to keep; false if the door is no file, or there is
// nothing to put into it.
func (in *intake) ownFile(w http.ResponseWriter, r *http.Request, v *visit) bool {
	door := v.query.Get(askPage)
	if door != doorData && door != doorCopy {
		return false
	}
	name, kind := "du-lieu-cua-toi.json", "application/json"
	body, err := v.data()
	if door == doorCopy {
		given := v.in.Words.Given(v.words, v.c.Answers)
		if len(given) == 0 || v.withdrawn() {
			return false
		}
		name, kind = "cau-tra-loi.txt", "text/plain; charset=utf-8"
		var text string
		text, err = v.in.Words.Copy(v.words, given)
		body = []byte(text)
	}
	if err != nil {
		in.trouble(w, r, v, err)
		return true
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	_, _ = w.Write(body)
	return true
}

// named is a value with what it is, in the language of the page.
type named struct {
	What  string `json:"what"`
	Value string `json:"value"`
}

// data is the own page as a file, with the answers of this survey where they
// stand beside the name anyway.
func (v *visit) data() ([]byte, error) {
	m, err := v.in.Store.Mine(v.ctx, v.inv)
	if err != nil {
		return nil, err
	}
	page, err := v.in.Words.Mine(v.words, m, v.inv, v.c.Answers)
	if err != nil {
		return nil, err
	}
	type line struct {
		Title string `json:"title"`
		State string `json:"state"` // open, started, submitted, declined, ended
		At    string `json:"at,omitempty"`
	}
	var out struct {
		Surveys []line  `json:"surveys"`
		Known   []named `json:"known"`
		Answers []named `json:"answers"`
	}
	for _, s := range page.Surveys {
		out.Surveys = append(out.Surveys, line{s.Title, strings.TrimSuffix(s.State, ".sealed"), s.When})
	}
	for _, k := range page.Known {
		out.Known = append(out.Known, named{k.Question, k.Answer})
	}
	if wording.Pressable(v.c.Campaign.Confidentiality) && !v.withdrawn() {
		for _, g := range v.in.Words.Given(v.words, v.c.Answers) {
			out.Answers = append(out.Answers, named{g.Question, g.Answer})
		}
	}
	return json.MarshalIndent(out, "", "  ")
}

// ownAction is what a press on the own page asks for; false if it is none of its
// buttons.
func (v *visit) ownAction(do string, r *http.Request) (ingest.Form, bool, error) {
	switch do {
	case templates.DoSpeak:
		v.lang = survey.Lang(r.PostForm.Get(templates.FieldSpeak)).Or(v.lang)
		return ingest.Form{Action: ingest.Speak, Lang: v.lang}, true, nil
	case templates.DoKeep:
		return ingest.Form{Action: ingest.Keep}, true, nil
	case templates.DoErase:
		return ingest.Form{Action: ingest.Erase}, true, nil
	case templates.DoHours:
		h := survey.Hours(r.PostForm.Get(templates.FieldHours))
		return ingest.Form{Action: ingest.Hours, Hours: h}, h.Valid(), nil
	case templates.DoReach:
		m, err := v.in.Store.Mine(v.ctx, v.inv)
		f := ingest.Form{Action: ingest.Reach}
		ticked := r.PostForm[templates.FieldReach]
		for _, ch := range survey.Channels() {
			// A channel without an address has no box, and stays as it is.
			asked := wording.Reaches(m.Card.Endpoints, ch)
			if asked && slices.Contains(ticked, string(ch)) || !asked && len(ticked) > 0 && !v.stopped(ch) {
				f.Channels = append(f.Channels, ch)
			}
		}
		return f, true, err
	}
	return ingest.Form{}, false, nil
}

// hoursHold reports whether the person is contacted in these hours.
func (v *visit) hoursHold(h survey.Hours) bool {
	m, err := v.in.Store.Mine(v.ctx, v.inv)
	return err == nil && m.Card.Hours == h
}

// reachHolds reports whether exactly the channels of f are open.
func (v *visit) reachHolds(f ingest.Form) bool {
	return !slices.ContainsFunc(survey.Channels(), func(c survey.Channel) bool { return slices.Contains(f.Channels, c) == v.stopped(c) })
}
