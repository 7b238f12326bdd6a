package contactlist

import (
	"cmp"
	"strings"
	"testing"
)

func TestConsents(t *testing.T) {
	t.Parallel()
	const header = "Họ tên,SĐT,Đồng ý,Đồng ý nhận thư/e-mail,Đồng ý nhận tin nhắn/SMS,Đồng ý nhận cuộc gọi,Ngừng nhận\nLê Hà,0912345678,"
	for _, c := range []struct{ cells, want, told string }{
		{",,,,", "", ""},
		{"-,…, ,,", "", ""},
		{"x,x,x,x,", "all+ email+ sms+ call+", ""},
		{"Có,Đồng ý,✓,1,", "all+ email+ sms+ call+", ""},
		{"YES,true,CÓ ĐỒNG Ý,y,", "all+ email+ sms+ call+", ""},
		{",không,,,", "email-", " ?consent_withdrawn channel=email"},
		{"Từ chối,,0,✗,", "all- sms- call-", " ?consent_withdrawn ?consent_withdrawn channel=sms ?consent_withdrawn channel=call"},
		{",,Không đồng ý,no,", "sms- call-", " ?consent_withdrawn channel=sms ?consent_withdrawn channel=call"},
		{"hỏi lại,,chưa rõ,,", "", " ?consent_unclear value=hỏi lại ?consent_unclear value=chưa rõ"},
		{",,,,x", "", " ?opted_out"},
		{",,,,không", "", ""},
	} {
		_, rows := readWith(t, header+c.cells+"\n", Options{})
		row := rows[0]
		var marks []string
		for _, m := range row.Consents {
			marks = append(marks, cmp.Or(string(m.Channel), "all")+map[bool]string{true: "+", false: "-"}[m.Given])
		}
		var got string
		for _, w := range row.Warnings {
			got += " ?" + fault(w)
		}
		if strings.Join(marks, " ") != c.want || got != c.told || row.Rejected() {
			t.Errorf("%q: %v%s, want %s%s", c.cells, row.Consents, got, c.want, c.told)
		}
		if row.OptedOut != (c.told == " ?opted_out") {
			t.Errorf("%q: opted out %v", c.cells, row.OptedOut)
		}
	}
}

// Remarks keep their meaning, and a person is told of once.
func TestRefusalsAreToldOnce(t *testing.T) {
	t.Parallel()
	_, rows := readWith(t, "Họ tên,SĐT,Ngừng nhận,Ghi chú\nLê Hà,0912345678,x,không nhận tin\n", Options{})
	check(t, rows, "2 Lê Hà | +84912345678 ?opted_out")
	if !rows[0].OptedOut {
		t.Error("not opted out")
	}
}
