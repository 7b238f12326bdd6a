package cluster

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/url"
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
)

// helperDir makes the test binary a process that starts the cluster in the
// directory it names, says so on standard output, and waits to be killed.
const helperDir = "TEST_CLUSTER_HELPER_DIR"

func TestMain(m *testing.M) {
	dir := os.Getenv(helperDir)
	if dir == "" {
		os.Exit(m.Run())
	}
	c, err := Start(context.Background(), Config{Dir: dir})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(c.Adopted())
	select {}
}

// open starts a cluster in dir and stops it at the test's end. If the test
// failed to stop it otherwise, nothing of it is left running.
func open(t *testing.T, dir string) *Cluster {
	t.Helper()
	c, err := Start(t.Context(), Config{Dir: dir, Logger: slog.New(slog.NewTextHandler(t.Output(), nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return c
}

func connect(t *testing.T, url string) *sql.DB {
	t.Helper()
	connector, err := pq.NewConnector(url)
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	t.Cleanup(func() { db.Close() })
	return db
}

func exec1(t *testing.T, c *Cluster, statement string) {
	t.Helper()
	if _, err := connect(t, c.URL()).ExecContext(t.Context(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func ask(t *testing.T, url, query string) string {
	t.Helper()
	var answer string
	if err := connect(t, url).QueryRowContext(t.Context(), query).Scan(&answer); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return answer
}

// privateDir is a directory whose parents only this user can walk, which for
// root is what the server's user cannot: a home directory.
func privateDir(t *testing.T) string {
	t.Helper()
	parent, err := os.UserHomeDir()
	if err != nil || os.Geteuid() != 0 {
		parent = t.TempDir()
	}
	dir, err := os.MkdirTemp(parent, "canvass-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return filepath.Join(dir, "data")
}

// One cluster's life, in the order in which an office would meet it: each step
// builds on the one before, and a start costs a tenth of a creation.
func TestLife(t *testing.T) {
	t.Parallel()
	dir := privateDir(t)
	steps := []struct {
		name string
		run  func(*testing.T, string)
	}{
		{"first start", firstStart},
		{"only its owner gets in", onlyOwner},
		{"what was written is there after a restart", restart},
		{"the last user out stops it", lastUserOut},
		{"killed caller, adopted server", killedCaller},
		{"killed server, recovered data", killedServer},
		{"process number of a stranger", strangersNumber},
		{"half a creation beside it", halfCreation},
		{"lost socket", lostSocket},
		{"open to this machine by TCP", openPort},
		{"dump and restore", dumpAndRestore},
		{"password lost", passwordLost},
	}
	for _, s := range steps {
		if !t.Run(s.name, func(t *testing.T) { s.run(t, dir) }) {
			return
		}
		if pid := home(dir).serverPID(); pid != 0 {
			t.Fatalf("after %q the server %d still runs", s.name, pid)
		}
	}
}

func firstStart(t *testing.T, dir string) {
	c := open(t, dir)
	if c.Adopted() {
		t.Error("adopted a server that never was")
	}
	exec1(t, c, `CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)`)
	for query, want := range map[string]string{
		"SHOW server_encoding":                      "UTF8",
		"SHOW listen_addresses":                     "",
		"SHOW max_connections":                      "200",
		"SHOW jit":                                  "off",
		"SHOW wal_level":                            "minimal",
		"SELECT current_user || current_database()": "canvasscanvass",
		"SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()":                       "canvass",
		"SELECT rolsuper || ' ' || rolcreatedb || ' ' || rolcreaterole FROM pg_roles WHERE rolname = current_user": "false true true",
		"SELECT lower('ĐẶNG THỊ HƯỜNG')":                                                                           "đặng thị hường",
	} {
		if got := ask(t, c.URL(), query); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "new")); !errors.Is(err, fs.ErrNotExist) {
		t.Error("the workshop is still there:", err)
	}
	for name, want := range map[string]fs.FileMode{"": 0o700, "data": 0o700, "socket": 0o700, "password": 0o600, "endpoint.json": 0o600} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != want {
			t.Errorf("%q has mode %v", name, info.Mode())
		}
	}
}

func onlyOwner(t *testing.T, dir string) {
	c := open(t, dir)
	right, err := url.Parse(c.URL())
	if err != nil {
		t.Fatal(err)
	}
	for _, who := range []*url.Userinfo{
		url.UserPassword("canvass", "guess"), url.UserPassword("postgres", c.password), url.User("postgres"),
	} {
		wrong := *right
		wrong.User = who
		if err := connect(t, wrong.String()).PingContext(t.Context()); err == nil {
			t.Errorf("%s is let in", who.Username())
		}
	}
}

func restart(t *testing.T, dir string) {
	c := open(t, dir)
	if c.Adopted() {
		t.Error("adopted a server that was stopped")
	}
	if got := ask(t, c.URL(), "SELECT n FROM kept"); got != "7" {
		t.Error("kept", got)
	}
	if err := c.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := c.Stop(t.Context()); err != nil {
		t.Fatal("second stop:", err)
	}
	if _, err := os.Stat(c.endpoint.file()); !errors.Is(err, fs.ErrNotExist) {
		t.Error("the socket is still there:", err)
	}
}

func lastUserOut(t *testing.T, dir string) {
	first, second := open(t, dir), open(t, dir)
	if first.Adopted() || !second.Adopted() {
		t.Errorf("adopted: %v, then %v", first.Adopted(), second.Adopted())
	}
	if first.URL() != second.URL() {
		t.Error("two addresses of one server")
	}
	if err := first.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := ask(t, second.URL(), "SELECT n FROM kept"); got != "7" {
		t.Error("kept", got)
	}
	if err := second.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if pid := home(dir).serverPID(); pid != 0 {
		t.Errorf("server %d outlives its last user", pid)
	}
}

func killedCaller(t *testing.T, dir string) {
	for _, want := range []string{"false", "true"} {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), helperDir+"="+dir)
		if said := untilKilled(t, cmd); said != want {
			t.Fatalf("the helper said %q, want %q", said, want)
		}
	}
	pid := home(dir).serverPID()
	c := open(t, dir)
	if !c.Adopted() || home(dir).serverPID() != pid || pid == 0 {
		t.Errorf("adopted %v, server %d then %d", c.Adopted(), pid, home(dir).serverPID())
	}
	if got := ask(t, c.URL(), "SELECT n FROM kept"); got != "7" {
		t.Error("kept", got)
	}
}

func killedServer(t *testing.T, dir string) {
	c := open(t, dir)
	exec1(t, c, `INSERT INTO kept VALUES (8)`)
	// The backend of this connection keeps the shared memory for a moment.
	held, err := connect(t, c.URL()).Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	if err := syscall.Kill(c.child.pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-c.child.exited
	again := open(t, dir)
	if again.Adopted() {
		t.Error("adopted the dead")
	}
	if got := ask(t, again.URL(), "SELECT sum(n) FROM kept"); got != "15" {
		t.Error("kept", got)
	}
}

func strangersNumber(t *testing.T, dir string) {
	pidfile := filepath.Join(dir, "data", "postmaster.pid")
	for _, pid := range []int{os.Getpid(), 1, 1 << 30} {
		if err := os.WriteFile(pidfile, []byte(strconv.Itoa(pid)+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		c := open(t, dir)
		if c.Adopted() {
			t.Errorf("took process %d for the server", pid)
		}
		if err := c.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

func halfCreation(t *testing.T, dir string) {
	if err := os.MkdirAll(filepath.Join(dir, "new", "base"), 0o700); err != nil {
		t.Fatal(err)
	}
	if got := ask(t, open(t, dir).URL(), "SELECT sum(n) FROM kept"); got != "15" {
		t.Error("kept", got)
	}
}

func lostSocket(t *testing.T, dir string) {
	c := open(t, dir)
	if err := os.Remove(filepath.Join(dir, "endpoint.json")); err != nil {
		t.Fatal(err)
	}
	again := open(t, dir)
	if again.Adopted() {
		t.Error("adopted a server that cannot be reached")
	}
	if c.child.alive() {
		t.Error("the unreachable server still runs")
	}
	if got := ask(t, again.URL(), "SELECT sum(n) FROM kept"); got != "15" {
		t.Error("kept", got)
	}
}

func openPort(t *testing.T, dir string) {
	port := freePort(t)
	c, err := Start(t.Context(), Config{Dir: dir, Port: port})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Stop(context.Background())
	tcp := fmt.Sprintf("postgres://canvass:%s@127.0.0.1:%d/canvass?sslmode=disable", c.password, port)
	if got := ask(t, tcp, "SELECT sum(n) FROM kept"); got != "15" {
		t.Error("kept", got)
	}
	if got := ask(t, c.URL(), "SHOW listen_addresses"); got != "127.0.0.1" {
		t.Error("listens on", got)
	}
}

func passwordLost(t *testing.T, dir string) {
	if err := os.Rename(filepath.Join(dir, "password"), filepath.Join(dir, "elsewhere")); err != nil {
		t.Fatal(err)
	}
	c, err := Start(t.Context(), Config{Dir: dir})
	if err == nil {
		c.Stop(context.Background())
		t.Fatal("a new password for an old cluster")
	}
	if !strings.Contains(err.Error(), filepath.Join(dir, "password")) {
		t.Error(err)
	}
}

// Many commands at once on an empty directory: one makes the cluster, the
// others join it, and none stops it while another is at work.
func TestManyStartAtOnce(t *testing.T) {
	t.Parallel()
	dir := privateDir(t)
	var wg sync.WaitGroup
	var mu sync.Mutex
	founders := 0
	for range 4 {
		wg.Go(func() {
			c, err := Start(t.Context(), Config{Dir: dir})
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			if !c.Adopted() {
				founders++
			}
			mu.Unlock()
			if err := connect(t, c.URL()).PingContext(t.Context()); err != nil {
				t.Error(err)
			}
			if err := c.Stop(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if founders == 0 {
		t.Error("nobody started it")
	}
	if pid := home(dir).serverPID(); pid != 0 {
		t.Errorf("server %d outlives its last user", pid)
	}
}

func TestCutOffThenLongPathAndDurable(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(privateDir(t), strings.Repeat("thư-mục-rất-dài/", 8))
	cutOff(t, dir)
	c, err := Start(t.Context(), Config{Dir: dir, Durable: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // after the last user is out
		c.Stop(context.Background())
		if _, err := os.Stat(c.endpoint.Socket); !errors.Is(err, fs.ErrNotExist) {
			t.Error("the temporary socket directory is left behind")
		}
	})
	if len(c.endpoint.file()) > maxSocketPath {
		t.Errorf("socket %s", c.endpoint.file())
	}
	info, err := os.Stat(c.endpoint.Socket)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("socket directory: %v, %v", info.Mode(), err)
	}
	if again := open(t, dir); !again.Adopted() {
		t.Error("not adopted")
	}
	for _, name := range []string{"fsync", "synchronous_commit", "full_page_writes"} {
		if got := ask(t, c.URL(), "SHOW "+name); got != "on" {
			t.Errorf("%s is %s", name, got)
		}
	}
	var dump bytes.Buffer
	if err := c.Dump(t.Context(), &dump); err != nil || dump.Len() == 0 {
		t.Errorf("dump of %d bytes: %v", dump.Len(), err)
	}
}

// cutOff ends two starts early: before anything, and in the middle of initdb.
func cutOff(t *testing.T, dir string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if c, err := Start(ctx, Config{Dir: dir}); !errors.Is(err, context.Canceled) {
		if err == nil {
			c.Stop(context.Background())
		}
		t.Errorf("cancelled: %v", err)
	}
	ctx, cancel = context.WithCancel(t.Context())
	defer cancel()
	go func() {
		for ctx.Err() == nil { // until initdb has begun
			if _, err := os.Stat(filepath.Join(dir, "new", "PG_VERSION")); err == nil {
				cancel()
			}
			time.Sleep(time.Millisecond)
		}
	}()
	if c, err := Start(ctx, Config{Dir: dir}); !errors.Is(err, context.Canceled) {
		if err == nil {
			c.Stop(context.Background())
		}
		t.Errorf("cut off: %v", err)
	}
	if major, err := home(dir).major(); err != nil || major != 0 {
		t.Errorf("half a cluster of version %d, %v", major, err)
	}
}

// An ordinary user makes and runs a cluster; root visits it (sudo canvass
// backup) and leaves it usable by that user.
func TestOrdinaryUserAndVisitingRoot(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("every other test runs as an ordinary user already")
	}
	dir := filepath.Join(nobodysDir(t), "data")
	for _, round := range []string{"new", "after root"} {
		cmd := asNobody(t, filepath.Dir(dir))
		cmd.Env = append(cmd.Env, helperDir+"="+dir)
		if said := untilKilled(t, cmd); said != "false" {
			t.Fatalf("%s: the user's own start said %q", round, said)
		}
		adopter := open(t, dir)
		if !adopter.Adopted() {
			t.Errorf("%s: not adopted", round)
		}
		if err := adopter.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := open(t, dir).Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

const nobody = 65534

func nobodysDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "canvass-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chown(dir, nobody, nobody); err != nil {
		t.Fatal(err)
	}
	return dir
}

// asNobody is this test binary, run by the least of users. It is handed down
// open, since that user cannot walk to it.
func asNobody(t *testing.T, dir string) *exec.Cmd {
	t.Helper()
	binary, err := os.Open(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { binary.Close() })
	return &exec.Cmd{
		Path: "/proc/self/fd/3", Args: []string{"cluster.test"},
		Dir: dir, Env: append(os.Environ(), "TMPDIR="+dir, "HOME="+dir), ExtraFiles: []*os.File{binary},
		SysProcAttr: &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}},
	}
}

// untilKilled runs the helper until it has said something, then kills it.
func untilKilled(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said, _ := bufio.NewReader(out).ReadString('\n')
	cmd.Process.Kill()
	cmd.Wait()
	return strings.TrimSpace(said)
}

func TestOtherVersion(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "data"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, version := range []string{"13\n", "99\n"} {
		if err := os.WriteFile(filepath.Join(dir, "data", "PG_VERSION"), []byte(version), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Start(t.Context(), Config{Dir: dir})
		var missing *MissingError
		if !errors.As(err, &missing) || !strings.Contains(err.Error(), "postgresql-"+strings.TrimSpace(version)) {
			t.Errorf("%q: %v", version, err)
		}
		_, err = Start(t.Context(), Config{Dir: dir, Bin: &Binaries{Dir: "/nowhere", Major: 15}})
		if !errors.As(err, &missing) {
			t.Errorf("%q with 15: %v", version, err)
		}
	}
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}
