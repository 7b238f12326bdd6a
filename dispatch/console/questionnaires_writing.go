package console

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"canvass/dispatch/instrument"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/templates"
)

// writes is the right to write questionnaires.
const writes = staff.Conduct

// writing is what the screens behind one questionnaire are about: a manuscript, or a
// published version.
type writing struct {
	base        string // address
	title, name string
	draft       view.Manuscript
	version     view.QuestionnaireSource
	source      []byte
	q           *instrument.Questionnaire // nil with faults
	faults      []*survey.Error
}

// onDraft answers at an address of a manuscript.
func onDraft(do func(*visit, *writing)) func(*visit) {
	return func(v *visit) {
		id, err := strconv.ParseInt(v.r.PathValue("id"), 10, 64)
		if err != nil {
			v.fail(&survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound})
			return
		}
		d, err := v.Store.Manuscript(v.ctx, survey.ManuscriptID(id))
		if err != nil {
			v.fail(err)
			return
		}
		do(v, writingOf(d))
	}
}

func writingOf(d view.Manuscript) *writing {
	w := &writing{base: draftPath(d.ID), title: d.Name, draft: d}
	w.read([]byte(d.Source))
	return w
}

// onVersion answers at an address of a published version.
func onVersion(do func(*visit, *writing)) func(*visit) {
	return func(v *visit) {
		id, err := strconv.ParseInt(v.r.PathValue("id"), 10, 64)
		if err != nil {
			v.fail(&survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound})
			return
		}
		q, err := v.Store.QuestionnaireByID(v.ctx, survey.QuestionnaireID(id))
		if err != nil {
			v.fail(err)
			return
		}
		w := &writing{base: versionPath(q.ID), title: q.Name, name: q.Name, version: q}
		w.read([]byte(q.Source))
		if w.q != nil {
			w.title = w.q.Title.In(v.lang())
		}
		do(v, w)
	}
}

// read parses a text.
func (w *writing) read(src []byte) {
	w.source = src
	w.q, w.faults = instrument.Parse("", src)
	if w.q != nil {
		w.name = w.q.Name
	}
}

// screen is what every screen of w has.
func (v *visit) screen(w *writing, tab string) templates.WritingScreen {
	header := templates.Writing{ID: int64(w.version.ID), Base: w.base, Tab: tab, Title: w.title, Name: w.name, Version: w.version.Version, May: v.mayWrite(), Errors: len(w.faults)}
	if d := w.draft; d.ID != 0 {
		header.Draft, header.Open, header.Revision, header.Undo = true, d.Open(), d.Revision, d.Before != ""
		header.SavedAt, header.SavedBy = v.local(d.SavedAt), d.SavedBy
	}
	return templates.WritingScreen{Shell: v.shell("questionnaires"), W: header}
}

// lineOf is the line of an error ":12" of a text, 0 if it names none.
func lineOf(e *survey.Error) int {
	n, err := strconv.Atoi(e.Where[strings.LastIndexByte(e.Where, ':')+1:])
	if err != nil {
		return 0
	}
	return n
}

// mostFound is how many findings a screen tells.
const mostFound = 100

// found are findings of a text at their lines.
func (v *visit) found(w *writing, list []*survey.Error, bad bool) []templates.FoundLine {
	var out []templates.FoundLine
	lines := strings.Split(string(w.source), "\n")
	for _, e := range list[:min(len(list), mostFound)] {
		f := templates.FoundLine{Line: lineOf(e), Words: v.words(e), Bad: bad}
		if f.Line > 0 && f.Line <= len(lines) {
			f.Quote = cut(strings.TrimSpace(lines[f.Line-1]), 90)
		}
		out = append(out, f)
	}
	return out
}

// cut shortens a text to some characters.
func cut(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// joined are the errors of one that was joined of many.
func joined(err error) []*survey.Error {
	var e *survey.Error
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		var out []*survey.Error
		for _, one := range many.Unwrap() {
			out = append(out, joined(one)...)
		}
		return out
	}
	if errors.As(err, &e) {
		return []*survey.Error{e}
	}
	return nil
}

// over is the revision that a form was made from.
func (v *visit) over() int {
	n, err := strconv.Atoi(v.r.PostFormValue("over"))
	if err != nil {
		return -1 // of no revision
	}
	return n
}

// saved keeps a text as the next revision.
func (v *visit) saved(w *writing, src []byte) error {
	_, err := v.save(w, string(src))
	return err
}

// tellable reports whether an error is told on the screen that it is about.
func tellable(err error) bool {
	kind := survey.KindOf(err)
	return kind == survey.Invalid || kind == survey.Conflict
}

// showWriting shows a screen, with what was refused.
func (v *visit) showWriting(s templates.Screen, refused bool) {
	status := http.StatusOK
	if refused {
		status = http.StatusUnprocessableEntity
	}
	v.show(status, s)
}
