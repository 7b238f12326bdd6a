package xlsform

import (
	"bytes"
	"strings"
	"testing"

	"canvass/dispatch/instrument"
)

func FuzzRead(f *testing.F) {
	f.Add(everything(f))
	f.Add(workbook(f, tab{"survey", rows("type ¦ name ¦ label\ntext ¦ a ¦ A")}))
	f.Add(workbook(f, tab{"survey", rows("type ¦ name\nend group ¦\nbegin repeat ¦ a\nbegin group ¦")}))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, file []byte) {
		form, err := Read("f.xlsx", bytes.NewReader(file), int64(len(file)))
		if err == nil {
			whole(t, form)
		}
	})
}

// FuzzCells puts any text into the cells of a form, which the bytes of a
// workbook hardly ever are.
func FuzzCells(f *testing.F) {
	f.Add("label::Tiếng Việt (vi)", "select_one l or_other", "a", "${a} = 'x' and . >= 2", "start=0 end=10 step=0.5", "x")
	f.Add("hint", "begin group", "tên", "regex(., '^a$') or count-selected(.) < 3", "randomize=true", "yes")
	f.Add("media::image", "range", "98", "date('2026-01-01') <= .", "start=-9 end=1e9", "stop")
	f.Add("list_name", "rank l", "${", "'", "\x00=", "\ufffe: #")
	f.Fuzz(func(t *testing.T, head, kind, name, expr, parameters, code string) {
		s := [][]string{{"type", "name", "label", head, "relevant", "constraint", "choice_filter", "parameters", "calculation", "default", "appearance", "kind"},
			{"select_one l", "mot", name, name, "", expr, expr, parameters, "", code, "likert", ""},
			{kind, name, expr, name, expr, expr, expr, parameters, expr, code, parameters, head},
			{"begin group", code, name, "", expr, "", "", "", "", "", "table-list", ""},
			{"select_one l", name, expr, "", "", "", "", "", "", "", "", ""}, {"select_one l", code, expr, "", "", "", "", "", "", "", "", ""},
			{"end group"}}
		c := [][]string{{"list_name", "name", "label", head}, {"l", code, name, expr}, {"l", "khac", kind, name}, {name, code, head, ""}}
		r := newReader("f.xlsx")
		r.survey, r.choices = sheetOf("survey", s), sheetOf("choices", c)
		r.heads(&r.survey)
		r.heads(&r.choices)
		form := r.form()
		whole(t, form)
		book, _, err := Write("f.yaml", form.Source)
		if err != nil {
			t.Fatalf("%v\n%s", err, form.Source)
		}
		if again, err := Read("f.xlsx", bytes.NewReader(book), int64(len(book))); err == nil {
			whole(t, again)
		}
	})
}

// whole demands that a form is YAML whose every line has its place, and that
// its findings have codes and places.
func whole(t *testing.T, f *Form) {
	t.Helper()
	for _, x := range f.Findings {
		if x.Code == "" || x.Where == "" {
			t.Fatalf("finding %+v", x)
		}
	}
	if n := strings.Count(string(f.Source), "\n"); n != len(f.lines.cells) {
		t.Fatalf("%d lines with %d places:\n%s", n, len(f.lines.cells), f.Source)
	}
	if _, bad := readSource("f.yaml", f.Source); bad != nil {
		t.Fatalf("%v\n%s", bad, f.Source)
	}
	q, errs := instrument.Parse("f.yaml", f.Source)
	for _, e := range errs {
		if e.Code == "yaml_invalid" && strings.HasPrefix(e.Args["problem"], "did not find") {
			t.Fatalf("%v\n%s", e, f.Source)
		}
		f.Place(e)
	}
	_ = q
}

func FuzzHeader(f *testing.F) {
	for _, s := range []string{"label::Tiếng Việt (vi)", "media::image::English (en)", "list name", "label:English", "::", "bind::jr:constraintMsg"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		h := parseHeader(s)
		if again := parseHeader(h.written); again != h {
			t.Fatalf("%q: %+v, then %+v", s, h, again)
		}
		languageOf(h.language)
	})
}

func FuzzType(f *testing.F) {
	for _, s := range []string{"select_one yes_no or_other", "select all that apply from x", "begin_group", "rank", "odk:rank a b", "Text"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r := parseType(s)
		if r.class == "" || r.class == classItem && r.shape == "" {
			t.Fatalf("%q: %+v", s, r)
		}
	})
}

func FuzzParameters(f *testing.F) {
	for _, s := range []string{"start=0 end=10 step=1", "randomize = true; seed=3", "=", "a=b=c"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name := range parseParameters(s) {
			if name == "" || strings.ContainsAny(name, " ,;=") {
				t.Fatalf("%q has the parameter %q", s, name)
			}
		}
	})
}

func FuzzExpression(f *testing.F) {
	for _, s := range []string{"${ a } = 'x'", "((. >= 1) and . < 5) or selected(., \"b\")", "today() >= .", ". <= date('2026-01-31')", "jr:choice-name(${a},'${a}')", "-.5 < ."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		list := tokens(s)
		joined := joinTokens(list)
		if again := joinTokens(tokens(joined)); again != joined {
			t.Fatalf("%q: %q, then %q", s, joined, again)
		}
		for _, part := range conjuncts(list) {
			(&item{shape: shapeInteger}).take(part, cell{})
			(&item{shape: shapeDate}).take(part, cell{})
		}
		compared(list, func(_, literal *token) { literal.text = "x" })
	})
}
