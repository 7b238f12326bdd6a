package instrument

import (
	"slices"
	"strings"

	"canvass/dispatch/survey"
)

// units are what is counted, each under all of its words. A unit behind a figure
// counts only if it is what the question asks for: three households are not three
// people, and two years are not two months.
var units = [...][]phrase{
	phrases("điểm", "points", "point", "marks"),
	phrases("đồng", "đ", "vnd", "vnđ", "dong", "việt nam đồng"),
	phrases("người", "người dân", "bà con", "people", "persons", "person"),
	phrases("hộ", "hộ dân", "hộ gia đình", "households", "household"),
	phrases("nhà", "căn", "căn nhà", "houses"),
	phrases("lần", "lượt", "times"), phrases("ngày", "days"), phrases("tuần", "weeks"), phrases("tháng", "months"), phrases("năm", "years"),
	phrases("giờ", "tiếng", "hours"), phrases("phút", "minutes"), phrases("tuổi", "years old"),
	phrases("việc", "things"), phrases("cuộc", "cuộc họp", "meetings"), phrases("con"), phrases("cái", "chiếc"), phrases("cháu", "đứa", "trẻ", "children"),
	phrases("kg", "ký", "kí", "cân", "kilos"), phrases("tạ"), phrases("tấn", "tons"), phrases("ha", "hecta", "héc ta", "hectares"), phrases("sào"), phrases("mẫu"),
	phrases("km", "cây số"), phrases("m", "mét", "metres"), phrases("mm", "ly"), phrases("lít", "litres"), phrases("phần trăm", "percent", "per cent"),
}

// pointUnit is the place of marks: a scale takes them whatever its words.
const pointUnit = 0

var howMany = phrases("bao nhiêu", "mấy", "how many", "how much")

// withoutUnit takes the unit from the end of an amount, if it is the one that was asked
// for; and says whether a sign of per cent behind figures may stand there.
func (p *amounts) withoutUnit(words []word) ([]word, bool) {
	if len(words) == 0 {
		return words, false
	}
	if strings.HasPrefix(strings.TrimLeft(p.m.text[words[len(words)-1].end:], " "), "%") && !p.q.asksPercent() {
		return words, false
	}
	var asked, mentioned []int
	best := 0
	for i, list := range units {
		n := longest(words, list, true)
		if n <= best || n >= len(words) {
			continue
		}
		if asked == nil && mentioned == nil {
			asked, mentioned = p.q.unitsAsked()
		}
		if takesUnit(p.q.Type, i, asked, mentioned) {
			best = n
		}
	}
	return words[:len(words)-best], true
}

// asksPercent reports whether the question speaks of per cent.
func (q *Question) asksPercent() bool {
	for _, text := range q.texts() {
		for _, sign := range [...]string{"%", "phần trăm", "tỉ lệ", "tỷ lệ", "percent", "per cent"} {
			if strings.Contains(strings.ToLower(text), sign) {
				return true
			}
		}
	}
	return false
}

// takesUnit reports whether a unit may stand behind an answer: it is what the question
// asks how many of; of a question that does not say so, what it mentions; and anything
// where it mentions none.
func takesUnit(t Type, unit int, asked, mentioned []int) bool {
	switch {
	case unit == pointUnit && t == Scale:
		return true
	case len(asked) > 0:
		return slices.Contains(asked, unit)
	}
	return len(mentioned) == 0 || slices.Contains(mentioned, unit)
}

// unitsAsked are the units that the question asks how many of, and those that its texts
// name.
func (q *Question) unitsAsked() (asked, mentioned []int) {
	for _, text := range q.texts() {
		words := newPhrase(text)
		for i := range words {
			n := longest(words[i:], howMany, false)
			for u, list := range units {
				if longest(words[i:], list, false) > 0 {
					mentioned = append(mentioned, u)
				}
				if n > 0 && longest(words[i+n:], list, false) > 0 {
					asked = append(asked, u)
				}
			}
		}
	}
	return asked, mentioned
}

// texts are the question's own texts in all languages, without its choices.
func (q *Question) texts() []string {
	var all []string
	for _, t := range [...]Texts{q.Label, q.Row, q.Stem, q.authored[survey.TextMode]} {
		for _, text := range t {
			if text != "" {
				all = append(all, text)
			}
		}
	}
	return all
}
