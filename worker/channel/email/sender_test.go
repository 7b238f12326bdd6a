package email

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"canvass/worker/channel"
)

func failure(t *testing.T, err error) *channel.SendError {
	t.Helper()
	var e *channel.SendError
	if !errors.As(err, &e) {
		t.Fatalf("%v is no *channel.SendError", err)
	}
	return e
}

// What each answer at each phase becomes, and whether the connection lives on.
func TestAnswersBecomeClasses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		verb, reply string
		class       channel.Class
		code        string
		dead, kept  bool
	}{
		{"MAIL", "450 4.7.1 later, trieu@hoptho.example", channel.Temporary, "450 4.7.1", false, true},
		{"MAIL", "421 4.3.2 closing", channel.Temporary, "421 4.3.2", false, false},
		{"MAIL", "550 5.7.1 not you", channel.Config, "550 5.7.1", false, true},
		{"MAIL", "553 bad sender", channel.Config, "553", false, true},
		{"MAIL", "552 5.3.4 too big", channel.Permanent, "552 5.3.4", false, true},
		{"RCPT", "451 4.3.0 later", channel.Temporary, "451 4.3.0", false, true},
		{"RCPT", "452 4.2.2 full", channel.Temporary, "452 4.2.2", false, true},
		{"RCPT", "550 5.1.1 trieu@hoptho.example unknown", channel.Permanent, "550 5.1.1", true, true},
		{"RCPT", "550 5.1.2 no such host", channel.Permanent, "550 5.1.2", true, true},
		{"RCPT", "501 5.1.3 syntax", channel.Permanent, "501 5.1.3", true, true},
		{"RCPT", "556 5.1.10 null mx", channel.Permanent, "556 5.1.10", true, true},
		{"RCPT", "550 5.2.1 disabled", channel.Permanent, "550 5.2.1", true, true},
		{"RCPT", "552 5.2.2 full for good", channel.Permanent, "552 5.2.2", false, true},
		{"RCPT", "550 5.1.8 sender unknown", channel.Config, "550 5.1.8", false, true},
		{"RCPT", "550 5.7.1 policy", channel.Blocked, "550 5.7.1", false, true},
		{"RCPT", "530 authenticate", channel.Config, "530", false, true},
		{"RCPT", "550 no enhanced code", channel.Permanent, "550", false, true},
		{"RCPT", "550 4.1.1 codes that disagree", channel.Permanent, "550", false, true},
		{"RCPT", "", channel.Temporary, "", false, false},
		{"RCPT", "gibberish", channel.Temporary, "", false, false},
		{"DATA", "554 no valid recipients", channel.Permanent, "554", false, true},
		{"DATA", "", channel.Temporary, "", false, false},
		{".", "451 4.7.1 later", channel.Temporary, "451 4.7.1", false, true},
		{".", "554 5.7.1 spam", channel.Blocked, "554 5.7.1", false, true},
		{".", "554 5.6.0 no", channel.Permanent, "554 5.6.0", false, true},
		{".", "421 4.3.2 closing", channel.Temporary, "421 4.3.2", false, false},
		{".", "", channel.Unknown, "", false, false},
		{".", "gibberish", channel.Unknown, "", false, false},
		{".", "299 odd", channel.Unknown, "299", false, true},
	}
	for _, tt := range tests {
		t.Run(tt.verb+" "+tt.reply, func(t *testing.T) {
			t.Parallel()
			var met atomic.Bool
			f := startFake(t, func(_ int, line string) string {
				if strings.HasPrefix(line, tt.verb) && met.CompareAndSwap(false, true) {
					return tt.reply
				}
				return polite(line)
			})
			s := f.sender(t, nil)
			_, err := s.Send(t.Context(), good())
			e := failure(t, err)
			if e.Class != tt.class || e.Code != tt.code || e.DeadEndpoint != tt.dead {
				t.Errorf("got %s %q dead=%v, want %s %q dead=%v", e.Class, e.Code, e.DeadEndpoint, tt.class, tt.code, tt.dead)
			}
			if strings.Contains(err.Error(), "@") {
				t.Errorf("the error tells an address: %v", err)
			}
			receipt, err := s.Send(t.Context(), good())
			if err != nil {
				t.Fatalf("the next message: %v", err)
			}
			if receipt.ProviderID != "4XyZ12" {
				t.Errorf("queue id = %q", receipt.ProviderID)
			}
			if conns, _ := f.counts(); (conns == 1) != tt.kept {
				t.Errorf("%d connections, kept = %v", conns, tt.kept)
			}
		})
	}
}

// One connection carries many messages, and is retired after its share.
func TestConnectionsAreReused(t *testing.T) {
	t.Parallel()
	f := startFake(t, func(_ int, line string) string { return polite(line) })
	s := f.sender(t, nil)
	for range maxMessages + 1 {
		if _, err := s.Send(t.Context(), good()); err != nil {
			t.Fatal(err)
		}
	}
	if conns, mails := f.counts(); conns != 2 || mails != maxMessages+1 {
		t.Errorf("%d connections for %d mails", conns, mails)
	}
	if f.heard("RSET") || f.heard("NOOP") {
		t.Error("an accepted message is followed by RSET or NOOP")
	}
}

// A server that dropped a waiting connection costs a redial, not a refusal.
func TestStaleConnection(t *testing.T) {
	t.Parallel()
	for name, farewell := range map[string]string{"cut": "", "421": "421 4.4.2 idle too long"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var mails atomic.Int32
			f := startFake(t, func(connection int, line string) string {
				if strings.HasPrefix(line, "MAIL") {
					if n := mails.Add(1); connection == 1 && n == 2 {
						return farewell
					}
				}
				return polite(line)
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
		})
	}
}

// A message whose time ends while the server dawdles is not handed over, whether
// commands go one by one or together: the half-begun mail is never finished.
func TestLateInTheMiddle(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(string) string{"one by one": polite, "together": together} {
		for _, verb := range []string{"MAIL", "RCPT", "DATA"} {
			t.Run(name+" "+verb, func(t *testing.T) {
				t.Parallel()
				release := make(chan struct{})
				f := startFake(t, func(connection int, line string) string {
					if connection == 1 && strings.HasPrefix(line, verb) {
						<-release
					}
					return answer(line)
				})
				s := f.sender(t, nil)
				m := good()
				m.SendBefore = time.Now().Add(80 * time.Millisecond)
				_, err := s.Send(t.Context(), m)
				close(release)
				if e := failure(t, err); e.Class != channel.Late {
					t.Fatalf("class = %s", e.Class)
				}
				if _, err := s.Send(t.Context(), good()); err != nil {
					t.Fatal(err)
				}
				if _, mails := f.counts(); mails != 1 {
					t.Errorf("%d mails, want only the second", mails)
				}
			})
		}
	}
}

// SendBefore is read from Config.Now before each command, not only once.
func TestLateByTheClock(t *testing.T) {
	t.Parallel()
	f := startFake(t, func(_ int, line string) string { return polite(line) })
	start, asked := time.Now(), 0
	s := f.sender(t, func(c *Config) {
		c.Now = func() time.Time { asked++; return start.Add(time.Duration(asked) * time.Minute) }
	})
	m := good()
	m.SendBefore = start.Add(6 * time.Minute)
	_, err := s.Send(t.Context(), m)
	e := failure(t, err)
	if e.Class != channel.Late {
		t.Fatalf("class = %s, detail %s", e.Class, e.Detail)
	}
	if _, mails := f.counts(); mails != 0 || !f.heard("MAIL") {
		t.Errorf("%d mails, MAIL heard %v: want the limit met in the middle", mails, f.heard("MAIL"))
	}
}

// Cancelling while waiting for the reply to the dot does not cut the wait.
func TestCancelAfterTheDot(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	f := startFake(t, func(_ int, line string) string {
		if line == "." {
			cancel()
		}
		return polite(line)
	})
	if _, err := f.sender(t, nil).Send(ctx, good()); err != nil {
		t.Errorf("taken, yet %v", err)
	}
}

func TestNobodyListens(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := &fake{listener: listener}
	s := f.sender(t, nil)
	listener.Close()
	_, err = s.Send(t.Context(), good())
	if e := failure(t, err); e.Class != channel.Temporary || e.Detail != string(Connect) {
		t.Errorf("got %s at %s", e.Class, e.Detail)
	}
	if e := failure(t, s.Check(t.Context())); e.Class != channel.Temporary || e.Detail != string(Connect) {
		t.Errorf("Check: %s at %s", e.Class, e.Detail)
	}
}

func TestClosed(t *testing.T) {
	t.Parallel()
	f := startFake(t, func(_ int, line string) string { return polite(line) })
	s := f.sender(t, nil)
	if _, err := s.Send(t.Context(), good()); err != nil {
		t.Fatal(err)
	}
	s.Close()
	if !f.heard("QUIT") {
		t.Error("Close took no leave")
	}
	_, err := s.Send(t.Context(), good())
	if e := failure(t, err); e.Class != channel.Temporary {
		t.Errorf("class = %s", e.Class)
	}
}
