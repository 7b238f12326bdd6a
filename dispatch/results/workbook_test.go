package results

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

func eachRow(rows ...[]string) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// A workbook opens, with what was put in; a formula is a text, a number a number.
func TestWorkbook(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	err := WriteWorkbook(&b, []Sheet{{"Trả lời", []string{"response", "q"}, eachRow([]string{"=1+1", "3"}, []string{"<b>&\x01", "007"}, []string{"_x0041_", "-2.5"})},
		{"a/b [c]: *? quá ba mươi mốt ký tự một chút", []string{"x"}, eachRow()}})
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	got, err := f.GetRows("Trả lời")
	want := [][]string{{"response", "q"}, {"'=1+1", "3"}, {"<b>&\ufffd", "007"}, {"_x0041_", "-2.5"}}
	if err != nil || !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("%q, %v; want %q", got, err, want)
	}
	if kind, _ := f.GetCellType("Trả lời", "B2"); kind == excelize.CellTypeInlineString {
		t.Error("a number is a text")
	}
	if formula, _ := f.GetCellFormula("Trả lời", "A2"); formula != "" {
		t.Errorf("a formula %q", formula)
	}
	if names := f.GetSheetList(); len(names) != 2 || strings.ContainsAny(names[1], `[]:*?/\`) || len([]rune(names[1])) > 31 {
		t.Errorf("sheets %q", names)
	}
}

func TestAWorkbookThatFails(t *testing.T) {
	t.Parallel()
	bad := errors.New("bad")
	rows := func(yield func([]string, error) bool) { yield(nil, bad) }
	if err := WriteWorkbook(io.Discard, []Sheet{{"x", nil, rows}}); !errors.Is(err, bad) {
		t.Error(err)
	}
}

// Whatever is in a cell, the file opens and says it, but for what no file can hold.
func FuzzWorkbook(f *testing.F) {
	for _, s := range []string{"a", "=cmd|' /C calc'!A0", "<", "\x00\xff", "1e5", "-0", "１", "]]>", " "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		var b bytes.Buffer
		if err := WriteWorkbook(&b, []Sheet{{"x", []string{"h"}, eachRow([]string{cell, "z"})}}); err != nil {
			t.Fatal(err)
		}
		g, err := excelize.OpenReader(&b)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := g.GetRows("x")
		if err != nil || len(rows) != 2 || len(rows[1]) != 2 || rows[1][1] != "z" {
			t.Fatalf("%q is %q, %v", cell, rows, err)
		}
		if formula, _ := g.GetCellFormula("x", "A2"); formula != "" {
			t.Fatalf("%q is the formula %q", cell, formula)
		}
	})
}
