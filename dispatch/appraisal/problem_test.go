package appraisal

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"canvass/templates"
)

// What the reader of questionnaires finds wrong is said in words of both languages; only
// the names of keys stand as they are.
func TestEveryProblemHasWords(t *testing.T) {
	t.Parallel()
	files, _ := filepath.Glob("../instrument/*.go")
	keys := []string{"not_understood", "accept"}
	n := 0
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`"problem", "([^"]+)"`).FindAllStringSubmatch(string(src), -1) {
			n++
			key := "problem." + regexp.MustCompile(`[^a-z0-9]`).ReplaceAllString(m[1], "_")
			if vi, ok := templates.Words(key, "vi", nil); !strings.Contains(strings.Join(keys, " "), m[1]) && (!ok || vi == m[1]) {
				t.Errorf("%s: [%s] has no words", file, key)
			}
		}
	}
	if n < 30 {
		t.Errorf("only %d problems were found", n)
	}
}
