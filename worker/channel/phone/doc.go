// Package phone sends texts and calls through Twilio, reads what Twilio sends
// back, and writes the documents (TwiML) that a call follows. It is the only room
// that knows twilio-go, and of that only its v2010 and client packages.
//
// twilio-go takes no context and has its address built in. Both are put right
// below it, by an http.RoundTripper made for each request (wire.go), which also
// remembers whether a connection had been in hand: until then nothing can have
// left, and afterwards only an answer tells. API 2010-04-01 has no idempotency
// key, so what was not answered is Unknown, and Find looks for it in the listing.
//
// It decides nothing about people: which prompt follows which key is
// worker/ingest, which addresses a webhook has is worker/intake. It writes no
// log, and no error of it holds a number or a sentence of the provider's, only
// codes.
//
// It may import worker/channel, dispatch/survey and dispatch/smstext.
//
// Read next: codes.go (the one table of error codes), status.go (the tables of
// what became of a message or a call), send.go, find.go, receive.go, speak.go.
package phone
