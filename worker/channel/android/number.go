package android

import "strings"

// normal brings a number as phones of Viet Nam show it into E.164: 0912 345 678,
// 84912345678 and +84 912-345-678 are one. What is no such number (a name, a short
// code, something foreign without its plus) stays as it is, without blanks around.
func normal(number string) string {
	number = strings.TrimSpace(number)
	digits := strings.NewReplacer(" ", "", "-", "", ".", "", "(", "", ")", "", "\u00a0", "").Replace(number)
	plus := strings.HasPrefix(digits, "+")
	if plus {
		digits = digits[1:]
	}
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return number
	}
	switch n := len(digits); {
	case plus && n >= 7 && n <= 15 && digits[0] != '0':
		return "+" + digits
	case plus:
		return number
	case strings.HasPrefix(digits, "00") && n >= 10 && n <= 17 && digits[2] != '0':
		return "+" + digits[2:]
	case digits[0] == '0' && (n == 10 || n == 11) && digits[1] != '0':
		return "+84" + digits[1:]
	case strings.HasPrefix(digits, "84") && (n == 11 || n == 12):
		return "+" + digits
	}
	return digits
}
