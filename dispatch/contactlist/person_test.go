package contactlist

import (
	"strings"
	"testing"

	"canvass/dispatch/survey"

	"golang.org/x/text/unicode/norm"
)

func TestParseName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in, name, title string
		code            survey.Code
	}{
		{"Nguyễn Văn Xuân", "Nguyễn Văn Xuân", "", ""},
		{"  Nguyễn   Văn\u00a0Xuân ", "Nguyễn Văn Xuân", "", ""},
		{norm.NFD.String("Nguyễn Văn Xuân"), "Nguyễn Văn Xuân", "", ""},
		{"NGUYỄN VĂN XUÂN", "Nguyễn Văn Xuân", "", ""},
		{norm.NFD.String("ĐỖ THỊ NGỰ"), "Đỗ Thị Ngự", "", ""},
		{"nguyễn văn xuân", "Nguyễn Văn Xuân", "", ""},
		{"Nguyễn văn Xuân", "Nguyễn văn Xuân", "", ""},
		{"Ðặng Thị Hoa", "Đặng Thị Hoa", "", ""},
		{"Lê Hà", "Lê Hà", "", ""},
		{"N.V. Hải", "N.V. Hải", "", ""},
		{"N.V. HẢI", "N.V. Hải", "", ""},
		{"H'HEN NIÊ", "H'Hen Niê", "", ""},
		{"Y-BHĂM ÊBAN", "Y-Bhăm Êban", "", ""},
		{"Hoà", "Hoà", "", ""},
		{"Đ/c Nguyễn Văn Xuân", "Nguyễn Văn Xuân", "Đ/c", ""},
		{"đ/c: Nguyễn Văn Xuân", "Nguyễn Văn Xuân", "Đ/c", ""},
		{"Đồng chí Nguyễn Văn Xuân", "Nguyễn Văn Xuân", "Đ/c", ""},
		{"Bà Lê Hà", "Lê Hà", "Bà", ""},
		{"BÀ LÊ HÀ", "Lê Hà", "Bà", ""},
		{"Bà Lan", "Lan", "Bà", ""},
		{"Bá Văn Lợi", "Bá Văn Lợi", "", ""},
		{"Ông Nguyễn Văn Xuân", "Nguyễn Văn Xuân", "Ông", ""},
		{"ÔNG NGUYỄN VĂN XUÂN", "Nguyễn Văn Xuân", "Ông", ""},
		{"Ông Ông Văn Bình", "Ông Văn Bình", "Ông", ""},
		{"Ông Văn Bình", "Ông Văn Bình", "", ""},
		{"ông: Văn Bình", "Văn Bình", "Ông", ""},
		{"Anh Nguyễn Văn Xuân", "Nguyễn Văn Xuân", "Anh", ""},
		{"Anh Thư", "Anh Thư", "", ""},
		{"Ánh Thị Sim", "Ánh Thị Sim", "", ""},
		{"Chị Nguyễn Thị Sim", "Nguyễn Thị Sim", "Chị", ""},
		{"Chi Nguyễn Thị Sim", "Nguyễn Thị Sim", "Chị", ""},
		{"Cô Lê Thị Hoa", "Lê Thị Hoa", "Cô", ""},
		{"ThS. Nguyễn Văn Xuân", "Nguyễn Văn Xuân", "ThS", ""},
		{"Đ/c TS Nguyễn Văn Xuân", "Nguyễn Văn Xuân", "Đ/c", ""},
		{"Mr. Nguyen Van Xuan", "Nguyen Van Xuan", "Ông", ""},
		{"Mrs Le Ha", "Le Ha", "Bà", ""},
		{"Chu Thị Lan", "Chu Thị Lan", "", ""},
		{"Đàm Văn Âu", "Đàm Văn Âu", "", ""},
		{"Âu", "Âu", "", ""},
		{"Ông", "Ông", "", ""},
		{"Nguyễn Thị Thanh Thúy Hằng", "Nguyễn Thị Thanh Thúy Hằng", "", ""},
		{"Moong Thị Quý", "Moong Thị Quý", "", ""},
		{"Huỳnh Thuý Huệ", "Huỳnh Thuý Huệ", "", ""},

		{"", "", "", survey.CodeNameMissing},
		{"-", "", "", survey.CodeNameMissing},
		{"0912345678", "", "", survey.CodeNameMissing},
		{"=A1&B1", "", "", survey.CodeNameMissing},
		{"xuan@gmail.example", "", "", survey.CodeNameMissing},
		{strings.Repeat("Nguyễn ", 30), "", "", survey.CodeNameMissing},

		{"NguyÔn V¨n Xu©n", "", "", survey.CodeLegacyEncoding},
		{"Hoµng ThÞ Lª", "", "", survey.CodeLegacyEncoding},
		{"§ç V¨n Hïng", "", "", survey.CodeLegacyEncoding},
		{"TrÇn ViÖt", "", "", survey.CodeLegacyEncoding},
		{"Nguyeãn Vaên Xuaân", "", "", survey.CodeLegacyEncoding},
		{"Leâ Thò Haø", "", "", survey.CodeLegacyEncoding},
		{"Nguyá»…n VÄƒn XuÃ¢n", "", "", survey.CodeLegacyEncoding},
		{"Nguy\ufffdn", "", "", survey.CodeLegacyEncoding},
	} {
		name, title, err := ParseName(c.in)
		var code survey.Code
		if err != nil {
			code = err.Code
		}
		if string(name) != c.name || title != c.title || code != c.code {
			t.Errorf("ParseName(%q) = %q, %q, %q; want %q, %q, %q", c.in, string(name), title, code, c.name, c.title, c.code)
		}
	}
}

func TestParseEmail(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, want, warnings string }{
		{"xuan@gmail.example", "xuan@gmail.example", ""},
		{" Xuan.NV@Gmail.EXAMPLE ", "Xuan.NV@gmail.example", ""},
		{"<xuan@gmail.example>", "xuan@gmail.example", ""},
		{"mailto:xuan@gmail.example", "xuan@gmail.example", ""},
		{"xuan@gmail.example.", "xuan@gmail.example", ""},
		{"xuan @gmail.example", "xuan@gmail.example", "email_suspect fixed=blanks"},
		{"xuan@ gmail. example", "xuan@gmail.example", "email_suspect fixed=blanks"},
		{"ｘｕａｎ＠gmail.example", "xuan@gmail.example", ""},
		{"xuan\u200b@gmail.example", "xuan@gmail.example", ""},
		{"xuan@gmail.con", "xuan@gmail.con", "email_suspect guess=gmail.com"},
		{"xuan@gmai.com", "xuan@gmai.com", "email_suspect guess=gmail.com"},
		{"xuan@gmial.com", "xuan@gmial.com", "email_suspect guess=gmail.com"},
		{"xuan@yaho.com", "xuan@yaho.com", "email_suspect guess=yahoo.com"},
		{"xuan@lamxuyen.con", "xuan@lamxuyen.con", "email_suspect guess=lamxuyen.com"},
		{"ubndxa.haitrien@lamxuyen.example", "ubndxa.haitrien@lamxuyen.example", "email_shared"},
		{"info@lamxuyen.example", "info@lamxuyen.example", "email_shared"},
		{"van-phong2@lamxuyen.example", "van-phong2@lamxuyen.example", "email_shared"},
		{"vananh@lamxuyen.example", "vananh@lamxuyen.example", ""},

		{"", "", "error at"},
		{"xuan", "", "error at"},
		{"xuan@a@b.example", "", "error at"},
		{"xuan@gmail,example", "", "error comma"},
		{"xuan,nv@gmail.example", "", "error comma"},
		{"nguyễnvănxuân@gmail.example", "", "error letters"},
		{"xuan@gmạil.example", "", "error letters"},
		{"@gmail.example", "", "error local"},
		{"xuan..nv@gmail.example", "", "error local"},
		{".xuan@gmail.example", "", "error local"},
		{"xu(an@gmail.example", "", "error local"},
		{"xuan@gmail", "", "error domain"},
		{"xuan@-gmail.example", "", "error domain"},
		{"xuan@gmail.123", "", "error domain"},
		{"xuan@gmail..example", "", "error domain"},
		{strings.Repeat("x", 65) + "@gmail.example", "", "error length"},
	} {
		address, warnings, err := ParseEmail(c.in)
		var told []string
		for _, w := range warnings {
			s := string(w.Code)
			for k, v := range w.Args {
				s += " " + k + "=" + v
			}
			told = append(told, s)
		}
		if err != nil {
			if err.Code != survey.CodeEmailInvalid {
				t.Errorf("%q: code %s", c.in, err.Code)
			}
			told = append(told, "error "+err.Args["why"])
		}
		if got := strings.Join(told, "; "); string(address) != c.want || got != c.warnings {
			t.Errorf("ParseEmail(%q) = %q, %q; want %q, %q", c.in, string(address), got, c.want, c.warnings)
		}
	}
}

func FuzzParseName(f *testing.F) {
	for _, s := range []string{"Ông Ông Văn Bình", "NguyÔn", "Đ/c. Đ/c. X", "N.V. HẢI", "İı", "\xff", "Mr. Mrs. Bà"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		name, _, err := ParseName(s)
		if (name == "") != (err != nil) {
			t.Errorf("%q: %q, %v", s, string(name), err)
		}
		if got := tidy(string(name)); got != string(name) {
			t.Errorf("%q: %q is not tidy", s, string(name))
		}
	})
}

func FuzzParseEmail(f *testing.F) {
	for _, s := range []string{"a@b.example", "a @ b , c", "@", "a@b@c", "ubnd@x.con"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		address, _, err := ParseEmail(s)
		if (address == "") != (err != nil) {
			t.Errorf("%q: %q, %v", s, string(address), err)
		}
		if err != nil {
			return
		}
		again, _, err := ParseEmail(string(address))
		if err != nil || again != address {
			t.Errorf("%q gave %q, which reads as %q, %v", s, string(address), string(again), err)
		}
	})
}
