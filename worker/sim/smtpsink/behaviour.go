package smtpsink

import (
	"strings"

	"github.com/emersion/go-smtp"
)

// Tags that a RCPT address may carry; doc.go has the table of what they do.
const (
	TagBounce     = "bounce"
	TagPolicy     = "policy"
	TagFull       = "full"
	TagGreylist   = "greylist"
	TagGreylist2  = "greylist2"
	TagBusy421    = "busy421"
	TagDropBefore = "dropbefore"
	TagDropAfter  = "dropafter"
	TagSlow       = "slow"

	// What was taken is answered later.
	TagLateBounce  = "latebounce"
	TagLateSoft    = "latesoft"
	TagLateFull    = "latefull"
	TagLatePolicy  = "latepolicy"
	TagLateDelayed = "latedelayed"
	TagAutoReply   = "autoreply"
	TagComplaint   = "complaint"
)

// action is what the server does with one mail or one recipient.
type action int

const (
	accept      action = iota // keep it, reply 250
	refuse                    // reply with the behaviour's refusal
	refuseClose               // the same, then close the connection
	cutBefore                 // close without keeping or replying
	cutAfter                  // keep, then close without replying
	acceptSlow                // keep, wait, reply 250
)

// behaviour is one line of the table in doc.go.
type behaviour struct {
	tag   string
	act   action
	reply smtp.SMTPError // for refuse and refuseClose
	first int            // how many arrivals of a mail meet act before it is accepted; 0: all
	rcpt  bool           // at RCPT already, not at the end of DATA
	later later          // what follows a mail that was taken
}

var (
	greylisted = smtp.SMTPError{Code: 450, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "Greylisted, please try again later"}

	behaviours = map[string]behaviour{
		TagBounce: {act: refuse, rcpt: true,
			reply: smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "No such mailbox here"}},
		TagPolicy: {act: refuse, rcpt: true,
			reply: smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "Refused by policy"}},
		TagFull: {act: refuse, rcpt: true,
			reply: smtp.SMTPError{Code: 452, EnhancedCode: smtp.EnhancedCode{4, 2, 2}, Message: "Mailbox full"}},
		TagGreylist:  {act: refuse, first: 1, reply: greylisted},
		TagGreylist2: {act: refuse, first: 2, reply: greylisted},
		TagBusy421: {act: refuseClose, first: 1,
			reply: smtp.SMTPError{Code: 421, EnhancedCode: smtp.EnhancedCode{4, 3, 2}, Message: "Too busy, closing the connection"}},
		TagDropBefore: {act: cutBefore, first: 1},
		TagDropAfter:  {act: cutAfter, first: 1},
		TagSlow:       {act: acceptSlow},
		TagLateBounce: {later: later{form: statusReport, action: "failed", status: "5.1.1", reply: "550 5.1.1 No such mailbox here",
			says: "the mailbox does not exist. This is a permanent error."}},
		TagLateSoft: {later: later{form: statusReport, action: "failed", status: "4.4.7",
			reply: "451 4.4.1 The mailbox's server does not answer", says: "its server did not answer for two days. The message is given up."}},
		TagLateFull: {later: later{form: statusReport, action: "failed", status: "5.2.2", reply: "552 5.2.2 Mailbox full",
			says: "the mailbox is full."}},
		TagLatePolicy: {later: later{form: statusReport, action: "failed", status: "5.7.1", reply: "554 5.7.1 Rejected by policy",
			says: "the message was rejected by policy."}},
		TagLateDelayed: {later: later{form: statusReport, action: "delayed", status: "4.4.1",
			reply: "451 4.4.1 The mailbox's server does not answer", says: "its server does not answer yet. You do not need to resend it."}},
		TagAutoReply: {later: later{form: awayNotice}},
		TagComplaint: {later: later{form: feedbackReport}},
	}
)

// behaviourOf returns what an address asks for; the zero behaviour accepts.
func behaviourOf(address string) behaviour {
	local := address
	if at := strings.LastIndexByte(address, '@'); at >= 0 {
		local = address[:at]
	}
	tag := strings.ToLower(local[strings.LastIndexByte(local, '+')+1:])
	b := behaviours[tag]
	if b.act != accept || b.later.form != nothing {
		b.tag = tag
	}
	return b
}

// atEndOfData returns the behaviour of the first recipient that asks for one
// there; the zero behaviour accepts.
func atEndOfData(to []string) behaviour {
	for _, address := range to {
		if b := behaviourOf(address); b.tag != "" && !b.rcpt {
			return b
		}
	}
	return behaviour{}
}
