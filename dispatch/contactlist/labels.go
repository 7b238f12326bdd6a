package contactlist

import "strings"

// labels are the spellings of columns that are certain, as words() gives them.
// Strength 3 is the usual name; less yields to another column of the field.
var labels = labelTable{}.
	with(FieldName, 3, "ho va ten", "ho ten", "hoten", "ho ten ctv", "ho va ten ctv", "ten ctv", "ten cong tac vien", "ho ten cong tac vien", "ho va ten cong tac vien",
		"ho ten can bo", "ho va ten can bo", "ten can bo", "ho dem va ten", "ho chu dem va ten", "ho ten dem", "ho ten day du", "ten day du", "ho va ten khai sinh", "ho ten khai sinh",
		"ten dong chi", "ten dai bieu", "ten nhan vien", "ten hoi vien", "full name", "fullname", "name", "contact name").
	with(FieldName, 2, "cong tac vien", "ctv", "ten nguoi", "nguoi lien he", "ten nguoi lien he", "ten ca nhan", "contact", "person").
	with(FieldFamily, 3, "ho", "ho dem", "ho va dem", "ho va ten dem", "ho ten dem", "ho chu dem", "ho va chu dem", "ho lot", "ho va ten lot", "ho va chu lot", "last name", "lastname", "surname", "family name").
	with(FieldGiven, 3, "ten", "ten goi", "ten rieng", "first name", "firstname", "given name").
	with(FieldPhone, 3, "dien thoai", "so dien thoai", "sdt", "so dt", "dtdd", "dt di dong", "dien thoai di dong", "so dien thoai di dong", "so dtdd", "di dong", "so di dong", "dd", "so dd", "sdd",
		"mobile", "mobile phone", "mobile number", "mobile no", "phone", "phone number", "phone no", "tel", "telephone", "cell", "cell phone", "cellphone", "contact number",
		"so may", "so goi", "so may di dong", "so thue bao", "so lien he", "so lien lac", "dtlh", "dtlc", "zalo", "so zalo", "viber", "whatsapp", "msisdn").
	with(FieldPhone, 2, "co dinh", "dien thoai ban", "may ban", "dtcd", "dtcq", "dtnr", "hotline").
	with(FieldPhone, 1, "dt", "lien he", "lien lac", "thong tin lien he", "thong tin lien lac").
	with(FieldEmail, 3, "email", "e mail", "mail", "gmail", "emai", "emial", "eamil", "thu dien tu", "thu dt", "dia chi email", "dia chi e mail", "dia chi mail", "dia chi gmail",
		"hop thu", "hop thu dien tu", "hom thu", "hom thu dien tu", "dia chi thu dien tu", "dia chi hop thu", "dia chi hom thu", "email address", "e mail address").
	with(FieldUnit, 3, "don vi", "don vi cong tac", "ten don vi", "co quan don vi", "don vi co quan", "dv", "dv cong tac", "unit", "organisation", "organization").
	with(FieldUnit, 2, "co quan", "co quan cong tac", "noi cong tac", "noi lam viec", "to chuc", "ten co quan", "department", "agency", "company", "workplace", "employer", "office").
	with(FieldUnit, 1, "xa phuong", "phuong xa", "xa", "phuong", "xa phuong thi tran", "xa phuong dac khu", "ten xa", "ten xa phuong", "dia ban", "dia phuong", "phong ban", "commune", "ward", "don vi xa phuong").
	with(FieldCode, 3, "ma", "ma ctv", "ma so", "ma so ctv", "ma cong tac vien", "ma can bo", "ma so can bo", "ma cb", "ma nv", "ma nhan vien", "ma thanh vien", "ma dai bieu",
		"code", "contact code", "staff code", "staff id", "employee id", "external id").
	with(FieldCode, 2, "id", "contact id", "so the ctv").
	with(FieldTitle, 3, "danh xung", "xung ho", "cach xung ho", "ong ba", "title", "salutation").
	with(FieldSex, 3, "gioi tinh", "gt", "g tinh", "phai", "nam nu", "nu nam", "gender", "sex").
	with(FieldMale, 3, "gioi tinh nam", "gt nam", "nam sinh nam", "ngay sinh nam", "ngay thang nam sinh nam", "phai nam", "male").
	with(FieldFemale, 3, "nu", "gioi tinh nu", "gt nu", "nam sinh nu", "ngay sinh nu", "ngay thang nam sinh nu", "phai nu", "female").
	with(FieldMale, 1, "nam"). // or năm, year: see resolve
	with(FieldBirth, 3, "nam sinh", "ngay sinh", "sinh nam", "sinh ngay", "ngay thang nam sinh", "ngay thang sinh", "ns", "n sinh", "birth", "birth year", "year of birth", "date of birth", "dob", "yob", "birthday", "birthdate").
	with(FieldLanguage, 3, "ngon ngu", "language", "lang").
	with(FieldZone, 3, "mui gio", "time zone", "timezone", "tz").
	with(FieldNote, 3, "ghi chu", "g chu", "note", "notes", "remark", "remarks", "comment", "comments", "chu thich", "luu y").
	with(FieldOrdinal, 3, "stt", "tt", "so tt", "so thu tu", "no", "nr").
	with(FieldConsent, 3, "dong y", "su dong y", "consent", "opt in", "nhan khao sat", "dong y nhan khao sat", "dong y tham gia", "chap thuan").
	with(FieldConsentEmail, 3, "nhan thu", "nhan email", "nhan e mail", "nhan thu dien tu").
	with(FieldConsentSMS, 3, "nhan tin nhan", "nhan tin", "nhan sms").
	with(FieldConsentCall, 3, "nhan cuoc goi", "nhan dien thoai").
	with(fieldRefusal, 3, "khong dong y", "ngung nhan", "thoi nhan", "khong nhan", "tu choi nhan", "tu choi nhan tin", "khong lien he", "opt out", "opted out", "unsubscribed", "do not contact").
	with(FieldIgnore, 3, "bo qua").
	with(FieldReason, 3, words(reasonHeader)).
	// One slip from a label above, and another thing.
	with(FieldAttribute, 0, "ma can ho", "tu chuc", "dia chi", "chuc vu", "chuc danh", "noi sinh", "ho khau", "dien tich")

// match is a field and how surely a label means it.
type match struct {
	field    Field
	strength int
}

type labelTable map[string]match

func (m labelTable) with(f Field, strength int, names ...string) labelTable {
	for _, n := range names {
		m[n] = match{f, strength}
	}
	return m
}

// sensitive are words that mark a column as one that is not taken: beliefs,
// origin, health, offences, party membership, identity and bank numbers.
var sensitive = []string{
	"dang vien", "vao dang", "the dang", "tuoi dang", "chuc vu dang", "sinh hoat dang", "chi bo", "dang bo", "cap uy", "party member", "party membership",
	"dan toc", "ethnicity", "ethnic group", "ethnic", "ton giao", "religion",
	"cccd", "cmnd", "cmt", "cmtnd", "cc", "can cuoc", "chung minh nhan dan", "chung minh thu", "so dinh danh", "dinh danh ca nhan", "ma dinh danh",
	"ho chieu", "passport", "national id", "id card", "identity number", "identity card",
	"bhxh", "bhyt", "bao hiem xa hoi", "bao hiem y te", "ma so thue", "mst", "so tai khoan", "stk", "tai khoan ngan hang", "bank account",
	"suc khoe", "nhom mau", "khuyet tat", "benh", "health", "disability", "tien an", "tien su",
}

// parts are words that decide when a longer label holds them, first come first.
var parts = []struct {
	field Field
	words []string
}{
	{FieldEmail, []string{"email", "e mail", "gmail", "mail", "thu dien tu", "hop thu", "hom thu"}},
	{FieldPhone, []string{"dien thoai", "sdt", "so dt", "dtdd", "dt", "di dong", "phone", "mobile", "zalo"}},
	{FieldName, []string{"ho va ten", "ho ten", "full name"}},
	{FieldBirth, []string{"nam sinh", "ngay sinh", "date of birth"}},
	{FieldSex, []string{"gioi tinh"}},
	{FieldUnit, []string{"don vi", "noi cong tac"}},
	{FieldNote, []string{"ghi chu"}},
}

// others are words that make a longer label speak of another person or thing,
// so that it stays an attribute.
var others = []string{"ma don vi", "cha", "me", "vo", "chong", "chu ho", "con trai", "con gai", "phu huynh", "nguoi than", "nguoi nha", "khan cap", "giam ho",
	"lanh dao", "thu truong", "truong phong", "giam doc", "chu tich", "nguoi gioi thieu", "nguoi phu trach", "nguoi quan ly", "nguoi lap", "nguoi nhap",
	"spouse", "wife", "husband", "mother", "father", "emergency", "manager", "supervisor", "referrer"}

// noise are words behind a label that say how to fill it in.
var noise = []string{"bat buoc", "khong bat buoc", "required", "optional", "neu co", "viet hoa", "in hoa", "chu in hoa", "viet chu in hoa", "ghi chu in hoa", "ghi ro", "co dau", "viet hoa co dau"}

// near are the labels that a slip may have been meant for, by what is left of
// them when one letter is taken out.
var near = nearLabels()

// shortest label, in letters, that is known by all but one of them
const minSlip = 6

type nearLabel struct {
	letters, label string
	match
}

func nearLabels() map[string][]nearLabel {
	index := map[string][]nearLabel{}
	put := func(label string, m match) {
		letters := strings.ReplaceAll(label, " ", "")
		n := nearLabel{letters, label, m}
		index[letters] = append(index[letters], n)
		if len(letters) < minSlip {
			return
		}
		for i := range letters {
			if rest := letters[:i] + letters[i+1:]; i == 0 || letters[i] != letters[i-1] {
				index[rest] = append(index[rest], n)
			}
		}
	}
	for label, m := range labels {
		put(label, m)
	}
	for _, label := range sensitive {
		put(label, match{FieldSensitive, 3})
	}
	return index
}

// slip finds the field that a label means whose blanks are missing, or which is
// one letter off a label of at least six: only one field, and never by turning
// a person's middle name into something else ("Họ Văn Tên").
func slip(text string) (match, bool) {
	letters := strings.ReplaceAll(text, " ", "")
	if len(letters) > 60 {
		return match{}, false
	}
	var found match
	try := func(key string) bool {
		for _, n := range near[key] {
			switch {
			case n.letters != letters && (len(n.letters) < minSlip || !isOneSlip(letters, n.letters)), bendsName(text, n.label):
			case found.field != "" && found.field != n.field:
				return false
			case found.field == "" || n.strength > found.strength:
				found = n.match
			}
		}
		return true
	}
	if ok := try(letters); !ok {
		return match{}, false
	}
	for i := range letters {
		if !try(letters[:i] + letters[i+1:]) {
			return match{}, false
		}
	}
	return match{found.field, max(found.strength-2, 1)}, found.strength > 0
}

// bendsName reports whether text has a middle name that the label has not.
func bendsName(text, label string) bool {
	for word := range strings.FieldsSeq(text) {
		if isMiddleName(word) && !hasWords(label, word) {
			return true
		}
	}
	return false
}
