package console

import (
	"math"
	"net/http"
	"slices"
	"strings"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/templates"
)

// onPage is how many findings stand on the page for the director.
const onPage = 3

// resultsPage is one page for the director. That it was printed is kept.
func (v *visit) resultsPage() {
	k, s, ok := v.counted()
	if !ok {
		return
	}
	page := templates.ResultsPage{Shell: v.shell("results"), ResultsHead: v.resultsHead(k, s)}
	finds := v.pageFinds(&page, s, v.waves(k, s))
	page.Done = v.howDone(s, finds)
	if err := v.pageVoices(&page, k, s); err != nil {
		v.fail(err)
		return
	}
	if stands, err := v.watched.standing(v.ctx, k.Name); err == nil && !stands.counting { // else it is being added up
		page.Cost = &templates.ResultCost{Sum: stands.Spent}
		if page.Answered > 0 {
			page.Cost.Each = int64(math.Round(float64(stands.Spent) / float64(page.Answered)))
		}
	}
	if err := v.keepStamp(k, s, map[string]any{"file": "page"}); err != nil {
		v.fail(err)
		return
	}
	v.show(http.StatusOK, page)
}

// pageFinds puts what was found onto the page, what has changed first, and returns it.
func (v *visit) pageFinds(page *templates.ResultsPage, s reckoned, waves waves) []dispatch.ShownTable {
	shown := s.Shown()
	var finds []int
	all := map[int]templates.ResultQuestion{}
	for i, t := range shown {
		if !t.Withheld && (len(t.Lines) > 0 || numeric(t)) && s.Submitted+s.Partials > 0 {
			finds, all[i] = append(finds, i), v.question(s, i, t, waves)
		}
	}
	clear := func(i int) int {
		if c := all[i].Change; c != nil && !strings.HasPrefix(c.Key, "none") {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(finds, func(a, b int) int { return clear(a) - clear(b) })
	var out []dispatch.ShownTable
	for n, i := range finds[:min(len(finds), onPage)] {
		page.Finds, out = append(page.Finds, all[i]), append(out, shown[i])
		if n == 0 {
			page.Trend = v.trend(waves, shown[i], firstFollowed(shown[i]))
		}
	}
	return out
}

// pageVoices puts what people wrote onto the page, as far as it may stand there.
func (v *visit) pageVoices(page *templates.ResultsPage, k *survey.Campaign, s reckoned) error {
	voices, err := dispatch.VoicesOf(v.ctx, v.Store, k, *s.Counted)
	if err != nil {
		return err
	}
	page.TopicsOf, page.Coded = v.label(voices.Question.Label, voices.Question.Name), voices.Coded
	for _, t := range voices.Topics {
		page.Topics = append(page.Topics, templates.ResultTopic{Name: t.Topic.Name[v.lang()], N: t.N, Wide: place(100 * float64(t.N) / float64(voices.Coded))})
	}
	for _, q := range voices.Quotes {
		page.Quotes = append(page.Quotes, templates.ResultQuote{Words: q.Words, Of: v.label(q.Question.Label, q.Question.Name)})
	}
	return nil
}

// howDone says in two sentences how it was done: whom was asked how, by what and when; and how
// many answered, by which formula, and within what error the figures on the page are.
func (v *visit) howDone(s reckoned, finds []dispatch.ShownTable) []templates.ResultNote {
	g, lang := s.Outcome.Total, string(v.lang())
	number := func(n int) string { return templates.Number(lang, int64(n)) }
	day := func(t time.Time) string {
		if t.IsZero() {
			return "–"
		}
		return templates.Date(lang, v.local(t))
	}
	var modes []string
	for _, m := range g.Modes {
		if m.Complete+m.Partial > 0 {
			word, _ := templates.Words("mode."+string(m.Mode), lang, nil)
			modes = append(modes, word)
		}
	}
	how := templates.ResultNote{Key: "sample", N: number(g.Cases), Of: v.decimal(s.Frame.All(), 0), From: day(s.LaunchedAt), To: day(s.EndsAt), Name: strings.Join(modes, ", ")}
	if s.Inference[0] == "network_census" {
		how.Key = "census"
	}
	if len(modes) == 0 {
		how.Name = "–"
	}
	answered := templates.ResultNote{Key: "answered", N: number(s.Submitted + s.Partials), Rate: v.share(g.Rates.RR1)}
	margin := 0.0
	for _, t := range finds {
		if l, ok := top(t); ok && l.Estimate.Known && !numeric(t) {
			margin = math.Max(margin, (l.Estimate.High-l.Estimate.Low)/2)
		}
	}
	if margin > 0 {
		answered.Key, answered.Margin = "answered.margin", v.points(margin)
	}
	return []templates.ResultNote{how, answered}
}
