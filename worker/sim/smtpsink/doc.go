// Package smtpsink is a real SMTP server that keeps mail, shows it, and
// misbehaves on command. Tests run it in their own process; the demo runs it
// beside the product, so that nobody needs a mail account to see a survey go
// out.
//
// It is a stranger to the house: it speaks SMTP and HTTP, knows nothing of
// surveys, and imports nothing of ours. It relays nothing: no mail that enters
// ever leaves the machine. What it writes itself about a mail, a Handover brings
// to an LMTP server on this machine, as the mail server of an office would.
//
// # Misbehaviour by address
//
// The local part of a RCPT address asks for it, either whole (bounce@x.example)
// or after its last plus sign (lan.nguyen+bounce@x.example), in any case.
// "First time" is counted per tag and Message-ID, so a repeated attempt of the
// same mail meets the next chapter of the story; a mail without a Message-ID is
// known by the hash of its bytes.
//
//	tag         when         what the server does
//	bounce      RCPT         550 5.1.1, always
//	policy      RCPT         550 5.7.1, always
//	full        RCPT         452 4.2.2, always: a full mailbox stays full
//	greylist    end of DATA  450 4.7.1 the first time, then accepts
//	greylist2   end of DATA  450 4.7.1 the first two times, then accepts
//	busy421     end of DATA  421 4.3.2 and closes the first time, then accepts
//	dropbefore  end of DATA  closes without a reply and without the mail the first time, then accepts
//	dropafter   end of DATA  keeps the mail and closes without a reply the first time;
//	                         later copies are accepted and counted as repeats
//	slow        end of DATA  keeps the mail, then waits Config.SlowDelay before its 250
//	latebounce  end of DATA  accepts, and after Config.BounceDelay hands an RFC 3464
//	                         report (failed, 5.1.1) to Config.OnBounce
//	latesoft, latefull, latepolicy
//	                         the same with failed 4.4.7, failed 5.2.2, failed 5.7.1
//	latedelayed              the same with delayed 4.4.1
//	autoreply                the same with a holiday notice (RFC 3834)
//	complaint                the same with an RFC 5965 complaint, for abuse@ the domain
//	                         of the envelope sender
//
// What depends on the Message-ID can only happen at the end of DATA, since only
// then has the server read it. If a mail has several recipients with such a
// tag, the first of them decides; what follows later, follows for every recipient.
//
// # What it remembers
//
// Mails are kept up to Config.Keep and Config.KeepBytes, oldest forgotten first.
// Counts and the tally per Message-ID are never forgotten (about 150 bytes per
// mail). A subscriber who lags behind holds on to what it has not read yet and
// so loses nothing.
//
// # Over HTTP, on loopback only
//
//	GET /                      the mailbox for people; ?lang=en for English
//	GET /api/messages          {"messages":[…],"last":SEQ}; ?to=ADDR &after=SEQ &limit=N (100, at most 1000)
//	GET /api/counts            Counts
//	GET /api/received          {MESSAGE-ID: times taken}
//
// A mail's HTML is shown in a sandboxed frame of its own response under a
// policy that allows neither script nor any request; its links open in a new
// window. Log lines never contain an address, a subject or a text.
//
// Read next: behaviour.go (the table above as data), store.go (what is decided
// when a mail arrives), session.go (the wire), letter.go (MIME), web.go.
package smtpsink
