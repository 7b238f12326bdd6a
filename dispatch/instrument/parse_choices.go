package instrument

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"canvass/dispatch/survey"
)

// The codes that mean a missing reason wherever they appear.
const (
	codeDontKnow = "98"
	codeRefused  = "99"
)

func missingOf(code string) survey.Missing {
	switch code {
	case codeDontKnow:
		return survey.MissingDontKnow
	case codeRefused:
		return survey.MissingRefused
	}
	return ""
}

var codeForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$`)

// choices reads a mapping of codes to labels, or to mappings with label,
// short, voice, other, exclusive. list names it in errors.
func (p *parser) choices(n *yaml.Node, list string) []Choice {
	return p.listing(n, list, "other", "exclusive", "with")
}

// listing reads what has a label, short and voice, and the more keys.
func (p *parser) listing(n *yaml.Node, list string, more ...string) []Choice {
	var all []Choice
	for _, pr := range p.pairs(n, survey.CodeChoiceDuplicate) {
		c := Choice{Code: pr.key.Value, Missing: missingOf(pr.key.Value)}
		c.Exclusive = c.Missing != ""
		if !codeForm.MatchString(c.Code) {
			p.fail(pr.key.Line, survey.CodeChoiceReserved, "choice", c.Code, "question", list, "problem", "not a code")
		}
		if isReservedCode(c.Code) {
			p.fail(pr.key.Line, survey.CodeChoiceReserved, "choice", c.Code, "question", list)
		}
		p.choice(&c, pr.value, more)
		all = append(all, c)
	}
	if len(all) > maxChoices {
		p.fail(n.Line, survey.CodeRangeInvalid, "name", list, "value", strconv.Itoa(len(all)), "min", "1", "max", strconv.Itoa(maxChoices))
	}
	return all
}

// choice reads the texts of one choice.
func (p *parser) choice(c *Choice, n *yaml.Node, more []string) {
	if n.Kind != yaml.MappingNode || p.isByLanguage(n) {
		c.Label = p.texts(n, true, c.Code)
	} else {
		f := p.fields(n, append(more, "label", "short", "voice")...)
		if c.Label = p.texts(f["label"], true, c.Code); c.Label == nil {
			p.complete(n.Line, nil, c.Code)
		}
		c.Short = p.texts(f["short"], true, c.Code)
		c.Voice = p.texts(f["voice"], true, c.Code)
		c.Other, c.With = p.flag(f["other"]), p.with(f["with"])
		c.Exclusive = p.flag(f["exclusive"]) || c.Exclusive
	}
	for _, t := range [...]Texts{c.Label, c.Short, c.Voice} {
		for _, text := range t {
			if isCertainStop(text) {
				p.fail(n.Line, survey.CodeChoiceReserved, "choice", c.Code, "name", text)
			}
		}
	}
}

// isByLanguage reports whether every key of the mapping is a language, so that
// it is a text and not a choice's mapping.
func (p *parser) isByLanguage(n *yaml.Node) bool {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if survey.Lang(n.Content[i].Value).Or("") == "" {
			return false
		}
	}
	return true
}

// acknowledged is the code of the one choice of an acknowledgement, as XLSForm
// stores it.
const acknowledged = "OK"

func acknowledgement(langs []survey.Lang) Texts {
	t := Texts{}
	for _, l := range langs {
		if t[l] = "Tôi đã đọc"; l == survey.English {
			t[l] = "I have read this"
		}
	}
	return t
}

// questionChoices gives q its own or shared choices and its missing reasons.
func (p *parser) questionChoices(q *Question, f map[string]*yaml.Node) {
	if n := f["choices"]; n != nil && n.Kind == yaml.ScalarNode {
		list, ok := p.lists[n.Value]
		if !ok {
			p.fail(n.Line, survey.CodeChoiceMissing, "question", q.Name, "name", n.Value, "problem", "no such list")
		}
		q.Choices = slices.Clip(list) // whoever adds to it makes a list of their own
	} else if n != nil {
		q.Choices = p.choices(n, q.Name)
	}
	if q.Type == Acknowledge {
		q.Choices = []Choice{{Code: acknowledged, Label: acknowledgement(p.langs)}}
	}
	p.questionMissing(q, f["missing"])
	q.register = p.shared.register(q, p.langs)
	if q.Type == Single || q.Type == Ranking || q.Type == Matrix || q.Type == Multiple || q.Type == Scale && !q.Numeric() {
		n := q.substantive()
		if n < 2 && (q.Type != Scale || f["choices"] != nil) {
			p.fail(q.Line, survey.CodeChoiceMissing, "question", q.Name, "problem", "fewer than two choices")
		}
		if n > MostListed && (q.Type == Ranking || q.Type == Scale) { // these are seen whole or not at all
			p.fail(q.Line, survey.CodeRangeInvalid, "name", q.Name, "value", strconv.Itoa(n), "min", "2", "max", strconv.Itoa(MostListed))
		}
	}
	if q.Type == Multiple || q.Type == Ranking {
		n := int64(q.substantive())
		q.MaxChoices = int(p.number(f["at_most"], n, 1, max(n, 1)))
	}
	if q.register.others > 1 {
		p.fail(q.Line, survey.CodeChoiceDuplicate, "question", q.Name, "problem", "two other choices")
	}
}

// questionMissing adds 98 and 99 as the file declares them, or as the
// question's own list of them says.
func (p *parser) questionMissing(q *Question, n *yaml.Node) {
	if q.Type == Text || q.Type == Note || q.Type == Attachment || !q.Type.Asked() {
		return
	}
	var more []Choice
	for _, c := range p.missing {
		if !p.shared.has(q.Choices, c.Code) && (n == nil || listed(n, c.Code)) {
			more = append(more, c)
		}
	}
	q.Choices = p.shared.with(q.Choices, more)
	if n == nil {
		return
	}
	if n.Kind != yaml.SequenceNode {
		p.fail(n.Line, survey.CodeYAML, "problem", "missing is not a list", "valid", "98, 99")
	}
	for _, item := range n.Content {
		if !p.shared.has(q.Choices, item.Value) {
			p.fail(item.Line, survey.CodeChoiceMissing, "question", q.Name, "choice", item.Value, "valid", "98, 99")
		}
	}
}

func listed(n *yaml.Node, code string) bool {
	for _, item := range n.Content {
		if item.Value == code {
			return true
		}
	}
	return false
}

// expression reads an expression; nil if there is none, or none that can be read.
func (p *parser) expression(n *yaml.Node) *Expr {
	if n == nil {
		return nil
	}
	e, err := ParseExpr(p.word(n))
	if err != nil {
		err.Where = failure(p.file, n.Line, "").Where
		p.errors = append(p.errors, err)
		return nil
	}
	return e
}

// place adds an expression of the question that is read now.
func (p *parser) place(all []placed, n *yaml.Node) []placed {
	if e := p.expression(n); e != nil {
		all = append(all, placed{question: len(p.q.Questions), line: n.Line, expr: e})
	}
	return all
}

// check looks at what only the whole file shows: names and expressions.
func (p *parser) check() {
	for i := range p.q.Questions {
		q := &p.q.Questions[i]
		names := []string{q.Name}
		if _, ok := q.otherChoice(); ok {
			names = append(names, q.OtherName())
		}
		for _, name := range names {
			if first, twice := p.q.index[name]; twice {
				p.fail(q.Line, survey.CodeQuestionDuplicate, "name", name, "first", strconv.Itoa(p.q.Questions[first].Line))
				continue
			}
			p.q.index[name] = i
		}
		p.q.cores = p.q.cores || q.Core
	}
	for _, e := range p.exprs {
		p.bind(e)
	}
	for _, e := range p.bounds {
		e.itself = true
		p.bind(e)
	}
	for _, e := range append(p.derived, p.filters...) {
		e.value = true
		p.bind(e)
	}
	for i := range p.q.Questions {
		p.checkPipes(i)
	}
	for i := range p.q.Questions {
		if first := i == 0 || p.q.Questions[i-1].Group != p.q.Questions[i].Group; first {
			p.bindGroups(i)
		}
	}
	p.checkBlocks()
	for i := range p.q.Questions {
		if t := p.q.Questions[i].Type; t != Note && t.Asked() {
			return
		}
	}
	if len(p.q.Questions) > 0 {
		p.fail(p.q.Questions[0].Line, survey.CodeYAML, "problem", "no questions")
	}
}

// finish completes what the questions' readers and speakers need.
func (p *parser) finish() {
	p.q.number()
	for name, i := range p.q.index {
		if p.q.Questions[i].Name != name {
			delete(p.q.index, name) // a companion, found by its suffix
		}
	}
	together := map[string]*Expr{}
	for i := range p.q.Questions {
		q := &p.q.Questions[i]
		e, known := together[q.Group]
		if !known {
			for _, of := range p.groupRelevance(i) {
				e = both(e, of.expr)
			}
			together[q.Group] = e
		}
		q.Relevant, q.within = e, e
	}
	for _, e := range p.exprs {
		q := &p.q.Questions[e.question]
		q.Relevant, q.own = both(q.Relevant, e.expr), both(q.own, e.expr)
	}
	for _, e := range p.bounds {
		p.q.Questions[e.question].Constraint = e.expr
	}
	for _, e := range p.derived {
		p.q.Questions[e.question].Calculation = e.expr
	}
	for _, e := range p.filters {
		q := &p.q.Questions[e.question]
		q.Filter, q.filtered = e.expr, p.shared.filter(q, e.expr)
	}
	for i := range p.q.Questions {
		q := &p.q.Questions[i]
		q.Block = p.q.blocksAround(i)
		q.authored = map[survey.Mode]Texts{survey.TextMode: q.SMS, survey.Voice: q.Voice}
		q.SMS = p.q.compose(q, q.SMS, survey.TextMode)
		q.Voice = p.q.compose(q, q.Voice, survey.Voice)
	}
}

func sortByLine(errors []*survey.Error) {
	line := func(e *survey.Error) int {
		n, _ := strconv.Atoi(e.Where[strings.LastIndexByte(e.Where, ':')+1:])
		return n
	}
	slices.SortStableFunc(errors, func(a, b *survey.Error) int { return line(a) - line(b) })
}
