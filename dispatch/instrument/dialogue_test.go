package instrument

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
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
			} else if got != withoutWords(string(src)) {
				t.Errorf("the transcript is now\n%s", got)
			}
		})
	}
}

// withoutWords is a transcript as this room writes it: the words, which a player adds
// in lines "| ", are those of another.
func withoutWords(src string) string {
	var out strings.Builder
	for line := range strings.Lines(src) {
		if !strings.HasPrefix(line, "|") {
			out.WriteString(line)
		}
	}
	return out.String()
}

// replay runs the inputs of a transcript and writes it anew.
func replay(t *testing.T, src string) (string, survey.Answers) {
	t.Helper()
	var out strings.Builder
	d := &Dialogue{Out: &out}
	for line := range strings.Lines(src) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "# "):
			f := strings.Fields(line)
			d.Questionnaire, d.Mode = example(t, f[1]), survey.Mode(f[2])
			if len(f) > 3 {
				d.GivenName = survey.PersonName(f[3])
			}
			fmt.Fprintln(&out, line)
		case strings.HasPrefix(line, ">"):
			fmt.Fprintln(&out, line)
			d.Take(strings.TrimPrefix(line[1:], " "))
		}
	}
	if strings.Contains(out.String(), OffPath) {
		t.Fatalf("a line is not on the path:\n%s", out.String())
	}
	return out.String(), d.Answers()
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
