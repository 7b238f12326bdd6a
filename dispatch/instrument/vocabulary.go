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
	part   bool   // one of several things that the label lists
	text   string // of a label: as it is written
}

var (
	noLabel = newPhrase("không")

	yesLabels = phrases("có", "đã có", "rồi")
	noLabels  = phrases("không", "không có", "chưa", "chưa có")

	spokenNo    = phrases("ko", "k", "kg", "kh", "khg", "hông", "hong", "hổng", "hem", "hẻm", "hok", "hk", "khum", "khom", "kô")
	yesWords    = phrases("có", "đúng", "đúng vậy", "đúng rồi", "vâng", "phải", "có rồi", "rồi", "yes", "yeah", "yep", "yup", "yes i have", "yes i did", "yes we did", "i have", "i did")
	noWords     = phrases("không", "không có", "không phải", "chưa", "chưa có", "no", "nope", "not yet", "no not yet", "no i haven t", "no i have not", "no i didn t", "i haven t", "i didn t")
	unsureWords = phrases("không biết", "kb", "không bt", "không rõ", "khó nói", "không nhớ", "không nhớ rõ", "không biết rõ", "dont know", "don t know", "do not know", "i don t know", "no idea", "not sure", "don t remember")
	negations   = append(phrases("không", "chưa", "chẳng", "chả", "đâu", "đừng", "đếch", "not", "no", "never", "dont", "don t", "gì đâu", "gì", "nào", "trừ", "ngoài"), spokenNo...)
	tickWords   = phrases("ok", "oke", "oki", "okie", "okay", "okê", "oce", "đồng ý", "đồng ý tham gia", "tham gia", "nhất trí", "vâng", "dạ", "có", "rồi", "đã đọc", "đọc rồi", "đã đọc rồi",
		"đã hiểu", "hiểu rồi", "đã rõ", "rõ rồi", "rõ", "yes", "i agree", "agree", "agreed", "understood")
	declineWords = phrases("không", "không đồng ý", "không đồng ý tham gia", "no", "no thanks", "not agree", "don t agree", "dont agree", "i don t agree", "i do not agree", "do not agree")
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
	v.addParts()
	v.addYesNo(q)
	v.addUnsure(q)
	v.addContractions()
	v.addSaid(q)
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
			out.labels = append(out.labels, spelled{choice: i, words: s.words, part: s.part})
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
	v.labels = append(v.labels, spelled{choice: choice, words: words, text: label})
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

// yesAndNo are the choices that are labelled yes and no, -1 where none is.
func (v *vocabulary) yesAndNo() (yes, no int) {
	any := func(labels []phrase) int {
		for _, label := range labels {
			if i := v.find(label); i >= 0 {
				return i
			}
		}
		return -1
	}
	return any(yesLabels), any(noLabels)
}

// addYesNo gives the other words for yes and no to a question of just those
// two choices.
func (v *vocabulary) addYesNo(q *Question) {
	yes, no := v.yesAndNo()
	if yes < 0 || no < 0 || q.substantive() != 2 {
		return
	}
	for _, w := range yesWords {
		v.labels = append(v.labels, spelled{choice: yes, words: w})
	}
	for _, w := range noWords {
		v.labels = append(v.labels, spelled{choice: no, words: w})
	}
}

func (v *vocabulary) addUnsure(q *Question) {
	for i := range q.Choices {
		if q.Choices[i].Missing != survey.MissingDontKnow {
			continue
		}
		for _, w := range unsureWords {
			v.labels = append(v.labels, spelled{choice: i, words: w})
		}
	}
}

// addSaid gives an acknowledgement the words that people tick with, and the other
// choice its bare name.
func (v *vocabulary) addSaid(q *Question) {
	for i := range q.Choices {
		var said []phrase
		switch {
		case q.Type == Acknowledge && q.Choices[i].Missing == "":
			said = tickWords
		case q.Choices[i].Other:
			said = otherWords
		}
		for _, w := range said {
			if v.find(w) < 0 {
				v.labels = append(v.labels, spelled{choice: i, words: w})
			}
		}
	}
}

// otherWords name the other choice, whatever its label.
var otherWords = phrases("khác", "việc khác", "ý khác", "cái khác", "other", "something else", "another")

// addParts lets each thing of a label that lists some ("Giá cả, việc làm, thu nhập")
// stand for the whole, unless it also begins another label, or means something of
// its own.
func (v *vocabulary) addParts() {
	if len(v.labels) > 4*MostListed {
		return
	}
	var parts []spelled
	for _, s := range v.labels {
		for _, text := range s.listed() {
			if words := newPhrase(text); len(words) > 0 && !isOneOf(words, negations) && numberWord(words[len(words)-1]) < 0 {
				parts = append(parts, spelled{choice: s.choice, words: words, part: true})
			}
		}
	}
	for _, p := range parts {
		shared := func(s spelled) bool {
			return s.choice != p.choice && (p.words.begins(s.words) || s.words.begins(p.words))
		}
		if !slices.ContainsFunc(v.labels, shared) && !slices.ContainsFunc(parts, shared) {
			v.labels = append(v.labels, p)
		}
	}
}

// listed are the things that a label lists, none of another.
func (s spelled) listed() []string {
	things := strings.FieldsFunc(s.text, func(r rune) bool { return strings.ContainsRune(",;/", r) })
	if len(things) < 2 {
		return nil
	}
	return things
}

// addContractions lets "hl" stand for "hài lòng" where a choice is so
// labelled.
func (v *vocabulary) addContractions() {
	for _, c := range contractions {
		if i := v.find(newPhrase(c.long)); i >= 0 {
			v.labels = append(v.labels, spelled{choice: i, words: c.short})
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
		if s.words[0].same(noLabel[0]) {
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

// fits reports whether words begin with s. "không" may be typed as it is spoken:
// "ko hai long".
func (s spelled) fits(words []word) bool {
	if len(s.words) > len(words) {
		return false
	}
	for i, known := range s.words {
		colloquial := known.same(noLabel[0]) && isOneOf(words[i:i+1], spokenNo)
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
