package results

import (
	"strings"
	"testing"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// sound is a ledger of an ended campaign that adds up.
func sound() view.Ledger {
	return view.Ledger{
		Ended: true, Released: 120, Closed: map[survey.Disposition]int{survey.Complete: 80, survey.NonContact: 40},
		Attempts: view.Outbound{Planned: 200, States: map[survey.AttemptState]int{
			survey.AttemptSent: 20, survey.AttemptDelivered: 120, survey.AttemptUndelivered: 30, survey.AttemptFailed: 10,
			survey.AttemptUnknown: 5, survey.AttemptCancelled: 15}, RefusedLater: 2, Resent: 1,
			Received: &view.Received{Distinct: 175, Repeats: 1}},
		Notices:   view.Outbound{Planned: 9, States: map[survey.AttemptState]int{survey.AttemptDelivered: 9}},
		InboxRows: 500, InboxApplied: 500, Submitted: 80, ResultRows: 80,
	}
}

func TestBalance(t *testing.T) {
	t.Parallel()
	if v := Balance(sound()); v != nil {
		t.Errorf("a sound ledger: %v", v)
	}
	again := sound() // in doubt, to leave once more, and cancelled before it did
	again.Attempts.Perhaps, again.Attempts.Received.Distinct = 1, 178
	if v := Balance(again); v != nil {
		t.Errorf("what may have been received the first time: %v", v)
	}
	for name, c := range map[string]struct {
		law   Law
		spoil func(*view.Ledger)
	}{
		"a case without a code":          {LawDisposition, func(l *view.Ledger) { l.Released++ }},
		"a case with two":                {LawDisposition, func(l *view.Ledger) { l.Closed[survey.Complete]++ }},
		"open after the end":             {LawDisposition, func(l *view.Ledger) { l.Released++; l.Open++ }},
		"a code nobody knows":            {LawCode, func(l *view.Ledger) { l.Released++; l.Closed["9.99"]++ }},
		"a lost attempt":                 {LawLedger, func(l *view.Ledger) { l.Attempts.Planned++ }},
		"a lost notice":                  {LawLedger, func(l *view.Ledger) { l.Notices.Planned++ }},
		"queued after the end":           {LawSettled, func(l *view.Ledger) { l.Attempts.Planned++; l.Attempts.States[survey.AttemptQueued]++ }},
		"sent and never received":        {LawReceived, func(l *view.Ledger) { l.Attempts.Received.Distinct = 171 }},
		"received and never sent":        {LawReceived, func(l *view.Ledger) { l.Attempts.Received.Distinct = 178 }},
		"received twice":                 {LawOnce, func(l *view.Ledger) { l.Attempts.Received.Repeats++ }},
		"a notice received twice":        {LawOnce, func(l *view.Ledger) { l.Notices.Received = &view.Received{Distinct: 9, Repeats: 1} }},
		"sent after STOP":                {LawOptOut, func(l *view.Ledger) { l.SentAfterOptOut = 1 }},
		"sent after the answer":          {LawSubmit, func(l *view.Ledger) { l.SentAfterSubmit = 1 }},
		"an inbox row nobody applied":    {LawInbox, func(l *view.Ledger) { l.InboxRows++; l.InboxUnapplied++ }},
		"an inbox row lost":              {LawInbox, func(l *view.Ledger) { l.InboxRows++ }},
		"an inbox row applied twice":     {LawInbox, func(l *view.Ledger) { l.InboxRepeated++ }},
		"a response that is no result":   {LawResults, func(l *view.Ledger) { l.Submitted++ }},
		"a result that nobody submitted": {LawResults, func(l *view.Ledger) { l.ResultRows++ }},
	} {
		l := sound()
		c.spoil(&l)
		v := Balance(l)
		if len(v) != 1 || v[0].Law != c.law || !strings.HasPrefix(v[0].String(), string(c.law)) {
			t.Errorf("%s: %v", name, v)
		}
	}
}

func TestBalanceWhileUnderWay(t *testing.T) {
	t.Parallel()
	l := sound()
	l.Ended = false
	l.Released, l.Open = l.Released+7, 7
	l.Attempts.Planned += 5
	l.Attempts.States[survey.AttemptQueued], l.Attempts.States[survey.AttemptSending] = 2, 3
	l.Attempts.Received.Distinct += 3 // those that are being sent may have arrived
	l.InboxRows, l.InboxUnapplied = l.InboxRows+4, 4
	if v := Balance(l); v != nil {
		t.Errorf("%v", v)
	}
	l.Open--
	if v := Balance(l); len(v) != 1 {
		t.Errorf("a lost case: %v", v)
	}
}

func TestReceived(t *testing.T) {
	t.Parallel()
	attempts, notices := Received(map[string]int{"a1.x": 1, "n1.y": 3}, map[string]int{"a2": 2, "?": 1})
	if *attempts != (view.Received{Distinct: 3, Repeats: 1}) || *notices != (view.Received{Distinct: 1, Repeats: 2}) {
		t.Errorf("%+v and %+v", *attempts, *notices)
	}
}
