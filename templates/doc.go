// Package templates holds everything a person sees: the pages of the
// respondent's form, the mails, the SMS and the voice script, and the words for
// every code, reason and state, in Vietnamese and English.
//
// A sentence stands once, in a catalogue file, with its two languages under
// each other and merge fields in braces, as in
//
//	[S31]
//	vi: {ten_gui}: Đã ghi nhận. …
//	en: {ten_gui}: noted. …
//
// A key that ends in ".duty" replaces its namesake in a duty report. The HTML
// and text files hold structure only and fetch their sentences with say, so a
// translation can be complete or it does not start: New refuses a sentence
// without its twin, or with a merge field outside the closed list of Fields.
//
// It is not a place for decisions. Which message is due, what a reply meant and
// what a question asks is decided elsewhere; dispatch/wording turns those
// decisions into the structs of this package. Simulators have their own pages.
//
// It imports the standard library only and nothing of ours: codes come in as
// strings, and a test in dispatch/wording holds the two lists together.
//
// Read next: set.go (how a page is written; kept.go: pages drawn once for many), form.go and letter.go (the
// structs), fields.go (the merge fields), then dispatch/wording.
package templates
