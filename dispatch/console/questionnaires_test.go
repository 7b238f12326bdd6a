package console_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"canvass/dispatch/staff"
	"canvass/dispatch/xlsform"
	"canvass/templates"
)

// writer is somebody who writes questionnaires, with a manuscript that is just begun.
func (d *desk) writer(login string) (b *browser, base string) {
	d.Helper()
	b = d.signedIn(login, staff.Manager)
	got := b.post("/questionnaires/drafts", url.Values{"from": {"empty"}})
	if got.status != 200 || !strings.HasPrefix(got.path, "/questionnaires/drafts/") {
		d.Fatalf("%d at %s\n%s", got.status, got.path, got.body)
	}
	return b, got.path
}

// over is the revision that a form of a page was made from.
func over(t testing.TB, p page) string {
	t.Helper()
	m := regexp.MustCompile(`name="over" value="(\d+)"`).FindStringSubmatch(p.body)
	if m == nil {
		t.Fatalf("no revision in %d %s\n%s", p.status, p.path, p.body)
	}
	return m[1]
}

// loose is a page whose blanks may break a line.
func loose(p page) string { return strings.ReplaceAll(p.body, "\u00a0", " ") }

func source(d *desk) string {
	return d.db.Text(`SELECT source FROM manuscript ORDER BY id DESC LIMIT 1`)
}

// Somebody who writes no YAML makes a questionnaire, looks at it in every mode, and
// publishes it.
func TestWritingAQuestionnaire(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b, base := d.writer("mai")
	page := b.get(base)
	got := b.post(base+"/head", url.Values{"over": {over(t, page)}, "name": {"duong_xa"}, "minutes": {"2"}, "title-vi": {"Đường xã <b>"}, "title-en": {"Roads <b>"}, "english": {"yes"}})
	if got.status != 200 || !strings.Contains(got.body, "Đường xã &lt;b&gt;") || strings.Contains(got.body, "xã <b>") || !strings.Contains(got.body, "Đã lưu.") {
		t.Fatalf("%d\n%s", got.status, got.body)
	}
	question := url.Values{"over": {over(t, got)}, "type": {"multiple"}, "kind": {"what_i_hear"}, "label-vi": {"Đường nào hỏng <script>?"}, "label-en": {"Which roads are broken <script>?"},
		"choices": {"Đường làng | Village roads\nĐường huyện | District roads"}, "at_most": {"1"}, "required": {"yes"}, "break": {"yes"}, "when": {"${nhan_xet} = 3"}}
	look := b.post(base+"/questions/2/look", question)
	if !strings.Contains(look.body, "Duong nao hong &lt;script&gt;") || !strings.Contains(look.body, "Không dấu: 1 đoạn tin") || strings.Contains(source(d), "hong") {
		t.Errorf("while it is typed: %s", look.body)
	}
	if got = b.post(base+"/questions/2", question); got.path != base || !strings.Contains(got.body, "Đường nào hỏng &lt;script&gt;?") {
		t.Fatalf("%d at %s\n%s", got.status, got.path, got.body)
	}
	if src := source(d); !strings.Contains(src, "- name: duong_nao_hong_script\n    type: multiple\n    kind: what_i_hear\n    required: true\n") || !strings.Contains(src, "1: Đường làng | Village roads") || !strings.Contains(src, "    page: 2\n") || !strings.Contains(src, "    relevant: ${nhan_xet} = 3\n") {
		t.Error(src)
	}
	if again := b.get(base + "/questions/2"); !strings.Contains(again.body, `<option value="${nhan_xet} = 3" selected>Chưa tốt</option>`) {
		t.Errorf("the condition: %s", again.body)
	}
	shown := b.get(base + "/preview")
	if !strings.Contains(shown.body, "Duong nao hong &lt;script&gt;") || !strings.Contains(shown.body, `<iframe class="handset"`) || !strings.Contains(shown.header.Get("Content-Security-Policy"), "frame-src 'self'") || strings.Contains(shown.body, "<script>?") {
		t.Errorf("preview: %s", shown.body)
	}
	if got = b.post(base+"/publish", url.Values{"over": {over(t, got)}, "note": {"câu đầu <i>"}}); !strings.HasPrefix(got.path, "/questionnaires/versions/") || !strings.Contains(got.body, "câu đầu &lt;i&gt;") {
		t.Fatalf("%d at %s\n%s", got.status, got.path, got.body)
	}
	if n := d.db.Int(`SELECT count(*) FROM questionnaire WHERE name = 'duong_xa' AND version = 1 AND published_by = 'mai'`); n != 1 {
		t.Errorf("%d versions", n)
	}
	if acts := d.db.Text(`SELECT string_agg(detail->>'move', ' ' ORDER BY id) FROM audit WHERE act = 'questionnaire' AND actor = 'mai'`); acts != "make save save publish" {
		t.Errorf("on record: %s", acts)
	}
	if late := b.post(base+"/text", url.Values{"over": {"3"}, "source": {"name: x"}}); late.status != 422 || !strings.Contains(late.body, "đã được chốt hoặc đã bỏ") {
		t.Errorf("a closed one is written on: %d", late.status)
	}
	for _, path := range []string{"/preview", "/findings", "/changes", "/try", "/page"} {
		if p := b.get(got.path + path); p.status != 200 {
			t.Errorf("%s: %d", path, p.status)
		}
	}
	if list := b.get("/questionnaires"); !strings.Contains(list.body, "Đường xã &lt;b&gt;") || !strings.Contains(list.body, "tiếng Việt, tiếng Anh") {
		t.Error(list.body)
	}
}

// A viewer looks at what is published, and saves nothing.
func TestViewersWriteNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	_, base := d.writer("mai")
	v := d.signedIn("khue", staff.Viewer)
	before := source(d)
	for _, path := range []string{"/text", "/check", "/head", "/questions/1", "/undo", "/drop", "/publish", "/page", "/try"} {
		if got := v.post(base+path, url.Values{"source": {"x"}, "over": {"1"}, "do": {"remove"}}); got.status != http.StatusForbidden {
			t.Errorf("%s: %d", path, got.status)
		}
	}
	for _, path := range []string{"/questionnaires/drafts", "/questionnaires/upload"} {
		if got := v.post(path, url.Values{"from": {"empty"}}); got.status != http.StatusForbidden {
			t.Errorf("%s: %d", path, got.status)
		}
	}
	if list := v.get("/questionnaires"); list.status != 200 || strings.Contains(list.body, "Phiếu hỏi mới") || strings.Contains(list.body, "drafts") {
		t.Errorf("the list: %d %s", list.status, list.body)
	}
	if source(d) != before || d.db.Int(`SELECT count(*) FROM manuscript`) != 1 {
		t.Error("something was saved")
	}
}

// Errors stand at their lines, the text is kept with them, and publishing is refused.
func TestErrorsAtTheLine(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b, base := d.writer("mai")
	page := b.get(base + "/text")
	bad := strings.Replace(source(d), "type: single", "type: sngle", 1) + "  - name: hai\n    type: text\n    kind: fact\n    relevant: ${khong_co} = 1\n    label: Hai | Two\n"
	checked := b.post(base+"/check", url.Values{"over": {"1"}, "source": {bad}})
	if !strings.Contains(checked.body, `data-line="15"`) || !strings.Contains(checked.body, "khong_co") || strings.Contains(source(d), "sngle") {
		t.Errorf("checked: %s", checked.body)
	}
	got := b.post(base+"/text", url.Values{"over": {over(t, page)}, "source": {strings.ReplaceAll(bad, "\n", "\r\n")}})
	if got.path != base+"/text" || source(d) != bad {
		t.Errorf("%d at %s", got.status, got.path)
	}
	if form := b.get(base); !strings.Contains(form.body, "khong_co") || !strings.Contains(form.body, "sngle") {
		t.Errorf("the list of questions does not tell: %s", form.body)
	}
	pub := b.post(base+"/publish", url.Values{"over": {over(t, got)}, "note": {"chưa"}})
	if pub.status != 422 || !strings.Contains(pub.body, "dòng 15") || !strings.Contains(pub.body, "Chưa chốt được") || d.db.Int(`SELECT count(*) FROM questionnaire`) != 0 {
		t.Errorf("published: %d %s", pub.status, pub.body)
	}
	for _, path := range []string{"/preview", "/try", "/changes", "/findings"} {
		if p := b.get(base + path); p.status != 200 {
			t.Errorf("%s: %d", path, p.status)
		}
	}
	if p := b.get(base + "/page"); p.status != 422 {
		t.Errorf("a page of what cannot be read: %d", p.status)
	}
	undone := b.post(base+"/undo", url.Values{"over": {over(t, got)}})
	if undone.path != base || strings.Contains(source(d), "sngle") {
		t.Error("not undone")
	}
}

// The second save over somebody's newer one is refused, with both shown; so is an edit of
// a question.
func TestTwoWriteAtOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b, base := d.writer("mai")
	other := d.signedIn("khue", staff.Manager)
	seen, form := b.get(base+"/text"), b.get(base+"/questions/1")
	theirs := strings.Replace(source(d), "Phiếu hỏi mới |", "Của Khuê |", 1)
	theirs = strings.Replace(theirs, "Bình thường | Fair", "Vừa vừa | Fair", 1)
	other.post(base+"/text", url.Values{"over": {over(t, other.get(base+"/text"))}, "source": {theirs}})
	got := b.post(base+"/text", url.Values{"over": {over(t, seen)}, "source": {"name: cua_mai\n"}})
	if got.status != 422 || !strings.Contains(got.body, "name: cua_mai") || !strings.Contains(got.body, "Của Khuê") || !strings.Contains(got.body, "khue đã lưu bản khác") || source(d) != theirs {
		t.Fatalf("%d\n%s", got.status, got.body)
	}
	edit := url.Values{"over": {over(t, form)}, "was": {"nhan_xet"}, "name": {"nhan_xet"}, "type": {"single"}, "kind": {"own_opinion"}, "label-vi": {"Lời của Mai?"}, "label-en": {"Mai's?"}, "choices": {"1 = Có | Yes\n2 = Không | No"}}
	refused := b.post(base+"/questions/1", edit)
	if refused.status != 422 || !strings.Contains(refused.body, "Lời của Mai?") || !strings.Contains(refused.body, "2: Vừa vừa | Fair") || source(d) != theirs {
		t.Fatalf("%d\n%s", refused.status, refused.body)
	}
	edit.Set("over", over(t, refused)) // both were seen
	if got := b.post(base+"/questions/1", edit); got.path != base || !strings.Contains(source(d), "Lời của Mai? | Mai's?") || !strings.Contains(source(d), "Của Khuê") {
		t.Errorf("%d at %s", got.status, got.path)
	}
}

// A workbook goes in and out; one with errors says its cells and leaves nothing.
func TestWorkbooks(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.signedIn("mai", staff.Manager)
	src, err := os.ReadFile("../../templates/questionnaire/urgent-storm.yaml")
	if err != nil {
		t.Fatal(err)
	}
	good, _, err := xlsform.Write("x", src)
	if err != nil {
		t.Fatal(err)
	}
	got := b.send("/questionnaires/upload", "bao.xlsx", good)
	if got.status == 422 && strings.Contains(got.body, "Mở để soạn tiếp") { // with remarks
		m := regexp.MustCompile(`(?s)<textarea name="source" hidden readonly>(.*?)</textarea>`).FindStringSubmatch(got.body)
		got = b.post("/questionnaires/drafts", url.Values{"from": {"text:bao"}, "source": {strings.NewReplacer("&#34;", `"`, "&#39;", "'", "&amp;", "&", "&lt;", "<", "&gt;", ">").Replace(m[1])}})
	}
	if !strings.HasPrefix(got.path, "/questionnaires/drafts/") || !strings.Contains(got.body, "Sau bão số 9") {
		t.Fatalf("%d at %s\n%s", got.status, got.path, got.body)
	}
	out := b.get(got.path + "/xlsx")
	again, err := xlsform.Read("again.xlsx", strings.NewReader(out.body), int64(len(out.body)))
	if err != nil || again.Faults() > 0 || !strings.Contains(out.header.Get("Content-Disposition"), "khan_bao.xlsx") {
		t.Errorf("out: %v", err)
	}
	if yaml := b.get(got.path + "/yaml"); !strings.Contains(yaml.body, "name: khan_bao") {
		t.Error(yaml.body)
	}
	bad, _, err := xlsform.Write("x", []byte("name: a\ntitle: A\nquestions:\n  - {name: x, type: single, kind: fact, label: \"X?\", choices: {1: Có, 2: Không}}\n  - {name: y, type: text, kind: fact, label: \"Y?\"}\n  - name: z\n    type: text\n    kind: fact\n    label: Z?\n    relevant: ${khong_co} = 1\n"))
	if err != nil {
		t.Fatal(err)
	}
	before := d.db.Int(`SELECT count(*) FROM manuscript`)
	refused := b.send("/questionnaires/upload", "sai <i>.xlsx", bad)
	if refused.status != 422 || !regexp.MustCompile(`survey![A-Z]+4`).MatchString(refused.body) || strings.Contains(refused.body, "<i>.xlsx") || strings.Contains(refused.body, "Mở để soạn tiếp") {
		t.Errorf("%d\n%s", refused.status, refused.body)
	}
	for name, body := range map[string][]byte{"x.xlsx": []byte("not a workbook"), "y.xlsx": nil} {
		if got := b.send("/questionnaires/upload", name, body); got.status != 422 || !strings.Contains(got.body, `role="alert"`) {
			t.Errorf("%s: %d", name, got.status)
		}
	}
	if got := b.post("/questionnaires/upload", nil); got.status != 422 {
		t.Errorf("no file: %d", got.status)
	}
	if d.db.Int(`SELECT count(*) FROM manuscript`) != before {
		t.Error("something was kept")
	}
}

// The form can be filled in as a respondent does, by web, SMS and keys, and nothing is kept.
func TestTryingAQuestionnaire(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.signedIn("mai", staff.Manager)
	base := b.post("/questionnaires/drafts", url.Values{"from": {"example:urgent-storm.yaml"}}).path
	start := b.get(base + "/page?in=vi")
	if !strings.Contains(start.body, `value="begin"`) || !strings.Contains(start.header.Get("Content-Security-Policy"), "frame-ancestors 'self'") || start.header.Get("X-Frame-Options") != "SAMEORIGIN" || strings.Contains(start.header.Get("Content-Security-Policy"), "script-src") {
		t.Fatalf("%v\n%s", start.header, start.body)
	}
	nonce := func(p page) string {
		if m := regexp.MustCompile(`name="nonce" value="([^"]+)"`).FindStringSubmatch(p.body); m != nil {
			return m[1]
		}
		return ""
	}
	first := b.post(base+"/page?in=vi", url.Values{"do": {"begin"}})
	if !strings.Contains(first.body, "sinh hoạt hằng ngày") {
		t.Fatal(first.body)
	}
	if empty := b.post(base+"/page?in=vi", url.Values{"do": {"next"}, "page": {"sinh_hoat"}}); empty.status != 422 {
		t.Errorf("a required one left empty: %d", empty.status)
	}
	second := b.post(base+"/page?in=vi", url.Values{"do": {"next"}, "page": {"sinh_hoat"}, "sinh_hoat": {"2"}})
	if !strings.Contains(second.body, "đang cần gì nhất") || nonce(second) == "" {
		t.Fatal(second.body)
	}
	if back := b.post(base+"/page?in=vi", url.Values{"do": {"back"}, "page": {"can_nhat"}, "nonce": {nonce(second)}}); !strings.Contains(back.body, `value="2" checked`) {
		t.Errorf("back: %s", back.body)
	}
	end := b.post(base+"/page?in=vi", url.Values{"do": {"next"}, "page": {"can_nhat"}, "can_nhat": {"7"}, "can_nhat_khac": {"Đèn <b>"}, "nonce": {nonce(second)}})
	if end.status != 200 || strings.Contains(end.body, "<b>\"") || !strings.Contains(end.body, "Đèn &lt;b&gt;") {
		t.Errorf("the end: %d %s", end.status, end.body)
	}
	if p := b.get(base + "/page?in=en&q=can_nhat"); !strings.Contains(p.body, "What is needed most") {
		t.Errorf("a question of its own: %s", p.body)
	}
	if p := b.post(base+"/page", url.Values{"do": {"next"}, "page": {"khong,co"}, "nonce": {"%%%"}}); p.status != 200 {
		t.Errorf("a strange post: %d", p.status)
	}
	talk := b.post(base+"/try?mode=sms&in=vi", url.Values{"said": {"2"}, "say": {"1"}})
	if !strings.Contains(talk.body, "sinh_hoat = 2") || !strings.Contains(talk.body, "can_nhat = 1") {
		t.Errorf("by SMS: %s", talk.body)
	}
	call := b.post(base+"/try?mode=voice&in=vi", url.Values{"say": {"1"}})
	if !strings.Contains(call.body, `class="us"`) || !strings.Contains(call.body, `value="(silence)"`) {
		t.Errorf("by keys: %s", call.body)
	}
	if n := d.db.Int(`SELECT count(*) FROM response`); n != 0 {
		t.Errorf("%d responses", n)
	}
}

// What differs from the version before is told, with what it does to the data.
func TestChangesBetweenVersions(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b, base := d.writer("mai")
	if first := b.get(base + "/changes"); !strings.Contains(first.body, "Chưa có phiên bản nào khác") {
		t.Error(first.body)
	}
	v1 := b.post(base+"/publish", url.Values{"over": {"1"}}).path
	id := v1[strings.LastIndexByte(v1, '/')+1:]
	base = b.post("/questionnaires/drafts", url.Values{"from": {"version:" + id}}).path
	if same := b.get(base + "/changes"); !strings.Contains(same.body, "Hai bản như nhau") {
		t.Error(same.body)
	}
	b.post(base+"/text", url.Values{"over": {"1"}, "source": {strings.Replace(source(d), "3: Chưa tốt | Poor", "3: Kém <i> | Bad <i>", 1)}})
	changed := b.get(base + "/changes?against=" + id)
	if !strings.Contains(changed.body, "<del>Chưa tốt</del> <ins>Kém &lt;i&gt;</ins>") {
		t.Error(changed.body)
	}
	if ask := b.get(base + "/publish"); !strings.Contains(ask.body, "phiên bản 2") || !strings.Contains(loose(ask), "có 1 câu khác") {
		t.Error(ask.body)
	}
	b.post(base+"/publish", url.Values{"over": {"2"}, "note": {strings.Repeat("x", 301)}})
	if d.db.Int(`SELECT count(*) FROM questionnaire`) != 1 {
		t.Error("published with a note that is too long")
	}
	v2 := b.post(base+"/publish", url.Values{"over": {"2"}}).path
	if p := b.get(v2 + "/changes?against=" + id); !strings.Contains(p.body, "<ins>Kém &lt;i&gt;</ins>") {
		t.Error(p.body)
	}
}

// What was found before anybody is asked: which modes are shut and how sure that is, what
// they pass over, the translations, what is drawn by lot.
func TestAppraisalOnAScreen(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b, base := d.writer("mai")
	b.post(base+"/text", url.Values{"over": {"1"}, "source": {`name: soat
title: Soát | Check
languages: [vi, en]
groups: {y: {random: true}}
questions:
  - {name: dai, type: single, kind: fact, random: true, label: "Đường nào? | Which road?", choices: {1: A | A, 2: B | B, 3: C | C, 4: D | D, 5: E | E, 6: G | G, 7: H | H, 8: I | I}}
  - {name: a, type: single, kind: fact, group: y, label: "Điện đủ không? | Is there power?", choices: {1: Có | Yes, 2: Không | No}}
  - {name: b, type: single, kind: fact, group: y, label: "Rác có dọn không? | Is waste taken?", choices: {1: Có | Yes, 2: Không | No}}
  - {name: anh, type: attachment, kind: fact, label: "Ảnh? | A photo?"}
  - {name: loi, type: text, kind: fact, audio: {vi: loi.mp3}, relevant: "${dai} = 1 and ${dai} = 2", label: "Vì sao? | Why?"}
`}})
	page := loose(b.get(base + "/findings"))
	for _, want := range []string{"Trang web: dùng được", "Điện thoại: chưa dùng được", "Có đường dẫn tới câu này.", "Gộp còn nhiều nhất 7 lựa chọn", "cần gửi tệp", "Thứ tự câu trong nhóm", "Thứ tự lựa chọn, chỉ trên web",
		"loi.mp3", `data-line="10"`} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q", want)
		}
	}
	if got := b.post(base+"/publish", url.Values{"over": {"2"}}); got.status != 422 || !strings.Contains(loose(got), "dòng 10") {
		t.Errorf("a question that nobody comes to is published: %d", got.status)
	}
	if t.Failed() {
		t.Log(page)
	}
}

// What is put aside comes back.
func TestPuttingAside(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b, base := d.writer("mai")
	if got := b.post(base+"/drop", url.Values{"do": {"drop"}}); got.path != "/questionnaires" || !strings.Contains(got.body, `name="do" value="back"`) {
		t.Fatalf("%d at %s", got.status, got.path)
	}
	if got := b.post(base+"/questions/1", url.Values{"over": {"1"}, "do": {"remove"}}); got.status != 422 {
		t.Errorf("edited while aside: %d", got.status)
	}
	b.post(base+"/drop", url.Values{"do": {"back"}})
	if got := b.post(base+"/questions/1", url.Values{"over": {"1"}, "do": {"remove"}}); got.path != base || strings.Contains(source(d), "nhan_xet") {
		t.Errorf("%d at %s", got.status, got.path)
	}
	if got := b.post(base+"/undo", url.Values{"over": {"2"}}); got.path != base || !strings.Contains(source(d), "nhan_xet") {
		t.Errorf("%d at %s", got.status, got.path)
	}
}

// Every ready question goes into the text that an empty questionnaire begins with, in one
// language or two, and can be published with it.
func TestSnippetsAndLargeTexts(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b, base := d.writer("mai")
	src := strings.Replace(templates.Starter(), "nhan_xet", "chon_mot", 1)
	for _, key := range templates.Snippets() {
		if key != "single" {
			src = strings.TrimRight(src, "\n") + "\n\n" + templates.Snippet(key, 2)
		}
	}
	if got := b.post(base+"/text", url.Values{"over": {"1"}, "source": {src}}); !strings.Contains(got.body, "Không có lỗi") {
		t.Error(got.body)
	}
	one := strings.NewReplacer("languages: [vi, en]", "languages: [vi]").Replace(templates.Starter())
	got := b.post(base+"/head", url.Values{"over": {"2"}, "name": {"mot"}, "title-vi": {"Một"}})
	if got.path != base || strings.Contains(source(d), "| Good") || one == "" {
		t.Errorf("%d %s", got.status, source(d))
	}
	if page := b.get(base + "/text"); !strings.Contains(page.body, "Không có lỗi") || strings.Contains(page.body, "A question with one answer") {
		t.Error(page.body)
	}
	var large strings.Builder
	large.WriteString("name: lon\ntitle: Lớn\nquestions:\n")
	for i := range 500 {
		fmt.Fprintf(&large, "  - name: c%d\n    type: single\n    kind: fact\n    label: Câu thứ %d ở xã Ông/Bà?\n    choices:\n      1: Có\n      2: Không\n      3: Khó nói\n", i, i)
	}
	b.post(base+"/text", url.Values{"over": {"3"}, "source": {large.String()}})
	for _, path := range []string{"", "/text", "/preview", "/findings", "/questions/250", "/publish", "/page?q=c499", "/xlsx"} {
		if p := b.get(base + path); p.status != 200 {
			t.Errorf("500 questions, %s: %d", path, p.status)
		}
	}
	if form := b.get(base); !strings.Contains(loose(form), "500 câu") {
		t.Error("the list has not all questions")
	}
}
