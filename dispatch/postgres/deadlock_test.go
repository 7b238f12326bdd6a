package postgres_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// crowd is everything that the house does at once to the same people, in two
// campaigns that share phones.
type crowd struct {
	*field
	ctx    context.Context
	fields []survey.CampaignID
	cases  []survey.InvitationID
	mu     sync.Mutex
	count  map[string]int
	begun  time.Time
	stop   context.CancelFunc
}

// enough is what must have happened for the test to have tested anything.
func enough() map[string]int {
	return map[string]int{"planned": 200, "chunks": 20, "claimed": 150, "outcomes": 150, "applied": 60, "notices": 15}
}

func (c *crowd) did(what string, n int, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.count[what] += n
	done := time.Since(c.begun) > 2*time.Second
	for k, least := range enough() {
		done = done && c.count[k] >= least
	}
	if done {
		c.stop()
	}
	var pe *pq.Error
	switch {
	case err == nil, c.ctx.Err() != nil:
	case errors.As(err, &pe) && pe.Code == "40P01":
		c.t.Errorf("%s: a deadlock came through: %v", what, err)
	default:
		c.t.Errorf("%s: %v", what, err)
	}
}

func (c *crowd) anyone(r *rand.Rand) survey.InvitationID { return c.cases[r.IntN(len(c.cases))] }

// plan contacts whoever is due with the next try, and closes some.
func (c *crowd) plan(r *rand.Rand) {
	n, err := c.PlanDue(c.ctx, view.PlanOrder{CampaignID: c.fields[r.IntN(len(c.fields))], Now: c.now, Limit: 20}, func(p view.PlanCase) view.Plan {
		if r.IntN(20) == 0 {
			return view.Plan{Close: survey.NothingReturned, Reason: survey.ReasonExhausted}
		}
		ch := survey.Channels()[r.IntN(3)]
		return view.Plan{Contact: &view.PlannedAttempt{Step: "s", Channel: ch, Try: len(p.Attempts) + 1, DueAt: c.now,
			Sender: c.senders[ch], Endpoint: p.Reach[ch].Endpoint}}
	})
	c.did("planned", n, err)
}

func (c *crowd) feed(*rand.Rand) {
	n, err := c.ChunkDue(c.ctx, c.now, 30, 4)
	c.did("chunks", len(n), err)
}

// work takes an open chunk and works on it for one batch.
func (c *crowd) work(r *rand.Rand) {
	var id survey.ChunkID
	var gen int
	err := c.SQL().QueryRowContext(c.ctx, `SELECT id, generation FROM chunk WHERE state = 'open' ORDER BY random() LIMIT 1`).Scan(&id, &gen)
	if err != nil {
		return // none is open
	}
	if r.IntN(10) == 0 {
		n, err := c.LoseClaims(c.ctx, id, c.now)
		c.did("lost", n, err)
	}
	claimed, seen, err := c.ClaimAttempts(c.ctx, view.Claim{Chunk: id, Limit: 20, Now: c.now, AddressKeys: noKeys,
		Gate: func(k view.Candidate) view.Verdict {
			switch r.IntN(6) {
			case 0:
				return view.Verdict{Event: survey.AttemptCancel, Reason: survey.ReasonSuppressed}
			case 1:
				return view.Verdict{Event: survey.AttemptPutBack, Reason: survey.ReasonWindow, DueAt: c.now}
			}
			if k.Channel == survey.SMS {
				return talk(k)
			}
			return let(k)
		}})
	c.did("claimed", len(claimed), err)
	var out []view.AttemptOutcome
	for _, k := range claimed {
		events := []survey.AttemptEvent{survey.AttemptAccept, survey.AttemptRefuse, survey.AttemptDefer, survey.AttemptPutBack, survey.AttemptDoubt}
		out = append(out, view.AttemptOutcome{ID: k.AttemptID, Event: events[r.IntN(len(events))], DeadEndpoint: r.IntN(9) == 0, DueAt: c.now})
	}
	r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	c.did("outcomes", len(out), c.RecordOutcomes(c.ctx, c.now, out))
	if err == nil && seen == 0 {
		c.did("finished", 1, c.FinishChunk(c.ctx, view.OpenChunk{ID: id, Generation: gen}))
	}
}

// write is somebody who answers, stops, submits, or a callback, or several of
// these before anyone looked.
func (c *crowd) write(r *rand.Rand) {
	inv := c.anyone(r)
	for range 1 + r.IntN(3) {
		_, err := c.Store(c.ctx, view.Arrival{Kind: "text", Provider: "t", ProviderID: fmt.Sprint(r.Uint64()), ReceivedAt: time.Now(),
			InvitationID: inv, Payload: json.RawMessage(`{}`)})
		c.did("arrived", 1, err)
	}
	done, err := c.ApplyInbox(c.ctx, inv, c.now, func(k view.Case, _ view.InboxRow) (view.Change, error) { return c.decide(r, k), nil })
	c.did("applied", len(done), err)
	for _, d := range done {
		for _, n := range d.Notices {
			if _, err := c.ClaimNotice(c.ctx, n, c.now, noKeys); err == nil {
				c.did("notices", 1, c.RecordNotice(c.ctx, c.now, view.NoticeOutcome{ID: n.ID, Event: survey.AttemptAccept}))
			}
		}
	}
}

func (c *crowd) decide(r *rand.Rand, k view.Case) view.Change {
	ch := view.Change{Mode: survey.TextMode, Human: true, Conversation: &view.ConversationChange{Mode: survey.TextMode,
		SenderID: c.senders[survey.SMS], Phone: survey.Phone(phoneOf(k.ContactID)), State: json.RawMessage(`{}`), Close: r.IntN(3) == 0}}
	switch r.IntN(5) {
	case 0: // STOP
		ch.Suppress = []survey.Suppression{{ContactID: k.ContactID, Channel: survey.SMS, Scope: survey.SuppressAll, Source: "sms"}}
		ch.Close, ch.Cancel, ch.Refusal = survey.RefusalByPerson, survey.ReasonOptedOut, "person"
		ch.Notices = []view.NewNotice{c.reply(true)}
	case 1: // submit
		ch.Items, ch.Submit = []survey.Item{answer("huong", "1")}, true
		ch.Close, ch.Cancel = survey.Complete, survey.ReasonSubmitted
	case 2: // answer
		ch.Items, ch.Notices = []survey.Item{answer("huong", "2")}, []view.NewNotice{c.reply(false)}
	case 3: // withdrawn without an end
		ch.Cancel, ch.Lift = survey.ReasonStaff, true
	default: // callback
		if n := len(k.Attempts); n > 0 {
			ch.Attempt = &view.AttemptOutcome{ID: k.Attempts[r.IntN(n)].ID, Event: survey.AttemptDeliver}
		}
	}
	return ch
}

// phoneOf has every two people share a phone, in reverse order of their ids, so
// that attempts in id order are not phones in order.
func phoneOf(c survey.ContactID) string { return fmt.Sprintf("+8491%07d", 500-int(c)/2) }

func (c *crowd) reopen(r *rand.Rand) {
	_, err := c.SQL().ExecContext(c.ctx, `UPDATE invitation SET state = 'open', disposition = NULL, closed_at = NULL, plan_at = $2
		WHERE id = $1`, c.anyone(r), c.now)
	c.did("reopened", 1, err)
}

// Everything at once on the same fifty people. No deadlock may surface; and when
// it is over, nothing is stranded.
func TestEverythingAtOnceEndsWithoutDeadlock(t *testing.T) {
	t.Parallel()
	f := newField(t, 50)
	another, others := f.campaign("another")
	f.Exec(`UPDATE endpoint SET address = '+8491' || lpad((500 - contact_id / 2)::text, 7, '0') WHERE kind = 'phone' AND contact_id % 2 = 0`)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c := &crowd{field: f, ctx: ctx, fields: []survey.CampaignID{f.k.ID, another.ID}, cases: append(f.people, others...), count: map[string]int{}, begun: time.Now(), stop: cancel}
	before := f.Int(`SELECT coalesce(deadlocks, 0) FROM pg_stat_database WHERE datname = current_database()`)
	var wg sync.WaitGroup
	for i, act := range []func(*rand.Rand){c.plan, c.plan, c.feed, c.feed, c.work, c.work, c.work, c.write, c.write, c.write, c.reopen} {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(1, uint64(i)))
			for ctx.Err() == nil {
				act(r)
			}
		})
	}
	wg.Wait()
	t.Logf("did %v; deadlocks that Postgres broke: %d", c.count,
		f.Int(`SELECT coalesce(deadlocks, 0) FROM pg_stat_database WHERE datname = current_database()`)-before)
	for what, least := range enough() {
		if c.count[what] < least {
			t.Errorf("%s: %d, want %d for the test to mean anything", what, c.count[what], least)
		}
	}
	f.nothingStranded()
	f.want(0, "rows applied without an outcome", `SELECT count(*) FROM inbox WHERE (applied_at IS NULL) <> (outcome = '')`)
	f.want(0, "people with two responses", `SELECT count(*) FROM (SELECT 1 FROM link.response_link GROUP BY invitation_id HAVING count(*) > 1) AS x`)
	f.want(0, "phones with two conversations in front", `SELECT count(*) FROM (SELECT 1 FROM conversation WHERE closed_at IS NULL AND held_at IS NULL GROUP BY mode, sender_id, phone HAVING count(*) > 1) AS x`)
}
