package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// wordsFlag gives a command the flag --reason. Without words it is refused by
// what it does.
func (a *app) wordsFlag(cmd *cobra.Command, to *string) {
	cmd.Flags().StringVar(to, "reason", "", a.t("vì sao; được lưu lại", "why; it stays on record"))
}

// because is an order with the words of staff.
func (e *engine) because(campaign, words string) dispatch.Order {
	o := e.order(campaign)
	o.Words = words
	return o
}

func (a *app) campaignPause() *cobra.Command {
	return a.campaignMove(&cobra.Command{
		Use:   "pause NAME --reason TEXT",
		Short: a.t("Tạm dừng: không gửi thêm, vẫn nhận trả lời", "Send nothing more for now; replies are still taken"),
		Long: a.t(`Tin đang gửi dở được gửi nốt (nhiều nhất một mẻ), sau đó không gì rời đi nữa. Người đang trả lời vẫn trả lời tiếp, tin nhắn đến
vẫn được đáp; ai chưa bắt đầu thì chờ. Thời điểm kết thúc không đổi: hết giờ thì khảo sát vẫn kết thúc.`,
			`What is being sent is sent to its end (a batch at most), and nothing leaves after it. Who is answering goes on, and texts are
answered; who has not begun waits. The end does not move: when it comes, the campaign ends all the same.`),
	}, dispatch.Pause)
}

func (a *app) campaignResume() *cobra.Command {
	return a.campaignMove(&cobra.Command{
		Use:   "resume NAME --reason TEXT",
		Short: a.t("Tiếp tục gửi khảo sát đang tạm dừng", "Take up a paused campaign"),
		Long: a.t(`Những gì hoãn lại vì tạm dừng tới lượt ngay, trong khung giờ. Thời điểm kết thúc không đổi; cần thêm thời gian thì:
canvass campaign extend.`,
			`What was put back for the pause is due at once, within the hours. The end does not move; for more time: canvass campaign
extend.`),
	}, dispatch.Resume)
}

func (a *app) campaignClose() *cobra.Command {
	return a.campaignMove(&cobra.Command{
		Use:   "close NAME --reason TEXT",
		Short: a.t("Kết thúc ngay, trước hạn", "End now, before its time"),
		Long: a.t(`Mọi lượt mời còn mở được chốt trạng thái cuối theo những gì đã có, liên hệ đang chờ được bỏ. Không mở lại được.`,
			`Every open case gets its final disposition from what is known, and contacts that wait are withdrawn. It cannot be undone.`),
	}, dispatch.Close)
}

func (a *app) campaignArchive() *cobra.Command {
	return a.campaignMove(&cobra.Command{
		Use:   "archive NAME --reason TEXT",
		Short: a.t("Lưu trữ khảo sát đã kết thúc: trạng thái cuối không đổi nữa", "Archive a closed campaign: no disposition changes any more"),
		Long: a.t(`Trước khi lưu trữ, trả lời đến muộn và mã do cán bộ đặt còn đổi được trạng thái cuối. Sau đó thì không. Không hoàn tác được.`,
			`Before it, late replies and the codes of staff still change dispositions; after it nothing does. It cannot be undone.`),
	}, dispatch.Archive)
}

// moved is what a move prints.
type moved struct {
	Campaign string `json:"campaign"`
	Done     string `json:"done"`
}

func (a *app) campaignMove(cmd *cobra.Command, do func(context.Context, dispatch.MoveStore, dispatch.Order) error) *cobra.Command {
	var words string
	verb := cmd.Name()
	cmd.Args = cobra.ExactArgs(1)
	cmd.RunE = a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
		if err := do(ctx, e.db, e.because(args[0], words)); err != nil {
			return err
		}
		if a.json {
			return a.data(moved{Campaign: args[0], Done: verb})
		}
		a.say("%s: %s", args[0], a.t("đã ghi nhận", "done"))
		return nil
	})
	a.wordsFlag(cmd, &words)
	return a.withJSON(cmd)
}

func (a *app) campaignExtend() *cobra.Command {
	return a.campaignEnd(&cobra.Command{
		Use:   "extend NAME (--until TIME | --by SPAN) --reason TEXT",
		Short: a.t("Gia hạn thời gian thu thập", "Move the end to a later time"),
		Long: a.t(`Được khi khảo sát đang thu thập hoặc tạm dừng và chưa hết giờ. Mọi lượt mời còn mở được xem lại ngay: liên hệ đã bỏ qua vì không
kịp trước giờ kết thúc cũ thì làm tiếp; lượt mời đã chốt thì giữ nguyên. Trang trả lời nhận tới giờ mới. Thư và tin đã gửi vẫn
ghi giờ cũ.`, `Possible while the campaign is in the field or paused and its end has not come. Every open case is looked at again at once:
contacts that were passed over because they did not fit before the old end come back; closed cases stay closed. The pages take
answers until the new end. Mails and texts that were sent still say the old one.`),
		Example: `  canvass campaign extend thang-12 --until "18/12/2026 17:00" --reason "mất điện hai ngày"
  canvass campaign extend thang-12 --by 2d --reason "lãnh đạo đồng ý ngày 16/12"`,
	}, dispatch.Extend)
}

func (a *app) campaignShorten() *cobra.Command {
	return a.campaignEnd(&cobra.Command{
		Use:   "shorten NAME (--until TIME | --by SPAN) --reason TEXT",
		Short: a.t("Rút ngắn thời gian thu thập", "Move the end to an earlier time"),
		Long: a.t(`Giờ mới phải chưa tới; kết thúc ngay thì dùng canvass campaign close. Liên hệ xếp sau giờ mới được bỏ khi tới giờ ấy. Thư và tin
đã gửi vẫn ghi giờ cũ, nên người trả lời sau giờ mới bị coi là muộn.`,
			`The new end must still be to come; to end at once, use canvass campaign close. Contacts that wait beyond it are withdrawn at it.
Mails and texts that were sent still say the old end, so whoever answers after the new one is late.`),
		Example: `  canvass campaign shorten thang-12 --by 1d --reason "đủ số phiếu cần"`,
	}, dispatch.Shorten)
}

// endFlags say where an end moves.
type endFlags struct{ until, by, words string }

func (f endFlags) end(cmd *cobra.Command) (dispatch.End, error) {
	var out dispatch.End
	switch {
	case (f.until == "") == (f.by == ""):
		return out, wrongUsage(cmd, "--until TIME | --by SPAN")
	case f.by != "":
		span, err := survey.ParseSpan(f.by)
		if err != nil || span <= 0 {
			return out, wrongUsage(cmd, "--by "+f.by+" (90m, 24h, 2d)")
		}
		out.By = span.Duration()
	default:
		at, ok := readMoment(f.until)
		if !ok {
			return out, wrongUsage(cmd, "--until "+f.until+" (18/12/2026 17:00)")
		}
		out.At = at
	}
	return out, nil
}

func (a *app) campaignEnd(cmd *cobra.Command, do func(context.Context, dispatch.MoveStore, dispatch.End, dispatch.Order) (view.EndMoved, error)) *cobra.Command {
	var f endFlags
	cmd.Args = cobra.ExactArgs(1)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		end, err := f.end(cmd)
		if err != nil {
			return err
		}
		return a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
			done, err := do(ctx, e.db, end, e.because(args[0], f.words))
			if err != nil {
				return err
			}
			if a.json {
				return a.data(done)
			}
			a.say(a.t("%s: kết thúc %s → %s. Xem lại %d lượt mời còn mở.", "%s: ends %s → %s. %d open cases are looked at again."),
				done.Campaign, moment(done.From), moment(done.To), done.Cases)
			if done.Back > 0 {
				a.say(a.t("  %d lần liên hệ đã bỏ vì không kịp giờ cũ, nay làm tiếp", "  %d contacts that did not fit before the old end come back"), done.Back)
			}
			return nil
		})(cmd, args)
	}
	cmd.Flags().StringVar(&f.until, "until", "", a.t(`thời điểm kết thúc mới, như "18/12/2026 17:00"`, `the new end, such as "18/12/2026 17:00"`))
	cmd.Flags().StringVar(&f.by, "by", "", a.t("khoảng thời gian, như 2d hay 12h", "a span, such as 2d or 12h"))
	a.wordsFlag(cmd, &f.words)
	return a.withJSON(cmd)
}

// released is what campaign release prints.
type released struct {
	Campaign  string `json:"campaign"`
	Replicate int    `json:"replicate"`
	Cases     int    `json:"cases"`
}

func (a *app) campaignRelease() *cobra.Command {
	var words string
	cmd := a.withJSON(&cobra.Command{
		Use:   "release NAME REPLICATE --reason TEXT",
		Short: a.t("Mở thêm một mẫu con để dành", "Send a held replicate into the field"),
		Long: a.t(`Mẫu con được mở trọn phần: mọi người trong đó được liên hệ theo quy trình, và trọng số của cả mẫu được tính lại. Số các mẫu con có
trong canvass campaign status. Đã mở thì không để dành lại được.`,
			`A replicate is released whole: everybody in it is contacted by the protocol, and the weights of the whole sample are made anew.
The numbers stand in canvass campaign status. What is out cannot be held again.`),
		Example: `  canvass campaign release thang-12 1 --reason "tỷ lệ trả lời thấp hơn dự tính"`,
		Args:    cobra.ExactArgs(2),
	})
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		number, err := strconv.Atoi(args[1])
		if err != nil || number < 0 {
			return wrongUsage(cmd, "REPLICATE")
		}
		return a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
			n, err := dispatch.Release(ctx, e.db, number, e.because(args[0], words))
			if err != nil {
				return err
			}
			if a.json {
				return a.data(released{Campaign: args[0], Replicate: number, Cases: n})
			}
			a.say(a.t("%s: đã mở mẫu con %d, thêm %d người.", "%s: replicate %d is out, with %d people."), args[0], number, n)
			return nil
		})(cmd, args)
	}
	a.wordsFlag(cmd, &words)
	return cmd
}

func (a *app) campaignSet() *cobra.Command {
	var rate, budget, words string
	cmd := a.withJSON(&cobra.Command{
		Use:   "set NAME [--rate N/s|N/m|none] [--budget N|none] --reason TEXT",
		Short: a.t("Đặt nhịp gửi và hạn mức chi phí, kể cả khi đang thu thập", "Set the rate and the budget, also in the field"),
		Long: a.t(`Nhịp gửi là số tin nhiều nhất qua mọi nơi gửi, theo từ mẻ sau, chậm nhất vài giây. Hạn mức tính cả những gì đã chi trước đó; hết
thì liên hệ chờ, không bị bỏ trước giờ kết thúc. Nâng hoặc bỏ hạn mức thì những gì đang chờ tiền tới lượt ngay.`,
			`The rate is the most messages over all senders, followed from the next batch, in seconds. The budget counts what was spent
before it; when it is spent contacts wait, and are not withdrawn before the end. A greater one, or none, lets go at once what waited.`),
		Example: `  canvass campaign set thang-12 --rate 30/m --budget 2.000.000 --reason "giữ tiền cho tháng sau"`,
		Args:    cobra.ExactArgs(1),
	})
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		c, err := changeOf(cmd, rate, budget)
		if err != nil {
			return err
		}
		return a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
			done, err := dispatch.Set(ctx, e.db, c, e.because(args[0], words))
			if err != nil {
				return err
			}
			if a.json {
				return a.data(done)
			}
			a.say(a.t("%s: nhịp gửi %s → %s; hạn mức %s → %s, đã chi %s.", "%s: rate %s → %s; budget %s → %s, spent %s."), done.Campaign,
				a.rate(done.From.Rate), a.rate(done.To.Rate), a.dong(done.From.Budget), a.dong(done.To.Budget), a.amount(done.Spent))
			return nil
		})(cmd, args)
	}
	cmd.Flags().StringVar(&rate, "rate", "", a.t("số tin nhiều nhất: 5/s, 30/m, 600/h hoặc none", "messages at most: 5/s, 30/m, 600/h or none"))
	cmd.Flags().StringVar(&budget, "budget", "", a.t("số tiền nhiều nhất bằng đồng, hoặc none", "most that it may cost in đồng, or none"))
	a.wordsFlag(cmd, &words)
	return cmd
}

// changeOf reads what is to be set; at least one thing.
func changeOf(cmd *cobra.Command, rate, budget string) (dispatch.Change, error) {
	var c dispatch.Change
	if !cmd.Flags().Changed("rate") && !cmd.Flags().Changed("budget") {
		return c, wrongUsage(cmd, "--rate | --budget")
	}
	if cmd.Flags().Changed("rate") {
		r, ok := parseRate(rate)
		if !ok {
			return c, wrongUsage(cmd, "--rate "+rate+" (5/s, 30/m, none)")
		}
		c.Rate = &r
	}
	if cmd.Flags().Changed("budget") {
		n, ok := parseDong(budget)
		if !ok {
			return c, wrongUsage(cmd, "--budget "+budget+" (2000000, none)")
		}
		c.Budget = &n
	}
	return c, nil
}

// rate writes a rate for people, a minute where a second is too short.
func (a *app) rate(perSecond float64) string {
	switch {
	case perSecond <= 0:
		return a.t("không giới hạn", "unlimited")
	case perSecond >= 1:
		return fmt.Sprintf(a.t("%s tin/giây", "%s/s"), a.decimal(perSecond))
	}
	return fmt.Sprintf(a.t("%s tin/phút", "%s/min"), a.decimal(perSecond*60))
}

// dong writes a limit in đồng for people; 0 is none.
func (a *app) dong(n int64) string {
	if n == 0 {
		return a.t("không giới hạn", "unlimited")
	}
	return a.amount(n)
}
