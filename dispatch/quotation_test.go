package dispatch_test

import (
	"testing"

	"canvass/dispatch"
)

// What may tell who somebody is, is told from what does not.
func TestWordsThatTellWho(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]bool{
		"Đường liên thôn ngập từ sau mưa bão, trẻ em nghỉ học hai tuần.": false,
		"Giá xăng tăng 2.500 đồng, giá lúa 6.800 đồng.":                  false,
		"Năm 2026 làm xong 3 cây cầu.":                                   false,
		"ông bà già khó đi bộ":                                           false,
		"Anh em trong thôn đều nói vậy":                                  false,
		"Gọi tôi 0310 123 456":                                           true,
		"gọi 031.012.3456 nhé":                                           true,
		"viết cho lan@thu.example":                                       true,
		"xem https://vi.example/bai":                                     true,
		"trang xaminhtan.vn có nói":                                      true,
		"Số CCCD 079 099 001234":                                         true,
		"Ông Bí Danh ở xã hay gây khó":                                   true,
		"chị Lan bán nước":                                               true,
		"ANH NAM trưởng thôn":                                            true,
		"trưởng thôn Nguyễn Văn Bí Danh":                                 true,
		"trưởng thôn Nguye\u0302\u0303n Văn Bí Danh":                     true, // the same, decomposed
		"nhà tôi số nhà 12":                                              true,
		"ở số 45/2 đường Trưng Trắc":                                     true,
		"":                                                               false,
	} {
		if got := dispatch.TellsWho(words); got != want {
			t.Errorf("%q: %v", words, got)
		}
	}
}

func FuzzTellsWho(f *testing.F) {
	for _, s := range []string{"", "Gọi 0310 123 456", "Ông Bí Danh", "\xff", "số nhà"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, words string) {
		if dispatch.TellsWho(words) != dispatch.TellsWho(words+" ") {
			t.Errorf("%q: a blank behind it matters", words)
		}
	})
}
