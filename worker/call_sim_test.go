package worker

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/queue"
	"canvass/dispatch/sound"
	"canvass/dispatch/survey"
	"canvass/dispatch/token"
	"canvass/dispatch/wording"
	"canvass/templates"
	"canvass/worker/channel"
	"canvass/worker/channel/phone"
	"canvass/worker/ingest"
	"canvass/worker/intake"
	"canvass/worker/sim/twiliosim"
)

const callNumber = "+84310000020"

const spokenForm = `name: noi
title: Nói | Spoken
languages: [vi, en]
questions:
  - {name: muc, type: scale, kind: own_opinion, key: true, min: 0, max: 10, label: "Từ 0 đến 10? | From 0 to 10?"}
  - {name: y, type: text, kind: own_opinion, record: 60, label: "Còn gì nữa không? | Anything else?"}
  - {name: co, type: single, kind: fact, key: true, label: "Có không? | Is there?", choices: {1: Có | Yes, 2: Không | No}}
`

// exchange is an office that calls: a real database, the real pages, and a stranger's
// Twilio with its handsets.
type exchange struct {
	testing.TB
	*Worker
	db      *pgtest.DB
	sim     *twiliosim.Sim
	hints   *hints
	events  <-chan twiliosim.Event
	pending []twiliosim.Event
	numbers []string
	invs    []survey.InvitationID
}

// newExchange has somebody at each number, with a call that is due.
func newExchange(t testing.TB, sender survey.Sender, numbers ...string) *exchange {
	t.Helper()
	x := &exchange{TB: t, db: pgtest.New(t), hints: &hints{}, numbers: numbers}
	now := pgtest.Day().Add(time.Hour)
	sender.Channel, sender.Address, sender.Provider = survey.Call, callNumber, phone.ProviderName
	x.db.MakeSender(sender)
	x.db.Exec(`UPDATE sender SET calls = $1`, sender.Calls)
	protocol := pgtest.Protocol()
	protocol.Windows = map[survey.Channel]survey.Window{survey.Call: {From: "08:00", To: "17:00"}}
	protocol.DayCaps = map[survey.Channel]int{survey.Call: 5}
	protocol.Gap = 0
	protocol.Steps = []survey.Step{{Name: "goi", Channel: survey.Call, Text: "invitation", Tries: 3, Retry: map[survey.Reason]survey.Ladder{survey.ReasonBusy: {survey.Span(time.Hour)}, survey.ReasonHungUp: {survey.Span(time.Hour)}}}}
	campaign := x.db.MakeCampaign(survey.Campaign{Protocol: protocol, EndsAt: pgtest.Day().Add(7 * 24 * time.Hour),
		QuestionnaireID: x.db.MakeQuestionnaire("noi", spokenForm)})
	x.db.Exec(`INSERT INTO frame (campaign_id, frozen_at, hash, size) VALUES ($1, $2, 'x', $3)`, campaign.ID, now, len(numbers))
	for i, number := range numbers {
		who := pgtest.Reachable(i + 1)
		who.Endpoints = []survey.Endpoint{{Kind: survey.PhoneNumber, Address: number, SMS: true}}
		inv := x.db.MakeInvitation(survey.Invitation{CampaignID: campaign.ID, ContactID: x.db.MakeContact(who)})
		hash := sha256.Sum256(fmt.Appendf(nil, "token %d", inv))
		x.db.Exec(`INSERT INTO token (hash, invitation_id, purpose, version, key_id) VALUES ($1, $2, 'form', 1, 'k')`, hash[:], inv)
		x.db.MakeAttempt(survey.Attempt{CampaignID: campaign.ID, InvitationID: inv, Step: "goi", Channel: survey.Call, DueAt: now})
		x.invs = append(x.invs, inv)
	}
	x.open(now)
	return x
}

func (x *exchange) must(err error) {
	x.Helper()
	if err != nil {
		x.Fatal(err)
	}
}

// open builds the house and the provider around the database.
func (x *exchange) open(now time.Time) {
	keys, err := token.NewKeyring(token.Key{ID: "k", Secret: bytes.Repeat([]byte("k"), 32)})
	x.must(err)
	set, err := templates.New()
	x.must(err)
	words, quiet := wording.New(set), slog.New(slog.DiscardHandler)
	clock := survey.Rehearse(time.Now, survey.Rehearsal{Real: time.Now(), Business: now, Speed: 1})
	taking := ingest.New(x.db.DB, x.hints, clock, keys)
	pages := httptest.NewUnstartedServer(nil)
	x.sim, err = twiliosim.Start(twiliosim.Config{RewriteHook: func(address string) string {
		return strings.Replace(address, simPublic, "http://"+pages.Listener.Addr().String(), 1)
	}})
	x.must(err)
	x.Cleanup(func() { _ = x.sim.Close() })
	provider, err := phone.New(phone.Config{AccountSID: twiliosim.DefaultAccountSID, AuthToken: twiliosim.DefaultAuthToken,
		BaseURL: x.sim.URL(), PublicURL: simPublic})
	x.must(err)
	x.Cleanup(provider.Close)
	handler, err := intake.New(intake.Config{Store: x.db.DB, Ingest: taking, Receiver: provider, Speaker: provider, Words: words, Templates: set,
		Clock: clock, PublicURL: simPublic, Logger: quiet})
	x.must(err)
	pages.Config.Handler = handler
	pages.Start()
	x.Cleanup(pages.Close)
	events, cancel := x.sim.Subscribe()
	x.events = events
	x.Cleanup(cancel)
	x.Worker = New(Config{Store: x.db.DB, Ingest: taking, Pace: free{}, Keys: keys, Words: words, Clock: clock, PublicURL: simPublic, Logger: quiet,
		Channels: map[survey.Channel]channel.Sender{survey.Call: provider}, Recorders: map[string]channel.Recorder{phone.ProviderName: provider}})
}

// place calls whoever is due.
func (x *exchange) place() {
	x.Helper()
	open, err := x.db.ChunkDue(x.Context(), x.Clock.Now().Add(time.Minute), 500, 4)
	x.must(err)
	for _, c := range open {
		x.must(x.sendChunk(x.Context(), queue.Task{Kind: queue.SendChunk, ID: int64(c.ID), Generation: c.Generation}))
	}
}

// apply does what is hinted at until nothing is left.
func (x *exchange) apply() {
	x.Helper()
	x.must(x.sim.Settle(x.Context()))
	x.must(x.Handlers()[queue.IngestStatuses](x.Context(), queue.Task{Kind: queue.IngestStatuses}))
	for tasks := x.hints.take(); len(tasks) > 0; tasks = x.hints.take() {
		for _, t := range tasks {
			x.must(x.Handlers()[t.Kind](x.Context(), t))
		}
	}
}

// await waits for an event of a call, of any if sid is empty, and keeps those of others.
func (x *exchange) await(kind twiliosim.EventKind, sid string) twiliosim.Event {
	x.Helper()
	wanted := func(e twiliosim.Event) bool {
		return e.Kind == kind && (sid == "" || e.SID == sid) && (kind != twiliosim.EventPrompt || e.Gather != nil)
	}
	for i, e := range x.pending {
		if wanted(e) {
			x.pending = append(x.pending[:i:i], x.pending[i+1:]...)
			return e
		}
	}
	for {
		select {
		case e, ok := <-x.events:
			if !ok {
				x.Fatal("no more events")
			}
			if wanted(e) {
				return e
			}
			if e.SID != sid {
				x.pending = append(x.pending, e)
			}
		case <-time.After(30 * time.Second):
			x.Fatalf("no %s", kind)
		}
	}
}

// talk answers the call that rings and presses keys, each when it is asked for; "^"
// hangs up.
func (x *exchange) talk(keys ...string) {
	x.Helper()
	sid := x.await(twiliosim.EventCall, "").SID
	x.must(x.sim.Answer(sid))
	for _, k := range keys {
		x.await(twiliosim.EventPrompt, sid)
		if k == "^" {
			x.must(x.sim.Hangup(sid))
			break
		}
		x.must(x.sim.Press(sid, k))
	}
	x.await(twiliosim.EventEnded, sid)
}

// Somebody of the office is called by a sender: one sentence, and the call ends. It stands
// in no ledger.
func TestACallOnTrial(t *testing.T) {
	t.Parallel()
	x := newExchange(t, survey.Sender{}, "+84310000101")
	senders, err := x.db.Senders(t.Context())
	x.must(err)
	rows := func() int { return x.db.Int(`SELECT count(*) FROM attempt`) + x.db.Int(`SELECT count(*) FROM event`) }
	before := rows()
	for lang, says := range map[survey.Lang][2]string{survey.Vietnamese: {"gửi thử", "vi-VN"}, survey.English: {"tries this sender", "en-US"}} {
		if got := x.Ping(t.Context(), senders[0], "+84310000199", lang); !got.Sent || got.Code != "" {
			t.Fatalf("%+v", got)
		}
		sid := x.await(twiliosim.EventCall, "").SID
		x.must(x.sim.Answer(sid))
		said := ""
		for ended := false; !ended; {
			select {
			case e := <-x.events:
				if e.SID == sid && e.Kind == twiliosim.EventPrompt {
					said += e.Language + " " + e.Text
				}
				ended = e.SID == sid && e.Kind == twiliosim.EventEnded
			case <-time.After(30 * time.Second):
				t.Fatal("the call does not end")
			}
		}
		if !strings.Contains(said, says[0]) || !strings.Contains(said, says[1]) {
			t.Errorf("%s: %q", lang, said)
		}
	}
	if after := rows(); after != before {
		t.Errorf("a trial left %d rows", after-before)
	}
}

// see looks at once for every recording that something is to be done about.
func (x *exchange) see() error {
	x.db.Exec(`UPDATE recording SET look_at = clock_timestamp() - interval '1 second' WHERE state <> 'removed'`)
	return x.Handlers()[queue.Recordings](x.Context(), queue.Task{Kind: queue.Recordings})
}

// A call is answered whole; what was said is fetched, kept as it was, and then removed
// at the provider. Somebody who hangs up while speaking has answered that question, and
// the next call goes on at the one behind it.
func TestWhatIsSaidInACallIsFetchedAndRemovedThere(t *testing.T) {
	t.Parallel()
	x := newExchange(t, survey.Sender{}, "+84310000101", "+84310000102")
	x.place()
	x.talk("1", "1", "8#", "1", "#", "1")
	x.talk("1", "1", "7#", "1", "^")
	x.apply()
	if got := x.db.Int(`SELECT count(*) FROM recording WHERE state = 'waiting' AND wanted`); got != 2 {
		t.Fatalf("%d recordings are on the list, want 2", got)
	}
	x.must(x.see())
	for _, r := range x.sim.Recordings() {
		if r.Fetched != 1 || r.Deleted {
			t.Errorf("after the first look: %+v", r)
		}
	}
	x.must(x.see())
	for _, r := range x.sim.Recordings() {
		if !r.Deleted {
			t.Errorf("still there: %+v", r)
		}
	}
	for query, want := range map[string]int{
		`SELECT count(*) FROM recording WHERE state = 'removed' AND kind = 'wav' AND seconds >= 1 AND sha256 = sha256(content)`:               2,
		`SELECT count(*) FROM answer_item a JOIN recording r ON r.id = a.value AND r.response_id = a.response_id AND r.question = a.question`: 2,
		`SELECT count(*) FROM response WHERE state = 'submitted'`:                                                                             1,
		`SELECT count(*) FROM attempt WHERE state = 'undelivered' AND reason = 'hung_up'`:                                                     1,
		`SELECT count(*) FROM inbox WHERE payload::text LIKE '%api.twilio.com%'`:                                                              0,
	} {
		if got := x.db.Int(query); got != want {
			t.Errorf("%s: %d, want %d", query, got, want)
		}
	}
	x.db.MakeAttempt(survey.Attempt{CampaignID: 1, InvitationID: x.invs[1], Step: "goi", Channel: survey.Call, Try: 2, DueAt: x.Clock.Now()})
	x.place()
	x.talk("1", "2")
	x.apply()
	if got := x.db.Text(`SELECT string_agg(question || '=' || left(value, 4), ' ' ORDER BY question) FROM answer_item a
		JOIN link.response_link l USING (response_id) WHERE l.invitation_id = $1`, x.invs[1]); got != "co=2 muc=7 y=rec-" {
		t.Errorf("the second call stored %s", got)
	}
}

// stubborn is a provider that fails as often as it is told to.
type stubborn struct {
	content          []byte
	missing, refused int
	removed          []string
}

func (s *stubborn) Recording(context.Context, string) ([]byte, error) {
	if s.missing--; s.missing >= 0 {
		return nil, &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound}
	}
	return s.content, nil
}

func (s *stubborn) RemoveRecording(_ context.Context, id string) error {
	if s.refused--; s.refused >= 0 {
		return &survey.Error{Kind: survey.Unavailable, Code: survey.CodeConfig}
	}
	s.removed = append(s.removed, id)
	return nil
}

// A recording that is not ready is fetched later, one that cannot be removed is tried
// for ever, and what is no sound is not kept. What no answer wants is removed unfetched.
func TestRecordingsAreSeenToUntilTheyAreGone(t *testing.T) {
	t.Parallel()
	x := newExchange(t, survey.Sender{}, "+84310000101", "+84310000102")
	x.place()
	x.talk("1", "1", "8#", "1", "#", "0", "1", "#", "1") // said, back, and said anew
	x.talk("^")
	x.apply()
	list := x.sim.Recordings()
	if len(list) != 2 {
		t.Fatalf("%d recordings", len(list))
	}
	from := &stubborn{content: []byte("<html>504</html>"), missing: 2, refused: 3}
	x.Recorders = map[string]channel.Recorder{phone.ProviderName: from}
	state := func() string {
		return x.db.Text(`SELECT coalesce(string_agg(state || ' ' || wanted || ' ' || (content IS NOT NULL), ', ' ORDER BY wanted), 'nothing') FROM recording`)
	}
	if got := state(); got != "waiting false false, waiting true false" {
		t.Fatalf("at first: %s", got)
	}
	for range 2 {
		_ = x.see()
	}
	if err := x.see(); err == nil || !errors.Is(err, sound.ErrKind) {
		t.Errorf("what is no sound: %v", err)
	}
	from.content = wave()
	x.must(x.see())
	if got := state(); got != "kept true true" {
		t.Errorf("once it is fetched: %s", got)
	}
	x.must(x.see())
	if got := state(); got != "removed true true" || len(from.removed) != 2 || from.removed[0] != list[0].SID {
		t.Errorf("at last: %s, removed %v of %v", got, from.removed, list)
	}
}

// wave is a moment of silence.
func wave() []byte {
	return append([]byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x40\x1f\x00\x00\x01\x00\x08\x00data\x40\x1f\x00\x00"),
		bytes.Repeat([]byte{0x80}, 8000)...)
}
