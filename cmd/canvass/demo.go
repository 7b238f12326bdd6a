package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"canvass/cmd/canvass/datadir"
	"canvass/dispatch/survey"
)

// demoOptions are the flags of the demo.
type demoOptions struct {
	once  bool
	split bool // worker, scheduler and serve as three processes
	kill  bool // kill -9 in the middle of the campaign, and start again
	seed  uint64
	speed float64
}

// demo runs a whole survey on real parts: simulators stand in for the mail
// server, for Twilio and for the people; everything else is production with
// other addresses.
func (a *app) demo() *cobra.Command {
	o := demoOptions{seed: 2026, speed: survey.MaxSpeed}
	c := &cobra.Command{
		Use:   "demo",
		Short: a.t("Chạy thử trọn một cuộc khảo sát trên máy này, với 300 người tưởng tượng", "Run a whole survey on this machine, with 300 invented people"),
		Long: a.t(`Một máy chủ thư, một Twilio và 300 cộng tác viên giả lập thay cho thế giới bên ngoài; mọi phần còn lại
là hệ thống thật. Giờ diễn tập chạy nhanh hơn giờ thật; khoảng nửa phút là xong. Sau đó hệ thống còn chạy
để xem hộp thư, điện thoại và phiếu, đến khi bấm Ctrl-C.`,
			`A mail server, a Twilio and 300 collaborators are simulated; everything else is the real system. The
rehearsal clock runs faster than the wall clock; half a minute is enough. Afterwards everything stays up,
to look at the mailbox, a handset and a form, until Ctrl-C.`),
		Args: cobra.NoArgs,
		RunE: a.work(func(ctx context.Context, _ []string) error { return a.runDemo(ctx, o) }),
	}
	f := c.Flags()
	f.BoolVar(&o.once, "once", false, a.t("kết thúc khi xong; mã thoát 0 chỉ khi sổ sách khớp", "end when done; exit code 0 only if the balance holds"))
	f.BoolVar(&o.split, "split", false, a.t("chạy worker, scheduler, serve thành ba tiến trình", "run worker, scheduler and serve as three processes"))
	f.BoolVar(&o.kill, "kill", false, a.t("giữa chừng kill -9 rồi chạy lại", "kill -9 in the middle, and start again"))
	f.Uint64Var(&o.seed, "seed", o.seed, a.t("số mồi (seed) của danh sách và của người trả lời", "seed of the list and of the respondents"))
	f.Float64Var(&o.speed, "speed", o.speed, a.t("giờ diễn tập nhanh gấp mấy lần (1–240)", "how many times faster the rehearsal clock runs (1–240)"))
	return c
}

func (a *app) runDemo(ctx context.Context, o demoOptions) error {
	began := time.Now()
	d := &demo{app: a, o: o}
	defer d.close()
	for _, step := range []func(context.Context) error{d.prepare, d.services, d.strangers, d.start, d.launch, d.field, d.settle} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	ok, err := d.report(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.out, "%s\n", d.summary(ok, time.Since(began)))
	if !ok {
		return errTold
	}
	if o.once {
		return nil
	}
	if err := d.after(ctx); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

// prepare makes the demo's own data directory and the files that an office
// would have: its list, a questionnaire and a campaign.
func (d *demo) prepare(context.Context) error {
	d.dir = d.getenv("CANVASS_DATA_DIR")
	if d.dir == "" {
		dir, err := os.MkdirTemp("", "canvass-demo-")
		if err != nil {
			return err
		}
		d.dir, d.temporary = dir, true
	}
	dir, err := datadir.Open(d.dir)
	if err != nil {
		return err
	}
	if _, err := dir.Sub("demo"); err != nil {
		return err
	}
	return d.writeFiles()
}

// path names a file of the demo in its data directory.
func (d *demo) path(name string) string { return filepath.Join(d.dir, "demo", name) }

// say tells the person at the terminal what happens next.
func (d *demo) say(vi, en string, args ...any) {
	fmt.Fprintf(d.out, "\n— "+d.t(vi, en)+"\n", args...)
}

// field shows the campaign live until it is closed.
func (d *demo) field(ctx context.Context) error {
	d.say("Đợt khảo sát đang chạy", "The campaign is in the field")
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	killAt := time.Now().Add(8 * time.Second)
	for {
		s, err := d.status(ctx)
		if err == nil {
			d.progress(s)
			if s.State == survey.CampaignClosed {
				fmt.Fprintln(d.out)
				return nil
			}
		}
		if d.o.kill && time.Now().After(killAt) {
			d.o.kill = false
			if err := d.killAndRestart(ctx); err != nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		if err := d.alive(); err != nil {
			return err
		}
	}
}
