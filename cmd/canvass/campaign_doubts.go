package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// doubtFlags are what staff say of messages in doubt.
type doubtFlags struct {
	sent, absent, all bool
	words             string
}

func (a *app) campaignDoubts() *cobra.Command {
	var f doubtFlags
	cmd := a.withJSON(&cobra.Command{
		Use:   "doubts NAME [(--sent | --not-sent) (ID... | --all) --reason TEXT]",
		Short: a.t("Tin chưa rõ đã gửi hay chưa, và quyết định của cán bộ", "Messages that may or may not have left, and what staff decide"),
		Long: a.t(`Một tin là "chưa rõ" khi tiến trình gửi dừng, hoặc mất kết nối, đúng lúc giao tin. Tin nhắn và cuộc gọi được hỏi lại ở nhà cung cấp và
thường tự có kết quả: tin nào chắc chắn chưa đi thì được gửi. Thư thì không có nơi nào để hỏi. Không tin nào được gửi lại theo phỏng đoán.

Lệnh này liệt kê từng tin: số của tin, mã cộng tác viên, kênh, bước, giao lúc nào, đã chờ bao lâu, đã tìm thấy gì. Xem ở máy chủ
thư hoặc nhà cung cấp, hay hỏi chính người ấy, rồi quyết định:

  --sent      coi là đã gửi: người ấy không nhận thêm gì của lần liên hệ này, quy trình đi tiếp
  --not-sent  coi là chưa gửi: đúng tin ấy được gửi, thư thì cùng Message-ID, nên ai đã nhận có thể thấy một bản thứ hai

Tin nào vừa có kết quả trước lệnh này thì giữ nguyên, được báo lại, và lệnh kết thúc với mã 1.`,
			`A message is in doubt when its worker stopped, or the line broke, in the very moment it was handed over. Texts and calls are looked
for at the provider and are mostly settled by that: what surely never left goes out. Of a mail nobody can be asked. Nothing is sent again
on a guess.

This lists them line by line: the number of the message, the contact's code, channel, step, when it was handed over, for how
long it waits, what was found out. Look into the log of the mail server or the provider, or ask the person, and decide:

  --sent      it left: the person gets nothing more of this contact, and the protocol goes on
  --not-sent  it never left: the very same message goes out, a mail with the same Message-ID, so whoever had it may see it twice

What was settled before this came stays as it is and is told, and the exit code is 1.`),
		Example: `  canvass campaign doubts thang-12
  canvass campaign doubts thang-12 --sent a12 a15 --reason "nhật ký máy chủ thư ngày 14/12"
  canvass campaign doubts thang-12 --not-sent --all --reason "máy chủ thư tắt lúc ấy"`,
		Args: cobra.MinimumNArgs(1),
	})
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if !f.sent && !f.absent {
			if len(args) > 1 || f.all {
				return wrongUsage(cmd, "--sent | --not-sent")
			}
			return a.withDatabase(func(ctx context.Context, e *engine, args []string) error { return e.listDoubts(ctx, args[0]) })(cmd, args)
		}
		s, err := f.settling(cmd, args[1:])
		if err != nil {
			return err
		}
		return a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
			return e.settleDoubts(ctx, s, e.because(args[0], f.words))
		})(cmd, args)
	}
	cmd.Flags().BoolVar(&f.sent, "sent", false, a.t("những tin này đã gửi", "these have left"))
	cmd.Flags().BoolVar(&f.absent, "not-sent", false, a.t("những tin này chưa gửi; gửi chúng", "these have not left; send them"))
	cmd.Flags().BoolVar(&f.all, "all", false, a.t("mọi tin đang chờ cán bộ", "all that wait for staff"))
	a.wordsFlag(cmd, &f.words)
	cmd.MarkFlagsMutuallyExclusive("sent", "not-sent")
	return cmd
}

// settling reads which messages are meant.
func (f doubtFlags) settling(cmd *cobra.Command, ids []string) (dispatch.Settling, error) {
	s := dispatch.Settling{All: f.all, Sent: f.sent}
	if f.all == (len(ids) > 0) {
		return s, wrongUsage(cmd, "ID... | --all")
	}
	for _, id := range ids {
		ref, ok := view.ParseMessageRef(strings.ToLower(id))
		if !ok {
			return s, wrongUsage(cmd, id+" (a12, n7)")
		}
		s.Refs = append(s.Refs, ref)
	}
	return s, nil
}

func (e *engine) listDoubts(ctx context.Context, name string) error {
	a := e.app
	staff, looked := 0, 0
	var t table
	var group survey.Finding
	for d, err := range dispatch.Doubts(ctx, e.db, name) {
		switch {
		case err != nil:
			return err
		case a.json:
			if err := a.data(d); err != nil {
				return err
			}
			continue
		case !d.ForStaff:
			looked++
			continue
		}
		if staff == 0 || d.Finding != group {
			if err := t.end(); err != nil {
				return err
			}
			group = d.Finding
			a.say("%s:", a.label("finding", string(group)))
			t = a.table("  ", a.t("CTV", "CONTACT"), a.t("KÊNH", "CHANNEL"), a.t("BƯỚC", "STEP"), a.t("GIAO LÚC", "HANDED OVER"), a.t("ĐÃ CHỜ", "WAITS"), a.t("MÃ", "CODE"))
		}
		staff++
		t.row("  "+d.Ref.String(), contactOf(d.ContactID, d.Contact), a.label("channel", string(d.Channel)), a.stepOf(d), moment(d.HandedOver),
			a.lasting(e.clock.Real().Sub(d.HandedOver)), d.Code)
	}
	if a.json {
		return nil
	}
	if err := t.end(); err != nil {
		return err
	}
	a.say(a.t("%s: %d tin chưa rõ, chờ cán bộ.", "%s: %d messages in doubt wait for staff."), name, staff)
	if looked > 0 {
		a.say(a.t("%d tin nữa đang được hỏi lại ở nhà cung cấp, chưa cần làm gì.", "%d more are being looked for at the provider; nothing to do yet."), looked)
	}
	return nil
}

// contactOf names a contact on a screen: by the office's code, else by number.
func contactOf(id survey.ContactID, code string) string {
	switch {
	case code != "":
		return code
	case id != 0:
		return "ID " + strconv.FormatInt(int64(id), 10)
	}
	return "–"
}

// stepOf is the step and try of an attempt; a notice has none.
func (a *app) stepOf(d view.DoubtLine) string {
	switch {
	case d.Ref.Notice != 0:
		return a.t("(tin đáp lại)", "(an answer)")
	case d.Try > 1:
		return fmt.Sprintf("%s/%d", d.Step, d.Try)
	}
	return d.Step
}

// lasting writes a length of time for people, roughly.
func (a *app) lasting(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return fmt.Sprintf(a.t("%d ngày", "%d days"), d/(24*time.Hour))
	case d >= 2*time.Hour:
		return fmt.Sprintf(a.t("%d giờ", "%d hours"), d/time.Hour)
	}
	return fmt.Sprintf(a.t("%d phút", "%d min"), max(d, 0)/time.Minute)
}

func (e *engine) settleDoubts(ctx context.Context, s dispatch.Settling, o dispatch.Order) error {
	a := e.app
	done, err := dispatch.SettleDoubts(ctx, e.db, s, o)
	if err != nil {
		return err
	}
	switch {
	case a.json:
		if err := a.data(done); err != nil {
			return err
		}
	case s.Sent:
		a.say(a.t("%s: đã ghi nhận %d tin là đã gửi.", "%s: %d messages settled as sent."), o.Campaign, len(done.Settled))
	default:
		a.say(a.t("%s: đã ghi nhận %d tin là chưa gửi; chúng được gửi đi.", "%s: %d messages settled as never sent; they go out."), o.Campaign, len(done.Settled))
	}
	if len(done.Meanwhile) == 0 {
		return nil
	}
	refs := make([]string, len(done.Meanwhile))
	for i, r := range done.Meanwhile {
		refs[i] = r.String()
	}
	args := map[string]string{"refs": strings.Join(refs, ", ")}
	if n := len(done.Settled); n > 0 {
		args["settled"] = strconv.Itoa(n)
	}
	return &survey.Error{Kind: survey.Conflict, Code: survey.CodeDoubtSettled, Args: args}
}
