package console

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/templates"
)

// A page of campaigns, and the most proposals and dates that are listed.
const (
	pageOfCampaigns = 50
	mostProposals   = 50
	mostUpcoming    = 3
)

func (v *visit) campaigns() {
	page, err := v.campaignsScreen()
	if err != nil {
		v.fail(err)
		return
	}
	v.show(http.StatusOK, page)
}

func (v *visit) campaignsScreen() (templates.Campaigns, error) {
	page := templates.Campaigns{Shell: v.shell("campaigns"), Conduct: v.account.Role.May(staff.Conduct), Set: v.account.Role.May(staff.Administer)}
	order := view.CampaignsPage{Most: pageOfCampaigns + 1, Bound: v.account.Bound, Only: v.account.Campaigns}
	for _, s := range survey.CampaignMachine().States {
		page.States = append(page.States, string(s))
		if string(s) == v.r.URL.Query().Get("state") {
			page.State, order.States = string(s), []survey.CampaignState{s}
		}
	}
	before, _ := strconv.ParseInt(v.r.URL.Query().Get("before"), 10, 64)
	order.Before = survey.CampaignID(max(before, 0))
	lines, err := v.Store.CampaignsPage(v.ctx, order)
	if err != nil {
		return page, err
	}
	if len(lines) > pageOfCampaigns {
		lines = lines[:pageOfCampaigns]
		next := url.Values{"before": {strconv.FormatInt(int64(lines[pageOfCampaigns-1].ID), 10)}}
		if page.State != "" {
			next.Set("state", page.State)
		}
		page.Next = "/campaigns?" + next.Encode()
	}
	for _, k := range lines {
		if !v.sees(k.Name) {
			continue
		}
		page.Lines = append(page.Lines, templates.CampaignLine{Name: k.Name, Title: v.title(k.Title, k.Name), Href: campaignPath(k.Name), State: string(k.State),
			Questionnaire: k.Questionnaire, Launched: v.local(k.LaunchedAt), Ends: v.local(k.EndsAt), Sample: k.Sample})
	}
	if order.Before > 0 || v.account.Bound { // what is being made is of the whole house
		return page, nil
	}
	if page.Again, err = v.latest(); err != nil {
		return page, err
	}
	if page.Wanted, err = v.Store.ApprovalWanted(v.ctx); err != nil {
		return page, err
	}
	if page.Open, err = v.proposals(); err != nil {
		return page, err
	}
	page.Series, err = v.seriesLines()
	return page, err
}

// latest is the campaign that «as last month» copies: the last one launched whose field
// period is longer than two days, an urgent poll being none; "" without one.
func (v *visit) latest() (string, error) {
	lines, err := v.Store.CampaignsPage(v.ctx, view.CampaignsPage{Most: 20, States: []survey.CampaignState{
		survey.CampaignFielding, survey.CampaignPaused, survey.CampaignClosed, survey.CampaignArchived}})
	for _, k := range lines {
		if k.EndsAt.Sub(k.LaunchedAt) > 48*time.Hour {
			return k.Name, err
		}
	}
	if len(lines) > 0 {
		return lines[0].Name, err
	}
	return "", err
}

// proposals are the campaigns that are being made.
func (v *visit) proposals() ([]templates.ProposalLine, error) {
	all, err := v.Store.OpenProposals(v.ctx, mostProposals)
	var out []templates.ProposalLine
	for _, p := range all {
		out = append(out, templates.ProposalLine{ID: int64(p.ID), Title: firstText(p.Title, p.Name), State: string(p.State), By: p.ChangedBy,
			At: v.local(p.ChangedAt), Starts: v.local(p.StartsAt), Failed: len(p.Faults) > 0})
	}
	return out, err
}

// seriesLines are the series that go on, with their dates to come and those that wait
// for staff.
func (v *visit) seriesLines() ([]templates.SeriesLine, error) {
	all, err := v.Store.AllSeries(v.ctx, v.Clock.Now())
	if err != nil {
		return nil, err
	}
	var out []templates.SeriesLine
	for _, s := range all {
		if s.State == survey.SeriesEnded {
			continue
		}
		line := templates.SeriesLine{Name: s.Name, State: string(s.State)}
		shown, err := dispatch.ShowSeries(v.ctx, v.Store, s.Name, v.Clock.Now(), mostUpcoming)
		if err != nil { // one that cannot be read keeps nobody from the others
			v.Logger.ErrorContext(v.ctx, "a series cannot be shown", "error", err.Error())
			line.Wrong = v.words(err)
		}
		for _, n := range shown.Next {
			line.Next = append(line.Next, templates.WaveDate{Date: n.Date.String(), At: v.local(n.At), Campaign: n.Campaign})
		}
		for _, w := range shown.Waves {
			if w.State == survey.WaveAsked || w.State == survey.WaveDue || w.State == survey.WavePrepared {
				line.Asked = append(line.Asked, templates.WaveDate{Date: w.Date.String(), At: v.local(w.At), Campaign: w.Campaign})
			}
		}
		if s.Last != nil {
			line.Last, line.LastAt = s.Last.Campaign, v.local(s.Last.At)
		}
		out = append(out, line)
	}
	return out, nil
}

// moveSeries pauses or resumes a series, or skips or runs one of its dates, with a
// reason on record.
func (v *visit) moveSeries() {
	name, move := v.r.PathValue("name"), v.r.PathValue("move")
	o := dispatch.SeriesOrder{Series: name, Note: v.r.PostFormValue("words"), Actor: v.account.Login, Now: v.Clock.Now()}
	var date survey.Date
	var err error
	if move == "skip" || move == "run" {
		if date, err = survey.ParseDate(v.r.PostFormValue("date")); err != nil {
			err = &survey.Error{Kind: survey.Invalid, Code: survey.CodeFieldDate}
		}
	}
	switch {
	case err != nil:
	case move == "pause":
		err = dispatch.PauseSeries(v.ctx, v.Store, o)
	case move == "resume":
		err = dispatch.ResumeSeries(v.ctx, v.Store, o)
	case move == "skip":
		err = dispatch.SkipWave(v.ctx, v.Store, date, o)
	case move == "run":
		_, err = dispatch.RunWave(v.ctx, v.Store, v.Keys, date, o)
	default:
		err = &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound}
	}
	if err == nil {
		v.tell("series." + move)
		v.goTo("/campaigns#series")
		return
	}
	if kind := survey.KindOf(err); kind != survey.Invalid && kind != survey.Conflict {
		v.fail(err)
		return
	}
	page, bad := v.campaignsScreen()
	if bad != nil {
		v.fail(bad)
		return
	}
	at := slices.IndexFunc(page.Series, func(s templates.SeriesLine) bool { return s.Name == name })
	if at < 0 {
		page.Wrong = v.words(err)
	} else {
		page.Series[at].Wrong, page.Series[at].Words = v.words(err), o.Note
	}
	v.show(http.StatusUnprocessableEntity, page)
}

// approvals are what of the campaigns being made waits for a person: to be approved, to
// be mended, to be launched after all.
func (v *visit) approvals() ([]templates.Need, error) {
	all, err := v.Store.OpenProposals(v.ctx, mostProposals)
	var out []templates.Need
	for _, p := range all {
		need := templates.Need{Count: 1, Where: firstText(p.Title, p.Name), Href: stepPath(p.ID, dispatch.StepApproval)}
		switch {
		case len(p.Faults) > 0:
			need.Key, need.Bad = "unlaunched", true
		case p.State == survey.ProposalAsked && p.AskedBy != v.account.Login && v.account.Role.May(staff.Conduct):
			need.Key = "approvals"
		case p.State == survey.ProposalReturned && v.account.Role.May(staff.Conduct):
			need.Key = "returned"
		default:
			continue
		}
		if !v.account.Role.May(staff.Conduct) {
			need.Href = ""
		}
		out = append(out, need)
	}
	return out, err
}

// proposedTo adds to Home what waits of the campaigns being made, and the series.
func (v *visit) proposedTo(page *templates.Home) error {
	if v.account.Bound {
		return nil
	}
	needs, err := v.approvals()
	if err != nil {
		return err
	}
	page.Needs = append(page.Needs, needs...)
	page.Series, err = v.seriesLines()
	page.Conduct = v.account.Role.May(staff.Conduct)
	return err
}
