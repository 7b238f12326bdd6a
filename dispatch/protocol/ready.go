package protocol

import (
	"time"

	"canvass/dispatch/survey"
)

// The zone of the ready protocols, and their units of time.
const (
	zone   = "Asia/Ho_Chi_Minh"
	minute = survey.Span(time.Minute)
	hour   = 60 * minute
	day    = 24 * hour
)

// ReadyNames lists the protocols that Ready knows.
func ReadyNames() []string { return []string{"monthly", "urgent", "short"} }

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
// (a call that nobody takes apart), each in another form than the one before, and
// eight in 30 days whoever asks. Whom no mail can have reached gets the link by
// SMS at once. Nobody is contacted on a public holiday.
func Monthly() survey.Protocol {
	return survey.Protocol{
		Name: "monthly", Zone: zone, Length: 7 * day, Gap: 20 * hour, Windows: lawfulHours(), DayCaps: lawfulPerDay(),
		WaveCap: 5, MonthCap: 8, Holidays: []string{calendarVN},
		Steps: []survey.Step{
			{Name: "mail", Channel: survey.Mail, Text: survey.TextInvitation, Tries: 2, Retry: map[survey.Reason]survey.Ladder{
				survey.ReasonSoftBounce: {day}, survey.ReasonTriesSpent: {day}}},
			{Name: "sms", Channel: survey.SMS, Text: survey.TextInvitation, Only: survey.OnlyUnreached},
			{Name: "sms-reminder", Channel: survey.SMS, Text: survey.TextReminder, After: day},
			{Name: "conversation", Channel: survey.SMS, Text: survey.TextReminder, After: 3 * day, Conversation: true},
			// The wait after no answer leads to another part of the next day.
			{Name: "call", Channel: survey.Call, Text: survey.TextReminder, After: 4 * day, Tries: 2, Retry: map[survey.Reason]survey.Ladder{
				survey.ReasonBusy: {day}, survey.ReasonUnreachable: {day}, survey.ReasonTriesSpent: {day},
				survey.ReasonNoAnswer: {27 * hour}, survey.ReasonMachine: {27 * hour}, survey.ReasonHungUp: {27 * hour},
				survey.ReasonOurSide: {day}}},
			{Name: "mail-last", Channel: survey.Mail, Text: survey.TextLast, After: 5 * day},
		},
	}
}

// Urgent is the protocol of an urgent question: a day, the first question by SMS
// and by mail at once. A short field period favours those who are quick; the
// report has to say so. It keeps Tết free, and no other holiday: what is urgent
// on 2 September is asked on 2 September.
func Urgent() survey.Protocol {
	return survey.Protocol{
		Name: "urgent", Zone: zone, Length: day, Gap: hour / 2, Windows: lawfulHours(), DayCaps: lawfulPerDay(),
		MonthCap: 8, Holidays: []string{calendarTet},
		Steps: []survey.Step{
			{Name: "conversation", Channel: survey.SMS, Text: survey.TextInvitation, Conversation: true},
			{Name: "mail", Channel: survey.Mail, Text: survey.TextInvitation},
			{Name: "sms-reminder", Channel: survey.SMS, Text: survey.TextReminder, After: 3 * hour},
			{Name: "call", Channel: survey.Call, Text: survey.TextReminder, After: 8 * hour},
			{Name: "sms-last", Channel: survey.SMS, Text: survey.TextLast, After: 20 * hour},
		},
	}
}

// Short is the protocol of a demonstration or a drill: two hours, all three
// modes. It calls twice in a day, so it is for simulators and volunteers.
func Short() survey.Protocol {
	caps := lawfulPerDay()
	caps[survey.Call] = 2
	return survey.Protocol{
		Name: "short", Zone: zone, Length: 2 * hour, Gap: 10 * minute, Windows: lawfulHours(), DayCaps: caps,
		Loosened: map[survey.Loosening]string{survey.LoosenCallPerDay: "diễn tập với máy mô phỏng và người tình nguyện"},
		Steps: []survey.Step{
			{Name: "mail", Channel: survey.Mail, Text: survey.TextInvitation},
			{Name: "conversation", Channel: survey.SMS, Text: survey.TextInvitation, After: 15 * minute, Conversation: true},
			{Name: "call", Channel: survey.Call, Text: survey.TextReminder, After: 40 * minute, Tries: 2, Retry: map[survey.Reason]survey.Ladder{
				survey.ReasonBusy: {12 * minute}, survey.ReasonNoAnswer: {25 * minute}, survey.ReasonUnreachable: {25 * minute},
				survey.ReasonOurSide: {12 * minute}}},
			{Name: "mail-reminder", Channel: survey.Mail, Text: survey.TextReminder, After: 60 * minute},
		},
	}
}
