package main

import (
	"strings"
	"time"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/dispatch/wording"
	"canvass/templates"
)

// sayer puts a played dialogue into the words that a person reads or hears, of an
// example office in a round that ends in four days.
type sayer struct {
	words *wording.Wording
	c     wording.Context
	mode  survey.Mode
	err   error // the first
}

func newSayer(q *instrument.Questionnaire, mode survey.Mode) (*sayer, error) {
	set, err := templates.New()
	if err != nil {
		return nil, err
	}
	vi := time.FixedZone("+07", 7*3600)
	now := time.Date(2026, 12, 14, 9, 0, 0, 0, vi)
	return &sayer{words: wording.New(set), mode: mode, c: wording.Context{
		Campaign: survey.Campaign{Title: map[survey.Lang]string{survey.Vietnamese: q.Title.In(survey.Vietnamese), survey.English: q.Title.In(survey.English)},
			Purpose: survey.PurposeSurvey, Confidentiality: survey.Identified, Design: survey.Design{Method: survey.Stratified},
			EndsAt: now.Add(4*24*time.Hour + 8*time.Hour),
			Office: survey.Office{Name: map[survey.Lang]string{survey.Vietnamese: "Văn phòng Ví Dụ", survey.English: "Example Office"},
				Short: map[survey.Lang]string{survey.Vietnamese: "VP Ví Dụ", survey.English: "Example Office"}, Contact: "Nguyễn Thị Ví Dụ", Phone: "1900 0000", Mail: "vp@vidu.example"}},
		Zone: vi, Now: now, Questionnaire: q, CanReceive: true, FrameSize: 300, InvitedAt: now,
		Link: "https://ks.vidu.example/r/AAAAAAAAAAAAAAAAAAAAAA", StopLink: "https://ks.vidu.example/u/AAAAAAAAAAAAAAAAAAAAAA"}}, nil
}

// prompt is what is read or heard of one prompt.
func (s *sayer) prompt(p instrument.Prompt, lang survey.Lang) []string {
	c := s.c
	c.Lang = lang.Or(survey.Vietnamese)
	var lines []string
	var err error
	if s.mode == survey.Voice {
		lines, err = s.words.VoicePrompt(c, p)
	} else {
		var text string
		text, err = s.words.SMSPrompt(c, p)
		lines = []string{text}
	}
	if err != nil && s.err == nil {
		s.err = err
	}
	return lines
}

// question is what the web form shows of a question: its text, what stands beneath
// it, and a line per choice behind its code.
func (s *sayer) question(q *instrument.Question, answers survey.Answers, lang survey.Lang) []string {
	c := s.c
	c.Lang = lang.Or(survey.Vietnamese)
	asked := s.words.Asked(c, q, answers, wording.Typed{})
	lines := []string{strings.TrimSpace(q.Name + ": " + strings.TrimPrefix(asked.Within+" "+asked.Label, " "))}
	if asked.Hint != "" {
		lines = append(lines, "  "+asked.Hint)
	}
	for _, o := range asked.Options {
		lines = append(lines, "  "+o.Code+" "+o.Label)
	}
	return lines
}
