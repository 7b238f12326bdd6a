package postgres

import (
	"strconv"
	"strings"

	"github.com/lib/pq"

	"canvass/dispatch/survey"
)

// eligible turns a survey.Condition into SQL over contact c. It is the second
// interpreter of the tree; Condition.Match is the oracle that a test holds it
// to. Values and attribute names only ever travel as parameters.
type eligible struct{ args []any }

// arg adds a parameter and returns its place.
func (e *eligible) arg(v any) string {
	e.args = append(e.args, v)
	return "$" + strconv.Itoa(len(e.args))
}

// field is the value of a contact's field as text, empty when it is missing.
func (e *eligible) field(name string) string {
	switch name {
	case "code", "unit", "unit_code", "language", "sex":
		return "coalesce(c." + name + ", '')"
	case "birth":
		return "coalesce(c.birth::text, '')"
	case "has_email":
		return `CASE WHEN EXISTS (SELECT 1 FROM endpoint e WHERE e.contact_id = c.id AND e.kind = 'email'
			AND e.status <> 'dead') THEN 'yes' ELSE '' END`
	case "has_mobile":
		return `CASE WHEN EXISTS (SELECT 1 FROM endpoint e WHERE e.contact_id = c.id AND e.kind = 'phone' AND e.sms
			AND e.status <> 'dead') THEN 'yes' ELSE '' END`
	}
	return "coalesce(c.attributes ->> " + e.arg(name) + "::text, '')"
}

// where renders c as a boolean expression that is never null.
func (e *eligible) where(c survey.Condition) string {
	switch c.Op {
	case survey.OpTrue:
		return "true"
	case survey.OpAnd:
		return e.chain(c.Of, " AND ", "true")
	case survey.OpOr:
		return e.chain(c.Of, " OR ", "false")
	case survey.OpNot:
		return "(NOT " + e.where(c.Of[0]) + ")"
	case survey.OpPresent:
		return "(" + e.field(c.Field) + " <> '')"
	case survey.OpEq, survey.OpIn:
		f := e.field(c.Field)
		return "(" + f + " <> '' AND " + f + " = ANY(" + e.arg(pq.StringArray(c.Values)) + "::text[]))"
	}
	return e.compare(c)
}

func (e *eligible) chain(of []survey.Condition, word, none string) string {
	if len(of) == 0 {
		return none
	}
	parts := make([]string, len(of))
	for i, c := range of {
		parts[i] = e.where(c)
	}
	return "(" + strings.Join(parts, word) + ")"
}

// compare is an order of whole numbers of 64 bits; anything else is false.
func (e *eligible) compare(c survey.Condition) string {
	sign, ok := map[survey.ConditionOp]string{survey.OpLess: "<", survey.OpMost: "<=", survey.OpMore: ">", survey.OpLeast: ">="}[c.Op]
	n, err := strconv.ParseInt(c.Values[0], 10, 64)
	if !ok || err != nil {
		return "false"
	}
	f := e.field(c.Field)
	// CASE, because AND promises no order of evaluation and a cast may fail.
	return "(CASE WHEN " + f + " ~ '^[+-]?[0-9]+$' THEN " + f + "::numeric " + sign + " " + e.arg(n) + "::bigint AND " +
		f + "::numeric BETWEEN -9223372036854775808 AND 9223372036854775807 ELSE false END)"
}

// stratum is the name of a contact's stratum: the values of the fields, in
// order. A missing one shows as a dash.
func (e *eligible) stratum(fields []string) string {
	if len(fields) == 0 {
		return "''"
	}
	parts := make([]string, len(fields))
	for i, f := range fields {
		parts[i] = "coalesce(nullif(" + e.field(f) + ", ''), '–')"
	}
	return strings.Join(parts, " || ' · ' || ")
}
