package console

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/templates"
)

// repliesStore is what the inbox needs of the database.
type repliesStore interface {
	dispatch.ItemStore
	dispatch.AnswerStore
	dispatch.StopStore
	Erasures(ctx context.Context) ([]view.ErasureAsked, error)
}

// The lines of one page of the inbox, and the most that a tab counts.
const (
	inboxPage = 50
	mostWaits = 999
)

// askedTab is the tab of those who ask to be erased.
const askedTab = "asked"

func (v *visit) inbox() {
	page, err := v.inboxScreen()
	if err != nil {
		v.fail(err)
		return
	}
	v.show(http.StatusOK, page)
}

func (v *visit) inboxScreen() (templates.Inbox, error) {
	q := v.r.URL.Query()
	page := templates.Inbox{Shell: v.shell("inbox"), State: q.Get("state"), Kind: q.Get("kind"), Gone: q.Get("state") == askedTab}
	if page.State == "" {
		page.State = string(survey.MatterNew)
	}
	asked, err := v.Store.Erasures(v.ctx)
	if err != nil {
		return page, err
	}
	counts, err := v.Store.InboxCounts(v.ctx, mostWaits+1)
	if err != nil {
		return page, err
	}
	page.Tabs = v.inboxTabs(counts, len(asked), page)
	if page.Gone {
		for _, a := range asked[:min(len(asked), inboxPage)] {
			page.Asked = append(page.Asked, templates.ErasureRow{Href: personPath(a.ID), Code: personCode(a.ID, a.Code), At: v.local(a.AskedAt)})
		}
		return page, nil
	}
	after, _ := strconv.ParseInt(q.Get("after"), 10, 64)
	lines, err := dispatch.Inbox(v.ctx, v.Store, dispatch.InboxQuery{State: survey.MatterState(page.State), Kind: survey.MatterKind(page.Kind),
		After: survey.MatterID(after), Limit: inboxPage})
	if err != nil {
		return page, err
	}
	for _, l := range lines {
		page.Rows = append(page.Rows, v.inboxRow(l))
	}
	if after > 0 {
		page.First = inboxAddress(page.State, page.Kind, 0)
	}
	if len(lines) == inboxPage {
		page.Next = inboxAddress(page.State, page.Kind, lines[len(lines)-1].ID)
	}
	return page, nil
}

// inboxAddress is a page of the inbox.
func inboxAddress(state, kind string, after survey.MatterID) string {
	q := url.Values{}
	if state != "" && state != string(survey.MatterNew) {
		q.Set("state", state)
	}
	if kind != "" {
		q.Set("kind", kind)
	}
	if after > 0 {
		q.Set("after", strconv.FormatInt(int64(after), 10))
	}
	if len(q) == 0 {
		return "/inbox"
	}
	return "/inbox?" + q.Encode()
}

func itemPath(id survey.MatterID) string { return "/inbox/" + strconv.FormatInt(int64(id), 10) }

func personPath(id survey.ContactID) string { return "/contacts/" + strconv.FormatInt(int64(id), 10) }

// personCode is the office's code of a person, or their number in the list.
func personCode(id survey.ContactID, code string) string {
	if code != "" || id == 0 {
		return code
	}
	return "#" + strconv.FormatInt(int64(id), 10)
}

// inboxTabs are what waits, all and by kind, what is settled, and who asks to be erased.
func (v *visit) inboxTabs(counts view.InboxCounts, asked int, page templates.Inbox) []templates.InboxTab {
	lang := string(v.lang())
	var out []templates.InboxTab
	add := func(label, state, kind string, n int) {
		current := page.State == state && page.Kind == kind
		if kind != "" && n == 0 && !current {
			return
		}
		out = append(out, templates.InboxTab{Label: label, Href: inboxAddress(state, kind, 0), Count: min(n, mostWaits), More: n > mostWaits, Current: current})
	}
	labelled := func(kind, code string) string {
		words, _ := templates.Words(kind+"."+code, lang, nil)
		return templates.Capital(words)
	}
	add(v.Templates.Sentence(lang, "replies.tab.all"), string(survey.MatterNew), "", counts.States[survey.MatterNew])
	for _, k := range survey.MatterKinds() {
		add(labelled("matter_kind", string(k)), string(survey.MatterNew), string(k), counts.Waits[k])
	}
	add(v.Templates.Sentence(lang, "replies.tab.asked"), askedTab, "", asked)
	for _, s := range survey.MatterMachine().States {
		if s != survey.MatterNew {
			add(labelled("matter", string(s)), string(s), "", counts.States[s])
		}
	}
	return out
}

func (v *visit) inboxRow(l view.MatterLine) templates.InboxRow {
	r := templates.InboxRow{Href: itemPath(l.ID), Kind: string(l.Kind), State: string(l.State), At: v.local(l.CameAt), Veiled: l.Veiled,
		Words: beginning(l.Words, 120), Who: personCode(l.ContactID, l.Contact), Campaign: l.Campaign, By: l.HandledBy}
	if l.TakenBy != v.account.Login {
		r.Taken = l.TakenBy
	}
	if l.State == survey.MatterNew {
		r.By = ""
	}
	return r
}

// beginning is up to so many characters of words, on one line.
func beginning(words string, most int) string {
	r := []rune(strings.Join(strings.Fields(words), " "))
	if len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return string(r)
}

// inboxDue counts what waits to be read, for the rail.
func (v *visit) inboxDue() int {
	n, err := v.Store.InboxWaits(v.ctx, mostWaits)
	if err != nil {
		v.Logger.WarnContext(v.ctx, "the inbox cannot be counted", "error", err.Error())
		return 0
	}
	return n
}

// nextInbox takes in hand the next item that nobody is on, and goes there.
func (v *visit) nextInbox() {
	after, _ := strconv.ParseInt(v.r.PostFormValue("after"), 10, 64)
	kind := v.r.PostFormValue("kind")
	id, err := v.Store.NextMatter(v.ctx, view.NextMatter{Kind: survey.MatterKind(kind), After: survey.MatterID(after), Actor: v.account.Login})
	switch {
	case err != nil:
		v.fail(err)
	case id == 0:
		v.tell("replies.none")
		v.goTo("/inbox")
	default:
		v.goTo(itemPath(id))
	}
}
