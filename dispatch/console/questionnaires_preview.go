package console

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/appraisal"
	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/dispatch/wording"
	"canvass/templates"
)

// mostPreviewed is how many questions a preview shows at once.
const mostPreviewed = 50

// asksIn is the language that a preview is asked for in, of those of the questionnaire.
func (v *visit) asksIn(q *instrument.Questionnaire) survey.Lang {
	given := survey.Lang(v.r.URL.Query().Get("in"))
	for _, l := range q.Languages {
		if l == given {
			return l
		}
	}
	return q.Languages[0]
}

// preview shows a questionnaire by web, SMS and keypad, side by side.
func (v *visit) preview(w *writing) {
	page := templates.WritingPreview{WritingScreen: v.screen(w, "preview"), Open: w.q != nil}
	v.framing()
	if w.q == nil {
		v.show(http.StatusOK, page)
		return
	}
	lang := v.asksIn(w.q)
	page.In, page.Page, page.All = string(lang), w.base+"/page?in="+string(lang), len(w.q.Questions)
	for _, l := range w.q.Languages {
		page.Langs = append(page.Langs, string(l))
	}
	from, err := strconv.Atoi(v.r.URL.Query().Get("from"))
	if err != nil || from < 0 || from >= page.All {
		from = 0
	}
	to := min(from+mostPreviewed, page.All)
	page.From, page.To = from+1, to
	at := func(n int) string { return w.base + "/preview?in=" + string(lang) + "&from=" + strconv.Itoa(n) }
	if from > 0 {
		page.Before = at(max(from-mostPreviewed, 0))
	}
	if to < page.All {
		page.After = at(to)
	}
	var sms, voice appraisal.Mode
	for _, m := range appraisal.Modes(w.q) {
		switch m.Mode {
		case survey.TextMode:
			sms = m
		case survey.Voice:
			voice = m
		}
	}
	for i := from; i < to; i++ {
		q := &w.q.Questions[i]
		page.Lines = append(page.Lines, templates.PreviewLine{Name: q.Name, Label: q.Label.In(lang), Page: page.Page + "&q=" + url.QueryEscape(q.Name),
			SMS: smsLook(sms.Questions[i], lang), Voice: voiceLook(voice.Questions[i], lang)})
	}
	v.show(http.StatusOK, page)
}

// framing lets a screen hold the form of respondents in a frame.
func (v *visit) framing() {
	h := v.w.Header()
	h.Set("Content-Security-Policy", h.Get("Content-Security-Policy")+"; frame-src 'self'")
}

// framed lets a page stand in a frame of the console, and run no script: the form does all
// that it does without.
func (v *visit) framed() {
	h := v.w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'")
	h.Set("X-Frame-Options", "SAMEORIGIN")
	h.Set("Content-Type", "text/html; charset=utf-8")
}

// exampleContext is a person in a round that ends in four days, of the office if it is
// set.
func (v *visit) exampleContext(q *instrument.Questionnaire, lang survey.Lang) wording.Context {
	now := v.now()
	office, ok, err := v.Store.Office(v.ctx)
	if err != nil || !ok {
		office = dispatch.ExampleOffice()
	}
	return wording.Context{Campaign: survey.Campaign{Title: map[survey.Lang]string(q.Title), Purpose: survey.PurposeSurvey, Confidentiality: survey.Identified,
		Design: survey.Design{Method: survey.Stratified}, EndsAt: now.Add(4 * 24 * time.Hour), Office: office},
		Zone: v.Zone, Now: now, Lang: lang, Questionnaire: q, CanReceive: true, FrameSize: 300, InvitedAt: now,
		Link: "https://ks.vidu.example/r/AAAAAAAAAAAAAAAAAAAAAA", StopLink: "https://ks.vidu.example/u/AAAAAAAAAAAAAAAAAAAAAA"}
}
