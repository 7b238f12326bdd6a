package main

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"strings"
	"sync"
	"sync/atomic"
)

// rawMails sends n prebuilt mails over so many connections, each with the next
// envelope in the same write as the body before it: one round trip a mail. It is
// as fast as SMTP goes here.
func rawMails(addr string, n, connections int) error {
	var left atomic.Int64
	left.Store(int64(n))
	var wg sync.WaitGroup
	failed := make(chan error, connections)
	for range connections {
		wg.Go(func() {
			if err := rawConnection(addr, &left); err != nil {
				failed <- err
			}
		})
	}
	wg.Wait()
	close(failed)
	return <-failed
}

// raw is one connection of rawMails.
type raw struct {
	net.Conn
	answers *bufio.Reader
}

// expect reads so many replies, each of which must begin with code.
func (c raw) expect(replies int, code string) error {
	for replies > 0 {
		line, err := c.answers.ReadString('\n')
		switch {
		case err != nil:
			return err
		case len(line) < 4 || line[3] == '-':
			continue // more of the same reply follows
		case !strings.HasPrefix(line, code):
			return fmt.Errorf("sink: %q, want %s", strings.TrimSpace(line), code)
		}
		replies--
	}
	return nil
}

// say writes text and expects replies to it.
func (c raw) say(text []byte, replies int, code string) error {
	if _, err := c.Write(text); err != nil {
		return err
	}
	return c.expect(replies, code)
}

func rawConnection(addr string, left *atomic.Int64) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	c := raw{conn, bufio.NewReader(conn)}
	if err := c.expect(1, "220"); err != nil {
		return err
	}
	if err := c.say([]byte("EHLO raw\r\n"), 1, "250"); err != nil {
		return err
	}
	envelope := []byte("MAIL FROM:<ks@vanphong.example>\r\nRCPT TO:<ctv@thu.example>\r\nDATA\r\n")
	body := append(bytes.Repeat([]byte("Kính gửi Ông/Bà, mời trả lời phiếu khảo sát tháng này. 0123456789\r\n"), 40), ".\r\n"...)
	both := append(append([]byte{}, body...), envelope...)
	more := left.Add(-1) >= 0
	if more {
		if err := c.say(envelope, 2, "250"); err != nil {
			return err
		}
	}
	for more {
		if err := c.expect(1, "354"); err != nil {
			return err
		}
		out, replies := both, 3
		if more = left.Add(-1) >= 0; !more {
			out, replies = body, 1
		}
		if err := c.say(out, replies, "250"); err != nil {
			return err
		}
	}
	return nil
}
