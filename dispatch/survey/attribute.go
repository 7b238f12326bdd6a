package survey

import (
	"maps"
	"strings"
)

// Attribute is what the office has said of a column of its own of the contact list.
type Attribute struct {
	Name map[Lang]string `json:"name,omitempty"` // what people read instead of the key
	// Means says which value a spelling stands for, by Spelling of it.
	Means map[string]string `json:"means,omitempty"`
	// Dropped columns were taken off the list; what lists say of them is left out.
	Dropped bool `json:"dropped,omitempty"`
}

// Attributes are those of which something was said, by key.
type Attributes map[string]Attribute

// Spelling is a value as spellings are compared: without regard to case and blanks. Accents
// tell words apart.
func Spelling(value string) string { return strings.ToLower(strings.Join(strings.Fields(value), " ")) }

// Called is what a column is called in a language; "" where nothing was said.
func (a Attributes) Called(key string, lang Lang) string {
	if name := a[key].Name[lang]; name != "" {
		return name
	}
	return a[key].Name[Vietnamese]
}

// Read brings the columns of a row into the form that the office wants: spellings become
// the values that they stand for, and what was dropped is left out.
func (a Attributes) Read(row map[string]string) map[string]string {
	var out map[string]string
	for key, value := range row {
		said, ok := a[key]
		if !ok {
			continue
		}
		now, other := said.Means[Spelling(value)]
		if !said.Dropped && (!other || now == value) {
			continue
		}
		if out == nil {
			out = maps.Clone(row)
		}
		if out[key] = now; said.Dropped {
			delete(out, key)
		}
	}
	if out == nil {
		return row
	}
	return out
}

// Join has a spelling stand for a value from now on; what stood for the spelling does, too.
// The value itself stands for itself.
func (a Attribute) Join(from, to string) Attribute {
	means := maps.Clone(a.Means)
	if means == nil {
		means = map[string]string{}
	}
	was := Spelling(from)
	for spelling, value := range means {
		if Spelling(value) == was {
			means[spelling] = to
		}
	}
	means[was] = to
	now := Spelling(to)
	if v, ok := means[now]; ok && Spelling(v) == now {
		means[now] = to // the same word in other cases
	} else {
		delete(means, now)
	}
	a.Means = means
	return a
}
