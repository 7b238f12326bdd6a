package protocol

import (
	"time"

	"canvass/dispatch/survey"
)

// The hours and daily ceilings of the ready protocols are those of Decree
// 91/2020 for advertising. A survey is not advertising; they are kept all the
// same, until an office's legal officer says otherwise.
const (
	zone = "Asia/Ho_Chi_Minh"
	hour = survey.Span(time.Hour)
	day  = 24 * hour
)

func lawful() map[survey.Channel]survey.Window {
	return map[survey.Channel]survey.Window{
		survey.SMS:  {From: "07:00", To: "22:00"},
		survey.Call: {From: "08:00", To: "17:00"},
	}
}

func ceilings() map[survey.Channel]int {
	return map[survey.Channel]int{survey.Mail: 3, survey.SMS: 3, survey.Call: 1}
}

// Ready returns the protocol of a name: monthly, urgent or short.
func Ready(name string) (survey.Protocol, bool) {
	for _, p := range []survey.Protocol{Monthly(), Urgent(), Short()} {
		if p.Name == name {
			return p, true
		}
	}
	return survey.Protocol{}, false
}

// Monthly is the protocol of a monthly round: seven days, at most five contacts
// (a call that nobody takes apart), each in another form than the one before.
// Whom no mail can have reached gets the link by SMS at once.
func Monthly() survey.Protocol {
	return survey.Protocol{
		Name: "monthly", Zone: zone, Length: 7 * day, Gap: 20 * hour, Windows: lawful(), DayCaps: ceilings(),
		Steps: []survey.Step{
			{Name: "mail", Channel: survey.Mail, Text: "invitation"},
			{Name: "sms", Channel: survey.SMS, Text: "invitation", Only: survey.OnlyUnreached},
			{Name: "sms-reminder", Channel: survey.SMS, Text: "reminder", After: day},
			{Name: "conversation", Channel: survey.SMS, Text: "reminder", After: 3 * day, Conversation: true},
			// The wait after no answer leads to another part of the next day.
			{Name: "call", Channel: survey.Call, Text: "reminder", After: 4 * day, Tries: 2, Retry: map[survey.Reason]survey.Ladder{
				survey.ReasonBusy: {24 * hour}, survey.ReasonUnreachable: {24 * hour}, survey.ReasonNoAnswer: {27 * hour}, survey.ReasonMachine: {27 * hour}}},
			{Name: "mail-last", Channel: survey.Mail, Text: "last", After: 5 * day},
		},
	}
}

// Urgent is the protocol of an urgent question: a day, the first question by SMS
// and by mail at once. A short field period favours those who are quick; the
// report has to say so.
func Urgent() survey.Protocol {
	return survey.Protocol{
		Name: "urgent", Zone: zone, Length: day, Gap: hour / 2, Windows: lawful(), DayCaps: ceilings(),
		Steps: []survey.Step{
			{Name: "conversation", Channel: survey.SMS, Text: "invitation", Conversation: true},
			{Name: "mail", Channel: survey.Mail, Text: "invitation"},
			{Name: "sms-reminder", Channel: survey.SMS, Text: "reminder", After: 3 * hour},
			{Name: "call", Channel: survey.Call, Text: "reminder", After: 8 * hour},
			{Name: "sms-last", Channel: survey.SMS, Text: "last", After: 20 * hour},
		},
	}
}

// Short is the protocol of a demonstration or a drill: two hours, all three
// modes. It calls twice in a day, so it is for simulators and volunteers.
func Short() survey.Protocol {
	caps := ceilings()
	caps[survey.Call] = 2
	minute := survey.Span(time.Minute)
	return survey.Protocol{
		Name: "short", Zone: zone, Length: 2 * hour, Gap: 10 * minute, Windows: lawful(), DayCaps: caps,
		Steps: []survey.Step{
			{Name: "mail", Channel: survey.Mail, Text: "invitation"},
			{Name: "conversation", Channel: survey.SMS, Text: "invitation", After: 15 * minute, Conversation: true},
			{Name: "call", Channel: survey.Call, Text: "reminder", After: 40 * minute, Tries: 2, Retry: map[survey.Reason]survey.Ladder{
				survey.ReasonBusy: {12 * minute}, survey.ReasonNoAnswer: {25 * minute}, survey.ReasonUnreachable: {25 * minute}}},
			{Name: "mail-reminder", Channel: survey.Mail, Text: "reminder", After: 60 * minute},
		},
	}
}
