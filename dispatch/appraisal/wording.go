package appraisal

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"canvass/dispatch/instrument"
	"canvass/dispatch/smstext"
	"canvass/dispatch/survey"
)

// wording looks for phrases that lead in the label of a question, in every
// language. A statement in quotation marks is meant to be one-sided: it is put
// to people to agree with or not.
func (f *findings) wording() {
	if f.at.Type == instrument.Note {
		return
	}
	for _, l := range f.q.Languages {
		words := wordsOf(unquoted(f.at.Label[l]))
		var told []string
		for _, h := range hints(l) {
			found := stretch(words, h.phrase)
			if found == "" || slices.ContainsFunc(h.unless, func(p string) bool { return stretch(words, p) != "" }) {
				continue
			}
			if slices.ContainsFunc(told, func(p string) bool { return strings.Contains(p, found) || strings.Contains(found, p) }) {
				continue // it was told by more, or fewer, of the same words
			}
			told = append(told, found)
			f.warn(survey.CodeWordingHint, "word", found, "lang", string(l), "why", h.why)
		}
	}
}

// unquoted is text without what stands in quotation marks, where that is most
// of it.
func unquoted(text string) string {
	text = strings.NewReplacer("“", `"`, "”", `"`).Replace(text)
	if parts := strings.Split(text, `"`); len(parts) > 2 {
		var outside []string
		for i := 0; i < len(parts); i += 2 {
			outside = append(outside, parts[i])
		}
		return strings.Join(outside, " ")
	}
	return text
}

// wordsOf are the words of a text in lower case.
func wordsOf(text string) []string {
	return strings.FieldsFunc(strings.ToLower(smstext.Normalize(text)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' && r != '’'
	})
}

// gap is how many words "…" may stand for.
const gap = 6

// stretch finds a phrase among words and returns the words it covers, "" if it
// is not there.
func stretch(words []string, phrase string) string {
	want := strings.Fields(phrase)
	for i := range words {
		if n := covers(words[i:], want); n > 0 {
			return strings.Join(words[i:i+n], " ")
		}
	}
	return ""
}

// covers is how many of the first words the pattern takes, 0 if it does not
// fit.
func covers(words, want []string) int {
	n := 0
	for i, w := range want {
		if w == "…" {
			for skip := range gap + 1 {
				if n+skip >= len(words) {
					break
				}
				if m := covers(words[n+skip:], want[i+1:]); m > 0 {
					return n + skip + m
				}
			}
			return 0
		}
		if n >= len(words) || words[n] != w {
			return 0
		}
		n++
	}
	return n
}

// pole are words that put an option at one end of a scale, and at the other.
type pole struct{ up, down []string }

func poles(l survey.Lang) []pole {
	if l == survey.English {
		return []pole{
			{[]string{"satisfied"}, []string{"dissatisfied", "not satisfied", "unsatisfied"}}, {[]string{"agree"}, []string{"disagree", "not agree"}},
			{[]string{"good", "better", "well"}, []string{"bad", "poor", "worse", "badly", "poorly"}}, {[]string{"higher"}, []string{"lower"}},
			{[]string{"likely"}, []string{"unlikely"}}, {[]string{"trust"}, []string{"distrust", "not trust"}},
		}
	}
	return []pole{
		{[]string{"hài lòng"}, []string{"không hài lòng", "chưa hài lòng"}}, {[]string{"đồng ý"}, []string{"không đồng ý", "phản đối"}},
		{[]string{"tốt", "khá"}, []string{"xấu", "kém", "tệ", "không tốt"}}, {[]string{"cao hơn"}, []string{"thấp hơn"}},
		{[]string{"tin"}, []string{"không tin"}}, {[]string{"ủng hộ"}, []string{"không ủng hộ", "phản đối"}}, {[]string{"dễ"}, []string{"khó", "không dễ"}},
	}
}

// scale finds a scale of labelled steps with more of them at one end than at
// the other.
func (f *findings) scale() {
	if f.at.Type != instrument.Scale || f.at.Numeric() {
		return
	}
	for _, l := range f.q.Languages {
		for _, p := range poles(l) {
			up, down := 0, 0
			for i := range f.at.Choices {
				if f.at.Choices[i].Missing != "" {
					continue
				}
				words := wordsOf(f.at.Choices[i].Label[l])
				atUp, atDown := anyOf(words, p.up), anyOf(words, p.down)
				switch {
				case atDown && !(atUp && neither(words)):
					down++
				case atUp && !neither(words):
					up++
				}
			}
			if up+down > 1 && up != down {
				f.warn(survey.CodeScaleUneven, "lang", string(l), "up", strconv.Itoa(up), "down", strconv.Itoa(down), "word", p.up[0])
				break
			}
		}
	}
}

func anyOf(words, phrases []string) bool {
	return slices.ContainsFunc(phrases, func(p string) bool { return stretch(words, p) != "" })
}

// neither reports whether an option is the middle that names both ends.
func neither(words []string) bool {
	return stretch(words, "neither") != "" || stretch(words, "cũng không") != "" || stretch(words, "vừa") != ""
}
