package main

import (
	"context"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

func (a *app) campaignResend() *cobra.Command {
	var to, words string
	var dry bool
	cmd := a.withJSON(&cobra.Command{
		Use:   "resend NAME --to failed|undelivered|unanswered --reason TEXT",
		Short: a.t("Gửi lại lần liên hệ cuối cho những người cần, không ai khác", "Make the last contact again for those who need it, and nobody else"),
		Long: a.t(`failed       bị từ chối: không gửi được, hoặc máy chủ hay nhà mạng không nhận
undelivered  đã nhận chuyển nhưng không tới nơi (thư dội lại, không ai nghe máy)
unanswered   có thể đã tới, và người nhận chưa bắt đầu trả lời

Mỗi người thêm một lần của bước gần nhất, trong cùng sổ gửi, vẫn theo khung giờ, giới hạn số lần và danh sách không liên hệ; địa chỉ
là địa chỉ hiện nay. Ai đang có tin chờ gửi hoặc chưa rõ thì không gửi thêm, nên chạy hai lần cũng chỉ gửi một lần. Lượt mời đã
chốt vì không tới được ai thì mở lại. --dry-run chỉ đếm.`,
			`failed       refused: it could not be sent, or their server or the carrier did not take it
undelivered  taken, and did not arrive (a mail that came back, nobody answered)
unanswered   it may have arrived, and the person has not begun

Each gets one more try of the latest step, in the same ledger, within hours, caps and the do-not-contact list; the address is the one
of today. Who has something waiting or in doubt gets nothing more, so running it twice sends once. Cases that were closed because
nobody was reached are opened again. --dry-run only counts.`),
		Example: `  canvass campaign resend thang-12 --to undelivered --dry-run
  canvass campaign resend thang-12 --to undelivered --reason "đã sửa địa chỉ thư huyện Ba Trúc"`,
		Args: cobra.ExactArgs(1),
	})
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if to == "" {
			return wrongUsage(cmd, "--to failed|undelivered|unanswered")
		}
		return a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
			o := e.because(args[0], words)
			if dry && words == "" {
				o.Words = "dry-run" // nothing is written that it could explain
			}
			done, err := dispatch.Resend(ctx, e.db, dispatch.Group(to), dry, o)
			if err != nil {
				return err
			}
			if a.json {
				return a.data(done)
			}
			a.tellResent(done)
			return nil
		})(cmd, args)
	}
	cmd.Flags().StringVar(&to, "to", "", a.t("gửi lại cho ai: failed, undelivered hoặc unanswered", "to whom: failed, undelivered or unanswered"))
	cmd.Flags().BoolVar(&dry, "dry-run", false, a.t("chỉ đếm, không ghi gì", "count only, write nothing"))
	a.wordsFlag(cmd, &words)
	return cmd
}

func (a *app) tellResent(r view.Resent) {
	planned := 0
	for _, n := range r.Planned {
		planned += n
	}
	if r.Dry {
		a.say(a.t("%s: sẽ gửi lại cho %d trong %d người (chưa ghi gì).", "%s: would go again to %d of %d people (nothing is written)."), r.Campaign, planned, r.People)
	} else {
		a.say(a.t("%s: gửi lại cho %d trong %d người.", "%s: goes again to %d of %d people."), r.Campaign, planned, r.People)
	}
	for _, ch := range survey.Channels() {
		if n := r.Planned[ch]; n > 0 {
			a.say("  %5d  %s", n, a.label("channel", string(ch)))
		}
	}
	if r.Reopened > 0 {
		a.say(a.t("  %5d  trong đó lượt mời đã chốt, nay mở lại", "  %5d  of them had been closed, and are open again"), r.Reopened)
	}
	for _, why := range slices.Sorted(maps.Keys(r.Left)) {
		a.say(a.t("  %5d  không gửi lại: %s", "  %5d  not again: %s"), r.Left[why], a.label("reason", string(why)))
	}
}
