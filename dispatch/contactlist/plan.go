package contactlist

import (
	"github.com/nyaruka/phonenumbers"
)

// movedMobiles are the prefixes of the 11-digit mobiles of before 15 September
// 2018 and what they became; the last seven digits stayed. 0182 is not among
// the published ones, so a number with it is asked.
var movedMobiles = map[string]string{
	"0162": "032", "0163": "033", "0164": "034", "0165": "035",
	"0166": "036", "0167": "037", "0168": "038", "0169": "039",
	"0120": "070", "0121": "079", "0122": "077", "0126": "076", "0128": "078",
	"0123": "083", "0124": "084", "0125": "085", "0127": "081", "0129": "082",
	"0186": "056", "0188": "058", "0199": "059",
}

// movedAreas are the area codes of before 2017 (Decision 2036/QĐ-BTTTT) and
// what they became; the subscriber's part stayed.
var movedAreas = map[string]string{
	"22": "212", "231": "213", "20": "214", "230": "215", "29": "216", "52": "232", "53": "233",
	"54": "234", "510": "235", "511": "236", "37": "237", "38": "238", "39": "239",
	"33": "203", "240": "204", "25": "205", "26": "206", "27": "207", "280": "208", "281": "209",
	"320": "220", "321": "221", "241": "222", "31": "225", "351": "226", "36": "227", "350": "228",
	"30": "229", "780": "290", "781": "291", "710": "292", "711": "293", "74": "294", "76": "296",
	"77": "297", "79": "299",
	"4": "24", "8": "28", "61": "251", "62": "252", "64": "254", "55": "255", "56": "256",
	"57": "257", "58": "258", "68": "259", "60": "260", "501": "261", "500": "262", "63": "263",
	"59": "269", "70": "270", "651": "271", "72": "272", "73": "273", "650": "274", "75": "275",
	"66": "276", "67": "277",
}

// isCanonicalMobile reports whether d is "0" and nine digits with a prefix that
// the library accepts in full. It spares the library on nearly every row of a
// clean list; a test compares the two prefix by prefix.
func isCanonicalMobile(d string) bool {
	if len(d) != 10 || d[0] != '0' {
		return false
	}
	switch d[1] {
	case '3':
		return true
	case '5':
		return d[2] == '1' || d[2] == '6' || d[2] == '8' || d[2] == '9'
	case '7':
		return d[2] == '0' || d[2] >= '6'
	case '8':
		return d[2] >= '1' && d[2] <= '8'
	case '9':
		return d[2] <= '8'
	}
	return false
}

// vietnamese reads national digits as dialled (with the trunk 0, or 1800 and
// 1900) by today's plan, then by the plans of before 2018 and 2017. The codes
// say what was converted.
func vietnamese(d string) (Number, Conversion, bool) {
	if len(d) == 11 && d[:2] == "01" { // nothing begins so today
		to, ok := movedMobiles[d[:4]]
		if !ok {
			return Number{}, Conversion{}, false
		}
		n, ok := today(to + d[4:])
		return n, Conversion{d[:4], to}, ok
	}
	if n, ok := today(d); ok {
		return n, Conversion{}, true
	}
	if len(d) != 10 && len(d) != 11 || d[0] != '0' {
		return Number{}, Conversion{}, false
	}
	// Old landlines were 10 digits with a code of one or two digits, 11 with
	// three. What is a mobile today was caught above.
	codes := []int{2, 1}
	if len(d) == 11 {
		codes = []int{3}
	}
	for _, k := range codes {
		// No subscriber's number begins with 0, 1 or 9.
		if to, ok := movedAreas[d[1:1+k]]; ok && d[1+k] >= '2' && d[1+k] <= '8' {
			if n, ok := today("0" + to + d[1+k:]); ok && n.Type == Landline {
				return n, Conversion{d[:1+k], "0" + to}, true
			}
		}
	}
	return Number{}, Conversion{}, false
}

// today reads national digits by the plan in force, phonenumbers being the
// oracle.
func today(d string) (Number, bool) {
	if isCanonicalMobile(d) {
		return Number{E164: "+84" + d[1:], Type: Mobile, SMS: true}, true
	}
	n, err := phonenumbers.Parse(d, "VN")
	if err != nil || !phonenumbers.IsValidNumberForRegion(n, "VN") {
		return Number{}, false
	}
	significant := phonenumbers.GetNationalSignificantNumber(n)
	if significant != d && "0"+significant != d {
		return Number{}, false // the parser dropped or added something
	}
	return number(n, true), true
}

// abroad reads digits after a plus of another country.
func abroad(d string) (Number, bool) {
	n, err := phonenumbers.Parse("+"+d, "ZZ")
	if err != nil || !phonenumbers.IsValidNumber(n) {
		return Number{}, false
	}
	return number(n, false), true
}

func number(n *phonenumbers.PhoneNumber, domestic bool) Number {
	out := Number{E164: phonenumbers.Format(n, phonenumbers.E164), Type: Other}
	switch phonenumbers.GetNumberType(n) {
	case phonenumbers.MOBILE:
		out.Type, out.SMS = Mobile, domestic
	case phonenumbers.FIXED_LINE:
		out.Type = Landline
	case phonenumbers.TOLL_FREE:
		out.Type = TollFree
	case phonenumbers.SHARED_COST, phonenumbers.PREMIUM_RATE:
		out.Type = SharedCost
	}
	return out
}
