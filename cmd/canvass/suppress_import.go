package main

import (
	"context"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"canvass/dispatch"
	"canvass/dispatch/contactlist"
)

func (a *app) suppressImport() *cobra.Command {
	var f stopFlags
	var column string
	var dryRun bool
	cmd := a.withJSON(&cobra.Command{
		Use:   "import FILE --words TEXT",
		Short: a.t("Đưa cả một tệp mã, số hay e-mail vào danh sách", "Put a file of codes, numbers or mailboxes on the list"),
		Long: a.t(`Tệp CSV hay XLSX, đọc như khi nhập danh bạ. Chỉ một cột được đọc: cột có mã cộng tác viên, số điện thoại hoặc e-mail; tệp không cần tên
người. Có nhiều cột như vậy thì chỉ rõ bằng --column. Số và e-mail chưa có trong danh bạ vẫn được nhận, chỉ bằng mã băm. Dòng đọc được ghi
trọn một lần; dòng không đọc được thì báo số dòng và cách sửa, và lệnh kết thúc với mã 1. Nhập lại cùng tệp không đổi gì.`,
			`A CSV or XLSX file, read as contacts import does. One column is read: the one with codes of collaborators, phone numbers or e-mail
addresses; the file needs no names. If there are several, say which by --column. Addresses that are not on the contact list are taken too, as
hashes alone. The rows that can be read are recorded all at once; those that cannot are told by row with their remedy, and the exit code
is 1. The same file again changes nothing.`),
		Example: `  canvass suppress import xin-thoi.xlsx --words "danh sách xã gửi ngày 10/12" --dry-run
  canvass suppress import dnc.csv --column "Số máy" --channel sms --words "danh sách 5656 tháng 12"`,
		Args: cobra.ExactArgs(1),
	})
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		r, err := f.request(cmd, a)
		if err != nil {
			return err
		}
		return a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
			return e.importStops(ctx, dispatch.StopImport{StopRequest: r, File: args[0], DryRun: dryRun}, column)
		})(cmd, args)
	}
	f.register(a, cmd)
	cmd.Flags().StringVar(&column, "column", "", a.t("cột nào: tên cột, chữ cái như trong Excel, hoặc số thứ tự", "which column: its name, its letter as in Excel, or its number"))
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, a.t("làm thử, không lưu", "do everything, keep nothing"))
	return cmd
}

func (e *engine) importStops(ctx context.Context, r dispatch.StopImport, column string) error {
	a := e.app
	file, _, err := watch(r.File)
	if err != nil {
		return unreadable(r.File, err)
	}
	defer file.Close()
	r.File = filepath.Base(r.File)
	if r.List, err = contactlist.OpenColumn(r.File, file, file.size, column); err != nil {
		return err
	}
	keys, err := e.keyring(ctx)
	if err != nil {
		return err
	}
	r.Now = e.clock.Now()
	done, err := dispatch.SuppressFile(ctx, e.db, keys.AddressKey, r)
	if err != nil {
		return err
	}
	if a.json {
		err = a.data(done)
	} else {
		a.sayStopFile(r.List, done)
	}
	if err == nil && done.Rejected > 0 {
		return errTold
	}
	return err
}

// sayStopFile tells what became of a file, the rejected rows first.
func (a *app) sayStopFile(list *contactlist.ColumnReader, d dispatch.StopImported) {
	a.say(a.t("Cột đã đọc: %s", "Read column: %s"), strings.Join(list.Labels(), ", "))
	for _, o := range d.Omissions {
		a.sayWrapped(4, a.t("  bỏ qua trang %s: %s", "  left out sheet %s: %s"), o.Sheet, a.label("why", string(o.Why)))
	}
	for _, fault := range d.Faults {
		a.sayWrapped(4, a.t("  dòng %s", "  row %s"), a.codeWords(fault))
	}
	if more := d.Rejected - len(d.Faults); more > 0 {
		a.say(a.t("  … và %d dòng nữa", "  … and %d more rows"), more)
	}
	if d.DryRun {
		a.say("%s", a.t("Làm thử, chưa lưu gì:", "Nothing was kept, this is what it would do:"))
	}
	a.sayWrapped(4, a.t("%d dòng: %d người, %d số và e-mail; %d mục mới, %d đã có từ trước; %d dòng trùng, %d dòng bị loại",
		"%d rows: %d people, %d addresses; %d new entries, %d there before; %d rows repeated, %d rejected"),
		d.Rows, d.People, d.Addresses, d.Put, d.Standing, d.Repeated, d.Rejected)
	if d.Contacts > 0 {
		a.say(a.t("  liên quan tới %d người trong danh bạ", "  concerns %d people on the contact list"), d.Contacts)
	}
	a.sayWithdrawn(d.Cancelled, d.OnTheWire)
}
