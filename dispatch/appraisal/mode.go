package appraisal

import (
	"strings"

	"canvass/dispatch/instrument"
	"canvass/dispatch/smstext"
	"canvass/dispatch/survey"
)

// Mode is what one mode makes of the questionnaire.
type Mode struct {
	Mode survey.Mode `json:"mode"`
	// Open says that every path through the questionnaire can be answered in
	// the mode, so that a campaign may use it.
	Open     bool      `json:"open"`
	Refusals []Refusal `json:"refusals"`
	// Questions are those of the questionnaire, in order.
	Questions []Asking `json:"questions"`
	// Least and Most are what a person goes through who meets no question that
	// has a condition, and one who meets all of them.
	Least Load `json:"least"`
	Most  Load `json:"most"`
}

// Refusal is a question for which a mode is shut.
type Refusal struct {
	Question string `json:"question"`
	Where    string `json:"where"`
	Why      Why    `json:"why"`
	// Proof is how sure it is that somebody would come to the question: some
	// answers are known that lead there, or none are and not all could be tried.
	// The mode is shut in both cases, and open where it is proven that nobody
	// comes there.
	Proof instrument.Proof `json:"proof"`
}

// Asking is how one question is asked in one mode.
type Asking struct {
	Question string                  `json:"question"`
	Where    string                  `json:"where"`
	How      How                     `json:"how"`
	Why      Why                     `json:"why,omitempty"` // of left_out and refused
	SMS      map[survey.Lang]Message `json:"sms,omitempty"`
	Seconds  map[survey.Lang]float64 `json:"seconds,omitempty"`
	Words    map[survey.Lang]string  `json:"-"` // as they leave, or are said
	question *instrument.Question
}

// How says how a question is asked.
type How string

// The ways of asking.
const (
	Whole     How = "whole"     // as it is written
	Shortened How = "shortened" // by a shorter stem, or shorter options
	Split     How = "split"     // its SMS takes several segments
	LeftOut   How = "left_out"  // the mode passes it over, and is open all the same
	Refused   How = "refused"   // it cannot be asked or answered
)

// Hows lists the ways of asking.
func Hows() []How { return []How{Whole, Shortened, Split, LeftOut, Refused} }

// Why is the reason why a question is left out or refused; its words are those
// of "why.X".
type Why string

// The reasons.
const (
	WhyNotCore  Why = "not_core"      // SMS and voice ask the core only
	WhyWords    Why = "no_words"      // a keypad has no letters
	WhyComputed Why = "not_asked"     // it is computed, or fixed
	WhyKeys     Why = "too_many_keys" // a choice has no key from 1 to 7
	WhyMany     Why = "too_many_options"
	WhyLong     Why = "sms_too_large" // beyond what a provider takes
	WhyFolded   Why = "word_forbidden"
	WhyProlix   Why = "prompt_too_long" // nobody remembers the first option
	WhyFile     Why = "needs_file"      // only the web takes files
)

// Whys lists the reasons.
func Whys() []Why {
	return []Why{WhyNotCore, WhyWords, WhyComputed, WhyKeys, WhyMany, WhyLong, WhyFolded, WhyProlix, WhyFile}
}

// Message is one SMS of a question, with its counter.
type Message struct {
	Folded   smstext.Size `json:"folded"`
	Accented smstext.Size `json:"accented"`
	Saved    int          `json:"saved"` // segments that folding saves
}

// Load is what a whole conversation comes to, in the language in which it is
// longest.
type Load struct {
	Questions int     `json:"questions"`
	Folded    int     `json:"folded_segments,omitempty"`
	Accented  int     `json:"accented_segments,omitempty"`
	Seconds   float64 `json:"seconds,omitempty"` // of a call, our words only
}

// Modes says of every mode how it carries q.
func Modes(q *instrument.Questionnaire) []Mode {
	var out []Mode
	for _, m := range survey.Modes() {
		out = append(out, modeOf(q, m))
	}
	return out
}

func modeOf(q *instrument.Questionnaire, m survey.Mode) Mode {
	out := Mode{Mode: m, Open: true, Refusals: []Refusal{}}
	var reach []instrument.Reach
	for i := range q.Questions {
		question := &q.Questions[i]
		a := asking(q, question, m)
		out.Questions = append(out.Questions, a)
		if a.How != Refused && !(a.How == LeftOut && (a.Why == WhyWords || a.Why == WhyFile) && question.Required) {
			continue
		}
		if reach == nil {
			reach = q.Reach(m)
		}
		if reach[i].Proof != instrument.ReachNever {
			out.Open = false
			out.Refusals = append(out.Refusals, Refusal{question.Name, a.Where, a.Why, reach[i].Proof})
		}
	}
	out.load(q)
	return out
}

// asking says how a mode asks one question.
func asking(q *instrument.Questionnaire, question *instrument.Question, m survey.Mode) Asking {
	a := Asking{Question: question.Name, Where: q.Where(question), How: Whole, question: question}
	switch {
	case !question.Type.Asked():
		a.How, a.Why = LeftOut, WhyComputed
	case !q.Carries(question, m) && q.HasCore() && !question.Core:
		a.How, a.Why = LeftOut, WhyNotCore
	case !q.Carries(question, m) && question.Type == instrument.Attachment:
		a.How, a.Why = LeftOut, WhyFile
	case !q.Carries(question, m):
		a.How, a.Why = LeftOut, WhyWords
	case m == survey.TextMode:
		a.bySMS(q)
	case m == survey.Voice:
		a.byVoice(q)
	}
	return a
}

// mostCharacters is what Twilio takes for one message (its error 21617); other
// providers take less, never more.
const mostCharacters = 1600

func (a *Asking) bySMS(q *instrument.Questionnaire) {
	a.SMS, a.Words = map[survey.Lang]Message{}, map[survey.Lang]string{}
	for _, l := range q.Languages {
		words := counted(q, a.question, l)
		folded := smstext.Fold(words)
		m := Message{Folded: smstext.Count(folded), Accented: smstext.Count(words)}
		m.Saved = m.Accented.Segments - m.Folded.Segments
		a.SMS[l], a.Words[l] = m, folded
		switch {
		case a.question.Typed(): // SMS has no second look at what was typed
			a.How, a.Why = Refused, WhyMany
		case len([]rune(folded)) > mostCharacters:
			a.How, a.Why = Refused, WhyLong
		case l == survey.Vietnamese && forbidden(folded) && a.How != Refused:
			a.How, a.Why = Refused, WhyFolded
		case m.Folded.Segments > 1 && a.How != Refused:
			a.How = Split
		}
	}
	if a.How == Whole && shortened(q, a.question, survey.TextMode) {
		a.How = Shortened
	}
}

// forbidden reports whether a folded text has a word that may not be sent so.
func forbidden(folded string) bool {
	for _, f := range smstext.Lint(folded) {
		if f.Level == smstext.Forbid {
			return true
		}
	}
	return false
}

// longestPrompt is the most seconds that may be said before a person can
// choose: the rule of the voice script.
const longestPrompt = 30

func (a *Asking) byVoice(q *instrument.Questionnaire) {
	a.Seconds, a.Words = map[survey.Lang]float64{}, map[survey.Lang]string{}
	for _, l := range q.Languages {
		a.Words[l] = said(q, a.question, l)
		a.Seconds[l] = Seconds(l, a.Words[l])
		if a.Seconds[l] > longestPrompt {
			a.How, a.Why = Refused, WhyProlix
		}
	}
	switch {
	case !keyable(a.question):
		a.How, a.Why = Refused, WhyKeys
	case a.How == Whole && shortened(q, a.question, survey.Voice):
		a.How = Shortened
	}
}

// keyable reports whether every choice has a key of its own from 1 to 7.
func keyable(question *instrument.Question) bool {
	if question.Numeric() {
		return true
	}
	for i, f := range question.Figures() {
		if question.Choices[i].Missing == "" && (len(f) != 1 || f[0] < '1' || f[0] > '0'+instrument.MaxKeys) {
			return false
		}
	}
	return true
}

// shortened reports whether a mode says less than the web shows: another stem,
// or a label of its own for an option.
func shortened(q *instrument.Questionnaire, question *instrument.Question, m survey.Mode) bool {
	for _, l := range q.Languages {
		full := question.SMS[l]
		if m == survey.Voice {
			full = question.Voice[l]
		}
		if !strings.HasPrefix(plainAddress(full), plainAddress(question.Label.In(l))) {
			return true
		}
		for i := range question.Choices {
			c := &question.Choices[i]
			own := c.Short[l]
			if m == survey.Voice {
				own = c.Voice[l]
			}
			if own != "" && own != c.Label.In(l) {
				return true
			}
		}
	}
	return false
}

// plainAddress makes the spoken form of address the written one: it shortens
// nothing.
func plainAddress(s string) string { return strings.ReplaceAll(s, "Ông, Bà", "Ông/Bà") }

// load adds up what a person goes through.
func (m *Mode) load(q *instrument.Questionnaire) {
	for _, l := range q.Languages {
		var least, most Load
		if m.Mode == survey.Voice {
			least.Seconds, most.Seconds = doors(l), doors(l)
		}
		for i := range m.Questions {
			a := &m.Questions[i]
			if a.How == LeftOut {
				continue
			}
			most.add(a, l)
			if a.question.Relevant == nil {
				least.add(a, l)
			}
		}
		m.Least, m.Most = longer(m.Least, least), longer(m.Most, most)
	}
}

func (n *Load) add(a *Asking, l survey.Lang) {
	if a.question.Type != instrument.Note {
		n.Questions++
	}
	n.Folded += a.SMS[l].Folded.Segments
	n.Accented += a.SMS[l].Accented.Segments
	n.Seconds += a.Seconds[l]
}

// longer is the greater of two loads, measure by measure.
func longer(a, b Load) Load {
	return Load{max(a.Questions, b.Questions), max(a.Folded, b.Folded), max(a.Accented, b.Accented), max(a.Seconds, b.Seconds)}
}
