package console

import (
	"bytes"
	"net/http"
	"slices"
	"strconv"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/templates"
)

// mostWordsOf is how many campaigns are listed whose answers can be read.
const mostWordsOf = 50

func (v *visit) topics() {
	page, err := v.topicsScreen()
	if err != nil {
		v.fail(err)
		return
	}
	v.show(http.StatusOK, page)
}

func (v *visit) topicsScreen() (templates.Topics, error) {
	page := templates.Topics{Shell: v.shell("topics")}
	list, err := v.Store.Topics(v.ctx)
	if err != nil {
		return page, err
	}
	for _, t := range list {
		page.Topics = append(page.Topics, templates.TopicRow{ID: int64(t.ID), Name: t.Name[v.lang()], Code: t.Code, Ended: !t.EndedAt.IsZero()})
	}
	all, err := v.Store.Campaigns(v.ctx, survey.CampaignFielding, survey.CampaignPaused, survey.CampaignClosed, survey.CampaignArchived)
	slices.Reverse(all)
	for _, k := range all[:min(len(all), mostWordsOf)] {
		page.Campaigns = append(page.Campaigns, templates.WordsOf{Title: v.title(k.Title, k.Name), Href: wordsPath(k.Name), State: string(k.State), Ends: v.local(k.EndsAt)})
	}
	return page, err
}

// addTopic adds a topic to the list.
func (v *visit) addTopic() {
	name := map[survey.Lang]string{survey.Vietnamese: v.r.PostFormValue("vi"), survey.English: v.r.PostFormValue("en")}
	_, err := dispatch.AddTopic(v.ctx, v.Store, view.Topic{Name: name}, view.Audit{At: v.Clock.Now(), Actor: v.account.Login})
	v.topicsChanged(err)
}

func (v *visit) topicsChanged(err error) {
	if err == nil {
		v.tell("topics.set")
		v.goTo("/topics")
		return
	}
	page, bad := v.topicsScreen()
	if kind := survey.KindOf(err); bad != nil || kind != survey.Invalid && kind != survey.Conflict {
		v.fail(err)
		return
	}
	page.Wrong, page.Vi, page.En = v.words(err), v.r.PostFormValue("vi"), v.r.PostFormValue("en")
	v.show(http.StatusUnprocessableEntity, page)
}

// setTopic has a topic given no more, or again.
func (v *visit) setTopic() {
	id, err := strconv.ParseUint(v.r.PathValue("id"), 10, 63)
	if err != nil {
		v.fail(&survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound})
		return
	}
	at := v.Clock.Now()
	if v.r.PostFormValue("do") == "again" {
		at = time.Time{}
	}
	v.topicsChanged(v.Store.EndTopic(v.ctx, survey.TopicID(id), at, view.Audit{At: v.Clock.Now(), Actor: v.account.Login}))
}

// hear plays a spoken answer, in parts as the browser asks for them.
func (v *visit) hear() {
	id := survey.RecordingID(v.r.PathValue("id"))
	if !id.Valid() {
		v.fail(&survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound})
		return
	}
	kept, err := dispatch.HearAnswer(v.ctx, v.Store, v.r.PathValue("name"), id)
	if err != nil {
		v.fail(err)
		return
	}
	v.w.Header().Set("Content-Type", kept.Kind.MediaType())
	v.w.Header().Set("Content-Disposition", "inline")
	http.ServeContent(v.w, v.r, "", time.Time{}, bytes.NewReader(kept.Content))
}

// writeDown keeps what was heard.
func (v *visit) writeDown() {
	name, question := v.r.PathValue("name"), v.r.PostFormValue("question")
	err := dispatch.WriteDownAnswer(v.ctx, v.Store, name, view.Transcript{Question: question, Recording: survey.RecordingID(v.r.PostFormValue("recording")),
		Words: v.r.PostFormValue("words"), Actor: v.account.Login, Now: v.Clock.Now()})
	if err == nil {
		v.tell("words.down")
		v.goTo(v.wordsAddress(name, question, ""))
		return
	}
	if survey.KindOf(err) != survey.Invalid {
		v.fail(err)
		return
	}
	page, bad := v.wordsScreen()
	if bad != nil {
		v.fail(bad)
		return
	}
	page.Wrong = v.words(err)
	v.showWords(http.StatusUnprocessableEntity, page)
}
