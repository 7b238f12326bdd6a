package contactlist

import (
	"bytes"
	"encoding/csv"
	"io"
	"iter"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"canvass/dispatch/survey"
)

func codeOnly(e *survey.Error) string { return string(e.Code) }

// rejectAll writes every rejected row of a list, reads it back, and compares:
// the same columns, and the same cells in the same order.
func rejectAll(t *testing.T, r *Reader, o Options) {
	t.Helper()
	var want []Row
	var out bytes.Buffer
	rejects := NewRejects(&out, r.Header(), codeOnly)
	for row, err := range r.Rows() {
		if err != nil {
			return // not the whole list
		}
		if row.Rejected() {
			want = append(want, row)
			if err := rejects.Write(row); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := rejects.Close(); err != nil {
		t.Fatal(err)
	}
	if len(want) == 0 {
		return
	}
	o.Lenient = true // what was left out is not in the file
	again, err := Open("rejects", bytes.NewReader(out.Bytes()), int64(out.Len()), o)
	if err != nil {
		t.Fatalf("%v\n%q", err, out.String())
	}
	defer again.Close()
	if got, want := without(again.Header(), again.Header()), without(r.Header(), r.Header()); !slices.Equal(got, want) {
		t.Fatalf("columns %q, want %q\n%q", got, want, out.String())
	}
	i := 0
	for row, err := range again.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		if i == len(want) {
			t.Fatalf("a row too many: %q\n%q", row.Cells, out.String())
		}
		if got, want := without(row.Cells, again.Header()), without(want[i].Cells, r.Header()); !slices.Equal(got, want) {
			t.Fatalf("cells %q, want %q\n%q", got, want, out.String())
		}
		i++
	}
	if i < len(want) {
		t.Fatalf("%d rows came back of %d; lost %q\n%q", i, len(want), want[i].Cells, out.String())
	}
}

// without leaves out the column of reasons.
func without(cells, header []string) []string {
	var out []string
	for i, c := range cells {
		if i >= len(header) || !isReason(header[i]) {
			out = append(out, c)
		}
	}
	return out
}

func TestRejectsComeBack(t *testing.T) {
	t.Parallel()
	for name, file := range map[string]string{
		"formulas":     "Họ tên,SĐT,Nhóm\nLê Hà,09123,=1+1\nTrần Sim,09124,'=1+1\nVõ Lâm,09125,''-x\nHồ Mai,'09126,\"\t@\"\n",
		"excel text":   "Họ tên,SĐT,Nhóm\n\"=\"\"Lê Hà\"\"\",\"=\"\"09123\"\"\",x\n",
		"breaks":       "Họ tên,SĐT,Nhóm\nLê Hà,\"09123\n0912\",\"số 1,\n thôn A, xã B, tỉnh C\"\nTrần Sim,09124,\"a\rb\"\n",
		"too many":     "Họ tên,SĐT,Nhóm\nLê Hà,0912345678,x,y,=z\n",
		"quotes":       "Họ tên,SĐT,Nhóm\nLê Hà,09123,\"\"\"x\"\" y\"\nVõ Lâm,09125, x \n",
		"semicolons":   "Họ tên;SĐT;Nhóm, tổ\nLê Hà;09123;a,b,c\n",
		"reason first": "Lý do chưa nhận / Reason,Họ tên,SĐT\nx,Lê Hà,09123\n",
		"reason mid":   "Họ tên,Lý do chưa nhận / Reason,SĐT\nLê Hà,,09123\nTrần Sim,'=x,09124,thừa\n",
		"labels":       "Họ tên,SĐT,,Nhóm,Nhóm,=Cột,\"Cụm\ncũ\",+1\nLê Hà,09123,a,b,c,d,e,f\n",
		"few cells":    "Họ tên,SĐT,Dân tộc,Nhóm,Số CCCD\n,12,Kinh,x,y\n,09123,,x,\n,1234567890,,,\n",
		"bytes":        "Họ tên,SĐT,Nhóm\nLê Hà,09123,ok\n" + strings.Repeat(",,\n", sniffed) + "Võ Lâm,09125,a\xffb\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := openWith(t, file, Options{})
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for row := range r.Rows() {
				if row.Rejected() {
					n++
				}
			}
			if n == 0 {
				t.Error("nothing was rejected")
			}
			rejectAll(t, r, Options{})
		})
	}
	// Columns by position keep their places, and a list without a header gets one.
	o := Options{Columns: map[string]Field{"B": FieldName, "C": FieldPhone, "E": FieldAttribute}}
	r, rows := readWith(t, "1,Lê Hà,09123,Kinh,a\n2,Trần Sim,0912345678,Kinh,b\n3,Võ Lâm,09125,,\n", o)
	if len(rows) != 3 || !rows[0].Rejected() || rows[1].Rejected() {
		t.Errorf("%d rows", len(rows))
	}
	rejectAll(t, r, o)
	rejectAll(t, r, Options{}) // the header that it gets is understood
}

// writeRejects writes rows, all at once.
func writeRejects(w io.Writer, header []string, rows iter.Seq[Row], words func(*survey.Error) string) error {
	r := NewRejects(w, header, words)
	for row := range rows {
		if err := r.Write(row); err != nil {
			return err
		}
	}
	return r.Close()
}

// What a row said is said again after the way out and in, and mended rows are
// taken.
func TestRejectsSayTheSame(t *testing.T) {
	t.Parallel()
	r, rows := readWith(t, "Họ tên,SĐT,Nhóm\n\"=\"\"Lê Hà\"\"\",'09123,'=x\n'-Trần Sim,O912345678,-y\n", Options{})
	var out bytes.Buffer
	if err := writeRejects(&out, r.Header(), slices.Values(rows), codeOnly); err != nil {
		t.Fatal(err)
	}
	_, again := readWith(t, out.String(), Options{})
	for i, row := range rows {
		if told(row) != told(again[i]) || !maps.Equal(row.Contact.Attributes, again[i].Contact.Attributes) {
			t.Errorf("%s %v\n%s %v", told(row), row.Contact.Attributes, told(again[i]), again[i].Contact.Attributes)
		}
	}
}

func TestDefuse(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"": "", "x": "x", "=x": "'=x", "'=x": "''=x", "''=x": "'''=x", "'0912": "'0912", "'": "'", "-": "'-", "\tx": "'\tx", "@": "'@", "＝x": "'＝x", "\nx": "'\nx", "\x00": "\x00"} {
		got := Defuse(in)
		if got != want || undefuse(got) != in {
			t.Errorf("%q is %q, and back %q", in, got, undefuse(got))
		}
	}
}

func FuzzRejects(f *testing.F) {
	f.Add("=1+1", "09123", "a\nb")
	f.Add("'=x", "\r\n", "\"")
	f.Add("Tổng cộng", "113", ",;\t|")
	f.Add("\x00", "\xff", " ")
	f.Add("I", "1e5", "ngày 1 tháng 2 năm 2026")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		// As a workbook has them: no separators, no quotes, no line breaks to mind.
		rows := []Row{{Cells: []string{kept(a), kept(b), kept(c)}, Errors: []*survey.Error{invalid(survey.CodePhoneInvalid, "", "")}}}
		var out bytes.Buffer
		if err := writeRejects(&out, []string{"Họ tên", "SĐT", "Nhóm"}, slices.Values(rows), codeOnly); err != nil {
			t.Fatal(err)
		}
		r, err := Open("rejects", bytes.NewReader(out.Bytes()), int64(out.Len()), Options{})
		if err != nil {
			if survey.CodeOf(err) == survey.CodeFileFormat || survey.CodeOf(err) == survey.CodeLegacyEncoding {
				return // characters that no list has
			}
			t.Fatalf("%v\n%q", err, out.String())
		}
		defer r.Close()
		for row, err := range r.Rows() {
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(row.Cells[:3], rows[0].Cells) {
				t.Errorf("%q came back as %q", rows[0].Cells, row.Cells)
			}
		}
	})
}

// Whatever a list is made of, its rejected rows come back cell for cell.
func TestRejectsOfRandomLists(t *testing.T) {
	t.Parallel()
	labels := []string{"Họ tên", "Tên", "Họ đệm", "SĐT", "Email", "Dân tộc", "Số CCCD", "Nhóm", "Nhóm", "", "=Cột", "'-x", "a;b", "a|b\tc", "Đơn\nvị", "STT", "Đồng ý", "Ghi chú", reasonHeader, "Giới tính", "Nam", "Nữ", "\ufeffX", "\"x\"", "Bỏ qua"}
	cells := []string{"", "", "Lê Hà", "09123", "912345678", "O912345678", "=1+1", "'=1+1", "''=x", "-", "+84912", "@", "a\nb", "a\r\nb", "a\rb", "số 1,\nthôn A, xã B, huyện C, tỉnh D", "a;b;c;d\ne;f;g;h", "\"", "\"\"x", " x ", "\tx",
		"Tổng cộng", "I", "1", "2", "3", "xác nhận của UBND", "Cụm C1", "Họ tên", "SĐT", "Kinh", "xuan@gmail", "9.12E+08", "ngày 1 tháng 2 năm 2026", "x", "không", "\u00a0", "Nguyễn Văn Xuân", `="0912"`, "N÷"}
	random := rand.New(rand.NewPCG(3, 14))
	lists := 0
	for range 3000 {
		var header []string
		for range 1 + random.IntN(7) {
			header = append(header, labels[random.IntN(len(labels))])
		}
		header[0] = "Họ và tên"
		header = append(header, "Điện thoại")
		random.Shuffle(len(header), func(i, k int) { header[i], header[k] = header[k], header[i] })
		var file bytes.Buffer
		w := csv.NewWriter(&file)
		w.Comma = []rune(",;\t")[random.IntN(3)]
		_ = w.Write(header)
		for range 1 + random.IntN(5) {
			row := make([]string, max(1, len(header)+random.IntN(3)-1))
			for i := range row {
				row[i] = cells[random.IntN(len(cells))]
			}
			_ = w.Write(row)
		}
		w.Flush()
		r, err := openWith(t, file.String(), Options{})
		if err != nil {
			continue // "9.12E+08" under the header, in a list of two columns: nobody can tell
		}
		lists++
		rejectAll(t, r, Options{})
		if t.Failed() {
			t.Fatalf("of %q", file.String())
		}
	}
	if lists < 2500 {
		t.Errorf("only %d lists could be read", lists)
	}
}

// An address on several lines is one cell, however many commas it has.
func TestBreaksInCells(t *testing.T) {
	t.Parallel()
	_, rows := readWith(t, "Họ tên,SĐT,Địa chỉ\nLê Hà,0912345678,\"số 1,\nthôn A, xã B, huyện C, tỉnh D\"\nTrần Sim,0373456789,\n", Options{})
	check(t, rows, "2 Lê Hà | +84912345678", "4 Trần Sim | +84373456789")
}
