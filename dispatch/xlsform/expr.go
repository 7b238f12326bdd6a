package xlsform

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// tokenKind is what a piece of an expression is.
type tokenKind int

const (
	tokRef  tokenKind = iota // ${name}
	tokSelf                  // .
	tokText                  // 'text'
	tokNumber
	tokWord // a function, an operator in letters, a column of choices
	tokSign
)

// token is one piece of an expression; parsing it is left to instrument.
type token struct {
	kind  tokenKind
	text  string // a name without ${ }, a text without its quotes
	quote string
	blank string // what stands before it
}

// tokens cuts an expression up. It is total: joining them gives the expression
// again, but for blanks within ${ }.
func tokens(s string) []token {
	var out []token
	for s != "" {
		rest := strings.TrimLeftFunc(s, unicode.IsSpace)
		blank := s[:len(s)-len(rest)]
		if rest == "" {
			break
		}
		t, size := nextToken(rest)
		t.blank = blank
		out = append(out, t)
		s = rest[size:]
	}
	return out
}

func nextToken(s string) (token, int) {
	switch {
	case strings.HasPrefix(s, "${"):
		if end := strings.IndexByte(s, '}'); end > 0 {
			return token{kind: tokRef, text: strings.TrimSpace(s[2:end])}, end + 1
		}
	case s[0] == '\'' || s[0] == '"':
		if end := strings.IndexByte(s[1:], s[0]); end >= 0 {
			return token{kind: tokText, text: s[1 : end+1], quote: s[:1]}, end + 2
		}
	case isDigitAt(s, 0) || s[0] == '.' && isDigitAt(s, 1):
		n := 1
		for isDigitAt(s, n) || n < len(s) && s[n] == '.' {
			n++
		}
		return token{kind: tokNumber, text: s[:n]}, n
	case strings.HasPrefix(s, ".."):
		return token{kind: tokSign, text: ".."}, 2
	case s[0] == '.':
		return token{kind: tokSelf, text: "."}, 1
	}
	for _, sign := range [...]string{"!=", "<=", ">="} {
		if strings.HasPrefix(s, sign) {
			return token{kind: tokSign, text: sign}, 2
		}
	}
	if n := wordLength(s); n > 0 {
		return token{kind: tokWord, text: s[:n]}, n
	}
	_, n := utf8.DecodeRuneInString(s)
	return token{kind: tokSign, text: s[:n]}, n
}

func isDigitAt(s string, i int) bool { return i < len(s) && s[i] >= '0' && s[i] <= '9' }

// wordLength is how long the word at the beginning of s is: jr:choice-name is
// one.
func wordLength(s string) int {
	for i, r := range s {
		inner := i > 0 && (r == '-' || r == ':' || r >= '0' && r <= '9')
		if r == utf8.RuneError || r != '_' && !unicode.IsLetter(r) && !unicode.Is(unicode.Mn, r) && !inner {
			return i
		}
	}
	return len(s)
}

// joinTokens is the expression again.
func joinTokens(list []token) string {
	var b strings.Builder
	for i, t := range list {
		if i > 0 {
			b.WriteString(t.blank)
		}
		switch t.kind {
		case tokRef:
			b.WriteString("${" + t.text + "}")
		case tokText:
			b.WriteString(t.quote + t.text + t.quote)
		default:
			b.WriteString(t.text)
		}
	}
	return b.String()
}

// straight replaces the quotes, dashes and blanks that Excel puts in of itself.
func straight(s string) string {
	return strings.NewReplacer("‘", "'", "’", "'", "“", `"`, "”", `"`, "\u00a0", " ", "–", "-", "≤", "<=", "≥", ">=", "≠", "!=").Replace(s)
}

// compared visits every literal that is compared with an answer, or that
// selected() looks for: ref and literal point into list.
func compared(list []token, visit func(ref, literal *token)) {
	isRef := func(i int) bool { return i < len(list) && (list[i].kind == tokRef || list[i].kind == tokSelf) }
	isText := func(i int) bool { return i < len(list) && list[i].kind == tokText }
	for i := range list {
		if i+2 >= len(list) {
			return
		}
		sign := list[i+1].text
		equal := list[i+1].kind == tokSign && (sign == "=" || sign == "!=")
		switch {
		case equal && isRef(i) && isText(i+2):
			visit(&list[i], &list[i+2])
		case equal && isText(i) && isRef(i+2):
			visit(&list[i+2], &list[i])
		case list[i].text == "selected" && list[i].kind == tokWord && sign == "(" && isRef(i+2) && isText(i+4) && list[i+3].text == ",":
			visit(&list[i+2], &list[i+4])
		}
	}
}

// conjuncts cuts an expression at the "and" that stand outside of brackets,
// without brackets around the whole part. An "or" there leaves it whole.
func conjuncts(list []token) [][]token {
	var parts [][]token
	depth, from := 0, 0
	for i, t := range list {
		switch {
		case t.kind == tokSign && t.text == "(":
			depth++
		case t.kind == tokSign && t.text == ")":
			depth--
		case depth == 0 && t.kind == tokWord && t.text == "or":
			return [][]token{list}
		case depth == 0 && t.kind == tokWord && t.text == "and":
			parts = append(parts, list[from:i])
			from = i + 1
		}
	}
	parts = append(parts, list[from:])
	for i, p := range parts {
		parts[i] = unbracketed(p)
	}
	return parts
}

// unbracketed takes off brackets around all of p.
func unbracketed(p []token) []token {
	for len(p) > 2 && p[0].text == "(" && p[len(p)-1].text == ")" && p[0].kind == tokSign {
		depth := 0
		for i, t := range p {
			if t.kind == tokSign && t.text == "(" {
				depth++
			}
			if t.kind == tokSign && t.text == ")" {
				depth--
			}
			if depth == 0 && i < len(p)-1 {
				return p
			}
		}
		p = p[1 : len(p)-1]
	}
	return p
}

// bound is a conjunct such as ". >= 5", "today() >= ." or
// "count-selected(.) < 4": what is bounded, from which side, by what.
type bound struct {
	what  string // ".", "count-selected", "string-length"
	sign  string // <, <=, >, >=
	limit string // a number, an ISO day, today
}

// readBound reads one conjunct; ok is false for anything else.
func readBound(p []token) (b bound, ok bool) {
	at := -1
	for i, t := range p {
		if t.kind == tokSign && strings.Contains(" < <= > >= ", " "+t.text+" ") {
			if at >= 0 {
				return bound{}, false
			}
			at = i
		}
	}
	if at < 1 || at == len(p)-1 {
		return bound{}, false
	}
	b.sign = p[at].text
	left, right := p[:at], p[at+1:]
	if b.what = bounded(left); b.what == "" {
		left, right = right, left
		b.what = bounded(left)
		b.sign = map[string]string{"<": ">", "<=": ">=", ">": "<", ">=": "<="}[b.sign]
	}
	b.limit, ok = limit(right)
	return b, ok && b.what != ""
}

func bounded(p []token) string {
	if len(p) == 1 && p[0].kind == tokSelf {
		return "."
	}
	if len(p) == 4 && p[1].text == "(" && p[2].kind == tokSelf && p[3].text == ")" && (p[0].text == "count-selected" || p[0].text == "string-length") {
		return p[0].text
	}
	return ""
}

func limit(p []token) (string, bool) {
	switch {
	case len(p) == 1 && p[0].kind == tokNumber:
		return p[0].text, true
	case len(p) == 2 && p[0].text == "-" && p[1].kind == tokNumber:
		return "-" + p[1].text, true
	case len(p) == 3 && p[0].text == "today" && p[1].text == "(" && p[2].text == ")":
		return "today", true
	case len(p) == 4 && p[0].text == "date" && p[1].text == "(" && p[2].kind == tokText && p[3].text == ")" && isDay(p[2].text):
		return p[2].text, true
	}
	return "", false
}

// isDay reports whether s is written as 2026-01-31.
func isDay(s string) bool {
	if len(s) != 10 {
		return false
	}
	for i := range len(s) {
		if dash := i == 4 || i == 7; dash != (s[i] == '-') || !dash && !isDigitAt(s, i) {
			return false
		}
	}
	return true
}
