package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// seriesShown is what series show prints.
type seriesShown struct {
	Series      string              `json:"series"`
	State       survey.SeriesState  `json:"state"`
	PausedAt    time.Time           `json:"paused_at,omitzero"`
	PauseReason survey.Reason       `json:"pause_reason,omitempty"`
	Note        string              `json:"note,omitempty"`
	Seed        uint64              `json:"seed"`
	Rule        survey.Recurrence   `json:"rule"`
	Start       survey.WaveStart    `json:"start"`
	Late        survey.LatePolicy   `json:"late"`
	LateAfter   survey.Span         `json:"late_after"`
	Rotation    *survey.Rotation    `json:"rotation,omitempty"`
	Rest        survey.Span         `json:"rest,omitempty"`
	Waves       []waveShown         `json:"waves"`
	Next        []dispatch.Upcoming `json:"next"`
}

// waveShown is one wave of it.
type waveShown struct {
	Date          survey.Date          `json:"date"`
	At            time.Time            `json:"at"`
	State         survey.WaveState     `json:"state"`
	Reason        survey.Reason        `json:"reason"`
	Actor         string               `json:"actor"`
	Note          string               `json:"note,omitempty"`
	Campaign      string               `json:"campaign,omitempty"`
	CampaignState survey.CampaignState `json:"campaign_state,omitempty"`
	EndsAt        time.Time            `json:"ends_at,omitzero"`
	Failures      int                  `json:"failures,omitempty"`
	RetryAt       time.Time            `json:"retry_at,omitzero"`
	Faults        []survey.Fault       `json:"faults,omitempty"`
}

func shownOf(s dispatch.SeriesShown) seriesShown {
	out := seriesShown{Series: s.Series.Name, State: s.Series.State, PausedAt: s.Series.PausedAt, PauseReason: s.Series.PauseReason,
		Note: s.Series.Note, Seed: s.Series.Seed, Rule: s.Spec.Rule, Start: s.Spec.Policy.Start, Late: s.Spec.Policy.Late,
		LateAfter: survey.Span(s.Spec.Policy.After), Rotation: s.Spec.Campaign.Design.Rotation, Rest: s.Spec.Campaign.Design.Rest,
		Waves: make([]waveShown, len(s.Waves)), Next: s.Next}
	for i, w := range s.Waves {
		out.Waves[i] = waveShown{Date: w.Date, At: w.At, State: w.State, Reason: w.Reason, Actor: w.Actor, Note: w.Note,
			Campaign: w.Campaign, CampaignState: w.CampaignState, EndsAt: w.EndsAt, Failures: w.Failures, Faults: w.Faults}
		if w.Failures > 0 && trying(w) {
			out.Waves[i].RetryAt = w.RetryAt
		}
	}
	return out
}

// trying reports whether the scheduler is still at work on a wave.
func trying(w view.WaveLine) bool {
	return w.State == survey.WaveDue || w.State == survey.WavePrepared
}

func (a *app) seriesShow() *cobra.Command {
	var count int
	cmd := a.withJSON(&cobra.Command{
		Use:   "show NAME",
		Short: a.t("Các đợt đã qua, khảo sát của mỗi đợt, và các ngày sắp tới", "The waves that were, the campaign of each, and the dates to come"),
		Args:  cobra.ExactArgs(1),
		RunE: a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
			s, err := dispatch.ShowSeries(ctx, e.db, args[0], e.clock.Now(), count)
			if err != nil {
				return err
			}
			if a.json {
				return a.data(shownOf(s))
			}
			return a.saySeries(s)
		}),
	})
	cmd.Flags().IntVar(&count, "count", 3, a.t("số ngày sắp tới", "how many dates to come"))
	return cmd
}

// saySeries prints a series for people.
func (a *app) saySeries(s dispatch.SeriesShown) error {
	a.say("%s · %s · %s", s.Series.Name, a.label("series", string(s.Series.State)), a.ruleWords(s.Spec.Rule))
	if s.Series.State == survey.SeriesPaused {
		a.say(a.t("  tạm dừng từ %s: %s", "  paused since %s: %s"), moment(s.Series.PausedAt),
			firstOf(s.Series.Note, a.label("reason", string(s.Series.PauseReason))))
	}
	a.say("  %s", a.policyWords(s.Spec))
	if len(s.Waves) > 0 {
		t := a.table(a.t("ĐỢT", "WAVE"), a.t("GIỜ", "AT"), a.t("TRẠNG THÁI", "STATE"), a.t("VÌ SAO", "WHY"), a.t("KHẢO SÁT", "CAMPAIGN"), "")
		for _, w := range s.Waves {
			state := ""
			if w.Campaign != "" {
				state = a.label("campaign", string(w.CampaignState))
			}
			t.row(w.Date, moment(w.At), a.label("wave", string(w.State)), a.waveWhy(w), w.Campaign, state)
		}
		if err := t.end(); err != nil {
			return err
		}
		a.sayTroubles(s)
	}
	return a.sayUpcoming(s.Next)
}

// waveWhy says why a wave stands where it stands, and by whom if by a person.
func (a *app) waveWhy(w view.WaveLine) string {
	why := a.label("reason", string(w.Reason))
	if w.Reason == survey.ReasonStaff {
		why = w.Actor
	}
	if w.Note != "" {
		why += ": " + w.Note
	}
	return why
}

// sayTroubles tells what waits for staff, and what could not be held and why.
func (a *app) sayTroubles(s dispatch.SeriesShown) {
	for _, w := range s.Waves {
		for _, f := range w.Faults {
			a.say("  ! %s: %s", w.Date, a.words(f.Err()))
		}
		switch {
		case w.State == survey.WaveAsked:
			a.say(a.t("  ! %[2]s chờ cán bộ: canvass series run %[1]s %[2]s, hoặc canvass series skip %[1]s %[2]s --reason …",
				"  ! %[2]s waits for staff: canvass series run %[1]s %[2]s, or canvass series skip %[1]s %[2]s --reason …"), s.Series.Name, w.Date)
		case w.Failures > 0 && trying(w):
			a.say(a.t("  ! %s: lần thử thứ %d chưa được, thử lại lúc %s", "  ! %s: try %d failed, the next is at %s"), w.Date, w.Failures, moment(w.RetryAt))
		}
	}
}

func (a *app) sayUpcoming(next []dispatch.Upcoming) error {
	if len(next) == 0 {
		a.say(a.t("Không còn ngày nào sắp tới.", "There are no dates to come."))
		return nil
	}
	t := a.table(a.t("SẮP TỚI", "TO COME"), a.t("GIỜ", "AT"), a.t("KHẢO SÁT", "CAMPAIGN"))
	for _, o := range next {
		t.row(o.Date, moment(o.At), o.Campaign)
	}
	return t.end()
}

func (a *app) seriesPreview() *cobra.Command {
	var count int
	cmd := a.withJSON(&cobra.Command{
		Use:     "preview NAME",
		Short:   a.t("Các ngày sắp tới", "The dates to come"),
		Example: "  canvass series preview hang-thang --count 12",
		Args:    cobra.ExactArgs(1),
		RunE: a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
			s, err := dispatch.ShowSeries(ctx, e.db, args[0], e.clock.Now(), count)
			if err != nil {
				return err
			}
			if a.json {
				return each(a, s.Next)
			}
			return a.sayUpcoming(s.Next)
		}),
	})
	cmd.Flags().IntVar(&count, "count", 12, a.t("bao nhiêu ngày", "how many"))
	return cmd
}

// policyWords says how the waves of a series begin, and how they share the frame.
func (a *app) policyWords(s dispatch.SeriesSpec) string {
	start := a.t("soạn sẵn rồi chờ cán bộ", "prepared, and waits for staff")
	if s.Policy.Start == survey.StartLaunch {
		start = a.t("tự bắt đầu", "begins by itself")
	}
	late := map[survey.LatePolicy]string{
		survey.LateSkip: a.t("không làm", "not held"),
		survey.LateRun:  a.t("vẫn làm", "held all the same"),
		survey.LateAsk:  a.t("hỏi cán bộ", "staff are asked"),
	}[s.Policy.Late]
	parts := []string{start, fmt.Sprintf(a.t("trễ quá %s thì %s", "later than %s: %s"), a.span(survey.Span(s.Policy.After)), late)}
	if r := s.Campaign.Design.Rotation; r != nil {
		parts = append(parts, a.rotationWords(*r))
	}
	if rest := s.Campaign.Design.Rest; rest > 0 {
		parts = append(parts, fmt.Sprintf(a.t("được mời rồi thì nghỉ %s", "who was invited rests for %s"), a.span(rest)))
	}
	return strings.Join(parts, " · ")
}

// rotationWords says whom a wave asks, after the one before.
func (a *app) rotationWords(r survey.Rotation) string {
	switch {
	case r.Overlap == nil:
		return fmt.Sprintf(a.t("mỗi đợt hỏi %d trong %d nhóm", "each wave asks %d of %d groups"), r.Stay, r.Groups)
	case *r.Overlap == 0:
		return a.t("đợt sau hỏi người khác", "the next wave asks others")
	case *r.Overlap == 1:
		return a.t("đợt sau hỏi lại những người cũ", "the next wave asks the same people")
	}
	return fmt.Sprintf(a.t("đợt sau hỏi lại khoảng %s mẫu", "the next wave asks about %s of the sample again"), a.share(r.Overlap))
}

// ruleWords says a rule of dates for people.
func (a *app) ruleWords(r survey.Recurrence) string {
	parts := []string{a.everyWords(r), a.onWords(r.On, r.Unit)}
	switch r.Unit {
	case survey.EveryQuarter:
		parts = append(parts, fmt.Sprintf(a.t("tháng thứ %d của quý", "in month %d of the quarter"), r.Month))
	case survey.EveryYear:
		parts = append(parts, fmt.Sprintf(a.t("tháng %d", "in %s"), a.month(r.Month)))
	}
	parts = append(parts, fmt.Sprintf(a.t("lúc %s (%s)", "at %s (%s)"), r.At, r.Zone))
	if r.WorkingDay {
		parts = append(parts, a.t("ngày nghỉ thì dời sang ngày làm việc kế tiếp", "moved to the next working day"))
	}
	switch {
	case !r.Until.IsZero():
		parts = append(parts, fmt.Sprintf(a.t("đến %s", "until %s"), r.Until))
	case r.Count > 0:
		parts = append(parts, fmt.Sprintf(a.t("%d lần", "%d times"), r.Count))
	}
	return strings.Join(parts, ", ")
}

// month is a month's number in Vietnamese, its name in English.
func (a *app) month(n int) any {
	if a.lang == survey.Vietnamese {
		return n
	}
	return time.Month(n).String()
}

func (a *app) everyWords(r survey.Recurrence) string {
	type words struct{ one, viOne, many, viMany string }
	w := map[survey.RecurUnit]words{
		survey.EveryWeek:    {"every week", "hằng tuần", "every %d weeks", "%d tuần một lần"},
		survey.EveryMonth:   {"every month", "hằng tháng", "every %d months", "%d tháng một lần"},
		survey.EveryQuarter: {"every quarter", "hằng quý", "every %d quarters", "%d quý một lần"},
		survey.EveryYear:    {"every year", "hằng năm", "every %d years", "%d năm một lần"},
	}[r.Unit]
	if r.Every == 1 {
		return a.t(w.viOne, w.one)
	}
	return fmt.Sprintf(a.t(w.viMany, w.many), r.Every)
}

func (a *app) onWords(on survey.RecurDay, unit survey.RecurUnit) string {
	weekday := a.t([]string{"Chủ nhật", "thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy"}[on.Weekday], on.Weekday.String())
	switch {
	case unit == survey.EveryWeek:
		return fmt.Sprintf(a.t("%s", "on %s"), weekday)
	case on.Nth == survey.LastOne:
		return fmt.Sprintf(a.t("%s cuối cùng của tháng", "on the last %s"), weekday)
	case on.Nth > 0:
		return fmt.Sprintf(a.t("%[2]s lần thứ %[1]d trong tháng", "on the %[3]s %[2]s"), on.Nth, weekday, []string{"", "1st", "2nd", "3rd", "4th"}[on.Nth])
	case on.Day == survey.LastOne:
		return a.t("ngày cuối tháng", "on the last day")
	}
	return fmt.Sprintf(a.t("ngày %d", "on day %d"), on.Day)
}
