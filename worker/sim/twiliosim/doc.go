// Package twiliosim is a stranger that behaves like Twilio: the REST calls for
// Messages and Calls that twilio-go makes, status callbacks and inbound webhooks
// signed as Twilio signs them, an interpreter of voice TwiML, and a web page with
// one phone per number. It exists so that nobody needs an account, a phone or a
// network to see a campaign go out and come back.
//
// It is not a mock of our own code: it imports nothing of the module and knows it
// only by the addresses that API calls carry. It is not a load generator either,
// and it never leaves the machine: it listens on loopback only and refuses to post
// to any other host.
//
// # Misbehaviour
//
// The last four digits of the destination decide what goes wrong; [Behaviours] is
// the whole table. A few examples: …9003 is never reached (30003), …9008 is taken
// without an answer to the API call, …9010 hears every callback twice, …9101 is
// busy. Every other number is a patient phone: messages arrive, calls ring until
// somebody answers.
//
// # Time
//
// Prompts take no time: a person, a program ([Sim.Subscribe], [Sim.Press], …) or
// the page decides when a call goes on. Only ringing and waiting for keys have real
// limits (Config.RingTimeout, Config.GatherTimeout). Delays between states are some
// milliseconds and can be set. A person who reads the page needs longer than most
// documents grant: set GatherTimeout to a minute for a demonstration.
//
// # What is simplified
//
//   - No Messaging Services, scheduling, media, prices or pacing (calls per second).
//   - A live call can be ended through the API, not redirected.
//   - Webhook redirects are not followed (11200). Of the connection overrides rc,
//     rp, rt and tt are honoured, ct only as a retry policy.
//   - Twilio's own English confirmation of STOP is not sent; the block is kept.
//   - Only XML content types are taken as TwiML (12300 for others).
//   - A message without date_sent is filtered by its creation time.
//
// # Memory
//
// Messages and calls are kept until Close, because a simulator that forgets would
// make the balance lie. Their number is bounded by Config.MaxRecords; beyond it
// creation is refused with HTTP 503. Request bodies and documents are limited to
// 64 KiB, the error list to 1,000 entries, a call to 500 documents and 100 lines of
// transcript. A subscriber's queue grows with what it has not read, which is
// bounded by the same limits.
//
// # Where to read next
//
// config.go for the settings, behaviour.go for the table, message.go and call.go
// for the two lives, hook.go for what our webhooks see, web.go for the page.
package twiliosim
