package main

import (
	"context"

	"github.com/spf13/cobra"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/worker/ingest"
)

// inboxDone is what a command did with an item, for scripts.
type inboxDone struct {
	ID    survey.MatterID    `json:"id"`
	State survey.MatterState `json:"state"`
}

// inboxOrder reads which item a command is about, and who gives it.
func (e *engine) inboxOrder(number, note string) (dispatch.InboxOrder, error) {
	id, err := matterNumber(number)
	return dispatch.InboxOrder{ID: id, Actor: actor(e.app), Note: note, Now: e.clock.Now()}, err
}

// settled tells how an item stands now.
func (a *app) settled(id survey.MatterID, to survey.MatterState) error {
	if a.json {
		return a.data(inboxDone{id, to})
	}
	a.say(a.t("Tin %d: %s.", "Item %d: %s."), id, a.label("matter", string(to)))
	return nil
}

func (a *app) noteFlag(cmd *cobra.Command, note *string) {
	cmd.Flags().StringVar(note, "note", "", a.t("ghi chú, lưu cùng tin này", "a note, kept with the item"))
}

// assigner takes words as answers by the way that answers go.
func (e *engine) assigner(ctx context.Context) (dispatch.Assigner, error) {
	h, err := e.workshop(ctx, e.publicAddress(nil))
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, o view.Assignment) error {
		return h.ingest.Assign(ctx, ingest.AssignStore(e.db), o)
	}, nil
}

func (a *app) inboxMove(name, vi, en string, do func(context.Context, dispatch.InboxStore, dispatch.InboxOrder) error) *cobra.Command {
	var note string
	cmd := a.withJSON(&cobra.Command{
		Use:   name + " NUMBER",
		Short: a.t(vi, en),
		Args:  cobra.ExactArgs(1),
		RunE: a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
			o, err := e.inboxOrder(args[0], note)
			if err != nil {
				return err
			}
			if err := do(ctx, e.db, o); err != nil {
				return err
			}
			return a.settled(o.ID, survey.MatterDone)
		}),
	})
	a.noteFlag(cmd, &note)
	return cmd
}

func (a *app) inboxReopen() *cobra.Command {
	var note string
	cmd := a.withJSON(&cobra.Command{
		Use:   "reopen NUMBER",
		Short: a.t("Mở lại một tin; câu trả lời đã nhận được lấy lại", "Open an item again; an answer that was made of it is taken back"),
		Long: a.t(`Nếu từ lúc đó chính người ấy đã trả lời câu ấy thì câu trả lời của họ được giữ. Lời đã viết lại thì không rút lại được.`,
			`If the person has answered that question since, their answer stands. What was written to somebody stays written.`),
		Args: cobra.ExactArgs(1),
		RunE: a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
			o, err := e.inboxOrder(args[0], note)
			if err != nil {
				return err
			}
			assign, err := e.assigner(ctx)
			if err != nil {
				return err
			}
			if err := dispatch.ReopenInboxItem(ctx, e.db, assign, o); err != nil {
				return err
			}
			return a.settled(o.ID, survey.MatterNew)
		}),
	})
	a.noteFlag(cmd, &note)
	return cmd
}

func (a *app) inboxAssign() *cobra.Command {
	var as dispatch.InboxAssignment
	var note string
	cmd := a.withJSON(&cobra.Command{
		Use:   "assign NUMBER --question NAME",
		Short: a.t("Nhận lời đã viết làm câu trả lời cho một câu hỏi", "Take what was written as the answer to a question"),
		Long: a.t(`Lời được đọc như đọc một tin nhắn trả lời, hoặc theo --value nếu cán bộ đọc khác. Câu trả lời vào cùng một phiếu với các câu khác của
người ấy, ghi là bằng tin nhắn và ai đã nhận. Mở lại tin thì câu ấy trở về như trước.`,
			`The words are read as a reply by SMS is, or by --value where a person reads them otherwise. The answer goes into the person's one
response, as given by SMS and with who assigned it. Reopening the item brings back what was there before.`),
		Example: `  canvass inbox assign 12 --question gia_ca
  canvass inbox assign 12 --question gia_ca --value 2 --note "nghe là như trước"`,
		Args: cobra.ExactArgs(1),
		RunE: a.withDatabase(func(ctx context.Context, e *engine, args []string) (err error) {
			if as.InboxOrder, err = e.inboxOrder(args[0], note); err != nil {
				return err
			}
			assign, err := e.assigner(ctx)
			if err != nil {
				return err
			}
			if _, err := dispatch.AssignInboxItem(ctx, e.db, assign, as); err != nil {
				return err
			}
			return a.settled(as.ID, survey.MatterAssigned)
		}),
	})
	cmd.Flags().StringVar(&as.Question, "question", "", a.t("tên câu hỏi; bỏ trống là câu đang hỏi lúc tin đến", "name of the question; empty: the one that stood open"))
	cmd.Flags().StringVar(&as.Campaign, "campaign", "", a.t("khảo sát; bỏ trống là khảo sát mà tin này thuộc về", "campaign; empty: the one that it came to"))
	cmd.Flags().StringVar(&as.Value, "value", "", a.t("câu trả lời, viết như một tin nhắn", "the answer, as a text would say it"))
	a.noteFlag(cmd, &note)
	return cmd
}

func (a *app) inboxAnswer() *cobra.Command {
	var o dispatch.InboxAnswer
	var by, note string
	cmd := a.withJSON(&cobra.Command{
		Use:   "answer NUMBER --words TEXT",
		Short: a.t("Viết lại cho người đã viết", "Write back to who wrote"),
		Long: a.t(`Gửi bằng đường mà tin đã đến, hoặc bằng --by sms | email. Tên văn phòng đứng đầu tin nhắn. Ai trong danh sách không liên hệ, hoặc đã nhận đủ
số tin trong 24 giờ, thì không gửi và được báo ngay. Cần một tiến trình gửi đang chạy (up hoặc worker).`,
			`It goes by the way that the words came, or by --by sms | email. A text begins with the name of the office. Whoever is on the
do-not-contact list, or had enough messages in 24 hours, is not written to, and you are told at once. A process that sends
must be running (up or worker).`),
		Example: `  canvass inbox answer 12 --words "Chúng tôi đã chuyển ý kiến tới phòng Hạ tầng."`,
		Args:    cobra.ExactArgs(1),
	})
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		o.Channel = survey.Channel(by)
		if by != "" && o.Channel != survey.SMS && o.Channel != survey.Mail {
			return wrongUsage(cmd, "--by sms|email")
		}
		return a.withDatabase(func(ctx context.Context, e *engine, args []string) (err error) {
			if o.InboxOrder, err = e.inboxOrder(args[0], note); err != nil {
				return err
			}
			keys, err := e.keyring(ctx)
			if err != nil {
				return err
			}
			if _, err := dispatch.AnswerInboxItem(ctx, e.db, keys, o); err != nil { // swept up by the scheduler
				return err
			}
			return a.settled(o.ID, survey.MatterAnswered)
		})(cmd, args)
	}
	cmd.Flags().StringVar(&o.Words, "words", "", a.t("lời gửi đi", "the words to send"))
	cmd.Flags().StringVar(&by, "by", "", "sms|email")
	a.noteFlag(cmd, &note)
	return cmd
}
