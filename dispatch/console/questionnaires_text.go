package console

import (
	"net/http"
	"strings"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/templates"
)

func (v *visit) save(w *writing, src string) (int, error) {
	return dispatch.SaveManuscript(v.ctx, v.Store, view.ManuscriptSave{ID: w.draft.ID, Over: v.over(), Source: src, Actor: v.account.Login, Now: v.Clock.Real()})
}

func (v *visit) textEditor(w *writing) { v.show(http.StatusOK, v.textScreen(w)) }

// textScreen is the editor with what is found in the text of w.
func (v *visit) textScreen(w *writing) templates.WritingText {
	page := templates.WritingText{WritingScreen: v.screen(w, "text"), Source: string(w.source)}
	page.Found = v.found(w, w.faults, true)
	langs := 2
	if w.q != nil {
		langs = len(w.q.Languages)
		found := appraised(w.q)
		page.Found = append(v.found(w, found.Errors, true), v.found(w, found.Warnings, false)...)
		page.W.Errors, page.W.Warnings = len(found.Errors), len(found.Warnings)
		for _, m := range found.Modes {
			if m.Mode == survey.TextMode {
				page.SMS, page.Asked = m.Most.Folded, m.Most.Questions
			}
		}
	} else if !strings.Contains(page.Source, "en") {
		langs = 1
	}
	for _, key := range templates.Snippets() {
		page.Snippets = append(page.Snippets, templates.SnippetLine{Key: key, Text: templates.Snippet(key, langs)})
	}
	return page
}

// checkText looks at a text while it is typed, and keeps nothing.
func (v *visit) checkText(w *writing) {
	w.read([]byte(dispatch.SettledSource(v.r.PostFormValue("source"))))
	v.show(http.StatusOK, v.textScreen(w))
}

// saveText keeps the text as it was typed, whatever errors it has; or puts a ready
// question at its end, and keeps nothing yet.
func (v *visit) saveText(w *writing) {
	typed := dispatch.SettledSource(v.r.PostFormValue("source"))
	if key := v.r.PostFormValue("add"); key != "" {
		w.read([]byte(strings.TrimRight(typed, "\n") + "\n\n" + templates.Snippet(key, 2)))
		v.show(http.StatusOK, v.textScreen(w))
		return
	}
	_, err := v.save(w, typed)
	switch {
	case err == nil:
		v.tell("questionnaires.saved")
		v.goTo(w.base + "/text")
		return
	case !tellable(err):
		v.fail(err)
		return
	}
	stored := w.draft
	w.read([]byte(typed))
	page := v.textScreen(w)
	page.W.Wrong = v.words(err)
	if survey.CodeOf(err) == survey.CodeManuscriptChanged {
		page.Theirs, page.TheirsBy, page.TheirsAt = stored.Source, stored.SavedBy, v.local(stored.SavedAt)
	}
	v.showWriting(page, true)
}

// undoSave puts the text of the revision before in the place of the present one.
func (v *visit) undoSave(w *writing) {
	if w.draft.Before == "" {
		v.goTo(w.base)
		return
	}
	if _, err := v.save(w, w.draft.Before); err != nil && !tellable(err) {
		v.fail(err)
		return
	} else if err != nil {
		page := v.formScreen(w)
		page.W.Wrong = v.words(err)
		v.showWriting(page, true)
		return
	}
	v.tell("questionnaires.undone")
	v.goTo(w.base)
}
