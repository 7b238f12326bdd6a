package instrument

import (
	"strconv"

	"canvass/dispatch/survey"
)

// placing is where something looks at an answer: a question, a line, and the
// expression, if it is one.
type placing struct {
	question   int
	line       int
	expression string
	group      bool // of a group that the question begins
}

// apart refuses that a question looks at another that a random group may ask after it.
// A calculation is not asked; whoever looks at one looks at what it looks at.
func (p *parser) apart(from placing, at int) {
	if !from.group && !p.q.Questions[from.question].Type.Asked() || !p.q.HasBlocks() {
		return
	}
	group, late := p.later(from.question, at, map[int]bool{})
	if group == "" {
		return
	}
	args := []string{"question", p.q.Questions[from.question].Name, "name", p.q.Questions[late].Name, "line", strconv.Itoa(p.q.Questions[late].Line), "group", group}
	if from.expression != "" {
		args = append(args, "expression", from.expression)
	}
	p.fail(from.line, survey.CodeExpressionRandom, args...)
}

// later is the random group in which i and at are in different parts, and which question
// it is that may come later than i: at, or one that the calculation at looks at.
func (p *parser) later(i, at int, seen map[int]bool) (group string, late int) {
	if seen[at] {
		return "", 0
	}
	seen[at] = true
	if row := &p.q.Questions[at]; row.RandomRows && row.Matrix == p.q.Questions[i].Matrix && at != i {
		return row.Matrix, at
	}
	if p.q.Questions[at].Type.Asked() {
		for g := range p.q.around(p.q.Questions[i].Group) {
			if !g.Random || !p.q.InGroup(&p.q.Questions[at], g.Name) {
				continue
			}
			own, nested := p.q.partOf(i, g.Name)
			other, within := p.q.partOf(at, g.Name)
			if own != other || nested != within {
				return g.Name, at
			}
		}
		return "", 0
	}
	for _, e := range append(p.derived[:len(p.derived):len(p.derived)], p.exprs...) {
		if e.question != at {
			continue
		}
		for _, name := range e.expr.Names() {
			if next, ok := p.q.index[name]; ok {
				if group, late = p.later(i, next, seen); group != "" {
					return group, late
				}
			}
		}
	}
	return "", 0
}

// checkBlocks demands of a random group that it stands together, and that what moves as
// one in it is on one page.
func (p *parser) checkBlocks() {
	for k := range p.q.Groups {
		g := &p.q.Groups[k]
		if !g.Random {
			continue
		}
		var places []int
		for i := range p.q.Questions {
			if p.q.InGroup(&p.q.Questions[i], g.Name) {
				places = append(places, i)
			}
		}
		for n := 1; n < len(places); n++ {
			if places[n] != places[n-1]+1 {
				p.scattered(g.at, g.Name, places[n])
				break
			}
		}
		p.checkParts(g, p.q.parts(places, g.Name))
	}
}

func (p *parser) checkParts(g *Group, parts []part) {
	seen := map[string]bool{}
	for _, part := range parts {
		first := p.q.Questions[part.places[0]]
		if part.group != "" && seen[part.group] {
			p.scattered(p.q.Groups[p.q.nested[part.group]].at, part.group, part.places[0])
		}
		seen[part.group] = true
		for _, i := range part.places {
			if p.q.Questions[i].Type.Asked() && p.q.Questions[i].Page != first.Page {
				p.fail(g.at, survey.CodeGroupPages, "name", g.Name, "question", p.q.Questions[i].Name)
				break
			}
		}
	}
}

func (p *parser) scattered(line int, group string, at int) {
	p.fail(line, survey.CodeGroupScattered, "name", group, "question", p.q.Questions[at].Name)
}
