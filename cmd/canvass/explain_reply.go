package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/templates"
)

// replyExplained is what explain reply prints. Of a reply to a question named by flags it
// is the outcome alone.
type replyExplained struct {
	Outcome survey.ReadingOutcome `json:"outcome"`
	Value   string                `json:"value"`
	Reason  string                `json:"reason"`
	*replyTrail
}

// replyTrail is how a reading came about.
type replyTrail struct {
	Other   string       `json:"other,omitempty"`   // the words beside the other choice
	Between []string     `json:"between,omitempty"` // the answers between which it asks back
	Text    string       `json:"text"`              // as it would be stored
	Folded  string       `json:"folded"`
	Read    string       `json:"read"` // without politeness, short spellings written out
	Looked  []replyStage `json:"looked"`
}

// replyStage is one way in which a reply was looked at.
type replyStage struct {
	As      instrument.Looked     `json:"as"`
	Outcome survey.ReadingOutcome `json:"outcome,omitempty"` // none: it is not that
	Value   string                `json:"value,omitempty"`
	Reason  string                `json:"reason,omitempty"`
	Taken   bool                  `json:"taken,omitempty"`
}

// replyInput is what explain reply is asked beside the reply.
type replyInput struct {
	file, question, lang, givenName, offered string
	stop                                     bool
}

func (a *app) explainReply() *cobra.Command {
	var in replyInput
	cmd := a.withJSON(&cobra.Command{
		Use:   "reply QUESTIONNAIRE QUESTION [TEXT...]",
		Short: a.t("Máy hiểu một tin trả lời cho một câu hỏi thế nào, qua những bước nào, vì sao", "How a reply to a question is read, by which steps, and why"),
		Long: a.t(`QUESTIONNAIRE là tệp YAML, hoặc tên phiếu ví dụ: monthly, yearly, urgent-storm, urgent-prices. Không cần cơ sở dữ liệu.
In ra từng cách hiểu đã xét theo thứ tự, chữ đã bỏ dấu, và vì sao nhận, không nhận, hay hỏi lại. Xem cả cuộc trao đổi (sửa câu trước,
trả lời nhiều câu, tin lệch câu): canvass questionnaire play --mode sms.`,
			`QUESTIONNAIRE is a YAML file, or the name of an example: monthly, yearly, urgent-storm, urgent-prices. No database is needed.
Tells each reading that was considered in its order, the words without accents, and why it was taken, refused or asked back. For a whole
conversation (corrections, several answers in one text, replies that crossed): canvass questionnaire play --mode sms.`),
		Example: `  canvass explain reply monthly hl_thu_tuc "ko hai long lam"` + "\n" + `  canvass explain reply phieu.yaml so_nguoi "khoảng 12 người" "2-3"`,
	})
	f := cmd.Flags()
	f.StringVar(&in.file, "questionnaire", "", a.t("tệp YAML của phiếu hỏi, thay cho QUESTIONNAIRE", "the questionnaire's YAML file, in the place of QUESTIONNAIRE"))
	f.StringVar(&in.question, "question", "", a.t("tên câu hỏi, thay cho QUESTION", "the question's name, in the place of QUESTION"))
	f.StringVar(&in.lang, "lang", "vi", a.t("ngôn ngữ của cuộc trao đổi: vi hoặc en", "language of the conversation: vi or en"))
	f.StringVar(&in.givenName, "given-name", "", a.t("tên gọi của người trả lời, nếu biết", "the person's given name, if known"))
	f.StringVar(&in.offered, "offered", "", a.t("vừa hỏi lại A hay B: hai mã, cách nhau bằng dấu phẩy", "we asked back A or B: the two codes, with a comma between"))
	f.BoolVar(&in.stop, "stop-asked", false, a.t("vừa hỏi có muốn thôi nhận không", "we asked whether to stop"))
	cmd.RunE = a.work(func(_ context.Context, args []string) error {
		flags := f.Changed("questionnaire") || f.Changed("question")
		switch {
		case in.lang != "vi" && in.lang != "en":
			return wrongUsage(cmd, "--lang vi|en")
		case flags && (in.file == "" || in.question == ""):
			return wrongUsage(cmd, "--questionnaire FILE --question NAME")
		case !flags && len(args) < 2:
			return wrongUsage(cmd, "QUESTIONNAIRE QUESTION")
		case !flags:
			in.file, in.question, args = args[0], args[1], args[2:]
		}
		q, err := readQuestion(in)
		if err != nil {
			return err
		}
		return a.eachInput(args, func(text string) error { return a.sayReply(q, text, in.context(), !flags) })
	})
	return cmd
}

// context is what is known beside the reply.
func (in replyInput) context() instrument.ReadContext {
	c := instrument.ReadContext{Lang: survey.Lang(in.lang), GivenName: survey.PersonName(in.givenName), Today: survey.DateOf(time.Now())}
	switch {
	case in.stop:
		c.Pending = instrument.PendingStop
	case in.offered != "":
		c.Pending, c.Offer = instrument.PendingChoose, strings.Split(in.offered, ",")
	}
	return c
}

// sayReply prints how one reply is read.
func (a *app) sayReply(q *instrument.Question, text string, c instrument.ReadContext, trail bool) error {
	e := q.Explain(text, c)
	r := e.Reading
	out := replyExplained{Outcome: r.Outcome, Value: r.Value(), Reason: r.Reason}
	if a.json {
		if trail {
			out.replyTrail = trailOf(e)
		}
		return a.data(out)
	}
	a.say("%s: %s", text, strings.TrimSpace(a.outcomeWords(r)+" "+r.Value())+besides(r))
	a.say(a.t("  không dấu: %s", "  without accents: %s"), e.Folded)
	if e.Words != e.Folded {
		a.say(a.t("  đọc là: %s", "  read as: %s"), e.Words)
	}
	for _, l := range e.Looked {
		a.say("  %s %s: %s", map[bool]string{true: ">", false: "-"}[l.Taken], a.lookedWords(l.As), a.stageWords(l))
	}
	if len(r.Choices) == 2 && r.Outcome == survey.ReadAskAgain {
		a.say(a.t("  hỏi lại: A %s, hay B %s", "  asked back: A %s, or B %s"), labelOf(q, r.Choices[0]), labelOf(q, r.Choices[1]))
	}
	return nil
}

// besides is what was read beside the value.
func besides(r instrument.Reading) string {
	if r.Other == "" {
		return ""
	}
	return " / " + string(r.Other)
}

// labelOf is a code with its label; a number as it is.
func labelOf(q *instrument.Question, code string) string {
	if c, ok := q.Choice(code); ok {
		return code + " " + c.Label.In(survey.Vietnamese)
	}
	return code
}

func trailOf(e instrument.Explanation) *replyTrail {
	t := &replyTrail{Other: string(e.Reading.Other), Text: e.Text, Folded: e.Folded, Read: e.Words, Looked: []replyStage{}}
	if e.Reading.Outcome == survey.ReadAskAgain {
		t.Between = e.Reading.Choices
	}
	for _, l := range e.Looked {
		t.Looked = append(t.Looked, replyStage{As: l.As, Outcome: l.Reading.Outcome, Value: l.Reading.Value(), Reason: l.Reading.Reason, Taken: l.Taken})
	}
	return t
}

// stageWords says what came of one way of reading.
func (a *app) stageWords(l instrument.Considered) string {
	if l.Reading.Outcome == "" {
		return a.t("không phải", "it is not that")
	}
	why := l.Reading.Reason
	if words, ok := replyReasons[why]; ok {
		why = a.t(words[0], words[1])
	}
	return strings.TrimSpace(a.outcomeWords(l.Reading)+" "+l.Reading.Value()) + " (" + why + ")"
}

// outcomeWords is the word for what a reading comes to.
func (a *app) outcomeWords(r instrument.Reading) string {
	words := replyOutcomes[r.Outcome]
	return a.t(words[0], words[1])
}

func (a *app) lookedWords(as instrument.Looked) string {
	words := replyLooked[as]
	return a.t(words[0], words[1])
}

// readQuestion finds the question that replies are read for: in a file, or in an
// example that comes with the program.
func readQuestion(in replyInput) (*instrument.Question, error) {
	qn, err := fileOrExample(in.file)
	if err != nil {
		return nil, err
	}
	q, ok := qn.Question(in.question)
	if !ok {
		return nil, &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound, Args: map[string]string{"name": in.question}, Where: in.file}
	}
	return q, nil
}

func fileOrExample(name string) (*instrument.Questionnaire, error) {
	if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) {
		if src, err := fs.ReadFile(templates.Questionnaires(), strings.TrimSuffix(name, ".yaml")+".yaml"); err == nil {
			q, faults := instrument.Parse(name, src)
			if len(faults) > 0 {
				return nil, faults[0]
			}
			return q, nil
		}
	}
	q, _, err := readQuestionnaire(name)
	return q, err
}
