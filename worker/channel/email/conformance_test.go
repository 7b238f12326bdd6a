package email_test

import (
	"fmt"
	"net"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"canvass/dispatch/survey"
	"canvass/worker/channel"
	"canvass/worker/channel/channeltest"
	"canvass/worker/channel/email"
	"canvass/worker/sim/smtpsink"
)

// start runs a sink that wants a password, and a sender that gives it.
func start(t *testing.T, change func(*email.Config)) (*smtpsink.Sink, *email.Sender) {
	t.Helper()
	sink, err := smtpsink.Start(smtpsink.Config{Username: "office", Password: "open sesame"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sink.Close() })
	host, port, err := net.SplitHostPort(sink.SMTPAddr())
	if err != nil {
		t.Fatal(err)
	}
	cfg := email.Config{
		Host: host, Username: "office", Password: "open sesame", RootCAs: sink.CertPEM(),
		Connections: 8, Timeout: 10 * time.Second,
	}
	cfg.Port, _ = strconv.Atoi(port)
	if change != nil {
		change(&cfg)
	}
	sender, err := email.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sender.Close)
	return sink, sender
}

// maker returns a function that makes messages, each unlike the others.
func maker() func(to string) channel.Message {
	var n atomic.Int64
	return func(to string) channel.Message {
		ref := fmt.Sprintf("a%d", n.Add(1))
		return channel.Message{
			Ref: ref, Channel: survey.Mail, From: "khaosat@lamxuyen.example", To: to,
			FromName: "Phòng Dư luận xã hội", ReplyTo: "traloi@lamxuyen.example",
			Subject: "Mời Ông Triều trả lời khảo sát " + ref, Lang: survey.Vietnamese,
			Text: "Kính gửi Ông Triều, mời Ông trả lời.\n", HTML: "<p>Kính gửi Ông Triều, mời Ông trả lời.</p>",
			MessageID: ref + "@lamxuyen.example", EnvelopeFrom: "tra+" + ref + "@lamxuyen.example",
			UnsubscribeURL: "https://khaosat.lamxuyen.example/u/" + ref,
			SendBefore:     time.Now().Add(15 * time.Second),
		}
	}
}

func TestConformance(t *testing.T) {
	sink, sender := start(t, nil)
	channeltest.Run(t, channeltest.Bench{
		Sender:    sender,
		Message:   maker(),
		Taken:     func(m channel.Message) int { return sink.ReceivedByMessageID()[m.MessageID] },
		Fresh:     func(n int) string { return fmt.Sprintf("ctv%d@hoptho.example", n) },
		Dead:      "trieu+bounce@hoptho.example",
		Blocked:   "trieu+policy@hoptho.example",
		Temporary: "trieu+greylist@hoptho.example",
		LostAfter: "trieu+dropafter@hoptho.example",
		Lost:      "trieu+dropbefore@hoptho.example",
	})
}

func TestConformanceOfABusyServer(t *testing.T) {
	sink, sender := start(t, nil)
	channeltest.Run(t, channeltest.Bench{
		Sender:    sender,
		Message:   maker(),
		Taken:     func(m channel.Message) int { return sink.ReceivedByMessageID()[m.MessageID] },
		Fresh:     func(n int) string { return fmt.Sprintf("ctv%d@hoptho.example", n) },
		Temporary: "trieu+busy421@hoptho.example",
	})
}
