package console_test

import (
	"bytes"
	"fmt"
	"html"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"canvass/dispatch/contactlist"
	"canvass/dispatch/staff"
)

// send posts a file.
func (b *browser) send(path, name string, content []byte, fields ...string) page {
	b.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i+1 < len(fields); i += 2 {
		_ = w.WriteField(fields[i], fields[i+1])
	}
	part, err := w.CreateFormFile("file", name)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := part.Write(content); err != nil {
		b.Fatal(err)
	}
	_ = w.Close()
	req, err := http.NewRequestWithContext(b.Context(), http.MethodPost, b.srv.URL+path, &body)
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Content-Type", w.FormDataContentType())
	req.Header.Set("Sec-Fetch-Site", b.origin)
	res, err := b.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	defer res.Body.Close() //nolint:errcheck // read to its end
	text, err := io.ReadAll(res.Body)
	if err != nil {
		b.Fatal(err)
	}
	return page{res.StatusCode, string(text), res.Request.URL.Path, res.Header}
}

// imported is the screen of a list when nobody works on it any more.
func (b *browser) imported(path string) page {
	b.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		got := b.get(path)
		if got.status != 200 || !strings.Contains(got.body, `hx-trigger="every 1s"`) {
			return got
		}
		if time.Now().After(deadline) {
			b.Fatalf("still at work: %s", got.body)
		}
	}
}

// messy is a list as an office keeps it: titles above a head of two rows, merged
// cells, a number without its 0, two numbers in one cell, a remark, what Excel made
// of a number, a formula, a total and a signature.
func messy(t testing.TB) []byte {
	t.Helper()
	f := excelize.NewFile()
	s := f.GetSheetName(0)
	rows := [][]any{
		{"ỦY BAN NHÂN DÂN XÃ VÂN TRẠCH"}, {"DANH SÁCH CỘNG TÁC VIÊN DƯ LUẬN XÃ HỘI"}, {"(kèm Quyết định số 12, sửa lần 3)"}, {},
		{"STT", "Họ và tên", "Liên hệ", "", "Đơn vị", "Ghi chú"},
		{"", "", "Di động", "E-mail", "", ""},
		{1, "Bà Lường Thị Ánh Nguyệt", 912000141, "nguyet.la@hop.example", "Xã Vân Trạch", ""},
		{2, "Đặng Hữu Phước", "0912 000 142 / 0912 000 143", "phuoc.dh@hop.example", "", ""},
		{3, "Hoàng Văn Quyết", "9,12E+08", "", "", ""},
		{4, "=HYPERLINK(\"http://x.example\",\"Bùi Văn <b>Hưởng</b>\")", "12", "khong-phai-thu", "", ""},
		{5, "Vũ Đức Thịnh", "0912000145", "thinh.vd@hop.example", "Xã Vân Trạch", "đã nghỉ hưu"},
		{"", "Tổng cộng: 5 người"}, {"", "", "", "NGƯỜI LẬP BIỂU"},
	}
	for i, row := range rows {
		for k, cell := range row {
			at, _ := excelize.CoordinatesToCellName(k+1, i+1)
			if err := f.SetCellValue(s, at, cell); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, area := range [][2]string{{"A1", "F1"}, {"A2", "F2"}, {"C5", "D5"}, {"A5", "A6"}, {"B5", "B6"}, {"E5", "E6"}, {"F5", "F6"}, {"E7", "E10"}} {
		if err := f.MergeCell(s, area[0], area[1]); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func says(t *testing.T, what string, p page, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(p.body, want) {
			t.Errorf("%s: no %q in\n%s", what, want, p.body[max(strings.Index(p.body, "<main"), 0):])
		}
	}
}

// fieldOf is the name of the form's field that has a value.
func fieldOf(t *testing.T, p page, value string) string {
	t.Helper()
	for _, m := range regexp.MustCompile(`name="(c\.\d+\.\d+)" value="([^"]*)"`).FindAllStringSubmatch(p.body, -1) {
		if html.UnescapeString(m[2]) == value {
			return m[1]
		}
	}
	t.Fatalf("no field has %q in\n%s", value, p.body)
	return ""
}

// A messy workbook comes in: looked at, mended in place, imported, told, undone.
func TestAMessyListFromUploadToUndone(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.signedIn("mai", staff.Manager)
	got := b.send("/contacts/import", `C:\Ánh\Danh sach CTV.xlsx`, messy(t))
	if got.status != 200 || !strings.HasPrefix(got.path, "/contacts/import/") {
		t.Fatalf("%d at %s: %s", got.status, got.path, got.body)
	}
	at := got.path
	got = b.imported(at)
	says(t, "the dry run", got, "Danh sach CTV.xlsx", "5 dòng", "Lường Thị Ánh Nguyệt", "0912 000 142 / 0912 000 143", "nhiều số điện thoại", "Excel đã làm mất chữ số", "Từ chối",
		"Bùi Văn &lt;b&gt;Hưởng&lt;/b&gt;", "Di động", "Nhập 3 dòng", "đã nghỉ hưu")
	if strings.Contains(got.body, "Tổng cộng") || strings.Contains(got.body, `C:\`) {
		t.Error("a total is a person, or the folder is shown")
	}
	if n := d.db.Int(`SELECT count(*) FROM contact`); n != 0 {
		t.Fatalf("a dry run made %d contacts", n)
	}
	if got := b.get(at + "?tab=rejected"); strings.Contains(got.body, `class="n">7</th>`) || !strings.Contains(got.body, `class="n">9</th>`) {
		t.Error("the rejected rows are not those")
	}
	got = b.post(at+"/mend", url.Values{fieldOf(t, got, "9,12E+08"): {"0912 000 144"}, "tab": {"rejected"}})
	if got.path != at || !strings.Contains(got.body, "Đã lưu các ô vừa sửa") {
		t.Fatalf("%s %s", got.path, got.body)
	}
	got = b.imported(at)
	says(t, "mended", got, "Nhập 4 dòng", "0912 000 144", "Đã sửa tại đây 1 ô")

	csv := b.get(at + "/rejects.csv")
	if !strings.Contains(csv.body, `'=HYPERLINK`) || strings.Contains(csv.body, "Quyết") || !strings.Contains(csv.header.Get("Content-Disposition"), "Danh%20sach%20CTV.loai.csv") {
		t.Errorf("the rejects: %s %s", csv.header, csv.body)
	}
	book := b.get(at + "/rejects.xlsx")
	sheets, _, err := contactlist.OpenSheets(strings.NewReader(book.body), int64(len(book.body)))
	if err != nil {
		t.Fatal(err)
	}
	for l := range sheets[0].Lines() {
		for _, c := range l.Cells {
			if c != "" && strings.ContainsAny(c[:1], "=+-@") {
				t.Errorf("a spreadsheet computes %q", c)
			}
		}
	}

	b.post(at+"/run", url.Values{})
	got = b.imported(at)
	past := regexp.MustCompile(`/contacts/imports/\d+`).FindString(got.body) // a dry run takes a number too
	says(t, "the report", got, "Đã nhập xong", "<dd>4</dd>", "<dd>1</dd>")
	if n := d.db.Int(`SELECT count(*) FROM contact`); n != 4 {
		t.Errorf("%d contacts", n)
	}
	if kept := d.db.Text(`SELECT octet_length(content) || choices::text || report::text FROM import_upload`); strings.Contains(kept, "912") || strings.Contains(kept, "Quyết") || kept[0] != '0' {
		t.Errorf("what is left of the upload: %s", kept)
	}
	if n := d.db.Int(`SELECT count(*) FROM import_upload_row`); n != 1 {
		t.Errorf("%d rows are left", n)
	}
	if d.db.Text(`SELECT string_agg(address, ' ' ORDER BY address) FROM endpoint WHERE kind = 'phone'`) != "+84912000141 +84912000142 +84912000143 +84912000144 +84912000145" {
		t.Error(d.db.Text(`SELECT string_agg(address, ' ' ORDER BY address) FROM endpoint WHERE kind = 'phone'`))
	}
	if again := b.post(at+"/run", url.Values{}); again.status != 422 || !strings.Contains(again.body, "đang được xử lý") {
		t.Errorf("imported twice: %d", again.status)
	}

	says(t, "past imports", b.get("/contacts/imports"), "Danh sach CTV.xlsx", past, "mai")
	says(t, "one import", b.get(past), "4 người mới của lần này bị xóa")
	if got := b.post(past+"/undo", url.Values{"reason": {" "}}); got.status != 422 || d.db.Int(`SELECT count(*) FROM contact`) != 4 {
		t.Errorf("undone without a reason: %d", got.status)
	}
	got = b.post(past+"/undo", url.Values{"reason": {"nhầm tệp"}})
	says(t, "undone", got, "Đã hoàn tác lần nhập", "không có gì để hoàn tác")
	if n := d.db.Int(`SELECT count(*) FROM contact`); n != 0 {
		t.Errorf("%d contacts are left", n)
	}
	if acts := d.db.Text(`SELECT string_agg(act || ' ' || actor, ', ' ORDER BY id) FROM audit WHERE act IN ('import', 'undo')`); acts != "import mai, undo mai" {
		t.Errorf("on record: %s", acts)
	}
	d.later(25 * time.Hour)
	b.signIn("mai", password)
	if got := b.get(at); got.status != 404 {
		t.Errorf("after a day the upload is there: %d", got.status)
	}
	b.send("/contacts/import", "b.csv", []byte("Họ và tên,Email\nLò Thị Ánh,anh@hop.example\n"))
	if n := d.db.Int(`SELECT count(*) FROM import_upload`); n != 1 {
		t.Errorf("%d uploads are kept", n)
	}
	if strings.Contains(d.log.String(), "912") || strings.Contains(d.log.String(), "Quyết") {
		t.Error("the log has what the list has")
	}
}

// What is no list, too large, or a bomb, is refused in words, and nothing is kept.
func TestUploadsThatAreRefused(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.signedIn("mai", staff.Manager)
	for name, c := range map[string]struct {
		content []byte
		status  int
		says    string
	}{
		"large.csv":  {bytes.Repeat([]byte("Họ và tên,Email\n"), 700_000), 413, "lớn hơn 10 MB"},
		"huge.xlsx":  {make([]byte, 70<<20), 413, "lớn hơn 10 MB"},
		"bomb.xlsx":  {bomb(t), 422, ""},
		"old.xlsx":   {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old workbook"), 422, ""},
		"page.xls":   {[]byte("<html><table><tr><td>Họ và tên</td></tr></table></html>"), 422, ""},
		"empty.xlsx": {nil, 422, "Chưa nhận được tệp nào"},
	} {
		got := b.send("/contacts/import", name, c.content)
		if got.status != c.status || !strings.Contains(got.body, c.says) || !strings.Contains(got.body, `class="note bad"`) {
			t.Errorf("%s: %d %s", name, got.status, got.body[max(0, strings.Index(got.body, "<main")):])
		}
	}
	if got := b.post("/contacts/import", url.Values{"file": {"x"}}); got.status != 422 {
		t.Errorf("no file: %d", got.status)
	}
	if n := d.db.Int(`SELECT count(*) FROM import_upload`); n != 0 {
		t.Errorf("%d uploads are kept", n)
	}
}

// bomb is a workbook whose one sheet unpacks to 300 MB.
func bomb(t *testing.T) []byte {
	t.Helper()
	f := excelize.NewFile()
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("a", 32_000)
	for i := range 7_000 {
		at, _ := excelize.CoordinatesToCellName(1, i+1)
		if err := w.SetRow(at, []any{long}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	if b.Len() > 10<<20 {
		t.Fatalf("the bomb has %d bytes", b.Len())
	}
	return b.Bytes()
}

// Two lists at once are two, each with its own rows; the second import finds the
// people of the first.
func TestTwoListsAtOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	one, two := d.signedIn("mai", staff.Manager), d.signedIn("khue", staff.Administrator)
	list := func(from int) []byte {
		var b strings.Builder
		b.WriteString("Mã CTV,Họ và tên,Email\n")
		for i := from; i < from+300; i++ {
			fmt.Fprintf(&b, "C%d,Lò Văn Số,so%d@hop.example\n", i, i)
		}
		return []byte(b.String())
	}
	done := make(chan string, 2)
	for b, from := range map[*browser]int{one: 0, two: 150} {
		go func() { done <- b.send("/contacts/import", fmt.Sprintf("ds%d.csv", from), list(from)).path }()
	}
	paths := []string{<-done, <-done}
	for _, at := range paths {
		if got := one.imported(at); !strings.Contains(got.body, "Nhập 300 dòng") {
			t.Fatalf("%s: %s", at, got.body)
		}
	}
	for i, b := range []*browser{one, two} {
		go func() { b.post(paths[i]+"/run", url.Values{}); done <- "" }()
	}
	<-done
	<-done
	for _, at := range paths {
		says(t, at, one.imported(at), "Đã nhập xong")
	}
	if n := d.db.Int(`SELECT count(*) FROM contact`); n != 450 {
		t.Errorf("%d contacts of 450", n)
	}
}

// A list without a header is read as somebody says; the columns of a source are
// remembered for its next list.
func TestColumnsAreSaidAndRemembered(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.signedIn("mai", staff.Manager)
	bare := []byte("Lò Thị Ánh,0912000141,anh@hop.example\nVũ Đức Thịnh,0912000142,thinh@hop.example\n")
	at := b.send("/contacts/import", "xa.csv", bare).path
	got := b.imported(at)
	says(t, "without a header", got, "Chọn mỗi cột là gì", "Lò Thị Ánh", `value="B"`)
	b.post(at+"/columns", url.Values{"key": {"A", "B", "C"}, "field.0": {"name"}, "field.1": {"phone"}, "field.2": {"email"}, "remember": {"1"}, "origin": {"xã Vân Trạch"}})
	got = b.imported(at)
	says(t, "as it was said", got, "Nhập 2 dòng", `value="xã Vân Trạch"`)
	if got := b.post(at+"/columns", url.Values{"key": {"A"}, "field.0": {"root"}, "was.0": {"name"}}); got.status != 422 {
		t.Errorf("a field of nobody: %d", got.status)
	}
	b.post(at+"/run", url.Values{})
	says(t, "imported", b.imported(at), "Đã nhập xong")
	at = b.send("/contacts/import", "xã Vân Trạch.csv", bytes.ReplaceAll(bare, []byte("Ánh"), []byte("Anh"))).path
	says(t, "the next list", b.imported(at), "Xem trước khi nhập", "2 dòng")
}

// The terms are kept as they were typed where they are refused, and a sensitive column
// needs a reason.
func TestTermsOfAnImport(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.signedIn("mai", staff.Manager)
	at := b.send("/contacts/import", "ds.csv", []byte("Họ và tên,Email,Dân tộc\nLò Thị Ánh,anh@hop.example,Thái\n")).path
	says(t, "a sensitive column", b.imported(at), "Vẫn nhập cột «Dân tộc»")
	got := b.post(at+"/terms", url.Values{"basis": {"consent"}, "consent_source": {"QĐ 12"}, "take": {"Dân tộc"}})
	if got.status != 422 || !strings.Contains(got.body, `value="QĐ 12"`) || !strings.Contains(got.body, "chỉ được nhập khi có lý do") {
		t.Errorf("%d %s", got.status, got.body)
	}
	b.post(at+"/terms", url.Values{"basis": {"consent"}, "consent_source": {"QĐ 12"}, "take": {"Dân tộc"}, "reason": {"theo đề án"}})
	b.imported(at)
	b.post(at+"/run", url.Values{})
	says(t, "imported", b.imported(at), "Đã nhập xong")
	if got := d.db.Text(`SELECT basis || consent_source || (options ->> 'reason') FROM import_run`); got != "consentQĐ 12theo đề án" {
		t.Errorf("kept %s", got)
	}
	if got := d.db.Text(`SELECT attributes::text FROM contact`); !strings.Contains(got, "Thái") {
		t.Errorf("attributes %s", got)
	}
}

// What a process that died was working on is said to be cut off, and can be taken up
// again; while somebody works on it, nobody else can.
func TestAnImportThatWasCutOff(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.signedIn("mai", staff.Manager)
	at := b.send("/contacts/import", "ds.csv", []byte("Họ và tên,Email\nLò Thị Ánh,anh@hop.example\n")).path
	b.imported(at)
	d.db.Exec(`UPDATE import_upload SET state = 'running', work = 'of another process', beat_at = $1`, d.clock())
	says(t, "at work", b.get(at), `hx-trigger="every 1s"`, "trên 1 dòng", `http-equiv="refresh"`)
	for _, do := range []string{"run", "check", "terms", "drop"} {
		if got := b.post(at+"/"+do, url.Values{"basis": {"consent"}}); got.status != 422 {
			t.Errorf("%s while somebody works on it: %d", do, got.status)
		}
	}
	d.later(time.Minute)
	says(t, "cut off", b.get(at), "bị ngắt giữa chừng", "Nhập tiếp")
	b.post(at+"/run", url.Values{})
	says(t, "taken up", b.imported(at), "Đã nhập xong")
	if n := d.db.Int(`SELECT count(*) FROM contact`); n != 1 {
		t.Errorf("%d contacts", n)
	}
	if got := b.post(at+"/drop", url.Values{}); got.path != "/contacts/import" || d.db.Int(`SELECT count(*) FROM import_upload`) != 0 {
		t.Errorf("not dropped: %s", got.path)
	}
}
