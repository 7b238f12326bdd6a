package survey

import (
	"slices"
	"strconv"
)

// ConditionOp is an operator of an eligibility condition.
type ConditionOp string

// The operators. Comparisons of order are numeric and false when either side
// is not a number; a missing field equals nothing.
const (
	OpTrue    ConditionOp = "" // the zero Condition: everybody
	OpAnd     ConditionOp = "and"
	OpOr      ConditionOp = "or"
	OpNot     ConditionOp = "not"
	OpEq      ConditionOp = "eq"
	OpIn      ConditionOp = "in"
	OpLess    ConditionOp = "lt"
	OpMost    ConditionOp = "le"
	OpMore    ConditionOp = "gt"
	OpLeast   ConditionOp = "ge"
	OpPresent ConditionOp = "present"
)

// Condition is an eligibility expression: a closed tree of field, operator and
// values, with and, or, not. It has two interpreters, Match (the oracle) and
// the SQL of dispatch/postgres, and a test holds them equal.
//
// Fields: code, unit (as the list has it), unit_code (as it was found to be), language, sex, birth, has_email, has_mobile, and any
// attribute by its key. has_email and has_mobile are "yes" or missing.
type Condition struct {
	Op     ConditionOp `json:"op,omitempty"`
	Field  string      `json:"field,omitempty"`
	Values []string    `json:"values,omitempty"`
	Of     []Condition `json:"of,omitempty"`
}

// Match evaluates c; get returns a field's value, "" when missing.
func (c Condition) Match(get func(field string) string) bool {
	switch c.Op {
	case OpTrue:
		return true
	case OpAnd:
		return !slices.ContainsFunc(c.Of, func(o Condition) bool { return !o.Match(get) })
	case OpOr:
		return slices.ContainsFunc(c.Of, func(o Condition) bool { return o.Match(get) })
	case OpNot:
		return !c.Of[0].Match(get)
	}
	v := get(c.Field)
	switch c.Op {
	case OpPresent:
		return v != ""
	case OpEq, OpIn:
		return v != "" && slices.Contains(c.Values, v)
	}
	return compare(c.Op, v, c.Values[0])
}

func compare(op ConditionOp, a, b string) bool {
	x, errX := strconv.ParseInt(a, 10, 64)
	y, errY := strconv.ParseInt(b, 10, 64)
	if errX != nil || errY != nil {
		return false
	}
	switch op {
	case OpLess:
		return x < y
	case OpMost:
		return x <= y
	case OpMore:
		return x > y
	case OpLeast:
		return x >= y
	}
	return false
}
