package contactlist

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"canvass/dispatch/survey"
)

// Whatever is wrong with a cell is told with the cell as it was written.
func TestValuesAreTold(t *testing.T) {
	t.Parallel()
	const header = "Họ tên,SĐT,Email,Năm sinh,Ghi chú,Đồng ý\n"
	for _, c := range []struct{ row, want string }{
		{"Lê Hà,09123,,,,", "!phone_invalid value=09123"},
		{"Lê Hà,O912345678,,,,", "!phone_ambiguous value=O912345678"},
		{"Lê Hà,9.12E+08,,,,", "!phone_digits_lost value=9.12E+08"},
		{"Lê Hà,+66 81 234 5678,,,,", "?phone_foreign value=+66 81 234 5678"},
		{"Lê Hà,0912345678/0373456789,,,,", "?phone_several value=0912345678/0373456789"},
		{"Lê Hà,912345678,,,,", "?phone_zero_restored value=912345678"},
		{"Lê Hà,024 3825 1234,,,,", "?phone_no_sms value=024 3825 1234"},
		{"Lê Hà,0168 345 6789,,,,", "?phone_converted from=0168; to=038; value=0168 345 6789"},
		{"Lê Hà,,\"xuan@gmail,example\",,,", "!email_invalid value=xuan@gmail,example; why=comma"},
		{"Lê Hà,,xuan@gmail.con,,,", "?email_suspect guess=gmail.com; value=xuan@gmail.con"},
		{"Lê Hà,0912345678,,12,,", "?birth_invalid value=12"},
		{"Lê Hà,0912345678,,,đã nghỉ hưu 8/25,", "?note_says_left value=đã nghỉ hưu 8/25"},
		{"Lê Hà,0912345678,,,,để hỏi", "?consent_unclear value=để hỏi"},
		{"0912345678,0912345678,,,,", "!name_missing value=0912345678"},
		{",0912345678,,,,", "!name_missing"},
		{"Lê Hà,0912345678,,,,,thừa", "!row_broken why=columns"},
		{"Lê Hà,0912345678,,,\"gọi tối\nLê Sim,0912345679,,,\"x,", "!row_broken why=quote"},
		{"Lê Hà,\"09\n123\",,,,", "!phone_invalid value=09 123"},
	} {
		_, rows := readWith(t, header+c.row+"\n", Options{})
		var got []string
		for _, e := range rows[0].Errors {
			got = append(got, "!"+fault(e))
		}
		for _, e := range rows[0].Warnings {
			got = append(got, "?"+fault(e))
		}
		if !slices.Equal(got, []string{c.want}) {
			t.Errorf("%q: %q, want %q", c.row, got, c.want)
		}
	}
	_, rows := readWith(t, header+"Lê Hà,"+strings.Repeat("ệ", 500)+",,,,\n", Options{})
	if got := utf8.RuneCountInString(rows[0].Errors[0].Args["value"]); got > 61 {
		t.Errorf("%d characters are shown", got)
	}
}

// An address remembers the column it stood in.
func TestEndpointsAreLabelled(t *testing.T) {
	t.Parallel()
	_, rows := readWith(t, "Họ tên,Liên lạc,,Zalo,E-mail\n,Điện thoại,ĐT cơ quan,,\nLê Hà,0912345678/0373456789,024 3825 1234,0912345678,ha@gmail.example\n", Options{})
	var got []string
	for _, e := range rows[0].Contact.Endpoints {
		got = append(got, e.Address+" "+e.Label)
	}
	want := []string{"ha@gmail.example E-mail", "+84912345678 Liên lạc Điện thoại", "+84373456789 Liên lạc Điện thoại", "+842438251234 ĐT cơ quan"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	_, rows = readWith(t, "Họ tên,SĐT,E-mail\nLê Hà,ha@gmail.example,0912345678\n", Options{})
	for i, label := range []string{"SĐT", "E-mail"} {
		if e := rows[0].Contact.Endpoints[i]; e.Label != label || (e.Kind == survey.EmailAddress) != (i == 0) {
			t.Errorf("%s stood under %s, not %s", e.Address, label, e.Label)
		}
	}
}
