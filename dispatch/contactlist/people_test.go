package contactlist

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"canvass/dispatch/survey"

	"github.com/xuri/excelize/v2"
)

// A list that begins with people is noticed, and the mapping that is proposed
// reads every one of them.
func TestHeaderAbsent(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file, row, guess string
		people           []string
	}{
		{"Nguyễn Văn Xuân,0912345678\nLê Hà,0373456789\n", "1", "A=name,B=phone",
			[]string{"1 Nguyễn Văn Xuân | +84912345678", "2 Lê Hà | +84373456789"}},
		{"1;Lê Xã;0912345678;xa@gmail.example\n2;Trần Thị Phường;;phuong@gmail.example\n", "1", "B=name,C=phone,D=email",
			[]string{"1 Lê Xã | xa@gmail.example +84912345678", "2 Trần Thị Phường | phuong@gmail.example"}},
		{"Nam,0912345678\nHọ Văn Tên,0373456789\n", "1", "A=name,B=phone",
			[]string{"1 Nam | +84912345678", "2 Họ Văn Tên | +84373456789"}},
		{"1\tNguyễn Văn\tXuân\tnam\t912345678\txã Gò Sỏi\n2\tLê Thị\tHà\tnữ\t373456789\txã Đồi Mít\n", "1", "B=family_name,C=given_name,D=sex,E=phone,F=unit",
			[]string{"1 Nguyễn Văn Xuân | +84912345678 ?phone_zero_restored", "2 Lê Thị Hà | +84373456789 ?phone_zero_restored"}},
		{"ỦY BAN MẶT TRẬN TỈNH LAM XUYÊN,,\nDANH SÁCH CTV,,\n,Lê Hà,0912345678\n,Trần Sim,0912345679 / 0373456789\n", "3", "B=name,C=phone",
			[]string{"3 Lê Hà | +84912345678", "4 Trần Sim | +84912345679 +84373456789 ?phone_several"}},
		// A first row that says little, and one whose number is wrong, are people too.
		{"Lê Hà,,ghi chú\nTrần Sim,09123,\nVõ Lâm,0912345678,\n", "3", "A=name,B=phone",
			[]string{"1 Lê Hà | ?no_endpoint", "2 Trần Sim | !phone_invalid", "3 Võ Lâm | +84912345678"}},
		{"Võ Lâm,0912345678,0373456789\n", "1", "A=name,B=phone,C=phone",
			[]string{"1 Võ Lâm | +84912345678 +84373456789"}},
	} {
		_, err := openWith(t, c.file, Options{})
		if want := "header_absent guess=" + c.guess + "; row=" + c.row; fault(err) != want {
			t.Errorf("%q\n got  %s\n want %s", c.file, fault(err), want)
			continue
		}
		said, err := ParseMapping(c.guess)
		if err != nil {
			t.Fatal(err)
		}
		_, rows := readWith(t, c.file, Options{Columns: said})
		check(t, rows, c.people...)
	}
}

// What nobody said of a list without a header is left out, and told.
func TestHeadlessColumns(t *testing.T) {
	t.Parallel()
	r, rows := readWith(t, "1,Lê Hà,0912345678,Kinh,C1\n2,Trần Sim,0373456789,Thái,C2\n",
		Options{Columns: map[string]Field{"2": FieldName, "C": FieldPhone, "E": FieldAttribute}})
	want := []Omission{{"", "A", UnnamedColumn}, {"", "D", UnnamedColumn}}
	if got := r.Omissions(); !slices.Equal(got, want) {
		t.Errorf("omissions %v", got)
	}
	if got := rows[1].Contact.Attributes; len(got) != 1 || got["cot_5"] != "C2" {
		t.Errorf("attributes %v", got)
	}
	if got := r.Header(); !slices.Equal(got, []string{"Bỏ qua 1", "Họ và tên", "Điện thoại", "Bỏ qua 4", "cot_5"}) {
		t.Errorf("header %q", got)
	}
	if got := rows[0].Contact.Endpoints[0].Label; got != "Điện thoại" {
		t.Errorf("label %q", got)
	}
}

// No row of people is taken for a header, or for the second row of one.
func TestFirstRowIsNeverEaten(t *testing.T) {
	t.Parallel()
	for _, file := range []string{
		"Họ tên,SĐT,Đơn vị\nLê Xã,0912345678,\n",
		"Họ tên,SĐT,Đơn vị\nLê Xã,,xã Gò Sỏi\n",
		"Họ tên,SĐT,,\nTrần Thị Phường,,x,\n",
		"Họ tên,Giới tính,,SĐT\nTrần Thị Phường,x,,\n",
		"Tên,SĐT,Ghi chú,\nNam,,,x\n",
		"Tên,SĐT,Ghi chú,\nNữ,,Ghi chú,x\n",
		"Họ đệm,Tên,SĐT,\nHọ Văn,Tên,,x\n",
		"Họ đệm,Tên,SĐT,\nTrần Thị,Phường,,x\n",
		"Họ tên,SĐT,Đơn vị,\nHọ Văn Tên,,Đơn vị,Mã\n",
		"Họ tên,SĐT,Đơn vị,\nHồ Tên,,,Mã\n",
		"Họ tên,,,SĐT,Xã\n,,x,,\nLê Hà,,,0912345678,\n",
		"STT,Họ tên,SĐT,,\n1,Lê Xã,,Nam,Nữ\n",
		"Họ tên,SĐT,Xã,Lương\nHọ Thị Tên,không có,Phường,\n",
		// the header again, longer, under people
		"Họ tên,SĐT\nLê Hà,\nHọ tên,SĐT\nTrần Sim,0912345678\n",
		"Họ tên,SĐT,\nLê Hà,0912345678,\nHọ tên,SĐT,Email\nTrần Sim,0373456789,sim@gmail.example\n",
	} {
		_, rows := readWith(t, file, Options{})
		first := strings.Split(strings.SplitN(file, "\n", 3)[1], ",")
		if len(rows) == 0 || rows[0].Line > 3 {
			t.Errorf("%q: the first row was eaten (%d rows)", file, len(rows))
			continue
		}
		if rows[0].Line == 2 && !slices.Equal(rows[0].Cells[:len(first)], first) {
			t.Errorf("%q: %q", file, rows[0].Cells)
		}
		if first[0] != "" && rows[0].Line != 2 {
			t.Errorf("%q: begins with line %d", file, rows[0].Line)
		}
	}
}

// Headers of two rows, merged or not.
func TestTwoRowHeaders(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ file, want string }{
		{"STT,Họ và tên,Giới tính,,Liên lạc,\n,,Nam,Nữ,Điện thoại,Email\n1,Lê Hà,,x,0912345678,\n", "ordinal name sex_male sex_female phone email"},
		{"Họ và tên,,SĐT\nHọ đệm,Tên,\nLê,Hà,0912345678\n", "family_name given_name phone"},
		{"Họ tên,Đơn vị,Số\n,công tác,điện thoại\nLê Hà,xã Gò Sỏi,0912345678\n", "name unit phone"},
		{"Họ tên,Điện thoại,\n,(di động),(cơ quan)\nLê Hà,0912345678,02438251234\n", "name phone phone"},
		{"TT,Họ tên,Số ĐT,Kết quả,\n,,,Đợt 1,Đợt 2\n1,Lê Hà,0912345678,x,\n", "ordinal name phone attribute=ket_qua_dot_1 attribute=ket_qua_dot_2"},
	} {
		r, rows := readWith(t, c.file, Options{})
		if got := fieldsOf(t, r); got != c.want {
			t.Errorf("%q\n got  %s\n want %s", c.file, got, c.want)
		}
		if len(rows) != 1 || rows[0].Line != 3 {
			t.Errorf("%q: %d rows", c.file, len(rows))
		}
	}
}

// sheetsOf makes a workbook of sheets, each a list of rows.
func sheetsOf(t *testing.T, sheets ...[][]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	for i, rows := range sheets {
		name := "Sheet" + itoa(i+1)
		if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for k, row := range rows {
			if err := f.SetSheetRow(name, "A"+itoa(k+1), &row); err != nil {
				t.Fatal(err)
			}
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// A sheet that goes on without a header is not passed over; a note with a
// number in it is.
func TestHeaderAbsentOfSheets(t *testing.T) {
	t.Parallel()
	list := [][]any{{"Họ tên", "SĐT"}, {"Lê Hà", "0912345678"}}
	more := [][]any{{"Trần Sim", "0373456789"}, {"Võ Lâm", "0383456789"}, {"Hồ Mai", ""}}
	note := [][]any{{"Gửi về trước ngày 25"}, {"Đầu mối"}, {"Lê Hoa", "0912345678"}, {"Cảm ơn"}}
	if _, err := open(t, sheetsOf(t, list, more)); survey.CodeOf(err) != survey.CodeHeaderAbsent || err.(*survey.Error).Where != "Sheet2" {
		t.Errorf("a sheet of people: %v", err)
	}
	r, err := open(t, sheetsOf(t, list, note))
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Omissions(); !slices.Equal(got, []Omission{{"Sheet2", "", NoHeader}}) {
		t.Errorf("omissions %v", got)
	}
	// By position all sheets are read, with a header or without.
	file := sheetsOf(t, list, more)
	r, err = Open("list", bytes.NewReader(file), int64(len(file)), Options{Columns: map[string]Field{"A": FieldName, "B": FieldPhone}})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var got []string
	for row, err := range r.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, row.Sheet+" "+told(row))
	}
	want := []string{"Sheet1 2 Lê Hà | +84912345678", "Sheet2 1 Trần Sim | +84373456789", "Sheet2 2 Võ Lâm | +84383456789", "Sheet2 3 Hồ Mai | ?no_endpoint"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestMayBeName(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]bool{
		"Lê Hà": true, "Nam": true, "Trần Thị Phường": true, "Họ Văn Tên": true, "N.V. Hải": true, "H'Hen Niê": true, "Moong Thị Quý": true, "Ông Ông Văn Bình": true,
		"Ban Tuyên giáo": false, "UBND xã Gò Sỏi": false, "Hotline": false, "Họ và tên": false, "0912345678": false, "": false, "xã Gò Sỏi": false, "không có": false,
		"Danh sách CTV 2026": false, "a@b.example": false, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM": false,
	} {
		if got := mayBeName(cell); got != want {
			t.Errorf("%q: %v", cell, got)
		}
	}
}
