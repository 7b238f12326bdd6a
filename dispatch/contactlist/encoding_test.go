package contactlist

import (
	"bytes"
	"strings"
	"testing"

	"canvass/dispatch/survey"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/unicode"
)

const smallList = "STT,Họ và tên,Điện thoại,Giới tính,Đơn vị,Ghi chú\n" +
	"1,Nguyễn Văn Dũng,0912345678,Nam,xã Hà Trạng,\n" +
	"2,Trần Thị Ánh,0373456789,Nữ,phường Lam Phố,đã nghỉ hưu 8/25\n" +
	"3,Lê Dũng,0383456789,Nam,xã Gò Sỏi,không tham gia\n" +
	"4,Lò Thị Lớn,không có,Nữ,xã Mường Lặng,\n" +
	",Tổng cộng: 4 người,,,,\n"

// One list, written in every way an office writes it.
func TestEncodings(t *testing.T) {
	t.Parallel()
	utf16 := func(order unicode.Endianness, mark unicode.BOMPolicy) string {
		s, err := unicode.UTF16(order, mark).NewEncoder().String(smallList)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for name, c := range map[string]struct{ file, encoding, from string }{
		"utf-8":              {smallList, "UTF-8", ""},
		"utf-8 mark":         {"\ufeff" + smallList, "UTF-8", ""},
		"utf-16le mark":      {utf16(unicode.LittleEndian, unicode.UseBOM), "UTF-16LE", ""},
		"utf-16le":           {utf16(unicode.LittleEndian, unicode.IgnoreBOM), "UTF-16LE", ""},
		"utf-16be mark":      {utf16(unicode.BigEndian, unicode.UseBOM), "UTF-16BE", ""},
		"utf-16be":           {utf16(unicode.BigEndian, unicode.IgnoreBOM), "UTF-16BE", ""},
		"windows-1258":       {toWindows1258(t, smallList), "Windows-1258", ""},
		"tcvn3 bytes":        {toANSI(t, toTCVN3(smallList)), "Windows-1252", "TCVN3"},
		"vni bytes":          {toANSI(t, toVNI(smallList)), "Windows-1252", "VNI"},
		"tcvn3 in utf-8":     {toTCVN3(smallList), "UTF-8", "TCVN3"},
		"vni in utf-8":       {toVNI(smallList), "UTF-8", "VNI"},
		"utf-8 twice":        {toMojibake(smallList), "UTF-8", "UTF-8/Latin-1"},
		"late, windows-1258": {late(toWindows1258(t, smallList)), "Windows-1258", ""},
		"late, tcvn3":        {late(toANSI(t, toTCVN3(smallList))), "Windows-1252", "TCVN3"},
		"late, utf-8":        {late(smallList), "UTF-8", ""},
	} {
		r, rows := read(t, []byte(c.file))
		if r.Encoding() != c.encoding {
			t.Errorf("%s: read as %s", name, r.Encoding())
		}
		if len(rows) < 4 {
			t.Fatalf("%s: %d rows", name, len(rows))
		}
		rows = rows[len(rows)-4:]
		for i, want := range []string{"Nguyễn Văn Dũng xã Hà Trạng nam", "Trần Thị Ánh phường Lam Phố nữ", "Lê Dũng xã Gò Sỏi nam", "Lò Thị Lớn xã Mường Lặng nữ"} {
			row := rows[i]
			if got := string(row.Contact.Name) + " " + row.Contact.Unit + " " + row.Contact.Sex; got != want || row.Rejected() {
				t.Errorf("%s: %q, want %q %v", name, got, want, row.Errors)
			}
			converted := 0
			for _, w := range row.Warnings {
				if w.Code == survey.CodeEncodingConverted {
					converted++
					if w.Args["from"] != c.from {
						t.Errorf("%s: from %q", name, w.Args["from"])
					}
				}
			}
			if (converted > 0) != (c.from != "") {
				t.Errorf("%s: %d cells were converted", name, converted)
			}
		}
		if !rows[1].Left || !rows[2].OptedOut {
			t.Errorf("%s: the remarks were not understood", name)
		}
		if c.from == "TCVN3" && strings.Contains(rows[0].Cells[1], "ễ") {
			t.Errorf("%s: the cells are not as the file has them: %q", name, rows[0].Cells)
		}
	}
}

// late puts a header and enough rows of ASCII before a list that what tells its
// encoding stands far behind the head of the file.
func late(list string) string {
	return "STT,Ho va ten,Dien thoai,Gioi tinh,Don vi,Ghi chu\n" + strings.Repeat("1,Nguyen Van An,0912345678,,Lam An,\n", 3*sniffed/35) + list
}

// A workbook is Unicode and holds text of fonts all the same.
func TestXLSXFonts(t *testing.T) {
	t.Parallel()
	f := excelize.NewFile()
	for i, cells := range [][]any{
		{"TT", toTCVN3("Họ và tên"), toTCVN3("Điện thoại"), toTCVN3("Đơn vị"), toTCVN3("Ghi chú")},
		{1, toTCVN3("Nguyễn Văn Dũng"), "0912345678", "xã Hà Trạng", ""},
		{2, toTCVN3("Phan Dũng"), "0373456789", "xã Gò Sỏi", ""},
		{3, toTCVN3("Võ Lan"), "0383456789", "phường Lam Phố", toTCVN3("không tham gia")},
	} {
		if err := f.SetSheetRow("Sheet1", "A"+itoa(i+2), &cells); err != nil {
			t.Fatal(err)
		}
	}
	var file bytes.Buffer
	if err := f.Write(&file); err != nil {
		t.Fatal(err)
	}
	r, rows := read(t, file.Bytes())
	check(t, rows,
		"3 Nguyễn Văn Dũng | +84912345678 ?encoding_converted",
		"4 Phan Dũng | +84373456789 ?encoding_converted",
		"5 Võ Lan | +84383456789 ?encoding_converted ?encoding_converted ?opted_out")
	if got := strings.Join(r.Header(), "|"); got != "TT|Họ và tên|Điện thoại|Đơn vị|Ghi chú|sheet" {
		t.Errorf("header %s", got)
	}
	if r.Encoding() != "" {
		t.Errorf("encoding %q", r.Encoding())
	}
}

// Unicode and a font in one column: what has two readings is asked.
func TestMixedColumn(t *testing.T) {
	t.Parallel()
	r, rows := read(t, []byte("Họ tên,SĐT,Đơn vị,CCCD\n"+
		"Nguyễn Văn Xuân,0912345678,xã Hà Trạng,\n"+
		"NguyÔn V¨n Xu©n,0373456789,x· H¶i TriÒn,NguyÔn V¨n\n"+
		"Phan Dòng,0383456789,xã Hà Trạng,\n"+
		"Lê Hùng,0393456789,xã Hòa Khuê,\n"+
		"Y Bh¨m,0353456789,xã Hà Trạng,\n"+
		"Müller,0363456789,xã Hà Trạng,Nguy\ufffdn\n"))
	check(t, rows,
		"2 Nguyễn Văn Xuân | +84912345678",
		"3 Nguyễn Văn Xuân | +84373456789 ?encoding_converted ?encoding_converted",
		"4  | +84383456789 !encoding_unclear",
		"5 Lê Hùng | +84393456789",
		"6  | +84353456789 !legacy_encoding",
		"7 Müller | +84363456789")
	if e := rows[2].Errors[0]; e.Args["value"] != "Phan Dòng" || e.Where != "4:Họ tên" {
		t.Errorf("%v at %s", e.Args, e.Where)
	}
	if e := rows[4].Errors[0]; e.Args["value"] != "Y Bh¨m" || e.Args["encoding"] == "" {
		t.Errorf("%v", e.Args)
	}
	if got := rows[2].Cells[0]; got != "Phan Dòng" {
		t.Errorf("cells %q", got)
	}
	if r.Encoding() != "UTF-8" {
		t.Errorf("encoding %s", r.Encoding())
	}
}

// A few bytes that are no UTF-8 cost their rows, not the file.
func TestSpoiltBytes(t *testing.T) {
	t.Parallel()
	_, rows := read(t, []byte("Họ tên,SĐT,Nhóm,Email\n"+
		"Nguyễn Văn Xuân,0912345678,a,\n"+
		"Nguy\xd4n V\xa8n,0373456789,a,\n"+
		"Trần Sim,0383456789,b\xb9,\n"+
		"Đỗ Lan,0393456789,,lan\xb9@gmail.example\n"))
	check(t, rows,
		"2 Nguyễn Văn Xuân | +84912345678",
		"3  | +84373456789 !legacy_encoding",
		"4 Trần Sim | +84383456789 !legacy_encoding",
		"5 Đỗ Lan | +84393456789 ?email_invalid")
	if got := rows[2].Contact.Attributes["nhom"]; got != "" {
		t.Errorf("kept %q", got)
	}
}

func TestHopelessBytes(t *testing.T) {
	t.Parallel()
	random := make([]byte, 4000)
	for i, x := 0, uint32(1); i < len(random); i++ {
		x = x*1664525 + 1013904223
		random[i] = byte(x>>24) | 1
	}
	for name, file := range map[string]string{
		"random":   string(random),
		"cyrillic": "Name,Phone\n\xcc\xe0\xf0\xe8\xff \xc8\xe2\xe0\xed\xee\xe2\xe0,0912345678\n\xcf\xb8\xf2\xf0 \xcf\xe5\xf2\xf0\xee\xe2,0373456789\n",
		"utf-32":   "H\x00\x00\x00o\x00\x00\x00,\x00\x00\x00",
	} {
		_, err := open(t, []byte(file))
		if code := survey.CodeOf(err); code != survey.CodeLegacyEncoding && !(name == "utf-32" && code == survey.CodeFileFormat) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// scan counts the same whatever the pieces are.
func TestScanPieces(t *testing.T) {
	t.Parallel()
	for shift := range 4 {
		text := strings.Repeat("x", sniffed-2-shift) + strings.Repeat("ễ", sniffed) + "\xff"
		got, err := scan(strings.NewReader(text), int64(len(text)))
		want := census{first: int64(sniffed - 2 - shift), following: 2 * sniffed, invalid: 1}
		if err != nil || got != want {
			t.Errorf("%+v, want %+v, %v", got, want, err)
		}
	}
}

func FuzzOpenEncodings(f *testing.F) {
	f.Add([]byte(toWindows1258(f, smallList)))
	f.Add([]byte(toANSI(f, toTCVN3(smallList))))
	f.Add([]byte(toVNI(smallList)))
	f.Add([]byte("n\x00a\x00m\x00e\x00,\x00p\x00h\x00o\x00n\x00e\x00\n\x00\x00\xd8"))
	f.Add([]byte("name,phone\nNguy\xd4n,1\n\xe1\xbb"))
	f.Fuzz(func(t *testing.T, file []byte) { openAndRead(t, file) })
}

func BenchmarkRowsVietnamese(b *testing.B) {
	var file strings.Builder
	file.WriteString("Họ và tên,Điện thoại,Đơn vị,Ghi chú\n")
	units := unitNames()
	n := 0
	for name := range people {
		n++
		file.WriteString(name + ",0912345678," + units[n%len(units)] + ",\n")
	}
	for _, c := range []struct{ name, file string }{{"unicode", file.String()}, {"tcvn3", toTCVN3(file.String())}} {
		b.Run(c.name, func(b *testing.B) {
			r, err := open(b, []byte(c.file))
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			b.ResetTimer()
			for left := b.N; left > 0; {
				for range r.Rows() {
					if left--; left == 0 {
						break
					}
				}
			}
		})
	}
}
