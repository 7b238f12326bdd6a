package dispatch

import (
	"context"

	"canvass/dispatch/results"
	"canvass/dispatch/survey"
)

// TrendStore is what a trend needs of the database besides counts.
type TrendStore interface {
	WavesUpTo(ctx context.Context, id survey.CampaignID, most int) ([]string, error)
	AnsweredBoth(ctx context.Context, first, second survey.CampaignID) (int, error)
}

// TrendPoint is one wave of a trend.
type TrendPoint struct {
	Wave     *Counted
	Estimate results.Estimate
	// Other says that the question was not the same in this wave: it is not drawn, and
	// nothing is compared with it. Withheld: too few answered, or it is hidden there.
	Other, Withheld bool
	Change          results.Change // from the wave before
}

// Trend is the share of one answer to a question over waves, the oldest first; of a number
// without a code, its mean. both says how many people answered two waves.
func Trend(waves []*Counted, question, code string, both func(a, b *Counted) int) []TrendPoint {
	var out []TrendPoint
	var model results.Question
	if len(waves) > 0 {
		if t, ok := waves[len(waves)-1].Tally(question); ok {
			model = t.Question
		}
	}
	for i, w := range waves {
		p := TrendPoint{Wave: w}
		t, ok := w.Tally(question)
		shown, _ := w.ShownOf(question)
		switch {
		case !ok || !sameQuestion(t.Question, model):
			p.Other = true
		case shown.Withheld:
			p.Withheld = true
		case code == "":
			p.Estimate = t.Mean(nil, w.Frame)
		default:
			p.Estimate = t.Share(code, nil, w.Frame)
			for _, l := range shown.Lines {
				p.Withheld = p.Withheld || l.Code == code && l.Hidden
			}
		}
		if i > 0 && !p.Other && !p.Withheld && !out[i-1].Other && !out[i-1].Withheld {
			before := waves[i-1]
			p.Change = results.ChangeOf(out[i-1].Estimate, p.Estimate, results.Overlap{First: out[i-1].Estimate.N, Second: p.Estimate.N,
				Both: both(before, w), Frame: w.Frame.All()})
		}
		out = append(out, p)
	}
	return out
}

// sameQuestion reports whether a question was put in the same words with the same
// answers: else what was answered cannot be compared.
func sameQuestion(a, b results.Question) bool {
	if a.Type != b.Type || a.Label[survey.Vietnamese] != b.Label[survey.Vietnamese] || len(a.Options) != len(b.Options) {
		return false
	}
	for i := range a.Options {
		if a.Options[i].Code != b.Options[i].Code || a.Options[i].Label[survey.Vietnamese] != b.Options[i].Label[survey.Vietnamese] {
			return false
		}
	}
	return true
}
