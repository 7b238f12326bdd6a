package main

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

func (a *app) suppressList() *cobra.Command {
	var q dispatch.StopQuery
	var channel string
	cmd := a.withJSON(&cobra.Command{
		Use:   "list",
		Short: a.t("Liệt kê danh sách không liên hệ", "List the do-not-contact list"),
		Long: a.t(`Người được nêu bằng mã, địa chỉ bằng mã của ai đang dùng nó; tên, số và e-mail không có ở đây. Với --json thì mỗi mục một dòng.`,
			`People are named by their codes, addresses by the codes of who has them; names, numbers and mailboxes are not here. With --json each
entry is a line.`),
		Args: cobra.NoArgs,
	})
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		var err error
		if q.Channel, err = oneChannel(cmd, channel); err != nil {
			return err
		}
		if q.Source != "" && !slices.Contains(survey.StopSources(), q.Source) {
			return wrongUsage(cmd, "--source "+strings.Join(survey.StopSources(), "|"))
		}
		return a.withDatabase(func(ctx context.Context, e *engine, _ []string) error { return e.listStops(ctx, q) })(cmd, args)
	}
	cmd.Flags().StringVar(&channel, "channel", "", a.t("mục nào cấm kênh này", "entries that bar this channel"))
	cmd.Flags().StringVar(&q.Campaign, "campaign", "", a.t("mục chỉ của khảo sát này", "entries of this campaign alone"))
	cmd.Flags().StringVar(&q.Source, "source", "", a.t("nguồn: ", "source: ")+strings.Join(survey.StopSources(), ", "))
	cmd.Flags().BoolVar(&q.Lifted, "lifted", false, a.t("cả những mục đã gỡ", "those that were lifted, too"))
	return cmd
}

func (e *engine) listStops(ctx context.Context, q dispatch.StopQuery) error {
	a := e.app
	keys, err := e.addressKeys(ctx)
	if err != nil {
		return err
	}
	n := 0
	var t table
	for r, err := range dispatch.Stops(ctx, e.db, keys, q) {
		if err != nil {
			return err
		}
		if a.json {
			if err := a.data(r); err != nil {
				return err
			}
			continue
		}
		if n == 0 {
			t = a.table(a.t("MỤC", "ENTRY"), a.t("AI", "WHO"), a.t("KÊNH", "CHANNEL"), a.t("Ở ĐÂU", "WHERE"), a.t("NGUỒN", "SOURCE"), a.t("NGÀY", "DAY"))
		}
		n++
		t.row(r.ID, a.stopWho(r), a.allOr("channel", string(r.Channel)), a.stopScope(r), a.label("source", r.Source), a.stopDay(r))
	}
	if a.json {
		return nil
	}
	if err := t.end(); err != nil {
		return err
	}
	a.say(a.t("%d mục.", "%d entries."), n)
	return nil
}

// stopScope says how far an entry reaches.
func (a *app) stopScope(r view.StopRow) string {
	if r.Scope == survey.SuppressCampaign {
		return r.Campaign
	}
	return a.t("tất cả", "all")
}

func (a *app) stopDay(r view.StopRow) string {
	if !r.LiftedAt.IsZero() {
		return day(r.At) + a.t(", đã gỡ ", ", lifted ") + day(r.LiftedAt)
	}
	return day(r.At)
}

func (a *app) suppressShow() *cobra.Command {
	return a.withJSON(&cobra.Command{
		Use:   "show PERSON|ADDRESS",
		Short: a.t("Mọi mục về một người, hay về một số hoặc e-mail", "Every entry about a person, or about a number or mailbox"),
		Long: a.t(`Kể cả mục đã gỡ, kèm lời, người ghi và bằng chứng. Với một người thì cả mục về các số và e-mail của người ấy.`,
			`The lifted ones too, with words, who recorded them and the proof. Of a person, those about their numbers and mailboxes as well.`),
		Example: `  canvass suppress show CTV001
  canvass suppress show 0310000001`,
		Args: cobra.ExactArgs(1),
		RunE: a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
			keys, err := e.addressKeys(ctx)
			if err != nil {
				return err
			}
			shown, err := dispatch.ShowStops(ctx, e.db, keys, args[0])
			if err != nil {
				return err
			}
			if a.json {
				return a.data(shown)
			}
			a.sayShownStops(args[0], shown)
			return nil
		}),
	})
}

func (a *app) sayShownStops(who string, s dispatch.ShownStops) {
	standing := 0
	for _, r := range s.Entries {
		if r.LiftedAt.IsZero() {
			standing++
		}
	}
	a.say(a.t("%s: %d mục còn hiệu lực, %d đã gỡ", "%s: %d entries stand, %d were lifted"), who, standing, len(s.Entries)-standing)
	for _, r := range s.Entries {
		about := firstOf(r.Address, a.t("người này", "the person"))
		a.sayWrapped(4, a.t("%d. %s · %s · khảo sát: %s · %s · %s%s", "%d. %s · %s · campaigns: %s · %s · %s%s"), r.ID, about,
			a.allOr("channel", string(r.Channel)), a.stopScope(r.StopRow), a.label("source", r.Source), moment(r.At), prefixed(" · ", r.Actor))
		if r.Words != "" {
			a.sayWrapped(4, `    "%s"`, r.Words)
		}
		if !r.LiftedAt.IsZero() {
			a.sayWrapped(4, a.t("    đã gỡ %s · %s%s%s", "    lifted %s · %s%s%s"), moment(r.LiftedAt), a.lifter(r.LiftedBy), prefixed(" · ", r.LiftedSource), prefixed(" · ", r.LiftedWords))
		}
	}
}

// lifter names who lifted an entry.
func (a *app) lifter(by string) string {
	if by == "respondent" {
		return a.t("chính người ấy", "the person")
	}
	return firstOf(by, "–")
}
