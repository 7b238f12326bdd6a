package email

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"canvass/dispatch/survey"
	"canvass/worker/channel"
)

// fake is a plain SMTP server that answers each command by a script.
type fake struct {
	listener net.Listener
	// answer returns the reply to a command line, or "" to hang up. The text of
	// a mail is asked for as "." once its dot was read.
	answer func(connection int, line string) string

	mu      sync.Mutex
	lines   []string
	mails   int
	conns   int
	content int // lines of mails
}

// polite accepts everything.
func polite(line string) string {
	verb, _, _ := strings.Cut(line, " ")
	switch strings.ToUpper(verb) {
	case "EHLO":
		return "250-fake\r\n250 ENHANCEDSTATUSCODES"
	case "DATA":
		return "354 go on"
	case "QUIT":
		return "221 bye"
	}
	return "250 2.0.0 ok queued as 4XyZ12"
}

func startFake(t *testing.T, answer func(connection int, line string) string) *fake {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := &fake{listener: listener, answer: answer}
	var open sync.WaitGroup
	open.Go(func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			f.mu.Lock()
			f.conns++
			number := f.conns
			f.mu.Unlock()
			open.Go(func() { f.serve(number, c) })
		}
	})
	t.Cleanup(func() { listener.Close(); open.Wait() })
	return f
}

func (f *fake) serve(number int, c net.Conn) {
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(20 * time.Second))
	fmt.Fprint(c, "220 fake\r\n")
	text := bufio.NewScanner(c)
	inData := false
	for text.Scan() {
		line := text.Text()
		if inData && line != "." {
			f.mu.Lock()
			f.content++
			f.mu.Unlock()
			continue
		}
		f.mu.Lock()
		f.lines = append(f.lines, line)
		if inData {
			f.mails++
		}
		f.mu.Unlock()
		reply := f.answer(number, line)
		if reply == "" {
			return
		}
		inData = strings.HasPrefix(reply, "354")
		fmt.Fprint(c, reply+"\r\n")
	}
}

func (f *fake) counts() (conns, mails int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.conns, f.mails
}

// heard reports whether a command of this verb arrived.
func (f *fake) heard(verb string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, line := range f.lines {
		if strings.HasPrefix(line, verb) {
			return true
		}
	}
	return false
}

// sender talks to the fake in clear.
func (f *fake) sender(t *testing.T, change func(*Config)) *Sender {
	t.Helper()
	cfg := Config{
		Host: "127.0.0.1", Port: f.listener.Addr().(*net.TCPAddr).Port, TLS: NoTLS,
		Connections: 1, Timeout: 5 * time.Second,
	}
	if change != nil {
		change(&cfg)
	}
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func good() channel.Message {
	return channel.Message{
		Ref: "a1", Channel: survey.Mail, From: "khaosat@lamxuyen.example", To: "trieu@hoptho.example",
		FromName: "Phòng Dư luận xã hội", ReplyTo: "traloi@lamxuyen.example", Subject: "Mời trả lời khảo sát",
		Text: "Kính gửi Ông.\n", HTML: "<p>Kính gửi Ông.</p>", MessageID: "a1@lamxuyen.example",
		EnvelopeFrom: "tra+a1@lamxuyen.example", UnsubscribeURL: "https://khaosat.lamxuyen.example/u/x", Lang: survey.Vietnamese,
	}
}
