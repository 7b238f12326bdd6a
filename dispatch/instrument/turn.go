package instrument

import "canvass/dispatch/survey"

// Stage is where a conversation stands.
type Stage string

// The stages. Intro and consent belong to calls. A call that resumes is in
// the intro with a Current question.
const (
	StageNew       Stage = ""          // not begun
	StageIntro     Stage = "intro"     // waits for "press 1 to begin"
	StageConsent   Stage = "consent"   // waits for the right person's consent
	StageQuestions Stage = "questions" // a question is open
	StageDone      Stage = "done"      // everything was asked
	StageDeclined  Stage = "declined"  // not this round, or the wrong person
	StageStopped   Stage = "stopped"   // no more contacts
)

// Pending is a question of our own that is open beside the survey's.
type Pending string

// The pending questions.
const (
	PendingNone   Pending = ""
	PendingStop   Pending = "stop"   // SMS: stop (A) or go on (B)?
	PendingNoMore Pending = "nomore" // call: no more calls (0) or go on (1)?
	PendingChoose Pending = "choose" // SMS: did you mean A or B? See State.Offer
	PendingWhich  Pending = "which"  // SMS: is State.Held for the question before (A) or this one (B)?
	PendingRecord Pending = "record" // call: the person speaks after the tone
)

// State is what a conversation in one mode remembers between two inputs; the
// answers are remembered elsewhere. The caller stores it as JSON.
type State struct {
	Stage   Stage       `json:"stage,omitempty"`
	Current string      `json:"current,omitempty"` // question or companion that is open
	Misread int         `json:"misread,omitempty"` // replies in a row that were not understood
	Silence int         `json:"silence,omitempty"` // silences in a row
	Pending Pending     `json:"pending,omitempty"`
	Offer   []string    `json:"offer,omitempty"` // the codes, or numbers, that A and B stand for
	Lang    survey.Lang `json:"lang,omitempty"`
	// Last is what the reply before answered, by SMS. When the conversation is done its
	// text is forgotten.
	Last *Last  `json:"last,omitempty"`
	Held string `json:"held,omitempty"` // with PendingWhich: the reply
}

// Last is the reply before.
type Last struct {
	Question string `json:"question"`       // or companion
	Text     string `json:"text,omitempty"` // its words without diacritics, so that the same reply is known when it comes again
}

// Input is one thing that came from the person, or the beginning.
type Input struct {
	Begin   bool   // we open the conversation, or the person picks up
	Text    string // an SMS
	Keys    string // pressed keys; a closing # may be missing
	Silence bool   // no key within the time
	// Recording is what the person said after the tone, "" of any other input.
	Recording survey.RecordingID
	NoLink    bool // a call: no text with the link can be sent to this number
	// GivenName is the person's given name, which may be a stop word or a
	// number without its accents (Huy, Dũng, Năm); "" if unknown.
	GivenName survey.PersonName
	Today     survey.Date // where the person is; zero: unknown
	// Early says that a text was written before what we said last could be read: it
	// is no answer to that. Soon says that it came shortly after the one before, as
	// the parts of a long text do.
	Early, Soon bool
}

// Effect is what the caller must do besides storing and prompting.
type Effect string

// The effects.
const (
	EffectNone        Effect = ""
	EffectOptOut      Effect = "opt_out"      // no more contacts, ever
	EffectOptIn       Effect = "opt_in"       // contacts again
	EffectRefuse      Effect = "refuse"       // not this round
	EffectWithdraw    Effect = "withdraw"     // does not consent: not this round, and no answer is kept
	EffectSubmit      Effect = "submit"       // the response is complete
	EffectWrongPerson Effect = "wrong_person" // the number is somebody else's
	EffectLink        Effect = "link"         // send the link
	EffectLater       Effect = "later"        // contact again another time
	EffectLanguage    Effect = "language"     // remember State.Lang
	EffectStaff       Effect = "staff"        // hand the reply to staff: it was not understood
)

// PromptKind is what is said.
type PromptKind string

// The kinds of prompts. Those from intro on belong to calls.
const (
	PromptQuestion     PromptKind = "question"
	PromptAskAgain     PromptKind = "ask_again"
	PromptAskAgainLast PromptKind = "ask_again_last"
	PromptSkipped      PromptKind = "skipped"
	PromptHelp         PromptKind = "help"
	PromptDoubtfulStop PromptKind = "doubtful_stop"
	PromptOptedOut     PromptKind = "opted_out"
	PromptOptedIn      PromptKind = "opted_in"
	PromptThanks       PromptKind = "thanks"
	PromptAlreadyDone  PromptKind = "already_done"
	PromptDeclined     PromptKind = "declined"
	PromptWrongPerson  PromptKind = "wrong_person"
	PromptLink         PromptKind = "link"
	PromptLanguage     PromptKind = "language"
	PromptResume       PromptKind = "resume"
	PromptNoted        PromptKind = "noted" // what was taken, where that is not the open question
	PromptStaff        PromptKind = "staff" // somebody will call
	PromptIntro        PromptKind = "intro"
	PromptIntroAgain   PromptKind = "intro_again"
	PromptConsent      PromptKind = "consent"
	PromptGuide        PromptKind = "guide"
	PromptNoKey        PromptKind = "no_key"
	PromptSilence      PromptKind = "silence"
	PromptByeSilence   PromptKind = "bye_silence"
	PromptConfirm      PromptKind = "confirm_no_more"
	PromptLater        PromptKind = "later"
	PromptRecord       PromptKind = "record" // speak after the tone
)

// Prompts for what comes in while no question is open. Step never says them;
// whoever takes the reply does.
const (
	PromptOpinion  PromptKind = "opinion"  // a free opinion was taken for staff
	PromptLate     PromptKind = "late"     // the round is over; the reply is kept
	PromptPaused   PromptKind = "paused"   // the survey is on hold
	PromptStranger PromptKind = "stranger" // the number is on no list
	PromptHuman    PromptKind = "human"    // asked for a person, who will call
)

// Prompt is one thing to say. Question is set where the words depend on one.
type Prompt struct {
	Kind     PromptKind
	Question string
	Number   int // place of the question among those the mode carries, from 1; notes have 0
	Of       int // how many questions the mode carries
	Left     int // how many are still to be answered, this one included
	// Row is which row of its matrix the question is, from 1, of the Rows that apply; 0
	// for another question.
	Row  int `json:",omitempty"`
	Rows int `json:",omitempty"`
	// Reason and Code say, when asking again, what was wrong; Args are the
	// words' arguments in the language of the conversation.
	Reason string
	Code   survey.Code
	Args   map[string]string
	// Named says that the survey is to be named: another one was spoken of just now.
	Named bool `json:",omitempty"`
	// Fill is what the texts of the question hold; see Questionnaire.Fill.
	Fill map[string]string `json:",omitempty"`
	// Offered are the codes of the choices that are offered, of a question with a
	// filter.
	Offered []string `json:",omitempty"`
}

// Step is what one input led to. Its prompts are said in order, in one message
// where they fit.
type Step struct {
	State   State
	Set     []survey.Item // Question and Answer only
	Prompts []Prompt
	Effect  Effect
	HangUp  bool
	Reason  string
}
