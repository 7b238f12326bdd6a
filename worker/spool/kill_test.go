package spool

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// helperDir makes the test binary a process that writes into the spool of that
// directory until it is killed, and says what it was promised.
const helperDir = "TEST_SPOOL_HELPER_DIR"

func TestMain(m *testing.M) {
	dir := os.Getenv(helperDir)
	if dir == "" {
		os.Exit(m.Run())
	}
	cfg := config()
	cfg.Dir, cfg.Now = dir, time.Now
	s, err := New(cfg)
	if err != nil {
		panic(err)
	}
	var mu sync.Mutex
	for w := range 8 {
		go func() {
			for n := 0; ; n++ {
				body := fmt.Sprintf("%d-%d-%d", os.Getpid(), w, n)
				if err := s.Append(context.Background(), Known, []byte(body)); err != nil {
					panic(err)
				}
				mu.Lock()
				fmt.Println(body) // one write: whole, or not there
				mu.Unlock()
			}
		}()
	}
	for { // now and then it takes out what is oldest
		time.Sleep(3 * time.Millisecond)
		group, err := s.Oldest(1)
		if err != nil {
			panic(err)
		}
		for _, b := range group {
			for _, body := range b.Bodies {
				mu.Lock()
				fmt.Println("out", string(body))
				mu.Unlock()
			}
			if err := s.Done(b.Name); err != nil {
				panic(err)
			}
		}
	}
}

// A process that writes as fast as it can is killed again and again, by -9:
// nothing that was promised is lost, nothing is half, and the next process goes
// on where it ended.
func TestKilledWhileWriting(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() + "/spool"
	promised, taken := map[string]bool{}, map[string]bool{}
	for range 6 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), helperDir+"="+dir)
		out, err := cmd.StdoutPipe()
		must(t, err, cmd.Start())
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); n++ {
			if body, out := strings.CutPrefix(lines.Text(), "out "); out {
				taken[body] = true
			} else {
				promised[lines.Text()] = true
			}
			if n == 150 {
				must(t, cmd.Process.Kill()) // what it has said until then is still read
			}
		}
		_ = cmd.Wait()
	}
	s := on(t, osDisk{}, func(c *Config) { c.Dir, c.Now = dir, time.Now })
	got := drain(t, s)
	if len(promised) < 300 || s.State().Aside != 0 {
		t.Fatalf("%d promises, %d files in quarantine", len(promised), s.State().Aside)
	}
	there := unique(got)
	for body, n := range there {
		if n > 1 {
			t.Errorf("%s came out %d times", body, n)
		}
	}
	for body := range promised {
		if there[body] == 0 && !taken[body] {
			t.Errorf("%s was promised and is lost", body)
		}
	}
	next := map[string]int{} // of each writer
	for _, body := range got {
		at := strings.LastIndexByte(body, '-')
		var n int
		fmt.Sscan(body[at+1:], &n)
		if n < next[body[:at]] {
			t.Errorf("%s is out of order", body)
		}
		next[body[:at]] = n + 1
	}
}

// What one Append costs when many write at once, and when one does.
func BenchmarkAppend(b *testing.B) {
	for _, writers := range []int{1, 16, 256, 1024} {
		b.Run(fmt.Sprint(writers, "writers"), func(b *testing.B) {
			s := on(b, osDisk{}, func(c *Config) { c.Dir, c.Now, c.MaxBytes = b.TempDir()+"/spool", time.Now, 4<<30 })
			body := []byte(strings.Repeat("x", 400)) // a status callback
			var wg sync.WaitGroup
			share := make(chan struct{}, b.N)
			for range b.N {
				share <- struct{}{}
			}
			close(share)
			b.ResetTimer()
			for range writers {
				wg.Go(func() {
					for range share {
						if err := s.Append(context.Background(), Known, body); err != nil {
							b.Error(err)
						}
					}
				})
			}
			wg.Wait()
			b.StopTimer()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "appends/s")
			b.ReportMetric(float64(b.N)/float64(len(s.files)), "appends/file")
		})
	}
}
