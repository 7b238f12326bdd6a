package console

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/results"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/templates"
)

// resultsStore is what results need of the database besides answers.
type resultsStore interface {
	dispatch.StampStore
	dispatch.TrendStore
	dispatch.VoiceOfStore
	LaunchedCampaigns(ctx context.Context, before survey.CampaignID, most int) ([]*survey.Campaign, error)
	KeptCounts(ctx context.Context, ids []survey.CampaignID) (map[survey.CampaignID]view.ResultCount, error)
	KeepCount(ctx context.Context, c view.ResultCount) error
}

// onResultsPage is how many campaigns a page of the listing has, and listedFresh how old
// the count of one in the field may be there.
const (
	onResultsPage = 50
	listedFresh   = time.Minute
)

// resultsList lists campaigns with their last counts; it counts nothing itself.
func (v *visit) resultsList() {
	before, err := strconv.ParseInt(v.r.URL.Query().Get("before"), 10, 64)
	if err != nil || before < 0 {
		before = 0
	}
	all, err := v.Store.LaunchedCampaigns(v.ctx, survey.CampaignID(before), onResultsPage+1)
	if err != nil {
		v.fail(err)
		return
	}
	page := templates.ResultsList{Shell: v.shell("results")}
	if len(all) > onResultsPage {
		all = all[:onResultsPage]
		page.Older = "/results?before=" + strconv.FormatInt(int64(all[onResultsPage-1].ID), 10)
	}
	all = slices.DeleteFunc(all, func(k *survey.Campaign) bool { return !v.sees(k.Name) })
	kept, err := v.keptCounts(all)
	if err != nil {
		v.fail(err)
		return
	}
	for _, k := range all {
		line := templates.ResultsLine{Title: v.title(k.Title, k.Name), Href: resultsPath(k.Name), State: string(k.State)}
		if n, ok := kept[k.ID]; ok {
			line.Counted, line.Invited, line.Answered, line.At = true, n.Invited, n.Submitted+n.Partials, v.local(n.CountedAt)
			line.Rate = v.share(n.Participation)
		} else {
			page.Counting = true
		}
		page.Lines = append(page.Lines, line)
	}
	v.show(http.StatusOK, page)
}

// keptCounts are the last counts of campaigns. What was never counted, or not of late, is
// counted in the background; for what is quick is waited.
func (v *visit) keptCounts(all []*survey.Campaign) (map[survey.CampaignID]view.ResultCount, error) {
	ids := make([]survey.CampaignID, len(all))
	for i, k := range all {
		ids[i] = k.ID
	}
	kept, err := v.Store.KeptCounts(v.ctx, ids)
	if err != nil {
		return nil, err
	}
	now := v.Clock.Now()
	var old []*survey.Campaign
	for _, k := range all {
		n, ok := kept[k.ID]
		moves := k.State == survey.CampaignFielding || k.State == survey.CampaignPaused || n.CountedAt.Before(k.EndsAt)
		if !ok || moves && now.Sub(n.CountedAt) > max(listedFresh, freshFor*n.Took) {
			old = append(old, k)
		}
	}
	if len(old) == 0 {
		return kept, nil
	}
	v.tallied.glance(v.ctx, old)
	return v.Store.KeptCounts(v.ctx, ids)
}

func resultsPath(name string) string { return campaignPath(name) + "/results" }

// counted finds the campaign of the address and its last count. It is false when that
// was answered already: there is no such campaign, or it is being counted.
func (v *visit) counted() (*survey.Campaign, reckoned, bool) {
	k, err := v.Answers.CampaignByName(v.ctx, v.r.PathValue("name"))
	if err != nil {
		v.fail(err)
		return nil, reckoned{}, false
	}
	s, err := v.tallied.look(v.ctx, k)
	if err != nil {
		v.fail(err)
		return nil, reckoned{}, false
	}
	if s.Counted == nil {
		page := templates.ResultsWait{Shell: v.shell("results"), Title: v.title(k.Title, k.Name), Href: resultsPath(k.Name), Self: resultsPath(k.Name), Read: s.read}
		if kept, err := v.Store.KeptCounts(v.ctx, []survey.CampaignID{k.ID}); err == nil {
			page.Of = max(kept[k.ID].Submitted+kept[k.ID].Partials, 0)
			page.Read = min(page.Read, max(page.Of, page.Read))
		}
		v.show(http.StatusOK, page)
		return nil, reckoned{}, false
	}
	return k, s, true
}

// results shows what a campaign found out: every question, or one of them in full.
func (v *visit) results() {
	k, s, ok := v.counted()
	if !ok {
		return
	}
	page := templates.Results{Shell: v.shell("results"), ResultsHead: v.resultsHead(k, s), Persons: v.account.Role.May(staff.Persons)}
	for _, t := range s.Tables {
		page.Files = page.Files || t.Question.Type == results.Attachment
		page.Voices = page.Voices || t.Question.Spoken && k.Confidentiality == survey.Identified
	}
	asked := v.r.URL.Query()
	if name := asked.Get("q"); name != "" {
		if err := v.oneQuestion(&page, k, s, name); err != nil {
			v.fail(err)
			return
		}
		v.show(http.StatusOK, page)
		return
	}
	waves := v.waves(k, s)
	if s.Submitted+s.Partials > 0 {
		page.Questions = v.questions(s, waves)
	}
	for _, g := range s.Outcome.Strata {
		page.Strata = append(page.Strata, templates.ResultRate{Name: v.groupName(g.Name), Cases: g.Cases, Rate: v.share(g.Rates.Participation), RR1: v.share(g.Rates.RR1),
			Withheld: g.Cases < leastCases})
	}
	page.Method = v.method(s)
	if err := v.stamps(&page, k, s, asked.Get("stamp")); err != nil {
		v.fail(err)
		return
	}
	v.show(http.StatusOK, page)
}

// questions are all of them; the rows of a matrix stand in one table.
func (v *visit) questions(s reckoned, w waves) (out []templates.ResultQuestion) {
	matrix := ""
	for i, t := range s.Shown() {
		q := v.question(s, i, t, w)
		if t.Question.Matrix == "" {
			matrix, out = "", append(out, q)
			continue
		}
		if t.Question.Matrix != matrix {
			matrix = t.Question.Matrix
			rows := &templates.ResultGroups{Matrix: true, Few: dispatch.FewInDomain, Span: len(t.Question.Options)}
			for _, o := range t.Question.Options {
				rows.Columns = append(rows.Columns, v.in(o.Label, o.Code))
			}
			out = append(out, templates.ResultQuestion{Name: matrix, Label: v.in(t.Question.Stem, matrix), Number: i + 1, Kind: q.Kind, Matrix: rows})
		}
		to := out[len(out)-1].Matrix
		row := templates.ResultGroup{Name: v.in(t.Question.Row, q.Name), Href: q.Href, N: templates.Number(string(v.lang()), int64(q.Base))}
		if t.Withheld {
			row.Why, row.N = "few", "< "+strconv.Itoa(dispatch.FewAnswers)
		} else {
			row.Cells = q.Lines[:min(len(q.Lines), to.Span)] // what the questionnaire does not have stands behind
		}
		to.Rows, to.Hides = append(to.Rows, row), to.Hides || q.Hides
	}
	return out
}

// leastCases is under how many people no rate of a group is shown [methodology §12].
const leastCases = 10

// oneQuestion adds one question in full.
func (v *visit) oneQuestion(page *templates.Results, k *survey.Campaign, s reckoned, name string) error {
	shown := s.Shown()
	i := slices.IndexFunc(shown, func(t dispatch.ShownTable) bool { return t.Question.Name == name })
	if i < 0 || s.Submitted+s.Partials == 0 {
		return &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound}
	}
	page.One = true
	if i > 0 {
		page.Before = questionPath(k.Name, shown[i-1].Question.Name)
	}
	if i+1 < len(shown) {
		page.After = questionPath(k.Name, shown[i+1].Question.Name)
	}
	waves := v.waves(k, s)
	q := v.question(s, i, shown[i], waves)
	by := v.r.URL.Query().Get("by")
	if by == "" || by == string(dispatch.ByStratum) {
		q.Strata = v.groups(s, name, dispatch.ByStratum)
	}
	if by == "" || by == string(dispatch.ByMode) {
		q.Modes = v.groups(s, name, dispatch.ByMode)
	}
	q.Trend = v.trends(waves, shown[i])
	page.Questions = append(page.Questions, q)
	return nil
}

func questionPath(campaign, question string) string {
	return resultsPath(campaign) + "?q=" + url.QueryEscape(question)
}

// resultsHead is what stands above everything.
func (v *visit) resultsHead(k *survey.Campaign, s reckoned) templates.ResultsHead {
	g := s.Outcome.Total
	out := templates.ResultsHead{Title: v.title(k.Title, k.Name), Href: resultsPath(k.Name), State: string(s.State), Level: string(s.Level), Counted: v.local(s.stamp.CountedAt),
		Recount: s.going, Invited: g.Invited, Answered: s.Submitted + s.Partials, Submitted: s.Submitted, Partials: s.Partials, Rate: v.share(g.Rates.Participation),
		RR1: v.share(g.Rates.RR1), RR2: v.share(g.Rates.RR2), Resting: s.Resting, Stamp: s.stamp.Code, From: v.local(s.LaunchedAt), To: v.local(s.EndsAt),
		Open: s.State == survey.CampaignFielding || s.State == survey.CampaignPaused}
	for _, i := range s.Inference {
		out.Kinds = append(out.Kinds, string(i))
	}
	out.Sealed = s.Level == survey.Anonymous && out.Answered == 0
	out.Few = out.Answered > 0 && out.Answered < dispatch.FewInDomain
	return out
}

// keepStamp keeps what is about to leave, and that it did.
func (v *visit) keepStamp(k *survey.Campaign, s reckoned, what map[string]any) error {
	stamp := s.stamp
	stamp.KeptBy = v.account.Login
	if err := v.Store.KeepStamp(v.ctx, k.ID, stamp); err != nil {
		return err
	}
	what["stamp"] = stamp.Code
	return v.Store.RecordAudit(v.ctx, view.Audit{At: v.Clock.Now(), Actor: v.account.Login, Act: "export", CampaignID: k.ID, Detail: what})
}
