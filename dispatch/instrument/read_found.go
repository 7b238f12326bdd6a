package instrument

import "canvass/dispatch/survey"

// result decides what the scan came to. Whatever is not certain is asked
// again; a negation above all, since it turns an answer into its opposite.
func (s *scan) result(words []word) Reading {
	switch {
	case len(s.doubt) > 1:
		r := again("ambiguous", survey.CodeAnswerChoice)
		r.Choices = s.codes(s.doubt)
		return r
	case s.negated():
		return s.negation()
	case len(s.unknown) > 0 && len(s.found) > 0, s.soft > 0 && s.figures > 0:
		return again("unclear", survey.CodeAnswerChoice)
	case len(s.found) == 0:
		return again("not_a_choice", survey.CodeAnswerChoice)
	case s.q.Type == Ranking && s.repeats(words):
		return again("repeated", survey.CodeAnswerRanking, "max", itoa(s.q.MaxChoices))
	case s.q.Type != Multiple && s.q.Type != Ranking && len(s.found) > 1:
		r := again("several", survey.CodeAnswerTooMany, "value", itoa(len(s.found)), "max", "1")
		r.Choices = s.codes(s.found)
		return r
	}
	reason := "figure"
	if s.labels > 0 {
		reason = "label"
	} else if numberWord(words[len(words)-1]) >= 0 {
		reason = "number_word"
	}
	r := s.q.chose(s.codes(s.found), reason)
	if r.Outcome == survey.ReadAnswer && s.other != "" {
		r.Other = survey.AnswerText(s.other)
	}
	return r
}

// negated reports whether a choice was named beside a negation.
func (s *scan) negated() bool {
	if len(s.found) == 0 {
		return false
	}
	if s.lone && len(s.found)+len(s.unknown) > 1 {
		return true
	}
	for _, no := range s.nos {
		if len(no) > 1 && len(s.nos) > 1 || no[0].base != s.nos[0][0].base { // "không phải là không"; but "không, không" is a firm no
			return true
		}
	}
	for i := range s.unknown {
		if longest(s.unknown[i:], negations, false) > 0 {
			return true
		}
	}
	return false
}

// negation asks which of two opposite choices is meant, where there are two.
func (s *scan) negation() Reading {
	r := again("negation", survey.CodeAnswerChoice)
	for _, i := range s.found {
		if positive, negative, ok := s.v.opposite(i); ok {
			r.Choices = s.codes([]int{positive, negative})
			break
		}
	}
	return r
}

// opposite returns the two choices of which one is labelled "không" and the
// label of the other, the positive one first, if i is either.
func (v *vocabulary) opposite(i int) (positive, negative int, ok bool) {
	for _, own := range v.labels {
		if own.choice != i {
			continue
		}
		for _, other := range v.labels {
			switch {
			case own.negates(other):
				return other.choice, own.choice, true
			case other.negates(own):
				return own.choice, other.choice, true
			}
		}
	}
	return 0, 0, false
}

// negates reports whether s is "không" before the words of other.
func (s spelled) negates(other spelled) bool {
	return len(s.words) == len(other.words)+1 && s.words[0].same(noLabel[0]) && sameWords(s.words[1:], other.words)
}

func (s *scan) codes(choices []int) []string {
	codes := make([]string, len(choices))
	for i, c := range choices {
		codes[i] = s.q.Choices[c].Code
	}
	return codes
}
