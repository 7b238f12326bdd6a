package instrument

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"canvass/dispatch/survey"
)

// Dialogue plays a person against a questionnaire in one mode and writes the
// transcript: "> " what the person does, "< " what is said, "= " what is
// stored, "! " the effect. By SMS and voice the inputs are replies and keys,
// "(begin)" and "(silence)"; by web "question: value, value / other words",
// one question filled in per line. It writes the same for the same inputs.
type Dialogue struct {
	Questionnaire *Questionnaire
	Mode          survey.Mode
	GivenName     survey.PersonName // "" if unknown
	Lang          survey.Lang       // "" for the first declared
	Out           io.Writer

	state   State
	answers survey.Answers
	begun   bool
}

// Answers are what was answered so far. They are not to be changed.
func (d *Dialogue) Answers() survey.Answers { return d.answers }

// Take plays one input and writes what follows from it, without the input
// itself.
func (d *Dialogue) Take(input string) {
	if !d.begun {
		d.begun = true
		d.state.Lang = d.Lang
		if d.answers == nil {
			d.answers = survey.Answers{}
		}
	}
	if d.Mode == survey.Web {
		d.fill(input)
		return
	}
	in := Input{GivenName: d.GivenName}
	switch {
	case input == "(begin)":
		in.Begin = true
	case input == "(silence)":
		in.Silence = true
	case d.Mode == survey.Voice:
		in.Keys = input
	default:
		in.Text = input
	}
	step := d.Questionnaire.Step(d.state, d.answers, d.Mode, in)
	d.state = step.State
	for _, item := range step.Set {
		d.store(item.Question, item.Answer)
	}
	for _, p := range step.Prompts {
		fmt.Fprintln(d.Out, "<", p.transcribed())
	}
	if step.Effect != EffectNone || step.HangUp {
		fmt.Fprintln(d.Out, "!", strings.TrimSpace(string(step.Effect)+map[bool]string{true: " hang_up"}[step.HangUp]))
	}
}

// fill takes one question of the web form. A name that is not on the path of
// the answers so far is told as such.
func (d *Dialogue) fill(input string) {
	name, field, _ := strings.Cut(input, ":")
	path := d.Questionnaire.Path(d.answers, survey.Web)
	at := slices.IndexFunc(path, func(q *Question) bool { return q.Name == name })
	if at < 0 {
		fmt.Fprintln(d.Out, "<", OffPath)
		return
	}
	question := path[at] // with the choices that are offered
	field, other, _ := strings.Cut(field, "/")
	ans, words, err := question.ReadForm(strings.Split(field, ","), other)
	if err != nil {
		fmt.Fprintln(d.Out, "<", err.Code)
		return
	}
	d.store(name, ans)
	if words != "" {
		d.store(question.OtherName(), survey.Answer{Value: words})
	}
	if d.Questionnaire.Progress(d.answers, survey.Web).Done {
		fmt.Fprintln(d.Out, "< thanks")
	}
}

// OffPath is what a transcript says when a line names no question of the path.
const OffPath = "not_on_path"

func (d *Dialogue) store(name string, ans survey.Answer) {
	d.answers = d.Questionnaire.Set(d.answers, name, ans)
	fmt.Fprintf(d.Out, "= %s = %s%s\n", name, string(ans.Value), ans.Missing)
}

// transcribed is one prompt in a transcript.
func (p Prompt) transcribed() string {
	s := string(p.Kind)
	if p.Question != "" {
		s += fmt.Sprintf(" %s %d/%d, %d left", p.Question, p.Number, p.Of, p.Left)
	}
	if p.Reason != "" {
		s += " (" + p.Reason + ")"
	}
	if a := p.Args["a"]; a != "" {
		s += " A " + a + " B " + p.Args["b"]
	}
	return s
}
