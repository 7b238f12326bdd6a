// Package postbox is where mail comes in: an LMTP server (RFC 2033) to which the
// office's own mail server hands what arrives for the bounce domain. It is the
// only room of the product that knows go-smtp.
//
// A recipient is taken only if its address is ours: a bounce address with a mark
// that worker/ingest's keys made, or one of the few that every domain has to have.
// A mail is acknowledged, for each recipient on its own, when its row of the inbox
// is committed and not before; while the database is away the answer is 451, and
// the mail server keeps the mail and comes again. The same mail brought twice is
// one row.
//
// It reads no mail: what it means is for worker/ingest. It is reached from this
// machine only (a loopback address or a Unix socket), asks for no password, and
// bounds sizes, times and connections. No log line of it holds an address.
//
// It may import dispatch/survey, dispatch/token and worker/channel; worker/ingest
// comes in through a small interface.
//
// Read next: session.go (one conversation), identity.go (what makes a mail the
// same mail).
package postbox
