package intake_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"canvass/dispatch/disposition"
	"canvass/dispatch/survey"
	"canvass/dispatch/wording"
	"canvass/templates"
)

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

// The core of a questionnaire makes a partial answer sufficient: who stopped by link
// after all key questions and half of what applied to them ends as 1.2; with less than
// either it is a break-off.
func TestTheCoreMakesAPartialAnswerSufficient(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "yearly")
	given := dialogue(t, "yearly.web.txt")
	facts := func() survey.CaseFacts {
		t.Helper()
		c, err := p.db.Case(t.Context(), p.inv)
		p.must(err)
		return c.Facts
	}
	save := func(name string, values ...string) survey.Disposition {
		t.Helper()
		if g := p.do(p.request(p.form, url.Values{"do": {"save"}, "page": {name}, name: values})); g.status != 204 {
			t.Fatalf("%s: %d", name, g.status)
		}
		code, _ := disposition.Code(facts(), survey.EligibilityAssumed)
		return code
	}
	core := [][2]string{{"dong_y", "OK"}, {"doi_song", "2"}, {"dich_vu", "7"}, {"tin_lan", "2"}} // without consent nothing else applies
	for _, a := range core {
		save(a[0], a[1])
	}
	var got survey.Disposition
	for _, name := range []string{"nam_sinh", "gioi", "cum", "xa", "nghe", "so_nguoi", "thu_nhap", "vay", "tin_bao", "tin_mang", "dy_gop_y", "dy_quyet"} {
		if got = save(name, given.last(name).values...); got != survey.BreakOff {
			t.Errorf("without one of the core it ends as %s after %s", got, name)
		}
	}
	if f := facts(); 2*f.Answered < f.Applicable || f.KeyAnswered {
		t.Fatalf("the test proves nothing: %+v", f)
	}
	if got = save("uu_tien", "1"); got != survey.PartialSufficient {
		t.Errorf("with the whole core and half of the rest it ends as %s", got)
	}
	other := newPlace(t, "yearly")
	p = other
	for _, a := range core {
		save(a[0], a[1])
	}
	if got = save("uu_tien", "1"); got != survey.BreakOff || !facts().KeyAnswered {
		t.Errorf("with the core alone it ends as %s", got)
	}
}
