package console

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/templates"
)

// onTokensPage is how many tokens a page lists.
const onTokensPage = 50

// tokens lists what opens the interface for programs.
func (v *visit) tokens() {
	before, err := strconv.ParseInt(v.r.URL.Query().Get("before"), 10, 64)
	if err != nil || before < 0 {
		before = 0
	}
	form := templates.TokenForm{Right: string(staff.See), Day: v.today().AddDate(0, 0, staff.UsualTokenDays).Format(time.DateOnly)}
	v.showTokens(http.StatusOK, templates.Tokens{TokenForm: form}, before)
}

// today is the day of the office by real time.
func (v *visit) today() time.Time { return v.Clock.Real().In(v.Zone) }

// showTokens shows a page with what is known of it so far: its form, and a token that was
// just made.
func (v *visit) showTokens(status int, page templates.Tokens, before int64) {
	all, err := v.Store.APITokens(v.ctx, before, onTokensPage+1)
	if err == nil {
		page.Campaigns, err = v.choices(page.Chosen)
	}
	if err != nil {
		v.fail(err)
		return
	}
	page.Shell, page.Tabs, page.URL = v.shell("people"), adminTabs("tokens"), v.URL
	page.First, page.Last = v.today().Format(time.DateOnly), v.today().AddDate(0, 0, staff.MostTokenDays).Format(time.DateOnly)
	for _, r := range staff.TokenRights() {
		page.Rights = append(page.Rights, string(r))
	}
	if len(all) > onTokensPage {
		all = all[:onTokensPage]
		page.Next = "/tokens?before=" + strconv.FormatInt(all[onTokensPage-1].ID, 10)
	}
	for _, t := range all {
		page.Lines = append(page.Lines, templates.TokenLine{ID: t.ID, Name: t.Name, Right: string(t.Right), State: string(t.State(v.Clock.Real())),
			Made: v.local(t.MadeAt), By: t.MadeBy, Used: v.local(t.UsedAt), Last: v.local(t.Until.Add(-time.Second)), Revoked: v.local(t.RevokedAt),
			RevokedBy: t.RevokedBy, Bound: t.Bound, Campaigns: t.Campaigns})
	}
	v.show(status, page)
}

// makeToken makes a token, and shows it this once.
func (v *visit) makeToken() {
	text := v.r.PostFormValue
	form := templates.TokenForm{Name: text("name"), Right: text("right"), Day: strings.TrimSpace(text("day"))}
	form.Some, form.Chosen = v.bounds()
	day, _ := time.ParseInLocation(time.DateOnly, form.Day, v.Zone)
	token, made, err := dispatch.MakeAPIToken(v.ctx, v.Store, dispatch.TokenOrder{Name: form.Name, Right: staff.Right(form.Right), Bound: form.Some, Campaigns: form.Chosen,
		Day: day, By: v.account.Login, Now: v.today()})
	if survey.KindOf(err) == survey.Invalid {
		form.Field, form.Wrong = tokenField(err), v.words(err)
		v.showTokens(http.StatusUnprocessableEntity, templates.Tokens{TokenForm: form}, 0)
		return
	}
	if err != nil {
		v.fail(err)
		return
	}
	form = templates.TokenForm{Right: string(staff.See), Day: v.today().AddDate(0, 0, staff.UsualTokenDays).Format(time.DateOnly)}
	v.showTokens(http.StatusOK, templates.Tokens{TokenForm: form, Token: token, TokenName: made.Name, TokenLast: v.local(made.Until.Add(-time.Second))}, 0)
}

// tokenField is the field that an error is about.
func tokenField(err error) string {
	switch survey.CodeOf(err) {
	case survey.CodeTokenName:
		return "name"
	case survey.CodeTokenRight:
		return "right"
	case survey.CodeTokenDay:
		return "day"
	}
	return "campaign"
}

// revokeToken has a token open nothing any more.
func (v *visit) revokeToken() {
	id, err := strconv.ParseInt(v.r.PathValue("id"), 10, 64)
	if err != nil {
		v.fail(&survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound})
		return
	}
	if err := v.Store.RevokeAPIToken(v.ctx, id, view.Audit{At: v.Clock.Real(), Actor: v.account.Login}); err != nil {
		v.fail(err)
		return
	}
	v.tell("token.revoked")
	v.goTo("/tokens")
}
