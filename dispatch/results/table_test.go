package results

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

func options(codes ...string) []Option {
	out := make([]Option, len(codes))
	for i, c := range codes {
		out[i] = Option{Code: c, Label: map[survey.Lang]string{survey.Vietnamese: "Lựa chọn " + c}}
	}
	return out
}

func value(weight float64, v string) Row {
	return Row{Weight: weight, Answer: survey.Answer{Value: survey.AnswerText(v)}}
}

func missing(weight float64, m survey.Missing) Row {
	return Row{Weight: weight, Answer: survey.Answer{Missing: m}}
}

func near(p *float64, want float64) bool { return p != nil && math.Abs(*p-want) < 1e-9 }

func TestTabulateSingle(t *testing.T) {
	t.Parallel()
	q := Question{Name: "huong", Kind: survey.OwnOpinion, Type: Single, Options: options("1", "2", "3")}
	table := Tabulate(q, []Row{value(1, "1"), value(3, "1"), value(1, "2"), value(1, "7"),
		missing(5, survey.MissingDontKnow), missing(1, survey.MissingNotApplicable), missing(1, ""), missing(2, survey.MissingDontKnow)})
	if table.Sentence != SentenceThink || table.Respondents != (Count{8, 15}) || table.Base != (Count{4, 6}) || table.Mean != nil {
		t.Errorf("%+v", table)
	}
	want := []struct {
		code     string
		n        int
		pct, wtd float64
		unlisted bool
	}{{"1", 2, 50, 400.0 / 6, false}, {"2", 1, 25, 100.0 / 6, false}, {"3", 0, 0, 0, false}, {"7", 1, 25, 100.0 / 6, true}}
	for i, w := range want {
		l := table.Lines[i]
		if l.Code != w.code || l.Count.N != w.n || !near(l.Percent, w.pct) || !near(l.WeightedPercent, w.wtd) || l.Unlisted != w.unlisted {
			t.Errorf("line %+v, want %+v", l, w)
		}
	}
	if want := []MissingLine{{survey.MissingDontKnow, Count{2, 7}}, {survey.MissingNotApplicable, Count{1, 1}}, {survey.MissingNotReached, Count{1, 1}}}; !slices.Equal(table.Missing, want) {
		t.Errorf("missing %+v", table.Missing)
	}
}

func TestTabulateMultiple(t *testing.T) {
	t.Parallel()
	q := Question{Name: "chuyen_ban", Kind: survey.WhatIHear, Type: Multiple, Options: options("1", "2", "10")}
	table := Tabulate(q, []Row{value(1, "1 2"), value(1, "1 10"), value(2, "1 1"), missing(1, survey.MissingRefused)})
	if table.Sentence != SentenceNamedBy || table.Base != (Count{3, 4}) {
		t.Errorf("%+v", table)
	}
	if l := table.Lines; !near(l[0].Percent, 100) || !near(l[1].Percent, 100.0/3) || !near(l[2].WeightedPercent, 25) || len(l) != 3 {
		t.Errorf("percents of respondents: %+v", l)
	}
}

func TestTabulateNumbers(t *testing.T) {
	t.Parallel()
	q := Question{Name: "so_ngay", Kind: survey.Fact, Type: Integer}
	table := Tabulate(q, []Row{value(1, "10"), value(1, "9"), value(2, "-1"), value(1, "9"), value(1, "nine"), missing(1, survey.MissingSkipped)})
	var codes []string
	for _, l := range table.Lines {
		codes = append(codes, l.Code)
	}
	if !slices.Equal(codes, []string{"-1", "9", "10", "nine"}) || table.Lines[0].Unlisted || !table.Lines[3].Unlisted {
		t.Errorf("lines %+v", table.Lines)
	}
	if m := table.Mean; m == nil || math.Abs(m.Unweighted-6.75) > 1e-9 || !near(m.Weighted, 26.0/5) || m.Min != -1 || m.Max != 10 {
		t.Errorf("mean %+v", table.Mean)
	}
	scale := Tabulate(Question{Type: Scale, Kind: survey.OwnOpinion, Options: options("1", "2", "3", "4", "5")}, []Row{value(0, "2"), value(0, "5")})
	if scale.Mean == nil || scale.Mean.Unweighted != 3.5 || scale.Mean.Weighted != nil || scale.Lines[1].WeightedPercent != nil {
		t.Errorf("scale without weights: %+v", scale.Mean)
	}
}

func TestTabulateRankings(t *testing.T) {
	t.Parallel()
	q := Question{Name: "thu_tu", Kind: survey.OwnOpinion, Type: Ranking, Options: options("1", "2", "3")}
	table := Tabulate(q, []Row{value(1, "2 1"), value(3, "2 3"), value(1, "1 2"), missing(1, survey.MissingDontKnow)})
	if table.Base.N != 3 || len(table.Lines) != 3 {
		t.Fatalf("%+v", table)
	}
	for i, want := range []struct {
		n, first int
		weighted float64
		place    float64
	}{{2, 1, 1, 1.5}, {3, 2, 4, 4.0 / 3}, {1, 0, 0, 2}} {
		l := table.Lines[i]
		if l.Count.N != want.n || l.First == nil || l.First.N != want.first || l.First.Weighted != want.weighted || !near(l.MeanPlace, want.place) {
			t.Errorf("line %d: %+v first %+v", i, l, l.First)
		}
	}
	d := Dataset{Questions: []Question{q}}
	if got := strings.Join(d.Header()[4:], " "); got != "thu_tu thu_tu_missing thu_tu.1 thu_tu.2 thu_tu.3" {
		t.Errorf("columns %s", got)
	}
	if got := strings.Join(d.Record(view.Response{Answers: survey.Answers{"thu_tu": {Value: "2 3"}}})[4:], ","); got != "2 3,,,1,2" {
		t.Errorf("cells %s", got)
	}
}

func TestTabulateFractionsAndDays(t *testing.T) {
	t.Parallel()
	table := Tabulate(Question{Type: Decimal}, []Row{value(1, "2.5"), value(1, "10"), value(1, "-0.5")})
	if table.Lines[0].Code != "-0.5" || table.Lines[2].Code != "10" || table.Lines[2].Unlisted || table.Mean == nil || table.Mean.Unweighted != 4 || table.Mean.Min != -0.5 {
		t.Errorf("%+v %+v", table.Lines, table.Mean)
	}
	days := Tabulate(Question{Type: Date}, []Row{value(1, "2026-12-18"), value(1, "2026-01-02")})
	if days.Lines[0].Code != "2026-01-02" || days.Lines[0].Unlisted || days.Mean != nil {
		t.Errorf("%+v", days)
	}
}

func TestTabulateShowsNoWords(t *testing.T) {
	t.Parallel()
	table := Tabulate(Question{Name: "y_kien", Type: Text, Kind: survey.Background}, []Row{value(1, "a secret opinion"), value(1, "another")})
	text, err := json.Marshal(table)
	if err != nil || strings.Contains(string(text), "secret") || table.Base.N != 2 || len(table.Lines) != 0 {
		t.Errorf("%s %v", text, err)
	}
	empty := Tabulate(Question{Type: Single, Options: options("1")}, nil)
	if empty.Lines[0].Percent != nil || empty.Base.N != 0 || empty.Sentence != SentenceNamedBy {
		t.Errorf("%+v", empty)
	}
}

func TestTablesAddUp(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(43, 44))
	values := []string{"1", "2", "3", "1 2", "", "x", " "}
	for range 3_000 {
		q := Question{Type: []Type{Single, Multiple, Integer, Scale}[rng.IntN(4)], Options: options("1", "2", "3")[:rng.IntN(4)]}
		rows := make([]Row, rng.IntN(20))
		for i := range rows {
			rows[i] = value(float64(1+rng.IntN(4)), values[rng.IntN(len(values))])
			if rng.IntN(4) == 0 {
				rows[i] = missing(1, missingOrder()[rng.IntN(5)])
			}
		}
		table := Tabulate(q, rows)
		n, w := table.Base.N, table.Base.Weighted
		for _, m := range table.Missing {
			n, w = n+m.Count.N, w+m.Count.Weighted
		}
		inLines, pct := 0, 0.0
		for _, l := range table.Lines {
			inLines += l.Count.N
			if l.WeightedPercent != nil {
				pct += *l.WeightedPercent
			}
		}
		ok := n == len(rows) && n == table.Respondents.N && w == table.Respondents.Weighted
		if q.Type == Multiple {
			ok = ok && inLines >= table.Base.N
		} else {
			ok = ok && inLines == table.Base.N && (table.Base.N == 0 || math.Abs(pct-100) < 1e-9)
		}
		if !ok {
			t.Fatalf("%+v", table)
		}
	}
}

func TestRowsOf(t *testing.T) {
	t.Parallel()
	rows := RowsOf("a", []view.Response{{Stratum: "C1", Weight: 2, Mode: survey.Web, Answers: survey.Answers{"a": {Value: "1"}}}, {}})
	if len(rows) != 2 || rows[0].Answer.Value != "1" || rows[0].Stratum != "C1" || rows[0].Weight != 2 || !rows[1].Answer.Empty() {
		t.Error("rows")
	}
}

func TestTheNetworkIsNotThePublic(t *testing.T) {
	t.Parallel()
	for _, m := range []survey.Method{survey.Census, survey.SRS, survey.Stratified} {
		if got := InferenceOf(survey.Design{Method: m}); !slices.Contains(got, InferNotPublic) || (got[0] == InferNetworkCensus) != (m == survey.Census) {
			t.Errorf("%s: %v", m, got)
		}
	}
}

func TestWhoRestsIsSaid(t *testing.T) {
	t.Parallel()
	rested := InferenceOf(survey.Design{Method: survey.Census, Rest: survey.Span(time.Hour)})
	if !slices.Equal(rested, []Inference{InferNetworkCensus, InferRested, InferNotPublic}) {
		t.Errorf("a census of those who do not rest: %v", rested)
	}
	if got := InferenceOf(survey.Design{Method: survey.Census, Rotation: &survey.Rotation{Groups: 4, Stay: 1}}); got[0] != InferNetworkSample {
		t.Errorf("one group of four is called %s", got[0])
	}
}
