package console

import (
	"net/http"
	"strconv"
	"strings"

	"canvass/dispatch/drafting"
	"canvass/dispatch/survey"
	"canvass/templates"
)

// mostChoices is how many choices of a question the list of questions names.
const mostChoices = 8

func (v *visit) draftForm(w *writing) { v.show(http.StatusOK, v.formScreen(w)) }

// formScreen is a manuscript question by question.
func (v *visit) formScreen(w *writing) templates.WritingForm {
	page := templates.WritingForm{WritingScreen: v.screen(w, "form")}
	o, err := drafting.Read(w.source)
	if err != nil {
		page.Broken = v.words(err)
		page.Found = v.found(w, w.faults, true)
		return page
	}
	vi, en := survey.Vietnamese, survey.English
	page.Name, page.Minutes = o.Name, o.Minutes
	page.TitleVI, page.TitleEN, page.IntroVI, page.IntroEN, page.English = o.Title[vi], o.Title[en], o.Intro[vi], o.Intro[en], inEnglish(o.Head)
	wrong := map[int][]string{} // by place of the question; 0: elsewhere
	for _, e := range w.faults {
		at := placeOf(o, lineOf(e))
		wrong[at] = append(wrong[at], v.words(e))
		if at == 0 {
			page.Found = append(page.Found, v.found(w, []*survey.Error{e}, true)...)
		}
	}
	for i, s := range o.Sketches {
		page.Sketches = append(page.Sketches, v.sketchLine(i+1, s, page.English))
		page.Sketches[i].Wrong = wrong[i+1]
	}
	return page
}

// placeOf is the place, from 1, of the question that a line belongs to; 0 if it is none's.
func placeOf(o drafting.Outline, line int) int {
	for i, s := range o.Sketches {
		if line >= s.Line && line <= s.End {
			return i + 1
		}
	}
	return 0
}

func inEnglish(h drafting.Head) bool {
	for _, l := range h.Languages {
		if l == survey.English {
			return true
		}
	}
	return false
}

// sketchLine is one question in the list.
func (v *visit) sketchLine(at int, s drafting.Sketch, english bool) templates.SketchLine {
	line := templates.SketchLine{At: at, Name: s.Name, Type: s.Type, Kind: s.Kind, Label: in(v.lang(), s.Label), Required: s.Required, Core: s.Core, Break: s.Break, When: s.Relevant}
	line.Lacks = english && s.Label[survey.English] == "" && len(s.Label) > 0
	for i, c := range s.Choices {
		if i == mostChoices {
			line.More = len(s.Choices) - mostChoices
			break
		}
		line.Choices = append(line.Choices, in(v.lang(), c.Label))
		line.Lacks = line.Lacks || english && c.Label[survey.English] == ""
	}
	return line
}

// in is a text in a language, else in the one that there is.
func in(l survey.Lang, t drafting.Texts) string {
	for _, l := range []survey.Lang{l, survey.Vietnamese, survey.English} {
		if t[l] != "" {
			return t[l]
		}
	}
	return ""
}

// saveHead writes what stands before the questions.
func (v *visit) saveHead(w *writing) {
	src, err := w.source, error(nil)
	o, err := drafting.Read(src)
	if err == nil {
		h := o.Head
		h.Name, h.Minutes = strings.TrimSpace(v.r.PostFormValue("name")), strings.TrimSpace(v.r.PostFormValue("minutes"))
		h.Languages = []survey.Lang{survey.Vietnamese}
		if v.r.PostFormValue("english") != "" {
			h.Languages = append(h.Languages, survey.English)
		}
		h.Title = drafting.Texts{survey.Vietnamese: v.line("title-vi"), survey.English: v.line("title-en")}
		h.Intro = drafting.Texts{survey.Vietnamese: v.line("intro-vi"), survey.English: v.line("intro-en")}
		if len(o.Languages) > 1 && len(h.Languages) == 1 { // texts side by side would have one too many
			src, err = drafting.InVietnamese(src)
		}
		if err == nil {
			src, err = drafting.SetHead(src, h)
		}
	}
	v.edited(w, src, err, "questionnaires.saved")
}

// line is a field as one line.
func (v *visit) line(name string) string {
	return strings.Join(strings.Fields(v.r.PostFormValue(name)), " ")
}

// edited keeps a text that an edit gave, and goes back to the list of questions; told says
// what was done.
func (v *visit) edited(w *writing, src []byte, err error, told string) {
	if err == nil && string(src) != string(w.source) {
		err = v.saved(w, src)
	}
	switch {
	case err == nil:
		v.tell(told)
		v.goTo(w.base)
	case !tellable(err):
		v.fail(err)
	default:
		page := v.formScreen(w)
		page.W.Wrong = v.words(err)
		v.showWriting(page, true)
	}
}

// moveQuestion puts a question up, down or out.
func (v *visit) moveQuestion(w *writing) {
	at, err := strconv.Atoi(v.r.PathValue("n"))
	if err != nil {
		v.fail(&survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound})
		return
	}
	src, told := w.source, "questionnaires.moved"
	switch v.r.PostFormValue("do") {
	case "up":
		src, err = drafting.Move(src, at-1, -1)
	case "down":
		src, err = drafting.Move(src, at-1, 1)
	case "remove":
		src, err = drafting.Remove(src, at-1)
		told = "questionnaires.removed"
	}
	if survey.KindOf(err) == survey.NotFound {
		v.fail(err)
		return
	}
	v.edited(w, src, err, told)
}
