package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// brokenForm is a workbook with an error of each kind: a row that cannot be
// carried, and a condition that our parser does not take.
func brokenForm(t *testing.T) string {
	t.Helper()
	f := excelize.NewFile()
	if err := f.SetSheetName("Sheet1", "survey"); err != nil {
		t.Fatal(err)
	}
	for i, row := range [][]any{
		{"type", "name", "label", "relevant", "kind"},
		{"geopoint", "vi_tri", "Vị trí", "", "fact"},
		{"text", "ghi", "Ghi thêm gì?", "${chua_co} = 1", "fact"},
		{"time", "gio", "Mấy giờ?", "", "fact"},
	} {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.SetSheetRow("survey", cell, &row); err != nil {
			t.Fatal(err)
		}
	}
	name := filepath.Join(t.TempDir(), "phieu.xlsx")
	var b bytes.Buffer // SaveAs would write of a workbook without macros that it may have some
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// Every finding of a workbook has its cell and its words, and with an error
// nothing is written.
func TestQuestionnaireImportTellsByCell(t *testing.T) {
	t.Parallel()
	file := brokenForm(t)
	out := filepath.Join(filepath.Dir(file), "phieu.yaml")
	for lang, want := range map[string][]string{
		"vi": {"survey!A2: lỗi: Không hỏi vị trí", "survey!D3: lỗi: Điều kiện nói tới", "survey!A4: lưu ý: Loại", "2 lỗi. Chưa có gì được ghi."},
		"en": {"survey!A2: error: Places", "survey!D3: error: The condition", "survey!A4: note: The type", "2 errors. Nothing was written."},
	} {
		var stdout, stderr bytes.Buffer
		a := newApp(nil, &stdout, &stderr, func(name string) string { return map[string]string{"CANVASS_LANG": lang}[name] })
		if code := a.run(context.Background(), []string{"questionnaire", "import", file, "--out", out}); code != exitFailed {
			t.Errorf("exit code %d", code)
		}
		at := 0
		for _, w := range want {
			i := strings.Index(stderr.String()[at:], w)
			if i < 0 {
				t.Fatalf("%s: no %q after %d in\n%s", lang, w, at, stderr.String())
			}
			at += i
		}
		if stdout.Len() > 0 {
			t.Error(stdout.String())
		}
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("a form with errors was written")
	}
}

func TestQuestionnaireImportAsJSON(t *testing.T) {
	t.Parallel()
	var stdout, stderr bytes.Buffer
	a := newApp(nil, &stdout, &stderr, func(string) string { return "" })
	a.run(context.Background(), []string{"questionnaire", "import", "--json", brokenForm(t)})
	var got formRead
	if err := json.Unmarshal(stdout.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	levels := ""
	for _, x := range got.Findings {
		if x.Words == "" || x.Code == "" || !strings.Contains(x.Where, "s") {
			t.Errorf("%+v", x)
		}
		levels += string(x.Level[0])
	}
	if got.Faults != 2 || strings.Count(levels, "f") != 2 || got.YAML != "" {
		t.Errorf("%+v", got)
	}
}
