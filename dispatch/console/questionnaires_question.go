package console

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"canvass/dispatch/appraisal"
	"canvass/dispatch/drafting"
	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/templates"
)

// sketchTypes are the types that the simple form can make.
func sketchTypes() []string {
	return []string{"single", "multiple", "scale", "ranking", "integer", "decimal", "date", "text", "acknowledge", "note"}
}

func questionKinds() []string { return []string{"own_opinion", "what_i_hear", "fact", "background"} }

// sketched is a question of a manuscript, at its place from 1.
type sketched struct {
	outline drafting.Outline
	at      int
	drafting.Sketch
}

// isNew reports whether it is one more than there are.
func (s sketched) isNew() bool { return s.at > len(s.outline.Sketches) }

// place is the question that an address names, from 1; one more than there are is a new
// one. It answers if there is none, or if the text cannot be edited so.
func (v *visit) place(w *writing) (s sketched, ok bool) {
	o, err := drafting.Read(w.source)
	if err != nil {
		v.goTo(w.base + "/text")
		return s, false
	}
	at, err := strconv.Atoi(v.r.PathValue("n"))
	if err != nil || at < 1 || at > len(o.Sketches)+1 {
		v.fail(&survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound})
		return s, false
	}
	s = sketched{outline: o, at: at}
	if !s.isNew() {
		s.Sketch = o.Sketches[at-1]
	}
	return s, true
}

func (v *visit) askQuestion(w *writing) {
	s, ok := v.place(w)
	if !ok {
		return
	}
	if s.isNew() {
		s.Sketch = drafting.Sketch{Type: "single", Kind: "own_opinion", Required: true, Break: true}
		if t := v.r.URL.Query().Get("type"); slices.Contains(sketchTypes(), t) {
			s.Type = t
		}
	}
	page := v.questionScreen(w, s)
	if !s.isNew() {
		page.Look = v.look(w.source, s.Name)
	}
	v.show(http.StatusOK, page)
}

// questionScreen is the form of one question.
func (v *visit) questionScreen(w *writing, s sketched) templates.WritingQuestion {
	vi, en := survey.Vietnamese, survey.English
	page := templates.WritingQuestion{WritingScreen: v.screen(w, "question"), At: s.at, New: s.isNew(), Was: s.Name, Name: s.Name, Type: s.Type, Kind: s.Kind,
		LabelVI: s.Label[vi], LabelEN: s.Label[en], HintVI: s.Hint[vi], HintEN: s.Hint[en], SMSVI: s.SMS[vi], SMSEN: s.SMS[en],
		VoiceVI: s.Voice[vi], VoiceEN: s.Voice[en], Choices: drafting.Typed(s.Choices, s.outline.Languages), List: s.List, Min: s.Min, Max: s.Max, AtMost: s.AtMost,
		Required: s.Required, Core: s.Core, Key: s.Key, Break: s.Break, First: s.at == 1, English: inEnglish(s.outline.Head), More: s.More, Types: sketchTypes(), Kinds: questionKinds()}
	page.Whens = v.whens(s)
	if !slices.Contains(page.Types, s.Type) {
		page.Types = append([]string{s.Type}, page.Types...)
	}
	if page.New {
		page.Was, page.Name = "", ""
	}
	return page
}

// typedSketch reads the form of a question over what it was before.
func (v *visit) typedSketch(s sketched) sketched {
	vi, en := survey.Vietnamese, survey.English
	texts := func(name string) drafting.Texts {
		t := drafting.Texts{}
		for l, key := range map[survey.Lang]string{vi: name + "-vi", en: name + "-en"} {
			if words := v.line(key); words != "" {
				t[l] = words
			}
		}
		return t
	}
	one := func(name string) string { return strings.TrimSpace(v.r.PostFormValue(name)) }
	s.Type, s.Kind, s.Min, s.Max, s.AtMost = one("type"), one("kind"), one("min"), one("max"), one("at_most")
	s.Label, s.Hint, s.SMS, s.Voice = texts("label"), texts("hint"), texts("sms"), texts("voice")
	s.Required, s.Core, s.Key = one("required") != "", one("core") != "", one("key") != ""
	s.Break = one("break") != ""
	if v.r.PostForm.Has("when") {
		s.Relevant = v.line("when")
	}
	if one("shared") == "" {
		s.List = ""
		s.Choices = drafting.Choices(v.r.PostFormValue("choices"), s.outline.Languages, s.Choices)
	}
	if s.Name = one("name"); s.Name == "" {
		var taken []string
		for _, x := range s.outline.Sketches {
			if x.Name != one("was") {
				taken = append(taken, x.Name)
			}
		}
		s.Name = drafting.NameOf(s.Label[vi], taken)
	}
	s.Sketch = fitted(s.Sketch)
	return s
}

// fitted is a sketch without what its type has no use for, where the form shows it.
func fitted(s drafting.Sketch) drafting.Sketch {
	chosen := slices.Contains([]string{"single", "multiple", "ranking", "matrix"}, s.Type) || s.Type == "scale" && len(s.Choices) > 0
	if !chosen {
		s.Choices, s.List = nil, ""
	}
	if !slices.Contains([]string{"integer", "decimal", "date", "scale"}, s.Type) || chosen {
		s.Min, s.Max = "", ""
	}
	if !slices.Contains([]string{"multiple", "ranking", "attachment"}, s.Type) {
		s.AtMost = ""
	}
	if s.Type == "note" {
		s.Kind, s.Required, s.Key = "", false, false
	}
	return s
}

// saveQuestion writes the form of one question into the text.
func (v *visit) saveQuestion(w *writing) {
	if v.r.PostFormValue("do") != "" {
		v.moveQuestion(w)
		return
	}
	s, ok := v.place(w)
	if !ok {
		return
	}
	s = v.typedSketch(v.sameQuestion(s))
	if field, problem := lacking(s.Sketch); field != "" {
		v.refuseQuestion(w, s, field, &survey.Error{Kind: survey.Invalid, Code: survey.CodeSketchEmpty, Args: map[string]string{"problem": v.Templates.Sentence(string(v.lang()), problem)}})
		return
	}
	src, err := drafting.Put(w.source, s.at-1, s.Sketch)
	if err == nil {
		err = v.saved(w, src)
	}
	switch {
	case err == nil && v.r.PostFormValue("next") != "":
		v.tell("questionnaires.put")
		v.goTo(w.base + "/questions/" + strconv.Itoa(max(len(s.outline.Sketches), s.at)+1))
	case err == nil:
		v.tell("questionnaires.put")
		v.goTo(w.base + "#q-" + strconv.Itoa(s.at))
	case !tellable(err):
		v.fail(err)
	default:
		v.refuseQuestion(w, s, "", err)
	}
}

// sameQuestion is the question that a form was made of, by its name: others may have been
// put before it meanwhile.
func (v *visit) sameQuestion(s sketched) sketched {
	was := v.r.PostFormValue("was")
	i := slices.IndexFunc(s.outline.Sketches, func(x drafting.Sketch) bool { return x.Name == was })
	switch {
	case was != "" && i >= 0:
		return sketched{outline: s.outline, at: i + 1, Sketch: s.outline.Sketches[i]}
	case was == "":
		return sketched{outline: s.outline, at: len(s.outline.Sketches) + 1}
	}
	return s
}

// lacking is which field of a sketch is empty that must not be, and the sentence that
// says so.
func lacking(s drafting.Sketch) (field, problem string) {
	switch {
	case s.Label[survey.Vietnamese] == "" && s.Label[survey.English] == "":
		return "label-vi", "refusal.questionnaires.label"
	case slices.Contains([]string{"single", "multiple", "ranking"}, s.Type) && s.List == "" && len(s.Choices) < 2:
		return "choices", "refusal.questionnaires.choices"
	case slices.Contains([]string{"integer", "decimal"}, s.Type) && s.Max == "" || s.Type == "scale" && len(s.Choices) == 0 && s.Max == "":
		return "max", "refusal.questionnaires.max"
	}
	return "", ""
}

// refuseQuestion shows the form again as it was typed. Where somebody else saved
// meanwhile, their text of the question stands beside, and the next save is over it.
func (v *visit) refuseQuestion(w *writing, s sketched, field string, err error) {
	page := v.questionScreen(w, s)
	page.Was, page.Name = v.r.PostFormValue("was"), s.Name
	page.W.Wrong, page.Field = v.words(err), field
	if survey.CodeOf(err) == survey.CodeManuscriptChanged && !s.isNew() {
		lines, theirs := strings.Split(string(w.source), "\n"), s.outline.Sketches[s.at-1]
		page.Theirs = strings.Join(lines[theirs.Line-1:theirs.End], "\n")
	}
	v.showWriting(page, true)
}

// lookAtQuestion shows what the modes make of a question while it is typed, and keeps
// nothing.
func (v *visit) lookAtQuestion(w *writing) {
	s, ok := v.place(w)
	if !ok {
		return
	}
	s = v.typedSketch(s)
	page := v.questionScreen(w, s)
	page.Was, page.Name = v.r.PostFormValue("was"), v.r.PostFormValue("name")
	if field, _ := lacking(s.Sketch); field == "" {
		if src, err := drafting.Put(w.source, s.at-1, s.Sketch); err == nil {
			page.Look = v.look(src, s.Name)
		}
	}
	v.show(http.StatusOK, page)
}

// look is what the modes make of a question of a text. Errors elsewhere in it hide it.
func (v *visit) look(src []byte, name string) templates.Look {
	var out templates.Look
	q, faults := instrument.Parse("", src)
	o, err := drafting.Read(src)
	if err != nil {
		return out
	}
	at := slices.IndexFunc(o.Sketches, func(s drafting.Sketch) bool { return s.Name == name })
	for _, e := range faults {
		if placeOf(o, lineOf(e)) == at+1 {
			out.Wrong = append(out.Wrong, v.words(e))
		} else {
			out.Beyond++
		}
	}
	if q == nil {
		return out
	}
	for i := range q.Questions {
		question := &q.Questions[i]
		if question.Name != name && question.Matrix != name {
			continue
		}
		for _, m := range appraisal.Modes(q) {
			asking := m.Questions[i]
			for n, l := range q.Languages {
				if asking.Words[l] == "" && n > 0 {
					continue // said once that it is not asked
				}
				switch m.Mode {
				case survey.TextMode:
					out.SMS = append(out.SMS, smsLook(asking, l))
				case survey.Voice:
					out.Voice = append(out.Voice, voiceLook(asking, l))
				}
			}
		}
		break
	}
	return out
}

func smsLook(a appraisal.Asking, l survey.Lang) templates.SMSLook {
	m := a.SMS[l]
	return templates.SMSLook{Lang: string(l), Text: a.Words[l], Folded: m.Folded.Segments, Accented: m.Accented.Segments, Units: m.Folded.Units, FullUnits: m.Accented.Units,
		Encoding: m.Folded.Encoding, FullCode: m.Accented.Encoding, How: string(a.How), Why: string(a.Why)}
}

func voiceLook(a appraisal.Asking, l survey.Lang) templates.VoiceLook {
	return templates.VoiceLook{Lang: string(l), Text: a.Words[l], Seconds: a.Seconds[l], How: string(a.How), Why: string(a.Why)}
}
