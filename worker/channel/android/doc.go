// Package android sends and receives texts through an ordinary SIM in a phone that
// runs "SMS Gateway for Android" (capcom6, open source), because Twilio carries no
// replies in Viet Nam. The phone is asked directly (local mode, http on the office's
// own network) or through a server of the office's own (private server, base path
// /3rdparty/v1); both speak the same language, and which one it is, is only an
// address to us. The project's public cloud works too, and is not meant: texts and
// numbers would lie with a stranger.
//
// What it builds on, and how sure that is:
//
//   - A message takes an id of ours (36 characters at most), and the server refuses
//     a second one with HTTP 409: read in the server's source. So a retry is no
//     repeat, and GET of the id resolves doubt exactly. The phone's own app throws
//     the same conflict; that it answers 409 too was not read, and an answer of 500
//     is doubt to us, which GET resolves.
//   - The id is one per device: with several phones on one account and none chosen,
//     the server draws one at random (read), and a retry may go to another. The
//     doctor refuses that.
//   - 503 says that limits of the queue are exceeded, 400 that the number, or the
//     choice of a phone, is wrong (read; the words of the error are matched loosely).
//   - A text that waited longer than its ttl fails on the phone with "TTL expired"
//     (read). If the phone never comes back, nobody says anything.
//   - The phone itself calls the webhook, signs body and time with HMAC-SHA256, and
//     tries again on anything but 2xx, after 10, 20, 40, … seconds, some two days
//     long (read; the count can be set on the phone). Late and repeated events are
//     normal, so nothing is refused for its age.
//   - An incoming text has a 32-bit hash of its content for an id, which is no
//     identity: it is told apart by phone, time and text. The time is the message
//     centre's, in whole seconds. Parts of a long text are joined by the phone (read).
//   - Of a long text of ours each part is reported alone under the one id (its
//     documentation); what the first report says is taken for all of it.
//   - A phone sends what waits newest first unless it is set to FIFO (read). Android
//     asks its owner after 30 texts of one app in a minute (read in AOSP), which is
//     the same as a stop on a phone that nobody looks at.
//
// Nothing was tried against a real phone.
//
// It decides nothing about people, and knows no database. It writes no log, and no
// error of it holds a number, a text or a sentence of the gateway's, only codes.
//
// It may import worker/channel, dispatch/survey and dispatch/smstext.
//
// Read next: id.go (how a message is known again), send.go, receive.go, reasons.go
// (the one table of the phone's failures).
package android
