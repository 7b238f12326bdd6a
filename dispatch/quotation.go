package dispatch

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"canvass/dispatch/disclosure"
	"canvass/dispatch/instrument"
	"canvass/dispatch/smstext"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// QuoteStore is what quoting open answers needs of the database.
type QuoteStore interface {
	CampaignByName(ctx context.Context, name string) (*survey.Campaign, error)
	PickedWords(ctx context.Context, k survey.CampaignID, question string, of []view.TopicPick) ([]view.Quotation, error)
	MarkQuotes(ctx context.Context, o view.QuoteOrder) (int, error)
	Quoted(ctx context.Context, k survey.CampaignID, question string, of []survey.ResponseID) (map[survey.ResponseID]bool, error)
}

// mostQuoted is the most characters of what is quoted: three stand on a page beside
// everything else.
const mostQuoted = 280

// What may tell who somebody is, as far as a program sees it: numbers of seven digits and
// more, mailboxes, links, houses, and names behind a form of address or a family name.
// That nobody else can be told from the words is for whoever marks them.
var tellsWho = regexp.MustCompile(strings.Join([]string{
	`\d(?:[ .()-]{0,2}\d){6,}`,
	wroteMailbox.String(),
	`(?i:https?:|www\.|\b[a-z0-9-]+\.(?:vn|com|net|org|me)\b|(?:^|\s)@\w{3,})`,
	`(?i:số\s*nhà|(?:số|ngõ|ngách|hẻm|tổ)\s+\d+[a-z]?(?:/\d+)*\s+(?:đường|phố|ngõ|ngách|hẻm))`,
	`(?:^|[^\pL])(?i:ông|bà|anh|chị|cô|chú|bác|cậu|dì|thầy|cụ|em|mr|mrs|ms)\.?\s+\p{Lu}\pL*`,
	`(?:^|[^\pL])(?:Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Đinh|Đoàn|Trịnh|Mai|Đào|Lâm|Hà|Cao|Trương|Lương|Tạ|Tô|Quách|Lò|Giàng|Vàng|Thào|Hầu|Ma|Nông)\s+\p{Lu}\pL+`,
}, "|"))

// TellsWho reports whether words may tell who somebody is. It errs on the side of yes; a
// name in small letters it does not know.
func TellsWho(words string) bool {
	return tellsWho.MatchString(smstext.Normalize(words))
}

// MarkQuotes marks answers in words as fit to be quoted, or takes the marks off, and
// returns how many: those that changed since they were read are left out. One that cannot
// be quoted refuses all. Errors: not_found, quote_pick, quote_names, quote_long,
// quote_open, quote_sent.
func MarkQuotes(ctx context.Context, store QuoteStore, campaign string, o view.QuoteOrder) (int, error) {
	refused := func(code survey.Code) error { return &survey.Error{Kind: survey.Invalid, Code: code} }
	k, err := store.CampaignByName(ctx, campaign)
	if err != nil {
		return 0, err
	}
	if o.Campaign = k.ID; len(o.Picks) == 0 || len(o.Picks) > wordsPage {
		return 0, refused(survey.CodeQuotePick)
	}
	if o.Off {
		return store.MarkQuotes(ctx, o)
	}
	if k.Confidentiality == survey.Anonymous && k.State != survey.CampaignClosed && k.State != survey.CampaignArchived {
		return 0, refused(survey.CodeQuoteOpen)
	}
	read, err := store.PickedWords(ctx, k.ID, o.Question, o.Picks)
	if err != nil {
		return 0, err
	}
	for _, p := range o.Picks {
		i := slices.IndexFunc(read, func(q view.Quotation) bool { return q.Response == p.Response })
		if i < 0 {
			return 0, refused(survey.CodeQuoteSent)
		}
		said, ok := read[i].Said()
		switch {
		case !ok || read[i].State != survey.ResponseSubmitted:
			return 0, refused(survey.CodeQuoteSent)
		case TellsWho(said):
			return 0, refused(survey.CodeQuoteNames)
		case utf8.RuneCountInString(said) > mostQuoted:
			return 0, &survey.Error{Kind: survey.Invalid, Code: survey.CodeQuoteLong, Args: map[string]string{"most": strconv.Itoa(mostQuoted)}}
		}
	}
	return store.MarkQuotes(ctx, o)
}

// VoiceOfStore is what the page for the director needs of the database besides a count.
type VoiceOfStore interface {
	QuestionnaireByID(ctx context.Context, id survey.QuestionnaireID) (view.QuestionnaireSource, error)
	Quotations(ctx context.Context, k survey.CampaignID, group, most int) ([]view.Quotation, error)
	TopicUses(ctx context.Context, k survey.CampaignID, question string) ([]view.TopicUse, error)
	Topics(ctx context.Context) ([]view.Topic, error)
}

// Voices are what people wrote, as far as it may stand on a page for the director.
type Voices struct {
	Question OpenQuestion // that of the topics
	Coded    int          // answers to it that have a topic
	Topics   []TopTopic   // those that most have first
	Quotes   []Quote
}

// TopTopic is a topic with the number of answers that have it.
type TopTopic struct {
	Topic view.Topic
	N     int
}

// Quote is what somebody wrote to a question.
type Quote struct {
	Question OpenQuestion
	Words    string
}

const (
	topTopics  = 5
	topQuotes  = 3
	readQuotes = 60 // are looked at for topQuotes: some may be of questions that few answered
)

// VoicesOf reads the topics that most answers of a count have, and words that staff marked
// as fit to be quoted: only of questions that at least FewAnswers people answered, with the
// counts of few, and those by which they could be had, left out. Words are looked through
// once more, whoever marked them.
func VoicesOf(ctx context.Context, store VoiceOfStore, k *survey.Campaign, c Counted) (Voices, error) {
	var out Voices
	src, err := store.QuestionnaireByID(ctx, k.QuestionnaireID)
	if err != nil {
		return out, err
	}
	form, err := published(src)
	if err != nil {
		return out, err
	}
	var asked []OpenQuestion
	for _, o := range OpenQuestions(form) {
		if c.wrote(form, o.Name) >= FewAnswers {
			asked = append(asked, o)
		}
	}
	if err := out.topics(ctx, store, k.ID, asked); err != nil {
		return out, err
	}
	quotes, err := store.Quotations(ctx, k.ID, disclosure.K, readQuotes)
	for _, q := range quotes {
		at := slices.IndexFunc(asked, func(o OpenQuestion) bool { return o.Name == q.Question })
		said, ok := q.Said()
		if at >= 0 && ok && !TellsWho(said) && len(out.Quotes) < topQuotes {
			out.Quotes = append(out.Quotes, Quote{Question: asked[at], Words: said})
		}
	}
	return out, err
}

// wrote is how many answered an open question, or chose what its words stand beside.
func (c Counted) wrote(form *instrument.Questionnaire, question string) int {
	for i := range form.Questions {
		from := &form.Questions[i]
		t, ok := c.Tally(from.Name)
		if !ok {
			continue
		}
		if from.Name == question {
			return t.Base().N
		}
		if other, has := otherOf(from); has && from.OtherName() == question {
			for _, l := range t.Table().Lines {
				if l.Code == other.Code {
					return l.Count.N
				}
			}
		}
	}
	return 0
}

// topics finds the question most of whose answers have topics, and the topics that may be
// told of.
func (v *Voices) topics(ctx context.Context, store VoiceOfStore, k survey.CampaignID, asked []OpenQuestion) error {
	var most []view.TopicUse
	for _, o := range asked {
		uses, err := store.TopicUses(ctx, k, o.Name)
		if err != nil {
			return err
		}
		for _, u := range uses {
			if u.Topic == 0 && u.N > v.Coded {
				v.Coded, v.Question, most = u.N, o, uses
			}
		}
	}
	if v.Coded < FewAnswers {
		*v = Voices{}
		return nil
	}
	names, err := store.Topics(ctx)
	if err != nil {
		return err
	}
	var row []int
	var of []TopTopic
	for _, u := range most {
		if i := slices.IndexFunc(names, func(t view.Topic) bool { return t.ID == u.Topic }); i >= 0 {
			row, of = append(row, u.N), append(of, TopTopic{names[i], u.N})
		}
	}
	hidden := (disclosure.Grid{Cells: [][]int{row}, Of: []int{v.Coded}, Least: disclosure.K}).Hide()[0]
	for i, t := range of {
		if !hidden[i] {
			v.Topics = append(v.Topics, t)
		}
	}
	slices.SortStableFunc(v.Topics, func(a, b TopTopic) int { return cmp.Or(b.N-a.N, cmp.Compare(a.Topic.Code, b.Topic.Code)) })
	v.Topics = v.Topics[:min(len(v.Topics), topTopics)]
	return nil
}
