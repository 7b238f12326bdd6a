package worker

import (
	"strings"
	"sync"
	"time"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/dispatch/wording"
	"canvass/worker/channel"
)

// The mails of a chunk differ in little: a name, and the tokens of two links.
// What depends on anything else is rendered once for everybody who has it alike.

// The blanks of a mold, as marks that no text of an office contains.
const (
	blankName = "CanvassBlankNameQ7rT2vX9"
	blankForm = "CanvassBlankFormK4mZ8wB1"
	blankStop = "CanvassBlankStopJ6hN3dP5"
)

// molds are the mails of a chunk, rendered.
type molds struct {
	mu   sync.Mutex
	made map[moldKey]*channel.Mold
}

// moldKey is all that the words of a mail depend on beside what fills its blanks
// and what is the same for the whole chunk.
type moldKey struct {
	lang     survey.Lang
	text     string // the wording
	title    string
	named    bool
	receives bool
	progress instrument.Progress
	lot      string    // the first question, where it is drawn by lot
	day      time.Time // business day: a mail may say today
	form     string    // the links without their tokens
	stop     string
}

// mail returns the mold of a mail and what fills its blanks.
func (s *molds) mail(words *wording.Wording, wc wording.Context, text string) (*channel.Mold, []string, error) {
	form, formToken := cutLink(wc.Link)
	stop, stopToken := cutLink(wc.StopLink)
	year, month, day := wc.Now.In(wc.Zone).Date()
	key := moldKey{lang: wc.Lang, text: text, title: wc.Title, named: wc.Name != "", receives: wc.CanReceive, progress: wc.Progress, lot: wc.Lot(),
		day: time.Date(year, month, day, 0, 0, 0, 0, time.UTC), form: form, stop: stop}
	fill := []string{string(wc.Name), formToken, stopToken}
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.made[key]; m != nil {
		return m, fill, nil
	}
	if key.named {
		wc.Name = blankName
	}
	wc.Link, wc.StopLink = form+blankForm, stop+blankStop
	letter, err := words.Mail(wc, text)
	if err != nil {
		return nil, nil, err
	}
	if s.made == nil {
		s.made = map[moldKey]*channel.Mold{}
	}
	m := &channel.Mold{Subject: letter.Subject, Text: letter.Text, HTML: letter.HTML, Blanks: []string{blankName, blankForm, blankStop}}
	s.made[key] = m
	return m, fill, nil
}

// cutLink takes the token off a person's own link.
func cutLink(link string) (base, token string) {
	at := strings.LastIndexByte(link, '/') + 1
	return link[:at], link[at:]
}
