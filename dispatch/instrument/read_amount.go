package instrument

import (
	"strconv"
	"strings"
)

// million is one, in the millionths in which amounts are counted: six places are the
// most that a decimal has.
const million = 1_000_000

// amount is what figures and number words come to, in millionths: two values where a
// sign may part thousands or a fraction.
type amount struct {
	text   string
	values []int64
	huge   bool // beyond everything that is asked
}

// multipliers are the words that follow a figure: each is so many times it. "k" is
// "không" elsewhere; behind a figure it is a thousand.
var multipliers = [...]struct {
	words []phrase
	times int64
}{
	{phrases("trăm"), 100},
	{phrases("chục"), 10},
	{phrases("k", "nghìn", "ngàn", "thousand"), 1_000},
	{phrases("triệu", "tr", "củ", "million", "mil"), 1_000_000},
	{phrases("tỷ", "tỉ", "billion"), 1_000_000_000},
}

var (
	halfMore   = phrases("rưỡi")
	pointWords = phrases("phẩy", "point")
)

// amounts reads one amount from words that hold nothing else. It is strict: a second
// number, a unit that was not asked for, or a sign between figures that parts no
// number, and it is none.
type amounts struct {
	q       *Question
	m       message
	words   []word
	figures bool
	huge    bool
}

// reason says whether the amount was typed in figures.
func (p *amounts) reason() string {
	if p.figures {
		return "figure"
	}
	return "number_word"
}

// read reads the whole.
func (p *amounts) read() (amount, bool) {
	words, ok := p.withoutUnit(p.parts())
	if !ok || len(words) == 0 || !p.closed(words) {
		return amount{}, false
	}
	total := amount{text: p.m.text[words[0].start:words[len(words)-1].end], values: []int64{0}}
	last := int64(1) << 62
	for first := true; len(words) > 0; first = false {
		coefficient, rest, ok := p.coefficient(words)
		if !ok {
			return amount{text: total.text, huge: p.huge}, false
		}
		times, rest := multiplied(rest)
		switch {
		case times == 1 && !first: // 2tr5 is two and a half million
			behind, ok := tail(p.m.text[words[0].start:words[0].end], last)
			if !ok || len(rest) > 0 || !words[0].digit() {
				return amount{}, false
			}
			total.add([]int64{behind}, 1)
		case times >= last, !first && times == 1000 && words[0].digit() && coefficient[0] < 10*million: // 2tr5k is two readings
			return amount{}, false
		default:
			total.add(coefficient, times)
		}
		if starts(rest, halfMore) {
			total.add([]int64{million / 2}, times)
			return total, len(rest) == 1
		}
		words, last = rest, times
	}
	total.signed(p)
	return total, true
}

// add adds a number of a multiplier to what it is so far.
func (a *amount) add(coefficient []int64, times int64) {
	const most = int64(maxNumber) * million
	var sums []int64
	for _, sum := range a.values {
		for _, c := range coefficient {
			if c > most/times || sum > most-c*times {
				a.huge = true
				continue
			}
			sums = append(sums, sum+c*times)
		}
	}
	a.values = sums
}

// signed makes the amount negative if a minus stands before it.
func (a *amount) signed(p *amounts) {
	start := p.words[0].start
	if start == 0 || p.m.text[start-1] != '-' || start > 1 && p.m.text[start-2] != ' ' {
		return
	}
	for i := range a.values {
		a.values[i] = -a.values[i]
	}
}

// coefficient reads the number before a multiplier: figures, or words below a thousand.
func (p *amounts) coefficient(words []word) ([]int64, []word, bool) {
	if words[0].digit() {
		p.figures = true
		text := p.m.text[words[0].start:words[0].end]
		values := literal(text)
		p.huge = len(values) == 0 && wholeForm.MatchString(text) && !phoneForm.MatchString(text)
		return values, words[1:], len(values) > 0
	}
	n, rest := spokenPart(words)
	if n < 1 {
		return nil, nil, false
	}
	value := int64(n) * million
	if starts(rest, pointWords) && len(rest) > 1 && unitOf(rest[1]) > 0 {
		value, rest = value+int64(unitOf(rest[1]))*million/10, rest[2:]
	}
	return []int64{value}, rest, true
}

// multiplied reads the multipliers in front, and what they come to.
func multiplied(words []word) (int64, []word) {
	times := int64(1)
	for len(words) > 0 {
		by := int64(0)
		for _, m := range multipliers {
			if isOneOf(words[:1], m.words) {
				by = m.times
			}
		}
		if by == 0 || times > 100 {
			break
		}
		times, words = times*by, words[1:]
	}
	return times, words
}

// tail is what figures mean directly behind a multiplier: so many tenths, hundredths
// or thousandths of it.
func tail(figures string, of int64) (int64, bool) {
	if len(figures) > 3 || strings.Trim(figures, "0123456789") != "" || of < 1000 {
		return 0, false
	}
	n, err := strconv.ParseInt(figures, 10, 64)
	part := of
	for range len(figures) {
		part /= 10
	}
	return n * part * million, err == nil
}

// parts are the words with figures in one piece, whatever parts them ("1.500.000",
// "1 500"), and figures and letters without a blank between ("2tr5") as words of their
// own.
func (p *amounts) parts() []word {
	var out []word
	for _, w := range p.words {
		for at := w.start; at < w.end; {
			text := p.m.text[at:w.end]
			digits := isDigit(text[0])
			n := strings.IndexFunc(text, func(r rune) bool { return digits != (r >= '0' && r <= '9') })
			if n < 0 {
				n = len(text)
			}
			piece := newWord(text[:n])
			if !isDigit(p.m.text[w.start]) {
				piece, n = w, len(text) // as it was written out
			}
			piece.start, piece.end = at, at+n
			if at += n; digits {
				out = p.joinFigures(out, piece)
			} else {
				out = append(out, piece)
			}
		}
		if w.start == w.end { // the rest of a word that was written out
			out = append(out, w)
		}
	}
	return out
}

// joinFigures adds figures to the words, or to the figures that they go on.
func (p *amounts) joinFigures(out []word, w word) []word {
	if n := len(out) - 1; n >= 0 && out[n].digit() {
		switch between := p.m.text[out[n].end:w.start]; {
		case between == "." || between == ",",
			between == " " && len(w.base) == 3 && len(out[n].base) <= 3 && !strings.ContainsAny(p.m.text[out[n].start:out[n].end], ".,"),
			between == " " && len(w.base) == 3 && strings.Contains(p.m.text[out[n].start:out[n].end], " "):
			out[n].end, out[n].base = w.end, w.base
			return out
		}
	}
	return append(out, w)
}

// closed reports whether nothing stands between the words that would part them: 2-3,
// 9:30, 3/4 are no amounts.
func (p *amounts) closed(words []word) bool {
	for i := 1; i < len(words); i++ {
		between := p.m.text[words[i-1].end:words[i].start]
		if strings.Trim(between, " ") != "" && (between != ", " || words[i-1].digit()) {
			return false
		}
	}
	return true
}
