package email_test

import (
	"net"
	"strconv"
	"testing"
	"time"

	"canvass/dispatch/survey"
	"canvass/worker/channel"
	"canvass/worker/channel/email"
	"canvass/worker/sim/smtpsink"
)

// A mail goes out with its bounce address as envelope sender, and what a mail
// server sends there later is read for what it is.
func TestWhatAMailServerSaysLater(t *testing.T) {
	t.Parallel()
	const envelope = "bounce+a17.abcdefghijklmnop@bounce.lamxuyen.example"
	type call struct {
		to  string
		raw []byte
	}
	calls := make(chan call, 1)
	sink, err := smtpsink.Start(smtpsink.Config{BounceDelay: time.Millisecond, OnBounce: func(to string, raw []byte) { calls <- call{to, raw} }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sink.Close() })
	host, port, err := net.SplitHostPort(sink.SMTPAddr())
	if err != nil {
		t.Fatal(err)
	}
	cfg := email.Config{Host: host, TLS: email.NoTLS, Timeout: 10 * time.Second}
	cfg.Port, _ = strconv.Atoi(port)
	sender, err := email.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sender.Close)
	for tag, want := range map[string]struct {
		to      string
		kind    channel.LetterKind
		verdict channel.Verdict
	}{
		smtpsink.TagLateBounce:  {envelope, channel.LetterReport, channel.Hard},
		smtpsink.TagLateSoft:    {envelope, channel.LetterReport, channel.Soft},
		smtpsink.TagLateFull:    {envelope, channel.LetterReport, channel.Soft},
		smtpsink.TagLatePolicy:  {envelope, channel.LetterReport, channel.Policy},
		smtpsink.TagLateDelayed: {envelope, channel.LetterReport, channel.Delayed},
		smtpsink.TagAutoReply:   {envelope, channel.LetterAuto, channel.Unclear},
		smtpsink.TagComplaint:   {"abuse@bounce.lamxuyen.example", channel.LetterComplaint, channel.Unclear},
	} {
		m := channel.Message{Ref: "a17", Channel: survey.Mail, From: "khaosat@lamxuyen.example", To: "trieu+" + tag + "@hoptho.example",
			ReplyTo: "traloi@lamxuyen.example", Subject: "Mời trả lời", Text: "Kính gửi Ông.\n", MessageID: "a17.0123456789abcdef@lamxuyen.example",
			EnvelopeFrom: envelope, Lang: survey.Vietnamese}
		if _, err := sender.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		got := <-calls
		l := email.Reader{}.ReadMail("", got.raw)
		if got.to != want.to || l.Kind != want.kind || l.Report().Verdict != want.verdict || l.From != m.To {
			t.Errorf("%s: to %s %s %s about %s", tag, got.to, l.Kind, l.Report().Verdict, l.From)
		}
		// The mark of a mail is in what comes back, whatever the address was.
		if len(l.MessageIDs) == 0 || l.MessageIDs[0] != "<"+m.MessageID+">" {
			t.Errorf("%s names %q", tag, l.MessageIDs)
		}
	}
}
