package intake_test

import (
	"bytes"
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

	"golang.org/x/net/html"

	"canvass/dispatch/postgres"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/queue"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/token"
	"canvass/dispatch/wording"
	"canvass/templates"
	"canvass/worker/channel/phone"
	"canvass/worker/ingest"
	"canvass/worker/intake"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }

const (
	public    = "http://127.0.0.1:8080"
	authToken = "0123456789abcdef0123456789abcdef"
	ours      = "+84900000001"
	hers      = "+84910000001"
)

// place is the public side of a house with one person invited.
type place struct {
	testing.TB
	db       *pgtest.DB
	campaign survey.Campaign
	inv      survey.InvitationID
	form     string // path of the person's form
	out      string // path of the way out
	pages    http.Handler
	config   intake.Config
	ingest   *ingest.Ingest
	logger   *slog.Logger
	log      *bytes.Buffer

	mu   sync.Mutex
	now  time.Time
	away error // of the database, from now on
	// failFiles keeps no file, as if the database went away in the middle of a post.
	failFiles bool
}

// shaky is the database behind a switch.
type shaky struct {
	*postgres.DB
	p *place
}

func (s shaky) fault() error {
	s.p.mu.Lock()
	defer s.p.mu.Unlock()
	return s.p.away
}

func (s shaky) Page(ctx context.Context, hash []byte, purpose string) (view.Page, error) {
	if err := s.fault(); err != nil {
		return view.Page{}, err
	}
	return s.DB.Page(ctx, hash, purpose)
}

func (s shaky) PageStill(ctx context.Context, hash []byte, purpose string, v view.Versions) (bool, error) {
	if err := s.fault(); err != nil {
		return false, err
	}
	return s.DB.PageStill(ctx, hash, purpose, v)
}

func (s shaky) SavePage(ctx context.Context, save view.PageSave) (string, error) {
	if err := s.fault(); err != nil {
		return "", err
	}
	return s.DB.SavePage(ctx, save)
}

func (s shaky) Office(ctx context.Context) (survey.Office, bool, error) {
	if err := s.fault(); err != nil {
		return survey.Office{}, false, err
	}
	return s.DB.Office(ctx)
}

func (s shaky) Store(ctx context.Context, a view.Arrival) (view.Stored, error) {
	if err := s.fault(); err != nil {
		return view.Stored{}, err
	}
	return s.DB.Store(ctx, a)
}

func (s shaky) KeepFile(ctx context.Context, inv survey.InvitationID, f view.File) (survey.AttachmentID, error) {
	if s.p.failFiles {
		return "", &survey.Error{Kind: survey.Unavailable, Code: survey.CodeDatabaseAway}
	}
	return s.DB.KeepFile(ctx, inv, f)
}

func (s shaky) WhoTexted(ctx context.Context, ours, phone string) (view.Texter, error) {
	if err := s.fault(); err != nil {
		return view.Texter{}, err
	}
	return s.DB.WhoTexted(ctx, ours, phone)
}

// silent is a queue that nobody listens to.
type silent struct{}

func (silent) Enqueue(context.Context, ...queue.Task) error { return nil }

func source(t testing.TB, questionnaire string) string {
	t.Helper()
	src, err := os.ReadFile("../../templates/questionnaire/" + questionnaire + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(src)
}

// newPlace invites one person to the questionnaire: the name of one that ships,
// or a source.
func newPlace(t testing.TB, questionnaire string) *place {
	t.Helper()
	db := pgtest.New(t)
	p := &place{TB: t, db: db, now: pgtest.Day().Add(26 * time.Hour), log: &bytes.Buffer{}}
	if !strings.Contains(questionnaire, "\n") {
		questionnaire = source(t, questionnaire)
	}
	db.MakeSenders()
	p.campaign = db.MakeCampaign(survey.Campaign{QuestionnaireID: db.MakeQuestionnaire("phieu", questionnaire)})
	p.inv = db.MakeInvitation(survey.Invitation{CampaignID: p.campaign.ID, ContactID: db.MakeContact(pgtest.Reachable(1))})
	keys, err := token.NewKeyring(token.Key{ID: "k1", Secret: []byte(authToken)})
	p.must(err)
	p.form = "/r/" + p.issue(keys, token.Form, 1)
	p.out = "/u/" + p.issue(keys, token.Unsubscribe, 1)
	p.must(db.SetOffice(t.Context(), pgtest.Office(), "test"))

	set, err := templates.New()
	p.must(err)
	provider, err := phone.New(phone.Config{AccountSID: "AC1", AuthToken: authToken, PublicURL: public})
	p.must(err)
	store, clock := shaky{db.DB, p}, survey.NewClock(p.clock)
	p.logger = slog.New(slog.NewTextHandler(p.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	p.ingest = ingest.New(store, silent{}, clock, keys)
	p.config = intake.Config{Store: store, Ingest: p.ingest, Receiver: provider, Speaker: provider,
		Words: wording.New(set), Templates: set, Clock: clock, PublicURL: public, Logger: p.logger}
	p.pages = p.another()
	return p
}

// another is one more process with the same pages.
func (p *place) another() http.Handler {
	p.Helper()
	pages, err := intake.New(p.config)
	p.must(err)
	return pages
}

func (p *place) must(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

func (p *place) clock() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.now
}

func (p *place) issue(keys *token.Keyring, purpose token.Purpose, version int) string {
	t, ok := keys.Make("k1", purpose, p.inv, version)
	if !ok {
		p.Fatal("no token")
	}
	p.db.Exec(`INSERT INTO token (hash, invitation_id, purpose, version, key_id) VALUES ($1, $2, $3, $4, 'k1')`,
		token.Hash(t), p.inv, purpose, version)
	return string(t)
}

// lose makes the database go away.
func (p *place) lose() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.away = &survey.Error{Kind: survey.Unavailable, Code: survey.CodeDatabaseAway}
}

func (p *place) find() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.away = nil
}

// page is what a browser shows.
type page struct {
	*place
	at     string // its address
	status int
	header http.Header
	body   string
	root   *html.Node
}

// do sends a request and reads the answer.
func (p *place) do(r *http.Request) *page {
	p.Helper()
	w := httptest.NewRecorder()
	p.pages.ServeHTTP(w, r)
	res := w.Result()
	body, err := io.ReadAll(res.Body)
	p.must(err)
	root, err := html.Parse(bytes.NewReader(body))
	p.must(err)
	return &page{place: p, at: r.URL.RequestURI(), status: res.StatusCode, header: res.Header, body: string(body), root: root}
}

func (p *place) get(target string) *page {
	p.Helper()
	return p.do(httptest.NewRequestWithContext(p.Context(), http.MethodGet, target, nil))
}

func (p *place) request(target string, form url.Values) *http.Request {
	r := httptest.NewRequestWithContext(p.Context(), http.MethodPost, target, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// post sends a form and follows the redirect.
func (p *place) post(target string, form url.Values) *page {
	p.Helper()
	return p.do(p.request(target, form)).follow()
}

func (g *page) follow() *page {
	g.Helper()
	if g.status != http.StatusSeeOther {
		return g
	}
	return g.get(g.header.Get("Location"))
}

// walk visits every element below n.
func walk(n *html.Node, visit func(*html.Node)) {
	if n.Type == html.ElementNode {
		visit(n)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		walk(c, visit)
	}
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

func words(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// text is what the page says, without its head.
func (g *page) text() string {
	out := ""
	walk(g.root, func(n *html.Node) {
		if n.Data == "body" {
			out = words(n)
		}
	})
	return out
}

// filled are the fields of the page's form as a browser would post them,
// without a button.
func (g *page) filled() url.Values {
	form := url.Values{}
	walk(g.root, func(n *html.Node) {
		name := attr(n, "name")
		switch {
		case n.Data == "textarea":
			form.Add(name, words(n))
		case n.Data == "input" && (attr(n, "type") == "radio" || attr(n, "type") == "checkbox"):
			if has(n, "checked") {
				form.Add(name, attr(n, "value"))
			}
		case n.Data == "input":
			form.Add(name, attr(n, "value"))
		}
	})
	return form
}

// press fills in the form, given as name=value, and presses a button.
func (g *page) press(button string, fields ...string) *page {
	g.Helper()
	form := g.filled()
	set := map[string]bool{}
	for _, f := range fields {
		name, value, _ := strings.Cut(f, "=")
		if !set[name] {
			form.Del(name)
		}
		set[name] = true
		form.Add(name, value)
	}
	form.Set("do", button)
	action := ""
	walk(g.root, func(n *html.Node) {
		if n.Data == "form" {
			action = attr(n, "action")
		}
	})
	if action == "" {
		g.Fatalf("no form to press %q on: %s", button, g.text())
	}
	return g.post(action, form)
}

// wants checks the status and that the page says all of the words.
func (g *page) wants(status int, said ...string) *page {
	g.Helper()
	text := g.text()
	if g.status != status {
		g.Errorf("%s: status %d, want %d: %s", g.at, g.status, status, text)
	}
	for _, s := range said {
		if !strings.Contains(text, s) {
			g.Errorf("%s does not say %q: %s", g.at, s, text)
		}
	}
	return g
}

// snapshot is everything that the database holds.
func (p *place) snapshot() string {
	p.Helper()
	rows, err := p.db.SQL().QueryContext(p.Context(), `SELECT schemaname, tablename FROM pg_tables
		WHERE schemaname IN ('public', 'link') ORDER BY 1, 2`)
	p.must(err)
	defer rows.Close()
	var tables []string
	for rows.Next() {
		var schema, name string
		p.must(rows.Scan(&schema, &name))
		tables = append(tables, schema+"."+name)
	}
	p.must(rows.Err())
	var b strings.Builder
	for _, t := range tables {
		fmt.Fprintf(&b, "%s %s\n", t, p.db.Text(`SELECT count(*) || coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM `+t+` t`))
	}
	return b.String()
}

// answers are the stored answers as name=value, in the order of their names.
func (p *place) answers() string {
	p.Helper()
	return p.db.Text(`SELECT coalesce(string_agg(question || '=' || value || missing, ' ' ORDER BY question), '') FROM answer_item`)
}
