package drill

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/lib/pq"

	"canvass/dispatch/postgres"
	"canvass/dispatch/postgres/cluster"
	"canvass/worker/sim/androidsim"
	"canvass/worker/sim/smtpsink"
	"canvass/worker/sim/twiliosim"
)

// binary is the program under test, built once.
var binary string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "canvass-drill-")
	if err != nil {
		panic(err)
	}
	binary = filepath.Join(dir, "canvass")
	build := exec.Command("go", "build", "-o", binary, "../canvass")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "%s\n%v\n", out, err)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// size chooses by CANVASS_DRILL between the short set, the full one and the long
// one.
func size[T any](short, full, long T) T {
	switch os.Getenv("CANVASS_DRILL") {
	case "full":
		return full
	case "long":
		return long
	}
	return short
}

// ours is the number that our texts and calls come from.
const ours = "+84310000000"

// rehearsalBegins is a Monday morning, in the hours of every channel.
const rehearsalBegins = "2026-12-14T08:00:00+07:00"

// plan says how a world differs from the usual one.
type plan struct {
	people  int
	twisted bool     // every tenth person has an address that misbehaves
	begins  string   // business time; rehearsalBegins if empty
	speed   int      // business seconds a second; 60 if 0
	senders string   // CANVASS_SENDERS without the mail sender
	env     []string // more settings
	twilio  twiliosim.Config
	roles   []string // what runs from the start; one of each if nil
	android bool     // there is a phone with a SIM, too, whose number is simNumber
}

// world is everything around the product: servers, simulators, a list of people.
type world struct {
	t       *testing.T
	rng     *rand.Rand
	dir     string
	people  int
	cluster *cluster.Cluster
	redis   *exec.Cmd
	ports   struct{ postgres, redis, public string }
	env     []string
	sim     *twiliosim.Sim
	sink    *smtpsink.Sink
	android *androidsim.Sim // nil without
	db      *postgres.DB
	sql     *sql.DB

	mu        sync.Mutex
	processes []*process
	killed    []*process
	hands     sync.WaitGroup
}

// newWorld starts a world with an imported list and a published questionnaire.
func newWorld(t *testing.T, p plan) *world {
	t.Helper()
	if testing.Short() {
		t.Skip("drills run whole processes")
	}
	w := &world{t: t, rng: rand.New(rand.NewPCG(seed(t), 1)), dir: t.TempDir(), people: p.people}
	t.Cleanup(w.close)
	w.ports.postgres, w.ports.redis, w.ports.public = freePort(t), freePort(t), freePort(t)
	w.startCluster()
	w.startRedis()
	w.strangers(p)
	w.settings(p)
	w.must(w.canvass("migrate"))
	begins, speed := p.begins, p.speed
	if begins == "" {
		begins = rehearsalBegins
	}
	if speed == 0 {
		speed = 60
	}
	w.must(w.canvass("rehearse", "--speed", fmt.Sprint(speed), "--from", begins))
	w.open()
	w.office(p)
	roles := p.roles
	if roles == nil {
		roles = []string{"serve", "worker", "scheduler"}
	}
	for _, role := range roles {
		w.start(role)
	}
	if p.android {
		w.must(w.canvass("android", "register"))
	}
	return w
}

// seed is CANVASS_DRILL_SEED, to see a failure again, or a new one; it is told.
func seed(t *testing.T) uint64 {
	s := uint64(time.Now().UnixNano())
	if given := os.Getenv("CANVASS_DRILL_SEED"); given != "" {
		if _, err := fmt.Sscan(given, &s); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("CANVASS_DRILL_SEED=%d", s)
	return s
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// freePort is a port that nobody listens on. It lies below those that the system
// gives to connections, so that what was stopped can come back on it.
func freePort(t *testing.T) string {
	t.Helper()
	for range 100 {
		port := strconv.Itoa(20_000 + rand.IntN(12_000))
		if l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", port)); err == nil {
			_ = l.Close()
			return port
		}
	}
	t.Fatal("no port is free")
	return ""
}

// together lets a drill run beside others where they are small: they wait for
// business time, not for the machine.
func together(t *testing.T) {
	if size(true, false, false) {
		t.Parallel()
	}
}

// strangers starts the simulators.
func (w *world) strangers(p plan) {
	cfg, public := p.twilio, w.public()
	if p.android { // a phone calls https only
		public = phonePublic
		w.startPhone()
		if cfg.RewriteHook == nil {
			cfg.RewriteHook = w.rewrite
		}
	}
	cfg.Senders = map[string]twiliosim.SenderConfig{ours: {CanReceive: true, SmsURL: public + "/hook/twilio/sms"}}
	cfg.RingTimeout, cfg.GatherTimeout = 300*time.Millisecond, time.Second
	sim, err := twiliosim.Start(cfg)
	w.must(err)
	w.sim = sim
	sink, err := smtpsink.Start(smtpsink.Config{Keep: 1000, SlowDelay: 300 * time.Millisecond})
	w.must(err)
	w.sink = sink
}

// public is the address of the pages and hooks.
func (w *world) public() string { return "http://127.0.0.1:" + w.ports.public }

func (w *world) settings(p plan) {
	host, port, _ := strings.Cut(w.sink.SMTPAddr(), ":")
	senders := p.senders
	if senders == "" {
		senders = "sms " + ours + " receive rate=1000; call " + ours + " rate=1000"
	}
	w.env = append(os.Environ(), "CANVASS_DATA_DIR="+filepath.Join(w.dir, "data"), "CANVASS_DATABASE_URL="+w.database(),
		"CANVASS_REDIS_URL=redis://127.0.0.1:"+w.ports.redis+"/0", "CANVASS_LANG=en", "CANVASS_LOG=warn,text",
		"CANVASS_PUBLIC_URL="+w.public(), "CANVASS_STAFF_ADDR=127.0.0.1:0",
		"CANVASS_SMTP_HOST="+host, "CANVASS_SMTP_PORT="+port, "CANVASS_SMTP_TLS=none",
		"CANVASS_TWILIO_ACCOUNT_SID="+twiliosim.DefaultAccountSID, "CANVASS_TWILIO_AUTH_TOKEN="+twiliosim.DefaultAuthToken,
		"CANVASS_TWILIO_BASE_URL="+w.sim.URL(), "CANVASS_TWILIO_ABSENT_AFTER=10s",
		"CANVASS_SENDERS=email drill@vanphong.example; "+senders,
		"CANVASS_OFFICE_NAME=Văn phòng Diễn tập", "CANVASS_OFFICE_SHORT=VP DT", "CANVASS_OFFICE_CONTACT=Trần Văn Mẫu",
		"CANVASS_OFFICE_PHONE=1900 0000", "CANVASS_OFFICE_MAIL=drill@vanphong.example")
	if p.android {
		w.phoneSettings(senders)
	}
	w.env = append(w.env, p.env...)
}

// open attaches to the database, only to look.
func (w *world) open() {
	db, err := postgres.Open(context.Background(), w.database())
	w.must(err)
	w.db = db
	w.sql, err = sql.Open("postgres", w.database())
	w.must(err)
}

// count asks the database for one number; -1 while it is away.
func (w *world) count(query string, args ...any) int {
	w.t.Helper()
	var n int
	err := w.sql.QueryRow(query, args...).Scan(&n)
	var refused *pq.Error
	if errors.As(err, &refused) && refused.Code.Class() == "42" {
		w.t.Fatalf("%v\n%s", err, query)
	}
	if err != nil {
		return -1
	}
	return n
}

// canvass runs a command of the product.
func (w *world) canvass(args ...string) error {
	c := exec.Command(binary, args...)
	c.Env = w.env
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("canvass %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return nil
}

// process is a process of the product.
type process struct {
	role string
	cmd  *exec.Cmd
	said *bytes.Buffer
	done chan error
}

// start starts a process of a role. Every serve listens at the same address: only
// one of them can run.
func (w *world) start(role string) *process {
	p := &process{role: role, said: &bytes.Buffer{}, done: make(chan error, 1)}
	p.cmd = exec.Command(binary, role)
	p.cmd.Env = append(w.env, "CANVASS_PUBLIC_ADDR=127.0.0.1:"+w.ports.public)
	p.cmd.Stdout, p.cmd.Stderr = p.said, p.said
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	w.must(p.cmd.Start())
	go func() { p.done <- p.cmd.Wait() }()
	w.mu.Lock()
	w.processes = append(w.processes, p)
	w.mu.Unlock()
	if role == "serve" {
		w.await("the hooks answer", func() bool { return answers(w.ports.public) })
	}
	return p
}

// kill ends a process as the kernel does, and forgets it.
func (w *world) kill(p *process) {
	_ = p.cmd.Process.Kill()
	<-p.done
	w.mu.Lock()
	defer w.mu.Unlock()
	for i, q := range w.processes {
		if p == q {
			w.processes = append(w.processes[:i], w.processes[i+1:]...)
		}
	}
	w.killed = append(w.killed, p)
}

// alive fails the test if a process ended that nobody killed.
func (w *world) alive() {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, p := range w.processes {
		select {
		case err := <-p.done:
			p.done <- err
			w.t.Fatalf("canvass %s ended: %v\n%s", p.role, errors.Join(err), tail(p.said.String()))
		default:
		}
	}
}

func tail(s string) string {
	if len(s) > 4000 {
		s = s[len(s)-4000:]
	}
	return s
}

// patience is how long a drill waits for anything before it says that it hangs:
// it bounds a broken run, and proves nothing.
var patience = size(3*time.Minute, 15*time.Minute, 15*time.Minute)

// await waits until done says so.
func (w *world) await(what string, done func() bool) {
	w.t.Helper()
	for deadline := time.Now().Add(patience); !done(); time.Sleep(50 * time.Millisecond) {
		w.alive()
		if time.Now().After(deadline) {
			w.t.Fatalf("waiting for this took too long: %s\n%s", what, w.standing())
		}
	}
}

// standing is where the ledger, the breakers and the inbox stand: what hangs.
func (w *world) standing() string {
	var said string
	err := w.sql.QueryRow(`SELECT string_agg(line, E'\n' ORDER BY line) FROM (
		SELECT concat_ws(' ', 'attempt', channel, state, reason, count(*), min(due_at)) FROM attempt GROUP BY channel, state, reason
		UNION ALL SELECT concat_ws(' ', 'notice', state, reason, count(*)) FROM notice GROUP BY state, reason
		UNION ALL SELECT concat_ws(' ', 'case', state, count(*), min(plan_at)) FROM invitation GROUP BY state
		UNION ALL SELECT concat_ws(' ', 'inbox', kind, coalesce(outcome, 'unapplied'), count(*)) FROM inbox GROUP BY kind, outcome
		UNION ALL SELECT concat_ws(' ', 'breaker', sender_id, state, openings, until) FROM sender_health) AS x (line)`).Scan(&said)
	if err != nil {
		return err.Error()
	}
	return said
}

func (w *world) close() {
	w.mu.Lock()
	processes := w.processes
	w.mu.Unlock()
	for _, p := range processes {
		_ = p.cmd.Process.Signal(syscall.SIGTERM)
	}
	for _, p := range processes {
		select {
		case <-p.done:
		case <-time.After(20 * time.Second):
			_ = p.cmd.Process.Kill()
		}
		if w.t.Failed() {
			w.t.Logf("canvass %s said:\n%s", p.role, tail(p.said.String()))
		}
	}
	if w.sim != nil {
		_ = w.sim.Close()
	}
	if w.android != nil {
		w.android.Close()
	}
	w.hands.Wait()
	if w.sink != nil {
		_ = w.sink.Close()
	}
	if w.db != nil {
		_ = w.db.Close()
		_ = w.sql.Close()
	}
	w.stopRedis()
	_ = w.cluster.Stop(context.Background())
}
