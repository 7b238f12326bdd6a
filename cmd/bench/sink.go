package main

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// sink is a mail server that takes everything, keeps nothing, and answers
// pipelined commands together.
type sink struct {
	ln    net.Listener
	count atomic.Int64

	mu    sync.Mutex
	first time.Time
	last  time.Time
	// by has the times of arrival per envelope sender, while they are wanted.
	by map[string][]time.Time
}

func newSink() (*sink, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &sink{ln: ln}
	go s.accept()
	return s, nil
}

func (s *sink) addr() string { return s.ln.Addr().String() }

func (s *sink) close() error { return s.ln.Close() }

// reset forgets what came, and keeps times per sender from now on if wanted.
func (s *sink) reset(times bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count.Store(0)
	s.first, s.last, s.by = time.Time{}, time.Time{}, nil
	if times {
		s.by = map[string][]time.Time{}
	}
}

// lasted is how long it took from the first mail to the last.
func (s *sink) lasted() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last.Sub(s.first)
}

func (s *sink) times() map[string][]time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[string][]time.Time{}
	for from, at := range s.by {
		out[from] = append([]time.Time{}, at...)
	}
	return out
}

func (s *sink) took(from string) {
	now := time.Now()
	s.count.Add(1)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.first.IsZero() {
		s.first = now
	}
	s.last = now
	if s.by != nil {
		s.by[from] = append(s.by[from], now)
	}
}

func (s *sink) accept() {
	for {
		c, err := s.ln.Accept()
		if err != nil {
			return
		}
		go s.serve(c)
	}
}

func (s *sink) serve(c net.Conn) {
	defer c.Close()
	r, w := bufio.NewReaderSize(c, 64<<10), bufio.NewWriterSize(c, 4<<10)
	say := func(text string) { _, _ = w.WriteString(text + "\r\n") }
	say("220 sink")
	var from string
	for {
		if r.Buffered() == 0 && w.Flush() != nil {
			return
		}
		line, err := r.ReadSlice('\n')
		if err != nil {
			return
		}
		verb := strings.ToUpper(string(line[:min(len(line), 4)]))
		switch verb {
		case "EHLO":
			say("250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8")
		case "MAIL":
			from = between(line)
			say("250 ok")
		case "DATA":
			say("354 go on")
			if w.Flush() != nil || skipBody(r) != nil {
				return
			}
			s.took(from)
			say("250 2.0.0 taken as 1")
		case "QUIT":
			say("221 bye")
			_ = w.Flush()
			return
		default:
			say("250 ok")
		}
	}
}

// between is what stands between angle brackets.
func between(line []byte) string {
	_, rest, _ := bytes.Cut(line, []byte("<"))
	address, _, _ := bytes.Cut(rest, []byte(">"))
	return string(address)
}

func skipBody(r *bufio.Reader) error {
	for start := true; ; {
		line, err := r.ReadSlice('\n')
		if err != nil && err != bufio.ErrBufferFull {
			return err
		}
		if start && bytes.Equal(line, []byte(".\r\n")) {
			return nil
		}
		if start = err == nil; err == io.EOF {
			return err
		}
	}
}
