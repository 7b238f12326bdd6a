package contactlist

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"canvass/dispatch/survey"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/unicode/norm"
)

// tab is one sheet of a workbook that excelize writes. A row without cells is
// left out.
type tab struct {
	name   string
	rows   [][]any
	merged []string // "A1:C1"
	hidden bool
	dress  func(f *excelize.File) error
}

type list []any

// workbookOf writes a workbook as an office would.
func workbookOf(t testing.TB, tabs ...tab) []byte {
	t.Helper()
	f := excelize.NewFile()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	defer func() { must(f.Close()) }()
	for i, tab := range tabs {
		if i == 0 {
			must(f.SetSheetName("Sheet1", tab.name))
		} else {
			_, err := f.NewSheet(tab.name)
			must(err)
		}
		for r, cells := range tab.rows {
			must(f.SetSheetRow(tab.name, "A"+itoa(r+1), &cells))
		}
		for _, area := range tab.merged {
			from, to, _ := strings.Cut(area, ":")
			must(f.MergeCell(tab.name, from, to))
		}
		if tab.dress != nil {
			must(tab.dress(f))
		}
	}
	for _, tab := range tabs {
		must(f.SetSheetVisible(tab.name, !tab.hidden))
	}
	var out bytes.Buffer
	must(f.Write(&out))
	return out.Bytes()
}

// numbered formats cells of a tab, "B2:B9", by a number format of its own.
func numbered(sheet, area, code string) func(*excelize.File) error {
	return func(f *excelize.File) error {
		id, err := f.NewStyle(&excelize.Style{CustomNumFmt: &code})
		if err != nil {
			return err
		}
		from, to, _ := strings.Cut(area, ":")
		return f.SetCellStyle(sheet, from, to, id)
	}
}

func both(a, b func(*excelize.File) error) func(*excelize.File) error {
	return func(f *excelize.File) error {
		if err := a(f); err != nil {
			return err
		}
		return b(f)
	}
}

// recorded renders a row as "line person; address, address !error ?warning",
// the person as title, name, unit, sex, year of birth and code, what there is
// of them.
func recorded(r Row) string {
	c := r.Contact
	parts := []string{strings.TrimSpace(c.Title + " " + string(c.Name)), c.Unit, c.Sex, "", c.Code}
	if c.Birth > 0 {
		parts[3] = fmt.Sprint(c.Birth)
	}
	s := fmt.Sprintf("%d %s;", r.Line, strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), " · "))
	for _, e := range c.Endpoints {
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

// officeFile is one file of an office, and what comes of it.
type officeFile struct {
	name      string
	file      []byte
	options   Options
	refused   string // code, and why or what it says
	rows      []string
	omissions []string // "sheet/column why"
	also      func(t *testing.T, r *Reader, rows []Row)
}

func (o officeFile) test(t *testing.T) {
	t.Parallel()
	r, err := Open("danh sách", bytes.NewReader(o.file), int64(len(o.file)), o.options)
	if err != nil {
		e, ok := err.(*survey.Error)
		if !ok {
			t.Fatal(err)
		}
		if got := strings.TrimSpace(string(e.Code) + " " + e.Args["why"]); got != o.refused {
			t.Errorf("refused: %v, want %q", err, o.refused)
		}
		return
	}
	defer r.Close()
	if o.refused != "" {
		t.Errorf("taken, want %s", o.refused)
	}
	var rows []Row
	var got, left []string
	for row, err := range r.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		rows, got = append(rows, row), append(got, recorded(row))
	}
	if !slices.Equal(got, o.rows) {
		t.Errorf("rows\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(o.rows, "\n\t"))
	}
	for _, m := range r.Omissions() {
		left = append(left, m.Sheet+"/"+m.Column+" "+string(m.Why))
	}
	if !slices.Equal(left, o.omissions) {
		t.Errorf("omissions %q, want %q", left, o.omissions)
	}
	if o.also != nil {
		o.also(t, r, rows)
	}
}

func attributeIs(row int, key, want string) func(*testing.T, *Reader, []Row) {
	return func(t *testing.T, _ *Reader, rows []Row) {
		if got := rows[row].Contact.Attributes[key]; got != want {
			t.Errorf("row %d: %s is %q, want %q", row, key, got, want)
		}
	}
}

// TestOfficeFiles reads whole files as the offices of Lam Xuyên keep them.
func TestOfficeFiles(t *testing.T) {
	t.Parallel()
	for _, files := range [][]officeFile{csvFiles(t), layoutFiles(t), workbookFiles(t), valueFiles(t), rightFiles(t)} {
		for _, o := range files {
			t.Run(o.name, o.test)
		}
	}
}

// csvFiles are one kind of list, in the ways that programs write it.
func csvFiles(t testing.TB) []officeFile {
	const plainList = "STT,Họ và tên,Điện thoại,Email,Đơn vị\n" +
		"1,Nguyễn Văn Xuân,0912345678,xuan@gmail.example,phường Lam Phố\n" +
		"2,Trần Thị Sim,0373456789,,xã Hà Trạng\n"
	plain := []string{
		"2 Nguyễn Văn Xuân · phường Lam Phố; xuan@gmail.example +84912345678",
		"3 Trần Thị Sim · xã Hà Trạng; +84373456789",
	}
	as := func(separator, end string) string {
		return strings.NewReplacer(",", separator, "\n", end).Replace(plainList)
	}
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(as("\t", "\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	return []officeFile{
		{name: "UTF-8, comma", file: []byte(plainList), rows: plain},
		{name: "UTF-8 with mark, semicolon, as Excel saves", file: []byte("\ufeff" + as(";", "\r\n")), rows: plain},
		{name: "UTF-16 and tabs, Unicode text of Excel", file: []byte(utf16), rows: plain},
		{name: "Windows-1258", file: []byte(toWindows1258(t, plainList)), rows: plain},
		{name: "tabs", file: []byte(as("\t", "\n")), rows: plain},
		{name: "pipes", file: []byte(as("|", "\n")), rows: plain},
		{name: "line ends of old Macs", file: []byte(as(",", "\r")), rows: plain},
		{name: "letters in two pieces (NFD)", file: []byte(norm.NFD.String(plainList)), rows: plain},
		{name: "UTF-8 taken for Latin-1 once", file: []byte(toMojibake(plainList)), rows: []string{
			"2 Nguyễn Văn Xuân · phường Lam Phố; xuan@gmail.example +84912345678 ?encoding_converted ?encoding_converted",
			"3 Trần Thị Sim · xã Hà Trạng; +84373456789 ?encoding_converted ?encoding_converted",
		}},
		{name: "a first line that names the separator", file: []byte("sep=;\r\n" + as(";", "\r\n")), rows: []string{
			"3 Nguyễn Văn Xuân · phường Lam Phố; xuan@gmail.example +84912345678",
			"4 Trần Thị Sim · xã Hà Trạng; +84373456789",
		}},
		{name: "separators behind the last column", file: []byte(strings.ReplaceAll(plainList, "\n", ",,,\n") + ",,,,,,,\n"), rows: plain},
		{name: "quoted breaks, quotes and separators", file: []byte("\"Họ\r\nvà tên\",Điện thoại,Ghi chú\r\n\"Nguyễn Văn\nXuân\",\"0912345678\n0373456789\",\"gọi buổi tối,\n\"\"sau 19 giờ\"\"\"\r\nTrần Thị Sim,0383456789,\r\n"), rows: []string{
			"3 Nguyễn Văn Xuân; +84912345678 +84373456789 ?phone_several",
			"7 Trần Thị Sim; +84383456789",
		}, also: attributeIs(0, noteKey, `gọi buổi tối, "sau 19 giờ"`)},
		{name: "semicolons, because numbers have commas", file: []byte("Mã;Họ tên;Di động;Điểm\nLX-01;Nguyễn Văn Xuân;912345678,0;8,5\nLX-02;Trần Thị Sim;0373456789;9,25\n"), rows: []string{
			"2 Nguyễn Văn Xuân · LX-01; +84912345678 ?phone_zero_restored",
			"3 Trần Thị Sim · LX-02; +84373456789",
		}, also: attributeIs(1, "diem", "9,25")},
		{name: "a quote that is never closed", file: []byte("Họ tên,SĐT,Ghi chú\nNguyễn Văn Xuân,0912345678,\"gọi tối\nTrần Thị Sim,0373456789,x\nVõ Đình Lâm,0383456789,\n"), rows: []string{
			"2 ; !row_broken",
		}},
	}
}

// layoutFiles have what stands around the people.
func layoutFiles(t testing.TB) []officeFile {
	head := list{"TT", "Họ và tên", "Đơn vị", "Di động"}
	one, two, three := list{1, "Nguyễn Văn Xuân", "phường Cửa Lãng", "0912345678"}, list{2, "Trần Thị Sim", "xã Hải Triền", "0373456789"}, list{3, "Võ Đình Lâm", "xã Bãi Ngao", "0383456789"}
	return []officeFile{
		{name: "titles above, signatures below", file: workbookOf(t, tab{name: "C2", rows: [][]any{
			{"TỈNH ỦY LAM XUYÊN", "", "", "ĐẢNG CỘNG SẢN VIỆT NAM"}, {"BAN TUYÊN GIÁO VÀ DÂN VẬN", "", "", "Lam Phố, ngày 05 tháng 3 năm 2026"}, {"*"},
			{"DANH SÁCH CỘNG TÁC VIÊN DƯ LUẬN XÃ HỘI"}, {"(Kèm theo Công văn số 12-CV/BTGDV; ĐT 0298 3555 010)"}, nil,
			head, one, two, three, nil, {"", "Tổng cộng: 3 đồng chí"}, nil, {"NGƯỜI LẬP BIỂU", "", "", "TRƯỞNG BAN"}, {"(Ký, ghi rõ họ tên)"}, nil, {"Cao Thị Hoa", "", "", "Ngô Bá Lợi"}},
			merged: []string{"A1:B1", "A2:B2", "A4:D4", "A5:D5"}}), rows: []string{
			"8 Nguyễn Văn Xuân · phường Cửa Lãng; +84912345678",
			"9 Trần Thị Sim · xã Hải Triền; +84373456789",
			"10 Võ Đình Lâm · xã Bãi Ngao; +84383456789",
		}},
		{name: "a header of two rows, merged", file: workbookOf(t, tab{name: "C3", rows: [][]any{
			{"DANH SÁCH CTV CỤM ĐỒNG BẰNG BẮC"},
			{"STT", "Họ và tên", "Giới tính", "", "Năm sinh", "Thông tin liên hệ", "", "Đơn vị"},
			{"", "", "Nam", "Nữ", "", "Điện thoại", "Thư điện tử", ""},
			{1, "Nguyễn Văn Xuân", "x", "", 1978, "0912345678", "xuan@gmail.example", "xã Vân Trạch"},
			{2, "Trần Thị Sim", "", "x", 1985, "0373456789", "", "xã Cẩm Trạch"}},
			merged: []string{"A1:H1", "A2:A3", "B2:B3", "C2:D2", "E2:E3", "F2:G2", "H2:H3"}}), rows: []string{
			"4 Nguyễn Văn Xuân · xã Vân Trạch · nam · 1978; xuan@gmail.example +84912345678",
			"5 Trần Thị Sim · xã Cẩm Trạch · nữ · 1985; +84373456789",
		}},
		{name: "blank rows, sections and totals", file: workbookOf(t, tab{name: "CTV", rows: [][]any{
			head, nil, {"I", "CỤM C2 VEN BIỂN"}, one, two, {"", "Cộng: 2 người"}, nil, nil, {"II", "CỤM C6 MIỀN NÚI"}, {1, "Moong Thị Quý", "xã Nà Khoang", "0351234567"}, {"", "Tổng cộng", "", 3}}}), rows: []string{
			"4 Nguyễn Văn Xuân · phường Cửa Lãng; +84912345678",
			"5 Trần Thị Sim · xã Hải Triền; +84373456789",
			"10 Moong Thị Quý · xã Nà Khoang; +84351234567",
		}},
		{name: "the header again on every page", file: workbookOf(t, tab{name: "CTV", rows: [][]any{
			head, one, {"Trang 1/2"}, head, two, head, three}}), rows: []string{
			"2 Nguyễn Văn Xuân · phường Cửa Lãng; +84912345678",
			"5 Trần Thị Sim · xã Hải Triền; +84373456789",
			"7 Võ Đình Lâm · xã Bãi Ngao; +84383456789",
		}},
		{name: "a row of column numbers", file: workbookOf(t, tab{name: "CTV", rows: [][]any{head, {"(1)", "(2)", "(3)", "(4)"}, one, {"A", "B", 1, 2}, two}}), rows: []string{
			"3 Nguyễn Văn Xuân · phường Cửa Lãng; +84912345678",
			"5 Trần Thị Sim · xã Hải Triền; +84373456789",
		}},
		{name: "a signature block in CSV", file: []byte("Họ tên;SĐT;Đơn vị\nNguyễn Văn Xuân;0912345678;xã Xuyên An\n;;\n;;Lam Xuyên, ngày 5 tháng 3 năm 2026\nNgười lập;;Trưởng ban\n;;\nCao Thị Hoa;;Ngô Bá Lợi\n"), rows: []string{
			"2 Nguyễn Văn Xuân · xã Xuyên An; +84912345678",
		}},
		{name: "no header, in CSV", file: []byte("1,Nguyễn Văn Xuân,0912345678,phường Lam Phố\n2,Trần Thị Sim,0373456789,xã Hà Trạng\n"), refused: "header_absent"},
		{name: "no header, in a workbook", file: workbookOf(t, tab{name: "CTV", rows: [][]any{{"DANH SÁCH CTV 2026"}, one, two, three}}), refused: "header_absent"},
		{name: "no header, and somebody says what the columns are", options: Options{Columns: map[string]Field{"B": FieldName, "C": FieldPhone, "D": FieldUnit}},
			file: []byte("1,Nguyễn Văn Xuân,0912345678,phường Lam Phố\n2,Trần Thị Sim,0373456789,xã Hà Trạng\n"), rows: []string{
				"1 Nguyễn Văn Xuân · phường Lam Phố; +84912345678",
				"2 Trần Thị Sim · xã Hà Trạng; +84373456789",
			}, omissions: []string{"/A unnamed"}},
		{name: "no list at all", file: workbookOf(t, tab{name: "Công văn", rows: [][]any{{"Kính gửi: Đảng ủy các xã, phường"}, {"Đề nghị gửi danh sách trước ngày 25"}}}), refused: "header_missing"},
		{name: "a web page that is called .xls", file: []byte("<html><body><table><tr><td>Họ tên</td><td>SĐT</td></tr></table></body></html>"), refused: "file_format html"},
		{name: "a workbook of Excel 97", file: []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 504)), refused: "file_format xls"},
	}
}

// workbookFiles have several sheets.
func workbookFiles(t testing.TB) []officeFile {
	c1 := tab{name: "C1 Đô thị", rows: [][]any{{"STT", "Họ và tên", "SĐT", "Đơn vị"}, {1, "Nguyễn Văn Xuân", "0912345678", "phường Lam Bắc"}}}
	return []officeFile{
		{name: "a sheet per cluster, each with its own order", file: workbookOf(t, c1,
			tab{name: "C5 Trung du", rows: [][]any{{"CTV cụm Trung du"}, {"Đơn vị", "Di động", "Mã CTV", "Họ đệm", "Tên"}, {"phường Ngã Ba Sim", "0373456789", "LX-180", "Trần Thị", "Sim"}}},
			tab{name: "C6 Miền núi", rows: [][]any{{"Họ tên CTV", "Xã", "Điện thoại"}, {"Vi Thị Lớn", "xã Mường Lặng", "0383456789"}, {"Lô Văn Tư", "xã Suối Rè", ""}}}), rows: []string{
			"2 Nguyễn Văn Xuân · phường Lam Bắc; +84912345678",
			"3 Trần Thị Sim · phường Ngã Ba Sim · LX-180; +84373456789",
			"2 Vi Thị Lớn · xã Mường Lặng; +84383456789",
			"3 Lô Văn Tư · xã Suối Rè; ?no_endpoint",
		}, also: func(t *testing.T, r *Reader, rows []Row) {
			for i, want := range []string{"C1 Đô thị", "C5 Trung du", "C6 Miền núi", "C6 Miền núi"} {
				if rows[i].Sheet != want || rows[i].Contact.Attributes[sheetKey] != want {
					t.Errorf("row %d is of sheet %q, %q", i, rows[i].Sheet, rows[i].Contact.Attributes[sheetKey])
				}
				if len(rows[i].Cells) != len(r.Header()) {
					t.Errorf("row %d has %d cells under %d names", i, len(rows[i].Cells), len(r.Header()))
				}
			}
		}},
		{name: "a hidden sheet, a guide and an empty one", file: workbookOf(t, c1,
			tab{name: "Cũ 2019", hidden: true, rows: [][]any{{"Họ và tên", "SĐT"}, {"Người Cũ", "0393456789"}}},
			tab{name: "Hướng dẫn", rows: [][]any{{"Gửi về trước ngày 25 hằng tháng"}}}, tab{name: "Sheet3"}),
			rows:      []string{"2 Nguyễn Văn Xuân · phường Lam Bắc; +84912345678"},
			omissions: []string{"Cũ 2019/ hidden", "Hướng dẫn/ no_header"}},
		{name: "rows and columns that a filter hides", file: workbookOf(t, tab{name: "CTV", rows: [][]any{{"Họ và tên", "SĐT"}, {"Nguyễn Văn Xuân", "0912345678"}, {"Trần Thị Sim", "0373456789"}},
			dress: func(f *excelize.File) error {
				if err := f.SetRowVisible("CTV", 3, false); err != nil {
					return err
				}
				return f.SetColVisible("CTV", "B", false)
			}}), rows: []string{"2 Nguyễn Văn Xuân; +84912345678", "3 Trần Thị Sim; +84373456789"}},
		{name: "a unit merged over its people", file: workbookOf(t, tab{name: "CTV", rows: [][]any{{"Đơn vị", "Họ và tên", "SĐT"},
			{"xã Hòa Khuê", "Nguyễn Văn Xuân", "0912345678"}, {"", "Trần Thị Sim", "0373456789"}, nil, {"xã Phú Khuê", "Võ Đình Lâm", "0383456789"}, {"", "Lê Hà", "0393456789"}},
			merged: []string{"A2:A3", "A5:A6"}}), rows: []string{
			"2 Nguyễn Văn Xuân · xã Hòa Khuê; +84912345678",
			"3 Trần Thị Sim · xã Hòa Khuê; +84373456789",
			"5 Võ Đình Lâm · xã Phú Khuê; +84383456789",
			"6 Lê Hà · xã Phú Khuê; +84393456789",
		}},
		{name: "cells coloured to the last row", file: workbookOf(t, tab{name: "CTV", rows: [][]any{{"Họ và tên", "SĐT"}, {"Nguyễn Văn Xuân", "0912345678"}},
			dress: numbered("CTV", "A1048576:D1048576", "@")}), rows: []string{"2 Nguyễn Văn Xuân; +84912345678"}},
	}
}

// valueFiles have what a spreadsheet does to values, and what hands and fonts
// do to text.
func valueFiles(t testing.TB) []officeFile {
	day := time.Date(1978, 3, 15, 0, 0, 0, 0, time.UTC)
	fonts := func(to func(string) string) []byte {
		return workbookOf(t, tab{name: "CTV", rows: [][]any{{"Họ và tên", "Đơn vị", "SĐT", "Ghi chú"},
			{to("Nguyễn Thị Thủy"), "xã Quỳnh Trạch", "0912345678", "đã gọi"}, {to("Đặng Đình Lợi"), "xã Hạ Tràng", "0373456789", ""}, {to("Hoàng Văn Dũng"), "xã Hà Trạng", "0383456789", ""}}})
	}
	converted := []string{
		"2 Nguyễn Thị Thủy · xã Quỳnh Trạch; +84912345678 ?encoding_converted",
		"3 Đặng Đình Lợi · xã Hạ Tràng; +84373456789 ?encoding_converted",
		"4 Hoàng Văn Dũng · xã Hà Trạng; +84383456789 ?encoding_converted",
	}
	return []officeFile{
		{name: "dates and numbers as Excel keeps them", file: workbookOf(t, tab{name: "CTV", rows: [][]any{
			{"Họ và tên", "Ngày sinh", "Điện thoại", "Số CTV", "Ngày vào mạng lưới"},
			{"Nguyễn Văn Xuân", day, 912345678, 7, day.AddDate(40, 0, 0)}, {"Trần Thị Sim", 1985, 84373456789.0, 12, ""}, {"Võ Đình Lâm", "15/3/78", "0168 345 6789", 120, "đầu 2019"}},
			dress: both(numbered("CTV", "B2:B2", "dd/mm/yyyy"), both(numbered("CTV", "C2:C3", "0.00E+00"), numbered("CTV", "D2:D4", "0000")))}), rows: []string{
			"2 Nguyễn Văn Xuân · 1978; +84912345678 ?phone_zero_restored",
			"3 Trần Thị Sim · 1985; +84373456789",
			"4 Võ Đình Lâm · 1978; +84383456789 ?phone_converted",
		}, also: func(t *testing.T, r *Reader, rows []Row) {
			attributeIs(0, "so_ctv", "0007")(t, r, rows)
			attributeIs(0, "ngay_vao_mang_luoi", "2018-03-15")(t, r, rows)
		}},
		{name: "formulas with the values they had", file: zipOf(t, with(partOf(sheetPart, sheetBegin+headRow+
			`<row r="2"><c r="A2" t="str"><f>PROPER(D2)</f><v>Nguyễn Văn Xuân</v></c><c r="B2"><f>"0"&amp;E2</f><v>912345678</v></c></row>`+
			`<row r="3"><c r="A3" t="s"><v>0</v></c><c r="B3" t="e"><f>VLOOKUP(A3,'[1]Cũ'!A:B,2,0)</f><v>#N/A</v></c></row>`+
			`<row r="4"><c r="A4" t="str"><f>D4</f><v></v></c><c r="B4"><f>E4</f></c></row>`+
			`<row r="5"><c r="A5" t="inlineStr"><is><t>Trần Thị Sim</t></is></c><c r="B5" t="str"><f t="shared" si="0"/><v>0373456789</v></c></row>`+sheetEnd),
			partOf(sharedPart, `<sst><si><t>Võ Đình Lâm</t></si></sst>`))...), rows: []string{
			"2 Nguyễn Văn Xuân; +84912345678 ?phone_zero_restored",
			"3 Võ Đình Lâm; ?no_endpoint",
			"5 Trần Thị Sim; +84373456789",
		}},
		{name: "a column typed for a TCVN3 font", file: fonts(toTCVN3), rows: converted},
		{name: "a column typed for a VNI font", file: fonts(toVNI), rows: converted},
		{name: "a whole CSV file of a TCVN3 font", file: []byte(toANSI(t, toTCVN3("TT,Họ và tên,Điện thoại\n1,Nguyễn Thị Thủy,0912345678\n2,Đặng Đình Lợi,0373456789\n"))), rows: []string{
			"2 Nguyễn Thị Thủy; +84912345678 ?encoding_converted",
			"3 Đặng Đình Lợi; +84373456789 ?encoding_converted",
		}},
		{name: "letters in two pieces in a workbook", file: workbookOf(t, tab{name: "CTV", rows: [][]any{{norm.NFD.String("Họ và tên"), norm.NFD.String("Điện thoại"), norm.NFD.String("Đơn vị")},
			{norm.NFD.String("Nguyễn Thị Thủy"), "0912345678", norm.NFD.String("xã Hòa Khuê")}}}), rows: []string{"2 Nguyễn Thị Thủy · xã Hòa Khuê; +84912345678"}},
		{name: "what hands do", file: []byte("STT,Họ và tên,Điện thoại,Email,Ghi chú\n" +
			"1,ĐẶNG  ĐÌNH LỢI,912345678,không có,\n2,Bà Lê Hà,0373456789/0383456789,lehà@gmail.example,\n3,N.V. Hải,nvhai@gmail.example,0393456789,\n4,Ông Ông Văn Bình,O912345678,-,\n5,Cao Thị Hoa,9.12E+08,,nghỉ hưu 8/25\n6,Tạ Thị Tư,0351234567,tu @gmail.example,ngừng nhận\n7,,0361234567,,\n"), rows: []string{
			"2 Đặng Đình Lợi; +84912345678 ?phone_zero_restored",
			"3 Bà Lê Hà; +84373456789 +84383456789 ?phone_several ?email_invalid",
			"4 N.V. Hải; nvhai@gmail.example +84393456789 ?columns_swapped ?columns_swapped",
			"5 Ông Ông Văn Bình; !phone_ambiguous",
			"6 Cao Thị Hoa; !phone_digits_lost ?note_says_left",
			"7 Tạ Thị Tư; tu@gmail.example +84351234567 ?email_suspect ?opted_out",
			"8 ; +84361234567 !name_missing",
		}},
	}
}

// rightFiles have columns that we may not take, or that say what we may do.
func rightFiles(t testing.TB) []officeFile {
	sensitiveList := []byte("Họ và tên,SĐT,Dân tộc,Tôn giáo,Đảng viên,Số CCCD,Chức vụ Đảng,Chức vụ\nMoong Thị Quý,0912345678,Khơ Mú,không,x,001002003,Chi ủy viên,Trưởng bản\n")
	mended := rejectsOf(t, "Họ tên,SĐT,Nhóm,CCCD\nLê Hà,09123,=1+1,001\nTrần Thị Sim,0373456789,,002\nVõ Đình Lâm,O912345678,-x,003\n")
	return []officeFile{
		{name: "sensitive columns are left out, and told", file: sensitiveList, rows: []string{"2 Moong Thị Quý; +84912345678"},
			omissions: []string{"/Dân tộc sensitive", "/Tôn giáo sensitive", "/Đảng viên sensitive", "/Số CCCD sensitive", "/Chức vụ Đảng sensitive"},
			also: func(t *testing.T, r *Reader, rows []Row) {
				attributeIs(0, "chuc_vu", "Trưởng bản")(t, r, rows)
				if len(rows[0].Contact.Attributes) != 1 || slices.Contains(rows[0].Cells, "Khơ Mú") {
					t.Errorf("taken: %v %q", rows[0].Contact.Attributes, rows[0].Cells)
				}
			}},
		{name: "a sensitive column that is asked for by name", file: sensitiveList, options: Options{Take: []string{"Dân tộc"}}, rows: []string{"2 Moong Thị Quý; +84912345678"},
			omissions: []string{"/Tôn giáo sensitive", "/Đảng viên sensitive", "/Số CCCD sensitive", "/Chức vụ Đảng sensitive"},
			also:      attributeIs(0, "dan_toc", "Khơ Mú")},
		{name: "columns of consent", file: []byte("Họ và tên,SĐT,Email,Đồng ý nhận SMS,Đồng ý nhận email\nNguyễn Văn Xuân,0912345678,xuan@gmail.example,x,không\nTrần Thị Sim,0373456789,,có,\nVõ Đình Lâm,0383456789,,hỏi lại,\n"), rows: []string{
			"2 Nguyễn Văn Xuân; xuan@gmail.example +84912345678 ?consent_withdrawn",
			"3 Trần Thị Sim; +84373456789",
			"4 Võ Đình Lâm; +84383456789 ?consent_unclear",
		}, also: func(t *testing.T, _ *Reader, rows []Row) {
			want := []survey.ConsentMark{{Channel: survey.SMS, Given: true}, {Channel: survey.Mail}}
			if got := rows[0].Consents; !slices.Equal(got, want) {
				t.Errorf("consents %v", got)
			}
		}},
		{name: "rejected rows, mended", file: mended, rows: []string{"2 Lê Hà; +84912345678", "3 Võ Đình Lâm; +84912345678"},
			also: attributeIs(0, "nhom", "=1+1")},
	}
}

// rejectsOf reads a list, writes what was rejected, and mends it as a person
// would in Excel, which saves with semicolons here.
func rejectsOf(t testing.TB, file string) []byte {
	r, rows := read(t, []byte(file))
	var out bytes.Buffer
	rejected := func(yield func(Row) bool) {
		for _, row := range rows {
			if row.Rejected() && !yield(row) {
				return
			}
		}
	}
	if err := writeRejects(&out, r.Header(), rejected, func(e *survey.Error) string { return string(e.Code) }); err != nil {
		t.Fatal(err)
	}
	mended := strings.NewReplacer("09123,", "0912345678,", "O9", "09").Replace(out.String())
	return []byte(strings.ReplaceAll(mended, ",", ";"))
}
