package appraisal

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
)

// Language is how far a questionnaire is there in one language. Who is asked in
// a language that lacks a text gets it in Vietnamese, then in English.
type Language struct {
	Lang     survey.Lang `json:"lang"`
	Declared bool        `json:"declared"` // offered to people
	Texts    int         `json:"texts"`    // that there are to be
	Present  int         `json:"present"`
	Missing  []string    `json:"missing,omitempty"` // of a declared language: question.part
}

// Languages reports on every language of ours.
func Languages(q *instrument.Questionnaire) []Language {
	texts := textsOf(q, false)
	var out []Language
	for _, l := range []survey.Lang{survey.Vietnamese, survey.English} {
		n := Language{Lang: l, Declared: has(q, l), Texts: len(texts)}
		for _, t := range texts {
			if t.texts[l] != "" {
				n.Present++
			} else if n.Declared {
				n.Missing = append(n.Missing, t.place())
			}
		}
		out = append(out, n)
	}
	return out
}

// vietnameseLetters are those that English has not.
const vietnameseLetters = "ăâđêôơưàằầèềìòồờùừỳảẳẩẻểỉỏổởủửỷãẵẫẽễĩõỗỡũữỹáắấéếíóốớúứýạặậẹệịọộợụựỵ"

// numbers are the figures of a text.
var numbers = regexp.MustCompile(`\d+`)

// languages finds texts of the present question that are missing, that were not
// translated, or whose figures are not those of the source.
func (f *findings) languages() {
	source := f.q.Languages[0]
	at := *f.at
	if len(at.Choices) > instrument.MostListed && f.translated[&at.Choices[0]] {
		at.Choices = nil // they were looked at, with another question
	} else if len(at.Choices) > 0 {
		f.translated[&at.Choices[0]] = true
	}
	for _, t := range textsOf(&instrument.Questionnaire{Questions: []instrument.Question{at}}, false) {
		if t.question == "" {
			continue
		}
		for _, l := range f.q.Languages {
			own, from := t.texts[l], t.texts[source]
			switch {
			case own == "":
				f.warn(survey.CodeTextMissing, "lang", string(l), "part", t.part)
			case l == source:
			case l == survey.English && strings.ContainsAny(strings.ToLower(own), vietnameseLetters) && own == from:
				f.warn(survey.CodeTextUntranslated, "lang", string(l), "part", t.part)
			case !sameFigures(own, from):
				f.warn(survey.CodeTextFigures, "lang", string(l), "part", t.part,
					"there", strings.Join(numbers.FindAllString(from, -1), ", "), "here", strings.Join(numbers.FindAllString(own, -1), ", "))
			}
		}
	}
}

// sameFigures reports whether two texts have the same figures, where both have
// any: a number may be written as a word in one of them.
func sameFigures(a, b string) bool {
	x, y := numbers.FindAllString(a, -1), numbers.FindAllString(b, -1)
	slices.Sort(x)
	slices.Sort(y)
	return len(x) == 0 || len(y) == 0 || slices.Equal(slices.Compact(x), slices.Compact(y))
}

// Stale lists texts of q whose source changed since before, and which did not
// follow in another language. Where is "file:line".
func Stale(before, q *instrument.Questionnaire) []*survey.Error {
	old := map[string]instrument.Texts{}
	for _, t := range textsOf(before, true) {
		old[t.place()] = t.texts
	}
	f := &findings{q: q}
	source := q.Languages[0]
	told := map[string]bool{}
	texts := textsOf(q, true)
	composed := func(t text) bool { return t.part == "sms" || t.part == "voice" }
	// What SMS and calls say follows from the others where it has no words of
	// its own: it comes last, and counts only where nothing else was found.
	slices.SortStableFunc(texts, func(a, b text) int {
		return cmp.Compare(map[bool]int{true: 1}[composed(a)], map[bool]int{true: 1}[composed(b)])
	})
	for _, t := range texts {
		was, there := old[t.place()]
		if f.at = t.at; f.at == nil || !there || was[source] == t.texts[source] {
			continue
		}
		for _, l := range q.Languages {
			key := t.question + " " + string(l)
			if l == source || was[l] != t.texts[l] || t.texts[l] == "" || composed(t) && told[key] {
				continue
			}
			told[key] = true
			f.warn(survey.CodeTextStale, "lang", string(l), "part", t.part)
		}
	}
	byLine(f.warnings)
	return f.warnings
}
