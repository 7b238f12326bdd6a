package xlsform

import (
	"strings"

	"canvass/dispatch/survey"
)

// class is what a row of the survey sheet is.
type class string

// The classes of rows.
const (
	classItem      class = "item"
	classBegin     class = "begin"
	classEnd       class = "end"
	classMeta      class = "meta"
	classRepeat    class = "repeat"
	classRepeatEnd class = "end repeat"
	classRefused   class = "refused"
	classUnknown   class = "unknown"
	classAsText    class = "as text"
)

// The types of our form.
const (
	shapeRange     = "range" // until its bounds are known
	shapeSingle    = "single"
	shapeMultiple  = "multiple"
	shapeScale     = "scale"
	shapeRanking   = "ranking"
	shapeInteger   = "integer"
	shapeDecimal   = "decimal"
	shapeDate      = "date"
	shapeText      = "text"
	shapeNote      = "note"
	shapeMatrix    = "matrix"
	shapeCalculate = "calculate"
	shapeHidden    = "hidden"
	shapeTick      = "acknowledge"
	shapeFiles     = "attachment"
)

// rowType is what stands in the column type.
type rowType struct {
	class class
	shape string
	list  string // of a select or a rank
	other bool   // or_other
	code  survey.Code
}

// parseType reads a type as XLSForm and the older spellings have it. It is
// total; what it does not know is classUnknown.
func parseType(s string) rowType {
	words := strings.Fields(oneLine(s))
	if len(words) == 0 {
		return rowType{class: classUnknown}
	}
	if t, ok := parseSelect(words); ok {
		return t
	}
	low := strings.ToLower(strings.Join(words, " "))
	switch strings.ReplaceAll(low, "_", " ") {
	case "begin group", "group":
		return rowType{class: classBegin}
	case "end group":
		return rowType{class: classEnd}
	case "begin repeat", "repeat", "begin loop":
		return rowType{class: classRepeat, code: survey.CodeFormRepeat}
	case "end repeat", "end loop":
		return rowType{class: classRepeatEnd}
	}
	if shape, ok := plainTypes[low]; ok {
		return rowType{class: classItem, shape: shape}
	}
	switch low {
	case "time", "datetime":
		return rowType{class: classAsText, shape: shapeText}
	case "start", "end", "today", "deviceid", "subscriberid", "simserial", "phonenumber", "phone number", "username", "email", "audit",
		"start time", "end time", "device id", "start-geopoint", "caseid", "entity":
		return rowType{class: classMeta}
	case "geopoint", "geotrace", "geoshape", "location", "gps":
		return rowType{class: classRefused, code: survey.CodeFormPlace}
	case "audio", "video", "background-audio":
		return rowType{class: classRefused, code: survey.CodeFormMedia}
	case "barcode":
		return rowType{class: classRefused, code: survey.CodeFormBarcode}
	case "xml-external", "csv-external":
		return rowType{class: classRefused, code: survey.CodeFormExternal}
	}
	return rowType{class: classUnknown, code: survey.CodeFormType}
}

var plainTypes = map[string]string{
	"text": shapeText, "string": shapeText, "integer": shapeInteger, "int": shapeInteger, "decimal": shapeDecimal,
	"note": shapeNote, "date": shapeDate, "range": shapeRange, "acknowledge": shapeTick, "trigger": shapeTick,
	"calculate": shapeCalculate, "hidden": shapeHidden, "image": shapeFiles, "photo": shapeFiles, "file": shapeFiles,
}

// parseSelect reads the types that name a list.
func parseSelect(words []string) (rowType, bool) {
	low := make([]string, len(words))
	for i, w := range words {
		low[i] = strings.ToLower(w)
	}
	joined := strings.Join(low, " ")
	for _, s := range [...]struct{ spelt, shape string }{
		{"select_one_from_file", ""}, {"select_multiple_from_file", ""}, {"select_one_external", ""}, {"rank_from_file", ""},
		{"select all that apply from", shapeMultiple}, {"select all that apply", shapeMultiple},
		{"select multiple from", shapeMultiple}, {"select multiple", shapeMultiple}, {"select_multiple", shapeMultiple},
		{"select one from file", ""}, {"select multiple from file", ""},
		{"select one from", shapeSingle}, {"select one", shapeSingle}, {"select_one", shapeSingle}, {"select1", shapeSingle},
		{"odk:rank", shapeRanking}, {"rank", shapeRanking},
	} {
		if joined != s.spelt && !strings.HasPrefix(joined, s.spelt+" ") {
			continue
		}
		if s.shape == "" {
			return rowType{class: classRefused, code: survey.CodeFormExternal}, true
		}
		rest := words[len(strings.Fields(s.spelt)):]
		t := rowType{class: classItem, shape: s.shape}
		rest, t.other = cutOther(rest)
		t.list = strings.Join(rest, " ")
		return t, true
	}
	return rowType{}, false
}

// cutOther takes "or_other" off the end.
func cutOther(words []string) ([]string, bool) {
	joined := strings.ToLower(strings.Join(words, " "))
	for _, end := range [...]string{"or_other", "or other", "or specify other"} {
		if strings.HasSuffix(joined, " "+end) {
			return words[:len(words)-len(strings.Fields(end))], true
		}
	}
	return words, false
}

// parseParameters reads "start=0 end=10 step=1"; commas and semicolons part
// them too. Names are in lower case; the first of two alike counts.
func parseParameters(s string) map[string]string {
	out := map[string]string{}
	s = strings.NewReplacer(",", " ", ";", " ", " =", "=", "= ", "=").Replace(oneLine(s))
	for word := range strings.FieldsSeq(s) {
		name, v, _ := strings.Cut(word, "=")
		name = strings.ToLower(name)
		if _, twice := out[name]; !twice && name != "" {
			out[name] = v
		}
	}
	return out
}

// isYes reads a cell that says yes or no. sure is false for anything else, an
// expression for one.
func isYes(s string) (yes, sure bool) {
	switch strings.ToLower(oneLine(s)) {
	case "yes", "true", "true()", "1", "y", "x", "có", "đúng":
		return true, true
	case "", "no", "false", "false()", "0", "n", "không":
		return false, true
	}
	return false, false
}
