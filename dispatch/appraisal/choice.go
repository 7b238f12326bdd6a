package appraisal

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"canvass/dispatch/instrument"
	"canvass/dispatch/smstext"
	"canvass/dispatch/survey"
)

// choices finds options that cannot be told apart, that would be read as
// something else when they are typed back without accents, and whose words hold
// a figure that stands for another option.
func (f *findings) choices() {
	if f.seen(f.at) {
		return
	}
	same := map[[2]string]bool{}
	f.same(same)
	if f.q.Carries(f.at, survey.TextMode) && !f.at.Typed() { // nobody types such a name in a text
		f.readBack(same)
		f.digits()
	}
}

// seen reports whether the choices of a question were looked at already, by another
// question of the same type that takes them from the same list: what is wrong with a
// list is told once.
func (f *findings) seen(q *instrument.Question) bool {
	if len(q.Choices) == 0 {
		return false
	}
	key := looked{&q.Choices[0], len(q.Choices), q.Type, f.q.Carries(q, survey.TextMode), q.Filter != nil}
	if f.lists[key] {
		return true
	}
	if f.lists == nil {
		f.lists = map[looked]bool{}
	}
	f.lists[key] = true
	return false
}

// looked is a list of choices as one kind of question uses it.
type looked struct {
	first    *instrument.Choice
	size     int
	as       instrument.Type
	texted   bool
	filtered bool
}

// beside is what tells choices of the same name apart where a filter offers only some
// of them: a commune by its province.
func (f *findings) beside(c *instrument.Choice) string {
	if f.at.Filter == nil {
		return ""
	}
	return fmt.Sprint(c.With)
}

// apart reports whether a filter tells a choice from that of the code other.
func (f *findings) apart(choice int, other string) bool {
	c, ok := f.at.Choice(other)
	return ok && f.beside(&f.at.Choices[choice]) != f.beside(c)
}

// mostSame is how many pairs of options that cannot be told apart are told of a list.
const mostSame = 5

// spelling is a label as people see it, in one language.
type spelling struct {
	choice int
	lang   survey.Lang
	text   string
}

// spellings lists what a person may type back for the options: labels without
// what stands in brackets, and the short ones.
func (f *findings) spellings() []spelling {
	var out []spelling
	for i := range f.at.Choices {
		c := &f.at.Choices[i]
		if c.Missing != "" {
			continue
		}
		for _, l := range f.q.Languages {
			label, _, _ := strings.Cut(c.Label[l], "(")
			out = append(out, spelling{i, l, strings.TrimSpace(label)})
			if short := c.Short[l]; short != "" && short != c.Label[l] {
				out = append(out, spelling{i, l, short})
			}
		}
	}
	return out
}

// same finds options of one spelling when folded.
func (f *findings) same(found map[[2]string]bool) {
	first := map[string]spelling{}
	for _, s := range f.spellings() {
		key := string(s.lang) + " " + smstext.Match(s.text) + " " + f.beside(&f.at.Choices[s.choice])
		before, ok := first[key]
		if !ok {
			first[key] = s
			continue
		}
		a, b := f.at.Choices[before.choice].Code, f.at.Choices[s.choice].Code
		if pair := [2]string{a, b}; a != b && !found[pair] && len(found) < mostSame {
			found[pair] = true
			f.warn(survey.CodeChoiceSame, "choice", b, "as", a, "label", s.text)
		}
	}
}

// readBack reads every label as if somebody had typed it without accents.
func (f *findings) readBack(found map[[2]string]bool) {
	for _, s := range f.spellings() {
		own := f.at.Choices[s.choice].Code
		typed := smstext.Fold(s.text)
		if typed == "" {
			continue
		}
		r := f.at.ReadText(typed, instrument.ReadContext{Lang: s.lang})
		switch r.Outcome {
		case survey.ReadOptOut, survey.ReadDoubtfulStop:
			f.warn(survey.CodeChoiceStop, "choice", own, "label", s.text, "typed", typed)
		case survey.ReadAnswer, survey.ReadAskAgain:
			for _, other := range r.Choices {
				pair := [2]string{min(own, other), max(own, other)}
				if f.apart(s.choice, other) {
					continue
				}
				if other != own && !slices.Contains(r.Choices, own) || other != own && r.Reason == "ambiguous" {
					if !found[pair] && !found[[2]string{pair[1], pair[0]}] {
						found[pair] = true
						f.warn(survey.CodeChoiceSame, "choice", own, "as", other, "label", s.text)
					}
				}
			}
			if r.Reason == "repeat" || r.Reason == "later" || r.Reason == "skip" {
				f.warn(survey.CodeChoiceKeyword, "choice", own, "label", s.text, "typed", typed)
			}
		default:
			f.warn(survey.CodeChoiceKeyword, "choice", own, "label", s.text, "typed", typed)
		}
	}
}

// figures are the numbers of a label, and the ranges of two.
var figures = regexp.MustCompile(`(\d+)(?: ?[-–] ?(\d+))?`)

// digits finds options whose words hold a figure that stands for another one:
// whoever means "2 lần" may well type 2.
func (f *findings) digits() {
	owner := map[int]string{}
	for i, figure := range f.at.Figures() {
		if n, err := strconv.Atoi(figure); err == nil && f.at.Choices[i].Missing == "" {
			owner[n] = f.at.Choices[i].Code
		}
	}
	told := map[int]bool{}
	for _, s := range f.spellings() {
		own := f.at.Choices[s.choice].Code
		for _, m := range figures.FindAllStringSubmatch(s.text, -1) {
			low, err := strconv.Atoi(m[1])
			high, none := strconv.Atoi(m[2])
			if none != nil {
				high = low
			}
			if err != nil || told[s.choice] {
				continue
			}
			for n := low; n <= min(high, low+100); n++ {
				if other, ok := owner[n]; ok && other != own {
					told[s.choice] = true
					f.warn(survey.CodeChoiceDigit, "choice", own, "label", s.text, "number", strconv.Itoa(n), "as", other)
					break
				}
			}
		}
	}
}
