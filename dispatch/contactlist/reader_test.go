package contactlist

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"canvass/dispatch/survey"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/unicode"
)

// open opens a file in memory and closes it with the test.
func open(t testing.TB, file []byte) (*Reader, error) {
	t.Helper()
	r, err := Open("list", bytes.NewReader(file), int64(len(file)), Options{})
	if err == nil {
		t.Cleanup(func() {
			if err := r.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	return r, err
}

// read returns all rows of a file that must be readable.
func read(t testing.TB, file []byte) (*Reader, []Row) {
	t.Helper()
	r, err := open(t, file)
	if err != nil {
		t.Fatal(err)
	}
	var rows []Row
	for row, err := range r.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	return r, rows
}

// told renders a row as "12 Name | endpoints | !errors | ?warnings".
func told(r Row) string {
	s := fmt.Sprintf("%d %s |", r.Line, string(r.Contact.Name))
	for _, e := range r.Contact.Endpoints {
		s += " " + e.Address
	}
	for _, e := range r.Errors {
		s += " !" + string(e.Code)
	}
	for _, e := range r.Warnings {
		s += " ?" + string(e.Code)
	}
	return s
}

func check(t *testing.T, rows []Row, want ...string) {
	t.Helper()
	var got []string
	for _, r := range rows {
		got = append(got, told(r))
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

func TestCSVDirt(t *testing.T) {
	t.Parallel()
	const file = `STT,Họ và tên,Điện thoại,Email,Đơn vị,Ghi chú
1,NGUYỄN VĂN XUÂN,912345678,xuan@gmail.example,xã Hà Trạng,
2,Đ/c Lê Hà,0912.345.678/0373456789,không có,phường Lam Phố,
3,Trần Thị Sim,9.12E+08,-,xã Hạ Tràng,
4,Trần Thị Mai,9.12E+08,mai@gmail.example,,
5,Võ Đình Lâm,O912345678,,,
6,,0912345678,,,
7,Bùi Xuân Hòa,,,,
8,Ngô Thị Nga,nga@gmail.example,0351234567,,
9,Đỗ Bá Lợi,0168 345 6789,"loi@gmail,example",,đã nghỉ hưu 8/25
10,Cao Thị Hoa,0383456789,,,ngừng nhận
11,NguyÔn V¨n Xu©n,0912345678,,,
12,Hồ Thị Yến,0912345678,yen @gmail.con,,
,Tổng cộng: 12 người,,,,
,,,Lam Xuyên ngày 5 tháng 3 năm 2026,,
,,,,Trưởng ban,
,,,,Nguyễn Văn Lãnh,
`
	r, rows := read(t, []byte(file))
	check(t, rows,
		"2 Nguyễn Văn Xuân | xuan@gmail.example +84912345678 ?phone_zero_restored",
		"3 Lê Hà | +84912345678 +84373456789 ?phone_several",
		"4 Trần Thị Sim | !phone_digits_lost",
		"5 Trần Thị Mai | mai@gmail.example ?phone_digits_lost",
		"6 Võ Đình Lâm | !phone_ambiguous",
		"7  | +84912345678 !name_missing",
		"8 Bùi Xuân Hòa | ?no_endpoint",
		"9 Ngô Thị Nga | nga@gmail.example +84351234567 ?columns_swapped ?columns_swapped",
		"10 Đỗ Bá Lợi | +84383456789 ?phone_converted ?email_invalid ?note_says_left",
		"11 Cao Thị Hoa | +84383456789 ?opted_out",
		"12 Nguyễn Văn Xuân | +84912345678 ?encoding_converted",
		"13 Hồ Thị Yến | yen@gmail.con +84912345678 ?email_suspect ?email_suspect",
	)
	if !rows[9].OptedOut || rows[9].Left || !rows[8].Left || rows[8].OptedOut {
		t.Error("the remarks were not understood")
	}
	if got := rows[8].Contact.Attributes[noteKey]; got != "đã nghỉ hưu 8/25" {
		t.Errorf("note %q", got)
	}
	if got := rows[0].Contact.Unit; got != "xã Hà Trạng" {
		t.Errorf("unit %q", got)
	}
	if got := rows[2].Errors[0].Where; got != "4:Điện thoại" {
		t.Errorf("where %q", got)
	}
	if got := rows[8].Warnings[0].Args; got["from"] != "0168" || got["to"] != "038" || got["value"] != "0168 345 6789" {
		t.Errorf("conversion %v", got)
	}
	if got := r.Header(); !slices.Equal(got, []string{"STT", "Họ và tên", "Điện thoại", "Email", "Đơn vị", "Ghi chú"}) {
		t.Errorf("header %q", got)
	}
}

func TestCSVWays(t *testing.T) {
	t.Parallel()
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String("Họ tên\tSĐT\nLê Hà\t0912345678\n")
	if err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string]string{
		"comma":         "Họ tên,SĐT\nLê Hà,0912345678\n",
		"semicolon":     "Họ tên;SĐT\nLê Hà;0912345678\n",
		"tab":           "Họ tên\tSĐT\nLê Hà\t0912345678",
		"mark":          "\ufeffHọ tên,SĐT\r\nLê Hà,0912345678\r\n",
		"utf-16":        utf16,
		"sep line":      "sep=;\nHọ tên;SĐT\nLê Hà;0912345678\n",
		"quotes":        "\"Họ tên\",\"SĐT\"\n\"Lê Hà\",\"0912345678\"\n",
		"break in cell": "\"Họ\nvà tên\",SĐT\n\"Lê\nHà\",0912345678\n",
		"titles":        "ỦY BAN MẶT TRẬN,\nDANH SÁCH CTV, năm 2026\n,\nHọ tên,SĐT\nLê Hà,0912345678\n",
		"unaccented":    "Ho ten,So dt\nLê Hà,0912345678\n",
		"english":       "Name,Phone\nLê Hà,0912345678\n",
		"two columns":   "Họ đệm,Tên,SĐT\nLê,Hà,0912345678\n",
		"numbered":      "TT,Họ tên,SĐT\n(1),(2),(3)\n1,Lê Hà,0912345678\n",
		"header again":  "Họ tên,SĐT\nLê Hà,0912345678\nHọ tên,SĐT\n",
		"blank rows":    "Họ tên,SĐT\n,\n\nLê Hà,0912345678\n,\n",
		"section rows":  "TT,Họ tên,SĐT\nI,KHỐI CƠ QUAN TỈNH,\n1,Lê Hà,0912345678\n,Cụm C1,\n",
		"excel text":    "Họ tên,SĐT\nLê Hà,\"=\"\"0912345678\"\"\"\n",
	} {
		_, rows := read(t, []byte(file))
		if len(rows) != 1 || string(rows[0].Contact.Name) != "Lê Hà" || rows[0].Rejected() || rows[0].Contact.Endpoints[0].Address != "+84912345678" {
			t.Errorf("%s: %d rows", name, len(rows))
			for _, r := range rows {
				t.Errorf("%s: %s", name, told(r))
			}
		}
	}
}

func TestCSVRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file string
		code survey.Code
	}{
		"empty":      {"", survey.CodeFileFormat},
		"no header":  {"Nguyễn Văn Xuân,0912345678\nLê Hà,0373456789\n", survey.CodeHeaderAbsent},
		"one column": {"Họ tên\nLê Hà\n", survey.CodeHeaderMissing},
		"prose":      {"Kính gửi các đồng chí\n", survey.CodeHeaderMissing},
		"binary":     {"Họ tên,SĐT\n\x00\x01", survey.CodeFileFormat},
		"hopeless":   {"H\xcb t\xean,S\xd0T\nL\x8a\x90 H\xf8\xe7,0912345678\n", survey.CodeLegacyEncoding},
		"xls":        {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("x", 600), survey.CodeFileFormat},
		"no zip":     {"PK\x03\x04 and nothing more", survey.CodeFileFormat},
	} {
		_, err := open(t, []byte(c.file))
		if got := survey.CodeOf(err); got != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
}

// A quote that never closes must not swallow people in silence.
func TestCSVRunawayQuote(t *testing.T) {
	t.Parallel()
	file := "Họ tên,SĐT,Ghi chú\nLê Hà,0912345678,\"chưa đóng\nTrần Sim,0373456789,\"x\"\nVõ Lâm,0383456789,\n"
	_, rows := read(t, []byte(file))
	if len(rows) == 0 || !rows[0].Rejected() || rows[0].Errors[0].Code != survey.CodeRowBroken {
		t.Errorf("the row that swallowed others was taken: %d rows", len(rows))
	}
	long := "Họ tên,SĐT,Ghi chú\n" + strings.Repeat("Lê Hà,0912345678,\n", 2*headLines) + "Trần Sim,0373456789,\"" + strings.Repeat("x", 2*maxRecord)
	r, err := open(t, []byte(long))
	if err != nil {
		t.Fatal(err)
	}
	var last error
	for _, err := range r.Rows() {
		last = err
	}
	if !errors.Is(last, errRecord) {
		t.Errorf("got %v", last)
	}
}

func TestCSVTooManyCells(t *testing.T) {
	t.Parallel()
	_, rows := read(t, []byte("Họ tên,SĐT\nLê Hà,0912345678,thừa\nTrần Sim,0373456789,,\n"+strings.Repeat("\n", sniffed)+"Võ \xff Lâm,0383456789\n"))
	check(t, rows,
		"2  | !row_broken",
		"3 Trần Sim | +84373456789",
		fmt.Sprint(4+sniffed, "  | +84383456789 !legacy_encoding"))
	if got := rows[0].Cells; !slices.Equal(got, []string{"Lê Hà", "0912345678", "thừa"}) {
		t.Errorf("cells %q", got)
	}
}

// office builds the invented workbook: titles, a merged header of two rows,
// units merged over rows, dates, formulas, totals, a signature block, a hidden
// sheet and one without a list.
func office(t testing.TB) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	put := func(sheet string, row int, cells ...any) {
		t.Helper()
		must(f.SetSheetRow(sheet, fmt.Sprintf("A%d", row), &cells))
	}
	const a, b = "Cụm C1", "Cụm C6"
	must(f.SetSheetName("Sheet1", a))
	put(a, 1, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
	put(a, 2, "BAN TUYÊN GIÁO LAM XUYÊN – ĐT: 0298 3555 010")
	put(a, 3, "DANH SÁCH CTV DLXH 2026")
	put(a, 5, "STT", "Họ và tên", "Giới tính", "", "Năm sinh", "Liên lạc", "", "Đơn vị", "Dân tộc", "Ghi chú")
	put(a, 6, "", "", "Nam", "Nữ", "", "Điện thoại", "Email", "", "", "")
	put(a, 7, "(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)", "(9)", "(10)")
	put(a, 8, 1, "NGUYỄN VĂN XUÂN", "x", "", time.Date(1978, 3, 15, 0, 0, 0, 0, time.UTC), 912345678, "xuan@gmail.example", "phường Lam Phố", "Kinh", "")
	put(a, 9, 2, "Bà Lê Hà", "", "x", 1985, 84373456789, "", "", "Kinh", "")
	put(a, 10, 3, "Trần Thị Sim", "", "x", "78", "0168 345 6789", "", "xã Hà Trạng", "", "không tham gia")
	put(a, 11, 4, "Võ Đình Lâm", "x", "", 5, 912345678)
	put(a, 12, "", "Tổng cộng: 4 người")
	put(a, 14, "", "", "", "", "", "", "", "Lam Xuyên, ngày 5 tháng 3 năm 2026")
	put(a, 15, "", "NGƯỜI LẬP BIỂU", "", "", "", "", "", "TRƯỞNG BAN")
	put(a, 18, "", "Nguyễn Thị Lập", "", "", "", "", "", "Nguyễn Văn Lãnh")
	for _, area := range [][2]string{{"A1", "J1"}, {"A2", "J2"}, {"C5", "D5"}, {"F5", "G5"}, {"A5", "A6"}, {"B5", "B6"}, {"E5", "E6"}, {"H5", "H6"}, {"I5", "I6"}, {"J5", "J6"}, {"H8", "H9"}} {
		must(f.MergeCell(a, area[0], area[1]))
	}
	scientificStyle, err := f.NewStyle(&excelize.Style{NumFmt: 11})
	must(err)
	must(f.SetCellStyle(a, "F8", "F8", scientificStyle))
	custom := "dd/mm/yy"
	dateStyle, err := f.NewStyle(&excelize.Style{CustomNumFmt: &custom})
	must(err)
	must(f.SetCellStyle(a, "E8", "E8", dateStyle))

	_, err = f.NewSheet(b)
	must(err)
	put(b, 1, "Họ và tên", "Số điện thoại", "Mã CTV")
	put(b, 2, "Moong Thị Quý", "0351234567", "LX-301")
	_, err = f.NewSheet("Cũ")
	must(err)
	put("Cũ", 1, "Họ và tên", "Số điện thoại")
	put("Cũ", 2, "Người Cũ", "0351234567")
	must(f.SetSheetVisible("Cũ", false))
	_, err = f.NewSheet("Hướng dẫn")
	must(err)
	put("Hướng dẫn", 1, "Gửi về trước ngày 25 hằng tháng")
	_, err = f.NewSheet("Trống")
	must(err)

	var out bytes.Buffer
	must(f.Write(&out))
	return out.Bytes()
}

func TestXLSX(t *testing.T) {
	t.Parallel()
	r, rows := read(t, office(t))
	check(t, rows,
		"8 Nguyễn Văn Xuân | xuan@gmail.example +84912345678 ?phone_zero_restored",
		"9 Lê Hà | +84373456789",
		"10 Trần Thị Sim | +84383456789 ?phone_converted ?opted_out",
		"11 Võ Đình Lâm | +84912345678 ?birth_invalid ?phone_zero_restored",
		"2 Moong Thị Quý | +84351234567")
	for i, want := range []survey.Contact{
		{Sex: "nam", Birth: 1978, Unit: "phường Lam Phố"},
		{Sex: "nữ", Birth: 1985, Unit: "phường Lam Phố", Title: "Bà"}, // the unit is merged over both
		{Sex: "nữ", Birth: 1978, Unit: "xã Hà Trạng"},
		{Sex: "nam"},
		{Code: "LX-301"},
	} {
		c := rows[i].Contact
		if c.Sex != want.Sex || c.Birth != want.Birth || c.Unit != want.Unit || c.Title != want.Title || c.Code != want.Code || c.Language != survey.Vietnamese {
			t.Errorf("row %d: sex %q, birth %d, unit %q, title %q, code %q", i, c.Sex, c.Birth, c.Unit, c.Title, c.Code)
		}
		if _, ok := c.Attributes["dan_toc"]; ok {
			t.Error("a sensitive column was read")
		}
	}
	if rows[0].Contact.Attributes[sheetKey] != "Cụm C1" || rows[4].Contact.Attributes[sheetKey] != "Cụm C6" {
		t.Error("the sheet's name is not kept")
	}
	want := []Omission{{"Cũ", "", HiddenSheet}, {"Hướng dẫn", "", NoHeader}, {"Cụm C1", "Dân tộc", SensitiveColumn}}
	if got := r.Omissions(); !slices.Equal(got, want) {
		t.Errorf("omissions %v", got)
	}
	header := []string{"STT", "Họ và tên", "Giới tính Nam", "Giới tính Nữ", "Năm sinh", "Liên lạc Điện thoại", "Liên lạc Email", "Đơn vị", "Ghi chú", "Số điện thoại", "Mã CTV", "sheet"}
	if got := r.Header(); !slices.Equal(got, header) {
		t.Errorf("header %q", got)
	}
	if got := rows[4].Cells; !slices.Equal(got, []string{"", "Moong Thị Quý", "", "", "", "", "", "", "", "0351234567", "LX-301", "Cụm C6"}) {
		t.Errorf("cells %q", got)
	}
	if got := rows[0].Cells[4]; got != "1978-03-15" {
		t.Errorf("date %q", got)
	}
	if m, ok := r.Mapping("Cụm C6"); !ok || fields(m) != "name phone code" {
		t.Errorf("mapping %v", m)
	}
}

// Formulas give the value that was stored with them, also when they point to
// another workbook; merged cells beside a label of somebody else are not ours.
func TestXLSXCells(t *testing.T) {
	t.Parallel()
	text := func(ref, s string) string { return `<c r="` + ref + `" t="inlineStr"><is><t>` + s + `</t></is></c>` }
	sheet := `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` +
		`<row r="1">` + text("E1", "Vợ/chồng") + `</row>` +
		`<row r="2">` + text("A2", "Họ tên") + text("B2", "SĐT") + text("C2", "Đơn vị") + text("D2", "Nhóm") + text("E2", "Họ tên") + text("F2", "SĐT") + `</row>` +
		`<row r="4">` + text("A4", "Lê Hà") +
		`<c r="B4"><f>A1*2</f><v>9.12345678E8</v></c>` +
		`<c r="C4" t="str"><f>VLOOKUP(A4,[1]Cũ!A:B,2,0)</f><v>xã Gò Sỏi</v></c>` +
		`<c r="D4" t="e"><v>#N/A</v></c>` + text("F4", "0373456789") + `</row>` +
		`<row r="5">` + text("A5", "Trần Sim") + `<c r="B5"><f>A1*2</f></c></row>` +
		`</sheetData><mergeCells><mergeCell ref="E1:F1"/></mergeCells></worksheet>`
	_, rows := read(t, zipped(t, office(t), map[string]string{"xl/worksheets/sheet1.xml": sheet}))
	check(t, rows[:2],
		"4 Lê Hà | +84912345678 ?phone_zero_restored",
		"5 Trần Sim | ?no_endpoint")
	if got := rows[0].Contact.Unit; got != "xã Gò Sỏi" {
		t.Errorf("unit %q", got)
	}
	want := map[string]string{"nhom": "#N/A", "vo_chong_sdt": "0373456789", sheetKey: "Cụm C1"}
	if got := rows[0].Contact.Attributes; !maps.Equal(got, want) {
		t.Errorf("attributes %v", got)
	}
}

// What was rejected comes back as a file that, mended, is taken in.
func TestWriteRejects(t *testing.T) {
	t.Parallel()
	r, rows := read(t, []byte("Họ tên,SĐT,Nhóm,CCCD\nLê Hà,09123,=1+1,001\nTrần Sim,+84373456789,-x,002\nVõ Lâm,O912345678,,003,thừa\n"))
	rejected := func(yield func(Row) bool) {
		for _, row := range rows {
			if row.Rejected() && !yield(row) {
				return
			}
		}
	}
	codes := func(e *survey.Error) string { return string(e.Code) }
	var out bytes.Buffer
	if err := writeRejects(&out, r.Header(), rejected, codes); err != nil {
		t.Fatal(err)
	}
	const want = "\ufeffHọ tên,SĐT,Nhóm,Lý do chưa nhận / Reason\r\n" +
		"Lê Hà,09123,'=1+1,phone_invalid\r\n" +
		"Võ Lâm,O912345678,,row_broken,thừa\r\n"
	if got := out.String(); got != want {
		t.Fatalf("got  %q\nwant %q", got, want)
	}
	mended := strings.NewReplacer("09123,", "0912345678,", "O9", "09", ",thừa", "").Replace(out.String())
	again, rows := read(t, []byte(mended))
	check(t, rows, "2 Lê Hà | +84912345678", "3 Võ Lâm | +84912345678")
	if got := rows[0].Contact.Attributes; !maps.Equal(got, map[string]string{"nhom": "=1+1"}) {
		t.Errorf("attributes %v", got)
	}
	// Rejected a second time, there is still one column of reasons.
	out.Reset()
	if err := writeRejects(&out, again.Header(), slices.Values(rows), codes); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(out.String(), reasonHeader); n != 1 {
		t.Errorf("%d columns of reasons:\n%s", n, out.String())
	}
}

func TestWriteRejectsTellsFailure(t *testing.T) {
	t.Parallel()
	err := writeRejects(failing{}, []string{"a"}, iter.Seq[Row](func(func(Row) bool) {}), nil)
	if !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("got %v", err)
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// zipped makes a workbook of parts as given, over a sound one.
func zipped(t testing.TB, base []byte, parts map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	sound, err := zip.NewReader(bytes.NewReader(base), int64(len(base)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range sound.File {
		if _, replaced := parts[f.Name]; !replaced {
			if err := w.Copy(f); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, text := range parts {
		p, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(p, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// A part may be larger than we unpack, or larger than it says.
func TestBombs(t *testing.T) {
	t.Parallel()
	for name, size := range map[string]uint64{"honest": maxUnzipped + 1, "lying": 10, "absurd": 1 << 63} {
		var out, packed bytes.Buffer
		deflated, err := flate.NewWriter(&packed, flate.BestSpeed)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := deflated.Write(make([]byte, 1<<20)); err != nil {
			t.Fatal(err)
		}
		if err := deflated.Close(); err != nil {
			t.Fatal(err)
		}
		w := zip.NewWriter(&out)
		p, err := w.CreateRaw(&zip.FileHeader{Name: "xl/workbook.xml", Method: zip.Deflate, CompressedSize64: uint64(packed.Len()), UncompressedSize64: size})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Write(packed.Bytes()); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := open(t, out.Bytes()); survey.CodeOf(err) != survey.CodeFileFormat {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestHostileWorkbooks(t *testing.T) {
	t.Parallel()
	const sheet1 = "xl/worksheets/sheet1.xml"
	const begin, end = `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`, `</sheetData></worksheet>`
	var wide strings.Builder
	wide.WriteString(begin + `<row r="1">`)
	for range 100_000 {
		wide.WriteString(`<c t="inlineStr"><is><t>x</t></is></c>`)
	}
	wide.WriteString(`</row>` + end)
	base := office(t)
	many := map[string]string{}
	for i := range maxParts {
		many[fmt.Sprintf("xl/media/%d.png", i)] = "x"
	}
	for name, parts := range map[string]map[string]string{
		"long cell":   {sheet1: begin + `<row><c t="inlineStr"><is><t>` + strings.Repeat("x", 3*maxRun) + `</t></is></c></row>` + end},
		"dtd":         {sheet1: `<!DOCTYPE worksheet [<!ENTITY a "aaaa">]>` + begin + end},
		"dtd in book": {"xl/workbook.xml": `<!DOCTYPE x [<!ENTITY a "aaaa">]><workbook/>`},
		"cut off":     {sheet1: begin + `<row r="1"><c r="A1"><v>1</v></c>`},
		"wrong tags":  {sheet1: begin + `<row><c></row></c>` + end},
		"columns":     {sheet1: wide.String()},
		"far column":  {sheet1: begin + `<row r="1"><c r="XFD1"><v>1</v></c></row>` + end},
		"deep":        {sheet1: begin + strings.Repeat("<a>", 200) + strings.Repeat("</a>", 200) + end},
		"macros":      {"xl/vbaProject.bin": "x"},
		"parts":       many,
	} {
		_, err := open(t, zipped(t, base, parts))
		if got := survey.CodeOf(err); got != survey.CodeFileFormat {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := open(t, zipped(t, base, map[string]string{"xl/externalLinks/externalLink1.xml": "<!DOCTYPE not looked at"})); err != nil {
		t.Errorf("a link to another workbook is not followed, and no reason to refuse: %v", err)
	}
}

// Reading a long list keeps nothing of it: the heap after the first thousand
// rows and at the end differ by less than a fixed amount.
func TestFlatMemory(t *testing.T) {
	const people = 30_000
	r, err := Open("list.csv", generated{people}, int64(people+1)*generatedLine, Options{})
	if err != nil {
		t.Fatal(err)
	}
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	var first, last uint64
	n := 0
	for row, err := range r.Rows() {
		if err != nil || row.Rejected() {
			t.Fatalf("line %d: %v %v", row.Line, err, row.Errors)
		}
		if n++; n == 1000 {
			first = heap()
		}
		if n == people {
			last = heap()
		}
	}
	if n != people {
		t.Fatalf("%d people", n)
	}
	if last > first+4<<20 {
		t.Errorf("the heap grew from %d to %d bytes", first, last)
	}
}

// generated is a CSV file of n people that is made while it is read; every
// line has the same length.
type generated struct{ n int }

const generatedLine = 64

// ReadAt implements io.ReaderAt.
func (g generated) ReadAt(p []byte, off int64) (int, error) {
	n := 0
	for n < len(p) {
		i := (off + int64(n)) / generatedLine
		if i > int64(g.n) {
			return n, io.EOF
		}
		text := "name,phone,email,code"
		if i > 0 {
			text = fmt.Sprintf("Nguyen Van A,09%08d,a%d@gmail.example,CTV%d", i%100_000_000%80_000_000, i, i)
		}
		text += strings.Repeat(" ", generatedLine-1-len(text)) + "\n"
		n += copy(p[n:], text[(off+int64(n))%generatedLine:])
	}
	return n, nil
}

func TestKeys(t *testing.T) {
	t.Parallel()
	contact := func(code, name string, endpoints ...survey.Endpoint) survey.Contact {
		return survey.Contact{Code: code, Name: survey.PersonName(name), Endpoints: endpoints}
	}
	phone := survey.Endpoint{Kind: survey.PhoneNumber, Address: "+84301234567"}
	mail := survey.Endpoint{Kind: survey.EmailAddress, Address: "Xuan@gmail.example"}
	got := Keys(contact("LX-1", "Nguyễn Văn Hoà", mail, phone))
	want := []string{"code:lx-1", "phone:nguyen van hoa:+84301234567", "email:nguyen van hoa:xuan@gmail.example"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if same := Keys(contact("", "NGUYỄN VĂN HÒA", phone)); same[0] != want[1] {
		t.Errorf("another spelling is another person: %q", same)
	}
	if spouse := Keys(contact("", "Lê Thị Sim", phone)); slices.Contains(want, spouse[0]) {
		t.Error("a couple that shares a phone is one person")
	}
}

func FuzzOpenCSV(f *testing.F) {
	f.Add([]byte("Họ tên,SĐT\nLê Hà,0912345678\n"))
	f.Add([]byte("\ufeffHọ;SĐT\n\"a\nb\";\"\n"))
	f.Add([]byte("name\tphone\n\"\"\"\t=1\n"))
	f.Add([]byte("\xff\xfeh\x00"))
	f.Fuzz(func(t *testing.T, file []byte) { openAndRead(t, file) })
}

func FuzzOpenXLSX(f *testing.F) {
	f.Add([]byte(`<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Họ tên</t></is></c><c r="B1" t="inlineStr"><is><t>SĐT</t></is></c></row><row r="3"><c r="B3"><v>9.12345678E8</v></c></row></sheetData><mergeCells><mergeCell ref="A2:A9"/></mergeCells></worksheet>`))
	f.Add([]byte(`<worksheet><sheetData><row r="0"><c r="A-1"/></row></sheetData></worksheet>`))
	base := office(f)
	f.Fuzz(func(t *testing.T, sheet []byte) {
		openAndRead(t, zipped(t, base, map[string]string{"xl/worksheets/sheet1.xml": string(sheet)}))
	})
}

// openAndRead reads whatever it is given: an error with a code, or rows that
// are taken with a name and an address or rejected with a reason.
func openAndRead(t *testing.T, file []byte) {
	t.Helper()
	r, err := open(t, file)
	if err != nil {
		if survey.CodeOf(err) == "" {
			t.Errorf("an error without code: %v", err)
		}
		return
	}
	for row, err := range r.Rows() {
		if err != nil {
			return
		}
		said := slices.ContainsFunc(row.Warnings, func(e *survey.Error) bool { return e.Code == survey.CodeNoEndpoint })
		if !row.Rejected() && (row.Contact.Name == "" || said != (len(row.Contact.Endpoints) == 0)) {
			t.Errorf("taken without name, or without address and a word: line %d", row.Line)
		}
		if len(row.Cells) < len(r.Header()) {
			t.Errorf("line %d: %d cells under %d names", row.Line, len(row.Cells), len(r.Header()))
		}
	}
}

func BenchmarkRowsCSV(b *testing.B) {
	r, err := Open("list.csv", generated{b.N}, int64(b.N+1)*generatedLine, Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.ResetTimer()
	for _, err := range r.Rows() {
		if err != nil {
			b.Fatal(err)
		}
	}
}
