package console

import (
	"net/http"
	"strings"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/dispatch/wording"
	"canvass/templates"
)

// Bounds of a conversation that is tried: inputs, and characters of one.
const (
	mostTried = 400
	longTried = 500
)

// tryTalk plays a conversation by SMS or keypad against a text. What was typed so far
// comes with the form and is played again each time: nothing is kept.
func (v *visit) tryTalk(w *writing) {
	page := templates.WritingTry{WritingScreen: v.screen(w, "try"), Mode: string(survey.TextMode), Readable: w.q != nil}
	if m := v.r.URL.Query().Get("mode"); m == string(survey.Voice) {
		page.Mode = m
	}
	if w.q == nil {
		v.show(http.StatusOK, page)
		return
	}
	lang := v.asksIn(w.q)
	page.In = string(lang)
	for _, l := range w.q.Languages {
		page.Langs = append(page.Langs, string(l))
	}
	if v.r.Method == http.MethodPost && v.r.PostFormValue("do") != "again" {
		page.Said = said(append(v.r.PostForm["said"], v.r.PostForm["say"]...))
	}
	out := &strings.Builder{}
	q := w.q.For(1)
	words, c := wording.New(v.Templates), v.exampleContext(q, lang)
	d := &instrument.Dialogue{Questionnaire: w.q, Mode: survey.Mode(page.Mode), Lang: lang, Seed: 1, Today: survey.DateOf(v.now()), Out: out,
		Say: func(p instrument.Prompt, l survey.Lang) []string {
			c.Lang = l.Or(survey.Vietnamese)
			lines, err := spokenOrSent(words, c, p, page.Mode)
			if err != nil {
				return nil
			}
			return lines
		}}
	for _, input := range append([]string{"(begin)"}, page.Said...) {
		out.Reset()
		d.Take(input)
		if input != "(begin)" {
			page.Talk = append(page.Talk, templates.TalkLine{Who: "me", Words: shownInput(input)})
		}
		page.Talk = append(page.Talk, talkOf(out.String())...)
		page.Over = strings.Contains(out.String(), "hang_up")
	}
	v.show(http.StatusOK, page)
}

// said are the inputs of a form that are played.
func said(list []string) []string {
	var out []string
	for _, s := range list {
		if s = strings.Join(strings.Fields(s), " "); s != "" && len(out) < mostTried {
			out = append(out, cut(s, longTried))
		}
	}
	return out
}

func spokenOrSent(words *wording.Wording, c wording.Context, p instrument.Prompt, mode string) ([]string, error) {
	if mode == string(survey.Voice) {
		return words.VoicePrompt(c, p)
	}
	text, err := words.SMSPrompt(c, p)
	return []string{text}, err
}

// shownInput is an input as the person made it; a silence has none.
func shownInput(input string) string {
	if input == "(silence)" {
		return "…"
	}
	return input
}

// talkOf reads a transcript.
func talkOf(transcript string) []templates.TalkLine {
	var out []templates.TalkLine
	for line := range strings.Lines(transcript) {
		line = strings.TrimRight(line, "\n")
		mark, words, ok := strings.Cut(line, " ")
		switch {
		case !ok:
		case mark == "|":
			out = append(out, templates.TalkLine{Who: "us", Words: words})
		case mark == "=":
			out = append(out, templates.TalkLine{Who: "kept", Words: words})
		}
	}
	return out
}
