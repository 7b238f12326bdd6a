package intake_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"canvass/dispatch/postgres/cluster"
)

// BenchmarkSaveAndNext saves a page and renders the next, and measures against a bare
// handler that commits one row, in turns in one run, on a PostgreSQL that syncs every
// commit to the disk. "of-bare" is the ratio of their speeds; the goal is 0.5.
func BenchmarkSaveAndNext(b *testing.B) {
	p := durablePlace(b)
	bare := bareHandler(b, p)
	form := p.get(p.form).press("begin").filled()
	form.Set("do", "next")
	var saved, committed time.Duration
	rounds := 0
	for b.Loop() {
		const each = 25
		for i := range each {
			form.Set("nonce", fmt.Sprintf("%d.%d", rounds, i))
			form.Set("q0", fmt.Sprint(1+i%3))
			began := time.Now()
			res := p.serve(p.pages, p.request(p.form, form))
			next := p.serve(p.pages, httptest.NewRequestWithContext(b.Context(), http.MethodGet, res.Header().Get("Location"), nil))
			saved += time.Since(began)
			if res.Code != http.StatusSeeOther || next.Code != http.StatusOK || !strings.Contains(next.Body.String(), "name=\"q1\"") {
				b.Fatalf("%d, then %d: %s", res.Code, next.Code, next.Body)
			}
		}
		for range each {
			began := time.Now()
			if res := p.serve(bare, p.request("/", form)); res.Code != http.StatusNoContent {
				b.Fatal(res.Code)
			}
			committed += time.Since(began)
		}
		rounds++
	}
	b.ReportMetric(committed.Seconds()/saved.Seconds(), "of-bare")
	b.ReportMetric(float64(saved.Microseconds())/float64(rounds*25), "µs/page")
	b.ReportMetric(float64(committed.Microseconds())/float64(rounds*25), "µs/bare")
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
