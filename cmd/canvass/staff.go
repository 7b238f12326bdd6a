package main

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"canvass/dispatch"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

func (a *app) staff() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "staff",
		Short: a.t("Tài khoản của trang làm việc", "Accounts of the staff pages"),
		Long: a.t(`Vai trò: administrator (mọi việc), manager (khảo sát, danh bạ, kết quả), analyst (số liệu và kết quả, không thấy ai), viewer (chỉ tiến độ).
Tài khoản đầu tiên: canvass up in ra một đường dẫn dùng một lần.`,
			`Roles: administrator (everything), manager (campaigns, contact list, results), analyst (figures and results, and nobody's name),
viewer (progress only). The first account: canvass up prints a link that works once.`),
		Args: cobra.NoArgs,
		RunE: a.group,
	}
	cmd.AddCommand(a.staffList(), a.staffInvite(), a.staffSet(), a.staffPassword())
	return cmd
}

func (a *app) staffList() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: a.t("Các tài khoản và vai trò", "The accounts and their roles"),
		Args:  cobra.NoArgs,
		RunE: a.withDatabase(func(ctx context.Context, e *engine, _ []string) error {
			all, err := e.db.Staff(ctx)
			if err != nil {
				return err
			}
			t := a.table(a.t("TÊN ĐĂNG NHẬP", "LOGIN"), a.t("HỌ TÊN", "NAME"), a.t("VAI TRÒ", "ROLE"), a.t("KHẢO SÁT", "CAMPAIGNS"), a.t("MÃ MỘT LẦN", "CODES"), a.t("KHÓA LÚC", "ENDED AT"))
			for _, s := range all {
				campaigns, codes := a.t("mọi khảo sát", "every"), a.t("không", "no")
				if s.Bound {
					campaigns = firstOf(strings.Join(s.Campaigns, ", "), "–")
				}
				if s.Second {
					codes = a.t("có", "yes")
				}
				t.row(s.Login, s.Name, s.Role, campaigns, codes, moment(s.DisabledAt))
			}
			return t.end()
		}),
	}
}

func (a *app) staffInvite() *cobra.Command {
	var role string
	var campaigns []string
	cmd := &cobra.Command{
		Use:   "invite --role ROLE",
		Short: a.t("Tạo đường dẫn dùng một lần, để một người tạo tài khoản", "Make a link by which one person makes an account"),
		Args:  cobra.NoArgs,
		RunE: a.withDatabase(func(ctx context.Context, e *engine, _ []string) error {
			for _, name := range campaigns {
				if _, err := e.db.CampaignByName(ctx, name); err != nil {
					return err
				}
			}
			secret, err := dispatch.InviteTo(ctx, e.db, staff.Invitation{Role: staff.Role(role), Actor: actor(a), At: time.Now(), Bound: len(campaigns) > 0,
				Campaigns: campaigns})
			if err != nil {
				return err
			}
			a.say("%s", e.staffURL("")+"/join/"+secret)
			return nil
		}),
	}
	cmd.Flags().StringVar(&role, "role", string(staff.Viewer), "administrator | manager | analyst | viewer")
	cmd.Flags().StringSliceVar(&campaigns, "campaigns", nil, a.t("chỉ làm việc với những khảo sát này", "works for these campaigns only"))
	return cmd
}

// accountNamed is the account of a login.
func accountNamed(ctx context.Context, e *engine, login string) (staff.Account, error) {
	login, err := staff.CheckLogin(login)
	if err != nil {
		return staff.Account{}, err
	}
	return e.db.StaffByLogin(ctx, login)
}

func (a *app) staffSet() *cobra.Command {
	var role string
	var end, again, unbind bool
	var campaigns []string
	cmd := &cobra.Command{
		Use:   "set LOGIN",
		Short: a.t("Đổi vai trò, khóa hoặc mở lại một tài khoản", "Give an account another role, end it, or let it work again"),
		Args:  cobra.ExactArgs(1),
		RunE: a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
			s, err := accountNamed(ctx, e, args[0])
			if err != nil {
				return err
			}
			if role != "" {
				if s.Role = staff.Role(role); !s.Role.Valid() {
					return &survey.Error{Kind: survey.Invalid, Code: survey.CodeRoleUnknown}
				}
			}
			if end {
				s.DisabledAt = time.Now()
			}
			if again {
				s.DisabledAt = time.Time{}
			}
			if len(campaigns) > 0 || unbind {
				s.Bound, s.Campaigns = !unbind, campaigns
			}
			for _, name := range campaigns {
				if _, err := e.db.CampaignByName(ctx, name); err != nil {
					return err
				}
			}
			s.Password = ""
			if err := e.db.SetStaff(ctx, s, view.Audit{At: time.Now(), Actor: actor(a)}); err != nil {
				return err
			}
			a.say(a.t("Đã đổi. %s phải đăng nhập lại.", "Changed. %s has to sign in again."), s.Login)
			return nil
		}),
	}
	cmd.Flags().StringVar(&role, "role", "", "administrator | manager | analyst | viewer")
	cmd.Flags().BoolVar(&end, "end", false, a.t("khóa tài khoản", "end the account"))
	cmd.Flags().BoolVar(&again, "again", false, a.t("mở lại tài khoản", "let the account work again"))
	cmd.Flags().StringSliceVar(&campaigns, "campaigns", nil, a.t("chỉ làm việc với những khảo sát này", "works for these campaigns only"))
	cmd.Flags().BoolVar(&unbind, "all-campaigns", false, a.t("làm việc với mọi khảo sát", "works for every campaign"))
	cmd.MarkFlagsMutuallyExclusive("end", "again")
	cmd.MarkFlagsMutuallyExclusive("campaigns", "all-campaigns")
	return cmd
}

func (a *app) staffPassword() *cobra.Command {
	return &cobra.Command{
		Use:   "password LOGIN",
		Short: a.t("Đặt mật khẩu mới ngẫu nhiên, in ra một lần; bỏ luôn mã một lần", "Set a new random password, printed once; one-time codes go"),
		Args:  cobra.ExactArgs(1),
		RunE: a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
			s, err := accountNamed(ctx, e, args[0])
			if err != nil {
				return err
			}
			password, err := staff.NewPassword(nil)
			if err != nil {
				return err
			}
			if s.Password, err = staff.Hash(password, nil); err != nil {
				return err
			}
			if err := e.db.SetStaff(ctx, s, view.Audit{At: time.Now(), Actor: actor(a)}); err != nil {
				return err
			}
			a.say("%s", password)
			return nil
		}),
	}
}
