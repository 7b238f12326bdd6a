package main

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// exampleStanding is a campaign with something of everything.
func exampleStanding(now time.Time) dispatch.Standing {
	rest := view.SenderHealth{Channel: survey.Mail, Address: "khaosat@lamxuyen.example", State: survey.HealthOpen, Reason: survey.ReasonConfig,
		Code: "535", Since: now.Add(-time.Hour), Until: now.Add(time.Minute)}
	return dispatch.Standing{Outcome: exampleOutcome(6000), Pace: 31.4, Finish: now.Add(50 * time.Hour), Status: view.Status{
		Name: "thang-12", State: survey.CampaignFielding, LaunchedAt: now.Add(-48 * time.Hour), EndsAt: now.Add(49 * time.Hour),
		Title: map[survey.Lang]string{survey.Vietnamese: "Ý kiến tháng 12 về đời sống và việc làm ở cơ sở", survey.English: "Views for December on life and work in the communes"},
		Frame: 20311, Invitations: map[survey.InvitationState]int{survey.InvitationHeld: 1200, survey.InvitationOpen: 6000,
			survey.InvitationStarted: 210, survey.InvitationClosed: 4012, survey.InvitationWithdrawn: 3},
		Closed: map[survey.Disposition]int{survey.Complete: 3100, survey.NonContact: 912},
		Attempts: []view.AttemptCount{{Channel: survey.Mail, State: survey.AttemptDelivered, N: 5012}, {Channel: survey.Mail, State: survey.AttemptQueued, N: 4100},
			{Channel: survey.Mail, State: survey.AttemptUnknown, N: 3}, {Channel: survey.Mail, State: survey.AttemptUndelivered, N: 200},
			{Channel: survey.Mail, State: survey.AttemptFailed, N: 17}, {Channel: survey.Mail, State: survey.AttemptCancelled, N: 1300}},
		Notices:     []view.NoticeCount{{State: survey.AttemptSent, N: 12}, {State: survey.AttemptSent, Reason: survey.ReasonFound, N: 1}},
		Responses:   []view.ResponseCount{{State: survey.ResponseSubmitted, Mode: survey.Web, N: 3100}},
		Arrivals:    []view.ArrivalCount{{State: view.ArrivalParked, N: 2, People: 2}, {State: view.ArrivalUnapplied, N: 4, People: 3}},
		ForStaff:    3,
		NextContact: now.Add(time.Hour), Rate: 0.5, Budget: 2_000_000, Spent: 1_250_350, Recent: 314,
		Waits: []view.WaitCount{{Why: survey.ReasonBudget, N: 11}, {Why: survey.ReasonCap, N: 40}, {Why: survey.ReasonHalted, N: 1200},
			{Why: survey.ReasonWait, N: 2100}, {Why: survey.ReasonWindow, N: 749}},
		Senders: []view.SenderHealth{rest, {Channel: survey.SMS, Address: "+84310000001", State: survey.HealthClosed, DayCap: 200, Taken: 37, Warming: true},
			{Channel: survey.Call, Address: "+84310000002", State: survey.HealthClosed}},
	}}
}

// A status fits a narrow terminal in both languages, and leaves nothing out.
func TestAStatusFitsTheScreen(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 12, 14, 3, 0, 0, 0, time.UTC)
	for lang, wants := range map[string][]string{
		"vi": {"Đang chờ: hết hạn mức chi phí 11 ·", "Gửi: nhịp 31,4 tin/phút · nhiều nhất 30 tin/phút", "đã chi 1.250.350 đồng", "Tin đến chưa xử lý: 4",
			"thử lại lúc 10:01 14/12/2026", "hôm nay 37/200 (đang tăng dần)", "Liên hệ tiếp: 11:00 14/12/2026", "không gửi kịp", "Tin đáp lại: Đã gửi 13"},
		"en": {"Waiting: budget spent 11 ·", "Sending: pace 31.4/min · at most 30/min", "spent 1,250,350 VND of 2,000,000 VND, left 749,650 VND", "Arrivals kept for later: 2", "tries again at 10:01 14/12/2026",
			"today 37/200 (warming up)", "Next contact: 11:00 14/12/2026", "will not all leave before the end"},
	} {
		var got string
		text := spoken(lang, func(a *app) { got = a.statusText(exampleStanding(now), now); a.say("%s", got) })
		for _, l := range strings.Split(got, "\n") {
			if utf8.RuneCountInString(l) > screen {
				t.Errorf("%s: %d columns: %s", lang, utf8.RuneCountInString(l), l)
			}
		}
		text = strings.Join(strings.Fields(text), " ")
		for _, want := range wants {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %q in\n%s", lang, want, got)
			}
		}
		if strings.Contains(got, "+84310000002") {
			t.Errorf("%s: a sender that is well and has no limit is no news:\n%s", lang, got)
		}
	}
}

func TestAQuietStatusIsShort(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 12, 14, 3, 0, 0, 0, time.UTC)
	s := dispatch.Standing{Status: view.Status{Name: "thang-12", State: survey.CampaignPaused, EndsAt: now.Add(time.Hour),
		Waits: []view.WaitCount{{Why: survey.ReasonPaused, N: 5}}}}
	got := spoken("en", func(a *app) { a.say("%s", a.statusText(s, now)) })
	if n := strings.Count(got, "\n"); n != 5 || !strings.Contains(got, "Next contact: not known · what is planned has left: not known") {
		t.Errorf("%d lines:\n%s", n, got)
	}
}
