package dispatch

import (
	"context"
	"maps"
	"slices"
	"unicode/utf8"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// AttributeNamesStore is what is said of the office's own columns.
type AttributeNamesStore interface {
	Attributes(ctx context.Context) (survey.Attributes, error)
}

// AttributeStore is what changing the office's own columns needs of the database.
type AttributeStore interface {
	AttributeNamesStore
	PutAttributes(ctx context.Context, by view.Audit, decide func(survey.Attributes) (survey.Attributes, error)) error
	RewriteAttribute(ctx context.Context, r view.AttributeRewrite) (int, error)
}

// Bounds of what may be said of columns.
const (
	longestColumnName = 60  // characters
	mostAttributes    = 200 // of which something is said
	mostSpellings     = 500 // of one column
)

// AttributeRequest changes one column, on record.
type AttributeRequest struct {
	Key string
	By  view.Audit
}

// NameAttribute has people read a name instead of the key of a column; without names the
// key shows again. Errors: attribute_invalid, attribute_name_taken.
func NameAttribute(ctx context.Context, store AttributeStore, r AttributeRequest, name map[survey.Lang]string) error {
	names := map[survey.Lang]string{}
	for lang, text := range name {
		if text = tidied(text); utf8.RuneCountInString(text) > longestColumnName {
			return attributeInvalid(r.Key, string(lang))
		} else if text != "" {
			names[lang] = text
		}
	}
	return r.put(ctx, store, "named", func(all survey.Attributes, a survey.Attribute) (survey.Attribute, error) {
		for _, key := range slices.Sorted(maps.Keys(all)) {
			for lang, text := range names {
				if key != r.Key && survey.Spelling(all[key].Name[lang]) == survey.Spelling(text) {
					return a, &survey.Error{Kind: survey.Invalid, Code: survey.CodeAttributeNameTaken, Where: string(lang), Args: map[string]string{"name": text, "other": key}}
				}
			}
		}
		a.Name = names
		return a, nil
	})
}

// JoinValues has a spelling of a column stand for another value, with everybody who has it
// and in the lists to come, and returns how many people that changed. The rule is kept
// first: cut short, the same again goes on. Errors: attribute_invalid.
func JoinValues(ctx context.Context, store AttributeStore, r AttributeRequest, from, to string) (int, error) {
	to = tidied(to)
	if from == "" || from == to {
		return 0, attributeInvalid(r.Key, "from")
	}
	if to == "" {
		return 0, attributeInvalid(r.Key, "to")
	}
	err := r.put(ctx, store, "joined", func(_ survey.Attributes, a survey.Attribute) (survey.Attribute, error) {
		if a = a.Join(from, to); len(a.Means) > mostSpellings {
			return a, attributeInvalid(r.Key, "means")
		}
		return a, nil
	})
	if err != nil {
		return 0, err
	}
	return store.RewriteAttribute(ctx, view.AttributeRewrite{Key: r.Key, From: from, To: to})
}

// DropAttribute takes a column off everybody, and leaves it out of the lists to come; it
// returns how many people had it. Frames and results that exist keep it.
func DropAttribute(ctx context.Context, store AttributeStore, r AttributeRequest) (int, error) {
	err := r.put(ctx, store, "dropped", func(_ survey.Attributes, a survey.Attribute) (survey.Attribute, error) {
		a.Dropped, a.Means = true, nil
		return a, nil
	})
	if err != nil {
		return 0, err
	}
	return store.RewriteAttribute(ctx, view.AttributeRewrite{Key: r.Key, Drop: true})
}

// TakeAttribute has the lists to come bring a column again that was dropped.
func TakeAttribute(ctx context.Context, store AttributeStore, r AttributeRequest) error {
	return r.put(ctx, store, "taken", func(_ survey.Attributes, a survey.Attribute) (survey.Attribute, error) {
		a.Dropped = false
		return a, nil
	})
}

// put keeps what is said of the column. The record names the column and what was done, never
// what people have in it.
func (r AttributeRequest) put(ctx context.Context, store AttributeStore, done string, change func(survey.Attributes, survey.Attribute) (survey.Attribute, error)) error {
	if r.Key == "" || utf8.RuneCountInString(r.Key) > longestField {
		return attributeInvalid(r.Key, "key")
	}
	by := r.By
	by.Act, by.Detail = "setting", map[string]any{"column": r.Key, "did": done}
	return store.PutAttributes(ctx, by, func(all survey.Attributes) (survey.Attributes, error) {
		a, err := change(all, all[r.Key])
		if err != nil {
			return nil, err
		}
		out := maps.Clone(all)
		if out == nil {
			out = survey.Attributes{}
		}
		if out[r.Key] = a; len(a.Name) == 0 && len(a.Means) == 0 && !a.Dropped {
			delete(out, r.Key)
		}
		if len(out) > mostAttributes {
			return nil, attributeInvalid(r.Key, "columns")
		}
		return out, nil
	})
}

func attributeInvalid(key, field string) error {
	return &survey.Error{Kind: survey.Invalid, Code: survey.CodeAttributeInvalid, Where: field, Args: map[string]string{"key": key, "field": field}}
}
