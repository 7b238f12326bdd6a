package dispatch

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strings"
	"time"

	"canvass/dispatch/instrument"
	"canvass/dispatch/smstext"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/wording"
	"canvass/templates"
)

// TextExample says for whom a text is shown: somebody who does not exist, in a round of
// this office that ends in four days.
type TextExample struct {
	Office survey.Office
	Zone   *time.Location
	Now    time.Time
}

// TextShown is a text as it would leave.
type TextShown struct {
	Samples []TextSample
	Lints   []Lint
	Traps   []smstext.Finding // words that are read otherwise without their marks
}

// TextSample is one form of a text. Replies says that it leaves by a sender which can
// receive replies.
type TextSample struct {
	Worded
	Replies bool
}

// ShowText words a text for the example, and finds what to look at in it. A text message
// with a link has two forms where it says how to get no more. Errors: those of SetText.
func ShowText(words *wording.Wording, n survey.TextName, t survey.OwnText, e TextExample) (TextShown, error) {
	var out TextShown
	t = wording.TidyText(n, t)
	if bad := wording.CheckText(n, t); len(bad) > 0 {
		all := make([]error, len(bad))
		for i, e := range bad {
			all[i] = e
		}
		return out, errors.Join(all...)
	}
	c, err := exampleContext(n, e)
	if err != nil {
		return out, err
	}
	c.Campaign.Texts = survey.OwnTexts{n: t}
	forms := []bool{true}
	if n.Channel == survey.SMS && strings.Contains(t.Body, "{link}") && strings.Contains(t.Body, "{thoi_nhan}") && !opens(n.Occasion) {
		forms = append(forms, false)
	}
	for _, c.CanReceive = range forms {
		w, err := wordText(words, n, c)
		if err != nil {
			return out, err
		}
		out.Samples = append(out.Samples, TextSample{Worded: w, Replies: c.CanReceive})
		out.lint(n, w, c.CanReceive)
	}
	if n.Channel == survey.SMS {
		out.Traps = wording.Check(n.Lang, mergeField.ReplaceAllString(t.Body, "…"))
	}
	return out, nil
}

// ExampleFields are the merge fields of a text with what they are for the example.
func ExampleFields(words *wording.Wording, n survey.TextName, e TextExample) (map[string]string, error) {
	c, err := exampleContext(n, e)
	if err != nil {
		return nil, err
	}
	return words.OwnValues(c, n)
}

// mergeField is a merge field of a text.
var mergeField = regexp.MustCompile(`\{[a-z_]+\}`)

// lint adds what is found in one form of a text, each finding once.
func (s *TextShown) lint(n survey.TextName, w Worded, receives bool) {
	if n.Channel == survey.Call {
		return
	}
	for _, l := range lint(wordSum{Worded: w, Specimen: view.Specimen{Sender: survey.Sender{Channel: n.Channel, CanReceive: receives}, Lang: n.Lang}}) {
		same := n.Occasion == survey.OccasionThanks && l.Code == LintNoRefusal // it asks for nothing
		for _, o := range s.Lints {
			same = same || o.Code == l.Code && o.Detail == l.Detail
		}
		if !same {
			l.Lang = n.Lang
			s.Lints = append(s.Lints, l)
		}
	}
}

// opens reports whether a text begins a conversation.
func opens(o survey.Occasion) bool { return o == survey.OccasionOpening || o == survey.OccasionUrgent }

// wordText words a text as the message that it is.
func wordText(words *wording.Wording, n survey.TextName, c wording.Context) (Worded, error) {
	step := string(n.Occasion)
	if n.Occasion == survey.OccasionUrgent {
		step = survey.TextInvitation
	}
	var body string
	var err error
	switch {
	case n.Channel == survey.Mail:
		m, err := words.Mail(c, step)
		return Worded{Subject: m.Subject, Body: m.Text, StopLink: c.StopLink}, err
	case n.Channel == survey.Call:
		kind := instrument.PromptIntro
		if n.Occasion == survey.OccasionThanks {
			kind = instrument.PromptThanks
		}
		said, err := words.VoicePrompt(c, instrument.Prompt{Kind: kind})
		return Worded{Body: strings.Join(said, " ")}, err
	case n.Occasion == survey.OccasionThanks:
		body, err = words.SMSPrompt(c, instrument.Prompt{Kind: instrument.PromptThanks})
	case opens(n.Occasion):
		first := c.Questionnaire.Step(instrument.State{Lang: c.Lang}, survey.Answers{}, survey.TextMode, instrument.Input{Begin: true})
		body, err = words.Opening(c, first.Prompts)
	default:
		body, err = words.SMS(c, step)
	}
	count := smstext.Count(body)
	return Worded{Body: body, Segments: count.Segments, Wide: count.Encoding == smstext.UCS2}, err
}

// exampleContext is the example of an occasion: the monthly round that ships, or an urgent
// poll.
func exampleContext(n survey.TextName, e TextExample) (wording.Context, error) {
	src, err := fs.ReadFile(templates.Questionnaires(), "monthly.yaml")
	if n.Occasion == survey.OccasionUrgent {
		src, err = Poll{Question: "Khu vực của Ông/Bà có bị ngập không?", Sort: PollYesNo}.source()
	}
	if err != nil {
		return wording.Context{}, fmt.Errorf("dispatch: example of a text: %w", err)
	}
	q, bad := instrument.Parse("example.yaml", src)
	if len(bad) > 0 {
		return wording.Context{}, fmt.Errorf("dispatch: example of a text: %w", bad[0])
	}
	const link = "https://khaosat.example/r/AAAAAAAAAAAAAAAAAAAAAA"
	c := wording.Context{Campaign: survey.Campaign{Title: map[survey.Lang]string(q.Title), Purpose: survey.PurposeSurvey, Confidentiality: survey.Identified,
		Design: survey.Design{Method: survey.Stratified}, EndsAt: e.Now.Add(4 * 24 * time.Hour), Office: e.Office},
		Zone: e.Zone, Now: e.Now, Lang: n.Lang, Name: "Nguyễn Thị Đào", Title: "Bà", Questionnaire: q, CanReceive: true,
		FrameSize: 300, InvitedAt: e.Now.Add(-3 * 24 * time.Hour), Link: link, StopLink: strings.Replace(link, "/r/", "/u/", 1)}
	if n.Occasion == survey.OccasionPartial {
		c.Progress = instrument.Progress{Applicable: 12, Answered: 7, Left: 5}
	}
	return c, nil
}

// ExampleOffice stands where no office is set yet.
func ExampleOffice() survey.Office {
	return survey.Office{Name: map[survey.Lang]string{survey.Vietnamese: "Văn phòng Ví Dụ", survey.English: "Example Office"},
		Short: map[survey.Lang]string{survey.Vietnamese: "VP Ví Dụ", survey.English: "Example Office"}, Contact: "Nguyễn Thị Ví Dụ", Phone: "1900 0000", Mail: "vp@vidu.example"}
}
