package console

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/wording"
	"canvass/templates"
)

// texts lists what the office says, and in whose words.
func (v *visit) texts() {
	all, err := v.Store.OfficeTexts(v.ctx)
	if err != nil {
		v.fail(err)
		return
	}
	page := templates.TextList{Shell: v.shell("people"), Tabs: adminTabs("texts")}
	for _, n := range survey.TextNames() {
		stand := v.textStand(n, all)
		if stand.Own {
			page.Own++
		}
		if last := len(page.Rows) - 1; last >= 0 && page.Rows[last].Occasion == string(n.Occasion) && page.Rows[last].Channel == string(n.Channel) {
			page.Rows[last].In = append(page.Rows[last].In, stand)
			continue
		}
		page.Rows = append(page.Rows, templates.TextRow{Occasion: string(n.Occasion), Channel: string(n.Channel), In: []templates.TextStand{stand}})
	}
	v.show(http.StatusOK, page)
}

// textStand is how a text stands among those that were ever changed.
func (v *visit) textStand(n survey.TextName, all []view.OfficeText) templates.TextStand {
	out := templates.TextStand{Name: n.String(), Lang: string(n.Lang)}
	for _, t := range all {
		if t.Name == n {
			out.Own, out.By, out.At = t.Own, t.ChangedBy, v.local(t.ChangedAt)
		}
	}
	return out
}

// textName is the text of the address.
func (v *visit) textName() (survey.TextName, bool) {
	n, ok := survey.ParseTextName(v.r.PathValue("text"))
	if !ok {
		v.fail(&survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound})
	}
	return n, ok
}

// text shows one text as it is used.
func (v *visit) text() {
	n, ok := v.textName()
	if !ok {
		return
	}
	page, err := v.textPage(n)
	if err != nil {
		v.fail(err)
		return
	}
	page.Look = v.textLook(n, survey.OwnText{Subject: page.Subject, Body: page.Body})
	v.show(http.StatusOK, page)
}

// versionsShown is how many versions of a text are listed.
const versionsShown = 20

// textPage is the screen of a text as it stands, without a look at it.
func (v *visit) textPage(n survey.TextName) (templates.TextEditor, error) {
	versions, err := v.Store.OfficeTextVersions(v.ctx, n, versionsShown)
	if err != nil {
		return templates.TextEditor{}, err
	}
	words := wording.New(v.Templates)
	text := words.BuiltIn(n)
	page := templates.TextEditor{Shell: v.shell("people"), Tabs: adminTabs("texts"), Stand: v.textStand(n, versions[:min(len(versions), 1)]),
		Occasion: string(n.Occasion), Channel: string(n.Channel), Most: wording.LongestText(n.Channel), Wrong: map[string]string{}}
	for i, t := range versions {
		if i == 0 {
			if page.Version = t.Version; t.Own {
				text = t.Text
			}
		}
		page.Versions = append(page.Versions, templates.TextVersion{Number: t.Version, At: v.local(t.ChangedAt), By: t.ChangedBy, Own: t.Own, Now: i == 0,
			Excerpt: cut(strings.Join(strings.Fields(t.Text.Subject+" "+t.Text.Body), " "), 120)})
	}
	page.Subject, page.Body = text.Subject, text.Body
	shown, err := dispatch.ExampleFields(words, n, v.textExample())
	if err != nil {
		return page, err
	}
	needed := wording.NeededFields(n)
	inSubject := wording.TextFields(n, "subject")
	for _, name := range wording.TextFields(n, "body") {
		page.Fields = append(page.Fields, templates.TextField{Name: name, Shown: shown[name], Needed: slices.Contains(needed, name), InSubject: slices.Contains(inSubject, name)})
	}
	return page, nil
}

// textExample is whom texts are shown for.
func (v *visit) textExample() dispatch.TextExample {
	office, ok, err := v.Store.Office(v.ctx)
	if err != nil || !ok {
		office = dispatch.ExampleOffice()
	}
	return dispatch.TextExample{Office: office, Zone: v.Zone, Now: v.now()}
}

// textLook is a text as it would leave, or why it could not.
func (v *visit) textLook(n survey.TextName, t survey.OwnText) templates.TextLook {
	var out templates.TextLook
	shown, err := dispatch.ShowText(wording.New(v.Templates), n, t, v.textExample())
	if err != nil {
		out.Wrong = v.allWords(err)
		return out
	}
	for _, s := range shown.Samples {
		by := ""
		if len(shown.Samples) > 1 {
			by = map[bool]string{true: "replies", false: "oneway"}[s.Replies]
		}
		out.Samples = append(out.Samples, templates.TextSample{By: by, Subject: s.Subject, Body: s.Body, Segments: s.Segments})
	}
	out.Lints = lintsOf(shown.Lints)
	for _, f := range shown.Traps {
		out.Traps = append(out.Traps, templates.Finding{Word: f.Word, Hint: f.Hint})
	}
	return out
}

// typedText is the text of a form.
func (v *visit) typedText() survey.OwnText {
	return survey.OwnText{Subject: v.r.PostFormValue("subject"), Body: strings.ReplaceAll(v.r.PostFormValue("body"), "\r\n", "\n")}
}

// lookAtText shows what is being typed, as it would leave.
func (v *visit) lookAtText() {
	n, ok := v.textName()
	if !ok {
		return
	}
	page := templates.TextEditor{Shell: templates.Shell{Lang: string(v.lang())}, Channel: string(n.Channel), Look: v.textLook(n, v.typedText())}
	v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if err := v.Templates.WritePart(v.w, page); err != nil {
		v.Logger.ErrorContext(v.ctx, "a part cannot be written", "route", v.r.Pattern, "error", err.Error())
	}
}

// setText keeps a text, has the built-in one hold again, or brings a version back.
func (v *visit) setText() {
	n, ok := v.textName()
	if !ok {
		return
	}
	seen, _ := strconv.Atoi(v.r.PostFormValue("version"))
	e := dispatch.TextEdit{Name: n, Text: v.typedText(), Seen: seen, Actor: v.account.Login, Now: v.Clock.Real()}
	var changed bool
	var err error
	told := "texts.saved"
	switch v.r.PostFormValue("do") {
	case "look":
		v.showText(n, e.Text, nil)
		return
	case "reset":
		told = "texts.reset"
		changed, err = dispatch.ResetText(v.ctx, v.Store, e)
	case "take":
		told = "texts.taken"
		changed, err = v.takeText(e)
	default:
		if wording.TidyText(n, e.Text) == wording.New(v.Templates).BuiltIn(n) { // nothing of their own
			changed, err = dispatch.ResetText(v.ctx, v.Store, e)
		} else {
			changed, err = dispatch.SetText(v.ctx, v.Store, e)
		}
	}
	if err != nil {
		v.showText(n, e.Text, err)
		return
	}
	if !changed {
		told = "texts.same"
	}
	v.tell(told)
	v.goTo("/texts/" + n.String())
}

// takeText brings an earlier version back.
func (v *visit) takeText(e dispatch.TextEdit) (bool, error) {
	number, _ := strconv.Atoi(v.r.PostFormValue("take"))
	t, err := v.Store.OfficeTextVersion(v.ctx, e.Name, number)
	if err != nil {
		return false, err
	}
	if !t.Own {
		return dispatch.ResetText(v.ctx, v.Store, e)
	}
	e.Text = t.Text
	return dispatch.SetText(v.ctx, v.Store, e)
}

// showText shows a text as it was typed, and why it was not kept.
func (v *visit) showText(n survey.TextName, typed survey.OwnText, why error) {
	page, err := v.textPage(n)
	kind := survey.KindOf(why)
	for _, one := range unjoined(why) {
		kind = survey.KindOf(one)
	}
	if err != nil || why != nil && kind != survey.Invalid && kind != survey.Conflict {
		v.fail(errors.Join(err, why))
		return
	}
	page.Subject, page.Body = typed.Subject, typed.Body
	for _, one := range unjoined(why) {
		part := ""
		var e *survey.Error
		if errors.As(one, &e) {
			part = e.Where
		}
		if one != nil && page.Wrong[part] == "" {
			page.Wrong[part] = v.words(one)
		}
	}
	page.Look = v.textLook(n, typed)
	status := http.StatusOK
	if why != nil {
		status = http.StatusUnprocessableEntity
	}
	v.show(status, page)
}
