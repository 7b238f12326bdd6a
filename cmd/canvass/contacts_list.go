package main

import (
	"context"

	"github.com/spf13/cobra"

	"canvass/dispatch"
	"canvass/dispatch/survey"
)

func (a *app) contactsList() *cobra.Command {
	var q dispatch.ContactQuery
	var after int64
	cmd := a.withJSON(&cobra.Command{
		Use:     "list [TEXT]",
		Short:   a.t("Xem danh sách; tìm theo tên, có dấu hay không, hoặc theo mã", "List contacts; search by name, with or without accents, or by code"),
		Example: `  canvass contacts list --eligible 'cum = "C2" and not has_email'`,
		Args:    cobra.MaximumNArgs(1),
		RunE: a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
			q.After = survey.ContactID(after)
			if len(args) == 1 {
				q.Search = args[0]
			}
			people, err := dispatch.ListContacts(ctx, e.db, q)
			if err != nil {
				return err
			}
			if a.json {
				return each(a, people)
			}
			t := a.table("ID", a.t("MÃ", "CODE"), a.t("HỌ TÊN", "NAME"), a.t("ĐƠN VỊ", "UNIT"), a.t("THƯ", "MAIL"), a.t("DI ĐỘNG", "MOBILE"), a.t("GHI CHÚ", "REMARK"))
			for _, p := range people {
				remark := ""
				switch {
				case p.Left:
					remark = a.t("đã nghỉ", "left")
				case p.Suppressed:
					remark = a.t("không liên hệ", "do not contact")
				}
				t.row(p.ID, p.Code, string(p.Name), p.Unit, tick(p.Mail), tick(p.Mobile), remark)
			}
			return t.end()
		}),
	})
	f := cmd.Flags()
	f.StringVar(&q.Eligible, "eligible", "", a.t("điều kiện chọn người", "a condition"))
	f.BoolVar(&q.WithLeft, "with-left", false, a.t("cả người đã nghỉ", "those who left, too"))
	f.Int64Var(&after, "after", 0, a.t("tiếp sau ID này", "go on after this ID"))
	f.IntVar(&q.Limit, "limit", 100, a.t("nhiều nhất mấy người", "at most so many"))
	return cmd
}

// tick marks what is there.
func tick(there bool) string {
	if there {
		return "✓"
	}
	return ""
}

func (a *app) contactsCoverage() *cobra.Command {
	var campaign string
	cmd := a.withJSON(&cobra.Command{
		Use:   "coverage",
		Short: a.t("Liên hệ được bao nhiêu người, bằng gì", "How many people can be reached, and how"),
		Args:  cobra.NoArgs,
		RunE: a.withDatabase(func(ctx context.Context, e *engine, _ []string) error {
			lines, err := dispatch.Coverage(ctx, e.db, campaign)
			if err != nil {
				return err
			}
			if a.json {
				return each(a, lines)
			}
			t := a.table(a.t("TẦNG", "STRATUM"), a.t("NGƯỜI", "PEOPLE"), a.t("THƯ", "MAIL"), a.t("DI ĐỘNG", "MOBILE"), a.t("CẢ HAI", "BOTH"),
				a.t("KHÔNG CÓ", "NEITHER"), a.t("CHỈ MÁY BÀN", "LANDLINE"), a.t("DÙNG CHUNG", "SHARED"), a.t("TỪ CHỐI", "SUPPRESSED"))
			for _, l := range lines {
				t.row(firstOf(l.Stratum, a.t("(tất cả)", "(all)")), l.People, l.Mail, l.Mobile, l.Both, l.Neither, l.Landline, l.Shared, l.Suppressed)
			}
			return t.end()
		}),
	})
	cmd.Flags().StringVar(&campaign, "campaign", "", a.t("khung mẫu đã chốt của khảo sát này, theo tầng", "the frozen frame of this campaign, by stratum"))
	return cmd
}
