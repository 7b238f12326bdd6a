package channeltest

import (
	"bytes"
	"context"
	"errors"
	"log"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"canvass/dispatch/survey"
	"canvass/worker/channel"
)

// Bench is one channel on its simulator. Addresses are endpoints that the
// simulator knows to misbehave at; an empty one means that the channel cannot
// show that case, which is then left out.
type Bench struct {
	// Sender is the channel under test. If it is a channel.Finder too, doubt is
	// resolved by it.
	Sender channel.Sender
	// Message is a good message for an endpoint, unlike any other: its own Ref,
	// Message-ID, text and callback addresses.
	Message func(to string) channel.Message
	// Taken counts how often the simulator has taken a message.
	Taken func(m channel.Message) int
	// Fresh returns an ordinary endpoint, another one for each n.
	Fresh func(n int) string

	Refused   string // refused for good, the address is not to blame
	Dead      string // refused for good, the address is dead
	Config    string // refused because of our own set-up
	Blocked   string // refused for what the other side thinks of us
	OptedOut  string // refused after a STOP
	Temporary string // refused at first, taken at the second try
	Throttled string // refused as too fast at first, taken at the second try
	LostAfter string // taken, and the reply is lost
	Lost      string // not taken, and the reply is lost
}

// patience bounds each send.
const patience = 20 * time.Second

// Run runs the suite. It captures the default loggers, so it must not run in
// parallel with other tests of the package.
func Run(t *testing.T, b Bench) {
	told := capture(t)
	check := &checker{Bench: b, told: told}
	t.Run("accepts", check.accepts)
	for _, c := range []struct {
		name, to string
		class    channel.Class
		dead     bool
	}{
		{"refused", b.Refused, channel.Permanent, false},
		{"dead", b.Dead, channel.Permanent, true},
		{"config", b.Config, channel.Config, false},
		{"blocked", b.Blocked, channel.Blocked, false},
		{"opted out", b.OptedOut, channel.OptedOut, false},
	} {
		if c.to != "" {
			t.Run(c.name, func(t *testing.T) { check.refuses(t, c.to, c.class, c.dead) })
		}
	}
	for name, to := range map[channel.Class]string{channel.Temporary: b.Temporary, channel.Throttled: b.Throttled} {
		if to != "" {
			t.Run(string(name), func(t *testing.T) { check.takesLater(t, to, name) })
		}
	}
	if b.LostAfter != "" {
		t.Run("lost after", func(t *testing.T) { check.doubts(t, b.LostAfter, 1) })
	}
	if b.Lost != "" {
		t.Run("lost", func(t *testing.T) { check.doubts(t, b.Lost, 0) })
	}
	t.Run("late", check.late)
	t.Run("cancelled", check.cancelled)
	t.Run("concurrent", check.concurrent)
	if log := told.String(); log != "" {
		t.Errorf("a channel logs nothing, this one said:\n%s", log)
	}
}

type checker struct {
	Bench
	told *buffer
}

// accepts: a good message is taken once, and its receipt names it where the
// provider does.
func (c *checker) accepts(t *testing.T) {
	m := c.Message(c.Fresh(0))
	if err := c.send(t, m); err != nil {
		t.Fatalf("good message refused: %v", err)
	}
	c.wasTaken(t, m, 1)
}

// refuses: the failure has its class, is interpreted accordingly, and nothing
// was taken.
func (c *checker) refuses(t *testing.T, to string, class channel.Class, dead bool) {
	m := c.Message(to)
	e := c.fails(t, m, class)
	if e.DeadEndpoint != dead {
		t.Errorf("DeadEndpoint = %v, want %v", e.DeadEndpoint, dead)
	}
	if e.Code == "" {
		t.Error("a provider's refusal has a code")
	}
	// What a fault of our own does to the attempt is the interpreter's business;
	// here it matters that the sender stops.
	o := channel.Interpret(e)
	if class == channel.Config && !o.StopSender {
		t.Error("a wrong set-up does not stop the sender")
	}
	if class == channel.Blocked && (o.StopSender || !o.Trouble) {
		t.Error("what one server thinks of us is counted, and stops nothing")
	}
	if class != channel.Config && class != channel.Blocked && o.Event != survey.AttemptRefuse {
		t.Errorf("attempt event = %s, want %s", o.Event, survey.AttemptRefuse)
	}
	c.wasTaken(t, m, 0)
}

// takesLater: the same message, tried again, is taken once.
func (c *checker) takesLater(t *testing.T, to string, class channel.Class) {
	m := c.Message(to)
	e := c.fails(t, m, class)
	if o := channel.Interpret(e); o.Event != survey.AttemptDefer {
		t.Errorf("attempt event = %s, want %s", o.Event, survey.AttemptDefer)
	}
	c.wasTaken(t, m, 0)
	if err := c.send(t, m); err != nil {
		t.Fatalf("second try refused: %v", err)
	}
	c.wasTaken(t, m, 1)
}

// doubts: a lost reply is in doubt, whether or not the message was taken, and
// the provider's listing tells which, if it has one.
func (c *checker) doubts(t *testing.T, to string, taken int) {
	m := c.Message(to)
	at := time.Now()
	e := c.fails(t, m, channel.Unknown)
	if o := channel.Interpret(e); o.Event != survey.AttemptDoubt {
		t.Errorf("attempt event = %s, want %s", o.Event, survey.AttemptDoubt)
	}
	c.wasTaken(t, m, taken)
	finder, ok := c.Sender.(channel.Finder)
	if !ok {
		return
	}
	found, err := finder.Find(t.Context(), channel.Probe{
		Ref: m.Ref, Channel: m.Channel, From: m.From, To: m.To, Body: m.Body, At: at,
	})
	if err != nil {
		t.Fatalf("listing: %v", err)
	}
	if found.Matches != taken {
		t.Errorf("the listing shows %d, the provider took %d", found.Matches, taken)
	}
	if taken == 1 && (found.Status.Event == "" || found.Status.ProviderID == "" || found.Status.Ref != m.Ref) {
		t.Errorf("found without an event, an id or our reference: %s %s", found.Status.Event, found.Status.Code)
	}
}

// late: after SendBefore nothing is handed over.
func (c *checker) late(t *testing.T) {
	m := c.Message(c.Fresh(1))
	m.SendBefore = time.Now().Add(-time.Millisecond)
	e := c.fails(t, m, channel.Late)
	if o := channel.Interpret(e); o.Event != survey.AttemptPutBack {
		t.Errorf("attempt event = %s, want %s", o.Event, survey.AttemptPutBack)
	}
	c.wasTaken(t, m, 0)
}

// cancelled: a context that ended hands nothing over either.
func (c *checker) cancelled(t *testing.T) {
	m := c.Message(c.Fresh(2))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := c.Sender.Send(ctx, m)
	if e := c.sendError(t, m, err); e.Class != channel.Late {
		t.Errorf("class = %s, want %s", e.Class, channel.Late)
	}
	c.wasTaken(t, m, 0)
}

// concurrent: 32 goroutines share the sender, and each message is taken once.
func (c *checker) concurrent(t *testing.T) {
	const workers, each = 32, 4
	var mu sync.Mutex
	var sent []channel.Message
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for n := range each {
				mu.Lock()
				m := c.Message(c.Fresh(100 + w*each + n))
				sent = append(sent, m)
				mu.Unlock()
				if err := c.send(t, m); err != nil {
					t.Errorf("refused: %v", err)
				}
			}
		})
	}
	wg.Wait()
	for _, m := range sent {
		c.wasTaken(t, m, 1)
	}
}

func (c *checker) send(t *testing.T, m channel.Message) error {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	_, err := c.Sender.Send(ctx, m)
	return err
}

// fails sends m and returns the failure, which has the class.
func (c *checker) fails(t *testing.T, m channel.Message, class channel.Class) *channel.SendError {
	t.Helper()
	e := c.sendError(t, m, c.send(t, m))
	if e.Class != class {
		t.Fatalf("class = %q, want %q (code %q, detail %q)", e.Class, class, e.Code, e.Detail)
	}
	return e
}

// sendError insists that err is a *channel.SendError that tells nothing of m.
func (c *checker) sendError(t *testing.T, m channel.Message, err error) *channel.SendError {
	t.Helper()
	var e *channel.SendError
	if !errors.As(err, &e) {
		t.Fatalf("%v is no *channel.SendError", err)
	}
	for _, secret := range []string{m.To, m.From, m.FromName, m.ReplyTo, m.EnvelopeFrom, m.Subject, m.Text, m.HTML, m.Body, m.UnsubscribeURL, m.StatusURL, m.AnswerURL} {
		if secret != "" && (strings.Contains(err.Error(), secret) || strings.Contains(c.told.String(), secret)) {
			t.Errorf("the error or the log tells %q: %v", secret, err)
		}
	}
	if strings.Contains(err.Error(), "@") || strings.Contains(err.Error(), "+84") {
		t.Errorf("the error tells an address: %v", err)
	}
	return e
}

func (c *checker) wasTaken(t *testing.T, m channel.Message, want int) {
	t.Helper()
	if got := c.Taken(m); got != want {
		t.Errorf("taken %d times, want %d", got, want)
	}
}

// buffer is what the loggers wrote.
type buffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

// String is all that was written so far.
func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// capture redirects both default loggers until the test ends.
func capture(t *testing.T) *buffer {
	told := new(buffer)
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(told, &slog.HandlerOptions{Level: slog.LevelDebug})))
	log.SetOutput(told)
	t.Cleanup(func() {
		slog.SetDefault(before)
		log.SetOutput(os.Stderr)
	})
	return told
}
