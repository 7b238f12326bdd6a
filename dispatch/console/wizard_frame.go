package console

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"canvass/dispatch"
	"canvass/dispatch/sampling"
	"canvass/dispatch/survey"
	"canvass/templates"
)

// mostRows is how many conditions a form has; more are written by hand.
const mostRows = 12

// The signs of a row: the field has one of the values, or none of them, or any value.
const (
	signIs  = "is"
	signNot = "not"
	signHas = "has"
)

// reachable is the condition of whoever can be contacted at all.
func reachable() survey.Condition {
	return survey.Condition{Op: survey.OpOr, Of: []survey.Condition{{Op: survey.OpPresent, Field: "has_email"}, {Op: survey.OpPresent, Field: "has_mobile"}}}
}

// fillFrame parts a condition into rows that a form has, and the rest as it is written.
func fillFrame(_ *visit, p *dispatch.Plan, f fields) {
	f["by"] = "unit"
	if d := p.Spec.Design.Rest.Duration(); d > 0 {
		f["rest"] = strconv.Itoa(int(d.Hours() / 24))
	}
	c, bad := sampling.ParseCondition(p.Spec.Eligible)
	if bad != nil {
		f["eligible"] = p.Spec.Eligible
		return
	}
	parts := []survey.Condition{c}
	if c.Op == survey.OpAnd {
		parts = c.Of
	}
	var rest []survey.Condition
	n := 0
	for _, part := range parts {
		field, sign, values, ok := rowOf(part)
		switch {
		case part.Op == survey.OpTrue:
		case sampling.FormatCondition(part) == sampling.FormatCondition(reachable()):
			f["reach"] = "yes"
		case ok && n < mostRows:
			at := strconv.Itoa(n)
			f["f"+at], f["o"+at], f["v"+at] = field, sign, strings.Join(values, "; ")
			n++
		default:
			rest = append(rest, part)
		}
	}
	f["eligible"] = sampling.FormatCondition(conjunction(rest))
}

// rowOf is a condition as a row of the form, false if it is none.
func rowOf(c survey.Condition) (field, sign string, values []string, ok bool) {
	sign = signIs
	if c.Op == survey.OpNot && len(c.Of) == 1 {
		c, sign = c.Of[0], signNot
	}
	switch {
	case c.Op == survey.OpPresent && sign == signIs:
		return c.Field, signHas, nil, true
	case (c.Op == survey.OpEq || c.Op == survey.OpIn) && len(c.Values) > 0 && !slices.ContainsFunc(c.Values, func(v string) bool { return strings.Contains(v, ";") }):
		return c.Field, sign, c.Values, true
	}
	return "", "", nil, false
}

func conjunction(of []survey.Condition) survey.Condition {
	if len(of) == 1 {
		return of[0]
	}
	if len(of) == 0 {
		return survey.Condition{}
	}
	return survey.Condition{Op: survey.OpAnd, Of: of}
}

// readFrame makes one condition of the rows, and of what is written by hand.
func readFrame(v *visit, p *dispatch.Plan, f fields) faults {
	wrong := faults{}
	var all []survey.Condition
	for n := range mostRows {
		at := strconv.Itoa(n)
		field, sign := strings.TrimSpace(f["f"+at]), f["o"+at]
		if field == "" {
			continue
		}
		c := survey.Condition{Op: survey.OpIn, Field: field}
		for value := range strings.SplitSeq(f["v"+at], ";") {
			if value = strings.TrimSpace(value); value != "" {
				c.Values = append(c.Values, value)
			}
		}
		switch {
		case sign == signHas:
			c = survey.Condition{Op: survey.OpPresent, Field: field}
		case len(c.Values) == 0:
			wrong["v"+at] = &survey.Error{Kind: survey.Invalid, Code: survey.CodeFieldValue}
			continue
		case len(c.Values) == 1:
			c.Op = survey.OpEq
		}
		if sign == signNot {
			c = survey.Condition{Op: survey.OpNot, Of: []survey.Condition{c}}
		}
		all = append(all, c)
	}
	if f["reach"] != "" {
		all = append(all, reachable())
	}
	byHand, bad := sampling.ParseCondition(f["eligible"])
	if bad != nil {
		wrong["eligible"] = bad
	} else if byHand.Op != survey.OpTrue {
		all = append(all, byHand)
	}
	if bad == nil {
		p.Spec.Eligible = sampling.FormatCondition(conjunction(all))
		if _, bad := sampling.ParseCondition(p.Spec.Eligible); bad != nil { // too long
			wrong["eligible"] = bad
		}
	}
	days, err := whole(v.lang(), f["rest"], [2]int{0, 730}, 0)
	if err != nil {
		wrong["rest"] = err
	}
	p.Spec.Design.Rest = survey.Span(days) * survey.Span(24*3600*1e9)
	return wrong
}

func (v *visit) showFrame(w templates.Wizard, p dispatch.Proposal) (templates.Screen, error) {
	page := templates.WizardFrame{Wizard: w, By: w.V("by")}
	var err error
	if page.Fields, err = v.fieldsOfList(); err != nil {
		return nil, err
	}
	used := 0
	for n := range mostRows {
		if w.V("f"+strconv.Itoa(n)) != "" {
			used = n + 1
		}
	}
	for n := range min(used+1, mostRows) {
		at := strconv.Itoa(n)
		page.Rows = append(page.Rows, templates.FilterRow{N: n, Field: w.V("f" + at), Sign: w.V("o" + at), Value: w.V("v" + at)})
	}
	if len(w.Faults) == 0 {
		page.Look = v.frameLook(p.Plan, page.By)
	}
	return page, nil
}

// fieldsOfList are the fields that people can be chosen by.
func (v *visit) fieldsOfList() ([]templates.FieldChoice, error) {
	all, err := v.Store.ListFields(v.ctx)
	if err != nil {
		return nil, err
	}
	var out []templates.FieldChoice
	for _, c := range all {
		choice := templates.FieldChoice{Field: c.Field, Text: v.fieldWords(c.Field)}
		for _, value := range c.Values {
			choice.Values = append(choice.Values, templates.Choice{Value: value.Value, Text: value.Value, N: value.N})
		}
		out = append(out, choice)
	}
	if len(out) == 0 {
		out = []templates.FieldChoice{{Field: "unit", Text: v.fieldWords("unit")}}
	}
	return out, nil
}

// fieldWords is what a field is called: ours by its label, a column of the office's own as
// the office says, else by its key.
func (v *visit) fieldWords(field string) string {
	if called := v.attributes().Called(field, v.lang()); called != "" {
		return called
	}
	if words, ok := templates.Words("field."+field, string(v.lang()), nil); ok {
		return words
	}
	if words := v.Templates.Sentence(string(v.lang()), "wizard.cond."+field); words != "" {
		return words
	}
	return strings.ReplaceAll(field, "_", " ")
}

// lookKey names a look: the same for all who look at the same frame and design.
func lookKey(plan dispatch.Plan, by string) string {
	return fmt.Sprintf("frame %q %q %+v", plan.Spec.Eligible, by, plan.Spec.Design)
}
