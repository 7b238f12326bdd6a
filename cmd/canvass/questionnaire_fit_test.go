package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"canvass/dispatch/appraisal"
	"canvass/templates"
)

// wideForm is a workbook whose questions do not all fit a telephone.
func wideForm(t *testing.T) string {
	t.Helper()
	f := excelize.NewFile()
	if err := f.SetSheetName("Sheet1", "survey"); err != nil {
		t.Fatal(err)
	}
	if _, err := f.NewSheet("choices"); err != nil {
		t.Fatal(err)
	}
	for i, row := range [][]any{
		{"type", "name", "label", "kind"},
		{"integer", "tuoi", "Tuổi của Ông/Bà?", "fact"},
		{"text", "ghi", "Ghi thêm gì?", "own_opinion"},
		{"image", "anh", "Gửi một tấm ảnh?", "fact"},
		{"select_one viec", "viec", "Việc nào cần làm trước?", "own_opinion"},
		{"calculate", "tinh", "", "background"},
	} {
		if i == 5 {
			row = append(row, "1 + 1")
		}
		if i == 0 {
			row = append(row, "calculation")
		}
		if err := f.SetSheetRow("survey", "A"+string(rune('1'+i)), &row); err != nil {
			t.Fatal(err)
		}
	}
	rows := [][]any{{"list_name", "name", "label"}}
	for i, label := range strings.Fields("Đường Chợ Trường Trạm Nước Điện Rác Đất Sông") {
		rows = append(rows, []any{"viec", i + 1, label})
	}
	for i, row := range rows {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.SetSheetRow("choices", cell, &row); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "phieu.xlsx")
	if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// Import tells which questions SMS and calls cannot ask, at their cells, with a remedy.
func TestQuestionnaireImportTellsTheModes(t *testing.T) {
	t.Parallel()
	file := wideForm(t)
	for lang, want := range map[string][]string{
		"vi": {"survey!B3: cách trả lời: câu ghi không hỏi được qua điện thoại: cần câu trả lời bằng chữ", "câu anh không hỏi được qua tin nhắn: cần gửi tệp",
			"câu anh không hỏi được qua điện thoại", "câu viec không hỏi được qua điện thoại: có lựa chọn không bấm được", "Gộp còn nhiều nhất 7 lựa chọn"},
		"en": {"survey!B3: mode: question ghi cannot be asked by", "question anh cannot be asked by", "question viec cannot be asked by", "Bring the options down to 7"},
	} {
		var stdout, stderr bytes.Buffer
		a := newApp(nil, &stdout, &stderr, func(name string) string { return map[string]string{"CANVASS_LANG": lang}[name] })
		if code := a.run(context.Background(), []string{"questionnaire", "import", file}); code != 0 {
			t.Errorf("exit code %d", code)
		}
		for _, w := range want {
			if !strings.Contains(stderr.String(), w) {
				t.Errorf("%s: no %q in\n%s", lang, w, stderr.String())
			}
		}
		for _, never := range []string{"tuoi không hỏi", "tuoi cannot", "tinh không", "tinh cannot"} {
			if strings.Contains(stderr.String(), never) {
				t.Errorf("%s: %q in\n%s", lang, never, stderr.String())
			}
		}
	}
}

// Every reason for which a mode cannot ask a question has its remedy.
func TestEveryUnfitReasonHasARemedy(t *testing.T) {
	t.Parallel()
	for _, why := range appraisal.Whys() {
		if why == appraisal.WhyNotCore || why == appraisal.WhyComputed {
			continue // the author's choice
		}
		for _, lang := range []string{"vi", "en"} {
			if words, ok := templates.Words("mend."+string(why), lang, nil); !ok || words == "" {
				t.Errorf("%s: no mend.%s", lang, why)
			}
		}
	}
}
