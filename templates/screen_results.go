package templates

import "time"

// The screens of results. What stands in them is written in the visitor's language
// already: a figure that must not be shown is not in them at all.

// ResultsList is the campaigns that have results.
type ResultsList struct {
	Shell
	Lines    []ResultsLine
	Older    string // address of the next page, empty on the last
	Counting bool   // a count of one of them goes on
}

func (ResultsList) file() string { return "results-list" }

// ResultsLine is one campaign with its last count.
type ResultsLine struct {
	Title, Href, State string
	Counted            bool
	Invited, Answered  int
	Rate               string
	At                 time.Time
}

// ResultsWait says that a campaign is being counted.
type ResultsWait struct {
	Shell
	Title, Href, Self string // Self: the address to look again
	Read, Of          int    // responses read, of how many at the last count; Of may be 0
}

func (ResultsWait) file() string { return "results-wait" }

// Results is what a campaign found out: all questions, or one of them in full.
type Results struct {
	Shell
	ResultsHead
	Questions []ResultQuestion
	One       bool         // one question in full
	Before    string       // address of the question before, in full
	After     string       // and of the one after
	Strata    []ResultRate // who did not answer, by stratum
	Stamps    []ResultStampLine
	Since     *ResultSince
	Method    []ResultNote
	Persons   bool // may have what shows people
	Files     bool // there are questions with files
	Voices    bool // there are recordings
}

func (Results) file() string { return "results" }

// ResultsPage is one page for the director.
type ResultsPage struct {
	Shell
	ResultsHead
	Finds    []ResultQuestion
	Trend    *ResultTrend
	TopicsOf string // the open question whose answers have topics
	Coded    int
	Topics   []ResultTopic
	Quotes   []ResultQuote
	Cost     *ResultCost
	Done     []ResultNote // how it was done, a sentence each: [results.done.KEY]
}

// ResultTopic is a topic with the answers that have it; Wide is its part of them.
type ResultTopic struct {
	Name string
	N    int
	Wide string
}

// ResultQuote is what somebody wrote, and to what.
type ResultQuote struct{ Words, Of string }

// ResultCost is what a campaign has cost, in đồng; Each is for one answer, 0 where there
// is none.
type ResultCost struct{ Sum, Each int64 }

func (ResultsPage) file() string { return "results-page" }

// ResultsHead is what answers the director first.
type ResultsHead struct {
	Title, Href, State, Level string
	Counted                   time.Time
	Recount                   bool // a newer count goes on
	Invited, Answered         int
	Submitted, Partials       int
	Rate, RR1, RR2            string // "–" where there is none
	Kinds                     []string
	Resting                   int
	Sealed                    bool // anonymous, and nothing released yet
	Open                      bool // more may come
	Few                       bool // few answered: a sign only
	Stamp                     string
	From, To                  time.Time
}

// ResultNote is one line of the method note: its heading [results.head.KEY], and the
// sentence [results.note.KEY] with what stands in it.
type ResultNote struct{ Key, Name, N, Of, Rate, From, To, Margin string }

// ResultRate is how one stratum answered.
type ResultRate struct {
	Name      string
	Cases     int
	Rate, RR1 string
	Withheld  bool
}

// ResultFind is a sentence of what was found: [results.find.KEY].
type ResultFind struct {
	Key                 string
	Label, Value        string
	Low, High, N, Least string
}

// ResultQuestion is one question.
type ResultQuestion struct {
	Name, Label, Href string
	Number            int
	Kind              string // [results.kind.KEY]
	Find              ResultFind
	Base              int
	Withheld          bool
	Weighted, Hides   bool
	Several, Ranking  bool
	Chart             ResultChart
	Lines             []ResultLine
	Bins              []ResultLine
	Numbers           *ResultNumbers
	Words             string // address of what was written, of open questions
	Missing           []ResultMissing
	Change            *ResultChange
	Strata, Modes     *ResultGroups
	Matrix            *ResultGroups // the rows of a matrix, in the place of lines
	Trend             *ResultTrend
}

// ResultChange says how the find compares with the wave before: [results.change.KEY].
type ResultChange struct{ Key, By string }

// ResultMissing is why some did not answer: [results.missing.KEY].
type ResultMissing struct {
	Key string
	N   int
}

// ResultNumbers are those of a numeric question.
type ResultNumbers struct{ Mean, Low, High, First, Median, Third string }

// ResultChart is the axis of the charts of one table, and the bar of an opinion scale.
type ResultChart struct {
	Ticks []ResultTick
	Parts []ResultPart // of an opinion scale
	Says  string       // the bar in words
}

// ResultTick is one mark of an axis.
type ResultTick struct{ X, Text, Anchor string }

// ResultPart is one part of a bar: Class f1 to f5, On the class of its number.
type ResultPart struct{ Class, On, X, Wide, Middle, Label, Text string }

// ResultLine is one answer; the places are percentages of the chart's width.
type ResultLine struct {
	Label         string
	Hidden        bool
	N             int
	Share, Plain  string // weighted, and not
	Low, High     string // empty: not known
	Dot, From, To string
	First, Place  string // rankings
	Unlisted      bool
}

// ResultGroups is one question by group.
type ResultGroups struct {
	Columns []string
	Scale   bool // bars instead of columns
	Mean    bool
	Matrix  bool // the rows are questions, not groups
	Rows    []ResultGroup
	Hides   bool
	Few     int // under how many there are no shares
	Span    int // columns after n
}

// ResultGroup is one group. Why is [results.guard.KEY] where nothing of it is shown.
type ResultGroup struct {
	Name, Why, N string
	Href         string // of a row of a matrix
	Cells        []ResultLine
	Chart        ResultChart
	Mean         string
}

// ResultTrend is one answer over the waves of a series.
type ResultTrend struct {
	Answer string
	Says   string // the chart in words
	Ticks  []ResultTick
	Points []ResultPoint
	Line   string // points of the line and the band, in a box of 100 by 100
	Band   string
	// All is what else can be followed, side by side; the question and its grouping are
	// carried on when another is chosen.
	Question, By string
	All          []ResultFollowed
	Hides        bool // a cell of All is not shown
}

// ResultFollowed is one thing that can be followed over waves: its estimate in each, in the
// order of the points.
type ResultFollowed struct {
	Key, Answer string
	Chosen      bool
	Cells       []ResultLine
}

// ResultPoint is one wave. Why is [results.trend.KEY] where it is not drawn.
type ResultPoint struct {
	Short             string // below the chart: 11/2026
	Name, Href, Why   string
	N                 int
	Share, Low, High  string
	X, Y, YLow, YHigh string
	Text              string // beside the dot
	Change, By        string // [results.change.KEY]
}

// ResultStampLine is a print that was kept.
type ResultStampLine struct {
	Code, Href string
	At         time.Time
	By         string
	Current    bool // these are the figures now
}

// ResultSince is what has changed since a print.
type ResultSince struct {
	ResultStampLine
	Lines []ResultDifference
}

// ResultDifference is one figure then and now: [results.figure.KEY].
type ResultDifference struct{ Where, Answer, Key, Before, After string }
