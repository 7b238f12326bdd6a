package console

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/templates"
)

// An urgent poll: one question, three presses from Today to launched. What was chosen
// goes with the pages; until the last press there is no campaign.

// pollHours are the field periods to choose from.
func pollHours() []int { return []int{6, 24, 48, 72} }

func (v *visit) askUrgent() {
	v.show(http.StatusOK, v.urgentScreen(dispatch.Poll{Lasts: 24 * time.Hour}))
}

// urgentScreen shows what was chosen so far, or the first of each choice.
func (v *visit) urgentScreen(p dispatch.Poll) templates.Urgent {
	page := templates.Urgent{Shell: v.shell("home"), Most: dispatch.MostPollQuestion, Name: p.Name, Question: p.Question, Opinion: p.Opinion,
		Sort: string(p.Sort), Reach: string(p.Reach), Hours: int(p.Lasts / time.Hour), Lasting: pollHours()}
	for _, s := range dispatch.PollSorts() {
		page.Sorts = append(page.Sorts, string(s))
	}
	for _, r := range dispatch.PollReaches() {
		page.Reaches = append(page.Reaches, string(r))
	}
	if !slices.Contains(page.Sorts, page.Sort) {
		page.Sort = page.Sorts[0]
	}
	if !slices.Contains(page.Reaches, page.Reach) {
		page.Reach = page.Reaches[0]
	}
	areas, err := dispatch.PollAreas(v.ctx, v.Store)
	if err != nil { // the poll goes out without them
		v.Logger.ErrorContext(v.ctx, "units cannot be read", "code", survey.CodeOf(err))
	}
	for _, a := range areas {
		page.Areas = append(page.Areas, templates.PollArea{Code: a.Code, Name: a.Name, Depth: strings.Repeat("· ", a.Depth)})
		if a.Code == p.Area {
			page.Area, page.AreaName = a.Code, a.Name
		}
	}
	if page.Name == "" {
		page.Name = "hoi-nhanh-" + v.now().Format("20060102-150405")
	}
	return page
}

// poll is what the form says.
func (v *visit) poll() dispatch.Poll {
	hours, _ := strconv.Atoi(v.r.PostFormValue("hours"))
	return dispatch.Poll{Name: v.r.PostFormValue("name"), Question: v.r.PostFormValue("question"), Sort: dispatch.PollSort(v.r.PostFormValue("sort")),
		Reach: dispatch.PollReach(v.r.PostFormValue("reach")), Area: v.r.PostFormValue("area"), Opinion: v.r.PostFormValue("about") == "opinion", Lasts: time.Duration(hours) * time.Hour}
}

// previewUrgent says whom the poll would reach, in which words, when, and at what cost.
func (v *visit) previewUrgent() {
	p := v.poll()
	if v.r.PostFormValue("do") == "edit" {
		v.show(http.StatusOK, v.urgentScreen(p))
		return
	}
	v.previewPoll(p, http.StatusOK, nil)
}

// previewPoll shows the preview; with an error that kept it from being launched.
func (v *visit) previewPoll(p dispatch.Poll, status int, wrong error) {
	t := v.workOutPoll(p, wrong != nil)
	if !t.soon(v.ctx, v.most(patience)) {
		v.pollUnder(p, "preview", t)
		return
	}
	if t.err != nil {
		v.refusePoll(p, t.err)
		return
	}
	plan := t.value.(dispatch.Forecast)
	var err error
	page := v.urgentScreen(p)
	if page.Second, err = v.Store.ApprovalWanted(v.ctx); err != nil {
		v.fail(err)
		return
	}
	page.Plan = &templates.PollPlan{People: plan.Contacted, Frame: plan.Frame, Cost: plan.Cost, Ends: v.local(plan.Ends), Others: plan.Others}
	seen, err := dispatch.ExpectPoll(v.ctx, v.Store, p, v.Clock.Now())
	if err != nil {
		v.fail(err)
		return
	}
	page.Plan.Expected = int(float64(plan.Contacted)*seen.Answering() + .5)
	page.Plan.Seen = templates.SeenRate{N: seen.Campaigns, Rate: seen.Answering(), Waves: seen.Waves, Taken: true}
	for _, s := range plan.Steps {
		page.Plan.Steps = append(page.Plan.Steps, templates.PlannedStep{Channel: string(s.Channel), N: s.N, First: v.local(s.First), Last: v.local(s.Last)})
	}
	page.Plan.Never = neverLines(plan.Never)
	said := map[survey.Channel]bool{}
	for _, s := range plan.Samples {
		if s.Worst || s.Lang != survey.Vietnamese || said[s.Channel] || s.Channel == survey.Call {
			continue
		}
		said[s.Channel] = true
		page.Plan.Samples = append(page.Plan.Samples, templates.SampleText{Channel: string(s.Channel), Subject: s.Subject, Body: s.Body, Segments: s.Segments})
	}
	if wrong == nil {
		wrong = plan.Refused
	}
	if wrong != nil {
		page.Wrong = v.allWords(wrong)
		status = http.StatusUnprocessableEntity
	}
	v.show(status, page)
}

// refusePoll shows the form again, with what is wrong.
func (v *visit) refusePoll(p dispatch.Poll, err error) {
	if k := survey.KindOf(err); k != survey.Invalid && k != survey.Conflict {
		v.fail(err)
		return
	}
	page := v.urgentScreen(p)
	page.Wrong = v.allWords(err)
	v.show(http.StatusUnprocessableEntity, page)
}

// neverLines turns reasons and counts into lines, the greatest first.
func neverLines(counts map[survey.Reason]int) []templates.NeverLine {
	var out []templates.NeverLine
	for why, n := range counts {
		out = append(out, templates.NeverLine{Reason: string(why), N: n})
	}
	slices.SortFunc(out, func(a, b templates.NeverLine) int { return b.N - a.N })
	return out
}
