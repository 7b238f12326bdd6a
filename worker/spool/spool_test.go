package spool

import (
	"bytes"
	"context"
	"crypto/cipher"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const root = "/data/spool"

func key(id string) Key { return Key{ID: id, Secret: bytes.Repeat([]byte(id[:1]), 32)} }

// config is a spool of some megabytes, whose clock stands still.
func config() Config {
	noon := time.Date(2026, 12, 15, 12, 0, 0, 0, time.UTC)
	return Config{Dir: root, Keys: []Key{key("k1")}, MaxBytes: 16 << 20, Now: func() time.Time { return noon },
		Logger: slog.New(slog.DiscardHandler)}
}

// on opens a spool on a disk; change may change its configuration.
func on(t testing.TB, d disk, change ...func(*Config)) *Spool {
	t.Helper()
	cfg := config()
	for _, c := range change {
		c(&cfg)
	}
	s, err := newOn(d, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func (s *Spool) put(body string) error { return s.Append(context.Background(), Known, []byte(body)) }

func must(t testing.TB, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

// drain takes everything out, in order.
func drain(t testing.TB, s *Spool) []string {
	t.Helper()
	must(t, s.Open())
	var out []string
	for s.Waiting() > 0 {
		group, err := s.Oldest(100)
		must(t, err)
		for _, b := range group {
			for _, body := range b.Bodies {
				out = append(out, string(body))
			}
			must(t, s.Done(b.Name))
		}
	}
	return out
}

func TestWhatGoesInComesOutInOrder(t *testing.T) {
	t.Parallel()
	m := newMemory()
	s := on(t, m)
	var want []string
	for i := range 2500 {
		want = append(want, fmt.Sprint("entry ", i))
		if i%3 == 0 { // several in a file, and files with one
			must(t, s.put(want[i]))
			continue
		}
		e := &entry{class: Known, body: []byte(want[i]), safe: make(chan error, 1)}
		must(t, s.enqueue(e))
		if i%3 == 2 {
			signal(s.wake)
			must(t, <-e.safe)
		}
	}
	if st := s.State(); st.Entries != 2500 || st.Oldest.IsZero() || st.Bytes%block != 0 || st.Trouble != nil || len(st.ID) != 16 {
		t.Errorf("state %+v", st)
	}
	first, err := s.Oldest(1)
	must(t, err)
	again, err := s.Oldest(1)
	must(t, err)
	if len(first) != 1 || first[0].Name != again[0].Name {
		t.Error("what was not done does not come again")
	}
	if got := drain(t, s); !slices.Equal(got, want) {
		t.Errorf("%d came out, or not in order", len(got))
	}
	if st := s.State(); st.Entries != 0 || st.Bytes != 0 || !st.Oldest.IsZero() {
		t.Errorf("empty: %+v", st)
	}
	for p := range m.files {
		if path.Base(p) != lockName {
			t.Errorf("%s is left", p)
		}
	}
}

// What comes while a sync is under way shares the next one.
func TestWritersShareASync(t *testing.T) {
	t.Parallel()
	m := newMemory()
	var mu sync.Mutex
	writes, gate, begun := 0, make(chan struct{}), make(chan struct{}, 100)
	m.fault = func(op, p string) error {
		if op != "write" {
			return nil
		}
		mu.Lock()
		writes++
		mu.Unlock()
		begun <- struct{}{}
		<-gate
		return nil
	}
	s := on(t, m)
	var wg sync.WaitGroup
	put := func(n int) {
		wg.Go(func() {
			if err := s.put(fmt.Sprint(n)); err != nil {
				t.Error(err)
			}
		})
	}
	put(0)
	<-begun
	for i := range 300 {
		put(i + 1)
	}
	for s.Waiting() < 301 {
		time.Sleep(time.Millisecond) // until all of them stand in line
	}
	close(gate)
	wg.Wait()
	if writes != 2 {
		t.Errorf("301 entries took %d files", writes)
	}
	if got := drain(t, s); len(got) != 301 || len(unique(got)) != 301 {
		t.Errorf("%d came out", len(got))
	}
}

func unique(list []string) map[string]int {
	out := map[string]int{}
	for _, s := range list {
		out[s]++
	}
	return out
}

// life is what a process does with a spool: it writes, takes out, and writes on.
// It returns what it was promised, and what it has put into safety elsewhere.
func life(d disk) (safe, taken []string) {
	cfg := config()
	s, err := newOn(d, cfg)
	if err != nil {
		panic(err)
	}
	defer s.Close()
	put := func(body string) {
		if s.put(body) == nil {
			safe = append(safe, body)
		}
	}
	for i := range 4 {
		put(fmt.Sprint("a", i))
	}
	for range 2 {
		group, _ := s.Oldest(1)
		for _, b := range group {
			for _, body := range b.Bodies {
				taken = append(taken, string(body)) // it is safe elsewhere from here on
			}
			_ = s.Done(b.Name)
		}
	}
	for i := range 2 {
		put(fmt.Sprint("b", i))
	}
	return safe, taken
}

// Whatever the instant at which a process is killed or the power is cut: what
// was promised comes out, in order and once.
func TestKilledAtAnyInstant(t *testing.T) {
	t.Parallel()
	whole := newMemory()
	life(whole)
	if whole.ops < 30 {
		t.Fatalf("only %d operations to stop at", whole.ops)
	}
	for halt := 1; halt <= whole.ops; halt++ {
		m := newMemory()
		m.halt = halt
		safe, taken := life(m)
		for seed := range uint64(12) {
			after := m.cut(rand.New(rand.NewPCG(seed, uint64(halt))))
			if seed == 0 {
				after = m.killed()
			}
			s := on(t, after)
			got := drain(t, s)
			for body, n := range unique(got) {
				if n > 1 {
					t.Errorf("stopped at %d: %s came out %d times", halt, body, n)
				}
			}
			if !slices.IsSorted(got) {
				t.Errorf("stopped at %d: out of order: %v", halt, got)
			}
			for _, body := range safe {
				if !slices.Contains(got, body) && !slices.Contains(taken, body) {
					t.Errorf("stopped at %d: %s was promised and is lost; %v came out", halt, body, got)
				}
			}
			if st := s.State(); st.Aside != 0 {
				t.Errorf("stopped at %d: %d files in quarantine: a half-written one was taken for a file", halt, st.Aside)
			}
			for p := range after.files {
				if strings.HasSuffix(p, temporary) {
					t.Errorf("stopped at %d: %s is left", halt, p)
				}
			}
		}
	}
}

// Whatever fails once, only that write is not promised, and the next one works.
func TestAnErrorEndsNothing(t *testing.T) {
	t.Parallel()
	for _, op := range []string{"write", "sync", "rename", "syncdir"} {
		m := newMemory()
		s := on(t, m)
		must(t, s.put("1 before"))
		broken := errors.New("the disk says no")
		m.mu.Lock()
		m.fault = func(did, p string) error {
			if did == op && strings.Contains(p, s.id) {
				return broken
			}
			return nil
		}
		m.mu.Unlock()
		err := s.put("2 meanwhile")
		if st := s.State(); !errors.Is(err, broken) || !errors.Is(st.Trouble, broken) {
			t.Errorf("%s: promised %v, trouble %v", op, err, st.Trouble)
		}
		m.mu.Lock()
		m.fault = nil
		m.mu.Unlock()
		must(t, s.put("3 after"))
		if st := s.State(); st.Trouble != nil {
			t.Errorf("%s: trouble stays: %v", op, st.Trouble)
		}
		got := drain(t, s)
		if op == "syncdir" { // it was there; only nothing was promised
			got = slices.DeleteFunc(got, func(b string) bool { return b == "2 meanwhile" })
		}
		if !slices.Equal(got, []string{"1 before", "3 after"}) {
			t.Errorf("%s: came out %v", op, got)
		}
	}
}

// A disk that is full or read-only is told at once, keeps what it has, and is
// used again when it is well.
func TestADiskThatTakesNothing(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]func(op, path string) error{"full": full, "read-only": readOnly} {
		m := newMemory()
		m.fault = fault
		s := on(t, m)
		if err := s.Probe(); !errors.Is(err, syscall.ENOSPC) && !errors.Is(err, syscall.EROFS) {
			t.Errorf("%s from the start: probe says %v", name, err)
		}
		if err := s.put("x"); err == nil {
			t.Errorf("%s from the start: promised", name)
		}
		set := func(f func(op, path string) error) {
			m.mu.Lock()
			defer m.mu.Unlock()
			m.fault = f
		}
		set(nil)
		must(t, s.Probe(), s.put("1"))
		set(fault)
		if err := s.put("2"); err == nil || s.State().Trouble == nil || s.Probe() == nil {
			t.Errorf("%s later: promised, or no trouble", name)
		}
		if group, err := s.Oldest(10); err != nil || len(group) != 1 {
			t.Errorf("%s: what was promised cannot be read: %v", name, err)
		}
		set(nil)
		must(t, s.Probe(), s.put("3"))
		if got := drain(t, s); !slices.Equal(got, []string{"1", "3"}) {
			t.Errorf("%s: came out %v", name, got)
		}
	}
}

func TestBounds(t *testing.T) {
	t.Parallel()
	s := on(t, newMemory(), func(c *Config) { c.MaxBytes = 64 * block })
	body := strings.Repeat("x", block/2)
	n := 0
	for ; n < 1000; n++ {
		if err := s.put(body); err != nil {
			if !errors.Is(err, ErrFull) {
				t.Fatal(err)
			}
			break
		}
	}
	if st := s.State(); n != 64 || st.Bytes > 64*block || !st.Full {
		t.Errorf("%d entries of a block each were taken; %+v", n, st)
	}
	group, err := s.Oldest(1)
	must(t, err)
	must(t, s.Done(group[0].Name), s.put(body))
	if err := s.Append(t.Context(), Known, make([]byte, maxEntry+1)); !errors.Is(err, ErrLarge) {
		t.Errorf("too large: %v", err)
	}
	// What goes to quarantine still takes room.
	group, err = s.Oldest(1)
	must(t, err)
	must(t, s.SetAside(group[0].Name))
	if err := s.put(body); !errors.Is(err, ErrFull) {
		t.Errorf("the quarantine is not counted: %v", err)
	}
}

// Whoever is not known can use up their own part only.
func TestWhatCannotBeVerifiedHasASmallPart(t *testing.T) {
	t.Parallel()
	s := on(t, newMemory(), func(c *Config) { c.MaxBytes = 160 * block })
	n := 0
	for ; s.Append(t.Context(), Unsure, []byte("somebody")) == nil; n++ {
		if n > 1000 {
			t.Fatal("no bound")
		}
	}
	if n != 10 {
		t.Errorf("%d were taken, want a sixteenth", n)
	}
	must(t, s.put("known"))
	if got := drain(t, s); len(got) != n+1 || got[n] != "known" {
		t.Errorf("came out %v", got)
	}
	if err := s.Append(t.Context(), Unsure, []byte("again")); err != nil {
		t.Errorf("when they are gone: %v", err)
	}
}

// What cannot be opened goes to quarantine whole, and holds up nothing.
func TestQuarantine(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(m *memory, file string){
		"a bit changed":   func(m *memory, f string) { m.files[f].content[len(m.files[f].content)-1] ^= 1 },
		"the key's name":  func(m *memory, f string) { m.files[f].content[len(magic)+2] ^= 1 },
		"cut":             func(m *memory, f string) { m.files[f].content = m.files[f].content[:len(m.files[f].content)-1] },
		"cut to its head": func(m *memory, f string) { m.files[f].content = m.files[f].content[:len(magic)+1] },
		"empty":           func(m *memory, f string) { m.files[f].content = nil },
		"renamed, in its count": func(m *memory, f string) {
			m.files[strings.Replace(f, "-1k", "-2k", 1)] = m.files[f]
			delete(m.files, f)
		},
		"renamed, in its place": func(m *memory, f string) {
			m.files[path.Dir(f)+"/00"+path.Base(f)[2:]] = m.files[f]
			delete(m.files, f)
		},
		"a foreign file": func(m *memory, f string) {
			m.files[path.Dir(f)+"/README.txt"] = &memoryFile{content: []byte("hello")}
			delete(m.files, f)
		},
		"a foreign seal": func(m *memory, f string) {
			other := &Spool{sealer: "k1", keys: ringOf(t, Key{ID: "k1", Secret: bytes.Repeat([]byte("z"), 32)})}
			m.files[f].content = other.seal(path.Base(f), [][]byte{[]byte("2")})
		},
	} {
		m := newMemory()
		s := on(t, m)
		for _, body := range []string{"1", "2", "3"} {
			must(t, s.put(body))
		}
		files := slices.Clone(s.files)
		home := s.home()
		must(t, s.Close())
		spoil(m, home+"/"+files[1].name())
		s = on(t, m)
		if got := drain(t, s); !slices.Equal(got, []string{"1", "3"}) {
			t.Errorf("%s: came out %v", name, got)
		}
		aside := 0
		for p := range m.files {
			if strings.HasPrefix(p, root+"/quarantine/") {
				aside++
			}
		}
		if st := s.State(); st.Aside != 1 || aside != 1 || st.Entries != 0 {
			t.Errorf("%s: %d in quarantine, %d counted, %d wait", name, aside, st.Aside, st.Entries)
		}
		must(t, s.Close())
		if s = on(t, m); s.Open() != nil || s.State().Aside != 1 {
			t.Errorf("%s: not counted by the next process", name)
		}
	}
}

func ringOf(t *testing.T, keys ...Key) (out map[string]cipher.AEAD) {
	t.Helper()
	out, err := ring(keys)
	must(t, err)
	return out
}

// A file that the disk does not give for a while is not lost for that.
func TestAFileThatCannotBeReadForAWhile(t *testing.T) {
	t.Parallel()
	m := newMemory()
	s := on(t, m)
	must(t, s.put("1"))
	m.fault = func(op, _ string) error {
		if op == "read" {
			return syscall.EMFILE
		}
		return nil
	}
	for range misreads - 1 {
		if _, err := s.Oldest(1); !errors.Is(err, syscall.EMFILE) {
			t.Fatal(err)
		}
	}
	m.fault = nil
	if got := drain(t, s); !slices.Equal(got, []string{"1"}) {
		t.Errorf("came out %v", got)
	}
	must(t, s.put("2"))
	m.fault = func(op, _ string) error {
		if op == "read" {
			return syscall.EIO
		}
		return nil
	}
	for s.Waiting() > 0 {
		_, _ = s.Oldest(1)
	}
	if s.State().Aside != 1 {
		t.Error("what the disk never gives holds up everything")
	}
	must(t, s.put("3"))
	delete(m.files, s.home()+"/"+s.files[0].name())
	m.fault = nil
	if group, err := s.Oldest(1); len(group) != 0 || err != nil || s.Waiting() != 0 {
		t.Errorf("somebody removed a file: %v, %v", group, err)
	}
}

// A new key seals, the old ones still open.
func TestKeysRotate(t *testing.T) {
	t.Parallel()
	m := newMemory()
	s := on(t, m)
	must(t, s.put("old"), s.Close())
	s = on(t, m, func(c *Config) { c.Keys = []Key{key("k2"), key("k1")} })
	must(t, s.put("new"))
	if got := drain(t, s); !slices.Equal(got, []string{"old", "new"}) {
		t.Errorf("came out %v", got)
	}
	for _, bad := range [][]Key{nil, {{ID: "k", Secret: []byte("short")}}, {{Secret: bytes.Repeat([]byte("k"), 32)}}} {
		cfg := config()
		cfg.Keys = bad
		if _, err := newOn(m, cfg); err == nil {
			t.Errorf("%v was taken for keys", bad)
		}
	}
}

// What went to quarantine for want of a key comes back with it, by hand.
func TestAKeyThatWasMissing(t *testing.T) {
	t.Parallel()
	m := newMemory()
	s := on(t, m)
	must(t, s.put("1"), s.Close())
	s = on(t, m, func(c *Config) { c.Keys = []Key{key("k2")} })
	must(t, s.Open())
	if group, err := s.Oldest(1); len(group) != 0 || err != nil || s.State().Aside != 1 {
		t.Fatalf("without its key: %v, %v", group, err)
	}
	must(t, s.Close())
	for p, f := range m.files {
		if strings.Contains(p, "/quarantine/") {
			m.files[s.cfg.Dir+"/"+f.maker(p)+"/"+path.Base(p)] = f
			delete(m.files, p)
		}
	}
	s = on(t, m)
	if got := drain(t, s); !slices.Equal(got, []string{"1"}) || s.State().Aside != 0 {
		t.Errorf("with it: %v came out, %d in quarantine", got, s.State().Aside)
	}
}

// maker is whose directory a file comes from.
func (f *memoryFile) maker(p string) string {
	of, _ := parseName(path.Base(p))
	return of.maker
}

// Nothing of an entry can be read from the disk.
func TestNothingIsReadableAtRest(t *testing.T) {
	t.Parallel()
	m := newMemory()
	s := on(t, m)
	const secret = "+84912345678 STOP"
	must(t, s.put(secret))
	for p, f := range m.files {
		if strings.Contains(p, "8491") || bytes.Contains(f.content, []byte("STOP")) || bytes.Contains(f.content, []byte("8491")) {
			t.Errorf("%s shows what is in it", p)
		}
	}
	must(t, s.put(secret))
	a, b := s.files[0].name(), s.files[1].name()
	if bytes.Equal(m.files[s.home()+"/"+a].content, m.files[s.home()+"/"+b].content) {
		t.Error("the same entry twice looks the same")
	}
}

// Processes that share a directory keep apart; what a dead one has left is taken
// over, in order, by one that lives or starts.
func TestSeveralProcesses(t *testing.T) {
	t.Parallel()
	m := newMemory()
	clock := config().Now()
	tick := func(c *Config) { c.Now = func() time.Time { clock = clock.Add(time.Second); return clock } }
	a, b := on(t, m, tick), on(t, m, tick)
	must(t, a.put("1"), b.put("2"), a.put("3"), b.put("4"))
	if a.State().ID == b.State().ID {
		t.Fatal("two processes have one directory")
	}
	must(t, b.Adopt())
	if b.Waiting() != 2 || len(b.Adopted()) != 0 {
		t.Error("what a living process has was taken")
	}
	gone := a.State().ID
	delete(m.held, root+"/"+gone+"/"+lockName) // a was killed
	must(t, b.Adopt())
	if got := b.Adopted(); !slices.Equal(got, []string{gone}) || m.dirs[root+"/"+gone] {
		t.Errorf("adopted %v", got)
	}
	if got := drain(t, b); !slices.Equal(got, []string{"1", "2", "3", "4"}) {
		t.Errorf("came out %v", got)
	}
	must(t, b.put("5"))
	id := b.State().ID
	must(t, b.Close())
	c := on(t, m, tick)
	must(t, c.Open())
	if c.State().ID != id {
		t.Error("a process that starts does not go on where one ended")
	}
	if got := drain(t, c); !slices.Equal(got, []string{"5"}) {
		t.Errorf("came out %v", got)
	}
}

// A clock that is set back does not turn the order round.
func TestAClockThatIsSetBack(t *testing.T) {
	t.Parallel()
	m := newMemory()
	now := config().Now()
	back := func(c *Config) { c.Now = func() time.Time { now = now.Add(-time.Hour); return now } }
	s := on(t, m, back)
	must(t, s.put("1"), s.put("2"), s.Close())
	s = on(t, m, back)
	must(t, s.put("3"))
	if got := drain(t, s); !slices.Equal(got, []string{"1", "2", "3"}) {
		t.Errorf("came out %v", got)
	}
}

func TestAClosedSpool(t *testing.T) {
	t.Parallel()
	s := on(t, newMemory())
	must(t, s.put("1"), s.Close(), s.Close())
	if err := s.put("2"); !errors.Is(err, ErrClosed) {
		t.Errorf("%v", err)
	}
	if group, err := s.Oldest(1); len(group) != 0 || err != nil {
		t.Errorf("%v, %v", group, err)
	}
}

// A disk that hangs does not fill the memory with what waits for it.
func TestADiskThatHangs(t *testing.T) {
	t.Parallel()
	for _, size := range []int{1, 100 << 10} {
		m := newMemory()
		gate, begun := make(chan struct{}), make(chan struct{}, 100)
		m.fault = func(op, _ string) error {
			if op == "sync" {
				begun <- struct{}{}
				<-gate
			}
			return nil
		}
		s := on(t, m, func(c *Config) { c.MaxBytes = 1 << 30 })
		body := make([]byte, size)
		must(t, s.enqueue(&entry{class: Known, body: body, safe: make(chan error, 1)}))
		signal(s.wake)
		<-begun
		n, bytes := 0, 0
		for ; s.enqueue(&entry{class: Known, body: body, safe: make(chan error, 1)}) == nil; n++ {
			bytes += size
			if n > lineEntries || bytes > lineBytes {
				t.Fatalf("%d entries of %d bytes stand in line", n, size)
			}
		}
		close(gate)
		signal(s.wake)
		if got := drain(t, s); len(got) != n+1 {
			t.Errorf("%d of %d came out", len(got), n+1)
		}
		if s.line != 0 {
			t.Errorf("%d bytes are still counted", s.line)
		}
	}
}

// Whoever cannot wait any longer is told so; what it gave may be kept.
func TestAWriterThatCannotWait(t *testing.T) {
	t.Parallel()
	m := newMemory()
	gate := make(chan struct{})
	m.fault = func(op, _ string) error {
		if op == "sync" {
			<-gate
		}
		return nil
	}
	s := on(t, m)
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if err := s.Append(ctx, Known, []byte("1")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
	close(gate)
	if got := drain(t, s); len(got) > 1 {
		t.Errorf("came out %v", got)
	}
}

func TestInspect(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := Inspect(dir + "/none"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("nothing there: %v", err)
	}
	own := func(c *Config) { c.Dir, c.Now = dir+"/spool", time.Now }
	a, b := on(t, osDisk{}, own), on(t, osDisk{}, own)
	must(t, a.put("1"), b.put("2"), b.put("3"))
	group, err := b.Oldest(1)
	must(t, err)
	must(t, b.SetAside(group[0].Name), TryWrite(dir+"/spool"))
	r, err := Inspect(dir + "/spool")
	if err != nil || r.Entries != 2 || r.Aside != 1 || r.Bytes != 2*block || r.Oldest.IsZero() {
		t.Errorf("%+v, %v", r, err)
	}
}

// No content that is not sealed by us opens, and none makes the opening panic.
func FuzzOpen(f *testing.F) {
	s := &Spool{sealer: "k1"}
	s.keys, _ = ring([]Key{key("k1")})
	name := file{order: 1, maker: strings.Repeat("a", 16), entries: 2, class: Known}.name()
	good := s.seal(name, [][]byte{[]byte("1"), nil})
	f.Add(name, good)
	f.Add(name, good[:len(good)-3])
	f.Add("x", []byte(magic+"\xffk1"))
	f.Fuzz(func(t *testing.T, as string, content []byte) {
		bodies, err := s.open(as, content)
		// The seeds were sealed by another process of the fuzzer, with this key.
		if err == nil && (as != name || len(bodies) != 2 || string(bodies[0]) != "1" || len(bodies[1]) != 0) {
			t.Errorf("%q opened", as)
		}
	})
}

// Whatever a name is, if it is read it is written the same way.
func FuzzParseName(f *testing.F) {
	f.Add(file{order: 12, maker: "0123456789abcdef", entries: 1000, class: Unsure}.name())
	f.Add("99999999999999999999-0123456789abcdef-1k.spool")
	f.Add("lock")
	f.Fuzz(func(t *testing.T, name string) {
		if got, ok := parseName(name); ok && got.name() != name {
			t.Errorf("%q is written %q", name, got.name())
		}
	})
}

// Whatever the plain text is, taking it apart ends and stays inside it.
func FuzzSplit(f *testing.F) {
	f.Add([]byte("\x01a\x00"))
	f.Add([]byte("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"))
	f.Fuzz(func(t *testing.T, plain []byte) {
		bodies, ok := split(plain)
		total := 0
		for _, b := range bodies {
			total += len(b)
		}
		if ok && total > len(plain) {
			t.Errorf("%d bytes out of %d", total, len(plain))
		}
	})
}
