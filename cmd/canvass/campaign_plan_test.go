package main

import (
	"reflect"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"canvass/dispatch"
	"canvass/dispatch/survey"
)

func TestLintsHaveWords(t *testing.T) {
	t.Parallel()
	for _, lang := range []survey.Lang{survey.Vietnamese, survey.English} {
		a := &app{lang: lang}
		for _, code := range dispatch.LintCodes() {
			if a.label("lint", string(code)) == string(code) {
				t.Errorf("%s has no words in %s", code, lang)
			}
		}
	}
}

func TestReadPercent(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]float64{"": 0, "30%": 0.3, "30": 0.3, "12,5%": 0.125, "100": 1, "0": 0} {
		if got, ok := readPercent(text); !ok || got != want {
			t.Errorf("%q is %v, %v", text, got, ok)
		}
	}
	for _, text := range []string{"101", "-1", "NaN", "many", "%"} {
		if got, ok := readPercent(text); ok {
			t.Errorf("%q is %v", text, got)
		}
	}
}

// The help names every key of --json.
func TestPlanHelpNamesItsKeys(t *testing.T) {
	t.Parallel()
	for _, lang := range []survey.Lang{survey.Vietnamese, survey.English} {
		help := (&app{lang: lang}).campaignPlan().Long
		for f := range reflect.TypeFor[dispatch.Forecast]().Fields() {
			key, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if key != "-" && !regexp.MustCompile(`\b`+key+`\b`).MatchString(help) {
				t.Errorf("%s: %s is not in the help", lang, key)
			}
		}
		for line := range strings.Lines(help) {
			if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > 80 {
				t.Errorf("%s: %d columns: %s", lang, n, line)
			}
		}
	}
}
