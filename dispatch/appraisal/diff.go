package appraisal

import (
	"fmt"
	"reflect"
	"slices"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
)

// Comparability is what a change does to the data of before and after. Its
// words are those of "comparable.X".
type Comparability string

// From harmless to worst.
const (
	Comparable Comparability = "same"       // nothing that a person meets in that question
	NewContext Comparability = "context"    // the same question in another place, or on another page
	NewBase    Comparability = "base"       // the same question, put to others
	NewSeries  Comparability = "new_series" // other words: a changed comma starts a new series
	Apart      Comparability = "apart"      // other values: the columns cannot be joined
)

// Comparabilities lists them, from harmless to worst.
func Comparabilities() []Comparability {
	return []Comparability{Comparable, NewContext, NewBase, NewSeries, Apart}
}

// Difference is what changed from one version to the next.
type Difference struct {
	Head      []Change         `json:"head,omitempty"` // title, intro, languages, minutes
	Questions []QuestionChange `json:"questions,omitempty"`
	// Worst is the least comparable of the questions in both versions.
	Worst Comparability `json:"worst"`
}

// QuestionChange is what became of one question.
type QuestionChange struct {
	Question string        `json:"question"`
	Kind     ChangeKind    `json:"kind"`
	Changes  []Change      `json:"changes,omitempty"`
	Data     Comparability `json:"data,omitempty"` // of a question in both versions
}

// ChangeKind says what became of a question.
type ChangeKind string

// The kinds of changes.
const (
	Added   ChangeKind = "added"
	Removed ChangeKind = "removed"
	Moved   ChangeKind = "moved" // and nothing else
	Changed ChangeKind = "changed"
)

// Change is one part that changed: a text by its language, else the whole part.
type Change struct {
	Part   string      `json:"part"` // label, relevant, choices; "3.label" of choice 3
	Lang   survey.Lang `json:"lang,omitempty"`
	Before string      `json:"before"`
	After  string      `json:"after"`
}

// Diff compares two versions. Every field that a question has is compared, also
// those that the instrument learns later; a part whose effect is not known
// counts as other words.
func Diff(a, b *instrument.Questionnaire) Difference {
	d := Difference{Worst: Comparable}
	d.Head = append(diffTexts("title", a.Title, b.Title), diffTexts("intro", a.Intro, b.Intro)...)
	d.Head = append(d.Head, diffValue("languages", fmt.Sprint(a.Languages), fmt.Sprint(b.Languages))...)
	d.Head = append(d.Head, diffValue("minutes", fmt.Sprint(a.Minutes), fmt.Sprint(b.Minutes))...)
	d.Head = append(d.Head, diffValue("ask_again", fmt.Sprint(a.AskAgain), fmt.Sprint(b.AskAgain))...)
	d.Head = append(d.Head, diffValue("not_understood", string(a.NotUnderstood), string(b.NotUnderstood))...)
	moved, lists := movedNames(a, b), map[[2]*instrument.Choice]QuestionChange{}
	for i := range b.Questions {
		after := &b.Questions[i]
		before, ok := a.Question(after.Name)
		if !ok {
			d.Questions = append(d.Questions, QuestionChange{Question: after.Name, Kind: Added})
			continue
		}
		c := QuestionChange{Question: after.Name, Kind: Changed, Data: Comparable}
		c.compare(before, after)
		c.lists(lists, before, after)
		if moved[after.Name] {
			if len(c.Changes) == 0 {
				c.Kind = Moved
			}
			c.Data = worse(c.Data, NewContext)
			c.Changes = append(c.Changes, Change{Part: "place", Before: fmt.Sprint(place(a, after.Name)), After: fmt.Sprint(i + 1)})
		}
		if len(c.Changes) > 0 {
			d.Questions = append(d.Questions, c)
			d.Worst = worse(d.Worst, c.Data)
		}
	}
	for i := range a.Questions {
		if _, ok := b.Question(a.Questions[i].Name); !ok {
			d.Questions = append(d.Questions, QuestionChange{Question: a.Questions[i].Name, Kind: Removed})
		}
	}
	return d
}

// worse is the less comparable of two.
func worse(a, b Comparability) Comparability {
	all := Comparabilities()
	return all[max(slices.Index(all, a), slices.Index(all, b))]
}

// effects are the parts whose change does not make another question of it, or
// makes more.
var effects = map[string]Comparability{
	"type": Apart, "choices": Apart, "min": NewSeries, "max": NewSeries, "kind": NewSeries, "relevant": NewBase, "core": NewBase,
	"page": NewContext, "required": NewContext, "key": Comparable, "max_length": NewContext, "group": NewContext, "block": NewContext,
	"random": NewContext, "random_rows": NewContext,
	"accept": NewContext, "audio": NewContext, "consent": NewBase, "max_size": NewContext,
}

// compare notes what differs between two versions of a question.
func (c *QuestionChange) compare(a, b *instrument.Question) {
	c.fields("", reflect.ValueOf(a).Elem(), reflect.ValueOf(b).Elem())
	if x, y := codesOf(a), codesOf(b); !slices.Equal(x, y) {
		effect := Apart
		slices.Sort(x)
		slices.Sort(y)
		if slices.Equal(x, y) {
			effect = NewSeries // the same options in another order
		}
		c.note(effect, Change{Part: "choices", Before: fmt.Sprint(codesOf(a)), After: fmt.Sprint(codesOf(b))})
	}
}

// lists notes what differs between the choices that both versions of a question have.
// known is what was found about two lists before: many questions may share them.
func (c *QuestionChange) lists(known map[[2]*instrument.Choice]QuestionChange, a, b *instrument.Question) {
	if len(a.Choices) == 0 || len(b.Choices) == 0 {
		return
	}
	key := [2]*instrument.Choice{&a.Choices[0], &b.Choices[0]}
	found, ok := known[key]
	if !ok {
		found.Data = Comparable
		for i := range b.Choices {
			if before, ok := a.Choice(b.Choices[i].Code); ok {
				found.fields(b.Choices[i].Code+".", reflect.ValueOf(before).Elem(), reflect.ValueOf(&b.Choices[i]).Elem())
			}
		}
		known[key] = found
	}
	c.note(found.Data, found.Changes...)
}

func codesOf(q *instrument.Question) []string {
	var out []string
	for i := range q.Choices {
		out = append(out, q.Choices[i].Code)
	}
	return out
}

func (c *QuestionChange) note(effect Comparability, changes ...Change) {
	if len(changes) > 0 {
		c.Changes = append(c.Changes, changes...)
		c.Data = worse(c.Data, effect)
	}
}

// fields compares the exported fields of two structs of one type.
func (c *QuestionChange) fields(prefix string, a, b reflect.Value) {
	for i := range a.NumField() {
		f := a.Type().Field(i)
		if !f.IsExported() || f.Name == "Name" || f.Name == "Line" || f.Name == "Choices" || f.Name == "Code" {
			continue
		}
		effect, known := effects[part(f.Name)]
		if !known {
			effect = NewSeries
		}
		x, y := a.Field(i).Interface(), b.Field(i).Interface()
		if f.Type.Comparable() && x == y {
			continue
		}
		if before, ok := x.(instrument.Texts); ok {
			c.note(effect, diffTexts(prefix+part(f.Name), before, y.(instrument.Texts))...)
			continue
		}
		c.note(effect, diffValue(prefix+part(f.Name), written(x), written(y))...)
	}
}

// written is a value as a person reads it; an expression by its source.
func written(v any) string {
	if e, ok := v.(*instrument.Expr); ok {
		if e == nil {
			return ""
		}
		return e.String()
	}
	return fmt.Sprint(v)
}

func diffTexts(part string, a, b instrument.Texts) []Change {
	var out []Change
	for _, l := range []survey.Lang{survey.Vietnamese, survey.English} {
		if a[l] != b[l] {
			out = append(out, Change{part, l, a[l], b[l]})
		}
	}
	return out
}

func diffValue(part, a, b string) []Change {
	if a == b {
		return nil
	}
	return []Change{{Part: part, Before: a, After: b}}
}

func place(q *instrument.Questionnaire, name string) int {
	return 1 + slices.IndexFunc(q.Questions, func(x instrument.Question) bool { return x.Name == name })
}

// movedNames are the fewest questions that must move to make the order of a
// that of b: all that both have but a longest rising run.
func movedNames(a, b *instrument.Questionnaire) map[string]bool {
	var names []string
	var places []int
	for i := range b.Questions {
		if _, ok := a.Question(b.Questions[i].Name); ok {
			names = append(names, b.Questions[i].Name)
			places = append(places, place(a, b.Questions[i].Name))
		}
	}
	length, before := make([]int, len(names)), make([]int, len(names))
	end := -1
	for i := range names {
		length[i], before[i] = 1, -1
		for j := range i {
			if places[j] < places[i] && length[j] >= length[i] {
				length[i], before[i] = length[j]+1, j
			}
		}
		if end < 0 || length[i] > length[end] {
			end = i
		}
	}
	moved := map[string]bool{}
	for _, name := range names {
		moved[name] = true
	}
	for ; end >= 0; end = before[end] {
		delete(moved, names[end])
	}
	return moved
}
