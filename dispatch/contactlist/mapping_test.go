package contactlist

import (
	"strings"
	"testing"
)

func TestClassify(t *testing.T) {
	t.Parallel()
	for field, spellings := range map[Field][]string{
		FieldName:      {"Họ và tên", "HỌ VÀ TÊN", "Ho va ten", "Họ tên", "Họ & tên", "Họ, tên", "Họ và tên CTV", "Họ và tên (viết hoa)", "Full name", "Name", "Họ và tên người được mời", "Tên CTV", "Họ và tên*"},
		FieldFamily:    {"Họ", "Họ đệm", "Họ và tên đệm", "Last name", "Họ và chữ lót"},
		FieldGiven:     {"Tên", "First name", "Given name", "ten"},
		FieldPhone:     {"Điện thoại", "Số điện thoại", "SĐT", "sdt", "Số ĐT", "ĐT", "ĐTDĐ", "Di động", "Điện thoại di động", "Số điện thoại (di động)", "Số điện thoại liên hệ/Zalo", "Phone", "Mobile", "Tel.", "Cell phone", "SĐT 1", "SĐT 2", "Zalo", "Điện thoại cố định", "ĐT cơ quan"},
		FieldEmail:     {"Email", "E-mail", "Mail", "Thư điện tử", "Địa chỉ email", "Địa chỉ thư điện tử", "Hộp thư", "Gmail", "Email cá nhân", "E-mail (nếu có)"},
		FieldUnit:      {"Đơn vị", "Đơn vị công tác", "Cơ quan, đơn vị", "Nơi công tác", "Xã/phường", "Phường, xã", "Unit", "Organization", "Chức vụ, đơn vị công tác", "Địa bàn"},
		FieldCode:      {"Mã", "Mã CTV", "Mã số", "Code", "ID"},
		FieldTitle:     {"Danh xưng", "Ông/Bà", "Title", "Xưng hô"},
		FieldSex:       {"Giới tính", "Nam/Nữ", "Sex", "Gender", "GT"},
		FieldFemale:    {"Nữ", "Giới tính Nữ", "Năm sinh Nữ"},
		FieldBirth:     {"Năm sinh", "Ngày sinh", "Ngày, tháng, năm sinh", "Date of birth", "DOB", "Ngày tháng năm sinh (dd/mm/yyyy)"},
		FieldLanguage:  {"Ngôn ngữ", "Language"},
		FieldNote:      {"Ghi chú", "GHI CHÚ", "Note", "Ghi chú khác"},
		FieldOrdinal:   {"STT", "TT", "Số TT", "No.", "#", "Stt"},
		FieldSensitive: {"Đảng viên", "Dân tộc", "Tôn giáo", "Số CCCD", "CCCD", "CMND/CCCD", "Số căn cước công dân", "Chức vụ Đảng", "Ngày vào Đảng", "Passport", "Religion", "Mã định danh cá nhân", "Số tài khoản", "Mã số thuế", "Điện thoại, CCCD"},
		FieldAttribute: {"Địa chỉ", "Chức vụ", "Chức danh", "Cụm", "Huyện", "Nhóm", "Trình độ", "Họ tên vợ/chồng", "Mã đơn vị", "Địa chỉ nhà riêng", "Ngày cấp", "Address", "Năm", "Điện thoại của vợ"},
		FieldReason:    {reasonHeader},
	} {
		for _, s := range spellings {
			if got := classify(s).field; got != field && !(s == "Năm" && got == FieldMale) {
				t.Errorf("%q is %q, want %q", s, got, field)
			}
		}
	}
}

// fields renders a mapping as "name phone attribute=chuc_vu".
func fields(m Mapping) string {
	var out []string
	for _, c := range m.Columns {
		s := string(c.Field)
		if c.Key != "" {
			s += "=" + c.Key
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

func TestMapHeader(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		header, want string
		score        int
	}{
		{"STT|Họ và tên|Điện thoại|Email|Ghi chú", "ordinal name phone email note=ghi_chu", 11},
		{"Tên|SĐT", "name phone", 6},
		{"Họ đệm|Tên|Mobile", "family_name given_name phone", 6},
		{"Họ và tên|Họ|Tên|Mobile", "name attribute=ho attribute=ten phone", 6},
		{"Họ tên|Nam|Nữ|SĐT", "name sex_male sex_female phone", 8},
		{"Họ tên|Năm|Nữ|SĐT", "name attribute=nam sex_female phone", 7},
		{"Họ tên|Nam|SĐT", "name attribute=nam phone", 6},
		{"Họ tên|Đơn vị|Xã/phường|SĐT", "name unit attribute=xa_phuong phone", 7},
		{"Họ tên|Xã/phường|SĐT", "name unit phone", 7},
		{"Họ tên|SĐT|DT", "name phone sensitive", 7},
		{"Họ tên|DT", "name phone", 6},
		{"Họ tên|SĐT 1|SĐT 2||Nhóm|Nhóm|Huyện", "name phone phone attribute=cot_4 attribute=nhom attribute=nhom_2 attribute=huyen_cu", 7},
		{"Họ tên|Dân tộc|Địa chỉ|Địa chỉ email", "name sensitive attribute=dia_chi email", 7},
		{"Phone|Email", "phone email", 0},
		{"Nguyễn Văn Xuân|0912345678", "", 0},
		{"", "attribute=cot_1", 0},
		{"ỦY BAN MẶT TRẬN TỈNH LAM XUYÊN||", "attribute=uy_ban_mat_tran_tinh_lam_xuyen attribute=cot_2 attribute=cot_3", 0},
	} {
		m, score := MapHeader(strings.Split(c.header, "|"))
		if got := fields(m); got != c.want || score != c.score {
			t.Errorf("%q\n got  %s (%d)\n want %s (%d)", c.header, got, score, c.want, c.score)
		}
	}
}

func TestLabelsAreFolded(t *testing.T) {
	t.Parallel()
	for label := range labels {
		if words(label) != label {
			t.Errorf("label %q is written %q when folded", label, words(label))
		}
	}
	for _, list := range [][]string{sensitive, others, leftWords, outWords, relatives, deadWords} {
		for _, w := range list {
			if words(w) != w {
				t.Errorf("%q is written %q when folded", w, words(w))
			}
		}
	}
}
