package contactlist

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"canvass/dispatch/survey"
)

func TestOpenSheets(t *testing.T) {
	t.Parallel()
	file := workbookOf(t, tab{name: "Một", rows: [][]any{{"a", "b"}, {1}}}, tab{name: "Kín", rows: [][]any{{"x"}}, hidden: true})
	sheets, hidden, err := OpenSheets(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(hidden, []string{"Kín"}) || len(sheets) != 1 {
		t.Errorf("%d sheets, hidden %q", len(sheets), hidden)
	}
	var got []string
	for range 2 { // any number of times
		for l, err := range sheets[0].Lines() {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, strings.Join(l.Cells, ","))
		}
	}
	if !slices.Equal(got, []string{"a,b", "1", "a,b", "1"}) || sheets[0].Name != "Một" {
		t.Errorf("%s %q", sheets[0].Name, got)
	}
	for _, s := range []string{"", "PK", "Họ tên,SĐT\n", "PK\x03\x04..."} {
		if _, _, err := OpenSheets(strings.NewReader(s), int64(len(s))); survey.CodeOf(err) != survey.CodeFileFormat {
			t.Errorf("%q: %v", s, err)
		}
	}
}
