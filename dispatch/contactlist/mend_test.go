package contactlist_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"canvass/dispatch/contactlist"
	"canvass/dispatch/survey"
)

const mendable = "Họ và tên,Số máy,Email\nLò Thị Ánh,9.12E+08,anh@hop.example\nVũ Đức Thịnh,0912345671,thinh@@hop.example\nQuàng Văn Són,0912345672,son@hop.example\n"

func openText(t *testing.T, text string, o contactlist.Options) *contactlist.Reader {
	t.Helper()
	r, err := contactlist.Open("ds.csv", strings.NewReader(text), int64(len(text)), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// A cell that a person put right is read in place of the file's, in its place only.
func TestMendedCells(t *testing.T) {
	t.Parallel()
	r := openText(t, mendable, contactlist.Options{Mended: []contactlist.Mend{
		{Line: 2, Column: 1, Value: "0912 345 670"}, {Line: 3, Column: 2, Value: "thinh@hop.example"}, {Line: 99, Column: 1, Value: "x"},
		{Sheet: "khác", Line: 4, Column: 0, Value: "x"}, {Line: 4, Column: 2000, Value: "x"}}})
	if got := r.Places(""); !slices.Equal(got, []int{0, 1, 2}) {
		t.Errorf("places %v", got)
	}
	var said []string
	for row, err := range r.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		if row.Rejected() || len(row.Warnings) > 0 {
			t.Errorf("row %d: %v %v", row.Line, row.Errors, row.Warnings)
		}
		said = append(said, row.Cells...)
		for _, e := range row.Contact.Endpoints {
			said = append(said, e.Address)
		}
	}
	for _, want := range []string{"0912 345 670", "+84912345670", "thinh@hop.example", "son@hop.example", "Quàng Văn Són"} {
		if !slices.Contains(said, want) {
			t.Errorf("%s is not in %q", want, said)
		}
	}
}

// The rejects as a workbook come back with the same cells, and compute nothing.
func TestRejectsBookComesBack(t *testing.T) {
	t.Parallel()
	text := "Họ và tên,Số máy,Ghi chú\n\"=HYPERLINK(\"\"http://x.example\"\",\"\"Lò Thị Ánh\"\")\",12,a <b> & \"\"\"\n+Vũ,12,@SUM(A1)\n"
	r := openText(t, text, contactlist.Options{})
	var b bytes.Buffer
	book := contactlist.NewRejectsBook(&b, r.Header(), func(e *survey.Error) string { return string(e.Code) })
	var want [][]string
	for row, err := range r.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, row.Cells)
		if err := book.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := book.Close(); err != nil {
		t.Fatal(err)
	}
	sheets, _, err := contactlist.OpenSheets(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	for l, err := range sheets[0].Lines() {
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range l.Cells {
			if strings.ContainsAny(c[:min(len(c), 1)], "=+-@") {
				t.Errorf("a spreadsheet computes %q", c)
			}
		}
	}
	again, err := contactlist.Open("ds.xlsx", bytes.NewReader(b.Bytes()), int64(b.Len()), contactlist.Options{})
	if err != nil {
		t.Fatal(err)
	}
	at := 0
	for row, err := range again.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		if at >= len(want) || !slices.Equal(row.Cells[:len(want[at])], want[at]) {
			t.Errorf("row %d came back as %q", at, row.Cells)
		}
		at++
	}
	if at != len(want) {
		t.Errorf("%d of %d rows came back", at, len(want))
	}
}

// A sheet that a person does not want is not read, and is told.
func TestSkippedSheetsAndHeads(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	book := contactlist.NewRejectsBook(&b, []string{"Họ và tên"}, func(*survey.Error) string { return "" })
	if err := book.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := contactlist.Open("ds.xlsx", bytes.NewReader(b.Bytes()), int64(b.Len()), contactlist.Options{Skip: []string{"Sheet1"}})
	if survey.CodeOf(err) != survey.CodeHeaderMissing {
		t.Errorf("nothing to read: %v", err)
	}
	heads, err := contactlist.Heads(strings.NewReader(mendable), int64(len(mendable)), 2)
	if err != nil || len(heads) != 1 || len(heads[0].Lines) != 2 || heads[0].Width != 3 || heads[0].Lines[1].Cells[0] != "Lò Thị Ánh" {
		t.Errorf("%+v, %v", heads, err)
	}
}
