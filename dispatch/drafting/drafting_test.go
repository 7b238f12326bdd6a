package drafting

import (
	"io/fs"
	"os"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"canvass/dispatch/survey"
)

const storm = `# Above all.
name: khan_bao
title: Sau bão | After the storm
languages: [vi, en]

missing:
  98: Khó nói | Hard to say # said of 98

questions:
  # The first.
  - name: sinh_hoat
    type: single
    kind: what_i_hear
    required: true # the form insists
    label:
      vi: Sinh hoạt thế nào?
      en: How is daily life?
    choices:
      1: Bình thường | Normal
      2: {label: Khó khăn | Trouble, short: Khó | Some}

  # The second.
  - name: can
    type: text
    kind: own_opinion
    relevant: ${sinh_hoat} = 2
    label: Cần gì? | What is needed?
# At the end.
`

func TestOutline(t *testing.T) {
	t.Parallel()
	o, err := Read([]byte(storm))
	if err != nil {
		t.Fatal(err)
	}
	a, b := o.Sketches[0], o.Sketches[1]
	if o.Name != "khan_bao" || o.Title["en"] != "After the storm" || len(o.Sketches) != 2 || a.Line != 11 || a.End != 20 || b.Line != 23 || !a.Required ||
		a.Label["vi"] != "Sinh hoạt thế nào?" || len(a.Choices) != 2 || !a.Choices[1].More || b.Relevant != "${sinh_hoat} = 2" || len(b.More) > 0 {
		t.Errorf("%+v", o)
	}
}

// An edit of one question changes the lines of it alone, and of those what was changed.
func TestPutKeepsTheRest(t *testing.T) {
	t.Parallel()
	o, _ := Read([]byte(storm))
	s := o.Sketches[0]
	got, err := Put([]byte(storm), 0, s)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != storm {
		t.Errorf("nothing was changed, and the text did:\n%s", got)
	}
	s.Label = Texts{"vi": "Sinh hoạt: ra sao?", "en": "How is it?"}
	s.Choices = Choices("1 = Bình thường | Normal\nKhó khăn | Trouble\nRất khó | Hard", o.Languages, s.Choices)
	s.Required = false
	if got, err = Put([]byte(storm), 0, s); err != nil {
		t.Fatal(err)
	}
	want := strings.NewReplacer("Sinh hoạt thế nào?", "'Sinh hoạt: ra sao?'", "How is daily life?", "How is it?", "    required: true # the form insists\n", "",
		"short: Khó | Some}\n", "short: Khó | Some}\n      3: Rất khó | Hard\n").Replace(storm)
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	again, err := Read(got)
	if err != nil || again.Sketches[0].Choices[1].Code != "2" || !again.Sketches[0].Choices[1].More {
		t.Errorf("%v %+v", err, again.Sketches[0])
	}
}

func TestAddMoveRemove(t *testing.T) {
	t.Parallel()
	src := []byte(storm)
	src, err := Put(src, 2, Sketch{Name: "moi", Type: "single", Kind: "fact", Label: Texts{"vi": "Có: không?", "en": "Is it?"},
		Choices: []Choice{{Code: "1", Label: Texts{"vi": "Có", "en": "Yes"}}, {Code: "2", Label: Texts{"vi": "Không", "en": "No"}}}})
	if err != nil || !strings.Contains(string(src), "\n\n  - name: moi\n    type: single\n    kind: fact\n    label: 'Có: không? | Is it?'\n    choices:\n      1: Có | Yes\n      2: Không | No\n# At the end.\n") {
		t.Fatalf("%v\n%s", err, src)
	}
	src, err = Move(src, 2, -1)
	if err != nil || names(t, src) != "sinh_hoat moi can" || !strings.Contains(string(src), "  # The second.\n  - name: can\n") {
		t.Fatalf("%v\n%s", err, src)
	}
	if src, err = Remove(src, 0); err != nil || names(t, src) != "moi can" || strings.Contains(string(src), "The first") {
		t.Fatalf("%v\n%s", err, src)
	}
	src, _ = Remove(src, 0)
	src, _ = Remove(src, 0)
	if src, err = Put(src, 0, Sketch{Name: "x", Type: "note", Label: Texts{"vi": "Chào | đón", "en": "Hi"}}); err != nil || names(t, src) != "x" ||
		!strings.Contains(string(src), "98: Khó nói | Hard to say # said of 98") || !strings.Contains(string(src), "vi: Chào | đón") {
		t.Errorf("%v\n%s", err, src)
	}
	for _, bad := range []int{-1, 7} {
		if _, err := Put(src, bad, Sketch{}); survey.KindOf(err) != survey.NotFound {
			t.Errorf("%d: %v", bad, err)
		}
	}
}

// Pages begin with the questions that begin them, wherever these are moved, and never
// fall.
func TestPages(t *testing.T) {
	t.Parallel()
	src := []byte("name: a\nquestions:\n  - name: a\n  - name: b\n    page: 2 # next\n  - name: c\n  - name: d\n    page: 4\n  - name: e\n    page: 4\n")
	tell := func(src []byte) string {
		o, err := Read(src)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, s := range o.Sketches {
			out = append(out, map[bool]string{true: "/"}[s.Break]+s.Name)
		}
		return strings.Join(out, " ")
	}
	if got := tell(src); got != "a /b c /d e" {
		t.Fatal(got)
	}
	moved, err := Move(src, 3, -2)
	if err != nil || tell(moved) != "a /d /b c e" || !strings.Contains(string(moved), "page: 5 # next") {
		t.Errorf("%v %s\n%s", err, tell(moved), moved)
	}
	removed, err := Remove(src, 1)
	if err != nil || tell(removed) != "a c /d e" {
		t.Errorf("%v %s", err, tell(removed))
	}
	o, _ := Read(src)
	s := o.Sketches[2]
	s.Break = true
	put, err := Put(src, 2, s)
	if err != nil || tell(put) != "a /b /c /d e" || !strings.Contains(string(put), "name: c\n    page: 3\n") {
		t.Errorf("%v %s\n%s", err, tell(put), put)
	}
	s = o.Sketches[1]
	s.Break = false
	if put, err = Put(src, 1, s); err != nil || tell(put) != "a b c /d e" || strings.Contains(string(put), "page: 2") {
		t.Errorf("%v %s\n%s", err, tell(put), put)
	}
	added, err := Put(src, 5, Sketch{Name: "f", Type: "note", Break: true})
	if err != nil || tell(added) != "a /b c /d e /f" || !strings.Contains(string(added), "page: 5") {
		t.Errorf("%v\n%s", err, added)
	}
}

func TestSetHead(t *testing.T) {
	t.Parallel()
	o, _ := Read([]byte(storm))
	same, err := SetHead([]byte(storm), o.Head)
	if err != nil || string(same) != storm {
		t.Errorf("nothing was changed, and the text did: %v\n%s", err, same)
	}
	h := o.Head
	h.Title, h.Minutes, h.Intro = Texts{"vi": "Bão", "en": "Storm"}, "2", Texts{"vi": "Kính chào", "en": "Hello"}
	got, err := SetHead([]byte(storm), h)
	want := strings.NewReplacer("name: khan_bao\ntitle: Sau bão | After the storm\n", "name: khan_bao\nintro: Kính chào | Hello\nminutes: 2\ntitle: Bão | Storm\n").Replace(storm)
	if err != nil || string(got) != want {
		t.Errorf("%v\n%s", err, got)
	}
}

func names(t *testing.T, src []byte) string {
	t.Helper()
	o, err := Read(src)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, s := range o.Sketches {
		out = append(out, s.Name)
	}
	return strings.Join(out, " ")
}

func TestUnreadable(t *testing.T) {
	t.Parallel()
	for _, src := range []string{"", "a: [", "- x", "questions: [{name: a}]", "questions:\n  - x\n", "{name: a, questions: []}", "questions: 7"} {
		_, err := Read([]byte(src))
		if got := survey.CodeOf(err); got != survey.CodeOutline && src != "questions: 7" {
			t.Errorf("%q: %v", src, err)
		}
		if _, err := Put([]byte(src), 0, Sketch{Name: "a", Type: "note"}); err == nil && src != "questions: 7" {
			t.Errorf("%q was edited", src)
		}
	}
}

func TestTypedChoices(t *testing.T) {
	t.Parallel()
	langs := []survey.Lang{"vi", "en"}
	before := []Choice{{Code: "1", Label: Texts{"vi": "Tốt"}}, {Code: "5", Label: Texts{"vi": "Kém", "en": "Bad"}}}
	got := Choices("\n2) Vừa | Fair\nKém | Bad\r\nTốt\n5 - 10 năm\nKHAC = Khác\n98 = Khó nói", langs, before)
	if want := "2 = Vừa | Fair\n5 = Kém | Bad\n1 = Tốt\n3 = 5 - 10 năm\nKHAC = Khác\n98 = Khó nói"; Typed(got, langs) != want {
		t.Errorf("got\n%s\nwant\n%s", Typed(got, langs), want)
	}
	for label, want := range map[string]string{"Đường đi lại ở nơi Ông/Bà thế nào?": "duong_di_lai_o", "…": "cau", "5 năm qua": "cau_5_nam_qua", "Có trẻ": "co_tre_2"} {
		if got := NameOf(label, []string{"co_tre"}); got != want {
			t.Errorf("%q: %s, want %s", label, got, want)
		}
	}
}

// The shipped questionnaires can be edited question by question, and nothing but the
// question changes; a question that is written back unchanged stays as it is written.
func TestShipped(t *testing.T) {
	t.Parallel()
	dir := os.DirFS("../../templates/questionnaire")
	files, _ := fs.Glob(dir, "*.yaml")
	if len(files) == 0 {
		t.Fatal("none")
	}
	for _, file := range files {
		src, _ := fs.ReadFile(dir, file)
		o, err := Read(src)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for i := range o.Sketches {
			got, err := Put(src, i, o.Sketches[i])
			if err != nil {
				t.Fatalf("%s %d: %v", file, i, err)
			}
			var a, b any
			if yaml.Unmarshal(src, &a) != nil || yaml.Unmarshal(got, &b) != nil || !deep(a, b) {
				t.Errorf("%s: question %s says something else:\n%s", file, o.Sketches[i].Name, got)
			}
		}
	}
}

func deep(a, b any) bool {
	x, _ := yaml.Marshal(a)
	y, _ := yaml.Marshal(b)
	return string(x) == string(y)
}

// Whatever the text, an edit is refused or gives a text that has the question, and as many
// as before.
func FuzzPut(f *testing.F) {
	f.Add(storm, 0, "Có không? | Is it?")
	f.Add("name: a\nquestions:\n-\n  name: b\n- name: c\n", 1, "x: y")
	f.Add("questions:\n", 0, "- #")
	f.Add("questions: # no\n  - {name: a,\n     b: c}\n  - name: d\n    label: |\n      x\n\n      y\n", 1, "'")
	f.Fuzz(func(t *testing.T, src string, at int, label string) {
		before, err := Read([]byte(src))
		if err != nil {
			return
		}
		got, err := Put([]byte(src), at, Sketch{Name: "fuzz", Type: "text", Label: Texts{"vi": label}})
		if err != nil {
			return
		}
		after, err := Read(got)
		if err != nil || len(after.Sketches) != max(len(before.Sketches), at+1) || after.Sketches[at].Name != "fuzz" {
			t.Fatalf("%v\n%q\n%q", err, src, got)
		}
	})
}

func TestInVietnamese(t *testing.T) {
	t.Parallel()
	got, err := InVietnamese([]byte(storm))
	if err != nil || strings.Contains(string(got), " | ") || strings.Contains(string(got), "Normal") || strings.Contains(string(got), "daily life") || !strings.Contains(string(got), "# The second.") ||
		!strings.Contains(string(got), "languages: [vi]") || !strings.Contains(string(got), "${sinh_hoat} = 2") {
		t.Errorf("%v\n%s", err, got)
	}
	for _, file := range []string{"monthly.yaml", "yearly.yaml"} {
		src, _ := os.ReadFile("../../templates/questionnaire/" + file)
		if got, err := InVietnamese(src); err != nil || strings.Count(string(got), " | ") > strings.Count(string(src[:400]), " | ") {
			t.Errorf("%s: %v", file, err)
		}
	}
}
