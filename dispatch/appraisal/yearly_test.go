package appraisal

import (
	"slices"
	"testing"
)

// The long example may be used in every mode, and is told only words that mean
// something else without accents, which its office accepts as they stand.
func TestTheYearlySurveyIsAppraised(t *testing.T) {
	t.Parallel()
	a := Of(shipped(t, "yearly.yaml"))
	if len(a.Errors) > 0 {
		t.Errorf("errors: %v", told(a.Errors, "question", "value"))
	}
	for _, m := range a.Modes {
		if !m.Open {
			t.Errorf("%s cannot be used: %+v", m.Mode, m.Refusals)
		}
	}
	known := []string{"dong_y", "chi_nang", "dich_vu", "dy_gop_y", "dy_quyet", "dy_tra_loi", "dy_cham", "uu_tien"}
	for _, w := range a.Warnings {
		if w.Code != "unsafe_when_folded" || w.Args["level"] != "avoid" || !slices.Contains(known, w.Args["name"]) {
			t.Errorf("%s %v", w.Code, w.Args)
		}
	}
}
