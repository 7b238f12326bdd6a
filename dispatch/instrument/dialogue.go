package instrument

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"canvass/dispatch/survey"
)

// Dialogue plays a person against a questionnaire in one mode and writes the
// transcript: "> " what the person does, "< " what is said, "= " what is
// stored, "! " the effect. By SMS and voice the inputs are replies and keys,
// "(begin)" and "(silence)"; by SMS "(early) …" is a text that was sent before what we
// said last could be read, "(soon) …" one that came right behind another; spoken into a
// call, "(recording 38)". By web "question: value, value / other words",
// one question filled in per line. It writes the same for the same inputs.
type Dialogue struct {
	Questionnaire *Questionnaire
	Mode          survey.Mode
	GivenName     survey.PersonName // "" if unknown
	Lang          survey.Lang       // "" for the first declared
	Seed          uint64            // of orders drawn by lot
	Today         survey.Date       // where the person is; zero: unknown
	Out           io.Writer
	// Say tells a prompt in the words that the person reads or hears, and Show what a
	// page of the web form asks, after the answers so far; a line "| " each, beneath
	// what is said. Nil tells none.
	Say  func(p Prompt, lang survey.Lang) []string
	Show func(q *Question, a survey.Answers) []string

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
		d.state.Lang, d.Questionnaire = d.Lang, d.Questionnaire.For(d.Seed)
		if d.answers == nil {
			d.answers = survey.Answers{}
		}
	}
	if d.Mode == survey.Web {
		if input != "(begin)" {
			d.fill(input)
		}
		d.show()
		return
	}
	in := Input{GivenName: d.GivenName, Today: d.Today}
	switch {
	case input == "(begin)":
		in.Begin = true
	case input == "(silence)":
		in.Silence = true
	case d.Mode == survey.Voice && recordingInput(input) != "":
		in.Recording = recordingInput(input)
	case d.Mode == survey.Voice:
		in.Keys = input
	default:
		in.Text, in.Early = strings.CutPrefix(input, "(early) ")
		if text, soon := strings.CutPrefix(in.Text, "(soon) "); soon {
			in.Text, in.Soon = text, true
		}
	}
	step := d.Questionnaire.Step(d.state, d.answers, d.Mode, in)
	d.state = step.State
	for _, item := range step.Set {
		d.store(item.Question, item.Answer)
	}
	for _, p := range step.Prompts {
		fmt.Fprintln(d.Out, "<", p.transcribed())
		if d.Say != nil {
			d.words(d.Say(p, step.State.Lang))
		}
	}
	if step.Effect != EffectNone || step.HangUp {
		fmt.Fprintln(d.Out, "!", strings.TrimSpace(string(step.Effect)+map[bool]string{true: " hang_up"}[step.HangUp]))
	}
}

// recordingInput reads "(recording 38)", somebody who speaks for 38 seconds; "" if it is
// another input.
func recordingInput(input string) survey.RecordingID {
	seconds, ok := strings.CutPrefix(strings.TrimSuffix(input, ")"), "(recording ")
	if _, err := strconv.Atoi(seconds); !ok || err != nil {
		return ""
	}
	return survey.NewRecordingID("dialogue", seconds)
}

// fill takes one question of the web form. A name that is not on the path of
// the answers so far is told as such.
func (d *Dialogue) fill(input string) {
	name, field, _ := strings.Cut(input, ":")
	path := d.Questionnaire.Path(d.answers, survey.Web)
	at := named(path, name) // with the choices that are offered now
	if at < 0 {
		fmt.Fprintln(d.Out, "<", OffPath)
		return
	}
	question := path[at]
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

// words writes what is read or heard.
func (d *Dialogue) words(lines []string) {
	for _, line := range lines {
		fmt.Fprintln(d.Out, "|", strings.ReplaceAll(line, "\n", "\n| "))
	}
}

// show tells the web question that stands open now, with the notes before it.
func (d *Dialogue) show() {
	if d.Show == nil {
		return
	}
	for _, q := range d.Questionnaire.Path(d.answers, survey.Web) {
		a := d.answers[q.Name]
		if q.Type != Note && !a.Empty() && a.Missing != survey.MissingNotReached && a.Missing != survey.MissingNotApplicable {
			continue
		}
		if q.Type == Note && d.passed(q) {
			continue
		}
		d.words(d.Show(q, d.answers))
		if q.Type != Note {
			return
		}
	}
}

// passed reports whether a note was read before: it stands before a question that
// is answered.
func (d *Dialogue) passed(note *Question) bool {
	path := d.Questionnaire.Path(d.answers, survey.Web)
	at := named(path, note.Name)
	return slices.ContainsFunc(path[at:], func(q *Question) bool { a := d.answers[q.Name]; return q.Type != Note && !a.Empty() })
}

// named is where the question of a name stands, -1 if it does not.
func named(path []*Question, name string) int {
	return slices.IndexFunc(path, func(q *Question) bool { return q.Name == name })
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
