package email

import (
	"regexp"
	"slices"
	"strings"

	"canvass/dispatch/smstext"
	"canvass/worker/channel"
)

// What a mail server's words mean is read in one way, whether it says them at
// the hand-over or in a report days later. First the enhanced status (RFC 3463)
// and what is said beside it, then phrases, and the first digit of a reply last:
// of real mails that come back, a rule by the first digit buries one mailbox in
// two for a quota or a blocklist.

// deadStatuses say that there is no such mailbox, and never will be.
var deadStatuses = []string{"5.1.1", "5.1.2", "5.1.3", "5.1.10", "5.2.1"}

// ownStatuses speak of our sender address.
var ownStatuses = []string{"5.1.7", "5.1.8"}

// statusIn finds an RFC 3463 status inside a sentence. Its second number is 0 to
// 7, so that version numbers and addresses of machines are none.
var statusIn = regexp.MustCompile(`(?:^|[^0-9.])([245]\.[0-7]\.\d{1,3})(?:[^0-9.]|\.(?:[^0-9]|$)|$)`)

// replyIn finds the reply code of a refusal at the beginning of a line or of what
// a server said, or before a status: not every number is one.
var replyIn = regexp.MustCompile(`(?m)(?:^|[:;(\[>]\s?|\bcode\s|\berror\s)([45][0-5]\d)(?:[ -]+[\pL<"'(\[#]|[ -]+[245]\.\d|[:;)\].,]|\s*$)|\b([45][0-5]\d)[ -]+#?[45]\.[0-7]\.\d`)

// phrases stand in folded lower-case text.
type phrases []string

func (p phrases) in(text string) bool {
	return slices.ContainsFunc(p, func(phrase string) bool { return strings.Contains(text, phrase) })
}

var (
	// deadPhrases are beyond doubt. "Mailbox unavailable" is not among them: it is
	// the standard's sentence for everything.
	deadPhrases = phrases{
		"user unknown", "unknown user", "no such user", "no such mailbox", "no such recipient", "no such address", "no such person",
		"no such account", "no mailbox here by that name", "not a valid mailbox", "mailbox not found", "user not found", "recipient not found",
		"account not found", "address not found", "mailbox does not exist", "user does not exist", "user doesn't exist", "account does not exist",
		"email account that you tried to reach does not exist", "address does not exist", "recipient does not exist", "recipient unknown",
		"unknown recipient", "unknown mailbox", "mailbox unknown", "addressee unknown", "unknown address", "invalid mailbox", "unrouteable address",
		"unknown or illegal alias", "user doesn't have a", "user does not have a", "is not a known user", "not our customer",
		"mailbox has been disabled", "account has been disabled", "account is disabled", "mailbox is disabled", "mailbox disabled",
		"account has been deleted", "account that you tried to reach is disabled", "address no longer exists", "no longer a valid address",
		"domain does not exist", "domain not found", "no such domain", "host not found", "does not have any mail server", "access denied. as(201806281)",
		"hop thu khong ton tai", "dia chi khong ton tai", "tai khoan khong ton tai", "nguoi nhan khong ton tai", "nguoi dung khong ton tai",
		"khong ton tai tren he thong", "khong tim thay nguoi nhan", "khong tim thay hop thu", "khong co nguoi dung nay", "dia chi e-mail khong dung",
		"ten mien khong ton tai", "tai khoan da bi xoa", "hop thu da bi xoa",
	}
	// fullPhrases say that the mailbox is there and takes nothing for now.
	fullPhrases = phrases{
		"mailbox full", "mailbox is full", "inbox is full", "mailbox_full", "mailfolder is full", "over quota", "overquota", "quota exceeded",
		"exceeded quota", "exceeded storage", "exceeds quota", "exceeded its quota", "out of storage", "storage limit", "quota full",
		"insufficient disk", "not enough storage", "insufficient system storage", "disk quota",
		"hop thu day", "hop thu da day", "hop thu cua nguoi nhan da day", "vuot qua dung luong", "vuot dung luong", "het dung luong", "qua han muc",
	}
	// ourPhrases say that we are the trouble: where the mail comes from, what it
	// looks like, or how it is signed.
	ourPhrases = phrases{
		"blocklist", "block list", "blacklist", "black list", "blocked using", "spamhaus", "spamcop", "barracudacentral", "sorbs.net", "dnsbl", " rbl", "rbl.",
		"spam message", "spam content", "as spam", "is spam", "looks like spam", "suspected spam", "spam detected", "unsolicited", "bulk mail",
		"reputation", "dmarc", " spf ", "(spf", "dkim", "not authenticated", "unauthenticated", "sender address rejected", "sender verify failed",
		"sender rejected", "sender denied", "reverse dns", "ptr record", "message content rejected", "content rejected", "policy violation", "policy reasons",
		"virus found", "virus detected", "contains a virus", "infected", "client host rejected", "relay access denied", "relaying denied", "not permitted to relay", "banned sending ip", "blocked by",
		"thu rac", "danh sach den", "bi chan do chinh sach", "chinh sach bao mat",
	}
	// grayPhrases ask us to come again.
	grayPhrases = phrases{"greylist", "graylist", "grey-list", "gray-list", "greylisted"}
	// againPhrases say of a failure that it may pass.
	againPhrases = phrases{"try again", "temporar", "later", "timed out", "timeout", "thu lai sau", "tam thoi"}
)

// plain is text as phrases are looked for: folded, in lower case, its white space
// made single.
func plain(text string) string {
	return strings.Join(strings.Fields(strings.ToLower(smstext.Fold(text))), " ")
}

// specific reports whether a status says more than its first digit.
func specific(status string) bool {
	return status != "" && !strings.HasSuffix(status, ".0")
}

// refusal is what a server said of a mail that it did not take.
type refusal struct {
	status string // of the field made for it; may be empty
	text   string // the server's own sentence, with its codes
}

// codes are what decides: the status, the sentence's own before that of the
// field, because a relay that passes a refusal on often writes 5.0.0; and the
// reply code. What says more than its first digit comes first.
func (r refusal) codes() (status, reply string) {
	if m := replyIn.FindStringSubmatch(r.text); m != nil {
		reply = m[1] + m[2]
	}
	said := ""
	if m := statusIn.FindStringSubmatch(r.text); m != nil {
		said = m[1]
	}
	for _, status := range []string{said, r.status} {
		if specific(status) {
			return status, reply
		}
	}
	if said != "" {
		return said, reply
	}
	return r.status, reply
}

// code is how the refusal is kept: "550 5.1.1".
func (r refusal) code() string {
	status, reply := r.codes()
	return strings.TrimSpace(reply + " " + status)
}

// full reports whether the mailbox is there and full.
func (r refusal) full() bool {
	status, _ := r.codes()
	return strings.HasSuffix(status, ".2.2") || !strings.Contains(status, ".7.") && fullPhrases.in(plain(r.text))
}

// gray reports whether the server only wants this mail to come again.
func (r refusal) gray() bool { return grayPhrases.in(plain(r.text)) }

// verdict reads the refusal. A word that contradicts a dead mailbox saves it.
func (r refusal) verdict() channel.Verdict {
	status, reply := r.codes()
	text := plain(r.text)
	class := firstDigit(status, reply)
	dead := slices.Contains(deadStatuses, status) || deadPhrases.in(text) && !againPhrases.in(text)
	switch {
	case class == '2':
		return channel.Unclear
	case strings.HasPrefix(status, "5.7."), slices.Contains(ownStatuses, status):
		return channel.Policy
	case r.full(), class == '4':
		return channel.Soft
	case ourPhrases.in(text):
		return channel.Policy
	case dead:
		return channel.Hard
	case class == 0 && text == "":
		return channel.Unclear
	}
	return channel.Soft
}

// firstDigit is that of the status, else of the reply; 0 without either.
func firstDigit(status, reply string) byte {
	for _, code := range []string{status, reply} {
		if code != "" {
			return code[0]
		}
	}
	return 0
}
