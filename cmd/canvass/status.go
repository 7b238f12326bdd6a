package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

func (a *app) campaignStatus() *cobra.Command {
	var once bool
	cmd := a.withJSON(&cobra.Command{
		Use:   "status NAME",
		Short: a.t("Khảo sát đang ở đâu; trong trình lệnh thì cập nhật liên tục", "How a campaign stands; in a terminal it is kept up to date"),
		Args:  cobra.ExactArgs(1),
		RunE: a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
			if a.json || once || !terminal(a.out.w) {
				if a.json {
					s, err := dispatch.StatusInFull(ctx, e.db, args[0])
					if err != nil {
						return err
					}
					return a.data(s)
				}
				s, err := dispatch.Status(ctx, e.db, args[0])
				if err != nil {
					return err
				}
				a.say("%s", a.statusText(s, e.clock.Now()))
				return nil
			}
			return e.watchStatus(ctx, args[0])
		}),
	})
	cmd.Flags().BoolVar(&once, "once", false, a.t("in một lần rồi thôi", "print it once"))
	return cmd
}

// terminal reports whether somebody looks at w.
func terminal(w any) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// watchStatus draws the status over itself until the campaign is closed or the
// person has seen enough. Looking takes a tenth of the time at most: with hundreds
// of thousands of cases it is not free.
func (e *engine) watchStatus(ctx context.Context, name string) error {
	lines := 0
	for {
		began := time.Now()
		s, err := dispatch.Status(ctx, e.db, name)
		took := time.Since(began)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		text := e.app.statusText(s, e.clock.Now())
		if lines > 0 {
			fmt.Fprintf(e.app.out, "\x1b[%dA\x1b[J", lines) // back to its first line, and clear
		}
		e.app.say("%s", text)
		lines = strings.Count(text, "\n") + 1
		if s.State == survey.CampaignClosed || s.State == survey.CampaignArchived {
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(max(time.Second, 9*took)):
		}
	}
}

// statusText is the status for people, without a line break at its end.
func (a *app) statusText(s dispatch.Standing, now time.Time) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("%s · %s · %s", s.Name, s.Title[a.lang], a.label("campaign", string(s.State)))
	line(a.t("Bây giờ %s · bắt đầu %s · kết thúc %s", "Now %s · began %s · ends %s"), moment(now), moment(s.LaunchedAt), moment(s.EndsAt))
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
	for _, r := range s.Responses {
		line(a.t("Trả lời bằng %s: %s %d", "Responses by %s: %s %d"), a.label("mode", string(r.Mode)), a.label("response", string(r.State)), r.N)
	}
	if s.ForStaff > 0 {
		line(a.t("! %d lượt gửi chưa rõ chờ cán bộ: canvass campaign doubts %s", "! %d messages in doubt wait for staff: canvass campaign doubts %s"), s.ForStaff, s.Name)
	}
	if s.Unapplied > 0 {
		line(a.t("Tin đến chưa xử lý: %d", "Arrivals not applied yet: %d"), s.Unapplied)
	}
	return strings.TrimRight(b.String(), "\n")
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
	if n := counts(a, "attempt", states, s.Notices); n != "" {
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
