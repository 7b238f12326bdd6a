// Package wording turns a decision into words: the mail of a step, the SMS or
// the spoken sentences of a turn, the parts of a page that come from the
// questionnaire. Worker, public pages, dry run and previews all speak through
// it, so that what is previewed is what leaves.
//
// It decides which sentence fits (a survey or a duty report, drawn or all
// invited, a sender that can receive or not, one segment or two) and never what
// happens next: that is protocol for contacts and instrument for turns. The
// sentences themselves stand in templates.
//
// It may import survey, instrument, smstext and templates. It is pure: its
// clock is Context.Now, and it opens nothing.
//
// Read next: context.go (what must be known), mail.go, sms.go, voice.go, page.go.
package wording
