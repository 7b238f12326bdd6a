package wording

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/templates"
)

// Frame returns what every page of the form shares; the caller sets its
// addresses.
func (w *Wording) Frame(c Context) templates.Frame {
	f := c.Fields()
	if c.lang() == string(survey.Vietnamese) {
		f.Address = "Ông/Bà" // the holder of a link is not known to be the person
	}
	f.Name = ""
	return templates.Frame{Tongue: c.tongue(), Fields: f, Sealed: c.sealed()}
}

// Start returns the first page; the caller sets the addresses of frame (from
// Frame) and the pick. It goes on where answers exist.
func (w *Wording) Start(c Context, frame templates.Frame) (templates.Start, error) {
	page := templates.Start{Frame: frame, Monthly: c.Monthly(), Resume: c.Progress.Answered > 0 && frame.When != ""}
	if c.Questionnaire != nil {
		page.Intro = c.Questionnaire.Intro.In(c.Lang)
	}
	var err error
	if page.Keep, err = w.keep(c, "web"); err != nil {
		return page, fmt.Errorf("wording: start: %w", err)
	}
	if page.Why, err = w.why(c, "start.you", frame.Fields); err != nil {
		return page, fmt.Errorf("wording: start: %w", err)
	}
	return page, nil
}

// Typed is what a person has just sent for one question; nil values mean that
// the stored answers are shown.
type Typed struct {
	Values []string
	Other  string
	Fault  *survey.Error // of Question.ReadForm
}

// Asked returns the question q as a page shows it.
func (w *Wording) Asked(c Context, q *instrument.Question, a survey.Answers, typed Typed) templates.Asked {
	fill := c.fill(q, a)
	out := templates.Asked{
		Name: q.Name, Kind: templates.Kind(q.Type), Label: instrument.Pipe(q.Label.In(c.Lang), fill), Hint: instrument.Pipe(q.Hint.In(c.Lang), fill),
		MaxRunes: q.MaxLength, MaxSize: q.MaxSize, Required: q.Required, Error: fault(c, q, typed.Fault),
		Range: templates.Range{Min: c.figure(q.Number(q.Min)), Max: c.figure(q.Number(q.Max)),
			Low: q.Low.In(c.Lang), High: q.High.In(c.Lang)},
	}
	if q.Matrix != "" {
		out.Label, out.Within = instrument.Pipe(q.Row.In(c.Lang), fill), instrument.Pipe(q.Stem.In(c.Lang), fill)
	}
	if q.Type == instrument.Date {
		out.Range = templates.Range{Min: q.From.String(), Max: q.To.String()}
	}
	if q.Type == instrument.Scale && !q.Numeric() || q.Type == instrument.Acknowledge {
		out.Kind = templates.KindSingle // labelled steps are rows
	}
	if q.Type == instrument.Multiple && q.MaxChoices < together(q) {
		out.MaxCount = q.MaxChoices
	}
	values, other := typed.Values, typed.Other
	if values == nil {
		if values, other = stored(q, a); a[q.Name].Empty() {
			values = q.Preset()
		}
	}
	if _, spoken := a[q.Name].Recorded(); spoken && q.Record > 0 {
		note, _ := templates.Words("mine.spoken.kept", c.lang(), nil)
		out.Hint = strings.TrimSpace(out.Hint + " " + note)
	}
	switch q.Type {
	case instrument.Integer, instrument.Decimal, instrument.Text, instrument.Date:
		out.Value = open(q, values)
	case instrument.Ranking:
		out.MaxCount = q.MaxChoices
	case instrument.Attachment:
		out.MaxCount, out.Accept = q.MaxChoices, q.Accepted()
		out.Options = attached(c, q, a, values)
	}
	if q.Type == instrument.Scale && q.Numeric() {
		out.Options = steps(q, values)
	}
	shown, sure := q.Order(c.Seed), -1
	if q.Typed() {
		out.Typed, out.MaxCount = true, q.MaxChoices
		shown, out.Value = q.Hits(values)
		if found, _ := q.Find(out.Value); len(found) == 1 {
			sure = found[0] // the only hit is shown as chosen
		}
	}
	for _, i := range shown {
		o := c.option(q, i, values)
		o.Checked = o.Checked || i == sure
		if o.Opens != "" {
			o.Said = other
		}
		out.Options = append(out.Options, o)
	}
	return out
}

// option is choice i of q as a page shows it.
func (c Context) option(q *instrument.Question, i int, values []string) templates.Option {
	choice := &q.Choices[i]
	o := templates.Option{Code: q.FormValue(choice), Label: choice.Label.In(c.Lang), Quiet: choice.Missing != "",
		Checked: slices.Contains(values, q.FormValue(choice))}
	if q.Type == instrument.Ranking && choice.Missing == "" {
		o.Places = placesOf(q, choice, values)
	}
	if choice.Other {
		o.Opens = q.OtherName()
	}
	return o
}

// together is how many choices of q can be chosen beside each other.
func together(q *instrument.Question) int {
	n := 0
	for i := range q.Choices {
		if !q.Choices[i].Exclusive && q.Choices[i].Missing == "" {
			n++
		}
	}
	return n
}

// fill is what the texts of a question hold for this person.
func (c Context) fill(q *instrument.Question, a survey.Answers) map[string]string {
	if c.Questionnaire == nil {
		return nil
	}
	return c.Questionnaire.Fill(q, a, c.Lang)
}

// placesOf are the places that a choice can have in a ranking.
func placesOf(q *instrument.Question, choice *instrument.Choice, values []string) []templates.Option {
	var out []templates.Option
	for n := 1; n <= q.MaxChoices; n++ {
		code := instrument.Ranked(n, choice.Code)
		out = append(out, templates.Option{Code: code, Label: strconv.Itoa(n), Checked: slices.Contains(values, code)})
	}
	return out
}

// mostSteps is the longest row of numbers that a page draws.
const mostSteps = 21

// steps are the numbers of a scale, from Min to Max.
func steps(q *instrument.Question, values []string) []templates.Option {
	var out []templates.Option
	for n := q.Min; n <= q.Max && n < q.Min+mostSteps; n++ {
		code := strconv.FormatInt(n, 10)
		out = append(out, templates.Option{Code: code, Label: code, Checked: slices.Contains(values, code)})
	}
	return out
}

// open is the value of a text or number field; a missing reason is a box.
func open(q *instrument.Question, values []string) string {
	for _, v := range values {
		boxed := slices.ContainsFunc(q.Choices, func(c instrument.Choice) bool { return q.FormValue(&c) == v })
		if !boxed {
			return v
		}
	}
	return ""
}

// stored turns the stored answer into the values of the field.
func stored(q *instrument.Question, a survey.Answers) (values []string, other string) {
	other = string(a[q.OtherName()].Value)
	ans := a[q.Name]
	if ans.Missing != "" {
		for i := range q.Choices {
			if q.Choices[i].Missing == ans.Missing {
				return []string{q.FormValue(&q.Choices[i])}, other
			}
		}
		return nil, other
	}
	switch q.Type {
	case instrument.Multiple, instrument.Single:
		for _, code := range strings.Fields(string(ans.Value)) {
			if choice, ok := q.Choice(code); ok {
				code = q.FormValue(choice)
			}
			values = append(values, code)
		}
		return values, other
	case instrument.Attachment:
		return strings.Fields(string(ans.Value)), other
	case instrument.Ranking:
		for i, code := range strings.Fields(string(ans.Value)) {
			values = append(values, instrument.Ranked(i+1, code))
		}
		return values, other
	}
	if _, spoken := ans.Recorded(); ans.Value == "" || spoken && q.Record > 0 {
		return nil, other
	}
	return []string{string(ans.Value)}, other
}

// fault is the sentence under the field, with its remedy.
func fault(c Context, q *instrument.Question, e *survey.Error) string {
	if e == nil {
		return ""
	}
	code, args := string(e.Code), map[string]string{}
	for k, v := range e.Args {
		args[k] = v
	}
	switch e.Code {
	case survey.CodeAnswerConstraint:
		args["message"] = q.ConstraintMessage.In(c.Lang)
	case survey.CodeAnswerRequired:
		if said := q.RequiredMessage.In(c.Lang); said != "" {
			return said
		}
		refusable := slices.ContainsFunc(q.Choices, func(c instrument.Choice) bool { return c.Missing == survey.MissingRefused })
		switch {
		case q.Type == instrument.Integer || q.Type == instrument.Decimal || q.Type == instrument.Date || q.Type == instrument.Text:
			code += "_open"
		case q.Type == instrument.Attachment:
			code += "_file"
		case !refusable:
			code += "_choice"
		}
	case survey.CodeAnswerTooMany:
		have, err1 := strconv.Atoi(args["value"])
		most, err2 := strconv.Atoi(args["max"])
		if err1 == nil && err2 == nil && have > most {
			args["over"] = strconv.Itoa(have - most)
		}
	case survey.CodeAnswerExclude:
		if choice, ok := q.Choice(args["choice"]); ok {
			args["choice"] = choice.Label.In(c.Lang)
		}
	}
	words, _ := templates.Words(code, c.lang(), args)
	return words
}

// Given lists the answers of the web path in words, for the person to look at.
func (w *Wording) Given(c Context, a survey.Answers) []templates.Given {
	if c.Questionnaire == nil {
		return nil
	}
	var out []templates.Given
	for _, q := range c.Questionnaire.Path(a, survey.Web) {
		ans := a[q.Name]
		if q.Type == instrument.Note || ans.Empty() || ans.Missing == survey.MissingSkipped {
			continue
		}
		out = append(out, templates.Given{Question: instrument.Pipe(q.Label.In(c.Lang), c.fill(q, a)), Answer: said(c, q, a)})
	}
	return out
}

// said is the stored answer in words.
func said(c Context, q *instrument.Question, a survey.Answers) string {
	if _, spoken := a[q.Name].Recorded(); spoken && q.Record > 0 {
		words, _ := templates.Words("mine.spoken", c.lang(), nil)
		return words
	}
	values, other := stored(q, a)
	var out []string
	for _, v := range values {
		label := v
		if q.Type == instrument.Attachment {
			label = fileLabel(c, v)
		}
		for i := range q.Choices {
			if q.FormValue(&q.Choices[i]) != v {
				continue
			}
			label = q.Choices[i].Label.In(c.Lang)
			if q.Choices[i].Other && other != "" {
				label += ": " + other
			}
		}
		out = append(out, label)
	}
	return strings.Join(out, "; ")
}
