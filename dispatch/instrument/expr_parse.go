package instrument

import (
	"strconv"
	"strings"

	"canvass/dispatch/survey"
)

// Bounds of an expression; they keep parsing and evaluation small.
const (
	maxExpr  = 4096 // bytes
	maxDepth = 100
)

// ParseExpr reads and type-checks an expression by itself. Names are checked
// when a questionnaire is parsed. Args "at" of an error is the character, from
// 1, where it was noticed.
func ParseExpr(src string) (*Expr, *survey.Error) { return parseExpr(src, false) }

func parseExpr(src string, columns bool) (*Expr, *survey.Error) {
	if len(src) > maxExpr {
		return nil, exprError(survey.CodeExpressionSyntax, 1, "problem", "too long")
	}
	p := &exprParser{src: src, columns: columns}
	p.advance()
	root := p.binary(0, 0)
	if p.err == nil && p.tok.kind != tokEnd {
		p.unexpected()
	}
	if p.err != nil {
		at, _ := strconv.Atoi(p.err.Args["at"])
		p.err.Args["at"] = strconv.Itoa(len([]rune(src[:min(at, len(src))])) + 1)
		p.err.Args["expression"] = src
		return nil, p.err
	}
	return &Expr{source: src, root: root}, nil
}

func exprError(code survey.Code, at int, args ...string) *survey.Error {
	e := &survey.Error{Kind: survey.Invalid, Code: code, Args: map[string]string{"at": strconv.Itoa(at)}}
	for i := 0; i+1 < len(args); i += 2 {
		e.Args[args[i]] = args[i+1]
	}
	return e
}

type tokenKind int

const (
	tokEnd tokenKind = iota
	tokNumber
	tokText
	tokRef
	tokName // a function, or and, or, div, mod
	tokSign
	tokBad
)

type token struct {
	kind tokenKind
	text string
	at   int
}

type exprParser struct {
	src     string
	columns bool // a word that is no function is a column of the choices
	next    int
	tok     token
	err     *survey.Error
}

func (p *exprParser) fail(e *survey.Error) {
	if p.err == nil {
		p.err = e
	}
}

func (p *exprParser) unexpected() {
	p.fail(exprError(survey.CodeExpressionSyntax, p.tok.at, "value", p.tok.text))
}

// advance reads the next token.
func (p *exprParser) advance() {
	for p.next < len(p.src) && strings.IndexByte(" \t\r\n", p.src[p.next]) >= 0 {
		p.next++
	}
	start := p.next
	if start == len(p.src) {
		p.tok = token{kind: tokEnd, at: start}
		return
	}
	rest := p.src[start:]
	kind, text, size := lex(rest)
	p.tok = token{kind, text, start}
	p.next = start + size
	if kind == tokBad {
		p.unexpected()
	}
}

// lex reads the token at the beginning of s, which is not blank.
func lex(s string) (tokenKind, string, int) {
	c := s[0]
	switch {
	case c == '"' || c == '\'':
		if end := strings.IndexByte(s[1:], c); end >= 0 {
			return tokText, s[1 : end+1], end + 2
		}
		return tokBad, s[:1], 1
	case strings.HasPrefix(s, "${"):
		end := strings.IndexByte(s, '}')
		if end > 0 && nameForm.MatchString(s[2:end]) {
			return tokRef, s[2:end], end + 1
		}
		return tokBad, "${", 2
	case isDigit(c), c == '.' && len(s) > 1 && isDigit(s[1]):
		n := 1
		for n < len(s) && (isDigit(s[n]) || s[n] == '.') {
			n++
		}
		if !isDecimal(s[:n]) {
			return tokBad, s[:n], n
		}
		return tokNumber, s[:n], n
	case c == '.':
		return tokRef, ".", 1
	case isLetter(c):
		n := 1
		for n < len(s) && (isLetter(s[n]) || isDigit(s[n]) || s[n] == '-') {
			n++
		}
		return tokName, s[:n], n
	}
	for _, sign := range [...]string{"!=", "<=", ">=", "=", "<", ">", "+", "-", "*", "(", ")", ","} {
		if strings.HasPrefix(s, sign) {
			return tokSign, sign, len(sign)
		}
	}
	return tokBad, string([]rune(s)[0]), 1
}

func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' }

// levels are the binary operators, the loosest first [XPath 1.0 §3.5].
var levels = [...][]op{
	{opOr}, {opAnd}, {opEq, opNe}, {opLt, opLe, opGt, opGe}, {opAdd, opSub}, {opMul, opDiv, opMod},
}

// operator returns the binary operator of that level at the current token.
func (p *exprParser) operator(level int) (op, bool) {
	if p.tok.kind != tokName && p.tok.kind != tokSign {
		return "", false
	}
	for _, o := range levels[level] {
		if string(o) == p.tok.text {
			return o, true
		}
	}
	return "", false
}

func (p *exprParser) binary(level, depth int) *node {
	if level == len(levels) {
		return p.unary(depth)
	}
	left := p.binary(level+1, depth)
	for p.err == nil {
		o, ok := p.operator(level)
		if !ok {
			break
		}
		at := p.tok.at
		// A long chain leans to the left, so it is as deep as it is long.
		if depth++; depth > maxDepth {
			p.fail(exprError(survey.CodeExpressionSyntax, at, "problem", "too deep"))
			return left
		}
		p.advance()
		left = p.checked(&node{op: o, at: at, args: []*node{left, p.binary(level+1, depth)}})
	}
	return left
}

// checked finds the kind of a complete node.
func (p *exprParser) checked(n *node) *node {
	if p.err == nil {
		if err := n.check(); err != nil {
			p.fail(err)
		}
	}
	return n
}

func (p *exprParser) unary(depth int) *node {
	if depth > maxDepth {
		p.fail(exprError(survey.CodeExpressionSyntax, p.tok.at, "problem", "too deep"))
		return &node{op: opText, kind: kindText}
	}
	if p.tok.kind == tokSign && p.tok.text == "-" {
		at := p.tok.at
		p.advance()
		return p.checked(&node{op: opNegate, at: at, args: []*node{p.unary(depth + 1)}})
	}
	return p.primary(depth)
}

func (p *exprParser) primary(depth int) *node {
	t := p.tok
	n := &node{op: opText, kind: kindText, at: t.at, text: t.text}
	switch {
	case p.err != nil:
		return n
	case t.kind == tokNumber:
		n.op, n.kind, n.number = opNumber, kindNumber, toNumber(t.text)
		p.advance()
	case t.kind == tokText:
		p.advance()
	case t.kind == tokRef:
		n.op, n.kind = opRef, kindAnswer
		p.advance()
	case t.kind == tokName:
		p.advance()
		if p.columns && !(p.tok.kind == tokSign && p.tok.text == "(") {
			n.op, n.kind = opColumn, kindAnswer
			return n
		}
		return p.checked(&node{op: op(t.text), call: true, at: t.at, args: p.arguments(depth)})
	case t.kind == tokSign && t.text == "(":
		p.advance()
		n = p.binary(0, depth+1)
		p.expect(")")
	default:
		p.unexpected()
	}
	return n
}

// arguments reads "(a, b)".
func (p *exprParser) arguments(depth int) []*node {
	p.expect("(")
	var args []*node
	for p.err == nil && !(p.tok.kind == tokSign && p.tok.text == ")") {
		if len(args) > 0 {
			p.expect(",")
		}
		args = append(args, p.binary(0, depth+1))
	}
	p.expect(")")
	return args
}

func (p *exprParser) expect(sign string) {
	if p.err != nil {
		return
	}
	if p.tok.kind != tokSign || p.tok.text != sign {
		p.fail(exprError(survey.CodeExpressionSyntax, p.tok.at, "want", sign, "value", p.tok.text))
		return
	}
	p.advance()
}
