package main

import (
	"context"
	"crypto/rand"
	"time"

	"github.com/spf13/cobra"

	"canvass/dispatch"
	"canvass/dispatch/survey"
)

func (a *app) series() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "series",
		Short: a.t("Khảo sát định kỳ: mỗi ngày của lịch là một đợt", "Repeated surveys: each date of a rule is a wave"),
		Args:  cobra.NoArgs,
		RunE:  a.group,
	}
	cmd.AddCommand(
		a.seriesCreate(), a.seriesList(), a.seriesShow(), a.seriesPreview(), a.seriesRun(), a.seriesSkip(),
		a.seriesMove("pause", a.t("Tạm dừng: không bắt đầu đợt nào; các ngày trôi qua trong lúc này không làm",
			"Begin no waves for now; dates that pass meanwhile are not held"), dispatch.PauseSeries),
		a.seriesMove("resume", a.t("Chạy tiếp khảo sát định kỳ đang tạm dừng", "Take up a paused series"), dispatch.ResumeSeries),
		a.seriesMove("end", a.t("Kết thúc hẳn: không còn đợt nào nữa; khảo sát đang thu thập vẫn tiếp tục",
			"End it for good: no more waves; campaigns in the field go on"), dispatch.EndSeries),
	)
	return cmd
}

// seriesExample is the file of a series.
const seriesExample = `  series: hang-thang
  name: thang-{yyyy}-{mm}
  title: {vi: "Ý kiến tháng {m}/{yyyy}", en: "Views of {mm}/{yyyy}"}
  questionnaire: y_kien_thang
  eligible: has_email or has_mobile
  design: {method: stratified, size: 60, strata: [tang], minimum: 4}
  protocol: monthly
  repeat: {every: month, on: 14, at: "08:00", from: 2026-12-01}
  start: ask
  late: ask
  rotation: {overlap: 0}
  rest: 60d`

func (a *app) seriesHelp() string {
	return a.t(`Tệp gồm mọi mục của một tệp khảo sát (canvass campaign create), và:

  series      tên dùng trong lệnh
  name        tên khảo sát của mỗi đợt; chỗ điền: {yyyy} {mm} {dd} {q} (quý) {n} (số thứ tự)
  title       như trên, thêm {m} {d} không có số 0 ở đầu
  repeat      every: week | month | quarter | year | 2 weeks
              on: 14 (31: ngày cuối nếu tháng ngắn) | last | 2nd monday | last friday; theo tuần: monday
              in: tháng của năm, hoặc tháng thứ mấy của quý
              at: "08:00", zone: Asia/Ho_Chi_Minh, from: 2026-12-01, until: 2027-12-31 hoặc count: 12
              working_day: true dời sang ngày làm việc kế tiếp; holidays: [2027-02-03..2027-02-10]
  start       ask: soạn sẵn rồi chờ cán bộ (mặc định) | launch: tự bắt đầu
  late        khi quá giờ (late_after, mặc định 6h) mà chưa bắt đầu được: ask (mặc định) | run | skip
  rotation    overlap: 1 hỏi lại đúng những người cũ (mặc định), 0 hỏi người khác (mặc định nếu có rest),
              0.5 một nửa; hoặc groups: 4, stay: 2 chia nhóm ngẫu nhiên, mỗi đợt hỏi hai nhóm
  rest        60d: ai được mời chưa tới 60 ngày thì được nghỉ đợt này; số người còn lại phải đủ cỡ mẫu

Phiếu hỏi không ghi phiên bản thì mỗi đợt dùng phiên bản mới nhất lúc đó. Mẫu của đợt nào cũng là mẫu ngẫu nhiên
trong từng tầng, xác suất được chọn lưu theo từng lượt mời.`,
		`The file has everything that a campaign's file has (canvass campaign create), and:

  series      its name, for commands
  name        of each wave's campaign; to fill in: {yyyy} {mm} {dd} {q} (quarter) {n} (number)
  title       likewise, also {m} {d} without a leading zero
  repeat      every: week | month | quarter | year | 2 weeks
              on: 14 (31: the last day of a shorter month) | last | 2nd monday | last friday; in weeks: monday
              in: the month of a year, or of a quarter
              at: "08:00", zone: Asia/Ho_Chi_Minh, from: 2026-12-01, until: 2027-12-31 or count: 12
              working_day: true moves to the next working day; holidays: [2027-02-03..2027-02-10]
  start       ask: a draft that waits for staff (the default) | launch: by itself
  late        if nobody was there in time (late_after, 6h if not given): ask (the default) | run | skip
  rotation    overlap: 1 asks the same people (the default), 0 others (the default with rest), 0.5 half of them;
              or groups: 4, stay: 2 makes random groups, two of which are asked in each wave
  rest        60d: whoever was invited less than 60 days before rests from this wave; the others must be enough
              for the sample

A questionnaire without a version is the latest at each wave's time. Every wave is a simple random sample within its
strata, with the inclusion probability of each case on record.`)
}

// seriesCreated is what series create prints.
type seriesCreated struct {
	Series string              `json:"series"`
	State  survey.SeriesState  `json:"state"`
	Seed   uint64              `json:"seed"`
	DryRun bool                `json:"dry_run,omitempty"`
	Next   []dispatch.Upcoming `json:"next"`
}

func (a *app) seriesCreate() *cobra.Command {
	var dry bool
	cmd := a.withJSON(&cobra.Command{
		Use:     "create FILE",
		Short:   a.t("Tạo khảo sát định kỳ từ tệp YAML", "Create a series from a YAML file"),
		Long:    a.seriesHelp(),
		Example: seriesExample,
		Args:    cobra.ExactArgs(1),
		RunE: a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
			src, err := readFile(args[0])
			if err != nil {
				return err
			}
			got, err := dispatch.CreateSeries(ctx, e.db, dispatch.SeriesRequest{File: args[0], Source: src, Actor: actor(a),
				DryRun: dry, Now: e.clock.Now(), Rand: rand.Reader})
			if err != nil {
				return err
			}
			if a.json {
				return a.data(seriesCreated{Series: got.Series.Name, State: got.Series.State, Seed: got.Series.Seed, DryRun: dry, Next: got.Next})
			}
			if dry {
				a.say(a.t("Tệp dùng được, chưa lưu gì: %s, %s.", "The file is good, and nothing was kept: %s, %s."), got.Series.Name, a.ruleWords(got.Spec.Rule))
			} else {
				a.say(a.t("Đã tạo khảo sát định kỳ %s: %s.", "Created the series %s: %s."), got.Series.Name, a.ruleWords(got.Spec.Rule))
			}
			return a.sayUpcoming(got.Next)
		}),
	})
	cmd.Flags().BoolVar(&dry, "dry-run", false, a.t("kiểm tra và xem các ngày, không lưu", "check it and see the dates, keep nothing"))
	return cmd
}

// seriesListed is a line of series list.
type seriesListed struct {
	Series   string             `json:"series"`
	State    survey.SeriesState `json:"state"`
	NextDate survey.Date        `json:"next_date,omitzero"`
	NextAt   time.Time          `json:"next_at,omitzero"`
	LastDate survey.Date        `json:"last_date,omitzero"`
	Last     survey.WaveState   `json:"last_state,omitempty"`
	Asked    int                `json:"asked"`
}

func (a *app) seriesList() *cobra.Command {
	return a.withJSON(&cobra.Command{
		Use:   "list",
		Short: a.t("Các khảo sát định kỳ, đợt vừa rồi và đợt sắp tới", "The series, their latest wave and the next"),
		Args:  cobra.NoArgs,
		RunE: a.withDatabase(func(ctx context.Context, e *engine, _ []string) error {
			all, err := e.db.AllSeries(ctx, e.clock.Now())
			if err != nil {
				return err
			}
			lines := make([]seriesListed, len(all))
			for i, s := range all {
				lines[i] = seriesListed{Series: s.Name, State: s.State, Asked: s.Asked}
				if s.State == survey.SeriesActive {
					lines[i].NextDate, lines[i].NextAt = s.NextDate, s.NextAt
				}
				if s.Last != nil {
					lines[i].LastDate, lines[i].Last = s.Last.Date, s.Last.State
				}
			}
			if a.json {
				return each(a, lines)
			}
			t := a.table(a.t("ĐỊNH KỲ", "SERIES"), a.t("TRẠNG THÁI", "STATE"), a.t("ĐỢT VỪA RỒI", "LATEST"), "", a.t("ĐỢT TỚI", "NEXT"), a.t("CHỜ CÁN BỘ", "WAITING"))
			for _, l := range lines {
				last := ""
				if l.Last != "" {
					last = a.label("wave", string(l.Last))
				}
				t.row(l.Series, a.label("series", string(l.State)), l.LastDate, last, moment(l.NextAt), l.Asked)
			}
			return t.end()
		}),
	})
}

// seriesOrder is what somebody at the terminal asks of a series, now.
func (e *engine) seriesOrder(name, note string) dispatch.SeriesOrder {
	return dispatch.SeriesOrder{Series: name, Note: note, Actor: actor(e.app), Now: e.clock.Now()}
}

// reasonFlag is the flag --reason of what is done to a series.
func (a *app) reasonFlag(cmd *cobra.Command, note *string) {
	cmd.Flags().StringVar(note, "reason", "", a.t("lý do, được lưu lại; không nêu tên người", "the reason, kept on record; it names nobody"))
}

// seriesMoved is what a move of a series prints.
type seriesMoved struct {
	Series string             `json:"series"`
	State  survey.SeriesState `json:"state"`
}

func (a *app) seriesMove(verb, short string, move func(context.Context, dispatch.MoveSeriesStore, dispatch.SeriesOrder) error) *cobra.Command {
	var note string
	cmd := a.withJSON(&cobra.Command{
		Use:   verb + " NAME --reason TEXT",
		Short: short,
		Args:  cobra.ExactArgs(1),
		RunE: a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
			if err := move(ctx, e.db, e.seriesOrder(args[0], note)); err != nil {
				return err
			}
			s, err := e.db.SeriesByName(ctx, args[0])
			if err != nil {
				return err
			}
			if a.json {
				return a.data(seriesMoved{Series: s.Name, State: s.State})
			}
			a.say("%s: %s", s.Name, a.label("series", string(s.State)))
			return nil
		}),
	})
	a.reasonFlag(cmd, &note)
	return cmd
}

func (a *app) seriesRun() *cobra.Command {
	var note string
	cmd := a.withJSON(&cobra.Command{
		Use:   "run NAME DATE",
		Short: a.t("Bắt đầu ngay một đợt đã đến ngày", "Launch a wave whose date has come, now"),
		Long: a.t(`Cho đợt đang chờ cán bộ, đợt đã bỏ qua, đợt bị lỡ, hoặc ngày trước khi tạo khảo sát định kỳ. DATE viết 2026-12-14,
là ngày của lịch, dù đợt có dời sang ngày làm việc. Nếu chưa bắt đầu được, lý do được ghi lại và sẽ thử lại.`,
			`For a wave that waits for staff, that was skipped or missed, or a date of before the series was created. DATE is
written 2026-12-14: the date of the rule, even where the wave is moved to a working day. What keeps it from being launched
is noted, and it is tried again.`),
		Example: "  canvass series run hang-thang 2026-12-14",
		Args:    cobra.ExactArgs(2),
	})
	cmd.RunE = a.withDate(cmd, func(ctx context.Context, e *engine, name string, date survey.Date) error {
		keys, err := e.keyring(ctx)
		if err != nil {
			return err
		}
		l, err := dispatch.RunWave(ctx, e.db, keys, date, e.seriesOrder(name, note))
		if err != nil {
			return err
		}
		if a.json {
			return a.data(launchedOf(l))
		}
		a.sayLaunched(l)
		return nil
	})
	a.reasonFlag(cmd, &note)
	return cmd
}

// waveSkipped is what series skip prints.
type waveSkipped struct {
	Series string           `json:"series"`
	Date   survey.Date      `json:"date"`
	State  survey.WaveState `json:"state"`
}

func (a *app) seriesSkip() *cobra.Command {
	var note string
	cmd := a.withJSON(&cobra.Command{
		Use:     "skip NAME DATE --reason TEXT",
		Short:   a.t("Không làm một đợt, đã đến ngày hay chưa", "Hold no wave on a date, past or to come"),
		Example: `  canvass series skip hang-thang 2027-02-14 --reason "trùng Tết"`,
		Args:    cobra.ExactArgs(2),
	})
	cmd.RunE = a.withDate(cmd, func(ctx context.Context, e *engine, name string, date survey.Date) error {
		if err := dispatch.SkipWave(ctx, e.db, date, e.seriesOrder(name, note)); err != nil {
			return err
		}
		if a.json {
			return a.data(waveSkipped{Series: name, Date: date, State: survey.WaveSkipped})
		}
		a.say("%s %s: %s", name, date, a.label("wave", string(survey.WaveSkipped)))
		return nil
	})
	a.reasonFlag(cmd, &note)
	return cmd
}

// withDate is withDatabase for a command with a series and a date.
func (a *app) withDate(cmd *cobra.Command, do func(ctx context.Context, e *engine, name string, date survey.Date) error) func(*cobra.Command, []string) error {
	return func(_ *cobra.Command, args []string) error {
		date, err := survey.ParseDate(args[1])
		if err != nil {
			return wrongUsage(cmd, "DATE: 2026-12-14")
		}
		return a.withDatabase(func(ctx context.Context, e *engine, args []string) error { return do(ctx, e, args[0], date) })(cmd, args)
	}
}
