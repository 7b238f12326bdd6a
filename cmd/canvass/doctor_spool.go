package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"canvass/dispatch/postgres"
	"canvass/worker/spool"
)

// spool looks at what arrived while the database was away, and whether more of it
// could be kept.
func (d *doctor) spool() {
	const check = "spool"
	none := func() {
		d.tell(check, skipped, d.t("chưa có; tiến trình đầu tiên nhận tin sẽ tạo", "not there yet; the first process that takes arrivals makes it"))
	}
	if d.dir == nil {
		none()
		return
	}
	dir := spoolDir(d.dir)
	r, err := spool.Inspect(dir)
	if errors.Is(err, fs.ErrNotExist) {
		none()
		return
	}
	if err == nil {
		err = spool.TryWrite(dir)
	}
	switch {
	case err != nil:
		d.tell(check, wrong, err.Error())
		d.remedy("kiểm tra đĩa còn chỗ và quyền ghi của thư mục này", "check free space on this disk, and who may write to this directory")
	case r.Aside > 0:
		d.tell(check, warning, fmt.Sprintf(d.t("%d tệp trong %s/quarantine: tin đã nhận nhưng không đọc được hoặc không lưu được", "%d files in %s/quarantine: taken, and they cannot be read or stored"), r.Aside, dir))
		d.remedy("nếu thiếu khóa, đưa keys.json cũ về, chuyển các tệp này vào một thư mục con của spool khi serve đã dừng, rồi chạy lại; nếu không, xem nhật ký và giữ tệp để hỏi nhà phát triển",
			"if keys were missing, bring back the old keys.json, move the files into a directory of the spool while serve is stopped, and start it; if not, see the log and keep the files for the developers")
	case r.Entries > 0:
		d.tell(check, warning, fmt.Sprintf(d.t("%d tin chờ ghi vào cơ sở dữ liệu, lâu nhất từ %s", "%d arrivals wait for the database, the oldest since %s"), r.Entries, r.Oldest.Local().Format("15:04:05 02/01/2006")))
		d.remedy("khôi phục cơ sở dữ liệu và để canvass up hoặc canvass serve chạy: tin được lưu tự động, rồi việc gửi mới tiếp tục",
			"bring the database back and keep canvass up or canvass serve running: they are stored by themselves, and sending goes on after that")
	default:
		d.tell(check, healthy, d.t("trống, ghi được", "empty, and can be written to"))
	}
}

// spoolers tells of processes, on any machine, that ended with something in their
// spool.
func (d *doctor) spoolers(ctx context.Context, db *postgres.DB) {
	list, err := db.Spoolers(ctx)
	if err != nil {
		return // told by the check of the schema
	}
	for _, p := range list {
		if !p.Silent || p.Waiting == 0 {
			continue
		}
		d.tell("spool elsewhere", warning, fmt.Sprintf(d.t("máy %s: %d tin chưa lưu, im lặng từ %s", "on %s: %d arrivals are not stored, silent since %s"),
			p.Host, p.Waiting, p.SeenAt.Local().Format(time.DateTime)))
		d.remedy("chạy lại canvass serve trên máy ấy, với thư mục dữ liệu của nó", "start canvass serve on that machine again, with its data directory")
	}
}
