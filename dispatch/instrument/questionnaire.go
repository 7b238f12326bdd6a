package instrument

import (
	"strconv"

	"canvass/dispatch/survey"
)

// Type says what an answer to a question looks like.
type Type string

// The types of questions.
const (
	Single   Type = "single"   // one of the choices
	Multiple Type = "multiple" // up to MaxChoices of the choices
	Integer  Type = "integer"  // a whole number from Min to Max
	Scale    Type = "scale"    // labelled steps, or a number from Min to Max
	Text     Type = "text"     // words, up to MaxLength runes
	Note     Type = "note"     // said to the person, not answered
	Decimal  Type = "decimal"  // a number with Decimals places from Min to Max
	Date     Type = "date"     // a day from From to To
	Ranking  Type = "ranking"  // MaxChoices of the choices in an order
	// Acknowledge is one tick: a choice of one.
	Acknowledge Type = "acknowledge"
	// Calculate and Hidden are not asked: their value follows from what came
	// before, or stands in the source.
	Calculate Type = "calculate"
	Hidden    Type = "hidden"
	// Matrix is written as one question and asked as a Single per row.
	Matrix Type = "matrix"
	// Attachment is up to MaxChoices files, by web only.
	Attachment Type = "attachment"
)

// typeNames are the types that a source may name.
const typeNames = "single, multiple, integer, decimal, scale, ranking, date, text, note, acknowledge, calculate, hidden, matrix, attachment"

// Texts is one text in several languages.
type Texts map[survey.Lang]string

// In returns the text in l; without one, in Vietnamese, then in English.
func (t Texts) In(l survey.Lang) string {
	for _, l := range [...]survey.Lang{l, survey.Vietnamese, survey.English} {
		if s := t[l]; s != "" {
			return s
		}
	}
	return ""
}

// Questionnaire is what is asked, as authored. It is immutable after Parse and
// safe for concurrent use.
type Questionnaire struct {
	Name      string
	Title     Texts
	Intro     Texts // optional
	Languages []survey.Lang
	Minutes   int
	// AskAgain is how often a text that was not understood is asked back, 0 to 5, and
	// NotUnderstood what becomes of the question then.
	AskAgain      int
	NotUnderstood Fallback
	Groups        []Group // each after the one around it
	Questions     []Question
	Hash          string // hex SHA-256 of the source in NFC with LF line ends

	file  string
	index map[string]int // question name → place in Questions
	cores bool           // at least one question is marked core
	// numbers are the places that the questions have in a mode, see place.
	numbers map[survey.Mode][]int
	nested  map[string]int // group → place in Groups
	order   []int          // in which the questions are asked, see For; nil: as written
}

// Fallback is what becomes of a question whose answer by SMS was not understood.
type Fallback string

// The fallbacks.
const (
	ToNext  Fallback = "skip"  // it is left unanswered, and the next is asked
	ToStaff Fallback = "staff" // it stays open, and staff read what was written
)

// askAgainDefault is how often is asked back where the author does not say.
const askAgainDefault = 2

// Question is one question with all its texts.
type Question struct {
	Name string
	Type Type
	Kind survey.QuestionKind
	Line int // of its name in the source
	Page int // of the web form, from 1, never decreasing
	// Group is the group that it is in, empty without one. Matrix is the matrix of
	// which it is a row, with its Stem and the text of the Row.
	Group     string
	Block     string // the random groups around it, the outermost first, with a blank between
	Matrix    string
	Stem, Row Texts

	Label Texts // the long text: web pages and mail
	Hint  Texts // optional, web only
	// SMS and Voice are complete in every declared language: the short stem
	// (or the label) with the choices spelt out. SMS lacks the counter
	// ("Câu 4/12: "), which depends on the turn.
	SMS   Texts
	Voice Texts
	// Audio are recordings of it, which calls play.
	Audio Recordings

	Choices   []Choice // a number has only missing reasons here
	Low, High Texts    // what Min and Max of a numeric scale mean
	Required  bool     // the web form insists; 98 and 99 are answers too
	Key       bool     // counts for a sufficient partial response
	Consent   bool     // declining it is declining to take part
	Core      bool     // asked by SMS and voice when any question is core
	// Min, Max and Step are in the question's own steps: of a decimal with two
	// places in hundredths. See Number. A Step of 0 is the smallest there is.
	Min, Max   int64
	Step       int64
	Decimals   int
	From, To   survey.Date // of a date; zero: any
	Past       bool        // of a date: no day after today
	MaxChoices int
	MaxLength  int
	// Record is how many seconds a call records of a text; 0: calls do not ask it.
	Record   int
	Accept   []survey.AttachmentClass // of an attachment
	MaxSize  int                      // of an attachment: bytes of one file
	Relevant *Expr                    // nil: always asked; with what its groups demand

	Constraint        *Expr  // over the answer itself, "."; nil: none
	ConstraintMessage Texts  // optional
	RequiredMessage   Texts  // optional
	Calculation       *Expr  // of a Calculate
	Default           string // the value of a Hidden; else what a form shows as chosen
	Filter            *Expr  // which choices are offered; nil: all
	Random            bool   // the web shows the choices in an order drawn by lot
	RandomRows        bool   // of the row of a matrix: its rows are asked in an order drawn by lot

	authored map[survey.Mode]Texts // SMS and Voice without their choices

	// within is what the groups demand, and own what the question itself does: Relevant is
	// both. Questions of one group share within.
	within, own *Expr

	register *register // of the choices; nil of a question that did not come from Parse
	filtered *filterIndex
}

// Choice is one answer that can be chosen.
type Choice struct {
	Code  string
	Label Texts
	Short Texts // for SMS, optional
	Voice Texts // for calls, optional
	// Missing is set for the codes 98 (hard to say) and 99 (prefer not to
	// say): the stored answer is then the reason, without a value.
	Missing   survey.Missing
	Exclusive bool              // goes with no other choice
	With      map[string]string // columns that filters look at
	Other     bool              // opens a companion text, see Question.OtherName
}

// Question returns the question of that name.
func (q *Questionnaire) Question(name string) (*Question, bool) {
	i, ok := q.index[name]
	if !ok {
		return nil, false
	}
	return &q.Questions[i], true
}

// GroupLabel is the heading of a group; none for a name that is not one.
func (q *Questionnaire) GroupLabel(name string) Texts {
	for i := range q.Groups {
		if q.Groups[i].Name == name {
			return q.Groups[i].Label
		}
	}
	return nil
}

// Speaks reports whether l is one of the declared languages.
func (q *Questionnaire) Speaks(l survey.Lang) bool {
	for _, have := range q.Languages {
		if have == l {
			return true
		}
	}
	return false
}

// otherSuffix marks the companion text of a question.
const otherSuffix = "_khac"

// OtherName is the name under which the words beside the other choice are
// stored, as an item of their own.
func (q *Question) OtherName() string { return q.Name + otherSuffix }

// Numeric reports whether the answer is a number from Min to Max: an integer, a
// decimal, or a scale without labelled steps.
func (q *Question) Numeric() bool {
	return q.Type == Integer || q.Type == Decimal || q.Type == Scale && q.Min < q.Max
}

// Closed reports whether a call closes the answer by #: it has as many keys as the
// person presses.
func (q *Question) Closed() bool {
	return q.Type == Multiple || q.Type == Ranking || q.Type == Date || q.Numeric()
}

// FormValue is the value a form's box or radio for c carries: its code, or on
// a number, where "98" is a number, the missing reason; where names are typed, its code
// as one that was picked.
func (q *Question) FormValue(c *Choice) string {
	if q.Typed() {
		return pickedMark + c.Code
	}
	if q.Numeric() || q.Type == Date {
		return string(c.Missing)
	}
	return c.Code
}

// isFigure reports whether code is a whole number of one or two digits as a
// person would write it.
func isFigure(code string) bool {
	n, err := strconv.ParseUint(code, 10, 8)
	return err == nil && n < 100 && strconv.FormatUint(n, 10) == code
}

// skip is the answer of someone who passes the question over (BQ, the star
// key): 99 where it is offered or an answer is required, else skipped.
func (q *Question) skip() survey.Answer {
	if _, ok := q.missingChoice(survey.MissingRefused); ok || q.Required {
		return survey.Answer{Missing: survey.MissingRefused}
	}
	return survey.Answer{Missing: survey.MissingSkipped}
}
