// Package intake is the public side of the house over HTTP: a person's own form
// under /r/, the way out under /u/, and what providers tell us under /hook/.
//
// It shows and takes, and decides nothing: what a post, a text or a key does is
// decided by worker/ingest, which stores it first, or keeps it on disk while the
// database is away; what is said comes from dispatch/wording. A GET changes and records nothing, so that a mail program's
// preview or a link scanner is nobody. There are no cookies. One script saves what
// is answered before a button is pressed (templates/static/form.js, save.go); every
// page does all that it does without it. The cases of those who answer just now are
// remembered, never trusted (quick.go, memory.go): every save compares what it was decided
// on with what is stored. Photos and documents are taken only by a page
// that asks for them, once its link is known (files.go, upload.go): what they are is
// for dispatch/attachment to say, and they leave as downloads, never shown.
//
// It may import dispatch/survey, view, instrument, queue, token and wording,
// dispatch/attachment, templates, worker/channel and worker/ingest. It knows no provider's library
// and no SQL: both come through small interfaces.
//
// Read next: intake.go (all routes on one page), show.go, take.go, quick.go, save.go, files.go, hook.go.
package intake
