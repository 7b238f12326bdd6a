package xlsform

import (
	"regexp"
	"strings"

	"canvass/dispatch/contactlist"
	"canvass/dispatch/survey"
)

// texts reads a text in all languages. Where a language has none, the text of
// another stands for it, and is told.
func (r *reader) texts(s *sheet, row contactlist.Line, key string) texts {
	t := texts{}
	empty := map[survey.Lang]cell{}
	var plain value
	for _, c := range s.columns {
		if c.key != key {
			continue
		}
		v := s.at(row, c)
		lang := languageOf(c.language)
		switch {
		case c.language == "":
			plain = v
		case lang == "":
			continue // told at the header
		case v.text == "":
			empty[lang] = v.at
		default:
			t[lang] = r.shown(v, c.raw(row))
		}
	}
	if plain.text != "" {
		c, _ := s.column(key)
		if _, have := t[r.plain]; have {
			r.remark(plain.at, survey.CodeFormPlainLeft, "name", key, "lang", string(r.plain))
		} else {
			t[r.plain] = r.shown(plain, c.raw(row))
		}
	}
	if len(t) == 0 {
		return nil
	}
	for lang, at := range empty {
		if _, have := t[lang]; !have {
			t[lang] = value{"", at}
		}
	}
	r.fill(t, key)
	return t
}

// raw is the cell of a column as it is kept, its line breaks too.
func (c column) raw(row contactlist.Line) string {
	if c.index < len(row.Cells) {
		return row.Cells[c.index]
	}
	return ""
}

// fill puts the first text there is in the place of those that are missing.
func (r *reader) fill(t texts, key string) {
	var first value
	for _, l := range r.q.langs {
		if v := t[l]; v.text != "" {
			first = v
			break
		}
	}
	for _, l := range r.q.langs {
		v := t[l]
		if v.text != "" {
			continue
		}
		if v.at.sheet == "" {
			v.at = first.at
		}
		r.remark(v.at, survey.CodeFormFilled, "name", key, "lang", string(l))
		t[l] = value{first.text, v.at}
	}
}

var (
	markup = regexp.MustCompile(`</?[A-Za-z][^<>]{0,500}>`)
	strong = regexp.MustCompile(`\*\*([^*]+)\*\*`)
	title  = regexp.MustCompile(`^#{1,6} `)
	piped  = regexp.MustCompile(`\$\{\s*([^{}]*?)\s*\}`)
)

// shown is the text as a person sees it: our form has words, no markup.
func (r *reader) shown(v value, raw string) value {
	bare := oneLine(title.ReplaceAllString(strong.ReplaceAllString(markup.ReplaceAllString(v.text, " "), "$1"), ""))
	if bare != v.text && bare != "" {
		r.remark(v.at, survey.CodeFormMarkup)
		v.text = bare
	}
	if strings.ContainsAny(strings.TrimSpace(raw), "\n\r") {
		r.remark(v.at, survey.CodeFormLines)
	}
	return v
}

// pipe renames what a text refers to. Where our form puts no answers into a text
// of this kind (carried), it is told that it is shown as it stands.
func (r *reader) pipe(t texts, carried bool) {
	for _, lang := range r.q.langs {
		v := t[lang]
		if !strings.Contains(v.text, "${") {
			continue
		}
		v.text = piped.ReplaceAllStringFunc(v.text, func(ref string) string {
			name, otherwise, _ := strings.Cut(piped.FindStringSubmatch(ref)[1], "|")
			if to, ok := r.names.given[strings.TrimSpace(name)]; ok {
				name = to
			}
			if otherwise != "" {
				name += "|" + otherwise
			}
			return "${" + name + "}"
		})
		t[lang] = v
		if !carried {
			r.remark(v.at, survey.CodeFormPiping)
		}
	}
}
