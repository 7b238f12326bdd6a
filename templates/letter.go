package templates

import (
	"bytes"
	"fmt"
	"strings"
)

// Letter is one mail: one of the structs below.
type Letter interface {
	envelope() Envelope
	file() string
}

// Envelope is what every mail shares. Fields.Link and Fields.StopLink are
// absolute addresses.
type Envelope struct {
	Tongue
	Fields
}

func (e Envelope) envelope() Envelope { return e }

// Invitation is E1: who asks, why, how long, until when, and the way out.
type Invitation struct {
	Envelope
	Monthly bool   // a monthly round; else the campaign's title is named
	First   *First // first question inside the mail; nil: only the link
}

func (Invitation) file() string { return "invitation" }

// First is a first question inside the mail. A press opens the form with that
// answer marked; it records nothing.
type First struct {
	Question string
	Choices  []Press
}

// Press is one answer of First.
type Press struct{ Label, Link string }

// Reminder is E2, for those who opened nothing.
type Reminder struct{ Envelope }

func (Reminder) file() string { return "reminder" }

// Begun is E3, for those who began.
type Begun struct{ Envelope }

func (Begun) file() string { return "begun" }

// Last is E4, the last reminder.
type Last struct{ Envelope }

func (Last) file() string { return "last" }

// Received is E5, the thank-you.
type Received struct {
	Envelope
	CanChange bool // answers may still be changed at the same link
}

func (Received) file() string { return "received" }

// Letters holds one empty value of every mail.
func Letters() []Letter {
	return []Letter{Invitation{}, Reminder{}, Begun{}, Last{}, Received{}}
}

// subject is the key of a mail's subject.
func subject(l Letter) string {
	switch l.(type) {
	case Reminder:
		return "reminder.subject"
	case Begun:
		return "begun.subject"
	case Last:
		return "last.subject"
	case Received:
		return "thank.subject"
	default:
		return "invite.subject"
	}
}

func (s *Set) subject(l Letter, t Tongue) (string, error) {
	if own, ok := l.(OwnWords); ok {
		return own.Subject, nil
	}
	return s.Text(t, subject(l), l.envelope().Fields)
}

// Mail is a rendered mail, without its headers.
type Mail struct {
	Subject string
	Text    string // text/plain, lines end in \n
	HTML    string
}

// Mail renders l. Every merge field that its sentences name must have a value.
func (s *Set) Mail(l Letter) (Mail, error) {
	e := l.envelope()
	t := known(e.Tongue)
	head, err := s.subject(l, t)
	if err != nil {
		return Mail{}, fmt.Errorf("templates: mail %s: %w", l.file(), err)
	}
	var plain, rich bytes.Buffer
	if err := s.plain[t][l.file()].Execute(&plain, l); err != nil {
		return Mail{}, fmt.Errorf("templates: mail %s: %w", l.file(), err)
	}
	if err := s.html[t][l.file()].Execute(&rich, l); err != nil {
		return Mail{}, fmt.Errorf("templates: mail %s: %w", l.file(), err)
	}
	return Mail{Subject: head, Text: strings.TrimSpace(plain.String()) + "\n", HTML: rich.String()}, nil
}
