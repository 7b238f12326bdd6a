package instrument

import (
	"strconv"

	"go.yaml.in/yaml/v3"

	"canvass/dispatch/survey"
)

// Group is questions that belong together: they have a heading on the web, and
// apply together.
type Group struct {
	Name  string
	Label Texts  // optional
	In    string // the group around it, empty without one
	Page  bool   // it begins a page of the form
	// Random asks what is in it in an order drawn by lot, see Questionnaire.For.
	Random bool

	relevant *Expr
	at       int // line of the name
	line     int // of the expression
	deep     int // how many groups it is in, itself among them
}

// groups reads the declared groups; a group comes before those inside it.
func (p *parser) groups(n *yaml.Node) {
	p.grouped = map[string]int{}
	if n == nil {
		return
	}
	pairs := p.pairs(n, survey.CodeYAML)
	if len(pairs) > maxQuestions {
		p.fail(n.Line, survey.CodeRangeInvalid, "value", strconv.Itoa(len(pairs)), "min", "0", "max", strconv.Itoa(maxQuestions))
		return
	}
	for _, pr := range pairs {
		g := Group{Name: pr.key.Value, at: pr.key.Line}
		if !nameForm.MatchString(g.Name) {
			p.fail(pr.key.Line, survey.CodeQuestionName, "name", g.Name)
		}
		f := p.fields(pr.value, "label", "relevant", "page", "in", "random")
		g.Label = p.texts(f["label"], true, g.Name)
		g.Page, g.Random = p.flag(f["page"]), p.flag(f["random"])
		if g.In = p.word(f["in"]); g.In != "" && !p.isGroup(g.In) {
			p.fail(f["in"].Line, survey.CodeYAML, "problem", "no such group before", "name", g.In)
		}
		if g.deep = p.depth(g.In) + 1; g.deep > maxNested {
			p.fail(pr.key.Line, survey.CodeRangeInvalid, "name", g.Name, "value", strconv.Itoa(g.deep), "min", "1", "max", strconv.Itoa(maxNested))
			g.In = ""
		}
		if r := f["relevant"]; r != nil {
			g.relevant, g.line = p.expression(r), r.Line
		}
		p.grouped[g.Name] = len(p.q.Groups)
		p.q.Groups = append(p.q.Groups, g)
	}
}

// depth is how many groups the group of that name is in, itself among them.
func (p *parser) depth(name string) int {
	if i, ok := p.grouped[name]; ok {
		return p.q.Groups[i].deep
	}
	return 0
}

func (p *parser) isGroup(name string) bool {
	_, ok := p.grouped[name]
	return ok
}

// enter puts a question into its group; the first one of a group with a page
// begins it.
func (p *parser) enter(q *Question, n *yaml.Node) {
	name := p.word(n)
	if name == "" {
		return
	}
	i, ok := p.grouped[name]
	if !ok {
		p.fail(n.Line, survey.CodeYAML, "problem", "no such group", "name", name)
		return
	}
	q.Group = name
	for ; ok; i, ok = p.grouped[p.q.Groups[i].In] {
		g := &p.q.Groups[i]
		if g.Page && !p.entered[g.Name] && len(p.q.Questions) > 0 && p.page == p.q.Questions[len(p.q.Questions)-1].Page {
			p.page++
		}
		p.entered[g.Name] = true
	}
}

// groupRelevance is what the groups around a question demand, the outermost first.
func (p *parser) groupRelevance(question int) []placed {
	var all []placed
	for i, ok := p.grouped[p.q.Questions[question].Group]; ok; i, ok = p.grouped[p.q.Groups[i].In] {
		if g := &p.q.Groups[i]; g.relevant != nil {
			all = append([]placed{{question: question, line: g.line, expr: g.relevant, group: true}}, all...)
		}
	}
	return all
}

// bindGroups checks what the groups around a question demand: it must be known before
// each question that begins them.
func (p *parser) bindGroups(question int) {
	for _, e := range p.groupRelevance(question) {
		p.bind(e)
	}
}

// both is the expression that demands a and b.
func both(a, b *Expr) *Expr {
	if a == nil {
		return b
	}
	return &Expr{source: "(" + a.source + ") and (" + b.source + ")", root: &node{op: opAnd, kind: kindBool, args: []*node{a.root, b.root}}}
}
