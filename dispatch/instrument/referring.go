package instrument

import (
	"strconv"
	"strings"
)

// Words by which a reply names a question, and what may stand between its number and
// the answer.
var (
	correcting = phrases("sửa", "sửa lại", "sửa giúp", "sửa giúp em", "sửa giúp tôi", "đổi", "đổi lại", "chữa", "chữa lại", "change", "correct", "fix")
	asking     = phrases("xin", "cho", "cho tôi", "cho em", "tôi", "em", "tui", "muốn", "xin được", "nhờ", "i want to", "i would like to", "please", "to")
	namesFull  = phrases("câu", "câu số", "câu hỏi", "question")
	namesShort = phrases("c", "q")
	leadsTo    = phrases("thành", "là", "lại là", "lại thành", "chọn", "tôi chọn", "em chọn", "chọn lại", "sang", "trả lời", "thì", "số", "đổi thành", "sửa thành", "to", "as", "is")
)

// pairsNamed finds questions that are named ("câu 2", "c2", "q2"), each with the text
// behind it; verb says that the reply begins by asking for a correction. The reply must
// hold nothing else.
func pairsNamed(m message) (pairs []referred, verb bool) {
	words := polite(m.words)
	for n := longest(words, asking, false); n > 0; n = longest(words, asking, false) {
		words = words[n:]
	}
	if n := longest(words, correcting, false); n > 0 {
		verb, words = true, words[n:]
	}
	for first := true; len(words) > 0; first = false {
		number, n := questionNamed(m, words)
		if n == 0 {
			if first {
				return nil, false
			}
			words = words[1:] // of the answer before
			continue
		}
		words = words[n:]
		end := len(words)
		for i := range words {
			if _, next := questionNamed(m, words[i:]); next > 0 {
				end = i
				break
			}
		}
		answer := words[:end]
		if lead := longest(answer, leadsTo, false); lead > 0 && lead < len(answer) {
			answer = answer[lead:]
		}
		if len(answer) == 0 {
			return nil, verb
		}
		pairs = append(pairs, referred{number, answerText(m, answer)})
		words = words[end:]
	}
	return pairs, verb
}

// questionNamed is the number of the question that words begin by naming, and how many
// they are. A single letter names one only directly before its figure.
func questionNamed(m message, words []word) (number, n int) {
	n = longest(words, namesFull, false)
	if n == 0 && longest(words, namesShort, false) > 0 && len(words) > 1 && words[0].end == words[1].start {
		n = 1
	}
	if n == 0 || n >= len(words) {
		return 0, 0
	}
	number, ok := listNumber(words[n].base)
	if !ok {
		return 0, 0
	}
	return number, n + 1
}

// answerText is the text of an answer, with the sign before its first figure.
func answerText(m message, words []word) string {
	start := words[0].start
	if start > 1 && m.text[start-1] == '-' && m.text[start-2] == ' ' {
		start--
	}
	return strings.Trim(m.text[start:words[len(words)-1].end], " ,;.")
}

// listNumber reads the number of a question: one or two figures.
func listNumber(s string) (int, bool) {
	n, err := strconv.Atoi(s)
	return n, err == nil && n > 0 && n < 1000 && len(s) <= 3
}

// pairsListed finds a numbered list of at least two answers, "1. có 2. không", that
// begins with the number of the open question and goes on by one. Without a sign behind
// the numbers it is none: our own choices are written so.
func pairsListed(m message, first int) []referred {
	var at []int // places of the numbers
	for i, w := range m.words {
		n, ok := listNumber(w.base)
		if ok && n == first+len(at) && m.marks(i) {
			at = append(at, i)
		}
	}
	if len(at) < 2 || at[0] != 0 {
		return nil
	}
	var pairs []referred
	for k, i := range at {
		end := len(m.words)
		if k+1 < len(at) {
			end = at[k+1]
		}
		if i+1 >= end {
			return nil
		}
		pairs = append(pairs, referred{first + k, answerText(m, m.words[i+1:end])})
	}
	return pairs
}

// marks reports whether a sign stands directly behind a word that is a number: 1. 1)
// 1: 1- 1=.
func (m message) marks(i int) bool {
	rest := strings.TrimLeft(m.text[m.words[i].end:], " ")
	return rest != "" && strings.ContainsRune(".):-=", rune(rest[0])) && i+1 < len(m.words)
}

// pairsInTurn reads "1;2;5" as the answers to the open question and all that follow,
// where there are just as many left and each is one figure: else nobody can tell what
// was answered. Which questions follow is found by answering them.
func (t *turn) pairsInTurn(question *Question) []referred {
	parts := strings.FieldsFunc(narrow(t.in.Text), func(r rune) bool { return r == ';' || r == '\n' })
	if len(parts) < 2 || question.Type == Multiple || question.Type == Ranking {
		return nil
	}
	at := &turn{q: t.q, a: t.a, m: t.m, in: t.in, step: Step{State: t.step.State}, relevant: t.relevant}
	var pairs []referred
	for _, part := range parts {
		_, next := at.next()
		words := newMessage(part).words
		if next == nil || next.Type == Text || len(words) != 1 || !words[0].digit() {
			return nil
		}
		r := next.ReadText(part, ReadContext{Lang: t.state().Lang, Today: t.in.Today})
		if !r.answers() {
			return nil
		}
		n, _ := t.q.place(next.Name, t.m)
		pairs = append(pairs, referred{n, strings.TrimSpace(part)})
		at.store(next.Name, r.Answer)
	}
	if _, more := at.next(); more != nil {
		return nil
	}
	return pairs
}
