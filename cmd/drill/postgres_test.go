package drill

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lib/pq"

	"canvass/worker/sim/twiliosim"
)

// flood posts signed webhooks until it is stopped, and remembers which were
// acknowledged.
type flood struct {
	w    *world
	stop chan struct{}
	done sync.WaitGroup

	mu      sync.Mutex
	told    int // posted
	acked   []string
	refused int // answered with anything but 2xx, or not at all
}

// pace is how long a hand rests after a post.
const pace = 20 * time.Millisecond

// pour starts a flood of texts and statuses from a few hands.
func (w *world) pour(hands int, body string) *flood {
	f := &flood{w: w, stop: make(chan struct{})}
	for hand := range hands {
		f.done.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-f.stop:
					return
				case <-time.After(pace): // so that the machine has something left for the product
					f.post(fmt.Sprintf("SMd%030d", n*hands+hand), n*hands+hand, body)
				}
			}
		})
	}
	return f
}

func (f *flood) post(sid string, n int, body string) {
	path := "/hook/twilio/sms"
	form := url.Values{"MessageSid": {sid}, "AccountSid": {twiliosim.DefaultAccountSID}, "To": {ours}, "ApiVersion": {"2010-04-01"},
		"From": {who(n%max(f.w.people, 1), false).phone}, "Body": {body}}
	if n%5 != 0 {
		path = fmt.Sprintf("/hook/twilio/status?ref=a%d", 1+n%max(f.w.people, 1))
		form.Set("MessageStatus", "sent")
	}
	r, err := http.NewRequest(http.MethodPost, f.w.public()+path, strings.NewReader(form.Encode()))
	if err != nil {
		panic(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Twilio-Signature", twiliosim.Signature(twiliosim.DefaultAuthToken, f.w.public()+path, form))
	res, err := http.DefaultClient.Do(r)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.told++
	if err != nil || res.StatusCode > 299 {
		f.refused++
	} else {
		f.acked = append(f.acked, sid)
	}
	if err == nil {
		_ = res.Body.Close()
	}
}

func (f *flood) count() (told, acked, refused int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.told, len(f.acked), f.refused
}

// goesOn waits for so many more posts.
func (f *flood) goesOn(more int) {
	from, _, _ := f.count()
	f.w.await("webhooks come", func() bool { told, _, _ := f.count(); return told >= from+more })
}

// kept ends the flood and holds the inbox to it: what was acknowledged is there,
// once, and applied.
func (f *flood) kept() {
	w := f.w
	w.t.Helper()
	close(f.stop)
	f.done.Wait()
	w.await("everything is stored and applied", func() bool {
		return w.count(`SELECT count(*) FROM inbox WHERE applied_at IS NULL`) == 0 &&
			w.count(`SELECT coalesce(sum(waiting), 0) FROM spooler`) == 0
	})
	n := w.count(`WITH kept AS (SELECT split_part(provider_id, ':', 1) AS sid, count(*) AS n FROM inbox GROUP BY 1)
		SELECT count(*) FROM unnest($1::text[]) AS u (sid) LEFT JOIN kept USING (sid) WHERE coalesce(kept.n, 0) <> 1`, pq.StringArray(f.acked))
	told, acked, refused := f.count()
	if n != 0 {
		w.t.Errorf("%d of %d acknowledged webhooks are not in the inbox exactly once", n, acked)
	}
	w.t.Logf("%d webhooks, %d acknowledged, %d refused", told, acked, refused)
}

// PostgreSQL stops, in order and by a crash, in the middle of a campaign and under
// a flood of webhooks. Whatever was acknowledged is kept.
func TestPostgresAway(t *testing.T) {
	people := size(300, 5000, 20_000)
	away := size(4*time.Second, time.Minute, time.Minute)
	w := newWorld(t, plan{people: people, roles: []string{"serve", "worker", "worker", "scheduler"}})
	w.listen()
	w.launch(wave{name: "dot-1", caps: loose, steps: allChannels()})
	f := w.pour(8, "cam on")
	f.goesOn(200)
	for _, end := range []func(){w.stopCluster, w.killCluster} {
		end()
		deadline := time.Now().Add(away)
		f.goesOn(100)
		time.Sleep(time.Until(deadline)) // so long it is away; what happens meanwhile is counted
		w.startCluster()
		f.goesOn(200)
	}
	if _, _, refused := f.count(); refused > 0 {
		t.Errorf("%d webhooks were refused; there is a disk for them", refused)
	}
	f.kept()
	w.finish("dot-1")
	w.balanced("dot-1")
}

// A spool that is full refuses, in words, and loses nothing that it took; one that
// cannot be written refuses everything, and serves on.
func TestSpoolFullOrReadOnly(t *testing.T) {
	together(t)
	w := newWorld(t, plan{people: 50, roles: []string{"worker", "scheduler"}, env: []string{"CANVASS_SPOOL_MAX=1MiB"}})
	serve := w.start("serve")
	f := w.pour(8, strings.Repeat("rất dài ", 150))
	f.goesOn(50)
	w.stopCluster()
	w.await("the spool is full", func() bool { _, _, refused := f.count(); return refused > 20 })
	w.startCluster()
	f.kept()
	if said := serve.said.String(); !strings.Contains(said, "full") {
		t.Errorf("nobody is told that the spool is full:\n%s", tail(said))
	}

	w.kill(serve)
	spool := filepath.Join(w.dir, "data", "spool")
	w.must(os.RemoveAll(spool))
	w.must(os.WriteFile(spool, nil, 0o600)) // no directory can be made there, not by root either
	w.start("serve")
	f = w.pour(4, "cam on")
	f.goesOn(50)
	_, before, _ := f.count()
	w.stopCluster()
	w.await("webhooks are refused", func() bool { _, _, refused := f.count(); return refused > 20 })
	w.startCluster()
	w.await("webhooks are taken again", func() bool { _, acked, _ := f.count(); return acked > before+100 })
	f.kept()
}
