package xlsform

import (
	"bytes"
	"strings"
	"testing"
)

// XLSForm knows an order by lot of choices only; that of a group is a column of ours.
// Where it cannot hold, that is told by cell.
func TestRandomGroupsOfAWorkbook(t *testing.T) {
	t.Parallel()
	head := []string{"type", "name", "label", "relevant", "appearance", "random", "parameters"}
	choices := tab{"choices", [][]string{{"list_name", "name", "label"}, {"ck", "1", "Có"}, {"ck", "2", "Không"}}}
	form := func(begin []string, second ...string) *Form {
		t.Helper()
		return only(t, workbook(t, tab{"survey", [][]string{head, begin, {"select_one ck", "k_a", "A"}, append([]string{"select_one ck", "k_b", "B"}, second...),
			{"end_group"}, {"select_multiple ck", "nhieu", "Nhiều", "", "", "yes"}}}, choices))
	}
	f := form([]string{"begin_group", "k", "Khối", "", "", "yes"})
	q, errs := f.Parse()
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	if a, _ := q.Question("k_a"); a.Block != "k" {
		t.Errorf("%+v\n%s", a, f.Source)
	}
	if many, _ := q.Question("nhieu"); !many.Random {
		t.Errorf("the column says nothing of a question\n%s", f.Source)
	}
	if told := f.told(); strings.Contains(told, "random") {
		t.Errorf("told although it holds:\n%s", told)
	}
	f = form([]string{"begin_group", "k", "Khối", "", "table-list", ""}, "${k_a} = '1'")
	if q, errs = f.Parse(); len(errs) > 0 {
		t.Fatalf("%v\n%s", errs, f.Source)
	}
	if b, _ := q.Question("k_b"); b.Matrix != "k" || b.RandomRows || b.Relevant.String() != "${k_a} = '1'" {
		t.Errorf("%+v\n%s", b, f.Source)
	}
	f = form([]string{"begin_group", "k", "Khối", "", "table-list", "yes"})
	if q, errs = f.Parse(); len(errs) > 0 || strings.Contains(f.told(), "random") {
		t.Fatalf("%v\n%s", errs, f.told())
	}
	if a, _ := q.Question("k_a"); a.Matrix != "k" || !a.RandomRows || a.Random {
		t.Errorf("%+v\n%s", a, f.Source)
	}
	for _, c := range []struct {
		begin []string
		told  string
	}{
		{[]string{"begin_group", "k", "Khối", "", "", "", "randomize=true"}, "form_left_out at survey!G2"},
		{[]string{"begin_group", "k", "Khối", "", "", "maybe"}, "form_condition"},
	} {
		if told := form(c.begin).told(); !strings.Contains(told, c.told) {
			t.Errorf("%v: no %q in\n%s", c.begin, c.told, told)
		}
	}
	_, errs = form([]string{"begin_group", "k", "Khối", "", "", "yes"}, "${k_a} = '1'").Parse()
	if len(errs) != 1 || errs[0].Code != "expression_random" || !strings.Contains(errs[0].Where, "survey!D4") {
		t.Errorf("%v", errs)
	}
}

// only reads a form that need not be right.
func only(t *testing.T, file []byte) *Form {
	t.Helper()
	f, err := Read("phieu.xlsx", bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	return f
}
