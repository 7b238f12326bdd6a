package wording

import (
	"canvass/dispatch/smstext"
	"canvass/dispatch/survey"
)

// Check returns what the linter finds in the form in which a Vietnamese text
// would be sent by SMS. An English text has no diacritics to lose.
func Check(lang survey.Lang, text string) []smstext.Finding {
	if lang == survey.English {
		return nil
	}
	return smstext.Lint(smstext.Fold(smstext.Normalize(text)))
}
