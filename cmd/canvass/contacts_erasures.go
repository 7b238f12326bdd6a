package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"canvass/dispatch/postgres"
)

func (a *app) contactsErasures() *cobra.Command {
	return a.withJSON(&cobra.Command{
		Use:   "erasures",
		Short: a.t("Ai tự đề nghị xóa dữ liệu và còn chờ", "Who asked to be erased and still waits"),
		Long: a.t(`Người ấy bấm "Đề nghị xóa" ở trang của mình; từ lúc đó không có gì được gửi cho họ nữa. Xóa bằng canvass contacts erase;
xóa xong thì không còn trong danh sách này.`,
			`They pressed "Ask for deletion" on their own page; nothing is sent to them from that moment. Erase them by canvass contacts
erase; whoever is erased is on this list no more.`),
		Args: cobra.NoArgs,
		RunE: a.withDatabase(func(ctx context.Context, e *engine, _ []string) error {
			all, err := e.db.Erasures(ctx)
			if err != nil {
				return err
			}
			if a.json {
				for _, w := range all {
					if err := a.data(w); err != nil {
						return err
					}
				}
				return nil
			}
			if len(all) == 0 {
				a.say("%s", a.t("Không ai chờ xóa dữ liệu.", "Nobody waits to be erased."))
				return nil
			}
			t := a.table(a.t("ĐỀ NGHỊ LÚC", "ASKED AT"), a.t("ĐÃ CHỜ", "WAITED"), "ID", a.t("MÃ", "CODE"))
			for _, w := range all {
				t.row(moment(w.AskedAt), a.waited(time.Since(w.AskedAt)), fmt.Sprint(w.ID), firstOf(w.Code, "–"))
			}
			return t.end()
		}),
	})
}

// waited is how long somebody waits, in days, or in hours on the first one.
func (a *app) waited(d time.Duration) string {
	if days := int(d.Hours()) / 24; days > 0 {
		return fmt.Sprintf(a.t("%d ngày", "%d days"), days)
	}
	return fmt.Sprintf(a.t("%d giờ", "%d hours"), max(int(d.Hours()), 0))
}

// erasures tells of people who asked to be erased: how many and since when, and not
// who.
func (d *doctor) erasures(ctx context.Context, db *postgres.DB) {
	all, err := db.Erasures(ctx)
	switch {
	case err != nil:
		d.tell("asked to be erased", wrong, d.words(err))
	case len(all) == 0:
		d.tell("asked to be erased", healthy, d.t("không ai chờ", "nobody waits"))
	default:
		d.tell("asked to be erased", warning, fmt.Sprintf(d.t("%d người chờ, lâu nhất từ %s", "%d people wait, the first since %s"), len(all), moment(all[0].AskedAt)))
		d.remedy("cần người xử lý: canvass contacts erasures, rồi canvass contacts erase", "a person is needed: canvass contacts erasures, then canvass contacts erase")
	}
}
