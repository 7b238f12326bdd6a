package templates

import (
	"math"
	"strings"
	"testing"
	"time"
)

func TestFormats(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 12, 18, 17, 0, 0, 0, time.UTC)
	half := at.Add(30 * time.Minute)
	for _, c := range []struct{ got, want string }{
		{Date("vi", at), "18/12/2026"}, {Date("en", at), "18 December 2026"},
		{Day(at), "18/12"}, {Clock(at), "17:00"},
		{Hour("vi", at), "17 giờ"}, {Hour("vi", half), "17 giờ 30"}, {Hour("en", half), "17:30"},
		{HourSMS("vi", at), "17h 18/12"}, {HourSMS("vi", half), "17h30 18/12"}, {HourSMS("en", at), "17:00 18/12"},
		{Weekday("vi", at), "thứ Sáu 18/12"}, {Weekday("vi", at.AddDate(0, 0, 2)), "Chủ nhật 20/12"}, {Weekday("en", at), "Friday 18/12"},
		{Deadline("vi", at), "17 giờ, thứ Sáu 18/12/2026"}, {Deadline("en", at), "17:00, Friday 18 December 2026"},
		{Number("vi", 1284500), "1.284.500"}, {Number("en", 1284500), "1,284,500"}, {Number("vi", 0), "0"},
		{Number("vi", 999), "999"}, {Number("vi", -1234), "−1.234"}, {Number("vi", math.MinInt64), "−9.223.372.036.854.775.808"},
		{Decimal("vi", 1234.5, 1), "1.234,5"}, {Decimal("en", 1234.5, 1), "1,234.5"}, {Decimal("vi", -0.04, 1), "0,0"},
		{Decimal("vi", -2.9, 1), "−2,9"}, {Decimal("vi", 3, 0), "3"}, {Decimal("vi", math.NaN(), 1), "–"}, {Decimal("vi", math.Inf(1), 1), "–"},
		{Percent("vi", 0.55), "55,0%"}, {Percent("en", 0.55), "55.0%"}, {Percent("vi", math.NaN()), "–"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestSpoken(t *testing.T) {
	t.Parallel()
	for n, want := range map[int][2]string{
		0: {"không", "zero"}, 4: {"bốn", "four"}, 5: {"năm", "five"}, 7: {"bảy", "seven"},
		10: {"mười", "ten"}, 11: {"mười một", "eleven"}, 14: {"mười bốn", "fourteen"}, 15: {"mười lăm", "fifteen"},
		20: {"hai mươi", "twenty"}, 21: {"hai mươi mốt", "twenty-one"}, 24: {"hai mươi bốn", "twenty-four"}, 45: {"bốn mươi lăm", "forty-five"},
		100: {"một trăm", "one hundred"}, 105: {"một trăm linh năm", "one hundred and five"}, 112: {"một trăm mười hai", "one hundred and twelve"},
		1000: {"một nghìn", "one thousand"}, 1975: {"một nghìn chín trăm bảy mươi lăm", "one thousand nine hundred and seventy-five"},
		2006: {"hai nghìn không trăm linh sáu", "two thousand six"}, 12345: {"một hai ba bốn năm", "one two three four five"},
		-3: {"ba", "three"},
	} {
		if got := Spoken("vi", n); got != want[0] {
			t.Errorf("%d: %q, want %q", n, got, want[0])
		}
		if got := Spoken("en", n); got != want[1] {
			t.Errorf("%d: %q, want %q", n, got, want[1])
		}
	}
	if got := SpokenDigits("vi", "0298 3555 010"); got != "không hai chín tám ba năm năm năm không một không" {
		t.Error(got)
	}
}

// A line of a page does not end inside what is read as one.
func TestUnbroken(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Xin gọi 0298 3555 010.":                   "Xin gọi 0298_3555_010.",
		"Ý kiến tháng 12 năm 2026":                 "Ý kiến tháng_12 năm_2026",
		"lúc 17 giờ, thứ Sáu 18/12/2026":           "lúc_17_giờ, thứ_Sáu 18/12/2026",
		"lúc 20:05 ngày 15/12":                     "lúc_20:05 ngày_15/12",
		"12 câu, khoảng 6 phút":                    "12_câu, khoảng 6_phút",
		"(Câu 2 trên 12)":                          "(Câu_2 trên 12)",
		"17:00, Friday 18 December 2026":           "17:00, Friday 18_December_2026",
		"12 questions, about 1 minute":             "12_questions, about 1_minute",
		"Trong tháng tới, Ông/Bà năm nay bao tuổi": "Trong tháng tới, Ông/Bà năm nay bao tuổi",
		"": "",
	} {
		if got := unbroken(in); got != strings.ReplaceAll(want, "_", "\u00a0") {
			t.Errorf("%q: %q", in, got)
		}
	}
}

func TestDialled(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"0298 3555 010": "02983555010", "+84 (298) 3555-010": "+842983555010", "": ""} {
		if got := dialled(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
