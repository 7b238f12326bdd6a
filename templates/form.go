package templates

import "strconv"

// Values of the button field "do" that the form's pages post.
const (
	DoBegin    = "begin"    // start page: begin or go on
	DoNext     = "next"     // question: save and go on
	DoBack     = "back"     // question: save what is valid and go back
	DoAttach   = "attach"   // question: of form.js, which sends one file and goes nowhere
	DoSave     = "save"     // question: of form.js, which saves what is answered and goes nowhere
	DoSkip     = "skip"     // question: leave it open and go on
	DoDecline  = "decline"  // not this time
	DoWithdraw = "withdraw" // delete what was answered
	DoStop     = "stop"     // no more invitations, by the boxes "stop"
	DoAgain    = "again"    // invitations again
	DoSay      = "say"      // closed: an opinion of its own, field "said"
	DoRetry    = "retry"    // trouble: the same post once more
	DoSpeak    = "speak"    // own page: write in the language of field "speak"
	DoReach    = "reach"    // own page: contact on the channels of the boxes "reach", and on no other
	DoHours    = "hours"    // own page: contact in the hours of field "hours"
	DoErase    = "erase"    // own page: asks to be erased
	DoKeep     = "keep"     // own page: does not want to be erased any more
)

// Names of the fields that every form carries.
const (
	FieldDo    = "do"
	FieldLang  = "lang"
	FieldPage  = "page"  // where the person stands; refuses nothing, it only says what was answered
	FieldNonce = "nonce" // one per rendered page, so that a double press is seen
	FieldStop  = "stop"  // "email", "sms", "call" or "all"
	FieldShown = "shown" // DoSave: when the page was written, ms of Unix time
	FieldAfter = "after" // DoSave: how long after that the answer was given, ms of real time
	FieldLost  = "lost"  // trouble: a question whose files were not kept, and must be chosen again
	FieldSaid  = "said"
	FieldSpeak = "speak" // "vi" or "en"
	FieldReach = "reach" // "email", "sms", "call"
	FieldHours = "hours" // "any", "office", "evening", "weekday"
)

// Page is a whole page of the form: one of the structs below.
type Page interface {
	frame() Frame
	file() string
}

// Frame is what every page of the form shares. An empty address leaves its link
// out.
type Frame struct {
	Tongue
	Fields
	Self     string // address that forms post to
	Other    string // address of this page in the other language
	About    string // start page
	Decline  string // page NotThisTime
	Withdraw string // page Withdraw; empty before anything is answered
	Stop     string // page Stop
	Mine     string // page Mine
	Nonce    string
	Sealed   bool // an anonymous survey: what is sent is nobody's any more, and has a day and no hour
}

func (f Frame) frame() Frame { return f }

// Start is the first page: who asks, why, how long, how kept, how to stop.
type Start struct {
	Frame
	Intro   string // the questionnaire's own words, may be empty
	Monthly bool   // a round of the monthly survey: the report goes up every month
	Resume  bool   // answers exist: Fields.Done and Fields.When are set
	Pick    string // choice that the mail's link carried; posted on, recorded later
}

func (Start) file() string { return "start" }

// Question is one page of questions.
type Question struct {
	Frame
	Position string // FieldPage
	Number   int    // number of the first question, from 1
	Of       int    // questions on this person's path
	Asked    []Asked
	First    bool   // nothing to go back to
	Last     bool   // the button sends the form
	SavedAt  string // "19:42"; empty: nothing saved yet
	Shown    int64  // now, in ms of Unix time, for FieldShown
	FromMail string // label of the choice that the mail's link marked
	Files    string // address that the form posts to if it may carry files; empty: Self
}

func (Question) file() string { return "question" }

// Behind is how many questions lie behind the person, for the progress bar.
func (q Question) Behind() int { return q.Number - 1 }

// Faulty returns the questions with an error, for the summary on top.
func (q Question) Faulty() []Asked {
	var out []Asked
	for _, a := range q.Asked {
		if a.Error != "" {
			out = append(out, a)
		}
	}
	return out
}

// Skippable reports whether the page may be passed over whole.
func (q Question) Skippable() bool {
	for _, a := range q.Asked {
		if a.Required || a.Kind == KindNote {
			return false
		}
	}
	return true
}

// Kind is how a question is drawn.
type Kind string

// The kinds.
const (
	KindSingle   Kind = "single"
	KindMultiple Kind = "multiple"
	KindScale    Kind = "scale" // numbers in a row, poles named beside them
	KindInteger  Kind = "integer"
	KindText     Kind = "text"
	KindNote     Kind = "note"
	KindDecimal  Kind = "decimal"
	KindDate     Kind = "date"
	KindRanking  Kind = "ranking" // a place for each option
	// KindAttachment has a box per file that is kept, and a field for more.
	KindAttachment Kind = "attachment"
)

// Asked is one question on a page, with what was typed and what is wrong.
type Asked struct {
	Name   string // field name, also of its anchor
	Kind   Kind
	Number int // from 1; 0 for a note
	Label  string
	Hint   string
	// Group is the heading that begins with this question, and Stem the question of
	// a matrix whose first row this is; each row has it as Within.
	Group, Stem, Within string
	Options             []Option
	Value               string // integer, decimal, date, text
	Range               Range  // integer, decimal, date, scale
	MaxRunes            int    // text
	MaxCount            int    // multiple: 0 is no limit; ranking: how many places; attachment: how many files
	Accept              string // attachment: "photo", "document" or "any"
	MaxSize             int    // attachment: bytes of one file
	Typed               bool   // single, multiple: a name is typed into Value, Options are what it may be
	Required            bool
	Error               string // sentence with the remedy; empty: none
}

// Line reports whether it is answered on a line of its own.
func (a Asked) Line() bool {
	switch a.Kind {
	case KindInteger, KindDecimal, KindDate, KindText:
		return true
	}
	return false
}

// Mega is the most that one file may have, in MB.
func (a Asked) Mega() string { return strconv.Itoa(a.MaxSize >> 20) }

// Suffixes is what a browser offers to choose from. HEIC is not among them, so that
// an iPhone makes a JPEG of it.
func (a Asked) Suffixes() string {
	const photo, document = "image/jpeg,image/png,image/webp", ".pdf,.docx,.xlsx,.odt,.ods,.doc"
	switch a.Accept {
	case "photo":
		return photo
	case "document":
		return document
	}
	return photo + "," + document
}

// Range is the least and the greatest number, and the words of the two poles.
type Range struct{ Min, Max, Low, High string }

// Option is one answer row.
type Option struct {
	Code    string
	Label   string
	Checked bool
	Quiet   bool     // a missing reason, drawn apart from the answers
	Places  []Option // that it can have in a ranking
	Opens   string   // name of the text field that this choice opens
	Said    string   // what was typed there
	Href    string   // of a file that is kept: where the person gets it back
}

// Thanks is the page after the last question.
type Thanks struct {
	Frame         // Fields.When is set; Fields.Results if known
	Change string // address to change answers at; Fields.Ends is set
	Given  []Given
	Copy   string // address of a copy of Given to keep
}

func (Thanks) file() string { return "thanks" }

// Given is one answer, to look at.
type Given struct{ Question, Answer string }

// AlreadyDone tells that the form was completed, whichever way.
type AlreadyDone struct {
	Frame         // Fields.When is set
	Mode   string // "web", "sms" or "voice"
	Change string
}

func (AlreadyDone) file() string { return "already" }

// Closed tells that the round is over.
type Closed struct {
	Frame      // Fields.EndsFull is set
	Begun bool // Fields.Left is set
	Box   bool // an opinion of its own is taken here
	Said  bool // and was just taken
}

func (Closed) file() string { return "closed" }

// Paused tells that the campaign is on hold.
type Paused struct{ Frame }

func (Paused) file() string { return "paused" }

// UnknownLink tells that no form has this address.
type UnknownLink struct{ Frame }

func (UnknownLink) file() string { return "unknown" }

// Revoked tells that a newer link replaced this one.
type Revoked struct{ Frame }

func (Revoked) file() string { return "revoked" }

// NotThisTime asks whether to leave out this round, or says that it is noted.
type NotThisTime struct {
	Frame
	Done bool
}

func (NotThisTime) file() string { return "decline" }

// Withdraw asks whether to delete what was answered, or says that it is done.
type Withdraw struct {
	Frame
	Done bool
}

func (Withdraw) file() string { return "withdraw" }

// Stop is the page behind every "no more invitations": a GET shows it, its POST
// acts.
type Stop struct {
	Frame
	Everything bool     // one press stops all; else boxes choose
	Channels   []string // of the boxes: "email", "sms", "call"
	Empty      bool     // nothing was ticked
}

func (Stop) file() string { return "stop" }

// Stopped confirms it.
type Stopped struct {
	Frame
	Again bool // offer to start again
}

func (Stopped) file() string { return "stopped" }

// Resumed confirms that invitations come again.
type Resumed struct{ Frame }

func (Resumed) file() string { return "resumed" }

// Trouble tells that something of ours is away. What was typed is posted on by
// the retry button.
type Trouble struct {
	Frame
	Kept   bool      // what was sent is safe
	Posted []Carried // the fields to post again; none: no retry button
	Files  bool      // there were files, which have to be chosen again
}

func (Trouble) file() string { return "trouble" }

// Carried is one posted field carried on.
type Carried struct{ Name, Value string }

// Throttled tells that too many requests came from there. What was typed is posted
// on by a button.
type Throttled struct {
	Frame
	Posted []Carried // none: no button
}

func (Throttled) file() string { return "throttled" }

// Mine is the person's own page, behind the same link: their surveys, how they are
// reached, what is known of them.
type Mine struct {
	Frame
	Saved      bool // what was chosen here is stored
	Surveys    []Taken
	Others     bool     // surveys that are kept apart are not listed
	Langs      []Option // in which we write
	Channels   []Option // on which they are contacted; none: no address
	Hours      []Option // in which they are contacted; none: no address
	Known      []Given
	Download   string // address of all this as a file
	Erase      string // page EraseAsk
	EraseAsked string // when they asked; empty: not yet
}

func (Mine) file() string { return "mine" }

// Taken is one survey of the person.
type Taken struct {
	Title string
	State string // "open", "started", "submitted" ("submitted.sealed": a day and no hour), "declined", "ended"
	When  string // of "submitted"; when it ends, of "open" and "started"
	Here  bool   // behind this link
}

// EraseAsk asks whether to be erased, or says that staff have been told.
type EraseAsk struct {
	Frame
	Done bool
	Back string // page Mine
}

func (EraseAsk) file() string { return "erase" }

// Pages holds one empty value of every page, for the tests that walk them.
func Pages() []Page {
	return []Page{Start{}, Question{}, Thanks{}, AlreadyDone{}, Closed{}, Paused{}, UnknownLink{}, Revoked{},
		NotThisTime{}, Withdraw{}, Stop{}, Stopped{}, Resumed{}, Trouble{}, Throttled{}, Mine{}, EraseAsk{}}
}
