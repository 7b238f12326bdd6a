package results

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"iter"
	"slices"
	"strings"
	"testing"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

func rowsOf(rows ...[]string) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func readBack(t *testing.T, b []byte) [][]string {
	t.Helper()
	text, ok := strings.CutPrefix(string(b), bom)
	if !ok {
		t.Fatal("no byte order mark")
	}
	records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return records
}

func TestWriteCSV(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	err := WriteCSV(&b, []string{"câu", "=header"}, rowsOf([]string{`Ven biển, "C2"`, "=1+1"}, []string{"+84", "-5"}, []string{"@x", "\ttab"},
		[]string{"\rx", "＝1"}, []string{"a=b", "two\nlines"}, []string{"", "é"}))
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"câu", "'=header"}, {`Ven biển, "C2"`, "'=1+1"}, {"'+84", "'-5"}, {"'@x", "'\ttab"}, {"'\rx", "'＝1"}, {"a=b", "two\nlines"}, {"", "é"}}
	if got := readBack(t, b.Bytes()); !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("got %q", got)
	}
}

var errAway = errors.New("away")

// short fails after n bytes.
type short struct{ n int }

func (s *short) Write(p []byte) (int, error) {
	if s.n -= len(p); s.n < 0 {
		return 0, errAway
	}
	return len(p), nil
}

func TestWriteCSVErrors(t *testing.T) {
	t.Parallel()
	broken := func(yield func([]string, error) bool) { yield(nil, errAway) }
	if err := WriteCSV(io.Discard, nil, broken); !errors.Is(err, errAway) {
		t.Errorf("rows: %v", err)
	}
	big := strings.Repeat("x", 10_000)
	for _, n := range []int{0, 5, 12_000} {
		if err := WriteCSV(&short{n}, []string{"a"}, rowsOf([]string{big}, []string{big})); !errors.Is(err, errAway) {
			t.Errorf("writer of %d bytes: %v", n, err)
		}
	}
}

func dataset() Dataset {
	return Dataset{
		Questions: []Question{
			{Name: "intro", Type: Note},
			{Name: "huong", Type: Single, Kind: survey.OwnOpinion, Label: map[survey.Lang]string{survey.Vietnamese: "Hướng", survey.English: "Direction"}, Options: options("1", "2")},
			{Name: "chuyen_ban", Type: Multiple, Kind: survey.WhatIHear, Options: options("1", "2", "3")},
			{Name: "y_kien", Type: Text, Kind: survey.OwnOpinion},
		},
		Words: map[string]map[survey.Lang]string{"weight": {survey.Vietnamese: "Trọng số gốc", survey.English: "Base weight"},
			string(survey.MissingDontKnow): {survey.Vietnamese: "Khó nói"}},
	}
}

func TestDataset(t *testing.T) {
	t.Parallel()
	d := dataset()
	header := d.Header()
	want := []string{"response", "stratum", "weight", "mode", "huong", "huong_missing",
		"chuyen_ban", "chuyen_ban_missing", "chuyen_ban.1", "chuyen_ban.2", "chuyen_ban.3", "y_kien", "y_kien_missing"}
	if !slices.Equal(header, want) {
		t.Errorf("header %v", header)
	}
	r := view.Response{ID: "r1", Stratum: "C2", Weight: 2.5, Mode: survey.Web, Answers: survey.Answers{
		"huong": {Missing: survey.MissingDontKnow}, "chuyen_ban": {Value: "1 3"}, "y_kien": {Value: "my neighbour Sim said"}}}
	got := d.Record(r)
	if want := []string{"r1", "C2", "2.5", "web", "", "dont_know", "1 3", "", "1", "0", "1", "1", ""}; !slices.Equal(got, want) {
		t.Errorf("record %v", got)
	}
	d.FreeText = true
	if got := d.Record(r); got[11] != "my neighbour Sim said" {
		t.Errorf("free text %v", got)
	}
	empty := d.Record(view.Response{})
	if len(empty) != len(header) || empty[5] != "not_reached" || empty[8] != "" {
		t.Errorf("empty %v", empty)
	}
}

func TestCodebookExplainsEveryColumn(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := WriteCodebook(&b, dataset()); err != nil {
		t.Fatal(err)
	}
	records := readBack(t, b.Bytes())
	named := map[string]bool{}
	for _, r := range records[1:] {
		named[r[0]] = true
	}
	for _, column := range dataset().Header() {
		if !named[column] {
			t.Errorf("%s is not in the codebook", column)
		}
	}
	for _, want := range [][]string{
		{"weight", "number", "design", "", "", "Trọng số gốc", "Base weight"},
		{"huong", "single", "own_opinion", "think", "", "Hướng", "Direction"},
		{"huong", "single", "own_opinion", "think", "1", "Lựa chọn 1", ""},
		{"huong_missing", "single", "own_opinion", "think", "dont_know", "Khó nói", ""},
		{"chuyen_ban.2", "multiple", "what_i_hear", "named_by", "0 1", "Lựa chọn 2", ""},
	} {
		if !slices.ContainsFunc(records, func(r []string) bool { return slices.Equal(r, want) }) {
			t.Errorf("no line %q", want)
		}
	}
}

func FuzzDefuse(f *testing.F) {
	for _, s := range []string{"", "=1", "＋1", "a", "\xff=", "'=", "-5", "\n="} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		got := Defuse(cell)
		if strings.TrimPrefix(got, "'") != cell && got != cell {
			t.Fatalf("%q became %q", cell, got)
		}
		if got != "" && strings.ContainsRune("=+-@\t\r\n", rune(got[0])) {
			t.Fatalf("%q is still a formula", got)
		}
	})
}

// Files are counted by how many there are; their ids are the value.
func TestFilesAreCounted(t *testing.T) {
	t.Parallel()
	q := Question{Name: "anh", Kind: survey.Fact, Type: Attachment, Label: map[survey.Lang]string{survey.Vietnamese: "Ảnh"}}
	response := func(value survey.AnswerText, m survey.Missing) view.Response {
		return view.Response{ID: "r", Weight: 1, Answers: survey.Answers{"anh": {Value: value, Missing: m}}}
	}
	all := []view.Response{response("jpeg-9-aaaaaaaaaaaaaaaa png-8-bbbbbbbbbbbbbbbb", ""), response("pdf-9-cccccccccccccccc", ""), response("", survey.MissingSkipped)}
	table := Tabulate(q, RowsOf("anh", all))
	if len(table.Lines) != 2 || table.Lines[0].Code != "1" || table.Lines[1].Code != "2" || table.Lines[1].Unlisted || table.Base.N != 2 {
		t.Errorf("%+v", table)
	}
	d := Dataset{Questions: []Question{q}}
	if got := d.Header()[4:]; !slices.Equal(got, []string{"anh", "anh_missing", "anh_files"}) {
		t.Errorf("columns %q", got)
	}
	for i, want := range [][]string{{"jpeg-9-aaaaaaaaaaaaaaaa png-8-bbbbbbbbbbbbbbbb", "", "2"}, {"pdf-9-cccccccccccccccc", "", "1"}, {"", "skipped", ""}} {
		if got := d.Record(all[i])[4:]; !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
	var b bytes.Buffer
	if err := WriteCodebook(&b, d); err != nil || !strings.Contains(b.String(), "anh_files,attachment,fact,report,0…,Ảnh,") {
		t.Errorf("%v %s", err, b.String())
	}
}
