package intake

import (
	"net/http"

	"canvass/dispatch/instrument"
	"canvass/dispatch/wording"
	"canvass/templates"
)

// show answers a GET of the form: where the person stands, or the door asked
// for.
func (in *intake) show(w http.ResponseWriter, r *http.Request, v *visit) {
	if in.ownFile(w, r, v) {
		return
	}
	page, err := v.page()
	if err != nil {
		in.trouble(w, r, v, err)
		return
	}
	in.write(w, r, http.StatusOK, page)
}

// page is the page that the address asks for, as far as the case allows it.
func (v *visit) page() (templates.Page, error) {
	door := v.query.Get(askPage)
	if p := v.wayOut(door); p != nil {
		return p, nil
	}
	if p, err := v.own(door); p != nil || err != nil {
		return p, err
	}
	switch {
	case v.withdrawn():
		return templates.Withdraw{Frame: v.frame(), Done: true}, nil
	case v.submitted() && door == doorThanks:
		return templates.Thanks{Frame: v.frame(askPage, door), Given: v.in.Words.Given(v.words, v.c.Answers),
			Copy: v.at(v.lang, askPage, doorCopy)}, nil
	case v.submitted():
		return templates.AlreadyDone{Frame: v.frame(), Mode: string(v.c.SubmittedByMode)}, nil
	case v.ended():
		return templates.Closed{Frame: v.frame(), Begun: len(v.c.Answers) > 0}, nil
	case door == doorDecline:
		return templates.NotThisTime{Frame: v.frame(askPage, door), Done: v.c.Facts.Refused}, nil
	case door == doorWithdraw && len(v.c.Answers) > 0:
		return templates.Withdraw{Frame: v.frame(askPage, door)}, nil
	case v.waits():
		return templates.Paused{Frame: v.frame()}, nil
	}
	return v.form()
}

// wayOut is a page about invitations as such, which no state of the case shuts;
// nil for another door.
func (v *visit) wayOut(door string) templates.Page {
	stopped := len(v.c.Suppressed) > 0
	switch {
	case door == doorStop && !v.stoppedAll(), door == doorStopped && !stopped:
		return v.stopPage(false)
	case door == doorStop, door == doorStopped, door == doorResumed && stopped:
		return templates.Stopped{Frame: v.frame(askPage, doorStopped), Again: true}
	case door == doorResumed:
		return templates.Resumed{Frame: v.frame(askPage, door)}
	}
	return nil
}

// form is the start page, or a page of questions if one is asked for.
func (v *visit) form() (templates.Page, error) {
	p := instrument.PaperOf(v.q, v.c.Answers)
	if name := v.query.Get(askName); name != "" && len(p.Sheets) > 0 {
		i := p.Find(name)
		if i < 0 {
			i = p.Next()
		}
		return v.question(p, i), nil
	}
	if pick, ok := v.pick(); ok {
		return v.picked(p, pick)
	}
	return v.start()
}

func (v *visit) start() (templates.Page, error) {
	var err error
	if v.words.FrameSize, err = v.in.Store.FrameSize(v.ctx, v.c.Campaign.ID); err != nil {
		return nil, err
	}
	v.words.AnsweredAt = v.lastAnswer()
	if v.words.Progress.Answered == 0 {
		v.words.Progress = instrument.Progress{} // as many questions as the invitation said
	}
	frame := v.frame()
	frame.About = "" // this is it
	return v.in.Words.Start(v.words, frame)
}

// question shows sheet i with what is stored.
func (v *visit) question(p instrument.Paper, i int) templates.Page {
	page := v.sheetPage(p, i, nil)
	if saved := v.lastAnswer(); !saved.IsZero() {
		page.SavedAt = templates.Clock(saved.In(v.words.Zone))
	}
	return page
}

// sheetPage draws sheet i, with what was typed where something was.
func (v *visit) sheetPage(p instrument.Paper, i int, typed map[string]wording.Typed) templates.Question {
	s := p.Sheets[i]
	page := templates.Question{Frame: v.frame(askName, s[0].Name), Position: s.Position(), Number: p.Number(i),
		Of: v.words.Progress.Applicable, First: i == 0, Last: p.Last(i), Shown: v.words.Now.UnixMilli()}
	page.Asked = v.in.Words.Sheet(v.words, p, i, typed)
	v.fileForm(&page)
	return page
}

// pick is the choice of the first question that a mail's link marks. It is of
// use only where the form knows the person anyway, and nothing is said yet.
func (v *visit) pick() (*instrument.Choice, bool) {
	code := v.query.Get(wording.FieldPick)
	if code == "" || !wording.Pressable(v.c.Campaign.Confidentiality) {
		return nil, false
	}
	q := wording.FirstPressed(v.q)
	if q == nil || !instrument.Unanswered(v.c.Answers[q.Name]) {
		return nil, false
	}
	return q.Choice(code)
}

// picked shows the first sheet with a choice marked and not stored.
func (v *visit) picked(p instrument.Paper, pick *instrument.Choice) (templates.Page, error) {
	q := wording.FirstPressed(v.q)
	page := v.sheetPage(p, max(p.Find(q.Name), 0), map[string]wording.Typed{q.Name: {Values: []string{q.FormValue(pick)}}})
	page.FromMail = pick.Label.In(v.lang)
	page.Other = v.at(v.other(), wording.FieldPick, pick.Code)
	return page, nil
}

// write renders a page, or says in plain text that even that failed.
func (in *intake) write(w http.ResponseWriter, r *http.Request, status int, page templates.Page) {
	answer := &pageWriter{w: w, status: status}
	if err := in.Templates.Write(answer, page); err != nil && !answer.begun {
		in.Logger.ErrorContext(r.Context(), "a page cannot be written", "route", r.Pattern, "err", err)
		http.Error(w, "Hệ thống đang bận. Xin thử lại sau.\nWe are busy. Please try again later.", http.StatusInternalServerError)
	}
}

// pageWriter sends the status when the page is known to be whole.
type pageWriter struct {
	w      http.ResponseWriter
	status int
	begun  bool
}

// Write implements io.Writer.
func (p *pageWriter) Write(b []byte) (int, error) {
	if !p.begun {
		p.begun = true
		p.w.Header().Set("Content-Type", "text/html; charset=utf-8")
		p.w.WriteHeader(p.status)
	}
	return p.w.Write(b)
}
