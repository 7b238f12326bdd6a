package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// statusLevel says how answers are kept apart from people, where they are.
func (a *app) statusLevel(line func(string, ...any), s dispatch.Standing) {
	switch s.Level {
	case survey.Confidential:
		line(a.t("Giữ kín: câu trả lời tách khỏi tên", "Confidential: answers are kept apart from names"))
	case survey.Anonymous:
		line(a.t("Ẩn danh: đang làm dở %d · đã gửi %d, trong đó chờ mở %d", "Anonymous: begun %d · sent %d, of which %d wait to be released"),
			s.Sealed[survey.ResponseStarted], s.Sealed[survey.ResponseSubmitted], s.Pooled)
	}
}

// statusText is the status for people, without a line break at its end.
func (a *app) statusText(s dispatch.Standing, now time.Time) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintln(&b, folded(fmt.Sprintf(format, args...))) }
	line("%s · %s · %s", s.Name, s.Title[a.lang], a.label("campaign", string(s.State)))
	line(a.t("Bây giờ %s · bắt đầu %s · kết thúc %s", "Now %s · began %s · ends %s"), moment(now), moment(s.LaunchedAt), moment(s.EndsAt))
	a.statusLevel(line, s)
	people, open := 0, 0
	for state, n := range s.Invitations {
		people += n
		if state == survey.InvitationOpen || state == survey.InvitationStarted {
			open += n
		}
	}
	line(a.t("Khung mẫu %d · mẫu %d · còn mở %d", "Frame %d · sample %d · still open %d"), s.Frame, people, open)
	if n := counts(a, "invitation", survey.InvitationMachine().States, s.Invitations); n != "" {
		line("  %s", n)
	}
	for _, d := range slices.Sorted(maps.Keys(s.Closed)) {
		line("  %5d  %-6s %s", s.Closed[d], d, a.label("disposition", string(d)))
	}
	a.outcomeLines(line, s.Outcome.Total)
	a.statusMessages(line, s.Status)
	a.statusWaits(line, s, now)
	a.statusLimits(line, s)
	for _, r := range s.Responses {
		line(a.t("Trả lời bằng %s: %s %d", "Responses by %s: %s %d"), a.label("mode", string(r.Mode)), a.label("response", string(r.State)), r.N)
	}
	if s.ForStaff > 0 {
		line(a.t("! %d lượt gửi chưa rõ chờ cán bộ: canvass campaign doubts %s", "! %d messages in doubt wait for staff: canvass campaign doubts %s"), s.ForStaff, s.Name)
	}
	if s.Erasures > 0 {
		line(a.t("! %d người đề nghị xóa dữ liệu, lâu nhất từ %s, cần người xử lý: canvass contacts erasures",
			"! %d people ask to be erased, the first since %s, which needs a person: canvass contacts erasures"), s.Erasures, moment(s.ErasureSince))
	}
	if n, kinds := a.waitingWords(s.Matters); n > 0 {
		line(a.t("! %d tin chờ đọc (%s): canvass inbox list --campaign %s", "! %d items wait to be read (%s): canvass inbox list --campaign %s"), n, kinds, s.Name)
	}
	for _, x := range s.Arrivals {
		line("%s: %d", a.label("arrival", string(x.State)), x.N)
	}
	return strings.TrimRight(b.String(), "\n")
}

// folded breaks a line of a status to fit a narrow terminal, if it can between its
// parts.
func folded(text string) string {
	const dot = " ·"
	if utf8.RuneCountInString(text) <= screen {
		return text // columns stay
	}
	var lines []string
	line := ""
	for i, part := range strings.Split(text, dot+" ") {
		switch {
		case i == 0:
			line = part
		case utf8.RuneCountInString(line+dot+" "+part+dot) > screen: // another may follow
			lines = append(lines, wrapped(line+dot, 4))
			line = "    " + part
		default:
			line += dot + " " + part
		}
	}
	return strings.Join(append(lines, wrapped(line, 4)), "\n")
}

// statusMessages tells of the two outbound ledgers.
func (a *app) statusMessages(line func(string, ...any), s view.Status) {
	byChannel := map[survey.Channel]map[survey.AttemptState]int{}
	for _, c := range s.Attempts {
		if byChannel[c.Channel] == nil {
			byChannel[c.Channel] = map[survey.AttemptState]int{}
		}
		byChannel[c.Channel][c.State] += c.N
	}
	states := survey.AttemptMachine().States
	for _, ch := range survey.Channels() {
		if n := counts(a, "attempt", states, byChannel[ch]); n != "" {
			line("%s: %s", a.label("channel", string(ch)), n)
		}
	}
	a.statusReturned(line, dispatch.CountReturned(s.Attempts))
	answers := map[survey.AttemptState]int{}
	for _, c := range s.Notices {
		answers[c.State] += c.N
	}
	if n := counts(a, "attempt", states, answers); n != "" {
		line(a.t("Tin đáp lại: %s", "Messages in answer: %s"), n)
	}
}

// statusReturned raises the alarms about mails that came back.
func (a *app) statusReturned(line func(string, ...any), r dispatch.ReturnedMail) {
	if r.Distrusted() {
		line(a.t("! %d trong %d e-mail bị máy chủ thư khác chặn, không phải lỗi của người nhận: canvass doctor",
			"! %d of %d e-mails were blocked by other mail servers, which is not the recipients' fault: canvass doctor"), r.Blocked, r.Handed)
	}
	if r.Stale() {
		line(a.t("! %d trong %d e-mail không tới được vì hộp thư không còn: canvass contacts list --dead",
			"! %d of %d e-mails went to mailboxes that are gone: canvass contacts list --dead"), r.Dead, r.Handed)
	}
}

// counts lists how many there are of each state, in the order of its machine.
func counts[S ~string](a *app, family string, states []S, by map[S]int) string {
	var parts []string
	for _, s := range states {
		if by[s] > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", a.label(family, string(s)), by[s]))
		}
	}
	return strings.Join(parts, " · ")
}

// statusWaits tells what is queued and why it does not leave, and what comes next.
func (a *app) statusWaits(line func(string, ...any), s dispatch.Standing, now time.Time) {
	var parts []string
	for _, w := range s.Waits {
		parts = append(parts, fmt.Sprintf("%s %d", a.label("reason", string(w.Why)), w.N))
	}
	if len(parts) > 0 {
		line(a.t("Đang chờ: %s", "Waiting: %s"), strings.Join(parts, " · "))
	}
	ends := s.State == survey.CampaignClosed || s.State == survey.CampaignArchived
	if ends || len(s.Waits) == 0 {
		return
	}
	next := a.t("chưa rõ", "not known")
	switch {
	case s.NextContact.IsZero():
	case s.NextContact.After(now):
		next = moment(s.NextContact)
	default:
		next = a.t("ngay bây giờ", "now")
	}
	done := a.t("chưa rõ", "not known")
	if !s.Finish.IsZero() {
		done = moment(s.Finish)
	}
	line(a.t("Liên hệ tiếp: %s · gửi xong phần đã lên lịch: %s", "Next contact: %s · what is planned has left: %s"), next, done)
	if !s.Finish.IsZero() && s.Finish.After(s.EndsAt) {
		line(a.t("! Theo nhịp này không gửi kịp trước giờ kết thúc", "! At this pace it will not all leave before the end"))
	}
}

// statusLimits tells of pace, money and the senders that are not simply well.
func (a *app) statusLimits(line func(string, ...any), s dispatch.Standing) {
	var parts []string
	if s.Pace > 0 {
		parts = append(parts, fmt.Sprintf(a.t("nhịp %s tin/phút", "pace %s/min"), a.decimal(s.Pace)))
	}
	if s.Rate > 0 {
		parts = append(parts, fmt.Sprintf(a.t("nhiều nhất %s", "at most %s"), a.rate(s.Rate)))
	}
	switch {
	case s.Budget > 0:
		parts = append(parts, fmt.Sprintf(a.t("đã chi %s trong hạn mức %s, còn %s", "spent %s of %s, left %s"),
			a.amount(s.Spent), a.amount(s.Budget), a.amount(max(s.Budget-s.Spent, 0))))
	case s.Spent > 0:
		parts = append(parts, fmt.Sprintf(a.t("đã chi %s", "spent %s"), a.amount(s.Spent)))
	}
	if len(parts) > 0 {
		line(a.t("Gửi: %s", "Sending: %s"), strings.Join(parts, " · "))
	}
	for _, h := range s.Senders {
		a.statusSender(line, h)
	}
}

// statusSender tells of one of our addresses: whether it rests, and its day.
func (a *app) statusSender(line func(string, ...any), h view.SenderHealth) {
	var parts []string
	if h.State != survey.HealthClosed {
		why := a.label("reason", string(h.Reason))
		if h.Code != "" {
			why += " (" + h.Code + ")"
		}
		parts = append(parts, fmt.Sprintf(a.t("%s từ %s: %s", "%s since %s: %s"), a.label("sender_health", string(h.State)), moment(h.Since), why))
		if !h.Until.IsZero() {
			parts = append(parts, fmt.Sprintf(a.t("thử lại lúc %s", "tries again at %s"), moment(h.Until)))
		}
	}
	if h.DayCap > 0 {
		day := fmt.Sprintf(a.t("hôm nay %d/%d", "today %d/%d"), h.Taken, h.DayCap)
		if h.Warming {
			day += a.t(" (đang tăng dần)", " (warming up)")
		}
		parts = append(parts, day)
	}
	if len(parts) == 0 {
		return
	}
	mark := ""
	if h.State != survey.HealthClosed {
		mark = "! "
	}
	line("%s%s %s: %s", mark, a.label("channel", string(h.Channel)), h.Address, strings.Join(parts, " · "))
}
