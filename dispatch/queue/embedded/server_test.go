package embedded

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

func start(t *testing.T) *Server {
	t.Helper()
	s, err := Start(Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func client(t *testing.T, url string) *redis.Client {
	t.Helper()
	opt, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	opt.MaxRetries = -1
	c := redis.NewClient(opt)
	t.Cleanup(func() { c.Close() })
	return c
}

func TestKeysExpireByThemselves(t *testing.T) {
	t.Parallel()
	c := client(t, start(t).URL())
	ctx := t.Context()
	if err := c.Set(ctx, "short", "1", 300*time.Millisecond).Err(); err != nil {
		t.Fatal(err)
	}
	if err := c.Set(ctx, "long", "1", time.Hour).Err(); err != nil {
		t.Fatal(err)
	}
	if err := c.Set(ctx, "for ever", "1", 0).Err(); err != nil {
		t.Fatal(err)
	}
	waitUntil(t, func() bool { return c.Exists(ctx, "short").Val() == 0 })
	if n := c.Exists(ctx, "long", "for ever").Val(); n != 2 {
		t.Errorf("%d of the 2 lasting keys are left", n)
	}
	if ttl := c.TTL(ctx, "long").Val(); ttl > time.Hour || ttl < 59*time.Minute {
		t.Errorf("an hour's time to live reads %v", ttl)
	}
}

func TestNoKeyOutlivesOrUndercutsItsTimeByMoreThanATick(t *testing.T) {
	t.Parallel()
	c := client(t, start(t).URL())
	const life = 500 * time.Millisecond
	before := time.Now()
	if err := c.Set(t.Context(), "k", "1", life).Err(); err != nil {
		t.Fatal(err)
	}
	waitUntil(t, func() bool { return c.Exists(t.Context(), "k").Val() == 0 })
	if lived := time.Since(before); lived < life-tick {
		t.Errorf("lived %v of %v", lived, life)
	}
}

func TestScriptsRunAndTellTheTime(t *testing.T) {
	t.Parallel()
	c := client(t, start(t).URL())
	script := redis.NewScript(`
		local now = redis.call('TIME')
		redis.call('SET', KEYS[1], ARGV[1], 'PX', 60000)
		return {tonumber(now[1]), redis.call('GET', KEYS[1])}`)
	got, err := script.Run(t.Context(), c, []string{"k"}, "v").Slice()
	if err != nil {
		t.Fatal(err)
	}
	seconds, _ := got[0].(int64)
	if off := time.Since(time.Unix(seconds, 0)); off < -time.Minute || off > time.Minute {
		t.Errorf("TIME is off by %v", off)
	}
	if got[1] != "v" {
		t.Errorf("the script read %v", got[1])
	}
}

func TestStrangersAreRefused(t *testing.T) {
	t.Parallel()
	s := start(t)
	for name, url := range map[string]string{
		"no password":    "redis://" + s.addr + "/0",
		"wrong password": strings.Replace(s.URL(), s.pass, "guess", 1),
	} {
		if err := client(t, url).Ping(t.Context()).Err(); err == nil {
			t.Errorf("%s: let in", name)
		}
	}
	if err := client(t, s.URL()).Ping(t.Context()).Err(); err != nil {
		t.Errorf("the owner is refused: %v", err)
	}
}

func TestPasswordsDiffer(t *testing.T) {
	t.Parallel()
	if a, b := start(t), start(t); a.pass == b.pass || len(a.pass) < 20 {
		t.Errorf("passwords %q and %q", a.pass, b.pass)
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for _, addr := range []string{":0", "0.0.0.0:0", "192.0.2.1:0", "[::]:0", "localhost.example:0"} {
		if s, err := Start(Config{Addr: addr}); !errors.Is(err, ErrNotLoopback) {
			t.Errorf("%s: %v", addr, err)
			if err == nil {
				s.Close()
			}
		}
	}
	if _, err := Start(Config{Addr: "nonsense"}); err == nil {
		t.Error("an address without port was accepted")
	}
	if _, err := Start(Config{Addr: start(t).addr}); err == nil {
		t.Error("a taken port was accepted")
	}
}

func TestCloseIsFinalAndMayBeRepeated(t *testing.T) {
	t.Parallel()
	s, err := Start(Config{})
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	s.Close()
	// Not a bare dial: another test's server may have been given the port since.
	if err := client(t, s.URL()).Ping(t.Context()).Err(); err == nil {
		t.Error("it still answers")
	}
}

func waitUntil(t *testing.T, done func() bool) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for !done() {
		if time.Now().After(deadline) {
			t.Fatal("waited 20 s in vain")
		}
		time.Sleep(5 * time.Millisecond)
	}
}
