package instrument

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
	"golang.org/x/text/unicode/norm"

	"canvass/dispatch/survey"
)

// Bounds of a source file: beyond them it is refused unread or cut off.
const (
	maxSource    = 4 << 20
	maxQuestions = 3_000
	maxChoices   = 10_000
	maxNested    = 20 // groups within groups
	maxText      = 20_000
	maxNumber    = 1_000_000_000_000
)

// Parse reads a questionnaire from YAML; doc.go shows the form. It returns all
// errors at once, in the order of their lines, each with Where "file:line";
// the questionnaire is nil if there is any.
func Parse(file string, src []byte) (*Questionnaire, []*survey.Error) {
	s := &source{file: file, langs: []survey.Lang{survey.Vietnamese}}
	if len(src) > maxSource {
		s.fail(1, survey.CodeYAML, "problem", "too long")
		return nil, s.errors
	}
	root := s.root(src)
	if root == nil {
		return nil, s.errors
	}
	p := &parser{source: s, q: &Questionnaire{file: file, Hash: hash(src), index: map[string]int{}}}
	p.read(root)
	p.check()
	if len(s.errors) > 0 {
		sortByLine(s.errors)
		return nil, s.errors
	}
	p.finish()
	return p.q, nil
}

// hash identifies a source whatever machine it was saved on.
func hash(src []byte) string {
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	src = bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n"))
	sum := sha256.Sum256(norm.NFC.Bytes(src))
	return hex.EncodeToString(sum[:])
}

// parser builds one questionnaire.
type parser struct {
	*source
	q       *Questionnaire
	missing []Choice
	lists   map[string][]Choice
	shared  shared
	grouped map[string]int // group → place in Groups
	entered map[string]bool
	exprs   []placed // relevance
	bounds  []placed // constraints
	derived []placed // calculations
	filters []placed // of choices
	page    int
}

// placed is an expression that waits for all names to be known.
type placed struct {
	question int
	line     int
	expr     *Expr
	value    bool // any kind of value will do
	itself   bool // it may look at the answer of its own question
	group    bool // it is a group's
}

func (p *parser) read(root *yaml.Node) {
	f := p.fields(root, "name", "title", "intro", "languages", "minutes", "ask_again", "not_understood", "missing", "lists", "groups", "questions")
	if !p.languages(f["languages"]) {
		return // every text would look wrong
	}
	p.q.Languages = p.langs
	p.q.Name = p.word(f["name"])
	if !nameForm.MatchString(p.q.Name) {
		p.fail(root.Line, survey.CodeYAML, "problem", "name missing or not a name", "name", p.q.Name)
	}
	if p.q.Title = p.texts(f["title"], true, "title"); p.q.Title == nil {
		p.complete(root.Line, nil, "title")
	}
	p.q.Intro = p.texts(f["intro"], true, "intro")
	p.q.Minutes = int(p.number(f["minutes"], 0, 0, 600))
	p.q.AskAgain = int(p.number(f["ask_again"], askAgainDefault, 0, 5))
	p.fallback(f["not_understood"])
	p.missingChoices(f["missing"])
	p.sharedLists(f["lists"])
	p.groups(f["groups"])
	p.q.nested = p.grouped
	p.questions(root, f["questions"])
}

// fallback reads what becomes of a question that was answered and not understood.
func (p *parser) fallback(n *yaml.Node) {
	if p.q.NotUnderstood = ToNext; n == nil {
		return
	}
	switch p.q.NotUnderstood = Fallback(p.word(n)); p.q.NotUnderstood {
	case ToNext, ToStaff:
	default:
		p.fail(n.Line, survey.CodeYAML, "problem", "not_understood", "name", p.word(n), "valid", "skip, staff")
	}
}

func (p *parser) languages(n *yaml.Node) bool {
	if n == nil {
		return true
	}
	before := len(p.errors)
	var langs []survey.Lang
	for _, c := range n.Content {
		l := survey.Lang(p.word(c))
		if l.Or("") == "" || containsLang(langs, l) {
			p.fail(c.Line, survey.CodeYAML, "problem", "language", "name", string(l), "valid", "vi, en")
			continue
		}
		langs = append(langs, l)
	}
	if n.Kind != yaml.SequenceNode || len(langs) == 0 {
		p.fail(n.Line, survey.CodeYAML, "problem", "languages is not a list", "valid", "vi, en")
	}
	p.langs = langs
	return len(p.errors) == before
}

// missingChoices reads the texts of 98 and 99, shared by all questions.
func (p *parser) missingChoices(n *yaml.Node) {
	if n == nil {
		return
	}
	for _, c := range p.choices(n, "missing") {
		if c.Missing == "" {
			p.fail(n.Line, survey.CodeChoiceMissing, "choice", c.Code, "valid", "98, 99")
			continue
		}
		p.missing = append(p.missing, c)
	}
}

func (p *parser) sharedLists(n *yaml.Node) {
	p.lists, p.shared = map[string][]Choice{}, newShared()
	if n == nil {
		return
	}
	for _, l := range p.pairs(n, survey.CodeYAML) {
		p.lists[l.key.Value] = p.choices(l.value, l.key.Value)
	}
}

func (p *parser) questions(root, n *yaml.Node) {
	if n == nil || n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		p.fail(root.Line, survey.CodeYAML, "problem", "no questions")
		return
	}
	if len(n.Content) > maxQuestions {
		p.fail(n.Line, survey.CodeRangeInvalid, "value", strconv.Itoa(len(n.Content)), "min", "1", "max", strconv.Itoa(maxQuestions))
		return
	}
	p.page, p.entered = 1, map[string]bool{}
	for _, c := range n.Content {
		p.question(c)
	}
}

var nameForm = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]{0,63}$`)

func (p *parser) question(n *yaml.Node) {
	f := p.fields(n, "name", "type", "kind", "page", "label", "hint", "sms", "voice", "choices", "missing", "at_most",
		"min", "max", "low", "high", "max_length", "required", "required_message", "key", "core", "relevant",
		"constraint", "constraint_message", "group", "rows", "decimals", "step",
		"calculation", "default", "filter", "random", "accept", "max_size", "audio", "consent", "record")
	if f == nil {
		return
	}
	q := Question{Name: p.word(f["name"]), Type: Type(p.word(f["type"])), Kind: survey.QuestionKind(p.word(f["kind"])), Line: n.Line}
	if f["name"] != nil {
		q.Line = f["name"].Line
	}
	if !nameForm.MatchString(q.Name) {
		p.fail(q.Line, survey.CodeQuestionName, "name", q.Name)
	}
	p.enter(&q, f["group"])
	p.page = int(p.number(f["page"], int64(p.page), int64(p.page), maxQuestions))
	q.Page = p.page
	q.Required, q.Key, q.Core = p.flag(f["required"]), p.flag(f["key"]), p.flag(f["core"])
	p.questionTexts(&q, f)
	p.questionShape(&q, f)
	made, own := []Question{q}, map[string]*yaml.Node(nil)
	if q.Type == Matrix {
		made, own = p.rows(q, f["rows"]), rowRelevant(f["rows"])
	}
	for _, q := range made {
		p.exprs = p.place(p.exprs, f["relevant"])
		p.exprs = p.place(p.exprs, own[strings.TrimPrefix(q.Name, q.Matrix+"_")])
		p.bounds = p.place(p.bounds, f["constraint"])
		p.filter(&q, f["filter"])
		p.q.Questions = append(p.q.Questions, q)
	}
}

func (p *parser) questionTexts(q *Question, f map[string]*yaml.Node) {
	if q.Label = p.texts(f["label"], true, q.Name); q.Label == nil && q.Type.Asked() {
		p.complete(q.Line, nil, q.Name)
	}
	q.Hint = p.texts(f["hint"], true, q.Name)
	q.SMS = p.texts(f["sms"], true, q.Name)
	q.Voice = p.texts(f["voice"], true, q.Name)
	p.audio(q, f["audio"])
	q.Low = p.texts(f["low"], true, q.Name)
	q.High = p.texts(f["high"], true, q.Name)
	q.ConstraintMessage = p.texts(f["constraint_message"], true, q.Name)
	q.RequiredMessage = p.texts(f["required_message"], true, q.Name)
}

// questionShape reads what the type allows: choices, bounds, lengths. A key
// that means nothing for the type is an error.
func (p *parser) questionShape(q *Question, f map[string]*yaml.Node) {
	switch q.Type {
	case Single:
		p.allow(q, f, "choices", "missing", "random")
	case Matrix:
		p.allow(q, f, "rows", "choices", "missing", "random")
	case Multiple:
		p.allow(q, f, "choices", "missing", "at_most", "random")
	case Integer:
		p.allow(q, f, "min", "max", "step", "missing")
	case Decimal:
		p.allow(q, f, "min", "max", "step", "decimals", "missing")
	case Date:
		p.allow(q, f, "min", "max", "missing")
	case Ranking:
		p.allow(q, f, "choices", "missing", "at_most", "random")
	case Acknowledge:
		p.allow(q, f, "missing")
	case Calculate:
		p.allow(q, f, "calculation")
	case Hidden:
		p.allow(q, f)
	case Scale:
		if f["choices"] != nil {
			p.allow(q, f, "choices", "missing")
		} else {
			p.allow(q, f, "min", "max", "low", "high", "missing")
		}
	case Text:
		p.allow(q, f, "max_length", "record")
	case Note:
		p.allow(q, f)
	case Attachment:
		p.allow(q, f, "accept", "max_size", "at_most")
	default:
		p.fail(q.Line, survey.CodeQuestionType, "name", string(q.Type), "valid", typeNames)
		return
	}
	p.questionKind(q)
	p.questionBounds(q, f)
	p.derivation(q, f)
	p.questionChoices(q, f)
	p.consent(q, f["consent"])
	q.Random = p.flag(f["random"])
	if q.Type != Matrix { // its rows have no vocabulary yet, and no default
		p.preset(q, f["default"])
	}
}

func (p *parser) allow(q *Question, f map[string]*yaml.Node, shape ...string) {
	for _, key := range [...]string{"choices", "missing", "at_most", "min", "max", "low", "high", "max_length", "rows", "decimals", "step", "calculation", "random", "accept", "max_size", "record"} {
		if f[key] != nil && !contains(shape, key) {
			p.fail(f[key].Line, survey.CodeUnknownKey, "name", key, "type", string(q.Type))
		}
	}
}

func (p *parser) questionKind(q *Question) {
	switch q.Kind {
	case survey.OwnOpinion, survey.WhatIHear, survey.Fact, survey.Background:
		return
	case "":
		if q.Type == Note || !q.Type.Asked() {
			return
		}
	}
	p.fail(q.Line, survey.CodeQuestionKind, "name", q.Name, "value", string(q.Kind),
		"valid", "own_opinion, what_i_hear, fact, background")
}

func (p *parser) questionBounds(q *Question, f map[string]*yaml.Node) {
	switch {
	case q.Type == Text:
		q.MaxLength = int(p.number(f["max_length"], 2000, 1, maxText))
		if f["record"] != nil {
			q.Record = int(p.number(f["record"], survey.MinRecord, survey.MinRecord, survey.MaxRecord))
		}
	case q.Type == Integer, q.Type == Decimal, q.Type == Scale && f["choices"] == nil:
		p.numberBounds(q, f)
	case q.Type == Date:
		p.dateBounds(q, f)
	case q.Type == Attachment:
		p.attachmentBounds(q, f)
	}
}
