package instrument

import (
	"slices"
	"strings"

	"canvass/dispatch/survey"
)

// vocabulary is what a question's replies are compared with, made once.
type vocabulary struct {
	figures []string  // per choice, see Figure
	labels  []spelled // all spellings of all choices, the longest first
	low     []phrase  // what Min and Max of a numeric scale mean
	high    []phrase
}

// spelled is one spelling of one choice.
type spelled struct {
	choice int
	words  phrase
}

var (
	yesLabel = newPhrase("có")
	noLabel  = newPhrase("không")

	spokenNo     = phrases("ko", "k", "kg", "khg", "hông", "hong", "hem", "hok")
	yesWords     = phrases("có", "đúng", "đúng vậy", "đúng rồi", "vâng", "phải", "có rồi", "rồi", "yes")
	noWords      = phrases("không", "ko", "k", "kg", "khg", "hông", "hong", "hem", "hok", "không có", "ko co", "k co", "chưa", "chưa có", "no")
	unsureWords  = phrases("không biết", "ko biết", "k biết", "kg biết", "kb", "k bt", "ko bt", "không rõ", "ko rõ", "khó nói", "không nhớ", "ko nhớ")
	negations    = phrases("không", "ko", "k", "kg", "khg", "hông", "hong", "hem", "hok", "chưa", "chẳng", "chả", "đâu", "đừng", "not", "no", "gì đâu", "gì")
	contractions = []struct {
		short phrase
		long  string
	}{
		{newPhrase("hl"), "hài lòng"}, {newPhrase("rhl"), "rất hài lòng"},
		{newPhrase("khl"), "không hài lòng"}, {newPhrase("rkhl"), "rất không hài lòng"},
		{newPhrase("bt"), "bình thường"},
	}
)

func newVocabulary(q *Question, langs []survey.Lang) *vocabulary {
	v := &vocabulary{}
	for i := range q.Choices {
		v.figures = append(v.figures, q.Figure(i))
		for _, l := range langs {
			for _, t := range [...]Texts{q.Choices[i].Label, q.Choices[i].Short, q.Choices[i].Voice} {
				v.add(i, t[l])
				v.add(i, bare(t[l]))
			}
		}
	}
	v.addYesNo(q)
	v.addUnsure(q)
	v.addContractions()
	slices.SortStableFunc(v.labels, func(a, b spelled) int { return len(b.words) - len(a.words) })
	for _, l := range langs {
		v.low = append(v.low, phrases(q.Low[l])...)
		v.high = append(v.high, phrases(q.High[l])...)
	}
	return v
}

// bare is a label without what stands in brackets.
func bare(label string) string {
	before, _, _ := strings.Cut(label, "(")
	return strings.TrimSpace(before)
}

func (v *vocabulary) add(choice int, label string) {
	words := newPhrase(label)
	if len(words) == 0 {
		return
	}
	for _, have := range v.labels {
		if have.choice == choice && sameWords(have.words, words) {
			return
		}
	}
	v.labels = append(v.labels, spelled{choice, words})
}

func sameWords(a, b phrase) bool {
	return slices.EqualFunc(a, b, func(x, y word) bool { return x.same(y) })
}

// find returns the choice that is labelled exactly so, or -1.
func (v *vocabulary) find(label phrase) int {
	for _, s := range v.labels {
		if sameWords(s.words, label) {
			return s.choice
		}
	}
	return -1
}

// addYesNo gives the other words for yes and no to a question of just those
// two choices.
func (v *vocabulary) addYesNo(q *Question) {
	yes, no := v.find(yesLabel), v.find(noLabel)
	if yes < 0 || no < 0 || q.substantive() != 2 {
		return
	}
	for _, w := range yesWords {
		v.labels = append(v.labels, spelled{yes, w})
	}
	for _, w := range noWords {
		v.labels = append(v.labels, spelled{no, w})
	}
}

func (v *vocabulary) addUnsure(q *Question) {
	for i := range q.Choices {
		if q.Choices[i].Missing != survey.MissingDontKnow {
			continue
		}
		for _, w := range unsureWords {
			v.labels = append(v.labels, spelled{i, w})
		}
	}
}

// addContractions lets "hl" stand for "hài lòng" where a choice is so
// labelled.
func (v *vocabulary) addContractions() {
	for _, c := range contractions {
		if i := v.find(newPhrase(c.long)); i >= 0 {
			v.labels = append(v.labels, spelled{i, c.short})
		}
	}
}

// labelAt returns the choices whose longest spelling begins words, and its
// length. Several choices share a spelling when accents were left out.
func (v *vocabulary) labelAt(words []word) (choices []int, n int) {
	for _, s := range v.labels {
		if len(s.words) < n {
			break
		}
		if s.fits(words) && !slices.Contains(choices, s.choice) {
			choices, n = append(choices, s.choice), len(s.words)
		}
	}
	return choices, n
}

// fits reports whether words begin with s. Inside a longer label "không" may be
// typed as it is spoken: "ko hai long".
func (s spelled) fits(words []word) bool {
	if len(s.words) > len(words) {
		return false
	}
	for i, known := range s.words {
		colloquial := len(s.words) > 1 && known.same(noLabel[0]) && isOneOf(words[i:i+1], spokenNo)
		if !words[i].fits(known) && !colloquial {
			return false
		}
	}
	return true
}

// figure returns the choice of that figure, or of that code, or -1.
func (v *vocabulary) figure(q *Question, s string) int {
	if i := slices.Index(v.figures, s); i >= 0 && s != "" {
		return i
	}
	return slices.IndexFunc(q.Choices, func(c Choice) bool { return c.Missing != "" && c.Code == s })
}

// words returns the vocabulary; a question that did not come from Parse has
// none yet.
func (q *Question) words() *vocabulary {
	if q.vocabulary != nil {
		return q.vocabulary
	}
	return newVocabulary(q, []survey.Lang{survey.Vietnamese, survey.English})
}
