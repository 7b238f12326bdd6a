package dispatch

import (
	"context"
	"slices"
	"time"

	"canvass/dispatch/results"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// Counted are results with what tables by group, intervals and trends are made of. It
// holds counts and no answer, so its size does not grow with the campaign.
type Counted struct {
	Results
	ID         survey.CampaignID
	Level      survey.Confidentiality
	LaunchedAt time.Time // business time
	EndsAt     time.Time
	Tallies    []*results.Tally // of the questions, as Tables
	Frame      results.Frame
}

// reportEvery is after how many responses who waits for a count hears of it.
const reportEvery = 500

// Count reads every response of a campaign once and counts what was answered. read, if
// there is one, hears how many were read so far.
func Count(ctx context.Context, store ResultStore, name string, read func(int)) (Counted, error) {
	d, err := questioned(ctx, store, name)
	if err != nil {
		return Counted{}, err
	}
	k := d.campaign
	out := Counted{ID: k.ID, Level: k.Confidentiality, LaunchedAt: k.LaunchedAt, EndsAt: k.EndsAt, Frame: results.Frame{}}
	for _, q := range questionsOf(d.questionnaire) {
		out.Tallies = append(out.Tallies, results.NewTally(q))
	}
	n := 0
	for r, err := range d.each(ctx, store) {
		if err != nil {
			return Counted{}, err
		}
		for _, t := range out.Tallies {
			t.Add(results.Row{Stratum: r.Stratum, Weight: r.Weight, Mode: r.Mode, Answer: r.Answers[t.Question.Name]})
		}
		if n++; read != nil && n%reportEvery == 0 {
			read(n)
		}
	}
	cases, err := store.CaseCounts(ctx, k.ID)
	if err != nil {
		return Counted{}, err
	}
	for _, c := range cases {
		out.Frame[c.Stratum] += c.Weight * float64(c.N)
	}
	out.Results, err = resultsOf(ctx, store, d, cases)
	for _, t := range out.Tallies {
		out.Tables = append(out.Tables, t.Table())
	}
	return out, err
}

// resultsOf are results but for their tables.
func resultsOf(ctx context.Context, store ResultStore, d collected, cases []view.CaseCount) (Results, error) {
	k := d.campaign
	resting, err := store.Resting(ctx, k.ID)
	return Results{Campaign: k.Name, Title: k.Title, State: k.State, Purpose: k.Purpose, Questionnaire: d.source.Name,
		Version: d.source.Version, Design: k.Design, Inference: results.InferenceOf(k.Design), Resting: resting, Listed: k.Listed,
		Outcome:   results.OutcomeOf(slices.Values(cases), d.returned, results.MethodFor(k.Listed)),
		Submitted: d.submitted, Partials: d.partials}, err
}

// Tally finds a question.
func (c Counted) Tally(question string) (*results.Tally, bool) {
	for _, t := range c.Tallies {
		if t.Question.Name == question {
			return t, true
		}
	}
	return nil, false
}

// Kept is what a listing shows of a count made at a time.
func (c Counted) Kept(at time.Time, took time.Duration) view.ResultCount {
	g := c.Outcome.Total
	return view.ResultCount{CampaignID: c.ID, CountedAt: at, Took: took, Invited: g.Invited, Submitted: c.Submitted, Partials: c.Partials,
		Participation: g.Rates.Participation}
}
