package view

import (
	"time"

	"canvass/dispatch/survey"
)

// Topic is something that open answers may be about.
type Topic struct {
	ID      survey.TopicID
	Code    string                 // as files of results have it
	Name    map[survey.Lang]string // in English the Vietnamese one, if it has no other
	EndedAt time.Time              // zero: it is given
}

// TopicUse counts the answers to a question that have a topic.
type TopicUse struct {
	Topic survey.TopicID
	N     int
}

// OpenQuery asks for a chunk of a campaign's responses with their words to one question,
// in the order of random ids.
type OpenQuery struct {
	Campaign survey.CampaignID
	Question string
	Topic    survey.TopicID // only those that have it; 0: all
	After    survey.ResponseID
	Limit    int
}

// WordsFind asks for the open answers to a question in which all of some words are. Words
// are in small letters without accents; the last may be the beginning of one.
type WordsFind struct {
	Campaign survey.CampaignID
	Question string
	Words    []string
	None     bool // only those without a topic
	After    survey.ResponseID
	Limit    int
}

// WordsFound is a page of them.
type WordsFound struct {
	Answers []OpenAnswer
	Last    survey.ResponseID // the last one that was met; empty: there was none
	More    bool
}

// OpenAnswer is what a response says to an open question; nothing in it tells whose.
type OpenAnswer struct {
	Response survey.ResponseID
	State    survey.ResponseState
	Late     bool
	Stratum  string
	Mode     survey.Mode       // by which it was answered; empty: it was not
	Value    survey.AnswerText // the words, or the id of a recording
	Words    survey.AnswerText // what staff wrote down of a recording
	Mark     string            // of the words as they are now; see TopicPick
	Topics   []survey.TopicID
	Answers  survey.Answers // of a response that was never submitted: all
}

// TopicPick is an answer with the mark of the words that were read: of others it is not.
type TopicPick struct {
	Response survey.ResponseID
	Mark     string
}

// TopicOrder asks for topics to be given to answers, or taken off.
type TopicOrder struct {
	Campaign survey.CampaignID
	Question string
	Topics   []survey.TopicID
	Picks    []TopicPick
	Off      bool
	Actor    string
	Now      time.Time // business time
}

// Transcript is what staff wrote down of a spoken answer.
type Transcript struct {
	Campaign  survey.CampaignID
	Question  string
	Recording survey.RecordingID
	Words     string
	Actor     string
	Now       time.Time // business time
}

// TopicCoding is what staff made of the words of a campaign: by question and response.
type TopicCoding struct {
	Topics      map[string]map[survey.ResponseID][]survey.TopicID
	Transcripts map[string]map[survey.ResponseID]survey.AnswerText
}

// GivenTopic is a topic that staff gave to an answer; who did goes along when a release
// writes the answer anew.
type GivenTopic struct {
	Topic survey.TopicID `json:"topic"`
	By    string         `json:"by"`
}

// QuoteOrder marks answers as fit to be quoted, or takes the marks off.
type QuoteOrder struct {
	Campaign survey.CampaignID
	Question string
	Picks    []TopicPick
	Off      bool
	Actor    string
	Now      time.Time // business time
}

// Quotation is what somebody wrote, and staff marked as fit to be quoted.
type Quotation struct {
	Response survey.ResponseID
	Question string
	State    survey.ResponseState
	Value    survey.AnswerText // the words, or the id of a recording
	Words    survey.AnswerText // what staff wrote down of a recording
	Mark     string            // of the words as they are now
}

// Said are the words; false where nobody wrote any down.
func (q Quotation) Said() (string, bool) {
	if _, spoken := (survey.Answer{Value: q.Value}).Recorded(); spoken {
		return string(q.Words), q.Words != ""
	}
	return string(q.Value), q.Value != ""
}
