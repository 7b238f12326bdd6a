package instrument

import (
	"strings"

	"canvass/dispatch/survey"
)

// placeholder is where an authored short text wants the choices; without it
// they follow the text.
const placeholder = "{options}"

// compose completes the short texts of q for one mode in every language: the
// authored stem, or the label, with the choices spelt out.
func (q *Questionnaire) compose(question *Question, authored Texts, m survey.Mode) Texts {
	full := Texts{}
	for _, l := range q.Languages {
		stem := authored[l]
		if stem == "" {
			stem = question.Label.In(l)
			if m == survey.TextMode && question.Type == Scale && question.Numeric() {
				stem += " " + question.poles(l)
			}
		}
		options := question.Options(l, m)
		switch {
		case strings.Contains(stem, placeholder):
			full[l] = clean(strings.ReplaceAll(stem, placeholder, options))
		default:
			full[l] = clean(stem + " " + options)
		}
	}
	return full
}

// Asking is the short text of a question without its choices, or its label.
func (q *Question) Asking(l survey.Lang) string {
	stem := q.authored[survey.TextMode][l]
	if stem == "" {
		stem = q.Label.In(l)
	}
	return clean(strings.ReplaceAll(Pipe(stem, nil), placeholder, ""))
}

// poles says from where to where a scale goes: "0 (Kém) đến 10 (Tốt)".
func (q *Question) poles(l survey.Lang) string {
	end := func(n int64, words Texts) string {
		if said := words.In(l); said != "" {
			return q.Number(n) + " (" + said + ")"
		}
		return q.Number(n)
	}
	to := " đến "
	if l == survey.English {
		to = " to "
	}
	return end(q.Min, q.Low) + to + end(q.Max, q.High)
}

// Options spells the choices of q out as SMS and voice say them: "1 Tốt lên
// 2 Như trước 0 Khó nói", "Tốt lên, bấm một. Như trước, bấm hai." Hard to say
// is never read aloud. What takes no choice has none ("").
func (q *Question) Options(l survey.Lang, m survey.Mode) string {
	if q.Typed() { // nobody listens to so many, or reads them
		return ""
	}
	figures := q.Figures()
	var parts []string
	for i := range q.Choices {
		c, figure := &q.Choices[i], figures[i]
		switch {
		case figure == "" || q.Numeric() || q.Type == Date:
		case m == survey.Voice && c.Missing == "":
			parts = append(parts, c.spoken(l)+press(l, figure))
		case m != survey.Voice:
			parts = append(parts, figure+" "+c.short(l))
		}
	}
	if m == survey.Voice {
		if end := ending(q, l); end != "" {
			parts = append(parts, end)
		}
	}
	return strings.Join(parts, " ")
}

// short is the label of c in an SMS.
func (c *Choice) short(l survey.Lang) string {
	if s := c.Short[l]; s != "" {
		return s
	}
	return bare(c.Label.In(l))
}

// spoken is the label of c in a call.
func (c *Choice) spoken(l survey.Lang) string {
	if s := c.Voice[l]; s != "" {
		return s
	}
	return bare(c.Label.In(l))
}

var digitWords = map[survey.Lang][]string{
	survey.Vietnamese: {"không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"},
	survey.English:    {"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"},
}

// press is what a call says after a label.
func press(l survey.Lang, figure string) string {
	said := figure
	if words := digitWords[l]; len(figure) == 1 && words != nil {
		said = words[figure[0]-'0']
	}
	if l == survey.English {
		return ", press " + said + "."
	}
	return ", bấm " + said + "."
}

// ending is how a call says that # closes the answer.
func ending(q *Question, l survey.Lang) string {
	english := l == survey.English
	switch {
	case q.Type == Multiple && english, q.Type == Ranking && english:
		return "When done, press hash."
	case q.Type == Multiple, q.Type == Ranking:
		return "Xong, bấm phím thăng."
	case q.Type == Date && english:
		return "Press two figures for the day, two for the month, four for the year, then hash."
	case q.Type == Date:
		return "Xin bấm hai số cho ngày, hai số cho tháng, bốn số cho năm, rồi bấm phím thăng."
	case q.Numeric() && english:
		return "Press the number, then hash."
	case q.Numeric():
		return "Xin bấm số, rồi bấm phím thăng."
	}
	return ""
}
