package console

import (
	"net/http"
	"slices"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/templates"
)

// mostDoubts is how many messages in doubt one screen shows; what is beyond is settled
// with all of them, or after these.
const mostDoubts = 100

// doubts lists the messages of which nobody can tell whether they left.
func (v *visit) doubts() {
	page, err := v.doubtsScreen()
	if err != nil {
		v.fail(err)
		return
	}
	v.show(http.StatusOK, page)
}

func (v *visit) doubtsScreen() (templates.Doubts, error) {
	page := templates.Doubts{Shell: v.shell("campaigns")}
	k, err := v.Store.CampaignByName(v.ctx, v.r.PathValue("name"))
	if err != nil {
		return page, err
	}
	page.Title, page.Href = v.title(k.Title, k.Name), campaignPath(k.Name)
	for d, err := range dispatch.Doubts(v.ctx, v.Store, k.Name) {
		switch {
		case err != nil:
			return page, err
		case !d.ForStaff:
			page.Looked++
			continue
		}
		if page.N++; page.N <= mostDoubts {
			page.Lines = append(page.Lines, templates.DoubtRow{Ref: d.Ref.String(), Contact: d.Contact, ContactID: int64(d.ContactID), Channel: string(d.Channel),
				Step: d.Step, Try: d.Try, Finding: string(d.Finding), Looks: d.Looks, Code: d.Code, At: v.local(d.HandedOver)})
		}
	}
	return page, nil
}

// settle records what staff found out. It is asked twice: first it says how many
// messages that is about, and what becomes of them.
func (v *visit) settle() {
	page, err := v.doubtsScreen()
	if err != nil {
		v.fail(err)
		return
	}
	o := v.order()
	page.Words = o.Words
	s, err := settling(v.r)
	if err == nil && v.r.PostFormValue("sure") == "" {
		if err = v.askSettle(&page, s); err == nil {
			v.show(http.StatusOK, page)
			return
		}
	}
	var done view.DoubtsSettled
	if err == nil {
		done, err = dispatch.SettleDoubts(v.ctx, v.Store, s, o)
	}
	switch {
	case err == nil && len(done.Meanwhile) == 0:
		v.watched.forget(done.Campaign)
		v.tell(map[bool]string{true: "doubts.sent", false: "doubts.absent"}[s.Sent])
		v.goTo(page.Href + "/doubts")
	case err == nil:
		v.watched.forget(done.Campaign)
		v.settledMeanwhile(len(done.Meanwhile))
	case !badForm(err):
		v.fail(err)
	default:
		for i := range page.Lines {
			page.Lines[i].Chosen = slices.Contains(v.r.PostForm["ref"], page.Lines[i].Ref)
		}
		page.Wrong = v.why(err)
		v.show(http.StatusUnprocessableEntity, page)
	}
}

// settledMeanwhile shows what is left, and how many were settled by somebody else.
func (v *visit) settledMeanwhile(n int) {
	page, err := v.doubtsScreen()
	if err != nil {
		v.fail(err)
		return
	}
	page.Meanwhile = n
	v.show(http.StatusOK, page)
}

// askSettle says what would be recorded.
func (v *visit) askSettle(page *templates.Doubts, s dispatch.Settling) error {
	if page.Words == "" {
		return &survey.Error{Kind: survey.Invalid, Code: survey.CodeReasonMissing}
	}
	page.Ask, page.Sent, page.All = true, s.Sent, s.All
	by := map[string]int{}
	for _, l := range page.Lines {
		if s.All || slices.Contains(v.r.PostForm["ref"], l.Ref) {
			by[l.Channel]++
			page.Refs = append(page.Refs, l.Ref)
		}
	}
	if s.All { // also those that the screen does not show
		page.Refs = nil
		if page.N > len(page.Lines) {
			by = nil
		}
	}
	for _, ch := range survey.Channels() {
		if n := by[string(ch)]; n > 0 {
			page.Chosen = append(page.Chosen, templates.ChannelLine{Channel: string(ch), N: n})
		}
	}
	return nil
}

// settling reads a form: which messages, and what is said of them.
func settling(r *http.Request) (dispatch.Settling, error) {
	s := dispatch.Settling{Sent: r.PostFormValue("do") == "sent", All: r.PostFormValue("all") != ""}
	if !s.Sent && r.PostFormValue("do") != "absent" {
		return s, errNone
	}
	if s.All {
		return s, nil
	}
	for _, text := range r.PostForm["ref"] {
		ref, ok := view.ParseMessageRef(text)
		if !ok {
			return s, errNone
		}
		s.Refs = append(s.Refs, ref)
	}
	if len(s.Refs) == 0 {
		return s, errNone
	}
	return s, nil
}
