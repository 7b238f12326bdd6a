package xlsform

import (
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"canvass/dispatch/survey"
)

// The bounds of a number for which the form has none.
const (
	lowest  = "0"
	highest = "999999999"
)

// readRange makes a range a scale or a number. Without parameters it goes from
// 0 to 10 by 1.
func (r *reader) readRange(it *item, v value) {
	p := map[string]string{"start": "0", "end": "10", "step": "1"}
	written := parseParameters(v.text)
	for _, name := range slices.Sorted(maps.Keys(written)) {
		given := written[name]
		if _, known := p[name]; !known {
			r.remark(v.at, survey.CodeFormLeftOut, "name", "parameters "+name)
			continue
		}
		if _, ok := new(big.Rat).SetString(given); !ok || len(given) > 20 || strings.ContainsAny(given, "eE/_") {
			r.fault(v.at, survey.CodeFormValue, "name", name, "value", given, "valid", "start=0 end=10 step=1")
			continue
		}
		p[name] = given
	}
	for _, ours := range [...]struct {
		name string
		v    value
	}{{"min", it.min}, {"max", it.max}} {
		if ours.v.text != "" {
			r.remark(ours.v.at, survey.CodeFormLeftOut, "name", ours.name) // start and end say it
		}
	}
	at := v.at
	it.min, it.max = value{p["start"], at}, value{p["end"], at}
	if it.shape = shapeDecimal; it.decimals.text == "" && isWhole(p["start"]) && isWhole(p["end"]) && isWhole(p["step"]) {
		it.shape = shapeInteger
		low, _ := strconv.ParseInt(p["start"], 10, 64)
		high, _ := strconv.ParseInt(p["end"], 10, 64)
		if p["step"] == "1" && (high-low <= 10 || hasWord(it.appearance, "rating")) {
			it.shape = shapeScale
		}
	}
	if it.shape == shapeDecimal || it.shape == shapeInteger && p["step"] != "1" {
		it.step = value{p["step"], at}
	}
	if it.shape == shapeDecimal && it.decimals.text == "" {
		n := 1
		for _, given := range p {
			n = max(n, fraction(given))
		}
		it.decimals = value{itoa(min(n, 6)), at}
	}
}

func isWhole(s string) bool {
	_, err := strconv.ParseInt(s, 10, 64)
	return err == nil
}

// fraction is how many digits stand after the point.
func fraction(s string) int {
	_, after, _ := strings.Cut(s, ".")
	return len(after)
}

// bounds takes the bounds out of the constraint. With a message of its own the
// constraint stays whole beside them, so that the message is still said.
func (r *reader) bounds(it *item) {
	list := tokens(it.constraint.text)
	if len(list) > 0 {
		var rest []string
		for _, part := range conjuncts(list) {
			if !it.take(part, it.constraint.at) {
				rest = append(rest, joinTokens(part))
			}
		}
		if len(it.constraintMessage) == 0 {
			it.constraint.text = ""
			for i, part := range rest {
				if len(rest) > 1 && strings.Contains(part, " or ") {
					rest[i] = "(" + part + ")"
				}
			}
			it.constraint.text = strings.Join(rest, " and ")
		}
	}
	if it.shape != shapeInteger && it.shape != shapeDecimal || it.min.text != "" && it.max.text != "" {
		return
	}
	r.remark(it.at, survey.CodeFormBounds, "min", lowest, "max", highest)
	if it.min.text == "" {
		it.min = value{lowest, it.at}
	}
	if it.max.text == "" {
		it.max = value{highest, it.at}
	}
}

// take makes one conjunct a bound of it, and reports whether that says all of
// it. A bound that a column of ours gives counts before it.
func (it *item) take(part []token, at cell) bool {
	b, ok := readBound(part)
	if !ok {
		return false
	}
	upper := strings.HasPrefix(b.sign, "<")
	strict := len(b.sign) == 1
	into := it.bounded(b.what, upper)
	if into == nil {
		return false
	}
	limit, exact := b.limit, !strict
	switch {
	case it.shape == shapeDate:
		if limit != "today" && !isDay(limit) {
			return false
		}
	case limit == "today" || isDay(limit):
		return false
	case it.shape != shapeDecimal:
		n, err := strconv.ParseInt(limit, 10, 64)
		if err != nil {
			return false
		}
		if strict && upper {
			n--
		} else if strict {
			n++
		}
		limit, exact = strconv.FormatInt(n, 10), true
	}
	if into.text != "" {
		return exact && into.text == limit
	}
	*into = value{limit, at}
	return exact
}

// bounded is where a bound belongs, nil if the type has no such bound.
func (it *item) bounded(what string, upper bool) *value {
	switch {
	case what == "count-selected" && upper && (it.shape == shapeMultiple || it.shape == shapeRanking):
		return &it.atMost
	case what == "string-length" && upper && it.shape == shapeText:
		return &it.maxLength
	case what != ".":
		return nil
	case it.shape == shapeInteger || it.shape == shapeDecimal || it.shape == shapeDate || it.shape == shapeScale && it.choices.text == "":
		if upper {
			return &it.max
		}
		return &it.min
	}
	return nil
}
