package console

import (
	"net/http"
	"strconv"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/results"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// apiResults is what a campaign found out, as it may be shown: dispatch.Counted.Shown, of
// which the screens and tables.csv are made. Figures are the same as long as Stamp is.
type apiResults struct {
	Campaign      string                 `json:"campaign"`
	Title         map[survey.Lang]string `json:"title"`
	State         survey.CampaignState   `json:"state"`
	Questionnaire string                 `json:"questionnaire"`
	Version       int                    `json:"version"`
	Inference     []results.Inference    `json:"inference"`
	CountedAt     time.Time              `json:"counted_at"`
	Stamp         string                 `json:"stamp"`
	Invited       int                    `json:"invited"`
	Submitted     int                    `json:"submitted"`
	Partials      int                    `json:"partials"`
	Participation *float64               `json:"participation"`
	RR1           *float64               `json:"rr1"`
	RR2           *float64               `json:"rr2"`
	FewAnswers    int                    `json:"few_answers"` // under so many nothing of a question is shown
	Questions     []apiQuestion          `json:"questions"`
}

// apiQuestion is one question. Where it is withheld, too few answered and nothing of it is
// told.
type apiQuestion struct {
	Name     string                 `json:"name"`
	Label    map[survey.Lang]string `json:"label"`
	Type     results.Type           `json:"type"`
	Sentence results.Sentence       `json:"sentence"`
	Withheld bool                   `json:"withheld"`
	Weighted bool                   `json:"weighted,omitempty"`
	Answered *int                   `json:"answered"`
	Lines    []apiLine              `json:"lines,omitempty"`
	Bins     []apiBin               `json:"bins,omitempty"`
	Mean     *apiEstimate           `json:"mean,omitempty"`
	First    *float64               `json:"first_quartile,omitempty"`
	Median   *float64               `json:"median,omitempty"`
	Third    *float64               `json:"third_quartile,omitempty"`
	Missing  map[string]int         `json:"missing,omitempty"`
}

// apiLine is one answer; of a hidden one there are no figures.
type apiLine struct {
	Code   string                 `json:"code"`
	Label  map[survey.Lang]string `json:"label,omitempty"`
	Hidden bool                   `json:"hidden"`
	N      *int                   `json:"n"`
	Share  *apiEstimate           `json:"share"`
}

// apiBin is how many answered a number from From to below To: 5 people at least, or nobody.
type apiBin struct {
	From float64 `json:"from"`
	To   float64 `json:"to"`
	N    int     `json:"n"`
}

// apiEstimate is a figure with its 95 % interval where that is known; shares are in [0, 1].
type apiEstimate struct {
	Value float64  `json:"value"`
	Low   *float64 `json:"low95"`
	High  *float64 `json:"high95"`
}

func estimateOf(e results.Estimate) *apiEstimate {
	out := &apiEstimate{Value: e.Value}
	if e.Known {
		out.Low, out.High = &e.Low, &e.High
	}
	return out
}

// results tells what a campaign found out. That it left by a token is on record.
func (k *call) results() {
	c, err := k.Answers.CampaignByName(k.r.Context(), k.r.PathValue("name"))
	if err != nil {
		k.fail(err)
		return
	}
	if c.State == survey.CampaignDraft || c.State == survey.CampaignReady {
		k.fail(&survey.Error{Kind: survey.Conflict, Code: survey.CodeAPIUnlaunched})
		return
	}
	s, err := k.tallied.look(k.r.Context(), c)
	switch {
	case err != nil:
		k.fail(err)
		return
	case s.Counted == nil:
		k.fail(&survey.Error{Kind: survey.Unavailable, Code: survey.CodeAPICounting})
		return
	case s.Level == survey.Anonymous && s.Submitted+s.Partials == 0:
		k.fail(&survey.Error{Kind: survey.Conflict, Code: survey.CodeAPISealed})
		return
	}
	if err := k.record(c, s); err != nil {
		k.fail(err)
		return
	}
	g := s.Outcome.Total
	out := apiResults{Campaign: s.Campaign, Title: s.Title, State: s.State, Questionnaire: s.Questionnaire, Version: s.Version, Inference: s.Inference,
		CountedAt: k.local(s.stamp.CountedAt), Stamp: s.stamp.Code, Invited: g.Invited, Submitted: s.Submitted, Partials: s.Partials,
		Participation: g.Rates.Participation, RR1: g.Rates.RR1, RR2: g.Rates.RR2, FewAnswers: dispatch.FewAnswers, Questions: []apiQuestion{}}
	for _, t := range s.Shown() {
		out.Questions = append(out.Questions, questionOf(t))
	}
	k.answer(http.StatusOK, out)
}

// record keeps that results left by a token, once an hour for each campaign.
func (k *call) record(c *survey.Campaign, s reckoned) error {
	if !k.doors.noted.Take(exported{k.token.ID, c.ID}) {
		return nil
	}
	return k.Store.RecordAudit(k.r.Context(), view.Audit{At: k.Clock.Now(), Actor: "token " + strconv.FormatInt(k.token.ID, 10), Act: "export", CampaignID: c.ID,
		Detail: map[string]any{"file": "api", "stamp": s.stamp.Code}})
}

// questionOf is one question as it may be shown.
func questionOf(t dispatch.ShownTable) apiQuestion {
	q := apiQuestion{Name: t.Question.Name, Label: map[survey.Lang]string{}, Type: t.Question.Type, Sentence: t.Sentence, Withheld: t.Withheld}
	for lang, text := range t.Question.Label {
		q.Label[lang] = unpiped(text)
	}
	if t.Withheld {
		return q
	}
	n := t.Base.N
	q.Answered, q.Weighted = &n, t.Weighted && t.Lines != nil
	for _, l := range t.Lines {
		line := apiLine{Code: l.Code, Label: l.Label, Hidden: l.Hidden}
		if !l.Hidden {
			n := l.Count.N
			line.N, line.Share = &n, estimateOf(l.Estimate)
		}
		q.Lines = append(q.Lines, line)
	}
	for _, b := range t.Bins {
		q.Bins = append(q.Bins, apiBin{From: b.From, To: b.To, N: b.Count.N})
	}
	if numeric(t) && t.Quartiles != nil && t.Table.Mean != nil { // as the screens
		q.Mean = estimateOf(*t.Mean)
		q.First, q.Median, q.Third = &t.Quartiles.First, &t.Quartiles.Median, &t.Quartiles.Third
	}
	for _, m := range t.Missing {
		if q.Missing == nil {
			q.Missing = map[string]int{}
		}
		q.Missing[string(m.Reason)] = m.Count.N
	}
	return q
}
