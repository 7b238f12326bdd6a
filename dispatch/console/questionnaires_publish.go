package console

import (
	"net/http"

	"canvass/dispatch"
	"canvass/dispatch/appraisal"
	"canvass/dispatch/survey"
	"canvass/templates"
)

func (v *visit) askPublish(w *writing) {
	page, err := v.publishScreen(w)
	if err != nil {
		v.fail(err)
		return
	}
	v.show(http.StatusOK, page)
}

// publishScreen is what is told before a version is made.
func (v *visit) publishScreen(w *writing) (templates.WritingPublish, error) {
	page := templates.WritingPublish{WritingScreen: v.screen(w, "publish"), Found: v.found(w, w.faults, true), Next: 1}
	all, err := v.versions(w)
	if err != nil || w.q == nil {
		return page, err
	}
	found := appraised(w.q)
	page.Found = append(v.found(w, found.Errors, true), v.found(w, found.Warnings, false)...)
	page.W.Errors, page.W.Warnings = len(found.Errors), len(found.Warnings)
	if len(all) == 0 {
		return page, nil
	}
	page.Next = all[0].Version + 1
	before, err := v.publishedAs(survey.QuestionnaireID(all[0].ID))
	if err != nil {
		return page, err
	}
	d := appraisal.Diff(before, w.q)
	page.Worst, page.Count = string(d.Worst), len(d.Questions)
	page.Found = append(page.Found, v.found(w, appraisal.Stale(before, w.q), false)...)
	return page, nil
}

// publish makes the next version of the text, for ever, and closes the manuscript.
func (v *visit) publish(w *writing) {
	p, err := dispatch.PublishManuscript(v.ctx, v.Store, dispatch.ManuscriptOrder{ID: w.draft.ID, Over: v.over(), Note: v.r.PostFormValue("note"),
		Actor: v.account.Login, Now: v.Clock.Real()})
	if err == nil {
		v.tell("questionnaires.published")
		v.goTo(versionPath(p.Source.ID))
		return
	}
	why := joined(err)
	if len(why) == 0 || !tellable(why[0]) {
		v.fail(err)
		return
	}
	page, bad := v.publishScreen(w)
	if bad != nil {
		v.fail(bad)
		return
	}
	page.Note = v.r.PostFormValue("note")
	if page.W.Wrong = v.words(why[0]); why[0].Where != "" { // told at its line
		page.W.Wrong = v.Templates.Sentence(string(v.lang()), "refusal.questionnaires.publish")
	}
	v.showWriting(page, true)
}

// dropDraft puts a manuscript aside, or takes it back.
func (v *visit) dropDraft(w *writing) {
	back := v.r.PostFormValue("do") == "back"
	err := dispatch.DropManuscript(v.ctx, v.Store, dispatch.ManuscriptOrder{ID: w.draft.ID, Actor: v.account.Login, Now: v.Clock.Real()}, back)
	switch {
	case err != nil:
		v.fail(err)
	case back:
		v.tell("questionnaires.back")
		v.goTo(w.base)
	default:
		v.tell("questionnaires.dropped")
		v.goTo("/questionnaires")
	}
}

// version shows a published version: what it is, the others of its name, who asks by it.
func (v *visit) version(w *writing) {
	page := templates.WritingVersion{WritingScreen: v.screen(w, "version")}
	var err error
	if page.Versions, err = v.versions(w); err != nil {
		v.fail(err)
		return
	}
	asking, err := v.Store.CampaignsAsking(v.ctx, w.name, mostAsking)
	if err != nil {
		v.fail(err)
		return
	}
	for _, k := range asking {
		page.Campaigns = append(page.Campaigns, templates.AskingLine{Title: v.title(k.Title, k.Name), Href: campaignPath(k.Name), State: string(k.State), Version: k.Version})
	}
	o := outlineOf(w.version.Source)
	page.Langs, page.Questions = o.langs, o.questions
	v.show(http.StatusOK, page)
}
