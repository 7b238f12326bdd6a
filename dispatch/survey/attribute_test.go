package survey_test

import (
	"maps"
	"testing"

	"canvass/dispatch/survey"
)

func TestAttributesRead(t *testing.T) {
	t.Parallel()
	nghe := survey.Attribute{}.Join("ND", "nông dân").Join("nông dân", "Nông dân").Join("làm ruộng", "Nông dân")
	said := survey.Attributes{"nghe": nghe, "ghi_chu": {Dropped: true}}
	for in, want := range map[string]string{"nd": "Nông dân", " ND ": "Nông dân", "NÔNG  DÂN": "Nông dân", "Nông dân": "Nông dân", "Làm ruộng": "Nông dân",
		"nong dan": "nong dan", "Công nhân": "Công nhân"} {
		row := map[string]string{"nghe": in, "ghi_chu": "x", "cum": "C1"}
		before := maps.Clone(row)
		if got := said.Read(row); !maps.Equal(got, map[string]string{"nghe": want, "cum": "C1"}) || !maps.Equal(row, before) {
			t.Errorf("%q: %v", in, got)
		}
	}
	// The other way round: no circle, and the last word holds.
	back := nghe.Join("Nông dân", "ND")
	for _, in := range []string{"ND", "nông dân", "làm ruộng"} {
		if got := (survey.Attributes{"nghe": back}).Read(map[string]string{"nghe": in}); got["nghe"] != "ND" {
			t.Errorf("%q: %v", in, got)
		}
	}
	if row := (survey.Attributes{}).Read(nil); row != nil {
		t.Errorf("nothing became %v", row)
	}
	if got := (survey.Attributes{"nghe": {Name: map[survey.Lang]string{"vi": "Nghề"}}}).Called("nghe", survey.English); got != "Nghề" {
		t.Error(got)
	}
}
