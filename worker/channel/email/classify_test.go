package email

import (
	"io"
	"net/textproto"
	"strings"
	"testing"

	"canvass/dispatch/survey"
	"canvass/worker/channel"
)

// What a refusal says of the mailbox, of its server, and of us. A temporary one
// slows its destination down only when it speaks of the destination.
func TestWhatARefusalSpeaksOf(t *testing.T) {
	t.Parallel()
	const dead, slow, full = "dead", "slow", "full"
	for _, c := range []struct {
		phase Phase
		reply string
		class channel.Class
		says  string
	}{
		{RcptTo, "450 4.7.1 greylisted, come back in 300 s", channel.Temporary, ""},
		{RcptTo, "451 4.7.0 too many connections from your address", channel.Temporary, slow},
		{RcptTo, "421 4.7.28 unusual rate of mail", channel.Temporary, slow},
		{RcptTo, "450 Greylisted for 5 minutes", channel.Temporary, ""},
		{RcptTo, "450 4.0.0 Graylisting in action", channel.Temporary, ""},
		{RcptTo, "451 4.4.1 mx.hoptho.example: connection refused", channel.Temporary, slow},
		{RcptTo, "450 4.4.3 name service says come again", channel.Temporary, slow},
		{RcptTo, "421 closing", channel.Temporary, slow},
		{FinalDot, "451 4.7.1 content is being looked at", channel.Temporary, slow},
		{FinalDot, "421 4.4.2 timeout", channel.Temporary, slow},
		{RcptTo, "450 4.2.1 mailbox gets too much mail", channel.Temporary, ""},
		{RcptTo, "452 4.2.2 full", channel.Temporary, ""},
		{RcptTo, "450 4.1.1 unverified", channel.Temporary, ""},
		{RcptTo, "450 4.1.8 sender domain not found", channel.Temporary, ""},
		{RcptTo, "450 mailbox busy", channel.Temporary, ""},
		{RcptTo, "451 4.3.0 our disk is slow", channel.Temporary, ""},
		{FinalDot, "421 4.3.2 too busy", channel.Temporary, ""},
		{MailFrom, "421 4.7.0 too much from you", channel.Temporary, ""},
		{MailFrom, "451 4.4.2 timeout", channel.Temporary, ""},

		{RcptTo, "550 5.1.1 no", channel.Permanent, dead},
		{RcptTo, "550 5.1.10 null MX", channel.Permanent, dead},
		{RcptTo, "550 No such user here", channel.Permanent, dead},
		{RcptTo, "554 delivery error: This user doesn't have a hopthu.example account", channel.Permanent, dead},
		{RcptTo, "550 Người nhận không tồn tại trên hệ thống", channel.Permanent, dead},
		{RcptTo, "550 5.4.1 Recipient address rejected: Access denied. AS(201806281)", channel.Permanent, dead},
		{FinalDot, "550 5.1.1 unknown after all", channel.Permanent, dead},
		{RcptTo, "550 mailbox unavailable", channel.Permanent, ""},
		{RcptTo, "550 5.1.0 address rejected", channel.Permanent, ""},
		{RcptTo, "550 user unknown, try again later", channel.Permanent, ""},
		{Data, "554 no valid recipients", channel.Permanent, ""},
		{RcptTo, "552 5.2.2 over quota", channel.Permanent, full},
		{RcptTo, "550 5.1.1 mailbox full", channel.Permanent, full},
		{RcptTo, "552 Hộp thư đã đầy", channel.Permanent, full},
		{FinalDot, "554 5.6.0 not that attachment", channel.Permanent, ""},
		{MailFrom, "552 too big", channel.Permanent, ""},

		{RcptTo, "550 5.7.1 policy", channel.Blocked, ""},
		{RcptTo, "550 5.1.8 sender unknown", channel.Config, ""},
		{RcptTo, "554 Service unavailable; Client host blocked using zen.spamhaus.org", channel.Blocked, ""},
		{RcptTo, "550 5.1.1 blocked using a blocklist", channel.Blocked, ""},
		{FinalDot, "554 5.7.26 unauthenticated mail (DMARC)", channel.Blocked, ""},
		{FinalDot, "554 message rejected as spam", channel.Blocked, ""},
		{MailFrom, "550 no such user", channel.Config, ""},
		{RcptTo, "530 authenticate", channel.Config, ""},
	} {
		code := 0
		for _, d := range c.reply[:3] {
			code = code*10 + int(d-'0')
		}
		e := (&fault{c.phase, &textproto.Error{Code: code, Msg: c.reply[4:]}}).sendError(false)
		var says []string
		for word, is := range map[string]bool{dead: e.DeadEndpoint, slow: e.SlowDestination, full: e.ForNow} {
			if is {
				says = append(says, word)
			}
		}
		if got := strings.Join(says, " "); e.Class != c.class || got != c.says {
			t.Errorf("%s %s: %s %q, want %s %q", c.phase, c.reply, e.Class, got, c.class, c.says)
		}
	}
}

// A lost reply is in doubt at one place only, and nobody's destination is slowed
// by our own line.
func TestALostReplySpeaksOfNobody(t *testing.T) {
	t.Parallel()
	for _, phase := range []Phase{Connect, Greeting, MailFrom, RcptTo, Data, Content, FinalDot} {
		e := (&fault{phase, io.ErrUnexpectedEOF}).sendError(false)
		want := channel.Temporary
		if phase == FinalDot {
			want = channel.Unknown
		}
		if e.Class != want || e.DeadEndpoint || e.SlowDestination || e.ForNow {
			t.Errorf("%s: %+v, want %s and nothing else", phase, e, want)
		}
	}
}

// The interpreter carries what the taxonomy says.
func TestAFullMailboxIsTriedAgain(t *testing.T) {
	t.Parallel()
	o := channel.Interpret(&channel.SendError{Class: channel.Permanent, Code: "552 5.2.2", ForNow: true})
	if o.Event != survey.AttemptRefuse || o.Reason != survey.ReasonSoftBounce || o.DeadEndpoint || o.Trouble {
		t.Errorf("%+v", o)
	}
}
