package intake_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"canvass/dispatch/postgres/cluster"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
	"canvass/dispatch/token"
)

// BenchmarkSaveAndNext has people save a page and be shown the next, by HTTP over
// loopback, on a PostgreSQL that syncs every commit to the disk, and measures them
// against a bare handler that commits one row, asked by as many at once, in turns in
// one run. "of-bare" is the ratio of their speeds; the goal is 0.5. A page is two
// requests: the post, and the page that it is redirected to.
func BenchmarkSaveAndNext(b *testing.B) {
	for _, people := range []int{1, 8} {
		b.Run(fmt.Sprintf("people=%d", people), func(b *testing.B) { saveAndNext(b, people) })
	}
}

func saveAndNext(b *testing.B, people int) {
	const each = 25 // pages in a turn
	p := durablePlace(b)
	p.config.Logger = slog.New(slog.DiscardHandler) // which a house in service does not have at work either
	p.pages = p.another()
	pages, bare := httptest.NewServer(p.pages), httptest.NewServer(bareHandler(b, p))
	b.Cleanup(pages.Close)
	b.Cleanup(bare.Close)
	links := p.links(64)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: people},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	var saved, committed time.Duration
	rounds := 0
	for b.Loop() {
		at := func(person int) string { return pages.URL + links[(rounds*people+person)%len(links)] }
		for person := range people {
			fetch(b, client, http.MethodGet, at(person)+"?q=q0", nil) // nobody posts a page that they were not shown
		}
		saved += together(people, func(person int) {
			for i := range each {
				next := fetch(b, client, http.MethodPost, at(person), filledPage(rounds, i))
				if !strings.HasSuffix(next, fmt.Sprintf("?q=q%d", i+1)) {
					b.Errorf("after page %d goes on to %q", i, next)
				}
				fetch(b, client, http.MethodGet, pages.URL+next, nil)
			}
		})
		committed += together(people, func(int) {
			for i := range each {
				fetch(b, client, http.MethodPost, bare.URL, filledPage(rounds, i))
			}
		})
		rounds++
	}
	b.ReportMetric(committed.Seconds()/saved.Seconds(), "of-bare")
	b.ReportMetric(float64(saved.Microseconds())/float64(rounds*each), "µs/page")
	b.ReportMetric(float64(committed.Microseconds())/float64(rounds*each), "µs/bare")
}

// filledPage is page i as a browser posts it.
func filledPage(round, i int) url.Values {
	name := fmt.Sprintf("q%d", i)
	return url.Values{"lang": {"vi"}, "nonce": {fmt.Sprintf("n%d-%d", round, i)}, "page": {name}, name: {fmt.Sprint(1 + (round+i)%3)}, "do": {"next"}}
}

// together has so many do the same at once, and returns how long it took all of them.
func together(people int, do func(person int)) time.Duration {
	var all sync.WaitGroup
	began := time.Now()
	for person := range people {
		all.Go(func() { do(person) })
	}
	all.Wait()
	return time.Since(began)
}

// fetch asks, reads the whole answer, and returns where it leads.
func fetch(b *testing.B, client *http.Client, method, target string, form url.Values) string {
	r, err := http.NewRequestWithContext(b.Context(), method, target, strings.NewReader(form.Encode()))
	if err != nil {
		b.Error(err)
		return ""
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := client.Do(r)
	if err != nil {
		b.Error(err)
		return ""
	}
	defer res.Body.Close()
	n, err := io.Copy(io.Discard, res.Body)
	if err != nil || res.StatusCode >= 400 || method == http.MethodGet && n < 2000 {
		b.Errorf("%s: %d with %d bytes, %v", method, res.StatusCode, n, err)
	}
	return res.Header.Get("Location")
}

// links invites so many more people, who have begun, and returns where their forms are.
func (p *place) links(people int) []string {
	p.Helper()
	keys, err := token.NewKeyring(token.Key{ID: "k1", Secret: []byte(authToken)})
	p.must(err)
	var out []string
	for i := range people {
		inv := p.db.MakeInvitation(survey.Invitation{CampaignID: p.campaign.ID, ContactID: p.db.MakeContact(pgtest.Reachable(2 + i))})
		t, ok := keys.Make("k1", token.Form, inv, 1)
		if !ok {
			p.Fatal("no token")
		}
		p.db.Exec(`INSERT INTO token (hash, invitation_id, purpose, version, key_id) VALUES ($1, $2, 'form', 1, 'k1')`, token.Hash(t), inv)
		p.get("/r/"+string(t)).press("begin").press("next", "q0=1")
		out = append(out, "/r/"+string(t))
	}
	return out
}

// durablePlace is a place on a server that syncs.
func durablePlace(b *testing.B) *place {
	b.Helper()
	dir, err := os.MkdirTemp("", "canvass-durable-")
	if err != nil {
		b.Fatal(err)
	}
	c, err := cluster.Start(b.Context(), cluster.Config{Dir: dir, Durable: true})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := c.Stop(context.WithoutCancel(b.Context())); err != nil {
			b.Error(err)
		}
		_ = os.RemoveAll(dir)
	})
	b.Setenv("CANVASS_TEST_DATABASE_URL", c.URL())
	var src strings.Builder
	src.WriteString("name: sau_muoi\ntitle: Sáu mươi câu\nlists:\n  muc: {1: Tốt, 2: Vừa, 3: Kém}\nquestions:\n")
	for i := range 60 {
		fmt.Fprintf(&src, "  - {name: q%d, page: %d, type: single, kind: own_opinion, label: 'Câu hỏi %d thế nào?', choices: muc}\n", i, i+1, i)
	}
	return newPlace(b, src.String())
}

// bareHandler commits one row for each request, and does nothing else.
func bareHandler(b *testing.B, p *place) http.Handler {
	b.Helper()
	p.db.SQL().SetMaxIdleConns(16) // it keeps its connections, as ours does
	p.db.Exec(`CREATE TABLE bare (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text NOT NULL)`)
	insert, err := p.db.SQL().PrepareContext(b.Context(), `INSERT INTO bare (body) VALUES ($1)`)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = insert.Close() })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		if _, err := insert.ExecContext(r.Context(), r.PostForm.Encode()); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
}

func (p *place) serve(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}
