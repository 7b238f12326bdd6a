package intake_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/html"

	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
	"canvass/dispatch/token"
)

const reportForm = `
name: bao_cao
title: Báo cáo | Report
languages: [vi, en]
questions:
  - {name: viec, type: single, kind: fact, label: "Có việc gì không? | Anything?", choices: {1: Có | Yes, 2: Không | No}}
  - {name: anh, type: attachment, kind: fact, accept: [photo], at_most: 2, max_size: 1, relevant: "${viec} = 1", label: "Ảnh nơi ấy? | Photos?"}
  - {name: tep, type: attachment, kind: fact, accept: [document], required: true, page: 2, label: "Tệp báo cáo? | The report?"}
  - {name: them, type: text, kind: fact, page: 2, label: "Nói thêm? | More?"}
`

// part is a file as a browser sends it.
type part struct {
	field, name string
	content     []byte
}

const place1 = "NOI CHUP 10.77"

// photo is one of a telephone: it says where it was made.
func photo(t testing.TB, seed uint8) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 40, 30))
	for x := range 40 {
		m.Set(x, x%30, color.RGBA{seed, uint8(x), 90, 255})
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	exif := "Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x00" + place1
	segment := append([]byte{0xFF, 0xE1, 0, byte(len(exif) + 2)}, exif...)
	return append(append([]byte{0xFF, 0xD8}, segment...), b.Bytes()[2:]...)
}

func pdf(words string) []byte { return []byte("%PDF-1.7\n" + words + "\n%%EOF\n") }

func zipOf(t testing.TB, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, n := range names {
		if _, err := w.Create(n); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// action is where the page's form posts to.
func (g *page) action() string {
	action := ""
	walk(g.root, func(n *html.Node) {
		if n.Data == "form" {
			action = attr(n, "action")
		}
	})
	return action
}

// multi is a post with files, in the order of a browser: fields, files, button.
func (g *page) multi(button string, files []part, fields ...string) *http.Request {
	g.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	form := g.filled()
	for _, f := range fields {
		name, _, _ := strings.Cut(f, "=")
		form.Del(name)
	}
	for _, f := range fields {
		if name, value, _ := strings.Cut(f, "="); value != "" {
			form.Add(name, value)
		}
	}
	kinds := map[string]bool{}
	walk(g.root, func(n *html.Node) {
		if attr(n, "type") == "file" {
			kinds[attr(n, "name")] = true
		}
	})
	for name, values := range form {
		for _, v := range values {
			if !kinds[name] || v != "" {
				g.must(w.WriteField(name, v))
			}
		}
	}
	for _, f := range files {
		h := textproto.MIMEHeader{"Content-Disposition": {`form-data; name="` + f.field + `"; filename="` + f.name + `"`}, "Content-Type": {"image/jpeg"}}
		out, err := w.CreatePart(h)
		g.must(err)
		_, err = out.Write(f.content)
		g.must(err)
	}
	g.must(w.WriteField("do", button))
	g.must(w.Close())
	r := httptest.NewRequestWithContext(g.Context(), http.MethodPost, g.action(), &b)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return r
}

// send posts files with the page's button and follows.
func (g *page) send(button string, files []part, fields ...string) *page {
	g.Helper()
	return g.do(g.multi(button, files, fields...)).follow()
}

func (p *place) files() int { return p.db.Int(`SELECT count(*) FROM attachment`) }

// hrefs are the addresses of the files that a page shows.
func (g *page) hrefs() []string {
	var out []string
	walk(g.root, func(n *html.Node) {
		if n.Data == "a" && has(n, "download") {
			out = append(out, attr(n, "href"))
		}
	})
	return out
}

// atPhotos answers the first question, so that photos are asked for.
func (p *place) atPhotos() *page {
	p.Helper()
	g := p.get(p.form).press("begin")
	if !strings.Contains(g.text(), "Ảnh nơi ấy?") {
		g.press("next", "viec=1")
	}
	return p.get(p.form+"?q=anh").wants(200, "Ảnh nơi ấy?", "Nhiều nhất 2 tệp, mỗi tệp nhiều nhất 1 MB")
}

func TestAPhotoAndAReportWithoutScripts(t *testing.T) {
	t.Parallel()
	p := newPlace(t, reportForm)
	g := p.atPhotos()
	g = g.send("next", []part{{"anh", "Nguyễn Văn A.jpg", photo(t, 1)}, {"anh", "hai.png", photo(t, 2)}}, "viec=1").wants(200, "Tệp báo cáo?")
	if p.files() != 2 {
		t.Fatalf("%d files, %s", p.files(), p.answers())
	}
	for _, gone := range []string{place1, "Nguyễn Văn A", "hai.png"} {
		if strings.Contains(p.snapshotText("attachment")+p.answers()+p.db.Text(`SELECT string_agg(payload::text, ' ') FROM inbox`), gone) {
			t.Errorf("%q was kept", gone)
		}
	}
	g.press("next").wants(422, "Câu này cần một tệp")
	tab := g
	g.send("next", []part{{"tep", "bao cao.pdf", pdf("x")}}).wants(200, "Đã nhận phiếu", "Ảnh JPEG, 1 KB; Ảnh JPEG, 1 KB", "Tệp PDF, 1 KB")
	copied := p.get(p.form + "?p=copy")
	if !strings.Contains(copied.body, "Tệp PDF, 1 KB") {
		t.Errorf("the copy does not tell of the file: %s", copied.body)
	}
	if p.files() != 3 || p.db.Int(`SELECT count(*) FROM link.upload`) != 0 {
		t.Error("files are left that no answer has")
	}
	// Nothing is taken after the end, from a tab that is still open.
	tab.send("next", []part{{"tep", "b.pdf", pdf("y")}}).wants(200, "Phiếu này đã hoàn tất")
	if got := p.do(tab.multi("attach", []part{{"tep", "b.pdf", pdf("y")}})); got.status != 409 || p.files() != 3 {
		t.Errorf("a submitted response was changed: %d, %d files", got.status, p.files())
	}
}

// snapshotText is a table as the database has it, bytes included.
func (p *place) snapshotText(table string) string {
	return p.db.Text(`SELECT string_agg(encode(content, 'escape') || id, ' ') FROM ` + table)
}

func TestFilesAreSeenRemovedAndReplaced(t *testing.T) {
	t.Parallel()
	p := newPlace(t, reportForm)
	g := p.atPhotos().send("next", []part{{"anh", "1.jpg", photo(t, 1)}, {"anh", "2.jpg", photo(t, 2)}}, "viec=1")
	g = g.press("back").wants(200, "Đã nhận các tệp dưới đây")
	links := g.hrefs()
	if len(links) != 2 {
		t.Fatalf("shows %q", links)
	}
	got := p.get(links[0])
	h := got.header
	if got.status != 200 || !strings.HasPrefix(h.Get("Content-Disposition"), `attachment; filename="tep-dinh-kem.jpg"`) || h.Get("X-Content-Type-Options") != "nosniff" ||
		!strings.Contains(h.Get("Content-Security-Policy"), "sandbox") || h.Get("Content-Type") != "application/octet-stream" || h.Get("Cache-Control") != "no-store" ||
		strings.Contains(got.body, place1) {
		t.Errorf("served as %d %v", got.status, h)
	}
	first := g.filled()["anh"][0]
	// Unticked: it goes. The other stays, and a new one comes.
	g.send("next", []part{{"anh", "3.jpg", photo(t, 3)}}, "anh="+first)
	if p.files() != 2 || !strings.Contains(p.answers(), first+" jpeg") {
		t.Errorf("%d files, %s", p.files(), p.answers())
	}
	p.get(links[1]).wants(404)
	// Two are kept; a third is too many, and neither of the two is lost.
	g = p.get(p.form+"?q=anh").send("next", []part{{"anh", "4.jpg", photo(t, 4)}}).wants(422, "Câu này nhận nhiều nhất 2 tệp")
	if len(g.filled()["anh"]) < 2 || p.files() != 2 {
		t.Errorf("%d files, page has %q", p.files(), g.filled()["anh"])
	}
	// What does not apply any more goes.
	p.get(p.form+"?q=viec").press("next", "viec=2")
	if p.files() != 0 {
		t.Errorf("%d files of a question that does not apply: %s", p.files(), p.answers())
	}
}

func TestWhatIsNotTakenIsSaidAtItsField(t *testing.T) {
	t.Parallel()
	p := newPlace(t, reportForm)
	tiff := "MM\x00\x2a" // of no kind that is taken
	big := append(photo(t, 9), bytes.Repeat([]byte{0}, 1<<20)...)
	for name, c := range map[string]struct {
		question, button string
		file             part
		want             string
	}{
		"a program as photo":    {"anh", "next", part{"anh", "anh.jpg", []byte("MZ\x90\x00")}, "Xin chọn ảnh JPEG, PNG hoặc WebP"},
		"another picture":       {"anh", "next", part{"anh", "anh.jpg", []byte(tiff)}, "Không nhận loại tệp này"},
		"a page as photo":       {"anh", "next", part{"anh", "anh.png", []byte("<html><script>x</script>")}, "Không nhận loại tệp này"},
		"a report as photo":     {"anh", "next", part{"anh", "anh.jpg", pdf("x")}, "Xin chọn ảnh"},
		"too large":             {"anh", "next", part{"anh", "anh.jpg", big}, "Mỗi tệp nhiều nhất 1 MB"},
		"empty":                 {"anh", "next", part{"anh", "anh.jpg", nil}, "Không nhận loại tệp này"},
		"heic":                  {"anh", "next", part{"anh", "anh.jpg", []byte("\x00\x00\x00\x18ftypheic0000mif1")}, "HEIC"},
		"damaged":               {"anh", "next", part{"anh", "anh.jpg", photo(t, 1)[:30]}, "Không đọc được tệp này"},
		"a program as report":   {"tep", "next", part{"tep", "bao-cao.pdf", []byte("MZ\x90\x00")}, "Xin chọn tệp PDF, Word"},
		"an archive as report":  {"tep", "next", part{"tep", "bao-cao.docx", zipOf(t, "run.exe")}, "Không nhận loại tệp này"},
		"a report with macros":  {"tep", "next", part{"tep", "bao-cao.docx", zipOf(t, "[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")}, "macro"},
		"a photo as report":     {"tep", "next", part{"tep", "bao-cao.pdf", photo(t, 1)}, "Xin chọn tệp PDF"},
		"a page that says pdf":  {"tep", "next", part{"tep", "bao-cao.pdf", append([]byte("<html>"), pdf("x")...)}, "Không nhận loại tệp này"},
		"in English, by script": {"tep", "attach", part{"tep", "bao-cao.pdf", []byte("MZ\x90\x00")}, "Không nhận loại tệp này"},
	} {
		g := p.get(p.form + "?q=" + c.question)
		if c.question == "anh" {
			g = p.atPhotos()
		}
		got := p.do(g.multi(c.button, []part{c.file}, "viec=1", "them=giữ lại"))
		if got.status != 422 || !strings.Contains(got.body, c.want) {
			t.Errorf("%s: %d %s", name, got.status, got.text())
		}
		if c.question == "tep" && c.button == "next" && got.filled().Get("them") != "giữ lại" {
			t.Errorf("%s: what was typed beside it is lost", name)
		}
	}
	if p.files() != 0 {
		t.Errorf("%d files", p.files())
	}
}

// A picture with an archive behind it becomes a picture.
func TestAPolyglotIsAPictureOnly(t *testing.T) {
	t.Parallel()
	p := newPlace(t, reportForm)
	var b bytes.Buffer
	p.must(png.Encode(&b, image.NewGray(image.Rect(0, 0, 3, 3))))
	both := append(b.Bytes(), zipOf(t, "evil.exe")...)
	p.atPhotos().send("next", []part{{"anh", "a.png", both}}, "viec=1").wants(200, "Tệp báo cáo?")
	if got := p.db.Int(`SELECT count(*) FROM attachment WHERE id LIKE 'png-%' AND position('evil'::bytea IN content) = 0`); got != 1 {
		t.Error("what hid behind the picture was kept")
	}
}

func TestNothingIsTakenTwiceAndNothingOfOthers(t *testing.T) {
	t.Parallel()
	p := newPlace(t, reportForm)
	g := p.atPhotos()
	// A double press, and the same file from another tab.
	var both sync.WaitGroup
	for range 3 {
		r := g.multi("next", []part{{"anh", "1.jpg", photo(t, 1)}}, "viec=1")
		both.Go(func() { p.pages.ServeHTTP(httptest.NewRecorder(), r) })
	}
	both.Wait()
	tab := p.get(p.form+"?q=anh").send("next", []part{{"anh", "x.jpg", photo(t, 1)}}).wants(200)
	if p.files() != 1 || tab.status != 200 {
		t.Errorf("%d files: %s", p.files(), p.answers())
	}
	mine := strings.Fields(p.db.Text(`SELECT id FROM attachment`))[0]

	// Somebody else, with her own link.
	other := &place{TB: p.TB, db: p.db, campaign: p.campaign, pages: p.pages, ingest: p.ingest, logger: p.logger}
	other.inv = p.db.MakeInvitation(survey.Invitation{CampaignID: p.campaign.ID, ContactID: p.db.MakeContact(pgtest.Reachable(2))})
	keys, err := token.NewKeyring(token.Key{ID: "k1", Secret: []byte(authToken)})
	p.must(err)
	other.form = "/r/" + other.issue(keys, token.Form, 1)
	other.get(other.form + "/files/" + mine).wants(404)
	hers := other.atPhotos()
	got := hers.do(hers.multi("next", nil, "viec=1", "anh="+mine))
	got.wants(422, "Xin chọn lại tệp")
	save := hers.filled()
	save.Set("do", "save")
	save.Set("page", "anh")
	save.Set("anh", mine)
	if got := other.do(other.request(other.form, save)); got.status != 422 {
		t.Errorf("saved somebody else's file: %d", got.status)
	}
	// A link that nobody has sends nothing and gets nothing.
	forged := "/r/" + strings.Repeat("A", 21) + "A"
	r := g.multi("next", []part{{"anh", "1.jpg", photo(t, 7)}})
	r.URL.Path = forged + "/files/anh"
	if got := p.do(r); got.status != 404 || p.files() != 1 {
		t.Errorf("a forged link: %d, %d files", got.status, p.files())
	}
	p.get(forged + "/files/" + mine).wants(404)
	p.get(p.form + "/files/jpeg-1-aaaaaaaaaaaaaaaa").wants(404)
	p.get(p.form + "/files/..%2f..%2fetc%2fpasswd").wants(404)
}

// A page that asks for no file takes no more than ever, and says so as ever.
func TestOnlyPagesThatAskForFilesTakeThem(t *testing.T) {
	t.Parallel()
	p := newPlace(t, reportForm)
	g := p.atPhotos()
	for _, path := range []string{p.form, p.form + "/files/them", p.form + "/files/viec", p.form + "/files/khong_co"} {
		r := g.multi("next", []part{{"anh", "1.jpg", bytes.Repeat([]byte("x"), 10<<20)}})
		r.URL.Path = path
		if got := p.do(r); got.status != http.StatusRequestEntityTooLarge {
			t.Errorf("%s: %d", path, got.status)
		}
	}
	r := g.multi("next", []part{{"anh", "1.jpg", bytes.Repeat([]byte("x"), 49<<20)}})
	if got := p.do(r); got.status != http.StatusRequestEntityTooLarge {
		t.Errorf("without a bound: %d", got.status)
	}
	if r := g.multi("next", nil, "viec="+strings.Repeat("x", 70<<10)); p.do(r).status != http.StatusRequestEntityTooLarge {
		t.Error("words without a bound")
	}
	if p.files() != 0 {
		t.Error("something was kept")
	}
}

// The script sends a file by itself, then the answer that names it.
func TestTheScriptSendsAFile(t *testing.T) {
	t.Parallel()
	p := newPlace(t, reportForm)
	g := p.atPhotos()
	got := p.do(g.multi("attach", []part{{"anh", "1.jpg", photo(t, 1)}}))
	var kept struct{ ID, Label, Href string }
	if err := json.Unmarshal([]byte(got.body), &kept); err != nil || got.status != 200 || kept.Label != "Ảnh JPEG, 1 KB" {
		t.Fatalf("%d %s %v", got.status, got.body, err)
	}
	if strings.Contains(p.answers(), "jpeg") {
		t.Error("a file alone is an answer")
	}
	form := g.filled()
	form.Set("do", "save")
	form.Set("page", "anh")
	form.Set("anh", kept.ID)
	if got := p.do(p.request(g.action(), form)); got.status != http.StatusNoContent || !strings.Contains(p.answers(), "anh="+kept.ID) {
		t.Errorf("%d %s", got.status, p.answers())
	}
	p.get(kept.Href).wants(200)
}

// While the database is away nothing is lost in silence: the page says that the file
// must be chosen again, and insists.
func TestAFileWhileTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	p := newPlace(t, reportForm)
	g := p.atPhotos()
	p.failFiles = true
	page := p.do(g.multi("next", []part{{"anh", "1.jpg", photo(t, 1)}}, "viec=1")).wants(503, "tệp phải chọn lại")
	p.failFiles = false
	page.press("next").wants(422, "Xin chọn lại tệp").send("next", []part{{"anh", "1.jpg", photo(t, 1)}}).wants(200, "Tệp báo cáo?")
	if p.files() != 1 {
		t.Errorf("%d files", p.files())
	}
}

// Looking at a file, or for one, changes nothing.
func TestGettingAFileRecordsNothing(t *testing.T) {
	t.Parallel()
	p := newPlace(t, reportForm)
	p.atPhotos().send("next", []part{{"anh", "1.jpg", photo(t, 1)}}, "viec=1")
	before := p.snapshot()
	for _, link := range p.get(p.form + "?q=anh").hrefs() {
		p.get(link).wants(200)
		p.do(httptest.NewRequestWithContext(t.Context(), http.MethodHead, link, nil))
	}
	p.get(p.form + "/files/anh").wants(404)
	if p.snapshot() != before {
		t.Error("something changed")
	}
}
