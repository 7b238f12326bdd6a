package channel

// LetterKind is what a mail that came in turns out to be.
type LetterKind string

// The kinds of letters.
const (
	LetterReport    LetterKind = "report"    // a mail server tells of a mail: RFC 3464, or free text
	LetterComplaint LetterKind = "complaint" // somebody called a mail spam (RFC 5965)
	LetterAuto      LetterKind = "auto"      // a machine answers: away, received, moved
	LetterWritten   LetterKind = "written"   // a person wrote, as far as one can tell
)

// Verdict is what a report means for the mailbox it speaks of.
type Verdict string

// The verdicts. Only what is beyond doubt is hard: a mailbox that is called dead
// is never written to again.
const (
	Hard      Verdict = "hard"      // there is no such mailbox
	Soft      Verdict = "soft"      // not delivered this time: full, its server away, no clear word
	Policy    Verdict = "policy"    // refused because of us: reputation, authentication, content
	Delayed   Verdict = "delayed"   // not yet; the server goes on trying
	Delivered Verdict = "delivered" // in the mailbox
	Relayed   Verdict = "relayed"   // handed on to a server that tells no more
	Unclear   Verdict = "unclear"   // nothing can be told from it
)

// verdictsByMercy lists the verdicts, the one that takes least away first.
var verdictsByMercy = []Verdict{Delivered, Relayed, Delayed, Soft, Policy, Hard, Unclear}

// Report is what a mail server says of one recipient.
type Report struct {
	Verdict Verdict `json:"verdict"`
	// Recipient is the mailbox as the server names it; may be empty.
	Recipient string `json:"recipient,omitempty"`
	Action    string `json:"action,omitempty"` // as written: failed, delayed, delivered, …
	// Code is the reply and the status that decided, such as "550 5.1.1".
	Code string `json:"code,omitempty"`
	// Diagnostic is the server's own sentence, at most 500 bytes.
	Diagnostic string `json:"diagnostic,omitempty"`
}

// Letter is a mail that came in, as far as a program can read it. Its texts are
// valid UTF-8 without control characters.
type Letter struct {
	Kind LetterKind `json:"kind"`
	// From is the mailbox that it speaks of: the recipient of a report or of a
	// complaint, else who wrote it. It may be empty.
	From    string `json:"from,omitempty"`
	Subject string `json:"subject,omitempty"` // at most 250 bytes
	// Text is what its own part for people says, at most 4 KiB.
	Text    string   `json:"text,omitempty"`
	Reports []Report `json:"reports,omitempty"`
	// MessageIDs and Envelopes are what it says of the mail that it is about: its
	// Message-ID, and the address that it was sent from. Anybody can write them.
	MessageIDs []string `json:"-"`
	Envelopes  []string `json:"-"`
}

// Report is the report that decides. A mail of ours goes to one mailbox; where
// that fans out to several, the mildest word counts, because one of them dying
// does not make the mailbox dead.
func (l Letter) Report() Report {
	for _, v := range verdictsByMercy {
		for _, r := range l.Reports {
			if r.Verdict == v {
				return r
			}
		}
	}
	return Report{Verdict: Unclear}
}

// MailReader reads a mail that came in. from is its envelope sender, empty for
// the null sender. It never fails: what cannot be read is an empty Letter of a
// kind, and it takes bounded time and memory for any bytes.
type MailReader interface {
	ReadMail(from string, raw []byte) Letter
}
