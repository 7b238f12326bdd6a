package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"

	"canvass/cmd/canvass/datadir"
	"canvass/dispatch/postgres"
	"canvass/dispatch/postgres/cluster"
	"canvass/dispatch/queue/embedded"
	"canvass/dispatch/survey"
	"canvass/worker/sim/respondent"
	"canvass/worker/sim/smtpsink"
	"canvass/worker/sim/twiliosim"
)

// demo is one run of the demo: the outside world in this process, the system
// in processes of its own.
type demo struct {
	*app
	o         demoOptions
	dir       string
	temporary bool
	apart     bool   // of the settings of this machine: no database, no provider of its own
	from      string // where the rehearsal clock begins

	public, staff string // addresses of the listeners
	env           []string

	province *respondent.Province
	sink     *smtpsink.Sink
	returns  *returns
	sim      *twiliosim.Sim
	crowd    *respondent.Crowd

	cluster  *cluster.Cluster // with --split and no server of the person's own
	redis    *embedded.Server
	children []*child
	db       *postgres.DB
	clock    survey.Clock // business time, as the system sees it
	shown    int          // lines of progress on the screen
}

// child is a process of the system.
type child struct {
	name string
	cmd  *exec.Cmd
	done chan error
	log  *bytes.Buffer
}

func (d *demo) people() *respondent.Province {
	if d.province == nil {
		d.province = respondent.NewProvince(d.o.seed)
	}
	return d.province
}

// services keeps the private database running between the commands, which
// would else each start and stop it, and gives three processes servers to meet
// at; one process brings its own Redis.
func (d *demo) services(ctx context.Context) error {
	if d.setting("CANVASS_DATABASE_URL") == "" {
		dir, err := datadir.Open(d.dir)
		if err != nil {
			return err
		}
		if d.cluster, err = cluster.Start(ctx, cluster.Config{Dir: dir.Cluster(), Durable: true}); err != nil {
			return err
		}
		if d.o.split {
			d.env = append(d.env, "CANVASS_DATABASE_URL="+d.cluster.URL())
		}
	}
	if d.o.split && d.setting("CANVASS_REDIS_URL") == "" {
		var err error
		if d.redis, err = embedded.Start(embedded.Config{}); err != nil {
			return err
		}
		d.env = append(d.env, "CANVASS_REDIS_URL="+d.redis.URL())
	}
	return nil
}

// start begins the rehearsal and starts the system as a person would.
func (d *demo) start(ctx context.Context) error {
	d.say("Chuẩn bị cơ sở dữ liệu và giờ diễn tập", "Preparing the database and the rehearsal clock")
	if err := d.canvass(ctx, "migrate"); err != nil {
		return err
	}
	if err := d.canvass(ctx, "rehearse", "--speed", strconv.FormatFloat(d.o.speed, 'f', -1, 64), "--from", cmp.Or(d.from, rehearsalStart)); err != nil {
		return err
	}
	if err := d.startChildren(); err != nil {
		return err
	}
	if err := d.ready(ctx); err != nil {
		return err
	}
	return d.openDatabase(ctx)
}

// rehearsalStart is a Monday morning, inside the hours of every channel.
const rehearsalStart = "2026-12-14T08:00:00+07:00"

func (d *demo) startChildren() error {
	roles := []string{"up"}
	if d.o.split {
		roles = []string{"serve", "worker", "scheduler"}
	}
	d.children = nil
	for _, role := range roles {
		c := &child{name: role, done: make(chan error, 1), log: &bytes.Buffer{}}
		c.cmd = exec.Command(d.self(), role)
		c.cmd.Env = d.environment()
		c.cmd.Stdout, c.cmd.Stderr = c.log, c.log
		c.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C is for us to pass on
		if err := c.cmd.Start(); err != nil {
			return err
		}
		go func() { c.done <- c.cmd.Wait() }()
		d.children = append(d.children, c)
	}
	return nil
}

// alive reports a process that ended by itself.
func (d *demo) alive() error {
	for _, c := range d.children {
		select {
		case err := <-c.done:
			return fmt.Errorf("canvass %s ended: %w\n%s", c.name, errors.Join(err, errors.New("see its last words")), tail(c.log.String()))
		default:
		}
	}
	return nil
}

func tail(s string) string {
	if len(s) > 4000 {
		s = s[len(s)-4000:]
	}
	return s
}

// killAndRestart is what a power cut does.
func (d *demo) killAndRestart(ctx context.Context) error {
	d.say("kill -9 giữa chừng, rồi chạy lại", "kill -9 in the middle, and again from the start")
	for _, c := range d.children {
		_ = c.cmd.Process.Signal(syscall.SIGKILL)
		<-c.done
	}
	_ = d.db.Close()
	if err := d.startChildren(); err != nil {
		return err
	}
	if err := d.ready(ctx); err != nil {
		return err
	}
	return d.openDatabase(ctx)
}

// ready waits until the system says that it takes work.
func (d *demo) ready(ctx context.Context) error {
	deadline := time.Now().Add(60 * time.Second)
	for time.Now().Before(deadline) {
		if err := d.alive(); err != nil {
			return err
		}
		res, err := http.Get("http://" + d.staff + "/readyz")
		if err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	return fmt.Errorf("canvass is not ready after a minute\n%s", tail(d.children[0].log.String()))
}

// openDatabase attaches to the database that the system uses.
func (d *demo) openDatabase(ctx context.Context) error {
	url := d.lookup("CANVASS_DATABASE_URL")
	if url == "" {
		dir, err := datadir.Open(d.dir)
		if err != nil {
			return err
		}
		e, err := dir.ReadEndpoints()
		if err != nil {
			return err
		}
		url = e.DatabaseURL
	}
	var err error
	if d.db, err = postgres.Open(ctx, url); err != nil {
		return err
	}
	d.clock = survey.NewClock(time.Now)
	if r, ok, err := d.db.Rehearsal(ctx); err != nil {
		return err
	} else if ok {
		d.clock = survey.Rehearse(time.Now, r)
	}
	return nil
}

// canvass runs one command of ours, and shows it.
func (d *demo) canvass(ctx context.Context, args ...string) error {
	fmt.Fprintf(d.out, "$ canvass %s\n", strings.Join(args, " "))
	c := exec.CommandContext(ctx, d.self(), args...)
	c.Env = d.environment()
	c.Stdout, c.Stderr = d.out, d.errs
	if err := c.Run(); err != nil {
		return fmt.Errorf("canvass %s: %w", args[0], err)
	}
	return nil
}

// self is this program, by the name that it was called by: a link to it may
// have a name that means something.
func (d *demo) self() string {
	if self, err := exec.LookPath(os.Args[0]); err == nil {
		return self
	}
	self, err := os.Executable()
	if err != nil {
		return os.Args[0]
	}
	return self
}

// environment is ours with the addresses of the simulators over it.
func (d *demo) environment() []string {
	var own []string
	for _, kv := range os.Environ() {
		if name, _, _ := strings.Cut(kv, "="); !d.apart || !strings.HasPrefix(name, "CANVASS_") || shared(name) {
			own = append(own, kv)
		}
	}
	return append(own, d.env...)
}

// shared reports whether a setting holds for a system apart too: who asks, in which
// language.
func shared(name string) bool {
	return strings.HasPrefix(name, "CANVASS_OFFICE_") || name == "CANVASS_LANG"
}

// setting is a setting of this machine, as far as the system of the demo has it.
func (d *demo) setting(name string) string {
	if d.apart && !shared(name) {
		return ""
	}
	return d.getenv(name)
}

// lookup is a setting of that environment.
func (d *demo) lookup(name string) string {
	for _, kv := range d.env {
		if k, v, _ := strings.Cut(kv, "="); k == name {
			return v
		}
	}
	return d.setting(name)
}

// freeAddr finds a loopback address that nobody listens on.
func freeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close() //nolint:errcheck // it was only to find a port
	return l.Addr().String(), nil
}

// close ends what was started, in the opposite order.
func (d *demo) close() {
	if d.crowd != nil {
		d.crowd.Stop()
	}
	if d.db != nil {
		_ = d.db.Close()
	}
	for _, c := range d.children {
		_ = c.cmd.Process.Signal(syscall.SIGTERM)
	}
	for _, c := range d.children {
		select {
		case <-c.done:
		case <-time.After(15 * time.Second):
			_ = c.cmd.Process.Kill()
		}
	}
	if d.sim != nil {
		_ = d.sim.Close()
	}
	if d.returns != nil {
		d.returns.stop()
	}
	if d.sink != nil {
		_ = d.sink.Close()
	}
	if d.redis != nil {
		d.redis.Close()
	}
	if d.cluster != nil {
		_ = d.cluster.Stop(context.Background())
	}
	if d.temporary {
		_ = os.RemoveAll(d.dir)
	}
}
