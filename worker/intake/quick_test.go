package intake_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"canvass/dispatch/survey/view"
	"canvass/worker/ingest"
)

// branching has what a memory of it could get wrong: paths, another choice, an order
// that an answer changes, and several questions on a page.
const branching = `name: re_nhanh
title: Rẽ nhánh | Branching
languages: [vi, en]
questions:
  - {name: a, page: 1, type: single, kind: own_opinion, label: A | A, choices: {1: Có | Yes, 2: Không | No, 3: {label: Khác | Other, other: true}}}
  - {name: b, page: 2, type: integer, kind: own_opinion, min: 0, max: 9, label: B | B, relevant: "${a} = 1"}
  - {name: c, page: 3, type: multiple, kind: own_opinion, label: C | C, choices: {1: M | O, 2: H | T, 3: B | R}}
  - {name: d, page: 3, type: text, kind: own_opinion, label: D | D}
  - {name: e, page: 4, type: scale, kind: own_opinion, min: 1, max: 5, label: E | E}
`

// differs is what two drawings of one page differ in.
var differs = regexp.MustCompile(`name="nonce" value="[^"]*"|data-shown="\d+"`)

// Whatever is pressed here, on another process or by staff in between: what is shown
// and what is stored is the same with and without a memory of it.
func TestMemoryChangesNothing(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			walkTwice(t, seed)
		})
	}
}

// walkTwice walks one person by one process that remembers, and a twin by processes
// that are new at each request.
func walkTwice(t *testing.T, seed uint64) {
	chance := rand.New(rand.NewPCG(seed, 7))
	her, twin := newPlace(t, branching), newPlace(t, branching)
	forget := func() { twin.pages = twin.another() }
	at := [2]*page{her.get(her.form).press("begin"), twin.get(twin.form).press("begin")}
	plain := func(g *page) string {
		return strings.ReplaceAll(differs.ReplaceAllString(g.body, ""), g.form, "/r/x")
	}
	for step := range 60 {
		fields, do, staff := someAnswers(chance), [...]string{"next", "next", "next", "back", "save", "skip"}[chance.IntN(6)], chance.IntN(40)
		old := chance.IntN(8) == 0 // a page that the browser kept, or the other tab
		for i, p := range []*place{her, twin} {
			forget()
			p.tick()
			staffDo(p, staff)
			from := at[i]
			if old {
				from = p.get(p.form + "?q=" + [...]string{"a", "b", "c", "e"}[step%4])
			}
			form := from.filled()
			if form.Get("page") == "" { // it has ended, or waits
				at[i] = p.get(p.form + "?q=a")
				continue
			}
			for name := range fields {
				form[name] = fields[name]
			}
			form.Set("do", do)
			forget()
			if next := p.post(p.form, form); do != "save" {
				at[i] = next
			}
			forget()
		}
		if a, b := plain(at[0]), plain(at[1]); a != b {
			t.Fatalf("step %d, %s: with a memory\n%s\nwithout\n%s", step, do, a, b)
		}
		for _, where := range []string{"", "?q=a", "?q=c", "?q=e", "?l=en&q=b", "?p=mine"} {
			if a, b := plain(her.get(her.form+where)), plain(twin.get(twin.form+where)); a != b {
				t.Fatalf("step %d, %s, %q: with a memory\n%s\nwithout\n%s", step, do, where, a, b)
			}
			forget()
		}
		if her.stored() != twin.stored() {
			t.Fatalf("step %d, %s: stored with a memory\n%s\nwithout\n%s", step, do, her.stored(), twin.stored())
		}
	}
}

func someAnswers(chance *rand.Rand) url.Values {
	out := url.Values{"a": {[...]string{"1", "2", "3"}[chance.IntN(3)]}, "b": {[...]string{"4", "7", "77"}[chance.IntN(3)]},
		"c": {[...]string{"1", "2", "3"}[chance.IntN(3)]}, "d": {[...]string{"", "lũ", "<b>"}[chance.IntN(3)]}, "e": {"3"}}
	if chance.IntN(2) == 0 {
		out["a_other"] = []string{"việc khác"}
	}
	return out
}

// staffDo is what else may happen between two requests.
func staffDo(p *place, what int) {
	switch what {
	case 0:
		p.db.Exec(`UPDATE campaign SET state = CASE state WHEN 'paused' THEN 'fielding' ELSE 'paused' END`)
	case 1:
		p.db.Exec(`UPDATE contact SET title = CASE title WHEN 'Bà' THEN 'Ông' ELSE 'Bà' END`)
	case 2:
		p.db.Exec(`UPDATE invitation SET language = CASE language WHEN 'en' THEN 'vi' ELSE 'en' END`)
	case 3:
		p.db.Exec(`UPDATE response SET state = 'broken_off', mode = 'sms' WHERE state = 'started'`)
		p.db.Exec(`UPDATE invitation SET human_at = human_at`)
	case 4:
		p.db.Exec(`INSERT INTO suppression (contact_id, scope, source, at) SELECT id, 'all', 'staff', now() FROM contact`)
	case 5:
		p.db.Exec(`UPDATE suppression SET lifted_at = now()`)
	}
}

// tick lets a minute pass.
func (p *place) tick() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now = p.now.Add(time.Minute)
}

// stored is all that a post can write.
func (p *place) stored() string {
	return p.db.Text(`SELECT coalesce((SELECT string_agg(question || '=' || value || missing || mode || answered_at, ' ' ORDER BY question) FROM answer_item), '')
		|| coalesce((SELECT string_agg(state || mode, ' ') FROM response), '') || (SELECT string_agg(state || coalesce(human_at::text, '') || progress || coalesce(disposition, ''), ' ') FROM invitation)
		|| (SELECT count(*) FROM inbox) || coalesce((SELECT string_agg(outcome || reason, ' ' ORDER BY id) FROM inbox), '')`)
}

// counting counts what is asked of the database.
type counting struct {
	shaky
	page, still, save, store int
}

func (c *counting) Page(ctx context.Context, hash []byte, purpose string) (view.Page, error) {
	c.page++
	return c.shaky.Page(ctx, hash, purpose)
}

func (c *counting) PageStill(ctx context.Context, hash []byte, purpose string, v view.Versions) (bool, error) {
	c.still++
	return c.shaky.PageStill(ctx, hash, purpose, v)
}

func (c *counting) SavePage(ctx context.Context, s view.PageSave) (string, error) {
	c.save++
	return c.shaky.SavePage(ctx, s)
}

func (c *counting) Store(ctx context.Context, a view.Arrival) (view.Stored, error) {
	c.store++
	return c.shaky.Store(ctx, a)
}

// counted has the place ask a database that counts.
func (p *place) counted() *counting {
	c := &counting{shaky: shaky{p.db.DB, p}}
	p.ingest = ingest.New(c, silent{}, p.config.Clock, nil)
	p.config.Store, p.config.Ingest = c, p.ingest
	p.pages = p.another()
	return c
}

// A page is saved by one statement, and what it is answered by is shown by none: but
// once, at once and only there. From then on one statement asks whether it still holds.
func TestAPageIsSavedAndTheNextShownByOneStatement(t *testing.T) {
	t.Parallel()
	p := newPlace(t, branching)
	asked := p.counted()
	g := p.get(p.form).press("begin").press("next", "a=1")
	*asked = counting{shaky: asked.shaky}
	only := func(what string, still, save int) {
		t.Helper()
		if asked.page != 0 || asked.still != still || asked.save != save || asked.store != 0 {
			t.Errorf("%s: read %d times, asked %d times, saved %d times, stored %d times", what, asked.page, asked.still, asked.save, asked.store)
		}
	}
	next := g.press("next", "b=4").wants(http.StatusOK, "C")
	only("followed", 0, 1)
	p.get(next.at).wants(http.StatusOK, "C")
	only("reloaded", 1, 1)
	form := next.filled()
	form.Set("c", "1")
	form.Set("do", "back")
	sent := p.do(p.request(p.form, form))
	only("back", 1, 2)
	p.get(p.form+"?q=a").wants(http.StatusOK, "A")
	only("elsewhere", 2, 2)
	p.mu.Lock()
	p.now = p.now.Add(time.Second)
	p.mu.Unlock()
	sent.follow().wants(http.StatusOK, "B")
	only("a second later", 3, 2)
	if got := p.answers(); got != "a=1 b=4 c=1" {
		t.Errorf("stored %q", got)
	}
}

// What another process saved meanwhile is neither overwritten blindly nor hidden: the
// memory of this one is no longer true, and everything is as if there were none.
func TestAnotherProcessSavesMeanwhile(t *testing.T) {
	t.Parallel()
	p := newPlace(t, branching)
	here, there := p.pages, p.another()
	g := p.get(p.form).press("begin").press("next", "a=1")
	p.pages = there
	p.get(p.form+"?q=a").press("next", "a=2") // b applies no longer
	p.pages = here
	g.press("next", "b=4").wants(http.StatusOK, "C")
	if got := p.answers(); got != "a=2" {
		t.Errorf("stored %q", got)
	}
	p.pages = there
	p.get(p.form).press("next", "a=1") // not a page of questions: nothing
	p.get(p.form+"?q=a").press("next", "a=1")
	p.pages = here
	p.get(p.form+"?q=b").wants(http.StatusOK, "B")
}

// A link that is taken back, or whose person is erased, opens nothing, however lately
// it did.
func TestMemoryOpensNothing(t *testing.T) {
	t.Parallel()
	for what, done := range map[string]string{
		"replaced": `UPDATE invitation SET token_version = 2`,
		"erased":   `WITH closed AS (UPDATE invitation SET refusal = 'person') DELETE FROM token`,
		"held":     `UPDATE invitation SET state = 'withdrawn'`,
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, branching)
			g := p.get(p.form).press("begin").press("next", "a=1")
			form := g.filled()
			form.Set("do", "next")
			form.Set("b", "4")
			p.db.Exec(done)
			plain := p.another()
			for _, r := range []func() *http.Request{
				func() *http.Request { return p.request(p.form, form) },
				func() *http.Request {
					return p.request(p.form, url.Values{"do": {"save"}, "nonce": {"x"}, "page": {"b"}, "b": {"4"}})
				},
				func() *http.Request { return httptest.NewRequest(http.MethodGet, p.form+"?q=b", nil) },
			} {
				got, want := p.serve(p.pages, r()), p.serve(plain, r())
				if got.Code != want.Code || got.Code < 400 {
					t.Errorf("%d, without a memory %d", got.Code, want.Code)
				}
			}
			if got := p.answers(); got != "a=1" {
				t.Errorf("stored %q", got)
			}
		})
	}
}

// A database that was away may come back as its own backup, whose versions mean
// something else.
func TestNothingIsRememberedOverAnOutage(t *testing.T) {
	t.Parallel()
	p := newPlace(t, branching)
	asked := p.counted()
	g := p.get(p.form).press("begin").press("next", "a=1")
	p.lose()
	p.get(p.form + "?q=b").wants(http.StatusServiceUnavailable)
	p.find()
	*asked = counting{shaky: asked.shaky}
	g.press("next", "b=4").wants(http.StatusOK, "C")
	if asked.page == 0 {
		t.Error("the case was not read anew")
	}
}

func TestAnonymousAnswersAreNotRemembered(t *testing.T) {
	t.Parallel()
	p := newPlace(t, branching)
	p.db.Exec(`UPDATE campaign SET confidentiality = 'anonymous'`)
	asked := p.counted()
	p.get(p.form).press("begin").press("next", "a=1").press("next", "b=4").wants(http.StatusOK, "C")
	if asked.still != 0 {
		t.Error("the case was remembered")
	}
}
