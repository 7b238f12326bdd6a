package main

import (
	"context"

	"github.com/spf13/cobra"

	"canvass/dispatch"
)

// doubts is what campaign doubts prints.
type doubts struct {
	Campaign string `json:"campaign"`
	Doubts   int    `json:"doubts"`
	Settled  bool   `json:"settled"`
}

func (a *app) campaignDoubts() *cobra.Command {
	var sent, absent bool
	cmd := a.withJSON(&cobra.Command{
		Use:   "doubts NAME [--sent | --not-sent]",
		Short: a.t("Lượt gửi chưa rõ đã đi hay chưa, và quyết định về chúng", "Messages that may or may not have left, and what staff decide"),
		Long: a.t("Không có tùy chọn thì chỉ đếm. --sent: coi như đã gửi. --not-sent: coi như chưa gửi, và gửi lại.",
			"Without a flag they are only counted. --sent takes all as sent; --not-sent takes all as never sent, and they go out again."),
		Args: cobra.ExactArgs(1),
		RunE: a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
			n, err := e.countDoubts(ctx, args[0], sent, absent)
			if err != nil {
				return err
			}
			out := doubts{Campaign: args[0], Doubts: n, Settled: sent || absent}
			switch {
			case a.json:
				return a.data(out)
			case out.Settled:
				a.say(a.t("%s: đã quyết định %d lượt gửi.", "%s: %d messages settled."), args[0], n)
			default:
				a.say(a.t("%s: %d lượt gửi chưa rõ, chờ cán bộ.", "%s: %d messages in doubt wait for staff."), args[0], n)
			}
			return nil
		}),
	})
	cmd.Flags().BoolVar(&sent, "sent", false, a.t("coi tất cả là đã gửi", "take all as sent"))
	cmd.Flags().BoolVar(&absent, "not-sent", false, a.t("coi tất cả là chưa gửi, và gửi lại", "take all as never sent; they go out again"))
	cmd.MarkFlagsMutuallyExclusive("sent", "not-sent")
	return cmd
}

// countDoubts counts the doubts of a campaign, or settles them.
func (e *engine) countDoubts(ctx context.Context, name string, sent, absent bool) (int, error) {
	if sent || absent {
		return dispatch.SettleDoubts(ctx, e.db, sent, e.order(name))
	}
	k, err := e.db.CampaignByName(ctx, name)
	if err != nil {
		return 0, err
	}
	ids, err := e.db.StaffDoubts(ctx, k.ID)
	return len(ids), err
}
