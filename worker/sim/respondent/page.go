package respondent

import (
	"fmt"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// page is what a person sees of a document: its heading, what can be pressed and
// what can be followed. Scripts, styles and images do not exist for it.
type page struct {
	heading string // words of the first h1, else of the title
	forms   []form
	links   []anchor
}

type anchor struct{ href, text string } // text is words

type form struct {
	post    bool
	action  string
	hidden  url.Values
	fields  []field
	buttons []button
}

type button struct{ name, value, text string } // text is words

// kindOf a field is what can be done with it.
type kind int

const (
	radio kind = iota
	checkbox
	number
	text
)

type field struct {
	kind    kind
	name    string
	choices []choice // radio, checkbox
	marked  []string // values that came marked
	hint    string   // words of the question around it
	low     int      // number
	high    int
	// of is the field and the choice that opens this text, if one does.
	of, ofValue string
}

// maxPage bounds what is read of a page, in bytes.
const maxPage = 1 << 20

// readPage reads a document.
func readPage(r io.Reader) (page, error) {
	doc, err := html.Parse(io.LimitReader(r, maxPage))
	if err != nil {
		return page{}, fmt.Errorf("respondent: a page cannot be read: %w", err)
	}
	p := page{}
	title := ""
	for n := range doc.Descendants() {
		switch {
		case n.Type != html.ElementNode:
		case n.Data == "h1" && p.heading == "":
			p.heading = words(textOf(n))
		case n.Data == "title" && title == "":
			title = words(textOf(n))
		case n.Data == "a" && attr(n, "href") != "":
			p.links = append(p.links, anchor{attr(n, "href"), words(textOf(n))})
		case n.Data == "form":
			p.forms = append(p.forms, readForm(doc, n))
		}
	}
	if p.heading == "" {
		p.heading = title
	}
	return p, nil
}

func readForm(doc, at *html.Node) form {
	f := form{post: strings.EqualFold(attr(at, "method"), "post"), action: attr(at, "action"), hidden: url.Values{}}
	for n := range at.Descendants() {
		if n.Type != html.ElementNode || hasAttr(n, "disabled") {
			continue
		}
		switch n.Data {
		case "button":
			if kind := attr(n, "type"); kind == "" || kind == "submit" {
				f.buttons = append(f.buttons, button{attr(n, "name"), attr(n, "value"), words(textOf(n))})
			}
		case "textarea":
			f.fields = append(f.fields, field{kind: text, name: attr(n, "name"), hint: hintOf(n)})
		case "input":
			f.input(doc, n)
		}
	}
	return f
}

// input takes an input element in.
func (f *form) input(doc, n *html.Node) {
	name, value := attr(n, "name"), attr(n, "value")
	switch kind := strings.ToLower(attr(n, "type")); {
	case kind == "submit":
		f.buttons = append(f.buttons, button{name, value, words(value)})
	case name == "" || kind == "button" || kind == "reset" || kind == "file" || kind == "image":
	case kind == "hidden":
		f.hidden.Add(name, value)
	case kind == "radio" || kind == "checkbox":
		f.mark(n, name, choice{value: value, label: words(labelOf(doc, n))}, kind == "checkbox")
	case kind == "number" || slices.Contains([]string{"numeric", "decimal"}, attr(n, "inputmode")):
		added := field{kind: number, name: name, hint: hintOf(n)}
		added.low, added.high = rangeOf(n, added.hint)
		f.fields = append(f.fields, added)
	default:
		added := field{kind: text, name: name, hint: hintOf(n)}
		// A line among the choices of a question belongs to the choice before it.
		if i := len(f.fields) - 1; i >= 0 && len(f.fields[i].choices) > 0 && within(n, "fieldset") != nil && f.fields[i].hint == added.hint {
			added.of, added.ofValue = f.fields[i].name, f.fields[i].choices[len(f.fields[i].choices)-1].value
		}
		f.fields = append(f.fields, added)
	}
}

// mark adds a choice to the field of its name.
func (f *form) mark(n *html.Node, name string, c choice, several bool) {
	i := slices.IndexFunc(f.fields, func(have field) bool { return have.name == name })
	if i < 0 {
		added := field{kind: radio, name: name, hint: hintOf(n)}
		if several {
			added.kind = checkbox
		}
		i = len(f.fields)
		f.fields = append(f.fields, added)
	}
	f.fields[i].choices = append(f.fields[i].choices, c)
	if hasAttr(n, "checked") {
		f.fields[i].marked = append(f.fields[i].marked, c.value)
	}
}

// most is how many boxes may be ticked.
func (f *field) most() int {
	if m := mostWords.FindStringSubmatch(f.hint); m != nil {
		n, _ := strconv.Atoi(m[1]) // one or two digits always fit
		return max(n, 1)
	}
	return 3
}

var (
	mostWords  = regexp.MustCompile(`(?:nhieu nhat|toi da|up to|at most) (\d{1,2})\b`)
	rangeWords = regexp.MustCompile(`(?:tu|from|between) (\d{1,6}) (?:den|to|and) (\d{1,6})\b`)
)

// rangeOf is what a number may be, by its attributes or by what is written
// around it; 0 to 10 where nothing is said.
func rangeOf(n *html.Node, hint string) (low, high int) {
	low, lowErr := strconv.Atoi(attr(n, "min"))
	high, highErr := strconv.Atoi(attr(n, "max"))
	if lowErr == nil && highErr == nil {
		return low, high
	}
	if m := rangeWords.FindStringSubmatch(hint); m != nil {
		low, _ = strconv.Atoi(m[1]) // six digits always fit
		high, _ = strconv.Atoi(m[2])
		return low, high
	}
	return 0, 10
}

// hintOf is what is written in the question that an element stands in.
func hintOf(n *html.Node) string {
	for p := n.Parent; p != nil && p.Type == html.ElementNode; p = p.Parent {
		if p.Data == "fieldset" || p.Data == "form" || slices.Contains(strings.Fields(attr(p, "class")), "field") {
			return words(textOf(p))
		}
	}
	return ""
}

// labelOf is the label around an element, or the one that names it.
func labelOf(doc, n *html.Node) string {
	if l := within(n, "label"); l != nil {
		return textOf(l)
	}
	id := attr(n, "id")
	for l := range doc.Descendants() {
		if l.Type == html.ElementNode && l.Data == "label" && id != "" && attr(l, "for") == id {
			return textOf(l)
		}
	}
	return attr(n, "value")
}

// within is the nearest element of that name around n, nil for none.
func within(n *html.Node, name string) *html.Node {
	for p := n.Parent; p != nil; p = p.Parent {
		if p.Type == html.ElementNode && p.Data == name {
			return p
		}
	}
	return nil
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
			b.WriteByte(' ')
		}
	}
	return b.String()
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func hasAttr(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

// main is the form that a person sees first, nil for none.
func (p *page) main() *form {
	for i := range p.forms {
		if p.forms[i].post && len(p.forms[i].buttons) > 0 {
			return &p.forms[i]
		}
	}
	return nil
}

// follow is the address of the first link whose words hold one of the phrases.
func (p *page) follow(phrases ...string) string {
	for _, l := range p.links {
		if hasAny(l.text, phrases...) {
			return l.href
		}
	}
	return ""
}

// Headings as words.

func (p *page) isThanks() bool {
	return hasAny(p.heading, "da nhan phieu", "da nhan bao cao", "cam on", "we have your", "thank you", "da hoan tat", "is complete")
}

func (p *page) isClosed() bool {
	return hasAny(p.heading, "da ket thuc", "has ended", "tam dung", "on hold", "khong tim thay", "no form", "da duoc thay", "was replaced")
}

func (p *page) isTrouble() bool {
	return hasAny(p.heading, "he thong dang ban", "we are busy", "cho mot lat", "wait a moment")
}

// press is what the form sends when its i-th button is pressed after filling in.
func (f *form) press(i int, filled url.Values) url.Values {
	out := url.Values{}
	for _, from := range []url.Values{f.hidden, filled} {
		for name, values := range from {
			out[name] = append(out[name], values...)
		}
	}
	if b := f.buttons[i]; b.name != "" {
		out.Add(b.name, b.value)
	}
	return out
}

// forward is the button that goes on: the first that does not go back or leave
// something out.
func (f *form) forward() int {
	i := slices.IndexFunc(f.buttons, func(b button) bool { return !hasAny(b.text, "quay lai", "bo qua", "back", "skip") })
	return max(i, 0)
}

// skip is the button that leaves the page's questions out, -1 for none.
func (f *form) skip() int {
	return slices.IndexFunc(f.buttons, func(b button) bool { return hasAny(b.text, "bo qua", "skip") })
}

// print tells one page of questions from another.
func (f *form) print() string {
	var b strings.Builder
	for _, x := range f.fields {
		b.WriteString(x.name)
		b.WriteByte('|')
	}
	return b.String()
}

// fill answers every question of a form. The caller holds s.mu.
func (s *someone) fill(f *form) url.Values {
	out := url.Values{}
	for i := range f.fields {
		x := &f.fields[i]
		switch x.kind {
		case radio:
			if len(x.marked) > 0 && s.rng.Float64() < 0.9 { // pressed in the mail
				out.Set(x.name, x.marked[0])
			} else {
				out.Set(x.name, s.one(x.choices).value)
			}
		case checkbox:
			for _, c := range s.few(x.choices, x.most()) {
				out.Add(x.name, c.value)
			}
		case number:
			out.Set(x.name, strconv.Itoa(s.number(x.low, x.high)))
		case text:
			opened := x.of == "" && s.rng.Float64() < 0.6 || x.of != "" && slices.Contains(out[x.of], x.ofValue)
			if opened {
				out.Set(x.name, s.saying())
			} else {
				out.Set(x.name, "")
			}
		}
	}
	return out
}
