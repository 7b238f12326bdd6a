package contactlist

import (
	"regexp"
	"strings"
)

// Field is what a column holds.
type Field string

// The fields. Every other column is an attribute.
const (
	FieldName     Field = "name"
	FieldFamily   Field = "family_name"
	FieldGiven    Field = "given_name"
	FieldPhone    Field = "phone" // any number of columns
	FieldEmail    Field = "email" // any number of columns
	FieldUnit     Field = "unit"
	FieldCode     Field = "code"
	FieldTitle    Field = "title"
	FieldSex      Field = "sex"
	FieldMale     Field = "sex_male"   // marked, or the year of birth, if the person is a man
	FieldFemale   Field = "sex_female" // the same for a woman
	FieldBirth    Field = "birth"
	FieldLanguage Field = "language"
	FieldZone     Field = "zone"
	FieldNote     Field = "note"
	// yes or no, to every channel or to one
	FieldConsent      Field = "consent"
	FieldConsentEmail Field = "consent_email"
	FieldConsentSMS   Field = "consent_sms"
	FieldConsentCall  Field = "consent_call"
	FieldAttribute    Field = "attribute"
	FieldIgnore       Field = "ignore"    // left out because somebody said so
	FieldOrdinal      Field = "ordinal"   // running number of the row: not kept
	FieldSensitive    Field = "sensitive" // left out
	FieldReason       Field = "reason"    // our own column in a file of rejects
	fieldRefusal      Field = "refusal"   // marked if the person wants no contact
	fieldUnlabelled   Field = ""
)

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
	case isSurname(label):
		return match{FieldAttribute, 0}
	}
	if m, ok := labels[full]; ok {
		return m
	}
	if f, ok := consentField(full); ok {
		return match{f, 2}
	}
	short := bare(label)
	if m, ok := labels[short]; ok {
		return match{m.field, max(m.strength-1, min(m.strength, 1))}
	}
	if hasAnyWords(full, others) {
		return match{FieldAttribute, 0}
	}
	for _, p := range parts {
		if hasAnyWords(full, p.words) {
			return match{p.field, 1}
		}
	}
	if m, ok := slip(short); ok {
		return m
	}
	return match{FieldAttribute, 0}
}

// isSurname reports whether a label that begins with "ho" is a name: Hồ is a
// family, Họ a column.
func isSurname(label string) bool {
	word, rest, _ := strings.Cut(strings.ToLower(tidy(label)), " ")
	return word == "hồ" && rest != ""
}

// bare is a label without what stands in brackets, numbers around it and words
// on how to fill it in.
func bare(label string) string {
	short := strings.Trim(words(brackets.ReplaceAllString(label, " ")), " 0123456789")
	for again := true; again; {
		again = false
		for _, n := range noise {
			if rest, ok := strings.CutSuffix(short, " "+n); ok {
				short, again = strings.TrimRight(rest, " 0123456789"), true
			}
		}
	}
	return short
}

// consentField reads longer labels of consent: "Đồng ý nhận tin nhắn qua Zalo".
// A label of two channels is neither, and one of an address is none.
func consentField(full string) (Field, bool) {
	for _, no := range [...]string{"khong dong y", "tu choi nhan", "khong nhan"} {
		if hasWords(full, no) {
			return fieldRefusal, strings.HasPrefix(full, no) && !hasWords(full, "duoc")
		}
	}
	if !hasAnyWords(full, []string{"dong y", "consent", "consents", "opt in", "chap thuan"}) && !strings.HasPrefix(full, "nhan khao sat ") ||
		hasAnyWords(full, []string{"so dien thoai", "sdt", "so dt", "dia chi"}) {
		return "", false
	}
	field := FieldConsent
	for f, phrases := range map[Field][]string{
		FieldConsentEmail: {"nhan thu", "qua thu", "gui thu", "thu dien tu", "mail", "email", "e mail", "emails"},
		FieldConsentSMS:   {"tin nhan", "nhan tin", "sms", "text", "texts"},
		FieldConsentCall:  {"cuoc goi", "goi dien", "nhan goi", "dien thoai", "call", "calls", "phone", "voice"},
	} {
		switch {
		case !hasAnyWords(full, phrases):
		case field != FieldConsent:
			return FieldAttribute, true
		default:
			field = f
		}
	}
	return field, true
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
