package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"canvass/dispatch"
	"canvass/dispatch/postgres"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// retention ends what need not be kept, with the provider at hand if there is one.
func (h *house) retention() *dispatch.Retention {
	var provider dispatch.Provider
	if h.phone != nil {
		provider = h.phone
	}
	return dispatch.NewRetention(h.db, dispatch.RetentionConfig{Provider: provider, Clock: h.clock, Lives: h.cfg.Lives, Logger: h.log})
}

func (a *app) retentionCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "retention",
		Short: a.t("Những gì chỉ giữ có hạn", "What is kept for a time only"),
	}
	cmd.AddCommand(a.retentionRun())
	return cmd
}

func (a *app) retentionRun() *cobra.Command {
	dry := false
	cmd := a.withJSON(&cobra.Command{
		Use:   "run",
		Short: a.t("Xóa những gì đã hết hạn giữ, và báo cáo", "End what was kept long enough, and report"),
		Long: a.t(`canvass up và canvass scheduler tự làm mỗi ngày một lần. Số ngày giữ của từng loại đặt ở CANVASS_RETENTION, ví dụ
"forms=30 texts=180 notices=180 talk=180 provider=30"; 0 là giữ mãi. Bảng ghép của khảo sát giữ kín bị xóa đúng ngày đã hứa.`,
			`canvass up and canvass scheduler do it once a day. The days of every kind are set by CANVASS_RETENTION, such as
"forms=30 texts=180 notices=180 talk=180 provider=30"; 0 keeps for ever. The links of a confidential survey go on the day promised.`),
		Args: cobra.NoArgs,
		RunE: a.withDatabase(func(ctx context.Context, e *engine, _ []string) error {
			h, err := e.workshop(ctx, e.publicAddress(nil))
			if err != nil {
				return err
			}
			report, err := h.retention().Run(ctx, dry)
			if a.json {
				return firstError(err, each(a, report))
			}
			t := a.table(a.t("LOẠI", "KIND"), a.t("NGÀY GIỮ", "DAYS"), a.t("HẾT HẠN", "ENDED"), a.t("CÒN GIỮ VÌ", "STAYS FOR"))
			for _, l := range report {
				t.row(a.label("keeping", string(l.Kind)), days(l), strconv.Itoa(l.Ended), a.stays(l))
			}
			if dry {
				defer a.say("%s", a.t("Chạy thử: chưa xóa gì.", "A dry run: nothing was ended."))
			}
			return firstError(err, t.end())
		}),
	})
	cmd.Flags().BoolVar(&dry, "dry-run", false, a.t("chỉ đếm, không xóa", "count only, end nothing"))
	return cmd
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func days(l view.LifeEnded) string {
	if l.Kind == survey.KeepLinks {
		return "–"
	}
	return strconv.Itoa(l.Days)
}

// stays says what is kept beyond its days, and why.
func (a *app) stays(l view.LifeEnded) string {
	var parts []string
	for _, why := range []survey.StaysFor{survey.StaysInField, survey.StaysWaits, survey.StaysRefused} {
		if n := l.Stays[why]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s: %d", a.label("stays", string(why)), n))
		}
	}
	return firstOf(strings.Join(parts, "; "), "–")
}

// lives reads CANVASS_RETENTION over the days that hold otherwise.
func (s *settings) lives(text string) []survey.Life {
	out := survey.Lives()
	for _, word := range strings.Fields(text) {
		kind, n, ok := strings.Cut(word, "=")
		d, err := strconv.Atoi(n)
		found := false
		for i := range out {
			if string(out[i].Kind) == kind && out[i].Kind != survey.KeepLinks {
				out[i].Days, found = d, true
			}
		}
		if !ok || err != nil || d < 0 || d > 3650 || !found {
			s.fault("CANVASS_RETENTION", "không hiểu "+strconv.Quote(word)+"; ví dụ: forms=30 texts=180", "cannot read "+strconv.Quote(word)+"; for example: forms=30 texts=180")
		}
	}
	return out
}

// retention tells of what should be ended and is not: a day is what a run may be late.
func (d *doctor) retention(ctx context.Context, db *postgres.DB) {
	const check = "retention"
	late := slices.Clone(d.cfg.Lives)
	for i := range late {
		if late[i].Days > 0 {
			late[i].Days++
		}
	}
	report, err := dispatch.NewRetention(db, dispatch.RetentionConfig{Clock: survey.NewClock(time.Now), Lives: late, Logger: d.logger(d.cfg)}).Run(ctx, true)
	if err != nil {
		return // told by the checks of the database
	}
	n := 0
	for _, l := range report {
		n += l.Ended + l.Stays[survey.StaysRefused]
	}
	if n == 0 {
		d.tell(check, healthy, d.t("không có gì quá hạn giữ", "nothing is kept too long"))
		return
	}
	d.tell(check, warning, fmt.Sprintf(d.t("%d mục quá hạn giữ", "%d things are kept too long"), n))
	d.remedy("để canvass up chạy, mỗi ngày xóa một lần; hoặc chạy ngay: canvass retention run", "keep canvass up running, which ends them daily; or now: canvass retention run")
}

// recordings tells of what was said in calls and the provider may still have.
func (d *doctor) recordings(ctx context.Context, db *postgres.DB) {
	n, err := db.RecordingsOpen(ctx)
	if err != nil || n == 0 {
		return // told by the checks of the database; nothing to say
	}
	d.tell("recordings", healthy, fmt.Sprintf(d.t("nhà cung cấp còn giữ %d tệp lời nói; worker đang lấy về và xóa ở đó", "the provider still has %d recordings; a worker fetches them and has them deleted there"), n))
}

// custody tells whether commands that print could join confidential answers to people.
func (d *doctor) custody(ctx context.Context, db *postgres.DB) {
	const check = "custody"
	kept, err := db.CustodyKept(ctx)
	switch {
	case err != nil:
		d.tell(check, wrong, d.words(err))
	case kept:
		d.tell(check, healthy, d.t("lệnh in và xuất không ghép được câu trả lời giữ kín với tên", "commands that print cannot join confidential answers to names"))
	default:
		d.tell(check, warning, d.t("thiếu vai trò canvass_staff: chưa khởi chạy được khảo sát giữ kín", "no role canvass_staff: no confidential survey can be launched"))
		d.remedy("nhờ người quản trị máy chủ chạy: CREATE ROLE canvass_staff NOLOGIN; GRANT canvass_staff TO người_dùng_của_canvass; rồi chạy canvass migrate",
			"have the server's administrator run: CREATE ROLE canvass_staff NOLOGIN; GRANT canvass_staff TO the_user_of_canvass; then run canvass migrate")
	}
}
