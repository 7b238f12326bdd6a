package datadir

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// helperDir makes the test binary a process that locks the directory it names,
// writes its endpoints if asked, says so, and waits to be killed.
const helperDir = "TEST_DATADIR_HELPER_DIR"

func TestMain(m *testing.M) {
	path := os.Getenv(helperDir)
	if path == "" {
		os.Exit(m.Run())
	}
	d, err := Open(path)
	if err == nil {
		_, err = d.Lock("up")
	}
	if err == nil {
		err = d.WriteEndpoints(Endpoints{StaffURL: "http://127.0.0.1:1/"})
	}
	fmt.Println("locked", err)
	select {}
}

// otherUp is another process that holds the directory until killed.
func otherUp(t *testing.T, d *Dir) (pid int, kill func()) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), helperDir+"="+d.Path())
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill = sync.OnceFunc(func() {
		cmd.Process.Kill() // SIGKILL
		cmd.Wait()
	})
	t.Cleanup(kill)
	said, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || said != "locked <nil>\n" {
		t.Fatalf("the other process said %q, %v", said, err)
	}
	return cmd.Process.Pid, kill
}

func open(t *testing.T) *Dir {
	t.Helper()
	d, err := Open(filepath.Join(t.TempDir(), "data"))
	if err != nil {
		t.Fatal(err)
	}
	d.now = func() time.Time { return time.Date(2026, 3, 2, 8, 30, 0, 0, time.UTC) }
	return d
}

func mode(t *testing.T, path string) fs.FileMode {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode().Perm()
}

func TestOpenMakesAndClosesTheDirectory(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	cases := []struct {
		name    string
		prepare func(path string) error
		err     error
	}{
		{"missing", func(string) error { return nil }, nil},
		{"empty and open", func(p string) error { return os.Mkdir(p, 0o755) }, nil},
		{"ours and open", func(p string) error {
			return errors.Join(os.Mkdir(p, 0o755), os.WriteFile(filepath.Join(p, keysName), nil, 0o600))
		}, nil},
		{"another's and closed", func(p string) error { return os.MkdirAll(filepath.Join(p, "photos"), 0o700) }, nil},
		{"another's and open", func(p string) error {
			return errors.Join(os.Mkdir(p, 0o755), os.Mkdir(filepath.Join(p, "photos"), 0o755))
		}, ErrForeign},
		{"a file", func(p string) error { return os.WriteFile(p, nil, 0o600) }, errors.ErrUnsupported},
	}
	for _, c := range cases {
		path := filepath.Join(parent, c.name)
		if err := c.prepare(path); err != nil {
			t.Fatal(err)
		}
		d, err := Open(path)
		switch {
		case c.err == errors.ErrUnsupported: // whatever the system says
			if err == nil {
				t.Errorf("%s: opened", c.name)
			}
		case !errors.Is(err, c.err):
			t.Errorf("%s: %v", c.name, err)
		case err == nil && (mode(t, path) != 0o700 || d.Path() != path):
			t.Errorf("%s: mode %v, path %s", c.name, mode(t, path), d.Path())
		case err != nil && mode(t, path) != 0o755:
			t.Errorf("%s: refused and still changed", c.name)
		}
	}
}

func TestSub(t *testing.T) {
	t.Parallel()
	d := open(t)
	for range 2 {
		path, err := d.Sub("spool")
		if err != nil || path != filepath.Join(d.Path(), "spool") || mode(t, path) != 0o700 {
			t.Errorf("%s: %v", path, err)
		}
	}
	for _, name := range []string{"", ".", "..", "a/b", "/etc", "../x"} {
		if _, err := d.Sub(name); err == nil {
			t.Errorf("%q was taken for a name", name)
		}
	}
}

func TestSecondHolderIsToldWho(t *testing.T) {
	t.Parallel()
	d := open(t)
	first, err := d.Lock("demo")
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.Lock("up")
	var held *HeldError
	if !errors.As(err, &held) {
		t.Fatal(err)
	}
	if held.PID != os.Getpid() || held.Role != "demo" || !held.Since.Equal(d.now()) || held.Host == "" {
		t.Errorf("%+v", held)
	}
	for _, want := range []string{"`canvass demo`", fmt.Sprint("process ", os.Getpid()), d.Path(), "2026-03-02 08:30:00", "kill"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q lacks %q", err, want)
		}
	}
	if err := first.Release(); err != nil {
		t.Fatal(err)
	}
	second, err := d.Lock("up")
	if err != nil {
		t.Fatal(err)
	}
	if got := mode(t, d.at(lockName)); got != 0o600 {
		t.Errorf("mode %v", got)
	}
	if err := second.Release(); err != nil {
		t.Fatal(err)
	}
	if text := (&HeldError{Path: "/x"}).Error(); !strings.Contains(text, "another canvass process") {
		t.Error(text)
	}
}

func TestKilledHolderHoldsNothing(t *testing.T) {
	t.Parallel()
	d := open(t)
	pid, kill := otherUp(t, d)
	var held *HeldError
	if _, err := d.Lock("up"); !errors.As(err, &held) || held.PID != pid || held.Role != "up" {
		t.Fatal(err)
	}
	e, err := d.ReadEndpoints()
	if err != nil || e.PID != pid || e.StaffURL != "http://127.0.0.1:1/" {
		t.Fatalf("%+v, %v", e, err)
	}
	kill()
	if _, err := d.ReadEndpoints(); !errors.Is(err, ErrNone) {
		t.Error("endpoints of the dead:", err)
	}
	lock, err := d.Lock("up")
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Release()
	if _, err := d.ReadEndpoints(); !errors.Is(err, ErrStarting) {
		t.Error("endpoints of the one before:", err)
	}
}

// Looking whether `up` runs must never keep one from starting.
func TestReadersDoNotRefuseAHolder(t *testing.T) {
	t.Parallel()
	d := open(t)
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for range 2 {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					d.ReadEndpoints()
				}
			}
		})
	}
	for range 50 {
		lock, err := d.Lock("up")
		if err != nil {
			t.Error(err)
			break
		}
		lock.Release()
	}
	close(stop)
	readers.Wait()
}

func TestEndpoints(t *testing.T) {
	t.Parallel()
	d := open(t)
	if _, err := d.ReadEndpoints(); !errors.Is(err, ErrNone) {
		t.Fatal(err)
	}
	want := Endpoints{DatabaseURL: "postgres://a:b@/c", RedisURL: "redis://:p@127.0.0.1:1/0", StaffURL: "http://127.0.0.1:2", PublicURL: "http://127.0.0.1:3"}
	if err := d.WriteEndpoints(want); err != nil {
		t.Fatal(err)
	}
	if _, err := d.ReadEndpoints(); !errors.Is(err, ErrNone) {
		t.Error("believed without a holder:", err)
	}
	lock, err := d.Lock("up")
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Release()
	if err := d.WriteEndpoints(want); err != nil {
		t.Fatal(err)
	}
	want.PID = os.Getpid()
	if got, err := d.ReadEndpoints(); err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
	if got := mode(t, d.at(endpointsName)); got != 0o600 {
		t.Errorf("mode %v", got)
	}
	if err := os.Chmod(d.at(endpointsName), 0o644); err != nil {
		t.Fatal(err)
	}
	var exposed *ExposedError
	if _, err := d.ReadEndpoints(); !errors.As(err, &exposed) {
		t.Error("passwords open to all:", err)
	}
	for range 2 {
		if err := d.RemoveEndpoints(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.ReadEndpoints(); !errors.Is(err, ErrStarting) {
		t.Error(err)
	}
	noDrafts(t, d)
}

// noDrafts checks that nothing half-made is left in the directory.
func noDrafts(t *testing.T, d *Dir) {
	t.Helper()
	left, err := filepath.Glob(d.at("*.json.*"))
	if spool, err2 := filepath.Glob(d.at("restore.*")); err != nil || err2 != nil || len(left)+len(spool) > 0 {
		t.Errorf("left behind: %v %v", left, spool)
	}
}

func TestKeysAreMadeOnceAndKept(t *testing.T) {
	t.Parallel()
	d := open(t)
	if d.HasKeys() {
		t.Error("keys before any")
	}
	// Many processes may start at once on a new directory.
	ids := make([]string, 8)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() {
			k, err := d.Keys()
			if err != nil {
				t.Error(err)
				return
			}
			ids[i] = k.Active().ID
		})
	}
	wg.Wait()
	for _, id := range ids {
		if id != ids[0] || len(id) != 16 {
			t.Fatalf("ids %v", ids)
		}
	}
	if !d.HasKeys() || mode(t, d.at(keysName)) != 0o600 {
		t.Errorf("mode %v", mode(t, d.at(keysName)))
	}
	noDrafts(t, d)
}

func TestRotation(t *testing.T) {
	t.Parallel()
	d := open(t)
	k, err := d.Keys()
	if err != nil {
		t.Fatal(err)
	}
	first := k.Active()
	other, err := d.Keys() // another process
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			if _, err := k.Rotate(); err != nil {
				t.Error(err)
			}
		})
		wg.Go(func() {
			if _, err := other.Rotate(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	newest, err := k.Rotate()
	if err != nil {
		t.Fatal(err)
	}
	again, err := d.Keys()
	if err != nil {
		t.Fatal(err)
	}
	if len(again.keys) != 8 {
		t.Errorf("%d keys after 7 rotations", len(again.keys))
	}
	for _, file := range []*KeyFile{k, again} {
		if file.Active().ID != newest.ID {
			t.Error("the newest is not the active one")
		}
		old, ok := file.ByID(first.ID)
		if !ok || !bytes.Equal(old.Secret, first.Secret) || !old.Created.Equal(first.Created) {
			t.Error("the first key is lost: links in mailboxes die")
		}
	}
	if _, ok := k.ByID("0000000000000000"); ok {
		t.Error("a key that never was")
	}
	if len(first.Secret) != SecretSize || bytes.Equal(first.Secret, newest.Secret) {
		t.Error("secrets of", len(first.Secret))
	}
}

func TestExposedKeysAreRefused(t *testing.T) {
	t.Parallel()
	d := open(t)
	k, err := d.Keys()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []fs.FileMode{0o640, 0o604, 0o644} {
		if err := os.Chmod(d.at(keysName), m); err != nil {
			t.Fatal(err)
		}
		var exposed *ExposedError
		if _, err := d.Keys(); !errors.As(err, &exposed) || exposed.Mode != m || !strings.Contains(err.Error(), "chmod 600 "+d.at(keysName)) {
			t.Errorf("%v: %v", m, err)
		}
		if _, err := k.Rotate(); !errors.As(err, &exposed) {
			t.Errorf("%v: rotated: %v", m, err)
		}
	}
}

func TestSecretsDoNotPrint(t *testing.T) {
	t.Parallel()
	d := open(t)
	k, err := d.Keys()
	if err != nil {
		t.Fatal(err)
	}
	key := k.Active()
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "key", key, "secret", key.Secret)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "key", fmt.Sprintf("%v %+v %#v %s %x %d", key, key, key, key, key, key.Secret))
	text, err := json.Marshal(key.Secret)
	if err != nil {
		t.Fatal(err)
	}
	for _, shape := range []string{strings.Trim(string(text), `"`), fmt.Sprintf("%x", []byte(key.Secret)), strings.Trim(fmt.Sprint([]byte(key.Secret)), "[]")} {
		if strings.Contains(log.String(), shape) {
			t.Errorf("printed: %s", log.String())
		}
	}
}

func FuzzParseKeys(f *testing.F) {
	secret := strings.Repeat("A", 43) + "="
	good := `{"keys":[{"id":"0123456789abcdef","secret":"` + secret + `","created":"2026-03-02T08:30:00Z"}]}`
	f.Add(good)
	f.Add(strings.Replace(good, "0123456789abcdef", "0123456789ABCDEF", 1))
	f.Add(strings.Replace(good, secret, "AAAA", 1))
	f.Add(good + "x")
	f.Add(`{"keys":[]}`)
	f.Add(`{"keys":null,"more":1}`)
	f.Add(``)
	f.Fuzz(func(t *testing.T, text string) {
		keys, err := parseKeys([]byte(text))
		if err != nil {
			return
		}
		again, err := encodeKeys(keys)
		if err != nil {
			t.Fatal(err)
		}
		twice, err := parseKeys(again)
		if err != nil || len(twice) != len(keys) || len(keys) == 0 {
			t.Fatalf("%d keys, then %d: %v", len(keys), len(twice), err)
		}
		for i := range keys {
			if keys[i].ID != twice[i].ID || !bytes.Equal(keys[i].Secret, twice[i].Secret) || len(keys[i].Secret) != SecretSize {
				t.Fatalf("key %d changed", i)
			}
		}
	})
}

func TestParseKeysRefuses(t *testing.T) {
	t.Parallel()
	secret := strings.Repeat("A", 43) + "="
	key := `{"id":"0123456789abcdef","secret":"` + secret + `","created":"2026-03-02T08:30:00Z"}`
	if _, err := parseKeys([]byte(`{"keys":[` + key + `]}`)); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"nothing":       ``,
		"no keys":       `{"keys":[]}`,
		"twice":         `{"keys":[` + key + `,` + key + `]}`,
		"short secret":  `{"keys":[` + strings.Replace(key, secret, "AAAA", 1) + `]}`,
		"no date":       `{"keys":[` + strings.Replace(key, "2026-03-02T08:30", "0001-01-01T00:00", 1) + `]}`,
		"upper case id": `{"keys":[` + strings.Replace(key, "abcdef", "ABCDEF", 1) + `]}`,
		"short id":      `{"keys":[` + strings.Replace(key, "abcdef", "", 1) + `]}`,
		"more":          `{"keys":[` + key + `]}{}`,
		"unknown field": `{"keys":[` + key + `],"x":1}`,
	} {
		if _, err := parseKeys([]byte(text)); err == nil {
			t.Errorf("%s: accepted", name)
		} else if strings.Contains(err.Error(), "AAAA") {
			t.Errorf("%s: quotes the secret: %v", name, err)
		}
	}
}
