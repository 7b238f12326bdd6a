package templates

import "strings"

// Spoken writes a number from 0 to 9999 as the words that a voice says: "bốn
// mươi lăm", "forty-five". It says "bốn", "bảy" and "lăm", which the telephone
// keeps apart; other numbers are read digit by digit.
func Spoken(lang string, n int) string {
	switch {
	case n < 0 || n > 9999:
		return SpokenDigits(lang, Decimal(lang, float64(n), 0))
	case lang == "en":
		return spokenEnglish(n)
	default:
		return spokenVietnamese(n)
	}
}

// SpokenDigits reads every digit of s by itself, as telephone numbers are read;
// other characters are pauses.
func SpokenDigits(lang, s string) string {
	var words []string
	for _, r := range s {
		if r >= '0' && r <= '9' {
			words = append(words, Spoken(lang, int(r-'0')))
		}
	}
	return strings.Join(words, " ")
}

func vietnameseDigit(n int) string {
	return [...]string{"không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"}[n]
}

func spokenVietnamese(n int) string {
	var words []string
	full := false // a higher place was said, so zeros below it are said too
	if n >= 1000 {
		words, full = append(words, vietnameseDigit(n/1000), "nghìn"), true
		n %= 1000
		if n == 0 {
			return strings.Join(words, " ")
		}
	}
	if n >= 100 || full {
		words, full = append(words, vietnameseDigit(n/100), "trăm"), true
		n %= 100
		if n == 0 {
			return strings.Join(words, " ")
		}
	}
	return strings.Join(append(words, vietnameseTens(n, full)...), " ")
}

// vietnameseTens says 0 to 99; after says whether a hundred stands before it.
func vietnameseTens(n int, after bool) []string {
	ten, one := n/10, n%10
	if ten == 0 {
		if after {
			return []string{"linh", vietnameseDigit(one)}
		}
		return []string{vietnameseDigit(one)}
	}
	words := []string{"mười"}
	if ten > 1 {
		words = []string{vietnameseDigit(ten), "mươi"}
	}
	switch {
	case one == 0:
		return words
	case one == 5:
		return append(words, "lăm")
	case one == 1 && ten > 1:
		return append(words, "mốt")
	default:
		return append(words, vietnameseDigit(one))
	}
}

func spokenEnglish(n int) string {
	small := [...]string{"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
		"ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"}
	tens := [...]string{"", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"}
	switch {
	case n < 20:
		return small[n]
	case n < 100:
		if n%10 == 0 {
			return tens[n/10]
		}
		return tens[n/10] + "-" + small[n%10]
	case n < 1000:
		if n%100 == 0 {
			return small[n/100] + " hundred"
		}
		return small[n/100] + " hundred and " + spokenEnglish(n%100)
	default:
		if n%1000 == 0 {
			return small[n/1000] + " thousand"
		}
		return small[n/1000] + " thousand " + spokenEnglish(n%1000)
	}
}
