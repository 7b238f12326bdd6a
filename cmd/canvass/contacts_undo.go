package main

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

func (a *app) contactsImports() *cobra.Command {
	limit := 20
	cmd := a.withJSON(&cobra.Command{
		Use:   "imports",
		Short: a.t("Xem những lần nhập gần đây", "Look at the last imports"),
		Args:  cobra.NoArgs,
		RunE: a.withDatabase(func(ctx context.Context, e *engine, _ []string) error {
			past, err := e.db.Imports(ctx, limit)
			if err != nil {
				return err
			}
			if a.json {
				return each(a, past)
			}
			if len(past) == 0 {
				a.say(a.t("Chưa có lần nhập nào.", "Nothing was imported yet."))
				return nil
			}
			// What may be long comes last: a narrow screen breaks it and not the figures.
			t := a.table(a.t("SỐ", "NO"), a.t("LÚC", "AT"), a.t("MỚI", "NEW"), a.t("SỬA", "CHANGED"), a.t("NHƯ CŨ", "SAME"), a.t("LOẠI", "REJECTED"),
				a.t("TRẠNG THÁI", "STATE"), a.t("AI", "BY"), a.t("TỆP", "FILE"))
			for _, p := range past {
				t.row(p.ID, moment(p.StartedAt), p.Created, p.Updated, p.Unchanged, p.Rejected, a.label("import", p.State), p.Actor, p.Source)
			}
			return t.end()
		}),
	})
	cmd.Flags().IntVar(&limit, "limit", limit, a.t("nhiều nhất mấy lần", "at most so many"))
	return cmd
}

func (a *app) contactsUndo() *cobra.Command {
	var reason string
	cmd := a.withJSON(&cobra.Command{
		Use:   "undo IMPORT --reason TEXT",
		Short: a.t("Hoàn tác cả một lần nhập", "Take a whole import back"),
		Long: a.t(`Người mới của lần nhập ấy được xóa, người đã đổi trở lại như trước, lệnh ngừng nhận do tệp ghi được bỏ.
Nếu sau đó đã có việc khác dựa lên (khảo sát, lần nhập sau, gộp người) thì không hoàn tác gì cả và nói rõ vì sao.`,
			`People it made are removed, people it changed are as before, stops that the file told of are lifted. Where something
was built on it since (a survey, a later import, a merge), nothing at all is undone, and it says why.`),
		Example: `  canvass contacts undo 12 --reason "nhầm tệp năm ngoái"`,
		Args:    cobra.ExactArgs(1),
	})
	cmd.RunE = a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
		id, err := strconv.ParseInt(args[0], 10, 32)
		if err != nil {
			return wrongUsage(cmd, "IMPORT")
		}
		done, err := dispatch.UndoImport(ctx, e.db, view.ImportUndo{Import: survey.ImportID(id), Actor: actor(a), Reason: reason, Now: e.clock.Now()})
		if err != nil {
			return err
		}
		if a.json {
			return a.data(done)
		}
		a.say(a.t("Đã hoàn tác lần nhập %d: xóa %d người mới, trả lại %d người như trước.", "Import %d is undone: %d new people removed, %d as they were before."),
			id, done.Removed, done.Restored)
		return nil
	})
	cmd.Flags().StringVar(&reason, "reason", "", a.t("vì sao; được lưu lại", "why; kept on record"))
	return cmd
}
