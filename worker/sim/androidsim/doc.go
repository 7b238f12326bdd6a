// Package androidsim is a stranger that behaves like a phone with "SMS Gateway for
// Android" on it, or like that project's private server with such a phone behind
// it: the REST calls for messages, webhooks and devices, webhooks signed and tried
// again as the phone does, and any number of handsets that get texts and write
// back. It exists so that nobody needs a phone, a SIM or a network to see a survey
// answered by text.
//
// It is not a mock of our own code: it imports nothing of the module. It is not a
// load generator either, and never leaves the machine: it listens on loopback only
// and refuses to post to any other host.
//
// Both modes are served at once: local mode at [Sim.URL], server mode at
// [Sim.ServerURL].
//
// # Misbehaviour
//
// The last four digits of the destination decide what goes wrong; [Behaviours] is
// the whole table. A few examples: …9003 is never reached, …9008 is taken without
// an answer to the API call, …9010 tells every event twice, …9012 tells it late.
// Every other number is a handset in order. [Sim.SetAway] switches the phone off.
// [Sim.Hold] keeps events back, and [Sim.Release] tells them in any order, as often
// as is wished.
//
// # What is simplified
//
//   - One account. Several phones share it when Config.Devices names them; they
//     behave alike.
//   - No limits of the phone (delay between messages, messages a period): each text
//     leaves on its own.
//   - No encryption, scheduling, priorities, data messages or MMS, settings, logs,
//     tokens (JWT).
//   - Messages are kept until Close; Config.MaxRecords bounds their number, and
//     beyond it creation is refused with 503. Bodies are limited to 64 KiB.
//
// # Where to read next
//
// config.go for the settings, behaviour.go for the table, message.go for the life
// of a text, hook.go for what our webhook sees, handset.go for what people do, web.go for
// the page of a handset.
package androidsim
