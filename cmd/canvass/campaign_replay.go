package main

import (
	"context"

	"github.com/spf13/cobra"

	"canvass/dispatch"
)

func (a *app) campaignReplay() *cobra.Command {
	return a.withJSON(&cobra.Command{
		Use:   "replay NAME",
		Short: a.t("Suy lại mọi trạng thái cuối từ nhật ký, và so với mã đang lưu", "Derive every final disposition again from the record, and compare"),
		Long: a.t("Không thay đổi gì. Mã do cán bộ đặt là một phần của nhật ký. Lượt mời nào không khớp thì được nêu, theo mã cộng tác viên.",
			"It changes nothing. What staff set is part of the record. Cases that differ are named, by the code of the contact."),
		Args: cobra.ExactArgs(1),
		RunE: a.withStaff(func(ctx context.Context, e *engine, args []string) error {
			r, err := dispatch.Replay(ctx, e.db, args[0])
			if err != nil {
				return err
			}
			if a.json {
				return a.data(r)
			}
			return a.sayReplayed(r)
		}),
	})
}

func (a *app) sayReplayed(r dispatch.Replayed) error {
	a.say(a.t("%s: %d lượt mời đã chốt, %d khớp với nhật ký (%d do cán bộ đặt), %d không khớp.",
		"%s: %d closed cases, %d agree with the record (%d set by staff), %d differ."), r.Campaign, r.Cases, r.Agree, r.Staff, len(r.Differ))
	if len(r.Differ) == 0 {
		return nil
	}
	t := a.table(a.t("CTV", "CONTACT"), a.t("ĐANG LƯU", "STORED"), a.t("SUY RA", "DERIVED"), a.t("LÝ DO", "REASON"))
	for _, d := range r.Differ {
		t.row(d.Contact, d.Stored, d.Derived, a.label("reason", string(d.Reason)))
	}
	return t.end()
}
