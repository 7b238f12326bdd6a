package main

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// mostPrices is how many prices canvass price list shows of those that were set.
const mostPrices = 200

func (a *app) price() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "price",
		Short: a.t("Giá của thư, tin nhắn và cuộc gọi, theo ngày", "What mails, texts and calls cost, by day"),
		Long: a.t(`Giá tính cho một thư, một đoạn tin nhắn hoặc một cuộc gọi, từ một ngày trở đi. Giá đặt riêng cho một nơi gửi được dùng trước giá
của nhà cung cấp, rồi đến giá của kênh; ngày nào chưa đặt giá thì theo cost= trong CANVASS_SENDERS. Dự toán lấy giá của ngày tin sẽ đi,
chi phí lấy giá của ngày tin đã đi; tiền đã ghi cho các khảo sát không đổi.`,
			`A price is of one mail, one segment of a text or one call, from a day on. That of a sender goes before that of its provider, and that
before the price of the channel; of a day for which none was set, cost= in CANVASS_SENDERS holds. A forecast takes the price of the day on
which something will leave, the cost that of the day on which it left; what is booked for campaigns does not change.`),
		Args: cobra.NoArgs,
		RunE: a.group,
	}
	cmd.AddCommand(a.priceList(), a.priceSet(), a.priceDrop())
	return cmd
}

func (a *app) priceList() *cobra.Command {
	cmd := a.withJSON(&cobra.Command{
		Use:   "list",
		Short: a.t("Giá hôm nay của từng nơi gửi, và mọi giá đã đặt", "Today's price of each sender, and every price that was set"),
		Args:  cobra.NoArgs,
	})
	cmd.RunE = a.withDatabase(func(ctx context.Context, e *engine, _ []string) error {
		today := survey.HomeDay(e.clock.Now())
		senders, err := e.db.HouseSenders(ctx, e.clock.Now().UTC().Truncate(24*time.Hour))
		if err != nil {
			return err
		}
		lines, err := e.db.Prices(ctx, 0, mostPrices)
		if err != nil {
			return err
		}
		if a.json {
			return a.data(pricesData(senders, lines, today))
		}
		return a.sayPrices(senders, lines, today)
	})
	return cmd
}

// priceNow is what a sender costs today.
type priceNow struct {
	Sender   string         `json:"sender"`
	Channel  survey.Channel `json:"channel"`
	Provider string         `json:"provider"`
	Known    bool           `json:"known"`
	Dong     int64          `json:"dong"`
	From     string         `json:"from,omitempty"` // of the price that was set; none: by the settings
}

// pricesShown is canvass price list as data.
type pricesShown struct {
	Day     string           `json:"day"`
	Senders []priceNow       `json:"senders"`
	Prices  []view.PriceLine `json:"prices"`
}

func pricesData(senders []view.HouseSender, lines []view.PriceLine, today survey.Date) pricesShown {
	out := pricesShown{Day: today.String(), Prices: lines}
	for _, s := range senders {
		one := priceNow{Sender: s.Address, Channel: s.Channel, Provider: s.Provider, Known: !s.Unpriced(today), Dong: s.Cost}
		if p, ok := s.PriceOn(today); ok {
			one.Dong, one.From = p.Dong, p.From.String()
		}
		out.Senders = append(out.Senders, one)
	}
	return out
}

func (a *app) sayPrices(senders []view.HouseSender, lines []view.PriceLine, today survey.Date) error {
	now := a.table(a.t("NƠI GỬI", "SENDER"), a.t("KÊNH", "CHANNEL"), a.t("GIÁ", "PRICE"), a.t("THEO", "BY"))
	for _, s := range pricesData(senders, nil, today).Senders {
		by, price := "CANVASS_SENDERS", a.amount(s.Dong)
		switch {
		case !s.Known:
			by, price = "", a.t("không rõ giá", "not known")
		case s.From != "":
			by = a.t("giá đặt từ ", "set from ") + s.From
		}
		now.row(s.Sender, a.label("channel", string(s.Channel)), price, by)
	}
	if err := now.end(); err != nil || len(lines) == 0 {
		return err
	}
	a.say("")
	all := a.table("ID", a.t("TỪ NGÀY", "FROM"), a.t("GIÁ", "PRICE"), a.t("CỦA", "OF"), a.t("NGƯỜI ĐẶT", "SET BY"), "")
	for _, l := range lines {
		note := ""
		switch {
		case l.DroppedBy != "":
			note = a.t("đã bỏ: ", "taken back: ") + l.DroppedBy
		case !l.Begun(today):
			note = a.t("chưa bắt đầu", "to come")
		}
		all.row(l.ID, l.From.String(), a.amount(l.Dong), a.label("channel", string(l.Channel))+" "+firstOf(l.Address, l.Provider), l.SetBy, note)
	}
	return all.end()
}

func (a *app) priceSet() *cobra.Command {
	var r dispatch.PriceRequest
	cmd := a.withJSON(&cobra.Command{
		Use:   "set CHANNEL[:PROVIDER|:SENDER] DONG [--from DAY]",
		Short: a.t("Đặt giá từ một ngày", "Set a price from a day on"),
		Long: a.t(`CHANNEL là email, sms hoặc call; kèm nhà cung cấp hay nơi gửi thì chỉ của nơi ấy. Giá đã đặt cho cùng ngày mà chưa bắt đầu thì được thay.`,
			`CHANNEL is email, sms or call; with a provider or a sender it is of that only. A price that was set for the same day and has not begun is replaced.`),
		Example: `  canvass price set sms 1.400 --from 2027-01-01
  canvass price set sms:twilio 1450 --from 2027-01-01
  canvass price set call:+84310000002 1200`,
		Args: cobra.ExactArgs(2),
	})
	cmd.Flags().StringVar(&r.From, "from", "", a.t("ngày đầu tiên; mặc định là hôm nay", "the first day; today if not given"))
	cmd.RunE = a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
		r.Of, r.Dong, r.Now, r.By = strings.Replace(args[0], ":", " ", 1), args[1], e.clock.Now(), view.Audit{At: e.clock.Real(), Actor: actor(a)}
		o, err := dispatch.SetPrice(ctx, e.db, r)
		if err != nil {
			return err
		}
		if a.json {
			return a.data(o)
		}
		a.say(a.t("Từ %s: %s, %s.", "From %s on: %s, %s."), o.From, a.amount(o.Dong), args[0])
		return nil
	})
	return cmd
}

func (a *app) priceDrop() *cobra.Command {
	return a.takenBack(a.t("Bỏ một giá chưa bắt đầu", "Take back a price that has not begun"), func(ctx context.Context, e *engine, id int64) error {
		return e.db.DropPrice(ctx, id, survey.HomeDay(e.clock.Now()), view.Audit{At: e.clock.Real(), Actor: actor(a)})
	})
}
