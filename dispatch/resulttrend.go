package dispatch

import (
	"context"
	"slices"

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

// Followed is what a trend follows: one answer, or several steps of a scale together;
// without codes, the mean.
type Followed struct {
	Key   string   // names it among those of its question
	Codes []string // of one answer each
}

// The keys of what is followed besides single answers, whose keys begin with followCode.
const (
	FollowMean  = "mean"
	FollowFirst = "first2" // the two first steps of a scale together
	FollowLast  = "last2"  // the two last ones
	followCode  = "="
)

// leastSteps is from how many steps on two at an end of a scale are put together: of
// fewer, they are all but one.
const leastSteps = 4

// FollowCode follows one answer.
func FollowCode(code string) Followed { return Followed{followCode + code, []string{code}} }

// Follows lists what can be followed of a question, single answers first. What is hidden in
// one wave can be followed in the others.
func (t ShownTable) Follows() []Followed {
	var out []Followed
	for _, l := range t.Lines {
		if !l.Unlisted {
			out = append(out, FollowCode(l.Code))
		}
	}
	options := t.Question.Options
	if n := len(options); t.Question.Type == results.Scale && n >= leastSteps {
		out = append(out, Followed{FollowFirst, []string{options[0].Code, options[1].Code}},
			Followed{FollowLast, []string{options[n-2].Code, options[n-1].Code}})
	}
	if t.Table.Mean != nil {
		out = append(out, Followed{Key: FollowMean})
	}
	return out
}

// Trend is what is followed of a question over waves, the oldest first. both says how many
// people answered two waves.
func Trend(waves []*Counted, question string, of Followed, both func(a, b *Counted) int) []TrendPoint {
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
		case !shown.tells(of):
			p.Withheld = true
		case len(of.Codes) == 0:
			p.Estimate = *shown.Mean
		default:
			p.Estimate = t.ShareOf(of.Codes, nil, w.Frame)
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

// tells reports whether what is followed may be shown of a wave: whatever it is made of is
// shown there, so that it tells nothing that the wave's own table does not. Waves have no
// people and no total in common that is shown, so nothing follows from two of them that
// does not follow from one.
func (t ShownTable) tells(of Followed) bool {
	if t.Withheld {
		return false
	}
	if len(of.Codes) == 0 {
		return t.Mean != nil
	}
	for _, code := range of.Codes {
		i := slices.IndexFunc(t.Lines, func(l ShownLine) bool { return l.Code == code })
		if i < 0 || t.Lines[i].Hidden {
			return false
		}
	}
	return true
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
