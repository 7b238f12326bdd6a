package templates

import (
	"strconv"
	"time"
)

// TextList are the texts of the office by what they are for.
type TextList struct {
	Shell
	Tabs []Tab
	Rows []TextRow
	Own  int // texts in the office's own words
}

func (TextList) file() string { return "texts" }

// TextRow is one text in its languages.
type TextRow struct {
	Occasion, Channel string // sentences [texts.for.OCCASION]; labels
	In                []TextStand
}

// TextStand is how a text stands in one language.
type TextStand struct {
	Name, Lang string // "reminder.sms.vi"
	Own        bool
	At         time.Time // zero: never changed
	By         string
}

// TextEditor is one text that is being written.
type TextEditor struct {
	Shell
	Tabs              []Tab
	Stand             TextStand
	Occasion, Channel string
	Version           int // that was seen
	Subject, Body     string
	Most              int               // characters of the body
	Wrong             map[string]string // by part: "subject", "body", "" for all of it
	Fields            []TextField
	Versions          []TextVersion
	Look              TextLook
}

func (TextEditor) file() string { return "text" }

// Err is what is wrong with a part.
func (e TextEditor) Err(part string) string { return e.Wrong[part] }

// TextField is a merge field that the text may name, with what it is for the example.
type TextField struct {
	Name, Shown string
	InSubject   bool
	Needed      bool
}

// TextVersion is an earlier form of the text.
type TextVersion struct {
	Number  int
	At      time.Time
	By      string
	Own     bool
	Excerpt string
	Now     bool // it holds
}

// TextLook is the text as it would leave, to somebody who does not exist.
type TextLook struct {
	Samples []TextSample
	Lints   []LintLine
	Traps   []Finding
	Wrong   []string // why there is none
}

// TextSample is one form of it. By is which sender it leaves by, "" where that does not matter.
type TextSample struct {
	By, Subject, Body string
	Segments          int
}

// Tag is the field as it is written.
func (f TextField) Tag() string { return "{" + f.Name + "}" }

// Means is the key of the sentence that says what the field is.
func (f TextField) Means() string { return "texts.field." + f.Name }

// Taken is the number as a form sends it.
func (v TextVersion) Taken() string { return strconv.Itoa(v.Number) }
