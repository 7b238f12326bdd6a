package contactlist

import (
	"regexp"
	"strings"
)

// Field is what a column holds.
type Field string

// The fields. Every other column is an attribute.
const (
	FieldName       Field = "name"
	FieldFamily     Field = "family_name"
	FieldGiven      Field = "given_name"
	FieldPhone      Field = "phone" // any number of columns
	FieldEmail      Field = "email" // any number of columns
	FieldUnit       Field = "unit"
	FieldCode       Field = "code"
	FieldTitle      Field = "title"
	FieldSex        Field = "sex"
	FieldMale       Field = "sex_male"   // marked, or the year of birth, if the person is a man
	FieldFemale     Field = "sex_female" // the same for a woman
	FieldBirth      Field = "birth"
	FieldLanguage   Field = "language"
	FieldNote       Field = "note"
	FieldAttribute  Field = "attribute"
	FieldOrdinal    Field = "ordinal"   // running number of the row: not kept
	FieldSensitive  Field = "sensitive" // left out
	FieldReason     Field = "reason"    // our own column in a file of rejects
	fieldUnlabelled Field = ""
)

// labels are the spellings of columns that are certain, as words() gives them.
// Strength 3 is the usual name; less yields to another column of the field.
var labels = labelTable{}.
	with(FieldName, 3, "ho va ten", "ho ten", "hoten", "ho ten ctv", "ho va ten ctv", "ten ctv", "ten cong tac vien", "ho ten cong tac vien", "ho va ten cong tac vien",
		"ho ten can bo", "ho va ten can bo", "ten can bo", "ho dem va ten", "ho chu dem va ten", "ho ten day du", "ten day du", "full name", "fullname", "name", "contact name").
	with(FieldName, 2, "cong tac vien", "ctv", "ten nguoi", "nguoi lien he", "contact", "person").
	with(FieldFamily, 3, "ho", "ho dem", "ho va dem", "ho va ten dem", "ho ten dem", "ho chu dem", "ho va chu dem", "ho lot", "ho va chu lot", "last name", "lastname", "surname", "family name").
	with(FieldGiven, 3, "ten", "ten goi", "first name", "firstname", "given name").
	with(FieldPhone, 3, "dien thoai", "so dien thoai", "sdt", "so dt", "dtdd", "dt di dong", "dien thoai di dong", "so dien thoai di dong", "so dtdd", "di dong", "so di dong", "dd",
		"mobile", "mobile phone", "mobile number", "phone", "phone number", "phone no", "tel", "telephone", "cell", "cell phone", "cellphone", "so may", "so lien he", "so lien lac", "zalo", "so zalo", "msisdn").
	with(FieldPhone, 2, "co dinh", "dien thoai ban", "may ban", "hotline").
	with(FieldPhone, 1, "dt").
	with(FieldEmail, 3, "email", "e mail", "mail", "gmail", "thu dien tu", "dia chi email", "dia chi e mail", "dia chi mail", "hop thu", "hop thu dien tu", "dia chi thu dien tu", "email address", "e mail address").
	with(FieldUnit, 3, "don vi", "don vi cong tac", "ten don vi", "co quan don vi", "don vi co quan", "unit", "organisation", "organization").
	with(FieldUnit, 2, "co quan", "co quan cong tac", "noi cong tac", "noi lam viec", "to chuc", "ten co quan", "department", "agency", "company", "workplace", "employer", "office").
	with(FieldUnit, 1, "xa phuong", "phuong xa", "xa", "phuong", "xa phuong thi tran", "xa phuong dac khu", "ten xa", "ten xa phuong", "dia ban", "phong ban", "commune", "ward", "don vi xa phuong").
	with(FieldCode, 3, "ma", "ma ctv", "ma so", "ma so ctv", "ma cong tac vien", "ma can bo", "ma cb", "ma nv", "ma nhan vien", "ma thanh vien", "code", "contact code", "staff code", "employee id", "external id").
	with(FieldCode, 2, "id", "contact id").
	with(FieldTitle, 3, "danh xung", "xung ho", "cach xung ho", "ong ba", "title", "salutation").
	with(FieldSex, 3, "gioi tinh", "gt", "phai", "nam nu", "nu nam", "gender", "sex").
	with(FieldMale, 3, "gioi tinh nam", "gt nam", "nam sinh nam", "ngay sinh nam", "ngay thang nam sinh nam", "phai nam", "male").
	with(FieldFemale, 3, "nu", "gioi tinh nu", "gt nu", "nam sinh nu", "ngay sinh nu", "ngay thang nam sinh nu", "phai nu", "female").
	with(FieldMale, 1, "nam"). // or năm, year: see resolve
	with(FieldBirth, 3, "nam sinh", "ngay sinh", "sinh nam", "ngay thang nam sinh", "ngay thang sinh", "ns", "birth", "birth year", "year of birth", "date of birth", "dob", "yob", "birthday", "birthdate").
	with(FieldLanguage, 3, "ngon ngu", "language", "lang").
	with(FieldNote, 3, "ghi chu", "note", "notes", "remark", "remarks", "comment", "comments", "chu thich", "luu y").
	with(FieldOrdinal, 3, "stt", "tt", "so tt", "so thu tu", "no", "nr").
	with(FieldReason, 3, words(reasonHeader))

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
// origin, party membership, identity and bank numbers.
var sensitive = []string{
	"dang vien", "vao dang", "the dang", "chuc vu dang", "party member", "party membership",
	"dan toc", "ethnicity", "ethnic group", "ton giao", "religion",
	"cccd", "cmnd", "cmt", "cmtnd", "cc", "can cuoc", "chung minh nhan dan", "chung minh thu", "so dinh danh", "dinh danh ca nhan", "ma dinh danh",
	"ho chieu", "passport", "national id", "id card", "identity number", "identity card",
	"bhxh", "bhyt", "bao hiem xa hoi", "bao hiem y te", "ma so thue", "mst", "so tai khoan", "stk", "bank account",
	"suc khoe", "health",
}

// parts are words that decide when a longer label holds them, first come first.
var parts = []struct {
	field Field
	words []string
}{
	{FieldEmail, []string{"email", "e mail", "gmail", "thu dien tu"}},
	{FieldPhone, []string{"dien thoai", "sdt", "so dt", "dtdd", "dt", "di dong", "phone", "mobile", "zalo"}},
	{FieldName, []string{"ho va ten", "ho ten", "full name"}},
	{FieldBirth, []string{"nam sinh", "ngay sinh", "date of birth"}},
	{FieldSex, []string{"gioi tinh"}},
	{FieldUnit, []string{"don vi", "noi cong tac"}},
	{FieldNote, []string{"ghi chu"}},
}

// others are words that make a longer label speak of another person or thing,
// so that it stays an attribute.
var others = []string{"ma don vi", "cha", "me", "vo", "chong", "chu ho", "lanh dao", "nguoi gioi thieu", "nguoi phu trach", "thu truong"}

var brackets = regexp.MustCompile(`[(\[{][^)\]}]*[)\]}]`)

// classify says what a label means.
func classify(label string) match {
	full := words(label)
	switch {
	case full == "":
		if strings.TrimSpace(label) == "#" {
			return match{FieldOrdinal, 3}
		}
		return match{}
	case hasAnyWords(full, sensitive):
		return match{FieldSensitive, 3}
	}
	if m, ok := labels[full]; ok {
		return m
	}
	short := words(brackets.ReplaceAllString(label, " "))
	if m, ok := labels[strings.TrimRight(short, " 0123456789")]; ok {
		return match{m.field, max(m.strength-1, 1)}
	}
	if !hasAnyWords(full, others) {
		for _, p := range parts {
			if hasAnyWords(full, p.words) {
				return match{p.field, 1}
			}
		}
	}
	return match{FieldAttribute, 0}
}

// key is the attribute name of a label: folded snake_case, at most 60
// characters. Districts are history: the column keeps its values as huyen_cu.
func key(label string) string {
	k := words(brackets.ReplaceAllString(label, " "))
	if k == "" {
		k = words(label)
	}
	switch k {
	case "huyen", "quan huyen", "huyen cu", "huyen thi xa", "huyen thanh pho", "quan huyen thi xa":
		return "huyen_cu"
	}
	if r := []rune(k); len(r) > 60 {
		k = strings.TrimSpace(string(r[:60]))
	}
	return strings.ReplaceAll(k, " ", "_")
}
