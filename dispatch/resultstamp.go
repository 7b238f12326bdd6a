package dispatch

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// StampStore keeps what was printed or exported.
type StampStore interface {
	KeepStamp(ctx context.Context, id survey.CampaignID, s view.ResultStamp) error
	Stamp(ctx context.Context, id survey.CampaignID, code string) (view.ResultStamp, error)
	Stamps(ctx context.Context, id survey.CampaignID, most int) ([]view.ResultStamp, error)
	RecordAudit(ctx context.Context, a view.Audit) error
}

// Figures are what a print of the whole campaign shows.
func (c Counted) Figures() view.Figures {
	g := c.Outcome.Total
	out := view.Figures{State: c.State, Questionnaire: c.Questionnaire, Version: c.Version, Cases: g.Cases, Invited: g.Invited,
		Submitted: c.Submitted, Partials: c.Partials, Participation: percent(g.Rates.Participation), RR1: percent(g.Rates.RR1)}
	for _, t := range c.Shown() {
		to := view.FiguresTable{Question: t.Question.Name}
		if !t.Withheld {
			to.Base = t.Base.N
			if t.Mean != nil {
				to.Mean = strconv.FormatFloat(t.Mean.Value, 'f', 4, 64)
			}
			for _, l := range t.Lines {
				if !l.Hidden {
					to.Lines = append(to.Lines, view.FiguresLine{Code: l.Code, N: l.Count.N, Percent: percent(&l.Estimate.Value)})
				}
			}
		}
		out.Tables = append(out.Tables, to)
	}
	return out
}

// percent is a share in percent with four places; empty where there is none.
func percent(p *float64) string {
	if p == nil {
		return ""
	}
	return strconv.FormatFloat(100**p, 'f', 4, 64)
}

// StampOf is the stamp of figures that were counted at a time.
func StampOf(f view.Figures, at time.Time, by string) view.ResultStamp {
	b, err := json.Marshal(f)
	if err != nil {
		panic(err) // figures are texts and numbers
	}
	sum := sha256.Sum256(b)
	return view.ResultStamp{Code: hex.EncodeToString(sum[:4]), CountedAt: at, KeptBy: by, Figures: f}
}

// Difference is a figure that is another now. Before and After are counts, or shares in
// percent with four places; empty: it was not, or is not, shown.
type Difference struct {
	Question, Code string // empty: of the campaign; without a code: of the question
	What           FigureName
	Before, After  string
}

// FigureName says which figure it is.
type FigureName string

// The figures of a stamp.
const (
	FigureState         FigureName = "state"
	FigureCases         FigureName = "cases"
	FigureInvited       FigureName = "invited"
	FigureSubmitted     FigureName = "submitted"
	FigurePartials      FigureName = "partials"
	FigureParticipation FigureName = "participation"
	FigureRR1           FigureName = "rr1"
	FigureBase          FigureName = "base"
	FigureMean          FigureName = "mean"
	FigureCount         FigureName = "count"
	FigurePercent       FigureName = "percent"
)

// Differences lists what has changed from one count to another.
func Differences(before, after view.Figures) []Difference {
	var out []Difference
	add := func(d Difference) {
		if d.Before != d.After {
			out = append(out, d)
		}
	}
	number := func(what FigureName, a, b int) {
		add(Difference{What: what, Before: strconv.Itoa(a), After: strconv.Itoa(b)})
	}
	add(Difference{What: FigureState, Before: string(before.State), After: string(after.State)})
	number(FigureCases, before.Cases, after.Cases)
	number(FigureInvited, before.Invited, after.Invited)
	number(FigureSubmitted, before.Submitted, after.Submitted)
	number(FigurePartials, before.Partials, after.Partials)
	add(Difference{What: FigureParticipation, Before: before.Participation, After: after.Participation})
	add(Difference{What: FigureRR1, Before: before.RR1, After: after.RR1})
	then := map[string]view.FiguresTable{}
	for _, t := range before.Tables {
		then[t.Question] = t
	}
	for _, t := range after.Tables {
		old := then[t.Question]
		add(Difference{Question: t.Question, What: FigureBase, Before: strconv.Itoa(old.Base), After: strconv.Itoa(t.Base)})
		add(Difference{Question: t.Question, What: FigureMean, Before: old.Mean, After: t.Mean})
		out = append(out, lineDifferences(old, t)...)
	}
	return out
}

// lineDifferences compares what was shown of one question.
func lineDifferences(old, now view.FiguresTable) []Difference {
	var out []Difference
	codes, shown := []string{}, map[string][2]view.FiguresLine{}
	for i, lines := range [][]view.FiguresLine{old.Lines, now.Lines} {
		for _, l := range lines {
			pair, there := shown[l.Code]
			if !there {
				codes = append(codes, l.Code)
			}
			pair[i] = l
			shown[l.Code] = pair
		}
	}
	for _, code := range codes {
		a, b := shown[code][0], shown[code][1]
		for _, d := range []Difference{{What: FigureCount, Before: counted(a), After: counted(b)}, {What: FigurePercent, Before: a.Percent, After: b.Percent}} {
			if d.Before != d.After {
				d.Question, d.Code = now.Question, code
				out = append(out, d)
			}
		}
	}
	return out
}

// counted is a count that was shown.
func counted(l view.FiguresLine) string {
	if cmp.Or(l.Code, l.Percent) == "" {
		return ""
	}
	return strconv.Itoa(l.N)
}
