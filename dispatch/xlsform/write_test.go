package xlsform

import (
	"bytes"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
)

// back writes a questionnaire as a workbook and reads it back.
func back(t testing.TB, src string) *Form {
	t.Helper()
	book, _, err := Write("q.yaml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return read(t, book)
}

// meaning is what a questionnaire says, without where it says so.
func meaning(q *instrument.Questionnaire) *instrument.Questionnaire {
	out := *q
	out.Hash, out.Questions = "", nil
	for _, x := range q.Questions {
		relevant := ""
		if x.Relevant != nil {
			relevant = x.Relevant.String()
		}
		one := instrument.Question{Name: x.Name, Type: x.Type, Kind: x.Kind, Page: x.Page, Label: x.Label, Hint: x.Hint, SMS: x.SMS, Voice: x.Voice,
			Choices: x.Choices, Low: x.Low, High: x.High, Required: x.Required, Key: x.Key, Core: x.Core, Min: x.Min, Max: x.Max,
			MaxChoices: x.MaxChoices, MaxLength: x.MaxLength, Group: x.Group, Block: x.Block, Consent: x.Consent, Audio: x.Audio, Random: x.Random,
			Decimals: x.Decimals, Step: x.Step, From: x.From, To: x.To, Past: x.Past, Accept: x.Accept, MaxSize: x.MaxSize, Default: x.Default}
		one.Hint = instrument.Texts{survey.Vietnamese: x.Hint["vi"], survey.English: x.Hint["en"], "relevant": relevant}
		out.Questions = append(out.Questions, one)
	}
	return &out
}

// differ lists the lines that only one of two texts has.
func differ(a, b string) string {
	var out strings.Builder
	for _, side := range [...]struct{ sign, text, other string }{{"- ", a, b}, {"+ ", b, a}} {
		for line := range strings.Lines(side.text) {
			if !strings.Contains("\n"+side.other, "\n"+line) {
				out.WriteString(side.sign + line)
			}
		}
	}
	return out.String()
}

// What goes out and comes back asks the same: questions, types, codes, texts
// in every language, relevance, bounds, pages.
func TestShippedFormsComeBack(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"monthly.yaml", "urgent-storm.yaml", "urgent-prices.yaml", "yearly.yaml"} {
		src, err := os.ReadFile("../../templates/questionnaire/" + name)
		if err != nil {
			t.Fatal(err)
		}
		before, errs := instrument.Parse(name, src)
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		f := back(t, string(src))
		after, errs := f.Parse()
		if len(errs) > 0 || len(f.Findings) > 0 {
			t.Fatalf("%v\n%s\n%s", errs, f.told(), f.Source)
		}
		a, b := meaning(before), meaning(after)
		for i := range a.Questions {
			if !reflect.DeepEqual(a.Questions[i], b.Questions[i]) {
				t.Errorf("%s\n%+v\n%+v", name, a.Questions[i], b.Questions[i])
			}
		}
		if !reflect.DeepEqual(a.Title, b.Title) || !reflect.DeepEqual(a.Intro, b.Intro) || a.Minutes != b.Minutes || a.Name != b.Name {
			t.Errorf("%+v\n%+v", a, b)
		}
	}
}

// A form with every type of ours, written as Read writes it, comes back to the
// letter.
func TestEveryTypeComesBack(t *testing.T) {
	t.Parallel()
	src, err := os.ReadFile("testdata/all-types.yaml")
	if err != nil {
		t.Fatal(err)
	}
	f := back(t, string(src))
	if string(f.Source) != string(src) {
		t.Errorf("it came back otherwise:\n%s", differ(string(src), string(f.Source)))
	}
	if len(f.Findings) > 0 {
		t.Error(f.told())
	}
	_, found, err := Write("q.yaml", src)
	if err != nil || len(found) != 2 || found[0].Code != survey.CodeFormFallback || found[1].Code != survey.CodeFormOwnOther {
		t.Errorf("%+v %v", found, err)
	}
}

// The form of every XLSForm shape goes out and comes back to the letter, too:
// what had to be chosen once is chosen no more.
func TestReadFormsComeBack(t *testing.T) {
	t.Parallel()
	first := read(t, everything(t))
	second := back(t, string(first.Source))
	if string(first.Source) != string(second.Source) {
		t.Errorf("it came back otherwise:\n%s", differ(string(first.Source), string(second.Source)))
	}
	for _, x := range second.Findings {
		if x.Code != survey.CodeFormMissing {
			t.Error(x.Error)
		}
	}
}

// What a workbook has no column for is told, by line.
func TestWhatCannotGoOut(t *testing.T) {
	t.Parallel()
	const src = `name: thu
title: Thử
colour: red
lists:
  l: {1: A, 2: {label: B, other: true}}
groups:
  g: {label: G}
questions:
  - {name: a, type: single, kind: fact, label: A, choices: l, group: g}
  - {name: b, type: text, kind: fact, label: B, shape: round}
  - {name: c, type: text, kind: fact, label: C, group: g}
`
	_, found, err := Write("thu.yaml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, x := range found {
		got = append(got, x.Where+" "+string(x.Code))
	}
	want := "thu.yaml:3 form_key_left_out, thu.yaml:10 form_key_left_out, survey!A6 form_group_reopened, choices!B3 form_other_ours"
	if strings.Join(got, ", ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, ", "), want)
	}
	if _, _, err := Write("x.yaml", []byte("- a")); survey.CodeOf(err) != survey.CodeYAML {
		t.Error(err)
	}
}

// The workbook is one that Excel and the other tools open: plain cells, texts
// that begin with a sign are texts.
func TestWorkbookIsPlain(t *testing.T) {
	t.Parallel()
	book, _, err := Write("q.yaml", []byte("name: a\ntitle: T\nquestions:\n  - {name: a, type: text, kind: fact, label: '=1+1'}\n"))
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(book))
	if err != nil {
		t.Fatal(err)
	}
	got, err := f.GetRows("survey")
	if err != nil || !reflect.DeepEqual(got, [][]string{{"type", "name", "label::Tiếng Việt (vi)", "kind", "page"}, {"text", "a", "=1+1", "fact"}}) {
		t.Errorf("%q %v", got, err)
	}
	if formula, _ := f.GetCellFormula("survey", "C2"); formula != "" {
		t.Errorf("a text became the formula %s", formula)
	}
	if sheets := f.GetSheetList(); !reflect.DeepEqual(sheets, []string{"survey", "choices", "settings"}) {
		t.Error(sheets)
	}
}
