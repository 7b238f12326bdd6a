package instrument

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"canvass/dispatch/survey"
)

// large is a questionnaire as large as people really use, invented: nested groups,
// conditions, calculations, matrices, and a list of communes by province.
func large(questions, communes int) string {
	var b strings.Builder
	b.WriteString("name: lon\ntitle: Điều tra lớn | A large survey\nlanguages: [vi, en]\nmissing: {98: Khó nói | Hard to say, 99: Không muốn trả lời | Prefer not to say}\ngroups:\n")
	sections := questions / 20
	for i := range sections {
		fmt.Fprintf(&b, "  phan_%d: {label: Phần %d | Part %d, page: true, relevant: \"${tuoi} >= %d\"}\n", i, i, i, 18+i%40)
		fmt.Fprintf(&b, "  trong_%d: {label: Trong phần %d | Within part %d, in: phan_%d, relevant: \"${co_%d} = '1'\"}\n", i, i, i, i, i)
	}
	b.WriteString("lists:\n  co_khong: {1: Có | Yes, 2: Không | No}\n  muc: {1: Tốt | Good, 2: Vừa | Fair, 3: Kém | Poor}\n  tinh:\n")
	for i := range 34 {
		fmt.Fprintf(&b, "    t%d: Tỉnh Số %s | Province %s\n", i, numeral(i), numeral(i))
	}
	b.WriteString("  xa:\n")
	for i := range communes {
		fmt.Fprintf(&b, "    x%d: {label: Xã %s | %s commune, with: {tinh: t%d}}\n", i, numeral(i), numeral(i), i%34)
	}
	b.WriteString("questions:\n  - {name: tuoi, type: integer, kind: background, min: 18, max: 120, label: Tuổi | Age}\n")
	b.WriteString("  - {name: tinh, type: single, kind: background, label: 'Tỉnh nào? | Which province?', choices: tinh}\n")
	b.WriteString("  - {name: xa, type: single, kind: background, label: 'Xã nào? | Which commune?', choices: xa, filter: 'tinh = ${tinh}'}\n")
	b.WriteString("  - {name: que, type: single, kind: background, label: 'Quê ở xã nào? | Where were you born?', choices: xa}\n")
	for i := 4; i < questions; i++ {
		writeLarge(&b, i, min(i/20, sections-1))
	}
	return b.String()
}

func writeLarge(b *strings.Builder, i, section int) {
	q := func(name, typ, more string) {
		fmt.Fprintf(b, "  - {name: %s, type: %s, %s}\n", name, typ, more)
	}
	text := fmt.Sprintf("kind: fact, label: 'Câu hỏi thứ %d thế nào? | How about question %d?'", i, i)
	switch {
	case i%20 == 0 || i == 4:
		q(fmt.Sprintf("co_%d", section), "single", text+", choices: co_khong")
	case i%20 == 5:
		q(fmt.Sprintf("tong_%d", section), "calculate", fmt.Sprintf("calculation: \"%s\"", chain(section)))
	case i%20 == 7:
		q(fmt.Sprintf("q%d", i), "multiple", text+", group: trong_"+fmt.Sprint(section)+", choices: muc, at_most: 2")
	case i%20 == 9:
		q(fmt.Sprintf("q%d", i), "integer", text+", min: 0, max: 1000, constraint: \". != 13\", group: trong_"+fmt.Sprint(section))
	case i%20 == 11:
		q(fmt.Sprintf("q%d", i), "single", text+", choices: xa, filter: 'tinh = ${tinh}', group: phan_"+fmt.Sprint(section))
	default:
		q(fmt.Sprintf("q%d", i), "single", text+fmt.Sprintf(", choices: muc, relevant: \"${tong_%d} != '3' or ${tuoi} < 60\", group: phan_%d", max(section-1, 0), section))
	}
}

// chain is a calculation that looks at the one before it twice.
func chain(section int) string {
	if section == 0 {
		return "1"
	}
	return fmt.Sprintf("if(${tong_%d} > 5, ${tong_%d}, ${tong_%d} + 1)", section-1, section-1, section-1)
}

// numeral is an invented name for a number, in words.
func numeral(n int) string {
	digits := []string{"Không", "Một", "Hai", "Ba", "Tư", "Lăm", "Sáu", "Bảy", "Tám", "Chín"}
	var words []string
	for _, d := range fmt.Sprint(n) {
		words = append(words, digits[d-'0'])
	}
	return strings.Join(words, " ")
}

// A list that three hundred questions take their choices from is held once, and
// whatever looks at such a questionnaire ends. Without the sharing, the parsed form
// takes hundreds of megabytes; without calculating each calculation once, a path of it
// is never found.
func TestALargeQuestionnaireIsHeldOnceAndWalked(t *testing.T) {
	t.Parallel()
	var before, after runtime.MemStats
	src := large(3_000, 3_321)
	runtime.GC()
	runtime.ReadMemStats(&before)
	q := parsed(t, src)
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 64<<20 {
		t.Errorf("3,000 questions and 3,321 communes take %d MiB", grown>>20)
	}
	xa, _ := q.Question("xa")
	q11, _ := q.Question("q11")
	if &xa.Choices[0] != &q11.Choices[0] || xa.register != q11.register {
		t.Error("two questions of one list do not share it")
	}
	a := q.Set(q.Set(nil, "tuoi", survey.Answer{Value: "118"}), "tinh", survey.Answer{Value: "t33"})
	for _, m := range survey.Modes() {
		if path := q.Path(a, m); len(path) < 500 {
			t.Errorf("%s: %d questions apply", m, len(path))
		}
	}
	if n := len(q.Offered(xa, a).Choices); n != 97+2 {
		t.Errorf("%d communes of a province are offered, with two missing reasons", n)
	}
	for _, r := range q.Reach(survey.Web) {
		if r.Proof == ReachNever {
			t.Errorf("nobody comes to %s", r.Question)
		}
	}
	if last := q.Derived(a)["tong_149"].Value; last != "6" {
		t.Errorf("a chain of 150 calculations comes to %q", last)
	}
	runtime.KeepAlive(src)
}

func TestBoundsOfALargeQuestionnaire(t *testing.T) {
	t.Parallel()
	if _, errs := Parse("q.yaml", []byte(large(maxQuestions+1, 40))); len(errs) != 1 || errs[0].Code != survey.CodeRangeInvalid {
		t.Errorf("one question too many: %v", errs)
	}
	if _, errs := Parse("q.yaml", []byte(large(20, maxChoices+1))); len(errs) == 0 || errs[0].Code != survey.CodeRangeInvalid {
		t.Errorf("one choice too many: %v", errs)
	}
	if _, errs := Parse("q.yaml", []byte(strings.Repeat("#", maxSource+1))); len(errs) != 1 {
		t.Errorf("a source that is too long: %v", errs)
	}
	nested := "name: sau\ntitle: Sâu\ngroups:\n  g0: {}\n"
	for i := 1; i <= maxNested; i++ {
		nested += fmt.Sprintf("  g%d: {in: g%d}\n", i, i-1)
	}
	nested += "questions:\n  - {name: a, type: integer, kind: fact, min: 0, max: 9, label: 'Mấy?'}\n"
	if _, errs := Parse("q.yaml", []byte(nested)); len(errs) != 1 || errs[0].Code != survey.CodeRangeInvalid {
		t.Errorf("groups nested too deep: %v", errs)
	}
	ranking := "name: xep\ntitle: Xếp\nquestions:\n  - {name: a, type: ranking, kind: fact, label: Xếp, choices: {"
	for i := range MostListed + 1 {
		ranking += fmt.Sprintf("c%d: Việc %d, ", i, i)
	}
	if _, errs := Parse("q.yaml", []byte(ranking+"}}\n")); len(errs) != 1 || errs[0].Code != survey.CodeRangeInvalid {
		t.Errorf("a ranking of too many: %v", errs)
	}
}

func BenchmarkParseLarge(b *testing.B) {
	src := []byte(large(1_000, 3_000))
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		if _, errs := Parse("q.yaml", src); len(errs) > 0 {
			b.Fatal(errs)
		}
	}
}

func BenchmarkReachLarge(b *testing.B) {
	q := parsed(b, large(1_000, 3_000))
	for b.Loop() {
		q.Reach(survey.Web)
	}
}

func BenchmarkPathLarge(b *testing.B) {
	q := parsed(b, large(1_000, 3_000))
	a := q.Set(q.Set(nil, "tuoi", survey.Answer{Value: "118"}), "tinh", survey.Answer{Value: "t33"})
	for b.Loop() {
		q.Path(a, survey.Web)
	}
}
