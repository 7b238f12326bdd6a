package instrument

import "testing"

func TestValidCodesAndNames(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]bool{"1": true, "co": true, "hoa-khe_2": true, "yes": false, "Stop": false, "tc": false, "_a": false,
		"có": false, "a b": false, "": false} {
		if got := ValidCode(code); got != want {
			t.Errorf("code %q: %v", code, got)
		}
	}
	for name, want := range map[string]bool{"tuoi": true, "_a.b-c": true, "tuổi": false, "1a": false, "": false} {
		if got := ValidName(name); got != want {
			t.Errorf("name %q: %v", name, got)
		}
	}
}
