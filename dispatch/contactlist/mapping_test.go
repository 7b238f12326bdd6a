package contactlist

import (
	"strings"
	"testing"
)

// The spellings of headers that offices use, invented after their kind.
func labelCases() map[Field][]string {
	return map[Field][]string{
		FieldName: {"Họ và tên", "HỌ VÀ TÊN", "Ho va ten", "Họ tên", "Họ & tên", "Họ, tên", "Họ và tên CTV", "Họ và tên (viết hoa)", "Full name", "Name", "Họ và tên người được mời", "Tên CTV", "Họ và tên*",
			"Họ  và  tên CTV (ghi chữ in hoa)", "Họ\nvà tên", "Họ và tên (*)", "Họ và tên (bắt buộc)", "Họ và tên bắt buộc", "Họ và tên - viết hoa có dấu", "1. Họ và tên", "Họ, chữ đệm và tên", "Họ và tên khai sinh",
			"Hovaten", "Họ và tne", "Hộ và tên", "Họ và tênn", "Full nmae", "Tên cộng tác viên", "Cộng tác viên", "Họ và tên đ/c", "Tên người liên hệ"},
		FieldFamily: {"Họ", "Họ đệm", "Họ và tên đệm", "Last name", "Họ và chữ lót", "Họ và tên lót", "Surname"},
		FieldGiven:  {"Tên", "First name", "Given name", "ten", "Tên (*)", "Tên gọi"},
		FieldPhone: {"Điện thoại", "Số điện thoại", "SĐT", "sdt", "Số ĐT", "ĐT", "ĐTDĐ", "Di động", "Điện thoại di động", "Số điện thoại (di động)", "Số điện thoại liên hệ/Zalo", "Phone", "Mobile", "Tel.", "Cell phone", "SĐT 1", "SĐT 2", "Zalo", "Điện thoại cố định", "ĐT cơ quan",
			"Số ĐT cơ quan", "Điện thọai", "Địên thoại", "Điên thoai", "Điện thoạii", "Đện thoại", "Điện thaoi", "Điệnthoại", "Số đt liên hệ", "S.Đ.T", "Số máy", "Số máy di động", "ĐT NR", "Đ.T", "Mobile No.", "Moblie phone", "Điện thoại (ghi đủ 10 số)", "Điện thoại/Zalo", "Contact number", "Phone (required)",
			"SỐ ĐIỆN\nTHOẠI", "Số điện thoại - bắt buộc", "ĐTDĐ (*)", "Liên hệ", "Số liên lạc", "Viber", "Số DĐ"},
		FieldEmail: {"Email", "E-mail", "Mail", "Thư điện tử", "Địa chỉ email", "Địa chỉ thư điện tử", "Hộp thư", "Gmail", "Email cá nhân", "E-mail (nếu có)",
			"Địa chỉ e-mail", "Emai", "Emial", "E - mail", "E.mail", "Hòm thư điện tử", "Thư điện tư", "Hộp thư điện tử công vụ", "Mail công vụ", "Thư ĐT", "Email address", "Emaill address", "Email 2"},
		FieldUnit: {"Đơn vị", "Đơn vị công tác", "Cơ quan, đơn vị", "Nơi công tác", "Xã/phường", "Phường, xã", "Unit", "Organization", "Chức vụ, đơn vị công tác", "Địa bàn",
			"Tên cơ quan", "Tên đơn vị", "ĐV công tác", "Cơ quan/Đơn vị", "Đơn vị công tac", "Đơn vị cong tác", "Đơn vi công tác", "Đơn vịcông tác", "Nơi công tác hiện nay", "Xã, phường, đặc khu", "Phòng/ban", "Organisaton"},
		FieldCode:         {"Mã", "Mã CTV", "Mã số", "Code", "ID", "Mã số CTV", "Mã CB", "Mã cán bộ", "Mã cộng tác vien", "Staff code", "Mã CTV (do văn phòng cấp)"},
		FieldTitle:        {"Danh xưng", "Ông/Bà", "Title", "Xưng hô", "Danh xưngg"},
		FieldSex:          {"Giới tính", "Nam/Nữ", "Sex", "Gender", "GT", "Giới tính (Nam/Nữ)", "Gới tính", "Phái"},
		FieldFemale:       {"Nữ", "Giới tính Nữ", "Năm sinh Nữ"},
		FieldBirth:        {"Năm sinh", "Ngày sinh", "Ngày, tháng, năm sinh", "Date of birth", "DOB", "Ngày tháng năm sinh (dd/mm/yyyy)", "Năm sing", "Ngày/tháng/năm sinh", "Sinh năm", "N.sinh", "Ngày sinnh"},
		FieldLanguage:     {"Ngôn ngữ", "Language"},
		FieldZone:         {"Múi giờ", "MÚI GIỜ", "Mui gio", "Time zone", "Timezone", "Múi giờ (nếu có)"},
		FieldNote:         {"Ghi chú", "GHI CHÚ", "Note", "Ghi chú khác", "Ghi  chú", "Gi chú", "Remarks", "Lưu ý"},
		FieldOrdinal:      {"STT", "TT", "Số TT", "No.", "#", "Stt", "S.T.T", "T.T", "Số thứ tự"},
		FieldConsent:      {"Đồng ý", "Consent", "Opt-in", "Nhận khảo sát", "Đồng ý tham gia", "Đồng ý nhận khảo sát", "Đồng ý (x)"},
		FieldConsentEmail: {"Đồng ý nhận thư/e-mail", "Đồng ý nhận thư", "Đồng ý nhận e-mail", "Consent to email", "Nhận thư"},
		FieldConsentSMS:   {"Đồng ý nhận tin nhắn/SMS", "Đồng ý nhận tin nhắn", "Đồng ý nhận SMS", "SMS opt-in", "Nhận tin nhắn"},
		FieldConsentCall:  {"Đồng ý nhận cuộc gọi", "Đồng ý nghe điện thoại", "Consent (calls)"},
		fieldRefusal:      {"Không đồng ý", "Ngừng nhận", "Không nhận", "Opt out", "Do not contact", "Từ chối nhận tin nhắn"},
		FieldSensitive: {"Đảng viên", "Dân tộc", "Tôn giáo", "Số CCCD", "CCCD", "CMND/CCCD", "Số căn cước công dân", "Chức vụ Đảng", "Ngày vào Đảng", "Passport", "Religion", "Mã định danh cá nhân", "Số tài khoản", "Mã số thuế", "Điện thoại, CCCD",
			"Số CMND", "Số thẻ Đảng viên", "Chi bộ", "Dân tộcc", "Thành phần dân tộc", "Mã BHXH", "Tình trạng sức khỏe", "Nhóm máu", "Hộ chiếu số", "Số TK (STK)", "Ethnicity"},
		FieldAttribute: {"Địa chỉ", "Chức vụ", "Chức danh", "Cụm", "Huyện", "Nhóm", "Trình độ", "Họ tên vợ/chồng", "Mã đơn vị", "Địa chỉ nhà riêng", "Ngày cấp", "Address", "Năm", "Điện thoại của vợ",
			"Người giới thiệu", "ĐT vợ", "SĐT người giới thiệu", "Họ tên thủ trưởng", "Email lãnh đạo", "SĐT khẩn cấp", "Nơi sinh", "Nơi cấp", "Hồ sơ", "Mã căn hộ", "Số nhà", "Địa chỉ liên hệ", "Lĩnh vực", "Tuổi", "Diện tích",
			"Hồ Tên", "Hồ Đệm", "Họ Văn Tên", "Lê Xã", "Trần Thị Phường", "Nguyễn Thị Mã", "Đồng ý nhận tin nhắn, cuộc gọi"},
		FieldIgnore: {"Bỏ qua", "Bỏ qua 4"},
		FieldReason: {reasonHeader},
	}
}

func TestClassify(t *testing.T) {
	t.Parallel()
	n := 0
	for field, spellings := range labelCases() {
		n += len(spellings)
		for _, s := range spellings {
			if got := classify(s).field; got != field && !(s == "Năm" && got == FieldMale) {
				t.Errorf("%q is %q, want %q", s, got, field)
			}
		}
	}
	if n < 120 {
		t.Errorf("only %d spellings", n)
	}
}

// What we call a column ourselves is understood again.
func TestLabelOf(t *testing.T) {
	t.Parallel()
	for _, f := range Fields() {
		if label := labelOf(f); label != "" && classify(label).field != f {
			t.Errorf("%q is %q, want %q", label, classify(label).field, f)
		}
		if _, ok := parseField(string(f)); !ok {
			t.Errorf("%q cannot be said", f)
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
		{"Họ tên|Năm|Nữ|SĐT", "name attribute=nam sex_female phone", 6},
		{"Lê Xã|CTV|Nữ", "", 0},
		{"L. Xã|CTV|Nữ", "attribute=l_xa name sex_female", 3}, // no header: see headerScore
		{"Họ tên|SĐT|Đồng ý|Đồng ý nhận SMS", "name phone consent consent_sms", 8},
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
	for _, p := range parts {
		for _, w := range p.words {
			if words(w) != w {
				t.Errorf("%q is written %q when folded", w, words(w))
			}
		}
	}
	for _, list := range [][]string{sensitive, others, noise, officeWords, leftWords, outWords, relatives, deadWords} {
		for _, w := range list {
			if words(w) != w {
				t.Errorf("%q is written %q when folded", w, words(w))
			}
		}
	}
}
