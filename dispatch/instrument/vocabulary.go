package instrument

import (
	"slices"
	"strings"

	"canvass/dispatch/survey"
)

// vocabulary is what a question's replies are compared with, made once.
type vocabulary struct {
	figures []string         // per choice, see Figures
	labels  []spelled        // all spellings of all choices, the longest first
	first   map[string][]int // of long lists: the labels by the letters of their first word
	low     []phrase         // what Min and Max of a numeric scale mean
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
	v := &vocabulary{figures: q.Figures()}
	for i := range q.Choices {
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
	v.index()
	for _, l := range langs {
		v.low = append(v.low, phrases(q.Low[l])...)
		v.high = append(v.high, phrases(q.High[l])...)
	}
	return v
}

// narrowed is the vocabulary of a question with the choices at some places only.
func (v *vocabulary) narrowed(q *Question, places []int) *vocabulary {
	out := &vocabulary{figures: q.Figures(), low: v.low, high: v.high}
	now := make(map[int]int, len(places))
	for i, at := range places {
		now[at] = i
	}
	for _, s := range v.labels {
		if i, kept := now[s.choice]; kept {
			out.labels = append(out.labels, spelled{i, s.words})
		}
	}
	if len(places) < len(v.figures) { // of two that are left, one may be yes and one no
		out.addYesNo(q)
		slices.SortStableFunc(out.labels, func(a, b spelled) int { return len(b.words) - len(a.words) })
	}
	out.index()
	return out
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
	for _, have := range slices.Backward(v.labels) {
		if have.choice != choice { // those of one choice stand together
			break
		}
		if sameWords(have.words, words) {
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

// index notes where the labels of a long list are. One that begins with "không" may
// begin as it is spoken.
func (v *vocabulary) index() {
	if len(v.labels) <= MostListed {
		return
	}
	v.first = map[string][]int{}
	for i, s := range v.labels {
		at := s.words[0].base
		v.first[at] = append(v.first[at], i)
		if len(s.words) > 1 && s.words[0].same(noLabel[0]) {
			for _, spoken := range spokenNo {
				if said := spoken[0].base; said != at && !slices.Contains(v.first[said], i) {
					v.first[said] = append(v.first[said], i)
				}
			}
		}
	}
}

// labelAt returns the choices whose longest spelling begins words, and its
// length. Several choices share a spelling when accents were left out.
func (v *vocabulary) labelAt(words []word) (choices []int, n int) {
	take := func(s spelled) (more bool) {
		if len(s.words) < n {
			return false
		}
		if s.fits(words) && !slices.Contains(choices, s.choice) {
			choices, n = append(choices, s.choice), len(s.words)
		}
		return true
	}
	if v.first != nil && len(words) > 0 {
		for _, i := range v.first[words[0].base] {
			if !take(v.labels[i]) {
				break
			}
		}
		return choices, n
	}
	for _, s := range v.labels {
		if !take(s) {
			break
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
	if i := q.placeOf(s); i >= 0 && q.Choices[i].Missing != "" {
		return i
	}
	return -1
}

// words returns the vocabulary; a question that did not come from Parse has
// none yet.
func (q *Question) words() *vocabulary {
	if q.register != nil {
		return q.register.vocabulary()
	}
	return newVocabulary(q, []survey.Lang{survey.Vietnamese, survey.English})
}
