package respondent

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"canvass/worker/sim/androidsim"
	"canvass/worker/sim/smtpsink"
	"canvass/worker/sim/twiliosim"
)

// Config says who answers whom.
type Config struct {
	// Province is who lives there. It is required.
	Province *Province
	// Seed decides what they answer.
	Seed uint64
	// Sink and Twilio are where mails, texts and calls arrive. One may be nil.
	Sink   *smtpsink.Sink
	Twilio *twiliosim.Sim
	// Android is a phone with a SIM, and Number that SIM's: texts arrive by it too, and
	// are answered by the way that they came. Nil: there is none.
	Android *androidsim.Sim
	Number  string
	// Public is the base address of our public listener, on loopback. Links in
	// mails and texts are opened there, whatever host they name.
	Public string
	// Speed is business seconds per real second; 0 means 1.
	Speed float64
	// Log never sees names, addresses, texts or links; nil means none.
	Log *slog.Logger
	// HTTP opens the links; nil means a client of its own. Cookies and redirects
	// of a given one are not used.
	HTTP *http.Client
}

// hands is how many acts of the crowd happen at once.
const hands = 16

// Crowd is the people of a province, reacting. Its methods may be called from
// any goroutine, also after Stop.
type Crowd struct {
	seed    uint64
	twilio  *twiliosim.Sim
	phone   *phone // nil without a SIM
	public  *url.URL
	speed   float64
	log     *slog.Logger
	client  *http.Client
	agenda  *agenda
	people  []*someone
	byMail  map[string][]*someone // by lower-case address
	byPhone map[string][]*someone
	tally   tally

	mu      sync.Mutex
	calls   map[string]*call
	readers map[string]*someone // by the form link that a shared mailbox got

	cancel  context.CancelFunc
	running sync.WaitGroup
	stop    sync.Once
}

// Start lets the crowd listen, from now on, until Stop. Errors name a setting
// that is missing or an address that is not on loopback.
func Start(cfg Config) (*Crowd, error) {
	public, err := loopback(cfg.Public)
	if err != nil {
		return nil, err
	}
	if cfg.Province == nil {
		return nil, errors.New("respondent: no province")
	}
	if cfg.Speed < 0 {
		return nil, errors.New("respondent: speed is negative")
	}
	c := &Crowd{
		seed: cfg.Seed, twilio: cfg.Twilio, public: public, speed: cfg.Speed, log: cfg.Log, client: clientOf(cfg.HTTP), agenda: newAgenda(),
		byMail: map[string][]*someone{}, byPhone: map[string][]*someone{}, calls: map[string]*call{}, readers: map[string]*someone{},
	}
	if c.speed == 0 {
		c.speed = 1
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	c.gather(cfg.Province)
	ctx, cancel := context.WithCancel(context.Background())
	c.cancel = cancel
	c.running.Go(func() { c.agenda.run(ctx, hands) })
	if cfg.Sink != nil {
		mails, end := cfg.Sink.Subscribe()
		c.running.Go(func() { c.readMails(ctx, mails, end) })
	}
	if cfg.Twilio != nil {
		events, end := cfg.Twilio.Subscribe()
		c.running.Go(func() { c.heedPhones(ctx, events, end) })
	}
	if cfg.Android != nil {
		c.phone = &phone{sim: cfg.Android, number: cfg.Number, last: map[string]time.Time{}}
		texts, end := cfg.Android.Subscribe()
		c.running.Go(func() { c.heedTexts(ctx, texts, end) })
	}
	return c, nil
}

// loopback parses the base address of a listener on this machine.
func loopback(base string) (*url.URL, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errors.New("respondent: the public address is no http address")
	}
	if ip := net.ParseIP(u.Hostname()); u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, errors.New("respondent: the public address is not on loopback")
	}
	return u, nil
}

// clientOf copies a client so that it keeps no cookies and follows nothing.
func clientOf(given *http.Client) *http.Client {
	client := http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: hands}}
	if given != nil {
		client = *given
	}
	client.Jar = nil
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &client
}

// gather makes somebody of every person.
func (c *Crowd) gather(p *Province) {
	for _, person := range p.People() {
		s := &someone{Person: person, rng: rand.New(rand.NewPCG(c.seed, uint64(person.ID)*0x9e3779b97f4a7c15))}
		s.tilt = s.rng.NormFloat64()*0.25 + tiltOf(person.Stratum)
		c.people = append(c.people, s)
		if s.Email != "" && !s.Bounces() { // what a server takes for a mailbox that is none, nobody reads
			key := strings.ToLower(s.Email)
			c.byMail[key] = append(c.byMail[key], s)
		}
		for _, n := range s.Phones {
			c.byPhone[n] = append(c.byPhone[n], s)
		}
	}
}

// Stop lets everybody finish the press of the button at hand and go home. It may
// be called twice.
func (c *Crowd) Stop() {
	c.stop.Do(func() {
		c.cancel()
		c.running.Wait()
		c.client.CloseIdleConnections()
	})
}

// Pending is how many things people are about to do or doing, calls that they
// are on included. It does not know of a mail or text that is still on its way
// to them, nor of an answer of ours that somebody waits for.
func (c *Crowd) Pending() int {
	c.mu.Lock()
	calls := len(c.calls)
	c.mu.Unlock()
	return c.agenda.pending() + calls
}

// Idle reports whether nobody is about to do anything.
func (c *Crowd) Idle() bool { return c.Pending() == 0 }

// later puts down what somebody does after so many minutes of business time.
func (c *Crowd) later(minutes float64, do func(context.Context)) {
	c.agenda.add(time.Duration(minutes*float64(time.Minute)/c.speed), do)
}

// someone is a person with what they remember.
type someone struct {
	Person
	tilt float64 // of their opinions

	mu       sync.Mutex // never held while talking to anybody
	rng      *rand.Rand
	contacts int    // mails, texts out of the blue and calls
	link     string // path and query of their form
	visit    *visit
	talk     *talk
	begun    Mode // the mode of a form left halfway
	ended    Mode // the mode in which the end was reached
	gone     bool // wants no more, this round or for good
}

// busy reports whether they are answering just now. A conversation that went
// quiet is let go after some more contacts. The caller holds s.mu.
func (s *someone) busy() bool { return s.visit != nil || s.talk != nil && s.contacts < lastResort }

// settled reports whether nothing more is to be done. The caller holds s.mu.
func (s *someone) settled() bool { return s.ended != "" || s.gone }

// minutes draws a time to react around a mean, seldom very long.
func (s *someone) minutes(mean float64) float64 {
	return min(max(s.rng.ExpFloat64()*mean, mean/10), mean*4)
}

// Mean times to react, in business minutes.
const (
	toMail   = 6
	toSMS    = 2.5
	toRing   = 0.15
	perPage  = 0.35
	perReply = 0.8
	perKey   = 0.06
	toLeave  = 4 // to go on elsewhere
)

// readMails reacts to every mail.
func (c *Crowd) readMails(ctx context.Context, mails <-chan smtpsink.Message, end func()) {
	defer end()
	for {
		select {
		case <-ctx.Done():
			return
		case m, open := <-mails:
			if !open {
				return
			}
			c.onMail(m)
		}
	}
}

// heedPhones reacts to every text and call.
func (c *Crowd) heedPhones(ctx context.Context, events <-chan twiliosim.Event, end func()) {
	defer end()
	for {
		select {
		case <-ctx.Done():
			return
		case e, open := <-events:
			if !open {
				return
			}
			switch e.Kind {
			case twiliosim.EventMessage:
				c.onText(e)
			case twiliosim.EventCall:
				c.onRing(e)
			case twiliosim.EventPrompt:
				c.onPrompt(e)
			case twiliosim.EventEnded:
				c.onEnded(e)
			}
		}
	}
}

// local is the address on this machine of a link, whatever host it names.
func (c *Crowd) local(link string) (*url.URL, error) {
	u, err := c.public.Parse(link)
	if err != nil {
		return nil, fmt.Errorf("respondent: a link cannot be read: %w", err)
	}
	u.Scheme, u.Host, u.User = c.public.Scheme, c.public.Host, nil
	return u, nil
}
