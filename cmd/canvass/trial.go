package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"canvass/dispatch/contactlist"
	"canvass/dispatch/survey"
	"canvass/worker"
)

func (a *app) campaignTest() *cobra.Command {
	var to, lang string
	cmd := a.withJSON(&cobra.Command{
		Use:   "test NAME --to ADDRESS",
		Short: a.t("Gửi thử các tin của khảo sát đến chính mình", "Send the campaign's messages to yourself"),
		Long: a.t(`Đến hộp thư: các thư. Đến số di động: các tin nhắn. Tin thử có ghi chữ THỬ, đường dẫn trong đó không mở phiếu
của ai, và không ghi vào sổ gửi.`,
			`To a mailbox go the mails, to a mobile the texts. They are marked as a trial, their links open nobody's form,
and they stand in no ledger.`),
		Example: "  canvass campaign test thang-12 --to lan@vanphong.example",
		Args:    cobra.ExactArgs(1),
	})
	cmd.Flags().StringVar(&to, "to", "", a.t("hộp thư hoặc số di động của mình", "your own mailbox or mobile"))
	cmd.Flags().StringVar(&lang, "lang", "vi", a.t("ngôn ngữ của tin: vi hoặc en", "language of the messages: vi or en"))
	_ = cmd.MarkFlagRequired("to")
	cmd.RunE = a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
		t := worker.Trial{To: to, Lang: survey.Lang(lang)}
		var err error
		if err = readTo(&t); err != nil {
			return err
		}
		if t.Campaign, err = e.db.CampaignByName(ctx, args[0]); err != nil {
			return err
		}
		if t.Senders, err = e.db.Senders(ctx); err != nil {
			return err
		}
		h, err := e.workshop(ctx, e.publicAddress(nil))
		if err != nil {
			return err
		}
		tried, err := h.worker().Try(ctx, t)
		if err != nil {
			return err
		}
		return a.sayTried(tried)
	})
	return cmd
}

// readTo finds out what kind of address --to is.
func readTo(t *worker.Trial) error {
	if strings.Contains(t.To, "@") {
		address, _, fault := contactlist.ParseEmail(t.To)
		if fault != nil {
			return fault
		}
		t.To, t.Channels = string(address), []survey.Channel{survey.Mail}
		return nil
	}
	r := contactlist.ParsePhone(t.To)
	if len(r.Numbers) == 0 {
		code := r.Reason
		if code == "" {
			code = survey.CodePhoneInvalid
		}
		return &survey.Error{Kind: survey.Invalid, Code: code}
	}
	t.To, t.Channels = r.Numbers[0].E164, []survey.Channel{survey.SMS}
	return nil
}

// sayTried prints what became of a trial; it fails if a message did not leave.
func (a *app) sayTried(tried []worker.Tried) error {
	if len(tried) == 0 {
		a.say(a.t("Quy trình không có bước nào gửi đến loại địa chỉ này.", "The protocol has no step for this kind of address."))
		return nil
	}
	good := true
	for _, t := range tried {
		good = good && t.Sent
		if a.json {
			if err := a.data(t); err != nil {
				return err
			}
			continue
		}
		outcome := a.t("đã gửi", "sent")
		if !t.Sent {
			outcome = a.t("không gửi được: ", "not sent: ") + t.Code
		}
		a.say("%-12s %-6s %s\n  %s", t.Step, t.Channel, outcome, t.Text)
	}
	if !good {
		return errTold
	}
	return nil
}
