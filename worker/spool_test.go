package worker_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"canvass/dispatch/postgres"
	"canvass/dispatch/postgres/cluster"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/queue"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/token"
	"canvass/dispatch/wording"
	"canvass/templates"
	"canvass/worker"
	"canvass/worker/channel"
	"canvass/worker/channel/phone"
	"canvass/worker/ingest"
	"canvass/worker/intake"
	"canvass/worker/sim/twiliosim"
	"canvass/worker/spool"
)

const (
	public    = "http://127.0.0.1:8080"
	authToken = "0123456789abcdef0123456789abcdef"
	ours      = "+84900000001"
)

// server is a PostgreSQL of the test's own that can be taken away and brought
// back at the same address.
type server struct {
	*testing.T
	dir  string
	port int
	c    *cluster.Cluster
}

func newServer(t *testing.T) *server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	s := &server{T: t, dir: t.TempDir(), port: l.Addr().(*net.TCPAddr).Port}
	must(t, l.Close())
	s.start()
	t.Cleanup(func() { must(t, s.c.Stop(context.Background())) })
	return s
}

func must(t testing.TB, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func (s *server) start() {
	s.Helper()
	c, err := cluster.Start(context.Background(), cluster.Config{Dir: s.dir, Port: s.port, Durable: true})
	must(s, err)
	s.c = c
}

// stop ends the server in order, as a person does.
func (s *server) stop() {
	s.Helper()
	must(s, s.c.Stop(context.Background()))
}

// kill ends it as a crash does.
func (s *server) kill() {
	s.Helper()
	text, err := os.ReadFile(filepath.Join(s.dir, "data", "postmaster.pid"))
	must(s, err)
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	must(s, err, syscall.Kill(pid, syscall.SIGKILL))
}

// url is the server's address by TCP, which stays the same.
func (s *server) url() string {
	s.Helper()
	u, err := url.Parse(s.c.URL())
	must(s, err)
	u.Host, u.RawQuery = net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)), "sslmode=disable&connect_timeout=2"
	return u.String()
}

// site is an office: its database, some people invited, and whoever serves them.
type site struct {
	*server
	db    *pgtest.DB
	keys  *token.Keyring
	set   *templates.Set
	clock survey.Clock
	log   *lockedLog
	k     survey.Campaign
	cases []survey.InvitationID
}

type lockedLog struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func newSite(t *testing.T, people int) *site {
	t.Helper()
	s := &site{server: newServer(t), log: &lockedLog{}}
	t.Setenv("CANVASS_TEST_DATABASE_URL", s.url())
	s.db = pgtest.New(t)
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(s.log.String())
		}
	})
	now := pgtest.Day().Add(time.Hour)
	s.clock = survey.Rehearse(time.Now, survey.Rehearsal{Real: time.Now(), Business: now, Speed: 1})
	s.db.MakeSenders()
	s.k = s.db.MakeCampaign(survey.Campaign{EndsAt: pgtest.Day().Add(7 * 24 * time.Hour)})
	s.db.Exec(`INSERT INTO frame (campaign_id, frozen_at, hash, size) VALUES ($1, $2, 'x', $3)`, s.k.ID, now, people)
	var err error
	s.keys, err = token.NewKeyring(token.Key{ID: "k1", Secret: []byte(authToken)})
	must(t, err)
	s.set, err = templates.New()
	must(t, err)
	for i := range people {
		inv := s.db.MakeInvitation(survey.Invitation{CampaignID: s.k.ID, ContactID: s.db.MakeContact(pgtest.Reachable(i + 1))})
		s.cases = append(s.cases, inv)
		for _, p := range []token.Purpose{token.Form, token.Unsubscribe} {
			s.db.Exec(`INSERT INTO token (hash, invitation_id, purpose, version, key_id) VALUES ($1, $2, $3, 1, 'k1')`,
				token.Hash(survey.Token(s.link(inv, p))), inv, p)
		}
		s.db.MakeAttempt(survey.Attempt{CampaignID: s.k.ID, InvitationID: inv, Step: s.k.Protocol.Steps[0].Name,
			Channel: survey.Mail, Try: 1, State: survey.AttemptQueued, DueAt: now})
	}
	return s
}

func (s *site) link(inv survey.InvitationID, p token.Purpose) string {
	t, _ := s.keys.Make("k1", p, inv, 1)
	return string(t)
}

// phoneOf is the number of the n-th person.
func phoneOf(n int) string {
	for _, e := range pgtest.Reachable(n + 1).Endpoints {
		if e.Kind == survey.PhoneNumber {
			return e.Address
		}
	}
	return ""
}

// nobody is a queue that loses everything.
type nobody struct{}

func (nobody) Enqueue(context.Context, ...queue.Task) error { return nil }

// serve is one process that serves the public, with a spool and a pool of its
// own.
type serve struct {
	*site
	db      *postgres.DB
	ingest  *ingest.Ingest
	spool   *spool.Spool
	spooler *ingest.Spooler
	pages   http.Handler
}

func (s *site) serve(dir string) *serve {
	s.Helper()
	logger := slog.New(slog.NewTextHandler(s.log, nil))
	db, err := postgres.Open(s.Context(), s.db.URL)
	must(s, err)
	s.Cleanup(func() { _ = db.Close() })
	var keys []spool.Key
	for _, k := range s.keys.SealKeys("spool") {
		keys = append(keys, spool.Key(k))
	}
	p := &serve{site: s, db: db, ingest: ingest.New(db, nobody{}, s.clock, s.keys)}
	p.spool, err = spool.New(spool.Config{Dir: dir, Keys: keys, MaxBytes: 64 << 20, Now: time.Now, Logger: logger})
	must(s, err)
	s.Cleanup(func() { _ = p.spool.Close() })
	in := p.ingest.Spooled(p.spool, logger)
	p.spooler = ingest.NewSpooler(ingest.SpoolerConfig{Ingest: in, Store: db, Spool: p.spool, Dir: dir, Host: "may-chu", Logger: logger})
	must(s, p.spooler.Begin(s.Context()))
	provider, err := phone.New(phone.Config{AccountSID: "AC1", AuthToken: authToken, PublicURL: public})
	must(s, err)
	p.pages, err = intake.New(intake.Config{Store: db, Ingest: in, Receiver: provider, Speaker: provider, Words: wording.New(s.set),
		Templates: s.set, Clock: s.clock, PublicURL: public, Logger: logger})
	must(s, err)
	return p
}

// run has the process beat and store until the test is over, or stop is called.
func (p *serve) run() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); p.spooler.Run(ctx) }()
	stop = sync.OnceFunc(func() { cancel(); <-done })
	p.Cleanup(stop)
	return stop
}

// applyStatuses does what workers do with the hints at statuses, until the test
// is over.
func (p *serve) applyStatuses() {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	p.Cleanup(func() { cancel(); <-done })
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			_ = p.ingest.Handle(ctx, queue.Task{Kind: queue.IngestStatuses}) // away now and then
			time.Sleep(100 * time.Millisecond)
		}
	}()
}

// hook is a webhook as the provider signs it.
func (p *serve) hook(path string, form url.Values) int {
	target := "/hook/twilio/" + path
	r := httptest.NewRequest(http.MethodPost, target, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Twilio-Signature", twiliosim.Signature(authToken, public+target, form))
	w := httptest.NewRecorder()
	p.pages.ServeHTTP(w, r)
	return w.Code
}

// click is the button of a mail program.
func (p *serve) click(tok string) int {
	r := httptest.NewRequest(http.MethodPost, "/u/"+tok, strings.NewReader("List-Unsubscribe=One-Click"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	p.pages.ServeHTTP(w, r)
	return w.Code
}

func text(id, from, body string) url.Values {
	return url.Values{"MessageSid": {id}, "From": {from}, "To": {ours}, "Body": {body}}
}

// await polls for something that must come.
func await(t testing.TB, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("in vain: ", what)
		}
	}
}

// The database is stopped, and later killed, under a load of signed webhooks:
// none is refused, and every one that was acknowledged is in the inbox once, at
// its own time.
func TestTheDatabaseGoesUnderLoad(t *testing.T) {
	if testing.Short() {
		t.Skip("stops a server twice")
	}
	const people = 100
	s := newSite(t, people)
	p := s.serve(filepath.Join(t.TempDir(), "spool"))
	p.run()
	p.applyStatuses()
	web := httptest.NewServer(p.pages)
	defer web.Close()

	const writers = 12
	var mu sync.Mutex
	acked, refused := map[string]bool{}, map[int]int{}
	var stop atomic.Bool
	var wg sync.WaitGroup
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: writers}}
	for n := range writers {
		wg.Go(func() {
			pace := time.NewTicker(time.Second / 20)
			defer pace.Stop()
			for i := 0; !stop.Load(); i++ {
				<-pace.C
				who := (i*writers + n) % people
				id, path := fmt.Sprintf("SM%d.%d", n, i), "sms"
				form := text(id, phoneOf(who), "help")
				if i%10 > 0 { // most are callbacks
					path = fmt.Sprintf("status?ref=a%d", who+1)
					form = url.Values{"MessageSid": {id}, "MessageStatus": {"delivered"}, "To": {phoneOf(who)}}
					id += ":delivered"
				}
				r, err := http.NewRequest(http.MethodPost, web.URL+"/hook/twilio/"+path, strings.NewReader(form.Encode()))
				must(t, err)
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				r.Header.Set("X-Twilio-Signature", twiliosim.Signature(authToken, public+"/hook/twilio/"+path, form))
				res, err := client.Do(r)
				if err != nil {
					t.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, res.Body)
				_ = res.Body.Close()
				mu.Lock()
				if res.StatusCode/100 == 2 {
					acked[id] = true
				} else {
					refused[res.StatusCode]++
				}
				mu.Unlock()
			}
		})
	}
	more := func(n int) {
		t.Helper()
		mu.Lock()
		from := len(acked)
		mu.Unlock()
		await(t, "more webhooks", func() bool { mu.Lock(); defer mu.Unlock(); return len(acked) >= from+n })
	}
	for _, away := range []func(){s.stop, s.kill} {
		more(300)
		away()
		more(600)
		if p.spool.Waiting() == 0 {
			t.Error("nothing waits while the database is away")
		}
		s.start()
		await(t, "an empty spool", func() bool { return p.spool.Waiting() == 0 })
	}
	more(100)
	stop.Store(true)
	wg.Wait()
	await(t, "an empty spool", func() bool { return p.spool.Waiting() == 0 })

	rows, err := s.db.SQL().QueryContext(t.Context(), `SELECT provider_id, count(*) FROM inbox GROUP BY provider_id`)
	must(t, err)
	defer rows.Close()
	stored := map[string]int{}
	for rows.Next() {
		var id string
		var n int
		must(t, rows.Scan(&id, &n))
		stored[id] = n
	}
	must(t, rows.Err())
	for id := range acked {
		if stored[id] != 1 {
			t.Errorf("%s was acknowledged and is stored %d times", id, stored[id])
		}
	}
	if len(refused) > 0 || p.spool.State().Aside > 0 {
		t.Errorf("refused %v, %d files in quarantine", refused, p.spool.State().Aside)
	}
	t.Logf("%d acknowledged, %d stored", len(acked), len(stored))
}

// wire is a mail server in memory.
type wire struct {
	mu  sync.Mutex
	got []string
}

func (w *wire) Send(_ context.Context, m channel.Message) (channel.Receipt, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.got = append(w.got, m.Ref)
	return channel.Receipt{ProviderID: "p-" + m.Ref}, nil
}

func (w *wire) has(ref string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, r := range w.got {
		if r == ref {
			return true
		}
	}
	return false
}

// free paces nothing.
type free struct{ worker.Pacer }

func (free) Reserve(context.Context, time.Duration, ...queue.Limit) (time.Duration, bool, error) {
	return 0, true, nil
}
func (free) Slow(context.Context, string) (time.Duration, error) { return 0, nil }
func (free) Recovered(context.Context, string) error             { return nil }
func (free) Rests(context.Context, []string) (map[string]queue.Rest, error) {
	return nil, nil
}

// looks counts a worker's looks at the spoolers, so that the test knows it looked.
type looks struct {
	*postgres.DB
	n, held atomic.Int64
}

func (l *looks) Spoolers(ctx context.Context) ([]view.Spooler, error) {
	list, err := l.DB.Spoolers(ctx)
	l.n.Add(1)
	if err == nil && len(list) > 0 {
		l.held.Add(1)
	}
	return list, err
}

// work has a worker on a machine of its own send what is due, until the test is
// over.
func (s *site) work(w *wire) *looks {
	s.Helper()
	db, err := postgres.Open(s.Context(), s.db.URL)
	must(s, err)
	s.Cleanup(func() { _ = db.Close() })
	l := &looks{DB: db}
	wk := worker.New(worker.Config{Store: l, Ingest: ingest.New(db, nobody{}, s.clock, s.keys), Pace: free{}, Keys: s.keys,
		Channels: map[survey.Channel]channel.Sender{survey.Mail: w}, Words: wording.New(s.set), Clock: s.clock, PublicURL: public,
		Logger: slog.New(slog.NewTextHandler(s.log, nil))})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	s.Cleanup(func() { cancel(); <-done })
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			open, err := db.ChunkDue(ctx, s.clock.Now(), 500, 4)
			swept, again := db.SweepChunks(ctx, 10)
			for _, c := range append(open, swept...) {
				err = errors.Join(err, wk.Handlers()[queue.SendChunk](ctx, queue.Task{Kind: queue.SendChunk, ID: int64(c.ID), Generation: c.Generation}))
			}
			if errors.Join(err, again) != nil || len(open)+len(swept) == 0 {
				time.Sleep(20 * time.Millisecond)
			}
		}
	}()
	return l
}

// Two processes serve, the database goes, somebody texts STOP to one of them and
// somebody else presses the button of a mail program at the other. When the
// database is back, a worker sends to everybody but these two, however slow the
// processes are to notice.
func TestNobodyIsWrittenToWhoSaidStopWhileTheDatabaseWasAway(t *testing.T) {
	if testing.Short() {
		t.Skip("stops a server")
	}
	s := newSite(t, 5)
	dir := filepath.Join(t.TempDir(), "spool") // they share a data directory
	a, b := s.serve(dir), s.serve(dir)
	stopA, stopB := a.run(), b.run()
	stopA()
	stopB() // both have beaten, and are cut off now
	s.stop()
	if code := a.hook("sms", text("SM1", phoneOf(0), "STOP")); code != 200 {
		t.Fatalf("STOP was answered %d", code)
	}
	if code := b.click(s.link(s.cases[1], token.Unsubscribe)); code != 200 {
		t.Fatalf("the button was answered %d", code)
	}
	if a.spool.Waiting() != 1 || b.spool.Waiting() != 1 {
		t.Fatalf("%d and %d wait", a.spool.Waiting(), b.spool.Waiting())
	}
	s.start()
	w := &wire{}
	l := s.work(w)
	await(t, "a worker that holds", func() bool { return l.held.Load() >= 3 })
	a.run()
	await(t, "the STOP", func() bool { return a.spool.Waiting() == 0 })
	from := l.held.Load()
	await(t, "a worker that still holds for the other", func() bool { return l.held.Load() >= from+2 })
	if len(w.got) != 0 {
		t.Fatalf("sent %v while one process may hold something", w.got)
	}
	b.run()
	await(t, "three mails", func() bool { return w.has("a3") && w.has("a4") && w.has("a5") })
	await(t, "an end", func() bool {
		return s.db.Int(`SELECT count(*) FROM attempt WHERE state IN ('queued', 'sending')`) == 0
	})
	if w.has("a1") || w.has("a2") {
		t.Errorf("written to after a stop: %v", w.got)
	}
	if got := s.db.Text(`SELECT string_agg(state || ':' || reason, ' ' ORDER BY id) FROM attempt WHERE id < 3`); strings.Contains(got, "sent") {
		t.Errorf("attempts %s", got)
	}
	if got := s.db.Int(`SELECT count(*) FROM suppression WHERE lifted_at IS NULL`); got != 3 {
		t.Errorf("%d suppressions", got)
	}
}
