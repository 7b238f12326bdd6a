package intake_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"canvass/dispatch/disposition"
	"canvass/dispatch/survey"
	"canvass/dispatch/wording"
	"canvass/templates"
)

// dialogue reads a transcript of dispatch/instrument: what was answered to each
// question as the web form takes it, and what was stored.
func dialogue(t *testing.T, name string) (given map[string][]string, stored string) {
	t.Helper()
	src, err := os.ReadFile("../../dispatch/instrument/testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	given = map[string][]string{}
	for line := range strings.Lines(string(src)) {
		line = strings.TrimSpace(line)
		if said, ok := strings.CutPrefix(line, "> "); ok {
			question, values, _ := strings.Cut(said, ":")
			for _, v := range strings.Split(values, ",") {
				given[question] = append(given[question], strings.TrimSpace(v))
			}
		}
	}
	return given, string(src)
}

// The yearly survey by link, page by page, from the start to the thanks: every page
// is open, and what is stored at the end is what the dialogue of dispatch/instrument
// stores.
func TestTheYearlySurveyByLink(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "yearly")
	given, stored := dialogue(t, "yearly.web.txt")
	g := p.get(p.form).wants(200, "39 câu", "Bắt đầu").press("begin")
	pages := 0
	for ; pages < 20 && !strings.Contains(g.text(), "Đã nhận phiếu"); pages++ {
		names := strings.Split(g.filled().Get("page"), ",")
		var fields []string
		for _, n := range names {
			for _, v := range given[n] {
				fields = append(fields, n+"="+v)
			}
		}
		if g.wants(200); t.Failed() {
			return
		}
		g = g.press("next", fields...)
	}
	g.wants(200, "Đã nhận phiếu")
	if pages < 7 || pages > 12 {
		t.Errorf("%d pages", pages)
	}
	want := map[string]string{}
	for line := range strings.Lines(stored) {
		if item, ok := strings.CutPrefix(strings.TrimSpace(line), "= "); ok {
			name, value, _ := strings.Cut(item, " = ")
			want[name] = value
		}
	}
	for name, value := range want {
		if got := p.db.Text(`SELECT coalesce(max(value), '') FROM answer_item WHERE question = $1`, name); got != value {
			t.Errorf("%s is %q, want %q", name, got, value)
		}
	}
	if n := p.db.Int(`SELECT count(*) FROM answer_item WHERE missing = ''`); n != len(want) {
		t.Errorf("%d answers, want %d", n, len(want))
	}
	if got := p.db.Text(`SELECT r.state || ' ' || i.disposition FROM response r, invitation i`); got != "submitted 1.1" {
		t.Errorf("it ends as %s", got)
	}
}

// What looks for danger in a mail follows every link of it, more than once and by
// HEAD too: nothing is recorded, opened, stopped or used up, and the person presses
// the answer afterwards, which the form then shows as chosen and does not store.
func TestAScannerOfMailsIsNobody(t *testing.T) {
	t.Parallel()
	scale := "name: thang\ntitle: Thang | Scale\nlanguages: [vi, en]\nquestions:\n  - {name: hl, type: scale, kind: own_opinion, key: true, label: \"Ông/Bà thấy thế nào? | How is it?\", choices: {1: Tốt | Good, 2: Vừa | Fair, 3: Kém | Poor}}\n" +
		"  - {name: so, type: integer, kind: fact, page: 2, min: 0, max: 9, label: \"Mấy lần? | How often?\"}\n"
	for name, source := range map[string]string{"a single": "monthly", "a scale": scale} {
		p := newPlace(t, source)
		set, err := templates.New()
		p.must(err)
		c, err := p.ingest.Case(t.Context(), p.inv)
		p.must(err)
		q, err := p.ingest.Parsed(c.Questionnaire)
		p.must(err)
		mail, err := wording.New(set).Mail(wording.Context{Campaign: *c.Campaign, Zone: time.UTC, Now: p.clock(), Questionnaire: q, FrameSize: 1,
			Progress: q.Progress(nil, survey.Web), Lang: survey.Vietnamese, Link: public + p.form, StopLink: public + p.out, InvitedAt: p.clock()}, wording.TextInvitation)
		p.must(err)
		links := map[string]bool{}
		for _, m := range regexp.MustCompile(regexp.QuoteMeta(public)+`(/[A-Za-z0-9_/?=&;%-]*)`).FindAllStringSubmatch(mail.HTML+"\n"+mail.Text, -1) {
			links[strings.ReplaceAll(m[1], "&amp;", "&")] = true
		}
		if len(links) < 5 {
			t.Errorf("%s: the mail has only the links %v", name, links)
		}
		before := p.snapshot()
		pick := ""
		for range 2 {
			for link := range links {
				p.get(link).wants(200)
				if got := p.do(httptest.NewRequestWithContext(t.Context(), http.MethodHead, link, nil)); got.status != 200 {
					t.Errorf("%s: HEAD %d", name, got.status)
				}
				if strings.Contains(link, "?") && strings.HasSuffix(link, "=2") {
					pick = link
				}
			}
		}
		if p.snapshot() != before {
			t.Errorf("%s: a scanner recorded something", name)
		}
		first := map[string]string{"a single": "huong", "a scale": "hl"}[name]
		g := p.get(pick).wants(200, "được chọn sẵn từ thư")
		if got := g.filled()[first]; len(got) != 1 || got[0] != "2" || p.answers() != "" {
			t.Errorf("%s: %s shows %q chosen, %q stored", name, pick, got, p.answers())
		}
		g.press("next").wants(200)
		p.holds(first + "=2")
	}
}

// The core of a questionnaire makes a partial answer sufficient: who answered the key
// questions by link, and stopped there, ends as 1.2, and without one of them does not.
func TestTheCoreMakesAPartialAnswerSufficient(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "yearly")
	ends := func() survey.Disposition {
		t.Helper()
		c, err := p.db.Case(t.Context(), p.inv)
		p.must(err)
		code, _ := disposition.Code(c.Facts, c.Campaign.Listed)
		return code
	}
	for _, answer := range []string{"dong_y=OK", "doi_song=2", "dich_vu=7", "tin_lan=2", "uu_tien=1"} {
		if got := ends(); got == survey.PartialSufficient {
			t.Errorf("sufficient before %s", answer)
		}
		name, value, _ := strings.Cut(answer, "=")
		if g := p.do(p.request(p.form, url.Values{"do": {"save"}, "page": {name}, name: {value}})); g.status != 204 {
			t.Fatalf("%s: %d", answer, g.status)
		}
	}
	if got := ends(); got != survey.PartialSufficient {
		t.Errorf("with the whole core it ends as %s", got)
	}
}
