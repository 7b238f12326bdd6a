package drill

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"canvass/worker/sim/twiliosim"
)

// post is a callback on its way.
type post struct {
	path, body string
	header     http.Header
}

// gateway stands between Twilio and us, and keeps the callbacks about messages.
type gateway struct {
	w    *world
	hold bool // they are kept and not passed on
	mu   sync.Mutex
	kept []post
}

func (g *gateway) ServeHTTP(answer http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	p := post{r.URL.RequestURI(), string(body), r.Header.Clone()}
	about := strings.HasPrefix(p.path, "/hook/twilio/status")
	if about {
		g.mu.Lock()
		g.kept = append(g.kept, p)
		g.mu.Unlock()
	}
	if about && g.hold {
		answer.WriteHeader(http.StatusNoContent)
		return
	}
	res, err := g.send(p)
	if err != nil {
		answer.WriteHeader(http.StatusBadGateway)
		return
	}
	defer res.Body.Close()
	answer.Header().Set("Content-Type", res.Header.Get("Content-Type"))
	answer.WriteHeader(res.StatusCode)
	_, _ = io.Copy(answer, res.Body)
}

func (g *gateway) send(p post) (*http.Response, error) {
	r, err := http.NewRequest(http.MethodPost, g.w.public()+p.path, bytes.NewBufferString(p.body))
	if err != nil {
		return nil, err
	}
	r.Header = p.header
	return http.DefaultClient.Do(r)
}

// Callbacks that come once and in order, and callbacks that come three times,
// shuffled, and only after the campaign has ended, lead to the same states.
func TestCallbacksComeThreeTimesShuffledAndLate(t *testing.T) {
	together(t)
	people := size(200, 2000, 2000)
	prompt, late := map[string]string{}, map[string]string{}
	for _, c := range []struct {
		name string
		hold bool
		into map[string]string
	}{{"prompt", false, prompt}, {"late", true, late}} {
		t.Run(c.name, func(t *testing.T) {
			g := &gateway{hold: c.hold}
			front := httptest.NewServer(g)
			t.Cleanup(front.Close)
			w := newWorld(t, plan{people: people, twisted: true, twilio: twiliosim.Config{RewriteHook: func(raw string) string {
				u, _ := url.Parse(raw)
				u.Scheme, u.Host = "http", strings.TrimPrefix(front.URL, "http://")
				return u.String()
			}}})
			g.w = w
			w.launch(wave{name: "dot-1", eligible: "has_mobile", steps: []string{"name: tin, channel: sms, text: invitation"}})
			w.finish("dot-1")
			if c.hold {
				g.deliver(w)
				w.exhaust("dot-1")
			}
			w.balanced("dot-1")
			w.states(c.into)
		})
	}
	for who, state := range prompt {
		if late[who] != state {
			t.Errorf("%s: %s with prompt callbacks, %s with late ones", who, state, late[who])
		}
	}
	if len(prompt) != people || len(late) != people {
		t.Errorf("%d and %d people have a state, want %d", len(prompt), len(late), people)
	}
}

// deliver brings everything that was kept, three times over and shuffled.
func (g *gateway) deliver(w *world) {
	w.t.Helper()
	if len(g.kept) == 0 {
		w.t.Fatal("no callback was kept: the drill proves nothing")
	}
	all := append(append(append([]post{}, g.kept...), g.kept...), g.kept...)
	w.rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	work := make(chan post)
	var hands sync.WaitGroup
	for range 16 {
		hands.Go(func() {
			for p := range work {
				res, err := g.send(p)
				if err != nil {
					w.t.Error(err)
					continue
				}
				if res.Body.Close(); res.StatusCode > 299 {
					w.t.Errorf("a callback is answered with %d", res.StatusCode)
				}
			}
		})
	}
	for _, p := range all {
		work <- p
	}
	close(work)
	hands.Wait()
	w.await("all are applied", func() bool { return w.count(`SELECT count(*) FROM inbox WHERE applied_at IS NULL`) == 0 })
}

// states gathers where the contact of every person stands.
func (w *world) states(into map[string]string) {
	rows, err := w.sql.Query(`SELECT c.code, a.state || ' ' || a.reason || ' ' || coalesce(a.provider_code, '') || ' ' || coalesce(i.disposition, '')
		|| ' ' || coalesce(e.status, '') FROM attempt a JOIN invitation i ON i.id = a.invitation_id JOIN contact c ON c.id = i.contact_id
		LEFT JOIN endpoint e ON e.id = a.endpoint_id`)
	w.must(err)
	defer rows.Close()
	for rows.Next() {
		var who, state string
		w.must(rows.Scan(&who, &state))
		into[who] = state
	}
	w.must(rows.Err())
}
