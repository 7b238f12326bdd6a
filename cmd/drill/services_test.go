package drill

import (
	"context"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"canvass/dispatch/postgres/cluster"
)

func (w *world) startCluster() {
	port, _ := strconv.Atoi(w.ports.postgres)
	c, err := cluster.Start(context.Background(), cluster.Config{Dir: filepath.Join(w.dir, "postgres"), Port: port})
	w.must(err)
	w.cluster = c
}

// stopCluster ends PostgreSQL in order; killCluster as a crash does.
func (w *world) stopCluster() { w.must(w.cluster.Stop(context.Background())) }

func (w *world) killCluster() {
	text, err := os.ReadFile(filepath.Join(w.dir, "postgres", "data", "postmaster.pid"))
	w.must(err)
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	w.must(err)
	w.must(syscall.Kill(pid, syscall.SIGKILL))
	_ = w.cluster.Stop(context.Background()) // the handle alone
}

// database is where PostgreSQL is, also after it came back.
func (w *world) database() string {
	u, err := url.Parse(w.cluster.URL())
	w.must(err)
	u.Host, u.RawQuery = net.JoinHostPort("127.0.0.1", w.ports.postgres), "sslmode=disable&connect_timeout=2"
	return u.String()
}

func (w *world) startRedis() {
	w.redis = exec.Command("redis-server", "--port", w.ports.redis, "--bind", "127.0.0.1", "--save", "", "--dir", w.dir)
	if err := w.redis.Start(); err != nil {
		w.t.Fatalf("redis-server is needed (make test installs it): %v", err)
	}
	w.await("Redis answers", func() bool { return answers(w.ports.redis) })
}

func (w *world) stopRedis() {
	_ = w.redis.Process.Kill()
	_ = w.redis.Wait()
}

// flush wipes Redis.
func (w *world) flush() {
	c, err := net.Dial("tcp", "127.0.0.1:"+w.ports.redis)
	w.must(err)
	defer c.Close()
	_, err = c.Write([]byte("FLUSHALL\r\n"))
	w.must(err)
	answer := make([]byte, 5)
	_, err = c.Read(answer)
	w.must(err)
	if string(answer) != "+OK\r\n" {
		w.t.Fatalf("FLUSHALL: %q", answer)
	}
}

func answers(port string) bool {
	c, err := net.Dial("tcp", "127.0.0.1:"+port)
	if err == nil {
		_ = c.Close()
	}
	return err == nil
}
