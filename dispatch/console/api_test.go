package console_test

import (
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/console"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// token makes a token of a right, bound to campaigns if there are any.
func (d *desk) token(right staff.Right, campaigns ...string) string {
	d.Helper()
	token, _, err := dispatch.MakeAPIToken(d.Context(), d.db, dispatch.TokenOrder{Name: "Bảng số liệu", Right: right, Bound: len(campaigns) > 0, Campaigns: campaigns,
		Day: d.clock().AddDate(0, 0, 7), By: "mai", Now: d.clock()})
	if err != nil {
		d.Fatal(err)
	}
	return token
}

// api asks as a program does.
func (d *desk) api(method, path string, headers ...string) page {
	d.Helper()
	req, err := http.NewRequestWithContext(d.Context(), method, d.srv.URL+path, nil)
	if err != nil {
		d.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Add(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		d.Fatal(err)
	}
	defer res.Body.Close() //nolint:errcheck // read to its end
	body, err := io.ReadAll(res.Body)
	if err != nil {
		d.Fatal(err)
	}
	return page{res.StatusCode, string(body), res.Request.URL.Path, res.Header}
}

func (d *desk) read(token, path string) page {
	d.Helper()
	return d.api(http.MethodGet, path, "Authorization", "Bearer "+token)
}

// fault is the code of a refusal; it must have words too.
func (d *desk) fault(got page) string {
	d.Helper()
	var f struct{ Code, Message string }
	if err := json.Unmarshal([]byte(got.body), &f); err != nil || f.Message == "" {
		d.Errorf("%d: %q is no refusal", got.status, got.body)
	}
	return f.Code
}

// Every address for programs, with tokens of every right, bound and not, that work, have
// expired or were revoked, for campaigns that are theirs, foreign or not there.
func TestEveryAPIRouteAsksForItsRight(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	own := d.fielding()
	foreign := d.db.MakeCampaign(survey.Campaign{Name: "cua-nguoi-khac", Title: map[survey.Lang]string{"vi": "Khảo sát của người khác"}})
	type shown struct {
		right        staff.Right
		bound, works bool
	}
	tokens := map[string]shown{"": {}, "canvass_": {}, "x": {}}
	for _, right := range staff.TokenRights() {
		tokens[d.token(right)] = shown{right, false, true}
		tokens[d.token(right, own.Name)] = shown{right, true, true}
		for _, bound := range []bool{false, true} {
			var of []string
			if bound {
				of = []string{own.Name}
			}
			revoked := d.token(right, of...)
			tokens[revoked] = shown{right, bound, false}
			if err := d.db.RevokeAPIToken(t.Context(), int64(d.db.Int(`SELECT max(id) FROM door.api_token`)), view.Audit{At: d.clock(), Actor: "mai"}); err != nil {
				t.Fatal(err)
			}
			tokens[d.token(right, of...)] = shown{right, bound, false}
			d.db.Exec(`UPDATE door.api_token SET made_at = $1, until = $2 WHERE id = (SELECT max(id) FROM door.api_token)`, d.clock().AddDate(0, 0, -7), d.clock())
		}
	}
	asked := 0
	for token, is := range tokens {
		for _, route := range console.APIRoutes() {
			method, pattern, _ := strings.Cut(route.Pattern, " ")
			for _, name := range []string{own.Name, foreign.Name, "khong-co", "..%2f..%2fetc"} {
				d.later(30 * time.Second) // nobody asks too much
				got := d.api(method, strings.ReplaceAll(pattern, "{name}", name), "Authorization", "Bearer "+token)
				asked++
				ofOne := strings.Contains(pattern, "{name}")
				var want int
				switch {
				case !is.works:
					want = http.StatusUnauthorized
				case route.Right == staff.Answers && is.right == staff.See:
					want = http.StatusForbidden
				case ofOne && (name != own.Name && name != foreign.Name || is.bound && name == foreign.Name):
					want = http.StatusNotFound
				default:
					want = http.StatusOK
				}
				if got.status != want {
					t.Errorf("%s %s with %+v: %d, want %d: %s", route.Pattern, name, is, got.status, want, got.body)
				}
				if got.status != http.StatusOK && d.fault(got) == "" {
					t.Errorf("%s: a refusal without a code", route.Pattern)
				}
				if (is.bound || !is.works) && strings.Contains(got.body, "của người khác") {
					t.Errorf("%s %s with %+v tells of a foreign campaign", route.Pattern, name, is)
				}
				h := got.header
				if h.Get("Cache-Control") != "no-store" || h.Get("Content-Type") != "application/json; charset=utf-8" || h.Get("Access-Control-Allow-Origin") != "" || len(h.Values("Set-Cookie")) > 0 {
					t.Errorf("%s: headers %v", route.Pattern, h)
				}
			}
		}
	}
	if asked < 100 {
		t.Errorf("%d requests only", asked)
	}
	if strings.Contains(d.log.String(), staff.TokenPrefix) {
		t.Error("the log has a token")
	}
	// What is foreign is told as what is not there, word for word.
	bound := d.token(staff.Answers, own.Name)
	for _, tail := range []string{"", "/results"} {
		if a, b := d.read(bound, "/api/v1/campaigns/"+foreign.Name+tail), d.read(bound, "/api/v1/campaigns/khong-co"+tail); a.body != b.body || d.fault(a) != "not_found" {
			t.Errorf("%s, and %s", a.body, b.body)
		}
	}
}

// A session opens nothing here, a token nothing elsewhere, and neither is taken from an
// address.
func TestTokensAndSessionsAreApart(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	k := d.fielding()
	token := d.token(staff.Answers)
	b := d.signedIn("mai", staff.Administrator)
	for _, route := range console.APIRoutes() {
		_, path, _ := strings.Cut(strings.ReplaceAll(route.Pattern, "{name}", k.Name), " ")
		if got := b.get(path); got.status != 401 || got.header.Get("WWW-Authenticate") == "" || d.fault(got) != "api_token_refused" {
			t.Errorf("%s: a session gets %d", path, got.status)
		}
	}
	hole := regexp.MustCompile(`\{[a-z$]+\}`)
	for _, route := range console.Routes() {
		method, pattern, _ := strings.Cut(route.Pattern, " ")
		if route.Right == "" {
			continue
		}
		nobody := d.browser()
		nobody.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		req, _ := http.NewRequestWithContext(t.Context(), method, d.srv.URL+hole.ReplaceAllString(pattern, k.Name), nil)
		req.Header.Set("Authorization", "Bearer "+token)
		res, err := nobody.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(res.Header.Get("Location"), "/sign-in") {
			t.Errorf("%s: a token gets %d", route.Pattern, res.StatusCode)
		}
	}
	for _, path := range []string{"/api/v1/campaigns?token=" + token, "/api/v1/campaigns?access_token=x", "/api/v1/campaigns?q=" + token, "/api/v1/" + token + "/campaigns"} {
		if got := d.read(token, path); got.status != 400 || d.fault(got) != "api_token_in_address" || strings.Contains(got.body, token) {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
	for what, headers := range map[string][]string{"two": {"Authorization", "Bearer " + token, "Authorization", "Bearer " + token}, "another scheme": {"Authorization", "Basic " + token},
		"none": {}, "bare": {"Authorization", token}, "cookie": {"Cookie", "canvass_session=" + token}} {
		if got := d.api(http.MethodGet, "/api/v1/campaigns", headers...); got.status != 401 {
			t.Errorf("%s: %d", what, got.status)
		}
	}
	if got := d.api(http.MethodGet, "/api/v1/campaigns", "Authorization", "bearer  "+token); got.status != 200 {
		t.Errorf("the scheme is any case: %d", got.status)
	}
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch} {
		if got := d.api(method, "/api/v1/campaigns/"+k.Name, "Authorization", "Bearer "+token); got.status != 405 || d.fault(got) != "api_read_only" {
			t.Errorf("%s: %d", method, got.status)
		}
	}
	if got := d.read(token, "/api/v2/people"); got.status != 404 || d.fault(got) != "not_found" {
		t.Errorf("an address of nobody: %d", got.status)
	}
	if strings.Contains(d.log.String(), token) {
		t.Error("the log has a token")
	}
}

// Refusals are told in the language that is asked for.
func TestLanguageOfRefusals(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for accept, want := range map[string]string{"": "Không có mã", "en": "There is no token", "en-GB,en;q=0.8,vi;q=0.2": "There is no token", "vi;q=0.9, en;q=0.4": "Không có mã",
		"fr, de;q=0.9": "Không có mã", "en;q=0": "Không có mã", "EN-us": "There is no token", ";;,q=": "Không có mã"} {
		d.later(time.Minute)
		if got := d.api(http.MethodGet, "/api/v1/campaigns", "Accept-Language", accept); !strings.Contains(got.body, want) {
			t.Errorf("%q: %s", accept, got.body)
		}
	}
}

// Who asks too much waits; who shows wrong tokens too, and not the others of their place.
func TestTokensAreThrottled(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	first, second := d.token(staff.See), d.token(staff.See)
	n := 0
	for ; n < 100; n++ {
		if got := d.read(first, "/api/v1/campaigns"); got.status == 429 {
			if d.fault(got) != "api_too_many" || got.header.Get("Retry-After") == "" {
				t.Errorf("%s", got.body)
			}
			break
		}
	}
	if n < 30 || n > 70 {
		t.Errorf("%d in a row", n)
	}
	wrong, refused := second[:len(second)-1]+"!", 0
	for range 60 {
		if d.read(wrong, "/api/v1/campaigns").status == 401 {
			refused++
		}
	}
	if refused < 10 || refused > 30 {
		t.Errorf("%d wrong ones in a row", refused)
	}
	if got := d.read(second, "/api/v1/campaigns"); got.status != 200 {
		t.Errorf("another token waits too: %d", got.status)
	}
	d.later(time.Minute)
	if got := d.read(first, "/api/v1/campaigns"); got.status != 200 {
		t.Errorf("it waits too long: %d", got.status)
	}
}

// When a token was last used is kept to the hour.
func TestUseOfTokens(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	token := d.token(staff.See)
	used := func() string {
		return d.db.Text(`SELECT coalesce(extract(epoch FROM used_at - made_at)::int / 60 || '', '') FROM door.api_token`)
	}
	var seen []string
	for range 5 {
		seen = append(seen, used())
		d.read(token, "/api/v1/campaigns")
		d.later(25 * time.Minute)
	}
	if got := strings.Join(append(seen, used()), ","); got != ",0,0,0,75,75" {
		t.Errorf("used %s", got)
	}
}

// A campaign stands as its screen says.
func TestAPICampaign(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	k := d.fielding()
	token := d.token(staff.See)
	var got struct {
		Name, State string
		Title       map[string]string
		Cases       map[string]int
		Days        []struct {
			Sum   int
			Modes map[string]int
		}
	}
	page := d.read(token, "/api/v1/campaigns/"+k.Name)
	if err := json.Unmarshal([]byte(page.body), &got); err != nil {
		t.Fatal(err, page.body)
	}
	sum := got.Cases["submitted"] + got.Cases["begun"] + got.Cases["waits"] + got.Cases["refused"] + got.Cases["over"]
	if got.Name != k.Name || got.State != "fielding" || got.Title["en"] != "Opinion, December" || got.Cases["invited"] != 10 || got.Cases["submitted"] != 3 || got.Cases["begun"] != 1 || sum != 10 {
		t.Errorf("%s", page.body)
	}
	if len(got.Days) == 0 {
		t.Errorf("no days: %s", page.body)
	}
	for i := range 55 {
		d.db.MakeCampaign(survey.Campaign{Name: "khac-" + strconv.Itoa(i)})
	}
	seen, next, pages := map[string]bool{}, "/api/v1/campaigns", 0
	for ; next != "" && pages < 5; pages++ {
		var list struct {
			Campaigns []struct{ Name string }
			Next      string
		}
		got := d.read(token, next)
		if err := json.Unmarshal([]byte(got.body), &list); err != nil || got.status != 200 {
			t.Fatal(err, got.body)
		}
		for _, c := range list.Campaigns {
			seen[c.Name] = true
		}
		next = list.Next
	}
	if len(seen) != 56 || pages != 2 {
		t.Errorf("%d campaigns on %d pages", len(seen), pages)
	}
	if got := d.read(d.token(staff.See, k.Name), "/api/v1/campaigns"); strings.Count(got.body, `"name"`) != 1 || strings.Contains(got.body, "next") {
		t.Errorf("bound: %s", got.body)
	}
	if got := d.read(token, "/api/v1/campaigns?before=x"); got.status != 400 || d.fault(got) != "api_page" {
		t.Errorf("no page: %d", got.status)
	}
}

// Results are those of the screens: what is hidden there has no figure here.
func TestAPIResults(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	k := d.poll(survey.Campaign{Name: "thang-10", State: survey.CampaignClosed, Design: survey.Design{Method: "srs"}}, 10,
		answered{25, "Đô thị", 2, survey.Web, huong("1", "3")}, answered{12, "Đô thị", 2, survey.Web, huong("2", "5")}, answered{3, "Ven biển", 4, survey.Web, huong("3", "5")})
	token := d.token(staff.Answers)
	var got struct {
		Stamp     string
		Submitted int
		Questions []struct {
			Name     string
			Withheld bool
			Answered *int
			Lines    []struct {
				Code   string
				Hidden bool
				N      *int
				Share  *struct{ Value float64 }
			}
		}
	}
	page := d.read(token, "/api/v1/campaigns/"+k.Name+"/results")
	if err := json.Unmarshal([]byte(page.body), &got); err != nil {
		t.Fatal(err, page.body)
	}
	counted, err := dispatch.Count(t.Context(), d.db, k.Name, nil)
	if err != nil {
		t.Fatal(err)
	}
	shown := counted.Shown()
	if len(got.Questions) != len(shown) || got.Submitted != counted.Submitted || len(got.Stamp) != 8 {
		t.Fatalf("%s", page.body)
	}
	hides := 0
	for i, q := range got.Questions {
		want := shown[i]
		if q.Name != want.Question.Name || q.Withheld != want.Withheld || len(q.Lines) != len(want.Lines) || !q.Withheld && *q.Answered != want.Base.N {
			t.Errorf("%+v", q)
		}
		for j, l := range q.Lines {
			w := want.Lines[j]
			switch {
			case l.Hidden != w.Hidden || l.Code != w.Code:
				t.Errorf("%s: %+v", q.Name, l)
			case l.Hidden && (l.N != nil || l.Share != nil):
				t.Errorf("%s: a hidden answer has figures: %+v", q.Name, l)
			case !l.Hidden && (*l.N != w.Count.N || l.Share.Value != w.Estimate.Value):
				t.Errorf("%s: %+v, want %+v", q.Name, l, w)
			}
			if l.Hidden {
				hides++
			}
		}
	}
	if hides == 0 {
		t.Error("nothing is hidden: this campaign tries nothing")
	}
	for range 3 { // on record once an hour
		d.read(token, "/api/v1/campaigns/"+k.Name+"/results")
	}
	d.later(time.Hour)
	d.read(token, "/api/v1/campaigns/"+k.Name+"/results")
	if n := d.db.Text(`SELECT string_agg(actor || ' ' || (detail ->> 'file'), ',') FROM audit WHERE act = 'export'`); n != "token 1 api,token 1 api" {
		t.Errorf("on record: %s", n)
	}
}

// Results that are not to be seen are told as such.
func TestAPIResultsThatAreNotThere(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.db.MakeCampaign(survey.Campaign{Name: "nhap", State: survey.CampaignDraft})
	d.db.MakeCampaign(survey.Campaign{Name: "an-danh", Confidentiality: survey.Anonymous})
	d.poll(survey.Campaign{Name: "it-nguoi", State: survey.CampaignClosed}, 3, answered{4, "", 1, survey.Web, huong("1", "3")})
	token := d.token(staff.Answers)
	for name, want := range map[string]string{"nhap": "api_not_launched", "an-danh": "api_sealed"} {
		if got := d.read(token, "/api/v1/campaigns/"+name+"/results"); got.status != 409 || d.fault(got) != want {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
	got := d.read(token, "/api/v1/campaigns/it-nguoi/results")
	if got.status != 200 || strings.Contains(got.body, `"withheld":false`) || strings.Contains(got.body, `"lines"`) {
		t.Errorf("of four people something is told: %s", got.body)
	}
}
