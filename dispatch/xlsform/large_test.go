package xlsform

import (
	"strings"
	"testing"

	"canvass/dispatch/appraisal"
	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
)

// largeForm is a workbook of 1,000 rows as people really use: groups within groups, each
// with a condition, and 3,000 communes by province. All of it is invented.
func largeForm(t testing.TB) []byte {
	head := []string{"type", "name", "label::Tiếng Việt (vi)", "label::English (en)", "relevant", "constraint", "calculation", "choice_filter", "kind"}
	form := [][]string{head, {"integer", "tuoi", "Ông/Bà bao nhiêu tuổi?", "How old are you?", "", ". >= 18 and . <= 120", "", "", "background"},
		{"select_one tinh", "tinh", "Ông/Bà ở tỉnh nào?", "In which province do you live?", "", "", "", "", "background"},
		{"select_one xa", "xa", "Ông/Bà ở xã, phường nào?", "In which commune do you live?", "${tinh} != ''", "", "", "tinh=${tinh}", "background"}}
	for i := 0; len(form) < 1000; i++ {
		n := itoa(i)
		form = append(form,
			[]string{"begin_group", "phan_" + n, "Phần " + n, "Part " + n, "${tuoi} >= " + itoa(18+i%50)},
			[]string{"select_one co", "co_" + n, "Nhà có việc số " + n + " không?", "Is there thing " + n + "?", "", "", "", "", "fact"},
			[]string{"begin_group", "trong_" + n, "Việc số " + n, "Thing " + n, "${co_" + n + "} = 'co'"},
			[]string{"integer", "so_" + n, "Mấy lần?", "How many times?", "", ". >= 0 and . <= 99", "", "", "fact"},
			[]string{"select_one xa", "noi_" + n, "Ở xã nào?", "In which commune?", "", "", "", "tinh=${tinh}", "fact"},
			[]string{"select_multiple viec", "viec_" + n, "Cần những gì?", "What is needed?", "${so_" + n + "} > 1", "count-selected(.) <= 2", "", "", "own_opinion"},
			[]string{"end_group"},
			[]string{"calculate", "tong_" + n, "", "", "", "", "coalesce(${so_" + n + "}, 0) + 1"},
			[]string{"end_group"})
	}
	choices := [][]string{{"list_name", "name", "label::Tiếng Việt (vi)", "label::English (en)", "tinh"},
		{"co", "co", "Có", "Yes"}, {"co", "khong", "Không", "No"},
		{"viec", "1", "Đường sá", "Roads"}, {"viec", "2", "Nước sạch", "Water"}, {"viec", "3", "Chợ", "Market"}}
	for i := range 34 {
		choices = append(choices, []string{"tinh", "t" + itoa(i), "Tỉnh " + itoa(i), "Province " + itoa(i)})
	}
	for i := range 3000 {
		choices = append(choices, []string{"xa", "x" + itoa(i), "Xã số " + itoa(i), "Commune " + itoa(i), "t" + itoa(i%34)})
	}
	return workbook(t, tab{"survey", form}, tab{"choices", choices},
		tab{"settings", rows("form_title ¦ form_id ¦ default_language\nĐiều tra lớn ¦ lon ¦ Tiếng Việt (vi)")})
}

// A form of 1,000 rows is read, parsed, appraised and played.
func TestALargeFormIsPlayed(t *testing.T) {
	t.Parallel()
	f := read(t, largeForm(t))
	q, errs := instrument.Parse("lon.yaml", f.Source)
	if f.Faults() > 0 || len(errs) > 0 {
		t.Fatalf("%d faults, %v: %s", f.Faults(), errs, f.told())
	}
	if n := len(q.Questions); n < 550 {
		t.Errorf("%d questions", n)
	}
	found := appraisal.Of(q)
	if len(found.Errors) > 0 || !found.Modes[0].Open || found.Modes[1].Open {
		t.Errorf("%v; open by web %v, by text %v", found.Errors, found.Modes[0].Open, found.Modes[1].Open)
	}
	var out strings.Builder
	d := &instrument.Dialogue{Questionnaire: q, Mode: survey.Web, Out: &out}
	for _, line := range []string{"tuoi:70", "tinh:t3", "xa:=x3", "co_0:co", "so_0:5", "noi_0:Xã số 37"} {
		d.Take(line)
	}
	if a := d.Answers(); a["xa"].Value != "x3" || a["noi_0"].Value != "x37" || strings.Contains(out.String(), instrument.OffPath) {
		t.Errorf("stored %v:\n%s", a, out.String())
	}
}

// BenchmarkImportLarge is all of the way from the workbook to a questionnaire that may
// be published: the goal for 1,000 rows is less than a second.
func BenchmarkImportLarge(b *testing.B) {
	file := largeForm(b)
	for b.Loop() {
		f := read(b, file)
		q, errs := instrument.Parse("lon.yaml", f.Source)
		if len(errs) > 0 {
			b.Fatal(errs)
		}
		appraisal.Of(q)
	}
}
