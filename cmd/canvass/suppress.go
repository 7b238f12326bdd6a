package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

func (a *app) suppress() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "suppress",
		Short: a.t("Danh sách không liên hệ: xem, thêm, nhập tệp, gỡ", "The do-not-contact list: look, add, import, lift"),
		Long: a.t(`Một danh sách chung cho mọi kênh và mọi khảo sát. Mỗi mục nói về một người, hoặc về một số điện thoại hay e-mail dù ai đang dùng; cho một
kênh hay mọi kênh; cho một khảo sát hay mọi khảo sát. Mục nào cũng có nguồn, lời và giờ. Số và e-mail chỉ được giữ bằng mã băm có
khóa, nên danh sách còn lại cả khi dữ liệu của người ấy đã xóa, và danh bạ nhập sau này không gọi người ấy lại được.

Người nhắn TC, bấm ngừng nhận trên trang hay trong thư, hoặc bấm phím khi nghe gọi thì tự vào danh sách. Chỉ chính người ấy mới ra khỏi
danh sách được: tự nhắn DK, hoặc nói với cán bộ và có bằng chứng (lift). Nhập danh bạ, gộp người hay ghi đồng ý đều không gỡ được ai.`,
			`One list over all channels and campaigns. An entry is about a person, or about a number or mailbox whoever has it; for one channel or all;
for one campaign or all. Each has its source, words and time. Addresses are kept as keyed hashes only, so the list outlives the
erasure of a person, and no contact list that is imported later brings anybody back.

Whoever texts STOP, stops on their page or in their mail program, or presses the key in a call goes on it by themselves. Only the person
gets off it: by texting START, or by telling staff, with proof (lift). No import, no merge and no consent takes anybody off.`),
		Args: cobra.NoArgs,
		RunE: a.group,
	}
	cmd.AddCommand(a.suppressList(), a.suppressShow(), a.suppressAdd(), a.suppressImport(), a.suppressLift())
	return cmd
}

// stopFlags are the flags of adding and importing.
type stopFlags struct{ channel, campaign, source, words string }

func (f *stopFlags) register(a *app, cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.channel, "channel", "", a.t("kênh: email, sms hoặc call; mặc định mọi kênh", "channel: email, sms or call; all if not given"))
	cmd.Flags().StringVar(&f.campaign, "campaign", "", a.t("chỉ trong khảo sát này; mặc định mọi khảo sát", "in this campaign only; everywhere if not given"))
	cmd.Flags().StringVar(&f.words, "words", "", a.t("người ấy nói gì, hoặc vì sao; được lưu lại", "what the person said, or why; it stays on record"))
}

// request reads the flags.
func (f *stopFlags) request(cmd *cobra.Command, a *app) (dispatch.StopRequest, error) {
	channel, err := oneChannel(cmd, f.channel)
	return dispatch.StopRequest{Channel: channel, Campaign: f.campaign, Source: f.source, Words: f.words, Actor: actor(a)}, err
}

// oneChannel reads a flag --channel; empty is every channel.
func oneChannel(cmd *cobra.Command, text string) (survey.Channel, error) {
	if text == "" {
		return "", nil
	}
	channels, err := channelsOf(cmd, "--channel", text, "all")
	if err != nil || len(channels) != 1 {
		return "", err
	}
	return channels[0], nil
}

func (a *app) suppressAdd() *cobra.Command {
	var f stopFlags
	cmd := a.withJSON(&cobra.Command{
		Use:   "add PERSON|ADDRESS --words TEXT",
		Short: a.t("Đưa một người, một số hay một e-mail vào danh sách", "Put a person, a number or a mailbox on the list"),
		Long: a.t(`PERSON là mã hoặc ID của cộng tác viên: đi theo người ấy dù đổi số. ADDRESS là số điện thoại hay e-mail: cấm số ấy, dù ai dùng, kể cả người
chưa có trong danh bạ. Có hiệu lực ngay: liên hệ đang chờ được bỏ; tin đang gửi đi đúng lúc này có thể vẫn tới. Với --campaign thì chỉ
không liên hệ trong khảo sát ấy; ai tự nhắn tới vẫn được đáp. Lượt mời còn mở thì chạy tiếp theo kênh còn lại, hoặc hết bước; nếu người
ấy từ chối trả lời, chốt bằng canvass campaign code.`,
			`PERSON is the code or ID of a collaborator, and is followed whatever their number. ADDRESS is a phone number or e-mail address, barred
whoever has it, also if nobody on the list does. It acts at once: contacts that wait are withdrawn; what is leaving this very second may
still arrive. With --campaign nobody is contacted in that campaign; whoever writes to us is answered. An open case goes on by the channels
that are left, or runs out of steps; if the person declined, code it by canvass campaign code.`),
		Example: `  canvass suppress add CTV001 --words "gọi lên xin thôi nhận, 14/12" --source call
  canvass suppress add 0310000001 --channel sms --words "chủ mới của số phàn nàn" --source complaint
  canvass suppress add CTV007 --campaign thang-12 --words "đang điều trị, hẹn tháng sau"`,
		Args: cobra.ExactArgs(1),
	})
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		r, err := f.request(cmd, a)
		if err != nil {
			return err
		}
		return a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
			keys, err := e.keyring(ctx)
			if err != nil {
				return err
			}
			r.Who, r.Now = args[0], e.clock.Now()
			done, err := dispatch.Suppress(ctx, e.db, keys.AddressKey, r)
			if err != nil {
				return err
			}
			if a.json {
				return a.data(done)
			}
			a.sayPut(done)
			return nil
		})(cmd, args)
	}
	f.register(a, cmd)
	cmd.Flags().StringVar(&f.source, "source", survey.StopByStaff, a.t("biết từ đâu: ", "how you heard of it: ")+strings.Join(dispatch.StaffStopSources(), ", "))
	return cmd
}

// sayPut tells what putting one target on the list did.
func (a *app) sayPut(d view.StopsPut) {
	switch {
	case len(d.IDs) > 0:
		a.say(a.t("Đã vào danh sách không liên hệ: mục %s.", "On the do-not-contact list: entry %s."), numbers(d.IDs))
	default:
		a.say(a.t("Đã có trong danh sách từ trước: mục %s.", "On the list already: entry %s."), numbers(d.Standing))
	}
	if len(d.Contacts) == 0 {
		a.say(a.t("  chưa ai trong danh bạ dùng địa chỉ này; danh bạ nhập sau này cũng không liên hệ được", "  nobody on the contact list has this address; no later list will be contacted there either"))
	} else {
		a.sayWrapped(4, a.t("  liên quan tới ID %s", "  concerns ID %s"), idList(d.Contacts))
	}
	a.sayWithdrawn(d.Cancelled, d.OnTheWire)
}

func (a *app) sayWithdrawn(cancelled, leaving int) {
	if cancelled > 0 {
		a.say(a.t("  %d lần liên hệ đang chờ đã bỏ", "  %d contacts that waited were withdrawn"), cancelled)
	}
	if leaving > 0 {
		a.say(a.t("  %d tin đang gửi đi lúc này, có thể vẫn tới", "  %d messages were leaving this second and may still arrive"), leaving)
	}
}

func numbers(ids []int64) string {
	parts := make([]string, len(ids))
	for i, id := range ids {
		parts[i] = strconv.FormatInt(id, 10)
	}
	return strings.Join(parts, ", ")
}

func (a *app) suppressLift() *cobra.Command {
	var proof, words string
	cmd := a.withJSON(&cobra.Command{
		Use:   "lift ENTRY --consent-source TEXT --words TEXT",
		Short: a.t("Gỡ một mục, khi chính người ấy muốn nhận lại", "Lift one entry, when the person asks for it"),
		Long: a.t(`Chỉ khi chính người ấy nói rõ là muốn nhận lại, và cán bộ xác nhận việc đó bằng bằng chứng: --consent-source là số phiếu, thư hay cuộc gọi;
--words là lời của người ấy. Ai gỡ, lúc nào, với lời gì đều được lưu lại. ENTRY là số của mục (canvass suppress show); mỗi lần gỡ một mục,
mục khác về cùng người hay cùng số vẫn còn hiệu lực. Gỡ không thay cho sổ đồng ý: canvass contacts consent.`,
			`Only when the person says clearly that they want to be contacted again, and staff attest it with proof: --consent-source is the form, letter or
call; --words is what they said. Who lifted it, when, and with which words is on record. ENTRY is its number (canvass suppress show); one is
lifted at a time, and others about the same person or number stand. It is no consent: see canvass contacts consent.`),
		Example: `  canvass suppress lift 17 --consent-source "phiếu đồng ý số 12 ngày 20/12" --words "muốn nhận lại thư mời"`,
		Args:    cobra.ExactArgs(1),
	})
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		id, err := strconv.ParseInt(args[0], 10, 64)
		if err != nil || id < 1 {
			return wrongUsage(cmd, "ENTRY")
		}
		return a.withDatabase(func(ctx context.Context, e *engine, _ []string) error {
			done, err := dispatch.Lift(ctx, e.db, dispatch.LiftRequest{ID: id, Proof: proof, Words: words, Actor: actor(a), Now: e.clock.Now()})
			if err != nil {
				return err
			}
			if a.json {
				return a.data(done)
			}
			a.say(a.t("Đã gỡ mục %d.", "Entry %d is lifted."), id)
			if len(done.Still) > 0 {
				a.say(a.t("  vẫn không liên hệ, vì còn mục %s", "  still not to be contacted: entry %s stands"), numbers(done.Still))
			}
			return nil
		})(cmd, args)
	}
	cmd.Flags().StringVar(&proof, "consent-source", "", a.t("bằng chứng: số phiếu, thư, cuộc gọi", "what proves it: form, letter, call"))
	cmd.Flags().StringVar(&words, "words", "", a.t("lời của người ấy", "what the person said"))
	return cmd
}

// stopWho names whom an entry is about, for a table.
func (a *app) stopWho(r view.StopRow) string {
	switch {
	case r.ContactID != 0 && !r.ByAddress:
		return contactOf(r.ContactID, r.Contact)
	case len(r.Holders) == 0:
		return a.t("một địa chỉ", "an address")
	}
	who := make([]string, len(r.Holders))
	for i, h := range r.Holders {
		who[i] = contactOf(h.ID, h.Code)
	}
	return fmt.Sprintf(a.t("địa chỉ của %s", "address of %s"), strings.Join(who, ", "))
}
