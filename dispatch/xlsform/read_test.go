package xlsform

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"canvass/dispatch/contactlist"
	"canvass/dispatch/instrument"
)

var update = flag.Bool("update", false, "write the golden files anew")

// tab is a sheet of a workbook, row by row.
type tab struct {
	name string
	rows [][]string
}

// workbook writes sheets as Excel would keep them.
func workbook(t testing.TB, tabs ...tab) []byte {
	t.Helper()
	f := excelize.NewFile()
	for _, s := range tabs {
		if _, err := f.NewSheet(s.name); err != nil {
			t.Fatal(err)
		}
		for i, row := range s.rows {
			for j, c := range row {
				if c == "" {
					continue
				}
				if err := f.SetCellStr(s.name, letters(j+1)+itoa(i+1), c); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if err := f.DeleteSheet("Sheet1"); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// rows reads "type | name | label" line by line; "·" is an empty cell.
func rows(s string) [][]string {
	var out [][]string
	for line := range strings.Lines(strings.TrimSpace(s)) {
		var row []string
		for c := range strings.SplitSeq(line, "¦") {
			row = append(row, strings.TrimSpace(c))
		}
		out = append(out, row)
	}
	return out
}

func read(t testing.TB, file []byte) *Form {
	t.Helper()
	f, err := Read("phieu.xlsx", bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	if _, errs := instrument.Parse("phieu.yaml", f.Source); len(errs) > 0 && f.Faults() == 0 {
		t.Errorf("what was read without a fault cannot be parsed: %v %v", errs[0], errs[0].Args)
	}
	return f
}

// told is the findings, one a line.
func (f *Form) told() string {
	var b strings.Builder
	for _, x := range f.Findings {
		b.WriteString(string(x.Level) + " " + x.Error.Error())
		for _, also := range x.Also {
			b.WriteString(" " + also)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// golden compares with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs:\n%s", name, got)
	}
}

// The plainest form there is: one language, no settings.
func TestPlainForm(t *testing.T) {
	t.Parallel()
	f := read(t, workbook(t,
		tab{"survey", rows(`
type ¦ name ¦ label ¦ hint ¦ constraint ¦ relevant
note ¦ chao ¦ Xin chào Ông/Bà.
select_one co_khong ¦ mua ¦ Tuần qua, Ông/Bà có đi chợ không? ¦ Kể cả mua qua mạng
integer ¦ so_lan ¦ Mấy lần? ¦ ¦ . >= 1 and . <= 7 ¦ ${mua} = 'co'
¦
text ¦ ghi_them ¦ Ông/Bà muốn ghi thêm gì không? ¦ ¦ string-length(.) <= 160`)},
		tab{"choices", rows(`
list_name ¦ name ¦ label
co_khong ¦ co ¦ Có
co_khong ¦ khong ¦ Không`)}))
	golden(t, "plain.yaml", string(f.Source))
	golden(t, "plain.txt", f.told())
	q, errs := f.Parse()
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	n, _ := q.Question("so_lan")
	if n.Min != 1 || n.Max != 7 || n.Relevant.String() != "${mua} = 'co'" {
		t.Errorf("%+v", n)
	}
}

// sheetOf is a sheet that was loaded.
func sheetOf(name string, rows [][]string) sheet {
	s := sheet{name: name}
	for i, row := range rows {
		s.rows = append(s.rows, contactlist.Line{Number: i + 1, Cells: row})
	}
	return s
}

// A form of 1,000 questions with lists of 1,000 choices.
func BenchmarkRead(b *testing.B) {
	survey := [][]string{{"type", "name", "label::Tiếng Việt (vi)", "label::English (en)", "relevant", "constraint", "choice_filter", "kind"}}
	for i := range 1000 {
		n := itoa(i)
		row := []string{"select_one xa", "cau_" + n, "Câu hỏi thứ " + n + " về đời sống?", "Question " + n + "?", "", "", "tinh = ${cau_0}", "fact"}
		switch {
		case i == 0:
			row[6] = ""
		case i%3 == 1:
			row[0], row[4], row[5], row[6] = "integer", "${cau_0} = 'xã_7' or selected(${cau_0}, 'xã_8')", ". >= 0 and . <= 99", ""
		case i%3 == 2:
			row[0], row[6] = "text", ""
		}
		survey = append(survey, row)
	}
	choices := [][]string{{"list_name", "name", "label::Tiếng Việt (vi)", "label::English (en)", "tinh"}}
	for i := range 1000 {
		n := itoa(i)
		choices = append(choices, []string{"xa", "xã_" + n, "Xã số " + n, "Commune " + n, "xã_" + itoa(i%20)})
	}
	file := workbook(b, tab{"survey", survey}, tab{"choices", choices})
	for b.Loop() {
		f := read(b, file)
		if n := bytes.Count(f.Source, []byte("- name: ")); n != 1000 || f.Faults() > 0 {
			b.Fatalf("%d questions, %s", n, f.told())
		}
	}
}
