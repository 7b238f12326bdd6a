package appraisal

import "testing"

// Appraising is done at every check and publication; it must not be felt.
func BenchmarkAppraise(b *testing.B) {
	q := shipped(b, "monthly.yaml")
	for b.Loop() {
		Of(q)
	}
}
