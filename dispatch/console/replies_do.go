package console

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/wording"
	"canvass/templates"
)

// doInbox does one thing with one item.
func (v *visit) doInbox() {
	id, err := v.matterID()
	if err != nil {
		v.fail(err)
		return
	}
	do := map[string]func(survey.MatterID){"take": v.takeItem, "leave": v.leaveItem, "assign": v.assignItem, "answer": v.answerItem,
		"weigh": v.weighItem, "done": v.finishItem, "reopen": v.reopenItem, "stop": v.stopItem, "talk": v.takeOverTalk, "back": v.giveBackTalk,
		"complaint": v.markItem}[v.r.PathValue("do")]
	if do == nil {
		v.fail(&survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound})
		return
	}
	do(id)
}

// order is what staff does with an item, as it was shown to them.
func (v *visit) inboxOrder(id survey.MatterID) dispatch.InboxOrder {
	seen, _ := strconv.Atoi(v.r.PostFormValue("seen"))
	return dispatch.InboxOrder{ID: id, Actor: v.account.Login, Note: v.r.PostFormValue("note"), Now: v.Clock.Now(), Seen: max(seen, 0)}
}

func (v *visit) takeItem(id survey.MatterID) {
	if _, err := v.Store.TakeMatter(v.ctx, view.MatterTake{ID: id, Actor: v.account.Login, Over: true}); err != nil {
		v.fail(err)
		return
	}
	v.goTo(itemPath(id))
}

func (v *visit) leaveItem(id survey.MatterID) {
	if _, err := v.Store.TakeMatter(v.ctx, view.MatterTake{ID: id, Actor: v.account.Login, Leave: true}); err != nil {
		v.fail(err)
		return
	}
	v.tell("replies.left")
	v.goTo("/inbox")
}

func (v *visit) assignItem(id survey.MatterID) {
	_ = v.r.ParseForm()
	o := dispatch.InboxAssignment{InboxOrder: v.inboxOrder(id), Campaign: v.r.PostFormValue("campaign"), Question: v.r.PostFormValue("question"),
		Value: strings.Join(v.r.PostForm["value"], " ")}
	if v.r.PostFormValue("words") != "" {
		o.Value = ""
	}
	_, err := dispatch.AssignInboxItem(v.ctx, v.Store, v.Assign, o)
	v.settled(id, outcome{form: "assign", told: "replies.assigned", err: err})
}

func (v *visit) answerItem(id survey.MatterID) {
	_, err := dispatch.AnswerInboxItem(v.ctx, v.Store, v.Keys, dispatch.InboxAnswer{InboxOrder: v.inboxOrder(id),
		Words: v.r.PostFormValue("words"), Channel: v.answerBy()})
	v.settled(id, outcome{form: "answer", told: "replies.answered", err: err})
}

// answerBy is the channel that was chosen; empty: the one by which the words came.
func (v *visit) answerBy() survey.Channel {
	if ch := survey.Channel(v.r.PostFormValue("channel")); ch == survey.SMS || ch == survey.Mail {
		return ch
	}
	return ""
}

func (v *visit) finishItem(id survey.MatterID) {
	v.settled(id, outcome{form: "done", told: "replies.done", err: dispatch.FinishInboxItem(v.ctx, v.Store, v.inboxOrder(id))})
}

func (v *visit) reopenItem(id survey.MatterID) {
	v.settled(id, outcome{form: "reopen", told: "replies.reopened", err: dispatch.ReopenInboxItem(v.ctx, v.Store, v.Assign, v.inboxOrder(id))})
}

// markItem keeps an item as a complaint, or as what it was.
func (v *visit) markItem(id survey.MatterID) {
	is, told := v.r.PostFormValue("is") != "", "replies.uncomplained"
	if is {
		told = "replies.complained"
	}
	v.settled(id, outcome{form: "complaint", told: told, err: dispatch.MarkComplaint(v.ctx, v.Store, v.inboxOrder(id), is)})
}

// takeOverTalk has who asks talk in the place of the survey.
func (v *visit) takeOverTalk(id survey.MatterID) {
	v.settled(id, outcome{form: "talk", told: "replies.talk", err: dispatch.TakeOverTalk(v.ctx, v.Store, v.inboxOrder(id))})
}

func (v *visit) giveBackTalk(id survey.MatterID) {
	v.settled(id, outcome{form: "back", told: "replies.back", err: dispatch.GiveBackTalk(v.ctx, v.Store, v.inboxOrder(id))})
}

// stopItem puts who wrote on the do-not-contact list, on their behalf.
func (v *visit) stopItem(id survey.MatterID) {
	it, err := dispatch.ReadInboxItem(v.ctx, v.Store, id)
	if err != nil {
		v.fail(err)
		return
	}
	who, source := it.From, survey.StopBySMS
	if strings.Contains(it.From, "@") {
		source = survey.StopByMail
	}
	if it.ContactID != 0 {
		who = strconv.FormatInt(int64(it.ContactID), 10)
	}
	if it.Veiled || who == "" { // who it is may not be told, not by who is barred either
		v.fail(&survey.Error{Kind: survey.Forbidden, Code: survey.CodeNotYourRole})
		return
	}
	_, err = dispatch.Suppress(v.ctx, v.Store, v.Keys.AddressKey, dispatch.StopRequest{Who: who, Channel: v.answerBy(), Source: source,
		Words: v.r.PostFormValue("words"), Actor: v.account.Login, Now: v.Clock.Now()})
	v.settled(id, outcome{form: "stop", told: "replies.stopped", err: err})
}

// outcome is what came of a form of an item.
type outcome struct {
	form, told string
	err        error
}

// settled goes back to the item, or shows why nothing was done, with what was typed.
func (v *visit) settled(id survey.MatterID, o outcome) {
	if o.err == nil {
		v.tell(o.told)
		v.goTo(itemPath(id))
		return
	}
	page, err := v.itemScreen(id)
	var why *survey.Error
	refused := errors.As(o.err, &why) && (why.Kind == survey.Invalid || why.Kind == survey.Conflict || why.Kind == survey.NotFound)
	if err != nil || !refused {
		v.fail(o.err)
		return
	}
	page.Failed, page.Wrong = o.form, v.inboxWords(why)
	if !page.May[map[string]string{"done": "finish"}[o.form]] && !page.May[o.form] {
		page.Failed = "" // its form is not there any more: said above all
	}
	page.NoteTyped, page.Reply.Words = v.r.PostFormValue("note"), v.r.PostFormValue("words")
	switch o.form {
	case "assign":
		page.Reply.Words, page.Assign.Value = "", v.r.PostFormValue("value")
		for i, c := range page.Assign.Choices {
			for _, picked := range v.r.PostForm["value"] {
				page.Assign.Choices[i].Chosen = page.Assign.Choices[i].Chosen || c.Value == picked
			}
		}
	case "stop":
		page.Stop = templates.StopForm{Words: page.Reply.Words, Channel: v.r.PostFormValue("channel")}
		page.Reply.Words = ""
	case "answer":
		for i, c := range page.Reply.Channels {
			page.Reply.Channels[i].Chosen = c.Value == v.r.PostFormValue("channel")
		}
	}
	v.show(http.StatusUnprocessableEntity, page)
}

// inboxWords say why something was not done, without the commands that the words of the
// code name.
func (v *visit) inboxWords(e *survey.Error) string {
	if words := v.Templates.Sentence(string(v.lang()), "replies.why."+strings.ReplaceAll(string(e.Code), "_", ".")); words != "" {
		return words
	}
	return v.words(e)
}

// weighItem says what an answer comes to while it is written.
func (v *visit) weighItem(id survey.MatterID) {
	o := dispatch.InboxAnswer{InboxOrder: dispatch.InboxOrder{ID: id}, Words: v.r.PostFormValue("words"), Channel: v.answerBy()}
	w, err := dispatch.WeighInboxAnswer(v.ctx, v.Store, wording.New(v.Templates), o)
	if err != nil {
		v.fail(err)
		return
	}
	page := templates.InboxItem{Shell: templates.Shell{Lang: string(v.lang())},
		Reply: templates.ReplyForm{Characters: w.Characters, Most: w.Most, Segments: w.Segments, Body: w.Body}}
	for _, f := range w.Findings {
		page.Reply.Findings = append(page.Reply.Findings, templates.Finding{Word: f.Word, Hint: f.Hint, Forbid: f.Level == "forbid"})
	}
	v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if err := v.Templates.WritePart(v.w, page); err != nil {
		v.Logger.ErrorContext(v.ctx, "a part cannot be written", "route", v.r.Pattern, "error", err.Error())
	}
}
