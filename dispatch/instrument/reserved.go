package instrument

// ValidCode reports whether code can be the code of a choice: letters, digits,
// "_" and "-", at most 32, and no keyword of ours or of a provider.
func ValidCode(code string) bool { return codeForm.MatchString(code) && !isReservedCode(code) }

// ValidName reports whether name can be the name of a question.
func ValidName(name string) bool { return nameForm.MatchString(name) }
