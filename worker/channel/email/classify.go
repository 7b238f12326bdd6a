package email

import (
	"crypto/tls"
	"errors"
	"net/textproto"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"canvass/worker/channel"
)

// Phase is how far a conversation with the server had come. SendError.Detail
// holds the phase that failed, for the doctor to choose its words by.
type Phase string

// The phases, in their order.
const (
	Connect     Phase = "connect"     // name, route, port
	Greeting    Phase = "greeting"    // banner and EHLO
	Encrypt     Phase = "starttls"    // STARTTLS missing, refused or failed
	Certificate Phase = "certificate" // the server's certificate is not trusted
	Login       Phase = "auth"
	Probe       Phase = "noop" // only Check
	MailFrom    Phase = "mail"
	RcptTo      Phase = "rcpt"
	Data        Phase = "data"
	Content     Phase = "content"
	FinalDot    Phase = "end" // from the dot to its reply: the one place of doubt
)

var (
	// errLate is the limit of a message, met before the final dot.
	errLate = errors.New("late")
	// errMissing is a capability that we insist on and the server lacks.
	errMissing = errors.New("capability missing")
)

// fault is a failed delivery: where, and how. Its words never leave the package.
type fault struct {
	phase Phase
	err   error
}

// reply is the server's code, 0 if the connection failed instead.
func (f *fault) reply() int {
	var e *textproto.Error
	if errors.As(f.err, &e) {
		return e.Code
	}
	return 0
}

// enhancedCode finds an RFC 3463 status at the beginning of a reply.
var enhancedCode = regexp.MustCompile(`^([245])\.\d{1,3}\.\d{1,3}\b`)

// enhanced is the RFC 3463 status, empty if the server gave none that agrees
// with its reply code.
func (f *fault) enhanced() string {
	var e *textproto.Error
	if !errors.As(f.err, &e) {
		return ""
	}
	status := enhancedCode.FindString(e.Msg)
	if status == "" || int(status[0]-'0') != e.Code/100 {
		return ""
	}
	return status
}

// refusal is what the server said, to be read.
func (f *fault) refusal() refusal {
	var e *textproto.Error
	if !errors.As(f.err, &e) {
		return refusal{}
	}
	return refusal{status: f.enhanced(), text: strconv.Itoa(e.Code) + " " + e.Msg}
}

// sendError classes the fault. late says that the limit of the message cut the
// wait short.
func (f *fault) sendError(late bool) *channel.SendError {
	e := &channel.SendError{Detail: string(f.phase)}
	code, status := f.reply(), f.enhanced()
	if code != 0 {
		e.Code = strings.TrimSpace(strconv.Itoa(code) + " " + status)
	}
	switch {
	case errors.Is(f.err, errLate), late && code == 0 && f.phase != FinalDot:
		e.Class = channel.Late
	case errors.Is(f.err, errMissing):
		e.Class, e.Code = channel.Config, "missing"
	case untrusted(f.err):
		e.Class, e.Detail = channel.Config, string(Certificate)
	case code == 0 && f.phase == FinalDot:
		e.Class = channel.Unknown
	case code == 0:
		e.Class = channel.Temporary
	default:
		f.read(e)
	}
	return e
}

// read reads a server's refusal (RFC 5321 section 4.2, RFC 3463), by the same
// rules as a report that comes days later. Before RCPT nothing depends on the
// recipient, so a permanent refusal there is about us. A refusal by policy after
// it is about us as well, but what one server thinks of us the others need not.
func (f *fault) read(e *channel.SendError) {
	code, status, said := f.reply(), f.enhanced(), f.refusal()
	aboutThem := f.phase == RcptTo || f.phase == Data || f.phase == FinalDot
	switch {
	case code/100 == 4:
		e.Class, e.SlowDestination = channel.Temporary, aboutThem && said.slow(code, status)
	case code/100 != 5 && f.phase == FinalDot:
		e.Class = channel.Unknown
	case code/100 != 5:
		e.Class = channel.Temporary
	case status == "5.3.4", code == 552 && f.phase == MailFrom:
		e.Class = channel.Permanent // too large for this server, others may pass
	case !aboutThem, code == 530, slices.Contains(ownStatuses, status):
		e.Class = channel.Config
	default:
		verdict := said.verdict()
		e.Class, e.DeadEndpoint, e.ForNow = channel.Permanent, verdict == channel.Hard, said.full()
		if verdict == channel.Policy {
			e.Class = channel.Blocked
		}
	}
}

// slow reports whether a temporary refusal speaks of the destination's mail server:
// it wants less from us (x.7.x), it cannot be reached from here (x.4.x), or it
// closes on us. What speaks of one mailbox (x.1.x, x.2.x) or of the server that we
// speak to (x.3.x) does not; nor does greylisting, which asks of every new pair of
// sender and recipient to come again (RFC 6647 section 2.3): a rest of the whole
// destination would have its mailboxes wait for each other.
func (r refusal) slow(code int, status string) bool {
	switch {
	case r.gray():
		return false
	case strings.HasPrefix(status, "4.7."), strings.HasPrefix(status, "4.4."):
		return true
	}
	return status == "" && code == 421
}

// untrusted reports whether the encryption itself was refused by us: that is a
// matter of set-up, not of the moment.
func untrusted(err error) bool {
	var certificate *tls.CertificateVerificationError
	var notTLS tls.RecordHeaderError
	return errors.As(err, &certificate) || errors.As(err, &notTLS)
}

// queueIDs finds the id under which common servers say they queued a mail.
var queueIDs = regexp.MustCompile(`(?i)(?:queued as|\bid[ =:])\s*<?([A-Za-z0-9._-]{4,64})(?:[\s>;,)\]]|$)`)

// queueID is the server's own name for the mail, empty if its reply tells none.
func queueID(reply string) string {
	if m := queueIDs.FindStringSubmatch(reply); m != nil {
		return m[1]
	}
	return ""
}
