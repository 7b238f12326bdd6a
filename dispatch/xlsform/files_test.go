package xlsform

import (
	"strings"
	"testing"

	"canvass/dispatch/instrument"
)

// Pictures and files are attachments; what other tools say of them beyond that is
// told.
func TestPicturesAndFiles(t *testing.T) {
	t.Parallel()
	f := read(t, workbook(t, tab{"survey", rows(`
type ¦ name ¦ label ¦ accept ¦ max_size ¦ at_most ¦ parameters ¦ appearance ¦ kind
image ¦ anh ¦ Ảnh ¦ ¦ 2 ¦ 3 ¦ max-pixels=1000 ¦ annotate ¦ fact
photo ¦ hai ¦ Ảnh ¦ ¦ ¦ ¦ ¦ ¦ fact
file ¦ ba ¦ Tệp ¦ ¦ ¦ ¦ ¦ ¦ fact
file ¦ bon ¦ Tệp ¦ document ¦ ¦ ¦ ¦ ¦ fact
file ¦ nam ¦ Tệp ¦ photo, film ¦ ¦ ¦ ¦ ¦ fact
text ¦ sau ¦ Chữ ¦ photo ¦ 2 ¦ ¦ ¦ ¦ fact
audio ¦ bay ¦ Tiếng ¦ ¦ ¦ ¦ ¦ ¦ fact`)}))
	for _, want := range []string{
		"remark form_left_out at survey!G2", "remark form_look_left_out at survey!H2", "fault form_value_invalid at survey!D6", "remark form_left_out at survey!D7",
		"remark form_left_out at survey!E7", "fault form_media at survey!A8",
	} {
		if !strings.Contains(f.told(), want) {
			t.Errorf("does not tell %q:\n%s", want, f.told())
		}
	}
	q, errs := instrument.Parse("q.yaml", f.Source)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	for name, want := range map[string]string{"anh": "photo 3 2", "hai": "photo 1 5", "ba": "any 1 5", "bon": "document 1 5", "nam": "photo 1 5"} {
		x, _ := q.Question(name)
		if got := x.Accepted() + " " + itoa(x.MaxChoices) + " " + itoa(x.MaxSize>>20); got != want {
			t.Errorf("%s takes %s, want %s", name, got, want)
		}
	}
}
