package main

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

func (a *app) holiday() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "holiday",
		Short: a.t("Ngày nghỉ thêm vào lịch lễ, hoặc bỏ khỏi lịch", "Days off beside the public holidays, and holidays worked on"),
		Long: a.t(`Quy trình và loạt khảo sát nào ghi holidays: vn thì theo lịch này. Ngày lễ do máy tính sẵn; ngày nghỉ bù, hoán đổi và ngày riêng của tỉnh
thêm ở đây. Thay đổi có hiệu lực ở lượt gửi kế tiếp, với cả khảo sát đang chạy. Ngày đã qua không đổi được.`,
			`Protocols and series with holidays: vn keep to this calendar. Public holidays are computed; days in lieu, swapped days and those of the
province are added here. A change holds from the next turn of sending on, also for campaigns in the field. Past days stay as they are.`),
		Args: cobra.NoArgs,
		RunE: a.group,
	}
	cmd.AddCommand(a.holidayList(), a.holidayAdd(), a.holidayDrop())
	return cmd
}

func (a *app) holidayList() *cobra.Command {
	cmd := a.withJSON(&cobra.Command{
		Use:   "list",
		Short: a.t("Những ngày đã thêm, từ hôm nay trở đi", "The days that were added, from today on"),
		Args:  cobra.NoArgs,
	})
	cmd.RunE = a.withDatabase(func(ctx context.Context, e *engine, _ []string) error {
		days, err := e.db.Holidays(ctx, survey.HomeDay(e.clock.Now()))
		if err != nil {
			return err
		}
		if a.json {
			return a.data(days)
		}
		t := a.table("ID", a.t("NGÀY", "DAY"), "", a.t("TÊN", "NAME"), a.t("NGƯỜI THÊM", "SET BY"))
		for _, d := range days {
			kind := a.t("làm việc", "worked")
			if d.Off {
				kind = a.t("nghỉ", "off")
			}
			t.row(d.ID, d.Day.String(), kind, d.Name, d.SetBy)
		}
		return t.end()
	})
	return cmd
}

func (a *app) holidayAdd() *cobra.Command {
	var r dispatch.HolidayRequest
	cmd := a.withJSON(&cobra.Command{
		Use:   "add DAY NAME [--until DAY] [--work]",
		Short: a.t("Thêm ngày nghỉ, hoặc cho làm việc vào ngày lễ", "Add days off, or have holidays worked on"),
		Example: `  canvass holiday add 2027-05-03 "nghỉ bù 1/5"
  canvass holiday add 2027-09-01 "hoán đổi" --work`,
		Args: cobra.ExactArgs(2),
	})
	cmd.Flags().StringVar(&r.Until, "until", "", a.t("ngày cuối; mặc định chỉ một ngày", "the last day; one day if not given"))
	cmd.Flags().BoolVar(&r.Work, "work", false, a.t("người ta làm việc vào những ngày lễ này", "people work on these holidays"))
	cmd.RunE = a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
		r.From, r.Name, r.Now, r.By = args[0], args[1], e.clock.Now(), view.Audit{At: e.clock.Real(), Actor: actor(a)}
		o, err := dispatch.SetHolidays(ctx, e.db, r)
		if err != nil {
			return err
		}
		if a.json {
			return a.data(o.Days)
		}
		a.say(a.t("Đã thêm %d ngày: %s.", "Days added: %d, %s."), len(o.Days), o.Name)
		return nil
	})
	return cmd
}

func (a *app) holidayDrop() *cobra.Command {
	return a.takenBack(a.t("Bỏ một ngày đã thêm: lịch tính sẵn lại có hiệu lực", "Take back a day that was added: the computed calendar holds again"),
		func(ctx context.Context, e *engine, id int64) error {
			return dispatch.DropHoliday(ctx, e.db, id, e.clock.Now(), view.Audit{At: e.clock.Real(), Actor: actor(a)})
		})
}

// takenBack is a command that takes back what has an ID.
func (a *app) takenBack(short string, drop func(context.Context, *engine, int64) error) *cobra.Command {
	cmd := &cobra.Command{Use: "drop ID", Short: short, Args: cobra.ExactArgs(1)}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		id, err := strconv.ParseInt(args[0], 10, 64)
		if err != nil {
			return wrongUsage(cmd, args[0])
		}
		return a.withDatabase(func(ctx context.Context, e *engine, _ []string) error {
			err := drop(ctx, e, id)
			if err == nil {
				a.say(a.t("Đã bỏ.", "It is taken back."))
			}
			return err
		})(cmd, args)
	}
	return cmd
}
