package xlsform

import (
	"strings"

	"golang.org/x/text/unicode/norm"

	"canvass/dispatch/survey"
)

// header is what stands above a column.
type header struct {
	written  string // as written
	key      string // in lower case, "list name" as list_name
	language string // as written, "" without one
}

// parseHeader reads "label::Tiếng Việt (vi)". Excel on a Mac may keep accents
// decomposed, so the text is put in NFC first.
func parseHeader(raw string) header {
	raw = oneLine(raw)
	key, language, _ := strings.Cut(raw, "::")
	if short, after, ok := strings.Cut(raw, ":"); ok && !strings.Contains(raw, "::") && isTranslated(headerKey(short)) {
		key, language = short, after // as old forms write it
	}
	h := header{written: raw, key: headerKey(key), language: strings.TrimSpace(language)}
	if h.key == "media" || h.key == "bind" {
		kind, rest, _ := strings.Cut(h.language, "::")
		h.key, h.language = headerKey(h.key+"::"+headerKey(kind)), strings.TrimSpace(rest)
	}
	return h
}

func headerKey(s string) string {
	s = strings.ReplaceAll(strings.ToLower(strings.TrimSpace(s)), " ", "_")
	if known, ok := headerAliases[s]; ok {
		return known
	}
	return s
}

var headerAliases = map[string]string{
	"caption": "label", "relevance": "relevant", "bind::relevant": "relevant", "bind:relevant": "relevant",
	"bind::required": "required", "bind:required": "required", "bind::constraint": "constraint", "bind:constraint": "constraint",
	"bind::jr:constraintmsg": "constraint_message", "constraint_msg": "constraint_message", "constraintmsg": "constraint_message",
	"requiredmsg": "required_message", "required_msg": "required_message", "bind::jr:requiredmsg": "required_message",
	"bind::calculate": "calculation", "calculate": "calculation", "read_only": "readonly", "bind::readonly": "readonly",
	"listname": "list_name", "media::audio": "audio", "value": "name", "command": "type", "default_value": "default", "set_form_title": "form_title", "title": "form_title", "id_string": "form_id", "set_form_id": "form_id",
}

// isTranslated reports whether a column may stand once in every language.
func isTranslated(key string) bool {
	switch key {
	case "label", "hint", "constraint_message", "required_message", "sms", "voice", "audio", "short", "low", "high", "intro", "form_title":
		return true
	}
	return false
}

// languageOf reads "Tiếng Việt (vi)", "English", "vi". What is none of our
// languages is "".
func languageOf(s string) survey.Lang {
	s = strings.ToLower(oneLine(s))
	if open := strings.LastIndexByte(s, '('); open >= 0 && strings.HasSuffix(s, ")") {
		code := strings.TrimSpace(s[open+1 : len(s)-1])
		code, _, _ = strings.Cut(code, "-") // vi-VN
		return survey.Lang(code).Or("")
	}
	switch s {
	case "tiếng việt", "việt", "vietnamese", "tieng viet", "vn":
		return survey.Vietnamese
	case "tiếng anh", "anh", "english", "tieng anh":
		return survey.English
	}
	return survey.Lang(s).Or("")
}

// languageName is the name of a language in a header.
func languageName(l survey.Lang) string {
	if l == survey.English {
		return "English (en)"
	}
	return "Tiếng Việt (vi)"
}

// oneLine is s in NFC, with its blanks joined and trimmed.
func oneLine(s string) string {
	return norm.NFC.String(strings.Join(strings.Fields(strings.ToValidUTF8(s, "")), " "))
}
