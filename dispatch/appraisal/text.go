package appraisal

import (
	"reflect"
	"slices"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
)

// text is one text of a questionnaire and where it stands.
type text struct {
	question string // "" for the head of the file
	part     string // label, hint, low; "3.label" is that of choice 3
	at       *instrument.Question
	texts    instrument.Texts
}

// textsOf lists every text of q. Fields are found by their type, so that a text
// that the instrument learns later is looked at too. What SMS and calls say is
// left out unless composed is true: it is made of the others where it has no
// words of its own.
func textsOf(q *instrument.Questionnaire, composed bool) []text {
	out := []text{{part: "title", texts: q.Title}}
	long := map[*instrument.Choice]bool{}
	if len(q.Intro) > 0 {
		out = append(out, text{part: "intro", texts: q.Intro})
	}
	for i := range q.Questions {
		question := &q.Questions[i]
		fieldTexts(reflect.ValueOf(question).Elem(), func(field string, t instrument.Texts) {
			if composed || field != "SMS" && field != "Voice" {
				out = append(out, text{question.Name, part(field), question, t})
			}
		})
		if len(question.Choices) > instrument.MostListed {
			if long[&question.Choices[0]] { // its texts are those of the first question that takes them from there
				continue
			}
			long[&question.Choices[0]] = true
		}
		for j := range question.Choices {
			c := &question.Choices[j]
			fieldTexts(reflect.ValueOf(c).Elem(), func(field string, t instrument.Texts) {
				out = append(out, text{question.Name, c.Code + "." + part(field), question, t})
			})
		}
	}
	return out
}

// fieldTexts visits the fields of a struct that hold a text.
func fieldTexts(v reflect.Value, visit func(field string, t instrument.Texts)) {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if !f.IsExported() || f.Type != reflect.TypeFor[instrument.Texts]() {
			continue
		}
		if t, ok := v.Field(i).Interface().(instrument.Texts); ok && len(t) > 0 {
			visit(f.Name, t)
		}
	}
}

// part is the key of the file for a field: MaxLength is max_length.
func part(field string) string {
	var out []byte
	for i := range len(field) {
		c := field[i]
		if c >= 'A' && c <= 'Z' {
			if i > 0 && field[i-1] >= 'a' {
				out = append(out, '_')
			}
			c += 'a' - 'A'
		}
		out = append(out, c)
	}
	return string(out)
}

// place is a text by its question and part.
func (t text) place() string {
	if t.question == "" {
		return t.part
	}
	return t.question + "." + t.part
}

// has reports whether q declares l.
func has(q *instrument.Questionnaire, l survey.Lang) bool { return slices.Contains(q.Languages, l) }
