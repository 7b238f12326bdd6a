package main

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"canvass/dispatch"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

func (a *app) token() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "token",
		Short: a.t("Mã truy cập cho phần mềm đọc tiến độ và kết quả", "Tokens by which programs read progress and results"),
		Long: a.t(`Phần mềm gửi mã trong tiêu đề Authorization: Bearer tới /api/v1/ của trang làm việc. Chỉ đọc; không bao giờ thấy tên, số điện
thoại hay địa chỉ của ai. Mã chỉ in ra một lần, khi tạo.`,
			`Programs send the token as Authorization: Bearer to /api/v1/ of the staff pages. It only reads, and never a name, number or
address. A token is printed once, when it is made.`),
		Example: `  canvass token make "Bảng số liệu của Sở" --right answers --campaigns thang-12
  curl -H "Authorization: Bearer $TOKEN" https://khaosat.example/api/v1/campaigns`,
		Args: cobra.NoArgs,
		RunE: a.group,
	}
	cmd.AddCommand(a.tokenMake(), a.tokenList(), a.tokenRevoke())
	return cmd
}

func (a *app) tokenMake() *cobra.Command {
	var right, until string
	var campaigns []string
	cmd := &cobra.Command{
		Use:   "make NAME",
		Short: a.t("Tạo một mã và in ra một lần", "Make a token and print it once"),
		Args:  cobra.ExactArgs(1),
		RunE: a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
			now := local(time.Now())
			day := now.AddDate(0, 0, staff.UsualTokenDays)
			if until != "" {
				var ok bool
				if day, ok = dayOf(until); !ok {
					return &survey.Error{Kind: survey.Invalid, Code: survey.CodeUsage, Args: map[string]string{"command": "token make", "problem": "--until " + until}}
				}
			}
			token, t, err := dispatch.MakeAPIToken(ctx, e.db, dispatch.TokenOrder{Name: args[0], Right: staff.Right(right), Bound: len(campaigns) > 0, Campaigns: campaigns,
				Day: day, By: actor(a), Now: now})
			if err != nil {
				return err
			}
			a.note(a.t("mã số %d, dùng được đến hết ngày %s; chép ngay, Canvass không giữ lại", "token %d, which works until the end of %s; copy it now, Canvass does not keep it"),
				t.ID, lastDayOf(t))
			a.say("%s", token)
			return nil
		}),
	}
	cmd.Flags().StringVar(&right, "right", string(staff.See), a.t("see (tiến độ) hoặc answers (tiến độ và kết quả)", "see (progress) or answers (progress and results)"))
	cmd.Flags().StringVar(&until, "until", "", a.t("ngày cuối cùng dùng được (mặc định 90 ngày nữa, nhiều nhất 366)", "last day on which it works (90 days ahead, at most 366)"))
	cmd.Flags().StringSliceVar(&campaigns, "campaigns", nil, a.t("chỉ đọc những khảo sát này", "reads these campaigns only"))
	return cmd
}

// lastDayOf is the last day on which a token works.
func lastDayOf(t staff.APIToken) string { return local(t.Until.Add(-time.Second)).Format("02/01/2006") }

func (a *app) tokenList() *cobra.Command {
	before, most := int64(0), 50
	cmd := &cobra.Command{
		Use:   "list",
		Short: a.t("Các mã đã tạo, mã mới nhất trước", "The tokens, the newest first"),
		Args:  cobra.NoArgs,
		RunE: a.withDatabase(func(ctx context.Context, e *engine, _ []string) error {
			all, err := e.db.APITokens(ctx, before, most)
			if err != nil {
				return err
			}
			t := a.table(a.t("SỐ", "NO."), a.t("DÙNG CHO", "WHAT FOR"), a.t("ĐƯỢC ĐỌC", "MAY READ"), a.t("KHẢO SÁT", "CAMPAIGNS"), a.t("TÌNH TRẠNG", "STATE"),
				a.t("ĐẾN HẾT", "UNTIL"), a.t("DÙNG LẦN CUỐI", "LAST USED"), a.t("NGƯỜI TẠO", "MADE BY"), a.t("LÚC", "AT"))
			for _, k := range all {
				campaigns := a.t("mọi khảo sát", "every")
				if k.Bound {
					campaigns = strings.Join(k.Campaigns, ", ")
				}
				used := "–"
				if !k.UsedAt.IsZero() {
					used = local(k.UsedAt).Format("02/01/2006")
				}
				t.row(k.ID, k.Name, k.Right, campaigns, a.tokenState(k.State(time.Now())), lastDayOf(k), used, k.MadeBy, moment(k.MadeAt))
			}
			return t.end()
		}),
	}
	cmd.Flags().Int64Var(&before, "before", 0, a.t("trước mã số mấy (trang tiếp theo)", "before this number (the next page)"))
	cmd.Flags().IntVar(&most, "limit", most, a.t("nhiều nhất mấy dòng", "at most so many lines"))
	return cmd
}

func (a *app) tokenState(s staff.TokenState) string {
	switch s {
	case staff.TokenRevoked:
		return a.t("đã thu hồi", "revoked")
	case staff.TokenExpired:
		return a.t("đã hết hạn", "expired")
	}
	return a.t("đang dùng được", "works")
}

func (a *app) tokenRevoke() *cobra.Command {
	return &cobra.Command{
		Use:   "revoke NUMBER",
		Short: a.t("Thu hồi một mã, có hiệu lực ngay", "Revoke a token, at once"),
		Args:  cobra.ExactArgs(1),
		RunE: a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
			id, err := strconv.ParseInt(args[0], 10, 64)
			if err != nil {
				return &survey.Error{Kind: survey.Invalid, Code: survey.CodeUsage, Args: map[string]string{"command": "token revoke", "problem": args[0]}}
			}
			if err := e.db.RevokeAPIToken(ctx, id, view.Audit{At: time.Now(), Actor: actor(a)}); err != nil {
				return err
			}
			a.say(a.t("Đã thu hồi mã số %d.", "Token %d is revoked."), id)
			return nil
		}),
	}
}
