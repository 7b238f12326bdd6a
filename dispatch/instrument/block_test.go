package instrument

import (
	"slices"
	"strings"
	"testing"

	"canvass/dispatch/survey"
)

const inBlocks = `name: nhom
title: Nhóm
groups:
  nha: {label: Nhà, relevant: "${mo} = '1'"}
  khoi: {in: nha, random: true, page: true}
  con: {in: khoi}
  trong: {in: khoi, random: true}
lists:
  muc: {1: Có, 2: Không}
questions:
  - {name: mo, type: single, kind: fact, label: "Mở?", choices: muc}
  - {name: loi, type: note, group: khoi, label: Sau đây là mấy câu}
  - {name: a, type: single, kind: fact, group: khoi, label: "A?", choices: muc}
  - {name: b, type: text, kind: fact, group: khoi, label: "B?"}
  - {name: c1, type: single, kind: fact, group: con, label: "C một?", choices: muc}
  - {name: c2, type: single, kind: fact, group: con, label: "C hai?", choices: muc, relevant: "${c1} = '1'"}
  - {name: m, type: matrix, kind: fact, group: khoi, label: Bảng, rows: {1: một, 2: hai}, choices: muc}
  - {name: tinh, type: calculate, group: khoi, calculation: "if(${a} = '1', 'x', 'y')"}
  - {name: d1, type: single, kind: fact, group: trong, label: "D một?", choices: muc}
  - {name: d2, type: single, kind: fact, group: trong, label: "D hai?", choices: muc}
  - {name: cuoi, type: single, kind: fact, label: "Cuối?", choices: muc, page: 3, relevant: "${tinh} = 'x'"}
`

func allAnswered(q *Questionnaire) survey.Answers {
	a := survey.Answers{}
	for i := range q.Questions {
		a[q.Questions[i].Name] = survey.Answer{Value: "1"}
	}
	return a
}

// Whatever the seed: everything is asked once, what is outside keeps its place, parts
// stay whole, pages do not fall back, and every mode asks in the same order.
func TestARandomGroupIsOneOrderPerPerson(t *testing.T) {
	t.Parallel()
	q := parsed(t, inBlocks)
	all := allAnswered(q)
	written := strings.Fields(names(q.Path(all, survey.Web)))
	sorted := slices.Sorted(slices.Values(written))
	seen := map[string]bool{}
	for seed := range uint64(2000) {
		own := q.For(seed)
		path := strings.Fields(names(own.Path(all, survey.Web)))
		seen[strings.Join(path, " ")] = true
		if !slices.Equal(slices.Sorted(slices.Values(path)), sorted) {
			t.Fatalf("seed %d asks %v", seed, path)
		}
		if path[0] != "mo" || path[1] != "loi" || path[len(path)-1] != "cuoi" {
			t.Fatalf("seed %d moves what is outside: %v", seed, path)
		}
		at := func(name string) int { return slices.Index(path, name) }
		if at("c2") != at("c1")+1 || at("m_2") != at("m_1")+1 || max(at("d1")-at("d2"), at("d2")-at("d1")) != 1 {
			t.Fatalf("seed %d takes a part asunder: %v", seed, path)
		}
		page := 0
		for _, question := range own.Path(all, survey.Web) {
			if question.Page < page {
				t.Fatalf("seed %d goes back to page %d", seed, question.Page)
			}
			page = question.Page
		}
		carried := slices.DeleteFunc(path, func(name string) bool { return name == "b" })
		if got := strings.Fields(names(own.Path(all, survey.Voice))); !slices.Equal(got, carried) {
			t.Fatalf("seed %d: by voice %v, by web %v", seed, got, carried)
		}
		if again := names(q.For(seed).Path(all, survey.TextMode)); again != names(own.Path(all, survey.Web)) {
			t.Fatalf("seed %d: by SMS %s", seed, again)
		}
	}
	if len(seen) != 240 { // 5 parts, of which one has two orders
		t.Errorf("%d orders, want 240", len(seen))
	}
}

// Over 10,000 invitations in a row every order of the four statements comes about as
// often: χ² with 23 degrees of freedom is beyond 49.7 once in a thousand.
func TestRandomGroupsAreUniform(t *testing.T) {
	t.Parallel()
	q := example(t, "yearly.yaml")
	all := allAnswered(q)
	all["dong_y"] = survey.Answer{Value: "OK"}
	counts := map[string]int{}
	const n = 10_000
	for seed := range uint64(n) {
		own := q.For(seed + 1)
		var order []string
		for _, i := range own.order {
			if own.InGroup(&own.Questions[i], "chinh_quyen") {
				order = append(order, own.Questions[i].Name)
			}
		}
		counts[strings.Join(order, " ")]++
	}
	chi, want := 0.0, float64(n)/24
	for _, have := range counts {
		chi += (float64(have) - want) * (float64(have) - want) / want
	}
	if len(counts) != 24 || chi > 49.7 {
		t.Errorf("%d orders, χ² = %.1f", len(counts), chi)
	}
}

// Each question of a random group on its own page: the pages stay, the questions change
// places on them.
func TestPagesOfARandomGroupStay(t *testing.T) {
	t.Parallel()
	src := strings.Replace(inBlocks, `name: b, type: text,`, `name: b, type: text, page: 3,`, 1)
	src = strings.Replace(src, `name: c1, type: single,`, `name: c1, type: single, page: 4,`, 1)
	q := parsed(t, strings.Replace(src, "page: 3, relevant", "page: 5, relevant", 1))
	for seed := range uint64(200) {
		own := q.For(seed)
		page := 0
		on := map[int]map[string]bool{} // page → parts
		for _, question := range own.Path(allAnswered(q), survey.Web) {
			if question.Page < page {
				t.Fatalf("seed %d goes back from page %d to %d", seed, page, question.Page)
			}
			if page = question.Page; on[page] == nil {
				on[page] = map[string]bool{}
			}
			if name, _ := own.partOf(own.index[question.Name], "khoi"); question.Type != Note && own.InGroup(question, "khoi") {
				on[page][name] = true
			}
		}
		if len(on[2]) != 1 || len(on[3]) != 1 || len(on[4]) != 3 {
			t.Fatalf("seed %d: %v", seed, on)
		}
	}
	if a, _ := q.Question("a"); a.Page != 2 {
		t.Errorf("the questionnaire of everybody has changed: page %d", a.Page)
	}
}

func TestRandomGroupsAreChecked(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from, to string
		code     survey.Code
		where    string
	}{
		{`group: khoi, label: "B?"`, `group: khoi, label: "B?", relevant: "${a} = '1'"`, survey.CodeExpressionRandom, "q.yaml:14"},
		{`group: khoi, label: "B?"`, `group: khoi, label: "B sau ${a|đó}?"`, survey.CodeExpressionRandom, "q.yaml:14"},
		{`group: khoi, label: "B?"`, `group: khoi, label: "B?", constraint: ". != ${a}"`, survey.CodeExpressionRandom, "q.yaml:14"},
		{`con: {in: khoi}`, `con: {in: khoi, relevant: "${a} = '1'"}`, survey.CodeExpressionRandom, "q.yaml:6"},
		{`label: "D hai?", choices: muc`, `label: "D hai?", choices: muc, relevant: "${d1} = '1'"`, survey.CodeExpressionRandom, "q.yaml:20"},
		{`label: "D hai?", choices: muc`, `label: "D hai?", choices: muc, relevant: "${tinh} = 'x'"`, survey.CodeExpressionRandom, "q.yaml:20"},
		{`kind: fact, label: "Cuối?"`, `kind: fact, group: khoi, label: "Cuối?"`, survey.CodeExpressionRandom, "q.yaml:21"},
		{`name: b, type: text, kind: fact, group: khoi`, `name: b, type: text, kind: fact, group: nha`, survey.CodeGroupScattered, "q.yaml:5"},
		{`name: c2, type: single,`, `name: c2, type: single, page: 3,`, survey.CodeGroupPages, "q.yaml:5"},
	} {
		if !strings.Contains(inBlocks, c.from) {
			t.Fatal(c.from)
		}
		_, errs := Parse("q.yaml", []byte(strings.Replace(inBlocks, c.from, c.to, 1)))
		if !slices.ContainsFunc(errs, func(e *survey.Error) bool { return e.Code == c.code && e.Where == c.where }) {
			t.Errorf("%s: %v", c.to, errs)
		}
	}
}

// A conversation is asked in the drawn order to its end, by text and by phone as on the
// web, its questions are numbered by their turns, and back is the way it came.
func TestTurnsFollowTheDrawnOrder(t *testing.T) {
	t.Parallel()
	q := parsed(t, inBlocks).For(7)
	for _, m := range []survey.Mode{survey.TextMode, survey.Voice} {
		var want []string
		for _, question := range q.Path(allAnswered(q), survey.Web) {
			if question.Type != Note && q.Carries(question, m) {
				want = append(want, question.Name)
			}
		}
		s, a := State{Stage: StageQuestions, Current: "mo", Lang: survey.Vietnamese}, survey.Answers{}
		got := []string{"mo"}
		for range want {
			said := "1"
			if s.Current == "b" {
				said = "Sửa cầu"
			}
			step := q.Step(s, a, m, Input{Text: said, Keys: "1"})
			for _, item := range step.Set {
				a = q.Set(a, item.Question, item.Answer)
			}
			if s = step.State; s.Current == "" {
				break
			}
			got = append(got, s.Current)
			if n := step.Prompts[len(step.Prompts)-1].Number; n != len(got) {
				t.Errorf("by %s %s is number %d at turn %d", m, s.Current, n, len(got))
			}
			back := q.Step(s, a, m, Input{Keys: "0"})
			if m == survey.Voice && back.State.Current != got[len(got)-2] {
				t.Errorf("by %s %s is before %s", m, back.State.Current, s.Current)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("by %s: %v, want %v", m, got, want)
		}
	}
}
