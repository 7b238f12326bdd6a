package console

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"canvass/dispatch"
	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/wording"
	"canvass/templates"
)

// matterID reads the number of an item from the address.
func (v *visit) matterID() (survey.MatterID, error) {
	n, err := strconv.ParseUint(v.r.PathValue("id"), 10, 63)
	if err != nil || n == 0 {
		return 0, &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound}
	}
	return survey.MatterID(n), nil
}

// inboxItem shows one item. Whoever opens one that waits has it in hand, so that a
// colleague sees it; nothing of it changes.
func (v *visit) inboxItem() {
	id, err := v.matterID()
	if err != nil {
		v.fail(err)
		return
	}
	if _, err := v.Store.TakeMatter(v.ctx, view.MatterTake{ID: id, Actor: v.account.Login}); err != nil {
		v.fail(err)
		return
	}
	page, err := v.itemScreen(id)
	if err != nil {
		v.fail(err)
		return
	}
	v.show(http.StatusOK, page)
}

// itemScreen is one item with the question that was asked for.
func (v *visit) itemScreen(id survey.MatterID) (templates.InboxItem, error) {
	q := dispatch.DeskQuery{ID: id, Campaign: v.r.FormValue("campaign"), Question: v.r.FormValue("question")}
	d, err := dispatch.OpenInboxItem(v.ctx, v.Store, q)
	if err != nil {
		return templates.InboxItem{}, err
	}
	page := templates.InboxItem{Shell: v.shell("inbox"), Self: itemPath(d.ID), Number: int64(d.ID), Seen: d.Moves + 1, Kind: string(d.Kind), State: string(d.State),
		At: v.local(d.CameAt), Veiled: d.Veiled, From: d.From, Subject: d.Subject, HandledBy: d.HandledBy, HandledAt: v.local(d.HandledAt), Note: d.Note,
		Who: string(d.Name), Code: personCode(d.ContactID, d.Contact)}
	if d.ContactID != 0 {
		page.Person = personPath(d.ContactID)
	}
	for line := range strings.SplitSeq(d.Text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			page.Paragraphs = append(page.Paragraphs, line)
		}
	}
	if d.CampaignID != 0 && d.Campaign != nil && d.Campaign.ID == d.CampaignID {
		page.Campaign, page.CampaignAt = v.title(d.Campaign.Title, d.Campaign.Name), campaignPath(d.Campaign.Name)
	} else {
		page.Campaign = d.InboxItem.Campaign
	}
	switch {
	case d.State != survey.MatterNew || d.TakenBy == "":
	case d.TakenBy == v.account.Login:
		page.Mine = true
	default:
		page.Taken, page.TakenAt = d.TakenBy, v.local(d.TakenAt)
	}
	if d.State == survey.MatterAssigned {
		page.AssignedTo, page.Answer = v.questionLabel(d.Questionnaire, d.InboxItem.Question), v.answerLabel(d.Questionnaire, d.InboxItem.Question, d.Answer)
	}
	page.Talking, page.StaffedBy = d.Talking, d.StaffedBy
	v.mays(&page, d)
	v.talk(&page, d)
	page.Assign, page.Read = v.assignForm(d), v.reading(d)
	page.Reply = v.replyForm(d)
	page.Stop.Words = beginning(d.Text, 200)
	return page, nil
}

// mays says what can be done with an item as it stands.
func (v *visit) mays(page *templates.InboxItem, d dispatch.InboxDesk) {
	can := func(ev survey.MatterEvent) bool {
		_, err := survey.MatterMachine().Next(d.State, ev)
		return err == nil
	}
	page.May = map[string]bool{"assign": can(survey.MatterAssign), "answer": can(survey.MatterAnswer) && d.Kind != survey.MatterNetwork && d.Text != "",
		"finish": can(survey.MatterFinish), "reopen": can(survey.MatterReopen),
		"stop": !d.Veiled && (d.ContactID != 0 || d.From != "") && d.Kind != survey.MatterNetwork}
	if !page.May["assign"] {
		return
	}
	switch {
	case d.Campaign == nil && len(d.Cases) == 0:
		page.Not = "replies.not.case"
	case d.Campaign != nil && d.Campaign.Confidentiality == survey.Anonymous:
		page.Not = "replies.not.anonymous"
	}
	page.May["assign"] = page.Not == ""
}

// questionLabel is what a question asks; its name where it is not known.
func (v *visit) questionLabel(q *instrument.Questionnaire, name string) string {
	if q != nil {
		if question, ok := q.Question(name); ok {
			return question.Label.In(v.lang())
		}
	}
	return name
}

// answerLabel is an answer with the words of its codes.
func (v *visit) answerLabel(q *instrument.Questionnaire, name, value string) string {
	if q == nil {
		return value
	}
	question, ok := q.Question(name)
	if !ok {
		return value
	}
	return v.valueLabel(question, value)
}

func (v *visit) valueLabel(question *instrument.Question, value string) string {
	codes := strings.Fields(value)
	if len(codes) == 0 || len(question.Choices) == 0 {
		return value
	}
	words := make([]string, len(codes))
	for i, code := range codes {
		words[i] = code
		if at := slices.IndexFunc(question.Choices, func(c instrument.Choice) bool {
			return c.Code == code || c.Missing != "" && string(c.Missing) == code
		}); at >= 0 {
			words[i] = question.Choices[at].Label.In(v.lang())
		}
	}
	return strings.Join(words, ", ")
}

// assignForm offers the campaigns, the questions and the choices.
func (v *visit) assignForm(d dispatch.InboxDesk) templates.AssignForm {
	var f templates.AssignForm
	if d.Campaign != nil {
		f.Campaign = d.Campaign.Name
	}
	for _, k := range d.Cases {
		f.Campaigns = append(f.Campaigns, templates.Ticked{Value: k.Campaign, Label: v.title(k.Title, k.Campaign), Chosen: k.Campaign == f.Campaign})
	}
	if len(f.Campaigns) == 1 && f.Campaigns[0].Chosen {
		f.Campaigns = nil // nothing to choose
	}
	if d.Questionnaire == nil {
		return f
	}
	for i := range d.Questionnaire.Questions {
		q := &d.Questionnaire.Questions[i]
		if q.Type == instrument.Note || q.Type == instrument.Hidden || q.Type == instrument.Calculate || q.Type == instrument.Attachment {
			continue
		}
		f.Questions = append(f.Questions, templates.Ticked{Value: q.Name, Label: q.Label.In(v.lang()), Chosen: q == d.Question})
	}
	if d.Question == nil {
		return f
	}
	f.Question, f.Several, f.Words = d.Question.Name, d.Question.Type == instrument.Multiple, d.Text != ""
	if d.Question.Type == instrument.Ranking {
		return f
	}
	for _, c := range d.Question.Choices {
		f.Choices = append(f.Choices, templates.Ticked{Value: c.Code, Label: c.Label.In(v.lang())})
	}
	return f
}

// reading is how the words are read as an answer to the question.
func (v *visit) reading(d dispatch.InboxDesk) *templates.Reading {
	if d.Reading == nil {
		return nil
	}
	r := d.Reading.Reading
	out := &templates.Reading{Question: d.Question.Label.In(v.lang()), Plain: d.Reading.Words, Outcome: "other"}
	switch r.Outcome {
	case survey.ReadAnswer:
		out.Outcome, out.Value = "answer", v.valueLabel(d.Question, r.Value())
	case survey.ReadAskAgain:
		out.Outcome = "ask.again"
		for _, code := range r.Choices {
			out.Between = append(out.Between, v.valueLabel(d.Question, code))
		}
	case survey.ReadDoubtfulStop, survey.ReadOptOut:
		out.Outcome = "stop"
	}
	return out
}

// talk is what staff wrote back, and what went to and fro around the item.
func (v *visit) talk(page *templates.InboxItem, d dispatch.InboxDesk) {
	for _, a := range d.Answers {
		page.Written = append(page.Written, templates.TalkRow{At: v.local(a.At), Kind: "staff", Channel: string(a.Channel), State: string(a.State), Words: a.Words})
	}
	slices.Reverse(page.Written)
	for _, t := range d.Talk {
		row := templates.TalkRow{At: v.local(t.At), Kind: string(t.Kind), Channel: string(t.Channel), State: string(t.State), Words: t.Words, Apart: t.Apart}
		switch {
		case t.Kind == view.TalkNotice && t.Words != "":
			row.Kind = "staff"
		case t.Kind == view.TalkNotice && !t.Apart:
			row.Words = v.prompted(d, t.Prompts)
		}
		page.Talk = append(page.Talk, row)
	}
}

// prompted are the words that an answer of the system had; where they need what is not
// known here, that there was one.
func (v *visit) prompted(d dispatch.InboxDesk, raw json.RawMessage) string {
	var prompts []instrument.Prompt
	bare := v.Templates.Sentence(string(v.lang()), "replies.talk.other")
	if json.Unmarshal(raw, &prompts) != nil || d.Questionnaire == nil || d.Campaign == nil || d.Campaign.ID != d.CampaignID {
		return bare
	}
	said, err := wording.New(v.Templates).Reply(wording.Context{Campaign: *d.Campaign, Questionnaire: d.Questionnaire, Lang: d.Lang, Zone: v.Zone,
		Now: v.now(), CanReceive: true, Accented: true}, prompts)
	if err != nil {
		return bare
	}
	return strings.Join(said, " ")
}

// replyForm offers the ways by which an answer can go.
func (v *visit) replyForm(d dispatch.InboxDesk) templates.ReplyForm {
	f := templates.ReplyForm{Channel: string(survey.SMS), Most: 400}
	if d.Mail {
		f.Channel, f.Most = string(survey.Mail), 4000
	}
	for _, ch := range []survey.Channel{survey.SMS, survey.Mail} {
		label, _ := templates.Words("channel."+string(ch), string(v.lang()), nil)
		f.Channels = append(f.Channels, templates.Ticked{Value: string(ch), Label: label, Chosen: string(ch) == f.Channel})
	}
	return f
}
