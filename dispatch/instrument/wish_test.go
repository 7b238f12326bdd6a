package instrument_test

import (
	"testing"

	"canvass/dispatch/instrument"
)

func TestWishes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]instrument.Wish{
		"Ý kiến: đường thôn 3 ngập":    instrument.WishOpinion,
		"y kien: duong thon 3 ngap":    instrument.WishOpinion,
		"  Góp ý : chợ họp lấn đường":  instrument.WishOpinion,
		"opinion: the road is flooded": instrument.WishOpinion,
		"ý kiến:":                      instrument.WishNone,
		"tôi không có ý kiến":          instrument.WishNone,
		"ý kiến của tôi là đồng ý":     instrument.WishNone,
		"Gọi lại cho tôi nhé":          instrument.WishCallback,
		"goi lai cho toi":              instrument.WishCallback,
		"please call me back":          instrument.WishCallback,
		"call me":                      instrument.WishCallback,
		"đừng gọi lại":                 instrument.WishNone,
		"không gọi lại cho tôi":        instrument.WishNone,
		"Ai đấy?":                      instrument.WishWho,
		"ai day":                       instrument.WishWho,
		"số này của ai ạ?":             instrument.WishWho,
		"ai cũng lo giá cả":            instrument.WishNone,
		"2":                            instrument.WishNone,
		"":                             instrument.WishNone,
		"dừng":                         instrument.WishNone,
		"hai":                          instrument.WishNone,
		"lại":                          instrument.WishNone,
	} {
		if got, _ := instrument.ReadWish(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	if _, rest := instrument.ReadWish("ý kiến:  đường\nngập "); rest != "đường\nngập" {
		t.Errorf("the opinion is %q", rest)
	}
}

func FuzzReadWish(f *testing.F) {
	for _, s := range []string{"ý kiến: a", "gọi lại", "\xff", "ý kiến:\n", "ai đấy"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		w, rest := instrument.ReadWish(text)
		if (w == instrument.WishOpinion) != (rest != "") {
			t.Errorf("%q: %q with %q", text, w, rest)
		}
	})
}
