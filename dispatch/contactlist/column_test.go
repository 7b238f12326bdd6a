package contactlist

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"canvass/dispatch/survey"
)

// cellsOf reads the one column of a file as "place text/field", or the error.
func cellsOf(t *testing.T, file []byte, named string) (string, error) {
	t.Helper()
	r, err := OpenColumn("ds.csv", bytes.NewReader(file), int64(len(file)), named)
	if err != nil {
		return "", err
	}
	var out []string
	for c, err := range r.Cells() {
		if err != nil {
			return "", err
		}
		out = append(out, fmt.Sprintf("%s %s/%s", c.Place(), c.Text, c.Field))
	}
	return strings.Join(out, "; "), nil
}

func TestOneColumnIsFound(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ file, named, want string }{
		"numbers alone":         {"0310000001\n0310000002\n\n0310000003\n", "", "1 0310000001/; 2 0310000002/; 4 0310000003/"},
		"codes alone":           {"MA001\nMA002\n", "", "1 MA001/; 2 MA002/"},
		"codes with blanks":     {"MA 001\nMA 002\n", "", "1 MA 001/; 2 MA 002/"},
		"with a header":         {"Số điện thoại\n0310000001\n-\nkhông có\n", "", "2 0310000001/phone"},
		"title above":           {"DANH SÁCH KHÔNG LIÊN HỆ\n\nMã CTV\nCTV001\nCTV002\n", "", "4 CTV001/code; 5 CTV002/code"},
		"beside names":          {"STT;Họ và tên;E-mail\n1;Lê Hà;ha@thu.example\n2;Trần Nam;\n3;Lý Bé;be@thu.example\n", "", "2 ha@thu.example/email; 4 be@thu.example/email"},
		"without a header":      {"Lê Hà,0310000001\nTrần Nam,0310000002\n", "", "1 0310000001/; 2 0310000002/"},
		"by its name":           {"Mã,Số máy\nCTV001,0310000001\n", "số máy", "2 0310000001/phone"},
		"by its letter":         {"Mã,Số máy\nCTV001,0310000001\n", "A", "2 CTV001/code"},
		"by its number":         {"Lê Hà,0310000001,0310000002\n", "3", "1 0310000002/"},
		"a label of no field":   {"Ai đó,Ghi chú\nCTV001,x\n", "Ai đó", "2 CTV001/"},
		"several in one cell":   {"a@thu.example; b@thu.example\nc@thu.example\n", "", "1 a@thu.example; b@thu.example/; 2 c@thu.example/"},
		"an apostrophe":         {"SĐT\n'0310000001\n", "", "2 0310000001/phone"},
		"UTF-16 of a registry":  {"\xff\xfe" + "0\x003\x001\x000\x000\x000\x000\x000\x000\x001\x00\n\x00", "", "1 0310000001/"},
		"old Macs":              {"0310000001\r0310000002\r", "", "1 0310000001/; 2 0310000002/"},
		"tabs":                  {"stt\tSố\tđiện thoại\n1\tx\t0310000001\n", "", "2 0310000001/phone"},
		"one that has no break": {"0310000001", "", "1 0310000001/"},
	} {
		got, err := cellsOf(t, []byte(c.file), c.named)
		if err != nil || got != c.want {
			t.Errorf("%s: %q, %v; want %q", name, got, err, c.want)
		}
	}
}

// Two columns that it may be are asked about, and so is none.
func TestAnUnclearColumnIsAskedAbout(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file, named string
		code        survey.Code
		columns     string
	}{
		"two labels":     {"Mã CTV,Số điện thoại\nCTV001,0310000001\n", "", survey.CodeColumnUnclear, "Mã CTV, Số điện thoại"},
		"two of numbers": {"0310000001,0310000002\n0310000003,0310000004\n", "", survey.CodeColumnUnclear, "A, B"},
		"no addresses":   {"Lê Hà,xã Vân Trạch\nTrần Nam,xã Gò Sỏi\n", "", survey.CodeColumnUnclear, "A, B"},
		"no such name":   {"Mã CTV,Số điện thoại\nCTV001,0310000001\n", "Zalo", survey.CodeColumnUnclear, "Mã CTV, Số điện thoại"},
		"beyond":         {"0310000001\n", "C", survey.CodeColumnUnclear, ""},
		"empty":          {"", "", survey.CodeFileFormat, ""},
		"blank":          {"\n \n", "", survey.CodeFileFormat, ""},
		"a web page":     {"<html><table>", "", survey.CodeFileFormat, ""},
		"an old .xls":    {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "", survey.CodeFileFormat, ""},
	} {
		_, err := cellsOf(t, []byte(c.file), c.named)
		if survey.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
			continue
		}
		if e := err.(*survey.Error); e.Args["columns"] != c.columns || e.Where != "ds.csv" {
			t.Errorf("%s: %v at %s, want %q", name, e.Args, e.Where, c.columns)
		}
	}
}

func TestTheColumnOfAWorkbook(t *testing.T) {
	t.Parallel()
	book := workbookOf(t, tab{name: "C1", rows: [][]any{{"Danh sách xin thôi nhận"}, {"TT", "SĐT"}, {1, 310000001.0}, {2, "0310000002"}}},
		tab{name: "C2", rows: [][]any{{"E-mail"}, {"ha@thu.example"}}}, tab{name: "Trống"})
	got, err := cellsOf(t, book, "")
	if want := "C1!3 310000001/phone; C1!4 0310000002/phone; C2!2 ha@thu.example/email"; err != nil || got != want {
		t.Errorf("%q, %v; want %q", got, err, want)
	}
	unclear := workbookOf(t, tab{name: "C1", rows: [][]any{{"SĐT"}, {"0310000001"}}}, tab{name: "C2", rows: [][]any{{"Mã", "SĐT"}, {"x", "y"}}})
	if _, err := cellsOf(t, unclear, ""); survey.CodeOf(err) != survey.CodeColumnUnclear || err.(*survey.Error).Args["sheet"] != "C2" {
		t.Errorf("a sheet of two: %v", err)
	}
}

func TestReadAddresses(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{
		"0310 000 001": "+84310000001", "310000001": "+84310000001", "+84 31 000 0001": "+84310000001",
		"Ha@Thu.Example": "Ha@thu.example", "a@thu.example; b@thu.example": "a@thu.example b@thu.example",
		"0310000001 / 0310000002": "+84310000001 +84310000002", "": "", "không có": "",
	} {
		found, bad := ReadAddresses(cell)
		var got []string
		for _, e := range found {
			got = append(got, e.Address)
		}
		if bad != nil || strings.Join(got, " ") != want {
			t.Errorf("%q: %v, %v; want %s", cell, got, bad, want)
		}
	}
	for cell, want := range map[string]survey.Code{"CTV001": survey.CodePhoneInvalid, "ha@": survey.CodeEmailInvalid,
		"a@thu.example; b@": survey.CodeEmailInvalid, "3.1E+08": survey.CodePhoneDigitsLost} {
		if found, bad := ReadAddresses(cell); bad == nil || bad.Code != want || bad.Args["value"] == "" || len(found) > 0 {
			t.Errorf("%q: %v, %v; want %s", cell, found, bad, want)
		}
	}
}

func FuzzOpenColumn(f *testing.F) {
	f.Add([]byte("0310000001\n0310000002\n"), "")
	f.Add([]byte("Mã CTV;SĐT\nCTV001;0310000001\n"), "SĐT")
	f.Add([]byte("\ufeffE-mail\r\na@b.example\r\n"), "A")
	f.Add([]byte("\xff\xfe0\x003\x00"), "1")
	f.Add([]byte("PK\x03\x04"), "")
	f.Fuzz(func(t *testing.T, file []byte, named string) {
		r, err := OpenColumn("x", bytes.NewReader(file), int64(len(file)), named)
		if err != nil {
			if survey.CodeOf(err) == "" {
				t.Errorf("an error without code: %v", err)
			}
			return
		}
		for c, err := range r.Cells() {
			if err != nil {
				return
			}
			if strings.TrimSpace(c.Text) == "" || c.Line < 1 {
				t.Errorf("cell %+v", c)
			}
			if found, bad := ReadAddresses(c.Text); bad != nil && len(found) > 0 {
				t.Errorf("%q is read and refused", c.Text)
			}
		}
	})
}
