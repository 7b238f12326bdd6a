package email

import (
	"strings"
	"sync/atomic"
	"testing"

	"canvass/worker/channel"
)

// together offers PIPELINING and is polite otherwise.
func together(line string) string {
	if strings.HasPrefix(line, "EHLO") {
		return "250-fake\r\n250-PIPELINING\r\n250 ENHANCEDSTATUSCODES"
	}
	return polite(line)
}

// What each answer becomes when the commands went out together, and whether the
// connection lives on: the same as one by one.
func TestAnswersToCommandsSentTogether(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		verb, reply string
		class       channel.Class
		code        string
		kept        bool
	}{
		{"MAIL", "450 4.7.1 later", channel.Temporary, "450 4.7.1", true},
		{"MAIL", "421 4.3.2 closing", channel.Temporary, "421 4.3.2", false},
		{"MAIL", "550 5.7.1 not you", channel.Config, "550 5.7.1", true},
		{"RCPT", "451 4.3.0 later", channel.Temporary, "451 4.3.0", true},
		{"RCPT", "550 5.1.1 unknown", channel.Permanent, "550 5.1.1", true},
		{"RCPT", "", channel.Temporary, "", false},
		{"RCPT", "gibberish", channel.Temporary, "", false},
		{"DATA", "554 no valid recipients", channel.Permanent, "554", true},
		{"DATA", "", channel.Temporary, "", false},
		{".", "451 4.7.1 later", channel.Temporary, "451 4.7.1", true},
		{".", "", channel.Unknown, "", false},
	} {
		t.Run(tt.verb+" "+tt.reply, func(t *testing.T) {
			t.Parallel()
			var met, refused atomic.Bool
			f := startFake(t, func(_ int, line string) string {
				switch verb := strings.ToUpper(line[:min(len(line), 4)]); {
				case strings.HasPrefix(line, tt.verb) && met.CompareAndSwap(false, true):
					refused.Store(tt.verb != ".")
					return tt.reply
				case refused.Load() && (verb == "RCPT" || verb == "DATA"):
					return "503 5.5.1 out of order"
				case verb == "RSET", verb == "EHLO":
					refused.Store(false)
				}
				return together(line)
			})
			s := f.sender(t, nil)
			_, err := s.Send(t.Context(), good())
			e := failure(t, err)
			if e.Class != tt.class || e.Code != tt.code {
				t.Errorf("got %s %q, want %s %q", e.Class, e.Code, tt.class, tt.code)
			}
			if _, err := s.Send(t.Context(), good()); err != nil {
				t.Fatalf("the next message: %v", err)
			}
			if conns, _ := f.counts(); (conns == 1) != tt.kept {
				t.Errorf("%d connections, kept = %v", conns, tt.kept)
			}
		})
	}
}

// A server refuses the recipient and asks for the content all the same: it gets
// none, and the next mail goes over the same connection.
func TestNothingIsSentToARefusedRecipient(t *testing.T) {
	t.Parallel()
	var met atomic.Bool
	f := startFake(t, func(_ int, line string) string {
		if strings.HasPrefix(line, "RCPT") && met.CompareAndSwap(false, true) {
			return "550 5.1.1 unknown"
		}
		return together(line)
	})
	s := f.sender(t, nil)
	_, err := s.Send(t.Context(), good())
	if e := failure(t, err); e.Class != channel.Permanent || !e.DeadEndpoint {
		t.Errorf("%+v", e)
	}
	f.mu.Lock()
	content := f.content
	f.mu.Unlock()
	if content != 0 {
		t.Errorf("%d lines of content were sent", content)
	}
	if _, err := s.Send(t.Context(), good()); err != nil {
		t.Fatal(err)
	}
	if conns, mails := f.counts(); conns != 1 || mails != 2 {
		t.Errorf("%d connections, %d mails, want the empty one and the next", conns, mails)
	}
}

// A server that dropped a waiting connection costs a redial, not a refusal.
func TestStaleConnectionWithCommandsSentTogether(t *testing.T) {
	t.Parallel()
	var mails atomic.Int32
	f := startFake(t, func(connection int, line string) string {
		if strings.HasPrefix(line, "MAIL") {
			if n := mails.Add(1); connection == 1 && n == 2 {
				return ""
			}
		}
		return together(line)
	})
	s := f.sender(t, nil)
	for range 2 {
		if _, err := s.Send(t.Context(), good()); err != nil {
			t.Fatal(err)
		}
	}
	if conns, taken := f.counts(); conns != 2 || taken != 2 {
		t.Errorf("%d connections, %d mails", conns, taken)
	}
}
