package main

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestWrapped(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text   string
		indent int
		want   string
	}{
		{"", 2, ""},
		{"  dòng 4: ngắn", 4, "  dòng 4: ngắn"},
		{"  " + strings.Repeat("ngần ", 20), 4, "  " + strings.Repeat("ngần ", 14) + "ngần\n    ngần ngần ngần ngần ngần"},
		{"x " + strings.Repeat("y", 100) + " z", 2, "x\n  " + strings.Repeat("y", 100) + "\n  z"},
	} {
		got := wrapped(c.text, c.indent)
		if got != c.want {
			t.Errorf("%q:\n%s\nwant\n%s", c.text, got, c.want)
		}
		for line := range strings.Lines(got) {
			if utf8.RuneCountInString(strings.TrimSpace(line)) > screen && strings.Contains(strings.TrimSpace(line), " ") {
				t.Errorf("too wide: %q", line)
			}
		}
	}
}

func TestOriginOfAList(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{
		"lists/van-trach.xlsx":             "van-trach",
		"van-trach.loai.csv":               "van-trach",
		"van-trach.rejected.csv":           "van-trach",
		"van-trach.rejected.loai.csv":      "van-trach",
		"van-trach.loai.CSV":               "van-trach",
		"loai.csv":                         "loai",
		"bao-loai.csv":                     "bao-loai",
		".loai.csv":                        ".loai",
		"danh sách tháng 11.2026.xlsx":     "danh sách tháng 11.2026",
		"danh sách tháng 11.2026.loai.csv": "danh sách tháng 11.2026",
	} {
		if got := (importOptions{file: file}).origin(); got != want {
			t.Errorf("%s: %q, want %q", file, got, want)
		}
	}
	if got := (importOptions{file: "a.csv", from: "xã Vân Trạch"}).origin(); got != "xã Vân Trạch" {
		t.Errorf("--source: %q", got)
	}
}
