package main

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"canvass/dispatch/postgres/pgtest"
)

// The whole job on real parts: the demo as a person runs it, with everything
// killed by -9 in the middle, and as three processes on servers given by
// address. It ends with 0 only if the balance holds. What it counts is exact;
// how many answer depends on the machine.
func TestDemo(t *testing.T) {
	if testing.Short() {
		t.Skip("the demo takes half a minute")
	}
	program := filepath.Join(t.TempDir(), "canvass")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, c := range []struct {
		name  string
		args  []string
		where func(t *testing.T) []string
	}{
		{"killed", []string{"--kill"}, func(*testing.T) []string { return nil }},
		{"processes", []string{"--split"}, servers},
	} {
		t.Run(c.name, func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), program, append([]string{"demo", "--once"}, c.args...)...)
			cmd.Env = append(os.Environ(), append(c.where(t), "CANVASS_LANG=en", "CANVASS_DATA_DIR="+t.TempDir())...)
			var said bytes.Buffer
			cmd.Stdout, cmd.Stderr = &said, &said
			if err := cmd.Run(); err != nil {
				t.Fatalf("%v\n%s", err, tail(said.String()))
			}
			lines := strings.Split(strings.TrimSpace(said.String()), "\n")
			if last := lines[len(lines)-1]; !strings.HasPrefix(last, "Demo: the balance holds") {
				t.Errorf("the last line is %q", last)
			}
		})
	}
}

// servers are a database and a redis-server of the test's own.
func servers(t *testing.T) []string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	_, port, _ := net.SplitHostPort(addr)
	l.Close()
	redis := exec.Command("redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", t.TempDir())
	if err := redis.Start(); err != nil {
		t.Fatalf("redis-server is needed (make test installs it): %v", err)
	}
	t.Cleanup(func() { redis.Process.Kill(); redis.Wait() })
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		c, err := net.Dial("tcp", addr)
		if err == nil {
			c.Close()
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("redis-server does not answer")
		}
	}
	return []string{"CANVASS_DATABASE_URL=" + pgtest.New(t).URL, "CANVASS_REDIS_URL=redis://" + addr + "/0"}
}
