package main

import (
	"context"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"canvass/dispatch"
)

func (a *app) contactsExport() *cobra.Command {
	var o listOptions
	var reason string
	cmd := a.withJSON(&cobra.Command{
		Use:   "export FILE.csv [TEXT] --reason TEXT",
		Short: a.t("Ghi danh sách ra tệp CSV, lọc như lệnh list", "Write contacts to a CSV file, filtered as by list"),
		Long: a.t(`Tệp mở được bằng Excel và nạp lại được bằng contacts import, ra đúng danh sách cũ. Ô mà bảng tính có thể hiểu là công
thức thì được vô hiệu. Tệp chỉ mình bạn đọc được; tệp đã có thì không bị ghi đè. Việc xuất được ghi lại cùng lý do.
Không có trong tệp: danh sách không liên hệ và sổ đồng ý. Cột nhạy cảm cũng không.`,
			`Excel opens the file, and contacts import reads it back to the same list. Cells that a spreadsheet could take for a
formula are defused. Only you can read the file, and none is overwritten. What was exported, and why, stays on record.
Not in the file: the do-not-contact list and the consent ledger, nor sensitive columns.`),
		Example: `  canvass contacts export cum-c2.csv --eligible 'cum = "C2"' --reason "CV 12/BTG"`,
		Args:    cobra.RangeArgs(1, 2),
	})
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if !strings.EqualFold(filepath.Ext(args[0]), ".csv") {
			return wrongUsage(cmd, "FILE.csv")
		}
		return a.withStaff(func(ctx context.Context, e *engine, args []string) error {
			q, err := e.contactQuery(ctx, cmd, o, args[1:])
			if err != nil {
				return err
			}
			r := dispatch.ListFileRequest{Query: q, Reason: reason, Actor: actor(a), Now: e.clock.Now()}
			return e.exportContacts(ctx, args[0], r)
		})(cmd, args)
	}
	o.register(a, cmd.Flags())
	cmd.Flags().StringVar(&reason, "reason", "", a.t("xuất để làm gì, theo văn bản nào; được lưu lại", "what for, by which document; it stays on record"))
	return cmd
}

// exportContacts writes the file and says what is in it.
func (e *engine) exportContacts(ctx context.Context, file string, r dispatch.ListFileRequest) error {
	var done dispatch.ListFile
	err := writeNew(file, func(w io.Writer) (err error) {
		done, err = dispatch.WriteContacts(ctx, e.db, r, w)
		return err
	})
	if err != nil {
		return err
	}
	a := e.app
	if a.json {
		return a.data(done)
	}
	a.say(a.t("%s: %d người, %d số và e-mail.", "%s: %d people, %d addresses."), file, done.People, done.Addresses)
	if len(done.LeftOut) > 0 {
		a.say(a.t("Để lại, không ghi ra: %s.", "Left out: %s."), strings.Join(done.LeftOut, ", "))
	}
	return nil
}
