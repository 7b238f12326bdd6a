package results

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// Type says what an answer looks like, in the words of the questionnaire.
type Type string

// The types.
const (
	Single   Type = "single"
	Multiple Type = "multiple" // codes separated by one blank
	Integer  Type = "integer"
	Scale    Type = "scale" // with or without labelled steps
	Decimal  Type = "decimal"
	Ranking  Type = "ranking" // codes in their order, separated by one blank
	Date     Type = "date"
	Text     Type = "text"
	Note     Type = "note"
	// Attachment is the ids of files, separated by one blank. It is counted by how
	// many there are.
	Attachment Type = "attachment"
)

// numbers reports whether the answers are numbers of which a mean can be taken.
func (t Type) numbers() bool { return t == Integer || t == Decimal || t == Scale }

// several reports whether an answer may hold several codes.
func (t Type) several() bool { return t == Multiple || t == Ranking }

// Option is one choice or labelled step. Codes of missing reasons (98, 99) are
// not options.
type Option struct {
	Code  string                 `json:"code"`
	Label map[survey.Lang]string `json:"label"`
}

// Question is what tables and files need to know of a question.
type Question struct {
	Name    string                 `json:"name"`
	Kind    survey.QuestionKind    `json:"kind"`
	Type    Type                   `json:"type"`
	Label   map[survey.Lang]string `json:"label"`
	Options []Option               `json:"options,omitempty"`
	// Matrix is the name of the matrix of which it is a row, with its Stem and the words of
	// the Row.
	Matrix string                 `json:"matrix,omitempty"`
	Stem   map[survey.Lang]string `json:"stem,omitempty"`
	Row    map[survey.Lang]string `json:"row,omitempty"`
	// Spoken says that a text may be a recording of what was said in a call.
	Spoken bool `json:"spoken,omitempty"`
}

// Sentence says what kind of sentence a figure may be put in.
type Sentence string

// The sentences.
const (
	SentenceThink    Sentence = "think"    // x % of those who answered think …
	SentenceNamedBy  Sentence = "named_by" // named by x % of collaborators; never a share of the people
	SentenceReport   Sentence = "report"   // x % of those who answered report …
	SentenceDescribe Sentence = "describe" // x % of those who answered are …
)

// SentenceOf is the sentence that goes with a kind of question. A kind that is
// not in use gets the most guarded one.
func SentenceOf(k survey.QuestionKind) Sentence {
	switch k {
	case survey.OwnOpinion:
		return SentenceThink
	case survey.Fact:
		return SentenceReport
	case survey.Background:
		return SentenceDescribe
	}
	return SentenceNamedBy
}

// Row is one submitted response's answer to one question.
type Row struct {
	Stratum string
	Weight  float64
	Mode    survey.Mode
	Answer  survey.Answer
}

// RowsOf picks the answers to one question out of responses.
func RowsOf(question string, responses []view.Response) []Row {
	out := make([]Row, len(responses))
	for i, r := range responses {
		out[i] = Row{Stratum: r.Stratum, Weight: r.Weight, Mode: r.Mode, Answer: r.Answers[question]}
	}
	return out
}

// Count is a number of respondents, and the sum of their weights.
type Count struct {
	N        int     `json:"n"`
	Weighted float64 `json:"weighted"`
}

// Line is one answer in a table. Percents are of the base, in [0, 100]; nil if
// the base is empty.
type Line struct {
	Code            string                 `json:"code"`
	Label           map[survey.Lang]string `json:"label,omitempty"`
	Count           Count                  `json:"count"`
	Percent         *float64               `json:"percent"`
	WeightedPercent *float64               `json:"weighted_percent"`
	// First and MeanPlace are those who put it first, and its mean place, from 1,
	// among those who ranked it; rankings only.
	First     *Count   `json:"first,omitempty"`
	MeanPlace *float64 `json:"mean_place,omitempty"`
	// Unlisted marks a value that the questionnaire does not have.
	Unlisted bool `json:"unlisted,omitempty"`
}

// MissingLine is one missing reason. It has no percent: it is not in the base.
type MissingLine struct {
	Reason survey.Missing `json:"reason"`
	Count  Count          `json:"count"`
}

// Mean is the mean of a numeric question over its base.
type Mean struct {
	Unweighted float64  `json:"unweighted"`
	Weighted   *float64 `json:"weighted"` // nil if the weights add up to 0
	Min        float64  `json:"min"`
	Max        float64  `json:"max"`
}

// Table is the frequency table of one question. Respondents = Base + ΣMissing;
// the lines add up to the base, save for a multiple choice and a ranking, whose percents are
// of respondents and may add up to more than 100.
type Table struct {
	Question    Question      `json:"question"`
	Sentence    Sentence      `json:"sentence"`
	Respondents Count         `json:"respondents"`
	Base        Count         `json:"base"`
	Lines       []Line        `json:"lines"`   // options in order, then other values; none for text
	Missing     []MissingLine `json:"missing"` // those that occur
	Mean        *Mean         `json:"mean"`    // numbers only
}

// missingOrder is the order of missing reasons in tables and codebooks.
func missingOrder() []survey.Missing {
	return []survey.Missing{survey.MissingDontKnow, survey.MissingRefused, survey.MissingSkipped,
		survey.MissingNotApplicable, survey.MissingNotReached}
}

// Tabulate makes the frequency table of q, weighted and not, over the rows of
// all submitted responses. A row without value and reason counts as not reached.
func Tabulate(q Question, rows []Row) Table {
	t := NewTally(q)
	for _, r := range rows {
		t.Add(r)
	}
	return t.Table()
}

// codesOf returns the values that an answer counts for, each once; none if the
// answer is missing.
func codesOf(q Question, a survey.Answer) []string {
	switch {
	case a.Missing != "" || a.Value == "":
		return nil
	case q.Type.several():
		codes := strings.Fields(string(a.Value))
		slices.Sort(codes)
		return slices.Compact(codes)
	case q.Type == Text:
		return []string{""} // its words never become a line
	case q.Type == Attachment:
		return []string{strconv.Itoa(len(strings.Fields(string(a.Value))))}
	}
	return []string{string(a.Value)}
}

func lines(q Question, counts map[string]Mass, base Mass) []Line {
	out := make([]Line, 0, len(q.Options)+len(counts))
	listed := map[string]bool{}
	add := func(code string, label map[survey.Lang]string, unlisted bool) {
		l := Line{Code: code, Label: label, Unlisted: unlisted, Count: counts[code].count()}
		l.Percent = share(100*float64(l.Count.N), float64(base.N))
		l.WeightedPercent = share(100*l.Count.Weighted, base.W)
		out = append(out, l)
	}
	for _, o := range q.Options {
		listed[o.Code] = true
		add(o.Code, o.Label, false)
	}
	var rest []string
	for code := range counts {
		if !listed[code] {
			rest = append(rest, code)
		}
	}
	slices.SortFunc(rest, byNumber)
	for _, code := range rest {
		_, err := strconv.ParseFloat(code, 64)
		free := q.Type == Date || q.Type == Attachment || q.Type.numbers() && len(q.Options) == 0 && err == nil
		add(code, nil, !free)
	}
	return out
}

// byNumber orders numbers by value, before words by letter.
func byNumber(a, b string) int {
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	switch {
	case errX == nil && errY == nil:
		return cmp.Or(cmp.Compare(x, y), strings.Compare(a, b))
	case errX == nil:
		return -1
	case errY == nil:
		return 1
	}
	return strings.Compare(a, b)
}

// mean averages the values that are numbers; nil if there are none.
func mean(counts map[string]Mass) *Mean {
	var m Mean
	var n, sum, weight, weighted float64
	codes := slices.SortedFunc(maps.Keys(counts), byNumber) // a fixed order, so that sums are repeatable
	for _, code := range codes {
		x, err := strconv.ParseFloat(code, 64)
		if err != nil {
			continue
		}
		if n == 0 {
			m.Min = x
		}
		m.Max = x
		c := counts[code]
		n, sum = n+float64(c.N), sum+float64(c.N)*x
		weight, weighted = weight+c.W, weighted+c.W*x
	}
	if n == 0 {
		return nil
	}
	m.Unweighted, m.Weighted = sum/n, nil
	if weight > 0 {
		w := weighted / weight
		m.Weighted = &w
	}
	return &m
}
