package dispatch

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"canvass/dispatch/disposition"
	"canvass/dispatch/instrument"
	"canvass/dispatch/smstext"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// Open answers are read by people, who give them topics. Like results they come without
// whose they are: nothing here can say who wrote what. Of an anonymous campaign only what
// was released is there to be read.

// WordsStore is what reading open answers needs of the database.
type WordsStore interface {
	CampaignByName(ctx context.Context, name string) (*survey.Campaign, error)
	QuestionnaireByID(ctx context.Context, id survey.QuestionnaireID) (view.QuestionnaireSource, error)
	OpenAnswers(ctx context.Context, q view.OpenQuery) ([]view.OpenAnswer, error)
	FindWords(ctx context.Context, q view.WordsFind) (view.WordsFound, error)
	TopicUses(ctx context.Context, k survey.CampaignID, question string) ([]view.TopicUse, error)
	TopicStore
}

// TopicStore is what keeping topics needs of the database.
type TopicStore interface {
	Topics(ctx context.Context) ([]view.Topic, error)
	MakeTopic(ctx context.Context, t view.Topic, by view.Audit) (survey.TopicID, error)
	EndTopic(ctx context.Context, id survey.TopicID, at time.Time, by view.Audit) error
	GiveTopics(ctx context.Context, o view.TopicOrder) (int, error)
}

// A page of open answers has up to wordsPage of them. Words of identified and confidential
// campaigns are found by an index, however rare they are. Else a page looks at no more than
// wordsChunk × wordsChunks responses: what is rare is looked for on the next page.
const (
	wordsPage   = 50
	wordsChunk  = 1000
	wordsChunks = 5
)

// mostTopicName is the most characters of a topic's name.
const mostTopicName = 80

// WordsQuery asks for open answers.
type WordsQuery struct {
	Campaign string // name
	Question string // empty: the first open one
	Term     string // words that are all in it, with or without accents, the last as far as it is typed; empty: any
	Topic    survey.TopicID
	None     bool // only those without a topic
	After    survey.ResponseID
}

// OpenQuestion is a question that is answered in words.
type OpenQuestion struct {
	Name   string
	Label  instrument.Texts
	Spoken bool // in calls it is answered by voice
}

// Words is a page of open answers.
type Words struct {
	Campaign  *survey.Campaign
	Questions []OpenQuestion
	Question  OpenQuestion
	Answers   []view.OpenAnswer
	Topics    []view.Topic
	Uses      map[survey.TopicID]int // answers by topic
	Coded     int                    // answers that have any
	Next      survey.ResponseID      // the last one that was looked at; empty: that was all
	Partly    bool                   // not all was looked through, and the page has room still
}

// OpenQuestions are the questions of q that are answered in words: also what stands
// beside another choice.
func OpenQuestions(q *instrument.Questionnaire) []OpenQuestion {
	var out []OpenQuestion
	for i := range q.Questions {
		from := &q.Questions[i]
		if from.Type == instrument.Text {
			out = append(out, OpenQuestion{Name: from.Name, Label: from.Label, Spoken: from.Record > 0})
		}
		if c, ok := otherOf(from); ok {
			label := instrument.Texts{}
			for l := range from.Label {
				label[l] = from.Label.In(l) + " · " + c.Label.In(l)
			}
			out = append(out, OpenQuestion{Name: from.OtherName(), Label: label})
		}
	}
	return out
}

// ReadWords reads a page of the open answers to a question: of the responses that count
// in results. Errors: not_found.
func ReadWords(ctx context.Context, store WordsStore, q WordsQuery) (Words, error) {
	var out Words
	var err error
	if out.Campaign, err = store.CampaignByName(ctx, q.Campaign); err != nil {
		return out, err
	}
	src, err := store.QuestionnaireByID(ctx, out.Campaign.QuestionnaireID)
	if err != nil {
		return out, err
	}
	form, err := published(src)
	if err != nil {
		return out, err
	}
	out.Questions = OpenQuestions(form)
	if out.Topics, err = store.Topics(ctx); err != nil || len(out.Questions) == 0 {
		return out, err
	}
	at := 0
	if q.Question != "" {
		at = slices.IndexFunc(out.Questions, func(o OpenQuestion) bool { return o.Name == q.Question })
	}
	if at < 0 {
		return out, &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound, Args: map[string]string{"what": "question", "name": q.Question}}
	}
	out.Question = out.Questions[at]
	uses, err := store.TopicUses(ctx, out.Campaign.ID, out.Question.Name)
	if err != nil {
		return out, err
	}
	out.Uses = map[survey.TopicID]int{}
	for _, u := range uses {
		out.Uses[u.Topic] = u.N
	}
	out.Coded = out.Uses[0]
	return out, out.find(ctx, store, form, q)
}

// counts reports whether a response counts, as in results.
func counts(form *instrument.Questionnaire, a view.OpenAnswer, ended bool) bool {
	if a.State == survey.ResponseSubmitted {
		return true
	}
	return ended && disposition.Usable(codeOf(form, view.Answered{State: a.State, Late: a.Late, Response: view.Response{Answers: a.Answers}}))
}

var (
	wroteNumber  = regexp.MustCompile(`\+?\d(?:[ .()-]{0,2}\d){7,}`)
	wroteMailbox = regexp.MustCompile(`[\pL\pN._%+-]+@[\pL\pN.-]+\.\pL{2,}`)
)

// WithoutAddresses is what somebody wrote without the telephone numbers and mailboxes in
// it, for those who may not see any. A name cannot be told from other words.
func WithoutAddresses(words string) string {
	return wroteNumber.ReplaceAllString(wroteMailbox.ReplaceAllString(words, "•••"), "•••")
}

// AddTopic makes a topic. Its code is its Vietnamese name without accents. Errors:
// topic_name, topic_taken.
func AddTopic(ctx context.Context, store TopicStore, t view.Topic, by view.Audit) (survey.TopicID, error) {
	name := map[survey.Lang]string{}
	for _, l := range []survey.Lang{survey.Vietnamese, survey.English} {
		name[l] = strings.Join(strings.Fields(smstext.Normalize(t.Name[l])), " ")
	}
	t.Name = name
	t.Code = strings.ToLower(strings.ReplaceAll(smstext.Match(name[survey.Vietnamese]), " ", "_"))
	t.Code = strings.Trim(notCode.ReplaceAllString(t.Code, ""), "_")
	if len(t.Code) > 60 {
		t.Code = strings.Trim(t.Code[:60], "_")
	}
	if t.Code == "" || utf8.RuneCountInString(name[survey.Vietnamese]) > mostTopicName || utf8.RuneCountInString(name[survey.English]) > mostTopicName {
		return 0, &survey.Error{Kind: survey.Invalid, Code: survey.CodeTopicName, Args: map[string]string{"most": strconv.Itoa(mostTopicName)}}
	}
	return store.MakeTopic(ctx, t, by)
}

var notCode = regexp.MustCompile(`[^a-z0-9_]`)

// GiveTopics gives topics to answers whose words were read, or takes them off, and returns
// to how many: those that changed since are left out. Errors: not_found, topic_pick.
func GiveTopics(ctx context.Context, store WordsStore, campaign string, o view.TopicOrder) (int, error) {
	k, err := store.CampaignByName(ctx, campaign)
	if err != nil {
		return 0, err
	}
	if o.Campaign = k.ID; len(o.Picks) == 0 || len(o.Topics) == 0 || len(o.Picks) > wordsPage {
		return 0, &survey.Error{Kind: survey.Invalid, Code: survey.CodeTopicPick}
	}
	return store.GiveTopics(ctx, o)
}
