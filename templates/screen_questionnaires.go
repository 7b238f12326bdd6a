package templates

import "time"

// The screens of questionnaires. Those behind one questionnaire share a file and a
// header; Tab of the header says which is shown.

// QuestionnaireList lists what is published and what is being written.
type QuestionnaireList struct {
	Shell
	Lines           []QuestionnaireLine
	Drafts, Dropped []DraftLine
	Examples        []ExampleLine
	May             bool // write
	Before, After   string
	Upload          FormRead
}

func (QuestionnaireList) file() string { return "questionnaires" }

// QuestionnaireLine is one questionnaire by its newest version.
type QuestionnaireLine struct {
	ID                int64 // of its newest version
	Name, Title, Href string
	Version           int
	At                time.Time
	Langs             []string
	Questions         int
	Campaigns         int // that ask by any version
	Older             []VersionLine
}

// VersionLine is one version.
type VersionLine struct {
	ID        int64
	Version   int
	Href      string
	At        time.Time
	By, Note  string
	Campaigns int
	Current   bool // the one that is looked at
}

// DraftLine is a questionnaire that is being written.
type DraftLine struct {
	Title, Href, By string
	At              time.Time
}

// ExampleLine is a questionnaire that ships.
type ExampleLine struct{ File, Title string }

// FormRead is what became of a workbook that was sent.
type FormRead struct {
	File  string // empty: none was sent
	Wrong string // why nothing could be read of it
	Cells []CellLine
	Fault int // cells that must be mended
	// Source is what came of it, if nothing must be mended; Name is for lists.
	Source, Name string
}

// CellLine is what was found at one cell, or at several alike.
type CellLine struct {
	Where string
	More  int // cells beside it
	Words string
	Bad   bool
}

// Writing is the header of every screen behind one questionnaire.
type Writing struct {
	ID               int64 // of a published version
	Base, Tab        string
	Title, Name      string
	Draft, Open      bool
	May              bool // write
	Version          int  // of a published one
	Revision         int
	SavedAt          time.Time
	SavedBy          string
	Errors, Warnings int
	Undo             bool // there is a text before
	Wrong            string
}

// WritingScreen is what every screen behind one questionnaire has.
type WritingScreen struct {
	Shell
	W Writing
}

func (WritingScreen) file() string { return "questionnaire" }

// WritingForm is a manuscript question by question.
type WritingForm struct {
	WritingScreen
	TitleVI, TitleEN, IntroVI, IntroEN, Name, Minutes string
	English                                           bool // it is offered in English too
	Sketches                                          []SketchLine
	Broken                                            string // why it cannot be read so
	Found                                             []FoundLine
}

// Next is the place of one more question.
func (w WritingForm) Next() int { return len(w.Sketches) + 1 }

// SketchLine is one question of a manuscript.
type SketchLine struct {
	At               int // from 1
	Name, Type, Kind string
	Label            string
	Choices          []string
	More             int // choices that are not listed here
	Required, Core   bool
	Break            bool   // a page of the form begins
	When             string // its condition
	Lacks            bool   // a text in English
	Wrong            []string
}

// WritingQuestion edits one question.
type WritingQuestion struct {
	WritingScreen
	At                               int // from 1
	New                              bool
	Was, Name, Type, Kind            string
	LabelVI, LabelEN, HintVI, HintEN string
	SMSVI, SMSEN, VoiceVI, VoiceEN   string
	Choices, List, Min, Max, AtMost  string
	Required, Core, Key, English     bool
	Break, First                     bool     // the form begins a page with it; it is the first
	More                             []string // keys that the form does not have
	Types, Kinds                     []string
	Whens                            []WhenLine
	Field                            string // what was refused
	Look                             Look
	Theirs                           string // the question as somebody else saved it meanwhile
}

// WhenLine is a question that a condition can look at; one without words is a condition
// of another kind.
type WhenLine struct {
	Question string
	Answers  []WhenAnswer
}

// WhenAnswer is a condition that a question was answered so.
type WhenAnswer struct {
	Condition, Label string
	Now              bool // it stands in the text
}

// Look is a question as the modes have it.
type Look struct {
	SMS    []SMSLook
	Voice  []VoiceLook
	Wrong  []string
	Beyond int // errors elsewhere in the questionnaire, which stand in the way
	Why    string
}

// SMSLook is a question as a text message, in one language.
type SMSLook struct {
	Lang, Text         string
	Folded, Accented   int // segments
	Units, FullUnits   int
	Encoding, FullCode string
	How, Why           string
}

// VoiceLook is a question as a call says it.
type VoiceLook struct {
	Lang, Text string
	Seconds    float64
	How, Why   string
}

// WritingText is the text itself.
type WritingText struct {
	WritingScreen
	Source   string
	Found    []FoundLine
	SMS      int // segments of all questions, at most
	Asked    int
	Snippets []SnippetLine
	Theirs   string // what somebody else saved meanwhile
	TheirsBy string
	TheirsAt time.Time
}

// SnippetLine is a ready question.
type SnippetLine struct{ Key, Text string }

// FoundLine is something that was found in a text.
type FoundLine struct {
	Line     int
	Quote    string // the line
	Question int    // its place, from 1; 0: none
	Words    string
	Bad      bool
}

// WritingPreview shows how a questionnaire is asked.
type WritingPreview struct {
	WritingScreen
	In            string // language
	Langs         []string
	Page          string // address of the web form
	Open          bool   // it can be shown
	Lines         []PreviewLine
	Before, After string
	From, To, All int
}

// PreviewLine is a question in every mode.
type PreviewLine struct {
	Name, Label, Page string
	SMS               SMSLook
	Voice             VoiceLook
}

// WritingFound is the appraisal.
type WritingFound struct {
	WritingScreen
	Found     []FoundLine
	Readable  bool
	Modes     []ModeCheck
	Langs     []LangCheck
	Groups    []string // drawn by lot
	Rows      []string
	Choices   []string
	Questions int
}

// ModeCheck is what one mode makes of a questionnaire.
type ModeCheck struct {
	Mode                string
	Open                bool
	Least, Most         int
	FoldedMin, FoldedMx int
	FullMin, FullMx     int
	Shortest, Longest   float64 // seconds
	Refusals            []RefusalLine
	Left                []RefusalLine // what it passes over
}

// RefusalLine is a question that a mode does not ask.
type RefusalLine struct {
	Line           int
	Question, Why  string
	Sure           bool
	Mend           string
	LineHref, Name string
}

// LangCheck is how far a questionnaire is there in a language.
type LangCheck struct {
	Lang           string
	Declared       bool
	Present, Texts int
	Missing        []string
}

// WritingChanges compares two texts.
type WritingChanges struct {
	WritingScreen
	Against  int64
	Choices  []VersionLine
	None     bool // nothing to compare with
	Same     bool
	Readable bool
	Worst    string
	Head     []PartLine
	Changes  []ChangeLine
}

// ChangeLine is what became of one question.
type ChangeLine struct {
	Question, Kind, Data string
	Parts                []PartLine
}

// PartLine is one part that changed.
type PartLine struct{ Part, Lang, Before, After string }

// WritingPublish makes a version.
type WritingPublish struct {
	WritingScreen
	Found []FoundLine
	Note  string
	Next  int
	Worst string // of the changes since the last version
	Count int    // questions that changed
}

// WritingVersion is a published version.
type WritingVersion struct {
	WritingScreen
	Versions  []VersionLine
	Campaigns []AskingLine
	Langs     []string
	Questions int
}

// AskingLine is a campaign that asks by a version.
type AskingLine struct {
	Title, Href, State string
	Version            int
}

// WritingTry plays a conversation.
type WritingTry struct {
	WritingScreen
	Mode, In string
	Langs    []string
	Talk     []TalkLine
	Said     []string // inputs so far
	Readable bool
	Over     bool
}

// TalkLine is one thing that was said, stored or done.
type TalkLine struct{ Who, Words, Small string } // Who: "me", "us", "kept", "effect"
