package instrument

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"canvass/dispatch/survey"
)

var update = flag.Bool("update", false, "write the dialogues as they are now")

// A dialogue in testdata is a transcript: "> " what the person does, "< " what
// is said, "= " what is stored, "! " the effect. Its first line names the
// questionnaire, the mode and, after them, the person's given name.
// In the web mode the person fills in one question per line.
func TestDialogues(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) < 9 {
		t.Fatalf("%d dialogues: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got, _ := replay(t, string(src))
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if got != string(src) {
				t.Errorf("the transcript is now\n%s", got)
			}
		})
	}
}

// replay runs the inputs of a transcript and writes it anew.
func replay(t *testing.T, src string) (string, survey.Answers) {
	t.Helper()
	d := &dialogue{answers: survey.Answers{}}
	for line := range strings.Lines(src) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "# "):
			f := strings.Fields(line)
			d.q, d.mode = example(t, f[1]), survey.Mode(f[2])
			if len(f) > 3 {
				d.name = survey.PersonName(f[3])
			}
			fmt.Fprintln(&d.out, line)
		case strings.HasPrefix(line, ">"):
			fmt.Fprintln(&d.out, line)
			d.take(t, strings.TrimPrefix(line[1:], " "))
		}
	}
	return d.out.String(), d.answers
}

type dialogue struct {
	q       *Questionnaire
	mode    survey.Mode
	name    survey.PersonName
	state   State
	answers survey.Answers
	out     strings.Builder
}

func (d *dialogue) take(t *testing.T, input string) {
	t.Helper()
	if d.mode == survey.Web {
		d.fill(t, input)
		return
	}
	in := Input{GivenName: d.name}
	switch {
	case input == "(begin)":
		in.Begin = true
	case input == "(silence)":
		in.Silence = true
	case d.mode == survey.Voice:
		in.Keys = input
	default:
		in.Text = input
	}
	step := d.q.Step(d.state, d.answers, d.mode, in)
	d.state = step.State
	for _, item := range step.Set {
		d.store(item.Question, item.Answer)
	}
	for _, p := range step.Prompts {
		fmt.Fprintln(&d.out, "<", spoken(p))
	}
	if step.Effect != EffectNone || step.HangUp {
		fmt.Fprintln(&d.out, "!", strings.TrimSpace(string(step.Effect)+map[bool]string{true: " hang_up"}[step.HangUp]))
	}
}

// fill reads "question: value, value / other words" as the web form does.
func (d *dialogue) fill(t *testing.T, input string) {
	t.Helper()
	name, field, _ := strings.Cut(input, ":")
	question, ok := d.q.Question(name)
	if !ok || !slices.Contains(d.q.Path(d.answers, survey.Web), question) {
		t.Fatalf("%s is not on the path", name)
	}
	field, other, _ := strings.Cut(field, "/")
	ans, words, err := question.ReadForm(strings.Split(field, ","), other)
	if err != nil {
		fmt.Fprintln(&d.out, "<", err.Code)
		return
	}
	d.store(name, ans)
	if words != "" {
		d.store(question.OtherName(), survey.Answer{Value: words})
	}
	if d.q.Progress(d.answers, survey.Web).Done {
		fmt.Fprintln(&d.out, "< thanks")
	}
}

func (d *dialogue) store(name string, ans survey.Answer) {
	d.answers = d.q.Set(d.answers, name, ans)
	fmt.Fprintf(&d.out, "= %s = %s%s\n", name, string(ans.Value), ans.Missing)
}

// spoken is one prompt in a transcript.
func spoken(p Prompt) string {
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

// The same answers by any mode store the same items.
func TestModesStoreTheSame(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"monthly", "urgent-storm", "urgent-prices"} {
		q := example(t, name+".yaml")
		var first survey.Answers
		for _, m := range []survey.Mode{survey.TextMode, survey.Voice, survey.Web} {
			src, err := os.ReadFile("testdata/" + name + "." + string(m) + ".txt")
			if err != nil {
				t.Fatal(err)
			}
			_, answers := replay(t, string(src))
			core := survey.Answers{}
			for _, question := range q.Path(answers, survey.TextMode) {
				core[question.Name] = answers[question.Name]
			}
			if !q.Progress(answers, m).Done || !q.Progress(answers, m).Keys {
				t.Errorf("%s by %s: %+v", name, m, q.Progress(answers, m))
			}
			if first == nil {
				first = core
			}
			for question, ans := range core {
				if first[question] != ans || ans.Empty() {
					t.Errorf("%s by %s: %s is %q, by SMS %q", name, m, question, string(ans.Value), string(first[question].Value))
				}
			}
		}
	}
}
