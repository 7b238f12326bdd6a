package templates

import "time"

// OpenWords are the open answers to one question of a campaign. Nothing in it tells whose.
type OpenWords struct {
	Shell
	Title, CampaignAt, Self string
	Questions               []Ticked
	Question, Asked         string // name and words of the question
	Term                    string
	Filter                  string // "", "none", or the number of a topic
	All, None               string // addresses
	Topics                  []TopicRow
	Coded                   int
	Rows                    []WordsRow
	Next                    string // address of the next page; empty: there is none
	After                   string // where the next page begins, to be sent where the address may not say what is looked for
	Partly                  bool   // not all was looked through yet
	Anonymous               bool
	Spoken                  bool // the campaign is confidential, and voices are not heard
	Veiled                  bool // numbers and mailboxes are left out
	New                     string
	Wrong                   string
}

func (OpenWords) file() string { return "replies-words" }

// WordsRow is one open answer.
type WordsRow struct {
	Pick   string // to be sent back
	ID     string // in the page
	Words  string
	Mode   string
	Topics []string
	Picked bool
	Quoted bool   // marked as fit to be quoted
	Voice  string // address of the recording; empty: none, or not to be heard
	Mute   bool   // it was spoken, and not written down
	Record string // id of the recording, where it can be written down
}

// TopicRow is one topic.
type TopicRow struct {
	ID         int64
	Name, Code string
	Href       string
	N          int
	Ended      bool
	Current    bool
}

// Topics is the list of topics, and the campaigns with open answers.
type Topics struct {
	Shell
	Topics    []TopicRow
	Campaigns []WordsOf
	Vi, En    string // as typed
	Wrong     string
}

func (Topics) file() string { return "replies-topics" }

// WordsOf is a campaign whose open answers can be read.
type WordsOf struct {
	Title, Href, State string
	Ends               time.Time
}
