package worker

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/queue"
	"canvass/dispatch/survey"
	"canvass/dispatch/token"
	"canvass/dispatch/wording"
	"canvass/templates"
	"canvass/worker/channel"
	"canvass/worker/channel/android"
	"canvass/worker/ingest"
	"canvass/worker/intake"
	"canvass/worker/sim/androidsim"
)

const (
	simNumber = "+84310000010"
	simPublic = "https://ks.lamxuyen.example"
)

// hints keeps what is enqueued, to be done by hand.
type hints struct {
	mu   sync.Mutex
	list []queue.Task
}

func (h *hints) Enqueue(_ context.Context, tasks ...queue.Task) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.list = append(h.list, tasks...)
	return nil
}

func (h *hints) take() []queue.Task {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := h.list
	h.list = nil
	return out
}

// province is an office whose only way to people is a SIM in a phone: a real
// database, the real pages, and a stranger's phone.
type province struct {
	testing.TB
	*Worker
	db       *pgtest.DB
	sim      *androidsim.Sim
	hints    *hints
	campaign survey.Campaign
	numbers  []string
}

// newProvince has somebody at each number, with a text queued that opens a
// conversation.
func newProvince(t testing.TB, numbers ...string) *province {
	t.Helper()
	p := &province{TB: t, db: pgtest.New(t), hints: &hints{}, numbers: numbers}
	now := pgtest.Day().Add(time.Hour)
	p.db.MakeSender(survey.Sender{Channel: survey.SMS, Address: simNumber, Provider: android.ProviderName, CanReceive: true})
	protocol := pgtest.Protocol()
	protocol.Steps = []survey.Step{{Name: "sms", Channel: survey.SMS, Text: "invitation", Conversation: true}}
	p.campaign = p.db.MakeCampaign(survey.Campaign{Protocol: protocol, EndsAt: pgtest.Day().Add(7 * 24 * time.Hour)})
	p.db.Exec(`INSERT INTO frame (campaign_id, frozen_at, hash, size) VALUES ($1, $2, 'x', $3)`, p.campaign.ID, now, len(numbers))
	for i, number := range numbers {
		who := pgtest.Reachable(i + 1)
		who.Endpoints = []survey.Endpoint{{Kind: survey.PhoneNumber, Address: number, SMS: true}}
		inv := p.db.MakeInvitation(survey.Invitation{CampaignID: p.campaign.ID, ContactID: p.db.MakeContact(who)})
		hash := sha256.Sum256(fmt.Appendf(nil, "token %d", inv))
		p.db.Exec(`INSERT INTO token (hash, invitation_id, purpose, version, key_id) VALUES ($1, $2, 'form', 1, 'k')`, hash[:], inv)
		p.db.MakeAttempt(survey.Attempt{CampaignID: p.campaign.ID, InvitationID: inv, Step: "sms", Channel: survey.SMS, DueAt: now})
	}
	p.open(now)
	return p
}

func (p *province) must(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

// open builds the house and the phone around the database.
func (p *province) open(now time.Time) {
	keys, err := token.NewKeyring(token.Key{ID: "k", Secret: bytes.Repeat([]byte("k"), 32)})
	p.must(err)
	set, err := templates.New()
	p.must(err)
	words, quiet := wording.New(set), slog.New(slog.DiscardHandler)
	clock := survey.Rehearse(time.Now, survey.Rehearsal{Real: time.Now(), Business: now, Speed: 1})
	taking := ingest.New(p.db.DB, p.hints, clock, keys)

	pages := httptest.NewUnstartedServer(nil)
	p.sim, err = androidsim.Start(androidsim.Config{RewriteHook: func(address string) string {
		return strings.Replace(address, simPublic, "http://"+pages.Listener.Addr().String(), 1)
	}})
	p.must(err)
	p.Cleanup(p.sim.Close)
	phone, err := android.New(android.Config{URL: p.sim.ServerURL(), User: androidsim.DefaultUser, Password: androidsim.DefaultPassword,
		WebhookKey: androidsim.DefaultHookKey, Number: simNumber, IDKeys: [][]byte{keys.SealKeys("android")[0].Secret}, Timeout: 5 * time.Second})
	p.must(err)
	p.Cleanup(phone.Close)
	handler, err := intake.New(intake.Config{Store: p.db.DB, Ingest: taking, Words: words, Templates: set, Clock: clock, PublicURL: simPublic,
		Logger: quiet, Hooks: map[string]channel.Hook{android.ProviderName: phone}})
	p.must(err)
	pages.Config.Handler = handler
	pages.Start()
	p.Cleanup(pages.Close)
	p.must(phone.Register(p.Context(), simPublic+intake.HookPath(android.ProviderName)))
	p.Worker = New(Config{Store: p.db.DB, Ingest: taking, Pace: free{}, Keys: keys, Words: words, Clock: clock, PublicURL: simPublic, Logger: quiet,
		Carriers: map[string]channel.Sender{android.ProviderName: phone}, ProvenAbsent: time.Nanosecond})
}

// work does what is due and what is hinted at until nothing is left.
func (p *province) work() {
	p.Helper()
	for range 100 {
		open, err := p.db.ChunkDue(p.Context(), p.Clock.Now().Add(time.Minute), 500, 4)
		p.must(err)
		tasks := p.hints.take()
		for _, c := range open {
			tasks = append(tasks, queue.Task{Kind: queue.SendChunk, ID: int64(c.ID), Generation: c.Generation})
		}
		if len(tasks) == 0 {
			p.must(p.sim.Settle(p.Context()))
			p.must(p.Handlers()[queue.IngestStatuses](p.Context(), queue.Task{Kind: queue.IngestStatuses})) // one hint stands for many
			if tasks = p.hints.take(); len(tasks) == 0 {
				return
			}
		}
		for _, t := range tasks {
			p.must(p.Handlers()[t.Kind](p.Context(), t))
		}
	}
	p.Fatal("there is always more to do")
}

// twisted tells what the phone has held back in any order, some of it twice.
func (p *province) twisted(chance *rand.Rand) {
	p.sim.Release(func(n int) []int {
		var order []int
		for i := range n {
			for range 1 + chance.IntN(3) {
				order = append(order, i)
			}
		}
		chance.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		return order
	})
	p.sim.Hold()
}

// A short survey is answered over the phone whole, while every event of the phone
// comes in any order and up to three times. The same word within a minute answers
// two questions; told twice it answers one.
func TestASurveyAnsweredByAnOrdinarySIM(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			chance := rand.New(rand.NewPCG(seed, 7))
			p := newProvince(t, "+84312000001", "+84312000002", "+84312000003")
			p.sim.Hold()
			p.work()
			at := time.Now().Truncate(time.Minute)
			for turn := range 2 {
				for i, number := range p.numbers {
					got := p.sim.Got(number)
					if len(got) != turn+1 {
						t.Fatalf("turn %d: %d texts: %v", turn, len(got), got)
					}
					local := "0" + strings.TrimPrefix(number, "+84")
					p.must(p.sim.Write(androidsim.Text{From: []string{number, local}[i%2], Body: "1", At: at.Add(time.Duration(turn) * 20 * time.Second)}))
				}
				p.twisted(chance)
				p.work()
			}
			p.twisted(chance) // what became of the thanks
			p.work()
			p.answered(len(p.numbers))
			for _, number := range p.numbers {
				if got := p.sim.Got(number); len(got) != 3 {
					t.Errorf("%s has %d texts: %v", number, len(got), got)
				}
			}
		})
	}
}

// answered insists that n people have answered both questions with 1, and that the
// ledgers agree with the phone.
func (p *province) answered(n int) {
	p.Helper()
	for query, want := range map[string]int{
		`SELECT count(*) FROM response WHERE state = 'submitted' AND mode = 'sms'`:                                   n,
		`SELECT count(*) FROM answer_item WHERE value::text IN ('1', '"1"')`:                                         2 * n,
		`SELECT count(*) FROM answer_item`:                                                                           2 * n,
		`SELECT count(*) FROM inbox WHERE provider = 'android' AND kind = 'text'`:                                    2 * n,
		`SELECT count(*) FROM inbox WHERE provider = 'android' AND applied_at IS NULL`:                               0,
		`SELECT count(*) FROM attempt WHERE state = 'delivered'`:                                                     n,
		`SELECT count(*) FROM notice WHERE state = 'delivered'`:                                                      2 * n,
		`SELECT count(*) FROM notice`:                                                                                2 * n,
		`SELECT count(*) FROM inbox WHERE provider_id LIKE '%312000%' OR (kind = 'status' AND outcome = 'parked')`:   0,
		`SELECT count(*) FROM invitation WHERE state = 'closed' AND disposition IN ('1.1', '1.10', '1.100', '1.11')`: n,
	} {
		if got := p.db.Int(query); got != want {
			p.Errorf("%s: %d, want %d", query, got, want)
		}
	}
	if c := p.sim.Counts(); c.Created != 3*n || c.Lost != 0 {
		p.Errorf("the phone: %+v, want %d messages", c, 3*n)
	}
}
