package contactlist

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"

	"canvass/dispatch/survey"
)

// openWith opens a CSV file in memory with options.
func openWith(t testing.TB, file string, o Options) (*Reader, error) {
	t.Helper()
	r, err := Open("list", strings.NewReader(file), int64(len(file)), o)
	if err == nil {
		t.Cleanup(func() { _ = r.Close() })
	}
	return r, err
}

// readWith returns all rows of a CSV file that must be readable with options.
func readWith(t testing.TB, file string, o Options) (*Reader, []Row) {
	t.Helper()
	r, err := openWith(t, file, o)
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

// fault renders an error as "code key=value; key=value".
func fault(err error) string {
	e, ok := err.(*survey.Error)
	if !ok {
		return ""
	}
	var args []string
	for _, k := range slices.Sorted(maps.Keys(e.Args)) {
		args = append(args, k+"="+e.Args[k])
	}
	return strings.TrimSpace(string(e.Code) + " " + strings.Join(args, "; "))
}

func TestParseMapping(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   string
		want map[string]Field
	}{
		{"", map[string]Field{}},
		{" , ;\n", map[string]Field{}},
		{"Cột A=name,Số máy=phone", map[string]Field{"Cột A": FieldName, "Số máy": FieldPhone}},
		{" B = name ; 3 = PHONE\nAB=ignore", map[string]Field{"B": FieldName, "3": FieldPhone, "AB": FieldIgnore}},
		{"Họ, chữ đệm, tên=name,SĐT=phone", map[string]Field{"Họ, chữ đệm, tên": FieldName, "SĐT": FieldPhone}},
		{"a=b=email", map[string]Field{"a=b": FieldEmail}},
		{"Máy=điện thoại,Nơi=Đơn vị,Phụ=bỏ qua", map[string]Field{"Máy": FieldPhone, "Nơi": FieldUnit, "Phụ": FieldIgnore}},
		{"A=name,A=name", map[string]Field{"A": FieldName}},
		{"X=consent_sms,Y=attribute", map[string]Field{"X": FieldConsentSMS, "Y": FieldAttribute}},
	} {
		got, err := ParseMapping(c.in)
		if err != nil || !maps.Equal(got, c.want) {
			t.Errorf("%q gave %v, %v; want %v", c.in, got, err, c.want)
		}
	}
	for in, want := range map[string]string{
		"Máy":            "mapping_invalid name=Máy; problem=…=…",
		"A=name,Máy":     "mapping_invalid name=Máy; problem=…=…",
		"=name":          "mapping_invalid name==name; problem=…=…",
		"A=name,A=phone": "mapping_invalid name=A=phone; problem=…=…",
		"A=sex_male":     "mapping_invalid fields=name, family_name, given_name, phone, email, unit, code, title, sex, birth, language, zone, note, consent, consent_email, consent_sms, consent_call, ignore, attribute; name=A=sex_male",
	} {
		if _, err := ParseMapping(in); fault(err) != want {
			t.Errorf("%q: %s", in, fault(err))
		}
	}
}

func FuzzParseMapping(f *testing.F) {
	for _, s := range []string{"Cột A=name,Số máy=phone", "=,=", "a=b=c", "A=name;B", "\xff=name", "x=\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		said, err := ParseMapping(text)
		if err != nil {
			if survey.CodeOf(err) != survey.CodeMappingInvalid {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		for key, field := range said {
			if key == "" || !slices.Contains(Fields(), field) {
				t.Errorf("%q: %q=%q", text, key, field)
			}
		}
	})
}

func TestPlaces(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]int{"A": 0, "b": 1, "Z": 25, "AA": 26, "AB": 27, "1": 0, " 3 ": 2, "1024": 1023, "": -1, "0": -1, "-1": -1, "1025": -1, "A1": -1, "Ộ": -1, "ZZZZ": -1, "Số máy": -1} {
		if got := parsePlace(key); got != want {
			t.Errorf("%q is %d, want %d", key, got, want)
		}
	}
	for i := range maxColumns {
		if got := parsePlace(placeName(i)); got != i {
			t.Fatalf("column %d is %s, which is read as %d", i, placeName(i), got)
		}
	}
}

// fieldsOf renders what the columns of a CSV file are taken for.
func fieldsOf(t *testing.T, r *Reader) string {
	t.Helper()
	m, ok := r.Mapping("")
	if !ok {
		t.Error("no mapping")
	}
	return fields(m)
}

func TestColumnsSaid(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ file, mapping, want, rows string }{
		// over the guess, and beside it
		{"Họ tên,SĐT,Cụm\nLê Hà,0912345678,C1\n", "Cụm=unit", "name phone unit", "2 Lê Hà | +84912345678"},
		{"Họ tên,SĐT,Cụm\nLê Hà,0912345678,C1\n", "  CUM =unit", "name phone unit", "2 Lê Hà | +84912345678"},
		{"Họ tên,SĐT,Cụm\nLê Hà,0912345678,C1\n", "C=ignore", "name phone ignore", "2 Lê Hà | +84912345678"},
		{"Họ tên,SĐT,Zalo\nLê Hà,0912345678,x\n", "3=attribute", "name phone attribute=zalo", "2 Lê Hà | +84912345678"},
		{"Họ tên,SĐT,Tên\nLê Hà,0912345678,Hà Lê\n", "Tên=name", "attribute=ho_ten phone name", "2 Hà Lê | +84912345678"},
		{"Họ tên,SĐT,X,Y\nLê Hà,0912345678,Lê Thị,Hà\n", "X=family_name,Y=given_name", "attribute=ho_ten phone family_name given_name", "2 Lê Thị Hà | +84912345678"},
		// a header that only the mapping makes one
		{"Danh sách,\nCột A,Số máy tính\nLê Hà,0912345678\n", "Cột A=name,Số máy tính=phone", "name phone", "3 Lê Hà | +84912345678"},
		{"Ai;Gọi\nLê Hà;0912345678\n", "Ai=name,Gọi=phone", "name phone", "2 Lê Hà | +84912345678"},
		// a label wins over a position
		{"Họ tên,C,SĐT\nLê Hà,xã Gò Sỏi,0912345678\n", "C=unit", "name unit phone", "2 Lê Hà | +84912345678"},
		// a column without a label
		{"Họ tên,,Ghi chú\nLê Hà,0912345678,x\n", "B=phone", "name phone note=ghi_chu", "2 Lê Hà | +84912345678"},
		// "DT" is what the person says
		{"Họ tên,SĐT,DT\nLê Hà,0912345678,0373456789\n", "DT=phone", "name phone phone", "2 Lê Hà | +84912345678 +84373456789"},
		// two phones of one label
		{"Họ tên,Gọi,Gọi\nLê Hà,0912345678,0373456789\n", "Gọi=phone", "name phone phone", "2 Lê Hà | +84912345678 +84373456789"},
	} {
		said, err := ParseMapping(c.mapping)
		if err != nil {
			t.Fatal(err)
		}
		r, rows := readWith(t, c.file, Options{Columns: said})
		if got := fieldsOf(t, r); got != c.want {
			t.Errorf("%q with %s: %s, want %s", c.file, c.mapping, got, c.want)
		}
		check(t, rows, c.rows)
	}
}

func TestColumnsSaidWrongly(t *testing.T) {
	t.Parallel()
	const file = "Họ tên,SĐT,Dân tộc,Cụm\nLê Hà,0912345678,Kinh,C1\n"
	for _, c := range []struct {
		o    Options
		want string
	}{
		{Options{Columns: map[string]Field{"Số máy": FieldPhone}}, "mapping_invalid name=Số máy; problem=Họ tên, SĐT, Dân tộc, Cụm"},
		{Options{Columns: map[string]Field{"H": FieldPhone}}, "mapping_invalid name=H; problem=Họ tên, SĐT, Dân tộc, Cụm"},
		{Options{Columns: map[string]Field{"Cụm": "cluster"}}, "mapping_invalid fields=" + strings.Join(names(Fields()), ", ") + "; name=Cụm=cluster"},
		{Options{Columns: map[string]Field{"Cụm": FieldName, "A": FieldName}}, "mapping_invalid name=Cụm; problem=A=name"},
		{Options{Columns: map[string]Field{"Dân tộc": FieldAttribute}}, "sensitive_needs_reason name=Dân tộc"},
		{Options{Take: []string{"Tôn giáo"}}, "mapping_invalid name=Tôn giáo; problem=Họ tên, SĐT, Dân tộc, Cụm"},
	} {
		_, err := openWith(t, file, c.o)
		if got := fault(err); got != c.want {
			t.Errorf("%+v\n got  %s\n want %s", c.o, got, c.want)
		}
		c.o.Lenient = true
		if r, err := openWith(t, file, c.o); c.o.Columns["Cụm"] != "cluster" && c.o.Take == nil {
			if err != nil {
				t.Errorf("%+v: %v", c.o, err)
			} else if m, _ := r.Mapping(""); m.Columns[2].Field != FieldSensitive {
				t.Errorf("%+v: a remembered mapping opened a sensitive column", c.o)
			}
		} else if fault(err) != c.want {
			t.Errorf("%+v, remembered: %s", c.o, fault(err)) // what is asked for now is never passed over
		}
	}
}

func names(fields []Field) []string {
	var out []string
	for _, f := range fields {
		out = append(out, string(f))
	}
	return out
}

func TestSensitiveColumnsTaken(t *testing.T) {
	t.Parallel()
	const file = "Họ tên,SĐT,Dân tộc,Số CCCD,Đảng viên\nLê Hà,0912345678,Kinh,001078012345,x\n"
	r, rows := readWith(t, file, Options{Take: []string{" dân  tộc"}})
	if got := rows[0].Contact.Attributes; !maps.Equal(got, map[string]string{"dan_toc": "Kinh"}) {
		t.Errorf("attributes %v", got)
	}
	want := []Omission{{"", "Số CCCD", SensitiveColumn}, {"", "Đảng viên", SensitiveColumn}}
	if got := r.Omissions(); !slices.Equal(got, want) {
		t.Errorf("omissions %v", got)
	}
	if m, _ := r.Mapping(""); !m.Columns[2].Sensitive || m.Columns[0].Sensitive {
		t.Errorf("the mapping does not tell what was taken: %+v", m.Columns)
	}
	if got := rows[0].Cells; !slices.Equal(got, []string{"Lê Hà", "0912345678", "Kinh"}) {
		t.Errorf("cells %q", got)
	}
	// Asked for and mapped, it is what it is said to be.
	_, rows = readWith(t, file, Options{Take: []string{"Số CCCD"}, Columns: map[string]Field{"Số CCCD": FieldCode, "Dân tộc": FieldIgnore}})
	if rows[0].Contact.Code != "001078012345" || len(rows[0].Contact.Attributes) != 0 {
		t.Errorf("code %q, attributes %v", rows[0].Contact.Code, rows[0].Contact.Attributes)
	}
}

func TestMappingIsShown(t *testing.T) {
	t.Parallel()
	r, _ := readWith(t, "Họ và tên,Điện thaoi,Khóm,Tổ,ĐT\nLê Hà,0912345678,2,3,\n", Options{Columns: map[string]Field{"Khóm": FieldUnit}})
	if got := r.Sheets(); !slices.Equal(got, []string{""}) {
		t.Errorf("sheets %q", got)
	}
	m, _ := r.Mapping("")
	want := []Column{
		{Index: 0, Label: "Họ và tên", Field: FieldName, Score: 3},
		{Index: 1, Label: "Điện thaoi", Field: FieldPhone, Score: 1},
		{Index: 2, Label: "Khóm", Field: FieldUnit, Score: 4, Said: true},
		{Index: 3, Label: "Tổ", Field: FieldAttribute, Key: "to"},
		{Index: 4, Label: "ĐT", Field: FieldPhone, Score: 1},
	}
	if !slices.Equal(m.Columns, want) {
		t.Errorf("got %+v", m.Columns)
	}
	book, err := open(t, office(t))
	if err != nil {
		t.Fatal(err)
	}
	if got := book.Sheets(); !slices.Equal(got, []string{"Cụm C1", "Cụm C6"}) {
		t.Errorf("sheets %q", got)
	}
}

// A mapping by position holds in every sheet, one by label where the label is.
func TestColumnsSaidOfWorkbook(t *testing.T) {
	t.Parallel()
	file := office(t)
	r, err := Open("list", bytes.NewReader(file), int64(len(file)), Options{Columns: map[string]Field{"Mã CTV": FieldAttribute, "liên lạc - điện thoại": FieldIgnore}})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	first, _ := r.Mapping("Cụm C1")
	second, _ := r.Mapping("Cụm C6")
	if first.Columns[5].Field != FieldIgnore || fields(second) != "name phone attribute=ma_ctv" {
		t.Errorf("%s; %s", fields(first), fields(second))
	}
}

func FuzzOpenWithOptions(f *testing.F) {
	f.Add([]byte("Họ tên,SĐT,Dân tộc\nLê Hà,0912345678,Kinh\n"), "Dân tộc=attribute", "Dân tộc", true)
	f.Add([]byte("Lê Hà;0912345678\nTrần Sim;0373456789\n"), "A=name,B=phone", "", false)
	f.Add([]byte("Ai,Gọi,\nLê Hà,0912345678,x\n"), "Ai=name,Gọi=phone,C=consent", "", false)
	f.Add([]byte("Họ tên,SĐT\n,\n"), "A=ignore,B=name", "SĐT", true)
	f.Fuzz(func(t *testing.T, file []byte, mapping, take string, lenient bool) {
		said, err := ParseMapping(mapping)
		if err != nil {
			return
		}
		o := Options{Columns: said, Lenient: lenient}
		if take != "" {
			o.Take = []string{take}
		}
		r, err := Open("list", bytes.NewReader(file), int64(len(file)), o)
		if err != nil {
			if survey.CodeOf(err) == "" {
				t.Errorf("an error without code: %v", err)
			}
			return
		}
		defer r.Close()
		rejectAll(t, r, o)
	})
}
