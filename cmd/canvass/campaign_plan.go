package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"canvass/dispatch"
	"canvass/dispatch/smstext"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

type planFlags struct {
	at      string
	answer  string
	people  bool
	samples bool
}

func (a *app) planManual() string {
	return a.t(`Khảo sát chưa khởi động thì tính như khi khởi động vào giờ --at: cùng khung mẫu,
cùng mẫu, cùng quy trình. Khảo sát đang thu thập thì tính những lượt mời còn mở
từ bây giờ. Giả định: thư và tin đều tới, không ai nghe máy, không ai trả lời;
nghĩa là nhiều việc nhất có thể; --answering bớt đi phần coi như sẽ trả lời.
Nhịp gửi, giới hạn ngày và hạn mức chi phí đều được tính; hai người chung một
máy, nhịp của từng máy chủ thư và khảo sát khác cùng nơi gửi thì không.

--people  mỗi người một dòng: mã, bước, kênh, giờ; người không nhận gì có lý do
--json    campaign, launched, at, answering, ends, frame, sample, people,
          contacted, never, first, total, days, steps, finish, late, held,
          paces, cost, unpriced, spent, budget, budget_ends, other_campaigns,
          samples, lints`,
		`A campaign that is not launched is planned as if it were launched at --at: the
same frame, the same sample, the same protocol. One in the field is planned from
now on, with the cases that are open. Assumed: every mail and text arrives,
nobody takes a call, nobody answers; that is the most work there can be, and
--answering takes a share off it. Rates, day limits and the budget are heeded;
phones that two people share, the pace of single mail servers and other
campaigns by the same senders are not.

--people  a line per person: code, step, channel, time; or why there is none
--json    campaign, launched, at, answering, ends, frame, sample, people,
          contacted, never, first, total, days, steps, finish, late, held,
          paces, cost, unpriced, spent, budget, budget_ends, other_campaigns,
          samples, lints`)
}

func (a *app) campaignPlan() *cobra.Command {
	var f planFlags
	cmd := a.withJSON(&cobra.Command{
		Use:   "plan NAME",
		Short: a.t("Chạy thử trên giấy: ai nhận gì, khi nào, tốn bao nhiêu; không ghi gì", "The dry run: who gets what when, and what it costs; writes nothing"),
		Long:  a.planManual(),
		Example: `  canvass campaign plan thang-12
  canvass campaign plan thang-12 --at "15/12/2026 08:00" --samples`,
		Args: cobra.ExactArgs(1),
	})
	cmd.Flags().StringVar(&f.at, "at", "", a.t(`giờ khởi động, như "15/12/2026 08:00"; mặc định là bây giờ`, `when it would be launched, such as "15/12/2026 08:00"; now if empty`))
	cmd.Flags().StringVar(&f.answer, "answering", "", a.t("phần người coi như sẽ trả lời, như 30%; mặc định là không ai", "the share of people taken to answer, such as 30%; nobody if empty"))
	cmd.Flags().BoolVar(&f.people, "people", false, a.t("mỗi người một dòng", "a line per person"))
	cmd.Flags().BoolVar(&f.samples, "samples", false, a.t("kèm lời của từng tin", "with the words of every message"))
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		var at time.Time
		if f.at != "" {
			var ok bool
			if at, ok = readMoment(f.at); !ok {
				return wrongUsage(cmd, "--at "+f.at+" (15/12/2026 08:00)")
			}
		}
		answering, ok := readPercent(f.answer)
		if !ok {
			return wrongUsage(cmd, "--answering "+f.answer+" (30%)")
		}
		return a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
			r, err := e.forecastOf(ctx, args[0], at)
			r.Answering = answering
			if err != nil {
				return err
			}
			if f.people {
				return a.planPeople(ctx, e, r)
			}
			plan, err := dispatch.Foretell(ctx, e.db, r)
			if err != nil {
				return err
			}
			return a.tellPlan(plan, f.samples)
		})(cmd, args)
	}
	return cmd
}

// readPercent reads 30% or 30 as 0.3, and nothing as 0.
func readPercent(text string) (float64, bool) {
	if text == "" {
		return 0, true
	}
	n, err := strconv.ParseFloat(strings.ReplaceAll(strings.TrimSuffix(text, "%"), ",", "."), 64)
	return n / 100, err == nil && n >= 0 && n <= 100
}

// forecastOf asks about a campaign from a time on, or from now.
func (e *engine) forecastOf(ctx context.Context, name string, at time.Time) (dispatch.ForecastRequest, error) {
	h, err := e.workshop(ctx, e.publicAddress(nil))
	if err != nil {
		return dispatch.ForecastRequest{Campaign: name}, err
	}
	return h.forecastRequest(ctx, name, at)
}

// forecastRequest does, for a process that has its workshop.
func (h *house) forecastRequest(ctx context.Context, name string, at time.Time) (dispatch.ForecastRequest, error) {
	r := dispatch.ForecastRequest{Campaign: name, At: at, Rates: h.cfg.Rates, Speed: h.clock.BusinessFor(time.Second).Seconds()}
	if at.IsZero() {
		r.At = h.order(name).Now
	}
	var err error
	if r.AddressKeys, err = h.addressKeys(ctx); err != nil {
		return r, err
	}
	w := h.worker()
	r.Word = func(ctx context.Context, s view.Specimen) (dispatch.Worded, error) {
		m, err := w.Example(ctx, s)
		if err != nil || s.Sender.Channel == survey.Mail {
			return dispatch.Worded{Subject: m.Subject, Body: m.Text, StopLink: m.UnsubscribeURL}, err
		}
		size := smstext.Count(m.Body)
		return dispatch.Worded{Body: m.Body, Segments: size.Segments, Wide: size.Encoding != smstext.GSM7}, nil
	}
	return r, nil
}

// plannedLine is one contact of campaign plan --people, or why there is none.
type plannedLine struct {
	Contact string         `json:"contact"`
	ID      int64          `json:"id"`
	Step    string         `json:"step,omitempty"`
	Try     int            `json:"try,omitempty"`
	Channel survey.Channel `json:"channel,omitempty"`
	At      *time.Time     `json:"at,omitempty"`
	// Segments of a text, and what the message costs in đồng.
	Segments int           `json:"segments,omitempty"`
	Cost     int64         `json:"cost,omitempty"`
	Reason   survey.Reason `json:"reason,omitempty"`
}

// planPeople tells of everybody, some thousand at a time.
func (a *app) planPeople(ctx context.Context, e *engine, r dispatch.ForecastRequest) error {
	var batch []dispatch.Planned
	flush := func() error {
		ids := make([]survey.ContactID, len(batch))
		for i, p := range batch {
			ids[i] = p.ContactID
		}
		codes, err := e.db.ContactCodes(ctx, ids)
		if err != nil {
			return err
		}
		for _, p := range batch {
			if err := a.planPerson(p, codes[p.ContactID]); err != nil {
				return err
			}
		}
		batch = batch[:0]
		return nil
	}
	r.Each = func(p dispatch.Planned) error {
		batch = append(batch, p)
		if len(batch) < 1000 {
			return nil
		}
		return flush()
	}
	plan, err := dispatch.Foretell(ctx, e.db, r)
	if err != nil {
		return err
	}
	if err := flush(); err != nil {
		return err
	}
	return plan.Refused
}

func (a *app) planPerson(p dispatch.Planned, code string) error {
	lines := []plannedLine{{Contact: code, ID: int64(p.ContactID), Reason: p.Why}}
	if len(p.Contacts) > 0 {
		lines = lines[:0]
	}
	for i, c := range p.Contacts {
		lines = append(lines, plannedLine{Contact: code, ID: int64(p.ContactID), Step: c.Step.Name, Try: c.Try, Channel: c.Step.Channel, At: &c.At,
			Segments: p.Amounts[i].Segments, Cost: p.Amounts[i].Cost})
	}
	for _, l := range lines {
		switch {
		case a.json:
			if err := a.data(l); err != nil {
				return err
			}
		case l.At == nil:
			a.say("%-12s %s", l.Contact, a.label("reason", string(l.Reason)))
		default:
			a.say("%s", strings.TrimRight(fmt.Sprintf("%-12s %s  %-14s %s%s", l.Contact, moment(*l.At), l.Step, a.label("channel", string(l.Channel)), a.plannedSize(l)), " "))
		}
	}
	return nil
}

// plannedSize is what one message takes and costs, where it is a text or costs
// something.
func (a *app) plannedSize(l plannedLine) string {
	size := ""
	if l.Segments > 0 {
		size += a.t(" · số đoạn tin ", " · segments ") + a.number(l.Segments)
	}
	if l.Cost > 0 {
		size += " · " + a.amount(l.Cost)
	}
	return size
}

// tellPlan prints a plan. What a launch would be refused for comes first, and
// fails the command.
func (a *app) tellPlan(p dispatch.Forecast, samples bool) error {
	if a.json {
		if err := a.data(p); err != nil {
			return err
		}
		return p.Refused
	}
	if p.Refused != nil {
		a.say(a.t("! Khởi động lúc này sẽ bị từ chối; lý do ở cuối.", "! A launch would be refused now; why stands at the end."))
	}
	a.planHead(p)
	a.planNever(p)
	a.planDays(p)
	a.planSteps(p)
	a.planPaces(p)
	a.planSamples(p, samples)
	for _, l := range p.Lints {
		where := strings.TrimSpace(l.Step + " " + string(l.Lang))
		if ch := survey.Channel(l.Step); ch.Valid() {
			where = a.label("channel", l.Step)
		}
		if l.People > 0 {
			where += " (" + a.number(l.People) + ")"
		}
		a.say("! %s: %s%s", where, a.label("lint", string(l.Code)), detail(l))
	}
	return p.Refused
}

func detail(l dispatch.Lint) string {
	if l.Detail == "" {
		return ""
	}
	return " (" + l.Detail + ")"
}

// planHead says it all in three lines, and then from when to when, the least, and
// what holds things up.
func (a *app) planHead(p dispatch.Forecast) {
	if p.Launched {
		a.say(a.t("%s: còn mở %s, được liên hệ từ nay %s", "%s: still open %s, contacted from now on %s"), p.Campaign, a.number(p.People), a.number(p.Contacted))
	} else {
		a.say(a.t("%s: khung mẫu %s, mẫu %s, được liên hệ %s", "%s: frame %s, sample %s, contacted %s"), p.Campaign,
			a.number(p.Frame), a.number(p.Sample), a.number(p.Contacted))
	}
	most, least := map[survey.Channel]int{}, p.First
	for ch, sum := range p.Total {
		most[ch] = sum.N
	}
	a.say(a.t("Nhiều nhất: %s", "At most: %s"), a.byChannel(most))
	a.say(a.t("Gửi xong %s · chi phí %s", "Sent by %s · cost %s"), moment(p.Finish), a.amount(p.Cost))
	if len(p.Unpriced) > 0 {
		a.say(a.t("  chưa gồm nơi gửi không rõ giá: %s (canvass price set)", "  without senders whose price is not known: %s (canvass price set)"), strings.Join(p.Unpriced, ", "))
	}
	a.say(a.t("Ít nhất, mỗi người một lần: %s", "At least, one contact each: %s"), a.byChannel(least))
	from := a.t("Khởi động", "Launch")
	if p.Launched {
		from = a.t("Tính từ", "Planned from")
	}
	a.say(a.t("%s %s, kết thúc %s", "%s %s, end %s"), from, moment(p.At), moment(p.Ends))
	if p.Answering > 0 {
		a.say(a.t("Coi như %s%% trả lời, mỗi người sau một lần liên hệ nào đó của mình", "Taken to answer: %s%%, each after one contact or another of theirs"), a.decimal(100*p.Answering))
	}
	a.planBounds(p)
}

// byChannel lists counts by channel.
func (a *app) byChannel(n map[survey.Channel]int) string {
	var parts []string
	for _, ch := range survey.Channels() {
		if n[ch] > 0 {
			parts = append(parts, a.label("channel", string(ch))+" "+a.number(n[ch]))
		}
	}
	return cmp.Or(strings.Join(parts, ", "), a.t("không có gì", "nothing"))
}

// planBounds says what bounds the campaign: budget, rates, days.
func (a *app) planBounds(p dispatch.Forecast) {
	if p.Budget > 0 {
		a.say(a.t("Hạn mức %s, đã chi %s", "Budget %s, spent %s"), a.amount(p.Budget), a.amount(p.Spent))
	}
	if !p.BudgetEnds.IsZero() {
		a.say(a.t("! Hết hạn mức lúc %s: những liên hệ sau đó phải chờ.", "! The budget ends at %s: contacts after it wait."), moment(p.BudgetEnds))
	}
	for _, why := range slices.Sorted(maps.Keys(p.Held)) {
		a.say(a.t("  có tin phải chờ trong %s phút: %s", "  something waits in %s minutes: %s"), a.number(p.Held[why]), a.label("reason", string(why)))
	}
	if p.Others > 0 {
		a.say(a.t("  chưa tính %d khảo sát khác dùng chung nơi gửi", "  not counted: %d other campaigns by the same senders"), p.Others)
	}
}

// planPaces shows the paces that have a limit.
func (a *app) planPaces(p dispatch.Forecast) {
	t := a.table(a.t("Nhịp của", "Pace of"), a.t("Giới hạn/giây", "Limit/s"), a.t("Cao nhất/giây", "Peak/s"), a.t("Số phút chờ", "Minutes waited"))
	limited := false
	for _, pace := range p.Paces {
		if pace.Rate > 0 {
			limited = true
			name := pace.Name
			if pace.Channel != "" {
				name += " (" + a.label("channel", string(pace.Channel)) + ")"
			}
			t.row(name, a.decimal(pace.Rate), a.decimal(pace.Peak), a.number(pace.Held))
		}
	}
	if limited {
		_ = t.end()
	}
}

func (a *app) planNever(p dispatch.Forecast) {
	for _, why := range slices.Sorted(maps.Keys(p.Never)) {
		a.say(a.t("  %5d  không bao giờ được liên hệ: %s", "  %5d  never contacted: %s"), p.Never[why], a.label("reason", string(why)))
	}
}

func (a *app) planDays(p dispatch.Forecast) {
	t := a.table(a.t("Ngày", "Day"), a.t("Kênh", "Channel"), a.t("Số tin", "Messages"), a.t("Đoạn tin", "Segments"), a.t("Chi phí", "Cost"))
	for _, d := range p.Days {
		segments := ""
		if d.Channel == survey.SMS {
			segments = a.number(d.Segments)
		}
		t.row(fmt.Sprintf("%02d/%02d/%d", d.Date.Day, int(d.Date.Month), d.Date.Year), a.label("channel", string(d.Channel)), a.number(d.N), segments, a.amount(d.Cost))
	}
	_ = t.end()
}

func (a *app) planSteps(p dispatch.Forecast) {
	t := a.table(a.t("Bước", "Step"), a.t("Kênh", "Channel"), a.t("Số tin", "Messages"), a.t("Từ", "From"), a.t("Đến", "To"))
	for _, s := range p.Steps {
		t.row(s.Step, a.label("channel", string(s.Channel)), a.number(s.N), moment(s.First), moment(s.Last))
	}
	_ = t.end()
}

func (a *app) planSamples(p dispatch.Forecast, words bool) {
	for _, s := range p.Samples {
		size := ""
		if s.Channel == survey.SMS {
			size = a.t(" · số đoạn tin ", " · segments ") + a.number(s.Segments)
		}
		kind := a.t("người nhận", "people")
		if s.Worst {
			kind = a.t("người nhận, bản dài nhất", "people, the longest")
		}
		a.say("%s (%s): %s %s%s", s.Step, s.Lang, a.number(s.People), kind, size)
		if words {
			a.say("  %s", strings.ReplaceAll(strings.TrimSpace(s.Subject+"\n"+s.Body), "\n", "\n  "))
		}
	}
}
