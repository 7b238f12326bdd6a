package main

import (
	"testing"

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
