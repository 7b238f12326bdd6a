package instrument

import (
	"os"
	"strings"
	"testing"

	"canvass/dispatch/survey"
)

// The example of the README is a questionnaire, and every type is named there.
func TestTheReadmesQuestionnaireParses(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(readme), "## Write a questionnaire")
	_, src, _ := strings.Cut(section, "```yaml\n")
	src, _, _ = strings.Cut(src, "```")
	q := parsed(t, src)
	if got := names(q.Path(survey.Answers{"co_tre": {Value: "1"}}, survey.Web)); got != "co_tre so_tre truong_gv truong_cs can" {
		t.Errorf("path %s", got)
	}
	_, types, _ := strings.Cut(section, "Types: ")
	types, _, _ = strings.Cut(types, ". `kind`")
	have := strings.Split(strings.ReplaceAll(types, "\n", " "), ", ")
	for _, name := range strings.Split(typeNames, ", ") {
		if !contains(have, name) {
			t.Errorf("the README does not name %s", name)
		}
	}
}
