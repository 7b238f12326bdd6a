package xlsform

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

// What stands in the column type, in the spellings of all the years.
func TestTypes(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]rowType{
		"text": {class: classItem, shape: shapeText}, " Integer ": {class: classItem, shape: shapeInteger},
		"select_one muc":                     {class: classItem, shape: shapeSingle, list: "muc"},
		"select one from muc":                {class: classItem, shape: shapeSingle, list: "muc"},
		"select1 muc or_other":               {class: classItem, shape: shapeSingle, list: "muc", other: true},
		"select_one or_other":                {class: classItem, shape: shapeSingle, list: "or_other"},
		"select all that apply from Loại Xe": {class: classItem, shape: shapeMultiple, list: "Loại Xe"},
		"select_multiple":                    {class: classItem, shape: shapeMultiple},
		"rank viec":                          {class: classItem, shape: shapeRanking, list: "viec"},
		"begin_group":                        {class: classBegin}, "begin group": {class: classBegin}, "End  Group": {class: classEnd},
		"begin_repeat": {class: classRepeat, code: "form_repeat"}, "end repeat": {class: classRepeatEnd},
		"trigger": {class: classItem, shape: shapeTick}, "deviceid": {class: classMeta}, "dateTime": {class: classAsText, shape: shapeText},
		"select_one_from_file a.csv": {class: classRefused, code: "form_external"}, "geoshape": {class: classRefused, code: "form_place"},
		"background-audio": {class: classRefused, code: "form_media"}, "textt": {class: classUnknown, code: "form_type_unknown"}, "": {class: classUnknown},
	} {
		if got := parseType(s); got != want {
			t.Errorf("%q: %+v, want %+v", s, got, want)
		}
	}
}

// Headers in any case, with either colon, composed or not.
func TestHeaders(t *testing.T) {
	t.Parallel()
	for s, want := range map[string][3]string{
		"label":                   {"label", "", ""},
		"Label::Tiếng Việt (vi)":  {"label", "Tiếng Việt (vi)", "vi"},
		"label : English":         {"label", "English", "en"},
		"list name":               {"list_name", "", ""},
		"constraint_msg::vi":      {"constraint_message", "vi", "vi"},
		"media::image::English":   {"media::image", "English", "en"},
		"bind::relevant":          {"relevant", "", ""},
		"hint::Français (fr)":     {"hint", "Français (fr)", ""},
		"sms::Tiếng Việt (vi-VN)": {"sms", "Tiếng Việt (vi-VN)", "vi"},
		"jr:count":                {"jr:count", "", ""},
	} {
		for _, form := range []norm.Form{norm.NFC, norm.NFD} {
			h := parseHeader(form.String(s))
			if got := [3]string{h.key, h.language, string(languageOf(h.language))}; got != want {
				t.Errorf("%q: %q, want %q", s, got, want)
			}
		}
	}
}

// What of a constraint becomes bounds, per type: min, max, at most, length,
// and what stays.
func TestBoundsOfConstraints(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ shape, constraint, want string }{
		{shapeInteger, ". >= 1 and . <= 5", "1 5"},
		{shapeInteger, "(. > 0) and (6 > .)", "1 5"},
		{shapeInteger, ". >= -5 and . <= 5 and . != 0", "-5 5 keeps . != 0"},
		{shapeInteger, ". = 1 or . >= 10", "0 999999999 keeps . = 1 or . >= 10"},
		{shapeInteger, ". >= 1 and (. <= 5 or . = 9)", "1 999999999 keeps . <= 5 or . = 9"},
		{shapeInteger, ". >= 1 and (. <= 5 or . = 9) and . != 3", "1 999999999 keeps (. <= 5 or . = 9) and . != 3"},
		{shapeInteger, ". >= 1 and . >= 3", "1 999999999 keeps . >= 3"},
		{shapeInteger, ". <= ${a}", "0 999999999 keeps . <= ${a}"},
		{shapeInteger, ". <= 1.5", "0 999999999 keeps . <= 1.5"},
		{shapeInteger, ". <= today()", "0 999999999 keeps . <= today()"},
		{shapeDecimal, ". > 0 and . <= 2.5", "0 2.5 keeps . > 0"},
		{shapeDate, "today() >= .", "today"},
		{shapeDate, ". >= date('2026-01-31') and . < today()", "2026-01-31 today keeps . < today()"},
		{shapeMultiple, "count-selected(.) < 4", "3"},
		{shapeMultiple, "count-selected(.) >= 2", "keeps count-selected(.) >= 2"},
		{shapeText, "string-length(.) <= 160 and regex(., '^[^>]*$')", "160 keeps regex(., '^[^>]*$')"},
		{shapeText, ". >= 1", "keeps . >= 1"},
	} {
		it := &item{shape: c.shape, constraint: value{text: c.constraint}}
		newReader("").bounds(it)
		var got []string
		for _, v := range [...]value{it.min, it.max, it.atMost, it.maxLength} {
			if v.text != "" {
				got = append(got, v.text)
			}
		}
		if it.constraint.text != "" {
			got = append(got, "keeps", it.constraint.text)
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s %s: %s, want %s", c.shape, c.constraint, s, c.want)
		}
	}
}

// Names that ours cannot have get one that it can, and no two the same.
func TestNames(t *testing.T) {
	t.Parallel()
	n := newNames()
	for _, c := range [][2]string{{"tuoi", "tuoi"}, {"tuổi", "tuoi_2"}, {"tuỏi", "tuoi_3"}, {"tuổi", "tuoi_2"}, {"1 lần", "n_1_lan"}, {"đ", "d"},
		{"市", "_"}, {"", "__2"}, {strings.Repeat("ă", 80), strings.Repeat("a", 30)}} {
		if got := n.name(c[0]); got != c[1] {
			t.Errorf("%q: %q, want %q", c[0], got, c[1])
		}
	}
	for _, c := range [][2]string{{"1", "1"}, {"yes", "yes_"}, {"Dung", "Dung_"}, {"hòa khê", "hoa_khe"}, {"_", "n__"}} {
		if got := newNames().code(c[0]); got != c[1] {
			t.Errorf("%q: %q, want %q", c[0], got, c[1])
		}
	}
}
