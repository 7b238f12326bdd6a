package contactlist

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"canvass/dispatch/survey"

	"github.com/nyaruka/phonenumbers"
)

// phoneCase is one spelling and its reading in short: outcome, numbers with
// their type, then reason or warnings.
type phoneCase struct{ in, want string }

// short renders a reading as "ok +84912345678/mobile; phone_zero_restored".
// SMS must follow from the type, which is checked here once for all cases.
func short(t *testing.T, r PhoneReading) string {
	t.Helper()
	var b strings.Builder
	b.WriteString(string(r.Outcome))
	for _, n := range r.Numbers {
		fmt.Fprintf(&b, " %s/%s", n.E164, n.Type)
		if want := n.Type == Mobile && strings.HasPrefix(n.E164, "+84"); n.SMS != want {
			t.Errorf("%s (%s): sms %v", n.E164, n.Type, n.SMS)
		}
	}
	if (r.Reason == "") != (r.Outcome == PhoneOK) {
		t.Errorf("outcome %s with reason %q", r.Outcome, r.Reason)
	}
	if r.Outcome == PhoneRejected {
		fmt.Fprintf(&b, " %s", r.Reason)
	}
	for i, w := range r.Warnings {
		if i == 0 {
			b.WriteString(";")
		}
		fmt.Fprintf(&b, " %s", w)
	}
	return b.String()
}

const (
	m1       = "+84912345678/mobile"
	m2       = "+84373456789/mobile"
	zero     = "; phone_zero_restored"
	moved    = "; phone_converted"
	noSMS    = "; phone_no_sms"
	bad      = "rejected phone_invalid"
	hanoi    = "+842438251234/landline"
	twoPhone = "several " + m1 + " " + m2
)

func phoneCases() []phoneCase {
	cases := []phoneCase{
		// separators
		{"0912345678", "ok " + m1},
		{" 0912345678 ", "ok " + m1},
		{"0912 345 678", "ok " + m1},
		{"0912.345.678", "ok " + m1},
		{"0912-345-678", "ok " + m1},
		{"0912 345-678", "ok " + m1},
		{"0912–345–678", "ok " + m1},
		{"0912 — 345 — 678", "ok " + m1},
		{"(0912) 345 678", "ok " + m1},
		{"(0912)345678", "ok " + m1},
		{"0912\u00a0345\u00a0678", "ok " + m1},
		{"0912\u2009345\u200b678", "ok " + m1},
		{"\u202a0912345678\u202c", "ok " + m1},
		{"0912_345_678", "ok " + m1},
		{"0912·345·678", "ok " + m1},
		{"09 12 34 56 78", "ok " + m1},
		{"0 9 1 2 3 4 5 6 7 8", "ok " + m1},
		{"0912/345/678", "ok " + m1},
		{"0912,345,678", "ok " + m1},
		{"0912345678.", "ok " + m1},
		{"0912345678,", "ok " + m1},
		{"0912345678;", "ok " + m1},
		{"'0912345678", "ok " + m1},
		{`="0912345678"`, "ok " + m1},
		{`"0912345678"`, "ok " + m1},
		{"[0912345678]", "ok " + m1},
		{"0912345678*", "ok " + m1},
		{"０９１２３４５６７８", "ok " + m1},
		{"０９１２ ３４５ ６７８", "ok " + m1},
		{"0912\t345678", "ok " + m1},

		// lost zero, floats, exponents
		{"912345678", "ok " + m1 + zero},
		{"912 345 678", "ok " + m1 + zero},
		{"912.345.678", "ok " + m1 + zero},
		{"912345678.0", "ok " + m1 + zero},
		{"912345678,0", "ok " + m1 + zero},
		{"912345678.00", "ok " + m1 + zero},
		{"0912345678.0", "ok " + m1},
		{"84912345678.0", "ok " + m1},
		{"373456789", "ok " + m2 + zero},
		{"849123456", "ok +84849123456/mobile" + zero},
		{"9.12E+08", "rejected phone_digits_lost"},
		{"9,12E+08", "rejected phone_digits_lost"},
		{"9.12e8", "rejected phone_digits_lost"},
		{"9.1234568E+08", "rejected phone_digits_lost"},
		{"9.12345678E+08", "ok " + m1 + zero},
		{"9,12345678E8", "ok " + m1 + zero},
		{"8.4912345678E+10", "ok " + m1},
		{"8.49123E+10", "rejected phone_digits_lost"},
		{"9E+08", "rejected phone_digits_lost"},

		// country code
		{"+84912345678", "ok " + m1},
		{"+84 912 345 678", "ok " + m1},
		{"+84-912-345-678", "ok " + m1},
		{"+84.912.345.678", "ok " + m1},
		{"(+84)912345678", "ok " + m1},
		{"(+84)0912345678", "ok " + m1},
		{"(+84) 0912 345 678", "ok " + m1},
		{"+84(0)912345678", "ok " + m1},
		{"+84 (0) 912 345 678", "ok " + m1},
		{"+840912345678", "ok " + m1},
		{"84912345678", "ok " + m1},
		{"84 912 345 678", "ok " + m1},
		{"840912345678", "ok " + m1},
		{"(84) 912345678", "ok " + m1},
		{"84-0912345678", "ok " + m1},
		{"0084912345678", "ok " + m1},
		{"00 84 912 345 678", "ok " + m1},
		{"00840912345678", "ok " + m1},
		{"+ 84 912345678", "ok " + m1},
		{"＋８４９１２３４５６７８", "ok " + m1},
		{"+0912345678", "ok " + m1},
		{"'+84912345678", "ok " + m1},
		{"+84168 345 6789", "ok +84383456789/mobile" + moved},
		{"841683456789", "ok +84383456789/mobile" + moved},
		{"084912345678", "ambiguous"},
		{"+84", bad},
		{"+849123456", bad},
		{"+84912+345678", bad},

		// labels
		{"DĐ: 0912345678", "ok " + m1},
		{"DĐ 0912345678", "ok " + m1},
		{"DĐ:0912345678", "ok " + m1},
		{"dd.0912345678", "ok " + m1},
		{"ĐT 0912345678", "ok " + m1},
		{"ĐT: 0912.345.678", "ok " + m1},
		{"Đ/t: 0912345678", "ok " + m1},
		{"SĐT: 0912345678", "ok " + m1},
		{"sđt 0912 345 678", "ok " + m1},
		{"ĐTDĐ: 0912345678", "ok " + m1},
		{"Số ĐT: 0912345678", "ok " + m1},
		{"Điện thoại: 0912345678", "ok " + m1},
		{"Điện thoại di động: 0912345678", "ok " + m1},
		{"Di động 0912345678", "ok " + m1},
		{"Tel: 0912345678", "ok " + m1},
		{"Tel. +84 912 345 678", "ok " + m1},
		{"Phone: 0912345678", "ok " + m1},
		{"Mobile: 0912345678", "ok " + m1},
		{"Zalo: 0912345678", "ok " + m1},
		{"Zalo 0912345678", "ok " + m1},
		{"Số: 0912345678", "ok " + m1},
		{"Hotline 1900 1234", "ok +8419001234/shared_cost" + noSMS},
		{"Fax: 024 3825 1234", bad},
		{"CQ: 024 3825 1234", "ok " + hanoi + noSMS},
		{"NR 024.38251234", "ok " + hanoi + noSMS},
		{"Đ.Đ: 0912345678", "ok " + m1},
		{"Đ.T: 0912345678", "ok " + m1},
		{"DĐ0912345678", "ok " + m1},
		{"Zalo+84912345678", "ok " + m1},
		{"M: 0912345678", "ok " + m1},
		{"SĐT mới: 0912345678", "ok " + m1},
		{"Số mới 0912345678, số cũ 01683456789", "ok " + m1 + "; phone_invalid"},
		{"CQ: 024 3825 1234, DĐ: 0912345678", "several " + hanoi + " " + m1 + noSMS},
		{"zalo.me/0912345678", "ok " + m1},
		{"“0912345678”", "ok " + m1},
		{"‘0912345678", "ok " + m1},

		// notes
		{"0912 345 678 (8h-17h)", "ok " + m1},
		{"0912 345 678 (trước 17h30)", "ok " + m1},
		{"0912345678 - Anh Ba, 0373456789 - chị Tư", twoPhone},
		{"Anh Xuân 0912345678", bad}, // whose?
		{"0912345678 (Zalo)", "ok " + m1},
		{"0912345678 - chị Lan", "ok " + m1},
		{"0912345678 – gọi giờ hành chính", "ok " + m1},
		{"0912345678 (gọi sau 17h)", "ok " + m1},
		{"0912345678, gọi buổi tối", "ok " + m1},
		{"0912345678 Viber", "ok " + m1},
		{"0912345678 (DĐ)", "ok " + m1},
		{"0912345678 (vợ)", "ok " + m1 + "; phone_shared"},
		{"0912345678 - số của chồng", "ok " + m1 + "; phone_shared"},
		{"0912345678 (vợ: 0373456789)", "ok " + m1 + "; phone_shared"},
		{"0912345678 (số cũ)", "ambiguous"},
		{"0912345678 - không dùng nữa", "ambiguous"},
		{"0912345678 (Zalo 0373456789)", twoPhone},

		// several
		{"0912345678/0373456789", twoPhone},
		{"0912345678 / 0373456789", twoPhone},
		{"0912345678;0373456789", twoPhone},
		{"0912345678, 0373456789", twoPhone},
		{"0912345678,0373456789", twoPhone},
		{"0912345678\n0373456789", twoPhone},
		{"0912345678\r\n0373456789", twoPhone},
		{"0912345678 hoặc 0373456789", twoPhone},
		{"0912345678 và 0373456789", twoPhone},
		{"0912345678 or 0373456789", twoPhone},
		{"0912345678 & 0373456789", twoPhone},
		{"0912345678 | 0373456789", twoPhone},
		{"0912345678 - 0373456789", twoPhone},
		{"0912345678-0373456789", twoPhone},
		{"0912345678 0373456789", twoPhone},
		{"0912 345 678 0373 456 789", twoPhone},
		{"0912.345.678 - 0373.456.789", twoPhone},
		{"0912.345.678/0373.456.789", twoPhone},
		{"DĐ: 0912345678; Zalo: 0373456789", twoPhone},
		{"912345678/373456789", twoPhone + zero},
		{"0912345678/0912345678", "ok " + m1},
		{"0912345678/79", "ok " + m1 + "; phone_invalid"},
		{"0912345678/09123", "ok " + m1 + "; phone_invalid"},
		{"024 3825 1234 / 0912345678", "several " + hanoi + " " + m1 + noSMS},
		{"ĐT: 024.38251234 - DĐ: 0912345678", "several " + hanoi + " " + m1 + noSMS},
		{"0912345678/0373456789/0383456789", twoPhone + " +84383456789/mobile"},
		{"0912345678/+6681234567", "ok " + m1 + "; phone_invalid"},
		{"09123456780373456789", bad},
		{"091234567/8", bad},

		// 2018 mobiles: see below for every prefix
		{"0168 345 6789", "ok +84383456789/mobile" + moved},
		{"0168.345.6789", "ok +84383456789/mobile" + moved},
		{"01683456789", "ok +84383456789/mobile" + moved},
		{"1683456789", "ok +84383456789/mobile; phone_zero_restored phone_converted"},
		{"168 345 6789", "ok +84383456789/mobile; phone_zero_restored phone_converted"},
		{"01823456789", "ambiguous"},
		{"01813456789", bad},
		{"0168345678", bad},

		// landlines
		{"024 3825 1234", "ok " + hanoi + noSMS},
		{"(024) 3825 1234", "ok " + hanoi + noSMS},
		{"02438251234", "ok " + hanoi + noSMS},
		{"2438251234", "ok " + hanoi + "; phone_zero_restored phone_no_sms"},
		{"+84 24 3825 1234", "ok " + hanoi + noSMS},
		{"842438251234", "ok " + hanoi + noSMS},
		{"024 3825 1234 ext 12", "ok " + hanoi + noSMS},
		{"024 3825 1234 máy lẻ 12", "ok " + hanoi + noSMS},
		{"024 3825 1234 (máy lẻ: 12)", "ok " + hanoi + noSMS},
		{"024 3825 1234 x12", "ok " + hanoi + noSMS},
		{"024 3825 1234 - 12", "ok " + hanoi + noSMS},
		{"024.38251234 (105)", "ok " + hanoi + noSMS},
		{"024 3825 1234/105", "ok " + hanoi + noSMS},
		{"(024)38251234-105", "ok " + hanoi + noSMS},
		{"024 3825 1234 #12", "ok " + hanoi + noSMS},
		{"024 3825 1234, máy lẻ 12", "ok " + hanoi + noSMS},
		{"０２４ ３８２５ １２３４", "ok " + hanoi + noSMS},
		{"0912345678 - 105", bad},       // mobiles have no extensions
		{"(08) 3825 1234", "ambiguous"}, // written as a landline of TP.HCM, and a mobile today
		{"08.38251234", "ambiguous"},
		{"+84 8 3825 1234", "ambiguous"},
		{"(038) 3812345", "ambiguous"},
		{"08 38 25 12 34", "ok +84838251234/mobile"},
		{"0838 251 234", "ok +84838251234/mobile"},
		{"038 3812345", "ok +84383812345/mobile"},
		{"0438251234", "ok " + hanoi + "; phone_converted phone_no_sms"},
		{"(04) 38251234", "ok " + hanoi + "; phone_converted phone_no_sms"},
		{"0511 3812345", "ok +842363812345/landline; phone_converted phone_no_sms"},
		{"0203812345", "ok +842143812345/landline; phone_converted phone_no_sms"},
		{"0240 3812345", "ok +842043812345/landline; phone_converted phone_no_sms"},
		{"0838251234", "ok +84838251234/mobile"}, // an old landline of TP.HCM, or a mobile: today a mobile
		{"0298 3555 010", bad},
		{"38251234", bad},
		{"3812345", bad},

		// service numbers
		{"1800 1234", "ok +8418001234/tollfree" + noSMS},
		{"18001234", "ok +8418001234/tollfree" + noSMS},
		{"1800011234", "ok +841800011234/tollfree" + noSMS},
		{"+841800011234", "ok +841800011234/tollfree" + noSMS},
		{"1900.1234", "ok +8419001234/shared_cost" + noSMS},
		{"19001234", "ok +8419001234/shared_cost" + noSMS},
		{"113", bad},
		{"8088", bad},

		// letters for digits
		{"O912345678", "ambiguous"},
		{"o912345678", "ambiguous"},
		{"Ｏ912345678", "ambiguous"},
		{"О912345678", "ambiguous"}, // Cyrillic
		{"09l2345678", "ambiguous"},
		{"09I2345678", "ambiguous"},
		{"0912 34S 678", "ambiguous"},
		{"091234567B", "ambiguous"},
		{"O9l2 345 678", "ambiguous"},
		{"0912345678a", "ambiguous"},
		{"0979x12345", bad},
		{"0912abc678", bad},

		// length and rubbish
		{"", bad},
		{"-", bad},
		{"không có", bad},
		{"091234567", bad},
		{"09123456789", bad},
		{"0912345678901234567890", bad},
		{"12345", bad},
		{"0000000000", bad},
		{"abc", bad},
		{"xuan@gmail.example", bad},
		{"15/03/1978", bad},
		{"١٢٣٤٥٦٧٨٩٠", bad},
		{"=VLOOKUP(A2;B:C;2)", bad},
		{"#N/A", bad},
		{strings.Repeat("0912345678 ", 40), bad},

		// foreign
		{"+66812345678", "foreign +66812345678/mobile"},
		{"+66 81 234 5678", "foreign +66812345678/mobile"},
		{"0066812345678", "foreign +66812345678/mobile"},
		{"+856 20 22 334 455", "foreign +8562022334455/mobile"},
		{"+1 202 555 0123", "foreign +12025550123/other"},
		{"+99912345678", bad},
		{"+6681", bad},

		// the demo's ranges, which no operator was given
		{"0301234567", "ok +84301234567/mobile"},
		{"0311234567", "ok +84311234567/mobile"},
		{"0511234567", "ok +84511234567/mobile"},
		{"0951234567", "ok +84951234567/mobile"},
		{"951234567", "ok +84951234567/mobile" + zero},
		{"0501234567", bad},
		{"0671234567", bad},
	}
	for from, to := range movedMobiles {
		cases = append(cases, phoneCase{from + " 345 6789", "ok +84" + to[1:] + "3456789/mobile" + moved})
	}
	return cases
}

func TestParsePhone(t *testing.T) {
	t.Parallel()
	cases := phoneCases()
	if len(cases) < 150 {
		t.Errorf("only %d spellings", len(cases))
	}
	for _, c := range cases {
		if got := short(t, ParsePhone(c.in)); got != c.want {
			t.Errorf("%q\n got  %s\n want %s", c.in, got, c.want)
		}
	}
}

// Every prefix that became another is told, with both.
func TestConversionsAreTold(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"0168 345 6789":                 "phone_converted from=0168; to=038",
		"01683456789/0122 345 6789":     "phone_several | phone_converted from=0168; to=038 | phone_converted from=0122; to=077",
		"01683456789 - 0168 345 6780":   "phone_several | phone_converted from=0168; to=038",
		"0511 3812345":                  "phone_converted from=0511; to=0236 | phone_no_sms",
		"04.38251234; DĐ: 168 345 6789": "phone_several | phone_converted from=04; to=024 | phone_converted from=0168; to=038 | phone_no_sms | phone_zero_restored",
		"0912345678":                    "",
		"không":                         "phone_invalid",
	} {
		var told []string
		for _, e := range ParsePhone(in).Told() {
			told = append(told, fault(e))
		}
		if got := strings.Join(told, " | "); got != want {
			t.Errorf("%q\n got  %s\n want %s", in, got, want)
		}
	}
}

func TestPhoneReadingJSON(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"912345678":   `{"outcome":"ok","numbers":[{"e164":"+84912345678","type":"mobile","sms":true}],"reason":"","warnings":["phone_zero_restored"]}`,
		"01683456789": `{"outcome":"ok","numbers":[{"e164":"+84383456789","type":"mobile","sms":true}],"reason":"","warnings":["phone_converted"],"converted":[{"from":"0168","to":"038"}]}`,
		"":            `{"outcome":"rejected","numbers":[],"reason":"phone_invalid","warnings":[]}`,
	} {
		got, err := json.Marshal(ParsePhone(in))
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != want {
			t.Errorf("%q:\n got  %s\n want %s", in, got, want)
		}
	}
}

// Prefix by prefix and digit by digit after it, the short way agrees with the
// library.
func TestCanonicalMobilesAgreeWithLibrary(t *testing.T) {
	t.Parallel()
	for prefix := range 1000 {
		for digit := range 10 {
			d := fmt.Sprintf("%03d%d234567", prefix, digit)
			if d[0] != '0' || !isCanonicalMobile(d) {
				continue
			}
			n, err := phonenumbers.Parse(d, "VN")
			if err != nil || !phonenumbers.IsValidNumberForRegion(n, "VN") || phonenumbers.GetNumberType(n) != phonenumbers.MOBILE {
				t.Errorf("%s is canonical here, and the library disagrees", d)
			}
		}
	}
	for _, d := range []string{"0521234567", "0551234567", "0891234567", "0991234567", "0801234567", "0711234567", "0200000000", "1912345678", "091234567"} {
		if isCanonicalMobile(d) {
			t.Errorf("%s must be left to the library", d)
		}
	}
}

// Every old landline code leads to a valid landline, or to a number that is a
// mobile today.
func TestMovedAreas(t *testing.T) {
	t.Parallel()
	for from, to := range movedAreas {
		subscriber := "3812345"
		if len(from) == 1 {
			subscriber = "38123456"
		}
		r := ParsePhone("0" + from + subscriber)
		if !r.found() {
			t.Errorf("0%s: %+v", from, r)
			continue
		}
		n := r.Numbers[0]
		if want := "+84" + to + subscriber; n.Type == Landline && n.E164 != want {
			t.Errorf("0%s became %s, want %s", from, n.E164, want)
		}
		if n.Type == Mobile && slices.Contains(r.Warnings, survey.CodePhoneConverted) {
			t.Errorf("0%s became a mobile", from)
		}
	}
}

func FuzzParsePhone(f *testing.F) {
	for _, c := range phoneCases() {
		f.Add(c.in)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r := ParsePhone(s)
		short(t, r)
		if r.Numbers == nil || r.Warnings == nil {
			t.Error("null in the JSON")
		}
		if (len(r.Numbers) > 0) != (r.Outcome == PhoneOK || r.Outcome == PhoneSeveral || r.Outcome == PhoneForeign) {
			t.Errorf("%q: %+v", s, r)
		}
		for _, n := range r.Numbers {
			if again := ParsePhone(n.E164); !again.found() || again.Numbers[0] != n {
				t.Errorf("%q gave %s, which reads as %+v", s, n.E164, again)
			}
		}
	})
}

func BenchmarkParsePhone(b *testing.B) {
	for _, in := range []string{"0912345678", "912345678", "0168 345 6789", "0912345678/0373456789"} {
		b.Run(in, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				ParsePhone(in)
			}
		})
	}
}
