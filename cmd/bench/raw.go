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

func rawConnection(addr string, left *atomic.Int64) error {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer c.Close()
	r := bufio.NewReader(c)
	expect := func(replies int, code string) error {
		for range replies {
			for {
				line, err := r.ReadString('\n')
				if err != nil {
					return err
				}
				if len(line) < 4 || line[3] == '-' {
					continue
				}
				if !strings.HasPrefix(line, code) {
					return fmt.Errorf("sink: %q, want %s", strings.TrimSpace(line), code)
				}
				break
			}
		}
		return nil
	}
	if err := expect(1, "220"); err != nil {
		return err
	}
	if _, err := c.Write([]byte("EHLO raw\r\n")); err != nil {
		return err
	}
	if err := expect(1, "250"); err != nil {
		return err
	}
	envelope := []byte("MAIL FROM:<ks@vanphong.example>\r\nRCPT TO:<ctv@thu.example>\r\nDATA\r\n")
	body := append(bytes.Repeat([]byte("Kính gửi Ông/Bà, mời trả lời phiếu khảo sát tháng này. 0123456789\r\n"), 40), ".\r\n"...)
	more := left.Add(-1) >= 0
	if more {
		if _, err := c.Write(envelope); err != nil {
			return err
		}
		if err := expect(2, "250"); err != nil {
			return err
		}
	}
	for more {
		if err := expect(1, "354"); err != nil {
			return err
		}
		out := body
		if more = left.Add(-1) >= 0; more {
			out = append(append([]byte{}, body...), envelope...)
		}
		if _, err := c.Write(out); err != nil {
			return err
		}
		replies := 1
		if more {
			replies = 3
		}
		if err := expect(replies, "250"); err != nil {
			return err
		}
	}
	return nil
}
