package templates

import "time"

// The screens of what people wrote, and of the topics of open answers.

// Inbox lists what people wrote that a person of the office reads.
type Inbox struct {
	Shell
	Tabs  []InboxTab
	Kind  string // that is listed; empty: every kind
	State string
	Rows  []InboxRow
	Asked []ErasureRow // instead of Rows, on the tab of those who ask to be erased
	Gone  bool         // that tab
	Next  string       // address of the next page; empty: there is none
	First string       // address of the first page; empty: this is it
}

func (Inbox) file() string { return "replies-inbox" }

// InboxTab is one way of looking at the inbox.
type InboxTab struct {
	Label   string
	Href    string
	Count   int
	More    bool // there are more than Count
	Current bool
}

// InboxRow is one item in the list.
type InboxRow struct {
	Href, Kind, State string
	At                time.Time
	Words             string
	Who               string // the code; empty: nobody on the list
	Veiled            bool
	Campaign          string
	Taken             string // who has it in hand
	By                string // who settled it
}

// ErasureRow is one person who asks to be erased.
type ErasureRow struct {
	Href, Code string
	At         time.Time
}

// InboxItem is one item with what is around it and what can be done.
type InboxItem struct {
	Shell
	Self        string // its address, without query
	Number      int64
	Seen        int // to be sent back
	Kind, State string
	At          time.Time
	Who, Code   string
	Person      string // address of the person's page; empty: nobody on the list, or not told
	From        string
	Veiled      bool
	Campaign    string // title
	CampaignAt  string // address
	Subject     string
	Paragraphs  []string
	Taken       string // a colleague who has it in hand
	TakenAt     time.Time
	Mine        bool // who looks has it in hand
	HandledBy   string
	HandledAt   time.Time
	Note        string
	AssignedTo  string // label of the question that it answers
	Answer      string // what it was taken for
	Written     []TalkRow
	Talk        []TalkRow
	Talking     bool   // a conversation by SMS is open
	StaffedBy   string // who of staff talks in it
	Read        *Reading
	May         map[string]bool // "assign", "answer", "finish", "reopen", "stop"
	Not         string          // sentence that says why it cannot be an answer
	Assign      AssignForm
	Reply       ReplyForm
	Stop        StopForm
	Failed      string // which form was refused
	Wrong       string // and why
	NoteTyped   string
}

func (InboxItem) file() string { return "replies-item" }

// Reading is what the system made of the words.
type Reading struct {
	Question, Outcome, Value, Plain string
	Between                         []string
}

// TalkRow is one thing in a conversation, the latest first.
type TalkRow struct {
	At      time.Time
	Kind    string // "came", "sent", "notice", "staff"
	Channel string
	State   string // of what we sent
	Words   string
	Apart   bool
}

// AssignForm says which answer an item may be.
type AssignForm struct {
	Campaigns, Questions []Ticked
	Campaign, Question   string
	Choices              []Ticked // of the question, where there are any
	Several              bool     // more than one choice may be taken
	Value                string   // as typed
	Words                bool     // the words themselves can be read as the answer
}

// ReplyForm is what is written back.
type ReplyForm struct {
	Words, Channel                   string
	Channels                         []Ticked
	Characters, Most, Segments, Left int
	Body                             string // as it would go by text
	Findings                         []Finding
}

// Finding is a word that reads as another without accents.
type Finding struct {
	Word, Hint string
	Forbid     bool
}

// StopForm puts who wrote on the do-not-contact list.
type StopForm struct{ Words, Channel string }
