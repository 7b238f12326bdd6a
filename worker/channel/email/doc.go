// Package email hands mail to an SMTP server, one recipient per message, over
// connections that are kept and used again. It is the only room that knows
// go-mail.
//
// go-mail builds the message and speaks SMTP (its smtp.Client); this package
// walks the commands itself instead of calling Client.Send, for three reasons:
// the limit of a message (SendBefore, the context) is checked before each
// command; every failure is known by the command that met it, which decides
// whether the mail may have left; and a handshake that fails closes its socket.
// No RSET or NOOP follows an accepted message, so nothing can fail after it.
//
// The one instant of doubt is the final dot. Before it nothing is handed over,
// and every failure says so; between the dot and its reply a lost connection
// leaves the outcome unknown.
//
// It also reads the mails that come back (Reader): reports for programs and in
// sentences, complaints, answers of machines and of people. That is pure and
// bounded, and knows nothing of campaigns: whose mail came back is told by marks
// that worker/ingest verifies. What a refusal means is read by the same rules at
// the hand-over and in a report days later.
//
// It writes no log, and no error of it holds an address or a server's sentence
// (sentences like to repeat the address): only reply codes and the phase.
//
// It may import worker/channel, dispatch/survey and dispatch/smstext.
//
// Read next: verdict.go and classify.go (what each refusal means), conn.go (one
// delivery), pool.go, letter.go (the headers), read.go (mail that comes in).
package email
