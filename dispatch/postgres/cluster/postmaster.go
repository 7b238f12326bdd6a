package cluster

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/lib/pq"
)

// patience is how long a server that is alive may take to answer, for a
// recovery after a crash, before it is taken for stuck and replaced.
const patience = 60 * time.Second

// child is a server process that this process started.
type child struct {
	pid    int
	exited chan struct{} // closed when it is gone and reaped
}

// adopt takes over a server of this data directory if one is alive and
// answers. One that is alive and does not is stopped; of one that is dead, what
// would hinder the next is removed.
func (c *Cluster) adopt(ctx context.Context) (bool, error) {
	pid := c.home.serverPID()
	if pid == 0 {
		return false, c.clear()
	}
	var err error
	if c.endpoint, err = c.home.endpoint(); err == nil {
		wait, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		err = c.await(wait, func() bool { return c.home.serverPID() == pid })
		if err == nil || ctx.Err() != nil {
			return err == nil, err
		}
	}
	c.log.Warn("a server of this data directory does not answer and is replaced", "pid", pid, "reason", err)
	if err := c.halt(ctx); err != nil {
		return false, err
	}
	return false, c.clear()
}

// clear removes what a dead server left: its socket, and a postmaster.pid whose
// number now belongs to a stranger, which PostgreSQL would take for a server.
// If processes of the old server still hold its shared memory, PostgreSQL knows
// that without the file and refuses to start.
func (c *Cluster) clear() error {
	if err := c.home.forgetEndpoint(); err != nil {
		return err
	}
	err := os.Remove(filepath.Join(c.home.data(), "postmaster.pid"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// launch starts the server and waits until it answers. After a killed server
// its last processes need a moment to go; until then PostgreSQL refuses, and
// launch tries again.
func (c *Cluster) launch(ctx context.Context) error {
	var err error
	if c.endpoint, err = c.home.newEndpoint(c.account, c.port); err != nil {
		return err
	}
	deadline := time.Now().Add(patience)
	for {
		if c.child, err = c.spawn(); err != nil {
			return err
		}
		err = c.await(ctx, c.child.alive)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			c.child.kill()
			return ctx.Err()
		}
		said := c.home.lastWords()
		if !strings.Contains(said, "still in use") || time.Now().After(deadline) {
			return fmt.Errorf("the server ended at once: %s", said)
		}
		if err := pause(ctx); err != nil {
			return err
		}
	}
}

func (c *Cluster) spawn() (*child, error) {
	said, err := os.OpenFile(c.home.at("start.log"), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	defer said.Close()
	p := program{account: c.account}
	defer p.close()
	data, err := p.hand(c.home.data())
	if err != nil {
		return nil, err
	}
	socket, err := p.hand(c.endpoint.Socket)
	if err != nil {
		return nil, err
	}
	// The server must outlive this call, and may outlive this process.
	cmd := p.command(context.Background(), c.bin.path("postgres"), append([]string{"-D", data}, c.settings(socket)...)...)
	cmd.Stdout, cmd.Stderr = said, said
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	ch := &child{pid: cmd.Process.Pid, exited: make(chan struct{})}
	go func() {
		defer close(ch.exited)
		cmd.Wait() // how it ended is in its own log
	}()
	return ch, nil
}

// settings are given at every start, so that a newer canvass brings its own.
func (c *Cluster) settings(socket string) []string {
	listen := ""
	if c.port != 0 {
		listen = "127.0.0.1"
	}
	set := []string{
		"listen_addresses=" + listen, "port=" + strconv.Itoa(c.endpoint.Port),
		"unix_socket_directories=" + socket, "unix_socket_permissions=0700",
		"cluster_name=canvass", "timezone=UTC", "log_timezone=UTC",
		"shared_buffers=128MB", "max_connections=200", "jit=off", "max_wal_size=1GB", "random_page_cost=1.1",
		// One machine, no replicas: the least WAL.
		"wal_level=minimal", "max_wal_senders=0",
		// A week of logs, one file a day. Errors go to the client, which knows
		// what it asked; in a log their details would be people's data.
		"logging_collector=on", "log_directory=log", "log_filename=canvass-%a.log",
		"log_truncate_on_rotation=on", "log_rotation_age=1d", "log_rotation_size=0",
		"log_min_messages=log", "log_min_error_statement=panic", "log_error_verbosity=terse",
		"log_checkpoints=off", "log_statement=none", "log_min_duration_statement=-1",
	}
	if !c.durable {
		// Not synchronous_commit=off: with fsync=off it saves next to nothing, and
		// a killed server would lose its last commits.
		set = append(set, "fsync=off", "full_page_writes=off")
	}
	var args []string
	for _, s := range set {
		args = append(args, "-c", s)
	}
	return args
}

// await asks the server until it answers, or alive says that it is gone.
func (c *Cluster) await(ctx context.Context, alive func() bool) error {
	connector, err := pq.NewConnector(c.URL())
	if err != nil {
		return err
	}
	db := sql.OpenDB(connector)
	defer db.Close()
	for {
		err := db.PingContext(ctx)
		if err == nil {
			return nil
		}
		if !alive() {
			return errors.New("it is gone")
		}
		var refusal *pq.Error
		if errors.As(err, &refusal) && refusal.Code.Class() == "28" {
			return fmt.Errorf("it refuses the password of %s: %w", c.home.at("password"), err)
		}
		if err := pause(ctx); err != nil {
			return err
		}
	}
}

// halt stops the server of this data directory, if one is alive, whoever
// started it.
func (c *Cluster) halt(ctx context.Context) error {
	pid := c.home.serverPID()
	if pid == 0 {
		return nil
	}
	if err := signal(pid, syscall.SIGINT); err != nil {
		return err
	}
	for c.home.serverPID() == pid {
		if err := pause(ctx); err != nil {
			return errors.Join(err, signal(pid, syscall.SIGQUIT))
		}
	}
	if c.child != nil {
		<-c.child.exited
	}
	return nil
}

func signal(pid int, s syscall.Signal) error {
	if err := syscall.Kill(pid, s); err != nil && err != syscall.ESRCH {
		return fmt.Errorf("process %d: %w", pid, err)
	}
	return nil
}

func (ch *child) alive() bool {
	select {
	case <-ch.exited:
		return false
	default:
		return true
	}
}

func (ch *child) kill() {
	if ch.alive() && signal(ch.pid, syscall.SIGQUIT) == nil {
		<-ch.exited
	}
}

// serverPID is the process number of the living server of this data directory,
// or 0. A number that was given to another process meanwhile is not believed.
func (h home) serverPID() int {
	f, err := os.Open(filepath.Join(h.data(), "postmaster.pid"))
	if err != nil {
		return 0
	}
	defer f.Close()
	pid := parsePID(f)
	if pid == 0 || !h.serves(pid) {
		return 0
	}
	return pid
}

// parsePID reads the first line of a postmaster.pid; 0 if it holds no number
// that a server could have.
func parsePID(r io.Reader) int {
	line, _ := bufio.NewReaderSize(io.LimitReader(r, 32), 32).ReadString('\n')
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil || pid <= 1 {
		return 0
	}
	return pid
}

// serves reports whether the process is a server of this data directory, in
// which every server process works. The dead but unreaped have no directory.
func (h home) serves(pid int) bool {
	if runtime.GOOS == "linux" {
		works, err := os.Stat(fmt.Sprintf("/proc/%d/cwd", pid))
		if err != nil {
			return false
		}
		data, err := os.Stat(h.data())
		return err == nil && os.SameFile(works, data)
	}
	out, err := exec.Command("ps", "-o", "stat=,command=", "-p", strconv.Itoa(pid)).Output()
	return err == nil && !strings.HasPrefix(string(out), "Z") && strings.Contains(string(out), "postgres")
}

// lastWords is what the server said before it ended, in start.log or, once its
// own log had begun, there.
func (h home) lastWords() string {
	text, err := os.ReadFile(h.at("start.log"))
	if err != nil {
		return err.Error()
	}
	var lines []string
	for line := range strings.Lines(string(text)) {
		if strings.Contains(line, "FATAL") || strings.Contains(line, "PANIC") || strings.HasPrefix(line, "postgres") {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	if len(lines) == 0 {
		return "its last words are in " + filepath.Join(h.data(), "log")
	}
	return strings.Join(lines, "; ")
}
