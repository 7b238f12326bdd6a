package intake_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"canvass/dispatch/survey"
	"canvass/dispatch/token"
)

func TestAFormFromStartToThanks(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "urgent-prices")
	start := p.get(p.form).wants(200, "Ví dụ", "2 câu, khoảng 1 phút", "Bắt đầu", "Văn phòng Ví Dụ", "Không tham gia đợt này", "Ngừng nhận lời mời")
	first := start.press("begin").wants(200, "Một tuần qua, chi tiêu", "Câu 1 trên 1", "Tiếp tục")
	if strings.Contains(first.text(), "Gửi phiếu") {
		t.Error("a question that may open another is not the last")
	}
	second := first.press("next", "chi_tieu=1").wants(200, "Khoản nào thay đổi nhiều nhất?", "Câu 2 trên 2", "Gửi phiếu", "Đã lưu lúc")
	second.press("next", "khoan_doi=6", "khoan_doi_khac=Học thêm").wants(200, "Đã nhận phiếu", "Khoản khác (xin ghi): Học thêm")
	if got := p.answers(); got != "chi_tieu=1 khoan_doi=6 khoan_doi_khac=Học thêm" {
		t.Errorf("stored %s", got)
	}
	p.get(p.form).wants(200, "Phiếu này đã hoàn tất lúc", "qua trang web")
	if got := p.db.Text(`SELECT state || ' ' || disposition FROM invitation`); got != "closed 1.1" {
		t.Errorf("the case is %s", got)
	}
	// Reload of the last post, and another tab that is still at the question.
	second.press("next", "khoan_doi=1").wants(200, "Phiếu này đã hoàn tất")
	if got := p.answers(); !strings.Contains(got, "khoan_doi=6") {
		t.Errorf("a submitted form was changed: %s", got)
	}
}

func TestTheMonthlyFormToItsEnd(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "monthly")
	g := p.get(p.form).press("begin")
	given := map[string][]string{"huong": {"huong=2"}, "chuyen_ban": {"chuyen_ban=1", "chuyen_ban=3"}, "gia_ca,thu_chi": {"gia_ca=1", "thu_chi=98"},
		"tin_lan": {"tin_lan=1"}, "tin_lan_nd": {"tin_lan_nd=Nghe ở chợ"}, "uu_tien": {"uu_tien=3"}}
	pages := 0
	for ; g.filled().Has("page") && pages < 20; pages++ {
		button := "skip"
		fields, ok := given[g.filled().Get("page")]
		if ok {
			button = "next"
		}
		g = g.press(button, fields...)
	}
	g.wants(200, "Đã nhận phiếu")
	want := "chuyen_ban=1 3 gia_ca=1 huong=2 lam_thu_tuc=skipped nguon_tin=skipped thu_chi=dont_know tiep_xuc=skipped " +
		"tin_lan=1 tin_lan_nd=Nghe ở chợ uu_tien=3 y_kien_them=skipped"
	if got := p.answers(); got != want || pages != 10 {
		t.Errorf("%d pages, stored\n%s, want\n%s", pages, got, want)
	}
}

func TestFaultsAreShownWithWhatWasTyped(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "monthly")
	g := p.get(p.form+"?q=chuyen_ban").press("next", "chuyen_ban=1", "chuyen_ban=2", "chuyen_ban=3", "chuyen_ban=7", "chuyen_ban_khac=chợ <đêm>")
	g.wants(422, "1 câu cần xem lại", "Câu này chọn nhiều nhất 3. Xin bỏ bớt 1 ô.")
	if got := g.filled(); !slices.Equal(got["chuyen_ban"], []string{"1", "2", "3", "7"}) || got.Get("chuyen_ban_khac") != "chợ <đêm>" {
		t.Errorf("kept %q", got)
	}
	if p.answers() != "" {
		t.Error("something was stored")
	}
	p.get(p.form+"?q=huong").press("next").wants(422, "Câu này còn trống")
	p.get(p.form+"?q=chuyen_ban").press("next", "chuyen_ban=7").wants(422, "việc gì")
	p.get(p.form+"?q=tin_lan_nd&l=en").wants(200, "which way are things going") // not on the path yet
	long := p.get(p.form+"?q=y_kien_them").press("next", "y_kien_them="+strings.Repeat("ế", 3000))
	long.wants(422, "(đang là")
	// One that is wrong keeps the other of its page from being stored.
	both := p.get(p.form+"?q=gia_ca").press("next", "thu_chi=1").wants(422, "Câu này còn trống")
	both.press("next", "gia_ca=2").wants(200)
	if got := p.answers(); got != "gia_ca=2 thu_chi=1" {
		t.Errorf("stored %s", got)
	}
}

func TestBackSkipAndResume(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "monthly")
	g := p.get(p.form).press("begin").press("next", "huong=1")
	g = g.press("back", "chuyen_ban=2").wants(200, "Câu 1 trên")
	if got := p.answers(); got != "chuyen_ban=2 huong=1" {
		t.Errorf("what was valid was not kept on the way back: %s", got)
	}
	if got := g.filled().Get("huong"); got != "1" {
		t.Errorf("shows %q", got)
	}
	g.press("next", "huong=3").wants(200, "Câu 2 trên").press("back", "chuyen_ban=9").wants(200, "Câu 1 trên")
	p.get(p.form + "?q=lam_thu_tuc").press("skip").wants(200)
	if got := p.answers(); got != "chuyen_ban=2 huong=3 lam_thu_tuc=skipped" {
		t.Errorf("stored %s", got)
	}
	resume := p.get(p.form).wants(200, "Làm tiếp", "Ông/Bà đã trả lời 3 trên")
	resume.press("begin").wants(200, "giá các mặt hàng")
}

// Going back from the last page sends nothing off, whatever was filled in.
func TestBackNeverSends(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "urgent-prices")
	second := p.get(p.form).press("begin").press("next", "chi_tieu=1")
	first := second.press("back", "khoan_doi=1").wants(200, "Câu 1 trên 2")
	if n := p.db.Int(`SELECT count(*) FROM response WHERE state = 'submitted'`); n != 0 {
		t.Error("sent off by going back")
	}
	// What depended on the first answer goes with it.
	first.press("next", "chi_tieu=3").wants(200, "Đã nhận phiếu")
	if got := p.answers(); got != "chi_tieu=3" {
		t.Errorf("stored %s", got)
	}
}

func TestAMailsLinkMarksAndStoresNothing(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "monthly")
	before := p.snapshot()
	g := p.get(p.form+"?c=1").wants(200, `Ô "Tốt lên" được chọn sẵn từ thư`, "Câu 1 trên")
	if got := g.filled().Get("huong"); got != "1" {
		t.Errorf("marked %q", got)
	}
	p.get(p.form+"?c=1&l=en").wants(200, `"Getting better" is marked from the mail`)
	for _, c := range []string{"77", "", "<b>", "1&c=2"} {
		p.get(p.form+"?c="+url.QueryEscape(c)).wants(200, "Bắt đầu")
	}
	if p.snapshot() != before {
		t.Error("a GET recorded something")
	}
	g.press("next").wants(200, "Câu 2 trên")
	if got := p.answers(); got != "huong=1" {
		t.Errorf("stored %s", got)
	}
	p.get(p.form+"?c=3").wants(200, "Làm tiếp") // the mail is pressed again
	p.db.Exec(`DELETE FROM answer_item`)
	p.db.Exec(`UPDATE campaign SET confidentiality = 'anonymous'`)
	p.get(p.form+"?c=3").wants(200, "Bắt đầu")
}

func TestADoublePressAndAChangedMind(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "monthly")
	g := p.get(p.form).press("begin")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() { g.press("next", "huong=1") })
	}
	wg.Wait()
	if n := p.db.Int(`SELECT count(*) FROM inbox WHERE kind = 'form'`); n != 2 {
		t.Errorf("%d posts, want Begin and one answer", n)
	}
	// The browser kept the page: back, another answer, back, the first again.
	g.press("next", "huong=2")
	g.press("next", "huong=1").wants(200, "Câu 2 trên")
	if got := p.answers(); got != "huong=1" {
		t.Errorf("stored %s", got)
	}
	// A faulty page pressed twice is faulty twice.
	for range 2 {
		p.do(p.request(p.form, url.Values{"do": {"next"}, "page": {"huong"}, "nonce": {"n"}})).wants(422, "Câu này còn trống")
	}
}

func TestLanguages(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "urgent-prices")
	english := p.get(p.form+"?l=en").wants(200, "Example", "Begin", "Tiếng Việt")
	if got := p.db.Text(`SELECT language FROM invitation`); got != "vi" {
		t.Errorf("looking changed the language to %s", got)
	}
	q := english.press("begin").wants(200, "household", "Question 1 of 1")
	if got := p.db.Text(`SELECT language FROM invitation`); got != "en" {
		t.Errorf("begun in English, the language is %s", got)
	}
	q.press("next", "chi_tieu=3").wants(200, "We have your answers")
	p.post(p.form, url.Values{"do": {"language"}, "lang": {"vi"}}).wants(200, "Phiếu này đã hoàn tất")
	p.get(p.form+"?l=xx").wants(200, "Phiếu này đã hoàn tất")
}

func TestDoors(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "monthly")
	p.get(p.form+"?p=thanks").wants(200, "Bắt đầu")
	p.get(p.form+"?p=withdraw").wants(200, "Bắt đầu")
	p.get(p.form).press("begin").press("next", "huong=1")
	p.get(p.form+"?p=decline").wants(200, "Không tham gia đợt này?").press("decline").wants(200, "Đã ghi nhận")
	if got := p.db.Text(`SELECT disposition || ' ' || refusal FROM invitation`); got != "2.112 person" {
		t.Errorf("declined: %s", got)
	}
	p.get(p.form+"?p=decline").wants(200, "Đã ghi nhận")
	p.get(p.form).wants(200, "Làm tiếp") // minds change
	p.get(p.form+"?p=withdraw").wants(200, "Không gửi phần đã làm?").press("withdraw").wants(200, "Đã xóa phần đã làm")
	if p.answers() != "" {
		t.Error("answers are left")
	}
	p.get(p.form).wants(200, "Đã xóa phần đã làm")
	p.post(p.form, url.Values{"do": {"begin"}}).wants(200, "Đã xóa phần đã làm")
}

func TestWhatTheCampaignAllows(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "urgent-prices")
	g := p.get(p.form)
	p.db.Exec(`UPDATE campaign SET state = 'paused'`)
	p.get(p.form).wants(200, "Khảo sát đang tạm dừng")
	g.press("begin").wants(200, "Khảo sát đang tạm dừng")
	p.db.Exec(`UPDATE campaign SET state = 'fielding'`)
	q := g.press("begin").press("next", "chi_tieu=1")
	p.db.Exec(`UPDATE campaign SET state = 'paused'`)
	p.get(p.form).wants(200, "Làm tiếp") // who has begun may go on
	p.mu.Lock()
	p.now = p.campaign.EndsAt.Add(time.Second)
	p.mu.Unlock()
	p.get(p.form).wants(200, "Đợt khảo sát đã kết thúc", "còn 1 câu", "1900 0000")
	q.press("next", "khoan_doi=1").wants(200, "Đợt khảo sát đã kết thúc")
	if got := p.answers(); got != "chi_tieu=1" {
		t.Errorf("stored after the end: %s", got)
	}
	p.get(p.form+"?p=stop").wants(200, "Ngừng nhận lời mời khảo sát?")
	p.db.Exec(`UPDATE invitation SET state = 'held'`)
	p.get(p.form).wants(404, "Không tìm thấy phiếu")
}

func TestAnsweredAnotherWay(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "urgent-prices")
	g := p.get(p.form).press("begin")
	p.db.MakeResponse(p.inv, survey.ResponseSubmitted, survey.Voice, survey.Answers{"chi_tieu": {Value: "3"}})
	p.get(p.form).wants(200, "Phiếu này đã hoàn tất lúc", "qua điện thoại")
	g.press("next", "chi_tieu=1").wants(200, "qua điện thoại")
	if got := p.answers(); got != "chi_tieu=3" {
		t.Errorf("stored %s", got)
	}
}

func TestLinksThatOpenNothing(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "urgent-prices")
	form, out := strings.TrimPrefix(p.form, "/r/"), strings.TrimPrefix(p.out, "/u/")
	said := ""
	for _, target := range []string{"/r/" + out, "/u/" + form, "/r/" + strings.Repeat("A", 22), "/r/x", "/r/" + form + "x",
		"/r/" + form[:21], "/", "/r/", "/wp-login.php", "/r/%00", "/r/" + form + "/x"} {
		g := p.get(target).wants(404, "Không tìm thấy phiếu cho đường liên kết này", "1900 0000")
		if said == "" {
			said = g.text()
		}
		if g.text() != said {
			t.Errorf("%s tells more than another: %s", target, g.text())
		}
	}
	p.get("/r/x?l=en").wants(404, "No form for this link")
	p.do(p.request("/u/"+form, url.Values{"do": {"stop"}, "stop": {"all"}})).wants(404)
	p.do(p.request("/r/"+out, url.Values{"do": {"begin"}})).wants(404)
	if n := p.db.Int(`SELECT count(*) FROM inbox`); n != 0 {
		t.Errorf("%d rows", n)
	}
}

func TestAReplacedLink(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "urgent-prices")
	keys, err := token.NewKeyring(token.Key{ID: "k1", Secret: []byte(authToken)})
	p.must(err)
	g := p.get(p.form)
	fresh := "/r/" + p.issue(keys, token.Form, 2)
	p.db.Exec(`UPDATE invitation SET token_version = 2`)
	p.get(p.form).wants(410, "Đường liên kết này đã được thay")
	g.press("begin").wants(410)
	p.get(fresh).wants(200, "Bắt đầu")
	// A way out never closes.
	p.post(p.out, url.Values{"List-Unsubscribe": {"One-Click"}}).wants(200, "Đã ngừng")
}

func TestStrangersAreSlowedAndNobodyElse(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "urgent-prices")
	status := map[int]int{}
	for range 60 {
		status[p.get("/r/"+strings.Repeat("A", 22)).status]++
	}
	if status[404] != 20 || status[429] != 40 {
		t.Errorf("%v", status)
	}
	p.get(p.form).wants(200) // the same place, with a link that is known
	far := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/r/x", nil)
	far.RemoteAddr = "[2001:db8:1::5]:99"
	p.do(far).wants(404)
	p.mu.Lock()
	p.now = p.now.Add(time.Minute)
	p.mu.Unlock()
	p.get("/r/x").wants(404)
}

// A GET changes and records nothing, wherever the links of the pages lead.
func TestGetsChangeNothing(t *testing.T) {
	t.Parallel()
	for name, set := range map[string]func(*place){
		"fresh":     func(*place) {},
		"begun":     func(p *place) { p.get(p.form).press("begin").press("next", "huong=1") },
		"declined":  func(p *place) { p.get(p.form + "?p=decline").press("decline") },
		"stopped":   func(p *place) { p.get(p.out).press("stop", "stop=sms") },
		"submitted": func(p *place) { p.db.MakeResponse(p.inv, survey.ResponseSubmitted, survey.Web, nil) },
		"paused":    func(p *place) { p.db.Exec(`UPDATE campaign SET state = 'paused'`) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, "monthly")
			set(p)
			before := p.snapshot()
			seen, queue := map[string]bool{}, []string{p.form, p.out, p.form + "?c=1", p.form + "?q=huong", p.form + "?p=stopped",
				p.form + "?p=resumed", p.form + "?p=thanks", p.form + "?q=no_such", p.out + "?p=stopped", p.form + "?p=withdraw"}
			for len(queue) > 0 {
				target := queue[0]
				queue = queue[1:]
				if seen[target] {
					continue
				}
				seen[target] = true
				g := p.get(target)
				if g.status != 200 {
					t.Errorf("%s: %d", target, g.status)
				}
				walk(g.root, func(n *html.Node) {
					if href := attr(n, "href"); strings.HasPrefix(href, "/") {
						queue = append(queue, href)
					}
				})
			}
			if len(seen) < 12 {
				t.Errorf("only %d addresses", len(seen))
			}
			if after := p.snapshot(); after != before {
				t.Errorf("before\n%s\nafter\n%s", before, after)
			}
		})
	}
}

// Scanners and previews of mail programs fetch whatever stands in a link, and
// what they make of it: a GET records nothing, whatever it names.
func TestNoGetRecordsWhateverItNames(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "monthly")
	p.get(p.form).press("begin").press("next", "huong=2")
	before := p.snapshot()
	fields := []url.Values{{"do": {"next"}, "page": {"huong"}, "huong": {"1"}, "nonce": {"n"}}, {"do": {"save"}, "page": {"huong"}, "huong": {"1"}},
		{"do": {"begin"}, "lang": {"en"}}, {"do": {"stop"}, "stop": {"all"}}, {"do": {"again"}}, {"do": {"decline"}}, {"do": {"withdraw"}},
		{"do": {"language"}, "lang": {"en"}}, {"do": {"skip"}, "page": {"chuyen_ban"}}, {"List-Unsubscribe": {"One-Click"}},
		{"c": {"1"}}, {"c": {"98"}, "q": {"huong"}}, {"c": {"1"}, "do": {"next"}, "page": {"huong"}, "huong": {"3"}}}
	for _, door := range []string{"", "decline", "withdraw", "stop", "stopped", "resumed", "thanks", "mine", "copy", "erase", "data"} {
		for _, f := range fields {
			if door != "" {
				f.Set("p", door)
			}
			for _, target := range []string{p.form, p.out} {
				for _, method := range []string{http.MethodGet, http.MethodHead} {
					if g := p.do(httptest.NewRequestWithContext(t.Context(), method, target+"?"+f.Encode(), nil)); g.status != 200 {
						t.Errorf("%s ?%s: %d", method, f.Encode(), g.status)
					}
				}
			}
		}
	}
	if after := p.snapshot(); after != before {
		t.Errorf("before\n%s\nafter\n%s", before, after)
	}
}

func TestTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "monthly")
	g := p.get(p.form + "?q=y_kien_them").wants(200)
	p.lose()
	lost := g.press("next", `y_kien_them=Đường "hỏng" <nặng>`).wants(503, "Chưa lưu được câu vừa rồi", "Thử lại")
	if lost.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	if got := lost.filled().Get("y_kien_them"); got != `Đường "hỏng" <nặng>` {
		t.Errorf("kept %q", got)
	}
	p.get(p.form).wants(503, "Xin thử lại sau một phút")
	p.get(p.form+"?l=en").wants(503, "We are busy")
	p.get("/r/x").wants(404)
	p.find()
	again := p.post(p.form, lost.filled()).wants(200)
	if got := p.answers(); got != `y_kien_them=Đường "hỏng" <nặng>` {
		t.Errorf("%s: stored %s", again.at, got)
	}
}

func TestHostileInput(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "monthly")
	const evil = `"><script>alert(1)</script>`
	for _, target := range []string{p.form + "?q=" + url.QueryEscape(evil), p.form + "?l=" + url.QueryEscape(evil),
		p.form + "?p=" + url.QueryEscape(evil), p.form + "?c=" + url.QueryEscape(evil), p.form + "?%zz=1", p.form + "?a;b"} {
		if g := p.get(target).wants(200); strings.Contains(g.body, "<script>") {
			t.Errorf("%s: echoed", target)
		}
	}
	for _, form := range []url.Values{
		{"do": {"next"}, "page": {"chuyen_ban"}, "chuyen_ban": {evil}, "chuyen_ban_khac": {evil}, "nonce": {evil}, "lang": {evil}},
		{"do": {"next"}, "page": {"y_kien_them,chuyen_ban"}, "y_kien_them": {evil, evil}, "chuyen_ban": {"1", "1", "99"}},
		{"do": {"next"}, "page": {"huong"}, "huong": {"1", "2"}},
		{"do": {"next"}, "page": {"tin_lan_nd,huong"}, "tin_lan_nd": {evil}},
	} {
		g := p.do(p.request(p.form, form)).wants(422)
		if strings.Contains(g.body, "<script>") {
			t.Errorf("%v: echoed", form)
		}
	}
	for _, form := range []url.Values{{}, {"do": {evil}}, {"do": {"next"}}, {"do": {"next"}, "page": {evil}}, {"do": {"skip"}, "page": {",,,"}},
		{"do": {"back"}, "page": {"no_such"}}, {"do": {"retry"}}, {"do": {"say"}, "said": {evil}}} {
		p.do(p.request(p.form, form)).wants(303)
	}
	if got := p.answers(); got != "" {
		t.Errorf("stored %s", got)
	}
	// A required question cannot be skipped by a forged press.
	p.do(p.request(p.form, url.Values{"do": {"skip"}, "page": {"huong"}})).wants(422)
	p.do(p.request(p.form, url.Values{"do": {"stop"}, "stop": {"everything", "x"}})).wants(422, "Chưa chọn nơi nào")
	large := p.do(p.request(p.form, url.Values{"do": {"next"}, "page": {"y_kien_them"}, "y_kien_them": {strings.Repeat("a", 10<<20)}}))
	large.wants(413, "Chưa lưu được")
	broken := p.request(p.form, nil)
	broken.Body = io.NopCloser(strings.NewReader("a=%zz"))
	p.do(broken).wants(400)
	for _, method := range []string{http.MethodPut, http.MethodDelete, http.MethodPatch, "BREW"} {
		if g := p.do(httptest.NewRequestWithContext(t.Context(), method, p.form, nil)); g.status != 405 || g.header.Get("Allow") == "" {
			t.Errorf("%s: %d", method, g.status)
		}
	}
}

func TestHeadersAndAssets(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "monthly")
	for _, target := range []string{p.form, p.out, "/r/x", "/robots.txt", "/favicon.ico", "/hook/twilio/sms"} {
		h := p.get(target).header
		for name, want := range map[string]string{"Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
			"Content-Security-Policy": "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
			"X-Robots-Tag":            "noindex, nofollow"} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s is %q", target, name, got)
			}
		}
		if len(h.Values("Set-Cookie")) != 0 {
			t.Errorf("%s sets a cookie", target)
		}
	}
	assets := map[string]string{}
	for _, g := range []*page{p.get(p.form), p.get(p.form + "?q=huong")} {
		walk(g.root, func(n *html.Node) {
			if n.Data == "link" {
				assets[attr(n, "href")] = "text/css"
			}
			if n.Data == "script" && has(n, "src") && n.FirstChild == nil {
				assets[attr(n, "src")] = "text/javascript"
				return
			}
			if n.Data == "script" || n.Data == "style" || has(n, "style") || has(n, "onclick") {
				t.Errorf("the policy forbids <%s>", n.Data)
			}
		})
	}
	if len(assets) != 2 {
		t.Errorf("the pages load %v", assets)
	}
	for target, kind := range assets {
		if g := p.get(target); g.status != 200 || !strings.HasPrefix(g.header.Get("Content-Type"), kind) ||
			g.header.Get("Cache-Control") != "public, max-age=31536000, immutable" {
			t.Errorf("%s: %d, %v", target, g.status, g.header)
		}
	}
	for _, target := range []string{"/static/form.css", "/static/form.js", "/static/", "/static/../go.mod"} {
		if g := p.get(target); g.status == 200 || strings.Contains(g.header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d", target, g.status)
		}
	}
	p.get("/robots.txt").wants(200)
	if g := p.get("/favicon.ico"); g.status != 204 {
		t.Errorf("favicon: %d", g.status)
	}
}

// What is secret or personal never reaches the log, whatever goes wrong.
func TestTheLogKnowsNobody(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "monthly")
	g := p.get(p.form).press("begin").press("next", "huong=1")
	g.press("next", "chuyen_ban=7", "chuyen_ban_khac=bí mật")
	p.get(p.out + "?p=stop")
	p.hook("sms", url.Values{"MessageSid": {"SM1"}, "From": {hers}, "To": {ours}, "Body": {"bí mật"}}, authToken)
	p.hook("sms", url.Values{"MessageSid": {"SM1"}, "From": {hers}, "To": {ours}, "Body": {"bí mật"}}, "forged")
	p.lose()
	g.press("next", "chuyen_ban=7", "chuyen_ban_khac=bí mật")
	log := p.log.String()
	for _, secret := range []string{p.form[3:], p.out[3:], "bí mật", "b%C3%AD", hers, ours, "Ví Dụ", "thu.example"} {
		if strings.Contains(log, secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
	for _, route := range []string{`route="GET /r/{token}"`, `route="POST /r/{token}"`, `route="POST /hook/twilio/sms"`, "status=503", "status=403"} {
		if !strings.Contains(log, route) {
			t.Errorf("the log lacks %s", route)
		}
	}
}
