package instrument

import (
	"slices"
	"strings"

	"canvass/dispatch/survey"
)

// Words that may stand around an answer without changing it: what leads to a
// figure, and what people put before and behind a figure or a label.
var (
	leadWords = phrases("số", "chọn", "tôi chọn", "em chọn", "con chọn", "tui chọn", "mình chọn", "bác chọn", "chú chọn", "cháu chọn", "anh chọn", "chị chọn", "xin chọn", "vẫn chọn", "là",
		"phương án", "đáp án", "trả lời", "câu trả lời", "câu trả lời là", "câu trả lời của tôi là", "câu trả lời của em là", "ý", "mức", "ok", "oke", "option", "number", "answer", "my answer is", "i choose")
	fillerWords = phrases("tôi", "tui", "em", "con", "cháu", "chú", "bác", "anh", "chị", "tớ", "tôi thấy", "em thấy", "thấy", "là", "thì", "theo tôi", "theo em", "theo tui", "theo mình", "chọn", "số", "ý", "mức",
		"đáp án", "phương án", "trả lời", "câu trả lời", "của", "nói", "đã", "mình", "mình thấy", "chúng tôi", "tôi nghĩ", "em nghĩ", "mà", "thôi", "rồi", "đó", "đấy", "luôn", "chứ", "vậy",
		"ok", "oke", "okie", "hi", "hihi", "hehe", "haha", "i", "i think", "it is", "it is the", "the", "i choose", "just", "only")
	// Softeners stand beside a label only: beside a figure they say what it counts.
	softeners = phrases("tình hình", "tình hình chung", "nói chung", "nhìn chung", "chung", "vẫn", "vẫn còn", "đang", "cũng", "hình như", "giá", "giá cả", "xã", "phường", "i am", "we are", "things are", "it s", "they are", "still")
	// Beside "hard to say" nothing is turned into its opposite by these.
	unsureTails = phrases("lắm", "nữa", "đâu", "luôn", "gì", "gì hết", "gì cả", "hết", "rõ", "nha", "really")
	joinWords   = phrases("và", "với", "cùng", "and")
)

// scan is the state of reading a reply to a choice question.
type scan struct {
	q       *Question
	v       *vocabulary
	m       message
	found   []int // choices in the order of the reply, each once
	doubt   []int // choices that share the spelling that was used
	labels  int   // how many labels were read
	figures int   // how many figures
	soft    int   // how many softeners
	other   string
	unknown []word
	lone    bool // a label that is a negation by itself was read
	nos     []phrase
	long    bool // the last label was of more than one word
}

// readChoices reads a single or multiple choice or a labelled scale.
func (q *Question) readChoices(m message, words []word, c ReadContext) Reading {
	if q.Type == Acknowledge && thumbsUp(m) {
		return q.chose([]string{acknowledged}, "thumb")
	}
	if len(words) == 0 {
		return again("empty", survey.CodeAnswerChoice)
	}
	s := &scan{q: q, v: q.words(), m: m}
	if r, ok := c.note(LookedFigures)(s.figuresOnly(words, c)); ok {
		return r
	}
	if r, ok := s.declines(words); ok {
		return r
	}
	if r, ok := c.note(LookedVerb)(s.yesOrNo(words)); ok {
		return r
	}
	*s = scan{q: q, v: s.v, m: m}
	s.walk(words)
	r, _ := c.note(LookedLabels)(s.result(words), true)
	if r.answers() {
		return r
	}
	if len(s.found)+len(s.doubt) > 0 {
		return r
	}
	if r, ok := c.note(LookedPart)(s.beginning(words)); ok {
		return r
	}
	if r, ok := c.note(LookedInitial)(s.initials(words, c)); ok {
		return r
	}
	return r
}

// figuresOnly reads a reply of nothing but figures and number words; and says when a
// figure, or a word that may be one, cannot be taken for a choice.
func (s *scan) figuresOnly(words []word, c ReadContext) (Reading, bool) {
	if r, ok := s.wordOrFigure(words, c); ok {
		return r, true
	}
	switch {
	case s.oneNumber(words):
		return again("not_a_choice", survey.CodeAnswerChoice), true
	case s.range2(words):
		return again("range", survey.CodeAnswerChoice), true
	case s.numbers(words):
		return s.result(words), true
	}
	return again("not_a_choice", survey.CodeAnswerChoice), false
}

// thumbsUp reports whether a reply is a thumb, which is how a tick is sent.
func thumbsUp(m message) bool {
	return len(m.words) == 0 && strings.ContainsAny(m.text, "👍👌✅✔")
}

// wordOrFigure asks back when one plain word is both a number and a label or
// the person's own name: "nam" is five, Nam, or male.
func (s *scan) wordOrFigure(words []word, c ReadContext) (Reading, bool) {
	if len(words) != 1 || !words[0].plain() {
		return Reading{}, false
	}
	name, named := lastWord(c.GivenName)
	own := named && words[0].base == name.base
	n := numberWord(words[0])
	labelled, size := s.v.labelAt(words)
	if n < 0 || s.v.figure(s.q, itoa(n)) < 0 {
		return again("figure_or_word", survey.CodeAnswerChoice, "value", words[0].base), own && size == 1
	}
	if size == 1 && !slices.Contains(labelled, s.v.figure(s.q, itoa(n))) || own {
		return again("figure_or_word", survey.CodeAnswerChoice, "value", words[0].base), true
	}
	return Reading{}, false
}

// numbers reads a reply of nothing but figures and number words, after words
// that lead to a figure.
func (s *scan) numbers(words []word) bool {
	for n := longest(words, leadWords, false); n > 0 && n < len(words); n = longest(words, leadWords, false) {
		words = words[n:]
	}
	if run := s.runTogether(words); run != nil {
		s.found, s.figures = run, len(run)
		return true
	}
	for len(words) > 0 {
		w, n := words[0], 1
		if isOneOf(words[:1], joinWords) && len(s.found) > 0 {
			words = words[1:]
			continue
		}
		figure := w.base
		if value := numberWord(w); value >= 0 {
			if labelled, size := s.v.labelAt(words[:1]); size == 1 && len(labelled) > 0 {
				return false
			}
			if value, n = s.compound(words); n == 0 {
				return false
			}
			figure = itoa(value)
		}
		i := s.v.figure(s.q, figure)
		if i < 0 || s.marred(w) {
			return false
		}
		s.take(i)
		s.figures++
		words = words[n:]
	}
	return len(s.found) > 0
}

// compound is the number that the number words in front spell together, and how many
// they are: "mười hai" is twelve, "mười, hai" is a list.
func (s *scan) compound(words []word) (value, n int) {
	n = 1
	for n < len(words) && strings.TrimSpace(s.m.text[words[n-1].end:words[n].start]) == "" && tensOrUnit(words[n]) {
		n++
	}
	if n == 1 {
		return numberWord(words[0]), 1
	}
	if spelled, ok := spokenNumber(words[:n]); ok {
		return spelled, n
	}
	for _, w := range words[:n] { // "hai ba": each by itself
		if numberWord(w) < 1 || numberWord(w) > 9 {
			return 0, 0
		}
	}
	return numberWord(words[0]), 1
}

// runTogether reads figures without anything between them, where they can be no
// number of the list: "13" of seven choices is 1 and 3. Where there are ten or more,
// a figure may be half of a number.
func (s *scan) runTogether(words []word) []int {
	if s.q.Type != Multiple && s.q.Type != Ranking || len(words) != 1 || s.q.substantive() > 9 || s.marred(words[0]) {
		return nil
	}
	run := words[0].base
	if len(run) < 2 || len(run) > s.q.MaxChoices || strings.Trim(run, "0123456789") != "" || s.v.figure(s.q, run) >= 0 {
		return nil
	}
	var found []int
	for i := range len(run) {
		at := s.v.figure(s.q, run[i:i+1])
		if at < 0 || s.q.Choices[at].Missing != "" || slices.Contains(found, at) {
			return nil
		}
		found = append(found, at)
	}
	return found
}

// marred reports whether a figure stands in something else: 50%, 2$, 3°.
func (s *scan) marred(w word) bool {
	return strings.HasPrefix(s.m.text[w.end:], "%") || strings.HasPrefix(s.m.text[w.end:], "$") || strings.HasPrefix(s.m.text[w.end:], "°")
}

// oneNumber reports whether figures belong to one number that is not a choice:
// 1.500, 3/4, 2-3, 09:30. In a multiple choice they are a list.
func (s *scan) oneNumber(words []word) bool {
	for i := 1; i < len(words) && s.q.Type != Multiple && s.q.Type != Ranking; i++ {
		between := s.m.text[words[i-1].end:words[i].start]
		if len(between) == 1 && strings.Contains("./:-", between) && words[i-1].digit() && words[i].digit() {
			return true
		}
	}
	return false
}

// range2 reports whether a multiple choice is answered by two figures that may be the
// ends of a stretch: 1-3.
func (s *scan) range2(words []word) bool {
	if s.q.Type != Multiple || len(words) != 2 {
		return false
	}
	a, b := s.v.figure(s.q, words[0].base), s.v.figure(s.q, words[1].base)
	return a >= 0 && b > a+1 && strings.Trim(s.m.text[words[0].end:words[1].start], " ") == "-"
}

func (s *scan) take(i int) {
	if !slices.Contains(s.found, i) {
		s.found = append(s.found, i)
	}
}

// walk reads labels and figures from left to right; what is neither is kept
// as unknown, or as the words of an other choice just read.
func (s *scan) walk(words []word) {
	for len(words) > 0 {
		if s.takesWords(words) {
			s.other = strings.TrimSpace(s.m.text[words[0].start:])
			return
		}
		choices, n := s.v.labelAt(words)
		filler := max(longest(words, fillerWords, false), longest(words, joinWords, false))
		soft, tail := longest(words, softeners, false), 0
		if s.unsure() {
			tail = longest(words, unsureTails, false)
		}
		figure := s.v.figure(s.q, words[0].base)
		switch {
		case n > 0 && n >= filler:
			s.label(choices, words[:n])
			words = words[n:]
		case soft > filler:
			s.soft++
			words = words[soft:]
		case filler > 0:
			words = words[filler:]
		case tail > 0:
			words = words[tail:]
		case figure >= 0 && !s.marred(words[0]):
			s.take(figure)
			s.figures++
			words = words[1:]
		case s.last() >= 0 && s.q.Choices[s.last()].Other && len(s.unknown) == 0:
			s.other = strings.TrimSpace(s.m.text[words[0].start:])
			return
		case s.stronger(words[0]):
			words = words[1:]
		default:
			s.unknown = append(s.unknown, words[0])
			words = words[1:]
		}
	}
}

// last is the choice that was read last, -1 without one.
func (s *scan) last() int {
	if len(s.found) == 0 {
		return -1
	}
	return s.found[len(s.found)-1]
}

// unsure reports whether what was read is a missing reason and nothing else.
func (s *scan) unsure() bool {
	return len(s.found) == 1 && len(s.unknown) == 0 && s.q.Choices[s.found[0]].Missing != ""
}

// stronger reports whether a word only strengthens the label before it: "tốt lên
// nhiều", where no choice is told from another by how much.
func (s *scan) stronger(w word) bool {
	if s.q.Type != Single || !s.long || !isOneOf([]word{w}, strengtheners) {
		return false
	}
	for _, l := range s.v.labels {
		for _, known := range l.words {
			if w.fits(known) {
				return false
			}
		}
	}
	return true
}

var strengtheners = phrases("nhiều", "hẳn")

// label notes the choices that a spelling stands for.
func (s *scan) label(choices []int, words []word) {
	s.labels++
	s.long = len(words) > 1
	if len(choices) > 1 {
		s.doubt = choices
		return
	}
	s.take(choices[0])
	s.lone = s.lone || len(words) == 1 && isOneOf(words, negations)
	if isOneOf(words[:1], negations) && s.q.Choices[choices[0]].Missing == "" {
		s.nos = append(s.nos, words)
	}
}

// takesWords reports whether the last choice read is the other choice, and what follows
// are its words: behind a colon or a dash anything, else what is no label and no figure.
func (s *scan) takesWords(words []word) bool {
	at := s.last()
	if at < 0 || !s.q.Choices[at].Other || len(s.unknown) > 0 {
		return false
	}
	before := strings.TrimRight(s.m.text[:words[0].start], " ")
	figure := s.v.figure(s.q, words[0].base) >= 0
	return !figure && (strings.HasSuffix(before, ":") || strings.HasSuffix(before, "-"))
}
