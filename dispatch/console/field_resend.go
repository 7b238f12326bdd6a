package console

import (
	"maps"
	"net/http"
	"slices"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/templates"
)

// askResend asks to whom the last contact is made again.
func (v *visit) askResend() {
	page, err := v.resendScreen(v.r.URL.Query().Get("to"))
	if err != nil {
		v.fail(err)
		return
	}
	v.show(http.StatusOK, page)
}

func (v *visit) resendScreen(to string) (templates.Resend, error) {
	page := templates.Resend{Shell: v.shell("campaigns"), To: to}
	k, err := v.Store.CampaignByName(v.ctx, v.r.PathValue("name"))
	if err != nil {
		return page, err
	}
	page.Title, page.Href = v.title(k.Title, k.Name), campaignPath(k.Name)
	for _, g := range dispatch.Groups() {
		page.Groups = append(page.Groups, string(g))
	}
	if !slices.Contains(page.Groups, to) {
		page.To = page.Groups[0]
	}
	return page, nil
}

// resend counts first to whom it would go, and does it when it is asked again. Whoever
// has something under way is left out, so that asking twice sends once.
func (v *visit) resend() {
	page, err := v.resendScreen(v.r.PostFormValue("to"))
	if err != nil {
		v.fail(err)
		return
	}
	o, sure := v.order(), v.r.PostFormValue("sure") != ""
	page.Words = o.Words
	done, err := dispatch.Resend(v.ctx, v.Store, dispatch.Group(v.r.PostFormValue("to")), !sure, o)
	switch {
	case err == nil && sure:
		v.watched.forget(done.Campaign)
		v.tell("resend")
		v.goTo(page.Href)
		return
	case err == nil:
		page.Ask, page.People, page.Reopened = true, done.People, done.Reopened
		for _, ch := range survey.Channels() {
			if n := done.Planned[ch]; n > 0 {
				page.Planned += n
				page.Channels = append(page.Channels, templates.ChannelLine{Channel: string(ch), N: n})
			}
		}
		for _, why := range slices.Sorted(maps.Keys(done.Left)) {
			page.Left = append(page.Left, templates.ReasonLine{Reason: string(why), Of: templates.Figure{N: done.Left[why]}})
		}
		v.show(http.StatusOK, page)
		return
	case !badForm(err):
		v.fail(err)
		return
	}
	page.Wrong = v.words(err)
	v.show(http.StatusUnprocessableEntity, page)
}
