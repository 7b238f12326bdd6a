package main

import (
	"context"

	"github.com/spf13/cobra"

	"canvass/dispatch"
	"canvass/dispatch/survey/view"
)

func (a *app) contactsCoverage() *cobra.Command {
	var r dispatch.CoverageRequest
	cmd := a.withJSON(&cobra.Command{
		Use:   "coverage",
		Short: a.t("Liên hệ được bao nhiêu người, bằng gì", "How many people can be reached, and how"),
		Long: a.t(`KHÔNG: không có cả thư lẫn di động; MÁY BÀN: trong số đó, người có máy bàn. CHUNG: dùng chung số hoặc e-mail với
người khác. HỎNG: có số hoặc e-mail không tới được nữa. CHẶN: trong danh sách không liên hệ ở kênh nào đó, kể cả khi chỉ
số hoặc e-mail của họ ở đó. KCC: không có căn cứ để liên hệ qua thư, tin nhắn, cuộc gọi. Cột không có ai thì không in.`,
			`NEITHER: no mailbox and no mobile; LANDLINE: of these, with a landline. SHARED: an address in common with somebody.
DEAD: an address that is dead. BARRED: on the do-not-contact list for some channel, also where only their number or
mailbox is on it. NC: no ground (consent) for contacting them by mail, SMS, call. Columns that count nobody are left out.`),
		Example: "  canvass contacts coverage --by unit\n  canvass contacts coverage --by cum --campaign thang-12",
		Args:    cobra.NoArgs,
		RunE: a.withDatabase(func(ctx context.Context, e *engine, _ []string) (err error) {
			if r.Keys, err = e.addressKeys(ctx); err != nil {
				return err
			}
			lines, err := dispatch.Coverage(ctx, e.db, r)
			if err != nil {
				return err
			}
			if a.json {
				return each(a, lines)
			}
			return a.sayCoverage(r, lines)
		}),
	})
	cmd.Flags().StringVar(&r.By, "by", "", a.t("theo đơn vị (unit) hoặc một cột của danh sách, ví dụ cum", "by unit, or by an attribute of the list such as cum"))
	cmd.Flags().StringVar(&r.Campaign, "campaign", "", a.t("khung mẫu đã chốt của khảo sát này, theo tầng", "the frozen frame of this campaign, by stratum"))
	return cmd
}

// sayCoverage prints a coverage with its total. Columns in which nobody is counted
// are left out, and the name comes last: a narrow screen breaks it and not the
// figures.
func (a *app) sayCoverage(r dispatch.CoverageRequest, lines []view.Coverage) error {
	total := dispatch.CoverageTotal(lines)
	var header []any
	var columns []func(view.Coverage) int
	for _, c := range a.coverageColumns() {
		if c.always || c.of(total) > 0 {
			header, columns = append(header, c.name), append(columns, c.of)
		}
	}
	name := a.t("TẦNG", "STRATUM")
	if r.By == "unit" {
		name = a.t("ĐƠN VỊ", "UNIT")
	}
	t := a.table(append(header, name)...)
	line := func(l view.Coverage, name string) {
		var cells []any
		for _, of := range columns {
			cells = append(cells, of(l))
		}
		t.row(append(cells, name)...)
	}
	for _, l := range lines {
		if len(lines) > 1 || l.Stratum != "" {
			line(l, firstOf(l.Stratum, a.t("(không tên)", "(unnamed)")))
		}
	}
	line(total, a.t("tất cả", "all"))
	return t.end()
}

// coverageColumn is a column of figures.
type coverageColumn struct {
	name   string
	always bool
	of     func(view.Coverage) int
}

func (a *app) coverageColumns() []coverageColumn {
	return []coverageColumn{
		{a.t("NGƯỜI", "PEOPLE"), true, func(c view.Coverage) int { return c.People }},
		{a.t("THƯ", "MAIL"), true, func(c view.Coverage) int { return c.Mail }},
		{a.t("DI ĐỘNG", "MOBILE"), true, func(c view.Coverage) int { return c.Mobile }},
		{a.t("CẢ HAI", "BOTH"), true, func(c view.Coverage) int { return c.Both }},
		{a.t("KHÔNG", "NEITHER"), true, func(c view.Coverage) int { return c.Neither }},
		{a.t("MÁY BÀN", "LANDLINE"), false, func(c view.Coverage) int { return c.Landline }},
		{a.t("CHUNG", "SHARED"), false, func(c view.Coverage) int { return c.Shared }},
		{a.t("HỎNG", "DEAD"), false, func(c view.Coverage) int { return c.Dead }},
		{a.t("CHẶN", "BARRED"), false, func(c view.Coverage) int { return c.Suppressed }},
		{a.t("KCC.THƯ", "NC.MAIL"), false, func(c view.Coverage) int { return c.NoConsentMail }},
		{a.t("KCC.TIN", "NC.SMS"), false, func(c view.Coverage) int { return c.NoConsentSMS }},
		{a.t("KCC.GỌI", "NC.CALL"), false, func(c view.Coverage) int { return c.NoConsentCall }},
	}
}
