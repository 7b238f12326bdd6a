package console

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/dispatch/wording"
	"canvass/templates"
)

// tried is the web form of a questionnaire as somebody tries it. What was answered goes
// with the form, in the field that a respondent's form has its nonce in, and is kept
// nowhere.
type tried struct {
	*visit
	about   *writing
	q       *instrument.Questionnaire
	lang    survey.Lang
	words   *wording.Wording
	answers survey.Answers
}

// webPage shows the pages that respondents see, by the same templates: the first, or the
// one of a question.
func (v *visit) webPage(w *writing) {
	t, ok := v.playsTo(w)
	if !ok {
		return
	}
	if name := v.r.URL.Query().Get("q"); name != "" {
		t.showSheet(t.alone(name), 0, nil, http.StatusOK)
		return
	}
	c := v.exampleContext(t.q, t.lang)
	start, err := t.words.Start(c, t.frame(c))
	if err != nil {
		v.fail(err)
		return
	}
	t.write(start, http.StatusOK)
}

// playsTo begins a page; it answers where the text cannot be shown.
func (v *visit) playsTo(w *writing) (*tried, bool) {
	v.framed()
	if w.q == nil {
		v.w.WriteHeader(http.StatusUnprocessableEntity)
		return nil, false
	}
	return &tried{visit: v, about: w, q: w.q.For(1), lang: v.asksIn(w.q), words: wording.New(v.Templates), answers: survey.Answers{}}, true
}

func (t *tried) frame(c wording.Context) templates.Frame {
	f := t.words.Frame(c)
	f.Self = t.about.base + "/page?in=" + string(t.lang)
	if len(t.answers) > 0 {
		if kept, err := json.Marshal(t.answers); err == nil {
			f.Nonce = base64.StdEncoding.EncodeToString(kept)
		}
	}
	return f
}

// alone is the page of a question whatever was answered before it.
func (t *tried) alone(name string) instrument.Paper {
	q, ok := t.q.Question(name)
	var s instrument.Sheet
	for i := range t.q.Questions {
		if other := &t.q.Questions[i]; ok && other.Page == q.Page && (other.Name == name || other.Group == q.Group) && other.Type.Asked() {
			s = append(s, t.q.Offered(other, t.answers))
		}
	}
	if len(s) == 0 {
		return instrument.PaperOf(t.q, t.answers)
	}
	return instrument.PaperOf(t.q, t.answers).With(s)
}

// takePage takes what was entered on a page, and shows the one that follows.
func (v *visit) takePage(w *writing) {
	t, ok := v.playsTo(w)
	if !ok {
		return
	}
	if kept, err := base64.StdEncoding.DecodeString(v.r.PostFormValue(templates.FieldNonce)); err == nil {
		given := survey.Answers{}
		if json.Unmarshal(kept, &given) == nil {
			for name, a := range given {
				t.answers = t.q.Set(t.answers, name, a)
			}
		}
	}
	do, sheet := v.r.PostFormValue(templates.FieldDo), instrument.Posted(t.q, v.r.PostFormValue(templates.FieldPage))
	typed := map[string]wording.Typed{}
	if do == templates.DoNext || do == templates.DoSkip {
		typed = t.take(sheet, do == templates.DoSkip)
	}
	p := instrument.PaperOf(t.q, t.answers)
	at := p.Place(sheet)
	switch {
	case len(p.Sheets) == 0:
		t.thanks()
	case len(typed) > 0 && at >= 0:
		t.showSheet(p, at, typed, http.StatusUnprocessableEntity)
	case do == templates.DoBack:
		t.showSheet(p, max(at-1, 0), nil, http.StatusOK)
	case len(sheet) > 0 && at == len(p.Sheets)-1 && t.q.Progress(t.answers, survey.Web).Done:
		t.thanks()
	case len(sheet) > 0 && at >= 0 && at+1 < len(p.Sheets):
		t.showSheet(p, at+1, nil, http.StatusOK)
	default:
		t.showSheet(p, p.Next(), nil, http.StatusOK)
	}
}

// take reads the answers of a page; what is wrong comes back as it was typed.
func (t *tried) take(sheet instrument.Sheet, skip bool) map[string]wording.Typed {
	wrong := map[string]wording.Typed{}
	for _, q := range sheet {
		if !q.Type.Asked() || q.Type == instrument.Note {
			continue
		}
		q = t.q.Offered(q, t.answers)
		values, other := t.r.PostForm[q.Name], t.r.PostFormValue(q.OtherName())
		if skip || q.Type == instrument.Attachment { // no file is sent from here
			t.answers = t.q.Set(t.answers, q.Name, survey.Answer{Missing: survey.MissingSkipped})
			continue
		}
		a, words, err := q.ReadForm(values, other)
		if err == nil {
			err = t.q.Holds(q, a, t.answers, survey.DateOf(t.now()))
		}
		if err != nil {
			wrong[q.Name] = wording.Typed{Values: append([]string{}, values...), Other: other, Fault: err}
			continue
		}
		t.answers = t.q.Set(t.answers, q.Name, a)
		if words != "" {
			t.answers = t.q.Set(t.answers, q.OtherName(), survey.Answer{Value: words})
		}
	}
	return wrong
}

func (t *tried) showSheet(p instrument.Paper, at int, typed map[string]wording.Typed, status int) {
	c := t.exampleContext(t.q, t.lang)
	c.Progress = t.q.Progress(t.answers, survey.Web)
	t.write(templates.Question{Frame: t.frame(c), Position: p.Sheets[at].Position(), Number: p.Number(at), Of: max(c.Progress.Applicable, p.Number(at)),
		First: at == 0, Last: p.Last(at), Asked: t.words.Sheet(c, p, at, typed)}, status)
}

func (t *tried) thanks() {
	c := t.exampleContext(t.q, t.lang)
	c.SubmittedAt, c.AnsweredAt = c.Now, c.Now
	t.write(templates.Thanks{Frame: t.frame(c), Given: t.words.Given(c, t.answers)}, http.StatusOK)
}

// write renders a page of the form.
func (t *tried) write(p templates.Page, status int) {
	var b strings.Builder
	if err := t.Templates.Write(&b, p); err != nil {
		t.fail(&survey.Error{Kind: survey.Internal, Code: survey.CodeConfig, Err: err})
		return
	}
	t.visit.w.WriteHeader(status)
	_, _ = t.visit.w.Write([]byte(b.String()))
}
