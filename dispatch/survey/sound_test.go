package survey

import (
	"strings"
	"testing"
)

func TestTheNameOfASound(t *testing.T) {
	t.Parallel()
	for _, k := range SoundKinds() {
		r := SoundRef{Kind: k, Sum: [32]byte{1, 0xAB}}
		if back, ok := ParseSound(r.File()); !ok || back != r {
			t.Errorf("%s came back as %v %v", r.File(), back, ok)
		}
	}
	good := SoundRef{Kind: SoundMP3}.File()
	for _, bad := range []string{"", "a.mp3", good[1:], strings.ToUpper(good), strings.Replace(good, "0", "g", 1), good + "x", strings.Replace(good, "mp3", "ogg", 1), "../" + good} {
		if _, ok := ParseSound(bad); ok {
			t.Errorf("%q is taken", bad)
		}
	}
}
