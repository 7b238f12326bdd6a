package appraisal

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
)

// Appraisal is what was found in a questionnaire. Errors and Warnings have
// Where "file:line", in the order of the lines.
type Appraisal struct {
	Errors    []*survey.Error
	Warnings  []*survey.Error
	Modes     []Mode // in the order of survey.Modes
	Languages []Language
}

// Of appraises q.
func Of(q *instrument.Questionnaire) Appraisal {
	f := &findings{q: q, translated: map[*instrument.Choice]bool{}}
	out := Appraisal{Modes: Modes(q), Languages: Languages(q)}
	f.conditions()
	for i := range q.Questions {
		question := &q.Questions[i]
		f.at = question
		f.wording()
		f.scale()
		f.choices()
		f.languages()
	}
	for _, m := range out.Modes {
		f.mode(m)
	}
	f.warnings = append(f.warnings, q.Warnings()...)
	byLine(f.errors)
	byLine(f.warnings)
	out.Errors, out.Warnings = f.errors, f.warnings
	return out
}

// findings gathers what is found, question by question.
type findings struct {
	q        *instrument.Questionnaire
	at       *instrument.Question
	errors   []*survey.Error
	warnings []*survey.Error
	told     map[string]bool // warnings so far
	lists    map[looked]bool // lists of choices so far
	// translated are the lists whose languages were compared.
	translated map[*instrument.Choice]bool
}

// finding is an error at the present question. Args are key, value pairs.
func (f *findings) finding(code survey.Code, args ...string) *survey.Error {
	e := &survey.Error{Kind: survey.Invalid, Code: code, Where: f.q.Where(f.at), Args: map[string]string{"name": f.at.Name}}
	for i := 0; i+1 < len(args); i += 2 {
		if args[i+1] != "" {
			e.Args[args[i]] = args[i+1]
		}
	}
	return e
}

func (f *findings) fail(code survey.Code, args ...string) {
	f.errors = append(f.errors, f.finding(code, args...))
}

// warn notes a warning, once.
func (f *findings) warn(code survey.Code, args ...string) {
	e := f.finding(code, args...)
	if f.told[e.Error()] {
		return
	}
	if f.told == nil {
		f.told = map[string]bool{}
	}
	f.told[e.Error()] = true
	f.warnings = append(f.warnings, e)
}

// conditions finds questions that no answers lead to, and conditions that say
// nothing, on the web, where everything is asked.
func (f *findings) conditions() {
	for i, r := range f.q.Reach(survey.Web) {
		f.at = &f.q.Questions[i]
		if f.at.Relevant == nil {
			continue
		}
		condition := f.at.Relevant.String()
		switch {
		case r.Proof == instrument.ReachNever:
			f.fail(survey.CodeQuestionUnreachable, "expression", condition)
		case r.Always:
			f.warn(survey.CodeConditionAlways, "expression", condition)
		}
		for _, p := range r.Parts {
			f.warn(survey.CodeConditionPart, "expression", condition, "part", p.Expression)
		}
	}
}

// mode tells what is weak about a mode that can be used.
func (f *findings) mode(m Mode) {
	for i := range m.Questions {
		a := &m.Questions[i]
		f.at, _ = f.q.Question(a.Question)
		if f.at == nil {
			continue
		}
		if a.How == LeftOut && (a.Why == WhyNotCore && (f.at.Required || f.at.Key) || a.Why == WhyFile && f.at.Key) {
			f.warn(survey.CodeRequiredLeftOut, "mode", string(m.Mode))
		}
		if blind := f.blind(m.Mode); a.How != LeftOut && len(blind) > 0 {
			f.warn(survey.CodeModeBlind, "mode", string(m.Mode), "looks", strings.Join(blind, ", "))
		}
	}
}

// blind lists what the condition of the present question looks at and the mode
// does not ask.
func (f *findings) blind(m survey.Mode) []string {
	var names []string
	if f.at.Relevant == nil {
		return nil
	}
	for _, name := range f.at.Relevant.Names() {
		if on, ok := f.q.Question(name); ok && on.Type.Asked() && !f.q.Carries(on, m) {
			names = append(names, name)
		}
	}
	return names
}

func byLine(list []*survey.Error) {
	line := func(e *survey.Error) int {
		n, _ := strconv.Atoi(e.Where[strings.LastIndexByte(e.Where, ':')+1:])
		return n
	}
	slices.SortStableFunc(list, func(a, b *survey.Error) int { return cmp.Compare(line(a), line(b)) })
}
