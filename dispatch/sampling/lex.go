package sampling

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"canvass/dispatch/survey"
)

type tokenKind int

const (
	tokenEnd tokenKind = iota
	tokenField
	tokenWord // and, or, not, in, true
	tokenValue
	tokenSign // = != < <= > >= ( ) ,
)

type token struct {
	kind   tokenKind
	text   string
	raw    string // as typed, where it may stand for a value
	column int    // 1 is the first character
}

func (t token) is(text string) bool {
	return t.text == text && (t.kind == tokenWord || t.kind == tokenSign)
}

// closing returns the mark that ends a value opened by r; word processors put in
// the curly ones by themselves.
func closing(r rune) (rune, bool) {
	switch r {
	case '"', '\'':
		return r, true
	case '“':
		return '”', true
	case '‘':
		return '’', true
	case '«':
		return '»', true
	}
	return 0, false
}

// lex cuts text into tokens, the last of which is tokenEnd.
func lex(text string) ([]token, *survey.Error) {
	runes := []rune(norm.NFC.String(text))
	var out []token
	for i := 0; i < len(runes); {
		r := runes[i]
		if unicode.IsSpace(r) {
			i++
			continue
		}
		t, next, err := lexOne(runes, i)
		if err != nil {
			return nil, err
		}
		out, i = append(out, t), next
	}
	return append(out, token{kind: tokenEnd, column: len(runes) + 1}), nil
}

func lexOne(runes []rune, i int) (token, int, *survey.Error) {
	column := i + 1
	r := runes[i]
	if end, ok := closing(r); ok {
		return lexQuoted(runes, i, end)
	}
	switch {
	case r == '[':
		end := i + 1
		for end < len(runes) && runes[end] != ']' {
			end++
		}
		if end == len(runes) || end == i+1 {
			return token{}, 0, syntaxError(column, "[", "]")
		}
		return token{kind: tokenField, text: string(runes[i+1 : end]), column: column}, end + 1, nil
	case r == '_', unicode.IsLetter(r), unicode.IsDigit(r), r == '-' && i+1 < len(runes) && unicode.IsDigit(runes[i+1]):
		end := i + 1
		for end < len(runes) && isWordRune(runes[end]) {
			end++
		}
		return wordToken(string(runes[i:end]), column), end, nil
	case i+1 < len(runes) && strings.ContainsRune("!<>=", r) && runes[i+1] == '=':
		sign := string(runes[i : i+2])
		if sign == "==" {
			sign = "="
		}
		return token{kind: tokenSign, text: sign, column: column}, i + 2, nil
	case strings.ContainsRune("=<>(),", r):
		return token{kind: tokenSign, text: string(r), column: column}, i + 1, nil
	}
	return token{}, 0, syntaxError(column, string(r), `and or not in = != < <= > >= ( )`)
}

// lexQuoted reads a value in quotation marks; a backslash lets the next
// character stand for itself.
func lexQuoted(runes []rune, i int, end rune) (token, int, *survey.Error) {
	var b strings.Builder
	for j := i + 1; j < len(runes); j++ {
		switch {
		case runes[j] == '\\' && j+1 < len(runes):
			j++
			b.WriteRune(runes[j])
		case runes[j] == end:
			v := norm.NFC.String(b.String())
			return token{kind: tokenValue, text: v, raw: v, column: i + 1}, j + 1, nil
		default:
			b.WriteRune(runes[j])
		}
	}
	return token{}, 0, syntaxError(i+1, string(runes[i]), string(end))
}

func wordToken(word string, column int) token {
	if word[0] == '-' || word[0] >= '0' && word[0] <= '9' {
		return token{kind: tokenValue, text: word, raw: word, column: column}
	}
	switch lower := strings.ToLower(word); lower {
	case "and", "or", "not", "in", "true":
		return token{kind: tokenWord, text: lower, column: column}
	}
	return token{kind: tokenField, text: fold(word), raw: word, column: column}
}

func isWordRune(r rune) bool { return r == '_' || unicode.In(r, unicode.L, unicode.M, unicode.Nd) }

// fold writes a field name as the contact list keeps it: lower case, without
// diacritics, so that Nhóm_tuổi finds nhom_tuoi.
func fold(name string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(name)) {
		switch {
		case r == 'đ':
			b.WriteRune('d')
		case !unicode.Is(unicode.Mn, r):
			b.WriteRune(r)
		}
	}
	return b.String()
}

// syntaxError says where the text stops making sense, what stands there and
// what would.
func syntaxError(column int, found, expected string) *survey.Error {
	c := strconv.Itoa(column)
	return &survey.Error{Kind: survey.Invalid, Code: survey.CodeEligibility, Where: c, Args: map[string]string{
		"column": c, "found": found, "expected": expected,
	}}
}
