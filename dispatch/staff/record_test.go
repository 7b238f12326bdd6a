package staff

import "testing"

func FuzzReadHead(f *testing.F) {
	for _, s := range []string{"", "1:2", Genesis().String(), "-1:" + Genesis().String()[2:], "9" + Genesis().String(), " 3:" + Genesis().String()[2:] + "\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		h, err := ReadHead(s)
		if err != nil {
			return
		}
		if again, err := ReadHead(h.String()); err != nil || again.String() != h.String() || h.Place < 0 || len(h.Hash) != 32 {
			t.Errorf("%q is read as %s", s, h)
		}
	})
}
